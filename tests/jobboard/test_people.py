"""People: one address is one person; roles, consents with their proof, places in streams."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from jobboard import people
from jobboard.db import Database
from jobboard.people import ALERTS, Person, Role
from tests.jobboard.records import AT, candidate


def test_one_address_is_one_person_whatever_its_case(database: Database) -> None:
    with database.transaction() as session:
        first = people.admit(session, " Zoe@Courrier.Example ", at=AT)
        second = people.admit(session, "zoe@courrier.example", name="Zoé Martin", at=AT + timedelta(days=1))
        third = people.admit(session, "ZOE@COURRIER.EXAMPLE", name="Quelqu’un", at=AT)
        assert first.id == second.id == third.id
        assert first.address == "Zoe@Courrier.Example"
        assert first.name == "Zoé Martin", "the first name told stays"
        assert first.life_at == AT + timedelta(days=1), "a sign of life is never taken back"
        assert people.find(session, "zoe@courrier.example") is first
        assert people.find(session, "zoe@courrier.test") is None


def test_two_transactions_at_once_agree_on_one_person(database: Database) -> None:
    def admit(_: int) -> int:
        with database.transaction() as session:
            return people.admit(session, "zoe@courrier.example", at=AT).id

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(admit, range(8)))) == 1


@pytest.mark.parametrize(
    ("name", "first", "short"),
    [
        ("Zoé Martin", "Zoé", "Zoé M."),
        ("Jean-Pierre de la Tour", "Jean-Pierre", "Jean-Pierre T."),
        ("Zoé", "Zoé", "Zoé"),
        ("", "", ""),
        ("  ", "", ""),
        ("zoé élan", "zoé", "zoé É."),
    ],
)
def test_what_others_read_of_a_name(name: str, first: str, short: str) -> None:
    person = Person(name=name)
    assert (person.first_name, person.short_name) == (first, short)


def test_a_person_may_have_several_roles_each_once(database: Database) -> None:
    with database.transaction() as session:
        person = people.admit(session, "zoe@courrier.example", at=AT)
        assert people.roles(session, person) == frozenset()
        for role in (Role.CANDIDATE, Role.STAFF, Role.CANDIDATE):
            people.grant(session, person, role, at=AT)
        assert people.roles(session, person) == {Role.CANDIDATE, Role.STAFF}
        assert [member.id for member in people.staff(session)] == [person.id]


def test_leaving_a_stream_withdraws_the_consent_and_keeps_the_proof(database: Database) -> None:
    with database.transaction() as session:
        person = candidate(session)
        people.consent(session, person, ALERTS, how="mail", text="Recevoir…", evidence={"mail": 12}, at=AT)
        people.consent(session, person, "letters:weekly", how="web", text="Recevoir…", evidence={}, at=AT)
        [subscription] = people.subscriptions(session, person)
        later = AT + timedelta(days=3)
        assert people.unsubscribe(session, subscription, how="one-click", at=later)
        assert not people.unsubscribe(session, subscription, how="again", at=later + timedelta(days=1))
        session.expire_all()
        alerts_, letters = people.consents(session, person)
        assert (alerts_.withdrawn_at, alerts_.withdrawn_how) == (later, "one-click")
        assert (alerts_.given_at, alerts_.how, alerts_.text_shown) == (AT, "mail", "Recevoir…")
        assert alerts_.evidence == {"mail": 12}
        assert letters.withdrawn_at is None
        assert people.subscriptions(session, person) == []
        assert [one.stopped_how for one in people.subscriptions(session, person, active=False)] == ["one-click"]


def test_coming_back_keeps_the_place_that_old_links_name(database: Database) -> None:
    with database.transaction() as session:
        person = candidate(session)
        [first] = people.subscriptions(session, person)
        people.unsubscribe(session, first, how="test", at=AT)
        session.flush()
        again = people.subscribe(session, person, ALERTS, at=AT + timedelta(days=1))
        assert again.id == first.id
        assert (again.stopped_at, again.since) == (None, AT + timedelta(days=1))
        assert people.subscribe(session, person, ALERTS, at=AT + timedelta(days=2)).since == AT + timedelta(days=1)
