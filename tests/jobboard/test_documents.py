"""Documents lose the names of their makers and keep their words."""

from __future__ import annotations

import io
import zipfile

import pytest
from pypdf import PdfReader

from jobboard.documents import clear_office, clear_pdf, clear_rich_text
from tests.mailer.sample_files import archive, docx, odt, pdf

AUTHOR = "helene.martin@asso-horizon.example"


def test_a_text_document_forgets_its_makers_and_nothing_else():
    source = docx("Comptable &amp; aide", author=AUTHOR)
    cleared = clear_office(source)

    with zipfile.ZipFile(io.BytesIO(source)) as before, zipfile.ZipFile(io.BytesIO(cleared.content)) as after:
        assert after.namelist() == before.namelist()
        same = {name for name in after.namelist() if after.read(name) == before.read(name)}
        assert same == {"[Content_Types].xml", "word/document.xml"}
        assert not any(AUTHOR.encode() in after.read(name) for name in after.namelist())
    assert cleared.readable
    assert "Comptable" in cleared.text


def test_an_open_document_forgets_its_makers():
    cleared = clear_office(odt("Comptable", author=AUTHOR))

    with zipfile.ZipFile(io.BytesIO(cleared.content)) as after:
        assert AUTHOR.encode() not in after.read("meta.xml")
        assert after.infolist()[0].filename == "mimetype"
    assert "Comptable" in cleared.text


@pytest.mark.parametrize(
    "content",
    [
        docx(f"Écrire à {AUTHOR}"),
        docx("Écrire à helene.</w:t></w:r><w:r><w:t>martin@asso-horizon.example"),
        docx("x", extra={"word/_rels/document.xml.rels": f'<Relationship Target="mailto:{AUTHOR}"/>'}),
        docx("x", extra={"word/comments.xml": f'<w:comment w:author="{AUTHOR}"/>'}),
    ],
)
def test_the_words_of_a_document_are_read(content):
    assert AUTHOR in clear_office(content).text


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", archive({"a": "b"})[:-10], b"PK\x05\x06" + bytes(17)])
def test_a_broken_document_comes_back_as_it_was(content):
    cleared = clear_office(content)

    assert (cleared.content, cleared.readable) == (content, False)


def test_a_pdf_forgets_its_makers_and_keeps_its_words():
    cleared = clear_pdf(pdf("Comptable", author=AUTHOR))
    reader = PdfReader(io.BytesIO(cleared.content))

    assert reader.metadata is None
    assert reader.pages[0].extract_text() == "Comptable"
    assert "Comptable" in cleared.text
    assert cleared.readable


def test_the_links_of_a_pdf_are_read():
    assert AUTHOR in clear_pdf(pdf("x", link=f"mailto:{AUTHOR}")).text


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", pdf("x", password="secret"), pdf("x")[:200]])
def test_a_pdf_that_cannot_be_opened_comes_back_as_it_was(content):
    cleared = clear_pdf(content)

    assert (cleared.content, cleared.readable) == (content, False)


def test_rich_text_forgets_its_makers():
    source = rb"{\rtf1{\info{\author Helene}{\*\company Horizon}{\operator X}}{\b Comptable}\par}"

    assert clear_rich_text(source).content == rb"{\rtf1{\b Comptable}\par}"
