"""Conversations: threads hold on both sides though no id is shared."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import conversations
from jobboard.conversations import Blob, Conversation, File, Message, Words
from jobboard.db import Database
from jobboard.outbox import Thread
from jobboard.people import Person
from tests.jobboard.records import AT, candidate, recruiter


@dataclass
class Talk:
    """A conversation between a candidate and a recruiter, each with the ids her own mail client gives."""

    session: Session
    candidate: Person
    recruiter: Person
    conversation: Conversation
    count: int = 0

    @classmethod
    def begin(cls, session: Session) -> Talk:
        one, other = candidate(session), recruiter(session)
        return cls(session, one, other, conversations.open_between(session, one, other, offer_id=None, at=AT))

    def says(self, author: Person, *, answering: str | None = None, references: tuple[str, ...] = ()) -> Said:
        """Have somebody write; her mail is relayed under a new id of ours."""
        self.count += 1
        name = f"{self.conversation.id}-{self.count}"
        own, relayed = f"<own-{name}@client.example>", f"<relayed-{name}@ours.example>"
        reader = self.recruiter if author is self.candidate else self.candidate
        words = Words("Objet", "texte", message_id=own, in_reply_to=answering, references=references)
        thread = conversations.thread_for(self.session, self.conversation, words, author, reader)
        message = conversations.keep(self.session, self.conversation, author, words, at=AT)
        conversations.remember(self.session, message, reader.id, relayed)
        return Said(own, relayed, thread, message)


@dataclass(frozen=True)
class Said:
    """One mail: its id at the author's, its id at the reader's, and where it stands there."""

    own: str
    relayed: str
    thread: Thread
    message: Message


def test_an_answer_names_the_mail_that_its_reader_wrote(database: Database) -> None:
    with database.transaction() as session:
        talk = Talk.begin(session)
        first = talk.says(talk.candidate)
        assert first.thread == Thread()
        answer = talk.says(talk.recruiter, answering=first.relayed, references=(first.relayed,))
        assert answer.thread == Thread(first.own, (first.own,))


def test_a_long_exchange_holds_on_both_sides(database: Database) -> None:
    with database.transaction() as session:
        talk = Talk.begin(session)
        one = talk.says(talk.candidate)
        two = talk.says(talk.recruiter, answering=one.relayed, references=(one.relayed,))
        three = talk.says(talk.candidate, answering=two.relayed, references=(one.own, two.relayed))
        assert three.thread == Thread(two.own, (one.relayed, two.own))
        four = talk.says(talk.recruiter, answering=three.relayed, references=(one.relayed, two.own, three.relayed))
        assert four.thread == Thread(three.own, (one.own, two.relayed, three.own))


def test_a_follow_up_to_ones_own_mail_names_it_as_its_reader_knows_it(database: Database) -> None:
    with database.transaction() as session:
        talk = Talk.begin(session)
        first = talk.says(talk.candidate)
        follow_up = talk.says(talk.candidate, answering=first.own, references=(first.own,))
        assert follow_up.thread == Thread(first.relayed, (first.relayed,))


@pytest.mark.parametrize("references", [(), ("<secret@bureau.example>",)])
def test_ids_that_we_do_not_know_are_dropped(database: Database, references: tuple[str, ...]) -> None:
    with database.transaction() as session:
        talk = Talk.begin(session)
        first = talk.says(talk.candidate)
        lost = talk.says(talk.recruiter, answering="<else@bureau.example>", references=references)
        assert lost.thread == Thread()
        found = talk.says(talk.recruiter, answering="<else@bureau.example>", references=(first.relayed, *references))
        assert found.thread == Thread(first.own, (first.own,))


def test_one_side_cannot_name_ids_of_the_other_nor_of_another_conversation(database: Database) -> None:
    with database.transaction() as session:
        talk, other = Talk.begin(session), Talk.begin(session)
        first, elsewhere = talk.says(talk.candidate), other.says(other.candidate)
        stolen = talk.says(talk.recruiter, answering=first.own, references=(first.own, elsewhere.relayed))
        assert stolen.thread == Thread()


def test_a_letter_of_ours_about_a_message_is_another_id_for_it(database: Database) -> None:
    with database.transaction() as session:
        talk = Talk.begin(session)
        first = talk.says(talk.candidate)
        conversations.remember(session, first.message, talk.candidate.id, "<acknowledged@ours.example>")
        more = talk.says(talk.candidate, answering="<acknowledged@ours.example>")
        assert more.thread == Thread(first.relayed, (first.relayed,))


def test_the_same_file_twice_is_kept_once_under_each_name(database: Database) -> None:
    with database.transaction() as session:
        talk = Talk.begin(session)
        files = (File("CV.pdf", "application/pdf", b"octets"), File("copie.pdf", "application/pdf", b"octets"))
        message = conversations.keep(session, talk.conversation, talk.candidate, Words("s", "t", files=files), at=AT)
        session.flush()
        assert conversations.files(session, message.id) == list(files)
        assert session.scalar(sa.select(sa.func.count()).select_from(Blob)) == 1


def test_each_side_is_read_by_the_other(database: Database) -> None:
    with database.transaction() as session:
        talk = Talk.begin(session)
        assert conversations.other_side(session, talk.conversation, talk.candidate) is talk.recruiter
        assert conversations.other_side(session, talk.conversation, talk.recruiter) is talk.candidate
