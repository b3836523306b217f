"""Whom a bounce names in the eyes of flufl.bounce: asked only where our own reading finds nothing to act upon."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from email import message_from_bytes

from flufl.bounce import all_failures

logging.getLogger("flufl.bounce").disabled = True  # it logs the traceback of every detector that a broken mail trips

MAX_OCTETS = 200_000  # what it looks for stands at the top; its patterns are not made for megabytes of our own mail


@dataclass(frozen=True)
class Opinion:
    """A failed address, and whether it failed for good."""

    address: str
    permanent: bool


def ask(raw: bytes) -> Opinion | None:
    """Return the first address that it takes for failed, None where it finds none. Never raises."""
    try:
        temporary, permanent = all_failures(message_from_bytes(raw[:MAX_OCTETS]))
    except Exception:  # its detectors trip over broken mails in many ways, and a second opinion is no duty
        return None
    found = permanent or temporary
    if not found:
        return None
    address = min(one if isinstance(one, str) else one.decode("utf-8", "replace") for one in found)
    return Opinion(address, permanent=bool(permanent))
