"""Rebuild the HTML of a mail: only safe markup, no secret in any text or attribute, no remote picture."""

from __future__ import annotations

import base64
import binascii
import html
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote_to_bytes, urlsplit

from mailer.html_markup import BREAK, Token, clean_markup, clean_style, clean_value, write
from mailer.html_texts import as_text
from mailer.masks import ADDRESS, Hit, Masks, find, hide, merge, show
from mailer.readings import Reading
from mailer.signatures import find_signatures

DATA_URI = "data-uri"
REMOTE_IMAGE = "remote-image"

_SPACES = re.compile(rf"[ \t\r\n]{{2,}}|[\r\n]|{BREAK}")
_DATA = re.compile(r"data:([\w.+-]+/[\w.+-]+)?((?:;[\w=.+-]+)*),(.*)", re.IGNORECASE | re.DOTALL)
_SAFE_LINKS = re.compile(r"https?://[\w.-]+\.safelinks\.protection\.outlook\.com/", re.IGNORECASE)


@dataclass(frozen=True)
class RebuiltHtml:
    """A fragment of safe HTML that can stand in a body, the same as text, and what was found."""

    html: str
    text: str
    counts: Counter[str]
    cids: frozenset[str]  # the new Content-IDs that it refers to


def rebuild_html(
    source: str, masks: Masks, cids: Mapping[str, str], take_picture: Callable[[bytes], str]
) -> RebuiltHtml:
    """Return the HTML without anything active, remote or secret; never raises.

    `cids` maps the old Content-IDs of pictures to their new ones; `take_picture` keeps a picture that stands in a data:
    URI and returns its Content-ID, or "". Markup that would take too long to clean is reduced to its text.
    """
    return _Rebuilding(masks, cids, take_picture).rebuild(*clean_markup(source))


def wrap_text(text: str) -> str:
    """Return plain text as HTML that looks the same, to stand beside other HTML."""
    return "<div>" + html.escape(text, quote=False).replace("\n", "<br>\n") + "</div>"


def _as_seen(source: str) -> Reading:
    """Return the text as it is shown: spaces and line ends of the source are one space, blocks begin a line."""
    return Reading(source).rewrite(_SPACES, lambda match: "\n" if match[0] == BREAK else " ")


class _Rebuilding:
    """One HTML text on its way: masks applied token by token, counts kept."""

    def __init__(self, masks: Masks, cids: Mapping[str, str], take_picture: Callable[[bytes], str]) -> None:
        self.masks = masks
        self.cids = cids
        self.take_picture = take_picture
        self.counts: Counter[str] = Counter()
        self.used: set[str] = set()
        self.looks: dict[tuple[str, str], str] = {}  # the same few again and again
        self.clean_values = {"href": self._link, "src": self._picture, "alt": self._words, "title": self._words}

    def rebuild(self, tokens: list[Token], source: str) -> RebuiltHtml:
        seen = _as_seen(source)
        shown = (Hit(*seen.origin(hit.start, hit.end), hit.what) for hit in find(seen.text, self.masks, signature=True))
        hits = merge([*shown, *find(source.replace(BREAK, "\n"), self.masks)])
        self.counts.update(hit.what for hit in hits)
        signatures = []
        if self.masks.hide_phones_in_signature:
            signatures = [seen.origin(start, end) for start, end in find_signatures(seen.text)]
        starts = [start for start, _ in signatures]
        kept = []
        for token in tokens:
            if token.tag:
                nearest = bisect_right(starts, token.offset) - 1
                inside = nearest >= 0 and token.offset < signatures[nearest][1]
                token.attributes = self._attributes(token, in_signature=inside)
                if token.tag == "img" and "src" not in token.attributes:
                    token = Token(text=token.attributes.get("alt", ""))
            else:
                token.text = _replace(token, hits, self.masks)
            kept.append(token)
        text, more = hide(as_text(kept), self.masks)
        if more and not hits:
            self.counts += more
        markup = "".join(map(write, kept)).strip()
        return RebuiltHtml(markup, text, self.counts, frozenset(self.used))

    def _attributes(self, token: Token, *, in_signature: bool) -> dict[str, str]:
        kept = {}
        for name, value in token.attributes.items():
            if name == "href" and in_signature and re.match(r"\s*(?:tel|sms):", value, re.IGNORECASE):
                continue
            clean = self.clean_values.get(name)
            cleaned = clean(value) if clean else self._look(name, value)
            if cleaned:
                kept[name] = cleaned
        return kept

    def _look(self, name: str, value: str) -> str:
        """Return the value of an attribute that only changes the look, "" for one with anything else in it."""
        if (name, value) not in self.looks:
            cleaned = _LOOK.get(name, clean_value)(value)
            self.looks[name, value] = "" if find(cleaned, self.masks) else cleaned
        return self.looks[name, value]

    def _words(self, value: str) -> str:
        masked, counts = hide(value, self.masks)
        self.counts += counts
        return masked

    def _link(self, value: str) -> str:
        value = value.strip()
        if value[:5].lower() == "data:":
            self.counts[DATA_URI] += 1
            return ""
        hits = find(value, self.masks)
        if not hits:
            return value
        self.counts.update(hit.what for hit in hits)
        return self._without_secret(value, hits)

    def _without_secret(self, value: str, hits: tuple[Hit, ...]) -> str:
        """Return what remains of a link with a secret in it, or "" (the words of the link stay)."""
        if _SAFE_LINKS.match(value):
            wrapped = "".join(parse_qs(urlsplit(value).query).get("url", []))
            return wrapped if re.match("https?://", wrapped) and not find(wrapped, self.masks) else ""
        query = value.partition("?")[2]
        if value[:7].lower() == "mailto:" and self.masks.replacement and any(hit.what == ADDRESS for hit in hits):
            return "mailto:" + quote(self.masks.replacement, safe="@") + _innocent_query(query, self.masks)
        return ""

    def _picture(self, value: str) -> str:
        value = value.strip()
        scheme, _, rest = value.partition(":")
        if scheme.lower() == "cid":
            new = self.cids.get(unquote_to_bytes(rest).decode("utf-8", "replace").strip("<>").lower(), "")
            self.used.update(filter(None, [new]))
            return f"cid:{new}" if new else ""
        if scheme.lower() == "data":
            return self._picture_inside(value)
        self.counts[REMOTE_IMAGE] += 1
        return ""

    def _picture_inside(self, value: str) -> str:
        """Take a picture out of a data: URI, so that it is treated like any other and every client shows it."""
        content = _read_data(value)
        name = self.take_picture(content) if content else ""
        if not name:
            self.counts[DATA_URI] += 1
            return ""
        self.used.add(name)
        return f"cid:{name}"


def _read_data(uri: str) -> bytes:
    """Return the content of a data: URI (RFC 2397), b"" when it has none."""
    found = _DATA.fullmatch(uri)
    if not found:
        return b""
    content = unquote_to_bytes(found[3])
    if not found[2].lower().endswith(";base64"):
        return content
    try:
        return base64.b64decode(content + b"=" * (-len(content) % 4))
    except (binascii.Error, ValueError):
        return b""


def _innocent_query(query: str, masks: Masks) -> str:
    """Return the fields of a mailto: link other than further recipients, when nothing hidden is in them."""
    fields = [field for field in query.split("&") if field.partition("=")[0].lower() in {"subject", "body"}]
    kept = "&".join(fields)
    return f"?{kept}" if kept and not find(kept, masks) else ""


_LOOK = {"style": clean_style}


def _replace(token: Token, hits: tuple[Hit, ...], masks: Masks) -> str:
    """Return the text of a token without the hits; a hit over several tokens is shown in its first."""
    first = max(bisect_right(hits, token.offset, key=lambda hit: hit.start) - 1, 0)
    end = token.offset + len(token.text)
    pieces, position = [], 0
    for hit in hits[first:]:
        if hit.start >= end:
            break
        if hit.end <= token.offset:
            continue
        pieces.append(token.text[position : max(hit.start - token.offset, 0)])
        if hit.start >= token.offset:
            pieces.append(show(hit.what, masks))
        position = min(hit.end - token.offset, len(token.text))
    return "".join([*pieces, token.text[position:]])
