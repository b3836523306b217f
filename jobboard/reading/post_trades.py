"""The trade of a post: what its title begins with, where it may be several the one that the rest of the mail speaks of."""

from __future__ import annotations

import re

from jobboard import trades
from jobboard.folding import fold
from jobboard.phrases import word_set
from jobboard.readable import level
from jobboard.reading import forms, titles
from jobboard.reading.fields import Fact, Field
from jobboard.trades import FoundTrade, stem
from jobboard.wish_words import EMPTY_WORDS

_STANDING = r"stagiaire|apprentie?|alternante?|b[ée]n[ée]vole"
# Heads of many trades: alone, or before words that we do not know, they may mean another than ours.
_HEADS = word_set(
    "directeur responsable conseiller coordinateur chef gestionnaire technicien agent assistant surveillant"
)


def trade_of(title: str | None, beside: tuple[str, ...] = ()) -> Fact:
    """Return the trade that the title begins with; a word of several trades is asked about.

    So is a bare "directrice" where the subject or the employer, `beside`, may make it a longer trade, and a word
    such as "conseiller" before others that we do not know.
    """
    title = forms.one_gender(title or "")
    placed = _placed(title)
    named = titles.trades_in(placed) or (
        trades.mentioned(placed) if placed != title else ()
    )  # "stagiaire communication"
    found = [one for one in named if one.start < 4]
    first = [one for one in found if one.start == found[0].start]
    if not first:
        return Fact(Field.TRADE, {"trade": None})
    if len(first) > 1 or first[0].vague:
        labels = tuple(dict.fromkeys(one.trade.label for one in first))
        return Fact(Field.TRADE, {"trade": None}, labels, doubtful=len(labels) > 1)
    longer = _longer_trades(_placed(title or ""), first[0], beside)
    if longer or _covers_a_part(_placed(title or ""), first[0]):
        labels = tuple(dict.fromkeys((first[0].trade.label, *longer)))
        return Fact(Field.TRADE, {"trade": None}, labels, doubtful=True)
    head = stem(fold(title or "")) in _HEADS  # a bare "directeur" is one of many
    exact = forms.is_exactly(forms.in_one_form(_placed(title or "")), first[0].trade)
    unlike = head or not exact or not forms.is_called_alike(title or "", first[0].trade)
    return Fact(Field.TRADE, {"trade": first[0].trade.code}, check=unlike)


def rather(fact: Fact, title: str, text: str) -> Fact:
    """Return the trade of several that words of the mail besides the title speak of: "vendeur", in a "boutique"; to be checked."""
    if not fact.doubtful or len(fact.options) < 2:
        return fact
    own = {stem(word) for word in fold(title).split()}
    said = {stem(word) for word in fold(text).split()} - own
    by_label = {one.label: one for one in trades.all_trades()}
    kept = []
    for label in fact.options:
        words = {stem(word) for word in fold(by_label[label].masculine).split() if len(word) > 3} - own
        if words and 2 * len(words & said) >= len(words):
            kept.append(label)
    return Fact(Field.TRADE, {"trade": by_label[kept[0]].code}, check=True) if len(kept) == 1 else fact


def _placed(title: str) -> str:
    """Return the title without the standing before the trade: "apprenti menuisier", "stagiaire chargé de …"."""
    standing = rf"(?:{_STANDING})(?:\(e\)|·e)?"
    return re.sub(rf"^{standing}(?: ou {standing}|/{standing})? (?=[^\W\d])", "", title, flags=re.IGNORECASE)


def _longer_trades(title: str, first: FoundTrade, beside: tuple[str, ...]) -> tuple[str, ...]:
    """Return the labels of other trades that a one-word title may mean with what stands beside it."""
    word = re.sub(r"\([^()]*\)", "", title[first.start : first.end]).strip()
    if len(word.split()) > 1 or stem(fold(word)) not in _HEADS:
        return ()
    labels = []
    for words in beside:
        for text in (words, f"{word} de {words}"):
            labels += [
                one.trade.label
                for one in titles.trades_in(text)
                if one.start < 4 and one.trade != first.trade and stem(fold(text).split(" ")[0]) == stem(fold(word))
            ]
    return tuple(labels)


def _covers_a_part(title: str, first: FoundTrade) -> bool:
    """Tell whether words that we do not know may turn a head such as "conseiller" into another trade: "… funéraire"."""
    word = fold(title[first.start : first.end].split("(")[0]).strip()
    rest = re.sub(r"\([^()]*\)|\b[hf] ?/ ?[hf]\b", " ", level(title[first.end :]))
    following = re.match(r" (?:de |d'|du |des |en )?(?P<word>[a-z]{4,})", rest)
    return stem(word) in _HEADS and following is not None and following["word"] not in EMPTY_WORDS
