"""Interviews by mail: asking for the slots, choosing one, giving it up; slots of the staff, read and withdrawn."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from inbound.context import Context
from inbound.handlers import answering
from inbound.numerals import bare_number
from inbound.words import Said, Word, after_word, anything, number, understand
from jobboard import appointments, calendar_answers, interviews, moments, people, questions, slot_reading
from jobboard.appointments import Booking, Slot
from jobboard.db import settings_of
from jobboard.errors import Refused
from jobboard.letters.account import Noted
from jobboard.letters.appointments import SlotsPublished
from jobboard.people import Person, Role
from jobboard.questions import Question, Topic
from jobboard.readable import level
from jobboard.slot_modes import Mode
from jobboard.slot_reading import ReadSlot, ReadSlots
from jobboard.tickets import About

# A number that begins an answer; not an hour, nor a day of a month.
_LEADING = re.compile(
    r"\W*(?:(?:oui|bonjour|le|la|l'|n°|no|numero|number|option|creneau|the|slot|je (?:prends|choisis|reserve)|va pour|ok|pour)\W+){0,5}"
    r"(?P<number>\d{1,2})(?![\d/]| ?(?:h\b|h\d|:\d|heures?|min)| (?:janv|fev|mars|avr|mai|juin|juil|aou|sep|oct|nov|dec))"
    r"[.,;:!)–-]*"
)
MAX_WORDS = 2_000  # characters of what she writes with her choice


def ask(context: Context, said: Said) -> str:
    """RENDEZ-VOUS [n]: the free slots, or number n of the last list."""
    if said.number is None:
        return show(context)
    listed = list(context.ticket.listed) if context.ticket is not None and _is_list(context) else _last_list(context)
    return choose(context, listed, said.number, words=said.below)


def _is_list(context: Context) -> bool:
    return context.ticket is not None and context.ticket.about is About.SLOTS


def _last_list(context: Context) -> list[int]:
    return interviews.last_shown(context.session, _person(context))


def show(context: Context, why: str = "asked") -> str:
    """Send the free slots."""
    interviews.show(context.session, _person(context), why=why, key=context.key, thread=context.thread, at=context.at)
    return f"slots-{why}"


def by_alias(context: Context) -> str:
    """rendez-vous@: whatever is written asks for the slots; CRENEAUX publishes some, ANNULER gives up."""
    if not context.is_sure():
        return answering.ask_whether_hers(context, "appointment")
    words = (CANCEL, ASK, OFFER) if _is_staff(context) else (CANCEL, ASK)
    said = understand(context.own or context.incoming.subject, words)
    if said is None:
        return show(context)
    if said.word is OFFER and not context.is_sure(staff=True):
        return answering.ask_whether_hers(context, "staff")
    return said.word.does(context, said)


def slots(context: Context) -> str:
    """An answer to a list of slots: a number, a day that only one of them has, OUI where there is but one."""
    assert context.ticket is not None
    listed = list(context.ticket.listed)
    first, _, below = context.own.strip().partition("\n")
    chosen = bare_number(first) or bare_number(context.own)
    if chosen is None:
        chosen = _chosen_by_day(context, listed, first)
    if chosen is not None:
        return choose(context, listed, chosen, words=below)
    chosen, words = _leading_number(context.own)
    if chosen is not None:
        return choose(context, listed, chosen, words=words)
    raise Refused("number-expected", count=len(listed))


def _leading_number(own: str) -> tuple[int | None, str]:
    """Return the number that begins an answer ("le 2, et mon numéro est le 06…"), and the words after it."""
    found = _LEADING.match(level(own))
    return (int(found["number"]), own[found.end() :].strip()) if found else (None, "")


def _chosen_by_day(context: Context, listed: list[int], line: str) -> int | None:
    """Return the number of the only slot on the day (and at the hour) that was written; None for none or several."""
    zone = settings_of(context.session).zone
    named = moments.mentioned(line, today=context.at.astimezone(zone).date())
    days = {one.day for one in named if one.day} | {day for one in named for day in one.options}
    hours = {one.at for one in named if one.at}
    fitting = []
    for place, slot_id in enumerate(listed, 1):
        slot = context.session.get(Slot, slot_id)
        local = slot.starts_at.astimezone(zone) if slot is not None else None
        if local is not None and local.date() in days and (not hours or local.time() in hours):
            fitting.append(place)
    return fitting[0] if len(fitting) == 1 else None


def accept(context: Context, said: Said) -> str:
    """OUI to the one slot that was proposed."""
    listed = list(context.ticket.listed) if context.ticket is not None else []
    if len(listed) != 1:
        raise Refused("number-expected", count=len(listed))
    return choose(context, listed, 1, words=said.below)


def choose(context: Context, listed: list[int], chosen: int, *, words: str = "") -> str:
    """Book number `chosen`; where somebody was faster, the slots that are left are shown."""
    if not 1 <= chosen <= len(listed):
        raise Refused("no-such-slot", count=len(listed))
    slot = context.session.get(Slot, listed[chosen - 1])
    try:
        if slot is None:
            raise Refused("slot-taken")
        interviews.book(
            context.session,
            slot,
            _person(context),
            words=words.strip()[:MAX_WORDS],
            key=context.key,
            thread=context.thread,
            at=context.at,
        )
    except Refused as refused:
        if refused.reason in ("slot-taken", "slot-over"):
            return show(context, "taken")
        raise
    return "appointment-booked"


def decline(context: Context, said: Said) -> str:
    """NON to what was proposed: it goes to the next one, she stays in the queue."""
    if not appointments.held_for(context.session, _person(context), at=context.at):
        return give_up(context, said)
    interviews.decline(context.session, _person(context), at=context.at)
    return "proposal-declined"


def give_up(context: Context, said: Said) -> str:
    """ANNULER, by a candidate: her appointment, else her place in the queue."""
    person = _person(context)
    booking = appointments.of_person(context.session, person)
    if booking is not None:
        interviews.cancel(context.session, booking, person, key=context.key, at=context.at)
        return "appointment-cancelled"
    if not interviews.renounce(context.session, person, key=context.key, at=context.at):
        raise Refused("nothing-to-cancel")
    return "queue-left"


def answered_by_calendar(context: Context) -> str:
    """Take what the button of a mail client says of an appointment; "" for a mail that people wrote."""
    comes = _calendar_answer(context)
    if comes is None:
        return ""
    return "calendar-noted" if comes else _cancel(context, reason="")


def _calendar_answer(context: Context) -> bool | None:
    files = [file for file in context.incoming.attachments if file.content_type in ("text/calendar", "application/ics")]
    found = (calendar_answers.comes(file.content.decode("utf-8", "replace")) for file in files)
    return next((one for one in found if one is not None), None)


def pass_words(context: Context) -> str:
    """An answer about an appointment in free words: they are for the other side."""
    text = context.own.strip()
    if not text:
        raise Refused("empty-mail")
    interviews.pass_words(
        context.session, _booking(context), _person(context), text[:MAX_WORDS], key=context.key, at=context.at
    )
    return "words-passed"


def cancel(context: Context, said: Said) -> str:
    """ANNULER [reason], by either side of an appointment."""
    return _cancel(context, reason=after_word(context.own, said.word.word, *said.word.also))


def _cancel(context: Context, *, reason: str) -> str:
    booking, person = _booking(context), _person(context)
    if context.role() is not Role.STAFF:
        interviews.cancel(context.session, booking, person, key=context.key, at=context.at)
        return "appointment-cancelled"
    slot, member = context.session.get_one(Slot, booking.slot_id), member_of_staff(context)
    interviews.withdraw(context.session, slot, member, reason=reason[:MAX_WORDS], key=context.key, at=context.at)
    return "appointment-cancelled-by-staff"


def publish(context: Context, said: Said) -> str:
    """CRENEAUX: put slots online; where the day is not sure, they are shown and wait for OUI."""
    member = member_of_staff(context)
    text = after_word(context.own or context.incoming.subject, said.word.word, *said.word.also, number=False)
    return _publish(context, member, text)


def _publish(context: Context, member: Person, text: str) -> str:
    read = slot_reading.read(text, at=context.at, zone=settings_of(context.session).zone)
    if read is None:
        raise Refused("slots-not-read")
    if len(read.slots) > slot_reading.MAX_SLOTS:
        raise Refused("too-many-slots", limit=slot_reading.MAX_SLOTS)
    if read.sure:
        interviews.publish(context.session, member, read, key=context.key, at=context.at)
        return "slots-published"
    question = questions.ask(
        context.session, Topic.SLOTS, member.address, mail_id=None, slots=_to_json(read), at=context.at
    )
    context.ask(SlotsPublished(interviews.read_lines(read), doubtful=True), question, to=member)
    return "asked-slots"


def confirmed(context: Context, question: Question, said: Said | None) -> str:
    """OUI to slots that were not surely read; anything else is read again as slots."""
    member = people.find(context.session, question.address)
    if member is None or Role.STAFF not in people.roles(context.session, member):
        raise Refused("staff-only")
    if said is None or said.rest:
        outcome = _publish(context, member, context.own)
        questions.LIFE.step(question, "decline", by=member.id, at=context.at)
        return outcome
    questions.LIFE.step(question, "accept", by=member.id, at=context.at)
    interviews.publish(context.session, member, _from_json(question.payload["slots"]), key=context.key, at=context.at)
    return "slots-published"


def more(context: Context) -> str:
    """An answer to one's published slots that is no word: more of them."""
    return _publish(context, member_of_staff(context), context.own)


def withdraw(context: Context, said: Said) -> str:
    """ANNULER n, ANNULER TOUT: take slots of the answered mail back."""
    member, ticket = member_of_staff(context), context.ticket
    assert ticket is not None, "only said in answer to published slots"
    listed = list(ticket.listed)
    every = said.rest in ("tout", "tous", "all") or len(listed) == 1
    if not every and (said.number is None or not 1 <= said.number <= len(listed)):
        raise Refused("no-such-slot", count=len(listed))
    for slot_id in listed if every else [listed[(said.number or 1) - 1]]:
        slot = context.session.get_one(Slot, slot_id)
        if not every or slot.state is appointments.SlotState.OPEN:
            interviews.withdraw(context.session, slot, member, key=f"{context.key}:{slot_id}", at=context.at)
    context.answer(Noted("slots-withdrawn"))
    return "slots-withdrawn"


def _to_json(read: ReadSlots) -> dict[str, Any]:
    moments_of = [[one.starts_at.isoformat(), one.ends_at.isoformat()] for one in read.slots]
    return {"slots": moments_of, "mode": str(read.mode), "place": read.place}


def _from_json(kept: dict[str, Any]) -> ReadSlots:
    return ReadSlots(
        tuple(ReadSlot(*map(datetime.fromisoformat, pair)) for pair in kept["slots"]),
        Mode(kept["mode"]),
        kept["place"],
    )


def _booking(context: Context) -> Booking:
    assert context.ticket is not None
    return context.session.get_one(Booking, context.ticket.subject_id)


def _person(context: Context) -> Person:
    person = context.person
    assert person is not None, "appointments are only made for people we know"
    return person


def _is_staff(context: Context) -> bool:
    return context.person is not None and Role.STAFF in people.roles(context.session, context.person)


def member_of_staff(context: Context) -> Person:
    """Return the member of staff who speaks. Raises Refused("staff-only") for one who is none any more."""
    if not _is_staff(context):
        raise Refused("staff-only")
    return _person(context)


def _which(rest: str) -> bool:
    return rest in ("tout", "tous", "all") or number(rest)


ASK = Word(
    "RENDEZ-VOUS",
    "demander un rendez-vous avec l’association : les créneaux libres, ou le créneau n de la liste",
    ask,
    also=("RDV", "UN RENDEZ-VOUS", "PRENDRE RENDEZ-VOUS", "APPOINTMENT"),
    takes=number,
    shown="RENDEZ-VOUS [n]",
)
_GIVING_UP = "renoncer à un rendez-vous, à une place dans la liste d’attente, à des créneaux publiés"
CANCEL = Word("ANNULER", _GIVING_UP, give_up, also=("ANNULE", "CANCEL"), takes=_which, shown="ANNULER [n | TOUT]")
OFFER = Word(
    "CRENEAUX",
    "publier des créneaux de rendez-vous : jour, heures, durée, manière",
    publish,
    also=("CRENEAU", "SLOTS"),
    takes=anything,
    shown="CRENEAUX mardi 9h-12h, 30 min, téléphone",
)
WORDS: tuple[Word, ...] = (ASK,)
STAFF_WORDS: tuple[Word, ...] = (OFFER,)
# The same words where an answer is about slots, or about an appointment.
ON_SLOTS: tuple[Word, ...] = (
    CANCEL,
    Word("OUI", "réserver le créneau proposé", accept, also=("YES", "OK", "D ACCORD"), takes=anything),
    Word("NON", "laisser le créneau à la personne suivante", decline, also=("NO",)),
)
ON_APPOINTMENT: tuple[Word, ...] = (
    Word("ANNULER", _GIVING_UP, cancel, also=("ANNULE", "ANNULATION", "CANCEL"), takes=anything),
)
ON_OFFERED: tuple[Word, ...] = (
    Word("ANNULER", _GIVING_UP, withdraw, also=("ANNULE", "RETIRER", "CANCEL"), takes=anything),
)
