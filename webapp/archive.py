"""The letters that were sent, as anybody may read them: without anything about their readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Blueprint, Response, abort, render_template, request
from sqlalchemy.orm import Session

from jobboard import edition_contents, edition_items, letter_lists
from jobboard.articles import Article
from jobboard.clock import now
from jobboard.edition_items import EditionItem, ItemKind
from jobboard.editions import WEEKLY, Edition
from jobboard.letter_lists import LetterList
from jobboard.letters.editions import Block, EditionLetter
from jobboard.offers import Offer
from jobboard.sections import Section, Variant
from webapp import feeds, typesetting
from webapp.house import house
from webapp.language import gettext as _
from webapp.pages import render

blueprint = Blueprint("archive", __name__)

PER_PAGE = 52
PER_FEED = 20


@dataclass(frozen=True)
class Around:
    """The letters of the same list before and after one."""

    before: Edition | None
    after: Edition | None


@blueprint.get("/lettres")
@blueprint.get("/lettres/<name>")
def listed(name: str = WEEKLY) -> Response:
    """The letters of a list, newest first; of one section, those in which it has something."""
    kind, section = _list(name), _section()
    with house().transaction() as session:
        found = _newest(session, kind, PER_PAGE, section)
        titles = {edition.id: _titles(session, edition, section) for edition in found}
    return render(
        "archive/list.html",
        kind=kind,
        kinds=letter_lists.listed(house().settings),
        editions=found,
        titles=titles,
        section=section or "",
        sections=kind.sections or tuple(Section),
    )


@blueprint.get("/lettres.atom")
@blueprint.get("/lettres/<name>.atom")
def feed(name: str = WEEKLY) -> Response:
    """The same as a feed, each letter in full."""
    kind, section = _list(name), _section()
    with house().transaction() as session:
        entries = [_entry(session, kind, edition, section) for edition in _newest(session, kind, PER_FEED, section)]
    asked = f"?rubrique={section}" if section else ""
    return feeds.atom(f"{kind.path}.atom{asked}", f"{kind.path}{asked}", _(kind.title), entries)


@blueprint.get("/lettres/<int:number>")
@blueprint.get("/lettres/<name>/<int:number>")
def page(number: int, name: str = WEEKLY) -> Response:
    """One letter; offers that have closed since are named without a link."""
    kind, section = _list(name), _section()
    with house().transaction() as session:
        query = sa.select(Edition).where(Edition.list_name == kind.name, Edition.number == min(number, 2**31))
        edition = session.scalar(query.where(Edition.started_at.is_not(None)))
        if edition is None:
            abort(404)
        letter = _letter(session, edition, section)
        closed = () if section else _closed(session, letter, edition_items.of(session, edition.id))
        around = _around(session, edition)
    return render(
        "archive/letter.html",
        kind=kind,
        edition=edition,
        title=title_of(edition),
        letter=letter,
        closed=closed,
        around=around,
        section=section or "",
    )


def title_of(edition: Edition) -> str:
    """Return what an edition is called."""
    if edition.title:
        return edition.title
    if edition.list_name == WEEKLY:
        return _("La lettre n° %(number)s", number=edition.number)
    return _("%(list)s n° %(number)s", list=_(_list(edition.list_name).title), number=edition.number)


def _list(name: str) -> LetterList:
    kind = letter_lists.lists(house().settings).get(name)
    if kind is None:
        abort(404)
    return kind


def _section() -> Section | None:
    asked = request.args.get("rubrique", "")
    return Section(asked) if asked in {str(one) for one in Section} else None


def _newest(session: Session, kind: LetterList, limit: int, section: Section | None) -> list[Edition]:
    query = sa.select(Edition).where(Edition.list_name == kind.name, Edition.started_at.is_not(None))
    if section is not None:
        has_some = (
            sa.select(EditionItem.id)
            .join(Article, Article.id == EditionItem.subject_id)
            .where(EditionItem.edition_id == Edition.id, EditionItem.kind == ItemKind.ARTICLE, ~EditionItem.removed)
            .where(Article.section == section)
        )
        query = query.where(has_some.exists())
    return list(session.scalars(query.order_by(Edition.number.desc()).limit(limit)))


def _letter(session: Session, edition: Edition, section: Section | None) -> EditionLetter:
    variant = Variant((section,)) if section else Variant()
    return edition_contents.letter_for(session, edition, variant.key, at=now())


def _titles(session: Session, edition: Edition, section: Section | None) -> list[str]:
    """Return what a letter holds, in a few titles."""
    blocks = _letter(session, edition, section).blocks
    return _headlines(blocks)[:6]


def _headlines(blocks: Sequence[Block]) -> list[str]:
    found = []
    for block in blocks:
        found += [article.title for article in block.articles]
        found += [card.title for card in block.cards]
    return found


def _closed(session: Session, letter: EditionLetter, items: Sequence[EditionItem]) -> list[Offer]:
    """Return the offers of a letter that one may not apply to any more."""
    shown = {card.offer_id for block in letter.blocks for card in block.cards}
    ids = [one.subject_id for one in items if one.kind is ItemKind.OFFER and one.subject_id not in shown]
    found = {one.id: one for one in session.scalars(sa.select(Offer).where(Offer.id.in_(ids)))}
    return [found[one] for one in ids if one in found and found[one].published_at is not None]


def _around(session: Session, edition: Edition) -> Around:
    query = sa.select(Edition).where(Edition.list_name == edition.list_name, Edition.started_at.is_not(None)).limit(1)
    before = query.where(Edition.number < edition.number).order_by(Edition.number.desc())
    after = query.where(Edition.number > edition.number).order_by(Edition.number)
    return Around(session.scalar(before), session.scalar(after))


def _entry(session: Session, kind: LetterList, edition: Edition, section: Section | None) -> feeds.Entry:
    letter = _letter(session, edition, section)
    content = render_template("archive/_content.html", letter=letter, absolute=house().settings.base_url)
    return feeds.Entry(
        path=f"{kind.path}/{edition.number}",
        name=f"lettre-{edition.number}" if kind.name == WEEKLY else f"lettre-{kind.name}-{edition.number}",
        title=title_of(edition),
        summary="\n".join(_headlines(letter.blocks)),
        published=edition.approved_at or edition.drafted_at,
        author=house().settings.site_name,
        content=typesetting.finish(content),
    )
