"""Alert mails: what waits for many people at once, put together, posted and marked in one transaction.

At most ten offers a mail and two per employer; the others stand, with all of them, in the list that its link shows: the
ticket keeps it, in the order of the numbers that POSTULER n takes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import ledger, outbox, people, showing
from jobboard.alerts import Alert
from jobboard.contracts import Frequency
from jobboard.ledger import Line
from jobboard.letters.alerts import AlertCreated, AlertRewritten, OfferAlert
from jobboard.letters.cards import OfferCard
from jobboard.offers import Offer
from jobboard.outbox import Addressed
from jobboard.people import Person, Role, Subscription
from jobboard.rhythms import Due
from jobboard.tickets import About, Reply

LINES_PER_MAIL = 10
LINES_PER_EMPLOYER = 2
NAMES = 3  # of the alerts that a mail names
R = TypeVar("R", Offer, Alert, Person)


@dataclass(frozen=True)
class Listed:
    """Offers as one mail shows them: the cards, and the ids of the others, in the order of their numbers."""

    cards: tuple[OfferCard, ...]
    rest: tuple[int, ...] = ()

    @property
    def offers(self) -> tuple[int, ...]:
        """Every offer, shown or not: what POSTULER n means."""
        return (*(card.offer_id for card in self.cards), *self.rest)


def post(session: Session, person_ids: Sequence[int], due: Due, *, at: datetime) -> list[int]:
    """Post one mail to each of these people for whom something is due; returns those people.

    The number of statements does not depend on how many they are.
    """
    lines = ledger.due_lines(session, person_ids, due, at=at) if person_ids else []
    if not lines:
        return []
    offers = _records(session, Offer, {line.offer_id for line in lines})
    searches = _records(session, Alert, {alert_id for line in lines for alert_id in line.alert_ids})
    told = {line.person_id for line in lines}
    names = {person.id: person.first_name for person in _records(session, Person, told).values()}
    query = sa.select(Subscription.person_id, Subscription.id).where(Subscription.stream == people.ALERTS)
    streams = {row[0]: row[1] for row in session.execute(query.where(Subscription.person_id.in_(told)))}
    letters = []
    for person_id, group in groupby(lines, key=lambda line: line.person_id):
        letter, reply = _letter(names[person_id], list(group), offers, searches)
        dedupe = f"alert:{person_id}:{min(reply.offers)}:{at.isoformat()}"
        letters.append(Addressed(letter, person_id, dedupe, reply, streams[person_id]))
    outbox.post_many(session, letters, at=at)
    ledger.mark_posted(session, lines, at=at)
    return [one.person_id for one in letters]


def _letter(
    first_name: str, lines: Sequence[Line], offers: dict[int, Offer], searches: dict[int, Alert]
) -> tuple[OfferAlert, Reply]:
    listed = listing(lines, offers)
    found_by = [searches[one] for line in lines for one in line.alert_ids if one in searches]
    names = tuple(dict.fromkeys(one.name for one in found_by))[:NAMES]
    alert_ids = {one.id for one in found_by}
    letter = OfferAlert(
        first_name,
        listed.cards,
        len(listed.rest),
        _slowest(one.frequency for one in found_by),
        min(one.created_at for one in found_by),
        names,
        listed.rest,
    )
    return letter, about(listed, alert_ids.pop() if len(alert_ids) == 1 else 0)


def _slowest(frequencies: Iterable[Frequency]) -> Frequency:
    order = list(Frequency)
    return max(frequencies, key=order.index)


def listing(lines: Sequence[Line], offers: dict[int, Offer]) -> Listed:
    """Return what one mail shows of these lines: the best of each employer, and where the others stand."""
    return arranged([showing.card(offers[line.offer_id], met=line) for line in lines])


def arranged(cards: Sequence[OfferCard]) -> Listed:
    """Return these offers, best first, as one mail shows them."""
    shown: list[OfferCard] = []
    rest: list[int] = []
    per_employer: Counter[str] = Counter()
    for card in cards:
        per_employer[card.employer] += 1
        if len(shown) < LINES_PER_MAIL and per_employer[card.employer] <= LINES_PER_EMPLOYER:
            shown.append(card)
        else:
            rest.append(card.offer_id)
    return Listed(showing.numbered(shown), tuple(rest))


def about(listed: Listed, alert_id: int) -> Reply:
    """Return what an answer to such a mail is about: its offers, and the alert where there is only one."""
    return Reply(About.OFFERS, Role.CANDIDATE, alert_id, listed.offers, people.ALERTS)


def _records(session: Session, record: type[R], ids: set[int]) -> dict[int, R]:
    return {one.id: one for one in session.scalars(sa.select(record).where(record.id.in_(ids)))}


def offers_in(letter: OfferAlert | AlertCreated | AlertRewritten) -> tuple[int, ...]:
    """Return the ids of the offers that a letter shows or lists."""
    return (*(card.offer_id for card in letter.cards), *letter.rest)


def still_open(
    session: Session, cards: Sequence[OfferCard], rest: Sequence[int], alive: Collection[int]
) -> tuple[tuple[OfferCard, ...], tuple[int, ...]]:
    """Return what of a mail is open when it leaves, every number kept; where room was made, others are shown."""
    start = len(cards)
    kept = [card for card in cards if card.offer_id in alive]
    others = [offer_id for offer_id in rest if offer_id in alive]
    while others and len(kept) < min(start, LINES_PER_MAIL):
        offer = session.get_one(Offer, others.pop(0))
        kept.append(replace(showing.card(offer), number=start + 1 + rest.index(offer.id)))
    return tuple(kept), tuple(others)
