"""Somebody's kept words as one reader gets them: her own relay address in them, the conversation's subject above them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from markupsafe import Markup
from sqlalchemy.orm import Session

from jobboard import conversations, people, subjects, tickets
from jobboard.addresses import Addresses, Purpose
from jobboard.conversations import Conversation, File, Message
from jobboard.letters.applications import ApplicationDeclined, ApplicationReceived, RelayedMessage
from jobboard.letters.base import Letter
from jobboard.letters.interviews import InterviewProposed
from jobboard.offers import Offer
from jobboard.outbox import Post
from jobboard.people import Person
from mailer.masks import PUBLIC_PROVIDERS

# Kinds of files that clients act upon by the addresses in them.
_ANSWERED = ("text/calendar", "text/vcard", "text/x-vcard", "text/directory")


@dataclass(frozen=True)
class Relayed:
    """A message as it goes into a letter."""

    text: str
    html: str | None
    files: tuple[File, ...]
    subject: str = ""  # of the whole conversation
    own_subject: str = ""  # what the writer called her mail, where that is something else
    automatic: str | None = None
    precedence: str | None = None
    importance: str | None = None
    address: str = ""  # of an author who lets it be seen

    def fields(self) -> dict[str, object]:
        """Return what templates know of it."""
        return {
            "message_text": self.text,
            "message_html": Markup(self.html) if self.html else None,  # cleaned before it was stored (mailer.anonymise)
            "author_address": self.address,
            "message_subject": self.subject,
            "own_subject": self.own_subject,
            "files": tuple(file.filename for file in self.files if not file.inline),
        }


@dataclass(frozen=True)
class Guard:
    """What the gate must not find in a mail, and who is told when it does."""

    secrets: tuple[str, ...]
    is_by_candidate: bool
    author_id: int


def message_of(session: Session, letter: Letter) -> Message | None:
    """Return the message that a letter passes on, None for letters of ours."""
    if not isinstance(letter, ApplicationReceived | RelayedMessage | ApplicationDeclined) or letter.message_id is None:
        return None
    return session.get_one(Message, letter.message_id)


def shows_address(letter: Letter) -> bool:
    """Tell whether a letter passes on the words of a candidate who let recruiters see her address when she wrote."""
    return isinstance(letter, ApplicationReceived | RelayedMessage) and letter.address_shown


def for_reader(
    session: Session, message: Message, post: Post, addresses: Addresses, *, address_shown: bool = False
) -> Relayed:
    """Return the message as the reader of that post gets it; `address_shown`: with the address of who wrote it."""
    conversation = session.get_one(Conversation, message.conversation_id)
    offer = session.get(Offer, conversation.offer_id) if conversation.offer_id else None
    standing = conversation.subject or subjects.bare(message.subject)
    own = subjects.own(message.subject, standing=standing, title=offer.title if offer is not None else "")
    swap = _Swap.to_reader(session, conversation, post, addresses)
    return Relayed(
        text=swap.text(message.text),
        html=swap.text(message.html) if message.html else None,
        files=tuple(swap.file(file) for file in conversations.files(session, message.id)),
        subject=swap.text(standing),
        own_subject=swap.text(own),
        automatic=message.automatic,
        precedence=message.precedence,
        importance=message.importance,
        address=session.get_one(Person, message.author_id).address if address_shown else "",
    )


def guard(session: Session, message: Message, reader_id: int | None, *, address_shown: bool = False) -> Guard:
    """Return what must not be read in a mail to that person: the addresses of the other side, all of them.

    Where whoever recruits has a domain of its own, nobody's address at it, unless the candidate's is there, too.
    `address_shown`: the candidate, who wrote it, lets hers be seen; in what colleagues pass on, as she chooses now.
    """
    conversation = session.get_one(Conversation, message.conversation_id)
    candidate = session.get_one(Person, conversation.candidate_id)
    is_by_candidate = message.author_id == candidate.id
    if reader_id != candidate.id or is_by_candidate:
        is_shown = address_shown if is_by_candidate else people.shows_address(session, candidate)
        return Guard(() if is_shown else (candidate.address,), is_by_candidate, message.author_id)
    author = session.get_one(Person, message.author_id)
    side = {person.address: None for person in (author, *conversations.ever_recruiters(session, conversation))}
    domains = {address.rpartition("@")[2].lower(): None for address in side}
    domains.pop(candidate.address.rpartition("@")[2].lower(), None)
    whole = (f"@{domain}" for domain in domains if domain not in PUBLIC_PROVIDERS)
    return Guard((*side, *whole), is_by_candidate, author.id)


def guard_of(session: Session, letter: Letter) -> Guard | None:
    """Return what must not be read in a letter of ours that holds some words of the recruiter's; None for any other."""
    conversation = session.get(Conversation, letter.conversation_id) if isinstance(letter, InterviewProposed) else None
    if conversation is None:
        return None
    side = dict.fromkeys(person.address for person in conversations.ever_recruiters(session, conversation))
    return Guard(tuple(side), False, conversation.recruiter_id)


@dataclass(frozen=True)
class _Swap:
    """The relay addresses of the others in a conversation, made the reader's own: a message is kept once for all."""

    pattern: re.Pattern[str] | None
    own: str

    @classmethod
    def to_reader(cls, session: Session, conversation: Conversation, post: Post, addresses: Addresses) -> _Swap:
        others = [
            each.id for each in tickets.all_of_conversation(session, conversation.id) if each.id != post.ticket_id
        ]
        parts = [addresses.make(Purpose.REPLY, ticket_id).partition("@")[0] for ticket_id in others]
        # A calendar folds its lines anywhere (RFC 5545 3.1).
        spelled = "|".join(r"(?:\r?\n[ \t])?".join(map(re.escape, part)) for part in parts)
        own = addresses.make(Purpose.REPLY, post.ticket_id).partition("@")[0]
        return cls(re.compile(spelled, re.IGNORECASE) if parts else None, own)

    def text(self, text: str) -> str:
        return self.pattern.sub(self._own, text) if self.pattern is not None else text

    def file(self, file: File) -> File:
        if self.pattern is None or not file.content_type.startswith(_ANSWERED):
            return file
        return replace(
            file, content=self.text(file.content.decode("utf-8", "surrogateescape")).encode(errors="surrogateescape")
        )

    def _own(self, found: re.Match[str]) -> str:
        """Return the reader's address with the folds of the one in its place: both have one length."""
        characters = iter(self.own)
        return re.sub(r"(\r?\n[ \t])|.", lambda each: each[1] or next(characters, ""), found[0])
