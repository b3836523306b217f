"""Loops and answering machines, through the door: what is automatic is passed on once a day and causes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobboard import conversations
from jobboard.addresses import Addresses, Purpose
from jobboard.clock import now
from jobboard.conversations import Conversation, Message
from jobboard.db import Database
from jobboard.letters import from_params
from jobboard.outbox import Post
from jobboard.people import Person
from jobboard.settings import Settings
from mailer.compose import Composer
from tests.conftest import make_settings
from tests.doors.mail_house import MailHouse, letter, mail_house
from tests.inbound.situations import two_who_write

AWAY = {"subject": "Réponse automatique : Bonjour", "Auto_Submitted": "auto-replied"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, mail_domain="passerelle.test")


@dataclass
class Talk:
    """A conversation, seen from outside."""

    house: MailHouse
    candidate: tuple[str, str]  # her address, and the one she writes to
    recruiter: tuple[str, str]

    def says(self, side: str, text: str, **more: str) -> str | None:
        address, relay = getattr(self, side)
        return self.house.outcome(relay, letter(address, text, **more))

    def back(self, side: str, post: Post, text: str, **more: str) -> str | None:
        """Write to the envelope sender of a post, as answering machines do."""
        address, _ = getattr(self, side)
        to = self.house.addresses.make(Purpose.RETURN, post.id)
        return self.house.outcome(to, letter(address, text, **more), sender="")


@pytest.fixture
def talk(database: Database, addresses: Addresses) -> Iterator[Talk]:
    with database.transaction() as session:
        relays = two_who_write(session, addresses)
    with mail_house(database, addresses) as house:
        house.peer = "127.0.0.1"
        yield Talk(house, *relays)


def composed(house: MailHouse, post: Post) -> EmailMessage:
    with house.database.transaction() as session:
        said = from_params(post.kind, post.params)
        person = session.get(Person, post.person_id)
        mail = Composer(house.database.settings, house.addresses).compose(session, post, said, person, at=now())
    read = message_from_bytes(mail.message, policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


def test_an_absence_is_passed_on_once_and_says_that_it_is_automatic(talk: Talk) -> None:
    talk.says("candidate", "Bonjour madame, quand puis-je passer ?")
    assert talk.says("recruiter", "Absente jusqu'au 12.", **AWAY) == "relayed-automatic"
    mail = composed(talk.house, talk.house.posts("relayed_message")[-1])
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert "Absente jusqu'au 12" in mail.get_body(("plain",)).get_content().replace("’", "'")
    talk.says("candidate", "Merci, et après le 12 ?")
    assert talk.says("recruiter", "Absente jusqu'au 12. (2)", **AWAY) == "automatic-auto_reply"
    assert len(talk.house.posts("relayed_message")) == 3


def test_an_answer_to_the_envelope_sender_is_of_the_same_conversation(talk: Talk) -> None:
    talk.says("candidate", "Bonjour madame, quand puis-je passer ?")
    [post] = talk.house.posts("relayed_message")
    assert talk.back("recruiter", post, "Absente jusqu'au 12.", **AWAY) == "relayed-automatic"
    assert len(talk.house.posts("relayed_message")) == 2


def test_two_answering_machines_exchange_one_mail(talk: Talk) -> None:
    talk.says("candidate", "Bonjour madame, quand puis-je passer ?")
    talk.says("recruiter", "Absente jusqu'au 12.", **AWAY)
    for number in range(5):
        post = talk.house.posts("relayed_message")[-1]
        assert talk.says("candidate", f"Moi aussi {number}", **AWAY) == "automatic-auto_reply"
        talk.back("candidate", post, f"Encore {number}", **AWAY)
        talk.back("recruiter", post, f"Et moi {number}", **AWAY)
    assert len(talk.house.posts("relayed_message")) == 2


def test_the_next_day_a_machine_still_answers_only_a_human(talk: Talk, database: Database) -> None:
    talk.says("candidate", "Bonjour madame, quand puis-je passer ?")
    talk.says("recruiter", "Absente jusqu'au 12.", **AWAY)
    with database.transaction() as session:
        session.execute(sa.text("UPDATE message SET at = at - interval '25 hours'"))
    assert talk.says("candidate", "Moi aussi", **AWAY) == "automatic-auto_reply"
    assert talk.says("recruiter", "Toujours absente", **AWAY) == "automatic-auto_reply"
    talk.says("candidate", "Je vous relance, madame.")
    assert talk.says("recruiter", "Toujours absente, vraiment", **AWAY) == "relayed-automatic"


@pytest.mark.parametrize(
    "headers",
    [
        {"subject": "Undelivered Mail Returned to Sender"},
        {"List_Id": "<x.example>"},
    ],
)
def test_bounces_and_lists_end_here(talk: Talk, headers: dict[str, str]) -> None:
    talk.says("candidate", "Bonjour madame, quand puis-je passer ?")
    address, relay = talk.recruiter
    sender = "" if "subject" in headers else address
    outcome = talk.house.outcome(relay, letter(address, "Machine", **headers), sender=sender)
    assert outcome in ("automatic-bounce", "automatic-list")
    assert len(talk.house.posts()) == 1


HOP = b"Received: from a.example by b.example; Mon, 23 Nov 2026 10:00:00 +0100\r\n"


@pytest.mark.parametrize("before", [HOP * 51, b"x-passerelle-hop : 1\r\n"])
def test_what_comes_round_is_refused_at_the_door(talk: Talk, before: bytes) -> None:
    address, relay = talk.recruiter
    raw = letter(address, "Bonjour à vous, et merci.")
    code, said = talk.house.send(relay, before + raw)
    assert (code, said.split()[0]) == (554, "5.4.6")
    assert talk.house.outcome(relay, HOP * 50 + raw + before) == "relayed", "a quoted header is no header"


def test_a_loop_that_the_door_cannot_see_ends_when_the_mail_is_read(talk: Talk) -> None:
    address, relay = talk.recruiter
    long_hop = HOP.replace(b"from", b"from " + b"x" * 1500 + b"\r\n\tby")
    assert talk.house.outcome(relay, long_hop * 51 + letter(address, "Bonjour à vous.")) == "automatic-loop"
    assert talk.house.posts() == []


def test_somebody_else_s_absence_is_neither_passed_on_nor_asked_about(talk: Talk) -> None:
    talk.says("candidate", "Bonjour madame, quand puis-je passer ?")
    _, relay = talk.recruiter
    outcome = talk.house.outcome(relay, letter("autre@horizon.example", "Absente jusqu'au 12.", **AWAY))
    assert outcome == "automatic-auto_reply"
    assert len(talk.house.posts()) == 1


def test_an_absence_answers_no_command_and_no_ended_conversation(talk: Talk, database: Database) -> None:
    talk.says("candidate", "Bonjour madame, quand puis-je passer ?")
    post = talk.house.posts("relayed_message")[-1]
    with database.transaction() as session:
        held = session.scalars(sa.select(Conversation)).one()
        conversations.LIFE.step(held, "end", by=None, at=now())
    assert talk.back("recruiter", post, "Absente", **AWAY) not in ("relayed", "relayed-automatic")
    assert len(talk.house.posts("relayed_message")) == 1


@pytest.mark.parametrize(
    ("given", "name", "expected"),
    [
        ({"Importance": "High"}, "Importance", "high"),
        ({"X_Priority": "1 (Highest)"}, "Importance", "high"),
        ({"Priority": "non-urgent"}, "Importance", "low"),
        ({"Importance": "high\tx=marie@horizon.example"}, "Importance", "high"),
        ({"Precedence": "first-class"}, "Precedence", None),
        ({"Auto_Submitted": "no"}, "Auto-Submitted", None),
    ],
)
def test_what_a_human_asks_for_is_passed_on_in_known_words(
    talk: Talk, given: dict[str, str], name: str, expected: str | None
) -> None:
    assert talk.says("recruiter", "Bonjour, pouvez-vous venir demain à dix heures ?", **given) == "relayed"
    mail = composed(talk.house, talk.house.posts("relayed_message")[-1])
    assert mail[name] == expected


def test_the_precedence_of_a_machine_is_passed_on(talk: Talk, database: Database) -> None:
    talk.says("candidate", "Bonjour madame, quand puis-je passer ?")
    talk.says("recruiter", "Absente jusqu'au 12.", Precedence="auto_reply", **AWAY)
    assert composed(talk.house, talk.house.posts("relayed_message")[-1])["Precedence"] == "auto_reply"
    with database.transaction() as session:
        assert session.scalars(sa.select(Message.automatic).order_by(Message.id)).all() == [None, "auto-replied"]
