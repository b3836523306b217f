"""Which markup a relayed mail may have: clean HTML by a kept list, cut it into tokens, write them again."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import nh3

from mailer.readings import BLOCK_TAGS

MAX_DEPTH = 250  # open tags: the cleaner's time grows with their square
MAX_ATTRIBUTES = 200  # of one tag, for the same reason
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
BREAK = "\x1e"  # no mail holds this character once it is decoded


@dataclass
class Token:
    """A tag or a piece of text of clean HTML."""

    tag: str = ""  # "" for text
    closing: bool = False
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    offset: int = 0  # where it stands in the text of all tokens


def clean_markup(source: str) -> tuple[list[Token], str]:
    """Return the tokens of the allowed markup, and their text with a BREAK where a block begins or ends.

    Markup that would take too long to clean is reduced to its text.
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
    tokeniser = _Tokeniser()
    tokeniser.feed(cleaned)
    tokeniser.close()
    return tokeniser.tokens, "".join(tokeniser.pieces)


def clean_value(value: str) -> str:
    return value if _PLAIN_VALUE.fullmatch(value) else ""


def clean_style(value: str) -> str:
    """Return the declarations that only change how words look: no url(), no escapes, no unknown property."""
    kept = []
    for declaration in re.split(r";(?![^(]*\))", value[:5000]):
        name, _, said = declaration.partition(":")
        name, said = name.strip().lower(), said.strip()
        if name in _STYLES and _STYLE_VALUE.fullmatch(said) and "url" not in said.lower():
            kept.append(f"{name}:{said}")
    return ";".join(kept)


def write(token: Token) -> str:
    if not token.tag:
        return html.escape(token.text, quote=False)
    if token.closing:
        return f"</{token.tag}>"
    attributes = "".join(f' {name}="{html.escape(value)}"' for name, value in token.attributes.items())
    return f"<{token.tag}{attributes}>"


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
        self.tokens: list[Token] = []
        self.pieces: list[str] = []
        self.length = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(Token(tag, attributes={name: value or "" for name, value in attrs}))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self._add(Token(tag, closing=True))

    def handle_data(self, data: str) -> None:
        self._add(Token(text=data))

    def _add(self, token: Token) -> None:
        token.offset = self.length
        self.tokens.append(token)
        piece = token.text if not token.tag else _line_break(token)
        self.pieces.append(piece)
        self.length += len(piece)


def _line_break(token: Token) -> str:
    if token.tag in {"td", "th"}:
        return " "
    return BREAK if token.tag in BLOCK_TAGS else ""
