"""How fast subscribers come in: a table of people with the proof of their consent, then the same table once more, then
as many without proof, who are asked, then others as a workbook.

`python -m benchmarks.imports [--size LINES] [--json FILE]`. Beside the seconds stand those that the processors worked, of
the command and of the whole database server together; and a yardstick of the same run: the same lines copied into a bare
table. The memory is what this process grows by while it works.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.digests import peak_mb
from benchmarks.letter import Watch
from benchmarks.match import fresh
from jobboard import csv_rows, sheets, subscriber_rows
from jobboard.addresses import Addresses
from jobboard.db import Database
from passerelle import importing
from passerelle.installation import Installation


@dataclass
class Taken:
    """Seconds that one import took, and seconds that processors worked for it: this process's and the database server's."""

    seconds: float
    processor_seconds: float


@dataclass
class Measured:
    """What each import took, the bare copy beside them in seconds; `grown_mb` in megabytes of resident memory."""

    lines: int
    proof: Taken
    again: Taken
    asked: Taken
    workbook: Taken
    bare_seconds: float
    grown_mb: float


def table(path: Path, lines: int, name: str, *, proof: bool) -> Path:
    """Write a table of that many people."""
    given = (
        ("2024-05-31T10:00:00+02:00", "form", "I agree to receive the weekly letter by mail.", "")
        if proof
        else ("",) * 4
    )
    rows = ((f"{name}.{n}@example{n % 500}.fr", f"Name {n}", "weekly", "ESS", "44", "fr", *given) for n in range(lines))
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(csv_rows.pieces([subscriber_rows.EXPORTED]))
        file.writelines(csv_rows.pieces(rows))
    return path


def worked(database: Database) -> float:
    """Return how long this process and all of the database server's have worked so far, in seconds, on Linux."""
    with database.transaction() as session:
        backend = session.scalar(sa.text("SELECT pg_backend_pid()"))
    server = int(Path(f"/proc/{backend}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    return Watch(server, [os.getpid()]).seconds()


def take_in(database: Database, path: Path) -> Taken:
    """Import a table as the command does."""
    installation = Installation(database.settings, database, Addresses(database.settings), "", None)
    started, before = time.perf_counter(), worked(database)
    sheet = importing.open_subscribers(path)
    importing.subscribers(
        installation, sheet, default_list="weekly", rehearsal=False, progress=lambda done, of, what: None
    )
    return Taken(time.perf_counter() - started, worked(database) - before)


def workbook(path: Path) -> Path:
    """Write the same table as a workbook."""
    book = path.with_suffix(".xlsx")
    sheets.write(book, (row.cells for row in csv_rows.rows(path, "utf-8")))
    return book


def bare(database: Database, path: Path) -> float:
    """Copy the same lines into a table without index nor reading; returns the seconds."""
    with database.transaction() as session:
        session.execute(sa.text("CREATE TABLE bare (line text)"))
        connection: Any = session.connection().connection.driver_connection
        started = time.perf_counter()
        with connection.cursor().copy("COPY bare FROM STDIN") as copy, path.open(encoding="utf-8") as file:
            for line in file:
                copy.write_row([line])
        return time.perf_counter() - started


def measure(lines: int) -> Measured:
    """Return the figures for that many lines."""
    with tempfile.TemporaryDirectory() as folder, fresh() as database:
        proof = table(Path(folder) / "proof.csv", lines, "proof", proof=True)
        ask = table(Path(folder) / "ask.csv", lines, "ask", proof=False)
        book = workbook(table(Path(folder) / "book.csv", lines, "book", proof=True))
        before = peak_mb()
        first, again, asked, other = (take_in(database, path) for path in (proof, proof, ask, book))
        return Measured(lines, first, again, asked, other, bare(database, proof), peak_mb() - before)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="lines of a table")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    found = measure(given.size)
    told = {"with proof": found.proof, "the same again": found.again, "without proof, asked": found.asked}
    for what, taken in {**told, "with proof, as a workbook": found.workbook}.items():
        print(f"imports: {found.lines} lines {what}: {taken.seconds:.1f} s, processors {taken.processor_seconds:.1f} s")
    print(f"imports: bare copy {found.bare_seconds:.1f} s; {found.grown_mb:.0f} MB more than before")
    if given.json:
        given.json.write_text(json.dumps(asdict(found)))


if __name__ == "__main__":
    main()
