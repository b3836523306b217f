"""Lists of letters by configuration: what a file changes, what it adds, and every mistake named in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobboard import letter_lists
from jobboard.errors import Misconfigured
from jobboard.sections import Section
from tests.conftest import make_settings


def read(tmp_path: Path, text: str) -> dict[str, letter_lists.LetterList]:
    letter_lists._lists.cache_clear()
    path = tmp_path / "lists.toml"
    path.write_text(text, encoding="utf-8")
    return letter_lists.lists(make_settings(tmp_path, lists=path))


def test_three_lists_need_nothing(tmp_path: Path) -> None:
    found = letter_lists.lists(make_settings(tmp_path, letter_draft_at="tue 10:00"))
    assert list(found) == ["weekly", "recruteurs", "essentiel"]
    assert found["weekly"].when == "tue 10:00"
    assert found["weekly"].path == "/lettres"
    assert found["recruteurs"].figures
    assert found["recruteurs"].path == "/lettres/recruteurs"


def test_a_file_changes_and_adds(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        '[weekly]\noffers = 20\n[bretagne]\ntitle = "La lettre de Bretagne"\nwhen = "fri 08:00"\n'
        'sections = ["territoires"]\nterritory = "r53"\napprovals = 0\n',
    )
    assert (found["weekly"].offers, found["weekly"].title) == (20, "La lettre de la semaine")
    assert found["bretagne"].sections == (Section.TERRITORIES,)
    assert found["bretagne"].approvals == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[weekly", "is no TOML"),
        ('title = "x"', "outside of any"),
        ('[x]\ntitle = "X"', "[x] when"),
        ('[X-Y]\ntitle = "X"\nwhen = "mon 09:00"', "[X-Y] name"),
        ('[weekly]\nsections = ["sport"]', "[weekly] sections.0"),
        ('[weekly]\nterritory = "99"', "[weekly] territory"),
        ("[weekly]\noffers = -1", "[weekly] offers"),
        ("[weekly]\ncolour = 1", "[weekly] colour"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Misconfigured) as wrong:
        read(tmp_path, text)
    assert str(wrong.value).startswith("PASSERELLE_LISTS: ")
    assert said in str(wrong.value)


def test_a_list_that_is_no_more_keeps_its_name(tmp_path: Path) -> None:
    assert letter_lists.find(make_settings(tmp_path), "ancienne").title == "ancienne"
