"""Links in our mails that name a row of ours: signed, each for one purpose; how long one is good for is the row's business."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from itsdangerous import BadSignature, URLSafeSerializer

from jobboard.settings import Settings

LIST = "list"  # row: the ticket of a mail; the offers that it named, and nothing about its reader


def sign(settings: Settings, purpose: str, row_id: int) -> str:
    """Return the token of that row for that purpose."""
    return str(_serializer(settings, purpose).dumps(row_id))


def read(settings: Settings, purpose: str, token: str) -> int | None:
    """Return the row that the token names, or None when it is mistyped, forged or made for something else."""
    try:
        row_id = _serializer(settings, purpose).loads(token)
    except BadSignature:
        return None
    return row_id if isinstance(row_id, int) else None


def _serializer(settings: Settings, purpose: str) -> URLSafeSerializer:
    return _made(settings.keys("confirm-links"), purpose)


@lru_cache(maxsize=16)
def _made(keys: tuple[bytes, ...], purpose: str) -> URLSafeSerializer:
    # The library signs with the last key and reads with all.
    return URLSafeSerializer(list(reversed(keys)), salt=purpose, signer_kwargs={"digest_method": hashlib.sha256})
