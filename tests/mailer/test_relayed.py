"""A message kept once, read by several: each finds her own relay address in it, folded calendars included."""

from __future__ import annotations

import pytest

from jobboard import colleagues, conversations, correspondence, people
from jobboard.addresses import Addresses, Purpose
from jobboard.conversations import Conversation, File, Message, Words
from jobboard.db import Database
from jobboard.letters.applications import RelayedMessage
from jobboard.outbox import Post
from mailer import relayed
from tests.jobboard.records import AT, candidate, publish, recruiter


@pytest.mark.parametrize("fold", ["", "\r\n ", "\n\t"])
def test_each_reader_answers_under_her_own_address(database: Database, addresses: Addresses, fold: str) -> None:
    with database.transaction() as session:
        lea, helene = candidate(session), recruiter(session)
        offer = publish(session, helene)
        paul = people.admit(session, "paul@ailleurs.example", name="Paul Régis", at=AT)
        colleagues.join(session, offer.id, paul, at=AT)
        made = correspondence.apply(session, offer, lea, Words("Bonjour", "Bonjour"), at=AT)
        conversation = session.get_one(Conversation, made.conversation_id)
        of = {
            person.id: addresses.make(Purpose.REPLY, post.ticket_id)
            for person in (helene, paul)
            for post in session.query(Post).filter_by(person_id=person.id, kind="application_received")
        }
        primary = of[helene.id]
        for_calendar = primary[:12] + fold + primary[12:]
        invitation = f"BEGIN:VCALENDAR\r\nATTENDEE:mailto:{for_calendar}\r\nEND:VCALENDAR\r\n".encode()
        files = (
            File("i.ics", "text/calendar; method=REQUEST", invitation),
            File("a.pdf", "application/pdf", b"%PDF" + primary.encode()),
        )
        words = Words(f"Voir {primary}", f"Écrire à {primary}.", f"<a href='mailto:{primary}'>moi</a>", files)
        message = correspondence.relay(session, conversation, lea, words, at=AT)
        assert isinstance(message, Message)
        for reader, own in of.items():
            post = session.query(Post).filter_by(person_id=reader, kind=RelayedMessage.kind).one()
            got = relayed.for_reader(session, message, post, addresses)
            assert got.text == f"Écrire à {own}."
            assert got.html == f"<a href='mailto:{own}'>moi</a>"
            calendar = got.files[0].content.decode()
            assert calendar == f"BEGIN:VCALENDAR\r\nATTENDEE:mailto:{own[:12]}{fold}{own[12:]}\r\nEND:VCALENDAR\r\n"
            assert got.files[1].content == files[1].content, "documents stay octet for octet"
        assert conversations.files(session, message.id)[0].content == invitation


def test_the_gate_looks_for_everybody_who_has_ever_taken_part(database: Database) -> None:
    with database.transaction() as session:
        lea, helene = candidate(session), recruiter(session)
        offer = publish(session, helene)
        paul = people.admit(session, "paul@ailleurs.example", at=AT)
        colleagues.join(session, offer.id, paul, at=AT)
        colleagues.leave(session, offer.id, paul, at=AT)
        near = people.admit(session, "paul@courrier.example", at=AT)
        colleagues.join(session, offer.id, near, at=AT)
        made = correspondence.apply(session, offer, lea, Words("Bonjour", "Bonjour"), at=AT)
        conversation = session.get_one(Conversation, made.conversation_id)
        by_lea = conversations.messages(session, conversation.id)[0]
        by_helene = correspondence.relay(session, conversation, helene, Words("Re", "Bonjour"), at=AT)
        found = relayed.guard(session, by_helene, lea.id)
        assert set(found.secrets) == {
            *(helene.address, paul.address, near.address),
            *("@horizon.example", "@ailleurs.example"),  # not the domain that is the candidate's own, too
        }
        assert relayed.guard(session, by_helene, near.id).secrets == (lea.address,)
        assert relayed.guard(session, by_lea, helene.id).is_by_candidate
