"""The staff's morning list: every thing that waits for a decision, with since when; never sent when nothing waits."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import held, moderation, offer_reports, offers, outbox, people
from jobboard.db import settings_of
from jobboard.editions import Edition, EditionState
from jobboard.letters.staff import StaffMorning, Waiting
from jobboard.lifecycle import Transition
from jobboard.offers import Offer
from jobboard.people import Role
from jobboard.tickets import About, Reply

SHOWN = 30  # offers listed by name; the desk has them all


def tell(session: Session, *, at: datetime) -> int:
    """Post the list to every member of staff, once a day; returns how many got it."""
    pending = offers.pending(session)
    since = submitted_at(session, [offer.id for offer in pending])
    reported = [_reported(session, offer) for offer in moderation.reported(session)]
    waiting = [
        Waiting(offer.title, offer.employer, since.get(offer.id, offer.created_at), f"/equipe/offres/{offer.id}")
        for offer in pending
    ]
    drafts = session.scalar(sa.select(sa.func.count()).where(Edition.state == EditionState.DRAFT)) or 0
    letter = StaffMorning(
        tuple(waiting[:SHOWN]),
        len(waiting),
        tuple(reported[:SHOWN]),
        len(reported),
        drafts,
        held.count_waiting(session),
    )
    if not (waiting or reported or letter.editions or letter.held):
        return 0
    day = at.astimezone(settings_of(session).zone).date()
    told = 0
    for member in people.staff(session):
        key = f"staff-morning:{day.isoformat()}:{member.id}"
        told += (
            outbox.post(session, letter, to=member, dedupe=key, reply=Reply(About.GENERAL, Role.STAFF), at=at)
            is not None
        )
    return told


def submitted_at(session: Session, offer_ids: list[int]) -> dict[int, datetime]:
    """Return since when each of these offers waits."""
    query = (
        sa.select(Transition.subject_id, sa.func.max(Transition.at))
        .where(
            Transition.subject == offers.LIFE.name, Transition.subject_id.in_(offer_ids), Transition.step == "submit"
        )
        .group_by(Transition.subject_id)
    )
    return dict(session.execute(query).all())


def _reported(session: Session, offer: Offer) -> Waiting:
    standing = offer_reports.waiting(session, offer.id)
    return Waiting(offer.title, offer.employer, standing[0].at, f"/equipe/offres/{offer.id}", len(standing))
