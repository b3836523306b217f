"""What people are told of offers, and when: first mail, instant mails, digests.

The ledger line is there from the matching on; it is marked as posted in the transaction that posts the letter. At most
ten lines a mail and two per employer; whether an offer is open is asked when posting, and again when the mail leaves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import alerts, matching, outbox, people, showing
from jobboard.alerts import Alert, LedgerRow
from jobboard.contracts import Frequency
from jobboard.criteria import Criteria
from jobboard.db import settings_of
from jobboard.letters.alerts import AlertCreated, OfferAlert
from jobboard.letters.base import Letter
from jobboard.letters.cards import OfferCard
from jobboard.offers import Offer
from jobboard.outbox import Post
from jobboard.people import Person, Role
from jobboard.tickets import About, Reply

LINES_PER_MAIL = 10
LINES_PER_EMPLOYER = 2


def post_first(session: Session, person: Person, alert: Alert, *, profile_shown: bool, at: datetime) -> None:
    """Post the first mail of a new alert with the offers already open; it leaves at once, quiet hours or not."""
    subscription = people.subscribe(session, person, people.ALERTS, at=at)
    alerts.meet(session, alert, at=at)
    lines = [line for line in _waiting(session, person.id, at=at, every=True) if line.alert_id == alert.id]
    cards, others = _pick(session, lines, at=at)
    outbox.post(
        session,
        AlertCreated(
            first_name=person.first_name,
            understood=showing.wish_lines(Criteria.from_json(alert.criteria), own_words=True),
            cards=cards,
            others=others,
            profile_shown=profile_shown,
        ),
        to=person,
        dedupe=f"alert-created:{alert.id}",
        reply=_about(cards),
        subscription_id=subscription.id,
        at=at,
    )


def announce(session: Session, offer_id: int, *, at: datetime) -> None:
    """Meet everyone whom a newly published offer concerns, and tell those who want it at once."""
    # Not so strongly that what refers to the offer (its shortlist, applications) would wait for all these letters.
    offer = session.scalar(sa.select(Offer).where(Offer.id == offer_id).with_for_update(key_share=True))
    if offer is None or not offer.is_open(at) or offer.announced_at is not None:
        return
    offer.announced_at = at
    met = matching.record(session, [offer_id], at=at)
    for person_id in sorted(met):
        post_instant(session, person_id, at=at)


def post_instant(session: Session, person_id: int, *, at: datetime) -> bool:
    """Post what waits for someone who wants to know at once, unless hours are quiet or her day is full.

    What is held back leaves at the end of the quiet hours, or at 18:30 (scheduler/timetable.py).
    """
    settings = settings_of(session)
    if settings.quiet and _is_quiet(at.astimezone(settings.zone).hour, *settings.quiet):
        return False
    person = session.get_one(Person, person_id)
    midnight = at.astimezone(settings.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    today = session.scalar(
        sa.select(sa.func.count())
        .select_from(Post)
        .where(Post.person_id == person_id, Post.kind == OfferAlert.kind, Post.created_at >= midnight)
    )
    if (today or 0) >= settings.instant_mails_per_day:
        return False
    return post_digest(session, person, Frequency.INSTANT, at=at)


def _is_quiet(hour: int, start: int, end: int) -> bool:
    return start <= hour or hour < end if start > end else start <= hour < end


def post_digest(session: Session, person: Person, frequency: Frequency, *, at: datetime) -> bool:
    """Post one mail with everything that waits for a person at that frequency; never an empty one."""
    subscription = _subscription(session, person)
    if subscription is None or subscription.stopped_at is not None:
        return False
    lines = alerts.pending(session, person.id, [frequency], at=at)
    cards, others = _pick(session, lines, at=at)
    if not cards:
        return False
    first = session.get_one(Alert, lines[0].alert_id)
    names = dict.fromkeys(session.get_one(Alert, line.alert_id).name for line in lines)
    outbox.post(
        session,
        OfferAlert(person.first_name, cards, others, frequency, first.created_at, tuple(names)[:3]),
        to=person,
        dedupe=f"alert:{person.id}:{min(line.offer_id for line in lines)}:{len(lines)}:{at.isoformat()}",
        reply=_about(cards),
        subscription_id=subscription.id,
        at=at,
    )
    return True


def _subscription(session: Session, person: Person) -> people.Subscription | None:
    return session.scalar(
        sa.select(people.Subscription).where(
            people.Subscription.person_id == person.id, people.Subscription.stream == people.ALERTS
        )
    )


def _waiting(session: Session, person_id: int, *, at: datetime, every: bool) -> Sequence[LedgerRow]:
    return alerts.pending(session, person_id, list(Frequency) if every else [Frequency.INSTANT], at=at)


def _pick(session: Session, lines: Sequence[LedgerRow], *, at: datetime) -> tuple[tuple[OfferCard, ...], int]:
    """Mark the lines as posted, or dropped where the offer has closed; return the cards shown, and how many more."""
    offers = {
        offer.id: offer
        for offer in session.scalars(sa.select(Offer).where(Offer.id.in_([line.offer_id for line in lines])))
    }
    shown: list[OfferCard] = []
    others = 0
    per_employer: Counter[str] = Counter()
    for line in lines:
        offer = offers[line.offer_id]
        if not offer.is_open(at):
            line.dropped_at = at
            continue
        line.posted_at = at
        per_employer[offer.employer] += 1
        if len(shown) < LINES_PER_MAIL and per_employer[offer.employer] <= LINES_PER_EMPLOYER:
            shown.append(showing.card(offer, met=line))
        else:
            others += 1
    return showing.numbered(shown), others


def _about(cards: Sequence[OfferCard]) -> Reply:
    offers = tuple(card.offer_id for card in cards)
    return Reply(About.OFFERS, Role.CANDIDATE, offers=offers, stream=people.ALERTS)


def post_all(
    session: Session, frequency: Frequency, person_ids: Iterable[int], *, held_back: bool = False, at: datetime
) -> int:
    """Post what waits for these people at that frequency; `held_back`: instant lines leave whatever held them back.

    Returns how many mails were posted.
    """
    if frequency is Frequency.INSTANT and not held_back:
        return sum(post_instant(session, person_id, at=at) for person_id in person_ids)
    return sum(post_digest(session, session.get_one(Person, person_id), frequency, at=at) for person_id in person_ids)


def freshen(session: Session, letter: Letter, *, at: datetime) -> Letter | None:
    """Return the letter without the offers that closed since it was posted; None when nothing is left to say."""
    if isinstance(letter, OfferAlert):
        cards = showing.still_open(session, letter.cards, at=at)
        return OfferAlert(**{**vars(letter), "cards": cards}) if cards else None
    if isinstance(letter, AlertCreated):
        return AlertCreated(**{**vars(letter), "cards": showing.still_open(session, letter.cards, at=at)})
    return letter
