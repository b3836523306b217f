"""A recruiter's desk seen from outside: an offer, three who applied, and everybody writes mails through the door."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import sqlalchemy as sa

from jobboard import correspondence, outbox, people, tickets
from jobboard.addresses import Addresses, Purpose
from jobboard.applications import Application
from jobboard.clock import now
from jobboard.conversations import Words
from jobboard.db import Database
from jobboard.letters import from_params
from jobboard.outbox import Post
from jobboard.people import Person, Role
from jobboard.tickets import About, Reply
from mailer.compose import Composer
from tests.doors.mail_house import MailHouse, letter, mail_house
from tests.jobboard import records


@dataclass
class Desk:
    """An offer with applications, seen from outside: its recruiter and three candidates write mails."""

    house: MailHouse
    helene: str
    offer_id: int
    candidates: tuple[str, ...]
    count: int = field(default=0)

    def address(self, of: str, reply: Reply) -> str:
        """Return an address of ours at which that person answers about that."""
        with self.house.database.transaction() as session:
            person = people.find(session, of)
            assert person is not None
            return self.house.addresses.make(Purpose.REPLY, tickets.issue(session, reply, person, at=now()).id)

    def says(self, text: str, *, conversation: int = 0, by: str = "") -> str | None:
        """Have the recruiter answer a mail about her offer, or about the conversation of application n."""
        self.count += 1
        reply = Reply(About.OFFER, Role.RECRUITER, subject_id=self.offer_id)
        if conversation:
            found = self.application(conversation)
            reply = Reply(About.CONVERSATION, Role.RECRUITER, subject_id=found.conversation_id)
        to = self.address(by or self.helene, reply)
        return self.house.outcome(to, letter(by or self.helene, text, subject=f"Re: {self.count}"))

    def writes(self, number: int, text: str) -> str | None:
        """Have candidate n answer in her conversation."""
        self.count += 1
        found = self.application(number)
        reply = Reply(About.CONVERSATION, Role.CANDIDATE, subject_id=found.conversation_id)
        candidate = self.candidates[number - 1]
        return self.house.outcome(self.address(candidate, reply), letter(candidate, text, subject=f"Re: {self.count}"))

    def application(self, number: int) -> Application:
        """Return application n as it stands."""
        with self.house.database.transaction() as session:
            return session.scalars(
                sa.select(Application).where(Application.offer_id == self.offer_id, Application.number == number)
            ).one()

    def states(self) -> list[str]:
        """Return where the applications stand, in order."""
        return [str(self.application(n).state) for n in range(1, len(self.candidates) + 1)]

    def to(self, address: str) -> list[Post]:
        """Return what waits for, or was sent to, that person."""
        with self.house.database.transaction() as session:
            query = sa.select(Post).join(Person, Person.id == Post.person_id).where(Person.address == address)
            return list(session.scalars(query.order_by(Post.id)))

    def text(self, post: Post) -> str:
        """Return a mail as its reader would get it."""
        with self.house.database.transaction() as session:
            person = session.get(Person, post.person_id)
            made = Composer(self.house.database.settings, self.house.addresses).compose(
                session, post, from_params(post.kind, post.params), person, at=now()
            )
        part = message_from_bytes(made.message, policy=policy.default).get_body(("plain",))
        assert isinstance(part, EmailMessage)
        return str(part.get_content()).replace("\u00a0", " ")


def deliver_all(database: Database) -> None:
    """Take it that every letter in the outbox has left."""
    with database.transaction() as session:
        session.execute(sa.update(Post).values(state=outbox.PostState.SENT))


@contextmanager
def open_desk(database: Database, addresses: Addresses) -> Iterator[Desk]:
    """Publish an offer an hour ago, let three people apply, and open the door for the length of a block."""
    at = now() - timedelta(hours=1)
    with database.transaction() as session:
        helene = records.recruiter(session, at=at)
        offer = records.publish(session, helene, at=at)
        names = ("Léa Dubreuil", "Zoé Martin", "Inès Aubry")
        found = [records.candidate(session, name, at=at) for name in names]
        for candidate in found:
            words = Words(subject="Candidature", text="Ce poste m'intéresse.")
            correspondence.apply(session, offer, candidate, words, at=at)
        parties = helene.address, offer.id, tuple(candidate.address for candidate in found)
    deliver_all(database)
    with mail_house(database, addresses) as house:
        yield Desk(house, *parties)
