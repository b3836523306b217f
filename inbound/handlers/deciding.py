"""Words of recruiters about applications: seen, retained, declined, by their numbers, several at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from inbound.context import Context
from inbound.numerals import numbered
from inbound.words import Said, Word, anything, numbers, understand
from jobboard import applications, verdicts
from jobboard.applications import Application
from jobboard.conversations import Conversation, Words
from jobboard.errors import Refused
from jobboard.offers import Offer
from jobboard.people import Person
from jobboard.tickets import About
from jobboard.verdicts import Reason

# After REFUSER n: what follows is for the candidate, too.
_TELL = re.compile(
    r"(?:(?:et|and)\s+)?(?:lui |leur )?(?:dire|dites|tell|say)(?:[- ](?:lui|leur|her|him|them))?\b\s*(?:que |that )?[:,;.–—-]*\s*",
    re.I,
)


def see(context: Context, said: Said) -> str:
    """Note that applications were read; their candidates are told."""
    found = chosen(context, numbered(said.written)[0])
    verdicts.see(context.session, found, person_of(context), key=context.key, at=context.at)
    return "applications-seen"


def retain(context: Context, said: Said) -> str:
    """Retain applications; their candidates are told."""
    found = chosen(context, numbered(said.written)[0])
    verdicts.retain(context.session, found, person_of(context), key=context.key, at=context.at)
    return "applications-retained"


def decline(context: Context, said: Said) -> str:
    """Decline applications at once; the letters to their candidates wait for ANNULER."""
    found = chosen(context, numbered(said.speech)[0])
    reason = _reason(context, said)
    verdicts.decline(context.session, found, person_of(context), reason, key=context.key, at=context.at)
    return "applications-declined"


def tell(context: Context, said: Said) -> str:
    """Tell those who were declined the reason that was kept for the recruiter."""
    found = chosen(context, numbered(said.written)[0])
    kept = {application.reason for application in found}
    if "" in kept or len(kept) != 1:
        raise Refused("no-reason-kept", title=offer_of(context).title)
    shared = Words(subject="", text=kept.pop())
    verdicts.share_reason(context.session, found, person_of(context), shared, key=context.key, at=context.at)
    return "reason-told"


def _reason(context: Context, said: Said) -> Reason:
    """Return why, in words that show no address of hers; shared when she says so ("REFUSER 2 DIRE : …")."""
    words = context.words_to_relay()
    own = understand(words.own, (said.word,))
    text = numbered((own or said).speech)[1]
    told = _TELL.match(text)
    text = (text[told.end() :] if told else text).strip()
    if not text:
        return Reason()
    return Reason(text, replace(words, subject="", text=text, html=None, files=(), own="") if told else None)


def offer_of(context: Context) -> Offer:
    """Return the offer whose applications the answered mail is about. Raises Refused("answer-the-mail")."""
    ticket = context.ticket
    offer_id = None
    if ticket is not None and ticket.about is About.CONVERSATION:
        offer_id = context.session.get_one(Conversation, ticket.subject_id).offer_id
    elif ticket is not None and ticket.about is About.OFFER:
        offer_id = ticket.subject_id
    offer = context.session.get(Offer, offer_id) if offer_id else None
    if offer is None or not verdicts.may_decide(context.session, offer, person_of(context)):
        raise Refused("answer-the-mail")
    return offer


def chosen(context: Context, wanted: Sequence[int]) -> list[Application]:
    """Return, locked, the applications with these numbers; without any, that of the conversation, or the only one.

    Raises Refused "no-such-application" or "which-applications".
    """
    offer, ticket = offer_of(context), context.ticket
    assert ticket is not None
    if wanted:
        found = list(applications.of_numbers(context.session, offer.id, wanted))
        missing = sorted(set(wanted) - {application.number for application in found})
        if missing:
            raise Refused("no-such-application", title=offer.title, missing=", ".join(map(str, missing)))
        return found
    if ticket.about is About.CONVERSATION:
        conversation = context.session.get_one(Conversation, ticket.subject_id)
        own = applications.of_conversation(context.session, conversation)
        if own is not None:
            return [own]
    found = list(applications.pending_of_offer(context.session, offer.id))
    if len(found) != 1:
        waiting = [verdicts.applicant(context.session, application) for application in found[:MOST_LISTED]]
        listed = ", ".join(f"{one.number} ({one.name})" if one.name else str(one.number) for one in waiting)
        raise Refused("which-applications", title=offer.title, count=len(found), applicants=listed)
    return found


MOST_LISTED = 30


def person_of(context: Context) -> Person:
    """Return who speaks."""
    person = context.person
    assert person is not None, "words are only done for people we know"
    return person


def _a_refusal(said: Said) -> bool:
    """Tell, between the lines of a correspondence, the word from a sentence that begins with it."""
    return not said.rest or said.shouted or bool(numbered(said.written)[0])


WORDS = (
    Word(
        "VU",
        "dire à une personne que vous avez lu sa candidature (n : son numéro ; plusieurs : VU 2, 3 et 5)",
        see,
        also=("LU", "SEEN"),
        takes=numbers,
        shown="VU [n]",
    ),
    Word(
        "RETENIR",
        "retenir une candidature ; la personne en est prévenue",
        retain,
        also=("RETENUE", "RETENU", "SHORTLIST", "SELECT"),
        takes=numbers,
        shown="RETENIR [n]",
    ),
    Word(
        "REFUSER",
        "décliner une candidature ou plusieurs ; votre raison reste entre nous, sauf après DIRE",
        decline,
        also=("REFUSE", "DECLINER", "DECLINE", "REJECT"),
        takes=anything,
        shown="REFUSER [n] [raison] | REFUSER [n] DIRE <raison>",
        meant=_a_refusal,
        secret=True,
        speech=True,
    ),
    Word(
        "DIRE",
        "faire lire à la personne la raison de votre refus",
        tell,
        also=("DIRE LA RAISON", "TELL"),
        takes=numbers,
        shown="DIRE [n]",
    ),
)
