"""One line of a table of candidates: who, what she looks for, and which file is her CV."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jobboard import cv_texts
from jobboard.row_values import Fault, address_of, language_of, name_of

COLUMNS: dict[str, tuple[str, ...]] = {
    "address": ("adresse", "email", "e-mail", "mail", "courriel", "adresse mail", "adresse e-mail"),
    "name": ("nom", "nom complet", "last name"),
    "first_name": ("prénom", "first name"),
    "looking_for": ("recherche", "wish", "ce qu’elle cherche"),
    "trade": ("métier", "poste"),
    "place": ("lieu", "ville", "commune"),
    "contract": ("contrat", "type de contrat"),
    "language": ("langue",),
    "cv": ("fichier", "cv_file", "fichier du cv"),
    "line": ("ligne",),
    "why": ("pourquoi",),
}
SOUGHT = ("looking_for", "trade", "place", "contract", "cv")  # what tells a candidate from a reader


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who a line is about, in her or its words; the CV as it lies in the folder."""

    address: str
    name: str
    language: str
    words: str  # what she looks for
    cv: tuple[str, bytes] | None  # name of the file, octets


def read(values: Mapping[str, str], folder: Path | None, *, domain: str, language: str) -> Candidate:
    """Return the candidate of a line. Raises Fault."""
    address = address_of(values.get("address", ""), domain)
    said = [values.get("looking_for", ""), values.get("trade", "")]
    said += [f"à {values['place']}" if values.get("place") else "", values.get("contract", "")]
    return Candidate(
        address,
        name_of(values),
        language_of(values.get("language", ""), language),
        "\n".join(one for one in said if one),
        _cv(values["cv"], folder) if values.get("cv") else None,
    )


def _named_alike(root: Path, name: str) -> Path | None:
    """Return the one file of the folder whose name differs only as systems do: in capitals, or in how an accent is written."""
    alike = _names(root).get(_level(name), ())
    return alike[0].resolve() if len(alike) == 1 else None


@lru_cache(maxsize=1)
def _names(root: Path) -> dict[str, list[Path]]:
    names: dict[str, list[Path]] = {}
    for path in root.iterdir():
        names.setdefault(_level(path.name), []).append(path)
    return names


def _level(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _cv(name: str, folder: Path | None) -> tuple[str, bytes]:
    if folder is None:
        raise Fault(f"it names the CV {name[:80]}, and no folder was given: --cvs FOLDER")
    root = folder.resolve()
    try:
        path = (root / name).resolve()
        if not path.exists():
            path = _named_alike(root, name) or path
        inside, is_file = path.is_relative_to(root) and path != root, path.is_file()
        size = path.stat().st_size if inside and is_file else 0
    except (OSError, ValueError) as error:  # a name that no file can have
        raise Fault("the name of the CV is none of a file") from error
    if not inside or Path(name).is_absolute():
        raise Fault(f"the CV {name[:80]} is not in the folder")
    if not is_file:
        raise Fault(f"the CV {name[:80]} is missing in the folder")
    if not size:
        raise Fault(f"the CV {name[:80]} is empty")
    if size > cv_texts.MAX_OCTETS:
        raise Fault(f"the CV {name[:80]} is too large: {cv_texts.MAX_OCTETS // 2**20} MB at most")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Fault(f"the CV {name[:80]} cannot be read: {error.strerror}") from error
    if cv_texts.kind_of(content) not in ("pdf", "docx", "odt", "rtf"):
        raise Fault(f"the CV {name[:80]} is no PDF, Word (docx), OpenDocument (odt) nor RTF")
    return path.name, content
