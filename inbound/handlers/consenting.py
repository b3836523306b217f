"""Answers to our questions: the OUI on a fresh token that makes things happen, once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from inbound.context import Context
from inbound.handlers import applying, appointing, hunting, participating, profiling, wishing
from inbound.handlers.tables import NO, YES, table
from inbound.numerals import bare_number
from inbound.words import Said, understand
from jobboard import (
    alert_words,
    cvs,
    invitations,
    kept_mails,
    memberships,
    outbox,
    people,
    persons,
    questions,
    signups,
    suppression,
)
from jobboard.addresses import Purpose
from jobboard.errors import Refused
from jobboard.letters.account import Noted
from jobboard.questions import Question, Topic
from jobboard.tickets import Ticket

_STOPPING = ("STOP", "STOP TOUT")
# OUI PRIVÉ, and what else says that no profile shall be shown.
_PRIVATE = re.compile(r"\b(en )?(privee?|private)\b|\b(alerte seule|sans profil|pas de profil|without profile)\b")


def answer(context: Context) -> str:
    """Take the answer to a question. Raises Refused "question-closed" when it was answered or has expired."""
    ticket = context.ticket
    assert ticket is not None
    question = questions.open_question(context.session, ticket.subject_id, at=context.at)
    if question is None:
        raise Refused("question-closed")
    said = understand(context.own, (YES, NO))
    if said is not None and said.word is NO and not said.rest:
        return _decline(context, question)
    if said is not None and said.word is YES:
        suppression.lift(context.session, question.address)  # the question was read there
    command = understand(context.own, table(context))
    if said is None and command is not None and command.word.word in _STOPPING and context.person is None:
        return _decline(context, question)  # of somebody of whom we have nothing but this question
    if said is None and command is not None and command.whole and context.person is not None and context.is_sure():
        return command.word.does(context, command)
    return TOPICS[question.topic](context, question, said)


def _decline(context: Context, question: Question) -> str:
    questions.LIFE.step(question, "decline", by=None, at=context.at)
    _note(context, question, "question-declined")
    person = people.find(context.session, question.address)
    if question.topic is Topic.MAIL and person is not None:
        kept_mails.ask_about_next(context.session, person, at=context.at)
    return "declined"


def _note(context: Context, question: Question, what: str) -> None:
    outbox.post(
        context.session,
        Noted(what),
        to=people.find(context.session, question.address) or question.address,
        language=question.payload.get("language", context.language),
        dedupe=f"{what}:{question.id}",
        thread=context.thread,
        at=context.at,
    )


def _sign_up(context: Context, question: Question, said: Said | None) -> str:
    if said is None or said.word is not YES:
        return wishing.answered(context, question, context.own, yes=False, private=False)
    found = _PRIVATE.search(said.rest)
    rest = _PRIVATE.sub(" ", said.rest).strip()
    text = rest if _says_something(rest) else ""
    return wishing.answered(context, question, text, yes=True, private=found is not None)


def _says_something(rest: str) -> bool:
    return bool(set(rest.split()) - _AGREEING)


# Said after OUI, these words add nothing to it.
_AGREEING = frozenset(
    {
        *("c", "ca", "est", "bien", "tout", "a", "fait", "parfait", "exact", "exactement", "oui", "ok", "d", "accord"),
        *("je", "confirme", "vous", "le", "la", "les", "de", "mon", "ma", "mes", "pour", "inscription", "alerte"),
        *("svp", "merci", "absolument", "volontiers", "avec", "plaisir", "bon", "correct", "yes", "please", "confirm"),
        *("that", "s", "right", "i", "it"),
    }
)


def _subscribe(context: Context, question: Question, said: Said | None) -> str:
    _require_yes(said)
    signups.subscribe(context.session, question, how="mail", evidence={"mail": context.received.mail_id}, at=context.at)
    return "subscribed"


def _mail(context: Context, question: Question, said: Said | None) -> str:
    """OUI to "is this mail yours?": do what the kept mail asked, as its person."""
    _require_yes(said)
    kept = context.received.kept
    if kept is None:
        raise Refused("question-closed")
    questions.LIFE.step(question, "accept", by=None, at=context.at)
    person = people.admit(
        context.session,
        question.address,
        name=question.payload.get("name", ""),
        language=question.payload.get("language", context.language),
        at=context.at,
    )
    kept_mails.ask_about_next(context.session, person, at=context.at)
    ticket = context.session.get(Ticket, kept.target.row_id) if kept.target.purpose is Purpose.REPLY else None
    again = replace(context, received=kept, sender=person, confirmed=True, ticket=ticket)
    return f"confirmed:{again.route(again)}"


def _application(context: Context, question: Question, said: Said | None) -> str:
    """OUI to "is this an application?", or a number to "which one?": apply with the kept words and files."""
    number = bare_number(context.own)
    if question.topic is Topic.SHORT_APPLICATION:
        _require_yes(said)
    elif number is None:
        raise Refused("number-expected", count=len(question.payload["offers"]))
    kept = context.received.kept
    if kept is None:
        raise Refused("question-closed")
    questions.LIFE.step(question, "accept", by=None, at=context.at)
    again = replace(context, received=kept, confirmed=True)
    return applying.accepted(again, question, number=number)


def _colleague(context: Context, question: Question, said: Said | None) -> str:
    """OUI to sharing the conversations of an offer."""
    _require_yes(said)
    name = context.incoming.sender_name if context.is_from(question.address) else ""
    invitations.accept(context.session, question, name=name, language=context.language, at=context.at)
    return "colleague-joined"


def _cv(context: Context, question: Question, said: Said | None) -> str:
    """OUI to what was read in a CV, lines that correct it, or another CV."""
    yes = said is not None and said.word is YES
    if not yes and context.received.cv is not None and context.person is not None:
        return profiling.propose(context)
    written = cvs.answer(
        context.session, question, context.own, yes=yes, key=context.key, at=context.at, thread=context.thread
    )
    return "profile-updated" if written else "asked-cv"


def _membership(context: Context, question: Question, said: Said | None) -> str:
    """OUI to letting somebody act for one's organisation."""
    _require_yes(said)
    memberships.accept(context.session, question, at=context.at)
    return "membership-given"


def _data(context: Context, question: Question, said: Said | None) -> str:
    """OUI to "was it you who asked for your data?"."""
    _require_yes(said)
    persons.send_data(context.session, question, at=context.at)
    return "data-sent"


def _erase(context: Context, question: Question, said: Said | None) -> str:
    """The first OUI to being erased."""
    _require_yes(said)
    persons.ask_erasure_again(context.session, question, at=context.at)
    return "asked-erasure-again"


def _erase_surely(context: Context, question: Question, said: Said | None) -> str:
    """The second one."""
    _require_yes(said)
    persons.set_erasure(context.session, question, at=context.at)
    return "erasure-set"


def _address(context: Context, question: Question, said: Said | None) -> str:
    """OUI to another address, from one of the two."""
    _require_yes(said)
    if persons.agree_to_address(context.session, question, at=context.at):
        return "address-changed"
    _note(context, question, "address-half")
    return "address-agreed"


def _alert_change(context: Context, question: Question, said: Said | None) -> str:
    """OUI to the only change that was proposed for an alert, or the number of one."""
    number = bare_number(context.own)
    if number is None:
        _require_yes(said)
        number = said.number if said is not None else None
    alert_words.accept(context.session, question, number, key=context.key, thread=context.thread, at=context.at)
    return "alert-narrowed"


def _offer_to_propose(context: Context, question: Question, said: Said | None) -> str:
    """A number to "for which of your offers?": propose that one."""
    return hunting.offer_chosen(context, question)


def _require_yes(said: Said | None) -> None:
    if said is None or said.word is not YES:
        raise Refused("yes-expected")


def verify_mailbox(context: Context) -> None:
    """Note that the address of a ticket answers: mails to it are no mails to a stranger any more."""
    assert context.ticket is not None
    if context.ticket.address:
        suppression.forgive_stranger(context.session, context.ticket.address)


TOPICS: dict[Topic, Callable[[Context, Question, Said | None], str]] = {
    Topic.SIGN_UP: _sign_up,
    Topic.SUBSCRIBE: _subscribe,
    Topic.MAIL: _mail,
    Topic.SHORT_APPLICATION: _application,
    Topic.WHICH_OFFER: _application,
    Topic.ALERT_CHANGE: _alert_change,
    Topic.COLLEAGUE: _colleague,
    Topic.PARTICIPATION: participating.confirmed,
    Topic.CV: _cv,
    Topic.MEMBERSHIP: _membership,
    Topic.DATA: _data,
    Topic.ERASE: _erase,
    Topic.ERASE_SURELY: _erase_surely,
    Topic.ADDRESS: _address,
    Topic.SLOTS: appointing.confirmed,
    Topic.OFFER_TO_PROPOSE: _offer_to_propose,
}
