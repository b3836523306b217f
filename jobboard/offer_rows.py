"""One line of a table of offers, or one entry of a job board's feed, read as an offer: what it says, what is missing.

What its columns name is read as the labelled lines of a deposit are, by the same reader.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from jobboard import drafts, registers
from jobboard.contracts import CONTRACT_LABELS
from jobboard.drafts import FIELD_LABELS, Draft, Field, ReadDraft
from jobboard.folding import fold
from jobboard.items import same_words
from jobboard.reading.maskings import masked
from jobboard.row_values import Fault, moment

# The columns, each with what else people call it, and the label under which the reader of deposits knows it.
COLUMNS: dict[str, tuple[str, ...]] = {
    "title": ("titre", "intitulé", "poste"),
    "employer": ("employeur", "structure", "organisation", "organization"),
    "siret": ("rna", "siret ou rna"),
    "place": ("lieu", "commune", "ville"),
    "contract": ("contrat", "type de contrat"),
    "duration": ("durée",),
    "working_time": ("temps de travail",),
    "pay": ("rémunération", "salaire"),
    "closes_on": ("date limite", "date limite de candidature", "clôture"),
    "starts_on": ("prise de poste", "début"),
    "duties": ("missions", "description"),
    "profile": ("profil",),
    "how": ("comment postuler", "pour postuler"),
    "recruiter": ("recruteur", "adresse du recruteur"),
    "reference": ("référence", "ref", "id"),
    "line": ("ligne",),
    "why": ("pourquoi",),
}
_LABELS = {
    "title": "Intitulé du poste", "employer": "Employeur", "place": "Lieu de travail",
    "contract": "Type de contrat", "duration": "Durée du contrat", "working_time": "Temps de travail",
    "pay": "Rémunération", "starts_on": "Prise de poste", "duties": "Missions", "profile": "Profil recherché",
}  # fmt: skip
_WORDS = ("title", "employer", "duties", "profile", "how")  # kept as they are written
LONGEST = timedelta(days=366)
_UNDERSTOOD = {
    Field.PLACE: ": a commune, a département, a région or télétravail complet",
    Field.CONTRACT: f": {', '.join(CONTRACT_LABELS.values())}",
    Field.PAY: ": 2 100 à 2 300 € brut par mois, SMIC, or a convention and its coefficient",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """An offer as it was read: by what it is recognised when it comes again, its draft, and the words for what is missing."""

    key: str
    draft: Draft
    missing: tuple[str, ...] = ()
    recruiter: str = ""  # whose it is, where the line says so


def of_line(values: Mapping[str, str], *, today: date, zone: ZoneInfo) -> Entry:
    """Return the offer of a line of a table. Raises Fault for what is missing, doubtful or wrong."""
    text = "\n".join(f"{label} : {values[name]}" for name, label in _LABELS.items() if values.get(name))
    read = drafts.read_offer(text, today=today)
    written = {name: masked(values[name]) for name in _WORDS if values.get(name)}
    closes_on = moment(values["closes_on"], zone).astimezone(zone).date() if values.get("closes_on") else None
    number = re.sub(r"[\s.]", "", values.get("siret", "")).upper()
    numbers = {
        "siret": number if registers.is_siret(number) else None,
        "rna": number if registers.is_rna(number) else None,
    }
    draft = replace(read.draft, **written, **numbers, closes_on=closes_on)  # type: ignore[arg-type]  # texts, all of them
    _check(read, draft, values, today)
    key = values.get("reference") or _said(draft)
    return Entry(_digest("table", key), draft, recruiter=values.get("recruiter", ""))


def _check(read: ReadDraft, draft: Draft, values: Mapping[str, str], today: date) -> None:
    doubts = {one.field: one.options for one in read.doubts if one.field not in _SETTLED}
    wanting = [field for field in drafts.missing(draft) if field not in doubts]
    for field in wanting:
        if values.get(field):
            raise Fault(f"“{values[field][:40]}” is no {field} that we understand{_UNDERSTOOD.get(field, '')}")
    if wanting:
        raise Fault(f"it does not say: {', '.join(f'{field} ({FIELD_LABELS[field]})' for field in wanting)}")
    if doubts or read.several:
        said = [
            f"{FIELD_LABELS[name]} ({' or '.join(options)})" if options else FIELD_LABELS[name]
            for name, options in doubts.items()
        ]
        raise Fault(f"it can be read in two ways: {', '.join(said) or 'several offers'}")
    if values.get("siret") and not (draft.siret or draft.rna):
        raise Fault(f"“{values['siret'][:40]}” is no SIRET nor RNA")
    if draft.closes_on is not None and draft.closes_on > today + LONGEST:
        raise Fault("it closes in more than a year")


_SETTLED = (Field.TITLE, Field.TRADE, Field.EMPLOYER, Field.CLOSES_ON, Field.DUTIES, Field.PROFILE, Field.HOW)


def of_entry(
    title: str, text: str, *, key: str, url: str, author: str, closes_in: timedelta, published: date, today: date
) -> Entry:
    """Return the offer of an entry of a feed; what it does not say stays to be completed by a human."""
    read = drafts.read_offer(text, subject=title, today=today)
    draft = read.draft
    draft = replace(
        draft,
        title=masked(title) or draft.title,
        employer=draft.employer or masked(author) or None,
        duties=draft.duties or masked(text) or None,
        closes_on=draft.closes_on or published + closes_in,
        how=f"L’offre d’origine : {url}" if url else draft.how,
    )
    doubtful = [FIELD_LABELS[one.field] for one in read.doubts if one.field not in _SETTLED]
    wanting = [FIELD_LABELS[field] for field in drafts.missing(draft)]
    return Entry(_digest("feed", key), draft, tuple(dict.fromkeys((*wanting, *doubtful))))


def _said(draft: Draft) -> str:
    """Return by what an offer without a reference is recognised: employer, title, contract and place."""
    place = draft.place.code if draft.place else ""
    return "|".join((fold(draft.employer or ""), same_words(draft.title or ""), str(draft.contract), place))


def _digest(*words: str) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()
