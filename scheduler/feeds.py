"""Reading feeds: fetched one by one outside any transaction, parsed, cleaned, each article kept once."""

from __future__ import annotations

import hashlib
import io
from calendar import timegm
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin
from xml.sax import SAXException

import feedparser

from jobboard import articles, feeds, markup
from jobboard.articles import Found
from jobboard.clock import now
from jobboard.db import Database
from jobboard.feeds import Feed
from jobboard.places import PlaceKind, named
from jobboard.sections import Section, section_named, territory_of
from scheduler import egress
from scheduler.egress import Unreachable

MOST_ENTRIES = 500
MOST_FEEDS = 200
AT_ONCE = 4


@dataclass(frozen=True)
class Read:
    """A feed as read: None for articles when it has not changed since."""

    found: tuple[Found, ...] | None
    title: str = ""
    etag: str = ""
    last_modified: str = ""


def read_due(database: Database, slot: datetime) -> str:
    """Read every feed whose time has come; one that is broken is noted and stands in nobody's way."""
    with database.transaction() as session:
        waiting = feeds.due(session, at=now(), limit=MOST_FEEDS)
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="feed") as pool:
        counts = list(pool.map(lambda feed: read_one(database, feed), waiting))
    broken = counts.count(None)
    return f"{sum(count or 0 for count in counts)} new, {broken} broken"


def read_one(database: Database, feed: Feed) -> int | None:
    """Read one feed and keep what is new, each in its own transaction; None when it cannot be read."""
    error = ""
    try:
        read = read_at(
            database, feed.url, section=feed.section, territory=feed.territory, etag=feed.etag, last=feed.last_modified
        )
    except Unreachable as unreachable:
        error = str(unreachable)
    at = now()
    with database.transaction() as session:
        standing = session.get(Feed, feed.id, with_for_update=True)
        if standing is None or standing.stopped_at is not None:
            return 0
        if error:
            feeds.note_bad(session, standing, error, at=at)
            return None
        taken = articles.take_in(session, read.found or (), source="feed", feed_id=feed.id, at=at)
        feeds.note_good(standing, title=read.title, etag=read.etag, last_modified=read.last_modified, at=at)
        return taken


def read_at(
    database: Database,
    url: str,
    *,
    section: Section | None = None,
    territory: str = "",
    etag: str = "",
    last: str = "",
    most: int | None = MOST_ENTRIES,
) -> Read:
    """Fetch and parse a feed. Raises Unreachable with the reason in words."""
    answer = egress.fetch(url, database.settings, etag=etag, last_modified=last)
    if answer.status == 304:
        return Read(None, etag=etag, last_modified=last)
    if answer.status != 200:
        raise Unreachable("status", status=answer.status)
    title, found = parse(
        answer.body, url=answer.url, content_type=answer.content_type, section=section, most=most, at=now()
    )
    kept = tuple(one if one.territory or not territory else _in(one, territory) for one in found)
    return Read(kept, title, answer.etag, answer.last_modified)


def parse(
    body: bytes,
    *,
    url: str = "",
    content_type: str = "",
    section: Section | None = None,
    most: int | None = MOST_ENTRIES,
    at: datetime,
) -> tuple[str, tuple[Found, ...]]:
    """Return a feed's title and its articles, newest first as it gives them, `most` at most.

    Raises Unreachable for what is no feed; a feed with faults gives what can be read of it, if there is anything.
    """
    headers = {"content-location": url, "content-type": content_type or "application/xml"}
    parsed: Any = feedparser.parse(
        io.BytesIO(body), response_headers=headers, resolve_relative_uris=False, sanitize_html=False
    )
    if not parsed.entries and not parsed.get("version"):
        raise Unreachable("feed")
    title = markup.excerpt(str(parsed.feed.get("title", "")), 200)
    found = tuple(_articles(parsed.entries[:most], url, section, at))
    if not found and isinstance(parsed.get("bozo_exception"), SAXException):
        raise Unreachable("broken")
    return title, found


def _articles(entries: list[Any], base: str, section: Section | None, at: datetime) -> Iterator[Found]:
    for entry in entries:
        url = articles.canonical(_joined(base, str(entry.get("link", ""))))
        title = markup.excerpt(str(entry.get("title", "")), articles.LONGEST_TITLE)
        if not title:
            continue
        content = markup.clean(_longest(entry), base=url or base)
        summary = markup.excerpt(markup.clean(str(entry.get("summary", "")), base=url or base)) or markup.excerpt(
            content
        )
        tags = tuple(dict.fromkeys(" ".join(str(tag.get("term") or "").split())[:60] for tag in entry.get("tags", [])))
        given = next((known for tag in tags if (known := section_named(tag))), section)
        yield Found(
            key=str(entry.get("id") or url or _digest(title, summary)),
            url=url,
            title=title,
            summary=summary,
            content=content,
            author=markup.excerpt(str(entry.get("author", "")), 100),
            section=given,
            tags=tuple(tag for tag in tags if tag and section_named(tag) is None),
            territory=next((found for tag in tags if (found := _territory(tag))), ""),
            published_at=_moment(entry) or at,
        )


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link.strip()) if link.strip() else ""
    except ValueError:
        return ""


def _longest(entry: Any) -> str:
    """Return the fullest text that a feed gives: SPIP puts the whole article in `content` or in the description."""
    texts = [str(part.get("value", "")) for part in entry.get("content", [])]
    return max([*texts, str(entry.get("summary", ""))], key=len)


def _moment(entry: Any) -> datetime | None:
    given = entry.get("published_parsed") or entry.get("updated_parsed")
    try:
        return datetime.fromtimestamp(timegm(given), UTC) if given else None
    except (ValueError, OverflowError, OSError):
        return None


def _territory(tag: str) -> str:
    """Return the code of the département or région that a tag names."""
    found = named(tag)
    return territory_of(found) if found and found[0].kind in (PlaceKind.REGION, PlaceKind.DEPARTEMENT) else ""


def _in(found: Found, territory: str) -> Found:
    return Found(**{**found.__dict__, "territory": territory})


def _digest(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
