"""No mail address of a recruiter gets into what is published, however she spells it; nothing else is taken away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobboard.reading.maskings import MASK, masked


@pytest.mark.parametrize(
    "address",
    [
        "rh@horizon.example",
        "RH@HORIZON.EXAMPLE",
        "h.martin+offre@mjc-plateau.asso.fr",
        "nom (at) domaine.fr",
        "nom[at]domaine[dot]fr",
        "nom (a) domaine (point) fr",
        "nom arobase domaine point fr",
        "nom at domaine dot com",
        "nom @ domaine . fr",
        "nom @domaine.fr",
        "nom＠domaine.fr",
        "rh&#64;horizon.fr",
        "rh%40horizon.fr",
        "mailto:rh@horizon.fr?subject=offre",
        "hélène@horizon.fr",
    ],
)
def test_an_address_is_masked_and_what_stands_around_it_stays(address: str) -> None:
    assert masked(f"Écrire à {address}, merci.") == f"Écrire à {MASK}, merci."


def test_a_new_sentence_behind_an_address_stays() -> None:
    assert masked("CV à rh@horizon.fr. Merci") == f"CV à {MASK}. Merci"


@pytest.mark.parametrize(
    "text", ["Appeler le 02 40 12 34 56", "réunion @ 14 h", "meet at noon. Fine", "look at sample.org", "chargé(a) de"]
)
def test_phone_numbers_and_other_signs_stay(text: str) -> None:
    assert masked(text) == text


@given(st.text())
def test_what_is_masked_once_stays_so(text: str) -> None:
    assert masked(masked(text)) == masked(text)


@given(st.from_regex(r"[a-z][a-z0-9.]{0,10}[a-z]@[a-z]{2,10}\.(?:fr|org|example)", fullmatch=True))
def test_no_plain_address_survives(address: str) -> None:
    assert "@" not in masked(f"Envoyez vos CV à {address} ou par courrier")
