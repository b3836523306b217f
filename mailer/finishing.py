"""The last pass over rendered words: what a person wrote is kept, the rest is typeset, lines are folded."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from functools import lru_cache
from html import escape, unescape

from jobboard.subjects import shorten

Typography = Callable[[str], str]

SUBJECT_LIMIT = 70
WIDTH = 76
OFTEN_SHARED = 200  # characters: labels, dates, titles of offers; longer texts are rarely the same twice
# RFC 5322 2.1.1 allows 998 octets a line; a word of ours that is longer is no word.
LONGEST_WORD = 900

# Noncharacters (Unicode 23.7) that live between a template and this pass only, around words that are not ours.
OPEN, CLOSE, _HELD = "\ufdd0", "\ufdd1", "\ufdd2"
_VERBATIM = re.compile(f"{OPEN}([^{OPEN}{CLOSE}]*){CLOSE}")
_MARKS = str.maketrans("", "", OPEN + CLOSE + _HELD)

# Control characters, tabs and line ends apart; half characters, which UTF-8 cannot write.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_LINE_END = re.compile("[\r\x85\u2028\u2029](?:(?<=\r)\n)?")
# No-break spaces stay; characters that turn the direction of reading do not belong into a subject.
_BLANK = re.compile("[ \t\n]+")
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BLANK_LINES = re.compile(r"\n{3,}")
_LIST_MARK = re.compile(r"\s*(?:[-•–] |\d+\. )?")
_MARKUP = re.compile(
    r"<!--.*?-->|<(style|code|pre|kbd)\b.*?</\1>|<(?:\"[^\"]*\"|'[^']*'|[^'\">])*>",
    re.DOTALL | re.IGNORECASE,
)


def keep(text: str) -> str:
    """Return the text marked as a person's own: this pass hands it on letter by letter."""
    return f"{OPEN}{text.translate(_MARKS)}{CLOSE}"


def finish_subject(rendered: str, typography: Typography) -> str:
    """Return one line; ours is cut at a word when it is longer than `SUBJECT_LIMIT`, a person's never."""
    held, text = _hold(rendered)
    text = _BLANK.sub(" ", _DIRECTION.sub("", typography(_BLANK.sub(" ", text).strip())))
    if not held:
        return shorten(text, SUBJECT_LIMIT)
    return _BLANK.sub(" ", _DIRECTION.sub("", _release(text, held))).strip()


def finish_text(rendered: str, typography: Typography) -> str:
    """Return the text part: typeset, folded at `WIDTH` where that is safe, one empty line at most between blocks."""
    held, text = _hold(rendered)
    lines = [folded for line in text.split("\n") for folded in _fold(_typeset(line.rstrip(" \t"), typography))]
    text = _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n")
    return _release(text, held) + "\n"


def finish_html(rendered: str, typography: Typography) -> str:
    """Return the HTML part: text between tags typeset; tags, comments, styles and code as they were."""
    held, html = _hold(rendered)
    done: list[str] = []
    end = 0
    for markup in _MARKUP.finditer(html):
        done += (_typeset_node(html[end : markup.start()], typography), markup[0])
        end = markup.end()
    done.append(_typeset_node(html[end:], typography))
    return _release("".join(done).strip("\n"), held) + "\n"


def one_line(text: str) -> str:
    """Return the text on one line, for a value that could hold more than its place has room for."""
    return _BLANK.sub(" ", even(text)).strip()


def even(text: str) -> str:
    """Return the text with every kind of line end made one LF."""
    return _LINE_END.sub("\n", text)


def _hold(rendered: str) -> tuple[list[str], str]:
    """Return the verbatim stretches, and the rest with one mark in the place of each."""
    text = even(_UNFIT.sub("", rendered)).replace(_HELD, "")
    held: list[str] = []

    def take(found: re.Match[str]) -> str:
        held.append(found[1])
        return _HELD

    text = _VERBATIM.sub(take, text)
    return held, text.replace(OPEN, "").replace(CLOSE, "")


def _release(text: str, held: list[str]) -> str:
    """Return the text with the verbatim stretches back in their places."""
    stretches = iter(held)
    return re.sub(_HELD, lambda _: next(stretches), text)


def _fold(line: str) -> list[str]:
    """Return the line as several when it is too wide; a person's words in it count as one, a quotation stays."""
    if line == "--":
        return ["-- "]  # RFC 3676 4.3: the mark of a signature ends with a space
    if len(line) <= WIDTH or line.startswith(">"):
        return [line]
    mark = _LIST_MARK.match(line)
    folded = textwrap.wrap(
        line,
        WIDTH,
        subsequent_indent=" " * len(mark[0] if mark else ""),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [piece for part in folded for piece in _cut(part)]


def _cut(line: str) -> list[str]:
    """Return the line in pieces when it is longer than mail allows and no address of the web explains it."""
    if len(line.encode()) <= LONGEST_WORD or "://" in line:
        return [line]
    size = LONGEST_WORD // 4  # a character takes four octets at most
    return [line[start : start + size] for start in range(0, len(line), size)]


def _typeset_node(node: str, typography: Typography) -> str:
    """Return the text between two tags typeset; its entities are read before and written after."""
    if not node or node.isspace():
        return node
    if "&" not in node:
        return _typeset(node, typography)
    return escape(_typeset(unescape(node), typography), quote=False)


def _typeset(text: str, typography: Typography) -> str:
    """Return the text typeset; of short ones, which most mails of a morning share, the work of the last is kept."""
    return _typeset_often(text, typography) if len(text) <= OFTEN_SHARED else typography(text)


@lru_cache(maxsize=4096)
def _typeset_often(text: str, typography: Typography) -> str:
    return typography(text)
