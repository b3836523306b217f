"""What a person decides at her desk takes effect at once, with its proof, and nothing she waited for is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from jobboard import alerts, announcements, choices, people, signups
from jobboard.alerts import AlertState
from jobboard.contracts import Frequency
from jobboard.db import Database
from jobboard.errors import Refused
from jobboard.outbox import Post
from jobboard.people import Person, Subscription
from jobboard.profiles import Profile, Visibility
from tests.jobboard.records import AT, NANTES, alert, candidate, near, profile, publish, recruiter


@pytest.fixture
def person(database: Database) -> Person:
    """A candidate with an alert, its agreement and a visible profile."""
    with database.transaction() as session:
        made = candidate(session)
        alert(session, made)
        profile(session, made, near(NANTES), Visibility.RECRUITERS)
        for purpose in (people.ALERTS, signups.PROFILE):
            people.consent(session, made, purpose, how="mail", text="Oui.", evidence={}, at=AT)
        return made


def stream(session: Session, person: Person) -> Subscription:
    (found,) = people.subscriptions(session, person, active=False)
    return found


def mails(session: Session, person: Person) -> int:
    return session.query(Post).filter(Post.person_id == person.id, Post.kind == "offer_alert").count()


def test_what_waited_follows_a_quicker_rhythm(database: Database, person: Person) -> None:
    with database.transaction() as session:
        choices.change_rhythm(session, person, Frequency.DAILY, at=AT)
        announcements.announce(session, publish(session, recruiter(session)).id, at=AT)
        assert mails(session, person) == 0
        choices.change_rhythm(session, person, Frequency.INSTANT, at=AT)
        assert mails(session, person) == 1


def test_what_appears_in_a_pause_comes_at_its_end(database: Database, person: Person) -> None:
    with database.transaction() as session:
        assert choices.pause(session, person, weeks=2, at=AT) == AT + timedelta(weeks=2)
        announcements.announce(session, publish(session, recruiter(session)).id, at=AT)
        assert mails(session, person) == 0
        choices.end_pause(session, person, at=AT)
        assert mails(session, person) == 1


def test_coming_back_to_the_alerts_brings_what_opened_meanwhile(database: Database, person: Person) -> None:
    with database.transaction() as session:
        signups.stop(session, stream(session, person), how="web", at=AT)
        announcements.announce(session, publish(session, recruiter(session)).id, at=AT)
        choices.restart(session, person, stream(session, person), text="De nouveau.", evidence={"page": "/moi"}, at=AT)
        assert mails(session, person) == 1
        assert [one.state for one in alerts.of_person(session, person)] == [AlertState.ACTIVE]
        newest = people.consents(session, person)[-1]
    assert (newest.purpose, newest.how, newest.text_shown) == (people.ALERTS, "web", "De nouveau.")
    assert newest.evidence == {"page": "/moi"}


def test_coming_back_leaves_a_pause_alone(database: Database, person: Person) -> None:
    with database.transaction() as session:
        letters = people.subscribe(session, person, "letters:weekly", at=AT)
        signups.stop(session, letters, how="web", at=AT)
        choices.pause(session, person, weeks=2, at=AT)
        choices.restart(session, person, letters, text="De nouveau.", evidence={}, at=AT)
        assert [one.state for one in alerts.of_person(session, person)] == [AlertState.PAUSED]


def test_without_an_alert_there_is_nothing_to_change(database: Database) -> None:
    with database.transaction() as session:
        person = candidate(session)
        with pytest.raises(Refused, match="no-alert"):
            choices.change_rhythm(session, person, Frequency.DAILY, at=AT)
        with pytest.raises(Refused, match="no-alert"):
            choices.pause(session, person, weeks=1, at=AT)


def test_what_runs_cannot_be_resumed(database: Database, person: Person) -> None:
    with database.transaction() as session:
        with pytest.raises(Refused, match="nothing-to-resume"):
            choices.end_pause(session, person, at=AT)
        with pytest.raises(Refused, match="nothing-to-resume"):
            choices.restart(session, person, stream(session, person), text="", evidence={}, at=AT)


def test_hiding_the_profile_withdraws_the_agreement(database: Database, person: Person) -> None:
    with database.transaction() as session:
        choices.show_profile(session, person, Visibility.NOBODY, text="Personne.", evidence={}, at=AT)
        assert session.get_one(Profile, person.id).visibility is Visibility.NOBODY
        agreed, shown = people.consents(session, person)
        assert agreed.withdrawn_at is None
        assert shown.withdrawn_at == AT
        choices.show_profile(session, person, Visibility.NOBODY, text="Personne.", evidence={}, at=AT)
        assert len(people.consents(session, person)) == 2


def test_nobody_shows_a_profile_that_is_not_there(database: Database) -> None:
    with database.transaction() as session, pytest.raises(Refused, match="no-profile"):
        choices.show_profile(session, candidate(session), Visibility.RECRUITERS, text="", evidence={}, at=AT)


def test_an_agreement_that_had_its_effect_stays(database: Database, person: Person) -> None:
    with database.transaction() as session:
        people.consent(session, person, "application", how="mail", text="Transmettre.", evidence={}, at=AT)
        past = people.consents(session, person)[-1]
        assert not choices.may_withdraw(past)
        with pytest.raises(Refused, match="not-withdrawable"):
            choices.withdraw(session, person, past, at=AT)


def test_an_agreement_taken_back_stops_what_it_allowed(database: Database, person: Person) -> None:
    with database.transaction() as session:
        agreed = people.consents(session, person)[0]
        choices.withdraw(session, person, agreed, at=AT)
        assert stream(session, person).stopped_how == "web"
        assert [one.state for one in alerts.of_person(session, person)] == [AlertState.STOPPED]
        session.refresh(agreed)
        assert agreed.withdrawn_how == "web"
        assert not choices.may_withdraw(agreed)
