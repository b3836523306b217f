"""What a letter of ours brings along besides its words: the calendar of the meeting that it is about."""

from __future__ import annotations

from datetime import datetime

from jobboard import meetings
from jobboard.conversations import File
from jobboard.letters.base import Letter
from jobboard.letters.meetings import Meeting
from jobboard.meetings import Invited


def of_letter(letter: Letter, invited: Invited, *, domain: str, base_url: str, at: datetime) -> tuple[File, ...]:
    """Return the files of a letter that carries a `meeting`.

    The calendar stands beside the words (RFC 6047 2.4), and once more as a file for clients that show none there.
    """
    meeting = getattr(letter, "meeting", None)
    if not isinstance(meeting, Meeting):
        return ()
    content = meetings.invitation(meeting, invited, domain=domain, base_url=base_url, at=at)
    content_type = f"text/calendar; method={meeting.method}; charset=utf-8; component=VEVENT"
    return (
        File("invitation.ics", content_type, content, inline=True),
        File("invitation.ics", "application/ics", content),
    )
