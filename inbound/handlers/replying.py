"""Mail to our reply addresses: what an answer means depends on what the ticket is about."""

from __future__ import annotations

from collections.abc import Callable

from inbound.context import Context
from inbound.handlers import (
    agenda,
    answering,
    applying,
    appointing,
    commanding,
    consenting,
    conversing,
    depositing,
    participating,
    profiling,
    proposing,
)
from inbound.handlers.tables import HELP, NO, YES, help_letter, table
from inbound.words import Said, Word, understand
from jobboard import afterwards, mailbag, outbox
from jobboard.errors import Refused
from jobboard.letters.staff import ContactAnswered
from jobboard.offers import Offer
from jobboard.people import Role
from jobboard.tickets import About, Reply


def general(context: Context) -> str:
    """An answer to a letter that expects nothing: only words count."""
    done = _word(context)
    if not done and context.role() is Role.CANDIDATE and context.person is not None:
        done = profiling.propose(context)
    return done or _not_understood(context)


def profile(context: Context) -> str:
    """An answer about her own profile: OUI keeps it awake, a word is done, a CV completes it."""
    said = understand(context.own, (YES,))
    if said is not None and not said.rest:
        return profiling.keep_awake(context)
    return _word(context) or profiling.propose(context) or _not_understood(context)


def offers(context: Context) -> str:
    """An answer to offers: a word, or an application."""
    return _word(context) or applying.by_reply(context)


def draft(context: Context) -> str:
    """An answer about a draft: OUI submits it, a word is done, anything else completes it."""
    ticket = context.ticket
    assert ticket is not None
    if not ticket.subject_id:
        return depositing.receive(context)
    offer = context.session.get_one(Offer, ticket.subject_id)
    said = understand(context.own, (YES, NO))
    if said is not None and said.word is YES and not said.rest and said.whole:
        return depositing.submit(context, offer)
    done = _word(context)
    if done:
        return done
    text = context.own.strip()
    if not text and not context.received.documents:
        raise Refused("empty-mail")
    return depositing.complete(context, offer, text)


def filled(context: Context) -> str:
    """An answer to "was somebody found?": OUI, NON, POURVU, or any word of a recruiter."""
    said = understand(context.own, (YES, NO, _FILLED))
    if said is None or (said.word is not _FILLED and not said.whole):
        return general(context)
    ticket, person = context.ticket, context.person
    assert ticket is not None
    assert person is not None, "only recruiters whom we know are asked"
    offer = context.session.get_one(Offer, ticket.subject_id)
    found = said.word is not NO
    afterwards.note_filled(context.session, offer, person, filled=found, key=context.key, at=context.at)
    return "filled-noted" if found else "not-filled-noted"


def conversation(context: Context) -> str:
    """A message to the other side, unless the whole of it is a word."""
    return conversing.receive(context, table(context))


def contact(context: Context) -> str:
    """The staff's answer to somebody who wrote to contact@ and its like: it leaves in the association's name."""
    ticket = context.ticket
    assert ticket is not None
    text = context.own.strip()
    if not text:
        raise Refused("empty-mail")
    mail = context.session.get_one(mailbag.Mail, ticket.subject_id)
    asked = context.received.kept
    to = asked.incoming.sender if asked is not None else None
    if to is None:
        raise Refused("answer-the-mail")
    answered = asked.incoming.message_id if asked else None
    outbox.post(
        context.session,
        ContactAnswered(asked.incoming.subject if asked else "", text),
        to=to,
        dedupe=f"contact-answered:{mail.id}:{context.key}",
        reply=Reply(About.GENERAL, Role.CANDIDATE),
        thread=outbox.Thread(answered, (answered,) if answered else ()),
        at=context.at,
    )
    return "contact-answered"


def slots(context: Context) -> str:
    """An answer to free slots: a word, a number, a day."""
    return _word(context) or appointing.slots(context)


def appointment(context: Context) -> str:
    """An answer about an appointment: a button of a calendar, a word, or words for the other side."""
    return appointing.answered_by_calendar(context) or _word(context) or appointing.pass_words(context)


def offered_slots(context: Context) -> str:
    """An answer of a member of staff about her slots: a word, or more of them."""
    return _word(context) or appointing.more(context)


def event_draft(context: Context) -> str:
    """An answer about an event that is being proposed: a word, or what completes it."""
    return _word(context) or agenda.draft(context)


def participation(context: Context) -> str:
    """An answer about an event by who takes part: a word, or a button of a calendar."""
    return _word(context) or participating.participation(context)


def events(context: Context) -> str:
    """An answer to a list of events: a word, or a number."""
    return _word(context) or participating.listed(context)


_FILLED = Word("POURVU", "", lambda context, said: filled(context), also=("POURVUE", "FILLED"))


def _word(context: Context) -> str:
    found = commanding.said_in(context.own, table(context))
    if not found:
        return ""
    return commanding.do(context, found) if context.person is not None else _answer_unknown(context, found[0][0])


def _answer_unknown(context: Context, said: Said) -> str:
    """Answer a word of somebody who is no person of ours: she can be helped, and has nothing to stop or to resume."""
    assert context.ticket is not None
    if not context.ticket.address:
        return "stranger-forgotten"  # she has not confirmed in a month: her address is no longer kept
    answer = help_letter(frozenset()) if said.word is HELP else answering.refusal("nothing-to-stop")
    outbox.post(
        context.session,
        answer,
        to=context.ticket.address,
        language=context.language,
        dedupe=f"stranger:{context.key}",
        reply=Reply(About.GENERAL),
        thread=context.thread,
        at=context.at,
    )
    return "stranger-answered"


def _not_understood(context: Context) -> str:
    commanding.require_clear(context.own, table(context))
    raise Refused("not-understood")


HANDLERS: dict[About, Callable[[Context], str]] = {
    About.GENERAL: general,
    About.QUESTION: consenting.answer,
    About.OFFERS: offers,
    About.DRAFT: draft,
    About.OFFER: general,
    About.FILLED: filled,
    About.MODERATION: general,
    About.EDITION: general,
    About.HUNT: general,
    About.PROPOSAL: proposing.answer,
    About.CONVERSATION: conversation,
    About.CONTACT: contact,
    About.PROFILE: profile,
    About.SLOTS: slots,
    About.APPOINTMENT: appointment,
    About.OFFERED_SLOTS: offered_slots,
    About.EVENT_DRAFT: event_draft,
    About.EVENT: general,
    About.EVENT_MODERATION: general,
    About.PARTICIPATION: participation,
    About.EVENTS: events,
}


def handle(context: Context) -> str:
    """Do what an answer to this ticket means, if it is its person's own word; returns the outcome.

    A question's fresh token is its own proof; everything else needs the person herself (contract, "Who may act").
    """
    context = conversing.as_writer(context)
    ticket = context.ticket
    assert ticket is not None
    if ticket.expires_at <= context.at:
        return "ticket-expired"
    if ticket.about is not About.QUESTION and ticket.person_id is not None:
        staff = ticket.role is Role.STAFF
        if not context.is_sure(staff=staff):
            return answering.ask_whether_hers(context, WHAT.get(ticket.about, "command"))
    elif ticket.person_id is None:
        consenting.verify_mailbox(context)
    return HANDLERS[ticket.about](context)


# How the question whether a mail is hers calls what it asked for.
WHAT = {
    About.CONVERSATION: "message",
    About.OFFERS: "apply",
    About.PROPOSAL: "proposal",
    About.DRAFT: "deposit",
    About.MODERATION: "staff",
    About.EDITION: "staff",
    About.CONTACT: "staff",
    About.SLOTS: "appointment",
    About.APPOINTMENT: "appointment",
    About.OFFERED_SLOTS: "staff",
    About.EVENT_DRAFT: "event",
    About.EVENT_MODERATION: "staff",
    About.PARTICIPATION: "participate",
    About.EVENTS: "participate",
}
