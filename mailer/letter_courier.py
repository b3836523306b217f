"""Editions on their way: one connection that serves shards, group by group; what became of a group is committed first.

After `kill -9` only one group for each connection is ambiguous: `shards.GROUP` copies, which leave again under the same
Message-ID.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from jobboard import bounces, crashes, destinations, newsletters, shards, suppression
from jobboard.bounces import News, Source
from jobboard.clock import now
from jobboard.db import Database
from jobboard.destinations import NEXT_HOP
from jobboard.errors import TemporaryFailure
from jobboard.recipients import RecipientState, Shard
from jobboard.shards import Copy, Result
from jobboard.suppression import Severity
from mailer.dialogue import Mail
from mailer.edition_copies import Copies, Make
from mailer.replies import Blame, Outcome, Verdict
from mailer.transport import Transport, open_transport

log = logging.getLogger("passerelle.letters")

# Minutes before the next tries of one copy; then hourly, until it is given up. A letter that cannot be made waits longer.
BACK_OFF_MINUTES = (5, 15, 30, 60)
JITTER = 0.2
BROKEN_WAITS = timedelta(minutes=10)
RETRY_SECONDS = 0.5
ASK_AGAIN_SECONDS = 0.25  # a group that takes longer is asked whether its readers still want it, and the staff as well
LOOK_SECONDS = 1.0  # between two looks at editions: whether one is done, or complaints should stop it
_BEFORE_MAIL = frozenset({"connect", "ehlo", "auth"})


class Sent(NamedTuple):
    """What the other side said of one copy."""

    copy: Copy
    outcome: Outcome


@dataclass
class Group:
    """Copies in hand: what makes the mail of each, which are held back after all and why, what was said of those that
    were tried, and what ails the next hop.
    """

    copies: list[Copy]
    asked: float = field(default_factory=time.monotonic)  # when it was last asked who still wants one
    makers: dict[int, Make] = field(default_factory=dict)
    held: dict[int, str | None] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    hop: Outcome | None = None

    @property
    def all_well(self) -> bool:
        """Whether everybody's copy was taken, and nothing follows from that for an address or a destination."""
        return (
            self.hop is None
            and all(
                one.outcome.verdict is Verdict.SENT and not one.copy.refused_before and not one.copy.slowed
                for one in self.sent
            )
            and len(self.sent) == len(self.copies)
        )


class Trouble(Exception):
    """A shard cannot be served now: nothing more of it is tried before `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(str(until))
        self.until = until


class LetterCourier:
    """One connection that serves shards until `closing` is set: no mail is begun then, and what has left is written down."""

    def __init__(self, database: Database, copies: Copies, worker: int, closing: threading.Event | None = None) -> None:
        settings = database.settings
        self.database = database
        self.worker = worker
        self.closing = closing or threading.Event()
        self.copies = copies
        self.transport: Transport = open_transport(
            settings.outgoing, home=settings.home, hello=settings.mail_domain, timeout=settings.smtp_timeout_seconds
        )

    def drain(self, look: Callable[[float], None] = lambda busy: None) -> int:
        """Serve shards until none may be served now; returns how many were.

        `look` is told, group by group, which part of the time this thread has computed and not waited.
        """
        served, looked = 0, time.monotonic()
        while not self.closing.is_set() and (shard := self._claim()) is not None:
            crashes.point("letter:claimed")
            not_before = None
            try:
                self._serve(shard, look)
            except Trouble as trouble:
                not_before = trouble.until
            except TemporaryFailure:
                pass  # the database is away: the shard goes back as soon as it is there again
            except Exception:  # a bug: told to the staff, and it stops nobody else's shard
                log.exception("letter.broken edition=%d shard=%d", shard.edition_id, shard.id)
                not_before = self._tell_broken(shard)
            self._release_surely(shard, not_before)
            served += 1
            if time.monotonic() > looked + LOOK_SECONDS:
                looked = self._look_round()
        if served:
            self._look_round()
        return served

    def _look_round(self) -> float:
        """Do what is left to do for editions, such as to finish them; while the database is away, the sweep does it."""
        with suppress(TemporaryFailure), self.database.transaction() as session:
            newsletters.keep_going(session, at=now())
        return time.monotonic()

    def close(self) -> None:
        """Take leave of the mail server."""
        self.transport.close()

    def _claim(self) -> Shard | None:
        with self.database.transaction() as session:
            return shards.claim(session, self.worker, at=now())

    def _release_surely(self, shard: Shard, not_before: datetime | None) -> None:
        """Give the shard back, however long the database is away: nobody else may take it while this worker lives.

        One that closes leaves that to the others: they find what the dead had in hand.
        """
        while True:
            try:
                with self.database.transaction() as session:
                    shards.release(session, shard, at=now(), not_before=not_before)
            except TemporaryFailure:
                if self.closing.wait(RETRY_SECONDS):
                    return
            else:
                return

    def _serve(self, shard: Shard, look: Callable[[float], None]) -> None:
        """Send what is due in a shard, group by group: what became of one is committed before the next begins.

        Raises Trouble when the next hop cannot be had, or the letter cannot be made.
        """
        group = self._turn(shard, None)
        while group.copies and not self.closing.is_set():
            began, computed = time.monotonic(), time.thread_time()
            crashes.point("letter:before-data")
            self._send(group)
            crashes.point("letter:after-data")
            group = self._turn(shard, group)
            crashes.point("letter:recorded")
            look((time.thread_time() - computed) / (time.monotonic() - began))

    def _turn(self, shard: Shard, done: Group | None) -> Group:
        """Write down what became of a group and take the next, in one transaction; then find what makes its mails.

        While the database is away, what has left is kept in hand.
        """
        while True:
            try:
                group = Group(self._turn_over(shard, done))
            except TemporaryFailure:
                if done is None:
                    raise
                time.sleep(RETRY_SECONDS)
            except Trouble:
                raise
            except Exception:  # whatever it was, raised again: what has left is written down first
                if done is not None:
                    self._confirm_alone(shard, done)
                raise
            else:
                self._prepare(shard, group)
                return group

    def _confirm_alone(self, shard: Shard, done: Group) -> None:
        """Write down what became of a group, and no more: a bug in what follows from it must send nobody a second copy."""
        at = now()
        with self.database.transaction() as session:
            shards.confirm(session, shard, self._results(done, at=at), at=at)

    def _turn_over(self, shard: Shard, done: Group | None) -> list[Copy]:
        at = now()
        if done is None:
            with self.database.statements() as connection:
                return shards.next_group(connection, shard, after=0, at=at)
        if done.all_well:
            with self.database.statements() as connection:
                copies = shards.turn(connection, shard, done.copies, at=at)
        else:
            with self.database.transaction() as session:
                self._record(session, shard, done, at=at)
                after = done.copies[-1].id
                copies = [] if done.hop is not None else shards.next_group(session, shard, after=after, at=at)
        log.info("letter.group edition=%d shard=%d copies=%d", shard.edition_id, shard.id, len(done.sent))
        if done.hop is not None:
            raise Trouble(at)
        return copies

    def _prepare(self, shard: Shard, group: Group) -> None:
        """Find what makes the mail of each copy; raises Trouble, and tells the staff, for a letter that cannot be made.

        Nobody has got anything of it then: who waits in this shard goes on waiting.
        """
        at = now()
        wanted = [copy for copy in group.copies if copy.skip is None]
        group.makers = {copy.id: make for copy in wanted if (make := self.copies.at_hand(copy, at=at)) is not None}
        if len(group.makers) == len(wanted):
            return
        try:
            with self.database.transaction() as session:
                group.makers = {copy.id: self.copies.maker(session, copy, at=at) for copy in wanted}
        except TemporaryFailure:
            raise
        except Exception as error:  # whatever a template may raise
            log.exception("letter.broken edition=%d shard=%d", shard.edition_id, shard.id)
            raise Trouble(self._tell_broken(shard)) from error

    def _tell_broken(self, shard: Shard) -> datetime:
        """Tell the staff that a letter does not go on; returns when it is tried again."""
        at = now()
        with suppress(TemporaryFailure), self.database.transaction() as session:
            newsletters.tell_broken(session, shard.edition_id, at=at)
        return at + BROKEN_WAITS

    def _send(self, group: Group) -> None:
        """Send a group, and note what was said of each copy.

        Copies for a destination that has pushed back in this group are left for later, untried, and so are all the others
        when the next hop cannot be had.
        """
        under_way: dict[str, Copy] = {}
        pushing = set[str]()
        for mail, outcome in self.transport.send_each(self._mails(group, under_way, pushing)):
            if outcome.verdict is not Verdict.SENT and outcome.stage in _BEFORE_MAIL:
                group.hop = outcome
                return
            copy = under_way.pop(mail.sender)
            group.sent.append(Sent(copy, outcome))
            if pushes_back(outcome):
                pushing.add(copy.destination)

    def _mails(self, group: Group, under_way: dict[str, Copy], pushing: set[str]) -> Iterator[Mail]:
        """Yield the mails of a group as they are asked for, and note under which envelope sender each goes.

        All are made first: what makes one is still at hand for the next then, which 80 kB on the wire would drive away.
        """
        at = now()
        made = [(copy, self._make(copy, group, at)) for copy in group.copies if copy.skip is None]
        for number, (copy, mail) in enumerate(made):
            if time.monotonic() > group.asked + ASK_AGAIN_SECONDS:
                self._ask_again(group, [waiting for waiting, _ in made[number:]])
            unwanted = copy.id in group.held or copy.destination in pushing or self.closing.is_set()
            if mail is not None and not unwanted:
                under_way[mail.sender] = copy
                yield mail

    def _ask_again(self, group: Group, waiting: list[Copy]) -> None:
        """Find out who of a group has left since it was taken; nobody can while the database is away."""
        with suppress(TemporaryFailure), self.database.statements() as connection:
            group.held |= shards.held_back(connection, waiting)
        group.asked = time.monotonic()

    def _make(self, copy: Copy, group: Group, at: datetime) -> Mail | None:
        """Return the mail of a copy; one that no wire can carry has failed, and holds up nobody else's."""
        try:
            return group.makers[copy.id](at)
        except ValueError as error:
            log.warning("letter.unfit copy=%d", copy.id)
            group.sent.append(Sent(copy, Outcome(Verdict.REFUSED, None, Blame.CONTENT, "mail", str(error))))
            return None

    def _record(self, session: Session, shard: Shard, group: Group, *, at: datetime) -> None:
        """Write down what became of a group, and do what follows for addresses, destinations and the staff."""
        if results := self._results(group, at=at):
            shards.confirm(session, shard, results, at=at)
        eased = set[str]()
        for one in group.sent:
            if one.outcome.verdict is not Verdict.SENT:
                self._note(session, one, at=at)
                continue
            if one.copy.refused_before:
                suppression.accepted(session, one.copy.address, at=at)
            if one.copy.slowed:
                eased.add(one.copy.destination)
        destinations.ease(session, eased, at=at)
        if group.hop is not None:
            destinations.push_back(session, NEXT_HOP, str(group.hop)[:300], at=at)
            if group.hop.blame is Blame.US:
                bounces.tell_staff(session, str(group.hop)[:300], at=at)

    def _results(self, group: Group, *, at: datetime) -> list[Result]:
        """Return what became of each copy of a group that was tried, or that nobody wants any more."""
        skips = ((copy, copy.skip or group.held.get(copy.id)) for copy in group.copies)
        skipped = [Result(copy, RecipientState(skip)) for copy, skip in skips if skip is not None]
        return [*skipped, *(self._result(one, at=at) for one in group.sent)]

    def _result(self, one: Sent, *, at: datetime) -> Result:
        """Return what an outcome makes of a copy."""
        copy, outcome = one.copy, one.outcome
        if outcome.verdict is Verdict.SENT:
            return Result(copy, RecipientState.SENT)
        said = str(outcome)[:300]
        if outcome.verdict is Verdict.REFUSED:
            gone = outcome.severity is Severity.HARD
            return Result(copy, RecipientState.GONE if gone else RecipientState.FAILED, said)
        if at - copy.since > timedelta(days=self.database.settings.give_up_days):
            return Result(copy, RecipientState.FAILED, f"given up: {said}"[:300])
        return Result(copy, RecipientState.DEFERRED, said, at + _back_off(copy.attempts + 1))

    def _note(self, session: Session, one: Sent, *, at: datetime) -> None:
        """Do for the address, the destination and the staff what follows from a copy that was not taken."""
        copy, outcome = one.copy, one.outcome
        if outcome.verdict is Verdict.REFUSED:
            status = outcome.reply.enhanced if outcome.reply else None
            bounces.note_copy(session, copy.id, News(outcome.severity, Source.SMTP, status, str(outcome)), at=at)
        elif pushes_back(outcome):
            destinations.push_back(session, copy.destination, str(outcome)[:300], at=at)
        elif outcome.blame is Blame.US:
            bounces.tell_staff(session, str(outcome)[:300], at=at)


def pushes_back(outcome: Outcome) -> bool:
    """Tell whether a destination says that we are too many or too fast: 421, or any 4.7."""
    reply = outcome.reply
    if reply is None or outcome.verdict is not Verdict.DEFERRED:
        return False
    return reply.code == 421 or (reply.enhanced or "").startswith("4.7.")


def _back_off(attempts: int) -> timedelta:
    minutes = BACK_OFF_MINUTES[min(attempts, len(BACK_OFF_MINUTES)) - 1]
    return timedelta(minutes=minutes * random.uniform(1 - JITTER, 1 + JITTER))
