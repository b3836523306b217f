"""Which words somebody may say where: the tables of the roles, put together."""

from __future__ import annotations

from inbound.context import Context
from inbound.handlers import (
    agenda,
    anyone,
    appointing,
    candidate,
    conversing,
    deciding,
    editing,
    interviewing,
    participating,
    personal,
    recruiter,
    reporting,
    staff,
    subscriber,
    writing,
)
from inbound.words import Said, Word, anything
from jobboard import people
from jobboard.letters.account import Help
from jobboard.letters.cards import HelpWord
from jobboard.people import Role
from jobboard.tickets import About


def help_(context: Context, said: Said) -> str:
    """Send the list of what the writer can do by mail."""
    context.answer(help_letter(frozenset(roles(context))), reply=None)
    return "helped"


HELP = Word("AIDE", "recevoir cette liste", help_, also=("HELP", "?"))
ANYONE: tuple[Word, ...] = (*anyone.WORDS, *personal.WORDS, *reporting.WORDS, *participating.WORDS, HELP)
BY_ROLE: dict[Role, tuple[Word, ...]] = {
    Role.CANDIDATE: (*candidate.WORDS, *interviewing.CANDIDATE_WORDS, *appointing.WORDS),
    Role.RECRUITER: (*recruiter.WORDS, *deciding.WORDS, *interviewing.RECRUITER_WORDS),
    Role.STAFF: (*staff.WORDS, *writing.WORDS, *appointing.STAFF_WORDS),
    Role.SUBSCRIBER: subscriber.WORDS,
}
CONVERSATION: tuple[Word, ...] = conversing.WORDS
EDITION: tuple[Word, ...] = editing.WORDS
APPOINTMENTS: tuple[Word, ...] = (appointing.CANCEL,)
EVENTS: tuple[Word, ...] = (agenda.PARTICIPANTS, agenda.ABSENT, agenda.ALL_CAME, agenda.CORRECT)
# Words that count in answer to some mails only, before those of the role.
HERE: dict[About, tuple[Word, ...]] = {
    About.CONVERSATION: CONVERSATION,
    About.EDITION: EDITION,
    About.SLOTS: appointing.ON_SLOTS,
    About.APPOINTMENT: appointing.ON_APPOINTMENT,
    About.OFFERED_SLOTS: appointing.ON_OFFERED,
    About.EVENT_DRAFT: agenda.ON_DRAFT,
    About.EVENT: agenda.ON_EVENT,
    About.EVENT_MODERATION: agenda.ON_MODERATION,
    About.PARTICIPATION: participating.ON_PARTICIPATION,
}
YES = Word("OUI", "confirmer ce que nous vous demandons", help_, also=("YES", "OK", "D ACCORD", "O"), takes=anything)
NO = Word("NON", "décliner ce que nous vous demandons", help_, also=("NO", "N"), takes=anything)


def roles(context: Context) -> set[Role]:
    """Return the roles whose words count for this mail: the ticket's, or all that the writer has."""
    if context.ticket is not None:
        return {context.ticket.role}
    person = context.person
    return set(people.roles(context.session, person)) if person is not None else set()


def table(context: Context) -> tuple[Word, ...]:
    """Return the words that count for this mail; on a ticket its role decides where two roles share one."""
    own = roles(context)
    words = [word for role in BY_ROLE if role in own for word in BY_ROLE[role]]
    ticket = context.ticket
    here = HERE.get(ticket.about, ()) if ticket is not None else ()
    return (*here, *words, *ANYONE)


def help_letter(own: frozenset[Role]) -> Help:
    """Return AIDE for somebody with those roles."""
    sections = {"anyone": _lines((YES, NO, *ANYONE))}
    if own & _CORRESPONDING:
        sections["conversation"] = _lines(CONVERSATION)
    if own & {Role.CANDIDATE, Role.STAFF}:
        sections["appointments"] = _lines(APPOINTMENTS)
    if Role.RECRUITER in own:
        sections["events"] = _lines(EVENTS)
    for role, words in BY_ROLE.items():
        if role in own and words:
            sections[str(role)] = _lines(words)
    if Role.STAFF in own:
        sections["edition"] = _lines(EDITION)
    return Help(sections)


_CORRESPONDING = frozenset({Role.CANDIDATE, Role.RECRUITER})


def _lines(words: tuple[Word, ...]) -> tuple[HelpWord, ...]:
    return tuple(HelpWord(word.shown or word.word, word.help) for word in words)
