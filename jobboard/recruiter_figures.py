"""A recruiter's own figures since a moment: pages opened, applications, those without an answer, how long answers take."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard.letters.editions import OfferFigures
from jobboard.offers import Offer

MOST = 20
WITHOUT_A_LETTER_BEFORE = timedelta(days=31)

# Whatever the recruiter's side says first is the answer. One statement for all offers of one recruiter.
_FIGURES = sa.text("""
WITH mine AS (
    SELECT id FROM offer WHERE recruiter_id = :recruiter AND published_at IS NOT NULL AND published_at <= :at
        AND (state = 'published' OR closed_at > :since)
), answered AS (
    SELECT application.offer_id, application.created_at, application.state, min(event.at) AS answered_at
    FROM application JOIN mine ON mine.id = application.offer_id
    LEFT JOIN application_event AS event
        ON event.application_id = application.id AND event.event IN ('recruiter_wrote', 'declined')
    WHERE application.created_at > :since GROUP BY application.id
), opened AS (
    SELECT offer_id, sum(views) AS views FROM offer_views JOIN mine ON mine.id = offer_id
    WHERE day >= CAST(:since AS date) GROUP BY offer_id
)
SELECT mine.id, coalesce(max(opened.views), 0) AS views, count(answered.created_at) AS applications,
    count(*) FILTER (WHERE answered.state = 'sent' AND answered.answered_at IS NULL) AS unanswered,
    percentile_cont(0.5) WITHIN GROUP (
        ORDER BY extract(epoch FROM answered.answered_at - answered.created_at) / 3600
    ) AS median_hours
FROM mine LEFT JOIN answered ON answered.offer_id = mine.id LEFT JOIN opened ON opened.offer_id = mine.id
GROUP BY mine.id ORDER BY mine.id DESC LIMIT :most
""")


def of(session: Session, person_id: int, *, since: datetime | None, at: datetime) -> tuple[OfferFigures, ...]:
    """Return the figures of a recruiter's offers, newest first; closed ones as long as they were open since."""
    asked = {"recruiter": person_id, "since": since or at - WITHOUT_A_LETTER_BEFORE, "at": at, "most": MOST}
    rows = session.execute(_FIGURES, asked).all()
    offers = {one.id: one for one in session.scalars(sa.select(Offer).where(Offer.id.in_([row.id for row in rows])))}
    return tuple(
        OfferFigures(
            title=offers[row.id].title,
            path=offers[row.id].path,
            open=offers[row.id].is_open(at),
            views=int(row.views),
            applications=row.applications,
            unanswered=row.unanswered,
            median_hours=None if row.median_hours is None else round(row.median_hours),
        )
        for row in rows
    )
