"""Articles of the magazine: each kept once, from feeds, from the desk, or from a mail of the staff."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard import markup
from jobboard.db import Base, named
from jobboard.folding import fold
from jobboard.sections import Section

LONGEST_TITLE = 200
# What senders of letters and social networks add to a link to watch who follows it; it names the same page.
_WATCHING = re.compile(r"(?:utm_|mtm_|pk_|at_|xtor$|fbclid$|gclid$|mc_[ce]id$)", re.IGNORECASE)


class Article(Base):
    """One article: its own page when it has no address elsewhere."""

    __tablename__ = "article"
    __table_args__ = (
        sa.Index("uq_article_url", "url", unique=True, postgresql_where=sa.text("url <> ''")),
        sa.Index("ix_article_published_at", "published_at"),
        sa.Index("ix_article_received_at", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # the feed's own name for it, or ours
    url: Mapped[str] = mapped_column(default="")  # where it stands; "": on our own pages
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")  # plain words, one paragraph
    content: Mapped[str] = mapped_column(default="")  # clean HTML
    author: Mapped[str] = mapped_column(default="")
    section: Mapped[Section | None] = mapped_column(named(Section))
    tags: Mapped[list[str]] = mapped_column(postgresql.ARRAY(sa.Text), default=list)
    territory: Mapped[str] = mapped_column(default="")  # jobboard.sections: "44", "r52", "" for everywhere
    source: Mapped[str]  # "feed", "desk", "mail", "import"
    feed_id: Mapped[int | None] = mapped_column(sa.ForeignKey("feed.id", ondelete="SET NULL"))
    by_person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    published_at: Mapped[datetime]
    received_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    @property
    def path(self) -> str:
        """Its page of ours, below the base URL."""
        slug = fold(self.title).replace(" ", "-")[:60].strip("-") or "article"
        return f"/magazine/{self.id}-{slug}"


@dataclass(frozen=True)
class Found:
    """An article as a feed tells it, cleaned already."""

    key: str
    url: str
    title: str
    summary: str
    content: str
    author: str
    section: Section | None
    tags: tuple[str, ...]
    territory: str
    published_at: datetime


def take_in(session: Session, found: Iterable[Found], *, source: str, feed_id: int | None = None, at: datetime) -> int:
    """Keep the articles that we do not have yet, by key and by address; returns how many were new. One statement."""
    rows = [
        {
            "key": one.key[:2000],
            "url": one.url,
            "title": one.title[:LONGEST_TITLE],
            "summary": one.summary,
            "content": one.content,
            "author": one.author[:200],
            "section": one.section,
            "tags": list(one.tags)[:20],
            "territory": one.territory,
            "source": source,
            "feed_id": feed_id,
            "published_at": min(one.published_at, at),
            "received_at": at,
        }
        for one in found
    ]
    if not rows:
        return 0
    kept = insert(Article).values(rows).on_conflict_do_nothing().returning(Article.id)
    return len(session.scalars(kept).all())


def write(
    session: Session,
    *,
    title: str,
    markdown: str,
    section: Section | None,
    territory: str = "",
    tags: Sequence[str] = (),
    url: str = "",
    source: str,
    key: str,
    by_person_id: int,
    at: datetime,
) -> Article:
    """Return the article that a member of staff wrote in Markdown, or points to; the same key twice is one article."""
    standing = session.scalar(sa.select(Article).where(sa.or_(Article.key == key, _same_url(url))))
    if standing is not None:
        return standing
    content = markup.from_markdown(markdown)
    article = Article(
        key=key,
        url=canonical(url),
        title=" ".join(title.split())[:LONGEST_TITLE],
        summary=markup.excerpt(content),
        content=content,
        section=section,
        territory=territory,
        tags=list(tags),
        source=source,
        by_person_id=by_person_id,
        published_at=at,
        received_at=at,
    )
    session.add(article)
    session.flush()
    return article


def _same_url(url: str) -> sa.ColumnElement[bool]:
    return Article.url == canonical(url) if canonical(url) else sa.false()


def canonical(url: str) -> str:
    """Return an address as articles are told apart by it: no fragment, nothing that watches readers; "" if no web page."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").lower()
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host or any(char in url for char in "\n\r\x00"):
        return ""
    query = "&".join(one for one in parts.query.split("&") if one and not _WATCHING.match(one.partition("=")[0]))
    network = parts.netloc.rpartition("@")[2].lower()
    return urlunsplit((parts.scheme.lower(), network, parts.path or "/", query, ""))


def find(session: Session, article_id: int) -> Article | None:
    """Return the article of that id, unless it was withdrawn."""
    article = session.get(Article, article_id) if 0 < article_id < 2**62 else None
    return article if article is not None and article.withdrawn_at is None else None


def find_by_url(session: Session, url: str) -> Article | None:
    """Return the article that stands at that address."""
    return session.scalar(sa.select(Article).where(_same_url(url), Article.withdrawn_at.is_(None)))


def standing(*sections: Section) -> sa.Select[Article]:
    """Return the query of the articles of some sections (none: of all), newest first, to filter further."""
    query = sa.select(Article).where(Article.withdrawn_at.is_(None))
    if sections:
        query = query.where(Article.section.in_(sections))
    return query.order_by(Article.published_at.desc(), Article.id.desc())


def new_since(
    session: Session, since: datetime | None, *, sections: Sequence[Section], limit: int, at: datetime
) -> Sequence[Article]:
    """Return the articles that came in after a moment, newest first; those of no section are for every list."""
    query = standing().where(Article.received_at <= at)
    if sections:
        query = query.where(sa.or_(Article.section.in_(sections), Article.section.is_(None)))
    if since is not None:
        query = query.where(Article.received_at > since)
    return session.scalars(query.limit(limit)).all()
