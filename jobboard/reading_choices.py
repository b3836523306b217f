"""What a reader chose to read of her letters: sections, a territory."""

from __future__ import annotations

from collections.abc import Sequence

from jobboard.letters.choices import Chosen, ReadingChosen
from jobboard.people import Subscription
from jobboard.sections import Variant, territory_label


def choose(subscription: Subscription, variant: Variant) -> None:
    """Note what she reads of that list from the next letter on."""
    subscription.variant = variant.key


def of(subscription: Subscription) -> Variant:
    """Return what she reads of that list."""
    return Variant.read(subscription.variant)


def as_chosen(subscriptions: Sequence[Subscription]) -> ReadingChosen:
    """Return the letter that says what she reads from now on."""
    return ReadingChosen(tuple(_chosen(one) for one in subscriptions))


def _chosen(subscription: Subscription) -> Chosen:
    variant = of(subscription)
    return Chosen(
        subscription.stream, tuple(str(section) for section in variant.sections), territory_label(variant.territory)
    )
