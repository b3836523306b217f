"""A held mail as the staff may read it, and what must be hidden in it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from jobboard import conversations
from jobboard.conversations import Conversation, Message
from jobboard.people import Person
from mailer.gate_showing import cover
from mailer.masks import PUBLIC_PROVIDERS


@dataclass(frozen=True)
class HeldMail:
    """The words of a held message, every secret that the gate finds covered with •••."""

    subject: str
    text: str
    files: tuple[str, ...]


def hidden_from_reader(author: Person, reader: str, *, whole_domain: bool) -> tuple[str, ...]:
    """Return what must not be read in a mail: the author's address and, for a recruiter, her colleagues' too.

    Whoever has an address at that domain herself (she applies inside her own house) finds it in To and in the ids of
    her own mails: for her only the address is hidden.
    """
    domain = _domain(author.address)
    is_known = not whole_domain or domain in PUBLIC_PROVIDERS or domain == _domain(reader)
    return (author.address,) if is_known else (author.address, f"@{domain}")


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()


def shown(session: Session, message: Message) -> HeldMail:
    """Return a message as the staff may read it."""
    author = session.get_one(Person, message.author_id)
    conversation = session.get_one(Conversation, message.conversation_id)
    reader = conversations.other_side(session, conversation, author)
    is_recruiter = author.id != conversation.candidate_id
    secrets = hidden_from_reader(author, reader.address, whole_domain=is_recruiter)
    names = conversations.filenames(session, message.id)
    return HeldMail(
        cover(message.subject, secrets),
        cover(message.text, secrets),
        tuple(cover(name, secrets) for name in names),
    )
