"""The agenda by mail: proposing an event, deciding upon it, taking part, knowing who comes."""

from __future__ import annotations

from inbound.context import Context
from inbound.handlers import answering, appointing
from inbound.numerals import bare_number, numbered
from inbound.words import Said, Word, after_word, anything, number, understand
from jobboard import (
    attendance,
    calendar_answers,
    calendar_events,
    event_reading,
    outbox,
    people,
    programming,
    questions,
)
from jobboard.agenda import Event, EventState
from jobboard.db import settings_of
from jobboard.errors import Refused
from jobboard.event_drafts import EventDraft, missing
from jobboard.event_reading import ReadEvent
from jobboard.letters.account import Noted
from jobboard.letters.agenda import EventTemplate
from jobboard.people import Person, Role
from jobboard.questions import Question
from jobboard.tickets import About, Reply

MOST_AT_ONCE = 5  # events of one attached calendar
_CALENDARS = ("text/calendar", "application/ics")


def by_alias(context: Context) -> str:
    """agenda@: an event in free words, in the filled form or as a calendar; nothing at all gets the form."""
    said = understand(context.own or context.incoming.subject, JOINING)
    if said is not None and said.whole:
        if not context.is_sure():
            return answering.ask_whether_hers(context, "participate")
        return said.word.does(context, said)
    if not _text(context) and not _calendars(context):
        return _send_form(context)
    if not context.is_sure():
        return answering.ask_whether_hers(context, "event")
    return propose(context)


def propose(context: Context) -> str:
    """Keep what is proposed as drafts, and show each."""
    person = _person(context)
    found = _read(context)
    for number_, read in enumerate(found, 1):
        programming.propose(
            context.session, person, read, key=f"{context.key}:{number_}", thread=context.thread, at=context.at
        )
    return "event-draft-shown" if len(found) == 1 else f"event-drafts-shown-{len(found)}"


def _read(context: Context) -> list[ReadEvent]:
    """Return the events of an attached calendar; where there is none that can be read, the one of the words."""
    zone = settings_of(context.session).zone
    attached = _calendars(context)
    for source in attached:
        found = calendar_events.read(source, at=context.at, zone=zone, limit=MOST_AT_ONCE)
        if found:
            return [event_reading.from_calendar(one, zone) for one in found]
    text = _text(context)
    if attached and len(text.split()) < 5:
        raise Refused("calendar-not-read")
    today = context.at.astimezone(zone).date()
    return [event_reading.read(text, subject=context.incoming.subject, today=today)]


def _calendars(context: Context) -> list[str]:
    files = context.incoming.attachments
    named = [file for file in files if file.content_type in _CALENDARS or file.filename.lower().endswith(".ics")]
    return [_decoded(file.content) for file in named]


def _decoded(content: bytes) -> str:
    """Return a calendar as text: UTF-8 by its standard (RFC 5545 3.1.4), else as Windows writes."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _text(context: Context) -> str:
    return context.own.strip() or context.received.own.quoted.strip()


def _send_form(context: Context) -> str:
    person, sender = context.person, context.incoming.sender
    if sender is None or (person is None and not context.may_write_to_stranger()):
        return "stranger-not-answered"
    outbox.post(
        context.session,
        EventTemplate(event_reading.template()),
        to=person or sender,
        dedupe=f"event-template:{context.key}",
        reply=Reply(About.EVENT_DRAFT, Role.RECRUITER),
        thread=context.thread,
        at=context.at,
    )
    return "form-sent"


# The proposer


def draft(context: Context) -> str:
    """An answer about a draft that is no word: it completes or changes what was read."""
    assert context.ticket is not None
    if not context.ticket.subject_id:
        return by_alias(context)
    event = _event(context)
    if not context.own.strip() and not _calendars(context):
        raise Refused("empty-mail")
    read = _completed(context, EventDraft.from_json(event.draft), context.own)
    programming.complete(
        context.session, event, _person(context), read, key=context.key, thread=context.thread, at=context.at
    )
    return "event-draft-completed"


def _completed(context: Context, earlier: EventDraft, text: str) -> ReadEvent:
    today = context.at.astimezone(settings_of(context.session).zone).date()
    return event_reading.complete(earlier, text, asked=missing(earlier), today=today)


def submit(context: Context, said: Said) -> str:
    """OUI to a draft: hand it to the staff."""
    event = _event(context)
    if said.rest or said.below.strip():
        return draft(context)
    if event.state is not EventState.DRAFT:
        raise Refused("event-draft-gone")
    programming.submit(context.session, event, _person(context), at=context.at)
    return "event-submitted"


def correct(context: Context, said: Said) -> str:
    """CORRIGER, by the organiser: what is online changes after the staff have read it."""
    event, text = _event(context), _after(context, said)
    if not text:
        raise Refused("correction-missing")
    read = _completed(context, programming.standing_draft(event), text)
    programming.revise(context.session, event.id, _person(context), read, key=context.key, at=context.at)
    return "event-revised"


def cancel(context: Context, said: Said) -> str:
    """ANNULER [reason], by the organiser or the staff."""
    event = _event(context)
    by = _member(context) if context.role() is Role.STAFF else _person(context)
    programming.cancel(
        context.session, event.id, by, reason=_after(context, said)[:2000], key=context.key, at=context.at
    )
    return "event-cancelled"


def participants(context: Context, said: Said) -> str:
    """PARTICIPANTS: who comes, with relay addresses."""
    attendance.show_participants(context.session, _event(context), _person(context), key=context.key, at=context.at)
    return "participants-shown"


def absent(context: Context, said: Said) -> str:
    """ABSENTS n, n: who did not come, by the numbers of the list that is answered."""
    listed = list(context.ticket.listed) if context.ticket is not None else []
    numbers = set(numbered(said.written)[0])
    if not numbers or not numbers <= set(range(1, len(listed) + 1)):
        raise Refused("no-such-participant", count=len(listed))
    return _attended(context, listed, numbers)


def all_came(context: Context, said: Said) -> str:
    """TOUS PRESENTS."""
    return _attended(context, list(context.ticket.listed) if context.ticket is not None else [], set())


def _attended(context: Context, listed: list[int], numbers: set[int]) -> str:
    if not listed:
        raise Refused("no-such-participant", count=0)
    attendance.note_attendance(context.session, listed, numbers)
    context.answer(Noted("attendance", _event(context).title))
    return "attendance-noted"


def stop(context: Context, said: Said) -> str:
    """STOP in answer to a mail about an event: no more reminders of it."""
    event = _event(context)
    if context.role() is Role.RECRUITER:
        event.reminders_stopped = True
        context.answer(Noted("event-stopped-organiser", event.title))
        return "stopped-event"
    if not attendance.stop_reminders_of(context.session, event, _person(context)):
        raise Refused("not-a-participant", title=event.title)
    context.answer(Noted("event-stopped", event.title))
    return "stopped-event"


# The staff


def validate(context: Context, said: Said) -> str:
    """VALIDER: into the agenda."""
    programming.validate(context.session, _event(context).id, _member(context), key=context.key, at=context.at)
    return "event-validated"


def refuse(context: Context, said: Said) -> str:
    """REFUSER reason: back to its proposer."""
    event, member = _event(context), _member(context)
    programming.refuse(context.session, event.id, member, _after(context, said), key=context.key, at=context.at)
    return "event-refused"


def correct_by_staff(context: Context, said: Said) -> str:
    """CORRIGER text, by the staff: corrected in place, shown to the organiser."""
    event, text = _event(context), _after(context, said)
    if not text:
        raise Refused("correction-missing")
    read = _completed(context, programming.standing_draft(event), text)
    programming.correct(context.session, event.id, _member(context), read, key=context.key, at=context.at)
    return "event-corrected"


# Who takes part


def join(context: Context, said: Said) -> str:
    """JE PARTICIPE [n]: number n of the mail that is answered, its only event, or event n of the agenda."""
    event_id = _meant(context, said.number)
    state = attendance.join(context.session, event_id, _person(context), thread=context.thread, at=context.at)
    return f"participation-{state}"


def leave(context: Context, said: Said) -> str:
    """JE NE VIENS PLUS [n]."""
    event_id = _meant(context, said.number, leaving=True)
    attendance.leave(context.session, event_id, _person(context), thread=context.thread, at=context.at)
    return "participation-left"


def _meant(context: Context, said: int | None, *, leaving: bool = False) -> int:
    """Return the event that is meant. Raises Refused("which-event") where nothing says so."""
    ticket = context.ticket
    if ticket is not None and ticket.about is About.PARTICIPATION and said in (None, 1, ticket.subject_id):
        return ticket.subject_id
    if ticket is not None and ticket.about is About.EVENTS:
        listed = list(ticket.listed)
        if said is None and len(listed) == 1:
            return listed[0]
        if said is None or not 1 <= said <= len(listed):
            raise Refused("which-event")
        return listed[said - 1]
    if said is None and leaving:
        mine = attendance.ids_of(context.session, _person(context), at=context.at)
        if len(mine) == 1:
            return mine[0]
    if said is None:
        raise Refused("which-event")
    return said


def mine(context: Context, said: Said) -> str:
    """MES EVENEMENTS: where she is registered."""
    attendance.show_mine(context.session, _person(context), key=context.key, at=context.at)
    return "events-shown"


def upcoming(context: Context, said: Said) -> str:
    """AGENDA: the next events, numbered."""
    attendance.show_upcoming(context.session, _person(context), key=context.key, at=context.at)
    return "events-shown"


def participation(context: Context) -> str:
    """An answer about an event by who takes part: a button of a calendar, else it is not understood."""
    for source in _calendars(context):
        comes = calendar_answers.comes(source)
        if comes is not None:
            return _by_calendar(context, comes=comes)
    if bare_number(context.own) == 1:
        return f"participation-{attendance.join(context.session, _event(context).id, _person(context), at=context.at)}"
    raise Refused("not-understood")


def _by_calendar(context: Context, *, comes: bool) -> str:
    if comes:
        return "calendar-noted"
    attendance.leave(context.session, _event(context).id, _person(context), at=context.at)
    return "participation-left"


def listed(context: Context) -> str:
    """An answer to a list of events: a bare number takes part."""
    chosen = bare_number(context.own)
    if chosen is None:
        raise Refused("not-understood")
    event_id = _meant(context, chosen)
    return f"participation-{attendance.join(context.session, event_id, _person(context), at=context.at)}"


def confirmed(context: Context, question: Question, said: Said | None) -> str:
    """OUI to "you asked for a place at this event"."""
    if said is None or said.word.word != "OUI":
        raise Refused("yes-expected")
    questions.LIFE.step(question, "accept", by=None, at=context.at)
    person = people.admit(
        context.session,
        question.address,
        name=question.payload.get("name", "") or context.incoming.sender_name,
        language=question.payload.get("language", context.language),
        at=context.at,
    )
    evidence: dict[str, object] = {"question": question.id, "mail": context.received.mail_id}
    event_id = int(question.payload["event"])
    state = attendance.welcome(context.session, person, event_id, how="mail", evidence=evidence, at=context.at)
    return f"participation-{state}"


def _after(context: Context, said: Said) -> str:
    return after_word(context.own, said.word.word, *said.word.also, number=False)


def _event(context: Context) -> Event:
    assert context.ticket is not None, "only said in answer to a mail about an event"
    found = context.session.get(Event, context.ticket.subject_id)
    if found is None:
        raise Refused("no-such-event")
    return found


def _person(context: Context) -> Person:
    person = context.person
    assert person is not None, "events are only for people we know"
    return person


_member = appointing.member_of_staff

ABOUT_EVENT = "modifier l’événement, l’annuler, savoir qui vient"
JOIN = Word(
    "JE PARTICIPE",
    "participer à un événement de l’agenda (n : son numéro)",
    join,
    also=("PARTICIPER", "JE VIENS", "I PARTICIPATE", "JOIN", "REJOINDRE"),
    takes=number,
    shown="JE PARTICIPE [n]",
)
LEAVE = Word(
    "JE NE VIENS PLUS",
    "laisser votre place à quelqu’un d’autre",
    leave,
    also=("JE NE PARTICIPE PLUS", "JE NE PEUX PLUS VENIR", "ME DESINSCRIRE", "LEAVE", "I CANNOT COME"),
    takes=number,
    shown="JE NE VIENS PLUS [n]",
)
MINE = Word("MES EVENEMENTS", "lire les événements où vous êtes inscrit·e", mine, also=("MY EVENTS",))
UPCOMING = Word("AGENDA", "recevoir les prochains événements, numérotés", upcoming, also=("EVENEMENTS", "EVENTS"))
WORDS: tuple[Word, ...] = (JOIN, LEAVE, MINE, UPCOMING)
JOINING: tuple[Word, ...] = (JOIN, LEAVE, MINE)
_STOP = Word("STOP", "ne plus recevoir de rappels de cet événement", stop, also=("STOPPER", "ARRETER", "UNSUBSCRIBE"))
_CANCEL = Word("ANNULER", "annuler l’événement, et dire pourquoi", cancel, also=("ANNULE", "CANCEL"), takes=anything)
PARTICIPANTS = Word(
    "PARTICIPANTS", "lire qui vient, et écrire à chaque personne", participants, also=("LISTE", "ATTENDEES")
)
ABSENT = Word(
    "ABSENTS",
    "dire qui n’est pas venu, par les numéros de la liste",
    absent,
    also=("ABSENT",),
    takes=anything,
    shown="ABSENTS <n, n>",
)
ALL_CAME = Word("TOUS PRESENTS", "dire que tout le monde est venu", all_came, also=("TOUTES PRESENTES", "ALL CAME"))
CORRECT = Word(
    "CORRIGER",
    "modifier l’événement : l’équipe relit",
    correct,
    also=("CORRECTION", "MODIFIER", "CORRECT"),
    takes=anything,
    shown="CORRIGER <ce qui change>",
)
ON_DRAFT: tuple[Word, ...] = (
    Word("OUI", "envoyer l’événement à l’équipe", submit, also=("YES", "OK", "D ACCORD"), takes=anything),
    _CANCEL,
)
ON_EVENT: tuple[Word, ...] = (PARTICIPANTS, ABSENT, ALL_CAME, CORRECT, _CANCEL, _STOP)
ON_PARTICIPATION: tuple[Word, ...] = (
    _STOP,
    Word("OUI", "participer", join, also=("YES", "OK")),
    Word("NON", "ne plus participer", leave, also=("NO",)),
    Word("ANNULER", "ne plus participer", leave, also=("ANNULE", "CANCEL")),
)
ON_MODERATION: tuple[Word, ...] = (
    Word("VALIDER", "mettre l’événement dans l’agenda", validate, also=("VALIDE", "VALIDATE", "PUBLIER")),
    Word("REFUSER", "le renvoyer, avec la raison", refuse, also=("REFUSE", "REJECT"), takes=anything),
    Word(
        "CORRIGER",
        "le corriger avant de le publier",
        correct_by_staff,
        also=("CORRECTION", "MODIFIER", "CORRECT"),
        takes=anything,
    ),
    _CANCEL,
)
