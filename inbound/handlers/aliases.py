"""Mail to the addresses that anybody may write to."""

from __future__ import annotations

from collections.abc import Callable

from inbound.context import Context
from inbound.handlers import agenda as events
from inbound.handlers import (
    answering,
    appointing,
    commanding,
    depositing,
    hunting,
    participating,
    profiling,
    wishing,
    writing,
)
from inbound.handlers.tables import BY_ROLE, help_letter, table
from jobboard import editions, outbox, people, signups
from jobboard.addresses import Alias
from jobboard.errors import Refused
from jobboard.letters.staff import ContactNoted, ContactReceived
from jobboard.people import Role
from jobboard.tickets import About, Reply


def alerts(context: Context) -> str:
    """alertes@: a search in free words; a lone command is done as anywhere."""
    done = _command(context, whole=True)
    if done:
        return done
    if context.received.cv is not None and context.person is not None and wishing.says_nothing(context):
        return profiling.propose(context) if context.is_sure() else answering.ask_whether_hers(context, "command")
    return wishing.ask(context, context.own or context.incoming.subject)


def offers(context: Context) -> str:
    """offres@: an offer in free words, in the filled form, or nothing at all, which gets the form."""
    return _command(context, whole=True) or depositing.receive(context)


def letter(context: Context) -> str:
    """lettre@: subscribe to the weekly letter."""
    person, sender = context.person, context.incoming.sender
    of_staff = person is not None and Role.STAFF in people.roles(context.session, person)
    done = _command(context, whole=not of_staff)
    if done:
        return done
    if sender is None or (person is None and not context.may_write_to_stranger()):
        return "stranger-not-answered"
    signups.ask_subscription(
        context.session,
        person.address if person else sender,
        _list_wanted(context),
        name=context.incoming.sender_name,
        language=context.language,
        thread=context.thread,
        at=context.at,
    )
    return "asked-subscription"


def _list_wanted(context: Context) -> str:
    """Return the list that the mail names on its first line, or in its subject: the weekly one for anything else."""
    for words in (context.own.strip().partition("\n")[0], context.incoming.subject):
        named = writing.list_named(context, words)
        if words.strip() and named is not None:
            return named.name
    return editions.WEEKLY


def stop(context: Context) -> str:
    """stop@: stop everything for the sender."""
    person = context.person
    if person is None:
        return answering.answer_stranger(context, answering.refusal("nothing-to-stop"))
    if not context.is_sure():
        return answering.ask_whether_hers(context, "command")
    signups.stop_everything(context.session, person, how="stop-everything", key=context.key, at=context.at)
    return "stopped-everything"


def help_(context: Context) -> str:
    """aide@ and bonjour@: do the word that is written there, or send the list of words."""
    if context.person is None:
        return participating.by_word(context) or answering.answer_stranger(context, help_letter(frozenset()))
    done = _command(context, whole=False)
    if done:
        return done
    context.answer(help_letter(people.roles(context.session, context.person)))
    return "helped"


def appointments(context: Context) -> str:
    """rendez-vous@: ask for an interview; a command that is no word of appointments is done as anywhere."""
    return _command(context, whole=True) or appointing.by_alias(context)


def hunt(context: Context) -> str:
    """chasse@: a search of profiles; a lone command is done as anywhere."""
    return _command(context, whole=True) or hunting.receive(context)


def agenda(context: Context) -> str:
    """agenda@: propose an event; a lone command is done as anywhere."""
    return _command(context, whole=True) or events.by_alias(context)


def contact(context: Context) -> str:
    """contact@, postmaster@, abuse@ and what people answer by hand: the staff get it and may answer."""
    alias, sender = str(context.received.target.alias), context.incoming.sender
    if sender is None:
        return "no-sender"
    files = tuple(file.filename for file in context.incoming.attachments)
    received = ContactReceived(alias, sender, context.incoming.subject, context.incoming.text[:20_000], files)
    for member in people.staff(context.session):
        outbox.post(
            context.session,
            received,
            to=member,
            dedupe=f"contact:{context.received.mail_id}:{member.id}",
            reply=Reply(About.CONTACT, people.Role.STAFF, subject_id=context.received.mail_id),
            at=context.at,
        )
    noted = ContactNoted(alias)
    if context.person is not None:
        context.answer(noted)
    else:
        answering.answer_stranger(context, noted)
    return "handed-to-staff"


def _command(context: Context, *, whole: bool) -> str:
    """Do the command that the mail is, for someone we know; "" when it is none."""
    person = context.person
    if person is None:
        return ""
    found = commanding.said_in(context.own or context.incoming.subject, table(context))
    if not found or (whole and not found[-1][0].whole):
        return ""
    staff = any(each[0].word in BY_ROLE[people.Role.STAFF] for each in found)
    if not context.is_sure(staff=staff):
        return answering.ask_whether_hers(context, "staff" if staff else "command")
    return commanding.do(context, found)


HANDLERS: dict[Alias, Callable[[Context], str]] = {
    Alias.ALERTES: alerts,
    Alias.OFFRES: offers,
    Alias.LETTRE: letter,
    Alias.STOP: stop,
    Alias.AIDE: help_,
    Alias.BONJOUR: help_,
    Alias.CONTACT: contact,
    Alias.POSTMASTER: contact,
    Alias.ABUSE: contact,
    Alias.CHASSE: hunt,
    Alias.RENDEZ_VOUS: appointments,
    Alias.AGENDA: agenda,
}


def handle(context: Context) -> str:
    """Do what writing to this alias does; returns the outcome."""
    alias = context.received.target.alias
    if alias is None:
        raise Refused("not-understood")
    return HANDLERS[alias](context)
