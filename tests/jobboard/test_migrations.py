"""An installation with people in it is upgraded: what stood there is found afterwards as before."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command

from jobboard import matching, postgres, schema
from jobboard.db import Database
from jobboard.letters.base import from_params
from jobboard.letters.editions import EditionLetter
from tests.conftest import make_settings
from tests.jobboard.records import AT

EMPTY = {
    "text": "",
    "varchar": "x",
    "int8": 0,
    "timestamptz": AT,
    "_text": [],
    "_int8": [],
    "bool": False,
    "jsonb": "{}",
    "float8": 0.5,
}


def put(connection: sa.Connection, table: str, **values: object) -> int:
    """Insert a row of that revision, whatever it does not say empty; returns its id, 0 where it has none."""
    query = "SELECT column_name, is_nullable, column_default, udt_name FROM information_schema.columns WHERE table_name = :t"
    columns = connection.execute(sa.text(query), {"t": table}).all()
    for name, nullable, default, kind in columns:
        if name not in values and nullable == "NO" and default is None:
            values[name] = EMPTY[kind]
    returning = " RETURNING id" if any(column[0] == "id" for column in columns) else ""
    names = ", ".join(f'"{name}"' for name in values), ", ".join(f":{name}" for name in values)
    found = connection.execute(sa.text(f"INSERT INTO {table} ({names[0]}) VALUES ({names[1]}){returning}"), values)
    return int(found.scalar_one()) if returning else 0


def test_alerts_ledger_and_stored_letters_of_before_go_on(server: postgres.Server, tmp_path: Path) -> None:
    database = Database(server.create_database("before_postings", template="template0"), make_settings(tmp_path))
    with database.engine.begin() as connection:
        config = schema._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0009")
        her = put(connection, "person", address="a@a.example", address_key="a@a.example")
        recruiter = put(connection, "person", address="r@a.example", address_key="r@a.example")
        put(connection, "subscription", person_id=her, stream="alerts")
        trades = {"trades": ["M1203"], "romes": ["M1203"], "contracts": ["cdi"]}
        alert = put(connection, "alert", person_id=her, state="active", frequency="daily", **trades)
        place = {"departement": "44", "region": "52", "lat": 47.2, "lon": -1.55}
        put(connection, "alert_place", alert_id=alert, kind="commune", code="44109", radius_km=30, **place)
        work = {"trade": "M1203", "rome": "M1203", "contract": "cdi", "kind": "job", "folded": "comptable"}
        there = {
            "place_kind": "commune",
            "place_code": "44143",
            "state": "published",
            "closes_at": "2027-01-01",
            **place,
        }
        offers = [put(connection, "offer", recruiter_id=recruiter, **work, **there) for _ in range(2)]
        put(connection, "ledger", person_id=her, offer_id=offers[0], alert_id=alert, reasons=["trade", "radius"])
        ticket = put(connection, "ticket", person_id=her, role="subscriber", about="general", expires_at=AT)
        put(connection, "post", kind="weekly_letter", params='{"edition_id": 12}', person_id=her, ticket_id=ticket)
    assert schema.upgrade(database)
    with database.transaction() as session:
        assert session.scalar(sa.text("SELECT reasons FROM ledger")) == 5
        assert matching.record(session, offers, at=AT) == {her}, "the second offer only: the first was met before"
        assert session.scalar(sa.text("SELECT count(*) FROM ledger")) == 2
        kind, params = session.execute(sa.text("SELECT kind, params FROM post")).one()
        assert from_params(kind, params) == EditionLetter(12)
    database.close()
