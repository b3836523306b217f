"""Figures about offers: views, applications, answers and their delay. Counted, never followed: no row names a reader."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard.applications import Application, ApplicationEvent, ApplicationState
from jobboard.db import Base, settings_of
from jobboard.offers import Offer

# What of the other side is an answer; of a timeline, what the candidate did herself and the clock are none.
NO_ANSWER = (
    *("sent", "seen", "candidate_wrote", "interview_accepted", "interview_declined", "undeclined", "chased"),
    *("withdrawn", "offer_closed", "offer_reopened", "not_delivered"),
)


class OfferView(Base):
    """How often the page of an offer was opened on one day (in the installation's time zone): a count, nobody's name."""

    __tablename__ = "offer_view"

    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(sa.Date(), primary_key=True)
    count: Mapped[int]


@dataclass(frozen=True, slots=True)
class Figures:
    """What happened to some offers in some time; `median_hours`: until the first answer, None without one."""

    views: int = 0
    applications: int = 0
    answered: int = 0
    median_hours: int | None = None

    @property
    def unanswered(self) -> int:
        """The applications that nobody has answered yet."""
        return self.applications - self.answered


def count_view(session: Session, offer_id: int, *, at: datetime) -> None:
    """Count one opening of an offer's page."""
    day = at.astimezone(settings_of(session).zone).date()
    row = insert(OfferView).values(offer_id=offer_id, day=day, count=1)
    session.execute(row.on_conflict_do_update(index_elements=["offer_id", "day"], set_={"count": OfferView.count + 1}))


def by_recruiter(
    session: Session, *, since: datetime, until: datetime, recruiters: Iterable[int] | None = None
) -> dict[int, Figures]:
    """Return the figures of each recruiter whose offers were seen or answered in [since, until[: two statements."""
    ids = list(recruiters) if recruiters is not None else None
    return _gathered(session, Offer.recruiter_id, None if ids is None else Offer.recruiter_id.in_(ids), since, until)


def by_offer(session: Session, offer_ids: Iterable[int], *, since: datetime, until: datetime) -> dict[int, Figures]:
    """Return the figures of each of these offers in [since, until[; those of which nothing is known are left out."""
    return _gathered(session, Offer.id, Offer.id.in_(list(offer_ids)), since, until)


def of_employer(session: Session, offer: Offer, *, until: datetime) -> Figures:
    """Return the figures of all offers of an offer's employer and recruiter up to a moment."""
    theirs = Offer.recruiter_id == offer.recruiter_id
    if offer.organisation_id is not None:
        theirs = sa.or_(theirs, Offer.organisation_id == offer.organisation_id)
    found = _gathered(session, sa.literal(0), theirs, until - timedelta(days=3650), until)
    return found.get(0, Figures())


def _gathered(
    session: Session,
    key: sa.ColumnElement[int] | sa.orm.InstrumentedAttribute[int],
    which: sa.ColumnElement[bool] | None,
    since: datetime,
    until: datetime,
) -> dict[int, Figures]:
    first = (
        sa.select(sa.func.min(ApplicationEvent.at).label("at"))
        .where(
            ApplicationEvent.application_id == Application.id,
            sa.cast(ApplicationEvent.event, sa.Text()).not_in(NO_ANSWER),
        )
        .correlate(Application)
        .lateral("answer")
    )
    answered_at = first.c.at
    hours = sa.extract("epoch", answered_at - Application.created_at) / 3600
    median = sa.func.percentile_cont(0.5).within_group(hours.asc())
    which = sa.true() if which is None else which
    applied = (
        sa.select(key.label("key"), sa.func.count(), sa.func.count(answered_at), median)
        .select_from(Application)
        .join(Offer, Offer.id == Application.offer_id)
        .join(first, sa.true())
        .where(
            which,
            Application.created_at >= since,
            Application.created_at < until,
            Application.state != ApplicationState.WITHDRAWN,
        )
        .group_by(sa.text("key"))
    )
    zone = settings_of(session).zone
    seen = (
        sa.select(key.label("key"), sa.func.sum(OfferView.count))
        .select_from(OfferView)
        .join(Offer, Offer.id == OfferView.offer_id)
        .where(which, OfferView.day >= since.astimezone(zone).date(), OfferView.day < until.astimezone(zone).date())
        .group_by(sa.text("key"))
    )
    views = {row[0]: int(row[1]) for row in session.execute(seen)}
    counted = {row[0]: row[1:] for row in session.execute(applied)}
    return {one: _figures(views.get(one, 0), counted.get(one)) for one in sorted({*views, *counted})}


def _figures(views: int, counted: Sequence[Any] | None) -> Figures:
    if counted is None:
        return Figures(views)
    applications, answered, median = counted
    return Figures(views, applications, answered, round(median) if median is not None else None)
