"""Mail addresses out of what will be published, however they are spelled: the offer has an address of its own."""

from __future__ import annotations

import re

from jobboard.readable import level

MASK = "[adresse masquée]"

_SIGN = r"(?:@|＠|﹫|&#64;|&#x40;|&commat;|%40)"
_SPELLED = (
    rf"(?: ?{_SIGN} ?| ?[(\[{{<] ?(?:at|a|@|arobase|arobas|chez) ?[)\]}}>] ?| arobase? "
    r"| at (?=[\w-]{1,63} (?:dot|point) ))"
)
_DOT = r"(?: ?\. ?(?=[\w-])|\.| ?[(\[{] ?(?:dot|point|\.) ?[)\]}] ?| (?:dot|point) )"
_LABEL = r"[\w][\w-]{0,62}"
_AT = rf"(?:{_SPELLED}(?={_LABEL}{_DOT}{_LABEL})|{_SIGN})"  # spaced or spelled out, a domain with a dot must follow
_ADDRESS = re.compile(
    rf"(?:mailto:)?(?<![\w.+-])[\w][\w.+'%-]{{0,63}}{_AT}{_LABEL}(?:{_DOT}{_LABEL}){{0,5}}(?:\?[^\s<>,;)]{{0,200}})?",
    re.ASCII,
)
_DOMAIN_END = re.compile(r"(?:fr|org|com|net|eu|info|asso|coop|bzh|example|test|re|be|ch|io|pro|alsace|paris)\b")
_PLAIN_END = re.compile(r"[ .]+$")


def masked(text: str) -> str:
    """Return the text with "[adresse masquée]" for every mail address; phone numbers stay. Linear in its length."""
    plain = level(text)
    kept: list[str] = []
    reached = 0
    for match in _ADDRESS.finditer(plain):
        end = _end(plain, match)
        kept += [text[reached : match.start()], MASK]
        reached = end
    return "".join(kept) + text[reached:] if kept else text


def _end(plain: str, match: re.Match[str]) -> int:
    """Return where the address ends: "nom @ domaine . fr" goes on after a spaced dot, a new sentence does not."""
    found = match[0]
    local_ends = re.search(_AT, found)
    start = local_ends.end() if local_ends else 0
    for gap in re.finditer(r" ?\. ", found[start:]):
        if _DOMAIN_END.match(found, start + gap.end()):
            continue
        return match.start() + start + gap.start()
    return match.end() - len(found) + len(_PLAIN_END.sub("", found))
