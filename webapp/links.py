"""Links in our mails that name a row of ours: signed, each for one purpose."""

from __future__ import annotations

import hashlib

from itsdangerous import BadSignature, URLSafeSerializer

from webapp.house import house

SIGN_UP = "sign-up"
SUBSCRIBE = "subscribe"


def sign(purpose: str, row_id: int) -> str:
    """Return the token of that row for that purpose; how long it is good for is the row's own business."""
    return str(_serializer(purpose).dumps(row_id))


def read(purpose: str, token: str) -> int | None:
    """Return the row that the token names, or None when it is mistyped, forged or made for something else."""
    try:
        row_id = _serializer(purpose).loads(token)
    except BadSignature:
        return None
    return row_id if isinstance(row_id, int) else None


def _serializer(purpose: str) -> URLSafeSerializer:
    keys = house().settings.keys("confirm-links")
    # The library signs with the last key and reads with all.
    return URLSafeSerializer(list(reversed(keys)), salt=purpose, signer_kwargs={"digest_method": hashlib.sha256})
