"""One line of a table of subscribers, as we read it and as we write it: who, which lists, what she reads, what proves it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from jobboard import letter_lists
from jobboard.addresses import Addresses
from jobboard.folding import fold
from jobboard.gazetteer import PlaceKind
from jobboard.places import named
from jobboard.row_values import Fault, address_of, language_of, moment, name_of
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
PROOF = ("consent_at", "consent_how", "consent_text")  # a consent is proved by all three of them
_EARLIEST = 1995
_SEPARATORS = re.compile(r"[;,|]")


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
            address=address_of(values.get("address", ""), self._domain),
            name=name_of(values),
            language=language_of(values.get("language", ""), self._language),
            lists=self._lists(values.get("lists", "")),
            variant=_variant(values.get("sections", ""), values.get("territory", "")),
            consent=self._consent(values),
        )

    def _lists(self, text: str) -> tuple[str, ...]:
        asked = [one.strip() for one in _SEPARATORS.split(text) if one.strip()] or [self._default]
        unknown = next((one for one in asked if fold(one) not in self._names), None)
        if unknown is not None:
            raise Fault(f"there is no list “{unknown[:60]}”: the lists are {self._known}")
        return tuple(dict.fromkeys(self._names[fold(one)] for one in asked))

    def _consent(self, values: Mapping[str, str]) -> Consent | None:
        """Return the consent of a line that gives all three of when, how and the text; None for any less."""
        when, how, text = (values.get(name, "") for name in PROOF)
        if text.startswith("="):
            raise Fault("the text of the consent begins like a formula (=)")
        at = moment(when, self._zone) if when else None
        if at is not None and (at > self._at + timedelta(days=1) or at.year < _EARLIEST):
            raise Fault(f"the date of the consent is not plausible: {when[:40]}")
        return Consent(at, how, text, values.get("consent_proof", "")) if at and how and text else None


@lru_cache(maxsize=4096)
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
