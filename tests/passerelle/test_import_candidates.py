"""`passerelle import candidates`: asked before anything else; nothing of them exists anywhere before OUI, or after silence."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from jobboard import alerts, erasing, people
from jobboard.addresses import Addresses, Purpose
from jobboard.alerts import Alert
from jobboard.candidate_imports import freshen
from jobboard.clock import now
from jobboard.cv_texts import MAX_OCTETS
from jobboard.db import Base, Database
from jobboard.erasures import Cause
from jobboard.imports import Asked
from jobboard.letters import from_params
from jobboard.outbox import Post
from jobboard.people import Person
from jobboard.profiles import Profile
from jobboard.questions import Question
from scheduler import rounds
from tests.doors.mail_house import letter, mail_house
from tests.jobboard import cv_samples, records
from tests.passerelle.conftest import Run


def table(path: Path, *rows: tuple[str, ...]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("email", "prénom", "nom", "recherche", "cv"), *rows])
    return path


def line(name: str, words: str = "comptable à Nantes, CDI", cv: str = "") -> tuple[str, ...]:
    return (f"{name}@courrier.example", name.capitalize(), "K", words, cv)


def folder(path: Path) -> Path:
    """Return a folder of CVs, good and bad, and a file outside of it."""
    (path / "cvs" / "old").mkdir(parents=True)
    (path / "secret.pdf").write_bytes(cv_samples.pdf())
    for name, content in (("lea.pdf", cv_samples.pdf()), ("old/zoe.docx", cv_samples.docx()), ("scan.pdf", cv_samples.scan()),
                          ("photo.jpg", b"\xff\xd8\xff\xe0 JFIF")):  # fmt: skip
        (path / "cvs" / name).write_bytes(content)
    with (path / "cvs" / "huge.pdf").open("wb") as file:
        file.truncate(MAX_OCTETS + 1)
    (path / "cvs" / "link.pdf").symlink_to(path / "secret.pdf")
    return path / "cvs"


def everything(database: Database) -> str:
    """Return every row of every table as text."""
    with database.transaction() as session:
        found = [session.execute(sa.select(sa.cast(sa.literal_column(f'"{table.name}"'), sa.Text)).select_from(table)).scalars()
                 for table in Base.metadata.sorted_tables]  # fmt: skip
        return "\n".join(row for rows in found for row in rows)


def test_each_is_asked_first_and_becomes_a_candidate_at_her_oui_only(
    passerelle: Run, database: Database, addresses: Addresses, tmp_path: Path
) -> None:
    with database.transaction() as session:
        present = records.candidate(session, at=now())
        records.alert(session, present, at=now())
        gone = people.admit(session, "gone@courrier.example", at=now())
        erasing.erase(session, gone, Cause.ASKED, at=now())
        records.publish(session, records.recruiter(session, at=now()), at=now())
        known = present.address.upper()
    source = table(
        tmp_path / "candidats.csv",
        line("lea", cv="LEA.pdf"),  # as another system writes its name
        line("zoe", words="", cv="old/zoe.docx"),
        line("silent", cv="scan.pdf"),
        (known, "", "", "", ""),
        line("gone"),
        line("LEA"),
        *(line(f"bad{n}", cv=cv) for n, cv in enumerate(
            ("none.pdf", "../secret.pdf", "link.pdf", "/etc/passwd", "huge.pdf", "photo.jpg", "old", "a\x00b.pdf")
        )),
    )  # fmt: skip
    cvs = folder(tmp_path)
    before = everything(database)
    rehearsed = passerelle("import", "candidates", source, "--cvs", cvs, "--dry-run")
    assert rehearsed.exit_code == 0, rehearsed.output
    assert everything(database) == before
    done = passerelle("import", "candidates", source, "--cvs", cvs)
    assert done.exit_code == 0, done.output
    real, rehearsal = (re.sub(r", the last one on .*", "", one.stdout) for one in (done, rehearsed))
    assert real == rehearsal.replace("Nothing was kept: without --dry-run it is done.\n", "")
    assert "The questions leave at 600 an hour" in real
    for expected in (
        "3  are asked by mail",
        "1  have an alert",
        "1  had everything erased",
        "1  were asked before",
        "8  could not",
    ):
        assert f"       {expected}" in done.stdout
    assert [int(one.split(":")[0][5:]) for one in done.stdout.splitlines() if one.startswith("line ")] == [
        4,
        *range(8, 16),
    ]

    with database.transaction() as session:  # nothing of them but the question
        assert people.find(session, "lea@courrier.example") is None
        posts = session.scalars(sa.select(Post).where(Post.address.is_not(None)).order_by(Post.id)).all()
        assert [post.kind for post in posts] == ["imported_candidate_question"] * 3
        assert [post.params["cv"] for post in posts] == [True, True, False]
        assert all(freshen(session, from_params(post.kind, post.params), at=now()) for post in posts)
        boxes = [addresses.make(Purpose.REPLY, post.ticket_id) for post in posts]
    assert not any(name in everything(database) for name in ("JFIF", "secret.pdf"))

    with mail_house(database, addresses) as house:
        assert house.outcome(boxes[0], letter("lea@courrier.example", "OUI")) == "signed-up"
        assert len(house.posts("alert_created")) == len(house.posts("profile_proposal")) == 1
        assert house.outcome(boxes[1], letter("zoe@courrier.example", "NON")) == "declined"
    with database.transaction() as session:
        lea = people.find(session, "lea@courrier.example")
        assert lea is not None
        assert lea.name == "Lea K"
        assert len(alerts.of_person(session, lea)) == 1
        assert session.get(Profile, lea.id) is not None
        assert session.scalar(sa.select(sa.func.count()).select_from(Alert)) == 2
        silent = session.scalars(sa.select(Question).where(Question.address_key.startswith("silent"))).one()
        silent.expires_at = now() - timedelta(days=2)

    assert rounds.forget_imports(database, now()) == "forgotten 2, abandoned 0"
    left = everything(database)
    assert "silent@" not in left
    assert "comptable" in left.lower()  # of Léa's
    with database.transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Asked)) == 3
        assert session.scalars(sa.select(Person.address).where(Person.address.startswith("zoe"))).all() == []
    again = passerelle("import", "candidates", source, "--cvs", cvs)
    assert "are asked by mail" not in again.stdout
    assert "3  were asked before" in again.stdout


def test_readers_of_a_letter_are_not_asked_as_candidates(passerelle: Run, tmp_path: Path) -> None:
    (tmp_path / "abonnes.csv").write_text("adresse;nom;listes\nlea@courrier.example;Léa;weekly\n", "utf-8")
    refused = passerelle("import", "candidates", tmp_path / "abonnes.csv")
    assert (refused.exit_code, "passerelle import subscribers" in refused.stderr) == (1, True)
