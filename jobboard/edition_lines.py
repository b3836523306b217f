"""The lines of an edition as staff see them: numbered, named, with what keeps one out of the letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import edition_items
from jobboard.agenda import Event
from jobboard.articles import Article
from jobboard.edition_items import EditionItem, ItemKind
from jobboard.offers import Offer

R = TypeVar("R", Article, Offer, Event)


@dataclass(frozen=True)
class EditionLine:
    """One line; `out` says why it is in nobody's letter: "closed", "withdrawn", "over"; "" when it is."""

    number: int
    item: EditionItem
    title: str
    about: str = ""  # what else tells it apart: an employer and a place, an author
    section: str = ""
    url: str = ""
    summary: str = ""
    out: str = ""


def of(session: Session, edition_id: int, *, at: datetime) -> tuple[EditionLine, ...]:
    """Return the lines of an edition, numbered from 1. A few statements, however many lines."""
    items = edition_items.of(session, edition_id)
    articles = {one.id: one for one in session.scalars(_records(Article, items))}
    offers = {one.id: one for one in session.scalars(_records(Offer, items))}
    events = {one.id: one for one in session.scalars(_records(Event, items))}
    found = []
    for number, item in enumerate(items, 1):
        if item.kind is ItemKind.ARTICLE:
            found.append(_article(number, item, articles.get(item.subject_id or 0)))
        elif item.kind is ItemKind.OFFER:
            found.append(_offer(number, item, offers.get(item.subject_id or 0), at=at))
        elif item.kind is ItemKind.EVENT:
            found.append(_event(number, item, events.get(item.subject_id or 0), at=at))
        else:
            found.append(EditionLine(number, item, item.title, summary=item.text))
    return tuple(found)


_KINDS = {Article: ItemKind.ARTICLE, Offer: ItemKind.OFFER, Event: ItemKind.EVENT}


def _records(record: type[R], items: Sequence[EditionItem]) -> sa.Select[R]:
    """Return the query of the records of one kind that the lines name."""
    return sa.select(record).where(record.id.in_([item.subject_id for item in items if item.kind is _KINDS[record]]))


def _article(number: int, item: EditionItem, article: Article | None) -> EditionLine:
    if article is None or article.withdrawn_at is not None:
        return EditionLine(number, item, item.title or (article.title if article else ""), out="withdrawn")
    return EditionLine(
        number,
        item,
        item.title or article.title,
        article.author,
        str(article.section or ""),
        article.url or article.path,
        item.text or article.summary,
    )


def _offer(number: int, item: EditionItem, offer: Offer | None, *, at: datetime) -> EditionLine:
    if offer is None:
        return EditionLine(number, item, item.title, out="closed")
    about = ", ".join(one for one in (offer.employer, offer.place_label) if one)
    return EditionLine(number, item, offer.title, about, url=offer.path, out="" if offer.is_open(at) else "closed")


def _event(number: int, item: EditionItem, event: Event | None, *, at: datetime) -> EditionLine:
    if event is None:
        return EditionLine(number, item, item.title, out="over")
    there = event.is_online and not event.has_begun(at)
    return EditionLine(number, item, event.title, event.where, url=event.path, out="" if there else "over")
