"""Which of our languages a mail is written in, by its little words: what a stranger is answered in."""

from __future__ import annotations

import re

from jobboard.folding import fold

_EXAMINED = 2_000  # characters
_WORDS = re.compile(r"[a-z]+")
_MORE_THAN = 2  # times as many English words as French ones

# Little words of one language that are none of the other's; "a", "on", "as", "job" and the like would say nothing.
_ENGLISH = frozenset(
    "the and is am are was i my me we our you your looking look for would like want please hello hi dear thanks thank"
    " with of to have has been this that from within near around about work working events unsubscribe subscribe help"
    " part full time permanent any good morning can could do not it be will".split()
)
_FRENCH = frozenset(
    "le la les un une des de du je j vous votre vos et est en au aux pour dans sur avec cherche recherche bonjour"
    " bonsoir merci mon ma mes nous notre nos ce cette qui que emploi suis ai il elle souhaite voudrais oui aide".split()
)
# Said alone, these are English; YES, STOP and HELLO are everybody's.
_ALONE = frozenset({"help", "events", "subscribe", "unsubscribe", "join", "apply", "appointment", "hunt", "my data"})


def is_english(text: str) -> bool:
    """Tell whether these words, where they say anything of their language, are English."""
    words = _WORDS.findall(fold(text[:_EXAMINED]))
    if " ".join(words) in _ALONE:
        return True
    english = sum(word in _ENGLISH for word in words)
    french = sum(word in _FRENCH for word in words)
    return english >= _MORE_THAN and english > _MORE_THAN * french
