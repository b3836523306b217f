"""Answers that every handler may need: a refusal, the question whether a mail is hers, the proof of a mailbox."""

from __future__ import annotations

import hmac
import re

from inbound.context import Context
from inbound.parse import Authentication
from jobboard import kept_mails, outbox, questions, showing
from jobboard.addresses import address_key
from jobboard.db import settings_of
from jobboard.errors import Refused
from jobboard.letters.account import Refusal
from jobboard.letters.base import Letter
from jobboard.letters.questions import MailQuestion
from jobboard.offers import Offer
from jobboard.questions import Topic
from jobboard.tickets import About, Reply

_TOLD_TO_STRANGERS = frozenset({"too-large"})
_PROOF = re.compile(r"^.*\brep[eè]re\b.*?([0-9a-f]{16}).*$", re.I | re.M)


def refusal(reason: str, **facts: str | int) -> Refusal:
    """Return the letter that says why something was not done."""
    return Refusal(reason, facts)


def refuse(context: Context, refused: Refused) -> str:
    """Tell the person why nothing was done, once a day for the same reason and subject; returns the outcome.

    Strangers are told only what they could not find out otherwise; anything else is the handler's that meets them.
    """
    person = context.person
    facts = {name: value for name, value in refused.facts.items() if isinstance(value, str | int)}
    if person is None:
        if refused.reason in _TOLD_TO_STRANGERS:
            answer_stranger(context, refusal(refused.reason, **facts))
        return f"refused:{refused.reason}"
    offer = context.offer_concerned()
    cards = showing.near(context.session, offer, at=context.at) if refused.reason == "offer-closed" and offer else ()
    subject = offer.id if offer else facts.get("title", "")
    outbox.post(
        context.session,
        Refusal(refused.reason, facts, cards),
        to=person,
        dedupe=f"refusal:{person.id}:{refused.reason}:{subject}:{context.at:%Y-%m-%d}",
        reply=context.same_subject(cards),
        thread=context.thread,
        at=context.at,
    )
    return f"refused:{refused.reason}"


def answer_stranger(context: Context, answer: Letter) -> str:
    """Answer somebody whom we do not know, if she may be written to today; returns the outcome."""
    sender = context.incoming.sender
    if sender is None or not context.may_write_to_stranger():
        return "stranger-not-answered"
    outbox.post(
        context.session,
        answer,
        to=sender,
        language=context.language,
        dedupe=f"stranger:{context.key}",
        reply=Reply(About.GENERAL),
        thread=context.thread,
        at=context.at,
    )
    return "stranger-answered"


def ask_whether_hers(context: Context, what: str, *, offer: Offer | None = None) -> str:
    """Keep the mail and ask the registered person, or the stranger, for one OUI; nothing happens before it."""
    person, sender = context.person, context.incoming.sender
    address = person.address if person else sender
    if address is None or (person is None and context.incoming.authentication is Authentication.FAIL):
        return "stranger-not-answered"
    question = questions.ask(
        context.session,
        Topic.MAIL,
        address,
        mail_id=context.received.mail_id,
        text=f"Ce mail est de moi ({what}).",
        what=what,
        name=context.incoming.sender_name if person is None else "",
        language=context.language,
        sender=showing.masked(sender) if person and sender and not context.is_from(person.address) else "",
        at=context.at,
    )
    allowed = kept_mails.may_ask(context.session, person, at=context.at) if person else context.may_write_to_stranger()
    if not allowed:
        return "kept-unasked"
    card = showing.card(offer) if offer is not None else None
    letter = MailQuestion(what, person is not None, card, question.payload["sender"])
    context.ask(letter, question, to=person or address)
    return "asked-whether-hers"


def with_proof(context: Context, form: str) -> str:
    """Return the form with a line that proves, when it comes back, that our mail was received at that address."""
    return f"{form.rstrip()}\n\nRepère (ne pas modifier) : {_proof(context)}\n"


def holds_proof(context: Context, text: str) -> bool:
    """Tell whether the text holds the line that only a reader of our mail to this very address can know."""
    return any(hmac.compare_digest(found, _proof(context)) for found in _PROOF.findall(text))


def without_proof(text: str) -> str:
    """Return the text down to that line: what follows it in a form that comes back is our own."""
    found = _PROOF.search(text)
    return text[: found.start()] if found else text


def _proof(context: Context) -> str:
    key = settings_of(context.session).keys("mailbox-proof")[0]
    return hmac.digest(key, address_key(context.incoming.sender or "").encode(), "sha256").hex()[:16]
