"""The one table of tasks: name -> function, queue, retry; and the worker that runs them.

Every worker knows every name: one that fetched a name it doesn't know would mark the job failed for good.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import wraps
from queue import Empty, LifoQueue
from typing import Any

import procrastinate
import sqlalchemy as sa
from procrastinate.jobs import Status

from inbound import dispatch, verifying
from inbound.verifying import Verifying
from jobboard import (
    announcements,
    arrivals,
    crashes,
    edition_checks,
    items,
    mailbag,
    newsletters,
    offers,
    outbox,
    queue,
    shards,
    shortlists,
    suggestions,
)
from jobboard.clock import now
from jobboard.errors import TemporaryFailure
from jobboard.letters.base import Stream
from mailer.crews import Crew
from mailer.delivery import Courier
from mailer.edition_copies import Copies
from mailer.letter_courier import LetterCourier
from passerelle import edition_checking
from passerelle.installation import Installation
from passerelle.listening import Connector
from scheduler import feeds

log = logging.getLogger("passerelle.worker")

# A mail server may take a tenth of a second for each command, and these letters leave one a commit: only several
# connections side by side keep up with what comes in. As many letters are ambiguous at most when a worker is killed.
COURIERS = 16

# Lanes: what runs in one never waits behind another.
LANES: dict[str, tuple[tuple[str, ...], int]] = {
    "mail": (("mailbag",), 2),
    "verifying": (("verifying",), verifying.AT_ONCE),
    "large": (("large",), 1),
    "large-posts": (("large-posts",), 1),
    "account": (("account",), COURIERS),
    "matching": (("matching",), 1),
    "checking": (("checking",), 1),
    "suggestions": (("suggestions",), 1),
    "alerts": (("alerts",), 1),
    "letters": (("letters",), 1),
    "shards": (("shards",), 1),
}
# What the lanes ask of the queue takes a millisecond, a few times a second: they share these.
QUEUE_CONNECTIONS = 2
HEARTBEAT_SECONDS, STALLED_SECONDS = 2.0, 6.0


class Work:
    """What the tasks do, each in a thread of the worker."""

    def __init__(self, installation: Installation, worker: int) -> None:
        self.installation = installation
        self.worker = worker
        self._verifying = Verifying(installation.database, installation.addresses)
        self._copies = Copies(installation.settings, installation.addresses)
        self._one_large = threading.Lock()  # one large mail is taken apart or put together at a time; sending is free
        self._closing = threading.Event()  # what has left is written down, no group more is begun
        self._idle = LifoQueue[Courier]()  # the last one back goes out first: few connections are kept busy

    @contextmanager
    def _courier(self) -> Iterator[Courier]:
        """Lend a courier, with its connection, to one task."""
        try:
            courier = self._idle.get_nowait()
        except Empty:
            courier = Courier(self.installation.database, self.installation.addresses, self.worker, self._closing)
        try:
            yield courier
        finally:
            self._idle.put(courier)

    def dispatch_mail(self) -> None:
        """Empty the mailbag."""
        dispatch.drain(self.installation.database, self.installation.addresses)

    def dispatch_large(self) -> None:
        """Empty the mailbag of large mails."""
        dispatch.drain(self.installation.database, self.installation.addresses, large=True, turn=self._one_large)

    def verify_mail(self) -> None:
        """Find out where mails come from that strangers handed to us."""
        self._verifying.drain()

    def deliver(self, stream: Stream) -> None:
        """Empty one stream of the outbox."""
        with self._courier() as courier:
            courier.drain(stream)

    def deliver_large(self) -> None:
        """Empty the outbox of large posts: only words of others, with their files, are large."""
        with self._courier() as courier:
            courier.drain(Stream.RELAY, large=True, turn=self._one_large)

    def check_edition(self, edition_id: int) -> None:
        """Look at an edition before it leaves."""
        edition_checking.check(self.installation, edition_id)

    def read_feeds(self) -> None:
        """Read the feeds that somebody wants read now."""
        feeds.read_due(self.installation.database, now())

    def match_offer(self, offer_id: int) -> None:
        """Tell everyone whom a newly published offer concerns: who was met first, then a batch of people a transaction."""
        database, after = self.installation.database, 0
        with database.transaction() as session:
            begun = announcements.begin(session, offer_id, at=now())
            crashes.point("match:before-commit")
        while begun:
            with database.transaction() as session:
                last = announcements.tell(session, offer_id, after=after, at=now())
                if last is None:
                    announcements.end(session, offer_id, at=now())
                    return
            crashes.point("match:after-commit")
            after = last

    def shortlist_offer(self, offer_id: int) -> None:
        """Tell the recruiter of a newly published offer, with the profiles that match."""
        with self.installation.database.transaction() as session:
            suggestions.post_published(session, offer_id, at=now())
            crashes.point("shortlist:before-commit")
        crashes.point("shortlist:after-commit")

    def send_shards(self, slot: int) -> None:
        """Send shards of editions until there is none that may be served; `slot` only tells bells apart."""
        installation = self.installation

        def hire() -> LetterCourier:
            return LetterCourier(installation.database, self._copies, self.worker, self._closing)

        Crew(hire, most=installation.settings.letter_connections).drain()

    def finish(self) -> None:
        """Have nothing begun any more: a letter to thousands goes on in other workers, or when one is started again."""
        self._closing.set()

    def close(self) -> None:
        """Take leave of the mail servers."""
        while not self._idle.empty():
            self._idle.get_nowait().close()


def functions(work: Work) -> dict[str, Callable[..., None]]:
    """Return the table: every name of `jobboard.queue.BELLS` has its function."""
    return {
        "dispatch_mail": work.dispatch_mail,
        "dispatch_large": work.dispatch_large,
        "verify_mail": work.verify_mail,
        "deliver_large": work.deliver_large,
        **{f"deliver_{stream}": _delivering(work, stream) for stream in Stream},
        "match_offer": work.match_offer,
        "check_edition": work.check_edition,
        "read_feeds": work.read_feeds,
        "shortlist_offer": work.shortlist_offer,
        "send_shards": work.send_shards,
    }


def _delivering(work: Work, stream: Stream) -> Callable[..., None]:
    def deliver() -> None:
        work.deliver(stream)

    return deliver


def _patient(name: str, function: Callable[..., None]) -> Callable[..., None]:
    """Return the function that takes an absent database for what it is: the sweep comes back to it."""

    @wraps(function)
    def run_(**arguments: int) -> None:
        try:
            function(**arguments)
        except TemporaryFailure:
            log.warning("task.postponed name=%s reason=database-away", name)

    return run_


def build_app(url: str, work: Work) -> procrastinate.App:
    """Return the application of the worker with every task registered."""
    queues = [one for lane, _ in LANES.values() for one in lane]
    connector = Connector(conninfo=url, queues=queues, min_size=1, max_size=QUEUE_CONNECTIONS)
    app = procrastinate.App(connector=connector)
    for name, function in functions(work).items():
        # No retry: what a failed job announced is still in its tray, and the sweep rings again.
        app.task(name=name, queue=queue.BELLS[name].queue)(_patient(name, function))
    return app


async def run(installation: Installation, *, stop: asyncio.Event) -> None:
    """Run every lane until `stop` is set; whatever is in hand is finished first."""
    worker = outbox.new_worker()
    work = Work(installation, worker)
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(max_workers=32, thread_name_prefix="task"))
    app = build_app(installation.url, work)
    alive = _Alive(installation, worker)
    await asyncio.to_thread(alive.hold)
    async with app.open_async():
        lanes = [
            asyncio.create_task(
                app.run_worker_async(
                    queues=list(queues),
                    concurrency=concurrency,
                    name=name,
                    install_signal_handlers=False,
                    delete_jobs="successful",
                    fetch_job_polling_interval=5.0,
                    update_heartbeat_interval=HEARTBEAT_SECONDS,
                    stalled_worker_timeout=STALLED_SECONDS,
                    shutdown_graceful_timeout=20,
                )
            )
            for name, (queues, concurrency) in LANES.items()
        ]
        sweeping = asyncio.create_task(_sweep_for_ever(app, installation, alive))
        stopping = asyncio.create_task(stop.wait())
        done, _ = await asyncio.wait({*lanes, sweeping, stopping}, return_when=asyncio.FIRST_COMPLETED)
        work.finish()
        for task in (*lanes, sweeping, stopping):
            task.cancel()
        await asyncio.gather(*lanes, sweeping, stopping, return_exceptions=True)
        for task in done - {stopping}:
            _say_why(task)
    work.close()
    alive.release()


def _say_why(ended: asyncio.Task[Any]) -> None:
    """Raise what ended a lane by itself; a worker that lost its database is started again by its supervisor."""
    try:
        ended.result()
    except procrastinate.exceptions.ConnectorException as error:
        raise TemporaryFailure("the worker has lost the database") from error


class _Alive:
    """The database connection whose lock says that this worker lives; taken again when the database was away."""

    def __init__(self, installation: Installation, worker: int) -> None:
        self._engine = installation.database.engine
        self._worker = worker
        self._connection: sa.Connection | None = None

    def hold(self) -> None:
        """Take the lock, or make sure that it is still ours."""
        try:
            if self._connection is None:
                connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
                outbox.stay_alive(connection, self._worker)
                self._connection = connection
            else:
                self._connection.execute(sa.text("SELECT 1"))
        except sa.exc.DBAPIError:
            self.release()

    def release(self) -> None:
        """Let go of the lock."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


async def _sweep_for_ever(app: procrastinate.App, installation: Installation, alive: _Alive) -> None:
    """Every few seconds make sure that we live; at each sweep find what no bell announced and what the dead left."""
    every = installation.settings.sweep_seconds
    elapsed = every
    while True:
        await asyncio.to_thread(alive.hold)
        if elapsed >= every:
            elapsed = 0.0
            try:
                await asyncio.to_thread(sweep, installation)
                await _forget_stalled(app)
            except (TemporaryFailure, sa.exc.DBAPIError, procrastinate.exceptions.ConnectorException):
                log.warning("sweep.postponed reason=database-away")
        await asyncio.sleep(1.0)
        elapsed += 1.0


def sweep(installation: Installation) -> None:
    """Ring for everything that waits in a tray, and give back what dead workers had in hand."""
    at = now()
    with installation.database.transaction() as session:
        outbox.recover(session, at=at)
        shards.recover(session, at=at)
        arrivals.forget(session, at=at)
        mailbag.ring_waiting(session)
        outbox.ring_due(session, at=at)
        items.take_over(session, at=at)
        for offer_id in offers.unannounced(session):
            queue.ring(session, "match_offer", offer_id=offer_id)
        for offer_id in shortlists.untold(session):
            queue.ring(session, "shortlist_offer", offer_id=offer_id)
        for edition_id in edition_checks.unchecked(session):
            queue.ring(session, "check_edition", edition_id=edition_id)
        newsletters.keep_going(session, at=at)
        shards.ring_due(session, at=at)


async def _forget_stalled(app: procrastinate.App) -> None:
    """Delete the jobs of workers whose heart stopped: what they announced is in its tray, and the sweep rings anew."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        if job.id is not None:
            await app.job_manager.finish_job_by_id_async(job.id, status=Status.FAILED, delete_job=True)
    await app.job_manager.delete_old_jobs(nb_hours=24, include_failed=True)
