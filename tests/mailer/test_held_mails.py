"""What the staff read of a held mail: the words, and no secret in any spelling."""

from __future__ import annotations

import pytest

from mailer.gate import leaks
from mailer.gate_showing import COVER, cover
from tests.mailer.plantings import SPELLINGS, WORDS, composed
from tests.mailer.sample_mails import ADDRESS

DOMAIN = "@asso-horizon.example"


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_no_spelling_can_be_read(spelling) -> None:
    covered = cover(f"{WORDS}\nÉcrivez à {spelling.text} svp.\n\nMerci\n", [spelling.secret])
    assert COVER in covered
    assert leaks(composed(text=covered), [spelling.secret]) == ()


def test_the_words_around_are_read() -> None:
    text = f"Bonjour,\nécrivez à {ADDRESS.upper()} ou à direction+x{DOMAIN}.\nÀ mardi, paul@autre.example."
    expected = f"Bonjour,\nécrivez à {COVER} ou à {COVER}.\nÀ mardi, paul@autre.example."
    assert cover(text, [ADDRESS, DOMAIN]) == expected


def test_what_goes_over_lines_covers_everything() -> None:
    assert cover(ADDRESS.replace("@", "@\n") + "\nBonjour", [ADDRESS]) == COVER


def test_a_text_without_secret_stays_and_a_long_one_is_cut() -> None:
    assert cover(WORDS, [ADDRESS, DOMAIN]) == WORDS.rstrip("\n")
    assert len(cover("mot " * 20_000, [ADDRESS])) == 20_000
