"""Rebuild the HTML of a mail: only safe markup, no secret in any text or attribute, no remote picture."""

from __future__ import annotations

import base64
import binascii
import html
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qs, quote, unquote_to_bytes, urlsplit

import nh3

from mailer.masks import ADDRESS, Hit, Masks, find, hide, merge, show
from mailer.readings import BLOCK_TAGS, Reading
from mailer.signatures import find_signatures

MAX_DEPTH = 250  # open tags: the cleaner's time grows with their square
MAX_ATTRIBUTES = 200  # of one tag, for the same reason
DATA_URI = "data-uri"
REMOTE_IMAGE = "remote-image"

_INLINE = """
    a abbr b bdi big cite code col colgroup del em font hr i img ins kbd mark q s samp small span strike strong
    sub sup tt u var wbr
"""
_TAGS = (BLOCK_TAGS - {"form", "fieldset"}) | frozenset(_INLINE.split())
_NOT_SHOWN = """
    script style title noscript textarea select option svg math object iframe template xml audio video
"""
_DROPPED_WITH_CONTENT = frozenset(_NOT_SHOWN.split())
_ATTRIBUTES = {
    "*": {"style", "align", "valign", "dir", "lang", "title", "bgcolor", "width", "height"},
    "a": {"href"},
    "img": {"src", "alt", "border", "hspace", "vspace"},
    "table": {"border", "cellpadding", "cellspacing", "role"},
    "td": {"colspan", "rowspan", "nowrap"},
    "th": {"colspan", "rowspan", "nowrap", "scope"},
    "col": {"span"},
    "font": {"color", "face", "size"},
    "ol": {"start", "type", "reversed"},
    "li": {"value"},
}
_SCHEMES = {"http", "https", "mailto", "tel", "cid", "data", "sms", "ftp"}
_PLAIN_VALUE = re.compile(r"[\w #%.,'()/-]{0,100}")
# Without "display" and "visibility": what the masks see is what the reader sees.
_LOOKS = """
    background-color border border-bottom border-collapse border-color border-left border-radius border-right
    border-spacing border-style border-top border-width color direction font font-family font-size font-style
    font-variant font-weight height letter-spacing line-height list-style list-style-type margin margin-bottom
    margin-left margin-right margin-top max-width min-width padding padding-bottom padding-left padding-right
    padding-top table-layout text-align text-decoration text-indent text-transform vertical-align white-space
    width word-break word-spacing word-wrap overflow-wrap
"""
_STYLES = frozenset(_LOOKS.split())
_STYLE_VALUE = re.compile(r"[\w #%.,'\"()!/+-]{1,200}")
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,40})([^<>]*)>")
_CLOSED = """
    area base br col dd dt embed hr img input li link meta option p param source td th tr wbr
"""
_NEVER_NESTED = frozenset(_CLOSED.split())
_BREAK = "\x1e"  # no mail holds this character once it is decoded
_SPACES = re.compile(rf"[ \t\r\n]{{2,}}|[\r\n]|{_BREAK}")
_DATA = re.compile(r"data:([\w.+-]+/[\w.+-]+)?((?:;[\w=.+-]+)*),(.*)", re.IGNORECASE | re.DOTALL)
_SAFE_LINKS = re.compile(r"https?://[\w.-]+\.safelinks\.protection\.outlook\.com/", re.IGNORECASE)


@dataclass(frozen=True)
class RebuiltHtml:
    """A fragment of safe HTML that can stand in a body, the same as text, and what was found."""

    html: str
    text: str
    counts: Counter[str]
    cids: frozenset[str]  # the new Content-IDs that it refers to


@dataclass
class _Token:
    """A tag or a piece of text of clean HTML."""

    tag: str = ""  # "" for text
    closing: bool = False
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    offset: int = 0  # where it stands in the text of all tokens


def rebuild_html(
    source: str, masks: Masks, cids: Mapping[str, str], take_picture: Callable[[bytes], str]
) -> RebuiltHtml:
    """Return the HTML without anything active, remote or secret; never raises.

    `cids` maps the old Content-IDs of pictures to their new ones; `take_picture` keeps a picture that stands in a data:
    URI and returns its Content-ID, or "". Markup that would take too long to clean is reduced to its text.
    """
    if _is_too_deep(source):
        source = html.escape(re.sub(r"<[^<>]*>", " ", source), quote=False)
    cleaned = nh3.clean(
        source,
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED_WITH_CONTENT),
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel=None,
    )
    return _Rebuilding(masks, cids, take_picture).rebuild(_tokenise(cleaned))


def wrap_text(text: str) -> str:
    """Return plain text as HTML that looks the same, to stand beside other HTML."""
    return "<div>" + html.escape(text, quote=False).replace("\n", "<br>\n") + "</div>"


def _is_too_deep(source: str) -> bool:
    depth = 0
    for tag in _TAG.finditer(source):
        if tag[2].lower() in _NEVER_NESTED:
            continue
        depth = max(depth - 1, 0) if tag[1] else depth + 1
        if depth > MAX_DEPTH or tag[3].count("=") > MAX_ATTRIBUTES or len(tag[3].split()) > 10 * MAX_ATTRIBUTES:
            return True
    return False


class _Tokeniser(HTMLParser):
    """Cut clean HTML into tokens and note where each stands in their text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tokens: list[_Token] = []
        self.pieces: list[str] = []
        self.length = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(_Token(tag, attributes={name: value or "" for name, value in attrs}))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self._add(_Token(tag, closing=True))

    def handle_data(self, data: str) -> None:
        self._add(_Token(text=data))

    def _add(self, token: _Token) -> None:
        token.offset = self.length
        self.tokens.append(token)
        piece = token.text if not token.tag else _line_break(token)
        self.pieces.append(piece)
        self.length += len(piece)


def _line_break(token: _Token) -> str:
    if token.tag in {"td", "th"}:
        return " "
    return _BREAK if token.tag in BLOCK_TAGS else ""


def _as_seen(source: str) -> Reading:
    """Return the text as it is shown: spaces and line ends of the source are one space, blocks begin a line."""
    return Reading(source).rewrite(_SPACES, lambda match: "\n" if match[0] == _BREAK else " ")


def _tokenise(cleaned: str) -> tuple[list[_Token], str]:
    """Return the tokens and their text, with a _BREAK where a block begins or ends."""
    tokeniser = _Tokeniser()
    tokeniser.feed(cleaned)
    tokeniser.close()
    return tokeniser.tokens, "".join(tokeniser.pieces)


class _Rebuilding:
    """One HTML text on its way: masks applied token by token, counts kept."""

    def __init__(self, masks: Masks, cids: Mapping[str, str], take_picture: Callable[[bytes], str]) -> None:
        self.masks = masks
        self.cids = cids
        self.take_picture = take_picture
        self.counts: Counter[str] = Counter()
        self.used: set[str] = set()
        self.clean_values = {"href": self._link, "src": self._picture, "alt": self._words, "title": self._words}

    def rebuild(self, cleaned: tuple[list[_Token], str]) -> RebuiltHtml:
        tokens, source = cleaned
        seen = _as_seen(source)
        shown = (Hit(*seen.origin(hit.start, hit.end), hit.what) for hit in find(seen.text, self.masks, signature=True))
        hits = merge([*shown, *find(source.replace(_BREAK, "\n"), self.masks)])
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
                    token = _Token(text=token.attributes.get("alt", ""))
            else:
                token.text = _replace(token, hits, self.masks)
            kept.append(token)
        text, more = hide(_as_text(kept), self.masks)
        if more and not hits:
            self.counts += more
        markup = "".join(map(_write, kept)).strip()
        return RebuiltHtml(markup, text, self.counts, frozenset(self.used))

    def _attributes(self, token: _Token, *, in_signature: bool) -> dict[str, str]:
        kept = {}
        for name, value in token.attributes.items():
            if name == "href" and in_signature and re.match(r"\s*(?:tel|sms):", value, re.IGNORECASE):
                continue
            cleaned = self.clean_values.get(name, _STYLED.get(name, _plain_value))(value)
            if cleaned:
                kept[name] = cleaned
        return kept

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


def _plain_value(value: str) -> str:
    return value if _PLAIN_VALUE.fullmatch(value) else ""


def _style(value: str) -> str:
    """Return the declarations that only change how words look: no url(), no escapes, no unknown property."""
    kept = []
    for declaration in re.split(r";(?![^(]*\))", value[:5000]):
        name, _, said = declaration.partition(":")
        name, said = name.strip().lower(), said.strip()
        if name in _STYLES and _STYLE_VALUE.fullmatch(said) and "url" not in said.lower():
            kept.append(f"{name}:{said}")
    return ";".join(kept)


_STYLED = {"style": _style}


def _replace(token: _Token, hits: tuple[Hit, ...], masks: Masks) -> str:
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


def _write(token: _Token) -> str:
    if not token.tag:
        return html.escape(token.text, quote=False)
    if token.closing:
        return f"</{token.tag}>"
    attributes = "".join(f' {name}="{html.escape(value)}"' for name, value in token.attributes.items())
    return f"<{token.tag}{attributes}>"


def _as_text(tokens: list[_Token]) -> str:
    """Return what a reader sees as plain text: quotations with ">", items with "-", links with their address."""
    text = _Text()
    for token in tokens:
        text.add(token)
    return "\n".join(line.rstrip() for line in text.lines).strip("\n")


class _Text:
    """Plain text being made of HTML tokens."""

    def __init__(self) -> None:
        self.lines = [""]
        self.depth = 0  # of quotation
        self.literal = 0  # inside <pre>
        self.link = ""
        self.words = ""  # of the link

    def add(self, token: _Token) -> None:
        if not token.tag:
            self._add_words(token.text)
        elif token.tag == "a":
            self._add_link(token)
        elif token.tag == "pre":
            self._new_line()
            self.literal += -1 if token.closing else 1
        elif token.tag == "blockquote":
            self.depth = max(self.depth + (-1 if token.closing else 1), 0)
            self._new_line()
        elif token.tag == "br":
            self._break()
        elif token.tag in {"td", "th"}:
            self._add_words(" ")
        elif token.tag in BLOCK_TAGS:
            self._new_line(blank=token.tag == "p")
            if token.tag == "li" and not token.closing:
                self.lines[-1] += "- "

    def _add_words(self, text: str) -> None:
        self.words += text
        if self.literal:
            first, *others = text.split("\n")
            self.lines[-1] += first
            for line in others:
                self._break()
                self.lines[-1] += line
            return
        text = re.sub(r"[ \t\r\n]+", " ", text)
        line = self.lines[-1]
        self.lines[-1] += text.lstrip(" ") if line.endswith(" ") or not line else text

    def _add_link(self, token: _Token) -> None:
        if not token.closing:
            self.link, self.words = token.attributes.get("href", ""), ""
        elif self.link[:4].lower() == "http" and self.link.rstrip("/") not in self.words and self.words.strip():
            self.lines[-1] += f" <{self.link}>"
            self.link = ""

    def _break(self) -> None:
        self.lines.append("> " * self.depth)

    def _new_line(self, *, blank: bool = False) -> None:
        prefix = "> " * self.depth
        if not self.lines[-1].strip("> "):
            self.lines[-1] = prefix
            return
        if blank:
            self.lines.append(prefix)
        self.lines.append(prefix)
