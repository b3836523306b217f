"""Words of the staff: deciding upon offers and editions by answering."""

from __future__ import annotations

from typing import TypeVar

from inbound.context import Context
from inbound.words import Said, Word, after_word, anything
from jobboard import deposits, newsletters, people
from jobboard.editions import Edition
from jobboard.errors import Refused
from jobboard.offers import Offer
from jobboard.people import Person, Role
from jobboard.tickets import About

R = TypeVar("R")


def validate(context: Context, said: Said) -> str:
    """Publish the offer that waits."""
    offer = _subject(context, About.MODERATION, Offer)
    deposits.validate(context.session, offer, _member(context), key=context.key, at=context.at)
    return "offer-validated"


def refuse(context: Context, said: Said) -> str:
    """Send the offer back with the reason that follows the word."""
    offer = _subject(context, About.MODERATION, Offer)
    reason = after_word(context.own, "REFUSER", "REFUSE", "REJECT")
    deposits.refuse(context.session, offer, _member(context), reason, key=context.key, at=context.at)
    return "offer-refused"


def approve(context: Context, said: Said) -> str:
    """Send the edition that waits to everyone on its list."""
    edition = _subject(context, About.EDITION, Edition)
    newsletters.approve(context.session, edition, _member(context), key=context.key, at=context.at)
    return "edition-approved"


def _subject(context: Context, about: About, record: type[R]) -> R:
    ticket = context.ticket
    found = context.session.get(record, ticket.subject_id) if ticket is not None and ticket.about is about else None
    if found is None:
        raise Refused("answer-the-mail")
    return found


def _member(context: Context) -> Person:
    """Return the member of staff who speaks. Raises Refused("staff-only") for one who is none any more."""
    person = context.person
    if person is None or Role.STAFF not in people.roles(context.session, person):
        raise Refused("staff-only")
    return person


WORDS = (
    Word("VALIDER", "publier l’offre à laquelle vous répondez", validate, also=("VALIDE", "VALIDATE", "PUBLIER")),
    Word(
        "REFUSER",
        "renvoyer l’offre à son auteur, avec la raison",
        refuse,
        also=("REFUSE", "REJECT"),
        takes=anything,
        shown="REFUSER <raison>",
    ),
    Word("APPROUVER", "envoyer la lettre à laquelle vous répondez", approve, also=("APPROUVE", "APPROVE")),
)
