"""Employers as candidates name them: the keys under which one that is written is found again, whoever recruits for it.

A key is "name:croix rouge" (those words, among others perhaps), "whole:croix rouge" (those and no others),
"siren:784281925" or "domain:croix-rouge.example". Two things are the same employer when they share a key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from jobboard.folding import fold

MOST_WORDS = 12
_LONGEST = 120
# Where people of many employers have their mailboxes: they say nothing of whom somebody works for.
SHARED_DOMAINS = frozenset(
    (
        *(
            "gmail.com",
            "googlemail.com",
            "outlook.com",
            "outlook.fr",
            "hotmail.com",
            "hotmail.fr",
            "live.com",
            "live.fr",
        ),
        *("msn.com", "yahoo.com", "yahoo.fr", "ymail.com", "icloud.com", "me.com", "mac.com", "aol.com", "gmx.com"),
        *(
            "gmx.fr",
            "orange.fr",
            "wanadoo.fr",
            "free.fr",
            "sfr.fr",
            "neuf.fr",
            "bbox.fr",
            "laposte.net",
            "numericable.fr",
        ),
        *(
            "club-internet.fr",
            "aliceadsl.fr",
            "cegetel.net",
            "proton.me",
            "protonmail.com",
            "tutanota.com",
            "mailo.com",
        ),
        *("mailo.fr", "zaclys.net", "riseup.net", "posteo.net", "infomaniak.com", "ik.me", "ovh.fr", "nordnet.fr"),
    )
)
_DIGITS = re.compile(r"(?<!\d)\d{3}[ .]?\d{3}[ .]?\d{3}(?:[ .]?\d{5})?(?!\d)")
_DOMAIN = re.compile(r"(?:^|[@/\s(<])(?:www\.)?((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24})(?=$|[/\s,;)>])")
# Words that say what kind of body it is: "association Horizon" is Horizon.
_BODIES = frozenset(
    "association asso assoc fondation scop scic sarl sas sasu eurl sa cooperative societe groupe entreprise ets".split()
)
_ARTICLES = frozenset("l la le les de du des d".split())


def keys(text: str) -> tuple[str, ...]:
    """Return the keys of an employer as somebody writes it: a name, a SIREN or SIRET, a mail address, a domain."""
    low = text.strip()[:_LONGEST].lower()
    found = [siren_of(digits) for digits in _DIGITS.findall(low)]
    domains = _DOMAIN.findall(low)
    found += [f"domain:{name}" for name in domains if not is_shared_domain(name)]
    rest = _DOMAIN.sub(" ", _DIGITS.sub(" ", low)) if found else low
    if domains and not found:
        return ()
    words = fold(re.sub(r"\S*@\S*", " ", rest)).split()[:MOST_WORDS]
    if words and len("".join(words)) > 1:
        found.append(f"name:{' '.join(words)}")
        core = _core(words)
        if len("".join(core)) > 2:
            found.append(f"name:{' '.join(core)}")
        # "Croix-Rouge française" is also the one that calls itself "Croix-Rouge" and nothing more.
        found += [f"whole:{' '.join(core[:end])}" for end in range(2, len(core))]
    return tuple(dict.fromkeys(found))


def name_keys(name_key: str) -> Iterator[str]:
    """Yield every key that an organisation of that folded name answers to: all the words that follow each other in it."""
    words = name_key.split()[:MOST_WORDS]
    yield f"whole:{' '.join(_core(words))}"
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            yield f"name:{' '.join(words[start:end])}"


def domain_keys(domain: str) -> Iterator[str]:
    """Yield the domain and those above it: "nantes.croix-rouge.example" also answers to "croix-rouge.example"."""
    labels = domain.lower().split(".")
    for start in range(max(len(labels) - 1, 1)):
        yield f"domain:{'.'.join(labels[start:])}"


def siren_of(digits: str) -> str:
    """Return the key of the nine digits that a SIREN is, and that a SIRET begins with."""
    return f"siren:{re.sub(r'[^0-9]', '', digits)[:9]}"


def is_shared_domain(domain: str) -> bool:
    """Tell whether anybody may have a mailbox there."""
    return domain.lower() in SHARED_DOMAINS


def _core(words: list[str]) -> list[str]:
    """Return the name without the words before it that say what kind of body it is."""
    at = 0
    while at < len(words) - 1 and (words[at] in _BODIES or words[at] in _ARTICLES):
        at += 1
    return words[at:]
