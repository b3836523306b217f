"""Turn the octets of a mail into text: every charset Python knows, and what to make of the lies."""

from __future__ import annotations

import binascii
import codecs
import re

MAX_WORDS = 20_000  # characters of one header value in which encoded words are read

_NOT_CHARSETS = frozenset({"unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined", "charmap"})
# Declared as the first, written as the second: what browsers do, too (WHATWG Encoding 4.2).
_WRITTEN_AS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}
_WESTERN = frozenset({"", "ascii", "iso8859-1", "iso8859-15", "cp1252"})
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_LINE_END = re.compile(r"\r\n?|[\x0b\x0c\x85]")
# Direction overrides too: they show words backwards, and no writer of French needs them.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u202d\u202e]")
_C1 = re.compile(rb"[\x80-\x9f]")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^\n]{0,5000}?)\?=")
_BETWEEN_WORDS = re.compile(r"(?<=\?=)[ \t\r\n]+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Decode the octets that are no UTF-8 as windows-1252: the usual mixture in pasted mails."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return "".join(_WINDOWS[octet] for octet in wrong), error.end


_WINDOWS = tuple(bytes([octet]).decode("cp1252", "ignore") or chr(octet) for octet in range(256))
codecs.register_error("passerelle-windows", _as_windows)


def decode_text(content: bytes, charset: str = "") -> str:
    r"""Return the octets as text by the declared charset, or a better one when that is wrong; never raises.

    Line ends become "\n"; NUL, other control characters and lone surrogates do not survive.
    """
    for mark, codec in _MARKS:
        if content.startswith(mark):
            return clean(content.decode(codec, "replace"))
    declared = _codec_name(charset)
    if declared in _WESTERN or (declared.startswith(("utf-16", "utf-32")) and b"\0" not in content):
        return clean(_decode_western(content, declared))
    try:
        return clean(content.decode(_WRITTEN_AS.get(declared, declared)))
    except ValueError:
        pass
    try:
        return clean(content.decode("utf-8"))
    except ValueError:
        return clean(content.decode(declared, "passerelle-windows" if declared == "utf-8" else "replace"))


def clean(text: str) -> str:
    r"""Return the text with "\n" line ends and without control characters or lone surrogates."""
    return _LONE_SURROGATE.sub("\ufffd", _CONTROL.sub("", _LINE_END.sub("\n", text)))


def decode_words(value: str) -> str:
    """Return a header value with its encoded words decoded (RFC 2047); what is none stays as it is."""
    if len(value) > MAX_WORDS or "=?" not in value:
        return value
    value = _BETWEEN_WORDS.sub("", value)
    pieces: list[str] = []
    pending, charset, end = b"", "", 0
    for word in _WORD.finditer(value):
        said = word[1].partition("*")[0].lower()
        if pending and (word.start() != end or said != charset):
            pieces.append(decode_text(pending, charset))
            pending = b""
        pieces.append(value[end : word.start()])
        # Words of one charset are joined before decoding: writers cut them in the middle of a character.
        pending, charset, end = pending + _word_octets(word[2], word[3]), said, word.end()
    return "".join([*pieces, decode_text(pending, charset), value[end:]])


def _codec_name(charset: str) -> str:
    """Return Python's name of a charset, or "" for none, unknown-8bit and inventions."""
    try:
        name = codecs.lookup(charset).name if charset.isascii() else ""
    except (LookupError, ValueError):
        return ""
    try:
        "".encode(name)
    except (LookupError, ValueError):
        return ""  # a codec, but none of text (base64, rot13…)
    return "" if name.replace("-", "_") in _NOT_CHARSETS else name


def _decode_western(content: bytes, declared: str) -> str:
    """Decode what claims to be western or claims nothing: valid UTF-8 is never chance."""
    try:
        return content.decode("utf-8")
    except ValueError:
        pass
    if declared == "iso8859-15" and not _C1.search(content):
        return content.decode("iso8859-15")
    if declared:
        return "".join(map(_WINDOWS.__getitem__, content))
    return content.decode("utf-8", "passerelle-windows")


def _word_octets(encoding: str, text: str) -> bytes:
    octets = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(octets, header=True)
    octets = re.sub(rb"[^A-Za-z0-9+/]", b"", octets.partition(b"=")[0])
    octets = octets[: len(octets) - (len(octets) % 4 == 1)]
    return binascii.a2b_base64(octets + b"=" * (-len(octets) % 4))


def has_codec(charset: str) -> bool:
    """Return whether a name is that of a charset which can be read."""
    return bool(_codec_name(charset))
