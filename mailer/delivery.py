"""Delivery: posts that are due leave, once; `sending` is committed before DATA, `sent` after the 250.

After `kill -9` only posts in `sending` are ambiguous: at most connections x group, where the group confirmed in one
commit is 1 for account and relay mail and 32 for alerts and letters, and the connections are those of the lanes in
`passerelle/tasks.py`. They go again under the same Message-ID.
"""

from __future__ import annotations

import logging
import random
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from jobboard import (
    announcements,
    bounces,
    candidate_imports,
    contacts,
    crashes,
    held,
    hunting,
    import_questions,
    letter_desk,
    newsletters,
    outbox,
    people,
    suggestions,
    suppression,
)
from jobboard.addresses import Addresses
from jobboard.clock import now
from jobboard.db import Database
from jobboard.errors import TemporaryFailure
from jobboard.letters import from_params
from jobboard.letters.base import Letter, Stream
from jobboard.letters.contacts import ProposalQuestion
from jobboard.letters.desk import EditionTest
from jobboard.letters.editions import EditionLetter
from jobboard.letters.hunting import HuntDigest, HuntResults
from jobboard.letters.questions import ImportedCandidateQuestion, ImportedSubscriptionQuestion
from jobboard.letters.recruiting import OfferPublished
from jobboard.letters.staff import Alarm
from jobboard.letters.suggestions import NewProfiles, ProfilesShown
from jobboard.outbox import Post
from jobboard.suppression import Severity
from mailer import asking, gate
from mailer.asking import Asked
from mailer.compose import Composed, Composer
from mailer.replies import Blame, Outcome, Verdict
from mailer.transport import Transport, open_transport

log = logging.getLogger("passerelle.delivery")

GROUP: dict[Stream, int] = {Stream.ACCOUNT: 1, Stream.RELAY: 1, Stream.ALERTS: 32, Stream.LETTERS: 32}
# Minutes before the next tries; then hourly, until the post is given up.
BACK_OFF_MINUTES = (1, 5, 15, 60)
JITTER = 0.2
LINGER_SECONDS = 0.1
RETRY_SECONDS = 0.5
_AT_ONCE = nullcontext()

# What a letter is asked once more at the moment it leaves: kind -> function that returns it freshened, or None. Of those
# that show offers, the whole group's are asked for at once (mailer.asking).
FRESHEN: dict[str, Callable[..., Letter | None]] = {
    EditionLetter.kind: newsletters.freshen,
    EditionTest.kind: letter_desk.freshen_test,
    **dict.fromkeys((OfferPublished.kind, ProfilesShown.kind, NewProfiles.kind), suggestions.freshen),
    **dict.fromkeys((HuntResults.kind, HuntDigest.kind), hunting.freshen),
    ProposalQuestion.kind: contacts.freshen,
    ImportedSubscriptionQuestion.kind: import_questions.freshen,
    ImportedCandidateQuestion.kind: candidate_imports.freshen,
}


@dataclass(frozen=True)
class Ready:
    """A claimed post with its octets."""

    post: Post
    mail: Composed


class Courier:
    """One connection that delivers; a worker has one for each of its threads. `closing`: no group more is begun."""

    def __init__(
        self, database: Database, addresses: Addresses, worker: int, closing: threading.Event | None = None
    ) -> None:
        settings = database.settings
        self.database = database
        self.worker = worker
        self.closing = closing or threading.Event()
        self.composer = Composer(settings, addresses)
        self.transport: Transport = open_transport(
            settings.outgoing,
            home=settings.home,
            hello=settings.mail_domain,
            timeout=settings.smtp_timeout_seconds,
        )

    def drain(self, stream: Stream, *, large: bool = False, turn: AbstractContextManager[object] = _AT_ONCE) -> int:
        """Deliver what is due in a stream, its large posts or all others, each group composed in its `turn`.

        Returns how many posts were tried.
        """
        tried, last_look = 0, False
        while not self.closing.is_set():
            with turn:
                ready, claimed = self._claim(stream, large=large)
            if not claimed:
                if last_look:
                    return tried
                last_look = True
                time.sleep(LINGER_SECONDS)
                continue
            tried += claimed
            results = []
            for one in ready:
                crashes.point("deliver:before-data")
                results.append((one, self._send(one)))
                crashes.point("deliver:after-data")
            self._record_surely(results)
            crashes.point("deliver:recorded")
        return tried

    def close(self) -> None:
        """Take leave of the mail server."""
        self.transport.close()

    def _claim(self, stream: Stream, *, large: bool) -> tuple[list[Ready], int]:
        """Take a group of posts and compose them in one transaction; return what can leave, and how many were taken."""
        at = now()
        with self.database.transaction() as session:
            posts = outbox.claim(session, stream, worker=self.worker, limit=GROUP[stream], at=at, large=large)
            asked = asking.ask(session, posts, at=at) if posts else None
            ready = [one for post in posts if asked and (one := self._prepare(session, post, asked, at=at)) is not None]
        if posts:
            crashes.point("deliver:claimed")
        return ready, len(posts)

    def _prepare(self, session: Session, post: Post, asked: Asked, *, at: datetime) -> Ready | None:
        """Compose a post, unless its person does not want it any more or there is nothing left to say."""
        try:
            person, reason = asked.people.get(post.person_id or 0), asked.unwanted(post)
            letter: Letter | None = from_params(post.kind, post.params)
            if reason is None and letter is not None:
                letter = announcements.freshen(session, letter, asked.open_offers)
                freshen = FRESHEN.get(post.kind)
                letter = freshen(session, letter, at=at) if freshen is not None and letter is not None else letter
                reason = "nothing left to say" if letter is None else None
            if reason is not None or letter is None:
                outbox.record(session, post, "drop", at=at, reply=reason)
                return None
            mail = self.composer.compose(session, post, letter, person, at=at)
            found = gate.leaks(mail.message, mail.secrets, documents_untouched=mail.by_candidate)
            if found and not held.is_released(session, post):
                held.hold(session, post, why=gate.kinds(found), places=[str(leak) for leak in found], at=at)
                log.info("post.held id=%d kind=%s leaks=%d", post.id, post.kind, len(found))
                return None
            return Ready(post, mail)
        except Exception:  # a bug in one letter must not stop the stream: the post waits for the repair, others leave
            log.exception("post.broken id=%d kind=%s", post.id, post.kind)
            reply = traceback.format_exc().strip().splitlines()[-1][:300]
            outbox.record(session, post, "defer", at=at, reply=reply, due=at + _back_off(post.attempts))
            _tell_broken(session, post, at=at)
            return None

    def _send(self, one: Ready) -> Outcome:
        return self.transport.send(sender=one.mail.sender, recipient=one.mail.recipient, message=one.mail.message)

    def _record_surely(self, results: list[tuple[Ready, Outcome]]) -> None:
        """Write down what became of a group; while the database is away, keep it in hand: these mails have left."""
        while results:
            try:
                self._record(results)
                return
            except TemporaryFailure:
                time.sleep(RETRY_SECONDS)

    def _record(self, results: list[tuple[Ready, Outcome]]) -> None:
        at = now()
        sent = [(one, str(outcome)[:300]) for one, outcome in results if outcome.verdict is Verdict.SENT]
        with self.database.transaction() as session:
            outbox.record_sent(session, [(one.post, said) for one, said in sent], at=at)
            suppression.accepted_among(session, [one.mail.recipient for one, _ in sent], at=at)
            for one, outcome in results:
                if outcome.verdict is not Verdict.SENT:
                    self._record_trouble(session, one, outcome, at=at)
        for one, outcome in results:
            log.info(
                "post.sent id=%d kind=%s outcome=%s stage=%s",
                one.post.id,
                one.post.kind,
                outcome.verdict,
                outcome.stage,
            )

    def _record_trouble(self, session: Session, one: Ready, outcome: Outcome, *, at: datetime) -> None:
        post, said = one.post, str(outcome)[:300]
        if outcome.verdict is Verdict.REFUSED:
            outbox.record(session, post, "fail", at=at, reply=said)
            bounces.note(session, post, _news(outcome, outcome.severity), at=at)
            return
        if outcome.blame is Blame.US:
            bounces.tell_staff(session, said, at=at)
        trying = at - outbox.on_its_way_since(session, post)
        if trying > timedelta(days=self.database.settings.give_up_days):
            outbox.record(session, post, "fail", at=at, reply=f"given up: {said}"[:300])
            bounces.note(session, post, _news(outcome, outcome.severity), at=at)
            return
        if trying > bounces.DELAY_TOLD_AFTER:
            bounces.note(session, post, _news(outcome, Severity.DELAY), at=at)
        outbox.record(session, post, "defer", at=at, reply=said, due=at + _back_off(post.attempts))


def _tell_broken(session: Session, post: Post, *, at: datetime) -> None:
    """Tell the staff once that a letter cannot be composed; an alarm that breaks tells nobody more."""
    if post.kind == Alarm.kind:
        return
    for member in people.staff(session):
        alarm = Alarm("broken-letter", {"id": post.id, "kind": post.kind})
        outbox.post(session, alarm, to=member, dedupe=f"broken:{post.id}:{member.id}", at=at)


def _back_off(attempts: int) -> timedelta:
    """Return how long to wait after that many tries: 1, 5, 15, 60 minutes, then hourly, a fifth more or less."""
    minutes = BACK_OFF_MINUTES[min(attempts, len(BACK_OFF_MINUTES)) - 1]
    return timedelta(minutes=minutes * random.uniform(1 - JITTER, 1 + JITTER))


# The status (RFC 3463) of what we know without asking: the next server has said how much it takes.
_UNSAID = {Severity.TOO_BIG: "5.3.4"}


def _news(outcome: Outcome, severity: Severity) -> bounces.News:
    """Return what the next server's reply says of a post, for the same path as the reports that come by mail."""
    status = outcome.reply.enhanced if outcome.reply else _UNSAID.get(severity)
    return bounces.News(severity, bounces.Source.SMTP, status, str(outcome))
