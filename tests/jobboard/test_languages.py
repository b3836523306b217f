"""Catalogues: compiled from their sources in memory, French wherever a translation is missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from jobboard import languages

ROOT = Path(languages.__file__).parents[1]


def test_english_is_read_from_its_source() -> None:
    assert languages.gettext_for("en")("Lire l’offre") == "Read the offer"


def test_french_is_the_source_itself() -> None:
    assert languages.gettext_for("fr")("Lire l’offre") == "Lire l’offre"


def test_what_has_no_translation_stays_french() -> None:
    assert languages.gettext_for("en")("Une phrase sans traduction") == "Une phrase sans traduction"


@pytest.mark.parametrize(("count", "said"), [(0, "offre"), (1, "offre"), (2, "offres")])
def test_the_french_plural_begins_at_two(count: int, said: str) -> None:
    assert languages.translations("fr").ngettext("offre", "offres", count) == said


def test_the_english_fallback_counts_in_french() -> None:
    assert languages.translations("en").ngettext("offre", "offres", 0) == "offre"


def test_a_language_that_we_do_not_speak_is_refused() -> None:
    with pytest.raises(ValueError, match="'de' is none of fr, en"):
        languages.translations("de")


def test_every_word_of_the_shared_layout_is_translated(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    for folder in ("_layout", "_parts"):
        for file in (ROOT / "templates" / "mail" / folder).iterdir():
            copy = shared / "templates" / folder / file.name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    found = tmp_path / "found.pot"
    CommandLineInterface().run(  # type: ignore[no-untyped-call]  # a command line's entry point
        ["pybabel", "-q", "extract", "-F", str(ROOT / "babel.cfg"), "-o", str(found), "--ignore-dirs=.*", str(shared)]
    )
    with found.open("rb") as source:
        messages = [str(message.id) for message in read_po(source) if message.id]
    assert "Se désabonner" in messages
    assert [words for words in messages if languages.gettext_for("en")(words) == words] == []
