"""A recruiter's own figures since a moment, offer by offer, as her letter shows them."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import figures
from jobboard.figures import Figures
from jobboard.letters.editions import OfferFigures
from jobboard.offers import Offer, OfferState

MOST = 20
WITHOUT_A_LETTER_BEFORE = timedelta(days=31)


def of(session: Session, person_id: int, *, since: datetime | None, at: datetime) -> tuple[OfferFigures, ...]:
    """Return the figures of a recruiter's offers, newest first; closed ones as long as they were open since."""
    since = since or at - WITHOUT_A_LETTER_BEFORE
    query = sa.select(Offer).where(
        Offer.recruiter_id == person_id,
        Offer.published_at <= at,
        sa.or_(Offer.state == OfferState.PUBLISHED, Offer.closed_at > since),
    )
    offers = session.scalars(query.order_by(Offer.id.desc()).limit(MOST)).all()
    counted = figures.by_offer(session, [one.id for one in offers], since=since, until=at)
    return tuple(_shown(one, counted.get(one.id, Figures()), at=at) for one in offers)


def _shown(offer: Offer, counted: Figures, *, at: datetime) -> OfferFigures:
    return OfferFigures(
        title=offer.title,
        path=offer.path,
        open=offer.is_open(at),
        views=counted.views,
        applications=counted.applications,
        unanswered=counted.unanswered,
        median_hours=counted.median_hours,
    )
