"""Words in a conversation, and what else is written there: a message to the other side."""

from __future__ import annotations

from dataclasses import replace

from inbound.context import Context
from inbound.handlers import interviewing
from inbound.words import Said, Table, Word, understand
from jobboard import conversations, correspondence, invitations, mailbag, tickets
from jobboard.conversations import Conversation
from jobboard.errors import Refused
from jobboard.offers import Offer
from jobboard.people import Person, Role
from jobboard.tickets import About, Reply


def as_writer(context: Context) -> Context:
    """Return the context with the writer's own ticket, where she wrote to that of somebody of her own side.

    Colleagues forward mails to each other and answer all: what one of them writes is hers, under whichever address.
    """
    ticket, sender = context.ticket, context.sender
    if ticket is None or ticket.about is not About.CONVERSATION or sender is None or ticket.person_id == sender.id:
        return context
    conversation = context.session.get(Conversation, ticket.subject_id)
    if conversation is None or ticket.role is not Role.RECRUITER or sender.id == conversation.candidate_id:
        return context
    if all(person.id != sender.id for person in conversations.recruiters(context.session, conversation)):
        return context
    own = tickets.issue(
        context.session, Reply(About.CONVERSATION, Role.RECRUITER, subject_id=conversation.id), sender, at=context.at
    )
    return replace(context, ticket=own)


def receive(context: Context, table: Table) -> str:
    """Do a word that is all she wrote; pass anything else on as a message, once however many addresses it came to."""
    conversation, person = _here(context)
    if context.is_from(person.address) and mailbag.came_before(
        context.session, context.received.mail_id, context.received.twins
    ):
        return "same-mail-twice"
    answered = interviewing.by_calendar(context, conversation, person)
    if answered:
        return answered
    said = understand(context.own, table)
    if said is not None and said.word.meant(said):
        if said.whole and not _brings_files(context):
            return said.word.does(context, said)
        if said.word.secret and said.rest:
            raise Refused("word-alone", word=said.word.word)
    words = context.words_to_relay()
    if not words.text.strip() and not words.files and not words.refused:
        raise Refused("empty-mail")
    correspondence.relay(context.session, conversation, person, words, at=context.at)
    return "relayed"


def _brings_files(context: Context) -> bool:
    """Tell whether something is attached; the logo of a signature is not."""
    words = context.received.words
    if words is None:  # too large to be passed on
        return bool(context.incoming.attachments)
    return bool(words.refused) or any(not file.inline for file in words.files)


def end(context: Context, said: Said) -> str:
    """FIN: end the conversation; a colleague only leaves those of the offer, which go on without her."""
    conversation, person = _here(context)
    if _is_colleague(conversation, person):
        offer = context.session.get_one(Offer, conversation.offer_id)
        if not invitations.leave(context.session, offer, person, key=context.key, at=context.at):
            raise Refused("conversation-left")
        return "conversation-left"
    correspondence.end(context.session, conversation, person, at=context.at)
    return "conversation-ended"


def block(context: Context, said: Said) -> str:
    """BLOQUER: end it, keep the two apart, and tell the staff."""
    conversation, person = _here(context)
    correspondence.block(context.session, conversation, person, at=context.at)
    return "conversation-blocked"


def _is_colleague(conversation: Conversation, person: Person) -> bool:
    return person.id not in (conversation.candidate_id, conversation.recruiter_id)


def _here(context: Context) -> tuple[Conversation, Person]:
    ticket, person = context.ticket, context.person
    assert ticket is not None, "only said in answer to a conversation"
    assert person is not None, "conversations are between people we know"
    return context.session.get_one(Conversation, ticket.subject_id), person


WORDS = (
    Word(
        "FIN",
        "terminer cette conversation ; l’autre personne en est prévenue",
        end,
        also=("TERMINER", "END"),
    ),
    Word(
        "BLOQUER",
        "la terminer, ne plus rien recevoir de cette personne, et le signaler à l’équipe",
        block,
        also=("BLOCK",),
    ),
)
