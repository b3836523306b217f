"""What a letter's own words show to whoever looks before it leaves: placeholders, links, headings, contrast, size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from jobboard.edition_findings import Finding
from mailer.client_support import unsupported
from mailer.finishing import SUBJECT_LIMIT
from mailer.rendering import Rendered

MOST_OCTETS = 100_000  # Gmail cuts a mail off a little above
LEAST_CONTRAST, LEAST_OF_LARGE = 4.5, 3.0  # WCAG 2.2, 1.4.3
LARGE_PX, LARGE_BOLD_PX = 24.0, 18.66
# What somebody meant to fill in, in the spellings that happen.
_PLACEHOLDER = re.compile(
    r"\{\{.{0,40}?\}\}|\{%.{0,40}?%\}|%\(\w+\)[sd]|\[\[.{0,40}?\]\]|<<.{0,40}?>>|\|[A-Z_]{3,}\||\{[^\W\d]\w{1,29}\}"
    r"|(?<![^\s(«\"'])%[A-Z_]{3,}%"
    r"|\[(?:pr[ée]nom|nom|date|titre|lien|ville|x{2,})\]|\b(?:lorem ipsum|[àa] compl[ée]ter|todo|tbd|x{3,})\b|\bNone\b",
    re.IGNORECASE,
)
_VAGUE_LINKS = frozenset(("ici", "cliquez ici", "cliquer ici", "clic", "click here", "here", "lien", "link", "plus"))
_VOID = frozenset("br hr img meta link input area base col embed source track wbr".split())
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_COLOUR = re.compile(r"(?<![-\w])color:\s*#([0-9a-f]{6})\b", re.IGNORECASE)
_GROUND = re.compile(r"background-color:\s*#([0-9a-f]{6})\b", re.IGNORECASE)
_SIZE = re.compile(r"font-size:\s*(\d+(?:\.\d+)?)px", re.IGNORECASE)
_WEIGHT = re.compile(r"font-weight:\s*(\d+|bold)", re.IGNORECASE)


@dataclass(frozen=True)
class _Look:
    """How words are shown where they stand."""

    colour: str = "000000"
    ground: str = "ffffff"
    size: float = 16.0
    bold: bool = False
    hidden: bool = False

    def under(self, style: str) -> _Look:
        """Return the look of what stands in an element of that style."""
        colour, ground, size, weight = (pattern.search(style) for pattern in (_COLOUR, _GROUND, _SIZE, _WEIGHT))
        return _Look(
            colour[1].lower() if colour else self.colour,
            ground[1].lower() if ground else self.ground,
            float(size[1]) if size else self.size,
            weight[1] in ("bold", "600", "700", "800", "900") if weight else self.bold,
            self.hidden or bool(re.search(r"display:\s*none", style, re.IGNORECASE)),
        )


@dataclass
class _Link:
    href: str
    words: str = ""
    label: str = ""


@dataclass
class _Page(HTMLParser):
    """What is asked of a page, collected in one pass."""

    links: list[_Link] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    images_without_alt: int = 0
    faint: dict[str, float] = field(default_factory=dict)  # some words -> their contrast
    tags: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._looks: list[tuple[str, _Look]] = [("", _Look())]
        self._link: _Link | None = None
        self._silent = 0

    def __hash__(self) -> int:
        return id(self)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        if tag in ("style", "title"):
            self._silent += 1
        if tag == "img" and "alt" not in given:
            self.images_without_alt += 1
        if tag == "a" and "href" in given:
            self._link = _Link(given["href"], label=given.get("aria-label", ""))
            self.links.append(self._link)
        if tag in _HEADINGS:
            self.headings.append((_HEADINGS[tag], ""))
        if tag not in _VOID:
            self._looks.append((tag, self._looks[-1][1].under(given.get("style", ""))))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "title"):
            self._silent -= 1
        if tag == "a":
            self._link = None
        for at in range(len(self._looks) - 1, 0, -1):
            if self._looks[at][0] == tag:
                del self._looks[at:]
                break

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if not words or self._silent:
            return
        if self._link is not None:
            self._link.words += f" {words}"
        if any(tag in _HEADINGS for tag, _ in self._looks) and self.headings:
            level, said = self.headings[-1]
            self.headings[-1] = (level, f"{said} {words}".strip())
        look = self._looks[-1][1]
        found = contrast(look.colour, look.ground)
        large = look.size >= LARGE_PX or (look.bold and look.size >= LARGE_BOLD_PX)
        if not look.hidden and found < (LEAST_OF_LARGE if large else LEAST_CONTRAST):
            self.faint.setdefault(words[:60], found)


def contrast(one: str, other: str) -> float:
    """Return the contrast between two colours of six hexadecimal digits, 1 to 21 (WCAG 2.2)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def findings(mail: Rendered) -> tuple[Finding, ...]:
    """Return what is wrong with a rendered letter, the grave first; empty when nothing is."""
    page = _Page()
    page.feed(mail.html)
    page.close()
    found = (*_of_words(mail), *_of_links(page), *_of_headings(page), *_of_looks(mail, page))
    return tuple(sorted(dict.fromkeys(found), key=lambda one: not one.grave))


def links_of(mail: Rendered) -> tuple[str, ...]:
    """Return the addresses of the web that the HTML part leads to, once each."""
    page = _Page()
    page.feed(mail.html)
    return tuple(dict.fromkeys(one.href for one in page.links if one.href.startswith(("http://", "https://"))))


def _of_words(mail: Rendered) -> Iterator[Finding]:
    size = len(mail.html.encode())
    if size > MOST_OCTETS:
        yield Finding("size", str(round(size / 1000)), grave=True)
    if len(mail.text.split()) < 10:
        yield Finding("text", grave=True)
    if not mail.subject.strip() or len(mail.subject) > SUBJECT_LIMIT:
        yield Finding("subject", mail.subject)
    for placeholder in dict.fromkeys(_PLACEHOLDER.findall(f"{mail.subject}\n{mail.text}")):
        yield Finding("placeholder", placeholder, grave=True)


def _of_links(page: _Page) -> Iterator[Finding]:
    for link in page.links:
        said = " ".join((link.label or link.words).split())
        if not said:
            yield Finding("link-empty", link.href, grave=True)
        elif said.lower().strip(" .!") in _VAGUE_LINKS:
            yield Finding("link-vague", said)
        if not link.href.startswith(("https://", "http://", "mailto:", "tel:", "#")):
            yield Finding("link-form", link.href, grave=True)


def _of_headings(page: _Page) -> Iterator[Finding]:
    if [level for level, _ in page.headings].count(1) != 1:
        yield Finding("heading-first")
    before = 0
    for level, said in page.headings:
        if level > before + 1:
            yield Finding("heading-order", said)
        if not said:
            yield Finding("heading-empty")
        before = level


def _of_looks(mail: Rendered, page: _Page) -> Iterator[Finding]:
    if page.images_without_alt:
        yield Finding("alt", str(page.images_without_alt), grave=True)
    for words, found in page.faint.items():
        yield Finding("contrast", f"{words} ({found:.1f})")
    for feature in unsupported(mail.html):
        yield Finding("client", feature)
