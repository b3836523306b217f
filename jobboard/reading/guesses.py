"""Who may employ, where no sentence says so: a name that stands by itself. What is guessed here is shown to be checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from jobboard import places, trades
from jobboard.person_names import FIRST_NAMES
from jobboard.readable import level
from jobboard.reading import employers, engagements
from jobboard.reading.nouns import ACRONYMS, NOUNS
from jobboard.reading.sentences import Part, Sentence

_COURTESY = frozenset("m. mr mme mlle dr mrs ms madame monsieur".split())
_MOST_WORDS = 8
_MOST_SENTENCES = 12
_PIECES = re.compile(r"[,:;()|\n]| [–—-]+ |\.(?= |$)")
_SMALL = frozenset("de du des d la le les l et & aux au a en sur pour of the and par ou".split())
# "je suis Luc, du Pain d'Avance"
_OF_A_PERSON = re.compile(
    r"\bje suis [A-ZÀ-Ý][\w-]+,? (?:du |de la |de l['’]|des |de |d['’]|pour |chez )(?P<name>[A-ZÀ-Ý][^.,;:!?\n]{2,60})"
)
# "L'association s'appelle Mots Ouverts", "the preschool is called Little Acorns", "pour Net Solidaire, entreprise d'insertion"
_NAME = r"(?P<name>(?:l['’]|la |le |les )?[A-ZÀ-Ý][\w'’&-]*(?: (?:[A-ZÀ-Ý&][\w'’&-]*|(?:d[eu]s?|l[ae]s?|en|et|pour|aux?|of|the|and|à)(?= [A-ZÀ-Ýdl])|d['’]\w+))*)"
_LONG_NAME = _NAME.replace("|d['’]", "|[dl]['’]")
_CALLED = re.compile(
    rf"\b(?:s['’]appelle|se nomme|nommée?|appelée?|dénommée?|(?:is )?called|named|chez|[Ll]['’]employeur (?:est|sera)|[Cc]['’]est pour"
    rf"|[Ll]['’]association (?:gestionnaire |employeuse |porteuse )?(?:est|c['’]est)|par(?= l['’]association )|[Aa]dress(?:er|ez) à|[Tt]ransmettre à|structure :|[Pp]our (?=[A-ZÀ-Ý][\w'’ &-]{{2,40}}, (?:entreprise|association|structure|coop)))"
    rf" ?(?:l['’]association |l['’]asso |la structure )?{_NAME}"
)
# "La Fondation X gère …", "notre association X ouvre", "au club X", "je vous écris pour le Refuge des Bords de l'Aisne"
_BODY_NAMED = re.compile(
    rf"(?<![\w-])(?:(?:[Nn]otre|[Ll]a|[Ll]e|[Aa]u|[Dd]u|[Uu]ne?) |[Ll]['’])(?P<body>(?i:associations?|fondation|club|crèche|refuge|cantine|coopérative|épicerie|école|fédération|compagnie|ferme|théâtre|scic|scop)"
    rf"(?: (?:de |d['’])?[a-zà-ÿ]+){{0,2}} (?:des |de la |de l['’]|du |d['’])?{_LONG_NAME})"
)
# "Logiciel en Commun est une SCIC qui …"
_IS_A_BODY = re.compile(
    rf"(?:^|\n){_NAME} est (?:une?|la|le|l['’]) ?(?i:association|scic|scop|coopérative|fondation|entreprise|mutuelle|crèche|fédération|structure|école|ong)\b"
)
# Small letters only: "chantier d'insertion le potager des lievres a montlucon".
_LOWER = re.compile(
    rf"\b(?:{NOUNS}|{ACRONYMS})(?: d'[a-z]+| [a-z]+e)? (?P<name>(?:les |le |la |l')[a-z]+(?:[ '-][a-z0-9]+){{0,4}}?)"
    r"(?= (?:a|au|en|sur|cherch\w*|recherch\w*|recrut\w*|embauch\w*|pour|est|propose)\b|[,.;:(\n]|$)"
)
_NOT_A_NAME = re.compile(
    r"\bgere(?:nt)?\b|^(?:pour|dans|chez|voici|nous|notre|nos|on|il|elle|suite|avec|merci|envoyer|adresser|au|aux|en|c'est|vos|votre|les candidat)\b|\b(?:ccn|segur|h ?/ ?f|f ?/ ?h|poste|offre|recrutement|urgent|salaire|remuneration|contrat|lieu|date|contact|candidatures?|temps|"
    r"euros?|brut|net|smic|convention|grille|coefficient|bonjour|bonsoir|merci|cordialement|mission|missions|profil|"
    r"cdi|cdd|cddi|stage|alternance|service civique|benevol\w*|heures?|mois|tel|telephone|annonce|objet|remplacement|renfort|besoin|vacances|noel|rentree|ete|hiver)\b|[\d@€%]"
)


def employer(sentences: Sequence[Sentence]) -> str | None:
    """Return the likeliest name of who employs, None where there is none or two as likely."""
    listed = [one for one in sentences if one.part not in (Part.PROFILE, Part.DUTIES)][:_MOST_SENTENCES]
    text = "\n".join(one.text for one in listed)
    named = [name for match in _CALLED.finditer(text) if _is_no_person(name := match["name"].strip())]
    if len(set(named)) == 1:
        return named[0]
    ranked = sorted(_names(listed), key=lambda found: -found[0])
    best = [name for weight, name in ranked if weight == ranked[0][0]]
    if best and len(set(best)) == 1:
        return best[0]
    for words, group in ((_IS_A_BODY, "name"), (_BODY_NAMED, "body")):
        bodies = {
            name
            for match in words.finditer(text)
            if _is_no_person(match["name"]) and (name := _without_town(match[group]))
        }
        if len(bodies) == 1:
            name = bodies.pop()
            return name[:1].upper() + name[1:]
    if best:
        return None
    told = _OF_A_PERSON.search(text)
    if told:
        return told["name"].strip()
    lower = [] if any(char.isupper() for char in text[1:]) else list(_LOWER.finditer(level(text)))
    return lower[0]["name"].capitalize() if len(lower) == 1 else None


def _names(sentences: Sequence[Sentence]) -> Iterator[tuple[int, str]]:
    for number, sentence in enumerate(sentences):
        if sentence.bullet or sentence.part is Part.HOW:
            continue
        pieces = [piece.strip(' "«»*') for piece in _PIECES.split(sentence.text)]
        for at, piece in enumerate(pieces):
            if _is_a_name(piece) and not _may_be_a_person(piece, pieces, last=number == len(sentences) - 1):
                placed = any(places.named(other) for other in pieces[at + 1 : at + 3])
                alone = len(pieces) == 1
                noun = employers.begins_with_noun(piece)
                yield 3 * noun + 2 * placed + 2 * (alone and number < 2) + (number == 0), piece


def _without_town(name: str) -> str:
    """Return the name without the town behind it: "Aqua Tramontane de Perpignan"."""
    kept, _, town = name.strip().rpartition(" de ")
    return kept if kept and places.named(town) else name.strip()


def _is_no_person(name: str) -> bool:
    """Tell whether a name is no person's and no place: "adresser à Lozère Présence", not "adresser à M. Diallo"."""
    first = level(name.split()[0])
    return len(name) > 3 and first not in FIRST_NAMES and first not in _COURTESY and not places.named(name)


def _may_be_a_person(piece: str, pieces: list[str], *, last: bool) -> bool:
    """Tell whether two bare words with capitals that stand alone at the end are rather who signs: "Thanks! Emily Harcourt"."""
    words = piece.split()
    return last and len(pieces) == 1 and len(words) == 2 and not employers.begins_with_noun(piece)


def _is_a_name(piece: str) -> bool:
    """Return whether a piece between two stops may be somebody's name: its words have capitals and say nothing else."""
    words = piece.split()
    plain = level(piece)
    if not 2 <= len(words) <= _MOST_WORDS or not words[0][:1].isupper() or _NOT_A_NAME.search(plain):
        return False
    if (
        level(words[0]) in FIRST_NAMES
        or level(words[0]) in _COURTESY
        or employers.is_said(piece)
        or engagements.contracts(piece).contract
    ):
        return False
    if places.named(piece) or any(found.start == 0 for found in trades.mentioned(piece)):
        return False
    told = [word for word in words[1:] if level(word) not in _SMALL]
    capitals = [word for word in told if re.sub(r"^[dlDL]['’]", "", word)[:1].isupper()]
    return bool(capitals) and 2 * len(capitals) >= len(told)
