"""Asking whether the addresses in a letter answer: outside any transaction, a few at once, each for a moment only."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from jobboard.settings import Settings
from scheduler import egress
from scheduler.egress import Unreachable

AT_ONCE = 8
# A site that answers these is there, whatever it thinks of programs.
_THERE = frozenset({200, 401, 403, 405, 429})


def problems(urls: Iterable[str], settings: Settings) -> dict[str, str]:
    """Return for each address "" when it answers, else why not, in words."""
    asked = list(dict.fromkeys(urls))
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="link") as pool:
        return dict(zip(asked, pool.map(lambda url: _problem(url, settings), asked), strict=True))


def _problem(url: str, settings: Settings) -> str:
    try:
        status = egress.fetch(url, settings, most=0).status
    except Unreachable as unreachable:
        return str(unreachable)
    return "" if status in _THERE else f"le serveur répond {status}"
