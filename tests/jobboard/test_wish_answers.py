"""Her answer to what we asked fills the gap, decides the doubt, or changes what she said."""

from __future__ import annotations

from datetime import date

import pytest

from jobboard.criteria import Criteria
from jobboard.wishes import Doubt, Understood, complete_wish, read_wish

TODAY = date(2026, 11, 23)
CONVERSATIONS = [
    ("comptable à Saint-Denis", ["le 93"], ["lieu : Saint-Denis (93)"]),
    ("comptable à Saint-Denis", ["la première"], ["lieu : Saint-Denis (974)"]),
    ("comptable à Saint-Denis", ["2"], ["lieu : Saint-Denis (93)"]),
    ("comptable à Saint-Denis", ["La Réunion"], ["lieu : Saint-Denis (974)"]),
    ("comptable à Saint-Denis", ["celui de la Réunion, merci"], ["lieu : Saint-Denis (974)"]),
    ("comptable à Saint-Denis", ["93200"], ["lieu : Saint-Denis (93)"]),
    ("comptable à Saint-Denis", ["non, plutôt Nantes"], ["lieu : Nantes (44)"]),
    ("comptable à Saint-Denis", ["les deux premiers"], ["lieu : Saint-Denis (974) ; Saint-Denis (93)"]),
    ("comptable à Saint-Denis, 20 km", ["1 et 2"], [
        "lieu : Saint-Denis (974), 20 km autour ; Saint-Denis (93), 20 km autour"]),
    ("comptable", ["nantes"], ["métier : comptable", "lieu : Nantes (44)"]),
    ("comptable", ["44"], ["lieu : Loire-Atlantique (44)"]),
    ("comptable", ["clisson"], ["lieu : Clisson (44)"]),
    ("comptable", ["à clisson, 20 km"], ["lieu : Clisson (44), 20 km autour"]),
    ("nantes", ["comptable ou secrétaire"], ["métier : comptable, secrétaire"]),
    ("nantes", ["souffleur de verre"], ["lieu : Nantes (44)", "mots-clés : souffleur de verre"]),
    ("travail à Nantes", ["temps partiel"], ["temps de travail : temps partiel"]),
    ("bonjour", ["comptable à Nantes en CDI"], ["métier : comptable", "lieu : Nantes (44)", "contrat : CDI"]),
    ("éducateur à Lille", ["spécialisé"], ["métier : éducateur spécialisé ou éducatrice spécialisée"]),
    ("éducateur à Lille", ["2"], ["métier : éducateur spécialisé ou éducatrice spécialisée"]),
    ("éducateur à Lille", ["éducatrice sportive"], ["métier : éducateur sportif ou éducatrice sportive"]),
    ("éducateur à Saint-Denis", ["spécialisé, dans le 93"], ["lieu : Saint-Denis (93)"]),
    ("je cherche un comptable à Nantes", ["oui"], ["métier : comptable", "lieu : Nantes (44)"]),
    ("comptable Nantes 30 CDI", ["oui"], ["lieu : Nantes (44), 30 km autour"]),
    ("comptable Nantes 30 CDI", ["50 km"], ["lieu : Nantes (44), 50 km autour"]),
    ("comptable, à 30 minutes de Nantes", ["20"], ["lieu : Nantes (44), 20 km autour"]),
    ("comptable, à 30 minutes de Nantes", ["4"], ["lieu : Nantes (44), 50 km autour"]),
    ("poste à Nantes, 2000 € net, comptable", ["oui"], ["salaire : au moins 2\u00a0560 € brut par mois"]),
    ("pas de CDD, intérim, comptable, Nantes", ["oui j'accepte l'intérim"], ["contrat : intérim", "sans : CDD"]),
    ("pas de CDD, intérim, comptable, Nantes", ["non"], ["métier : comptable", "sans : CDD"]),
    ("Île-de-France sauf Paris, auxiliaire de vie", ["oui"], ["lieu : Île-de-France"]),
    ("Île-de-France sauf Paris, auxiliaire de vie", ["93, 94 et 92"], [
        "lieu : Seine-Saint-Denis (93) ; Val-de-Marne (94) ; Hauts-de-Seine (92)"]),
    ("comptable à Nantes, CDD si c'est plus de 6 mois", ["oui"], ["contrat : CDD"]),
    ("vendeuse à Reims, pas de relances téléphoniques agressives", ["le démarchage"], ["mots exclus : démarchage"]),
    ("comptable nantes CDI", ["ajoutez aussi Rennes"], ["lieu : Nantes (44) ; Rennes (35)", "contrat : CDI"]),
    ("comptable nantes CDI", ["plutôt Rennes"], ["lieu : Rennes (35)", "contrat : CDI"]),
    ("comptable nantes CDI", ["plutôt CDD"], ["lieu : Nantes (44)", "contrat : CDD"]),
    ("comptable nantes CDD", ["pas de CDD"], ["métier : comptable", "sans : CDD"]),
    ("comptable nantes, pas de CDD", ["finalement je veux bien un CDD"], ["contrat : CDD"]),
    ("comptable nantes CDI", ["Nantes 50 km"], ["lieu : Nantes (44), 50 km autour"]),
]  # fmt: skip


def lines(understood: Understood) -> list[str]:
    """Return everything that was understood, her own words included."""
    return [*understood.criteria.describe(), *understood.criteria.describe_keywords()]


def answered(first: str, answers: list[str]) -> Understood:
    """Return what is understood in the end, everything passed through the form in which it is stored between mails."""
    understood = read_wish(first, today=TODAY)
    for answer in answers:
        stored = Criteria.from_json(understood.criteria.to_json())
        doubts = tuple(Doubt.from_json(doubt.to_json()) for doubt in understood.doubts)
        understood = complete_wish(stored, doubts, answer, today=TODAY)
    return understood


@pytest.mark.parametrize(("first", "answers", "expected"), CONVERSATIONS, ids=lambda value: str(value)[:50])
def test_an_answer_is_taken_in(first: str, answers: list[str], expected: list[str]) -> None:
    understood = answered(first, answers)
    assert set(expected) <= set(lines(understood))


def test_a_doubt_that_the_answer_leaves_is_asked_again() -> None:
    understood = answered("éducateur à Saint-Denis", ["dans le 93"])
    assert [str(doubt.kind) for doubt in understood.doubts] == ["trade"]
    assert not understood.complete


def test_an_answer_that_says_nothing_changes_nothing() -> None:
    for answer in ("", "OUI", "merci", "je ne sais pas"):
        understood = answered("travail à Nantes", [answer])
        assert lines(understood) == ["lieu : Nantes (44)"]
        assert [str(one) for one in understood.missing] == ["criterion"]


def test_two_doubts_take_two_numbers() -> None:
    understood = answered("éducateur à Saint-Denis", ["2", "1"])
    assert understood.complete
    assert understood.criteria.places[0].label == "Saint-Denis (93)"
    assert understood.criteria.trades == ("K1202",)
