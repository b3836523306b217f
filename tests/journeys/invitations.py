"""Invitations and their answers, as mail clients send them; all people and hosts are ours."""

from __future__ import annotations

import base64
import os
import re
from dataclasses import dataclass
from pathlib import Path

from icalendar import Calendar, Component

from passerelle.correspondents import Got, Someone

OUTLOOK_ID = "040000008200E00074C5B7101A82E00800000000C0E5A7F2D3DBD701000000000000000010000000AB12CD34EF56AB12CD34EF56"


@dataclass(frozen=True)
class Invited:
    """What a reader's client sees of a mail with a calendar."""

    mail: Got
    method: str
    event: Component

    def address_of(self, name: str) -> str:
        """Return whom a property names."""
        return str(self.event[name]).partition(":")[2].lower()


def calendar_of(mail: Got) -> Invited:
    """Return the calendar that stands beside text and HTML, where clients look for it; it must be without fault."""
    (alternative,) = [part for part in mail.message.walk() if part.get_content_type() == "multipart/alternative"]
    kinds = [part.get_content_type() for part in alternative.iter_parts()]
    assert kinds[0] == "text/plain"
    assert kinds[-1] == "text/calendar"
    part = list(alternative.iter_parts())[-1]
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert part.get_content_charset() == "utf-8"
    (calendar,) = Calendar.from_ical(content.decode("utf-8"), multiple=True)
    (event,) = calendar.walk("VEVENT")
    assert not calendar.errors
    assert not event.errors
    assert str(calendar["METHOD"]) == part.get_param("method")
    return Invited(mail, str(calendar["METHOD"]), event)


def keep(name: str, mail: Got) -> None:
    """Keep a mail as a file, to be looked at in a mail client, when PROOF_MAILS names a folder."""
    folder = os.environ.get("PROOF_MAILS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        (Path(folder) / f"{name}.eml").write_bytes(mail.raw)


def invitation(
    author: Someone, to: str, *, method: str = "REQUEST", sequence: int = 0, start: str = "20261201T100000"
) -> bytes:
    """Return an invitation, its update or its cancelling, as Outlook sends it."""
    calendar = f"""BEGIN:VCALENDAR
PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN
VERSION:2.0
METHOD:{method}
X-MS-OLK-FORCEINSPECTOROPEN:TRUE
BEGIN:VTIMEZONE
TZID:Romance Standard Time
BEGIN:STANDARD
DTSTART:16011028T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010325T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;CN="{to}";RSVP=TRUE:mailto:{to}
CLASS:PUBLIC
DESCRIPTION:Bonjour\\,\\n\\nà mardi. En cas d'empêchement\\, {author.address}.\\n
DTEND;TZID="Romance Standard Time":{start[:9]}110000
DTSTAMP:20261123T090000Z
DTSTART;TZID="Romance Standard Time":{start}
LOCATION:12 rue des Lilas\\, Nantes
ORGANIZER;CN="{author.name}":mailto:{author.address}
PRIORITY:5
SEQUENCE:{sequence}
STATUS:{"CANCELLED" if method == "CANCEL" else "CONFIRMED"}
SUMMARY;LANGUAGE=fr:Entretien\\, poste de comptable
TRANSP:OPAQUE
UID:{OUTLOOK_ID}
X-ALT-DESC;FMTTYPE=text/html:<html><body>{author.address}</body></html>
X-MICROSOFT-CDO-BUSYSTATUS:BUSY
X-MS-OLK-SENDER;CN="{author.name}":mailto:{author.address}
BEGIN:VALARM
TRIGGER:-PT15M
ACTION:DISPLAY
DESCRIPTION:Reminder
END:VALARM
END:VEVENT
END:VCALENDAR
"""
    head = "Thread-Index: AdAbCdEf\r\nX-Originating-IP: [192.0.2.7]\r\nX-MS-Exchange-Organization-AuthAs: Internal"
    return _mail(
        author, to, "Entretien", f"Bonjour,\n\nà mardi.\n{author.name}\n{author.address}\n", calendar, method, head
    )


def answer(client: str, author: Someone, to: str, invited: Invited, *, partstat: str = "ACCEPTED") -> bytes:
    """Return the answer to an invitation as that client sends it: what it says is made of what it was sent."""
    event, method = invited.event, "COUNTER" if partstat == "TENTATIVE" else "REPLY"
    start = event["DTSTART"].to_ical().decode()
    times = f"DTSTART;TZID=Europe/Paris:{start[:9]}140000\nDTEND;TZID=Europe/Paris:{start[:9]}150000"
    if method == "REPLY":
        times = f"DTSTART;TZID=Europe/Paris:{start}"
    attendee = {
        "gmail": f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={partstat};CN={author.address};X-NUM-GUESTS=0:mailto:{author.address}",
        "outlook": f'ATTENDEE;CN="{author.name}";PARTSTAT={partstat}:MAILTO:{author.address}',
        "apple": f'ATTENDEE;CN="{author.name}";CUTYPE=INDIVIDUAL;EMAIL="{author.address}";PARTSTAT={partstat};ROLE=REQ-PARTICIPANT:mailto:{author.address}',
    }[client]
    extra = {
        "gmail": f"CREATED:20261123T090000Z\nLAST-MODIFIED:20261123T093000Z\nCOMMENT:Je serai là ({author.address})\nX-GOOGLE-CALENDAR-CONTENT-DISPLAY:{author.address}",
        "outlook": f"X-MS-OLK-SENDER:mailto:{author.address}\nCLASS:PUBLIC\nCOMMENT;LANGUAGE=fr:\\n",
        "apple": f"X-CALENDARSERVER-EMAIL:{author.address}\nCREATED:20261123T090000Z",
    }[client]
    calendar = f"""BEGIN:VCALENDAR
PRODID:-//{client}//{author.address.partition("@")[2]}//FR
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:{method}
BEGIN:VEVENT
UID:{event["UID"]}
SEQUENCE:{event["SEQUENCE"]}
DTSTAMP:20261123T093000Z
{times}
SUMMARY:{event["SUMMARY"].to_ical().decode()}
ORGANIZER;CN={event["ORGANIZER"].params.get("CN", "x")}:mailto:{invited.address_of("ORGANIZER")}
{attendee}
{extra}
END:VEVENT
END:VCALENDAR
"""
    head = {
        "gmail": f"Sender: Agenda <calendar-notification@agenda.example>\r\nAuto-Submitted: auto-generated\r\nReply-To: {author.address}",
        "outlook": "X-MS-Has-Attach:\r\nX-MS-TNEF-Correlator:\r\nThread-Topic: Entretien",
        "apple": "X-Mailer: Calendar\r\nX-Apple-Mail-Remote-Attachments: YES",
    }[client]
    words = {"gmail": f"{author.name} a accepté cette invitation.", "outlook": "", "apple": f"{author.name} a accepté."}
    return _mail(author, to, "Accepté : Entretien", words[client], calendar, method, head)


def _mail(author: Someone, to: str, subject: str, text: str, calendar: str, method: str, head: str) -> bytes:
    folded = "".join(re.sub(r"(.{73})(?=.)", r"\1\r\n ", line) + "\r\n" for line in calendar.splitlines())
    parts = [("text/plain; charset=utf-8", text)] if text else []
    parts.append((f'text/calendar; charset="UTF-8"; method={method}', folded))
    host = author.address.partition("@")[2]
    lines = [f"From: {author.name} <{author.address}>", f"To: <{to}>", f"Subject: {subject}", head]
    lines += [f"Message-ID: <{abs(hash((calendar, method)))}@{host}>", "MIME-Version: 1.0"]
    lines += [f'Content-Type: multipart/alternative; boundary="_000_{host}_"', ""]
    for content_type, content in parts:
        coded = base64.encodebytes(content.encode()).decode().replace("\n", "\r\n")
        lines += [f"--_000_{host}_", f"Content-Type: {content_type}", "Content-Transfer-Encoding: base64", "", coded]
    return "\r\n".join([*lines, f"--_000_{host}_--", ""]).encode()
