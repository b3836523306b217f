"""Values of ours in English: pay, radius, days; names and words of people stay."""

from __future__ import annotations

import pytest

from jobboard.pay import Pay, PayPeriod
from mailer.said_values import said


@pytest.mark.parametrize(
    ("french", "english"),
    [
        (Pay(2250, 2400, PayPeriod.MONTH, True).describe(), "€2,250 to €2,400 gross a month"),
        (Pay(11.88, 11.88, PayPeriod.HOUR, True).describe(), "€11.88 gross an hour"),
        (Pay(None, 550, PayPeriod.DAY, None).describe(), "up to €550 a day"),
        (Pay(38000, None, PayPeriod.YEAR, False).describe(), "from €38,000 net a year"),
        ("2 300 € brut par mois, convention 66", "€2,300 gross a month, convention 66"),
        ("au moins 2 300 € brut par mois", "at least €2,300 gross a month"),
        ("Nantes (44), 20 km autour ; télétravail", "Nantes (44), within 20 km ; remote work"),
        ("1er mars 2027", "1 March 2027"),
        ("6 mois", "6 months"),
        ("Association Télétravailleurs de mai", "Association Télétravailleurs de mai"),
        ("convention 51, coefficient 434", "convention 51, coefficient 434"),
    ],
)
def test_a_value_of_ours_in_english(french: str, english: str) -> None:
    assert said(french, "en") == english
    assert said(french, "fr") == french
