"""Words about what one has just done, and about what we keep of a person."""

from __future__ import annotations

from collections.abc import Callable

from inbound.context import Context
from inbound.words import Said, Word
from jobboard import acts, correspondence, verdicts
from jobboard.acts import Act, ActKind
from jobboard.applications import Application
from jobboard.errors import Refused
from jobboard.offers import Offer
from jobboard.people import Person


def undo(context: Context, said: Said) -> str:
    """Take back the last thing done, while its letters to others still wait."""
    person = person_of(context)
    act = acts.last_of(context.session, person)
    if act is None or act.kind not in UNDOING:
        raise Refused("nothing-to-undo")
    if act.until <= context.at:
        raise Refused("undo-too-late", what=str(act.kind), title=_title(context, act))
    return UNDOING[act.kind](context, act, person)


def _application(context: Context, act: Act, person: Person) -> str:
    application = context.session.get_one(Application, act.subject_id)
    correspondence.withdraw(context.session, application, person, key=context.key, at=context.at)
    act.undone_at = context.at
    return "application-undone"


def _refusal(context: Context, act: Act, person: Person) -> str:
    verdicts.undo_refusal(context.session, act, person, key=context.key, at=context.at)
    return "refusal-undone"


# What ANNULER does to each kind of act: whoever adds one adds a row.
UNDOING: dict[ActKind, Callable[[Context, Act, Person], str]] = {
    ActKind.APPLICATION: _application,
    ActKind.REFUSAL: _refusal,
}


def _title(context: Context, act: Act) -> str:
    if act.kind is ActKind.APPLICATION:
        application = context.session.get_one(Application, act.subject_id)
        return context.session.get_one(Offer, application.offer_id).title
    offer = context.session.get(Offer, act.subject_id)
    return offer.title if offer is not None else ""


def person_of(context: Context) -> Person:
    """Return who speaks."""
    person = context.person
    assert person is not None, "words are only done for people we know"
    return person


WORDS = (
    Word(
        "ANNULER",
        "revenir sur ce que vous venez de faire (candidature, refus), quelques minutes durant",
        undo,
        also=("ANNULATION", "UNDO", "CANCEL"),
    ),
)
