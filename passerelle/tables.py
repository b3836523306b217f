"""What taking in any table shares: how far it is, what became of its lines, and the files written beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from jobboard import schema, sheets
from jobboard.errors import PermanentFailure
from jobboard.sheets import Sheet
from passerelle.installation import Installation
from scheduler import egress

Progress = Callable[[int, int, str], None]  # done, of (0 where nobody knows), what
BAD = "bad"  # the outcome of a line that could not be read


@dataclass
class Done:
    """What an import did, or would do; `called`: what one of its lines is called."""

    called: str = "line"
    counts: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)  # a sentence for each line that needs a look
    last_question: datetime | None = None  # when the last of the questions leaves, where there are any
    bad: list[tuple[str, ...]] = field(default_factory=list)  # cells, number and why

    def tell(self, number: int, words: object) -> None:
        """Tell something of a line that needs a look."""
        self.told.append(f"{self.called} {number}: {words}")

    def refuse(self, number: int, cells: tuple[str, ...], why: object) -> None:
        """Note a line that could not be read."""
        self.counts[BAD] += 1
        self.tell(number, why)
        self.bad.append((*cells, str(number), str(why)))


def feed_in(path: Path) -> bytes:
    """Return the octets of a feed in a file. Raises PermanentFailure with one sentence."""
    try:
        if path.stat().st_size > egress.MOST_OCTETS:
            most = egress.MOST_OCTETS // 2**20
            raise PermanentFailure(
                f"{path} is too large for a feed: {most} MB at most. Divide it, or ask for a shorter one."
            )
        return path.read_bytes()
    except OSError as error:
        raise PermanentFailure(f"{path} cannot be read: {error.strerror}.") from error


def is_remote(where: str) -> bool:
    """Tell whether this is an address of the web rather than a file."""
    return where.startswith(("http://", "https://"))


def check_schema(installation: Installation) -> None:
    """Raise PermanentFailure where the database is not of this version."""
    if schema.current(installation.database) != schema.head():
        raise PermanentFailure("The database is not of this version: passerelle db upgrade.")


def write_to_mend(sheet: Sheet, bad: Iterable[tuple[str, ...]]) -> Path | None:
    """Write lines, each its cells, its number and why, as a file beside the table to be mended and imported."""
    width = len(sheet.header)
    kept = [index for index, name in enumerate(sheet.columns) if name not in sheets.OURS]

    def cells(one: tuple[str, ...]) -> Iterable[str]:
        written, told = one[:-2], one[-2:]
        padded = [*written, *[""] * (width - len(written))]
        return [*(padded[index] for index in kept), *written[width:], *told]

    header = (*(sheet.header[index] for index in kept), *sheets.OURS)
    return write_beside(sheet, "to-mend", header, map(cells, bad))


def write_beside(sheet: Sheet, what: str, header: Iterable[str], rows: Iterator[Iterable[str]]) -> Path | None:
    """Write a file beside the table, or none where there is nothing to write."""
    first = next(rows, None)
    if first is None:
        return None
    path = sheet.path.with_name(f"{sheet.path.stem}-{what}.csv")
    write_private(
        path, (line for part in ((header, first), rows) for line in part), then=" Mend that, then start again."
    )
    return path


def write_private(path: Path, rows: Iterable[Iterable[str]], *, then: str = "") -> None:
    """Write a table that only its owner reads: addresses stand in it. Raises PermanentFailure."""
    try:
        path.touch(0o600)
        path.chmod(0o600)
        sheets.write(path, rows)
    except OSError as error:
        raise PermanentFailure(f"{path} cannot be written: {error.strerror}.{then}") from error
