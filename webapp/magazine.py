"""The magazine: articles by section, each with a page of ours unless it stands elsewhere; and our own feeds of them."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, request

from jobboard import articles
from jobboard.articles import Article
from jobboard.sections import SECTION_LABELS, Section
from webapp import feeds
from webapp.house import house
from webapp.language import gettext as _
from webapp.pages import render

blueprint = Blueprint("magazine", __name__)

PER_PAGE = 30
PER_FEED = 40


@blueprint.get("/magazine")
@blueprint.get(f"/magazine/<any({', '.join(Section)}):name>")
def listed(name: str = "") -> Response:
    """The articles of a section, or all, newest first; older ones page by page."""
    section = Section(name) if name else None
    given = request.args.get("page", "1")
    number = min(int(given), 1000) if given.isascii() and given.isdecimal() and len(given) < 5 else 1
    with house().transaction() as session:
        query = articles.standing(*((section,) if section else ()))
        found = session.scalars(query.offset((max(number, 1) - 1) * PER_PAGE).limit(PER_PAGE + 1)).all()
    return render(
        "magazine/list.html",
        articles=found[:PER_PAGE],
        section=section or "",
        sections=tuple(Section),
        path=_path(section),
        number=max(number, 1),
        more=len(found) > PER_PAGE,
    )


@blueprint.get("/magazine.atom")
@blueprint.get(f"/magazine/<any({', '.join(Section)}):name>.atom")
def feed(name: str = "") -> Response:
    """The same as a feed, with what we have of each article in full."""
    section = Section(name) if name else None
    with house().transaction() as session:
        query = articles.standing(*((section,) if section else ())).limit(PER_FEED)
        entries = [_entry(one) for one in session.scalars(query)]
    title = _("Le magazine") + (f" · {_(SECTION_LABELS[section])}" if section else "")
    return feeds.atom(f"{_path(section)}.atom", _path(section), title, entries)


@blueprint.get("/magazine/<int:article_id>")
@blueprint.get("/magazine/<int:article_id>-<slug>")
def page(article_id: int, slug: str = "") -> Response:
    """One article; one that stands elsewhere is read there."""
    with house().transaction() as session:
        article = articles.find(session, article_id)
    if article is None:
        abort(404)
    if article.url or request.path != article.path:
        answer = redirect(article.url or article.path, 302 if article.url else 301)
        assert isinstance(answer, Response)
        return answer
    return render("magazine/article.html", article=article)


def _path(section: Section | None) -> str:
    return f"/magazine/{section}" if section else "/magazine"


def _entry(article: Article) -> feeds.Entry:
    return feeds.Entry(
        path=article.path,
        name=f"article-{article.id}",
        title=article.title,
        summary=article.summary,
        published=article.published_at,
        author=article.author or house().settings.site_name,
        content=article.content,
        address=article.url,
    )
