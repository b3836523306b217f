"""The desk of the magazine: the feeds that articles come from, and articles written or withdrawn by hand."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, Response, abort, flash, request
from sqlalchemy.orm import Session

from jobboard import articles, feeds, places
from jobboard.articles import Article
from jobboard.clock import now
from jobboard.errors import Refused
from jobboard.feeds import Feed
from jobboard.sections import Section, territory_of
from webapp import fields
from webapp.house import house
from webapp.pages import render, see_other
from webapp.visitors import member_of_staff

blueprint = Blueprint("equipe_articles", __name__, url_prefix="/equipe/articles")

PER_PAGE = 40


@blueprint.get("")
def listed() -> Response:
    """The articles, newest first, and the feeds, those that fail first."""
    with house().transaction() as session:
        member_of_staff(session)
        return _page(session)


def _page(session: Session, *, status: int = 200, errors: dict[str, str] | None = None) -> Response:
    wanted = request.args.get("q", "").strip()[:100]
    query = articles.standing().limit(PER_PAGE)
    if wanted:
        query = query.where(Article.title.icontains(wanted, autoescape=True))
    typed = {name: fields.text(name) for name in ("titre", "texte", "adresse", "territoire", "flux")}
    return render(
        "equipe/lettres/articles.html",
        status,
        articles=session.scalars(query).all(),
        feeds=feeds.followed(session),
        sections=tuple(Section),
        wanted=wanted,
        errors=errors or {},
        typed=typed,
        section=_section() or "",
    )


@blueprint.post("")
def write() -> Response:
    """Keep an article written here, or the address of one that stands elsewhere."""
    at = now()
    with house().transaction() as session:
        person = member_of_staff(session)
        title, text, url = fields.line("titre"), fields.long_text("texte"), fields.line("adresse")
        territory = territory_of(places.named(fields.line("territoire"))) if fields.line("territoire") else ""
        if errors := _errors(title, text, url, territory):
            return _page(session, status=422, errors=errors)
        articles.write(
            session,
            title=title,
            markdown=text,
            section=_section(),
            territory=territory,
            url=url,
            source="desk",
            key=articles.canonical(url) or f"desk:{at.isoformat()}",
            by_person_id=person.id,
            at=at,
        )
    flash("article-kept")
    return see_other("/equipe/articles")


def _errors(title: str, text: str, url: str, territory: str) -> dict[str, str]:
    """Return what is wrong with the form, by field; the words are the template's."""
    found = {}
    if not title:
        found["titre"] = "title"
    if url and not articles.canonical(url):
        found["adresse"] = "address"
    if not text and not url:
        found["texte"] = "text"
    if fields.line("territoire") and not territory:
        found["territoire"] = "territory"
    return found


def _section() -> Section | None:
    given = request.form.get("rubrique", "")
    return Section(given) if given in set(Section) else None


@blueprint.post("/<int:article_id>/retirer")
def withdraw(article_id: int) -> Response:
    """Withdraw an article: it leaves the magazine, its feeds and every letter that has not left."""
    with house().transaction() as session:
        member_of_staff(session)
        article = articles.find(session, article_id)
        if article is None:
            abort(404)
        article.withdrawn_at = now()
    flash("article-withdrawn")
    return see_other("/equipe/articles")


@blueprint.post("/flux")
def follow() -> Response:
    """Read a feed from now on."""
    with house().transaction() as session:
        member_of_staff(session)
        try:
            feeds.follow(session, fields.line("flux"), section=_section(), at=now())
        except Refused:
            return _page(session, status=422, errors={"flux": "address"})
    flash("feed-followed")
    return see_other("/equipe/articles#flux")


@blueprint.post("/flux/<int:feed_id>/<any(retirer, relire):what>")
def change_feed(feed_id: int, what: str) -> Response:
    """Read a feed no more, or once more now."""
    at = now()
    with house().transaction() as session:
        member_of_staff(session)
        feed = session.scalar(sa.select(Feed).where(Feed.id == min(feed_id, 2**62), Feed.stopped_at.is_(None)))
        if feed is None:
            abort(404)
        if what == "retirer":
            feeds.leave(feed, at=at)
        else:
            feeds.read_again(session, feed, at=at)
    flash("feed-left" if what == "retirer" else "feed-due")
    return see_other("/equipe/articles#flux")
