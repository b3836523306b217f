"""Values of a line of a table: an address, a name, a language, a moment; each read, or refused with why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from jobboard.addresses import address_key, is_address
from jobboard.folding import fold
from jobboard.formulas import is_formula
from jobboard.languages import LANGUAGES

LONGEST_NAME = 200
_FRENCH_DATE = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?:(?:,| à)? +(\d{1,2})[:h](\d{2})(?::(\d{2}))?)?")
_SERIAL = re.compile(r"\d{5}(\.\d+)?")  # how a spreadsheet counts days
_LANGUAGES = {"french": "fr", "francais": "fr", "english": "en", "anglais": "en"}


class Fault(Exception):
    """Why a line cannot be taken in, in words."""


def address_of(text: str, domain: str) -> str:
    """Return a mail address that is none of ours. Raises Fault."""
    if not text:
        raise Fault("it has no address")
    if not is_address(text) or is_formula(text):
        raise Fault("the address has not the form of one, such as lea@exemple.fr")
    if address_key(text).rpartition("@")[2] == domain:
        raise Fault("the address is one of ours")
    return text


def language_of(text: str, usual: str) -> str:
    """Return a language that we speak, the usual one where none is said. Raises Fault."""
    found = _LANGUAGES.get(fold(text), text.lower()) or usual
    if found not in LANGUAGES:
        raise Fault(f"“{text[:40]}” is no language of ours: {' or '.join(LANGUAGES)}")
    return found


def name_of(values: Mapping[str, str]) -> str:
    """Return the name that the columns `first_name` and `name` give together. Raises Fault."""
    name = " ".join(f"{values.get('first_name', '')} {values.get('name', '')}".split())
    if is_formula(name):
        raise Fault(f"the name begins like a formula ({name[0]})")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise Fault("the name is no name: too long, or with signs that nobody sees")
    return name


def moment(text: str, zone: ZoneInfo) -> datetime:
    """Return the moment that a text writes: ISO 8601, or 31/05/2024 14:30; without a zone it is local. Raises Fault."""
    try:
        if french := _FRENCH_DATE.fullmatch(text):
            day, month, year, hour, minute, second = (int(part or 0) for part in french.groups())
            found = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  # the zone follows
        else:
            found = datetime.fromisoformat(text)
    except ValueError as error:
        serial = ", or give its column the format of a date" if _SERIAL.fullmatch(text) else ""
        raise Fault(f"“{text[:40]}” is no date: write 2024-05-31 or 31/05/2024{serial}") from error
    return found if found.tzinfo else found.replace(tzinfo=zone)
