"""The trades of the social and solidarity economy: their codes, their names, and where a text mentions them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from jobboard.phrases import Word, one_slip_apart, without_addresses, word_set, words_of
from jobboard.wish_words import EMPTY_WORDS

_TABLE = files("jobboard") / "data" / "trades.csv"
_MOST_WORDS = 7
_SHORTEST_MENDED = 7
_TAIL = re.compile(
    r"(?:[(·•./-](?:e|ère|ere|ne|trice|rice|euse|ve)s?\)?s?)?(?: ?\(?(?:h ?/ ?f|f ?/ ?h|hf|fh)\)?)?(?!\w)",
    re.IGNORECASE,
)
_LINKS = word_set("de du des d la le les l en a au aux un une of the for")
_INFLECTIONS = word_set(
    "e es s fe ffe fes ne nes rice rices trice trices euse euses se ses ere eres iere ieres ve ves le les te tes teuse in ienne"
)
_ENDS_OF_VERBS = (
    "é", "ée", "és", "ées", "ee", "ees", "ue", "ues", "ement", "ements", "ons", "ez", "ait", "aient", "ais", "erai", "irai",
)  # fmt: skip
# One letter away from a trade: courrier from coursier, serveur from sérieux.
_USUAL_WORDS = word_set(
    "auteur auteurs courrier courriers couveuse couveuses serieux serieuse serieuses acteurs traitre server servers",
    "secteur secteurs facture factures lecteur lecteurs porteur porteurs editeur editeurs deliver solitaire",
)
_FEMININE = (
    ("trice", "teur"), ("euse", "eur"), ("iere", "ier"), ("ere", "er"), ("ante", "ant"), ("ente", "ent"),
    ("enne", "en"), ("ive", "if"), ("elle", "el"), ("ale", "al"), ("ee", "e"), ("ienne", "ien"), ("aine", "ain"),
    ("isee", "ise"), ("onne", "on"), ("ine", "in"), ("eure", "eur"),
)  # fmt: skip
_IRREGULAR = {
    "cheffe": "chef", "cheffes": "chef", "hotesse": "hote", "hotesses": "hote", "maitresse": "maitre",
    "coordo": "coordinateur", "kine": "kine", "coordonnateur": "coordinateur", "coordonnatrice": "coordinateur",
    "coordonnateurs": "coordinateur", "coordonnatrices": "coordinateur",
}  # fmt: skip


# The fourteen families of ROME 4.0.
FAMILY_LABELS = {
    "A": "agriculture, espaces verts et animaux",
    "B": "arts et artisanat d’art",
    "C": "banque, assurance et immobilier",
    "D": "commerce et vente",
    "E": "communication et médias",
    "F": "bâtiment et travaux publics",
    "G": "restauration, tourisme, loisirs et animation",
    "H": "industrie",
    "I": "installation et maintenance",
    "J": "santé",
    "K": "services à la personne et à la collectivité",
    "L": "spectacle",
    "M": "support à l’entreprise",
    "N": "transport et logistique",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade; `code` is stable: that of its parent sheet in ROME 4.0, "M1203", or with a suffix, "M1203-2"."""

    code: str
    masculine: str
    feminine: str
    synonyms: tuple[str, ...]

    @property
    def rome(self) -> str:
        """The parent sheet: "M1203"."""
        return self.code[:5]

    @property
    def family(self) -> str:
        """The letter of the ROME family: "M"."""
        return self.code[0]

    @property
    def label(self) -> str:
        """Both forms in one: "comptable", "assistant ou assistante de gestion"."""
        if self.masculine == self.feminine:
            return self.masculine
        his, hers = self.masculine.split(), self.feminine.split()
        shared = 0
        while shared < min(len(his), len(hers)) - 1 and his[-1 - shared] == hers[-1 - shared]:
            shared += 1
        head = " ".join(his[: len(his) - shared])
        return f"{head} ou {self.feminine}"


@dataclass(frozen=True, slots=True)
class FoundTrade:
    """A trade found between two offsets of a text. Several with the same offsets: the words mean each of them.

    `vague`: too wide a word, the person has to say which ("éducateur"). `domain`: a field was named, not a trade
    ("comptabilité"). `mended`: a slip of the pen was mended.
    """

    start: int
    end: int
    trade: Trade
    vague: bool = False
    domain: bool = False
    mended: bool = False


@dataclass(frozen=True, slots=True)
class _Name:
    trades: tuple[Trade, ...]
    vague: bool = False
    domain: bool = False
    capitals: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class _Token:
    """A word that counts in a name, as it is compared."""

    word: Word
    stem: str
    capitals: bool
    mended: bool


@cache
def _table() -> dict[str, Trade]:
    found = {}
    for row in _TABLE.read_text(encoding="utf-8").splitlines()[1:]:
        code, masculine, feminine, synonyms = row.split(";")
        plain = tuple(name.strip("=~@") for name in synonyms.split("|") if name)
        found[code] = Trade(code, masculine, feminine, plain)
    return found


def by_code(code: str) -> Trade:
    """Return the trade of that code; KeyError if there is none."""
    return _table()[code]


def all_trades() -> tuple[Trade, ...]:
    """Return every trade, in the order of the table."""
    return tuple(_table().values())


def stem(folded: str) -> str:
    """Return what the masculine, the feminine and the plural of a folded word have in common."""
    word = _IRREGULAR.get(folded, folded)
    if len(word) > 4 and word.endswith("aux"):
        word = word.removesuffix("ux") + "l"
    if len(word) > 3 and word[-1] in "sx" and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for hers, his in _FEMININE:
        if word.endswith(hers) and len(word) > len(hers) + 2:
            return word.removesuffix(hers) + his
    return word


def _stems_of(name: str) -> tuple[str, ...]:
    return tuple(stem(word.folded) for word in words_of(name) if word.folded not in _LINKS)


@cache
def _names() -> dict[tuple[str, ...], _Name]:
    """Return every name by its stems: a trade's own name means it alone, a synonym in several rows all of theirs."""
    found: dict[tuple[str, ...], _Name] = {}
    for row in _TABLE.read_text(encoding="utf-8").splitlines()[1:]:
        code, masculine, feminine, synonyms = row.split(";")
        for written in (masculine, feminine, *synonyms.split("|"), *_posts((masculine, *synonyms.split("|")))):
            stems = _stems_of(written.strip("=~@"))
            if stems:
                own = written in (masculine, feminine)
                found[stems] = _with_meaning(found.get(stems), written, by_code(code), own=own)
    return found


def _posts(names: Iterable[str]) -> Iterator[str]:
    """Yield what the posts of directors are called: "direction de crèche" beside "directeur de crèche"."""
    for name in names:
        person, of, what = name.partition(" ")
        if person == "directeur" and of and what.startswith(("de ", "d'", "des ")):
            yield f"direction {what}"
            yield f"poste de direction {what}"


def _with_meaning(before: _Name | None, written: str, trade: Trade, *, own: bool) -> _Name:
    """Return the name with one more trade; vague as soon as its trades are of several fields."""
    if before is not None and before.own and not own:
        return before
    others = before.trades if before is not None and before.own == own else ()
    trades = others if trade in others else (*others, trade)
    unrelated = len({each.code[:2] for each in trades}) > 1
    return _Name(
        trades,
        vague=written.endswith("~") or unrelated or bool(others and before and before.vague),
        domain=written.endswith("@") and (not others or bool(before and before.domain)),
        capitals=written.startswith("="),
        own=own,
    )


@cache
def _known_stems() -> frozenset[str]:
    return frozenset(stem for stems in _names() for stem in stems)


@cache
def _stems_by_start() -> dict[str, tuple[str, ...]]:
    groups: dict[str, tuple[str, ...]] = {}
    for known in sorted(_known_stems()):
        if len(known) >= _SHORTEST_MENDED - 1:
            groups[known[0]] = (*groups.get(known[0], ()), known)
    return groups


def _mended(folded: str) -> str | None:
    """Return the one known stem that lies one slip of the pen from a long word, else None."""
    if len(folded) < _SHORTEST_MENDED:
        return None
    own = stem(folded)
    near = [known for known in _stems_by_start().get(own[0], ()) if one_slip_apart(own, known)]
    return near[0] if len(near) == 1 else None


def mentioned(text: str) -> tuple[FoundTrade, ...]:
    """Return the trades mentioned in the text, in order, the longest name first; linear in its length.

    Masculine, feminine, plural, "(e)", "·e", "H/F" and one slip of the pen in a long word are understood.
    """
    clean = without_addresses(text)
    shouting = not any(char.islower() for char in clean)
    tokens = _tokens(clean, shouting=shouting)
    found: list[FoundTrade] = []
    at = 0
    while at < len(tokens):
        match = _longest(clean, tokens, at, shouting=shouting)
        if match is None:
            at += 1
            continue
        count, name = match
        name = _with_shared_end(tokens, at, count, name)
        span = tokens[at : at + count]
        end = _end_of(clean, span[-1].word.end)
        mended = any(token.mended for token in span)
        found += [FoundTrade(span[0].word.start, end, trade, name.vague, name.domain, mended) for trade in name.trades]
        at += count
    return tuple(found)


def _with_shared_end(tokens: list[_Token], at: int, count: int, name: _Name) -> _Name:
    """Return what has to be asked of a word that may share the end of the next: "surveillant ou veilleur de nuit"."""
    joined = at + 1 < len(tokens) and tokens[at + 1].stem in ("ou", "et", "or", "and")
    if count > 1 or not joined:
        return name
    for end in range(at + 4, min(at + 2 + _MOST_WORDS, len(tokens) + 1)):
        stems = tuple(token.stem for token in tokens[at + 2 : end])
        longer = _names().get((tokens[at].stem, *stems[1:]))
        if stems in _names() and longer is not None:
            both = tuple(dict.fromkeys((*longer.trades, *name.trades)))
            return _Name(both, vague=len(both) > 1)
    return name


def _tokens(text: str, *, shouting: bool) -> list[_Token]:
    """Return the words that count: no articles, inflections ("·trice"), second gender ("éducateur/éducatrice")."""
    found: list[_Token] = []
    previous: Word | None = None
    for word in words_of(text):
        touching = previous is not None and 0 < word.start - previous.end <= 2
        gap = text[previous.end : word.start] if previous else ""
        previous = word
        if touching and word.folded in _INFLECTIONS and gap.strip() and not gap.endswith(" ") and gap[0] in "(·•.-/‧∙":
            continue
        if word.folded in _LINKS or word.written.lower() == "mâcon":  # the town, not "maçon"
            continue
        own = stem(word.folded)
        mended = None if own in _known_stems() else _mended(word.folded)
        token = _Token(word, mended or own, word.written.isupper() and not shouting, bool(mended))
        named = found[:-1] if found and found[-1].stem == "ou" else found
        if named and _is_other_gender(text, named[-1], token):
            del found[len(named) :]
        else:
            found.append(token)
    return found


def _is_other_gender(text: str, before: _Token, token: _Token) -> bool:
    """Return whether the word only gives the other gender of the one before: "éducateur/éducatrice"."""
    if before.stem != token.stem or before.word.folded == token.word.folded or token.word.start - before.word.end > 6:
        return False
    return text[before.word.end : token.word.start].strip(" ") in ("/", "ou", "-", "", ",")


def _longest(text: str, tokens: list[_Token], at: int, *, shouting: bool) -> tuple[int, _Name] | None:
    """Return how many tokens the longest name takes that begins here, and that name."""
    most = 1
    while most < _MOST_WORDS and at + most < len(tokens):
        gap = text[tokens[at + most - 1].word.end : tokens[at + most].word.start]
        if any(char in gap for char in ",;:!?\n…") or ". " in gap:
            break
        most += 1
    for count in range(most, 0, -1):
        span = tokens[at : at + count]
        name = _names().get(tuple(token.stem for token in span))
        if name is None or (name.capitals and not span[0].capitals):
            continue
        if count == 1 and span[0].mended and _is_a_word(span[0]):
            continue
        if count == 1 and (len(span[0].stem) < 4 and text[: span[0].word.start].endswith((".", "@", "_"))):
            continue
        return count, name
    return None


def _is_a_word(token: _Token) -> bool:
    """Return whether the word as written is rather a usual word, a verb or an adverb, than a mistyped trade."""
    folded = token.word.folded
    infinitive = folded.endswith(("er", "re", "ir")) and token.stem.endswith("eur")
    usual = folded in EMPTY_WORDS or folded in _USUAL_WORDS
    return usual or infinitive or token.word.written.lower().endswith(_ENDS_OF_VERBS)


def _end_of(text: str, end: int) -> int:
    """Return where the name ends once "(e)", "·e" and "H/F" behind it are taken in."""
    tail = _TAIL.match(text, end)
    return tail.end() if tail else end


def close_trades(text: str) -> tuple[Trade, ...]:
    """Return up to three trades whose name is so near to these words that they may be meant with several slips."""
    own = " ".join(_stems_of(text))
    if len(own) < 6:
        return ()
    names = {" ".join(stems): name.trades for stems, name in _names().items()}
    near = get_close_matches(own, (name for name in names if name[:3] == own[:3]), n=3, cutoff=0.86)
    return tuple(dict.fromkeys(trade for name in near for trade in names[name]))[:3]
