"""What the staff may read of a held text: the words, with every place covered where the gate finds a secret."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mailer.gate_texts import Effort, ExhaustedError, Needle, find_spellings

COVER = "•••"
MAX_SHOWN = 20_000  # characters
_EFFORT = (30_000_000, 10.0)  # characters read, seconds


def cover(text: str, secrets: Iterable[str]) -> str:
    """Return the beginning of a text in which none of the secrets can be read, in no spelling that the gate knows.

    An address as it stands is covered alone, another spelling with its line, what goes over lines with all the text.
    """
    given = [secret for secret in secrets if secret.strip()]
    needles = [Needle.of(secret) for secret in given]
    for secret in given:
        text = _plain(secret).sub(COVER, text[:MAX_SHOWN])
    effort = Effort(*_EFFORT)
    try:
        lines = [COVER if find_spellings(line, needles, effort) else line for line in text.splitlines()]
        whole = "\n".join(lines)
        return COVER if find_spellings(whole, needles, effort) else whole
    except ExhaustedError:
        return COVER


def _plain(secret: str) -> re.Pattern[str]:
    """Return what finds an address, or any address of a domain, with its tag."""
    local, _, domain = secret.strip().rpartition("@")
    name = re.escape(local) if local else r"[\w.'-]{1,64}"
    return re.compile(rf"(?<![\w.'-]){name}(?:\+[^\s@]{{0,64}})?@{re.escape(domain)}(?![\w-])", re.IGNORECASE)
