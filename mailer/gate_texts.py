"""How the gate reads a text: every decoding in every order, then squeezed until spelling no longer matters."""

from __future__ import annotations

import base64
import binascii
import email.header
import html
import quopri
import re
import time
import unicodedata
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.errors import HeaderParseError
from itertools import islice

MAX_DECODINGS = 8  # one inside the other
MAX_TEXTS = 300  # of one piece of a text
MAX_CHARACTERS = 8_000_000  # of all decodings of one piece
PIECES = (128_000, 16_000, 4_000)  # characters that are decoded together: large first, small where it is worth a look
OVERLAP = 1000  # of a piece with the one before: no secret is cut in two

_AROUND = r"\s{0,9}[\[({<_*«-]{1,9}\s{0,9}"
_BEHIND = r"\s{0,9}[\])}>_*»-]{1,9}\s{0,9}"
_AT = re.compile(
    rf"{_AROUND}(?:at|arobase|arobas|arrobase|arobaze|chez|[aà@]){_BEHIND}|\s(?:at|arobase|arobas|arrobase|arobaze|chez|[aà])\s"
)
_DOT = re.compile(rf"{_AROUND}(?:dot|point|pt|\.){_BEHIND}|\s(?:dot|point|pt)\s")
_DASH = re.compile(r"\s(?:tiret|dash)\s")
_UNDERSCORE = re.compile(r"\s(?:tiret\sbas|underscore|souligné)\s")
_MARKUP = re.compile(r"<[a-zA-Z/!?][^<>]*>")
_QUOTE_MARKS = re.compile(r"\s[>|\s]+")
_SPACE = re.compile(r"\s")
_SPACES = re.compile(r"\s{2,}")
_LONG_SPACES = re.compile(r"\s{4,}")
_WORD = re.compile(r"=\?[^?\s]+\?[bq]\?[^?]*\?=", re.IGNORECASE)
_DEFUSED = re.compile(r"=\s\?")  # no encoded word for a mail client any more, but still one for a person
_BETWEEN_WORDS = re.compile(r"\?=\s+=\?")
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{40,80}\r?\n[ \t]?)+[A-Za-z0-9+/]*|[A-Za-z0-9+/]{12,}")
_BASE64_WORD = re.compile(r"[A-Za-z0-9_-]{12,}")
_BASE64_RUN = re.compile(r"[A-Za-z0-9]{12,}")
_ESCAPE = re.compile(
    r"\\u([0-9a-f]{4})|\\x([0-9a-f]{2})|\\'([0-9a-f]{2})|\\0{0,4}([0-9a-f]{2})\s?|\\([ntr,;:.@\\])", re.IGNORECASE
)
_PERCENTS = re.compile(r"(?:%[0-9a-fA-F]{2})+")
_CONTINUED = re.compile(r"\"?\s{0,9};\s{0,9}[\w-]{1,60}\*[0-9]{1,4}\*?=\s{0,9}\"?")
_ODD = {"\u3002": ".", "\u115f": "", "\u1160": "", "\u2800": "", "\u3164": ""}  # an ideographic stop, blank letters
_SAME_MAILBOX = frozenset({"gmail.com", "googlemail.com"})
_BEFORE, _AFTER = 400, 300  # characters around a word of the secret in which the rest of it must stand
_AROUND_PLACE = _BEFORE + _AFTER
_CODED = re.compile(r"&#?\w|%[0-9a-f]{2}|=(?:[0-9a-f]{2}|\s|\?)|\\.|\?=|\*[0-9]")
_BEFORE_AT = 40  # characters before the words of a domain

# A text as it is searched, several times: how words in it may have been cut, and the text without those cuts.
Views = tuple[tuple[str, str], ...]
BOTH = 3  # halves of a secret


@dataclass(frozen=True, eq=False)
class Needle:
    """A secret in the forms in which it is looked for."""

    anchor: re.Pattern[str]  # words of the secret that stand unbroken, in their order, wherever it stands
    hint: str  # another word of it
    pattern: re.Pattern[str]  # the secret in a squeezed text
    octets: tuple[tuple[str, bytes], ...]  # how, and lower-case octets
    is_address: bool = True

    @classmethod
    def of(cls, secret: str) -> Needle:
        """Return the needle of an address, or of any other text."""
        secret = secret.strip().strip("<>").lower()
        octets = tuple(
            (how, secret.encode(codec, "replace"))
            for how, codec in (("plain", "utf-8"), ("utf-16", "utf-16-le"), ("utf-16", "utf-16-be"))
        )
        local, at, domain = secret.rpartition("@")
        if not at:
            return cls(_anchor([secret]), "", re.compile(re.escape(squeeze(secret))), octets, is_address=False)
        domains = sorted({squeeze(form) for form in _domain_forms(domain)})
        pattern = f"{_local_pattern(local, domain)}@(?:{'|'.join(map(re.escape, domains))})"
        name = "" if domain in _SAME_MAILBOX else fold(local.partition("+")[0])
        hint = max(re.split(r"[\W_]+", name), key=len)
        return cls(_anchor(domains), hint, re.compile(pattern), octets)

    def spelled_in(self, views: Views) -> str:
        """Return how the secret is spelled in a text ("plain", "tags", "spoken"), "" when it is not there."""
        for spelling, text in views:
            for window in self._windows(text):
                if self.is_address and "@" not in window and not _AT.search(window):
                    continue
                if self.pattern.search(squeeze(window)):
                    return spelling
                if self.pattern.search(squeeze(_speak(window))):
                    return "spoken"
        return ""

    def words_in(self, views: Views) -> int:
        """Return which words of the secret stand in a text, though not together: 1 for one half, 2 for the other."""
        hint = any(self.hint in text for _, text in views)
        anchor = any(self._is_disguised(text) for _, text in views)
        return hint | 2 * anchor

    def _is_disguised(self, text: str) -> bool:
        """Return whether the words of a domain stand somewhere after what could still be decoded to an "@"."""
        starts = (match.start() for match in self.anchor.finditer(text))
        return any(not self.is_address or _CODED.search(text, max(start - _BEFORE_AT, 0), start) for start in starts)

    def _windows(self, text: str) -> Iterator[str]:
        """Yield what stands around each place where the secret could be, or all of it when there are many."""
        places = [match.start() for match in islice(self.anchor.finditer(text), len(text) // _AROUND_PLACE + 1)]
        windows = [text[max(place - _BEFORE, 0) : place + _AFTER] for place in places]
        if len(windows) * _AROUND_PLACE > len(text):
            windows = [text]
        yield from (window for window in windows if self.hint in window)


def _anchor(names: Iterable[str]) -> re.Pattern[str]:
    """Return what finds the words of any of the names, whatever signs or spoken signs stand between them."""
    words = (filter(None, re.split(r"[\W_]+", fold(name))) for name in names)
    return re.compile("|".join(r".{0,16}?".join(map(re.escape, each)) for each in words) or "(?!)", re.DOTALL)


def _local_pattern(local: str, domain: str) -> str:
    name = squeeze(local.partition("+")[0])
    if domain in _SAME_MAILBOX:
        name = r"\.?".join(re.escape(char) for char in name.replace(".", ""))
    else:
        name = re.escape(name)
    return name + r"(?:\+[^@]{0,100})?" if name else ""


def _domain_forms(domain: str) -> set[str]:
    """Return the ASCII and the Unicode form of a domain, and its other names."""
    if domain in _SAME_MAILBOX:
        return set(_SAME_MAILBOX)
    forms = {domain}
    with suppress(UnicodeError):
        forms.add(domain.encode("idna").decode("ascii"))
    with suppress(UnicodeError):
        forms.add(domain.encode("ascii").decode("idna").lower())
    return forms


class Effort:
    """How much one mail may still cost to search; raises ExhaustedError once it has cost that."""

    def __init__(self, characters: int, seconds: float) -> None:
        self._characters = characters
        self._until = time.thread_time() + seconds  # of this thread's own work: a busy machine holds no mail back

    def spend(self, characters: int) -> None:
        """Count characters that are read; raises ExhaustedError when it is enough."""
        self._characters -= characters
        if self._characters < 0 or time.thread_time() > self._until:
            raise ExhaustedError


class ExhaustedError(Exception):
    """The mail is too much work to be looked through."""


def find_spellings(text: str, needles: Sequence[Needle], effort: Effort) -> set[str]:
    """Return how the secrets that stand in a text are written there: "plain", "percent", "entities, spoken"…

    Raises ExhaustedError when there is more to read than the effort allows.
    """
    short = _LONG_SPACES.sub(lambda match: "\n" if "\n" in match[0] else " ", text)
    return set(_find(short, needles, effort, PIECES))


def _find(text: str, needles: Sequence[Needle], effort: Effort, sizes: Sequence[int]) -> Iterator[str]:
    """Yield how the secrets stand in a text: piece by piece, and again in smaller pieces where they may be hidden."""
    for piece in _pieces(text, sizes[0]):
        found, missing = _find_in_turn(piece, needles, effort)
        yield from found
        if missing and len(sizes) > 1:
            yield from _find(piece, missing, effort, sizes[1:])
        elif missing:
            yield from _find_in_every_order(piece, missing, effort)


def _find_in_turn(piece: str, needles: Sequence[Needle], effort: Effort) -> tuple[list[str], list[Needle]]:
    """Return how secrets are spelled in a piece, and the needles that are worth a closer look."""
    found: dict[Needle, str] = {}
    words: dict[Needle, int] = dict.fromkeys(needles, 0)
    readings = 0
    for how, decoded in _decode_in_turn(piece):
        effort.spend(len(decoded))
        readings += 1
        views = _without_breaks(decoded)
        for needle in needles:
            words[needle] |= needle.words_in(views)
            if needle not in found and (spelling := needle.spelled_in(views)):
                found[needle] = _join(how, spelling)
        if len(found) == len(needles):
            break
    hidden = [needle for needle in needles if needle not in found and words[needle] == BOTH and readings > 1]
    return list(found.values()), hidden


def _find_in_every_order(piece: str, needles: Sequence[Needle], effort: Effort) -> Iterator[str]:
    for how, decoded in _decode_in_every_order(piece):
        effort.spend(len(decoded))
        views = _without_breaks(decoded)
        yield from (_join(how, spelling) for needle in needles if (spelling := needle.spelled_in(views)))


def _join(*ways: str) -> str:
    return ", ".join(way for way in ways if way != "plain") or "plain"


def _pieces(text: str, size: int) -> Iterator[str]:
    """Yield overlapping pieces, cut at spaces: a long run without one (base64) stays whole."""
    start = 0
    while len(text) - start > size:
        space = _SPACE.search(text, start + size)
        end = space.start() if space else len(text)
        yield text[start:end]
        if end == len(text):
            return
        back = _SPACE.search(text, end - OVERLAP)
        start = back.start() if back and back.start() > start else end
    yield text[start:]


def _decode_in_turn(piece: str) -> Iterator[tuple[str, str]]:
    """Yield the piece, then it with each encoding undone after the others, and what the unsure ones make of either."""
    clear = list(_clear("plain", piece))
    yield "plain", piece
    yield from clear
    for name, decode in _UNSURE:
        for how, text in dict.fromkeys([("plain", piece), [("plain", piece), *clear][-1]]):
            decoded = decode(text)
            if decoded and decoded != text:
                yield _join(how, name), decoded
                yield from _clear(_join(how, name), decoded)


def _clear(how: str, text: str) -> Iterator[tuple[str, str]]:
    for _ in range(MAX_DECODINGS):
        before = text
        for name, decode in _SURE:
            decoded = decode(text)
            if decoded and decoded != text:
                how, text = _join(how, name), decoded
                yield how, text
        if text == before:
            return


def _decode_in_every_order(piece: str) -> Iterator[tuple[str, str]]:
    waiting, seen, characters = deque([("plain", piece, 0)]), {piece}, len(piece)
    while waiting:
        how, current, depth = waiting.popleft()
        yield how, current
        if depth >= MAX_DECODINGS:
            continue
        for name, decode in (*_SURE, *_UNSURE):
            decoded = decode(current)
            if decoded and decoded not in seen and len(seen) < MAX_TEXTS and characters < MAX_CHARACTERS:
                seen.add(decoded)
                characters += len(decoded)
                waiting.append((_join(how, name), decoded, depth + 1))


def fold(text: str) -> str:
    """Return the text in lower case, without invisible characters and compatible forms of letters."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        odd = {char for char in set(text) if not char.isascii() and (char in _ODD or _is_invisible(char))}
        if odd:
            text = text.translate({ord(char): _ODD.get(char, "") for char in odd})
    return text.lower()


def _is_invisible(char: str) -> bool:
    return unicodedata.category(char) in {"Cf", "Mn", "Co"}


def squeeze(text: str) -> str:
    """Return the folded text without spaces and quote marks."""
    return "".join(_QUOTE_MARKS.sub("\n", fold(text)).split())


def _without_breaks(text: str) -> Views:
    """Return the text folded, and without what may cut a word in two: spaces, tags."""
    folded = fold(text)
    views = [("plain", folded), ("plain", "".join(folded.split()))]
    if "<" in folded:
        without = _MARKUP.sub("", folded)
        views += [("tags", without), ("tags", "".join(without.split()))]
    return tuple(views)


def _speak(text: str) -> str:
    """Return the text with the spoken signs of an address written as signs."""
    text = _SPACES.sub(" ", text)
    return _UNDERSCORE.sub("_", _DASH.sub("-", _DOT.sub(".", _AT.sub("@", text))))


def _decode_words(text: str) -> str:
    text = _DEFUSED.sub("=?", text)
    return _WORD.sub(_decode_word, _BETWEEN_WORDS.sub("?==?", text)) if "=?" in text else ""


def _decode_word(match: re.Match[str]) -> str:
    try:
        [(content, charset), *_] = email.header.decode_header(match[0])
        return content if isinstance(content, str) else content.decode(charset or "utf-8", "replace")
    except (HeaderParseError, ValueError, LookupError, AssertionError):
        return match[0]


def _decode_percents(text: str) -> str:
    return _PERCENTS.sub(_decode_percent, text) if "%" in text else ""


def _decode_percent(match: re.Match[str]) -> str:
    return bytes.fromhex(match[0].replace("%", "")).decode("utf-8", "replace")


def _decode_quoted_printable(text: str) -> str:
    if "=" not in text:
        return ""
    return quopri.decodestring(text.encode("utf-8", "replace")).decode("utf-8", "replace")


def _decode_base64(pattern: re.Pattern[str]) -> Callable[[str], str]:
    return lambda text: "\n".join(decoded for run in pattern.findall(text) for decoded in _decode_run(run, pattern))


def _decode_run(run: str, pattern: re.Pattern[str]) -> Iterator[str]:
    """Yield what a run of base64 says, and what a run within it says; noise is of no interest."""
    for _ in range(MAX_DECODINGS):
        run = re.sub(r"[\s=]", "", run).replace("-", "+").replace("_", "/")
        run = run[: len(run) - (len(run) % 4 == 1)]
        try:
            decoded = base64.b64decode(run + "=" * (-len(run) % 4))
        except (binascii.Error, ValueError):
            return
        text = decoded.decode("utf-8", "ignore")
        if "@" in text or "%" in text or "&" in text:
            yield text
        inner = pattern.search(text) if decoded.isascii() else None
        if inner is None:
            return
        run = inner[0]


def _decode_escapes(text: str) -> str:
    return _ESCAPE.sub(_decode_escape, text) if "\\" in text else ""


def _decode_escape(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3] or match[4]
    if code:
        return chr(int(code, 16))
    return {"n": "\n", "t": "\t", "r": "\r"}.get(match[5].lower(), match[5])


_SURE: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("entities", lambda text: html.unescape(text) if "&" in text else ""),
    ("percent", _decode_percents),
    ("encoded words", _decode_words),
    ("continuations", lambda text: _CONTINUED.sub("", text) if "*" in text else ""),
    ("escapes", _decode_escapes),
)
# These change innocent words, too, and may spoil what stands beside them.
_UNSURE: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("quoted-printable", _decode_quoted_printable),
    ("base64", _decode_base64(_BASE64)),
    ("base64", _decode_base64(_BASE64_WORD)),
    ("base64", _decode_base64(_BASE64_RUN)),
)
