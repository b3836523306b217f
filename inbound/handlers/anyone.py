"""Words that anyone may say: stopping, coming back, being helped."""

from __future__ import annotations

from inbound.context import Context
from inbound.words import Said, Word
from jobboard import persons, signups
from jobboard.conversations import Conversation
from jobboard.errors import Refused
from jobboard.letters.account import Stopped
from jobboard.letters.questions import StopQuestion
from jobboard.offers import Offer
from jobboard.people import Person, Role
from jobboard.tickets import About, Reply


def stop(context: Context, said: Said) -> str:
    """Stop what the mail that is answered belongs to (contract, table "STOP said")."""
    person, ticket = _person(context), context.ticket
    if ticket is None:
        return stop_everything(context, said)
    if ticket.stream:
        signups.stop_stream(context.session, person, ticket.stream, how="stop-by-reply", key=context.key, at=context.at)
        return "stopped-stream"
    if ticket.about is About.CONVERSATION:
        correspondents = context.session.get_one(Conversation, ticket.subject_id)
        offer = context.session.get(Offer, correspondents.offer_id) if correspondents.offer_id else None
        same = Reply(About.CONVERSATION, ticket.role, subject_id=ticket.subject_id)
        context.answer(StopQuestion(offer.title if offer else ""), reply=same)
        return "asked-stop-what"
    if ticket.role is Role.RECRUITER and ticket.about in (About.OFFER, About.DRAFT, About.FILLED):
        return _stop_reminders(context)
    raise Refused("stop-what")


def _stop_reminders(context: Context) -> str:
    assert context.ticket is not None
    offer = context.session.get_one(Offer, context.ticket.subject_id)
    offer.reminders_stopped = True
    context.answer(Stopped(("offer",), (), title=offer.title))
    return "stopped-reminders"


def stop_everything(context: Context, said: Said) -> str:
    """Stop every stream of the person, at once."""
    person = _person(context)
    signups.stop_everything(context.session, person, how="stop-everything", key=context.key, at=context.at)
    return "stopped-everything"


def resume(context: Context, said: Said) -> str:
    """Start again what was stopped or paused; whoever was to be erased stays."""
    if persons.call_off_erasure(context.session, _person(context), key=context.key, at=context.at):
        return "erasure-called-off"
    signups.resume(context.session, _person(context), key=context.key, at=context.at)
    return "resumed"


def _person(context: Context) -> Person:
    person = context.person
    assert person is not None, "words are only done for people we know"
    return person


WORDS = (
    Word(
        "STOP",
        "ne plus recevoir ce à quoi vous répondez (alertes ou lettre)",
        stop,
        also=("STOPPER", "ARRETER", "DESABONNER", "DESABONNEMENT", "ME DESABONNER", "UNSUBSCRIBE"),
    ),
    Word(
        "STOP TOUT",
        "ne plus rien recevoir du tout, immédiatement",
        stop_everything,
        also=("TOUT STOPPER", "TOUT ARRETER", "STOP ALL"),
    ),
    Word("REPRENDRE", "recevoir de nouveau ce que vous aviez arrêté ou mis en pause", resume, also=("RESUME",)),
)
