"""One thing that a check of an edition found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """Its check's name, what it is about, and whether one should not send the letter like that."""

    check: str  # a name of the words in templates/mail/edition_checked/_words.txt
    about: str = ""
    grave: bool = False
