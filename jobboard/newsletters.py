"""Sending an edition: staff are asked, subscribers get one copy each."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from jobboard import edition_contents, edition_drafts, edition_items, editions, letter_lists, outbox, people, showing
from jobboard.db import settings_of
from jobboard.edition_items import ItemKind
from jobboard.editions import Edition, EditionState
from jobboard.letters.base import Letter, Stream
from jobboard.letters.cards import OfferCard
from jobboard.letters.editions import WeeklyLetter
from jobboard.letters.staff import Decided, EditionToApprove
from jobboard.offers import Offer
from jobboard.outbox import Post, PostState
from jobboard.people import Person, Role
from jobboard.tickets import About, Reply, Ticket, expiry

SHARD = 1000


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


def post_shard(session: Session, edition_id: int, *, at: datetime) -> bool:
    """Post the next thousand copies in the caller's transaction; False once every subscriber has hers.

    Two statements a shard. A copy is unique on (edition, subscription): a shard posted twice is posted once.
    """
    edition = session.scalar(sa.select(Edition).where(Edition.id == edition_id).with_for_update())
    if edition is None or edition.state is not EditionState.SENDING:
        return False
    people_there = editions.shard(session, edition, SHARD)
    if not people_there:
        editions.LIFE.step(edition, "finish", by=None, at=at)
        edition.sent_at = at
        return False
    tickets = session.scalars(
        insert(Ticket).returning(Ticket.id, sort_by_parameter_order=True),
        [
            {
                "person_id": subscription.person_id,
                "role": Role.SUBSCRIBER,
                "about": About.GENERAL,
                "subject_id": 0,
                "offers": [],
                "stream": subscription.stream,
                "created_at": at,
                "expires_at": expiry(session, at),
            }
            for subscription in people_there
        ],
    ).all()
    settings = settings_of(session)
    rows = []
    for subscription, ticket_id in zip(people_there, tickets, strict=True):
        dedupe = f"edition:{edition.id}:{subscription.id}"
        rows.append(
            {
                "dedupe": dedupe,
                "kind": WeeklyLetter.kind,
                "params": WeeklyLetter(edition.id).to_params(),
                "stream": Stream.LETTERS,
                "person_id": subscription.person_id,
                "ticket_id": ticket_id,
                "subscription_id": subscription.id,
                "edition_id": edition.id,
                "message_id": outbox.message_id(settings, dedupe),
                "references": [],
                "state": PostState.QUEUED,
                "created_at": at,
                "due_at": at,
            }
        )
    session.execute(insert(Post).on_conflict_do_nothing(index_elements=["dedupe"]), rows)
    edition.posted_to = people_there[-1].id
    outbox.ring(session, Stream.LETTERS)
    return True


def freshen(session: Session, letter: Letter, *, at: datetime) -> Letter | None:
    """Return the letter filled from its edition, without the offers that have closed meanwhile."""
    assert isinstance(letter, WeeklyLetter)
    return edition_contents.letter_for(session, session.get_one(Edition, letter.edition_id), "", at=at)


def _cards(session: Session, edition: Edition) -> tuple[OfferCard, ...]:
    ids = [one.subject_id for one in edition_items.of(session, edition.id) if one.kind is ItemKind.OFFER]
    found = {offer.id: offer for offer in session.scalars(sa.select(Offer).where(Offer.id.in_(ids)))}
    return tuple(showing.card(found[one]) for one in ids if one in found)
