"""Every letter reads as it did when somebody last read it: tests/golden."""

from __future__ import annotations

import pytest

from tests.golden import make
from tests.mailer import samples


@pytest.mark.parametrize("kind", samples.written())
def test_letters_read_as_their_goldens(kind: str) -> None:
    assert make.path(kind).exists(), f"{kind} has no golden mail: run make goldens, and read it"
    kept, now = make.path(kind).read_text(encoding="utf-8"), make.golden(kind)
    assert now == kept, f"{kind} reads differently now: run make goldens, and read the diff"


def test_no_golden_outlives_its_letter() -> None:
    assert {path.stem for path in make.FOLDER.glob("*.eml")} <= set(samples.written()), "run make goldens"
