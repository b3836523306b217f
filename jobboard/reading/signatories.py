"""Who signs an offer: among the last lines of a mail the name that is no person's, no office and no place. It has to be checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from jobboard import places
from jobboard.person_names import is_first_name, person_names
from jobboard.readable import level
from jobboard.reading import employers, engagements, titles
from jobboard.reading.own_names import has_own_name

_LONGEST = 9  # words
_PIECES = re.compile(r", | [–—|/-]+ | \(|\)|(?<=[.!?]) | pour (?=[A-ZÀ-Ý])")
_OFFICE = re.compile(
    r"\b(?:direct\w+|president\w*|co-?president\w*|vice-?president\w*|responsable|charge\w* de|coordinat\w+|secretaire|secretariat|gerante?|tresori\w+|service"
    r"|equipe|bureau|drh|rh|dg|assistante?|manager|head|officer|idec|cadre|encadrant\w*|chef\w*|conseil|recrutement|ressources|collectif (?:de|des)"
    r"|benevole|parents?|animat\w+|educat\w+|infirm\w+|gestionnaire|administrat\w+)\b"
)
_NO_LINE = re.compile(
    r"^(?:pour|dans|chez|voici|nous|notre|nos|on|il|elle|suite|avec|envoyer|adresser|aux?|en|c'est|vos|votre|ccn)\b|[@€%?:\d]|\b(?:www|http|tel|envoye|iphone|cordialement|merci|salutations|bonne|belle|bien a vous|sincerement|regards|thanks|wishes"
    r"|cdi|cdd|temps|salaire|brut|net|candidatures?|reponse|avant|urgent|poste|permis|bonjour|bonsoir|bises?|sent|lieu|contact|est|sont|nous|vos)\b"
)
_TEAM_OF = re.compile(r"^(?:toute )?l['’]équipe (?:du |de la |de l['’]|des |de |d['’])(?=\S)", re.IGNORECASE)
_TWO_WORDS = re.compile(r"[A-ZÀ-Ý][\w'’-]+ [A-ZÀ-Ý][\w'’-]+")
_ENGLISH_NOUN = re.compile(
    r"\b(?:foundation|trust|society|network|institute|partners|project|alliance|charity|cie|compagnie|co)$"
)
_SMALL = re.compile(r"(?:d[eu]s?|l[ae]s?|en|et|&|pour|sur|aux?|of|the|and|à|[dl]['’]\w+)$", re.IGNORECASE)


def employer(lines: Sequence[str], signature: str) -> str | None:
    """Return the one name of an organisation among the last lines and the signature; None where there is none, or two."""
    last = [sentence for line in lines[-2:] for sentence in re.split(r"(?<=[.!?]) ", line)[-2:]]
    listed = [line.strip(" .,;!*_–—-") for line in (*last, *signature.split("\n")) if line.strip()]
    found: list[str] = []
    below_a_person = False
    for line in listed:
        names = list(_names(line, below_a_person=below_a_person))
        found += [name for name in names if name not in found]
        below_a_person = (
            below_a_person or _is_somebody(line) or (line in signature and _TWO_WORDS.fullmatch(line) is not None)
        )
    kept = [name for name in found if employers.begins_with_noun(name)] or found
    return kept[0] if len(kept) == 1 else None


def _is_somebody(line: str) -> bool:
    """Tell whether a line begins with a person's name or tells an office."""
    words = re.split(r"[ ,]", line)
    first = level(words[0])
    named = (
        is_first_name(words[0]) or first in ("m.", "mme", "mr", "dr", "madame", "monsieur") or any(person_names(line))
    )
    return named or _OFFICE.match(level(line)) is not None or re.match(r"[A-Z]\. ?[A-Z]", line) is not None


def _names(line: str, *, below_a_person: bool) -> Iterator[str]:
    """Yield the organisations of one line: its pieces that have capitals and say nothing else."""
    pieces = [piece.strip(' .,;!*_()–—-«»"') for piece in _PIECES.split(line)]
    person = below_a_person
    for piece in pieces:
        team = _TEAM_OF.match(piece)
        piece = piece[team.end() :] if team else piece
        words = piece.split()
        if not team and piece and _is_somebody(piece):
            person = True
            continue
        if _can_be_a_name(piece, words) and (
            team
            or employers.begins_with_noun(piece)
            or _ENGLISH_NOUN.search(level(piece))
            or _is_no_person(words, person)
        ):
            yield piece[:1].upper() + piece[1:]


def _can_be_a_name(piece: str, words: list[str]) -> bool:
    """Tell whether the words of a piece are those of a name: capitals, none of a sentence, of a trade or of a place alone."""
    plain = level(piece)
    if not 2 <= len(words) <= _LONGEST or not piece[0].isupper() or _NO_LINE.search(plain):
        return False
    noun = employers.begins_with_noun(piece) or _ENGLISH_NOUN.search(plain) is not None
    if (
        places.named(piece)
        or (not noun and employers.is_said(piece))
        or any(one.start == 0 for one in titles.trades_in(piece))
    ):
        return False
    if engagements.contracts(piece).contract or (employers.begins_with_noun(piece) and not has_own_name(piece)):
        return False
    told = [word for word in words[1:] if not _SMALL.match(word)]
    return 2 * sum(word[:1].isupper() for word in told) >= len(told) and any(word[:1].isupper() for word in words)


def _is_no_person(words: list[str], person: bool) -> bool:
    """Tell whether words without a noun are rather an organisation's: somebody signs above or before, or small words join them."""
    joined = any(_SMALL.match(word) for word in words[1:-1]) or re.search(r"['’&]", " ".join(words)) is not None
    return person or len(words) > 3 or (joined and len(words) > 2)
