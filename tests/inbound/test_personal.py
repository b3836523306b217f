"""Words about oneself, through the door: what is kept, asked back, sent; erased after two OUI; another address."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobboard import alerts, conversations, correspondence, erasing, people, persons, tickets
from jobboard.addresses import Addresses, Alias, Purpose
from jobboard.clock import now
from jobboard.conversations import File, Words
from jobboard.db import Database
from jobboard.erasures import Erasure
from jobboard.letters import from_params
from jobboard.people import Person, Role
from jobboard.settings import Settings
from jobboard.tickets import About, Reply
from mailer.compose import Composer
from tests.conftest import make_settings
from tests.doors.mail_house import MailHouse, letter, mail_house
from tests.jobboard import records

NEW = "lea@nouvelle.example"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, mail_domain="passerelle.test")


@dataclass
class Her:
    """A candidate with an application, as she writes to us."""

    house: MailHouse
    address: str
    count: int = field(default=0)

    def says(self, text: str, *, conversation: int | None = None) -> str | None:
        """Have her answer some mail of ours."""
        self.count += 1
        with self.house.database.transaction() as session:
            person = people.find(session, self.address)
            assert person is not None
            about = Reply(About.GENERAL, Role.CANDIDATE)
            if conversation is not None:
                about = Reply(About.CONVERSATION, Role.CANDIDATE, subject_id=conversation)
            to = self.house.addresses.make(Purpose.REPLY, tickets.issue(session, about, person, at=now()).id)
        return self.house.outcome(to, letter(self.address, text, subject=f"Re: {self.count}"))

    def answers(self, kind: str, text: str, *, by: str = "", last: int = -1) -> str | None:
        """Have her, or somebody, answer the last letter of a kind."""
        self.count += 1
        to = self.house.addresses.make(Purpose.REPLY, self.house.posts(kind)[last].ticket_id)
        return self.house.outcome(to, letter(by or self.address, text, subject=f"Re: {self.count}"))


@pytest.fixture
def her(database: Database, addresses: Addresses) -> Iterator[Her]:
    with database.transaction() as session:
        lea = records.candidate(session, "Léa Dubreuil")
        records.alert(session, lea)
        offer = records.publish(session, records.recruiter(session), at=now())
        cv = File("CV Léa.pdf", "application/pdf", b"mon parcours")
        correspondence.apply(session, offer, lea, Words("", "Me voici.", files=(cv,)), at=now())
        address = lea.address
    with mail_house(database, addresses) as house:
        yield Her(house, address)


def person(her: Her, address: str = "") -> Person | None:
    with her.house.database.transaction() as session:
        return people.find(session, address or her.address)


def test_everything_kept_is_sent_after_a_fresh_yes(her: Her) -> None:
    assert her.says("Mes données, s'il vous plaît") == "asked-data"
    assert her.says("MES DONNEES") == "refused:already-asked"
    assert her.answers("data_question", "oui") == "data-sent"
    post = her.house.posts("data_export")[-1]
    with her.house.database.transaction() as session:
        composer = Composer(her.house.database.settings, her.house.addresses)
        letter_ = from_params(post.kind, post.params)
        mail = composer.compose(session, post, letter_, session.get(Person, post.person_id), at=now())
    (attached,) = message_from_bytes(mail.message, policy=policy.default).iter_attachments()
    with zipfile.ZipFile(io.BytesIO(attached.get_content())) as archive:
        stored = json.loads(archive.read("donnees.json"))
        names = archive.namelist()
        page = archive.read("lisez-moi.html").decode()
        assert [archive.read(name) for name in names if name.endswith(".pdf")] == [b"mon parcours"]
    assert stored["person"]["address"] == her.address
    assert {"alert", "application", "post", "consent", "subscription"} - set(stored["tables"]) <= {"consent"}
    assert stored["messages"][0]["text"] == "Me voici."
    assert "token_hash" not in json.dumps(stored)
    assert "recruiter" not in json.dumps(stored).replace('"recruiter_wrote"', ""), "nothing of the other side's address"
    assert "candidature envoyée" in page


def test_what_is_too_large_for_a_mail_is_on_her_page(her: Her, database: Database, tmp_path: Path) -> None:
    with database.transaction() as session:
        session.info["settings"] = make_settings(tmp_path, export_attached_octets=3)
        lea = people.find(session, her.address)
        assert lea is not None
        persons.ask_data(session, lea, at=now())
        question = persons.questions.standing(session, lea.address, persons.Topic.DATA, at=now())
        assert question is not None
        persons.send_data(session, question, at=now())
    assert her.house.posts("data_export")[-1].params["path"] == "/moi/donnees"


def test_she_is_erased_after_two_answers_and_seven_days(her: Her) -> None:
    assert her.says("EFFACER") == "asked-erasure"
    assert her.answers("erasure_question", "OUI") == "asked-erasure-again"
    assert her.answers("erasure_question", "Oui", last=0) == "refused:question-closed", "one OUI is no second one"
    assert her.answers("erasure_question", "Oui") == "erasure-set"
    assert her.answers("erasure_set", "ANNULER") == "erasure-called-off"
    for kind, said, outcome in (
        ("", "EFFACER", "asked-erasure"),
        ("erasure_question", "OUI", "asked-erasure-again"),
        ("erasure_question", "OUI", "erasure-set"),
        ("erasure_set", "REPRENDRE", "erasure-called-off"),
    ):
        assert (her.answers(kind, said) if kind else her.says(said)) == outcome
    with her.house.database.transaction() as session:
        assert {one.cancelled_at is not None for one in session.scalars(sa.select(Erasure))} == {True}
        lea = people.find(session, her.address)
        assert lea is not None
        erasure = erasing.erasures.ask(session, lea, erasing.Cause.ASKED, due=now() + timedelta(days=7), at=now())
        assert erasing.erase_due(session, limit=9, at=erasure.due_at)
    assert person(her) is None
    ours = her.house.addresses.alias(Alias.AIDE)
    assert her.house.outcome(ours, letter(her.address, "HISTORIQUE")) == "stranger-answered", "nobody knows her now"


def test_another_address_is_hers_once_both_have_said_yes(her: Her) -> None:
    assert her.says(f"MON ADRESSE {NEW}") == "asked-address"
    assert her.says("MON ADRESSE") == "refused:address-not-read"
    assert her.says(f"MON ADRESSE {her.address}") == "refused:address-is-yours"
    assert her.answers("address_question", "OUI") == "address-agreed"
    assert person(her, NEW) is None
    assert her.answers("address_question", "OUI", by=NEW, last=-2) == "address-changed"
    moved = person(her, NEW)
    assert moved is not None
    assert person(her) is None
    with her.house.database.transaction() as session:
        assert len(alerts.of_person(session, moved)) == 1


def test_two_addresses_of_one_person_are_joined(her: Her, database: Database) -> None:
    with database.transaction() as session:
        other = people.admit(session, NEW, name="Léa", at=now())
        people.subscribe(session, other, "letters:weekly", at=now())
        people.subscribe(session, other, people.ALERTS, at=now())
        records.alert(session, other)
    assert her.says(f"MON ADRESSE {NEW}") == "asked-address"
    assert [post.params["joins"] for post in her.house.posts("address_question")] == [True, False], "told there only"
    assert her.answers("address_question", "OUI", by=NEW, last=-2) == "address-agreed"
    assert her.answers("address_question", "OUI") == "address-changed"
    joined = person(her, NEW)
    assert joined is not None
    with database.transaction() as session:
        assert len(alerts.of_person(session, joined)) == 2
        assert sorted(one.stream for one in people.subscriptions(session, joined)) == ["alerts", "letters:weekly"]
        assert session.get_one(Person, other.id).erased_at is not None


def test_who_guesses_an_address_does_not_learn_whether_we_know_it(her: Her, database: Database) -> None:
    with database.transaction() as session:
        people.admit(session, NEW, name="Zoé", at=now())
    unknown, asked = "personne@ailleurs.example", {}
    for guessed in (NEW, unknown):
        first = her.says(f"MON ADRESSE {guessed}")
        post = next(one for one in her.house.posts("address_question")[::-1] if not one.params["new"])
        assert her.answers("address_question", "NON", by=guessed, last=-2)
        asked[guessed] = (first, her.says(f"MON ADRESSE {guessed}"), {**post.params, "other": ""})
    assert asked[NEW] == asked[unknown]
    assert asked[NEW][:2] == ("asked-address", "refused:address-later")
    assert her.says("MON ADRESSE trois@ailleurs.example") == "asked-address", "she may correct herself"
    assert her.says("MON ADRESSE quatre@ailleurs.example") == "refused:address-later", "but not without end"


def test_a_new_address_does_not_reach_the_other_side_of_a_conversation(her: Her, database: Database) -> None:
    with database.transaction() as session:
        talk = session.scalars(sa.select(conversations.Conversation.id)).one()
    assert her.says(f"MON ADRESSE {NEW}\nMerci !", conversation=talk) == "asked-address"
    assert her.says(f"Mon adresse est {NEW}, écrivez-moi là", conversation=talk) == "relayed"


def test_whoever_is_silent_for_two_years_is_told_before_being_erased(her: Her, database: Database) -> None:
    with database.transaction() as session:
        silent, fresh = records.candidate(session), records.candidate(session)
        silent.life_at = now() - timedelta(days=701)
        fresh.life_at = now() - timedelta(days=600)
        records.staff(session, at=now() - timedelta(days=900))
        session.flush()
        assert persons.give_notice(session, limit=10, at=now()) == 1
        assert persons.give_notice(session, limit=10, at=now()) == 0
    told = her.house.posts("silence_notice")
    assert [post.person_id for post in told] == [silent.id]


def test_who_writes_in_english_is_answered_in_english_until_she_says_otherwise(her: Her) -> None:
    amy = "amy@home.example"
    wish = letter(amy, "Hello, I am looking for a job as an accountant in Nantes, please.", subject="A job")
    assert her.house.outcome(her.house.addresses.alias(Alias.ALERTES), wish) == "asked-sign-up"
    asked = her.house.posts("alert_question")[-1]
    assert (asked.address, asked.language) == (amy, "en")
    assert her.answers("alert_question", "YES", by=amy) == "signed-up"
    for said, language in (("FRANÇAIS", "fr"), ("in English please", "en")):
        assert her.answers("alert_created", said, by=amy) == f"language-{language}"
        found = person(her, amy)
        assert found is not None
        assert found.language == language
