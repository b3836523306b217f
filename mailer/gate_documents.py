"""How the gate opens documents and archives: what is inside, and what cannot be opened."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import tarfile
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator

from PIL import Image
from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    IndirectObject,
    StreamObject,
    TextStringObject,
)

MAX_MEMBERS = 5000
MAX_OPENED = 150 * 1024 * 1024  # octets of one container
MAX_PAGES = 500
MAX_PDF_OBJECTS = 200_000

_ZIP_END = b"PK\x05\x06"
_ZIP_TAIL = 22 + 65_535  # octets: the last record with the longest comment
# Containers that we do not open, by what stands at an offset.
_UNKNOWN: tuple[tuple[int, bytes], ...] = (
    (0, b"Rar!"),
    (0, b"7z\xbc\xaf"),
    (0, b"MSCF"),
    (0, b"\x28\xb5\x2f\xfd"),  # zstd
    (0, b"\x04\x22\x4d\x18"),  # lz4
    (0, b"LZIP\x01"),
    (0, b"\x1f\x9d"),  # compress
    (0, b"\x60\xea"),  # arj
    (0, b"xar!"),
    (0, b"!<arch>\n"),
    (0, b"hsqs"),
    *((2, b"-lh%d-" % method) for method in range(8)),
    (32_769, b"CD001"),  # an image of a disc
    (0, b"\x78\x9f\x3e\x22"),  # winmail.dat
    (0, b"-----BEGIN PGP MESSAGE"),
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_ASCII_WORDS = re.compile(rb"[\x20-\x7e\t\r\n]{8,}")
_WIDE_WORDS = re.compile(rb"(?:[\x20-\x7e\t\r\n]\0){6,}")

Inside = Iterator[tuple[str, bytes | str]]


class UnopenableError(Exception):
    """The content cannot be searched: encrypted, broken, too large or in a format that is not known."""


def open_document(content: bytes) -> Inside | None:
    """Return what is inside a document, archive or picture as (name, octets or text), None when it is neither.

    The iterator raises UnopenableError for what is encrypted, broken or too large.
    """
    if b"%PDF-" in content[:1024]:
        return _guarded(_open_pdf, content)
    for magic, reader in _READERS:
        if content.startswith(magic):
            return _guarded(reader, content)
    if content[257:262] == b"ustar":
        return _guarded(_open_tar, content)
    if _ZIP_END in content[-_ZIP_TAIL:]:  # behind a program that unpacks it, or behind anything else
        return _guarded(_open_zip, content)
    if any(content.startswith(magic, offset) for offset, magic in _UNKNOWN):
        return _guarded(_open_nothing, content)
    return None


def is_binary(content: bytes) -> bool:
    """Return whether octets are no text in any charset that is a superset of ASCII."""
    sample = content[:8192]
    return len(_CONTROL.findall(sample)) * 50 > len(sample)


def printable(content: bytes) -> str:
    """Return the words in octets of any kind, one a line: runs of ASCII, alone or with a NUL between (UTF-16)."""
    words = [word.decode("ascii") for word in _ASCII_WORDS.findall(content)]
    words += [word[::2].decode("ascii") for word in _WIDE_WORDS.findall(content)]
    return "\n".join(words)


def _guarded(reader: Callable[[bytes], Inside], content: bytes) -> Inside:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield from reader(content)
    except Exception as error:  # what cannot be read for whatever reason cannot be searched: the mail is held
        raise UnopenableError from error


def _open_zip(content: bytes) -> Inside:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        yield "comment", archive.comment
        members = archive.infolist()
        if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_OPENED:
            raise UnopenableError
        for member in members:
            if member.flag_bits & 1:
                raise UnopenableError
            yield member.filename, member.comment + b"\n" + member.extra
            yield member.filename, archive.read(member)


def _open_tar(content: bytes) -> Inside:
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        room = MAX_OPENED
        for number, member in enumerate(archive):
            room -= member.size
            if room < 0 or number > MAX_MEMBERS:
                raise UnopenableError
            extracted = archive.extractfile(member) if member.isfile() else None
            yield f"{member.name} {member.linkname} {member.uname}", extracted.read() if extracted else b""


def _open_compressed(opener: Callable[[io.BytesIO], io.BufferedIOBase]) -> Callable[[bytes], Inside]:
    def read(content: bytes) -> Inside:
        with opener(io.BytesIO(content)) as stream:
            opened = stream.read(MAX_OPENED + 1)
        if len(opened) > MAX_OPENED:
            raise UnopenableError
        yield "", opened

    return read


def _open_compound(content: bytes) -> Inside:
    """Office before 2007, Outlook items: the octets were searched already, but not through encryption."""
    if any(name.encode("utf-16-le") in content for name in ("EncryptedPackage", "EncryptionInfo", "EncryptedSummary")):
        raise UnopenableError
    yield "", printable(content)


def _open_nothing(content: bytes) -> Inside:
    raise UnopenableError
    yield  # the signature of a reader, which this one only seems to be


def _open_png(content: bytes) -> Inside:
    position = 8
    while position + 8 <= len(content):
        length, kind = int.from_bytes(content[position : position + 4]), content[position + 4 : position + 8]
        octets = content[position + 8 : position + 8 + length]
        if kind in {b"zTXt", b"iTXt"}:
            rest = octets.partition(b"\0")[2]
            for start in (1, rest.find(b"\0", rest.find(b"\0", 2) + 1) + 1):
                yield "", _inflate(rest[start:])
        if kind in {b"tEXt", b"eXIf", b"iTXt"}:
            yield "", octets
        position += 12 + length


def _inflate(octets: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(octets, MAX_OPENED)
    except zlib.error:
        return b""


def _open_picture(content: bytes) -> Inside:
    """The metadata that Pillow reads; pictures it cannot read were searched as octets."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            values = [*picture.info.values(), *picture.getexif().values()]
            values += picture.getexif().get_ifd(0x8769).values()
    except Exception:  # Pillow raises anything on broken pictures; their octets were searched
        values = []
    for value in values:
        if isinstance(value, bytes | str):
            yield "", value


def _open_pdf(content: bytes) -> Inside:
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnopenableError
    if len(reader.pages) > MAX_PAGES:
        raise UnopenableError
    for page in reader.pages:
        yield "", page.extract_text()
    yield from _walk_pdf(reader)


def _walk_pdf(reader: PdfReader) -> Inside:
    """Yield every text in the objects of a PDF, its metadata streams and the files attached to it."""
    waiting: list[object] = [reader.trailer]
    seen: set[tuple[int, int]] = set()
    for _ in range(MAX_PDF_OBJECTS):
        if not waiting:
            return
        thing = waiting.pop()
        if isinstance(thing, IndirectObject):
            if (thing.idnum, thing.generation) in seen:
                continue
            seen.add((thing.idnum, thing.generation))
            thing = thing.get_object()
        if isinstance(thing, StreamObject) and str(thing.get("/Type")) in {"/Metadata", "/EmbeddedFile"}:
            yield "", thing.get_data()
        if isinstance(thing, DictionaryObject):
            waiting += [value for key, value in thing.raw_items()] if hasattr(thing, "raw_items") else [*thing.values()]
        elif isinstance(thing, ArrayObject):
            waiting += list(thing)
        elif isinstance(thing, TextStringObject):
            yield "", str(thing)
        elif isinstance(thing, ByteStringObject):
            yield "", bytes(thing)
    raise UnopenableError


_READERS: tuple[tuple[bytes, Callable[[bytes], Inside]], ...] = (
    (b"PK\x03\x04", _open_zip),
    (b"PK\x05\x06", _open_zip),
    (b"\x1f\x8b", _open_compressed(lambda stream: gzip.GzipFile(fileobj=stream))),
    (b"BZh", _open_compressed(bz2.BZ2File)),
    (b"\xfd7zXZ", _open_compressed(lzma.LZMAFile)),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _open_compound),
    (b"\x89PNG\r\n", _open_png),
    (b"\xff\xd8\xff", _open_picture),
    (b"GIF8", _open_picture),
    (b"RIFF", _open_picture),
    (b"II*\0", _open_picture),
    (b"MM\0*", _open_picture),
)
