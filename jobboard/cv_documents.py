"""A CV as it came, read in a limited process: what it says as a portrait, or why nothing could be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jobboard import confinement, cv_reading, cv_texts
from jobboard.cv_texts import NoText, Problem
from jobboard.folding import fold
from jobboard.portraits import Portrait

SECONDS = 20.0
_NAMED = frozenset(("cv", "curriculum", "resume"))
_OTHER = frozenset(("lettre", "motivation", "letter", "cover", "lm"))


@dataclass(frozen=True)
class CvRead:
    """What was read in one document; without a portrait, `problem` says why."""

    filename: str
    portrait: Portrait | None
    problem: Problem | None = None


def read(content: bytes, filename: str, *, today: date) -> CvRead:
    """Return what a document says; whatever its octets, at most a few seconds later."""
    if len(content) > cv_texts.MAX_OCTETS:
        return CvRead(filename, None, Problem.TOO_LARGE)
    try:
        facts = {"today": today.isoformat()}
        said, _ = confinement.call("jobboard.cv_documents:read_here", facts, [content], seconds=SECONDS)
    except confinement.Unanswered:
        return CvRead(filename, None, Problem.UNREADABLE)
    if said.get("problem"):
        return CvRead(filename, None, Problem(said["problem"]))
    portrait = Portrait.from_json(said["portrait"])
    return CvRead(filename, None, Problem.NO_WORDS) if portrait.is_empty else CvRead(filename, portrait)


def read_here(facts: dict[str, Any], blobs: list[bytes]) -> confinement.Answer:
    """Read one document in this process, which is the limited one."""
    try:
        text = cv_texts.read_here(blobs[0])
    except NoText as error:
        return {"problem": str(error.problem)}, []
    return {"portrait": cv_reading.read(text, today=date.fromisoformat(facts["today"])).to_json()}, []


def choose(files: Sequence[tuple[str, bytes]], *, sure: bool) -> tuple[str, bytes] | None:
    """Return the file that is the CV among names and octets, None for none.

    `sure`: the mail is about her CV, so that the only document is one whatever its name, and one that we cannot read is
    worth a word.
    """
    named = [one for one in files if _NAMED & set(fold(one[0]).split())]
    readable = [one for one in files if cv_texts.kind_of(one[1]) in ("pdf", "docx", "odt", "rtf")]
    others = [one for one in readable if not _OTHER & set(fold(one[0]).split())]
    best = [one for one in named if one in readable] or (others if sure or len(others) == 1 else [])
    if best:
        return best[0]
    return next(iter(named or (files if sure else [])), None)
