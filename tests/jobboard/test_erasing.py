"""Erasing a person: whatever was planted of her, in whichever table, nothing of it is left in the whole database."""

from __future__ import annotations

import itertools
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from jobboard import (
    applications,
    conversations,
    correspondence,
    erasing,
    erasures,
    logins,
    mailbag,
    people,
    schema,
    verdicts,
)
from jobboard.applications import ApplicationState
from jobboard.conversations import Conversation, ConversationState, File, Words
from jobboard.db import Base, Database
from jobboard.erasures import Cause
from jobboard.offers import OfferState
from jobboard.people import Person
from jobboard.profiles import Visibility
from tests.jobboard import records
from tests.jobboard.records import AT

ADDRESS = "Léa.Dubreuil+emploi@courrier.example"
NAME = "Léa Dubreuil-Quintin"
PLANTED = ("dubreuil", "quintin", "cv-de-lea", "un-secret-de-lea", "Léa D.")
_numbers = itertools.count(1)


def everything(session: Session) -> str:
    """Return every row of every table as text, octets as they read in UTF-8 too."""
    names = session.scalars(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
    lines = []
    for name in names:
        for row in session.execute(sa.text(f'SELECT * FROM "{name}"')).mappings():
            for value in row.values():
                lines.append(value.decode("utf-8", "replace") if isinstance(value, bytes) else repr(value))
    return "\n".join(lines)


def live(session: Session) -> tuple[Person, Person]:
    """Have her do what a candidate does; returns her and her recruiter."""
    her = people.admit(session, ADDRESS, name=NAME, at=AT)
    people.grant(session, her, people.Role.CANDIDATE, at=AT)
    people.subscribe(session, her, people.ALERTS, at=AT)
    people.consent(session, her, "alerts", how="mail", text=f"Oui, {NAME}", evidence={"from": ADDRESS}, at=AT)
    records.alert(session, her)
    records.profile(session, her, records.near(records.NANTES), Visibility.RECRUITERS)
    recruiter = records.recruiter(session)
    offer = records.publish(session, recruiter)
    cv = File("cv-de-lea.pdf", "application/pdf", b"un-secret-de-lea")
    words = Words(subject=f"De {NAME}", text=f"Bonjour, {NAME}. {ADDRESS}", files=(cv,), message_id="<1@dubreuil>")
    application = correspondence.apply(session, offer, her, words, at=AT)
    conversation = session.get_one(Conversation, application.conversation_id)
    correspondence.relay(session, conversation, recruiter, Words("Re", f"Chère {NAME}, venez."), at=AT)
    correspondence.relay(session, conversation, her, Words("Re", f"Oui. {NAME}"), at=AT)
    verdicts.retain(session, [application], recruiter, key="k", at=AT)
    correspondence.history(session, her, key="h", at=AT)
    logins.ask(session, her, at=AT) if hasattr(logins, "ask") else None
    for sender, person in ((ADDRESS, her), (recruiter.address, recruiter)):
        raw = f"From: {sender}\r\n\r\nun-secret-de-lea de {NAME}\r\n".encode()
        _mail(session, raw, sender, person)
    return her, recruiter


def _mail(session: Session, raw: bytes, sender: str, person: Person) -> None:
    kept = mailbag.RawMail(sha256=raw[:32], content=raw, size=len(raw), kept_at=AT)
    session.add(kept)
    session.flush()
    given: dict[str, Any] = {
        "door": "smtp",
        "peer": "",
        "helo": "",
        "recipient": "r-x@passerelle.localhost",
        "copies": 1,
    }
    session.add(
        mailbag.Mail(
            raw_id=kept.id,
            received_at=AT,
            sender=sender,
            fingerprint=raw[:40],
            state=mailbag.MailState.DONE,
            person_id=person.id,
            **given,
        )
    )
    session.flush()


def plant(session: Session, her: Person) -> list[str]:
    """Put a row of hers into every table that has none yet, and her address into every text of one row of each table.

    Returns the names of the tables in which something was planted.
    """
    planted = []
    for table in Base.metadata.sorted_tables:
        if table.name in ("person", "erasure"):
            continue
        if not session.scalar(sa.select(sa.func.count()).select_from(table)) and not _insert(session, table, her):
            continue
        if _plant_texts(session, table):
            planted.append(table.name)
    return planted


def _insert(session: Session, table: sa.Table, her: Person) -> bool:
    """Put a row into an empty table: with what it must refer to, and one thing more where it is checked to."""
    row = _row_of(session, table, her)
    if row is None:
        return False
    may = [name for name, value in row.items() if table.c[name].nullable and table.c[name].foreign_keys and value]
    for kept in (None, *may):
        values = {name: value for name, value in row.items() if name not in may or name == kept}
        try:
            with session.begin_nested():
                session.execute(sa.insert(table).values(values))
        except sa.exc.IntegrityError:
            continue
        return True
    raise AssertionError(f"no row can be made for {table.name}: help this test to make one")


def _row_of(session: Session, table: sa.Table, her: Person) -> dict[str, Any] | None:
    """Return values for one row that belongs to her where the table knows people; None when a parent is missing."""
    row: dict[str, Any] = {}
    for column in table.c:
        if column.computed is not None or column.name == "id":
            continue
        if column.foreign_keys:
            target = next(iter(column.foreign_keys)).column
            found = her.id if target.table.name == "person" else session.scalar(sa.select(sa.func.max(target)))
            if found is None and not column.nullable:
                return None
            row[column.name] = found
        elif not column.nullable or column.name == "person_id":
            own = {"person_id": her.id, "address_key": her.address_key}
            row[column.name] = own.get(column.name) or _some(column)
    return row


def _some(column: sa.Column[Any]) -> Any:
    kind = column.type
    if isinstance(kind, sa.Enum):
        return kind.enums[0]
    if isinstance(kind, postgresql.ARRAY):
        return []
    if isinstance(kind, postgresql.JSONB):
        return {}
    by_type = {
        sa.Boolean: False,
        sa.LargeBinary: b"x",
        sa.Integer: next(_numbers) % 30_000,
        sa.Double: 0.5,
        sa.Float: 0.5,
    }
    for known, value in by_type.items():
        if isinstance(kind, known):
            return value
    return (
        f"text {next(_numbers)}"
        if isinstance(kind, sa.Text | sa.String)
        else AT + timedelta(hours=column.name == "ends_at")
    )


def _plant_texts(session: Session, table: sa.Table) -> bool:
    """Write her address into every text of the first row; texts that are checked or unique stay as they are."""
    unique = {c.name for one in table.constraints if isinstance(one, sa.UniqueConstraint) for c in one.columns}
    values: dict[str, Any] = {}
    for column in table.c:
        if column.name in {*unique, "address_key"} or not erasing._is_text(column) or column.foreign_keys:
            continue
        if isinstance(column.type, postgresql.ARRAY):
            values[column.name] = ["avant", f"<{ADDRESS.upper()}>"]
        elif isinstance(column.type, postgresql.JSONB):
            values[column.name] = sa.func.coalesce(column, sa.literal({}, postgresql.JSONB)).op("||")(
                sa.literal({"planted": [f"écrire à {ADDRESS}"]}, postgresql.JSONB)
            )
        else:
            values[column.name] = f"{ADDRESS} et rien d'autre"
    if not values:
        return False
    first = list(table.primary_key.columns)
    chosen = session.execute(sa.select(*first).order_by(*first).limit(1)).one()
    where = sa.and_(*(column == value for column, value in zip(first, chosen, strict=True)))
    session.execute(sa.update(table).where(where).values(values))
    return True


def test_nothing_of_her_is_left_in_the_whole_database(database: Database, tmp_path: Path) -> None:
    assert schema.MODULES
    with database.transaction() as session:
        her, recruiter = live(session)
        other = records.candidate(session, "Zoé Martin")
        kept = correspondence.apply(
            session,
            records.publish(session, recruiter),
            other,
            Words("", "Zoé écrit.", files=(File("cv.pdf", "application/pdf", b"zoe"),)),
            at=AT,
        )
        number, her_id, address = her.id, her.id, other.address
    with database.transaction() as session:
        planted = plant(session, session.get_one(Person, number))
        session.expire_all()
        before = everything(session)
    assert len(planted) > 20
    for secret in PLANTED:
        assert secret.lower() in before.lower(), "the test plants what it looks for"

    with database.transaction() as session:
        done = erasing.erase(session, session.get_one(Person, her_id), Cause.ASKED, at=AT + timedelta(days=7))
    erasures.keep_outside(database.settings, [done])

    with database.transaction() as session:
        left = everything(session).lower()
        for secret in (*PLANTED, ADDRESS):
            assert secret.lower() not in left, left[max(0, left.find(secret.lower()) - 200) :][:300]
        assert address in left
        assert "zoé écrit" in left, "nothing of anybody else is gone"
        application = session.scalars(sa.select(applications.Application).order_by(applications.Application.id)).first()
        assert application is not None
        assert applications.timeline(session, application), "the other side keeps its timeline"
        assert session.get_one(Person, number).shown_name == ""
        found = session.get_one(Conversation, application.conversation_id)
        assert found.state is ConversationState.ENDED
        assert conversations.files(session, conversations.messages(session, kept.conversation_id)[0].id)
    assert ADDRESS.lower() not in (database.settings.home / erasures.FILE).read_text().lower()


def test_an_old_backup_is_erased_again_but_not_who_came_back(database: Database) -> None:
    with database.transaction() as session:
        her = records.candidate(session, at=AT)
        settings = database.settings
        mac = erasures.macs(settings, her.address)[0]
        assert [one for one, _ in erasures.again(session, {mac: AT + timedelta(days=1)})] == [her]
        assert erasures.again(session, {mac: AT - timedelta(days=1)}) == [], "she came after that erasure"
        assert erasures.again(session, {b"\0" * 32: AT}) == []


def test_an_erasure_waits_and_is_called_off(database: Database) -> None:
    with database.transaction() as session:
        her, silent, waking = (records.candidate(session, at=AT) for _ in range(3))
        later = AT + timedelta(days=7)
        erasures.ask(session, her, Cause.ASKED, due=later, at=AT)
        erasures.ask(session, silent, Cause.SILENCE, due=later, at=AT)
        erasures.ask(session, waking, Cause.SILENCE, due=later, at=AT)
        assert erasing.erase_due(session, limit=10, at=AT + timedelta(days=6)) == []
        assert erasures.call_off(session, her, at=AT)
        assert not erasures.call_off(session, her, at=AT)
        waking.life_at = AT + timedelta(days=3)
        session.flush()
        done = erasing.erase_due(session, limit=10, at=later)
        assert [one.person_id for one in done] == [silent.id]
        assert erasing.erase_due(session, limit=10, at=later + timedelta(days=300)) == []


def test_the_offers_of_a_recruiter_who_is_erased_close_and_who_waits_is_told(database: Database) -> None:
    with database.transaction() as session:
        recruiter, lea = records.recruiter(session), records.candidate(session)
        offer = records.publish(session, recruiter)
        application = correspondence.apply(session, offer, lea, Words("", "Me voici."), at=AT)
        erasing.erase(session, recruiter, Cause.ASKED, at=AT)
        assert offer.state is OfferState.CLOSED
        assert application.state is ApplicationState.ENDED
        kinds = session.scalars(sa.text("SELECT kind FROM post WHERE person_id = :id"), {"id": lea.id}).all()
        assert "offer_closed_for_candidate" in kinds


def test_a_list_that_was_cut_short_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "list"
    erasures.write(path, {b"a" * 32: AT, b"b" * 32: AT})
    path.write_text(path.read_text() + "6161 20\nnonsense")
    assert erasures.read(path) == {b"a" * 32: AT, b"b" * 32: AT}
    assert erasures.read(tmp_path / "none") == {}
