"""Words of those who read letters: choosing what to read of one."""

from __future__ import annotations

from collections.abc import Callable

from inbound.context import Context
from inbound.words import Said, Word
from jobboard import people, places, reading_choices
from jobboard.errors import Refused
from jobboard.folding import fold
from jobboard.people import Subscription
from jobboard.sections import Section, Variant, sections_in, territory_of

_ALL = frozenset(("toutes", "tout", "toutes les rubriques", "all", "everything"))
_NOWHERE = frozenset(("aucun", "partout", "tous", "none", "everywhere", "toute la france", "france"))


def sections(context: Context, said: Said) -> str:
    """Read these sections only, or all of them again."""
    if said.rest in _ALL:
        chosen: tuple[Section, ...] = ()
    else:
        chosen, unknown = sections_in(said.rest)
        if not chosen or unknown:
            raise Refused("sections-unknown")
    return _choose(context, lambda variant: Variant(chosen, variant.territory))


def territory(context: Context, said: Said) -> str:
    """Read what is of this territory, or of everywhere again."""
    code = "" if fold(said.rest) in _NOWHERE else territory_of(places.named(said.written))
    if not code and fold(said.rest) not in _NOWHERE:
        raise Refused("territory-unknown")
    return _choose(context, lambda variant: Variant(variant.sections, code))


def _choose(context: Context, changed: Callable[[Variant], Variant]) -> str:
    """Change what she reads of the list that she answers, or of all her lists."""
    standing = _subscriptions(context)
    if not standing:
        raise Refused("no-letter")
    for subscription in standing:
        reading_choices.choose(subscription, changed(Variant.read(subscription.variant)))
    context.answer(reading_choices.as_chosen(standing), reply=context.same_subject())
    return "reading-chosen"


def _subscriptions(context: Context) -> list[Subscription]:
    person = context.person
    assert person is not None, "words are done for people whom we know"
    found = [one for one in people.subscriptions(context.session, person) if one.stream.startswith("letters:")]
    ticket = context.ticket
    answered = [one for one in found if ticket is not None and one.stream == ticket.stream]
    return answered or found


WORDS = (
    Word(
        "RUBRIQUES",
        "ne lire que ces rubriques de la lettre (RUBRIQUES TOUTES : toutes)",
        sections,
        also=("RUBRIQUE", "SECTIONS", "SECTION"),
        takes=bool,
        shown="RUBRIQUES <rubriques>",
    ),
    Word(
        "TERRITOIRE",
        "lire d’abord ce qui est de ce département ou de cette région (TERRITOIRE AUCUN : de partout)",
        territory,
        also=("TERRITOIRES", "TERRITORY", "DEPARTEMENT", "REGION"),
        takes=bool,
        shown="TERRITOIRE <lieu>",
    ),
)
