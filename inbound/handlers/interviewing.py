"""Words about interviews: the recruiter sets, moves and calls off; the candidate, or her calendar, answers."""

from __future__ import annotations

import re
from datetime import datetime

from inbound.context import Context
from inbound.handlers.deciding import chosen, offer_of, person_of
from inbound.words import Said, Word, understand
from jobboard import calendar_answers, job_interviews, meeting_reading, moments
from jobboard.applications import Application
from jobboard.conversations import Conversation
from jobboard.db import settings_of
from jobboard.errors import Refused
from jobboard.job_interviews import STANDING, Interview
from jobboard.meeting_reading import ReadMeeting, Unread
from jobboard.people import Person
from jobboard.readable import level
from jobboard.tickets import About
from jobboard.zones import zone_of

# "2 mardi 9h", "n° 3 le 4 à 14h", but not "3 décembre", "2/12", "14h": those are days and hours.
_NUMBER = re.compile(
    r"\s*(?:candidature |application )?(?:n(?:°|o|um(?:ero)?)? ?)?(?P<number>\d{1,4})"
    r"(?=[\s:,;.]+\S|\s*$)(?!\s*(?:[:/.-]\s?\d|h\b|heures?\b|am\b|pm\b|er\b|jours?\b|semaines?\b|janv|fev|mars\b|avr|mai\b|juin\b"
    r"|juil|aout|sept|oct|nov|dec|january|february|march\b|april|may\b|june|july|august|october))[\s:,;.]*"
)
_CALLED_OFF = re.compile(r"^\W*(?:est )?(?:annul\w*|cancel\w*|supprim\w*)\W*$")


def set_(context: Context, said: Said) -> str:
    """Set or move an interview, or call it off: "ENTRETIEN 2 mardi 9h, 12 rue des Lilas", "ENTRETIEN 2 ANNULE"."""
    number, rest = _numbered(_own_speech(context, said))
    (application,) = chosen(context, (number,) if number is not None else ())
    if _CALLED_OFF.match(level(rest)):
        return _call_off(context, application.id)
    zone = zone_of(offer_of(context).departement, settings_of(context.session).zone)
    read = meeting_reading.read(rest, now=context.at, zone=zone)
    if read.starts_at is None:
        raise _asking(context, read, number)
    job_interviews.set_(
        context.session, application, person_of(context), read, zone.key, key=context.key, at=context.at
    )
    return "interview-set"


def call_off(context: Context, said: Said) -> str:
    """Call an interview off."""
    number, _ = _numbered(said.written)
    (application,) = chosen(context, (number,) if number is not None else ())
    return _call_off(context, application.id)


def _call_off(context: Context, application_id: int) -> str:
    application = context.session.get_one(Application, application_id)
    found = job_interviews.of_application(context.session, application)
    if found is None or found.state not in STANDING:
        raise Refused("no-interview", title=offer_of(context).title)
    job_interviews.call_off(context.session, found, person_of(context), key=context.key, at=context.at)
    return "interview-called-off"


def _own_speech(context: Context, said: Said) -> str:
    """Return what follows the word, without any address of the recruiter's: the candidate will read the place."""
    own = understand(context.words_to_relay().own, (said.word,))
    return (own or said).speech


def _numbered(text: str) -> tuple[int | None, str]:
    found = _NUMBER.match(level(text))
    return (int(found["number"]), text[found.end() :]) if found else (None, text)


def _asking(context: Context, read: ReadMeeting, number: int | None) -> Refused:
    """Return why nothing was set: what was not understood, with what may have been meant."""
    zone = zone_of(offer_of(context).departement, settings_of(context.session).zone)
    english = person_of(context).language == "en"
    said = [_say(one.astimezone(zone), english=english) for one in read.options if one > context.at]
    which = f" {number}" if number is not None else ""
    return Refused(
        "interview-when",
        why=str(read.unread or Unread.DAY),
        number=which,
        options="; ".join(f"ENTRETIEN{which} {one}" for one in said[:3]),
    )


def _say(moment: datetime, *, english: bool) -> str:
    clock = (
        f"{moment:%H:%M}" if english else f"{moment.hour}h{moment.minute:02d}" if moment.minute else f"{moment.hour}h"
    )
    return f"{moment:%d/%m/%Y} {clock}" if english else f"{moments.say(moment.date())} {clock}"


def accept(context: Context, said: Said) -> str:
    """ACCEPTER: she comes."""
    return _answer(context, comes=True)


def decline(context: Context, said: Said) -> str:
    """DECLINER: she does not come."""
    return _answer(context, comes=False)


def _answer(context: Context, *, comes: bool) -> str:
    found = _standing(context)
    if found is None or found.starts_at <= context.at:
        raise Refused("no-interview", title="")
    if not job_interviews.answer(context.session, found, comes=comes, key=context.key, at=context.at):
        return "interview-answered-already"
    return "interview-accepted" if comes else "interview-declined"


def _standing(context: Context) -> Interview | None:
    ticket = context.ticket
    if ticket is None or ticket.about is not About.CONVERSATION:
        raise Refused("answer-the-mail")
    conversation = context.session.get_one(Conversation, ticket.subject_id)
    return job_interviews.of_conversation(context.session, conversation)


def by_calendar(context: Context, conversation: Conversation, person: Person) -> str:
    """Take the answer of a client's own button to an invitation of ours; "" for anything else."""
    sources = [
        file.content.decode("utf-8", "replace")
        for file in context.incoming.attachments
        if file.content_type in ("text/calendar", "application/ics")
    ]
    found = job_interviews.of_conversation(context.session, conversation) if sources else None
    if found is None:
        return ""
    uid = re.compile(rf"^UID:interview-{found.id}@", re.MULTILINE)
    answers = [calendar_answers.comes(one) for one in sources if uid.search(one.replace("\r\n ", ""))]
    comes = next((one for one in answers if one is not None), None)
    if comes is None:
        return ""
    if person.id == conversation.candidate_id:
        return _answer(context, comes=comes)
    if not comes and found.state in STANDING:
        job_interviews.call_off(context.session, found, person, key=context.key, at=context.at)
        return "interview-called-off"
    return "calendar-noted"


# In a folded text: a number, or a day by its name.
_DAY = re.compile(
    r"\d|\b(?:demain|aujourd hui|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|tomorrow|today|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"
)


def _a_day(rest: str) -> bool:
    """Accept nothing, or words that hold a number or a day: "entretien des espaces verts" is no interview."""
    return not rest or _DAY.search(rest) is not None


def _an_interview(said: Said) -> bool:
    """Tell, between the lines of a correspondence, an interview to set from a sentence about one."""
    if said.shouted or not said.rest:
        return True
    if said.written.rstrip().endswith("?"):
        return False
    plain = level(said.written)
    return bool(_NUMBER.match(plain)) or _CALLED_OFF.match(plain) is not None


RECRUITER_WORDS = (
    Word(
        "ENTRETIEN",
        "proposer un entretien, ou le déplacer : le jour, l’heure, le lieu ou le lien ; chacun reçoit une invitation d’agenda",
        set_,
        also=("INTERVIEW",),
        takes=_a_day,
        shown="ENTRETIEN [n] <jour> <heure> [lieu]",
        meant=_an_interview,
        speech=True,
    ),
    Word(
        "ANNULER ENTRETIEN",
        "annuler un entretien ; la personne en est prévenue",
        call_off,
        also=("ANNULER L ENTRETIEN", "ENTRETIEN ANNULE", "CANCEL INTERVIEW"),
        takes=lambda rest: not _numbered(rest)[1],
        shown="ANNULER ENTRETIEN [n]",
    ),
)
CANDIDATE_WORDS = (
    Word("ACCEPTER", "accepter l’entretien proposé", accept, also=("J ACCEPTE", "JE VIENDRAI", "ACCEPT")),
    Word("DECLINER", "dire que vous ne viendrez pas à l’entretien proposé", decline, also=("JE DECLINE", "DECLINE")),
)
