"""Who recruits, from forms that say so: "la MJC X recrute", "au sein de X", "Employeur :", a signature under "nous"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from jobboard import places, trades
from jobboard.areas import COMMON_WORDS
from jobboard.person_names import person_names
from jobboard.readable import level
from jobboard.reading.employer_words import FOR_A_CLIENT, NAME_ENDS, NOT_AN_EMPLOYER, RECRUITS, WITHIN
from jobboard.reading.nouns import ACRONYMS, NOUNS, is_establishment
from jobboard.reading.own_names import has_own_name
from jobboard.reading.sentences import Part, Sentence

LONGEST = 100
_MOST_WORDS = 12
_MOST_NAMES = 12  # in one sentence

_A_MISSION = re.compile(r"(?:[Ll]a )?Mission [A-ZÀ-Ý]")  # "la Mission Tremplin Artois", no "mission de service civique"
_TEMPORARY = re.compile(r"\binterim\b|\btravail temporaire\b")
_COMMON_ACRONYMS = frozenset(
    "mjc esat ehpad ime itep mecs ccas cias chrs cada fjt geiq aci scop scic cpie csc sivu adil ong".split()
)
_OPENING = re.compile(r"(?:l'|la |le |les |notre |votre |nos |mon |ma |our |the )?")
_NOUN = re.compile(rf"(?:{NOUNS}|{ACRONYMS})\b")
_ANNOUNCED = re.compile(
    r"(?:c'est|il s'agit d[eu]|l'employeur est|employeur|nous sommes|pour|it is|we are)[ :]+(?!pas)"
)
_NO_NAME = re.compile(
    r"\b(?:je|nous|vous|on|oui|non|merci|bonjour|ok|pas|ne|voir|idem|c'est|i|we|yes|no|thanks|comme|toujours"
    r"|pareil|meme|rien|aucune?|notre|mon|ma|sa|son"
    r"|plus tard|demain|inconnue?|signature|dessus|dessous|bientot|cdi|cdd|votre|quelle?)\b|\?|^[\d/ ]+$"
)
_LOWER = re.compile(  # all in small letters: "esat les ateliers du parc recherche"
    rf"(?:l'|l |la |le )?(?P<name>(?:{NOUNS}|{ACRONYMS})(?: [a-z]+e)? (?:les|la|le|l'|(?!(?:de|d|du|des|a|au|en|qui|locale?"
    r"|sportive|culturelle|solidaire|laique|sociale?|familiale|parentale|associative|municipale|medico|situee?|basee?)\b)[a-z]+)"
    r"(?:[ '-][a-z0-9]+){0,5})"
)
_HEAD_OF = re.compile(  # "le directeur de la Mission locale recherche"
    r"(?:bonjour[ ,.!\n]*)?(?:l[ae] |l'|les )?(?:direct\w+|president\w*|equipe|bureau|conseil d'administration|service (?:rh|du personnel))"
    rf" (?:de |du |d')(?:la |le |les |l')?(?=(?:{NOUNS}|{ACRONYMS})\b)"
)
_ADVERBS = frozenset(
    "actuellement desormais aussi egalement donc encore toujours et qui lui leur nous vous urgemment activement ainsi".split()
)
# "pour le centre de loisirs de Vertou" says where; these say for whom
_LEGAL = re.compile(
    rf"(?:associations?|asso|fondations?|mutuelles?|cooperatives?|scop|scic|federations?|unions?|ligues?|comites?"
    rf"|collectifs?|reseaux?|societe|entreprise|centre social|centre socio"
    rf"|mission locale|secours|ong|regies?|ville|mairie|commune|departement|metropole|compagnie|{ACRONYMS})\b"
)
_PROPER = re.compile(
    r"^\w[\w' -]*? (?<!de )(?<!du )(?<!à )(?<!en )(?<!of )[A-ZÀ-ÝŒ«\"“](?!\w*$)|[a-zà-ÿ] (?<!de )(?<!du )(?<!à )[A-Z]\w+$"
)
_QUOTED = re.compile(r"[«\"“][^»\"”\n]{1,60}[»\"”]")
_AT_A_PLACE = re.compile(r" (?:a|au|en|sur|in|at) ?$")
_GOING_ON = frozenset(("pour", "avec", "dans", "depuis", "ou", "vous", "nous"))
_CAPITAL = re.compile(r" ?(?:l['’]|d['’]|la |le |les |tous |toutes )?(?P<word>[A-ZÀ-ÝŒ][\w'’-]+|[Tt]ous|[Tt]outes)")
_A_VILLAGE = 1_000  # people
# Capitals that name nobody: "maître de maison H/F", "ateliers CV".
_ABBREVIATIONS = frozenset("h/f f/h h f hf fh m/f cv cdi cdd cddi etp bac bafa bafd smic rh tp".split())
_SMALL = frozenset("de du des d la le les l et & aux au à en sur pour of the and d'".split())


def from_label(text: str) -> str | None:
    """Return the name that stands after "Employeur :", without the address behind it."""
    name = " ".join(text.strip(' \n"«»*_.,;').split())
    comma = re.search(r" ?[,(;|]| +[–—-] +", name)
    if comma and (re.search(r"\d|\brue\b|@", name[comma.start() :]) or places.mentioned(name[comma.start() :])):
        name = name[: comma.start()]
    name = re.split(r"\bsiret\b", name, flags=re.IGNORECASE)[0].strip(" ,;:-–—(")
    return _capital(name) if 2 <= len(name) <= LONGEST and re.search(r"[^\W\d_]", name) else None


def from_answer(text: str) -> str | None:
    """Return the name when a bare answer can be one: few words, no sentence."""
    text = text.strip()
    text = ", ".join(piece for piece in text.split(", ") if not places.named(piece))
    announced = _ANNOUNCED.match(level(text))
    name = from_label(text[announced.end() :] if announced else text)
    if name is None or len(name.split()) > _MOST_WORDS or "\n" in text:
        return None
    plain = level(name)
    if _NO_NAME.search(plain):
        return next(iter(_within(text)), None)
    opening = _OPENING.match(plain)
    start = opening.end() if opening else 0
    if not _NOUN.match(plain, start):
        return name
    return name if plain[:start] == "les " else _capital(name[start:])


def begins_with_noun(text: str) -> bool:
    """Tell whether a text begins like the name of an organisation: "l'association …", "MJC …"."""
    plain = level(text)
    opening = _OPENING.match(plain)
    return _NOUN.match(plain, opening.end() if opening else 0) is not None


def from_sentences(sentences: Iterable[Sentence]) -> str | None:
    """Return the employer named; None when nobody is, or when two are."""
    found: list[str] = []
    beside: list[str] = []
    heading: list[str] = []
    alone: list[str] = []
    pieces: list[str] = []
    listed = tuple(sentences)
    if is_for_a_client("\n".join(sentence.text for sentence in listed)):
        return None
    for number, sentence in enumerate(listed):
        signs = number == len(listed) - 1 and listed[number - 1].text.endswith((".", "!", "?"))
        if sentence.part is Part.TERMS and not signs and (sentence.joined or 0 < number < 4):
            heading += standing_alone(sentence.text)
        if sentence.bullet or sentence.part is Part.PROFILE:
            continue
        found += _subjects(sentence.text)
        beside += _within(sentence.text)
        alone += _opening(sentence.text)
        pieces += [name for piece in re.split(", | : ", sentence.text) for name in standing_alone(piece)]
    names = list(dict.fromkeys(found or beside or heading or alone or pieces))
    distinct = [name for name in names if not any(name != other and level(name) in level(other) for other in names)]
    bodies = [name for name in distinct if not is_establishment(name)]
    distinct = bodies if len(bodies) == 1 else distinct
    return distinct[0] if len(distinct) == 1 else None


def recruiting(sentences: Iterable[Sentence]) -> list[str]:
    """Return the organisations that are said to recruit: "la MJC X recrute"."""
    return [name for one in sentences if one.part is not Part.PROFILE for name in _subjects(one.text)]


def beside(sentences: Iterable[Sentence]) -> list[str]:
    """Return the organisations that are mentioned without recruiting: "au sein de X", "pour la MJC X"."""
    return [name for one in sentences if one.part is not Part.PROFILE for name in _within(one.text)]


def body_at(text: str) -> str | None:
    """Return the name of an organisation with which a text begins; a name without a noun must begin with a capital."""
    return _name(text, whole=False)


def says_something(text: str) -> bool:
    """Tell whether a line is a sentence of an offer rather than a name: a verb, a contract, a trade."""
    return is_said(text) or bool(trades.mentioned(text))


def is_said(text: str) -> bool:
    """Tell whether a line holds a verb or words of a sentence."""
    plain = level(text)
    return bool(RECRUITS.search(plain) or NAME_ENDS.search(plain) or _NO_NAME.search(plain))


def is_for_a_client(text: str, *, hidden: bool = True) -> bool:
    """Tell whether somebody recruits for another: "pour l'un de nos clients".

    `hidden`: so that the employer is not the one who writes, as it is where temporary work is offered.
    """
    plain = level(text)
    return bool(FOR_A_CLIENT.search(plain)) and not (hidden and _TEMPORARY.search(plain))


def standing_alone(text: str) -> list[str]:
    """Return the organisation that a piece of a heading is: "Comptable – Fondation Lumière – CDI"."""
    piece = re.sub(r" *\([^()]{2,40}\)$", "", text.strip(" .,;"))
    name = _name(piece, whole=True) if begins_with_noun(piece) and len(piece.split()) <= 7 else None
    return [name] if name and len(name) >= len(piece) - 6 else []


def _opening(text: str) -> list[str]:
    """Return the organisation of a line that is nothing but its name, or its name and place: "Crèche Les Lutins, Vesoul."."""
    first, *others = re.split(r", | \(", text.strip(" .!)"))
    told = all((places.named(piece) or places.mentioned(piece)) and len(piece.split()) <= 5 for piece in others)
    return standing_alone(first) if told else []


def _subjects(text: str) -> list[str]:
    """Return who recruits in "Pour son équipe, la MJC du Plateau, à Rennes, recrute …"."""
    plain = level(text)
    match = RECRUITS.search(plain)
    if match is None:
        return []
    office = _HEAD_OF.match(plain)
    subject = text[office.end() if office else 0 : match.start()].rstrip(" ,")
    subject = re.split(r"\b(?:que|qu['’])(?= |l['’])", subject)[-1]  # "pouvez-vous publier que l'EHPAD X cherche …"
    pieces = re.split(r"(,|: |\. )", subject)
    for at, (piece, stop) in enumerate(zip(pieces[::2], [*pieces[1::2], ""], strict=True)):
        heads = stop == ": " and not begins_with_noun(piece.strip())  # "Printemps 2027 : la MJC X recrute"
        name = _name(piece.strip(), whole=True) if piece.strip(" ,.:") and not heads else None
        if begins_with_noun(piece.strip()) and not (name and has_own_name(name)):
            name = _apposed(pieces[2 * at + 2 :: 2]) or name
        if name:
            return [name]
    first, second = pieces[0].strip(), "".join(pieces[2:3]).strip()
    appositive = begins_with_noun(second) and 0 < len(first.split()) <= 4 and _proper_start(first, 0) == 0
    if appositive and not NOT_AN_EMPLOYER.match(level(first)) and not places.mentioned(first):
        return [first]  # "Mains libres, restaurant associatif, embauche"
    lower = subject.split(",")[0].strip()
    if not any(char.isupper() for char in lower[1:]) and (match := _LOWER.fullmatch(level(lower))) is not None:
        return [_capital(lower[match.start("name") :])]
    return []


def _apposed(pieces: list[str]) -> str | None:
    """Return the proper name that stands beside common words: "l'école de musique de Pontivy, Accords et Cie, cherche"."""
    for piece in (one.strip() for one in pieces):
        opening = re.match(r"(?:l['’]|la |le |les )(?=[A-ZÀ-ÝŒ])", piece)
        name = _name(piece[opening.end() :] if opening and piece[0] == "l" else piece, whole=True)
        if name and not places.mentioned(name) and not any(person_names(name)) and has_own_name(name):
            return name
    return None


def _within(text: str) -> list[str]:
    """Return who is named in "au sein de X", "chez X", "nous sommes l'association X", "pour la MJC X"."""
    plain = level(text)
    found = []
    for match in islice(WITHIN.finditer(plain), _MOST_NAMES):
        if re.search(
            r"\b(?:avec|partenariat|partenaire|lien|financ\w+|agree\w*|convention\w*|adherent\w*"
            r"|membre)\b[^,.;]{0,40}$",
            plain[: match.start()],
        ):
            continue
        if plain.startswith("a domicile", match.start()) or (text.startswith("Chez", match.start()) and match.start()):
            continue  # "Vivre Chez Soi"
        article = match["article"].strip()
        start = match.start("article") if article in ("l'",) else match.end()
        needs_noun = match["firm"] is None
        name = _name(text[start : start + 2 * LONGEST].strip(), whole=False, needs_noun=needs_noun)
        if article == "notre" and needs_noun and not _PROPER.search(name or ""):
            continue
        if needs_noun and name and not (_LEGAL.match(level(name)) or _PROPER.search(name)):
            continue
        if name:
            found.append(name)
    return found


def _name(text: str, *, whole: bool, needs_noun: bool = False) -> str | None:
    """Return the name of an organisation at the beginning of a text; `whole`: nothing but the name should stand there."""
    plain = level(text)
    opening = _OPENING.match(plain)
    start = opening.end() if opening else 0
    noun = _NOUN.match(plain, start)
    if noun is None:
        denied = NOT_AN_EMPLOYER.match(plain) or NOT_AN_EMPLOYER.match(plain, start)
        if needs_noun or (denied and not _A_MISSION.match(text)):
            return None
        start = _proper_start(text, start)
        if start < 0:
            return None
    elif plain[:start] == "les " and text[:1] == "L" and text[start].isupper():
        start, noun = 0, None  # "Les Restos du Cœur": the article belongs to the name
    words = text[start : _name_end(text, start)].split()
    told = len(text[start : noun.end()].split()) if noun else 0
    last = _last_capital(words, first=told)
    if noun is not None and whole and last >= 0 and len(words) - last <= 5:
        last = _trailing(words, last)
    if last < 0 and noun is not None and _is_a_name(text[start : noun.end()], words[told:], whole=whole):
        last = told - 1
    if not 0 <= last < _MOST_WORDS or (noun is None and whole and last + 1 < len(words)):
        return None
    name = _balanced(" ".join(words[: last + 1]).strip(' ",;:.*'))
    if places.named(name) or (noun is None and any(one.start < 3 and not one.domain for one in trades.mentioned(name))):
        return None
    return _capital(name) if 2 <= len(name) <= LONGEST else None


def _trailing(words: list[str], last: int) -> int:
    """Return the index of the last word before the verb: a name may end small ("Énergies d'ici"), adverbs are none of it."""
    end = len(words) - 1
    while end > last and level(words[end]) in _ADVERBS:
        end -= 1
    return end


def _proper_start(text: str, after_article: int) -> int:
    """Return where a name without a noun begins: "La Cimade" with its article, "l'APEI" without; -1 for no name."""
    first = text[after_article:].split(" ", 1)[0]
    if after_article and len(first) > 2 and first.isupper():
        return after_article
    return 0 if text[:1].isupper() and not level(text).startswith(("notre ", "votre ", "nos ")) else -1


def _balanced(name: str) -> str:
    """Return the name without a quotation mark that lacks its other half."""
    for opening, closing in ("«»", "“”"):
        if (opening in name) != (closing in name):
            name = name.replace(opening, "").replace(closing, "")
    name = name.replace('"', "") if name.count('"') == 1 else name
    return " ".join(name.split())


def _name_end(text: str, start: int) -> int:
    """Return where a name ends: at a stop, or before a town said with its preposition; quoted words stay whole."""
    plain = level(text)
    stops = (
        match
        for match in NAME_ENDS.finditer(plain, start + 1)
        if not (any(char.isupper() for char in text[start : match.start()]) and _is_within_a_name(text, match))
    )
    match = next(stops, None)
    end = match.start() if match else len(text)
    quoted = _QUOTED.search(text, start, end + 60)
    if quoted and quoted.start() < end:
        end = max(end, quoted.end())
    for found in places.mentioned(text[start:end]):
        if quoted and quoted.start() <= start + found.start < quoted.end():
            continue
        before = _AT_A_PLACE.search(plain[start : start + found.start])
        if before and before.start() > 1 and not _names_no_town(found, before[0]):
            return start + before.start()
    return end


def _is_within_a_name(text: str, stop: re.Match[str]) -> bool:
    """Tell whether a small word goes on a name: "Agir pour l'Enfance", "Tous à Bord", unlike "Horizon pour son équipe"."""
    if stop.start() + 1 >= len(text) or text[stop.start()] != " ":
        return False
    if text[stop.start() + 1].isupper() and any(char.islower() for char in text):
        return True
    if stop[0].strip() not in _GOING_ON and text[stop.start() + 1] != "à":
        return False
    following = _CAPITAL.match(text, stop.end())
    if following is None or (len(following["word"]) > 1 and following["word"].isupper()):
        return False  # "pour l'IME"
    named = places.named(following["word"])
    return not named or named[0].population < _A_VILLAGE or level(following["word"]) in COMMON_WORDS


def _names_no_town(found: places.FoundPlace, before: str) -> bool:
    """Tell whether a place belongs to the name: "Enfance en Chemin" names no village, "Agir en Anjou" is called so."""
    place = found.candidates[0]
    if before.strip() == "en":
        return True
    return place.kind is places.PlaceKind.COMMUNE and place.population < _A_VILLAGE and before.strip() != "a"


def _last_capital(words: list[str], *, first: int) -> int:
    """Return the index of the last word that is part of a name; -1 when no word has a capital."""
    last = -1
    for index, word in enumerate(words):
        bare = word.strip('"«»“”,.;:()')
        lower = level(bare).rstrip("'")
        bare = re.sub(r"^[dlDL]['’](?=\w)", "", bare)
        if (
            index >= first
            and (
                bare[:1].isupper()
                or (bare[:1].isdigit() and (last >= 0 or (first > 0 and words[first - 1].isupper())))
                or word[:1] in '«"“'
            )
            and lower not in _SMALL
            and lower not in _ABBREVIATIONS
        ):
            last = index
    return last


def _is_a_name(noun: str, following: list[str], *, whole: bool) -> bool:
    """Tell whether the noun names somebody by itself: "l'ADMR", "APAJH 44", but no more "la MJC" than "le foyer"."""
    numbered = bool(following) and following[0].isdigit()
    return (
        noun.isupper()
        and len(noun) > 2
        and whole
        and (numbered or not following)
        and level(noun) not in _COMMON_ACRONYMS
    )


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
