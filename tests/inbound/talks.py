"""A conversation about an offer, seen from outside: who says what, and what everybody gets of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

import sqlalchemy as sa

from jobboard import conversations, correspondence, people, tickets
from jobboard.addresses import Addresses, Purpose
from jobboard.clock import now
from jobboard.conversations import Conversation, ConversationState, Message, Words
from jobboard.db import Database
from jobboard.letters import from_params
from jobboard.outbox import Post
from jobboard.people import Role
from jobboard.tickets import About, Reply
from mailer.compose import Composed, Composer
from tests.doors.mail_house import MailHouse, letter, mail_house
from tests.jobboard import records

DOMAIN = "passerelle.test"
PAUL = "paul@ailleurs.example"


@dataclass
class Talk:
    """A conversation about an offer, seen from outside; everybody is known by an address."""

    house: MailHouse
    lea: str
    helene: str
    offer_id: int
    conversation_id: int
    count: int = field(default=0)

    def relay(self, address: str) -> str:
        """Return the relay address of somebody, given one if she has none."""
        with self.house.database.transaction() as session:
            person = people.find(session, address)
            assert person is not None
            role = Role.CANDIDATE if address == self.lea else Role.RECRUITER
            reply = Reply(About.CONVERSATION, role, subject_id=self.conversation_id)
            return self.house.addresses.make(Purpose.REPLY, tickets.issue(session, reply, person, at=now()).id)

    def says(self, address: str, text: str, *, to: str | list[str] | None = None, **more: str) -> str | None:
        """Have somebody write; returns the outcome of the mail (of the last of several)."""
        self.count += 1
        raw = letter(address, text, subject=more.pop("subject", f"Bonjour {self.count}"), **more)
        return self.house.outcome(to or self.relay(address), raw)

    def answers(self, address: str, text: str, kind: str = "colleague_question") -> str | None:
        """Have somebody answer the last letter of a kind."""
        post = self.house.posts(kind)[-1]
        to = self.house.addresses.make(Purpose.REPLY, post.ticket_id)
        return self.house.outcome(to, letter(address, text, subject=f"Re: {post.id}"))

    def bring(self, address: str = PAUL) -> None:
        """Have a colleague asked and agree."""
        assert self.says(self.helene, f"AJOUTER {address}") == "colleague-asked"
        assert self.answers(f"Paul Régis <{address}>" if address == PAUL else address, "OUI") == "colleague-joined"

    def side(self) -> list[str]:
        """Return the addresses of those who take part on the recruiter's side."""
        with self.house.database.transaction() as session:
            conversation = session.get_one(Conversation, self.conversation_id)
            return [person.address for person in conversations.recruiters(session, conversation)]

    def state(self) -> ConversationState:
        with self.house.database.transaction() as session:
            return session.get_one(Conversation, self.conversation_id).state

    def messages(self) -> int:
        with self.house.database.transaction() as session:
            count = session.scalar(sa.select(sa.func.count()).select_from(Message))
            return count or 0

    def got(self, address: str, kind: str = "relayed_message") -> list[EmailMessage]:
        """Return what somebody gets of that kind, composed."""
        return [read(mail.message) for mail in self.composed(address, kind)]

    def composed(self, address: str, kind: str) -> list[Composed]:
        database = self.house.database
        with database.transaction() as session:
            person = people.find(session, address)
            assert person is not None
            posts = session.scalars(
                sa.select(Post).where(Post.kind == kind, Post.person_id == person.id).order_by(Post.id)
            )
            composer = Composer(database.settings, self.house.addresses)
            return [
                composer.compose(session, post, from_params(post.kind, post.params), person, at=now()) for post in posts
            ]

    def noted(self, address: str) -> list[str]:
        """Return the letters that note or refuse something, to somebody, by their codes."""
        with self.house.database.transaction() as session:
            person = people.find(session, address)
            assert person is not None
            query = sa.select(Post).where(Post.person_id == person.id, Post.kind.in_(("noted", "refusal")))
            return [
                str(post.params.get("what") or post.params["reason"])
                for post in session.scalars(query.order_by(Post.id))
            ]


def read(raw: bytes) -> EmailMessage:
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@contextmanager
def open_talk(database: Database, addresses: Addresses) -> Iterator[Talk]:
    """Open the mail house with a candidate and a recruiter who have just begun to talk."""
    with database.transaction() as session:
        records.staff(session)
        lea, morin = records.candidate(session), records.recruiter(session)
        offer = records.publish(session, morin, at=now())
        made = correspondence.apply(session, offer, lea, Words("Bonjour", "Ce poste m'intéresse."), at=now())
        found = lea.address, morin.address, offer.id, made.conversation_id
    with mail_house(database, addresses) as house:
        house.peer = "127.0.0.1"
        yield Talk(house, *found)
