"""Subjects of correspondence: without the marks that mail clients put before them, each answer adding one more."""

from __future__ import annotations

import re

from jobboard.folding import fold

LENGTH = 200  # characters of a subject that we keep for a whole conversation
# "Re:", "RE :", "Re[2]:", "Tr:", "Fwd:", "AW:" and their like, in the languages of the clients that people use here.
_MARKS = re.compile(
    r"(?:re|ré|rép|rép\.|tr|fw|fwd|wg|aw|antw|sv|rv)(?:\s?[\[(]\d{1,3}[\])])?\s{0,3}[:\uff1a]\s*", re.IGNORECASE
)
_TITLE_LENGTH = 20

# A vowel, or one of the first names that begin with an h which is not heard: Hélène, Henri, Hubert.
_MUTE = re.compile(r"[aeiouàâäéèêëîïôöùûüœæ]|y[^aeiou]|h(?:é|e[nrl]|i[pl]|o[nr]|u[bg]|y)", re.IGNORECASE)


def bare(subject: str) -> str:
    """Return the subject on one line, at most LENGTH characters, without any mark of an answer or a forward."""
    text = " ".join(subject.split())
    while mark := _MARKS.match(text):
        text = text[mark.end() :].strip()
    return text[:LENGTH].strip()


def own(subject: str, *, standing: str, title: str) -> str:
    """Return what a writer chose to call her mail; "" for the standing subject, and for that of a letter of ours.

    `title` is the offer's: an answer to whatever we wrote about it names it after the mark of an answer.
    """
    chosen = bare(subject)
    if not chosen or fold(chosen) == fold(standing):
        return ""
    is_answer = _MARKS.match(subject) is not None
    named = fold(title)[:_TITLE_LENGTH]
    return "" if is_answer and (not named or named in fold(chosen)) else chosen


def shorten(text: str, limit: int) -> str:
    """Return the text, cut after a whole word and ended with "…" when it is longer than `limit` characters."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    whole = cut.rpartition(" ")[0] if text[limit - 1] != " " else cut
    return (whole if len(whole) > limit // 2 else cut).rstrip(" ,;:-\u00a0\u202f") + "…"


def elided(text: str, name: str) -> str:
    """Return the text with "de" before a person's name as it is said: "la candidature d’Emily", "d’Hélène", "de Léa"."""
    first = name.split()[0] if name.split() else ""
    return text.replace(f"de {first}", f"d’{first}", 1) if _MUTE.match(first) else text
