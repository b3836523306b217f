"""Answers to a recruiter's proposal: OUI opens the conversation, NON ends it, anything else waits for one of them."""

from __future__ import annotations

from inbound.context import Context
from inbound.handlers.tables import NO, YES, table
from inbound.words import Said, understand
from jobboard import contacts, proposals
from jobboard.conversations import Words
from jobboard.errors import Refused
from jobboard.folding import fold

# Said with OUI, these words are no message to the recruiter.
_AGREEING = frozenset(
    {
        *("oui", "ok", "d", "accord", "merci", "bien", "sur", "volontiers", "avec", "plaisir", "je", "veux", "accepte"),
        *("cette", "la", "proposition", "conversation", "svp", "absolument", "tout", "a", "fait", "bonjour", "cordialement"),
        *("yes", "please", "thanks", "thank", "you", "i", "accept", "sure", "of", "course"),
    }
)  # fmt: skip


def answer(context: Context) -> str:
    """Take the answer of the person who was asked. Raises Refused "proposal-over" or "proposal-yes-expected"."""
    assert context.ticket is not None
    said = understand(context.own, (YES, NO))
    if said is None:
        command = understand(context.own, table(context))
        if command is not None and command.whole:
            return command.word.does(context, command)
    if said is None:
        raise Refused("proposal-yes-expected")
    proposal = proposals.open_proposal(context.session, context.ticket.subject_id, at=context.at)
    if said.word is NO:
        contacts.decline(context.session, proposal, at=context.at)
        return "proposal-declined"
    contacts.accept(context.session, proposal, _message(context, said), how="mail", at=context.at)
    return "proposal-accepted"


def _message(context: Context, said: Said) -> Words | None:
    """Return what she wrote with her OUI, to be passed on; None where OUI is all that she said."""
    words = context.words_to_relay()
    has_files = any(not file.inline for file in words.files) or bool(words.refused)
    more = set(fold(f"{said.rest} {said.below}").split()) - _AGREEING
    return words if has_files or more else None
