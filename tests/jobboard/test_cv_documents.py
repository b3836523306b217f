"""A CV of any format and any intent: what it says, in names of ours only, or one of five reasons."""

from __future__ import annotations

import json
from datetime import date

import pytest

from jobboard import cv_documents, cv_reading
from jobboard.cv_texts import MAX_OCTETS, Problem
from tests.jobboard.cv_samples import CV, PRIVATE, bomb, deep, docx, laughs, odt, pdf, scan
from tests.mailer.sample_files import archive

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("make", [pdf, docx, odt, lambda: CV.encode(), lambda: CV.encode("cp1252")])
def test_a_cv_says_the_same_in_every_format(make) -> None:
    read = cv_documents.read(make(), "CV.pdf", today=TODAY)
    assert read.problem is None
    said = read.portrait
    assert said is not None
    assert said.trades == ("M1203", "M1608")
    assert [place.label for place in said.places] == ["Nantes (44)"]
    assert said.experience_years == 12
    assert said.diplomas == ("BTS Comptabilité et gestion", "Bac pro secrétariat")
    assert said.diploma_level == 5
    assert {"paie", "Sage", "déclarations de TVA", "demandes de subvention", "Excel"} <= set(said.skills)
    assert "théâtre" not in said.skills  # what she likes is not what she can do
    assert said.languages == ("anglais", "espagnol")


def test_nothing_private_comes_out() -> None:
    written = json.dumps(cv_reading.read(CV, today=TODAY).to_json(), ensure_ascii=False)
    for word in PRIVATE:
        assert word not in written


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (bomb(), Problem.TOO_LARGE),
        (laughs(), Problem.NO_WORDS),
        (pdf(password="secret"), Problem.ENCRYPTED),
        (scan(), Problem.NO_WORDS),
        (pdf()[:400], Problem.UNREADABLE),
        (docx("Bonjour tout le monde, ceci est un roman sans aucun rapport avec le travail."), Problem.NO_WORDS),
        (b"", Problem.WRONG_TYPE),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), Problem.WRONG_TYPE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), Problem.WRONG_TYPE),
        (b"MZ" + bytes(range(256)) * 8, Problem.WRONG_TYPE),
        (b"{\\rtf1 Comptable}", Problem.NO_WORDS),
        (archive({"setup.exe": b"MZ"}), Problem.WRONG_TYPE),
        (b"PK\x03\x04" + bytes(100), Problem.WRONG_TYPE),
        (bytes(MAX_OCTETS + 1), Problem.TOO_LARGE),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(content: bytes, problem: Problem) -> None:
    assert cv_documents.read(content, "CV.docx", today=TODAY).problem is problem


def test_a_document_of_great_depth_ends() -> None:
    read = cv_documents.read(deep(), "CV.docx", today=TODAY)
    assert read.problem in (Problem.NO_WORDS, Problem.UNREADABLE)


def test_of_ten_thousand_pages_the_first_are_read() -> None:
    said = cv_documents.read(pdf(pages=10_000), "CV.pdf", today=TODAY)
    assert said.problem is None
    assert said.portrait is not None
    assert said.portrait.trades[0] == "M1203"


def test_macros_are_not_looked_at() -> None:
    content = docx(extra={"word/vbaProject.bin": b"\xd0\xcf\x11\xe0 AutoOpen", "word/vbaData.xml": "<a>Anglais</a>"})
    assert cv_documents.read(content, "CV.docm", today=TODAY).problem is None


def test_the_cv_is_chosen_among_files() -> None:
    cv, letter, image = (
        ("CV Léa.pdf", pdf()),
        ("Lettre de motivation.docx", docx()),
        ("photo.png", b"\x89PNG" + bytes(40)),
    )
    old = ("cv.doc", b"\xd0\xcf\x11\xe0" + bytes(90))
    assert cv_documents.choose([letter, image, cv], sure=False) == cv
    assert cv_documents.choose([letter], sure=False) is None
    assert cv_documents.choose([("document.odt", odt())], sure=False) == ("document.odt", odt())
    assert cv_documents.choose([image], sure=False) is None
    assert cv_documents.choose([image], sure=True) == image  # a word about it is due
    assert cv_documents.choose([old], sure=True) == old
    assert cv_documents.choose([], sure=True) is None


@pytest.mark.parametrize(
    ("line", "years"),
    [
        ("10 ans d'expérience dans le secteur associatif", 10),
        ("Expérience : 7 ans", 7),
        ("EXPÉRIENCE\nDepuis 2020 : animatrice, MJC", 6),
        ("EXPÉRIENCE\n2010 à 2012 aide-soignante\n2011 - 2014 aide à domicile", 4),
        ("EXPÉRIENCE\njanvier 2019 – juin 2021 : cuisinier", 2),
        ("EXPÉRIENCE\n2022 - aujourd'hui : cuisinier", 4),
        ("WORK EXPERIENCE\n2015 - now: project manager", 11),
        ("FORMATION\n2010 - 2013 : licence", None),
        ("Née en 1990", None),
        ("Comptable, 34 ans", None),
    ],
)
def test_years_of_work(line: str, years: int | None) -> None:
    assert cv_reading.read(f"Camille\n{line}\n", today=TODAY).experience_years == years


@pytest.mark.parametrize(
    ("line", "towns"),
    [
        ("3 rue de Paris, 35000 Rennes", ["Rennes (35)"]),
        ("Né à Lille le 3 mai 1990", []),
        ("Rezé (44)", ["Rezé (44)"]),
        ("12 avenue de Bretagne", []),
    ],
)
def test_the_town_of_an_address_and_no_more(line: str, towns: list[str]) -> None:
    said = cv_reading.read(f"Camille Durand\n{line}\nAnimatrice\n", today=TODAY)
    assert [place.label for place in said.places] == towns


@pytest.mark.parametrize(
    "words", ["sage-femme en maternité", "reconnue travailleuse handicapée", "réfugiée statutaire"]
)
def test_words_that_look_like_skills_are_none(words: str) -> None:
    assert cv_reading.read(words, today=TODAY).skills == ()


def test_reading_is_linear() -> None:
    """A text as long as we read, made of the words that patterns begin with, comes back; the suite's clock says when."""
    for word in ("2010 - ", "BTS ", "12 rue ", "expérience 3 "):
        text = (word * 20_000)[: cv_reading.LONGEST]
        assert cv_reading.read(text, today=TODAY) is not None
