"""HTML of articles and Markdown of editors: cleaned to a few tags, and put into plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

# What an article or an editorial needs. Pictures stay out: letters do without, and nobody is watched through them.
TAGS = frozenset(
    "p br strong b em i a ul ol li blockquote h2 h3 h4 hr table thead tbody tr th td code pre sub sup abbr".split()
)
_ATTRIBUTES = {"a": {"href"}, "abbr": {"title"}, "th": {"scope"}}
_SCHEMES = {"http", "https", "mailto"}
_DROPPED_WITH_CONTENT = {"script", "style", "iframe", "object", "noscript", "template", "svg", "math", "form"}
LONGEST_HTML = 500_000
EXCERPT = 280
_BLOCKS = frozenset("p ul ol li blockquote h1 h2 h3 h4 h5 h6 hr table tr pre div section article".split())
_SENTENCE = re.compile(r"[.!?…]\s")
# A page has one h1, its own: an author's becomes the h2 below it, and what is deeper than we keep comes up.
_OTHER_HEADINGS = re.compile(r"(</?h)([156])(?![\w-])", re.IGNORECASE)
_OURS = {"1": "2", "5": "4", "6": "4"}
_HEADING = re.compile(r"<(/?)h[234]>")  # as `clean` leaves them
_DROPPED_BY_US = re.compile(r"<p>(?:\s|&nbsp;|<br>)*</p>")


def clean(html: str, *, base: str = "") -> str:
    """Return HTML reduced to harmless tags, its links absolute (from `base`) and nothing that loads from elsewhere."""
    absolute = urlsplit(base).scheme in ("http", "https")
    cleaned = nh3.clean(
        _OTHER_HEADINGS.sub(lambda tag: tag[1] + _OURS[tag[2]], html[:LONGEST_HTML].replace("\x00", "")),
        tags=set(TAGS),
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener",
        url_relative=("rewrite_with_base", base) if absolute else "deny",
    )
    return _DROPPED_BY_US.sub("", cleaned).strip()


@cache
def _markdown() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")
    reader.add_render_rule("image", _picture)
    return reader


def _picture(renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    """Return a link to a picture, in the words that replace it: letters hold none, and what was typed does not vanish."""
    words = renderer.renderInlineAsText(tokens[at].children or [], options, env)
    return f'<a href="{escape(str(tokens[at].attrs["src"]))}">{escape(words)}</a>'


def from_markdown(source: str, *, level: int | None = None) -> str:
    """Return the HTML of Markdown that a person typed; HTML typed in it is shown as it was typed.

    With a `level`, all headings have that one: they stand below those of the page or letter around them.
    """
    cleaned = clean(str(_markdown().render(source[:LONGEST_HTML])))
    return cleaned if level is None else _HEADING.sub(rf"<\1h{level}>", cleaned)


def links_of(html: str) -> tuple[str, ...]:
    """Return the web addresses that cleaned HTML leads to, once each, in order."""
    reader = _Words()
    reader.feed(html)
    return tuple(dict.fromkeys(url for url in reader.links if url.startswith(("http://", "https://"))))


def to_text(html: str, *, links: bool = True) -> str:
    """Return HTML as plain text: paragraphs apart, list items dashed, links' addresses in angle brackets (RFC 3986 C) if `links`."""
    reader = _Words(show_links=links)
    reader.feed(html)
    reader.close()
    return reader.text()


def excerpt(html: str, limit: int = EXCERPT) -> str:
    """Return the beginning of HTML in plain words on one line, cut after a sentence or a word."""
    words = " ".join(to_text(html[: limit * 40], links=False).split())
    if len(words) <= limit:
        return words
    ends = [found.start() + 1 for found in _SENTENCE.finditer(words[: limit + 1])]
    if ends and ends[-1] > limit // 2:
        return words[: ends[-1]]
    return words[:limit].rpartition(" ")[0].rstrip(",;:–- ") + "…"


class _Words(HTMLParser):
    """Collects the words of HTML, block by block."""

    def __init__(self, *, show_links: bool = True) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self._show_links = show_links
        self._blocks: list[str] = [""]
        self._lists: list[int] = []  # the number of the next item; 0: dashes
        self._open: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._blocks[-1] += "\n"
        elif tag == "a":
            href = dict(attrs).get("href") or ""
            self.links.append(href)
            self._open.append((href, len(self._blocks[-1])))
        elif tag in ("ul", "ol"):
            self._lists.append(1 if tag == "ol" else 0)
        elif tag in ("td", "th") and self._blocks[-1].strip():
            self._blocks[-1] += " | "
        if tag in _BLOCKS:
            self._blocks.append(self._mark() if tag == "li" else "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._open:
            href, start = self._open.pop()
            shown = self._blocks[-1][start:].strip()
            bare = href.removeprefix("mailto:")
            if self._show_links and href and shown != bare:
                self._blocks[-1] += f" <{bare}>"
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        if tag in _BLOCKS:
            self._blocks.append("")

    def handle_data(self, data: str) -> None:
        self._blocks[-1] += re.sub(r"\s+", " ", data)

    def _mark(self) -> str:
        if not self._lists or not self._lists[-1]:
            return "- "
        self._lists[-1] += 1
        return f"{self._lists[-1] - 1}. "

    def text(self) -> str:
        """Return the blocks with an empty line between them, none between the items of a list."""
        found = ["\n".join(line.strip() for line in block.split("\n")).strip() for block in self._blocks]
        out = ""
        for block in (one for one in found if one and one != "-"):
            both = _is_item(block) and _is_item(out.rpartition("\n")[2])
            out += block if not out else ("\n" if both else "\n\n") + block
        return out


def _is_item(line: str) -> bool:
    return bool(re.match(r"(?:-|\d+\.) ", line))
