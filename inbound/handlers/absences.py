"""Answering machines in a conversation: "away until the 12th" helps the other side, once; it never causes another."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from inbound.automatic import Automatic
from inbound.context import Context
from jobboard import conversations, correspondence
from jobboard.addresses import Purpose
from jobboard.conversations import Conversation
from jobboard.correspondence import Standing
from jobboard.letters.applications import ApplicationReceived, RelayedMessage
from jobboard.outbox import Post
from jobboard.tickets import About, Ticket

_RELAYED = frozenset({ApplicationReceived.kind, RelayedMessage.kind})


def ticket_of(session: Session, post_id: int) -> Ticket | None:
    """Return the ticket of a conversation for a post that passed somebody's words on.

    Answering machines write to the envelope sender (RFC 3834 4), which stands for the post.
    """
    post = session.get(Post, post_id)
    ticket = session.get(Ticket, post.ticket_id) if post is not None and post.kind in _RELAYED else None
    if ticket is None or ticket.person_id is None or ticket.about is not About.CONVERSATION:
        return None
    return ticket if session.get(Conversation, ticket.subject_id) is not None else None


def pass_on(context: Context) -> str:
    """Pass the answer of a machine on to the other side, if it may be; returns the outcome, "" when it was not.

    Nobody is ever asked or told anything about it: what is not surely that person's ends here.
    """
    target = context.received.target
    ticket = context.ticket
    if target.purpose is Purpose.RETURN:
        ticket = ticket_of(context.session, target.row_id)
    words = context.received.words
    if context.incoming.automatic is not Automatic.AUTO_REPLY or words is None or not words.text.strip():
        return ""
    if ticket is None or ticket.about is not About.CONVERSATION or ticket.expires_at <= context.at:
        return ""
    answering = replace(context, ticket=ticket)
    person = answering.person
    conversation = context.session.get(Conversation, ticket.subject_id)
    if person is None or conversation is None or not answering.is_sure():
        return ""
    if correspondence.standing_of(context.session, conversation, person.id, at=context.at) is not Standing.OPEN:
        return ""
    if not conversations.may_pass_automatic(context.session, conversation, person, at=context.at):
        return ""
    # No files: a machine's are logos and signatures.
    correspondence.relay(context.session, conversation, person, replace(words, files=(), refused=()), at=context.at)
    return "relayed-automatic"
