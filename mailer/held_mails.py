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


def hidden_from_reader(author: Person, conversation: Conversation) -> tuple[str, ...]:
    """Return what must not be read in a mail: the author's address and, for a recruiter, her colleagues' too."""
    domain = author.address.rpartition("@")[2].lower()
    is_recruiter = author.id != conversation.candidate_id
    colleagues = (f"@{domain}",) if is_recruiter and domain not in PUBLIC_PROVIDERS else ()
    return (author.address, *colleagues)


def shown(session: Session, message: Message) -> HeldMail:
    """Return a message as the staff may read it."""
    author = session.get_one(Person, message.author_id)
    conversation = session.get_one(Conversation, message.conversation_id)
    secrets = hidden_from_reader(author, conversation)
    names = conversations.filenames(session, message.id)
    return HeldMail(
        cover(message.subject, secrets),
        cover(message.text, secrets),
        tuple(cover(name, secrets) for name in names),
    )
