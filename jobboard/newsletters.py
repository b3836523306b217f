"""Sending an edition: staff are asked, subscribers get one copy each."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import edition_contents, edition_drafts, edition_items, editions, letter_lists, outbox, people, showing
from jobboard.db import settings_of
from jobboard.edition_items import ItemKind
from jobboard.editions import Edition, EditionState
from jobboard.letters.base import Letter
from jobboard.letters.cards import OfferCard
from jobboard.letters.editions import WeeklyLetter
from jobboard.letters.staff import Alarm, Decided, EditionToApprove
from jobboard.offers import Offer
from jobboard.people import Person, Role
from jobboard.tickets import About, Reply


def draft(session: Session, list_name: str, *, at: datetime) -> Edition | None:
    """Draft an edition and ask the staff to approve it; None when there is nothing to say or nobody to say it to."""
    edition = edition_drafts.start(session, letter_lists.find(settings_of(session), list_name), by_hand=False, at=at)
    if edition is None:
        return None
    recipients = session.scalar(sa.select(sa.func.count()).select_from(editions.subscribers(list_name).subquery()))
    letter = EditionToApprove(list_name, edition.number, recipients or 0, _cards(session, edition))
    for member in people.staff(session):
        outbox.post(
            session,
            letter,
            to=member,
            dedupe=f"edition-to-approve:{edition.id}:{member.id}",
            reply=Reply(About.EDITION, Role.STAFF, subject_id=edition.id),
            at=at,
        )
    return edition


def approve(session: Session, edition: Edition, member: Person, *, key: str, at: datetime) -> None:
    """Send a draft at the word of a member of staff. Raises Refused("already-decided")."""
    editions.approve(session, edition, by=member, at=at)
    outbox.post(session, Decided("approved", str(edition.number)), to=member, dedupe=f"approved:{edition.id}", at=at)


def freshen(session: Session, letter: Letter, *, at: datetime) -> Letter | None:
    """Return a posted letter filled from its edition."""
    assert isinstance(letter, WeeklyLetter)
    return edition_contents.letter_for(session, session.get_one(Edition, letter.edition_id), "", at=at)


def watch(session: Session, edition_id: int, *, at: datetime) -> None:
    """Pause an edition that too many addresses refuse, or too many readers complain about, and tell the staff."""
    edition = session.get_one(Edition, edition_id)
    counted, settings = editions.counts_of(session, edition), settings_of(session)
    left = sum(counted.done[name] for name in ("sent", "gone", "bounced"))
    if left < settings.letter_rates_from or edition.state is not EditionState.SENDING:
        return
    limits = {"gone": settings.letter_gone_rate, "complaints": settings.letter_complaint_rate}
    found = {"gone": counted.done["gone"], "complaints": counted.complained}
    why = next((name for name, limit in limits.items() if found[name] > limit * left), None)
    if why is None:
        return
    editions.pause(session, edition, by=None, at=at, why=why)
    tell(session, "letter-paused", edition, {"why": why, "count": found[why], "left": left}, at=at)


def tell(session: Session, what: str, edition: Edition, facts: dict[str, str | int], *, at: datetime) -> None:
    """Tell the staff that an edition waits for them, and why; again when it comes to wait again."""
    for member in people.staff(session):
        outbox.post(
            session,
            Alarm(what, {"number": edition.number, "path": f"/equipe/lettres/{edition.id}", **facts}),
            to=member,
            dedupe=f"{what}:{edition.id}:{edition.running_since}:{member.id}",
            at=at,
        )


def keep_going(session: Session, *, at: datetime) -> None:
    """Start what is scheduled, hold what is too late and tell the staff, finish what is done."""
    for edition in editions.start_due(session, at=at):
        hours = int(settings_of(session).letter_late_hours)
        tell(session, "letter-late", edition, {"hours": hours}, at=at)
    editions.finish_done(session, at=at)


def _cards(session: Session, edition: Edition) -> tuple[OfferCard, ...]:
    ids = [one.subject_id for one in edition_items.of(session, edition.id) if one.kind is ItemKind.OFFER]
    found = {offer.id: offer for offer in session.scalars(sa.select(Offer).where(Offer.id.in_(ids)))}
    return tuple(showing.card(found[one]) for one in ids if one in found)
