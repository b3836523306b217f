"""What a mail client answers to an invitation of ours: whether she comes (RFC 5546 3.2.3)."""

from __future__ import annotations

import re

from icalendar import Calendar

MAX_CHARACTERS = 100_000
_METHOD = re.compile(r"^METHOD:\s*(?:REPLY|COUNTER)\s*$", re.IGNORECASE | re.MULTILINE)


def comes(source: str) -> bool | None:
    """Return whether an answer accepts (or leaves it open) or declines; None when it is no such answer. Never raises."""
    if len(source) > MAX_CHARACTERS or not _METHOD.search(source):
        return None
    try:
        calendar = Calendar.from_ical(source)
        said = {_said(value) for event in calendar.walk("VEVENT") for value in _attendees(event.get("ATTENDEE"))}
    except Exception:  # the library has no list of what it raises; what cannot be read is no answer
        return None
    if not said:
        return None
    return "DECLINED" not in said


def _attendees(value: object) -> list[object]:
    return value if isinstance(value, list) else [value] if value is not None else []


def _said(value: object) -> str:
    return str(getattr(value, "params", {}).get("PARTSTAT", "NEEDS-ACTION")).upper()
