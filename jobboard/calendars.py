"""Calendars that work through the relay: each side keeps her own address, the other one's never stands in them.

The only module that touches the icalendar library. A calendar is written anew from what is known to be needed
(RFC 5545, RFC 5546); what is not on the lists below does not pass.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import unquote

from icalendar import Calendar, Component, vCalAddress, vText
from icalendar.prop import vBroken

from jobboard.sealing import Sealing

PRODUCER = "-//Passerelle//relais//FR"
MAX_CHARACTERS = 1_000_000
MAX_COMPONENTS = 2_000

NO_SEALING = Sealing()
# What is counted, by the names that the masks use.
BROKEN, HIDDEN, COLLEAGUE = "part-dropped", "address", "domain-address"

# Who speaks in which method (RFC 5546 1.4): the other side is then known, whatever address her client wrote.
_OF_ORGANIZERS = frozenset({"REQUEST", "PUBLISH", "ADD", "CANCEL", "DECLINECOUNTER"})
_OF_ATTENDEES = frozenset({"REPLY", "COUNTER", "REFRESH"})

_EVENTS = frozenset({"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY"})
_COMPONENTS = _EVENTS | {"VTIMEZONE", "STANDARD", "DAYLIGHT", "VALARM"}
_PEOPLE = frozenset({"ORGANIZER", "ATTENDEE"})
_IDS = frozenset({"UID", "RELATED-TO"})
_TEXTS = frozenset({"SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT", "CONTACT", "CATEGORIES", "RESOURCES", "NAME"})
# Kept when nothing hidden is in it, gone when something is: a link with a hole leads nowhere.
_ALL_OR_NOTHING = frozenset(
    {"URL", "ATTACH", "CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL", "IMAGE"}
)
_FACTS = frozenset(
    """
    VERSION CALSCALE METHOD CLASS GEO PRIORITY STATUS TRANSP PERCENT-COMPLETE COMPLETED DTSTART DTEND DUE DURATION
    FREEBUSY RECURRENCE-ID EXDATE RDATE RRULE EXRULE SEQUENCE DTSTAMP CREATED LAST-MODIFIED TZID TZNAME TZOFFSETFROM
    TZOFFSETTO ACTION REPEAT TRIGGER COLOR
    X-WR-TIMEZONE X-LIC-LOCATION X-MICROSOFT-CDO-BUSYSTATUS X-MICROSOFT-CDO-INTENDEDSTATUS X-MICROSOFT-CDO-IMPORTANCE
    X-MICROSOFT-CDO-ALLDAYEVENT X-MICROSOFT-CDO-INSTTYPE X-MICROSOFT-DISALLOW-COUNTER X-MS-OLK-FORCEINSPECTOROPEN
    """.split()
)
_PARAMETERS = frozenset(
    "TZID VALUE LANGUAGE FMTTYPE ENCODING RANGE RELATED RELTYPE FBTYPE CUTYPE ROLE PARTSTAT RSVP FEATURE LABEL".split()
)
_LINE = re.compile(r"[A-Za-z0-9-]{1,80}[;:]")
_FOLD = re.compile(r"\n[ \t]")


@dataclass(frozen=True)
class Sides:
    """Who writes to whom, and by which address each knows the other; addresses in lower case."""

    writer: frozenset[str] = frozenset()  # every address of hers that we know
    writer_shown: str = ""  # where the reader reaches her; "" when she cannot
    writer_name: str = ""
    writer_key: str = ""  # her ids are sealed for her
    reader: str = ""  # the reader's own address, by which her client knows her; "" when it is not known
    reader_shown: frozenset[str] = frozenset()  # where the writer reaches her
    reader_name: str = ""
    reader_key: str = ""
    sealing: Sealing = NO_SEALING


class Hiding(Protocol):
    """What must not be read in a calendar."""

    def hide(self, text: str) -> str:
        """Return words without it."""

    def holds(self, text: str) -> bool:
        """Tell whether it can be read there."""


@dataclass(frozen=True)
class RebuiltCalendar:
    """A calendar for the other side: UTF-8, CRLF, lines of at most 75 octets; and what was hidden, by name."""

    content: bytes
    method: str  # "" for one that nobody answers
    counts: Counter[str]


def rebuild(source: str, sides: Sides, hiding: Hiding) -> RebuiltCalendar | None:
    """Return a writer's calendar as its reader gets it; None when nothing can be made of it. Never raises."""
    if len(source) > MAX_CHARACTERS:
        return None
    try:
        found = Calendar.from_ical(_mended(source), multiple=True)
    except Exception:  # the library has no list of what it raises; what cannot be read does not pass
        return None
    calendars = [each for each in found if isinstance(each, Component) and each.name == "VCALENDAR"]
    rebuilding = _Rebuilding(sides, hiding)
    try:
        written = [rebuilding.calendar(each) for each in calendars]
    except Exception:  # values that the library read and cannot write
        return None
    if not written or not rebuilding.events:
        return None
    content = b"".join(written)
    if hiding.holds(_unfolded(content.decode("utf-8")).replace(sides.reader or "\n", "")):
        return None
    return RebuiltCalendar(content, rebuilding.method, rebuilding.counts)


def _mended(source: str) -> str:
    """Return the calendar with what is no line left out and every component ended, as far as can be told."""
    kept: list[str] = []
    waiting: list[str] = []
    for line in _unfolded(source.lstrip("\ufeff")).split("\n"):
        name, _, value = line.partition(":")
        name, value = name.strip().upper(), value.strip().upper()
        if not _LINE.match(line) or (not waiting and name != "BEGIN"):
            continue
        if name == "END":
            if value not in waiting:
                continue
            while waiting[-1] != value:
                kept.append(f"END:{waiting.pop()}")
            waiting.pop()
        elif name == "BEGIN":
            if value == "VCALENDAR":
                kept += (f"END:{each}" for each in reversed(waiting))
                waiting.clear()
            waiting.append(value)
        kept.append(line)
    kept += (f"END:{each}" for each in reversed(waiting))
    return "\r\n".join([*kept, ""])


def _unfolded(text: str) -> str:
    return _FOLD.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


class _Rebuilding:
    """One mail's calendar being written anew."""

    def __init__(self, sides: Sides, hiding: Hiding) -> None:
        self.sides = sides
        self.hiding = hiding
        self.method = ""
        self.events = 0
        self.components = 0
        self.counts: Counter[str] = Counter()

    def calendar(self, source: Component) -> bytes:
        """Return one VCALENDAR; without a relay there is nobody to answer, so it asks nothing."""
        method = str(source.get("METHOD", "")).upper()
        self.method = method if method in _OF_ORGANIZERS | _OF_ATTENDEES and self.sides.writer_shown else ""
        target = Calendar()
        for name, value in _properties(source):
            if name not in {"METHOD", "PRODID", "VERSION"}:
                self._add(target, name, value)
        target["PRODID"], target["VERSION"] = vText(PRODUCER), vText("2.0")
        if self.method:
            target["METHOD"] = vText(self.method)
        self._add_components(source, target)
        return bytes(target.to_ical())

    def _add_components(self, source: Component, target: Component) -> None:
        for each in source.subcomponents:
            self.components += 1
            if each.name not in _COMPONENTS or self.components > MAX_COMPONENTS or _runs_a_program(each):
                continue
            made = type(each)()
            for name, value in _properties(each):
                self._add(made, name, value)
            self._add_components(each, made)
            if each.name in _EVENTS:
                self.events += 1
                self._invite(made)
            if each.name == "VALARM":
                _make_silent(made)
            target.add_component(made)

    def _add(self, target: Component, name: str, value: object) -> None:
        """Add one property as it may pass."""
        made: object | None
        if isinstance(value, vBroken):
            self.counts[BROKEN] += 1
            return
        if name in _PEOPLE:
            made = self._person(name, value)
        elif name in _IDS:
            made = vText(self._id(str(value)))
        elif name in _TEXTS:
            made = self._words(value)
        elif name in _FACTS or name in _ALL_OR_NOTHING:
            made = self._whole(name, value)
        else:
            return
        if made is None:
            return
        self._copy_parameters(value, made)
        target.add(name, made, encode=False)

    def _copy_parameters(self, source: object, target: object) -> None:
        parameters = getattr(source, "params", {})
        kept = {
            key: value
            for key, value in parameters.items()
            if key.upper() in _PARAMETERS and not self.hiding.holds(str(value))
        }
        named = {key: value for key, value in getattr(target, "params", {}).items() if key.upper() == "CN"}
        target.params.clear()  # type: ignore[attr-defined]  # every value of the library has parameters
        target.params.update({**named, **kept})  # type: ignore[attr-defined]  # as above

    def _words(self, value: object) -> object | None:
        if not isinstance(value, vText):
            return self._whole("", value)  # lists of words: categories, resources
        words = str(value)
        if not self.hiding.holds(words):
            return vText(words)
        self.counts[HIDDEN] += 1
        return vText(self.hiding.hide(words))

    def _whole(self, name: str, value: object) -> object | None:
        """Return the value when nothing hidden is in it; a file inside of a calendar is never opened, so it goes."""
        if name in {"ATTACH", "IMAGE"} and type(value).__name__ == "vBinary":
            self.counts[BROKEN] += 1
            return None
        if not self.hiding.holds(_readable(value)):
            return value
        self.counts[HIDDEN] += 1
        return None

    def _id(self, uid: str) -> str:
        """Return the id under which the other side knows the event: hers again when she made it."""
        sides = self.sides
        return sides.sealing.open(uid, sides.reader_key) or sides.sealing.seal(uid, sides.writer_key)

    # People

    def _person(self, name: str, value: object) -> vCalAddress | None:
        """Return an organizer or attendee as the reader's client must see her."""
        address = _address(str(value))
        organizes = name == "ORGANIZER"
        if address in self.sides.reader_shown or (address and address == self.sides.reader):
            return self._reader()
        if address in self.sides.writer or (organizes and self.method in _OF_ORGANIZERS):
            return self._writer()
        if organizes and self.method in _OF_ATTENDEES:
            return self._reader()
        if self.hiding.holds(str(value)):
            self.counts[COLLEAGUE] += 1
            return None
        made = vCalAddress(f"mailto:{address}" if "@" in address else "invalid:nomail")
        cn = str(getattr(value, "params", {}).get("CN", ""))
        if cn and not self.hiding.holds(cn):
            made.params["CN"] = cn
        return made

    def _writer(self) -> vCalAddress | None:
        return _named(self.sides.writer_shown, self.sides.writer_name) if self.sides.writer_shown else None

    def _reader(self) -> vCalAddress | None:
        return _named(self.sides.reader, self.sides.reader_name) if self.sides.reader else None

    def _invite(self, event: Component) -> None:
        """See to it that each side is in the event: clients answer only for somebody whom they find there."""
        attendees = event.get("ATTENDEE", [])
        attendees = attendees if isinstance(attendees, list) else [attendees]
        if self.method == "REQUEST" and self.sides.reader and f"mailto:{self.sides.reader}" not in map(str, attendees):
            reader = self._reader()
            assert reader is not None
            reader.params.update({"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"})
            event.add("ATTENDEE", reader, encode=False)
        if self.method in _OF_ATTENDEES and len(attendees) == 1 and self._is_stranger(attendees[0]):
            # She answers under another address of hers: to the reader she is who the relay says.
            writer = self._writer()
            assert writer is not None
            self._copy_parameters(attendees[0], writer)
            event["ATTENDEE"] = writer

    def _is_stranger(self, attendee: object) -> bool:
        return _address(str(attendee)) not in {self.sides.reader, self.sides.writer_shown}


def _named(address: str, name: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{address}")
    if name:
        person.params["CN"] = name
    return person


def _address(value: str) -> str:
    """Return the address of a calendar user in lower case."""
    scheme, colon, rest = unquote(value.strip()).partition(":")
    return (rest if colon and scheme.lower() == "mailto" else value).partition("?")[0].strip().strip("<>").lower()


def _readable(value: object) -> str:
    """Return what can be read in a value, and what stands in the calendar for it."""
    if isinstance(value, str):
        return value
    written = value.to_ical()  # type: ignore[attr-defined]  # every value of the library can write itself
    return written.decode("utf-8", "replace") if isinstance(written, bytes) else str(written)


def _properties(component: Component) -> Iterator[tuple[str, object]]:
    for name, value in component.property_items(recursive=False):
        if name not in {"BEGIN", "END"}:
            yield name.upper(), value


def _runs_a_program(component: Component) -> bool:
    return component.name == "VALARM" and str(component.get("ACTION", "")).upper() == "PROCEDURE"


def _make_silent(alarm: Component) -> None:
    """Let an alarm show itself: one that sends mails would send them to us, or from the reader's account."""
    if str(alarm.get("ACTION", "")).upper() == "EMAIL":
        alarm["ACTION"] = vText("DISPLAY")
        alarm.pop("ATTENDEE", None)
        alarm.pop("SUMMARY", None)
    alarm.pop("ATTACH", None)
    if "DESCRIPTION" not in alarm:
        alarm["DESCRIPTION"] = vText("…")
