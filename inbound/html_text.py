"""HTML mail as lines of text: what a reader sees, quotations marked with "> ", in linear time whatever the markup."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator

MAX_HTML = 500_000  # characters looked at
MAX_QUOTE_DEPTH = 12
RULE = "_" * 32

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40})")
_WHITE = re.compile(r"[ \t\n\r\f]+")
_UNSEEN = frozenset({"script", "style", "title", "template", "noscript"})
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "pre"})
_LINES = frozenset(
    {"address", "article", "aside", "body", "center", "dd", "div", "dt", "fieldset", "figcaption", "figure", "footer"}
    | {"form", "head", "header", "html", "li", "main", "nav", "section", "tbody", "thead", "tr"}
)
# Mail programs indent the writer's own paragraphs with a bare, borderless blockquote: that is no quotation.
_INDENT = re.compile(r"border(?:-width)?\s*:\s*(?:none|0)", re.IGNORECASE)
_CITED = re.compile(r"""\b(?:type|class)\s*=\s*["']?[^"'>]*(?:cite|quote)|border-left""", re.IGNORECASE)


def text_of_html(html: str) -> str:
    """Return the text of a mail's HTML: blocks as lines, entities decoded, quoted lines prefixed with "> "."""
    page = _Page()
    for tag, closing, content in _read_tokens(html[:MAX_HTML]):
        if tag:
            page.meet(tag, closing, content)
        else:
            page.write(entities.unescape(content))
    return page.finish()


def _read_tokens(html: str) -> Iterator[tuple[str, bool, str]]:
    """Yield (tag name or "" for text, is it a closing tag, source), without comments and unseen elements."""
    at = 0
    endless: set[str] = set()  # unseen elements never closed in what remains: looked for once, then only skipped
    while (start := html.find("<", at)) >= 0:
        if start > at:
            yield "", False, html[at:start]
        at, tag, closing, source = _read_markup(html, start)
        if not tag:
            if source:
                yield "", False, source
            continue
        if tag in _UNSEEN and not closing and tag not in endless:
            end = re.compile(rf"</{tag}\b[^>]*>", re.IGNORECASE).search(html, at)
            if end:
                at = end.end()
            elif tag in {"script", "style"}:
                return
            else:
                endless.add(tag)
        yield tag, closing, source
    if at < len(html):
        yield "", False, html[at:]


def _read_markup(html: str, start: int) -> tuple[int, str, bool, str]:
    """Return (where to go on, tag name or "", closing, source or literal text) for the "<" at `start`."""
    if html.startswith("<!--", start):
        end = html.find("-->", start + 4)
        return (len(html) if end < 0 else end + 3), "", False, ""
    found = _TAG.match(html, start)
    if not found and html[start + 1 : start + 2] not in {"!", "?"}:
        return start + 1, "", False, "<"
    end = html.find(">", start)
    if end < 0:
        return len(html), "", False, html[start:]
    if html.count('"', start, end) % 2:  # a ">" inside an attribute's value
        quote = html.find('"', end, end + 2_000)
        end = max(end, html.find(">", quote, quote + 2_000)) if quote > 0 else end
    source = html[start : end + 1]
    return (end + 1, found[2].lower(), bool(found[1]), source) if found else (end + 1, "", False, "")


class _Page:
    """The lines written so far, and the line being written."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quotes: list[bool] = []  # one per open blockquote: does it quote?
        self.depth = 0
        self.preformatted = 0

    def write(self, text: str) -> None:
        """Add text to the line; inside <pre>, its line ends count."""
        if not self.preformatted:
            self.line.append(_WHITE.sub(" ", text))
            return
        first, *others = text.replace("\r\n", "\n").split("\n")
        self.line.append(first)
        for other in others:
            self.end_line(always=True)
            self.line.append(other)

    def meet(self, tag: str, closing: bool, source: str) -> None:
        """Let a tag end lines, open or close a quotation, mark a list item or a cell."""
        if tag == "br":
            self.end_line(always=True)
        elif tag == "hr":
            self.end_line()
            self.line.append(RULE)
            self.end_line()
        elif tag in {"td", "th"}:
            self.line.append(" ")
        elif tag in _LINES:
            self.end_line()
            if tag == "li" and not closing:
                self.line.append("- ")
        elif tag == "blockquote":
            self.turn_quotation(closing, source)
        elif tag in _PARAGRAPHS:
            self.end_paragraph()
            if tag == "pre":
                self.preformatted = max(0, self.preformatted + (-1 if closing else 1))

    def turn_quotation(self, closing: bool, source: str) -> None:
        """Open or close one blockquote."""
        if closing:
            self.end_line()
            self.depth -= self.quotes.pop() if self.quotes else False
            self.end_paragraph()
        else:
            self.end_paragraph()
            quotes = not _INDENT.search(source[:2_000]) or bool(_CITED.search(source[:2_000]))
            self.quotes.append(quotes)
            self.depth += quotes

    def end_line(self, *, always: bool = False) -> None:
        """Finish the line; an empty one only counts when `always`."""
        text = "".join(self.line)
        text = text.rstrip() if self.preformatted else _WHITE.sub(" ", text).strip()
        self.line.clear()
        if text or always:
            prefix = "> " * min(self.depth, MAX_QUOTE_DEPTH)
            self.lines.append((prefix + text).rstrip())

    def end_paragraph(self) -> None:
        """Finish the line and leave one empty line after it."""
        self.end_line()
        if self.lines and self.lines[-1].strip("> "):
            self.end_line(always=True)

    def finish(self) -> str:
        """Return everything written, runs of empty lines folded into one."""
        self.end_line()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip("\n")
