"""How fast subscribers come in: a table of people with the proof of their consent, then the same table once more, then
as many without proof, who are asked.

`python -m benchmarks.imports [--size LINES] [--json FILE]`. Beside the figures stands a yardstick of the same run: the same
lines copied into a bare table. The memory is what this process grows by while it works.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.digests import peak_mb
from benchmarks.match import fresh
from jobboard import csv_rows, subscriber_rows
from jobboard.addresses import Addresses
from jobboard.db import Database
from passerelle import importing
from passerelle.installation import Installation


@dataclass
class Measured:
    """Seconds of one run; `grown_mb` in megabytes of resident memory."""

    lines: int
    proof_seconds: float
    again_seconds: float
    ask_seconds: float
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


def take_in(database: Database, path: Path) -> float:
    """Import a table as the command does; returns the seconds that it took."""
    installation = Installation(database.settings, database, Addresses(database.settings), "", None)
    started = time.perf_counter()
    sheet = importing.open_subscribers(path)
    importing.subscribers(
        installation, sheet, default_list="weekly", rehearsal=False, progress=lambda done, of, what: None
    )
    return time.perf_counter() - started


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
        before = peak_mb()
        first, again, asked = (take_in(database, path) for path in (proof, proof, ask))
        return Measured(lines, first, again, asked, bare(database, proof), peak_mb() - before)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="lines of a table")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    found = measure(given.size)
    print(
        f"imports: {found.lines} lines with proof in {found.proof_seconds:.1f} s, the same again in {found.again_seconds:.1f} s,"
        f" as many without proof, asked, in {found.ask_seconds:.1f} s; bare copy {found.bare_seconds:.1f} s;"
        f" {found.grown_mb:.0f} MB more than before"
    )
    if given.json:
        given.json.write_text(json.dumps(vars(found)))


if __name__ == "__main__":
    main()
