"""Places are found however they are written, and common words are not taken for places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobboard.gazetteer import communes_of_postal_code, large_communes, territories
from jobboard.places import PlaceKind, by_code, distance_km, mentioned, named

NAMED = {
    "Nantes": ["Nantes (44)"],
    "NANTES": ["Nantes (44)"],
    "44000": ["Nantes (44)"],
    "44000 Nantes": ["Nantes (44)"],
    "Nantes (44)": ["Nantes (44)"],
    "Nantes, Loire-Atlantique": ["Nantes (44)"],
    "st herblain": ["Saint-Herblain (44)"],
    "Ste-Foy-lès-Lyon": ["Sainte-Foy-lès-Lyon (69)"],
    "au Mans": ["Le Mans (72)"],
    "Le Havre": ["Le Havre (76)"],
    "aux Ulis": ["Les Ulis (91)"],
    "L'Haÿ les Roses": ["L'Haÿ-les-Roses (94)"],
    "île d'Yeu": ["L'Île-d'Yeu (85)"],
    "Paris 11e": ["Paris 11e (75)"],
    "paris 11": ["Paris 11e (75)"],
    "75011": ["Paris 11e (75)"],
    "Paris 11ème arrondissement": ["Paris 11e (75)"],
    "11e arrondissement de Paris": ["Paris 11e (75)"],
    "3e arr. Lyon": ["Lyon 3e (69)"],
    "Lyon 3": ["Lyon 3e (69)"],
    "69003 Lyon": ["Lyon 3e (69)"],
    "Marseille 8e": ["Marseille 8e (13)"],
    "Paris": ["Paris (75)"],
    "44": ["Loire-Atlantique (44)"],
    "2a": ["Corse-du-Sud (2A)"],
    "971": ["Guadeloupe (971)"],
    "seine st denis": [],
    "Seine-Saint-Denis": ["Seine-Saint-Denis (93)"],
    "cote d or": ["Côte-d'Or (21)"],
    "idf": ["Île-de-France"],
    "région parisienne": ["Île-de-France"],
    "PACA": ["Provence-Alpes-Côte d'Azur"],
    "Bretagne": ["Bretagne"],
    "La Réunion": ["La Réunion (974)"],
    "Alsace": ["Bas-Rhin (67)", "Haut-Rhin (68)"],
    "France entière": ["toute la France"],
    "télétravail": ["télétravail"],
    "Valence (Drôme)": ["Valence (26)"],
    "St Denis, La Réunion": ["Saint-Denis (974)"],
    "Papeete": ["Papeete (987)"],
    "Évry": ["Évry-Courcouronnes (91)", "Évry (89)"],
    "": [],
    "comptable à Nantes": [],
    "Trifouillis": [],
}
MENTIONED = {
    "un poste à Nantes, 30 km": ["Nantes (44)"],
    "comptable nantes cdi": ["Nantes (44)"],
    "EDUCATEUR A PARIS OU CRETEIL": ["Paris (75)", "Créteil (94)"],
    "dans le 44 ou le 49": ["Loire-Atlantique (44)", "Maine-et-Loire (49)"],
    "Rennes ou 35": ["Rennes (35)", "Ille-et-Vilaine (35)"],
    "93, 94, 75": ["Seine-Saint-Denis (93)", "Val-de-Marne (94)", "Paris (75)"],
    "Paris 11, 12 et 20e": ["Paris 11e (75)", "Paris 12e (75)", "Paris 20e (75)"],
    "Paris, 10 km": ["Paris (75)"],
    "à Vienne": ["Vienne (38)"],
    "en Vienne": ["Vienne (86)"],
    "Clisson 44190": ["Clisson (44)"],
    "à clisson": ["Clisson (44)"],
    "à Nante": ["Nantes (44)"],
    "région nantaise": ["Nantes (44)"],
    "métropole lilloise": ["Lille (59)"],
    "poste vert à Orange": ["Orange (84)"],
    "24 ans, 35 h, 12 mois, 30 km, 80 %, 44 €": [],
    "disponible le 12 mars ou le 15/04": [],
    "les contes, la mer, un pont, le jardin, pas cher, en somme, le plaisir": [],
    "Je m'appelle Marie Martin": [],
    "centre social et chargé de mission": [],
    "j'habite au 06 44 35 22 11": [],
    "écrire à nantes@lyon.example": [],
}


@pytest.mark.parametrize(("text", "labels"), NAMED.items(), ids=repr)
def test_a_text_names_a_place(text: str, labels: list[str]) -> None:
    assert [place.label for place in named(text)] == labels


@pytest.mark.parametrize(("text", "labels"), MENTIONED.items(), ids=repr)
def test_places_are_found_inside_a_text(text: str, labels: list[str]) -> None:
    assert [found.candidates[0].label for found in mentioned(text)] == labels


def test_homonyms_come_most_populous_first_and_only_a_giant_is_sure() -> None:
    (found,) = mentioned("à Saint-Denis")
    assert len(found.candidates) > 2
    assert [place.population for place in found.candidates] == sorted(
        (place.population for place in found.candidates), reverse=True
    )
    assert found.sure == ()
    (montreuil,) = mentioned("à Montreuil")
    assert [place.label for place in montreuil.sure] == ["Montreuil (93)"]


def test_an_area_is_all_its_departements_together() -> None:
    (found,) = mentioned("en Alsace")
    assert found.together
    assert found.sure == found.candidates


def test_offsets_are_those_of_the_given_text() -> None:
    text = "Écrivez à léa@nantes.example : poste à Nantes (44) ou dans le Finistère"
    assert [text[found.start : found.end] for found in mentioned(text)] == ["Nantes (44)", "Finistère"]


def test_a_code_gives_its_place_back() -> None:
    for kind, code in (
        ("commune", "44109"),
        ("departement", "2A"),
        ("region", "53"),
        ("france", "FR"),
        ("remote", "remote"),
    ):
        place = by_code(PlaceKind(kind), code)
        assert (place.kind, place.code) == (kind, code)
    for kind, code in (
        ("commune", "99999"),
        ("departement", "20"),
        ("region", "99"),
        ("france", "BE"),
        ("remote", "FR"),
    ):
        with pytest.raises(KeyError):
            by_code(PlaceKind(kind), code)


def test_distances_are_about_right() -> None:
    nantes, rennes, paris = (named(name)[0] for name in ("Nantes", "Rennes", "Paris"))
    assert 95 < distance_km(nantes, rennes) < 105
    assert 335 < distance_km(nantes, paris) < 350
    assert distance_km(nantes, nantes) == 0
    assert distance_km(nantes, by_code(PlaceKind.FRANCE, "FR")) == float("inf")


def test_the_table_is_whole() -> None:
    departements = territories(PlaceKind.DEPARTEMENT)
    assert len(departements) == 107
    assert {"2A", "2B", "971", "976", "988"} <= set(departements)
    assert sum(place.population for place in territories(PlaceKind.REGION).values()) > 67_000_000
    assert {place.departement for places in large_communes(100_000).values() for place in places} >= {"75", "13", "974"}
    assert communes_of_postal_code("97400")[0].label == "Saint-Denis (974)"


def test_every_large_commune_lies_in_its_departement() -> None:
    for places in large_communes(5_000).values():
        for place in places:
            centre = by_code(PlaceKind.DEPARTEMENT, str(place.departement))
            assert distance_km(place, centre) < (1_600 if place.code.startswith("98") else 220), place


@given(st.text(max_size=200))
def test_any_text_is_searched(text: str) -> None:
    for found in mentioned(text):
        assert 0 <= found.start < found.end <= len(text)
    named(text)
