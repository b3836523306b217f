"""Long work is told in a few lines where nobody looks at a terminal, and in a bar that ends full where somebody does."""

from __future__ import annotations

import io

import pytest

from passerelle.progress import measured


class Terminal(io.StringIO):
    """A terminal, as far as anybody can tell."""

    def isatty(self) -> bool:
        return True


def test_every_tenth_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with measured("Backing up") as progress:
        for done in range(1, 41):
            progress(done, 40, f"table {done}")
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 10
    assert (told[0], told[-1]) == ("Backing up: 10 % (table 4)", "Backing up: 100 % (table 40)")


def test_where_nobody_knows_how_much_there_is_it_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    with measured("Exporting") as progress:
        for done in range(0, 25_000, 500):
            progress(done, 0, "")
    assert capsys.readouterr().err.splitlines() == ["Exporting: 10000", "Exporting: 20000"]


def test_a_bar_ends_full_whatever_was_told_last(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with measured("Restoring") as progress:
        progress(37, 40, "table offer")
    assert "100%" in screen.getvalue().rpartition("Restoring")[2]
