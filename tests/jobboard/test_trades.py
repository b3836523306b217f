"""Trades are found in every form that French gives them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobboard.trades import all_trades, by_code, mentioned

FORMS = {
    "comptable": ["M1203"],
    "comptables": ["M1203"],
    "Comptable (H/F)": ["M1203"],
    "comptabe": ["M1203"],
    "éducatrices spécialisées": ["K1207"],
    "educateur specialise": ["K1207"],
    "éducateur/éducatrice spécialisé(e)": ["K1207"],
    "éducateur·rice spécialisé·e": ["K1207"],
    "éducateur ou éducatrice spécialisé.e": ["K1207"],
    "Éducateur-trice spécialisé-e": ["K1207"],
    "CHARGÉE DE COMMUNICATION": ["E1103"],
    "chargé(e)s de communication": ["E1103"],
    "assistants sociaux": ["K1201"],
    "assistantes sociales": ["K1201"],
    "travailleuse sociale": ["K1201", "K1207", "K1305-2"],
    "infirmier(ère)": ["J1506"],
    "aides-soignantes": ["J1501"],
    "cheffe de projet": ["K1802-2"],
    "coordonnatrice de projets": ["K1802-2"],
    "responsable administrative et financière": ["M1205"],
    "DAF": ["M1205"],
    "poste de ME ou ES": ["K1207-2", "K1207"],
    "je me forme, tu es là, as-tu vu": [],
    "accueil petite enfance": ["K1303"],
    "EJE": ["K1202"],
    "tisf": ["K1305"],
    "accountant": ["M1203"],
    "social workers": ["K1201"],
    "animatrice": ["G1202", "G1203"],
    "animateur, socioculturel": ["G1202", "G1203"],
    "prof de FLE": ["K2111"],
    "secrétaire comptable": ["M1608"],
    "lea.com@compta.example": [],
    "un beau jour de printemps": [],
}


@pytest.mark.parametrize(("text", "codes"), FORMS.items(), ids=repr)
def test_a_form_means_its_trade(text: str, codes: list[str]) -> None:
    assert [found.trade.code for found in mentioned(text)] == codes


def test_too_wide_a_word_is_marked_and_offers_its_trades() -> None:
    found = mentioned("éducatrice")
    assert {one.trade.code for one in found} == {"K1202", "K1207", "G1204"}
    assert all(one.vague for one in found)


def test_fields_and_slips_are_marked() -> None:
    assert mentioned("en comptabilité")[0].domain
    assert not mentioned("comptable")[0].domain
    assert mentioned("secretaiire")[0].mended


def test_offsets_take_in_the_inflection() -> None:
    text = "Poste : Infirmier(ère) H/F à Caen"
    (found,) = mentioned(text)
    assert text[found.start : found.end] == "Infirmier(ère) H/F"


def test_labels_name_women_and_men() -> None:
    assert by_code("M1608").label == "assistant ou assistante de gestion"
    assert by_code("K1207").label == "éducateur spécialisé ou éducatrice spécialisée"
    assert by_code("M1203").label == "comptable"


def test_the_table_is_sound() -> None:
    trades = all_trades()
    assert len(trades) >= 80
    assert len({trade.code for trade in trades}) == len(trades)
    for trade in trades:
        assert re.fullmatch(r"[A-N]\d{4}(?:-\d)?", trade.code)
        assert trade.rome == trade.code[:5]
        assert trade.family == trade.code[0]
        assert by_code(trade.code) is trade
        for name in (trade.masculine, trade.feminine):
            assert trade in {found.trade for found in mentioned(name)}, name
    with pytest.raises(KeyError):
        by_code("Z9999")


@given(st.text(max_size=200))
def test_any_text_is_searched(text: str) -> None:
    for found in mentioned(text):
        assert 0 <= found.start < found.end <= len(text)
