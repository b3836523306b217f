"""Editions on their way: one connection that serves shards, group by group; what became of a group is committed first.

After `kill -9` only one group for each connection is ambiguous: `shards.GROUP` copies, which leave again under the same
Message-ID.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from jobboard import bounces, crashes, destinations, edition_contents, newsletters, outbox, shards, suppression
from jobboard.addresses import Addresses
from jobboard.bounces import News, Source
from jobboard.clock import now
from jobboard.db import Database
from jobboard.editions import Edition
from jobboard.errors import TemporaryFailure
from jobboard.letters.base import Letter, Stream
from jobboard.outbox import Post
from jobboard.people import Person
from jobboard.recipients import RecipientState, Shard
from jobboard.shards import Copy, Result
from jobboard.suppression import Severity
from mailer.compose import Composed, Composer
from mailer.replies import Blame, Outcome, Verdict
from mailer.transport import Transport, open_transport

log = logging.getLogger("passerelle.letters")

# Minutes before the next tries of one copy; then hourly, until it is given up.
BACK_OFF_MINUTES = (5, 15, 30, 60)
JITTER = 0.2
RETRY_SECONDS = 0.5


class LetterCourier:
    """One connection that serves shards."""

    def __init__(self, database: Database, addresses: Addresses, worker: int) -> None:
        settings = database.settings
        self.database = database
        self.worker = worker
        self.composer = Composer(settings, addresses)
        self.transport: Transport = open_transport(
            settings.outgoing, home=settings.home, hello=settings.mail_domain, timeout=settings.smtp_timeout_seconds
        )

    def drain(self) -> int:
        """Serve shards until none may be served now; returns how many were."""
        served = 0
        while (shard := self._claim()) is not None:
            crashes.point("letter:claimed")
            not_before = self._serve(shard)
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

    def _serve(self, shard: Shard) -> datetime | None:
        """Send what is due in a shard, group by group; return when to come back where the next hop is in trouble."""
        after = 0
        while True:
            at = now()
            with self.database.transaction() as session:
                group = shards.next_group(session, shard, after=after, at=at)
                mails = [(copy, self._compose(session, copy, at=at)) for copy in group if copy.skip is None]
            if not group:
                return None
            results = [Result(copy, RecipientState(copy.skip), copy.skip) for copy in group if copy.skip is not None]
            tried = []
            for copy, mail in mails:
                crashes.point("letter:before-data")
                outcome = self.transport.send(sender=mail.sender, recipient=mail.recipient, message=mail.message)
                tried.append((copy, outcome))
                crashes.point("letter:after-data")
            self._record_surely(shard, results, tried)
            crashes.point("letter:recorded")
            after = group[-1].id

    def _compose(self, session: Session, copy: Copy, *, at: datetime) -> Composed:
        edition = session.get_one(Edition, copy.edition_id)
        letter: Letter = edition_contents.letter_for(session, edition, copy.variant, at=at)
        dedupe = f"edition:{copy.edition_id}:{copy.subscription_id}"
        post = Post(
            id=copy.id,
            kind=letter.kind,
            stream=Stream.LETTERS,
            ticket_id=copy.ticket_id,
            subscription_id=copy.subscription_id,
            message_id=outbox.message_id(self.database.settings, dedupe),
            references=[],
        )
        return self.composer.compose(session, post, letter, session.get_one(Person, copy.person_id), at=at)

    def _record_surely(self, shard: Shard, skipped: list[Result], tried: Sequence[tuple[Copy, Outcome]]) -> None:
        """Write down what became of a group; while the database is away, keep it in hand: these mails have left."""
        while True:
            at = now()
            try:
                with self.database.transaction() as session:
                    self._record(session, shard, skipped, tried, at=at)
                return
            except TemporaryFailure:
                time.sleep(RETRY_SECONDS)

    def _record(
        self,
        session: Session,
        shard: Shard,
        skipped: list[Result],
        tried: Sequence[tuple[Copy, Outcome]],
        *,
        at: datetime,
    ) -> None:
        results = [*skipped, *(self._result(copy, outcome, at=at) for copy, outcome in tried)]
        shards.confirm(session, shard, results, at=at)
        eased = set()
        for copy, outcome in tried:
            if outcome.verdict is Verdict.SENT:
                if copy.refused_before:
                    suppression.accepted(session, copy.address, at=at)
                if copy.slowed:
                    eased.add(copy.destination)
                continue
            self._note(session, copy, outcome, at=at)
        destinations.ease(session, eased, at=at)

    def _result(self, copy: Copy, outcome: Outcome, *, at: datetime) -> Result:
        """Return what an outcome makes of a copy."""
        if outcome.verdict is Verdict.SENT:
            return Result(copy, RecipientState.SENT)
        said = str(outcome)[:300]
        if outcome.verdict is Verdict.REFUSED:
            gone = outcome.severity is Severity.HARD
            return Result(copy, RecipientState.GONE if gone else RecipientState.FAILED, said)
        if at - copy.since > timedelta(days=self.database.settings.give_up_days):
            return Result(copy, RecipientState.FAILED, f"given up: {said}"[:300])
        return Result(copy, RecipientState.DEFERRED, said, at + _back_off(copy.attempts + 1))

    def _note(self, session: Session, copy: Copy, outcome: Outcome, *, at: datetime) -> None:
        """Do for the address, the destination and the staff what follows from a copy that was not taken."""
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
