"""What is typed into forms: read, bounded, and checked before anything is done with it."""

from __future__ import annotations

import re

from flask import request

from jobboard.addresses import LONGEST_ADDRESS, Purpose, is_address
from webapp.house import house
from webapp.language import gettext as _

LONGEST_LINE = 200
LONGEST_TEXT = 5000
LONGEST_LONG_TEXT = 200_000  # whoever takes it says what is too long
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def line(name: str) -> str:
    """Return the one line typed into a field, bounded."""
    return _CONTROL.sub(" ", request.form.get(name, "")).strip()[:LONGEST_LINE]


def text(name: str) -> str:
    """Return the text typed into a field, bounded."""
    return request.form.get(name, "").replace("\x00", "").strip()[:LONGEST_TEXT]


def long_text(name: str) -> str:
    """Return a text of many pages typed into a field, bounded; the line ends of forms become ours."""
    return request.form.get(name, "").replace("\x00", "").replace("\r\n", "\n").strip()[:LONGEST_LONG_TEXT]


def address() -> str:
    """Return the mail address typed into the field `adresse`; judge it with `address_error`."""
    return request.form.get("adresse", "").strip()[: LONGEST_ADDRESS + 1]


def address_error(typed: str) -> str | None:
    """Return what is wrong with an address, in words, or None."""
    if not typed:
        return _("Indiquez votre adresse de mail.")
    if not is_address(typed):
        return _("Cette adresse n’a pas la forme d’une adresse de mail, comme lea@exemple.fr.")
    if typed.lower().rpartition("@")[2] == house().addresses.domain:
        return _("Cette adresse est l’une des nôtres : indiquez la vôtre.")
    return None


def unsubscribe_row(token: str) -> int | None:
    """Return the subscription that an unsubscribe token names, or None when it is forged or mistyped."""
    addresses = house().addresses
    target = addresses.read(f"{Purpose.UNSUBSCRIBE}-{token}@{addresses.domain}")
    return target.row_id if target is not None and target.purpose is Purpose.UNSUBSCRIBE else None
