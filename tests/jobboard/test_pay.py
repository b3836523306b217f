"""Pay as recruiters write it, and what makes no sense is asked rather than believed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobboard import pay
from jobboard.pay import Pay, PayPeriod

SAID = (
    ("2300 à 2600 € brut par mois", "2 300 à 2 600 € brut par mois"),
    ("2 300 - 2 600 euros bruts mensuels", "2 300 à 2 600 € brut par mois"),
    ("entre 2300 et 2600€", "2 300 à 2 600 € par mois"),
    ("de 2.300€ à 2.600€ brut", "2 300 à 2 600 € brut par mois"),
    ("2300/2600 € brut", "2 300 à 2 600 € brut par mois"),
    ("€2,300–2,600 gross per month", "2 300 à 2 600 € brut par mois"),
    ("2,3 à 2,6 k€", "2 300 à 2 600 € par mois"),
    ("28-32k€", "28 000 à 32 000 € par an"),
    ("28 à 32 000 €", "28 000 à 32 000 € par an"),
    ("30 000 euros bruts/an", "30 000 € brut par an"),
    ("rémunération annuelle brute de 31 200 euros", "31 200 € brut par an"),
    ("salaire mensuel brut : 2300", "2 300 € brut par mois"),
    ("12,50 € de l'heure", "12,50 € de l’heure"),
    ("12.31€/heure brut", "12,31 € brut de l’heure"),
    ("TJM 400 €", "400 € par jour"),
    ("1 800 à 2 000 € nets par mois", "1 800 à 2 000 € net par mois"),
    ("à partir de 2300 €", "à partir de 2 300 € par mois"),
    ("jusqu'à 2600 € brut", "jusqu’à 2 600 € brut par mois"),
    ("2300 € minimum", "à partir de 2 300 € par mois"),
    ("2300 € brut/mois soit 27 600 € annuels", "2 300 € brut par mois"),
    ("2 300 € brut (1 800 € net)", "2 300 € brut par mois"),
    ("2 300 € brut + tickets restaurant 9 €", "2 300 € brut par mois"),
    ("indemnité 620 € par mois", "620 € par mois"),
    ("2 045 € bruts/mois (CCN 66)", "2 045 € brut par mois, CCN 66"),
    ("selon convention 51, coefficient 434", "convention 51, coefficient 434"),
    ("CCN66, poste à pourvoir le 5 janvier", "CCN66"),
    ("groupe C de la convention ECLAT, coefficient 280", "groupe C de la convention ECLAT, coefficient 280"),
    ("CCN 66 (coef. 434)", "CCN 66 (coef. 434)"),
    ("SMIC + 10 %", "SMIC + 10 %"),
    ("gratification légale", "gratification légale"),
)


@pytest.mark.parametrize(("text", "said"), SAID)
def test_a_pay_is_read_and_said_again(text: str, said: str) -> None:
    read = pay.read(text)

    assert not read.doubtful
    assert read.pay is not None
    assert read.pay.describe() == said


@pytest.mark.parametrize(
    "text",
    [
        "2300 € par an",
        "23000 € par mois",
        "2600 à 2300 €",
        "2300 à 26000 € brut par mois",
        "620 €",
        "2300 € brut ou 2000 € brut",
        "2300 € brut mensuel, 20 000 € annuels",
    ],
)
def test_a_pay_without_sense_is_asked(text: str) -> None:
    assert pay.read(text) == pay.ReadPay(None, doubtful=True)


@pytest.mark.parametrize(
    "text",
    [
        "selon profil",
        "à négocier",
        "selon convention collective",
        "convention de stage",
        "suivi d'un budget de 150 000 €",
        "tickets restaurant de 9 €",
        "35 heures",
        "le 15 janvier 2027",
        "150 adhérents",
        "prime de 300 €",
    ],
)
def test_other_numbers_and_empty_words_are_no_pay(text: str) -> None:
    assert pay.read(text) == pay.ReadPay(None)


def test_a_bare_answer_needs_no_currency() -> None:
    assert pay.read("2300 à 2600", labelled=True).pay == Pay(2300, 2600, PayPeriod.MONTH, None)
    assert pay.read("2300 à 2600").pay is None


@pytest.mark.parametrize(
    ("written", "monthly"),
    [
        (Pay(2300, 2600, PayPeriod.MONTH, True), (2300, 2600)),
        (Pay(30_000, None, PayPeriod.YEAR, None), (2500, None)),
        (Pay(12, 12, PayPeriod.HOUR, True), (1820, 1820)),
        (Pay(400, 400, PayPeriod.DAY, True), (None, None)),
        (Pay(1800, 1800, PayPeriod.MONTH, False), (None, None)),  # net is no gross
        (Pay(None, None, PayPeriod.MONTH, None, "CCN66"), (None, None)),
    ],
)
def test_the_month_is_counted_where_it_can_be(written: Pay, monthly: tuple[int | None, int | None]) -> None:
    assert written.monthly == monthly


def test_a_pay_is_kept_and_restored_with_fields_of_later_versions() -> None:
    kept = Pay(12.5, None, PayPeriod.HOUR, True, "CCN66")

    assert Pay.from_json({**kept.to_json(), "bonus": 3}) == kept


@given(st.text(alphabet=st.sampled_from("0123456789 .,'kK€-–àaetbruniso/%h+()\n"), max_size=200), st.booleans())
def test_anything_is_read_without_failing(text: str, labelled: bool) -> None:
    read = pay.read(text, labelled=labelled)

    assert read.pay is None or not read.doubtful


@given(st.integers(1_200, 4_000), st.integers(0, 1_500))
def test_a_plain_range_is_always_read_back(low: int, more: int) -> None:
    written = Pay(low, low + more, PayPeriod.MONTH, True)

    assert pay.read(written.describe()).pay == written
