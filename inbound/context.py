"""What a handler is given: one mail as read, who wrote it, what it answers, and the transaction to act in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from inbound.own_words import OwnWords
from inbound.parse import Authentication, Incoming
from inbound.reports import Report
from inbound.verification import Verified
from jobboard import asking, languages, outbox, suppression
from jobboard.addresses import Addresses, Purpose, Target, address_key
from jobboard.conversations import Words
from jobboard.cv_documents import CvRead
from jobboard.db import settings_of
from jobboard.document_text import ReadDocument
from jobboard.errors import Refused
from jobboard.letters.base import Letter
from jobboard.letters.cards import OfferCard
from jobboard.offers import Offer
from jobboard.outbox import Thread
from jobboard.people import Person, Role
from jobboard.questions import Question
from jobboard.tickets import About, Reply, Ticket

_MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Received:
    """One mail as it was read before its transaction opened: pure values only."""

    mail_id: int
    target: Target
    incoming: Incoming
    own: OwnWords
    octets: int = 0  # of the whole mail as it came
    words: Words | None = None  # anonymised for the other side, where the mail may be relayed
    cv: CvRead | None = None  # the CV that came along, where one is welcome
    kept: Received | None = None  # the mail that this one is about: waiting for OUI, or for the staff
    report: Report | None = None  # what a bounce or complaint says
    found: Verified | None = None  # what we found out ourselves of its origin, where we looked
    documents: tuple[ReadDocument, ...] = ()  # attached to a deposit, with their text
    twins: tuple[bytes, ...] = ()  # the fingerprints of the same mail to other addresses of the same conversation


@dataclass
class Context:
    """One dispatch: everything happens in `session`, which the dispatcher commits."""

    session: Session
    at: datetime
    received: Received
    addresses: Addresses
    route: Callable[[Context], str]  # the dispatcher's, for a kept mail that an OUI sets going
    ticket: Ticket | None = None
    sender: Person | None = None  # the person of the From address, if we know one
    confirmed: bool = False  # her OUI on a fresh token stands behind it
    part: int = 0  # which of several commands of the mail, from 1; 0: all of it

    @property
    def incoming(self) -> Incoming:
        """The mail as parsed."""
        return self.received.incoming

    @property
    def own(self) -> str:
        """What the writer wrote herself."""
        return self.received.own.own

    @property
    def key(self) -> str:
        """A key unique to this mail, for posts that answer it."""
        whole = f"mail:{self.received.mail_id}"
        return f"{whole}:{self.part}" if self.part else whole

    @property
    def person(self) -> Person | None:
        """Whom this is about and who gets every answer: the ticket's person, else the known writer."""
        if self.ticket is not None and self.ticket.person_id is not None:
            return self.session.get(Person, self.ticket.person_id)
        return self.sender

    @property
    def thread(self) -> Thread:
        """Where an answer to this mail stands in its writer's client; never towards anybody else."""
        own_id = self.incoming.message_id
        answered = self.person is None or self.is_from(self.person.address)
        return Thread(own_id, (*self.incoming.references[-20:], own_id)) if own_id and answered else Thread()

    @property
    def language(self) -> str:
        """The language of someone whom we do not know yet: the one that she writes in, where that is sure."""
        said = f"{self.incoming.subject}\n{self.own}"
        return languages.of_text(self.own) or languages.of_text(said) or settings_of(self.session).language

    def require_relayable(self) -> None:
        """Raise Refused("too-large") for a mail larger than what we pass on to anybody."""
        limit = settings_of(self.session).relay_max_octets
        if self.received.octets > limit:
            # Attachments travel in base64: four octets for three.
            size, files = -(-self.received.octets // _MEGABYTE), limit * 3 // 4 // _MEGABYTE
            raise Refused("too-large", size=size, limit=limit // _MEGABYTE, files=files)

    def words_to_relay(self) -> Words:
        """Return the anonymised words of a mail that may be passed on. Raises Refused("too-large")."""
        self.require_relayable()
        words = self.received.words
        assert words is not None, "the reading of this mail prepared no words to relay"
        return words

    def is_from(self, address: str) -> bool:
        """Tell whether the From of the mail is that address."""
        return self.incoming.sender is not None and address_key(self.incoming.sender) == address_key(address)

    def is_sure(self, *, staff: bool = False) -> bool:
        """Tell whether the mail counts as its person's own word.

        The From must be hers and authentication must not have failed; where a server is trusted, or we looked
        ourselves, staff words need a pass (contract, "Who may act").
        """
        if self.confirmed:
            return True
        person = self.person
        if person is None or not self.is_from(person.address):
            return False
        if self.incoming.authentication is Authentication.FAIL:
            return False
        looked = settings_of(self.session).trusted_authserv_id or self.received.found
        return not (staff and looked) or self.incoming.authentication is Authentication.PASS

    def may_write_to_stranger(self) -> bool:
        """Take the right to write to the From address, which is no person's: once a day, never when DMARC failed."""
        sender = self.incoming.sender
        if sender is None or self.incoming.authentication is Authentication.FAIL:
            return False
        return suppression.may_answer_stranger(self.session, sender, at=self.at)

    def answer(self, letter: Letter, *, dedupe: str = "", reply: Reply | None = None) -> None:
        """Post a letter to the person whom this mail is about, in answer to it."""
        person = self.person
        assert person is not None, "strangers are answered by the handlers that may"
        key = dedupe or f"{letter.kind}:{self.key}"
        outbox.post(self.session, letter, to=person, dedupe=key, reply=reply, thread=self.thread, at=self.at)

    def ask(self, letter: Letter, question: Question, *, to: Person | str) -> None:
        """Post the letter that asks a question; the answer to it is about that question."""
        thread = self.thread if isinstance(to, str) or self.is_from(to.address) else None
        asking.post(
            self.session, question, letter, to=to, role=self.role(), language=self.language, thread=thread, at=self.at
        )

    def offer_concerned(self) -> Offer | None:
        """Return the one offer that this mail is about, if there is one."""
        target, ticket = self.received.target, self.ticket
        if target.purpose is Purpose.OFFER:
            return self.session.get(Offer, target.row_id)
        if ticket is None:
            return None
        if ticket.about in (About.OFFER, About.DRAFT, About.MODERATION) and ticket.subject_id:
            return self.session.get(Offer, ticket.subject_id)
        if ticket.about is About.OFFERS and len(ticket.offers) == 1:
            return self.session.get(Offer, ticket.offers[0])
        return None

    def same_subject(self, cards: Sequence[OfferCard] = ()) -> Reply:
        """Return what an answer to our answer is about: the same thing, or the offers that we suggest instead."""
        if cards:
            return Reply(About.OFFERS, Role.CANDIDATE, offers=tuple(card.offer_id for card in cards))
        ticket = self.ticket
        if ticket is None:
            return Reply()
        return Reply(
            ticket.about, ticket.role, ticket.subject_id, tuple(ticket.offers), ticket.stream, tuple(ticket.listed)
        )

    def role(self) -> Role:
        """Return the role that decides which words are understood."""
        return self.ticket.role if self.ticket is not None else Role.CANDIDATE
