"""A held mail as the staff may read it, and what must be hidden in it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from jobboard import conversations
from jobboard.conversations import Conversation, Message
from mailer.gate_showing import cover
from mailer.relayed import guard


@dataclass(frozen=True)
class HeldMail:
    """The words of a held message, every secret that the gate finds covered with •••."""

    subject: str
    text: str
    files: tuple[str, ...]


def shown(session: Session, message: Message) -> HeldMail:
    """Return a message as the staff may read it."""
    candidate_id = session.get_one(Conversation, message.conversation_id).candidate_id
    secrets = guard(session, message, candidate_id).secrets
    names = conversations.filenames(session, message.id)
    return HeldMail(
        cover(message.subject, secrets),
        cover(message.text, secrets),
        tuple(cover(name, secrets) for name in names),
    )
