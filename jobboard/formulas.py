"""Texts that a spreadsheet would compute rather than show: told, and written so that every spreadsheet shows them."""

from __future__ import annotations

_LEADING = ("=", "+", "-", "@", "\t", "\r")


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet would compute a cell with this text."""
    return text.startswith(_LEADING)


def neutral(text: str) -> str:
    """Return a text that every spreadsheet shows as it is: an apostrophe in front of what looks like a formula."""
    return f"'{text}" if text.lstrip("'").startswith(_LEADING) else text


def bare(text: str) -> str:
    """Return a text without the apostrophe of `neutral`."""
    return text[1:] if text[:1] == "'" and text.lstrip("'").startswith(_LEADING) else text
