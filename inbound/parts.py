"""The parts of a received mail, opened within bounds: whatever the octets, opening ends soon and raises nothing."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from email.feedparser import BytesFeedParser
from email.message import Message
from email.policy import Compat32

MAX_PARTS = 250  # each nested part costs the parser one level of recursion, so this bounds depth as well
MAX_HEADERS = 2_000
MAX_HEADER = 16_000  # characters of one field
MAX_MIME_FIELD = 2_000  # reading the parameters of Content-… is quadratic in the standard library
MAX_HEADER_BLOCK = 1_000_000  # octets
MAX_WORK = 20_000_000  # lines x (LINE_COST + boundaries to look for): 4 seconds at worst, when each line is a field
LINE_COST = 12
CHUNK = 1 << 16

_HEADER_END = re.compile(rb"\r?\n\r?\n")
_BOUNDARY = re.compile(rb"boundary", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_NO_OCTET = re.compile("[\ud800-\udc7f\udd00-\udfff]")  # surrogates that stand for no 8-bit octet
_SURROGATE = re.compile("[\ud800-\udfff]")
_LATIN = frozenset({"ascii", "iso8859-1"})  # what mails so labelled hold, where it is not UTF-8, is windows-1252
# Codecs of Python that are no charsets of mail.
_NOT_CHARSETS = frozenset(
    {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"}
    | {"base64", "bz2", "hex", "quopri", "rot13", "rot-13", "uu", "zlib"}
)


class _TooManyPartsError(Exception):
    """More parts than any correspondent needs: reading stops here."""


class _BoundedPolicy(Compat32):
    """The standard library's most forgiving reading, with a limit on the length of a field."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Return name and value, the value cut to its beginning; for References, to its end."""
        name, value = super().header_source_parse(sourcelines)
        if name.lower() == "references":
            return name, value[-MAX_HEADER:]
        return name, value[: MAX_MIME_FIELD if name.lower().startswith("content-") else MAX_HEADER]


@dataclass(frozen=True)
class Opened:
    """A mail as a tree of parts, with the header of its root by lower-case name, unfolded, octets decoded."""

    root: Message
    headers: dict[str, tuple[str, ...]]
    readable: bool  # False: too much to read, only the header was; or the tree made no sense
    whole: bool  # False: parts beyond MAX_PARTS were left out


def open_mail(raw: bytes) -> Opened:
    """Return the opened mail; a mail too costly or impossible to read has its header only."""
    if not _is_affordable(raw):
        raw, readable = header_block(raw), False
    else:
        readable = True
    made: list[Message] = []

    def make_part(policy: object = None) -> Message:
        if len(made) >= MAX_PARTS:
            raise _TooManyPartsError
        made.append(Message())
        return made[-1]

    parser = BytesFeedParser(policy=_BoundedPolicy(message_factory=make_part))
    whole = True
    try:
        for start in range(0, len(raw), CHUNK):
            parser.feed(raw[start : start + CHUNK])
        parser.close()
    except _TooManyPartsError:
        whole = False
    except Exception:  # the standard library's parser fails on some malformed mails: what it had read still counts
        readable = False
    root = made[0] if made else Message()
    return Opened(root, _index_headers(root), readable and len(root) <= MAX_HEADERS, whole)


def header_block(raw: bytes) -> bytes:
    """Return the octets of the header with the empty line after it, at most MAX_HEADER_BLOCK."""
    return raw[: min(find_body(raw), MAX_HEADER_BLOCK)]


def find_body(raw: bytes) -> int:
    """Return where the body begins: after the first empty line, or at the end where there is none."""
    if raw.startswith((b"\n", b"\r\n")):
        return raw.index(b"\n") + 1
    found = _HEADER_END.search(raw)
    return found.end() if found else len(raw)


def decode_header(value: str) -> str:
    """Return a raw field value on one line, its 8-bit octets read as UTF-8 or else windows-1252."""
    unfolded = _NO_OCTET.sub("\ufffd", value.replace("\r", "").replace("\n", ""))
    return decode_text(unfolded.encode("utf-8", "surrogateescape"), "utf-8")


def decode_text(octets: bytes, charset: str | None) -> str:
    """Return octets as text by the declared charset, or by the likeliest where the declaration is wrong.

    Never raises; what no charset explains becomes U+FFFD.
    """
    name = _know_charset(charset)
    for candidate in ("utf-8" if name in _LATIN else name, "utf-8"):
        try:
            return octets.decode(candidate)
        except (UnicodeError, LookupError):
            continue
    if name == "utf-8":
        patched = octets.decode("utf-8", "replace")
        if patched.count("\ufffd") * 4 < sum(char > "\x7f" for char in patched):
            return patched  # a few broken octets in true UTF-8
    single_byte = name not in _LATIN and name.startswith(("cp125", "iso8859"))
    return octets.decode(name if single_byte else "cp1252", "replace")


def clean_text(text: str) -> str:
    """Return text with line feeds as only line ends, without control characters, direction overrides, surrogates."""
    return _SURROGATE.sub("\ufffd", _CONTROL.sub("", _LINE_END.sub("\n", text)))


def clean_line(text: str, limit: int) -> str:
    """Return text as one line of at most `limit` characters, without control characters, white space runs folded."""
    one_line = clean_text(text[: limit * 8]).replace("\n", " ").replace("\t", " ")
    return re.sub(" {2,}", " ", one_line).strip()[:limit].rstrip()


def _is_affordable(raw: bytes) -> bool:
    if find_body(raw) > MAX_HEADER_BLOCK:
        return False
    lines = max(raw.count(b"\n"), raw.count(b"\r"))
    if lines * (LINE_COST + MAX_PARTS) <= MAX_WORK:
        return True
    boundaries = sum(1 for _ in _BOUNDARY.finditer(raw))
    return lines * (LINE_COST + min(boundaries, MAX_PARTS)) <= MAX_WORK


def _index_headers(root: Message) -> dict[str, tuple[str, ...]]:
    index: dict[str, list[str]] = {}
    for _, (name, value) in zip(range(MAX_HEADERS), root.raw_items(), strict=False):
        index.setdefault(name.lower(), []).append(decode_header(str(value)))
    return {name: tuple(values) for name, values in index.items()}


def _know_charset(charset: str | None) -> str:
    """Return Python's name of a charset of text; "ascii" where none is declared or known."""
    try:
        name = codecs.lookup((charset or "ascii").strip("\"' ")).name
    except (LookupError, ValueError):
        return "ascii"
    return "ascii" if name.replace("_", "-") in _NOT_CHARSETS else name
