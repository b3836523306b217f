"""Take the metadata out of pictures (author, place, software…) without touching one pixel."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator

from PIL import Image
from PIL.ExifTags import Base

_JPEG_KEPT = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}  # application segments by how they begin
_JPEG_COMMENT = 0xFE
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})  # markers without a length
_JPEG_AFTER_SCAN = re.compile(rb"\xff+[\x01-\xcf\xd8-\xfe]")
_PNG_DROPPED = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME", b"dSIG"})
_GIF_COMMENT, _GIF_APPLICATION = 0xFE, 0xFF
_GIF_KEPT = frozenset({b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"})  # animation and colours
_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_WEBP_FLAGS = 0xFF ^ 0x0C  # without "has EXIF" and "has XMP"
# Tags without which a TIFF cannot be shown as it was meant; a pointer to further pictures (330) among them.
_TIFF_KEPT = frozenset(
    {*range(254, 260), 262, 263, 266, 273, 274, *range(277, 285), *range(290, 294), 296, 297, 301, *range(317, 333)}
    | {*range(336, 348), *range(512, 533), 34675}
)
_TIFF_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_TIFF_POINTERS = frozenset({330, 34665, 34853, 40965})  # sub-directories: pictures, EXIF, GPS, interoperability
_TIFF_DIRECTORIES = 1000


class _BrokenError(Exception):
    """The picture does not follow its format."""


def strip_metadata(content: bytes) -> bytes | None:
    """Return the same picture without metadata, octet for octet when it had none; None when it cannot be read.

    JPEG, PNG, GIF, WebP and TIFF. Colour profiles, animation and the orientation of a JPEG stay, since they change
    what is seen.
    """
    for magic, strip in _FORMATS:
        if re.match(magic, content, re.DOTALL):
            try:
                return b"".join(strip(content))
            except (_BrokenError, IndexError, struct.error):
                return None
    return None


def _strip_jpeg(content: bytes) -> Iterator[bytes]:
    yield content[:2]
    orientation, position, placed = _jpeg_orientation(content), 2, False
    for marker, segment in _jpeg_segments(content, position):
        if not placed and marker != 0xE0:
            yield orientation  # after JFIF, which wants to come first
            placed = True
        wanted = _JPEG_KEPT.get(marker, b"" if marker < 0xE0 or marker > 0xEF else None)
        if marker != _JPEG_COMMENT and wanted is not None and segment[4:].startswith(wanted):
            yield segment


def _jpeg_segments(content: bytes, position: int) -> Iterator[tuple[int, bytes]]:
    """Yield marker and octets of each segment up to the end of the picture; a scan's data belong to its segment."""
    while position < len(content):
        if content[position] != 0xFF:
            raise _BrokenError
        while content[position] == 0xFF:
            position += 1
        marker, start = content[position], position - 1
        position += 1
        if marker == 0xD9:
            yield marker, content[start:position]
            return
        if marker not in _JPEG_ALONE:
            position += int(struct.unpack_from(">H", content, position)[0])
        if marker == 0xDA:
            following = _JPEG_AFTER_SCAN.search(content, position)
            position = following.start() if following else len(content)
        yield marker, content[start:position]


def _jpeg_orientation(content: bytes) -> bytes:
    """Return a segment that holds nothing but the orientation, b"" for an upright picture."""
    for marker, segment in _jpeg_segments(content, 2):
        if marker == 0xDA:
            break
        if marker == 0xE1 and segment[4:].startswith(b"Exif\0\0"):
            turned = _read_orientation(segment[4:])
            if turned in range(2, 9):
                exif = Image.Exif()
                exif[Base.Orientation] = turned
                octets = exif.tobytes()
                return b"\xff\xe1" + struct.pack(">H", len(octets) + 2) + octets
    return b""


def _read_orientation(exif_segment: bytes) -> object:
    exif = Image.Exif()
    try:
        exif.load(exif_segment)
        return exif.get(Base.Orientation)
    except Exception:  # Pillow names no exceptions for EXIF it cannot read; the picture is then shown as it lies
        return None


def _strip_png(content: bytes) -> Iterator[bytes]:
    yield content[:8]
    position, kind = 8, b""
    while kind != b"IEND":
        length = int(struct.unpack_from(">I", content, position)[0])
        kind = content[position + 4 : position + 8]
        end = position + 12 + length
        if end > len(content):
            raise _BrokenError
        if kind not in _PNG_DROPPED:
            yield content[position:end]
        position = end


def _strip_gif(content: bytes) -> Iterator[bytes]:
    position = 13 + _gif_colours(content[10])
    yield content[:position]
    while content[position] != 0x3B:
        start, kind = position, content[position]
        if kind == 0x21:
            label = content[position + 1]
            position = _after_gif_blocks(content, position + 2)
            application = content[start + 3 : start + 14]
            if label == _GIF_COMMENT or (label == _GIF_APPLICATION and application not in _GIF_KEPT):
                continue
        elif kind == 0x2C:
            position = _after_gif_blocks(content, position + 11 + _gif_colours(content[position + 9]))
        else:
            raise _BrokenError
        yield content[start:position]
    yield b"\x3b"


def _gif_colours(flags: int) -> int:
    """Return the octets of a colour table."""
    return int(3 * 2 ** ((flags & 7) + 1)) if flags & 0x80 else 0


def _after_gif_blocks(content: bytes, position: int) -> int:
    while content[position]:
        position += content[position] + 1
    return position + 1


def _strip_webp(content: bytes) -> Iterator[bytes]:
    chunks, position = [], 12
    while position + 8 <= len(content):
        kind, length = content[position : position + 4], int(struct.unpack_from("<I", content, position + 4)[0])
        end = position + 8 + length + length % 2
        if position + 8 + length > len(content):
            raise _BrokenError
        chunk = content[position:end]
        if kind == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & _WEBP_FLAGS]) + chunk[9:]
        if kind in _WEBP_KEPT:
            chunks.append(chunk)
        position = end
    body = b"".join(chunks)
    yield b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _strip_tiff(content: bytes) -> Iterator[bytes]:
    """Overwrite in place: every other offset of the file stays true."""
    order = "<" if content.startswith(b"II") else ">"
    octets = bytearray(content)
    waiting = [(int(struct.unpack_from(order + "I", octets, 4)[0]), True)]
    done: set[int] = set()
    while waiting:
        offset, shown = waiting.pop()
        if not offset or offset in done:
            continue
        done.add(offset)
        if len(done) > _TIFF_DIRECTORIES:
            raise _BrokenError
        waiting += _strip_tiff_directory(octets, order, offset, shown=shown)
    yield bytes(octets)


def _strip_tiff_directory(octets: bytearray, order: str, offset: int, *, shown: bool) -> list[tuple[int, bool]]:
    """Remove a directory's metadata entries with their values; return the directories it points to.

    Nothing is kept of a directory that is not `shown` (EXIF, GPS).
    """
    count = int(struct.unpack_from(order + "H", octets, offset)[0])
    entries, others = [], []
    for position in range(offset + 2, offset + 2 + 12 * count, 12):
        tag, kind, values = struct.unpack_from(order + "HHI", octets, position)
        size = _TIFF_SIZES.get(kind, 1) * values
        place = int(struct.unpack_from(order + "I", octets, position + 8)[0]) if size > 4 else position + 8
        if tag in _TIFF_POINTERS and kind in {4, 13} and place + size <= len(octets):
            others += [(at, tag == 330) for at in struct.unpack_from(f"{order}{values}I", octets, place)]
        if shown and tag in _TIFF_KEPT:
            entries.append(bytes(octets[position : position + 12]))
        elif size > 4:
            size = max(min(size, len(octets) - place), 0)
            octets[place : place + size] = bytes(size)
    following = octets[offset + 2 + 12 * count : offset + 6 + 12 * count] if shown else b"\0\0\0\0"
    directory = struct.pack(order + "H", len(entries)) + b"".join(entries) + bytes(following)
    old = 6 + 12 * count
    octets[offset : offset + old] = directory + bytes(old - len(directory))
    if shown:
        others.append((int(struct.unpack(order + "I", following)[0]), True))
    return others


_FORMATS: tuple[tuple[bytes, Callable[[bytes], Iterator[bytes]]], ...] = (
    (rb"\xff\xd8\xff", _strip_jpeg),
    (rb"\x89PNG\r\n\x1a\n", _strip_png),
    (rb"GIF8[79]a", _strip_gif),
    (rb"RIFF....WEBP", _strip_webp),
    (rb"II\*\0|MM\0\*", _strip_tiff),
)
