"""Numbers under which French organisations are registered: SIRET, SIREN, and the RNA of associations."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stdnum.fr import siren as sirens
from stdnum.fr import siret as sirets

_NAMED = re.compile(
    r"\b(?P<name>siret|siren|rna)\b[^\dW\n]{0,24}?(?P<number>W\w{6,12}|\d[\d .]{4,20}\d)", re.IGNORECASE
)
_RNA = re.compile(r"\bW\d[\dAB]\d{7}\b")
_SIREN_DIGITS, _SIRET_DIGITS = 9, 14


@dataclass(frozen=True, slots=True)
class Registered:
    """The numbers that a text gives, digits only; `wrong`: those that are none, as written."""

    siret: str | None = None
    rna: str | None = None
    wrong: tuple[str, ...] = ()


def is_siret(digits: str) -> bool:
    """Tell whether fourteen digits are a SIRET (ISO 7064 check digits; the post office has rules of its own)."""
    return bool(sirets.is_valid(digits))


def is_rna(number: str) -> bool:
    """Tell whether a number has the form of the RNA: W, the département, seven digits."""
    return _RNA.fullmatch(number.upper()) is not None


def read(text: str) -> Registered:
    """Return the numbers that stand after "SIRET", "SIREN" or "RNA", and any RNA; a SIREN alone is checked, not kept."""
    siret, wrong = None, []
    rna = next(iter(_RNA.findall(text)), None)
    for match in _NAMED.finditer(text):
        written = match["number"].strip(" .")
        number = re.sub(r"[ .]", "", written).upper()
        if number.startswith("W"):
            if not is_rna(number):
                wrong.append(written)
        elif len(number) == _SIREN_DIGITS and match["name"].lower() != "rna":
            if not sirens.is_valid(number):
                wrong.append(written)
        elif len(number) == _SIRET_DIGITS and is_siret(number):
            siret = siret or number
        else:
            wrong.append(written)
    return Registered(siret, rna, tuple(dict.fromkeys(wrong)))
