"""The agenda by mail: proposing an event, deciding upon it, knowing who comes."""

from __future__ import annotations

from inbound.context import Context
from inbound.handlers import answering, appointing, participating
from inbound.handlers.events import STOP, calendars, event_of, person_of
from inbound.numerals import numbered
from inbound.words import Said, Word, after_word, anything, number, understand
from jobboard import (
    agenda,
    attendance,
    calendar_events,
    event_reading,
    outbox,
    programming,
)
from jobboard.agenda import Event, EventState
from jobboard.db import settings_of
from jobboard.errors import Refused
from jobboard.event_drafts import EventDraft, missing
from jobboard.event_reading import ReadEvent
from jobboard.letters.account import Noted
from jobboard.letters.agenda import EventTemplate
from jobboard.people import Role
from jobboard.tickets import About, Reply

MOST_AT_ONCE = 5  # events of one attached calendar


def by_alias(context: Context) -> str:
    """agenda@: an event in free words, in the filled form or as a calendar; nothing at all gets the form."""
    done = participating.by_word(context)
    if done:
        return done
    said = understand(context.own or context.incoming.subject, (PARTICIPANTS,))
    if said is not None and said.whole and context.person is not None and context.is_sure():
        return participants(context, said)
    if not _text(context) and not calendars(context):
        return _send_form(context)
    if not context.is_sure():
        asked = understand(context.own or context.incoming.subject, participating.WORDS)
        return answering.ask_whether_hers(context, "command" if asked is not None and asked.whole else "event")
    return propose(context)


def propose(context: Context) -> str:
    """Keep what is proposed as drafts, and show each."""
    person = person_of(context)
    found = _read(context)
    for number_, read in enumerate(found, 1):
        programming.propose(
            context.session, person, read, key=f"{context.key}:{number_}", thread=context.thread, at=context.at
        )
    return "event-draft-shown" if len(found) == 1 else f"event-drafts-shown-{len(found)}"


def _read(context: Context) -> list[ReadEvent]:
    """Return the events of an attached calendar; where there is none that can be read, the one of the words."""
    zone = settings_of(context.session).zone
    attached = calendars(context)
    for source in attached:
        found = calendar_events.read(source, at=context.at, zone=zone, limit=MOST_AT_ONCE)
        if found:
            return [event_reading.from_calendar(one, zone) for one in found]
    text = _text(context)
    if attached and len(text.split()) < 5:
        raise Refused("calendar-not-read")
    today = context.at.astimezone(zone).date()
    return [event_reading.read(text, subject=context.incoming.subject, today=today)]


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
        language=context.language,
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
    event = event_of(context)
    if not context.own.strip() and not calendars(context):
        raise Refused("empty-mail")
    read = _completed(context, EventDraft.from_json(event.draft), context.own)
    programming.complete(
        context.session, event, person_of(context), read, key=context.key, thread=context.thread, at=context.at
    )
    return "event-draft-completed"


def _completed(context: Context, earlier: EventDraft, text: str) -> ReadEvent:
    today = context.at.astimezone(settings_of(context.session).zone).date()
    return event_reading.complete(earlier, text, asked=missing(earlier), today=today)


def submit(context: Context, said: Said) -> str:
    """OUI to a draft: hand it to the staff."""
    event = event_of(context)
    if said.rest or said.below.strip():
        return draft(context)
    if event.state is not EventState.DRAFT:
        raise Refused("event-draft-gone")
    programming.submit(context.session, event, person_of(context), at=context.at)
    return "event-submitted"


def correct(context: Context, said: Said) -> str:
    """CORRIGER, by the organiser: what is online changes after the staff have read it."""
    event, text = event_of(context), _after(context, said)
    if not text:
        raise Refused("correction-missing")
    read = _completed(context, programming.standing_draft(event), text)
    programming.revise(context.session, event.id, person_of(context), read, key=context.key, at=context.at)
    return "event-revised"


def cancel(context: Context, said: Said) -> str:
    """ANNULER [reason], by the organiser or the staff."""
    event = event_of(context)
    by = _member(context) if context.role() is Role.STAFF else person_of(context)
    programming.cancel(
        context.session, event.id, by, reason=_after(context, said)[:2000], key=context.key, at=context.at
    )
    return "event-cancelled"


def participants(context: Context, said: Said) -> str:
    """PARTICIPANTS [n]: who comes, with relay addresses, to the event that is answered, event n, or her only one."""
    event, person = _organised(context, said.number), person_of(context)
    attendance.show_participants(context.session, event, person, key=context.key, at=context.at)
    return "participants-shown"


def _organised(context: Context, said: int | None) -> Event:
    if context.ticket is not None:
        return event_of(context)
    hers = [event for event in agenda.of_proposer(context.session, person_of(context)) if event.is_online]
    coming = [event for event in hers if not event.is_over(context.at)]
    meant = [event for event in hers if event.id == said] if said is not None else coming or hers[:1]
    if len(meant) != 1:
        raise Refused("which-event")
    return meant[0]


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
    context.answer(Noted("attendance", event_of(context).title))
    return "attendance-noted"


# The staff


def validate(context: Context, said: Said) -> str:
    """VALIDER: into the agenda."""
    programming.validate(context.session, event_of(context).id, _member(context), key=context.key, at=context.at)
    return "event-validated"


def refuse(context: Context, said: Said) -> str:
    """REFUSER reason: back to its proposer."""
    event, member = event_of(context), _member(context)
    programming.refuse(context.session, event.id, member, _after(context, said), key=context.key, at=context.at)
    return "event-refused"


def correct_by_staff(context: Context, said: Said) -> str:
    """CORRIGER text, by the staff: corrected in place, shown to the organiser."""
    event, text = event_of(context), _after(context, said)
    if not text:
        raise Refused("correction-missing")
    read = _completed(context, programming.standing_draft(event), text)
    programming.correct(context.session, event.id, _member(context), read, key=context.key, at=context.at)
    return "event-corrected"


def _after(context: Context, said: Said) -> str:
    return after_word(context.own, said.word.word, *said.word.also, number=False)


_member = appointing.member_of_staff

ABOUT_EVENT = "modifier l’événement, l’annuler, savoir qui vient"
_CANCEL = Word("ANNULER", "annuler l’événement, et dire pourquoi", cancel, also=("ANNULE", "CANCEL"), takes=anything)
PARTICIPANTS = Word(
    "PARTICIPANTS",
    "lire qui vient, et écrire à chaque personne",
    participants,
    also=("LISTE", "ATTENDEES"),
    takes=number,
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
ON_EVENT: tuple[Word, ...] = (PARTICIPANTS, ABSENT, ALL_CAME, CORRECT, _CANCEL, STOP)
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
