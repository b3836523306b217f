"""Offers that may be one and the same: same employer, same place, and a title that only words differ in."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard.folding import fold
from jobboard.offers import Offer, OfferState
from jobboard.organisations import Organisation
from jobboard.trades import stem

RECENT = timedelta(days=30)  # how long a closed offer still counts
_AT_MOST = 60  # offers of one employer that are compared
_EMPTY = frozenset(
    "h f m x e ne rice trice euse ou et de du des la le les l d un une en a au aux pour cdi cdd offre poste".split()
)


def title_key(title: str) -> frozenset[str]:
    """Return what two titles of one job share: the stems of their words, without "H/F" and the other gender's form."""
    return frozenset(stem(word) for word in fold(title).split() if word not in _EMPTY)


def find(session: Session, offer: Offer, *, at: datetime, drafts: bool = False) -> list[Offer]:
    """Return the offers like this one that wait, are open, or closed lately, newest first; `drafts`: those, too."""
    states = [OfferState.PENDING, OfferState.PUBLISHED, *([OfferState.DRAFT] if drafts else [])]
    organisation = session.get(Organisation, offer.organisation_id) if offer.organisation_id else None
    same = [Offer.recruiter_id == offer.recruiter_id]
    if organisation is not None:
        same.append(Organisation.name_key == organisation.name_key)
        if organisation.siret:
            same.append(Organisation.siret == organisation.siret)
    query = (
        sa.select(Offer)
        .outerjoin(Organisation, Organisation.id == Offer.organisation_id)
        .where(
            Offer.id != offer.id,
            sa.or_(*same),
            sa.or_(Offer.state.in_(states), sa.and_(Offer.state == OfferState.CLOSED, Offer.closed_at > at - RECENT)),
            Offer.place_code.is_not_distinct_from(offer.place_code),
        )
        .order_by(Offer.id.desc())
        .limit(_AT_MOST)
    )
    wanted = title_key(offer.title)
    return [one for one in session.scalars(query) if wanted and _alike(wanted, title_key(one.title))]


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether two titles say the same: all words, one of two words or more within the other, or nearly all words."""
    shared, shorter = len(one & other), min(len(one), len(other))
    return one == other or (shared == shorter > 1) or (shared > 2 and shared / len(one | other) >= 0.75)
