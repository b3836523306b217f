"""Taking part in the events of the agenda by mail: a place, giving it back, what one is registered for."""

from __future__ import annotations

from inbound import agenda_views
from inbound.context import Context
from inbound.handlers import answering
from inbound.handlers.events import STOP, calendars, event_of, person_of
from inbound.numerals import bare_number
from inbound.words import Said, Word, number, understand
from jobboard import attendance, calendar_answers, people, questions
from jobboard.db import settings_of
from jobboard.errors import Refused
from jobboard.questions import Question
from jobboard.tickets import About


def join(context: Context, said: Said) -> str:
    """JE PARTICIPE [n]: number n of the mail that is answered, its only event, or event n of the agenda."""
    event_id = _meant(context, said.number)
    state = attendance.join(context.session, event_id, person_of(context), thread=context.thread, at=context.at)
    return f"participation-{state}"


def leave(context: Context, said: Said) -> str:
    """JE NE VIENS PLUS [n]."""
    event_id = _meant(context, said.number, leaving=True)
    attendance.leave(context.session, event_id, person_of(context), thread=context.thread, at=context.at)
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
        mine = attendance.ids_of(context.session, person_of(context), at=context.at)
        if len(mine) == 1:
            return mine[0]
    if said is None:
        raise Refused("which-event")
    return said


def by_word(context: Context) -> str:
    """Do the word about events that a mail to an alias is, after one OUI for who is not known; "" for any other mail."""
    said = understand(context.own or context.incoming.subject, JOINING)
    if said is None or not said.whole:
        return ""
    if not context.is_sure():
        return answering.ask_whether_hers(context, "participate" if said.word is JOIN else "command")
    return said.word.does(context, said)


def mine(context: Context, said: Said) -> str:
    """MES EVENEMENTS: where she is registered."""
    attendance.show_mine(context.session, person_of(context), key=context.key, at=context.at)
    return "events-shown"


def upcoming(context: Context, said: Said) -> str:
    """AGENDA [month · n MOIS] [place]: the next events, or those of one or two months, numbered."""
    view = agenda_views.read(said.rest)
    assert view is not None, "the word takes nothing else"
    zone = settings_of(context.session).zone
    span = view.span(context.at.astimezone(zone).date())
    attendance.show_upcoming(
        context.session, person_of(context), span=span, territory=view.place, key=context.key, at=context.at
    )
    return "events-shown"


def participation(context: Context) -> str:
    """An answer about an event by who takes part: a button of a calendar, else it is not understood."""
    for source in calendars(context):
        comes = calendar_answers.comes(source)
        if comes is not None:
            return _by_calendar(context, comes=comes)
    if bare_number(context.own) == 1:
        return (
            f"participation-{attendance.join(context.session, event_of(context).id, person_of(context), at=context.at)}"
        )
    raise Refused("not-understood")


def _by_calendar(context: Context, *, comes: bool) -> str:
    if comes:
        return "calendar-noted"
    attendance.leave(context.session, event_of(context).id, person_of(context), at=context.at)
    return "participation-left"


def listed(context: Context) -> str:
    """An answer to a list of events: a bare number takes part."""
    chosen = bare_number(context.own)
    if chosen is None:
        raise Refused("not-understood")
    event_id = _meant(context, chosen)
    return f"participation-{attendance.join(context.session, event_id, person_of(context), at=context.at)}"


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
MINE = Word("MES EVENEMENTS", "lire les événements auxquels vous participez", mine, also=("MY EVENTS",))
UPCOMING = Word(
    "AGENDA",
    "recevoir les prochains événements, numérotés ; ou ceux d’un mois, de deux mois, d’un territoire",
    upcoming,
    also=("EVENEMENTS", "EVENTS"),
    takes=lambda rest: agenda_views.read(rest) is not None,
    shown="AGENDA [décembre · 2 MOIS] [lieu]",
)
WORDS: tuple[Word, ...] = (JOIN, LEAVE, MINE, UPCOMING)
JOINING: tuple[Word, ...] = (JOIN, LEAVE, MINE, UPCOMING)
ON_PARTICIPATION: tuple[Word, ...] = (
    STOP,
    Word("OUI", "participer", join, also=("YES", "OK")),
    Word("NON", "ne plus participer", leave, also=("NO",)),
    Word("ANNULER", "ne plus participer", leave, also=("ANNULE", "CANCEL")),
)
