"""SIGNALER: telling the staff that something is wrong with an offer, by answering a mail that shows it."""

from __future__ import annotations

import re

from inbound.context import Context
from inbound.words import Said, Word, after_word, anything
from jobboard import conversations, moderation
from jobboard.errors import Refused
from jobboard.letters.account import Noted
from jobboard.offers import Offer
from jobboard.people import Person
from jobboard.tickets import About

_FIRST = re.compile(r"(?:(?:l )?(?:offre|offer|annonce) )?(?:(?:n|no|numero|number) )?(\d{1,2})\b")
SPELLINGS = ("SIGNALER", "SIGNALEMENT", "REPORT")


def report(context: Context, said: Said) -> str:
    """Report the only offer of the mail that is answered, or number n; what follows the word is the reason."""
    return report_offer(context, _offer(context, said))


def report_offer(context: Context, offer: Offer) -> str:
    """Keep what she reports about that offer, once, and thank her."""
    person = _person(context)
    reason = after_word(context.own, *SPELLINGS)
    new = moderation.report(context.session, offer, f"person:{person.id}", reason, person=person, at=context.at)
    context.answer(Noted("offer-reported", offer.title), dedupe=f"offer-reported:{offer.id}:{person.id}:{context.key}")
    return "offer-reported" if new else "offer-reported-before"


def _offer(context: Context, said: Said) -> Offer:
    ticket = context.ticket
    if ticket is None:
        raise Refused("answer-the-mail")
    if ticket.about is About.CONVERSATION:
        offer_id = context.session.get_one(conversations.Conversation, ticket.subject_id).offer_id
    elif ticket.about is About.OFFERS and ticket.offers:
        offer_id = _chosen(ticket.offers, said.rest)
    else:
        raise Refused("no-offer-here")
    offer = context.session.get(Offer, offer_id) if offer_id else None
    if offer is None:
        raise Refused("no-offer-here")
    return offer


def _chosen(offer_ids: list[int], rest: str) -> int:
    """Return the offer of the number that stands first; any other number is of the reason, "on me demande 50 euros"."""
    if len(offer_ids) == 1:
        return offer_ids[0]
    first = _FIRST.match(rest)
    if first is None:
        raise Refused("number-expected", count=len(offer_ids))
    if not 1 <= int(first[1]) <= len(offer_ids):
        raise Refused("no-such-number", count=len(offer_ids))
    return offer_ids[int(first[1]) - 1]


def _person(context: Context) -> Person:
    person = context.person
    assert person is not None, "words are only done for people we know"
    return person


WORDS = (
    Word(
        "SIGNALER",
        "dire à l’équipe qu’une offre n’est pas en règle (n : son numéro dans le mail), et pourquoi",
        report,
        also=SPELLINGS[1:],
        takes=anything,
        shown="SIGNALER [n] <raison>",
    ),
)
