"""Values that are stored as French words of ours, said in another language: pay, radius, days. What is not ours stays as it is.

A value is French where it is made (`Pay.describe`, `Criteria.describe`), for it is kept with what a person agreed to; it is
read by people of two languages.
"""

from __future__ import annotations

import re
from collections.abc import Callable

SPACES = " \u00a0\u202f"
_NUMBER = rf"\d{{1,3}}(?:[{SPACES}]\d{{3}})*(?:,\d{{1,2}})?"
_PAY = re.compile(
    rf"(?P<bound>jusqu[’']à |à partir de |au moins )?(?P<low>{_NUMBER})(?: à (?P<high>{_NUMBER}))?[{SPACES}]€"
    r"(?P<gross> bruts?| nets?)?(?: (?P<per>de l[’']heure|par jour|par mois|par an))?"
)
_RADIUS = re.compile(rf"(?P<km>\d+)[{SPACES}]km autour")
_MONTHS = tuple("janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split())
_ENGLISH_MONTHS = tuple("January February March April May June July August September October November December".split())
_DAY = re.compile(rf"\b(?P<day>\d{{1,2}})(?:er)? (?P<month>{'|'.join(_MONTHS)})(?P<year> \d{{4}})?\b")
_BOUNDS = {"jusqu’à ": "up to ", "jusqu'à ": "up to ", "à partir de ": "from ", "au moins ": "at least "}
_GROSS = {" brut": " gross", " bruts": " gross", " net": " net", " nets": " net"}
_PERIODS = {
    "de l’heure": "an hour",
    "de l'heure": "an hour",
    "par jour": "a day",
    "par mois": "a month",
    "par an": "a year",
}
# Whole values, or parts between commas.
_PHRASES = {
    "télétravail": "remote work",
    "télétravail possible": "remote work possible",
    "toute la France": "anywhere in France",
    "en ligne": "online",
}
_PHRASE = re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(_PHRASES, key=len, reverse=True))})(?![\w-])")
_MONTHS_LONG = re.compile(r"^(?P<count>\d+) mois$")


def english(value: str) -> str:
    """Return a value of ours in English: "2 250 à 2 400 € brut par mois" as "€2,250 to €2,400 gross a month"."""
    value = _PAY.sub(_pay, value)
    value = _RADIUS.sub(lambda match: f"within {match['km']} km", value)
    value = _DAY.sub(_date, value)
    value = _MONTHS_LONG.sub(lambda match: f"{match['count']} month{'s' if match['count'] != '1' else ''}", value)
    return _PHRASE.sub(lambda match: _PHRASES[match[0]], value)


def _pay(match: re.Match[str]) -> str:
    amounts = " to ".join(f"€{_amount(one)}" for one in (match["low"], match["high"]) if one)
    per = f" {_PERIODS[match['per']]}" if match["per"] else ""
    return f"{_BOUNDS.get(match['bound'] or '', '')}{amounts}{_GROSS.get(match['gross'] or '', '')}{per}"


def _amount(said: str) -> str:
    whole, _, cents = said.partition(",")
    plain = re.sub(rf"[{SPACES}]", ",", whole)
    return f"{plain}.{cents}" if cents else plain


def _date(match: re.Match[str]) -> str:
    return f"{match['day']} {_ENGLISH_MONTHS[_MONTHS.index(match['month'])]}{match['year'] or ''}"


# By language; the source needs nothing.
BY_LANGUAGE: dict[str, Callable[[str], str]] = {"en": english}


def said(value: str, language: str) -> str:
    """Return a value of ours in that language."""
    return BY_LANGUAGE[language](value) if language in BY_LANGUAGE else value
