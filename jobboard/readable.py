"""What every reader of people's words shares: text levelled letter by letter, so that a find points back into the original."""

from __future__ import annotations

import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SAME = {ord(char): "'" for char in "’‘ʼ`´′"} | {ord(char): "-" for char in "‐‑‒−"} | {10: "\n", 9: " "}

NUMBER_WORDS = {
    word: value
    for value, words in enumerate(
        (
            "zero",
            "un une premier one a",
            "deux two",
            "trois three",
            "quatre four",
            "cinq five",
            "six",
            "sept seven",
            "huit eight",
            "neuf nine",
            "dix ten",
            "onze eleven",
            "douze twelve",
            "treize thirteen",
            "quatorze fourteen",
            "quinze fifteen",
            "seize sixteen",
            "dix-sept seventeen",
            "dix-huit eighteen",
            "dix-neuf nineteen",
            "vingt twenty",
        )
    )
    for word in words.split()
} | {"vingt-quatre": 24, "trente": 30, "trente-six": 36}


class _Levels(dict[int, str]):
    """One levelled character per character, worked out the first time that it is met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        bare = "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))
        low = bare.lower() if len(bare) == 1 else char
        if low.isspace():
            low = " "
        self[code] = low if len(low) == 1 else char
        return self[code]


_LEVELS = _Levels(_SAME)


def clean(text: str) -> str:
    """Return the text composed (NFC), with \\n line ends, without control and invisible characters."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n"))
    text = _CONTROL.sub("", text)
    if text.isascii():
        return text
    return "".join(char for char in text if unicodedata.category(char) not in ("Cf", "Cs"))


def level(text: str) -> str:
    """Return lower-case letters without accents, plain apostrophes, hyphens and spaces; exactly as long as the text."""
    return text.translate(_LEVELS)


def number(word: str) -> int | None:
    """Return the number that digits or a levelled number word mean, None for anything else."""
    return int(word) if word.isdecimal() and len(word) < 10 else NUMBER_WORDS.get(word)
