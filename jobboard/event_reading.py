"""Events out of people's words: a mail in free text, a filled form, an entry of their calendar. Nothing is guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, time
from zoneinfo import ZoneInfo

from jobboard import moments, places, slot_reading
from jobboard.calendar_events import FoundEvent
from jobboard.event_drafts import EventDraft, EventField, EventKind
from jobboard.gazetteer import Place, PlaceKind
from jobboard.readable import clean, level
from jobboard.reading.maskings import masked

LONGEST_TITLE, LONGEST_TEXT = 120, 6_000
MOST_NAMES = 3
LONG_TITLE = 60  # a sentence longer than this is cut at its first comma
MOST_SEATS = 5_000

_LABELS: dict[EventField, str] = {
    EventField.TITLE: "titre|intitule|nom de l'evenement|nom|title",
    EventField.DAY: "date|dates|jour|quand|day|when",
    EventField.TIME: "horaires?|heures?|hours?|time",
    EventField.PLACE: "lieu|ou|adresse|place|where|location",
    EventField.KIND: "type d'evenement|type|nature|kind",
    EventField.SEATS: "places|nombre de places|jauge|seats",
    EventField.ORGANISER: "organisateur|organisatrice|organise par|structure|organiser|organizer|organised by",
    EventField.DESCRIPTION: "description|presentation|programme|details|program|about",
    EventField.LINK: "lien|site|inscription|link",
}
_LABELLED = re.compile(
    "|".join(rf"(?P<{field.value}>^\s*(?:{words})\s*:)" for field, words in _LABELS.items()), re.MULTILINE
)
_KINDS: tuple[tuple[EventKind, str], ...] = (
    (EventKind.JOB_DATING, r"job ?dating|speed ?dating|rencontres? de recrutement|recrutement express"),
    (EventKind.WEBINAR, r"webinaires?|webinars?|visioconference"),
    (EventKind.FAIR, r"forums?|salons?|foire|job fair|fair"),
    (EventKind.WORKSHOP, r"ateliers?|workshops?"),
    (EventKind.TRAINING, r"formations?|mooc|training"),
    (EventKind.OPEN_DAY, r"portes? ouvertes?|open days?"),
    (EventKind.INFORMATION, r"reunions? d'information|info ?collective|informations? collectives?|information meeting"),
    (EventKind.TALK, r"conferences?|tables? rondes?|debats?|colloques?|talks?|panel"),
    (EventKind.MEETUP, r"rencontres?|aperos?|afterworks?|cafes? emploi|petits? dejeuners?|meet ?ups?"),
)
_SEATS = re.compile(
    r"(?:limite a|maximum|jusqu'a|pour|up to)? ?(?<!\d)(?P<count>\d{1,4}) (?:places?|personnes?|participants?|seats?|people)"
    r"(?! (?:de|d'|par)\b)|(?:places?|jauge|seats?) ?:? (?:limitees? a )?(?P<after>\d{1,4})(?!\d)"
)
_ONLINE = re.compile(r"\b(?:en ligne|a distance|en visio|visio(?:conference)?|webinaire|webinar|zoom|teams|online)\b")
_LINK = re.compile(r"https?://[^\s<>\"]{3,300}")
_BY = re.compile(
    r"\b(?:organise(?:e|s|es)? par|propose(?:e|s|es)? par|organi[sz]ed by|hosted by) (?P<who>[^.,;\n(]{3,80})"
)
_AT = re.compile(
    r"(?:\b(?:a la|a l'|au|aux|dans|chez|at)|[,:(]|^) ?(?P<venue>(?:mjc|maison|mairie|mediatheque|bibliotheque|espace|salle|centre|tiers[- ]lieu|cafe|agence|mission locale|bourse du travail|halle|palais|universite|lycee|\d{1,4}(?: ?bis)?,? (?:rue|avenue|bd|boulevard|place|quai|allee|cours|chemin|route))\b[^;\n.]{0,100})",
    re.MULTILINE,
)
_SUBJECTS = re.compile(
    r"(?:re|fwd?|tr) ?:|^\W*(?:agenda|evenements?|events?|proposition|un evenement|bonjour)\b[^:]{0,30}$"
)
_GREETING = re.compile(r"^\W*(?:bonjour|bonsoir|salut|hello|dear|madame|monsieur|chere?s?|hi)\b[^\n]{0,60}$")
_CLOSING = re.compile(
    r"^\W*(?:cordialement|bien a vous|merci|a bientot|bonne journee|regards|thanks|best)\b[^\n]{0,60}$"
)


@dataclass(frozen=True)
class ReadEvent:
    """A draft with what was not sure: days of which one is meant, towns of which one is meant."""

    draft: EventDraft
    days: tuple[date, ...] = ()
    towns: tuple[str, ...] = ()
    repeats: bool = False


def template() -> str:
    """Return the form that an empty mail is answered with."""
    return (
        "Titre : \nType : atelier, réunion d’information, forum…\nDate : \nHoraires : de … à …\n"
        "Lieu : salle et commune, ou en ligne\nPlaces : si elles sont limitées\nOrganisateur : \n"
        "Lien : si besoin\nDescription : "
    )


_HINTS = frozenset(
    level(line.partition(" : ")[2]) for line in template().splitlines() if line.partition(" : ")[2].strip()
)


def read(text: str, *, subject: str = "", today: date) -> ReadEvent:
    """Return the event that a mail proposes; its words are kept as its description."""
    text = clean(text)[:LONGEST_TEXT]
    fields, free = _sections(text)
    found = _facts(EventDraft(), fields, free or text, today)
    draft = found.draft
    title = _title(fields.get(EventField.TITLE, ""), subject, free)
    words = fields.get(EventField.DESCRIPTION) or _description(free, title)
    return replace(found, draft=replace(draft, title=title or None, description=masked(words)[:LONGEST_TEXT] or None))


def complete(earlier: EventDraft, text: str, *, asked: tuple[EventField, ...], today: date) -> ReadEvent:
    """Return the draft with what an answer adds or changes; a bare line answers a title that was asked for."""
    text = clean(text)[:LONGEST_TEXT]
    fields, free = _sections(text)
    found = _facts(earlier, fields, free, today)
    draft = found.draft
    if EventField.TITLE in fields:
        draft = replace(draft, title=masked(fields[EventField.TITLE])[:LONGEST_TITLE])
    elif EventField.TITLE in asked and draft == earlier:
        draft = replace(draft, title=_title("", "", free) or draft.title)
    if EventField.DESCRIPTION in fields:
        draft = replace(draft, description=masked(fields[EventField.DESCRIPTION]))
    return replace(found, draft=draft)


def from_calendar(event: FoundEvent, zone: ZoneInfo) -> ReadEvent:
    """Return an entry of a calendar as a draft; its hours are those of its place."""
    where, towns = _town(event.place or event.text[:300])
    draft = EventDraft(
        title=masked(event.title)[:LONGEST_TITLE] or None,
        kind=_kind(level(f"{event.title} {event.text[:300]}")),
        place_kind=where.kind if where else None,
        place_code=where.code if where else None,
        venue=_venue_of(event.place, where),
        online=bool(_ONLINE.search(level(event.place + " " + event.title))) or None,
        link=event.link or None,
        description=masked(event.text)[:LONGEST_TEXT] or None,
    )
    local = event.starts_at.astimezone(draft.zone(zone))
    draft = replace(draft, day=local.date(), start=None if event.whole_day else local.time())
    if event.ends_at is not None and not event.whole_day:
        end = event.ends_at.astimezone(draft.zone(zone))
        last = end.date() if end.date() != local.date() else None
        draft = replace(draft, end=end.time(), last_day=last)
    return ReadEvent(draft, towns=towns, repeats=event.repeats)


def _sections(text: str) -> tuple[dict[EventField, str], str]:
    """Return the labelled parts of a text, and the rest; a description goes on to the next label."""
    plain = level(text)
    labels = list(_LABELLED.finditer(plain))
    if len(labels) < 2 and not (labels and labels[0].start() == 0):
        return {}, text
    fields: dict[EventField, str] = {}
    free = [text[: labels[0].start()]]
    for label, following in zip(labels, [*labels[1:], None], strict=True):
        field = EventField(label.lastgroup or "")
        end = following.start() if following else len(text)
        value = text[label.end() : end]
        if field is not EventField.DESCRIPTION:
            value, _, rest = value.strip("\n").partition("\n")
            free.append(rest)
        value = value.strip()
        if value and level(value) not in _HINTS:
            fields.setdefault(field, value)
    return fields, "\n".join(free).strip()


def _facts(earlier: EventDraft, fields: dict[EventField, str], free: str, today: date) -> ReadEvent:
    """Return the draft with day, hours, place, seats and the like, labelled ones before those of the free words."""
    dated = fields.get(EventField.DAY, "") + "\n" + fields.get(EventField.TIME, "")
    day, last, days = _days(dated if dated.strip() else free, today)
    hours = _hours(dated if dated.strip() else free, today)
    where = fields.get(EventField.PLACE, "") or free
    place, towns = _town(where)
    plain = level(where if EventField.PLACE in fields else free)
    link = _LINK.search(fields.get(EventField.LINK, "") or free)
    organiser = _BY.search(level(free))
    who = fields.get(EventField.ORGANISER) or (free[organiser.start("who") : organiser.end("who")] if organiser else "")
    given = {
        "day": day,
        "last_day": last,
        "start": hours[0] if hours else None,
        "end": hours[1] if hours else None,
        "place_kind": place.kind if place else None,
        "place_code": place.code if place else None,
        "venue": _venue_of(fields[EventField.PLACE], place) if EventField.PLACE in fields else _venue(free, place),
        "online": True if _ONLINE.search(plain) else (False if place else None),
        "link": link[0].rstrip(".,;)") if link else None,
        "seats": _seats(level(fields.get(EventField.SEATS, "")), level(free)),
        "organiser": masked(who.strip())[:120] or None,
        "kind": _kind(level(fields.get(EventField.KIND, ""))) or (earlier.kind or _kind(level(free[:600]))),
    }
    changed: dict[str, object] = {name: value for name, value in given.items() if value is not None}
    if day is not None and last is None:
        changed["last_day"] = None
    return ReadEvent(replace(earlier, **changed), days, towns)  # type: ignore[arg-type]  # names of fields


def _days(text: str, today: date) -> tuple[date | None, date | None, tuple[date, ...]]:
    """Return the day, the last of several in a row, and the days to choose from where one is not sure."""
    _, rest = slot_reading.hours_in(text)
    found = moments.mentioned(rest, today=today)
    sure = [one.day for one in found if one.day is not None]
    if not sure:
        return None, None, next((one.options for one in found if one.options), ())
    first = slot_reading.span_start(level(rest), sure[0])
    if first is not None and first >= today:
        return first, sure[0], ()
    if len(sure) == 1 or not re.search(r"\bau\b|\bto\b|-", rest):
        return sure[0], None, ()
    return sure[0], sure[1] if sure[0] < sure[1] else None, ()


def _hours(text: str, today: date) -> tuple[time, time | None] | None:
    """Return from when to when; an hour that only a date brings with it ("at 2pm") has no end."""
    hours, _ = slot_reading.hours_in(text)
    if hours:
        return hours[0]
    said = next((one.at for one in moments.mentioned(text, today=today) if one.at is not None), None)
    return (said, None) if said is not None else None


def _town(text: str) -> tuple[Place | None, tuple[str, ...]]:
    """Return the town that a text names beyond doubt; else the labels of those that it may mean."""
    towns: tuple[str, ...] = ()
    for found in places.mentioned(text):
        if found.sure and found.sure[0].kind not in (PlaceKind.FRANCE, PlaceKind.REMOTE):
            return found.sure[0], ()
        towns = towns or tuple(one.label for one in found.candidates[:4])
    return None, towns


def _venue(text: str, town: Place | None) -> str | None:
    found = _AT.search(level(text))
    if found is None:
        return None
    venue = text[found.start("venue") : found.end("venue")]
    seats = _SEATS.search(level(venue))
    venue = (venue[: seats.start()] if seats else venue).strip(" ,")
    behind = rf"\s*,\s*(?:\d{{5}}\s+)?{re.escape(town.name)}(?:\s*\(\d[\dAB]\d?\))?$" if town is not None else "$"
    return re.sub(behind, "", venue, flags=re.I)[:150]


def _venue_of(written: str, place: Place | None) -> str | None:
    """Return what a place says besides its town: "MJC de Rezé, 9 rue Jean-Jaurès"."""
    line = masked(" ".join(written.split()))[:200]
    if place is not None:
        name = re.escape(place.name)
        line = re.sub(rf"[,\s(]*(?:\d{{5}}\s+)?{name}(?:\s*\(?\d[\dAB]\d?\)?)?\s*$", "", line, flags=re.I).strip(
            " ,;-("
        )
    return line if line and not _ONLINE.fullmatch(level(line)) else None


def _seats(labelled: str, free: str) -> int | None:
    bare = re.search(r"\d{1,4}", labelled)
    found = _SEATS.search(free)
    number = bare[0] if bare else (found["count"] or found["after"]) if found else None
    return int(number) if number and 0 < int(number) <= MOST_SEATS else None


def _kind(plain: str) -> EventKind | None:
    starts = [(found.start(), kind) for kind, words in _KINDS if (found := re.search(rf"\b(?:{words})\b", plain))]
    return min(starts, key=lambda one: one[0])[1] if starts else None


def _title(labelled: str, subject: str, free: str) -> str:
    """Return the title: labelled, else the subject, else the first line that is no greeting."""
    if labelled:
        return masked(labelled)[:LONGEST_TITLE]
    subject = re.sub(r"^\s*(?:(?:re|fwd?|tr)\s*:\s*)+", "", subject, flags=re.I).strip()
    if subject and not _SUBJECTS.search(level(subject)):
        return masked(subject)[:LONGEST_TITLE]
    for line in free.splitlines():
        if line.strip() and not _GREETING.match(level(line)):
            first = re.split(r"(?<=[.!?])\s", line.strip())[0]
            first = first.partition(",")[0] if len(first) > LONG_TITLE else first
            return masked(first).rstrip(".!")[:LONGEST_TITLE]
    return ""


def _description(free: str, title: str) -> str:
    """Return the free words without greeting, closing words and what follows them."""
    kept: list[str] = []
    for line in free.splitlines():
        if kept and _CLOSING.match(level(line)):
            break
        if not _GREETING.match(level(line)) and line.strip() != title:
            kept.append(line.rstrip())
    if len(kept) > 2 and not kept[-2] and len(kept[-1].split()) <= MOST_NAMES and kept[-1][-1:].isalpha():
        kept.pop()  # a name below an empty line is a signature
    return "\n".join(kept).strip()
