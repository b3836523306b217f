"""The staff's desk: what needs a human today, offers to decide upon, letters to approve, how mail flows."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from jobboard import (
    edition_reports,
    editions,
    flow,
    held,
    moderation,
    morning,
    offer_reports,
    offers,
    people,
    showing,
    silences,
    suppression,
)
from jobboard.clock import now
from jobboard.editions import Edition
from jobboard.folding import fold
from jobboard.offers import Offer
from jobboard.people import Person
from webapp.archive import title_of
from webapp.house import house
from webapp.pages import render
from webapp.visitors import member_of_staff

blueprint = Blueprint("equipe", __name__)

LATE = timedelta(minutes=10)
SUSPENDED_SHOWN = 20


@blueprint.get("/equipe")
def desk() -> Response:
    """What needs a human today comes first."""
    at, wanted = now(), request.args.get("q", "").strip()[:100]
    with house().transaction() as session:
        person = member_of_staff(session)
        pending = offers.pending(session)
        found = [offer for offer in pending if fold(wanted) in offer.folded] if fold(wanted) else pending
        return render(
            "equipe/desk.html",
            person=person,
            offers=found,
            pending=len(pending),
            wanted=wanted,
            submitted=morning.submitted_at(session, [offer.id for offer in found]),
            reported=[(one, len(offer_reports.waiting(session, one.id))) for one in moderation.reported(session)],
            drafts=_drafts(session),
            under_way=_under_way(session, at=at),
            held=held.count_waiting(session),
            trays=[flow.mailbag(session), *flow.outbox(session, at=at)],
            stuck=flow.stuck(session),
            departures=flow.departures(session, at=at),
            late_before=at - LATE,
            suspended=_suspended(session),
            suspended_count=suppression.count_suppressed(session),
            trends=_trends(session, at=at),
            alerts=silences.figures(session, at=at),
            sought=silences.most_wanted(session, at=at),
        )


def _suspended(session: Session) -> list[tuple[suppression.AddressHealth, str]]:
    """Return the last addresses that were suspended, each with its person's name and the address masked."""
    found = suppression.suppressed(session, limit=SUSPENDED_SHOWN)
    persons = ((health, people.find(session, health.address_key)) for health in found)
    return [(health, _shown(person)) for health, person in persons]


def _shown(person: Person | None) -> str:
    return " ".join((person.short_name, showing.masked_address(person))).strip() if person is not None else "–"


def _drafts(session: Session) -> list[tuple[Edition, str]]:
    query = sa.select(Edition).where(Edition.state.in_(editions.OPEN)).order_by(Edition.id)
    return [(edition, title_of(edition)) for edition in session.scalars(query)]


def _under_way(session: Session, *, at: datetime) -> list[tuple[Edition, str, int]]:
    """Return the letters that are approved and have not wholly left, each with its title and how much has, 0 to 100."""
    return [
        (edition, title_of(edition), int(edition_reports.progress(session, edition, at=at).percent))
        for edition in editions.under_way(session)
    ]


def _trends(session: Session, *, at: datetime) -> dict[str, tuple[int, int]]:
    """Return, for a few figures, the last seven days and the seven before."""
    week = timedelta(days=7)

    def between(
        moment: sa.orm.InstrumentedAttribute[datetime | None] | sa.orm.InstrumentedAttribute[datetime],
    ) -> tuple[int, int]:
        counts = sa.select(
            sa.func.count().filter(moment > at - week), sa.func.count().filter(moment <= at - week)
        ).where(moment > at - 2 * week, moment <= at)
        last, before = session.execute(counts).one()
        return last, before

    return {"people": between(Person.created_at), "offers": between(Offer.published_at)}


def _key(at: datetime) -> str:
    """Return what tells this decision from another one upon the same record."""
    return f"web:{at.isoformat()}"
