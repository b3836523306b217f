"""Small documents and pictures, made on the spot, that name their author."""

from __future__ import annotations

import io
import struct
import zipfile

from PIL import Image
from PIL.ExifTags import Base
from PIL.PngImagePlugin import PngInfo
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    TextStringObject,
)

PICTURE = Image.radial_gradient("L").resize((24, 16)).convert("RGB")


def pdf(words: str, *, author: str = "", link: str = "", password: str = "") -> bytes:
    """Return a PDF of one page."""
    writer = PdfWriter()
    page = writer.add_blank_page(300, 300)
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    content = DecodedStreamObject()
    content.set_data(f"BT /F1 12 Tf 20 200 Td ({words}) Tj ET".encode("latin-1"))
    page[NameObject("/Contents")] = writer._add_object(content)
    fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    if link:
        action = DictionaryObject({NameObject("/S"): NameObject("/URI"), NameObject("/URI"): TextStringObject(link)})
        annotation = DictionaryObject(
            {
                NameObject("/Subtype"): NameObject("/Link"),
                NameObject("/Rect"): ArrayObject([FloatObject(0)] * 4),
                NameObject("/A"): action,
            }
        )
        page[NameObject("/Annots")] = ArrayObject([writer._add_object(annotation)])
    if author:
        writer.add_metadata({"/Author": author, "/Title": "Fiche de poste"})
    if password:
        writer.encrypt(password)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def docx(body: str, *, author: str = "", extra: dict[str, str] | None = None) -> bytes:
    """Return a text document whose body is that piece of WordprocessingML."""
    members = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f"<w:document><w:body><w:p><w:r><w:t>{body}</w:t></w:r></w:p></w:body></w:document>",
        "docProps/core.xml": f"<cp:coreProperties xmlns:cp='cp'><dc:creator>{author}</dc:creator></cp:coreProperties>",
        "docProps/app.xml": f"<Properties><Company>{author}</Company></Properties>",
        "word/people.xml": f"<w15:people><w15:presenceInfo userId='S::{author}::1'/></w15:people>",
        **(extra or {}),
    }
    return archive(members)


def odt(body: str, *, author: str = "") -> bytes:
    """Return an OpenDocument text."""
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content><text:p>{body}</text:p></office:document-content>",
            "meta.xml": f"<office:document-meta><dc:creator>{author}</dc:creator></office:document-meta>",
        }
    )


def archive(members: dict[str, str | bytes], comment: str = "") -> bytes:
    """Return a zip."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            # The same octets at any hour: what is drawn from a seed stays what it was.
            target.writestr(zipfile.ZipInfo(name, (2026, 11, 23, 9, 0, 0)), content, zipfile.ZIP_DEFLATED)
        target.comment = comment.encode()
    return output.getvalue()


def picture(kind: str, author: str = "", *, turned: int = 1) -> bytes:
    """Return a picture in that format, with an author in every place for one."""
    exif = Image.Exif()
    exif[Base.Artist] = author
    exif[Base.Orientation] = turned
    options: dict[str, object] = {}
    if author and kind in {"JPEG", "WEBP", "TIFF"}:
        options["exif"] = exif
    if author and kind in {"JPEG", "GIF"}:
        options["comment"] = author.encode()
    if author and kind == "PNG":
        info = PngInfo()
        info.add_text("Author", author)
        info.add_text("Comment", author * 40, zip=True)
        info.add_itxt("XML:com.adobe.xmp", f"<x>{author}</x>", zip=True)
        options["pnginfo"] = info
    output = io.BytesIO()
    PICTURE.save(output, kind, **options)
    return output.getvalue()


def pixels(content: bytes) -> bytes:
    """Return what is seen of a picture."""
    with Image.open(io.BytesIO(content)) as image:
        return image.convert("RGB").tobytes()


def winmail(*, body: str = "", html: str = "", rich_text: bytes = b"", files: dict[str, bytes] | None = None) -> bytes:
    """Return what Outlook sends as winmail.dat ([MS-OXTNEF] 2.1): a body in some form, and files."""
    made = struct.pack("<IH", 0x223E9F78, 1) + _tnef(1, 0x00069007, struct.pack("<II", 1252, 0))
    if body:
        made += _tnef(1, 0x0002800C, body.encode("cp1252") + b"\0")
    properties = [(0x1013, html.encode("utf-8")), (0x1009, rich_text)]
    kept = [
        struct.pack("<HHII", 0x0102, tag, 1, len(value)) + value.ljust(-(-len(value) // 4) * 4, b"\0")
        for tag, value in properties
        if value
    ]
    if kept:
        made += _tnef(1, 0x00069003, struct.pack("<I", len(kept)) + b"".join(kept))
    for name, content in (files or {}).items():
        made += _tnef(2, 0x00069002, bytes(14)) + _tnef(2, 0x00018010, name.encode("cp1252") + b"\0")
        made += _tnef(2, 0x0006800F, content)
    return made


def _tnef(level: int, tag: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, tag, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def compressed_rich_text(source: bytes, *, referring: bool) -> bytes:
    r"""Return an RTF as Outlook compresses it ([MS-OXRTFCP] 2.1); `referring` takes "{\rtf1\ansi" from its table."""
    items = [(0, b"\x00\x09")] if referring else []  # offset 0, 11 octets
    items += [(None, bytes([octet])) for octet in (source.removeprefix(rb"{\rtf1\ansi") if referring else source)]
    content = b""
    for start in range(0, len(items), 8):
        run = items[start : start + 8]
        control = sum(1 << place for place, (offset, _) in enumerate(run) if offset is not None)
        content += bytes([control]) + b"".join(octets for _, octets in run)
    return struct.pack("<IIII", len(content) + 12, len(source), 0x75465A4C, 0) + content
