"""Dispatch: one mail, one transaction, one recorded outcome.

A bug rolls everything back, keeps the mail as `stuck` with its traceback, and `passerelle replay` runs it again.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from sqlalchemy.orm import Session

from inbound import reading
from inbound.automatic import Automatic
from inbound.context import Context, Received
from inbound.handlers import absences, aliases, answering, applying, replying, returning
from inbound.resolver import SYSTEM, Resolver
from jobboard import crashes, mailbag, outbox, people, suppression
from jobboard.addresses import Addresses, Purpose
from jobboard.clock import now
from jobboard.db import Database
from jobboard.errors import Refused, TemporaryFailure
from jobboard.letters.staff import Alarm
from jobboard.offers import Offer
from jobboard.tickets import Ticket

log = logging.getLogger("passerelle.dispatch")

BATCH = 20
# A bell may ring a moment before the row it announces can be seen: look once more before leaving.
LINGER_SECONDS = 0.1
_AT_ONCE = nullcontext()


def drain(
    database: Database,
    addresses: Addresses,
    resolver: Resolver = SYSTEM,
    *,
    large: bool = False,
    turn: AbstractContextManager[object] = _AT_ONCE,
) -> int:
    """Dispatch every mail that waits, the large ones or all others, each in its `turn`; returns how many were done."""
    done, last_look = 0, False
    after = 0
    while True:
        with database.transaction() as session:
            waiting = mailbag.waiting(session, BATCH, after=after, large=large)
        if not waiting:
            if last_look:
                return done
            last_look, after = True, 0
            time.sleep(LINGER_SECONDS)
            continue
        for mail_id in waiting:
            with turn:
                done += dispatch(database, addresses, mail_id, resolver)
        after = waiting[-1]


def dispatch(database: Database, addresses: Addresses, mail_id: int, resolver: Resolver = SYSTEM) -> bool:
    """Do one mail; False when another worker has it."""
    started = time.monotonic()
    with database.session() as session:
        mail = session.get(mailbag.Mail, mail_id)
        if mail is None or mail.state is not mailbag.MailState.RECEIVED:
            return False
        material = reading.Material(session, mail, database.settings, addresses)
    try:
        received = reading.read(material, resolver)
        crashes.point("dispatch:read")
        with database.transaction() as session:
            mail = mailbag.claim(session, mail_id)
            if mail is None:
                return False
            if received.found is not None:
                mail.authentication = str(received.found)
            context = _context(session, received, addresses, at=now())
            outcome = _outcome(context)
            person = context.person
            mailbag.finish(session, mail, outcome, person_id=person.id if person else None, at=context.at)
            crashes.point("dispatch:before-commit")
    except TemporaryFailure:
        raise
    except Exception:  # a bug: the loop must go on, and the mail is kept with its traceback for replay
        _keep_stuck(database, mail_id, traceback.format_exc())
        return True
    crashes.point("dispatch:after-commit")
    log.info("mail.ended id=%d outcome=%s ms=%d", mail_id, outcome, (time.monotonic() - started) * 1000)
    return True


def _context(session: Session, received: Received, addresses: Addresses, *, at: datetime) -> Context:
    target = received.target
    ticket = session.get(Ticket, target.row_id) if target.purpose is Purpose.REPLY else None
    sender = people.find(session, received.incoming.sender) if received.incoming.sender else None
    return Context(session, at, received, addresses, route, ticket=ticket, sender=sender)


def _outcome(context: Context) -> str:
    """Route the mail; what is refused leaves no trace but its answer and its outcome."""
    incoming = context.incoming
    purpose = context.received.target.purpose
    if incoming.automatic is Automatic.COMPLAINT and purpose is None:
        return returning.complained(context)
    if incoming.automatic is not None and purpose is not Purpose.UNSUBSCRIBE:
        passed_on = absences.pass_on(context)
        if passed_on or purpose is not Purpose.RETURN:
            return passed_on or f"automatic-{incoming.automatic}"
    if incoming.problem is not None and purpose not in (Purpose.RETURN, Purpose.UNSUBSCRIBE):
        return f"unusable-{incoming.problem}"
    savepoint = context.session.begin_nested()
    try:
        outcome = route(context)
    except Refused as refused:
        savepoint.rollback()
        outcome = answering.refuse(context, refused)
    else:
        savepoint.commit()
    _note_life(context)
    return outcome


def _note_life(context: Context) -> None:
    """Note that a person is there, and that her address is: what servers said against it is forgotten."""
    if context.sender is None or context.incoming.automatic is not None or not context.is_sure():
        return
    if context.received.target.purpose is not Purpose.RETURN:
        context.sender.life_at = context.at
        suppression.lift(context.session, context.sender.address)


def route(context: Context) -> str:
    """Hand the mail to the handler of its address; returns the outcome."""
    purpose = context.received.target.purpose
    return ROUTES[purpose](context) if purpose is not None else aliases.handle(context)


def _offer(context: Context) -> str:
    offer = context.session.get(Offer, context.received.target.row_id)
    if offer is None:
        return "no-such-offer"
    return applying.by_address(context, offer)


def _reply(context: Context) -> str:
    return replying.handle(context) if context.ticket is not None else "no-such-ticket"


ROUTES: dict[Purpose, Callable[[Context], str]] = {
    Purpose.OFFER: _offer,
    Purpose.REPLY: _reply,
    Purpose.RETURN: returning.bounced,
    Purpose.UNSUBSCRIBE: returning.unsubscribed,
}


def _keep_stuck(database: Database, mail_id: int, trace: str) -> None:
    log.error("mail.stuck id=%d\n%s", mail_id, trace)
    at = now()
    with database.transaction() as session:
        mail = mailbag.claim(session, mail_id)
        if mail is None:
            return
        mailbag.stick(session, mail, trace, at=at)
        for member in people.staff(session):
            alarm = Alarm("stuck-mail", {"id": mail_id})
            outbox.post(session, alarm, to=member, dedupe=f"stuck:{mail_id}:{member.id}", at=at)
