"""What the person wrote herself, apart from what she quotes and from her signature."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inbound.html_text import text_of_html
from inbound.quotations import find_opener, plain
from inbound.signatures import cut_signature

MAX_EXAMINED = 200_000  # characters; what follows counts as quoted after a quotation, else as her own
MAX_LINES = 10_000
WRAP_WIDTH = 68  # a quoted line that could not take one word more was wrapped by a program, its rest lost the ">"

_MARK = re.compile(r"\s{0,3}>")
_LINE_END = re.compile("\r\n?|\u2028|\u2029")
# Elements in which mail programs put what they quote.
_HTML_QUOTE = re.compile(
    r"<(?:div|blockquote|span|section|hr|p|table)\s[^<>]{0,300}?\b(?:class|id|type|name)\s*=\s*[\"']?[^\"'<>]{0,80}?"
    r"(?:gmail_quote|gmail_attr|divRplyFwdMsg|appendonsend|yahoo_quoted|moz-cite-prefix|protonmail_quote|zwchr"
    r"|reply-intro|mail-editor-reference-message|tutanota_quote|_origin_|\bcite\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class OwnWords:
    """A mail's text in three: her words wherever she put them, what she quotes, what signs it."""

    own: str
    quoted: str
    signature: str


def split(text: str, html: str | None = None) -> OwnWords:
    """Return the text of a mail divided; `html`, where there is one, tells a quotation that the text does not mark.

    A mail that only quotes has no own words. Where cutting a signature would leave nothing, nothing is cut.
    Takes time in proportion to the text, of which the first MAX_EXAMINED characters are looked at.
    """
    lines, rest = _read_lines(text)
    quoted_at, opened = _mark_quoted(lines)
    if html and not any(quoted_at):
        start = _find_html_quotation(lines, html)
        quoted_at[start:] = [True] * (len(lines) - start)
    own: list[list[str]] = []
    signature: list[str] = []
    only_machine = True
    for segment in _own_segments(lines, quoted_at):
        words, below, by_machine = cut_signature(segment)
        own.append(words)
        signature.extend(below)
        only_machine = only_machine and by_machine
    quoted = _join(line for line, is_quoted in zip(lines, quoted_at, strict=True) if is_quoted)
    joined = _join_segments(own)
    if not joined and not quoted and not only_machine:
        joined, signature = _join(lines), []
    return OwnWords(
        own=f"{joined}\n{rest}".strip() if rest and not opened else joined,
        quoted=f"{quoted}\n{rest}".strip() if rest and opened else quoted,
        signature=_join(signature),
    )


def _read_lines(text: str) -> tuple[list[str], str]:
    """Return the lines to examine, and what lies beyond."""
    lines = _LINE_END.sub("\n", text[:MAX_EXAMINED]).split("\n")
    return lines[:MAX_LINES], "\n".join(lines[MAX_LINES:]) + text[MAX_EXAMINED:]


def _mark_quoted(lines: Sequence[str]) -> tuple[list[bool], bool]:
    """Return for each line whether it is quoted, and whether a quotation is still open at the end."""
    marks = [_MARK.match(line) is not None for line in lines]
    index = 0
    while index < len(lines):
        opener = None if marks[index] else find_opener(lines, index)
        if opener is None:
            index += 1
            continue
        end = index + opener.lines
        follower = next((at for at in range(end, len(lines)) if plain(lines[at])), None)
        if follower is not None and not marks[follower] and not opener.certain:
            index += 1
            continue
        quotes_below = follower is not None and marks[follower]
        end = end if quotes_below else len(lines)
        marks[index:end] = [True] * (end - index)
        index = end
    _mark_wrapped_rests(lines, marks)
    return marks, bool(marks and marks[-1])


def _mark_wrapped_rests(lines: Sequence[str], marks: list[bool]) -> None:
    """Mark the single line that a wrapping program broke off a quoted one: nobody wrote it, no command is in it."""
    for index in range(1, len(lines)):
        line = lines[index].strip()
        if marks[index] or not line or not marks[index - 1]:
            continue
        above = lines[index - 1].rstrip()
        alone = index + 1 == len(lines) or marks[index + 1] or not lines[index + 1].strip()
        full = above.lstrip().startswith(">") and len(above) + 1 + len(line.split(" ", 1)[0]) > WRAP_WIDTH
        marks[index] = alone and full and len(line) < WRAP_WIDTH


def _own_segments(lines: Sequence[str], quoted_at: Sequence[bool]) -> Iterable[list[str]]:
    """Yield the runs of lines that are not quoted, without those that are empty."""
    segment: list[str] = []
    for line, is_quoted in zip((*lines, ""), (*quoted_at, True), strict=True):
        if not is_quoted:
            segment.append(line)
        elif segment:
            if any(plain(own) for own in segment):
                yield segment
            segment = []


def _find_html_quotation(lines: Sequence[str], html: str) -> int:
    """Return the line at which begins the quotation that only the HTML marks, the number of lines where there is none.

    Believed only where the text begins with exactly the words that the HTML has before its quotation.
    """
    found = _HTML_QUOTE.search(html[:MAX_EXAMINED])
    before = "".join(plain(text_of_html(html[: found.start()])).split()) if found else ""
    if not before:
        return len(lines)
    seen = 0
    for index, line in enumerate(lines):
        words = "".join(plain(line).split())
        if seen == len(before) and words:
            return index
        if before[seen : seen + len(words)] != words:
            return len(lines)
        seen += len(words)
    return len(lines)


def _join_segments(segments: Iterable[Sequence[str]]) -> str:
    return "\n\n".join(joined for segment in segments if (joined := _join(segment)))


def _join(lines: Iterable[str]) -> str:
    """Return lines as one text, trailing white space and runs of empty lines folded away."""
    text = "\n".join(line.rstrip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
