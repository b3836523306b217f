"""Depositing an offer by mail: the form, the draft, what is missing, and the OUI that submits it."""

from __future__ import annotations

from datetime import date

from inbound.context import Context
from inbound.handlers import answering
from jobboard import deposits, drafts, outbox, suppression
from jobboard.db import settings_of
from jobboard.letters.recruiting import OfferTemplate
from jobboard.offers import Offer, OfferState
from jobboard.people import Person, Role
from jobboard.tickets import About, Reply


def receive(context: Context) -> str:
    """Take a mail to offres@: an empty one gets the form, a stranger's waits for her OUI, others become drafts."""
    text = _text(context)
    if not text and not context.received.documents:
        return _send_form(context)
    if context.person is None and answering.holds_proof(context, text):
        suppression.forgive_stranger(context.session, context.incoming.sender or "")
    if not context.is_sure():
        return answering.ask_whether_hers(context, "deposit")
    return deposit(context, _person(context), text)


def deposit(context: Context, recruiter: Person, text: str) -> str:
    """Read an offer, in the mail or in what is attached to it, and show it as a draft."""
    text, attached = answering.without_proof(text), _attached(context)
    read = drafts.read_offer(attached or text, subject=context.incoming.subject, today=_today(context))
    if attached and text:
        read = drafts.beside(read, text, today=_today(context))
    deposits.deposit(
        context.session,
        recruiter,
        read,
        key=context.key,
        thread=context.thread,
        unread_files=_unread(context),
        at=context.at,
    )
    return "draft-shown"


def _attached(context: Context) -> str:
    """Return the words of the attached documents."""
    return "\n\n".join(one.text for one in context.received.documents if one.text)


def _unread(context: Context) -> tuple[str, ...]:
    return tuple(one.filename for one in context.received.documents if not one.text)


def complete(context: Context, offer: Offer, text: str) -> str:
    """Take a reply about a draft: it completes or changes what was read."""
    if offer.state is not OfferState.DRAFT:
        return deposit(context, _person(context), text)
    earlier = deposits.draft_of(offer)
    asked = drafts.missing(earlier)
    attached = _attached(context)
    read = drafts.complete_offer(earlier, asked, attached or text, today=_today(context))
    if attached and text:
        read = drafts.beside(read, text, today=_today(context))
    deposits.complete(
        context.session,
        offer,
        _person(context),
        read,
        key=context.key,
        thread=context.thread,
        unread_files=_unread(context),
        at=context.at,
    )
    return "draft-completed"


def submit(context: Context, offer: Offer) -> str:
    """OUI to a draft: hand it to the staff."""
    deposits.submit(context.session, offer, _person(context), key=context.key, at=context.at)
    return "offer-submitted"


def _send_form(context: Context) -> str:
    person, sender = context.person, context.incoming.sender
    if sender is None or (person is None and not context.may_write_to_stranger()):
        return "stranger-not-answered"
    form = drafts.template() if person is not None else answering.with_proof(context, drafts.template())
    outbox.post(
        context.session,
        OfferTemplate(form),
        to=person or sender,
        language=context.language,
        dedupe=f"offer-template:{context.key}",
        reply=Reply(About.DRAFT, Role.RECRUITER),
        thread=context.thread,
        at=context.at,
    )
    return "form-sent"


def _text(context: Context) -> str:
    """Return the offer's words: her own, else what she forwarded, or the filled form inside a quotation of ours."""
    return context.own.strip() or context.received.own.quoted.strip()


def _today(context: Context) -> date:
    return context.at.astimezone(settings_of(context.session).zone).date()


def _person(context: Context) -> Person:
    person = context.person
    assert person is not None, "offers are only kept for people we know"
    return person
