"""Meetings of ours as calendars: an invitation that one reader's client can answer, and feeds to subscribe to.

Beside `calendars`, which rebuilds other people's, and `calendar_events`, which reads them, the only module that
touches the icalendar library. Moments are written in UTC: every client shows them on its own clock, and no zone can be wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from jobboard.letters.meetings import CANCEL, Meeting

PRODUCER = "-//Passerelle//agenda//FR"
REMINDED_BEFORE = timedelta(hours=1)


@dataclass(frozen=True)
class Invited:
    """Between whom an invitation goes: our relay address for this reader, and herself (RFC 5546 3.2.2)."""

    organizer: str
    organizer_name: str
    attendee: str
    attendee_name: str = ""


def invitation(meeting: Meeting, invited: Invited, *, domain: str, base_url: str, at: datetime) -> bytes:
    """Return the calendar of a REQUEST or CANCEL: UTF-8, CRLF, lines of at most 75 octets."""
    event = _event(meeting, domain=domain, base_url=base_url, at=at)
    event.add("ORGANIZER", _person(invited.organizer, invited.organizer_name), encode=False)
    attendee = _person(invited.attendee, invited.attendee_name)
    attendee.params.update({"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT"})
    # Without a question clients show no button to put it into her calendar; what she answers comes to the organizer.
    asked = {"PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}
    attendee.params.update({"PARTSTAT": "DECLINED"} if meeting.method == CANCEL else asked)
    event.add("ATTENDEE", attendee, encode=False)
    if meeting.method != CANCEL:
        event.add_component(_alarm(meeting.title))
    calendar = _calendar()
    calendar["METHOD"] = vText(meeting.method)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def feed(name: str, meetings: Iterable[Meeting], *, domain: str, base_url: str, at: datetime) -> bytes:
    """Return a calendar of that name to subscribe to, or to take one event from (RFC 5545; RFC 7986 for its name)."""
    calendar = _calendar()
    calendar["METHOD"] = vText("PUBLISH")
    calendar["NAME"] = calendar["X-WR-CALNAME"] = vText(name)
    calendar["REFRESH-INTERVAL;VALUE=DURATION"] = calendar["X-PUBLISHED-TTL"] = vText("PT6H")
    for meeting in meetings:
        calendar.add_component(_event(meeting, domain=domain, base_url=base_url, at=at))
    return bytes(calendar.to_ical())


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar["PRODID"], calendar["VERSION"] = vText(PRODUCER), vText("2.0")
    return calendar


def _event(meeting: Meeting, *, domain: str, base_url: str, at: datetime) -> Event:
    event = Event()
    event.add("UID", f"{meeting.uid}@{domain}")
    event.add("SEQUENCE", meeting.sequence)
    event.add("DTSTAMP", at)
    event.add("DTSTART", meeting.starts_at)
    event.add("DTEND", meeting.ends_at)
    event.add("SUMMARY", meeting.title)
    event.add("STATUS", "CANCELLED" if meeting.method == CANCEL else "CONFIRMED")
    event.add("TRANSP", "OPAQUE")
    url = base_url + meeting.path if meeting.path else ""
    texts = {"LOCATION": meeting.place, "DESCRIPTION": "\n\n".join(part for part in (meeting.text, url) if part)}
    for key, value in texts.items():
        if value:
            event.add(key, value)
    if url:
        event.add("URL", url)
    return event


def _person(address: str, name: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{address}")
    if name:
        person.params["CN"] = name
    return person


def _alarm(title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("DESCRIPTION", title)
    alarm.add("TRIGGER", -REMINDED_BEFORE)
    return alarm
