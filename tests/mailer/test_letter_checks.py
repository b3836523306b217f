"""The checks of a letter find what would embarrass us, and nothing in what is right."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jobboard.letters.desk import EditionTest
from jobboard.letters.editions import EditionLetter, sample_blocks
from mailer import client_support, spam_rules
from mailer.letter_checks import contrast, findings, links_of
from mailer.rendering import Rendered
from tests.mailer import samples

RIGHT = samples.render(EditionLetter.sample())


def names(mail: Rendered) -> set[str]:
    return {one.check for one in findings(mail)}


def with_html(added: str) -> Rendered:
    return replace(RIGHT, html=RIGHT.html.replace("</h1>", f"</h1>{added}", 1))


def test_our_own_letters_are_right() -> None:
    for letter in (EditionLetter.sample(), EditionTest.sample(), replace(EditionLetter.sample(), title="Un titre")):
        assert findings(samples.render(letter)) == ()


@pytest.mark.parametrize(
    ("added", "check"),
    [
        ('<img src="https://x.example/a.png">', "alt"),
        ('<p><a href="https://x.example/">ici</a></p>', "link-vague"),
        ('<p><a href="https://x.example/"> </a></p>', "link-empty"),
        ('<p><a href="x.example">un site</a></p>', "link-form"),
        ("<h4>Trop bas</h4>", "heading-order"),
        ("<h1>Un second</h1>", "heading-first"),
        ("<h2> </h2>", "heading-empty"),
        ('<p style="color: #cccccc">pâle</p>', "contrast"),
        ('<div style="display: flex">x</div>', "client"),
        ("<form></form>", "client"),
        ("x" * 100_001, "size"),
    ],
)
def test_what_is_wrong_in_the_html_is_found(added: str, check: str) -> None:
    assert names(with_html(added)) == {check}


@pytest.mark.parametrize(
    "word",
    ["{{ name }}", "%(name)s", "[[lien]]", "{prénom}", "[NOM]", "Lorem ipsum", "TODO", "*|FNAME|*", "%NOM%", "None"],
)
def test_words_that_wait_for_another_are_found(word: str) -> None:
    intro = f"Bonjour, voici {word} et la suite."
    found = findings(samples.render(replace(EditionLetter.sample(), intro=intro)))
    assert [one.check for one in found] == ["placeholder"]
    assert found[0].grave


def test_names_and_numbers_are_no_placeholders() -> None:
    intro = "Le plan {2027} de l’ESS (1 % [sic]) : xx ans, la CGT, « nom » et TODOS."
    assert findings(samples.render(replace(EditionLetter.sample(), intro=intro))) == ()


def test_a_heading_in_the_editorial_skips_no_level() -> None:
    for intro in ("# Un titre\n\nDes mots.", "Des mots.\n\n### Un titre\n\nD’autres."):
        assert findings(samples.render(replace(EditionLetter.sample(), intro=intro))) == ()


def test_every_link_of_the_editors_is_asked_for() -> None:
    assert "https://exemple.fr/agenda" in links_of(RIGHT)
    assert "https://magazine.exemple.fr/budget-2027" in links_of(RIGHT)
    assert all(link.startswith("http") for link in links_of(RIGHT))


def test_a_large_letter_is_grave() -> None:
    articles = sample_blocks()[0]
    many = replace(articles, articles=articles.articles * 80)
    found = findings(samples.render(replace(EditionLetter.sample(), blocks=(many,))))
    assert [(one.check, one.grave) for one in found] == [("size", True)]


def test_contrast_is_that_of_the_guidelines() -> None:
    assert round(contrast("000000", "ffffff"), 1) == 21.0
    assert contrast("777777", "ffffff") < 4.5 < contrast("767676", "ffffff")


def test_what_our_layout_uses_costs_nobody_anything() -> None:
    used = {one.name for one in client_support.FEATURES if one.pattern.search(RIGHT.html)}
    assert {"border-radius", "max-width", "<style>"} <= used
    assert client_support.unsupported(RIGHT.html) == ()


def test_the_verdict_of_the_spam_rules_is_read() -> None:
    marked = (
        b"X-Spam-Flag: YES\nX-Spam-Status: Yes, score=6.2 required=5.0 tests=HTML_MESSAGE,\n\tNO_RELAYS,URIBL_X\n"
        b"\tautolearn=no version=4.0.1\nSubject: x\n\nbody"
    )
    verdict = spam_rules.read(marked)
    assert verdict is not None
    assert (verdict.score, verdict.limit, verdict.is_spam) == (6.2, 5.0, True)
    assert verdict.rules == ("HTML_MESSAGE", "URIBL_X")
    assert spam_rules.read(b"Subject: x\n\nX-Spam-Status: Yes, score=9.9 required=5.0 tests=X\n") is None
