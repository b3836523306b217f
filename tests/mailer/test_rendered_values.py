"""Values in letters: those that mean harm, those that are missing, dates and sums in the reader's language."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest
from jinja2 import TemplateNotFound, UndefinedError

from mailer import rendering
from mailer.rendering import render_with
from tests.mailer.sample_letters import (
    ENVIRONMENTS,
    FRAME,
    Card,
    Everything,
    Offers,
    Page,
    plain,
    render_sources,
    rendered,
)

HOSTILE = (
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}{% for x in y %}",
    "\"><img src=x onerror='a'>",
    "</title></td></table><style>",
    "Léa\r\nBcc: x@y.example\r\n\r\n.",
    "\ufdd0a\ufdd1\ufdd2\x00\u202e%s %(url)s",
)


@pytest.mark.parametrize("value", HOSTILE)
def test_values_stay_values(value: str) -> None:
    card = Card(1, title=value, employer=value, place=value, reasons=(value,))
    offers = rendered(Offers(first_name=value, city=value, search=value, cards=(card,)))
    every = rendered(
        Everything(first_name=value, subject_words=value, message=value, pairs=((value, value),), choices=(value,))
    )
    for letter in (offers, every):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\ufdd0-\ufdd2]", letter.subject + letter.text + letter.html)
        assert "\n" not in letter.subject
        assert "49" not in letter.text
    assert [name for name, _ in Page(offers.html).tags] == [
        name for name, _ in Page(rendered(Offers(cards=(Card(1),))).html).tags
    ]
    assert not [tag for tag, attributes in Page(every.html).tags if tag in {"script", "img"} or "onerror" in attributes]
    assert not [line for line in offers.text.splitlines() if line.startswith(("Bcc", "."))]


def test_a_persons_words_are_seen_as_written() -> None:
    words = "<b>Quoi : l'offre ?</b> & {{ x }} « y »"
    letter = rendered(Everything(message=words))
    assert f"> {words}\n" in letter.text
    assert words in unescape(letter.html)


def test_a_name_of_ten_kilobytes_passes() -> None:
    letter = rendered(Offers(first_name="é" * 10_000))
    assert letter.text.count("é") > 10_000
    assert max(len(line.encode()) for line in letter.text.split("\n")) < 998
    assert len(rendered(Everything(subject_words="é" * 10_000)).subject) <= 70


def test_a_missing_field_a_none_and_a_taken_name_are_bugs_that_speak() -> None:
    with pytest.raises(UndefinedError, match="'nom' is undefined"):
        render_sources({"body.txt": "Bonjour {{ nom }}"})
    with pytest.raises(ValueError, match="a value that is None"):
        render_sources({"body.txt": "Bonjour {{ nom }}"}, nom=None)
    with pytest.raises(ValueError, match="may not be called parts"):
        render_sources({}, parts=1)
    with pytest.raises(ValueError, match="no kind of letter"):
        render_with(ENVIRONMENTS["fr"], "../secret", {}, FRAME)
    with pytest.raises(TemplateNotFound):
        rendering.render("no_such_letter", {}, FRAME)


def test_filters_speak_the_language_and_the_day_of_the_reader() -> None:
    source = (
        "{{ moment|date_words }}|{{ day|date_words }}|{{ moment|time_words }}|{{ moment|moment_words }}|"
        "{{ 2300|euros(2600, 'month') }}|{{ 12|distance('Nantes') }}|{{ 3|number_words }}|{{ ['a', 'b']|listed }}|"
        "{{ 2|counted('offre') }}|{{ 1|plural('mot') }}|{{ 1200|number }}"
    )
    values: dict[str, Any] = {"moment": datetime(2026, 12, 1, 23, 5, tzinfo=UTC), "day": date(2026, 12, 1)}
    said = " ".join(plain(render_sources({"body.txt": source}, **values).text).split())
    assert said == (
        "mercredi 2 décembre|mardi 1er décembre|0 h 05|mercredi 2 décembre à 0 h 05|"
        "2 300 à 2 600 € brut par mois|à 12 km de Nantes|trois|a et b|2 offres|mot|1 200"
    )
    english = plain(render_sources({"body.txt": source}, replace(FRAME, language="en"), **values).text)
    assert "Wednesday 2 December|Tuesday 1 December|00:05|" in english
    with pytest.raises(ValueError, match="has no time zone"):
        render_sources({"body.txt": "{{ moment|deadline }}"}, moment=datetime(2026, 12, 1))  # noqa: DTZ001  # on purpose


def test_verbatim_is_kept_in_both_parts_and_in_the_subject() -> None:
    words = "Re: l'offre : <oui> ?"
    sources = {
        "subject.txt": "Objet : {{ words|verbatim }}",
        "body.txt": "Objet : {{ words|verbatim }}",
        "body.html": "<p>Objet : {{ words|verbatim }}</p>",
    }
    letter = render_sources(sources, words=words)
    assert letter.subject == f"Objet\u00a0: {words}"
    assert letter.text == f"Objet\u00a0: {words}\n"
    assert letter.html == "<p>Objet\u00a0: Re: l&#39;offre : &lt;oui&gt; ?</p>\n"
