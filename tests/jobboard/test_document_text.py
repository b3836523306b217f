"""The words of attached documents, a line a paragraph; whatever else comes gives none, and in time."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from jobboard import document_text, drafts
from jobboard.contracts import Contract
from tests.mailer.sample_files import docx, odt, pdf

FORM = (
    "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Intitulé :</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Comptable (H/F)</w:t></w:r></w:p></w:tc></w:tr>"
    "<w:tr><w:tc><w:p><w:t>Lieu</w:t></w:p></w:tc><w:tc><w:p><w:t>Nantes</w:t></w:p></w:tc></w:tr></w:tbl>"
    "<w:p><w:t>Contrat : CDI &amp; temps plein</w:t></w:p><w:p><w:t>Missions : tenue des comptes</w:t><w:br/><w:t>et paies.</w:t></w:p>"
)


def word(body: str) -> bytes:
    """Return a docx whose only part is that body."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w:document><w:body>{body}</w:body></w:document>")
    return output.getvalue()


def test_rows_of_two_cells_are_labels_and_paragraphs_are_lines() -> None:
    said = document_text.read("Fiche de poste.docx", word(FORM)).text
    assert said.splitlines()[0] == "Intitulé : Comptable (H/F)"
    assert [line for line in said.splitlines() if line] == [
        "Intitulé : Comptable (H/F)",
        "Lieu : Nantes",
        "Contrat : CDI & temps plein",
        "Missions : tenue des comptes",
        "et paies.",
    ]
    found = drafts.read_offer(said, today=date(2026, 11, 23)).draft
    assert (found.title, found.contract, found.place.label if found.place else "") == (
        "Comptable (H/F)",
        Contract.CDI,
        "Nantes (44)",
    )


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("offre.pdf", pdf("Comptable CDI Nantes")),
        ("offre", pdf("Comptable CDI Nantes")),
        ("offre.docx", docx("Comptable CDI Nantes")),
        ("offre.odt", odt("Comptable CDI Nantes")),
        ("offre.rtf", rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0 Comptable CDI\par Nantes}"),
        ("offre.txt", b"Comptable CDI\r\nNantes"),
    ],
)
def test_documents_of_every_kind_are_read(filename: str, content: bytes) -> None:
    assert document_text.read(filename, content).text.split() == ["Comptable", "CDI", "Nantes"]


def bomb() -> bytes:
    return word("<w:p>" + "a" * (30 * 1024 * 1024) + "</w:p>")


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("offre.pdf", b"%PDF-1.7 broken"),
        ("secret.pdf", pdf("Comptable", password="x")),
        ("offre.docx", b"PK\x03\x04 broken"),
        ("offre.docx", docx("x")[:200]),
        ("offre.doc", b"\xd0\xcf\x11\xe0 an old format"),
        ("photo.jpg", b"\xff\xd8\xff"),
        ("vide.txt", b""),
    ],
)
def test_what_cannot_be_read_gives_no_words(filename: str, content: bytes) -> None:
    assert document_text.read(filename, content).text == ""


def test_a_bomb_gives_no_more_than_a_document_may() -> None:
    assert len(document_text.read("bombe.docx", bomb()).text) <= document_text.MAX_TEXT


@pytest.mark.parametrize(
    ("filename", "kind", "expected"),
    [
        ("Offre.PDF", "application/octet-stream", True),
        ("fiche", "application/pdf", True),
        ("fiche.doc", "application/msword", True),
        ("logo.png", "image/png", False),
        ("carte.vcf", "text/vcard", False),
    ],
)
def test_pictures_and_cards_are_no_documents(filename: str, kind: str, expected: bool) -> None:
    assert document_text.is_document(filename, kind) is expected
