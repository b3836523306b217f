"""`passerelle import subscribers` and `export subscribers`: who becomes what, twice the same, interrupted, mended."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobboard import crashes, erasing, import_questions, people, questions, suppression
from jobboard.addresses import Addresses, Purpose
from jobboard.clock import now
from jobboard.db import Database
from jobboard.erasures import Cause
from jobboard.imports import Asked, ImportLine, ImportRun
from jobboard.outbox import Post
from jobboard.people import Consent, Person, Subscription
from jobboard.questions import Question, QuestionState, Topic
from jobboard.suppression import Severity
from mailer.delivery import FRESHEN
from passerelle import importing
from scheduler import rounds
from tests.doors.mail_house import letter, mail_house
from tests.jobboard import records
from tests.passerelle.conftest import Run, environment

ROOT = Path(__file__).parents[2]
PROOF = ("31/05/2024 10:30", "formulaire du site", "J’accepte de recevoir la lettre.", "registre 12")
HEADER = ("Adresse", "Prénom", "Nom", "Listes", "Rubriques", "Territoire",
          "consent_at", "consent_how", "consent_text", "consent_proof")  # fmt: skip


def table(path: Path, *rows: tuple[str, ...], encoding: str = "utf-8", separator: str = ";") -> Path:
    """Write a table of subscribers."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows([HEADER, *rows])
    return path


def line(address: str, *more: str, proof: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return a line: address, then first name, name, lists, sections, territory."""
    return (address, *more, *[""] * (5 - len(more)), *proof)


def counts(database: Database) -> dict[str, int]:
    """Return what the newest finished import came to."""
    with database.transaction() as session:
        run = session.scalars(sa.select(ImportRun).order_by(ImportRun.id.desc())).first()
        return dict(run.counts) if run else {}


def rows(database: Database, record: type) -> int:
    with database.transaction() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(record)) or 0


def people_who_must_not_come_back(database: Database) -> None:
    """Make one person for each reason to stay out, and one who is on the list."""
    with database.transaction() as session:
        for name in ("partie", "effacee", "presente", "pleine"):
            person = people.admit(session, f"{name}@courrier.example", at=now())
            on_list = people.subscribe(session, person, "letters:weekly", at=now()) if name != "pleine" else None
            if name == "partie" and on_list is not None:
                people.unsubscribe(session, on_list, how="one-click", at=now())
            if name == "effacee":
                erasing.erase(session, person, Cause.ASKED, at=now())
        for _ in range(2):
            suppression.count(session, "pleine@courrier.example", Severity.HARD, "5.1.1", at=now())
        refused = questions.ask(session, Topic.SUBSCRIBE, "non@courrier.example", list_name="weekly", at=now())
        questions.LIFE.step(refused, "decline", by=None, at=now())


def test_each_line_becomes_what_it_says_and_nobody_is_put_back(
    passerelle: Run, database: Database, addresses: Addresses, tmp_path: Path
) -> None:
    people_who_must_not_come_back(database)
    source = table(
        tmp_path / "abonnés.csv",
        line("Lea@Courrier.example", "Léa", "Dubreuil", "weekly", "ESS, Salariés", "44", proof=PROOF),
        line("zoe@courrier.example", "Zoé", "", "weekly, L’essentiel", "", "Bretagne"),
        line("lea@courrier.EXAMPLE", proof=PROOF),
        *(line(f"{name}@courrier.example", proof=PROOF) for name in ("partie", "effacee", "pleine", "non", "presente")),
        line("pas une adresse"),
        line("x@courrier.example", "=HYPERLINK(0)"),
        line("y@courrier.example", "Y", "", "inconnue"),
        line("contact@passerelle.localhost"),
        line("demain@courrier.example", proof=("31/05/2124", *PROOF[1:])),
        encoding="cp1252",
    )
    before = rows(database, Person), rows(database, Post)
    rehearsed = passerelle("import", "subscribers", source, "--dry-run")
    assert rehearsed.exit_code == 0, rehearsed.output
    assert (rows(database, Person), rows(database, Post)) == before
    assert rows(database, ImportRun) == rows(database, ImportLine) == 0

    done = passerelle("import", "subscribers", source)
    assert done.exit_code == 0, done.output
    expected = {"subscribed": 1, "asked": 1, "duplicate": 1, "present": 1, "bad": 5}
    assert counts(database) == {**expected, "left": 1, "erased": 1, "suppressed": 1, "declined": 1}
    rehearsal, real = (
        {text.split("  ")[-1].partition(", the last one")[0] for text in one.stdout.splitlines()}
        for one in (rehearsed, done)
    )
    assert "The questions leave at 600 an hour (IMPORT_QUESTIONS_PER_HOUR)" in real
    assert real == rehearsal - {"Nothing was kept: without --dry-run it is done."}
    assert "line 10: the address has not the form of one" in done.output
    with database.transaction() as session:
        lea = people.find(session, "lea@courrier.example")
        assert lea is not None
        assert (lea.address, lea.name) == ("Lea@Courrier.example", "Léa Dubreuil")
        [proof] = people.consents(session, lea)
        assert proof.given_at == datetime(2024, 5, 31, 8, 30, tzinfo=UTC)
        assert (proof.purpose, proof.how, proof.text_shown) == ("letters:weekly", "import", PROOF[2])
        assert {"line": 2, "how": PROOF[1], "proof": PROOF[3]}.items() <= proof.evidence.items()
        assert [one.variant for one in people.subscriptions(session, lea)] == ["ess,salaries@44"]
        assert people.find(session, "zoe@courrier.example") is None

    kept_out = (tmp_path / "abonnés-kept-out.csv").read_text("utf-8-sig")
    found = [(one["address"].split("@")[0], one["why"]) for one in csv.DictReader(io.StringIO(kept_out), delimiter=";")]
    assert found == [("partie", "left"), ("effacee", "erased"), ("pleine", "suppressed"), ("non", "declined")]
    to_mend = tmp_path / "abonnés-to-mend.csv"
    assert to_mend.stat().st_mode & 0o077 == 0
    mended = to_mend.read_text("utf-8-sig")
    assert "=HYPERLINK" not in mended.replace("'=HYPERLINK", "")
    to_mend.write_text(
        mended.replace("pas une adresse", "mendee@courrier.example").replace("inconnue", "weekly"), "utf-8"
    )
    assert passerelle("import", "subscribers", to_mend).exit_code == 0
    assert counts(database) == {"asked": 2, "bad": 3}

    assert passerelle("import", "subscribers", source).exit_code == 0
    assert counts(database) == {
        "asked-before": 1, "present": 2, "duplicate": 1, "bad": 5, "left": 1, "erased": 1, "suppressed": 1, "declined": 1
    }  # fmt: skip
    assert rows(database, ImportLine) == 0

    # Zoé answers OUI, through the door: both lists, her territory, one welcome. Another says STOP: she is left in peace.
    with mail_house(database, addresses) as house:
        asked = house.posts("imported_subscription_question")
        assert [post.due_at - asked[0].due_at for post in asked[1:]] >= [timedelta(seconds=6), timedelta(seconds=12)]
        zoe, mendee = (house.addresses.make(Purpose.REPLY, post.ticket_id) for post in asked[:2])
        assert house.outcome(zoe, letter("zoe@courrier.example", "OUI")) == "subscribed"
        assert house.outcome(mendee, letter("mendee@courrier.example", "STOP")) == "declined"
        [welcome] = house.posts("letter_welcome")
        assert welcome.params == {"list_name": "weekly", "others": ["essentiel"]}
    with database.transaction() as session:
        person = people.find(session, "zoe@courrier.example")
        assert person is not None
        streams = [(one.stream, one.variant) for one in people.subscriptions(session, person)]
        assert streams == [("letters:weekly", "@r53"), ("letters:essentiel", "@r53")]
        assert people.find(session, "mendee@courrier.example") is None


def test_yesterdays_export_adds_nobody_whatever_stands_in_it(
    passerelle: Run, database: Database, tmp_path: Path
) -> None:
    odd = ('=1+1;"x"', "'+33", "O’Brien", "ligne\ndeux", "Ünï")
    with database.transaction() as session:
        for number, name in enumerate(odd):
            person = people.admit(session, f"p{number}@courrier.example", name=name, language="en", at=now())
            people.subscribe(session, person, "letters:weekly", at=now()).variant = "ess@44" if number else ""
            people.consent(
                session, person, "letters:weekly", how="mail", text=f"- {name}", evidence={"mail": 3}, at=now()
            )
        records.subscriber(session, at=now())  # without any proof left
        gone = people.admit(session, "gone@courrier.example", at=now())
        people.unsubscribe(session, people.subscribe(session, gone, "letters:weekly", at=now()), how="stop", at=now())
    printed = passerelle("export", "subscribers", "--list", "weekly")
    assert printed.exit_code == 0
    assert len(list(csv.DictReader(io.StringIO(printed.stdout), delimiter=";"))) == 6
    assert "gone@" not in printed.stdout
    assert not any(
        cell.startswith(("=", "+", "-", "@"))
        for row in csv.reader(io.StringIO(printed.stdout), delimiter=";")
        for cell in row
    )
    before = [rows(database, record) for record in (Person, Subscription, Consent, Post, Question)]
    for name in ("hier.csv", "hier.xlsx"):
        assert passerelle("export", "subscribers", tmp_path / name).exit_code == 0
        assert (tmp_path / name).stat().st_mode & 0o077 == 0
        again = passerelle("import", "subscribers", tmp_path / name)
        assert again.exit_code == 0, again.output
        # Names that are formulas, or hold a line's end, were never ours to write: they are told, and nobody is added.
        assert counts(database)["present"] + counts(database)["bad"] == 6
        assert set(counts(database)) <= {"present", "bad"}
        assert [rows(database, record) for record in (Person, Subscription, Consent, Post, Question)] == before
    assert passerelle("export", "subscribers", "--list", "inconnue").exit_code == 1


def test_killed_between_any_two_commits_it_goes_on_and_does_nothing_twice(
    passerelle: Run, database: Database, tmp_path: Path
) -> None:
    people_of_it, batches = 3 * importing.BATCH, importing.BATCH
    proofs = [PROOF if number % 3 == 0 else () for number in range(people_of_it)]
    source = table(tmp_path / "many.csv", *(line(f"n{n}@courrier.example", proof=p) for n, p in enumerate(proofs)))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PASSERELLE_")}
    armed = tmp_path / "crash-points"
    armed.mkdir()
    stood = {}
    for point in crashes.OF_COMMANDS:
        (armed / point).touch()
        killed = subprocess.run(
            [sys.executable, "-m", "passerelle", "import", "subscribers", str(source)],
            env={**kept, **environment(database, tmp_path), "PYTHONPATH": str(ROOT), "PASSERELLE_CRASH_POINTS": "1"},
            cwd=tmp_path, capture_output=True, check=False,
        )  # fmt: skip
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        with database.transaction() as session:
            run = session.scalars(sa.select(ImportRun)).one()
            stood[point] = (run.line, rows(database, Post))
    first, last = batches + 1, people_of_it + 1  # the header is line 1
    assert list(stood.values()) == [(0, 0), (first, 0), (last, 0), (last, importing.ASKED_AT_ONCE)]
    done = passerelle("import", "subscribers", source)
    assert done.exit_code == 0, done.output
    assert f"This goes on behind line {last}" in done.output
    proven = people_of_it // 3
    assert counts(database) == {"subscribed": proven, "asked": 2 * proven}
    for record, many in {Subscription: proven, Consent: proven, Post: 2 * proven, Question: 2 * proven}.items():
        assert rows(database, record) == many, record
    with database.transaction() as session:
        moments = session.scalars(sa.select(Post.due_at).order_by(Post.due_at)).all()
        assert len(set(moments)) == 2 * proven == rows(database, Asked)


def test_a_question_leaves_while_it_still_makes_sense_and_who_is_silent_is_forgotten(
    passerelle: Run, database: Database, tmp_path: Path
) -> None:
    names = ("silent", "known", "decided")
    with database.transaction() as session:
        people.admit(session, "known@courrier.example", at=now())
    source = table(tmp_path / "a.csv", *(line(f"{name}@courrier.example") for name in names))
    assert passerelle("import", "subscribers", source).exit_code == 0
    with database.transaction() as session:
        decided = people.admit(session, "decided@courrier.example", at=now())
        people.subscribe(session, decided, "letters:weekly", at=now())
        letters = [import_questions.ImportedSubscriptionQuestion(**{**one.params, "lists": tuple(one.params["lists"])})
                   for one in session.scalars(sa.select(Post).order_by(Post.id))]  # fmt: skip
        freshened = [FRESHEN[one.kind](session, one, at=now()) for one in letters]
        assert [one is not None for one in freshened] == [True, True, False]
        found = list(session.scalars(sa.select(Question).order_by(Question.id)))
        assert [one.state for one in found] == [QuestionState.OPEN, QuestionState.OPEN, QuestionState.EXPIRED]
        for one in found:
            one.expires_at -= timedelta(days=20)
    assert rounds.forget_imports(database, now()) == "forgotten 3, abandoned 0"
    with database.transaction() as session:
        assert session.scalars(sa.select(Question)).all() == []
        assert session.scalars(sa.select(Post.address).where(Post.address.is_not(None))).all() == []
    assert passerelle("import", "subscribers", source).exit_code == 0
    assert counts(database) == {"asked-before": 2, "present": 1}
    with database.transaction() as session:
        brought = session.scalars(sa.select(Asked.brought_at > Asked.asked_at)).all()
        assert sorted(brought) == [False, True, True], "whom a file brings again is remembered for longer"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"nom;prenom\nA;B\n", "no column “address”"),
        (b"email;adresse\na@b.fr;a@b.fr\n", "two columns"),
        (b"PK\x03\x04 not a zip", "is no Excel workbook"),
        (b"a\x00\x00b", "NUL"),
    ],
)
def test_what_is_no_table_is_one_sentence(passerelle: Run, tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    done = passerelle("import", "subscribers", tmp_path / "a.csv")
    assert (done.exit_code, said in done.stderr) == (1, True), done.output
    assert len(done.stderr.splitlines()) == 1


def test_what_lacks_a_column_of_the_proof_says_that_everybody_is_asked(passerelle: Run, tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text("adresse;consent_at;consent_how\nlea@courrier.example;31/05/2024;salon\n", "utf-8")
    done = passerelle("import", "subscribers", source, "--dry-run")
    assert "Without the column “consent_text” no consent is proved" in done.stderr
    assert "1  get a question by mail" in done.stdout
    source.write_text("adresse;consent_at\n", "utf-8")
    assert "nothing in it to take in" in passerelle("import", "subscribers", source, "--dry-run").stdout
