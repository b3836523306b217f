"""Days as people write them, read on Monday 23 November 2026: always ahead, and empty when they may mean two."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobboard import moments

TODAY = date(2026, 11, 23)

SURE = (
    ("31 décembre", "2026-12-31"),
    ("le 31 DECEMBRE 2026 à minuit", "2026-12-31"),
    ("15/01", "2027-01-15"),
    ("15/01/2027", "2027-01-15"),
    ("15.01.27", "2027-01-15"),
    ("15 / 01 / 2027", "2027-01-15"),
    ("2027-01-15", "2027-01-15"),
    ("le 12-01", "2027-01-12"),
    ("31decembre", "2026-12-31"),
    ("31 déc.", "2026-12-31"),
    ("ven. 15 janv. 2027", "2027-01-15"),
    ("jeudi 31 décembre", "2026-12-31"),
    ("jusqu'au vendredi 15 janvier 18h", "2027-01-15"),
    ("1er janvier", "2027-01-01"),
    ("le premier février", "2027-02-01"),
    ("le trente et un décembre", "2026-12-31"),
    ("vingt-deux janvier", "2027-01-22"),
    ("31 December", "2026-12-31"),
    ("by Dec 31", "2026-12-31"),
    ("January 15th, 2027", "2027-01-15"),
    ("vendredi", "2026-11-27"),
    ("vendredi en huit", "2026-12-04"),
    ("lundi prochain", "2026-11-30"),  # said on a Monday
    ("next Monday", "2026-11-30"),
    ("vendredi en quinze", "2026-12-11"),
    ("lundi de la semaine prochaine", "2026-11-30"),
    ("dans 2 semaines", "2026-12-07"),
    ("d'ici trois semaines", "2026-12-14"),
    ("dans un mois", "2026-12-23"),
    ("dans 15 jours", "2026-12-08"),
    ("fin janvier", "2027-01-31"),
    ("fin novembre", "2026-11-30"),
    ("mi-janvier", "2027-01-15"),
    ("fin du mois", "2026-11-30"),
    ("fin du mois prochain", "2026-12-31"),
    ("demain midi", "2026-11-24"),
    ("aujourd'hui", "2026-11-23"),
    ("le 15", "2026-12-15"),
    ("15", "2026-12-15"),
    ("le vendredi 4", "2026-12-04"),
    ("au plus tard le 3 à 14h30", "2026-12-03"),
)


@pytest.mark.parametrize(("text", "day"), SURE)
def test_a_day_is_read_and_lies_ahead(text: str, day: str) -> None:
    read = moments.read(text, today=TODAY)

    assert read is not None
    assert read.day == date.fromisoformat(day)


UNSURE = (
    ("vendredi 31 décembre", ("2026-12-31", "2027-01-01")),  # a Thursday
    ("vendredi prochain", ("2026-11-27", "2026-12-04")),
    ("lundi", ("2026-11-23", "2026-11-30")),  # said on a Monday
    ("sous quinze jours", ("2026-12-07", "2026-12-08")),
    ("le 15 ou le 20 janvier", ("2027-01-15", "2027-01-20")),
    ("01/15/2027", ("2027-01-15",)),
    ("20/10", ("2027-10-20",)),  # a month ago: next year's, or a slip
    ("15 janvier 2026", ("2027-01-15",)),
    ("15/01/2024", ()),
    ("15/01/2062", ()),
    ("30 février", ()),
    ("29 février", ()),
    ("début janvier", ()),
    ("janvier 2027", ()),
    ("fin de semaine", ()),
    ("une quinzaine", ()),
    ("dans 10 jours ouvrés", ()),
    ("Noël", ()),
)


@pytest.mark.parametrize(("text", "options"), UNSURE)
def test_what_may_mean_another_day_has_none(text: str, options: tuple[str, ...]) -> None:
    found = moments.mentioned(text, today=TODAY)

    assert [one.day for one in found] == [None]
    assert found[0].options == tuple(date.fromisoformat(option) for option in options)


@pytest.mark.parametrize(
    "text",
    [
        "du lundi au vendredi",
        "les mardis soir",
        "au 15 rue des Lilas",
        "1/2 ETP",
        "le 3 postes",
        "2300/2600 €",
        "10h à 12h",
        "may I ask",
        "comptable",
    ],
)
def test_words_and_numbers_that_are_no_days_are_left_alone(text: str) -> None:
    assert moments.mentioned(text, today=TODAY) == ()


def test_hours_are_read_behind_the_day() -> None:
    read = moments.read("vendredi 4 décembre à 14 h 30", today=TODAY)

    assert read is not None
    assert (read.day, read.at) == (date(2026, 12, 4), time(14, 30))


def test_days_are_found_where_they_stand() -> None:
    text = "Poste à pourvoir le 5 janvier, date limite 20/12."

    found = moments.mentioned(text, today=TODAY)

    assert [text[one.start : one.end] for one in found] == ["5 janvier", "20/12"]
    assert [one.day for one in found] == [date(2027, 1, 5), date(2026, 12, 20)]


def test_a_sentence_is_no_bare_answer() -> None:
    assert moments.read("Nous nous réunissons le 12 décembre", today=TODAY) is None


def test_days_are_said_in_french() -> None:
    assert moments.say(date(2027, 1, 1)) == "vendredi 1er janvier 2027"


@given(st.text(), st.dates(date(2020, 1, 1), date(2100, 1, 1)))
def test_anything_is_read_without_failing(text: str, today: date) -> None:
    for one in moments.mentioned(text, today=today):
        assert one.day is None or one.day >= today
        assert 0 <= one.start < one.end <= len(text)


@given(st.dates(TODAY, date(2029, 1, 1)), st.sampled_from(("{d:%d/%m/%Y}", "{d:%Y-%m-%d}", "{d:%d.%m.%Y}", "said")))
def test_a_full_date_is_always_read_back(day: date, form: str) -> None:
    written = moments.say(day) if form == "said" else form.format(d=day)

    read = moments.read(written, today=TODAY)

    assert read is not None
    assert read.day == day
