"""What was understood from few words is kept and shown as to be checked; plain words leave nothing to check."""

from __future__ import annotations

from datetime import date

import pytest

from jobboard.showing import wish_lines
from jobboard.wishes import read_wish

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour, je cherche un poste de comptable à Nantes, 30 km, CDI ou CDD",
        "aide-soignante, Rennes (35), temps partiel",
        "Comptable au Mans ou à Laval",
        "Lieu : Lille, Roubaix. Métier : comptable",
        "Cuisinier cherche emploi à Brest",
    ],
)
def test_plain_words_leave_nothing_to_check(text: str) -> None:
    understood = read_wish(text, today=TODAY)
    assert understood.complete
    assert understood.checks == ()


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Je voudrais devenir comptable à Nantes. Une formation en alternance serait l'idéal.", "contracts"),
        ("Comptable, j'ai travaillé à Angers, je cherche à Nantes", "places"),
        ("aide-soignante, Rennes, temps partiel", "places"),
        ("animatrice enfance jeunesse à Bordeaux une fois par semaine", "frequency"),
        ("garde de nuit ou aide à la personne âgée à Annonay", "trades"),
        ("comptable à Nantes, 2 jours par semaine", "working_times"),
        ("cherche bénévolat soutien scolaire à Massy", "keywords"),
    ],
)
def test_a_value_that_rests_on_few_words_is_kept_and_told(text: str, field: str) -> None:
    understood = read_wish(text, today=TODAY)
    assert getattr(understood.criteria, field)
    assert field in understood.checks


def test_nothing_empty_is_to_be_checked() -> None:
    for text in ("bonjour", "je suis né à Lyon et j'ai été maçon", "x" * 5000, ""):
        understood = read_wish(text, today=TODAY)
        assert all(getattr(understood.criteria, field) for field in understood.checks)


def test_the_line_says_so_and_the_others_do_not() -> None:
    understood = read_wish("comptable à Nantes. Une formation en alternance serait l'idéal.", today=TODAY)
    lines = wish_lines(understood.criteria, own_words=False, checks=understood.checks)
    assert {line.label for line in lines if line.check} == {"Contrat", "Type"} & {line.label for line in lines}
    assert "Contrat" in {line.label for line in lines if line.check}


def test_who_does_not_know_what_is_asked_what() -> None:
    understood = read_wish("je cherche dans le social mais je ne sais pas trop quoi, à Blois", today=TODAY)
    assert not understood.complete


@pytest.mark.parametrize(
    "ending",
    [
        "Bonne journée, Lison",
        "Belle soirée,\nValence Dupin",
        "Merci d'avance.\nDole",
        "Merci Vichy !",
        "Thanks a lot, Paris",
    ],
)
def test_who_signs_and_how_is_no_place(ending: str) -> None:
    understood = read_wish(f"Bonjour, je cherche un poste de comptable dans la Drôme. {ending}", today=TODAY)
    assert [place.label for place in understood.criteria.places] == ["Drôme (26)"]


def test_thanks_do_not_hide_what_follows() -> None:
    understood = read_wish("Merci de m'envoyer les offres de comptable à Nantes. Bonne journée", today=TODAY)
    assert [place.label for place in understood.criteria.places] == ["Nantes (44)"]
