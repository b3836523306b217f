"""A recruiter's documents: addresses masked in place where that is safe, told and held where it is not."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from jobboard import confinement
from mailer.attachment_kinds import AttachmentKind, recognise
from mailer.document_words import clean_document, mask_markup
from tests.mailer.sample_files import archive, docx, odt, pdf, picture, pixels
from tests.mailer.sample_mails import ADDRESS, RELAY, TO_CANDIDATE

COLLEAGUE = "paul@asso-horizon.example"


def cleaned(content: bytes, name: str = "x"):
    return clean_document(content, recognise(content, "", name), TO_CANDIDATE)


def member(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        assert opened.testzip() is None
        return opened.read(name)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"Écrire à {ADDRESS}, merci &amp; à bientôt", f"Écrire à {RELAY}, merci &amp; à bientôt"),
        ("helene.</w:t></w:r><w:r><w:t>martin@asso-horizon.example !", RELAY + "</w:t></w:r><w:r><w:t> !"),
        ("Voir helene.martin&#64;asso-horizon.example.", f"Voir {RELAY}."),
        (f"a</w:t></w:r></w:p><w:p><w:r><w:t>{COLLEAGUE}", "a</w:t></w:r></w:p><w:p><w:r><w:t>[adresse masquée]"),
        ("Comptable &lt;H/F&gt;", "Comptable &lt;H/F&gt;"),
    ],
)
def test_the_words_of_a_text_document_are_masked_where_they_stand(before, after):
    found = cleaned(docx(before))

    assert member(found.content, "word/document.xml") == member(docx(after), "word/document.xml")
    assert not found.problem
    assert bool(found.counts) is (before != after)


def test_links_lead_to_the_relay_or_nowhere():
    links = f'<R><Relationship Id="1" Target="mailto:{ADDRESS}?subject=x"/><Relationship Id="2" Target=\'https://x.example/?{COLLEAGUE}\'/></R>'
    found = cleaned(docx("x", extra={"word/_rels/document.xml.rels": links}))

    assert member(found.content, "word/_rels/document.xml.rels").decode() == (
        f'<R><Relationship Id="1" Target="mailto:{RELAY}"/><Relationship Id="2" Target="about:blank"/></R>'
    )
    assert not found.problem


def test_pictures_and_tables_within_are_cleaned_too():
    table = docx(ADDRESS, author=ADDRESS)
    found = cleaned(docx("x", extra={"word/media/a.png": picture("PNG", ADDRESS), "word/embeddings/b.xlsx": table}))

    assert pixels(member(found.content, "word/media/a.png")) == pixels(picture("PNG"))
    assert ADDRESS.encode() not in member(found.content, "word/media/a.png")
    inner = member(found.content, "word/embeddings/b.xlsx")
    assert RELAY.encode() in member(inner, "word/document.xml")
    assert not found.problem


def test_open_documents_and_rich_text_are_masked():
    assert RELAY.encode() in member(cleaned(odt(f"à {ADDRESS}")).content, "content.xml")
    assert (
        cleaned(rb"{\rtf1 \'e0 helene.martin\'40asso-horizon.example}").content
        == rb"{\rtf1 \'e0 " + RELAY.encode() + b"}"
    )


def test_an_archive_keeps_what_is_innocent_and_loses_names_comments_and_addresses():
    files = {
        f"notes {ADDRESS}.txt": f"à {ADDRESS}",
        "dossier/": "",
        "photo.png": picture("PNG", ADDRESS),
        "b.bin.dat": bytes(range(256)),
    }
    found = cleaned(archive(files, comment=ADDRESS))

    with zipfile.ZipFile(io.BytesIO(found.content)) as opened:
        assert opened.namelist() == [f"notes {RELAY}.txt", "dossier/", "photo.png", "b.bin.dat"]
        assert opened.read(opened.namelist()[0]).decode() == f"à {RELAY}"
        assert opened.read("b.bin.dat") == bytes(range(256))
        assert opened.comment == b""
    assert not found.problem


@pytest.mark.parametrize("inside", [b"MZ\0\0", b"#!/bin/sh\n", b"\x7fELF"])
def test_a_program_in_an_archive_in_an_archive_is_seen_by_its_content(inside):
    assert cleaned(archive({"a.zip": archive({"lisez-moi.txt": inside})})).program


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (pdf(f"Poste {ADDRESS}"), "document-text"),
        (pdf("Poste", password="p"), "document-unreadable"),
        (archive({"a.pdf": pdf(ADDRESS)}), "document-text"),
        (docx("x", extra={"word/embeddings/a.pdf": pdf("x", password="p")}), "document-unreadable"),
        (docx("x", extra={"word/a.xml": ADDRESS.encode("utf-16")}), "document-text"),
        (docx("x", extra={"word/a.bin": ADDRESS.encode("utf-16-le")}), "document-text"),
    ],
)
def test_what_cannot_be_masked_is_told(content, problem):
    assert cleaned(content).problem == problem


def test_a_bomb_is_no_more_than_unreadable():
    bomb = archive({f"{n}.txt": bytes(40_000_000) for n in range(3)})
    inner = archive({"a.zip": bomb})

    assert len(bomb) < 200_000
    assert cleaned(bomb).problem == "document-unreadable"
    assert cleaned(bomb).content == bomb
    assert cleaned(inner).problem == "document-unreadable"


def test_what_ends_the_process_that_opens_it_leaves_the_document_as_it_was(monkeypatch):
    monkeypatch.setattr(confinement, "call", _no_answer)
    found = clean_document(pdf("x"), AttachmentKind.PDF, TO_CANDIDATE)

    assert (found.content, found.problem) == (pdf("x"), "document-unreadable")


def _no_answer(*_, **__):
    raise confinement.Unanswered


def test_markup_is_never_changed_but_for_what_is_hidden():
    markup = f'<a b="1" href="mailto:{ADDRESS}">helene.<b>martin@</b>asso-horizon.example</a><p>&#233;</p>'
    masked, counts = mask_markup(markup, TO_CANDIDATE)

    assert re.findall(r"<\w+", masked) == re.findall(r"<\w+", markup)
    assert masked == f'<a b="1" href="mailto:{RELAY}">{RELAY}<b></b></a><p>&#233;</p>'
    assert counts == {"address": 2}
