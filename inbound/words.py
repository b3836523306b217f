"""The command language: tables of words, and how the first line of a mail is read against them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from inbound.numerals import counted, days_in, numbered
from inbound.politeness import bare
from jobboard.folding import fold
from jobboard.phrases import one_slip_apart
from jobboard.readable import level

if TYPE_CHECKING:
    from inbound.context import Context

# The thing that a word is about, where nothing else can be meant: "stop les alertes", "historique de mes candidatures".
_OBJECT = re.compile(
    r"(?:(?:a|aux?|de|d|des|pour|of|for|the) )?(?:(?:toutes?|tous|all|of) )?(?:(?:mes|mon|ma|les|la|le|l|vos|votre|ces|cette|cet|my|your|this|these|the) )?"
    r"(?:alertes?|mails?|e ?mails?|courriels?|messages?|alerts?|candidatures?|applications?|lettres?|newsletters?|letters?)"
    r"(?: (?:mail|email|d emploi|emploi|par mail|hebdomadaires?))?"
)
_NUMBER = re.compile(r"\d{1,6}")
# Between two commands on one line: "PAUSE 2 semaines et HEBDO".
_BETWEEN = re.compile(r"[,;.!+/]|\b(?:et|puis|and|then)\b", re.IGNORECASE)
_A_NAME = 3  # words
_A_SLIP_FROM = 6  # letters: one letter amiss in a shorter word makes another word
ADDRESS = re.compile(r"[^\s<>()\[\]\\,;:\"@]{1,64}@[^\s<>()\[\]\\,;:\"@]{1,250}[^\s<>()\[\]\\,;:\"@.!?]")
_DATE = re.compile(
    r"(jusqu )?((au|a|le|de) )?(\d{1,3} (jours?|days?|semaines?|weeks?|mois|months?)|((lun|mar|mer|jeu|ven|same)[a-z]*di "
    r"|dimanche )?\d{1,2}(er)?( ([a-z]{3,9}|\d{1,2}))?( \d{2,4})?|\d{4} \d{2} \d{2})"
)

_WEEKDAYS = {
    name: number
    for names in (
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "monday tuesday wednesday thursday friday saturday sunday",
    )
    for number, name in enumerate(names.split())
}

Takes: TypeAlias = Callable[[str], bool]
Fits: TypeAlias = "Callable[[Said], bool]"


def nothing(rest: str) -> bool:
    """Accept a word that stands alone on its line, or with what it can only be about: "stop les alertes"."""
    return not rest or _OBJECT.fullmatch(rest) is not None


def anything(rest: str) -> bool:
    """Accept whatever follows the word."""
    return True


def number(rest: str) -> bool:
    """Accept nothing, or one number: "2", "n° 2", "la deuxième"; two of them leave it open which one is meant."""
    return nothing(rest) or counted(rest) is not None


def numbers(rest: str) -> bool:
    """Accept nothing, or a list of numbers: "2", "2, 3 et 5", "les candidatures 2 à 4"."""
    return not numbered(rest)[1]


def duration(rest: str) -> bool:
    """Accept nothing, what a word can only be about, or a length of time: "2 semaines"."""
    return nothing(rest) or days_in(rest) is not None


def weekday(rest: str) -> bool:
    """Accept nothing, or a day of the week: "jeudi", "le lundi"."""
    return nothing(rest) or weekday_in(rest) is not None


def a_name(rest: str) -> bool:
    """Accept nothing, or a name of a few words: "LETTRE recruteurs"; more than that is a sentence."""
    return len(rest.split()) <= _A_NAME


def closed(said: Said) -> bool:
    """Accept, between the lines of a correspondence, a word with what it takes, but not one that takes anything."""
    return said.word.takes is not anything or not said.rest


def a_date(said: Said) -> bool:
    """Accept the word with a date or a length of time and nothing else: "jusqu'au 15 janvier", "2 semaines"."""
    return not said.rest or _DATE.fullmatch(said.rest) is not None


def only_addresses(said: Said) -> bool:
    """Accept the word alone, or with mail addresses and nothing else."""
    return not said.rest or not bare(ADDRESS.sub(" ", said.written)).replace("mailto", "").strip()


@dataclass(frozen=True)
class Word:
    """One command: its word, synonyms, what it takes, the help that AIDE shows, and the function that does it."""

    word: str
    help: str
    does: Callable[[Context, Said], str]
    also: tuple[str, ...] = ()
    takes: Takes = nothing
    shown: str = ""  # as AIDE writes it, with its argument
    meant: Fits = closed  # in a correspondence, where anything else is a message
    secret: bool = False  # what follows the word must not reach the other side of a correspondence
    speech: bool = False  # it takes the lines below it, too
    text_below: bool = False  # what stands below belongs to it, and may be a message


@dataclass(frozen=True)
class Said:
    """A command as a person said it: the word, what follows on the line (folded), and the lines below (as written)."""

    word: Word
    rest: str
    below: str
    whole: bool  # nothing but the command was written
    written: str = ""  # what follows the word on the line, as written
    shouted: bool = False  # the word was written in capitals

    @property
    def speech(self) -> str:
        """What follows the word, on its line and below, as written."""
        return f"{self.written}\n{self.below}".strip()

    @property
    def number(self) -> int | None:
        """The number that was said, if any."""
        found = _NUMBER.search(self.rest)
        if found:
            return int(found[0])
        return counted(self.rest) if self.word.takes is not anything else None

    @property
    def days(self) -> int | None:
        """The length of time that was said, in days."""
        return days_in(self.rest)


Table: TypeAlias = Iterable[Word]


def weekday_in(rest: str) -> int | None:
    """Return the day of the week that is all of a folded text: "le jeudi" -> 3, Monday is 0; None otherwise."""
    return _WEEKDAYS.get(re.sub(r"^(le|on|chaque|every) |s$", "", rest))


def after_word(text: str, *spellings: str, number: bool = True) -> str:
    """Return the text without the command that begins it, nor (if `number`) the number after it."""
    words = "|".join("[ -]+".join(re.escape(part) for part in spelling.split()) for spelling in spellings)
    count = r"(?:n[°o]?[ \t]*)?\d*[ \t]*" if number else ""
    return re.sub(rf"\A\s*(?:{words})\b[ \t]*{count}[:,;.!–—-]*", "", text, flags=re.IGNORECASE).strip()


def understand(own: str, table: Table) -> Said | None:
    """Return the command that the first written line is, or None.

    Case, accents, punctuation and polite words are ignored; the longest word wins ("STOP TOUT" before "STOP"), and of
    two words with one spelling the first that takes what follows. One letter amiss in a word of six or more is mended
    where no other word can be meant (`nearly` tells where one can).
    A word that takes nothing must stand alone on its line: "Stop aux heures sup !" is no command.
    """
    lines = _written(own)
    if not lines:
        return None
    line = bare(lines[0])
    for spelling, word in _spellings(table):
        if (line == spelling or line.startswith(spelling + " ")) and word.takes(line[len(spelling) :].strip()):
            return _said(word, line[len(spelling) :].strip(), lines)
    mended = _mended(line, table)
    if len(mended) != 1:
        return None
    said = _said(*mended[0], lines)
    # With a slip in it, a word that takes any may be a sentence like another.
    return said if said.word.meant(said) else None


def nearly(own: str, table: Table) -> tuple[Word, ...]:
    """Return the words that the first line may be with one letter amiss, where only the writer can say which."""
    lines = _written(own)
    if not lines or understand(own, table) is not None:
        return ()
    return tuple(word for word, _ in _mended(bare(lines[0]), table))


def understand_all(own: str, table: Table) -> tuple[tuple[Said, str], ...]:
    """Return the commands that a mail gives in order, each with its own text; one at most unless every piece is one.

    They stand one a line, or on one line with "et", "puis" or a comma between: "PAUSE 2 semaines et HEBDO". What
    stands below a word that takes a text (POSTULER, CORRIGER) belongs to it.
    """
    table = tuple(table)
    lines = _written(own)
    found: list[tuple[Said, str]] = []
    for number_, line in enumerate(lines):
        pieces = _pieces(line, table)
        if not pieces:
            break
        if _takes_text(pieces[-1][0].word):
            rest = "\n".join([pieces[-1][1], *lines[number_ + 1 :]])
            said = understand(rest, table)
            found += [*pieces[:-1], *([(said, rest)] if said else [])]
            break
        found += pieces
    if len(found) > 1:
        return tuple(found)
    said = understand(own, table)
    return ((said, own),) if said is not None else ()


def text_below(own: str, said: Said) -> str:
    """Return the lines below a command as they were written, empty lines between them kept."""
    lines = own.splitlines()
    for number_, line in enumerate(lines):
        if bare(line) and understand(line, (said.word,)) is not None:
            return "\n".join(lines[number_ + 1 :]).strip()
    return said.below.strip()


def _takes_text(word: Word) -> bool:
    return word.takes is anything or word.speech or word.text_below


def _pieces(line: str, table: tuple[Word, ...]) -> list[tuple[Said, str]]:
    """Return the commands of one line when all of it is commands; nothing otherwise."""
    cut = [piece for piece in _BETWEEN.split(line) if bare(piece)]
    several = [(said, piece) for piece in cut if (said := understand(piece, table)) is not None and _is_closed(said)]
    if len(cut) > 1 and len(several) == len(cut):
        return several
    said = understand(line, table)
    return [(said, line)] if said is not None else []


def _is_closed(said: Said) -> bool:
    """Return whether nothing but numbers follows a word that takes any."""
    return closed(said) or not numbered(said.written)[1]


def _written(own: str) -> list[str]:
    """Return the lines that say something, from the first that is more than politeness."""
    lines = [line for line in own.splitlines() if line.strip()]
    while lines and not bare(lines[0]):
        lines = lines[1:]
    return lines


def _spellings(table: Table) -> list[tuple[str, Word]]:
    """Return every spelling with its word, the longest first."""
    spellings = [(fold(name) or name, word) for word in table for name in (word.word, *word.also)]
    return sorted(spellings, key=lambda pair: len(pair[0]), reverse=True)


def _said(word: Word, rest: str, lines: list[str]) -> Said:
    written, shouted = _as_written(lines[0], word)
    whole = word.speech or not any(bare(other) for other in lines[1:])
    return Said(word, rest, "\n".join(lines[1:]), whole, written, shouted)


def _as_written(line: str, word: Word) -> tuple[str, bool]:
    """Return what follows the word on the line as it was written, and whether the word stands there in capitals."""
    spellings = sorted((word.word, *word.also), key=len, reverse=True)
    words = "|".join("[ _-]+".join(re.escape(part) for part in spelling.split()) for spelling in spellings)
    levelled = level(line)
    found = re.search(rf"(?<!\w)(?:{words})(?!\w)[ \t]*[:,;.!–—-]*", levelled, flags=re.IGNORECASE)
    if found is None:
        return after_word(line, *spellings, number=False), False
    return line[found.end() :].strip(), line[found.start() : found.end()].isupper()


def _mended(line: str, table: Table) -> list[tuple[Word, str]]:
    """Return the words, with what follows, that the line begins with but for one letter."""
    written = line.split()
    found: dict[str, tuple[Word, str]] = {}
    for spelling, word in _spellings(table):
        parts = spelling.split()
        rest = " ".join(written[len(parts) :])
        if word.word not in found and _is_nearly(written[: len(parts)], parts) and word.takes(rest):
            found[word.word] = (word, rest)
    return list(found.values())


def _is_nearly(written: list[str], parts: list[str]) -> bool:
    """Return whether one word of several letters differs, by one letter, and the others do not."""
    if len(written) != len(parts):
        return False
    amiss = [(a, b) for a, b in zip(written, parts, strict=True) if a != b]
    return len(amiss) == 1 and len(amiss[0][1]) >= _A_SLIP_FROM and one_slip_apart(*amiss[0])


def sections(tables: Mapping[str, Table]) -> dict[str, list[tuple[str, str]]]:
    """Return, by section, each word with its help: what AIDE and docs/commands.md are made of."""
    return {name: [(word.shown or word.word, word.help) for word in table] for name, table in tables.items()}
