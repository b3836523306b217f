"""Text as it is compared: lower case, no accents, plain spaces."""

from __future__ import annotations

import re
import unicodedata

_NOT_A_WORD = re.compile(r"[^a-z0-9+#]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "'", "Œ": "oe", "Æ": "ae"})


def strip_accents(text: str) -> str:
    """Return the text without diacritics and ligatures, case and punctuation kept."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def fold(text: str) -> str:
    """Return lower-case ASCII words separated by single spaces: "L'Haÿ-les-Roses" -> "l hay les roses"."""
    return _NOT_A_WORD.sub(" ", strip_accents(text).lower()).strip()
