"""What people are told of offers, and when: first mail, instant mails, digests.

The ledger line is there from the matching on; it is marked as posted in the transaction that posts the letter. Whether an
offer is open is asked when posting, and again when the mail leaves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import alerts, digests, items, ledger, matching, outbox, people, rhythms, showing, zones
from jobboard.alerts import Alert
from jobboard.criteria import Criteria
from jobboard.db import settings_of
from jobboard.digests import Listed
from jobboard.letters.alerts import AlertCreated, AlertRewritten, OfferAlert
from jobboard.letters.base import Letter
from jobboard.offers import Offer, open_offers
from jobboard.outbox import Post
from jobboard.people import Person

BATCH = 200  # people told in one transaction
WITH_OFFERS = OfferAlert | AlertCreated | AlertRewritten


def post_first(session: Session, person: Person, alert: Alert, *, profile_shown: bool, at: datetime) -> None:
    """Post the first mail of a new alert with the offers already open; it leaves at once, quiet hours or not."""
    subscription = people.subscribe(session, person, people.ALERTS, at=at)
    alerts.meet(session, alert, at=at)
    listed = take(session, person.id, alert, at=at)
    outbox.post(
        session,
        AlertCreated(
            first_name=person.first_name,
            understood=showing.wish_lines(Criteria.from_json(alert.criteria), own_words=True),
            cards=listed.cards,
            others=len(listed.rest),
            profile_shown=profile_shown,
            rest=listed.rest,
        ),
        to=person,
        dedupe=f"alert-created:{alert.id}",
        reply=digests.about(listed, alert.id),
        subscription_id=subscription.id,
        at=at,
    )


def take(session: Session, person_id: int, alert: Alert, *, at: datetime) -> Listed:
    """Mark as posted whatever waits of what that alert found; returns how a mail shows it."""
    lines = ledger.lines_of_alert(session, person_id, alert.id, at=at)
    query = sa.select(Offer).where(Offer.id.in_([line.offer_id for line in lines]))
    found = {offer.id: offer for offer in session.scalars(query)}
    ledger.mark_posted(session, lines, at=at)
    return digests.listing(lines, found)


def announce(session: Session, offer_id: int, *, at: datetime) -> None:
    """Meet everyone whom a published offer concerns, and tell those who want it at once."""
    if not begin(session, offer_id, at=at):
        return
    after: int | None = 0
    while after is not None:
        after = tell(session, offer_id, after=after, at=at)
    end(session, offer_id, at=at)


def begin(session: Session, offer_id: int, *, at: datetime) -> bool:
    """Write the ledger lines of everyone whom an offer concerns; False when it is done already.

    What begins is told, batch after batch, and ended; whatever is interrupted begins again and repeats nothing. Of a
    correction only what matters to a search is told, to those who know the offer.
    """
    # Not so strongly that what refers to the offer (its shortlist, applications) would wait for all these lines.
    offer = session.scalar(sa.select(Offer).where(Offer.id == offer_id).with_for_update(key_share=True))
    if offer is None or not offer.is_open(at) or offer.announced_at is not None:
        return False
    alerts.hold_meetings(session)
    item_id, known = items.settle(session, offer, at=at), offer.told is not None
    changes = items.changed(offer)
    session.flush()
    if known:
        matching.correct(session, offer_id, changes, items.facts(offer), at=at)
    same = sa.select(Offer.id).where(
        sa.func.coalesce(Offer.item_id, Offer.id) == item_id, Offer.announced_at.is_not(None)
    )
    matching.record(session, [*session.scalars(same), offer_id], at=at)
    return True


def tell(session: Session, offer_id: int, *, after: int, at: datetime) -> int | None:
    """Tell the next people whom the offer concerns; returns after whom to go on, None at the end."""
    found = ledger.people_of_offer(session, offer_id, after=after, limit=BATCH)
    post_instant(session, found, at=at)
    return found[-1] if found else None


def end(session: Session, offer_id: int, *, at: datetime) -> None:
    """Note that everyone whom the offer concerns has been told, or will be at her own time."""
    session.get_one(Offer, offer_id).announced_at = at


def post_instant(session: Session, person_ids: Sequence[int], *, at: datetime) -> list[int]:
    """Post what waits for those who want to know at once, unless hours are quiet for them or their day is full.

    What is held back leaves at the end of the quiet hours, or at 18:30 (scheduler/timetable.py): a mail wakes nobody, so
    what closes before tomorrow's digest waits for neither. Returns who was told.
    """
    settings, told = settings_of(session), list[int]()
    for zone, there in _by_zone(session, person_ids).items():
        is_quiet = zones.is_quiet(at, zone, settings.quiet)
        full = set(there) if is_quiet else _full_days(session, there, zone, at=at)
        for whom, instant in (([one for one in there if one not in full], True), (sorted(full), False)):
            due = rhythms.due(session, instant=instant, zone=zone, at=at)
            told += digests.post(session, whom, due, at=at)
    return told


def _by_zone(session: Session, person_ids: Sequence[int]) -> dict[ZoneInfo, list[int]]:
    found: dict[ZoneInfo, list[int]] = {}
    for person_id, zone in rhythms.zones_of(session, person_ids).items():
        found.setdefault(zone, []).append(person_id)
    return found


def _full_days(session: Session, person_ids: Sequence[int], zone: ZoneInfo, *, at: datetime) -> set[int]:
    """Return which of these people have had as many alert mails today as one gets before the evening."""
    query = (
        sa.select(Post.person_id)
        .where(Post.person_id.in_(person_ids), Post.kind == OfferAlert.kind)
        .where(Post.created_at >= zones.midnight(at, zone))
        .group_by(Post.person_id)
        .having(sa.func.count() >= settings_of(session).instant_mails_per_day)
    )
    most = settings_of(session).instant_mails_per_day
    return {one for one in session.scalars(query) if one is not None} if most else set(person_ids)


def post_held_back(session: Session, zone: ZoneInfo, *, after: int, limit: int, at: datetime) -> tuple[int | None, int]:
    """Post the instant lines of the next people of a zone, whatever held them back; as `post_digests`."""
    return _post_next(session, rhythms.due(session, instant=True, zone=zone, at=at), after, limit, at)


def post_digests(
    session: Session, zone: ZoneInfo, slot: datetime, *, after: int, limit: int, at: datetime
) -> tuple[int | None, int]:
    """Post the daily and weekly digests of a moment to the next people of a zone.

    Returns after whom to go on, None at the end, and how many mails were posted.
    """
    return _post_next(session, rhythms.due(session, instant=False, zone=zone, at=at, digest_at=slot), after, limit, at)


def _post_next(session: Session, due: rhythms.Due, after: int, limit: int, at: datetime) -> tuple[int | None, int]:
    found = ledger.people_due(session, due, after=after, limit=limit, at=at)
    return (found[-1] if found else None), len(digests.post(session, found, due, at=at))


def open_among(session: Session, letters: Iterable[Letter], *, at: datetime) -> frozenset[int]:
    """Return which of the offers that these letters show, or list, are open at that moment."""
    ids = {one for letter in letters if isinstance(letter, WITH_OFFERS) for one in digests.offers_in(letter)}
    query = open_offers(at).where(Offer.id.in_(ids)).with_only_columns(Offer.id).order_by(None)
    return frozenset(session.scalars(query)) if ids else frozenset()


def freshen(session: Session, letter: Letter, alive: Collection[int]) -> Letter | None:
    """Return the letter without the offers that are not among those `alive`; None when nothing is left to say."""
    if not isinstance(letter, WITH_OFFERS):
        return letter
    cards, rest = digests.still_open(session, letter.cards, letter.rest, alive)
    others = len(rest) if letter.rest else letter.others
    if isinstance(letter, OfferAlert) and not cards:
        return None
    return replace(letter, cards=cards, rest=rest, others=others)
