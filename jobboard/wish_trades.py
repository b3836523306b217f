"""The trades of a letter: those wanted, those that have to be asked about, and the words of those refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from jobboard.contracts import Contract
from jobboard.criteria import Criteria
from jobboard.doubts import Doubt, DoubtKind, Option
from jobboard.folding import fold
from jobboard.marks import Axis, Role, Said
from jobboard.phrases import word_set
from jobboard.trades import FoundTrade, Trade, stem
from jobboard.wish_openness import takes_everything
from jobboard.wish_reading import Reading

Doubts = list[Doubt]

_MOST_OPTIONS = 6
_UNPAID = frozenset((Contract.BENEVOLAT, Contract.SERVICE_CIVIQUE, Contract.VSI))
_PLACEMENTS = frozenset((Contract.STAGE, Contract.APPRENTISSAGE, Contract.PROFESSIONNALISATION))
_STUDIES = re.compile(r"\b(?:etudiante?s?|lyceenne?|student)\b[^.;\n]*$")
_RETIRED = re.compile(r"\b(?:retraite?e?s?|retired)\b")
_OF_AN_OBJECT = re.compile(r" (?:(?:de |d'|du |des |en |sur |pour )(?:la |le |les |l')?)?")
_INSIDE = re.compile(r"(?:^| )(?:en|dans (?:une?|des|les?|la)|a la|a l'|chez une?|au sein d'une?) ?$")
_WORKPLACES = re.compile(
    r"(?:micro[- ])?creches?(?: \w+)?|ressourceries?|recycleries?|epiceries?(?: solidaires?)?|magasins? bio|tiers[- ]lieux?|friperies?|boutiques? solidaires?"
    r"|ecoles?|lycees?|colleges?|hopital|hopitaux|cliniques?|maisons? de retraite|ehpad|foyers?|garages?(?: solidaires?)?|cantines?|restaurants?|banques?"
    r"|mutuelles?|fermes?|ateliers?(?: velo)?|centres? de loisirs|colos?|colonies? de vacances|mediatheques?|bibliotheques?|ludotheques?|theatres?|musees?"
)
_SHELTERED = re.compile(
    r"\b(?:cherche\w*|recherche|trouver|integrer|rejoindre|entrer en|place (?:en|dans un)|accueil en|orientation(?: en| vers un)?) ?(?:un |une |dans un |en )?"
    r"(?:autre )?(?:esat|entreprise adaptee|ea)\b"
)
_IN_A_SCHOOL = re.compile(r" (?:en|dans un|au|d'|d[eu] )(?: ?)(?:college|lycee|internat|ecole|etablissement scolaire)")
_SHORT_BEFORE = re.compile(r"\b(?:as|es|me) ?(?:ou|/|et) ?$")  # "as ou ash": two letters, in small ones
_LONG_WORD = 8  # letters: one slip in a shorter word leaves too much to guess
_AS = re.compile(r",? (?:comme|en tant qu[e']|pour etre|pour devenir|au poste d[e']) ?(?:une? )?")
_SOMETHING = re.compile(
    r"\b(?:quelque chose|quelquechose|qqch|qq chose|un truc|n'importe quoi|something) (?:\w+ )?(?:dans|en|in|avec)\b"
)
# Trades that the words behind them turn into others.
_OBJECT_DECIDES = word_set(
    "vendeur chauffeur conducteur mecanicien mecano peintre reparateur monteur conseiller driver"
    " animateur surveillant directeur responsable coordinateur technicien gardien"
)


def trades_of(reading: Reading, doubts: Doubts) -> tuple[str, ...]:
    """Return the codes of the trades wanted; what she is now counts when she names no other, what she was is asked."""
    wanted = [one for one in reading.on(Axis.TRADE, Role.WANTED) if not one.loose]
    if all(_names_a_workplace(reading, one) for one in wanted):
        hers = list(reading.on(Axis.TRADE, Role.IDENTITY, Role.RESIDENCE))
        wanted = [one for one in hers if not _names_a_workplace(reading, one)] or wanted or hers
    if _sells_her_trade(reading, wanted):
        wanted = list(reading.on(Axis.TRADE, Role.IDENTITY)) or wanted
    if wanted and (
        takes_everything(reading.body.flat, several=len(wanted) > 1)
        or _looks_for_a_place(reading)
        or _is_beside_her_work(reading, wanted[0])
        or _is_something_in_a_field(reading, wanted)
    ):
        doubts.append(asked_trades(_all_trades(wanted), DoubtKind.TRADE))
        return ()
    guessed = [one for one in wanted if _is_guessed(reading, one)]
    if guessed:
        doubts.append(asked_trades(_all_trades(guessed), DoubtKind.TRADE))
        wanted = [one for one in wanted if one not in guessed]
    if any(_SHORT_BEFORE.search(reading.body.flat[: one.mark.start]) for one in wanted):
        doubts.append(Doubt(DoubtKind.TRADE))
    unsure = [*reading.on(Axis.TRADE, Role.UNSURE), *(one for one in reading.on(Axis.TRADE, Role.WANTED) if one.loose)]
    if unsure:
        doubts.append(asked_trades(_all_trades(unsure), DoubtKind.CONDITION))
    if not wanted and not unsure and not guessed:
        past = _all_trades(reading.on(Axis.TRADE, Role.PAST))
        if past:
            doubts.append(asked_trades(past, DoubtKind.TRADE))
    wanted = [one for one in wanted if not _tells_a_trades_field(reading, one, wanted)]
    wanted = _apart(reading, wanted, doubts)
    vague = [one for one in wanted if any(found.vague for found in one.mark.value) or _is_refined(reading, one)]
    doubts.extend(asked_trades(_all_trades([one]), DoubtKind.TRADE) for one in vague)
    return tuple(trade.code for trade in _all_trades(one for one in wanted if one not in vague))


def _sells_her_trade(reading: Reading, wanted: Sequence[Said]) -> bool:
    """Return whether she looks for missions in some fields: then her trade is what she is, "consultante en énergie"."""
    contracts = {one for said in reading.on(Axis.CONTRACT, Role.WANTED, Role.IDENTITY) for one in said.mark.value}
    return Contract.MISSION in contracts and all(found.domain for one in wanted for found in one.mark.value)


def _apart(reading: Reading, wanted: list[Said], doubts: Doubts) -> list[Said]:
    """Ask about two trades with nothing between them: "infirmière puer" may be one, "cuisinier serveur" both."""
    for one, following in pairwise(wanted):
        names = not any(found.domain or found.vague for each in (one, following) for found in each.mark.value)
        two = len(_all_trades([one, following])) > 1
        if names and two and reading.gap(one.mark, following.mark) == " ":
            doubts.append(asked_trades(_all_trades([one, following]), DoubtKind.TRADE))
            return [each for each in wanted if each not in (one, following)]
    return wanted


def _tells_a_trades_field(reading: Reading, one: Said, wanted: Sequence[Said]) -> bool:
    """Return whether a field only says where the trade behind it belongs: "en ressources humaines comme assistante RH"."""
    following = (other for other in wanted if _AS.fullmatch(reading.gap(one.mark, other.mark)))
    codes = {found.trade.code[:3] for other in following for found in other.mark.value if not found.domain}
    return all(found.domain and found.trade.code[:3] in codes for found in one.mark.value)


def _is_beside_her_work(reading: Reading, one: Said) -> bool:
    """Return whether who she is may say nothing of what she looks for: a volunteer, or a student without a placement."""
    contracts = {contract for each in reading.on(Axis.CONTRACT, Role.WANTED) for contract in each.mark.value}
    if contracts and contracts <= _UNPAID:
        return one.role is not Role.WANTED or bool(_RETIRED.search(reading.body.flat))
    if one.role is Role.WANTED:
        return False
    studies = _STUDIES.search(reading.body.flat[max(one.mark.start - 60, 0) : one.mark.start])
    return bool(studies) and not contracts & _PLACEMENTS


def _is_something_in_a_field(reading: Reading, wanted: Sequence[Said]) -> bool:
    """Return whether nothing but a field is named, for want of a trade: "quelque chose dans la culture"."""
    fields = all(found.domain for one in wanted for found in one.mark.value)
    contracts = {contract for each in reading.on(Axis.CONTRACT, Role.WANTED) for contract in each.mark.value}
    before = reading.body.flat[max(wanted[0].mark.start - 12, 0) : wanted[0].mark.start]
    if fields and contracts and contracts <= _UNPAID and before.endswith((" dans une ", " dans un ", " dans des ")):
        return True  # "un service civique dans une ressourcerie": where, rather than what
    learnt = {found.trade.code for one in reading.on(Axis.TRADE, Role.IDENTITY, Role.PAST) for found in one.mark.value}
    if fields and all(_is_a_workplace(reading, one) and one.mark.value[0].trade.code not in learnt for one in wanted):
        return True
    return fields and bool(_SOMETHING.search(reading.body.flat[: wanted[0].mark.start]))


def _names_a_workplace(reading: Reading, one: Said) -> bool:
    field = all(found.domain for found in one.mark.value)
    return field and _WORKPLACES.fullmatch(reading.body.flat[one.mark.start : one.mark.end]) is not None


def _is_a_workplace(reading: Reading, one: Said) -> bool:
    """Return whether the field only says where she wants to work: "un poste en crèche", "dans une ressourcerie"."""
    before = reading.body.flat[max(one.mark.start - 12, 0) : one.mark.start]
    return _names_a_workplace(reading, one) and _INSIDE.search(before) is not None


def _looks_for_a_place(reading: Reading) -> bool:
    """Return whether it is a place in a sheltered workshop that she looks for: the work there is but an example."""
    return _SHELTERED.search(reading.body.flat) is not None


def _is_guessed(reading: Reading, one: Said) -> bool:
    """Return whether the trade is a word that we mended and that may be another: short, or beside a trade well said."""
    marked: tuple[FoundTrade, ...] = one.mark.value
    word = reading.body.flat[one.mark.start : one.mark.end].strip()
    if not any(found.mended for found in marked) or " " in word:
        return False
    clear = any(not found.mended for each in reading.on(Axis.TRADE, *Role) for found in each.mark.value)
    return clear or len(word) < _LONG_WORD


def _is_refined(reading: Reading, one: Said) -> bool:
    """Return whether a short name is told apart by words that we do not know: "mécanicien bateaux" repairs no cars."""
    marked: tuple[FoundTrade, ...] = one.mark.value
    word = fold(reading.body.text[one.mark.start : one.mark.end])
    if stem(word) == "surveillant" and _IN_A_SCHOOL.match(reading.body.flat, one.mark.end):
        return False
    if " " in word or any(found.domain for found in marked) or stem(word) not in _OBJECT_DECIDES:
        return False
    beside = any(
        other.mark.start == one.mark.end + 1 and other.role is one.role and not one.mark.value[0].domain
        for other in reading.on(Axis.TRADE, one.role)
    )
    return beside or any(
        left.start > one.mark.start
        and left.role is one.role
        and _OF_AN_OBJECT.fullmatch(reading.body.flat[one.mark.end : left.start])
        for left in reading.leftovers
    )


def _all_trades(said: Iterable[Said]) -> list[Trade]:
    found: dict[str, Trade] = {}
    for one in said:
        marked: tuple[FoundTrade, ...] = one.mark.value
        found.update((each.trade.code, each.trade) for each in marked)
    return list(found.values())


def asked_trades(trades: Sequence[Trade], kind: DoubtKind) -> Doubt:
    """Return the question which of these trades is meant."""
    options = (Option(trade.label, Criteria(trades=(trade.code,))) for trade in trades[:_MOST_OPTIONS])
    return Doubt(kind, tuple(options))


def refused_trades(reading: Reading, wanted: Sequence[str], doubts: Doubts) -> tuple[str, ...]:
    """Return the words that an offer of an unwanted trade would hold; a trade wanted and refused is asked."""
    words: list[str] = []
    for one in reading.on(Axis.TRADE, Role.EXCLUDED):
        marked: tuple[FoundTrade, ...] = one.mark.value
        if any(found.trade.code in wanted and not found.domain for found in marked):
            doubts.append(Doubt(DoubtKind.NEGATION))
            continue
        if any(found.domain for found in marked):
            words.append(reading.body.text[one.mark.start : one.mark.end].lower())
        else:
            words += [name for found in marked for name in (found.trade.masculine, found.trade.feminine)]
            words.append(reading.body.text[one.mark.start : one.mark.end].lower())
    return tuple(dict.fromkeys(words))
