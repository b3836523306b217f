"""How fast a letter leaves: the whole product, from the approval to everybody marked, beside a bare sender.

`python -m benchmarks.letter [--size READERS] [--keys none,ed25519,rsa] [--json FILE]`

Two workers with homes of their own share one PostgreSQL and send 45 kB of HTML with its text, each copy with its
reader's name and tokens, into a sink that keeps nothing. What is timed is the second letter of an installation that
runs: its readers have had one before, and its workers have sent it. The bare sender is two processes that do nothing but join the
same octets, sign them alike and write them to the same sink over as many connections, before and after, and the mean of
both counts: what else the machine does meanwhile slows both. Memory is the proportional share (PSS) of the workers at its peak; beside it, with the database's.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from benchmarks.sinks import bare
from benchmarks.sinks.bare import Octets
from jobboard import editions, people, ports, postgres, schema
from jobboard.addresses import Addresses
from jobboard.clock import now
from jobboard.db import Database
from jobboard.editions import Edition, EditionState
from jobboard.people import Role
from jobboard.recipients import Recipient
from jobboard.settings import Environment, Settings
from mailer.edition_copies import Copies
from passerelle import doors

SIZE = 24_000
SECRET = "a secret for benchmarks only"
WORKERS = 2
LOOKS_SECONDS = 2.0  # between two looks at the memory: each costs a hundredth of a second of what is measured
INTRO_OCTETS = 29_000  # which make 45 kB of HTML
# What Mailman 3 sent a second on a machine of this kind with each member's copy personalised.
MAILMAN = 37.0
# How French mailboxes are spread, about.
DOMAINS = {
    "gmail.com": 38, "orange.fr": 10, "free.fr": 9, "hotmail.fr": 7, "laposte.net": 6, "yahoo.fr": 6, "outlook.fr": 4,
    "wanadoo.fr": 4, "sfr.fr": 3, "asso.example": 13,
}  # fmt: skip


@contextmanager
def sink() -> Iterator[subprocess.Popen[bytes]]:
    """Run the sink in a process of its own; its port is `args[-1]`."""
    port = ports.free()
    running = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.sinks.fast", str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert running.stdin is not None
    assert running.stdout is not None
    try:
        assert running.stdout.readline() == b"listening\n"
        yield running
    finally:
        running.stdin.close()
        running.wait(10)


def taken(running: subprocess.Popen[bytes]) -> int:
    """Return how many mails the sink has taken."""
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.write(b"?\n")
    running.stdin.flush()
    return int(running.stdout.readline())


def settings_of(home: Path, url: str, port: int, key: Path | None) -> Settings:
    """Return the settings of this process and of the workers."""
    return Settings(
        _env_file=None,  # type: ignore[call-arg]  # of pydantic-settings
        home=home,
        env=Environment.DEVELOPMENT,
        database_url=url,
        secret_key=SECRET,
        smtp_url=f"smtp://127.0.0.1:{port}?starttls=never",
        dkim_selector="bench" if key else None,
        dkim_key=key,
    )


@contextmanager
def workers(home: Path, settings: Settings) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run the workers, each with a home of its own, until the end of the block."""
    given = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PASSERELLE_")},
        "PASSERELLE_ENV": "development",
        "PASSERELLE_DATABASE_URL": settings.database_url or "",
        "PASSERELLE_SECRET_KEY": SECRET,
        "PASSERELLE_SMTP_URL": settings.smtp_url or "",
    }
    if settings.dkim_key:
        given |= {"PASSERELLE_DKIM_SELECTOR": "bench", "PASSERELLE_DKIM_KEY": str(settings.dkim_key)}
    running = []
    try:
        for number in range(WORKERS):
            own = home / f"worker{number}"
            own.mkdir(exist_ok=True)
            doors.forget_ready(own)  # of the worker before
            with (own / "events.log").open("wb") as log:
                process = subprocess.Popen(
                    [sys.executable, "-m", "passerelle", "worker"],
                    env={**given, "PASSERELLE_HOME": str(own)},
                    cwd=Path(__file__).parents[1],
                    stderr=log,
                )
            running.append(process)
        for number in range(WORKERS):
            _wait_until((home / f"worker{number}" / "ready" / "worker").exists)
        yield running
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(60)


def _wait_until(true: object, seconds: float = 600.0, pause: float = 0.05) -> None:
    assert callable(true)
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError("the benchmark waited in vain")
        time.sleep(pause)


def plant(database: Database, readers: int) -> None:
    """Make the readers, named and spread over domains, and a member of staff."""
    domains = [domain for domain, share in DOMAINS.items() for _ in range(share)]
    names = ["Zoé Martin", "Léa Dubreuil", "Jean-Paul Roux", "", "Inès Aubry", "Samir Cohen", "Nadia Perrot"]
    with database.transaction() as session:
        session.execute(
            sa.text("""
                INSERT INTO person (address, address_key, name, language, created_at, life_at)
                SELECT address, address, (CAST(:names AS text[]))[1 + n % :many], 'fr', now(), now() FROM (
                    SELECT n, 'reader' || n || '@' || (CAST(:domains AS text[]))[1 + n * 37 % 100] AS address
                    FROM generate_series(1, :readers) AS n) AS each
            """),
            {"names": names, "many": len(names), "domains": domains, "readers": readers},
        )
        session.execute(
            sa.text("""
                INSERT INTO subscription (person_id, stream, since, variant)
                SELECT id, 'letters:weekly', now(), '' FROM person
            """)
        )
        member = people.admit(session, "staff@equipe.example", name="Inès Roux", at=now())
        people.grant(session, member, Role.STAFF, at=now())
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE"))


def draft(database: Database, number: int, octets: int) -> int:
    """Draft an edition whose words fill so many octets; return its id."""
    paragraph = "Cette semaine, des offres, des rencontres et des nouvelles de l’économie sociale et solidaire. " * 4
    intro = "\n\n".join(paragraph.strip() for _ in range(max(octets // len(paragraph.encode()), 1)))
    with database.transaction() as session:
        edition = Edition(
            list_name="weekly",
            number=number,
            state=EditionState.DRAFT,
            title="La lettre",
            intro=intro,
            drafted_at=now(),
        )
        session.add(edition)
        session.flush()
        return edition.id


class Watch:
    """Looks at the workers and the database's processes: their memory together, and their processor time."""

    def __init__(self, server: int, workers: list[int]) -> None:
        self._server, self._workers = server, workers
        self._roots = [server, *workers]
        self._stop = threading.Event()
        self.peak = self.peak_with_database = 0.0
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Watch:
        self.before = self.seconds()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.spent = self.seconds() - self.before
        self._look()
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(LOOKS_SECONDS):
            self._look()

    def _look(self) -> None:
        ours = sum(map(_pss, self._workers))
        self.peak = max(self.peak, ours)
        self.peak_with_database = max(self.peak_with_database, ours + sum(map(_pss, self._all([self._server]))))

    def _all(self, roots: list[int]) -> list[int]:
        """Return those processes with their children."""
        parents: dict[int, list[int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
        found, waiting = list[int](), list(roots)
        while waiting:
            one = waiting.pop()
            found.append(one)
            waiting += parents.get(one, [])
        return found

    def seconds(self) -> float:
        """Return the processor time that they have used, in seconds; of children that have ended as well."""
        ticks = 0
        for process in self._all(self._roots):
            try:
                fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            ticks += int(fields[11]) + int(fields[12])
            if process in self._roots:
                ticks += int(fields[13]) + int(fields[14])
        return ticks / os.sysconf("SC_CLK_TCK")


def children_seconds() -> float:
    """Return the processor time of this process's children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _pss(process: int) -> float:
    """Return the proportional share of a process's memory, in MB: what is shared counts once among all."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def send(database: Database, edition_id: int) -> float:
    """Approve an edition and wait until everybody's copy is marked; return the seconds from one to the other."""
    began = time.monotonic()
    with database.transaction() as session:
        member = next(iter(people.staff(session)))
        editions.approve(session, session.get_one(Edition, edition_id), by=member, at=now())

    def done() -> bool:  # asked by the driver itself: what is asked so often must not cost what is measured
        with database.statements() as connection:
            found = connection.execute("SELECT state FROM edition WHERE id = %s", [edition_id]).fetchone()
        return found == (EditionState.SENT,)

    _wait_until(done, seconds=3600, pause=0.02)
    took = time.monotonic() - began
    with database.transaction() as session:
        edition = session.get_one(Edition, edition_id)
        counted = editions.counts_of(session, edition)
        states = session.execute(
            sa.select(Recipient.state, sa.func.count())
            .where(Recipient.edition_id == edition_id)
            .group_by(Recipient.state)
        ).all()
    assert [tuple(row) for row in states] == [("sent", counted.total)], states
    return took


def octets_of(database: Database, edition_id: int) -> Octets:
    """Return the letter's octets for the bare sender: what every copy has, cut where copies differ."""
    copies = Copies(database.settings, Addresses(database.settings))
    with database.transaction() as session:
        template = copies.template(session, edition_id, "", "fr", at=now())
    return Octets(template.header.fixed.removesuffix(b"\r\n"), template.header.canonical, list(template.body.pieces))


def postmaster(server: postgres.Server) -> int:
    """Return the number of the database server's first process."""
    return int((server.embedded.data / "postmaster.pid").read_text().split()[0])


def make_key(home: Path, kind: str) -> Path | None:
    """Write a private key of that kind; None for none."""
    if kind == "none":
        return None
    key = rsa.generate_private_key(65537, 2048) if kind == "rsa" else ed25519.Ed25519PrivateKey.generate()
    path = home / f"{kind}.pem"
    pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path.write_bytes(key.private_bytes(*pem))
    return path


def measure(home: Path, url: str, server: int, kind: str, number: int, readers: int) -> dict[str, float]:
    """Return the figures of one kind of key."""
    key, bare_mails = make_key(home, kind), min(readers, SIZE)
    with sink() as running:
        port = int(str(running.args[-1]))  # type: ignore[index]
        settings = settings_of(home, url, port, key)
        database = Database(url, settings)
        try:
            first = draft(database, 2 * number, INTRO_OCTETS)
            octets, used = octets_of(database, first), children_seconds()
            rates = [bare.rate(port, octets, key, mails=bare_mails)]
            bare_seconds = children_seconds() - used
            with workers(home, settings) as processes:
                send(database, first)
                edition_id, came_before = draft(database, 2 * number + 1, INTRO_OCTETS), taken(running)
                with Watch(server, [one.pid for one in processes]) as watch:
                    seconds = send(database, edition_id)
            came = taken(running) - came_before
            rates.append(bare.rate(port, octets, key, mails=bare_mails))
        finally:
            database.close()
    assert came == readers, f"{came} mails for {readers} readers"
    mean = sum(rates) / len(rates)
    return {
        "per_second": round(readers / seconds, 1),
        "of_bare": round(readers / seconds / mean, 3),
        "of_mailman": round(readers / seconds / MAILMAN, 1),
        "bare_per_second": round(mean, 1),
        "cpu_ms_per_mail": round(1000 * watch.spent / readers, 3),
        "bare_cpu_ms_per_mail": round(1000 * bare_seconds / bare_mails, 3),
        "peak_mb": round(watch.peak, 1),
        "peak_with_database_mb": round(watch.peak_with_database, 1),
        "seconds": round(seconds, 2),
        "octets": sum(map(len, octets.pieces)),
    }


def main() -> None:
    """Measure, print, and write the figures where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--keys", default="none,ed25519,rsa")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    found: dict[str, object] = {"readers": asked.size}
    home = Path(tempfile.mkdtemp(prefix="passerelle-bench-"))
    try:
        with postgres.start(home) as server:
            database = Database(server.url, settings_of(home, server.url, 1, None))
            schema.upgrade(database)
            plant(database, asked.size)
            database.close()
            peak = 0.0
            for number, kind in enumerate(asked.keys.split(","), 1):
                figures = measure(home, server.url, postmaster(server), kind, number, asked.size)
                found[kind], peak = figures, max(peak, figures["peak_mb"])
                print(
                    f"letter, {asked.size} readers, {kind}: {figures['per_second']:.0f}/s in {figures['seconds']:.1f} s,"
                    f" {figures['of_bare']:.2f} of a bare sender ({figures['bare_per_second']:.0f}/s),"
                    f" {figures['of_mailman']:.0f} times Mailman's {MAILMAN:.0f}/s;"
                    f" {figures['cpu_ms_per_mail']:.2f} ms of CPU a mail, {figures['peak_mb']:.0f} MB at most,"
                    f" {figures['peak_with_database_mb']:.0f} MB with the database"
                )
            found["peak_mb"] = peak
    finally:
        postgres.erase(home)
        shutil.rmtree(home, ignore_errors=True)
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
