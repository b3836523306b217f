"""Items: which offers are one and the same, published again or twice; and what a correction changed.

The same employer, title, kind and place within `SAME_FOR` of the last publication make one item: whoever was told of it
is not told again. A correction keeps the item, and the facts as they were last announced are kept to compare with.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard.contracts import CONTRACT_LABELS, KIND_LABELS, WORKING_TIME_LABELS
from jobboard.folding import fold
from jobboard.offers import Offer
from jobboard.trades import by_code

SAME_FOR = timedelta(days=60)
# What titles say beside the post itself: both genders, the contract, urgency.
_ASIDE = re.compile(
    r"\b(h f x|f h x|h f|f h|m f|hf|fh|cdi|cdd|urgent|poste|offre|recrute|recherche|un|une|le|la|d|de|du|des|en|a|au|aux|pour)\b"
)
_ENDINGS = re.compile(r"(?<=[a-z]{3}) (e|ere|ne|trice|rice|euse|ve|s|es)\b")


def key_of(offer: Offer) -> str:
    """Return the form under which two publications are recognised as one."""
    place = offer.place_code or ("remote" if offer.remote else "")
    return "|".join((fold(offer.employer), same_words(offer.title), str(offer.kind or ""), place))


def same_words(title: str) -> str:
    """Return the words of a title that tell it from another, in a fixed order."""
    return " ".join(sorted(set(_ASIDE.sub(" ", _ENDINGS.sub("", fold(title))).split())))


def settle(session: Session, offer: Offer, *, at: datetime) -> int:
    """Give an offer its item, once and for all: that of the same offer published lately, or one of its own."""
    if offer.item_id is None:
        offer.item_key = key_of(offer)
        offer.item_id = session.scalar(
            sa.select(sa.func.coalesce(Offer.item_id, Offer.id))
            .where(
                Offer.item_key == offer.item_key,
                Offer.id != offer.id,
                sa.or_(Offer.published_at >= at - SAME_FOR, Offer.closes_at >= at),
            )
            .order_by(Offer.published_at.desc().nulls_last(), Offer.id.desc())
            .limit(1)
        )
        offer.item_id = offer.item_id or offer.id
        session.flush()
    return offer.item_id


_TAKE_OVER = sa.text(
    """
UPDATE offer o SET announced_at = NULL
WHERE o.state = 'published' AND o.closes_at >= :at AND EXISTS (
    SELECT 1 FROM offer gone JOIN ledger l ON l.offer_id = gone.id AND l.posted_at IS NULL AND l.dropped_at IS NULL
    WHERE gone.item_id = o.item_id AND gone.id <> o.id AND gone.state = 'closed' AND gone.closed_at > o.announced_at)
"""
)


def take_over(session: Session, *, at: datetime) -> None:
    """Have open offers announced once more of which another publication has closed that people were still to be told of.

    The lines that wait for that one are theirs then (jobboard.matching.record).
    """
    session.execute(_TAKE_OVER, {"at": at})


def facts(offer: Offer) -> dict[str, str]:
    """Return what alerts compare, axis by axis, in French words of our own tables."""
    return {
        "trade": by_code(offer.trade).label if offer.trade else "",
        "place": offer.place_label,
        "remote": "télétravail" if offer.remote else "",
        "kind": KIND_LABELS[offer.kind] if offer.kind else "",
        "contract": CONTRACT_LABELS[offer.contract] if offer.contract else "",
        "working-time": WORKING_TIME_LABELS[offer.working_time] if offer.working_time else "",
        "pay": offer.pay_text,
    }


def changed(offer: Offer) -> dict[str, str]:
    """Return the axes that differ from what was last announced, each with what was announced; notes them as told."""
    before, after = offer.told or {}, facts(offer)
    offer.told = after
    return {axis: before[axis] for axis in after if axis in before and before[axis] != after[axis]}
