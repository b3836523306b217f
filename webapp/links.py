"""Links in our mails that name a row of ours: signed, each for one purpose."""

from __future__ import annotations

from jobboard import links
from webapp.house import house

SIGN_UP = "sign-up"
SUBSCRIBE = "subscribe"
PARTICIPATE = "participate"


def sign(purpose: str, row_id: int) -> str:
    """Return the token of that row for that purpose; how long it is good for is the row's own business."""
    return links.sign(house().settings, purpose, row_id)


def read(purpose: str, token: str) -> int | None:
    """Return the row that the token names, or None when it is mistyped, forged or made for something else."""
    return links.read(house().settings, purpose, token)
