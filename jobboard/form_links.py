"""Links of our mails that open the form of one draft: a row and a proof, good as long as the offer is a draft."""

from __future__ import annotations

import hmac
import re

from jobboard.settings import Settings

_TOKEN = re.compile(r"(\d{1,18})-([0-9a-f]{24})")


def path(settings: Settings, offer_id: int) -> str:
    """Return the path of the form of that offer, below the base URL."""
    return f"/deposer/{offer_id}-{_proof(settings, offer_id)[0]}"


def read(settings: Settings, token: str) -> int | None:
    """Return the offer that a token names; None for one that is mistyped or forged."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        return None
    offer_id = int(found[1])
    good = any(hmac.compare_digest(found[2], proof) for proof in _proof(settings, offer_id))
    return offer_id if good else None


def _proof(settings: Settings, offer_id: int) -> list[str]:
    return [hmac.digest(key, str(offer_id).encode(), "sha256").hex()[:24] for key in settings.keys("offer-forms")]
