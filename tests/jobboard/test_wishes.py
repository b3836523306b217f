"""Every phrasing of wishes.toml is read as it says; anything at all is read without failing."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobboard.criteria import Criteria
from jobboard.wishes import DoubtKind, Missing, Understood, complete_wish, read_wish

TODAY = date(2026, 11, 23)
WISHES = tomllib.loads((Path(__file__).parent / "wishes.toml").read_text(encoding="utf-8"))["wish"]
WORDS = (
    *(
        "comptable",
        "à Nantes",
        "pas de",
        "CDD",
        "ni",
        "intérim",
        "sauf",
        "CDI",
        "éducateur",
        "Saint-Denis",
        "30 km",
        "44",
    ),
    *(
        "le 93",
        "ou",
        "et",
        ",",
        ".",
        ";",
        ":",
        "(",
        ")",
        "non",
        "si",
        "plutôt",
        "que",
        "j'habite",
        "je cherche",
        "un stage",
    ),
    *(
        "temps plein",
        "mi-temps",
        "80 %",
        "2000 € net",
        "mars",
        "tous les jours",
        "Paris 11e",
        "12e",
        "Métier",
        "Lieu",
        "\n",
    ),
)


def told(understood: Understood) -> dict[str, Any]:
    """Return what was understood in the form of wishes.toml: empty fields left out."""
    plain = understood.criteria.to_json()
    plain["places"] = [place.described for place in understood.criteria.places]
    plain["missing"] = [str(one) for one in understood.missing]
    plain["asks"] = [str(doubt.kind) for doubt in understood.doubts]
    return {key: value for key, value in plain.items() if value}


@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: wish["text"][:60])
def test_a_phrasing_is_read_as_meant(wish: dict[str, Any]) -> None:
    expected = {key: value for key, value in wish.items() if key != "text"}
    assert told(read_wish(wish["text"], today=TODAY)) == expected


def test_the_table_is_large_and_without_doubles() -> None:
    texts = [wish["text"] for wish in WISHES]
    assert len(texts) == len(set(texts)) >= 120


@pytest.mark.parametrize("wish", WISHES[:40], ids=lambda wish: wish["text"][:40])
def test_capitals_and_accents_add_little(wish: dict[str, Any]) -> None:
    """A text in capitals may be asked about more, but its contracts and working times are the same."""
    shouted = read_wish(wish["text"].upper(), today=TODAY).criteria
    said = read_wish(wish["text"], today=TODAY).criteria
    assert (shouted.contracts, shouted.working_times) == (said.contracts, said.working_times)


def test_a_signature_says_nothing() -> None:
    wish = "Je cherche un poste de comptable à Rennes, CDI."
    signature = "\n\nBien cordialement,\nLéa Martin\nAnimatrice, CDD\n12 rue des Lilas\n44000 Nantes\n06 12 34 56 78\n"
    assert told(read_wish(wish + signature, today=TODAY)) == told(read_wish(wish, today=TODAY))


def test_a_postscript_counts() -> None:
    read = read_wish("Comptable à Rennes.\n\nCordialement,\nLéa\n\nPS : pas d'intérim", today=TODAY)
    assert [str(contract) for contract in read.criteria.excluded_contracts] == ["interim"]


def test_names_numbers_and_addresses_are_no_criteria() -> None:
    text = (
        "Je m'appelle Marie Cuisinier, 06 44 35 22 11, marie.nantes@lyon.example. Je cherche une alternance RH à Tours."
    )
    assert told(read_wish(text, today=TODAY))["places"] == ["Tours (37)"]
    assert told(read_wish(text, today=TODAY))["trades"] == ["M1502"]


def test_a_start_is_the_next_such_month() -> None:
    assert read_wish("comptable Nantes à partir de mars", today=date(2026, 3, 20)).criteria.starts_on == date(
        2026, 3, 1
    )
    assert read_wish("comptable Nantes à partir de mars", today=date(2026, 4, 2)).criteria.starts_on == date(2027, 3, 1)


def test_what_nobody_can_mean_is_no_wish() -> None:
    for text in ("", "   \n", "?", "👋🙂", "Пошук роботи", "\x00\x00", "a" * 5000, "merci", "oui", "44", "OK"):
        read = read_wish(text, today=TODAY)
        assert Missing.CRITERION in read.missing, text
        assert not read.complete


def test_only_the_beginning_of_a_very_long_text_is_read_and_it_is_said() -> None:
    long = "Je cherche un poste de comptable à Nantes. " + "bla " * 25_000
    read = read_wish(long, today=TODAY)
    assert DoubtKind.LENGTH in {doubt.kind for doubt in read.doubts}
    assert read.criteria.trades == ("M1203",)
    assert not read.complete


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    read = read_wish(text, today=TODAY)
    assert Criteria.from_json(read.criteria.to_json()) == read.criteria
    assert complete_wish(read.criteria, read.doubts, text, today=TODAY).criteria is not None


@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))
def test_any_words_are_read_and_exclusions_never_turn_round(text: str) -> None:
    criteria = read_wish(text, today=TODAY).criteria
    assert not set(criteria.contracts) & set(criteria.excluded_contracts)
    assert Criteria.from_json(criteria.to_json()) == criteria
    criteria.describe()


@given(
    st.sampled_from(
        ("pas de {}", "sans {}", "sauf {}", "ni {}", "{} exclu", "hors {}", "je ne veux pas de {}", "jamais de {}")
    )
)
def test_what_is_refused_is_never_wanted(refusal: str) -> None:
    for contract in ("CDD", "CDI", "intérim", "stage", "alternance"):
        read = read_wish(f"Comptable à Nantes, {refusal.format(contract)}", today=TODAY)
        assert not read.criteria.contracts
        assert read.criteria.excluded_contracts or read.doubts
