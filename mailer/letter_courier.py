"""Editions on their way: one connection that serves shards, group by group; what became of a group is committed first.

After `kill -9` only one group for each connection is ambiguous: `shards.GROUP` copies, which leave again under the same
Message-ID.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

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
_BEFORE_MAIL = frozenset({"connect", "ehlo", "auth"})


@dataclass(frozen=True)
class Sent:
    """What the other side said of one copy."""

    copy: Copy
    outcome: Outcome


class Trouble(Exception):
    """A shard cannot be served now: nothing more of it is tried before `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(str(until))
        self.until = until


class LetterCourier:
    """One connection that serves shards."""

    def __init__(self, database: Database, copies: Copies, worker: int) -> None:
        settings = database.settings
        self.database = database
        self.worker = worker
        self.copies = copies
        self.transport: Transport = open_transport(
            settings.outgoing, home=settings.home, hello=settings.mail_domain, timeout=settings.smtp_timeout_seconds
        )

    def drain(self) -> int:
        """Serve shards until none may be served now; returns how many were."""
        served = 0
        while (shard := self._claim()) is not None:
            crashes.point("letter:claimed")
            not_before = None
            try:
                self._serve(shard)
            except Trouble as trouble:
                not_before = trouble.until
            self._release(shard, not_before)
            served += 1
        return served

    def close(self) -> None:
        """Take leave of the mail server."""
        self.transport.close()

    def _claim(self) -> Shard | None:
        with self.database.transaction() as session:
            return shards.claim(session, self.worker, at=now())

    def _release(self, shard: Shard, not_before: datetime | None) -> None:
        at = now()
        with self.database.transaction() as session:
            shards.release(session, shard, at=at, not_before=not_before)
        with self.database.transaction() as session:
            newsletters.keep_going(session, at=at)

    def _serve(self, shard: Shard) -> None:
        """Send what is due in a shard, group by group: what became of one is committed before the next begins.

        Raises Trouble when the next hop cannot be had, or the letter cannot be made.
        """
        after = 0
        while True:
            group = self._next_group(shard, after)
            if not group:
                return
            made = {copy.id: make for copy, make in group if make is not None}
            copies = [copy for copy, _ in group]
            crashes.point("letter:before-data")
            sent, hop = self._send([copy for copy in copies if copy.id in made], made)
            crashes.point("letter:after-data")
            skipped = [Result(copy, RecipientState(copy.skip)) for copy in copies if copy.skip is not None]
            self._record_surely(shard, skipped, sent, hop)
            crashes.point("letter:recorded")
            if hop is not None:
                raise Trouble(now())
            after = copies[-1].id

    def _next_group(self, shard: Shard, after: int) -> list[tuple[Copy, Make | None]]:
        """Return the next copies, each with what makes its mail; none is made for who must not have one."""
        at = now()
        try:
            with self.database.transaction() as session:
                copies = shards.next_group(session, shard, after=after, at=at)
                makers = [None if copy.skip else self.copies.maker(session, copy, at=at) for copy in copies]
        except TemporaryFailure:
            raise
        except (
            Exception
        ) as error:  # a template that breaks: nobody has got anything, the others of the list wait with it
            log.exception("letter.broken edition=%d shard=%d", shard.edition_id, shard.id)
            with self.database.transaction() as session:
                newsletters.tell_broken(session, shard.edition_id, at=at)
            raise Trouble(at + BROKEN_WAITS) from error
        return list(zip(copies, makers, strict=True))

    def _send(self, copies: Sequence[Copy], made: dict[int, Make]) -> tuple[list[Sent], Outcome | None]:
        """Send a group; return what was said of each, and what is wrong with the next hop when it cannot be had.

        Copies for a destination that has pushed back in this group are left for later, untried.
        """
        at, sent = now(), list[Sent]()
        under_way: dict[str, Copy] = {}
        pushing = set[str]()

        def mails() -> Iterator[Mail]:
            for copy in copies:
                if copy.destination in pushing:
                    continue
                mail = self._make(copy, made[copy.id], at, sent)
                if mail is not None:
                    under_way[mail.sender] = copy
                    yield mail

        for mail, outcome in self.transport.send_each(mails()):
            if outcome.verdict is not Verdict.SENT and outcome.stage in _BEFORE_MAIL:
                return sent, outcome
            copy = under_way.pop(mail.sender)
            sent.append(Sent(copy, outcome))
            if pushes_back(outcome):
                pushing.add(copy.destination)
        return sent, None

    def _make(self, copy: Copy, make: Make, at: datetime, sent: list[Sent]) -> Mail | None:
        """Return the mail of a copy; one that no wire can carry has failed, and holds up nobody else's."""
        try:
            return make(at)
        except ValueError as error:
            log.warning("letter.unfit copy=%d", copy.id)
            sent.append(Sent(copy, Outcome(Verdict.REFUSED, None, Blame.CONTENT, "mail", str(error))))
            return None

    def _record_surely(self, shard: Shard, skipped: list[Result], sent: Sequence[Sent], hop: Outcome | None) -> None:
        """Write down what became of a group; while the database is away, keep it in hand: these mails have left."""
        while True:
            at = now()
            try:
                with self.database.transaction() as session:
                    self._record(session, shard, skipped, sent, at=at)
                    if hop is not None:
                        destinations.push_back(session, NEXT_HOP, str(hop)[:300], at=at)
                        if hop.blame is Blame.US:
                            bounces.tell_staff(session, str(hop)[:300], at=at)
                break
            except TemporaryFailure:
                time.sleep(RETRY_SECONDS)
        log.info("letter.group edition=%d shard=%d copies=%d", shard.edition_id, shard.id, len(sent))

    def _record(
        self, session: Session, shard: Shard, skipped: list[Result], sent: Sequence[Sent], *, at: datetime
    ) -> None:
        results = [*skipped, *(self._result(one, at=at) for one in sent)]
        if results:
            shards.confirm(session, shard, results, at=at)
        eased = set[str]()
        for one in sent:
            if one.outcome.verdict is not Verdict.SENT:
                self._note(session, one, at=at)
                continue
            if one.copy.refused_before:
                suppression.accepted(session, one.copy.address, at=at)
            if one.copy.slowed:
                eased.add(one.copy.destination)
        destinations.ease(session, eased, at=at)

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
