"""French typography and words, case by case and over any text."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer import english, french
from mailer.french import typography

TODAY = date(2026, 11, 23)


def plain(text: str) -> str:
    """Return the text as it would be typed: no-break spaces and apostrophes made plain."""
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


@pytest.mark.parametrize(
    ("typed", "typeset"),
    [
        ("Pas pour vous ?", "Pas pour vous\u00a0?"),
        ("Enfin !", "Enfin\u00a0!"),
        ("Lieu : Nantes ; contrat : CDI", "Lieu\u00a0: Nantes\u00a0; contrat\u00a0: CDI"),
        ("alerte « comptable, Nantes 30 km » :", "alerte «\u00a0comptable, Nantes 30\u00a0km\u00a0»\u00a0:"),
        ("2 300 à 2 600 € brut", "2\u202f300 à 2\u202f600\u00a0€ brut"),
        ("1 000 000 visites", "1\u202f000\u202f000 visites"),
        ("80 % des offres, 35 h, 90 km/h", "80\u00a0% des offres, 35\u00a0h, 90\u00a0km/h"),
        ("à 14 h 30", "à 14\u00a0h\u00a030"),
        ("l'offre d'aujourd'hui, l'« avenir », L'Haÿ", "l’offre d’aujourd’hui, l’«\u00a0avenir\u00a0», L’Haÿ"),
        ("n° 12", "n°\u00a012"),
    ],
)
def test_spaces_and_apostrophes_of_french(typed: str, typeset: str) -> None:
    assert typography(typed) == typeset


@pytest.mark.parametrize(
    "kept",
    [
        "14:30",
        "12:5 et 10:12",
        "de 8:30 à 9:15",
        "https://passerelle.example/l'offre?x=1&y='a'b",
        "Lire : https://passerelle.example/a ; encore"[7:],
        "o'brien@passerelle.example",
        "mailto:offre-abc@passerelle.example?subject=l'offre",
        "www.l'exemple.example",
        "`l'heure : 14:30 ?`",
        "en 2025 150 offres",
        "a  : b",
        "rock'",
        "'n' roll",
        "12 kilomètres",
        "le 1er mars, dans 12 jours",
        "",
        " ",
    ],
)
def test_what_is_no_french_sentence_is_left_alone(kept: str) -> None:
    assert typography(kept) == kept


def test_a_space_that_touches_an_address_stays_plain_so_that_links_end_where_they_should() -> None:
    assert typography("Voir https://passerelle.example/a ? Oui !") == "Voir https://passerelle.example/a ? Oui\u00a0!"
    assert typography("« aide@passerelle.example » : oui") == "« aide@passerelle.example » : oui".replace(
        "» :", "»\u00a0:"
    )


WORDS = st.sampled_from(
    [
        "l'offre", "«", "»", ":", ";", "?", "!", "12", "300", "000", "km", "€", "h", "30", "n°", "\n",
        "https://x.example/l'a?b=c'd", "zoé.o'brien@x.example", "14:30", "`l'a :`", "`", "mot", "d'", "\u00a0", "’",
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(WORDS, max_size=12).map(" ".join),
    st.lists(WORDS, max_size=8).map("".join),
    st.text(alphabet=st.sampled_from(" '\u00a0\u202f`«»:;?!@/.wab012345€hk\n"), max_size=40),
    st.text(max_size=60),
)
ADDRESS = re.compile(r"\S*(?:@|://|mailto:|www\.)\S*")


@given(TEXTS)
def test_a_second_pass_changes_nothing(text: str) -> None:
    assert typography(typography(text)) == typography(text)


@given(TEXTS)
def test_only_spaces_and_apostrophes_ever_change(text: str) -> None:
    assert len(typography(text)) == len(text)
    assert plain(typography(text)) == plain(text)


@given(TEXTS)
def test_addresses_never_change(text: str) -> None:
    assert ADDRESS.findall(typography(text)) == ADDRESS.findall(text)


def test_a_word_of_ten_kilobytes_costs_no_more_than_its_length() -> None:
    assert typography("a" * 10_000 + " ?") == "a" * 10_000 + "\u00a0?"
    assert typography("a'" * 5_000 + "@ ?")[-4:] == "'@ ?"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 12, 31), "jeudi 31 décembre"),
        (date(2026, 12, 1), "mardi 1er décembre"),
        (date(2026, 11, 3), "mardi 3 novembre"),
        (date(2027, 10, 19), "mardi 19 octobre"),
        (date(2027, 10, 20), "mercredi 20 octobre 2027"),
        (date(2025, 11, 23), "dimanche 23 novembre 2025"),
    ],
)
def test_dates_in_words(day: date, words: str) -> None:
    assert plain(french.date_words(day, TODAY)) == words


@pytest.mark.parametrize(
    ("day", "fr", "en"),
    [
        (date(2026, 12, 2), "jusqu'au mercredi 2 décembre (dans 9 jours)", "until Wednesday 2 December (in 9 days)"),
        (date(2026, 11, 25), "jusqu'au mercredi 25 novembre (dans 2 jours)", "until Wednesday 25 November (in 2 days)"),
        (date(2026, 11, 24), "jusqu'à demain, mardi 24 novembre", "until tomorrow, Tuesday 24 November"),
        (date(2026, 11, 23), "jusqu'à aujourd'hui, lundi 23 novembre", "until today, Monday 23 November"),
        (date(2026, 11, 12), "closes depuis le jeudi 12 novembre", "closed since Thursday 12 November"),
    ],
)
def test_deadlines(day: date, fr: str, en: str) -> None:
    assert plain(french.deadline(day, TODAY)) == fr
    assert plain(english.deadline(day, TODAY)) == en


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Nantes", "de Nantes"),
        ("Angers", "d'Angers"),
        ("Évreux", "d'Évreux"),
        ("Yvetot", "d'Yvetot"),
        ("Le Mans", "du Mans"),
        ("Les Sables-d'Olonne", "des Sables-d'Olonne"),
        ("La Rochelle", "de La Rochelle"),
        ("L'Haÿ-les-Roses", "de L'Haÿ-les-Roses"),
    ],
)
def test_a_place_after_de(name: str, words: str) -> None:
    assert plain(french.of(name)) == words


def test_sums_distances_and_hours() -> None:
    assert plain(french.euros(2300, 2600, "month")) == "2 300 à 2 600 € brut par mois"
    assert plain(french.euros(Decimal("12.5"), per="hour")) == "12,50 € brut de l'heure"
    assert plain(french.euros(2300, 2300)) == "2 300 €"
    assert plain(french.distance(12, "Nantes")) == "à 12 km de Nantes"
    assert plain(french.distance(0.4)) == "à moins de 1 km"
    assert plain(french.time_words(time(14, 30))) == "14 h 30"
    assert plain(french.moment_words(date(2026, 12, 31), time(9), TODAY)) == "jeudi 31 décembre à 9 h"


def test_numbers_lists_and_plurals() -> None:
    assert [french.number_words(1, feminine=True), french.number_words(10), french.number_words(12)] == [
        "une", "dix", "12",
    ]  # fmt: skip
    assert [french.listed(["a", "b", "c"][:size]) for size in range(4)] == ["", "a", "a et b", "a, b et c"]
    assert [french.plural(count, "offre") for count in (0, 1, 1.5, 2)] == ["offre", "offre", "offre", "offres"]
    assert french.plural(2, "travail", "travaux") == "travaux"
    assert plain(french.counted(1200, "offre")) == "1 200 offres"


def test_english_says_the_same_facts() -> None:
    assert plain(english.date_words(date(2027, 12, 31), TODAY)) == "Friday 31 December 2027"
    assert plain(english.moment_words(date(2026, 12, 31), time(14, 30), TODAY)) == "Thursday 31 December at 14:30"
    assert english.euros(2300, 2600, "month") == "€2,300 to €2,600 gross a month"
    assert plain(english.distance(12, "Nantes")) == "12 km from Nantes"
    assert plain(english.distance(12)) == "12 km away"
    assert english.listed(["a", "b", "c"]) == "a, b and c"
    assert [english.plural(count, "offer") for count in (0, 1, 2)] == ["offers", "offer", "offers"]
    assert [english.number_words(1), english.number_words(12)] == ["one", "12"]
    assert plain(english.counted(1200, "offer")) == "1,200 offers"
    assert english.typography("Why? Atelier : l'offre") == "Why? Atelier\u00a0: l'offre"


def test_both_languages_have_the_same_words() -> None:
    def public(module: object) -> set[str]:
        return {name for name, value in vars(module).items() if callable(value) and name.islower() and name[0] != "_"}

    assert public(french) - public(english) == {"of"}
    assert public(english) <= public(french)


@pytest.mark.parametrize(
    ("name", "said"),
    [("Emily C.", "d’Emily C."), ("Hélène M.", "d’Hélène M."), ("Léa D.", "de Léa D."), ("Hassan B.", "de Hassan B.")],
)
def test_of_somebody(name: str, said: str) -> None:
    assert (
        french.elided(f"Candidature de {name} : Chargée de Emploi", name) == f"Candidature {said} : Chargée de Emploi"
    )
