"""Answering an offer: which one, with what words, and whether it is meant as an application."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from inbound.context import Context
from inbound.handlers import answering, profiling, reporting
from inbound.numerals import bare_number
from inbound.words import Said, after_word, understand
from jobboard import applications, closings, correspondence, questions, showing
from jobboard.conversations import Words
from jobboard.errors import Refused
from jobboard.letters.questions import ShortApplicationQuestion, WhichOffer
from jobboard.offers import Offer
from jobboard.people import Person
from jobboard.questions import Question, Topic

SHORT = 10  # fewer words than this, without a file, may be a mere thank-you


def by_word(context: Context, said: Said) -> str:
    """POSTULER [n]: apply to the only offer of the mail that is answered, or to number n."""
    offer_ids = list(context.ticket.offers) if context.ticket is not None else []
    return _choose(context, offer_ids, said.number, meant=True)


def by_reply(context: Context) -> str:
    """An answer in free words to an alert: an application to its only offer."""
    assert context.ticket is not None
    return _choose(context, list(context.ticket.offers), bare_number(context.own), meant=False)


def by_address(context: Context, offer: Offer) -> str:
    """A mail to the address of an offer; a stranger's, or one that is not surely hers, waits for OUI."""
    if understand(context.own, reporting.WORDS) is not None:
        return _report(context, offer)
    applications.check_open(context.session, offer, at=context.at)
    if context.is_sure():
        return _apply(context, offer, meant=False)
    if context.person is None:
        context.require_relayable()  # no use in asking her for a OUI first
    return answering.ask_whether_hers(context, "apply", offer=offer)


def _report(context: Context, offer: Offer) -> str:
    """SIGNALER, written to the address of an offer."""
    if context.is_sure():
        return reporting.report_offer(context, offer)
    return answering.ask_whether_hers(context, "command")


def _choose(context: Context, offer_ids: list[int], chosen: int | None, *, meant: bool) -> str:
    context.require_relayable()
    if not offer_ids:
        raise Refused("no-offer-here")
    if chosen is not None and not 1 <= chosen <= len(offer_ids):
        raise Refused("no-such-number", count=len(offer_ids))
    if chosen is None and len(offer_ids) > 1:
        return _ask_which(context, offer_ids)
    offer = context.session.get_one(Offer, offer_ids[(chosen or 1) - 1])
    return _apply(context, offer, meant=meant)


def _ask_which(context: Context, offer_ids: list[int]) -> str:
    cards = [showing.card(context.session.get_one(Offer, one), number=n) for n, one in enumerate(offer_ids, 1)]
    cards = list(showing.still_open(context.session, cards, at=context.at))
    if not cards:
        raise Refused("offer-closed", title="", employer="")
    question = _ask_back(context, Topic.WHICH_OFFER, offers=offer_ids)
    context.ask(WhichOffer(tuple(cards)), question, to=_person(context))
    return "asked-which-offer"


def _apply(context: Context, offer: Offer, *, meant: bool) -> str:
    applications.check_open(context.session, offer, at=context.at)
    words = _words(context)
    files = [file for file in words.files if not file.inline]
    if not meant and not files and len(words.text.split()) < SHORT:
        if not words.text.strip() and not words.refused:
            raise Refused("empty-mail")
        question = _ask_back(context, Topic.SHORT_APPLICATION, offer=offer.id)
        context.ask(ShortApplicationQuestion(showing.card(offer)), question, to=_person(context))
        return "asked-whether-application"
    correspondence.apply(context.session, offer, _person(context), words, at=context.at)
    profiling.after_application(context)
    closings.close_if_full(context.session, offer, at=context.at)
    return "applied"


def _ask_back(context: Context, topic: Topic, **payload: Any) -> Question:
    person = _person(context)
    return questions.ask(
        context.session, topic, person.address, mail_id=context.received.mail_id, at=context.at, **payload
    )


def accepted(context: Context, question: Question, *, number: int | None) -> str:
    """Apply with the words and files of the kept mail, at the OUI (or the number) that answered our question."""
    if question.topic is Topic.SHORT_APPLICATION:
        return _apply(context, context.session.get_one(Offer, question.payload["offer"]), meant=True)
    return _choose(context, list(question.payload["offers"]), number, meant=True)


def _words(context: Context) -> Words:
    """Return the anonymised words without the command that introduced them."""
    words = context.words_to_relay()
    text = after_word(words.text, "POSTULER", "JE POSTULE", "CANDIDATER", "APPLY")
    return replace(words, text=text)


def _person(context: Context) -> Person:
    person = context.person
    assert person is not None, "applications are only made for people we know"
    return person
