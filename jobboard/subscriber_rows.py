"""One line of a table of subscribers, as we read it and as we write it: who, which lists, what she reads, what proves it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from jobboard import letter_lists, sheets
from jobboard.addresses import Addresses, address_key, is_address
from jobboard.folding import fold
from jobboard.gazetteer import PlaceKind
from jobboard.languages import LANGUAGES
from jobboard.places import named
from jobboard.sections import Variant, sections_in, territory_label, territory_of
from jobboard.settings import Settings

# The columns, in the order in which an export writes them, each with what else people call it.
COLUMNS: dict[str, tuple[str, ...]] = {
    "address": ("adresse", "email", "e-mail", "mail", "courriel", "adresse mail", "adresse e-mail", "email address"),
    "name": ("nom", "nom complet", "full name", "last name", "last_name"),
    "first_name": ("prénom", "first name"),
    "lists": ("list", "liste", "listes", "lettre", "lettres"),
    "sections": ("section", "rubriques", "rubrique"),
    "territory": ("territoire", "département", "région"),
    "language": ("langue",),
    "consent_at": ("consentement le", "date de consentement", "consent date"),
    "consent_how": ("consentement par", "moyen du consentement", "consent how"),
    "consent_text": ("texte du consentement", "consentement", "consent text"),
    "consent_proof": ("preuve du consentement", "preuve", "consent proof"),
    "line": ("ligne",),  # these two are ours: what a file of lines to mend says beside them
    "why": ("pourquoi",),
}
EXPORTED = tuple(name for name in COLUMNS if name not in ("first_name", "line", "why"))
LONGEST_NAME = 200
_EARLIEST = 1995
_SEPARATORS = re.compile(r"[;,|]")
_FRENCH_DATE = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?:(?:,| à)? +(\d{1,2})[:h](\d{2})(?::(\d{2}))?)?")
_LANGUAGES = {"french": "fr", "francais": "fr", "english": "en", "anglais": "en"}


class Fault(Exception):
    """Why a line cannot be taken in, in words."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What proves that she agreed: when, how, and the words that she agreed to; `proof` says where that is kept."""

    at: datetime
    how: str
    text: str
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who a line is about and what it asks for her."""

    address: str
    name: str
    language: str
    lists: tuple[str, ...]
    variant: str
    consent: Consent | None


class Reader:
    """Reads the lines of one file for one installation."""

    def __init__(self, settings: Settings, addresses: Addresses, *, default_list: str, at: datetime) -> None:
        known = letter_lists.listed(settings)
        self._names = {fold(word): one.name for one in known for word in (one.name, one.title)}
        self._known = ", ".join(one.name for one in known)
        self._domain, self._zone, self._at = addresses.domain, settings.zone, at
        self._language, self._default = settings.language, default_list

    def read(self, values: Mapping[str, str]) -> Wanted:
        """Return what a line asks for. Raises Fault."""
        return Wanted(
            address=self._address(values.get("address", "")),
            name=_name(values),
            language=self._language_of(values.get("language", "")),
            lists=self._lists(values.get("lists", "")),
            variant=_variant(values.get("sections", ""), values.get("territory", "")),
            consent=self._consent(values),
        )

    def _address(self, text: str) -> str:
        if not text:
            raise Fault("it has no address")
        if not is_address(text) or sheets.is_formula(text):
            raise Fault("the address has not the form of one, such as lea@exemple.fr")
        if address_key(text).rpartition("@")[2] == self._domain:
            raise Fault("the address is one of ours")
        return text

    def _language_of(self, text: str) -> str:
        found = _LANGUAGES.get(fold(text), text.lower()) or self._language
        if found not in LANGUAGES:
            raise Fault(f"“{text[:40]}” is no language of ours: {' or '.join(LANGUAGES)}")
        return found

    def _lists(self, text: str) -> tuple[str, ...]:
        asked = [one.strip() for one in _SEPARATORS.split(text) if one.strip()] or [self._default]
        unknown = next((one for one in asked if fold(one) not in self._names), None)
        if unknown is not None:
            raise Fault(f"there is no list “{unknown[:60]}”: the lists are {self._known}")
        return tuple(dict.fromkeys(self._names[fold(one)] for one in asked))

    def _consent(self, values: Mapping[str, str]) -> Consent | None:
        """Return the consent of a line that gives all three of when, how and the text; None for any less."""
        when, how, text = (values.get(f"consent_{part}", "") for part in ("at", "how", "text"))
        if text.startswith("="):
            raise Fault("the text of the consent begins like a formula (=)")
        at = moment(when, self._zone) if when else None
        if at is not None and (at > self._at + timedelta(days=1) or at.year < _EARLIEST):
            raise Fault(f"the date of the consent is not plausible: {when[:40]}")
        return Consent(at, how, text, values.get("consent_proof", "")) if at and how and text else None


def _name(values: Mapping[str, str]) -> str:
    name = " ".join(f"{values.get('first_name', '')} {values.get('name', '')}".split())
    if sheets.is_formula(name):
        raise Fault(f"the name begins like a formula ({name[0]})")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise Fault("the name is no name: too long, or with signs that nobody sees")
    return name


def _variant(sections: str, territory: str) -> str:
    chosen, unknown = sections_in(sections)
    if unknown:
        raise Fault(f"“{unknown[0][:40]}” is no section: ESS, Recruteurs, Salariés or Territoires")
    return Variant(chosen, _territory(territory)).key


def _territory(text: str) -> str:
    """Return the code of a territory written as its code or its name."""
    code = text.lower() if text[:1] in "rR" and text[1:].isdigit() else text.upper().zfill(2) if text else ""
    if not text or territory_label(code):
        return code
    found = named(text)
    if not found or found[0].kind not in (PlaceKind.REGION, PlaceKind.DEPARTEMENT):
        raise Fault(f"“{text[:40]}” is no département nor région")
    return territory_of(found)


def moment(text: str, zone: ZoneInfo) -> datetime:
    """Return the moment that a text writes: ISO 8601, or 31/05/2024 14:30; without a zone it is local. Raises Fault."""
    try:
        if french := _FRENCH_DATE.fullmatch(text):
            day, month, year, hour, minute, second = (int(part or 0) for part in french.groups())
            found = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  # the zone follows
        else:
            found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Fault(f"“{text[:40]}” is no date: write 2024-05-31 or 31/05/2024") from error
    return found if found.tzinfo else found.replace(tzinfo=zone)
