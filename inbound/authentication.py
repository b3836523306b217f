"""What a trusted server found about a mail's origin, read from its Authentication-Results (RFC 8601)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Authentication(StrEnum):
    """The verdict; NONE is no failure: nobody whom we trust looked, or nothing was decided."""

    PASS = "pass"
    FAIL = "fail"
    NONE = "none"


@dataclass(frozen=True)
class Result:
    """What one method found ("spf", "pass"), and the domains that it is about."""

    method: str
    value: str
    domains: tuple[str, ...] = ()


_METHOD = re.compile(r"([a-z0-9-]+)(?:\s*/\s*\d+)?\s*=\s*([a-z]+)(.*)", re.IGNORECASE | re.DOTALL)
_PROPERTY = re.compile(r"\b(header\.(?:from|d|i)|smtp\.(?:mailfrom|mfrom))\s*=\s*\"?([^\s\";]+)", re.IGNORECASE)
_VERDICTS = {"pass": Authentication.PASS, "fail": Authentication.FAIL}


def judge(fields: Sequence[str], *, trusted_authserv_id: str | None, domain: str | None) -> Authentication:
    """Return the verdict of the topmost of these Authentication-Results fields that the trusted server wrote.

    `domain` is that of the From address. DMARC decides where it was evaluated; else DKIM and SPF count where they
    are about the same domain (or its parent or child): one pass is a pass, failures alone are a failure.
    """
    if not trusted_authserv_id or not domain:
        return Authentication.NONE
    for field in fields:
        server, *sections = _split_sections(field)
        if server.split(" ")[0].strip('"').lower() == trusted_authserv_id.lower():
            return weigh([found for section in sections if (found := _read_result(section))], domain.lower())
    return Authentication.NONE


def weigh(results: Sequence[Result], domain: str) -> Authentication:
    """Return the verdict of results for a From at that domain (see `judge`)."""
    for result in results:
        if result.method == "dmarc" and result.value in _VERDICTS:
            about_another = bool(result.domains) and domain not in result.domains
            return Authentication.NONE if about_another else _VERDICTS[result.value]
    ours = {
        result.value
        for result in results
        if result.method in {"dkim", "spf"} and any(_are_aligned(found, domain) for found in result.domains)
    }
    if "pass" in ours:
        return Authentication.PASS
    return Authentication.FAIL if "fail" in ours else Authentication.NONE


def _are_aligned(found: str, domain: str) -> bool:
    """Return whether two domains are one, or parent and child: relaxed alignment without a public suffix list."""
    shorter, longer = sorted((found, domain), key=len)
    return shorter == longer or ("." in shorter and longer.endswith("." + shorter))


def _read_result(section: str) -> Result | None:
    found = _METHOD.match(section)
    if not found:
        return None
    properties = _PROPERTY.findall(found[3])
    domains = tuple(value.rpartition("@")[2].rstrip(".>").lower() for _, value in properties)
    return Result(found[1].lower(), found[2].lower(), domains)


def _split_sections(field: str) -> list[str]:
    """Return the ";"-separated sections of a field without its comments; quoted strings are kept whole."""
    sections: list[str] = []
    current: list[str] = []
    depth, quoted = 0, False
    characters = iter(field)
    for char in characters:
        if char == "\\" and (quoted or depth):
            char = next(characters, "")
        elif char == '"' and not depth:
            quoted = not quoted
        elif not quoted and char in "()":
            depth = max(0, depth + (1 if char == "(" else -1))
            continue
        elif char == ";" and not quoted and not depth:
            sections.append("".join(current).strip())
            current = []
            continue
        if not depth:
            current.append(char)
    return [*sections, "".join(current).strip()]
