"""Drafting an edition by the rules of its list: what is new since the one before, ready for the staff's hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import agenda, articles, edition_contents, edition_items, editions
from jobboard.agenda import Event
from jobboard.articles import Article
from jobboard.edition_items import EditionItem, ItemKind
from jobboard.editions import Edition, EditionState
from jobboard.letter_lists import LetterList
from jobboard.offers import Offer, open_offers
from jobboard.sections import Section, departements_of, meet

# How far back the first letter of a list looks.
FIRST_ARTICLES = 12


def start(session: Session, kind: LetterList, *, by_hand: bool, at: datetime) -> Edition | None:
    """Return a new draft of that list, filled by its rules; None when there is nothing to do.

    Nothing to do: a draft waits already; and by the clock, nobody subscribes or nothing is new. By hand it may be empty.
    """
    last = session.scalar(
        sa.select(Edition).where(Edition.list_name == kind.name).order_by(Edition.number.desc()).limit(1)
    )
    if waiting(session, kind.name) is not None:
        return None
    if not by_hand and session.scalar(editions.subscribers(kind.name).limit(1)) is None:
        return None
    since = edition_contents.last_drafted_at(session, kind.name)
    if not by_hand and not any(_new(session, kind, since, at=at).values()):
        return None
    edition = Edition(
        list_name=kind.name,
        number=last.number + 1 if last else 1,
        state=EditionState.DRAFT,
        title="",
        intro="",
        drafted_at=at,
    )
    session.add(edition)
    session.flush()
    fill(session, edition, kind, at=at)
    return edition


def waiting(session: Session, list_name: str) -> Edition | None:
    """Return the draft of a list that waits for the staff, if there is one."""
    query = sa.select(Edition).where(Edition.list_name == list_name, Edition.state.in_(editions.OPEN))
    return session.scalar(query.order_by(Edition.number.desc()).limit(1))


def fill(session: Session, edition: Edition, kind: LetterList, *, at: datetime) -> int:
    """Put in what is new since the edition before, but for what staff took out; returns how many lines came in."""
    since = edition_contents.previous_at(session, edition)
    count = 0
    for name, ids in _new(session, kind, since, at=at).items():
        out = edition_items.removed(session, edition.id, name)
        count += edition_items.add(session, edition.id, name, [one for one in ids if one not in out])
    return count


def _new(session: Session, kind: LetterList, since: datetime | None, *, at: datetime) -> dict[ItemKind, list[int]]:
    """Return what the rules of a list find new since a moment."""
    return {
        ItemKind.ARTICLE: [one.id for one in _articles(session, kind, since, at=at)],
        ItemKind.OFFER: [one.id for one in _offers(session, kind, since, at=at)],
        ItemKind.EVENT: [one.id for one in _events(session, kind, at=at)],
    }


def _articles(session: Session, kind: LetterList, since: datetime | None, *, at: datetime) -> Sequence[Article]:
    """Return the new articles of a list, by section in the magazine's order, those of no section last."""
    limit = kind.articles if since is not None else min(kind.articles, FIRST_ARTICLES)
    if not limit:
        return ()
    found = articles.new_since(session, since, sections=kind.sections, limit=limit, at=at)
    order = {section: number for number, section in enumerate(kind.sections or tuple(Section))}
    here = [one for one in found if meet(kind.territory, one.territory)]
    return sorted(here, key=lambda one: order.get(one.section, len(order)) if one.section else len(order))


def _events(session: Session, kind: LetterList, *, at: datetime) -> Sequence[Event]:
    """Return what of the agenda is new and comes soon; nothing is announced twice by one list."""
    query = sa.select(Event).where(
        Event.state.in_(agenda.ONLINE), Event.starts_at > at, Event.starts_at < at + timedelta(days=kind.agenda_days)
    )
    announced = (
        sa.select(EditionItem.subject_id)
        .join(Edition, Edition.id == EditionItem.edition_id)
        .where(Edition.list_name == kind.name, Edition.state != EditionState.DROPPED)
        .where(EditionItem.kind == ItemKind.EVENT, ~EditionItem.removed)
    )
    found = session.scalars(query.where(Event.id.not_in(announced)).order_by(Event.starts_at, Event.id).limit(20))
    return [one for one in found if meet(kind.territory, one.departement or "")]


def _offers(session: Session, kind: LetterList, since: datetime | None, *, at: datetime) -> Sequence[Offer]:
    query = open_offers(at).limit(kind.offers)
    if since is not None:
        query = query.where(Offer.published_at > since)
    if kind.territory:
        query = query.where(Offer.departement.in_(departements_of(kind.territory)))
    return session.scalars(query).all() if kind.offers else ()
