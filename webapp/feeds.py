"""Feeds in Atom (RFC 4287), for readers and for the tools that post elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

from flask import Response

from webapp.house import house
from webapp.language import in_language, language

_ATOM = "http://www.w3.org/2005/Atom"
_EPOCH = datetime(2002, 1, 1, tzinfo=UTC)
# What XML 1.0 cannot hold; an offer may have been pasted from anywhere.
_UNFIT = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF))
ElementTree.register_namespace("", _ATOM)


@dataclass(frozen=True)
class Entry:
    """One thing that a feed tells: its page below the base URL, and plain text of it."""

    path: str
    name: str  # within the site, for ever: "offre-412"
    title: str
    summary: str
    published: datetime
    author: str
    address: str = ""  # where it stands when not with us
    content: str = ""  # HTML, all of it, with whole addresses; "": the summary is all


def atom(path: str, page: str, title: str, entries: Iterable[Entry]) -> Response:
    """Return the feed at `path`, of what `page` shows, in the language of the request."""
    listed, path, page = list(entries), in_language(path), in_language(page)
    settings = house().settings
    host = urlsplit(settings.base_url).hostname
    feed = ElementTree.Element(f"{{{_ATOM}}}feed", {"xml:lang": language()})
    _add(feed, "title", f"{title} · {settings.site_name}")
    _add(feed, "id", f"{settings.base_url}{path}")
    _link(feed, "self", settings.base_url + path)
    _link(feed, "alternate", settings.base_url + page)
    _add(feed, "updated", max((entry.published for entry in listed), default=_EPOCH).isoformat())
    for entry in listed:
        item = ElementTree.SubElement(feed, f"{{{_ATOM}}}entry")
        _add(item, "title", entry.title)
        # A name that stays when the page's address changes (RFC 4151).
        _add(item, "id", f"tag:{host},{entry.published:%Y-%m-%d}:{entry.name}")
        _link(item, "alternate", entry.address or settings.base_url + entry.path)
        _add(item, "published", entry.published.isoformat())
        _add(item, "updated", entry.published.isoformat())
        author = ElementTree.SubElement(item, f"{{{_ATOM}}}author")
        _add(author, "name", entry.author)
        _add(item, "summary", entry.summary)
        if entry.content:
            _add(item, "content", entry.content)
            item[-1].set("type", "html")
    octets = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    answer = Response(octets, content_type="application/atom+xml; charset=utf-8")
    answer.vary.add("Accept-Language")
    return answer


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, f"{{{_ATOM}}}{name}").text = text.translate(_UNFIT)


def _link(parent: ElementTree.Element, rel: str, address: str) -> None:
    ElementTree.SubElement(parent, f"{{{_ATOM}}}link", {"rel": rel, "href": address})
