"""What an edition says to the readers of one variant: its lines, chosen by their sections and territory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import agenda, edition_items, letter_lists, recruiter_figures, showing
from jobboard.agenda import Event
from jobboard.articles import Article
from jobboard.db import settings_of
from jobboard.edition_items import EditionItem, ItemKind
from jobboard.editions import Edition
from jobboard.letter_lists import LetterList
from jobboard.letters.editions import ArticleCard, Block, EditionLetter, EventCard
from jobboard.offers import Offer, open_offers
from jobboard.sections import Variant, departements_of, meet, territory_label


def letter_for(session: Session, edition: Edition, variant: str, *, at: datetime) -> EditionLetter:
    """Return the letter of an edition for the readers of that variant (jobboard.sections.Variant.key).

    Offers that have closed by then are left out. Equal for equal variants: it is composed once for all of them.
    """
    kind, reader = letter_lists.find(settings_of(session), edition.list_name), Variant.read(variant)
    items = edition_items.of(session, edition.id)
    figures = None
    if kind.figures and reader.own is not None:
        figures = recruiter_figures.of(session, reader.own, since=previous_at(session, edition), at=at)
    return EditionLetter(
        edition.id,
        edition.number,
        edition.title,
        edition.intro,
        edition.drafted_at,
        list_name=edition.list_name,
        list_title=kind.title,
        path=f"{kind.path}/{edition.number}",
        blocks=tuple(_blocks(session, edition, kind, items, reader, at=at)),
        territory=territory_label(reader.territory),
        figures=figures,
    )


def previous_at(session: Session, edition: Edition) -> datetime | None:
    """Return when the edition before this one was drafted: what came after is new in this one."""
    return last_drafted_at(session, edition.list_name, before=edition.number)


def last_drafted_at(session: Session, list_name: str, *, before: int | None = None) -> datetime | None:
    """Return when the last edition of a list (before a number) was drafted that was not given up."""
    query = sa.select(sa.func.max(Edition.drafted_at)).where(Edition.list_name == list_name, Edition.state != "dropped")
    return session.scalar(query if before is None else query.where(Edition.number < before))


def _blocks(
    session: Session, edition: Edition, kind: LetterList, items: Sequence[EditionItem], reader: Variant, *, at: datetime
) -> Iterator[Block]:
    """Yield the blocks in the order of the lines, of which those of one heading stand together (`edition_items.of`)."""
    found = _articles(session, items)
    wanted = [one for one in items if one.kind is not ItemKind.ARTICLE or _is_wanted(found.get(one.subject_id), reader)]
    offers_shown = False
    for (line_kind, heading), group in groupby(wanted, key=lambda one: _under(one, found)):
        lines = list(group)
        if line_kind is ItemKind.ARTICLE:
            cards = tuple(_card(found[line.subject_id], line) for line in lines if line.subject_id is not None)
            yield Block("articles", str(heading), articles=cards)
        elif line_kind is ItemKind.TEXT:
            yield from (Block("text", line.title, line.text) for line in lines)
        elif line_kind is ItemKind.OFFER:
            offers_shown = True
            yield from _offers(session, edition, kind, items, reader, at=at)
        elif line_kind is ItemKind.EVENT:
            yield from _events(session, lines, reader, at=at)
    if not offers_shown and reader.territory:
        yield from _offers(session, edition, kind, items, reader, at=at)


def _under(line: EditionItem, found: dict[int | None, Article]) -> tuple[ItemKind, str]:
    """Return what lines must share to stand under one heading."""
    article = found.get(line.subject_id) if line.kind is ItemKind.ARTICLE else None
    return line.kind, str(article.section or "") if article is not None else ""


def _articles(session: Session, items: Iterable[EditionItem]) -> dict[int | None, Article]:
    ids = [one.subject_id for one in items if one.kind is ItemKind.ARTICLE]
    query = sa.select(Article).where(Article.id.in_(ids), Article.withdrawn_at.is_(None))
    return {article.id: article for article in session.scalars(query)}


def _is_wanted(article: Article | None, reader: Variant) -> bool:
    return article is not None and reader.wants(article.section, article.territory)


def _card(article: Article, line: EditionItem) -> ArticleCard:
    own = "" if article.url else article.path
    return ArticleCard(
        line.title or article.title, article.summary, url=article.url, path=own, author=article.author, text=line.text
    )


def _events(session: Session, lines: Sequence[EditionItem], reader: Variant, *, at: datetime) -> Iterator[Block]:
    """Yield what of the agenda is still to come, for this reader's territory."""
    ids = [line.subject_id for line in lines]
    query = sa.select(Event).where(Event.id.in_(ids), Event.state.in_(agenda.ONLINE), Event.starts_at > at)
    found = session.scalars(query.order_by(Event.starts_at, Event.id))
    cards = tuple(_event_card(one) for one in found if meet(reader.territory, one.departement or ""))
    if cards:
        yield Block("events", events=cards)


def _event_card(event: Event) -> EventCard:
    assert event.starts_at is not None, "only complete events are published"
    lasts = event.ends_at is not None and event.ends_at - event.starts_at > timedelta(days=1)
    return EventCard(event.title, event.starts_at, event.where, event.path, ends_at=event.ends_at if lasts else None)


def _offers(
    session: Session, edition: Edition, kind: LetterList, items: Sequence[EditionItem], reader: Variant, *, at: datetime
) -> Iterator[Block]:
    """Yield the offers: for a reader with a territory, what is new there first, then what staff chose elsewhere."""
    ids = [one.subject_id for one in items if one.kind is ItemKind.OFFER]
    by_id = {one.id: one for one in session.scalars(open_offers(at).where(Offer.id.in_(ids)))}
    chosen = [by_id[one] for one in ids if one in by_id]
    if not reader.territory:
        if chosen:
            yield Block("offers", cards=tuple(showing.card(one) for one in chosen))
        return
    there = departements_of(reader.territory)
    near = [one for one in chosen if one.departement in there]
    near += [one for one in _new_in(session, edition, there, kind.offers, at=at) if one.id not in by_id]
    near = near[: kind.offers]
    elsewhere = [one for one in chosen if one.departement not in there][: max(kind.offers - len(near), 0)]
    if near:
        yield Block("offers-near", cards=tuple(showing.card(one) for one in near))
    if elsewhere:
        yield Block("offers-elsewhere", cards=tuple(showing.card(one) for one in elsewhere))


def _new_in(
    session: Session, edition: Edition, departements: frozenset[str], limit: int, *, at: datetime
) -> Sequence[Offer]:
    """Return the open offers of a territory that are new in this edition, but for those that staff took out."""
    since = previous_at(session, edition)
    out = edition_items.removed(session, edition.id, ItemKind.OFFER)
    query = open_offers(at).where(
        Offer.departement.in_(departements), Offer.published_at <= edition.drafted_at, Offer.id.not_in(out)
    )
    if since is not None:
        query = query.where(Offer.published_at > since)
    return session.scalars(query.limit(limit)).all()
