"""CVs as people send them, in the three formats, and as people should not."""

from __future__ import annotations

import io
import zipfile

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from tests.mailer.sample_files import archive

PRIVATE = (
    "Dubreuil",
    "Brest",
    "06 12 34 56 78",
    "lea.dubreuil@example.org",
    "1984",
    "mariée",
    "enfants",
    "Vial",
    "Horizon",
)
CV = """Léa Dubreuil
Comptable
12 rue de Brest, 44000 Nantes
06 12 34 56 78 - lea.dubreuil@example.org
Née le 12/03/1984 à Rennes, mariée, 2 enfants

EXPÉRIENCES PROFESSIONNELLES
2016 - 2024 : Comptable, Association Horizon, Nantes
Bulletins de paie (Sage), déclarations de TVA, demandes de subvention
2012 - 2016 : Assistante de gestion, SCOP La Traverse
Facturation, suivi budgétaire, Excel

FORMATION
2011 : BTS Comptabilité et gestion, Lycée Vial, Nantes
2009 : Bac pro secrétariat

LANGUES
Anglais courant, espagnol (notions)

CENTRES D'INTÉRÊT
Théâtre, randonnée
"""
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(text: str = CV, *, extra: dict[str, str | bytes] | None = None) -> bytes:
    """Return a Word document, a paragraph for each line."""
    lines = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in text.splitlines())
    body = f'<w:document xmlns:w="{W}"><w:body>{lines}</w:body></w:document>'
    return archive({"[Content_Types].xml": "<Types/>", "word/document.xml": body, **(extra or {})})


def odt(text: str = CV) -> bytes:
    """Return an OpenDocument text, a paragraph for each line, a word of each in a span."""
    names = 'xmlns:office="urn:office" xmlns:text="urn:text"'
    lines = "".join(f"<text:p><text:span>{line[:3]}</text:span>{line[3:]}</text:p>" for line in text.splitlines())
    content = f"<office:document-content {names}><office:text>{lines}</office:text></office:document-content>"
    return archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


def pdf(text: str = CV, *, pages: int = 1, password: str = "") -> bytes:
    """Return a PDF, a line of text for each line, on so many pages alike."""
    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
            NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
        }
    )
    plain = text.translate(str.maketrans({"(": "\\(", ")": "\\)"}))
    shown = "".join(f"({line}) Tj 0 -14 Td " for line in plain.splitlines())
    stream = DecodedStreamObject()
    stream.set_data(f"BT /F1 10 Tf 20 780 Td {shown} ET".encode("cp1252", "replace"))
    content, fonts = writer._add_object(stream), DictionaryObject({NameObject("/F1"): writer._add_object(font)})
    for _ in range(pages):
        page = writer.add_blank_page(600, 800)
        page[NameObject("/Contents")] = content
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    if password:
        writer.encrypt(password)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def bomb() -> bytes:
    """Return a Word document of 200 kB that unpacks to 200 MB."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as target, target.open("word/document.xml", "w") as member:
        member.write(f'<w:document xmlns:w="{W}">'.encode())
        for _ in range(200):
            member.write(b" " * 1024 * 1024)
        member.write(b"</w:document>")
    return output.getvalue()


def laughs() -> bytes:
    """Return a Word document whose entities multiply."""
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    body = f'<!DOCTYPE w [{entities}]><w:document xmlns:w="{W}"><w:t>&a11;</w:t></w:document>'
    return archive({"word/document.xml": body})


def deep() -> bytes:
    """Return a Word document of a hundred thousand elements one in the other."""
    return archive(
        {"word/document.xml": f'<w:document xmlns:w="{W}">' + "<w:p>" * 100_000 + "</w:p>" * 100_000 + "</w:document>"}
    )


def scan() -> bytes:
    """Return a PDF without a word."""
    return pdf(" ")
