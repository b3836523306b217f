"""Which of several organisations employs: the body that runs an establishment or signs for it, before the establishment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from jobboard import places
from jobboard.person_names import FIRST_NAMES
from jobboard.readable import level
from jobboard.reading import employers
from jobboard.reading.nouns import is_establishment
from jobboard.reading.sentences import Sentence

_RUN_BY = re.compile(
    r"(?:(?:geree?s?|portee?s?|administree?s?|animee?s?|creee?s?|dirigee?s?|ouverte?s?|pilotee?s?) (?:depuis \w+ )?par"
    r"|rattachee?s? a|depend(?:ant)? d[eu]|appartenant a|appartient a|pour le compte d[eu]|(?:structure|association|organisme) "
    r"(?:porteuse|porteur|gestionnaire) ?:|gestionnaire ?:|dans le cadre d[eu]|au nom d[eu]|employee?s? par"
    r"|salariee?s? d[eu]|employeur ?:)(?P<article> ?(?:l'|la |le |les |notre )?)"
)
_MANAGED_BY = re.compile(r"\b(?:geree?s?|portee?s?|administree?s?) par(?P<article> ?(?:l'|la |le |les )?)")
_BODY = re.compile(
    r"(?:l')?(?:associations?|fondations?|mutuelles?|mutualite|federations?|unions?|societe|cooperatives?|scop|scic)\b"
)
_PART_OF = re.compile(
    r"\b(?:etablissements?|services?|structures?|dispositifs?|antennes?|sites?|pole|creche|foyer|residence|projet) (?:de|du|d')"
    r"(?P<article> ?(?:l'|la |le |les )?)"
)
_PARTNER = re.compile(
    r"\b(?:partenariat|partenaire|lien|financ\w+|agree\w*|adherent\w*|soutenu\w*|membre|reseau)\b[^,.;]{0,40}$"
)
_FOR = re.compile(r"^ ?(?:pour|p/o|po) (?=(?:l'|la |le |les )?[a-z])")
_OFFICE = re.compile(
    r"^(?:l[ae] |les? |l')?(?:[a-z. '-]{0,40}, ?)?(?:l[ae] )?(?:president\w*|direct\w+|chef\w* de service|responsable\w*|coordinat\w+|secretaire"
    r"|gerante?|tresori\w+|co-?president\w*|vice-?president\w*|charge\w*|equipe|bureau|conseil d'administration|service \w+|dg|drh|rh|assistante?)[^,\n]{0,40}?(?:,| d[eu]| d'| a| -)"
    r" ?(?P<body>(?:l'|la |le |les )?.{3,80})$"
)
# Somebody passes on the offer of another: "je relaie", "je vous transmets l'annonce de".
_PASSES_ON = re.compile(r"\b(?:je|et|nous) (?:vous )?(?:transmet\w*|relai\w*|relay\w*|fais suivre|faisons suivre)\b")
_OFFER_OF = re.compile(
    r"\b(?:annonce|offre)s?(?: d'emploi| de poste| de recrutement)? d[eu] ?(?=l'|la |le |les |[a-z])"
)
_HELD_OFFICE = re.compile(r"(?:president|tresor|secretaire|direct|gerant|co-?president|vice-?president)")
_LONGEST_LINE = 7  # words


def employing(
    sentences: Sequence[Sentence], lines: Sequence[str], signature: str, named: str | None
) -> tuple[str | None, bool]:
    """Return who employs, given who is named as recruiting; and whether two may, so that it has to be asked.

    A body that recruits in its own name stays. An establishment gives way to the one body that is said to run it or
    that signs (among the last `lines`, or below); where it stands beside another body that may or may not run it, nobody is claimed.
    """
    text = "\n".join(one.text for one in sentences)
    offers = _passed_on(text) if _PASSES_ON.search(level(text)) else []
    if len(offers) == 1:
        return offers[0], False
    if named is not None and not is_establishment(named):
        over = _distinct(name for one in sentences for name in _running(one.text, _MANAGED_BY))
        over = [name for name in over if _BODY.match(level(name))] or over
        return (over[0] if len(over) == 1 and not _BODY.match(level(named)) else named), False
    if employers.is_for_a_client(text):
        return named, False
    running = _distinct(name for one in sentences for name in _running(one.text))
    if running:
        return (running[0], False) if len(running) == 1 else (None, True)
    if named is None:
        office = _distinct(
            name for line in (*lines, *signature.split("\n"), *_openings(sentences)) for name in _announced(line)
        )
        return (office[0] if len(office) == 1 else None), False
    signing = _distinct(name for line in (*lines, *signature.split("\n")) for name in _signed(line))
    bodies = [name for name in signing if not is_establishment(name)]
    if len(bodies) == 1:
        return bodies[0], False
    beside = [name for name in employers.beside(sentences) if not is_establishment(name)]
    if bodies or beside or (_is_bare(named) and _ends_with_a_name(lines, signature)):
        return None, True
    return named, False


def from_signature(signature: str) -> str | None:
    """Return the one organisation that a signature names, a body before its establishment; None when there are two."""
    names = _distinct(name for line in signature.split("\n") for name in _signed(line))
    bodies = [name for name in names if not is_establishment(name)]
    kept = bodies or names
    return kept[0] if len(kept) == 1 else None


def _distinct(names: Iterable[str]) -> list[str]:
    """Return the names, each once, without those that another one spells out."""
    found = list(dict.fromkeys(names))
    return [name for name in found if not any(name != other and level(name) in level(other) for other in found)]


def _running(text: str, words: re.Pattern[str] | None = None) -> list[str]:
    """Return who is said to run an establishment: "géré par la Fondation X", "service de l'APF 58", "IME (Association X)"."""
    plain = level(text)
    found = []
    for match in () if words else _PART_OF.finditer(plain):
        body = text[match.start("article") :].strip()
        found.append(employers.body_at(body) if employers.begins_with_noun(body) else None)
    for match in (words or _RUN_BY).finditer(plain):
        if not _PARTNER.search(plain[max(match.start() - 60, 0) : match.start()]):
            start = match.start("article") if match["article"].strip() == "l'" else match.end()
            found.append(employers.body_at(text[start:].strip()))
    for match in re.finditer(r"\((?P<inside>[^()\n]{4,80})\)", text):
        behind = _before_bracket(text, match.start())
        if is_establishment(behind) or (_BODY.match(level(match["inside"])) and not _BODY.match(level(behind))):
            found.append(employers.body_at(match["inside"].strip()))
    return [name for name in found if name and not (is_establishment(name) and _is_bare(name))]


def _before_bracket(text: str, at: int) -> str:
    """Return what the bracket stands behind, from the last stop on: "l'IME de Chartres"."""
    return re.split(r"[.;:,\n]", text[:at])[-1].strip()


def _openings(sentences: Sequence[Sentence]) -> list[str]:
    """Return for whom sentences begin: "Pour l'association X, nous recherchons …"."""
    return [
        one.text.split(",")[0] for one in sentences if re.match(r"pour [^,]{4,80}, (?:nous|je|on) ", level(one.text))
    ]


def _signed(line: str) -> list[str]:
    """Return the organisation of a line of a signature: announced, alone, or behind somebody's name."""
    line = line.strip(" .,;–—-")
    return (
        _announced(line)
        or employers.standing_alone(line)
        or [name for piece in re.split(r", | [–—-] ", line)[1:] for name in employers.standing_alone(piece)]
    )


def _announced(line: str) -> list[str]:
    """Return the organisation behind "pour", or behind somebody's office: "directrice de l'association X"."""
    line = line.strip(" .,;–—-")
    plain = level(line)
    if announced := _FOR.match(plain):
        body = line[announced.end() :]
        return _some(employers.body_at(body)) if employers.begins_with_noun(body) else []
    office = _OFFICE.match(plain)
    body = line[office.start("body") : office.end("body")].strip() if office else ""
    proper = re.fullmatch(r"(?:[A-ZÀ-ÝŒ][\w'’-]+ ?|(?:de|du|des|en|et|la|le|les) |d['’]){2,6}", body)
    named = employers.begins_with_noun(body) or (proper and _HELD_OFFICE.match(plain) and not places.mentioned(body))
    return _some(employers.body_at(body)) if named else []


def _passed_on(text: str) -> list[str]:
    """Return whose offers somebody passes on: "je vous transmets l'annonce de la MJC X"."""
    bodies = (text[match.end() :].strip() for match in _OFFER_OF.finditer(level(text)))
    return _distinct(name for body in bodies if employers.begins_with_noun(body) and (name := employers.body_at(body)))


def _some(name: str | None) -> list[str]:
    return [name] if name else []


def _is_bare(name: str) -> bool:
    """Tell whether an establishment has no name of its own: "IME de Chartres", unlike "IME Le Bois Clair"."""
    return bool(
        re.fullmatch(r"\S+(?: (?:de |du |d'|des |la |le |les )*[^ ]+)?", level(name))
        and re.search(r" d[eu'][ ']?", level(name))
    )


def _ends_with_a_name(lines: Sequence[str], signature: str) -> bool:
    """Tell whether the last line may be the name of an organisation that no noun announces: "Enfance en Chemin"."""
    below = [line for line in signature.split("\n") if line.strip()] or list(lines)
    last = below[-1].strip(" .,") if below else ""
    words = last.split()
    if not 2 <= len(words) <= _LONGEST_LINE or not last[:1].isupper() or re.search(r"[\d@:;?!]", last):
        return False
    return level(words[0]) not in FIRST_NAMES and not employers.says_something(last) and len(lines) > 1
