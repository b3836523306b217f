"""An installation whose clock the test moves: real SMTP in and out, a real PostgreSQL, every job and every slot run in order.

What a worker and the clock would do in their own time is done here, in this process, whenever something has come in or
the moment has changed: the same tables of tasks and of the timetable, the same functions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from unittest import mock

import sqlalchemy as sa
import time_machine

from inbound import dispatch
from jobboard import outbox, people
from jobboard.addresses import Addresses
from jobboard.clock import now
from jobboard.db import Database
from jobboard.people import Role
from jobboard.settings import Settings
from mailer import delivery
from passerelle import tasks
from passerelle.correspondents import Got, Post, Someone
from passerelle.installation import Installation
from scheduler.clock import Clock
from scheduler.timetable import Row, rows, slots
from tests.conftest import make_settings
from tests.doors.mail_house import MailHouse, mail_house
from tests.doors.smtp_sink import SmtpSink
from tests.journeys.world import SinkMailboxes

DOMAIN = "passerelle.example"
_OFTEN = timedelta(hours=8)
_ROUNDS = 500  # jobs, some of which ring for others: a bell that never rests is a bug
# A job is taken before it is done: what it announces meanwhile rings anew.
_TAKE = sa.text(
    "DELETE FROM procrastinate_jobs WHERE id = (SELECT id FROM procrastinate_jobs WHERE status = 'todo'"
    " ORDER BY priority DESC, id LIMIT 1) RETURNING task_name, args"
)
_DUE = sa.text("SELECT EXISTS (SELECT FROM post WHERE state IN ('queued', 'deferred') AND due_at <= :at)")


@dataclass(frozen=True)
class Page:
    """One mail of the diary: when it left, who wrote it, who got it, and what it is."""

    at: datetime
    author: str
    reader: str
    message: EmailMessage
    ours: bool  # sent by the installation


@dataclass
class Simulated:
    """Everybody's post and the house that answers it, at a moment that only moves when told."""

    house: MailHouse
    sink: SmtpSink
    post: Post
    settings: Settings
    traveller: time_machine.Traveller
    installation: Installation
    tasks: dict[str, Callable[..., None]]
    clock: Clock
    names: dict[str, str] = field(default_factory=dict)
    diary: list[Page] = field(default_factory=list)
    _seen: int = 0

    def to(self, alias: str) -> str:
        """Return the address of an alias."""
        return f"{alias}@{self.settings.mail_domain}"

    def writes(
        self, author: Someone, to: str, text: str, *, subject: str = "", files: Sequence[tuple[str, bytes]] = ()
    ) -> None:
        """Send a mail and have everything done that follows at once."""
        self._note(author, to, text, subject, files)
        self.post.write(author, to, text, subject=subject, files=files)
        self.settle()

    def answers(self, author: Someone, mail: Got, text: str, *, files: Sequence[tuple[str, bytes]] = ()) -> None:
        """Answer a mail as mail programs do."""
        self._note(author, mail.reply_to, text, f"Re: {mail.subject.removeprefix('Re: ')}", files)
        self.post.answer(author, mail, text, files=files)
        self.settle()

    def gets(self, reader: Someone, kind: str, *, holding: str = "") -> Got:
        """Return the next unread mail of that kind. Raises StoryFailed when there is none."""
        return self.post.wait_for(reader, kind, holding=holding)

    def kinds(self, reader: Someone) -> list[str]:
        """Return the kinds of all mails that somebody has got, oldest first."""
        return [got.kind for got in self.post.received(reader)]

    def knows(self, everyone: Sequence[Someone]) -> None:
        """Call these people by their names in the diary."""
        self.names |= {one.address: one.name for one in everyone}

    def staff(self, who: Someone) -> None:
        """Let somebody into the team."""
        with self.house.database.transaction() as session:
            member = people.admit(session, who.address, name=who.name, at=now())
            people.grant(session, member, Role.STAFF, at=now())

    def everything_kept(self) -> str:
        """Return every row of every table, as text."""
        with self.house.database.transaction() as session:
            tables = session.scalars(
                sa.text("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
            ).all()
            return "\n".join(
                str(row) for table in tables for row in session.scalars(sa.text(f"SELECT t::text FROM {table} t"))
            )

    def until(self, moment: datetime) -> None:
        """Let time pass: every slot of the timetable on the way is run at its moment.

        What is done every few minutes is done a few times a day, and at the end; nobody of the diary lives overseas.
        """
        assert moment >= now(), f"{moment} is over"
        zone = self.settings.zone
        here = [row for row in rows(self.settings) if row.zone in (None, zone)]
        often = [row for row in here if row.when.startswith("every")]
        stops: dict[datetime, list[Row]] = defaultdict(list)
        for row in here:
            for slot in slots(row, now(), moment, zone) if row not in often else ():
                stops[slot + timedelta(seconds=1)].append(row)
        looked = now()
        for at in sorted({*stops, moment}):
            self.traveller.move_to(at)
            if at == moment or at - looked >= _OFTEN:
                stops[at] += often
                looked = at
            for row in stops[at]:
                self.clock.catch_up(row)
            self.settle(sweep=looked == at or self._due())

    def _due(self) -> bool:
        with self.house.database.transaction() as session:
            return bool(session.scalar(_DUE, {"at": now()}))

    def settle(self, *, sweep: bool = True) -> None:
        """Do what waits, and what that makes wait, until nothing does; a sweep finds what no bell announced."""
        if sweep:
            tasks.sweep(self.installation)
        for _ in range(_ROUNDS):
            with self.house.database.transaction() as session:
                job = session.execute(_TAKE).one_or_none()
            if job is None:
                break
            self.tasks[job.task_name](**job.args)
        else:
            raise AssertionError("the bells do not come to rest")
        self._collect()

    def _collect(self) -> None:
        for mail in self.sink.mails[self._seen :]:
            parsed = message_from_bytes(mail.data, policy=policy.default)
            for reader in mail.recipients:
                self.diary.append(Page(now(), "Passerelle", self._name(reader), parsed, ours=True))
        self._seen = len(self.sink.mails)

    def _note(self, author: Someone, to: str, text: str, subject: str, files: Sequence[tuple[str, bytes]]) -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = f"{author.name} <{author.address}>", to, subject
        message.set_content(text)
        for name, content in files:
            message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        alias = to.partition("@")[0]
        reader = (
            "Passerelle" if alias.startswith("r-") else f"{alias[:5]}…@" if alias.startswith("offre-") else f"{alias}@"
        )
        self.diary.append(Page(now(), author.name, reader, message, ours=False))

    def _name(self, address: str) -> str:
        return self.names.get(address, address)


@contextmanager
def simulated(database: Database, sink: SmtpSink, *, start: datetime) -> Iterator[Simulated]:
    """Open the house at a moment; its settings are those of the database, its next hop the sink."""
    addresses = Addresses(database.settings)
    with (
        time_machine.travel(start, tick=True) as traveller,
        mail_house(database, addresses) as house,
        # Nobody else works here: no bell rings before its row can be seen.
        mock.patch.object(dispatch, "LINGER_SECONDS", 0),
        mock.patch.object(delivery, "LINGER_SECONDS", 0),
    ):
        house.peer = "127.0.0.1"
        installation = Installation(database.settings, database, addresses, "", None)
        work = tasks.Work(installation, outbox.new_worker())
        post = Post(
            database.settings, ("127.0.0.1", house.port), SinkMailboxes(sink), patience_seconds=0.5, echo=lambda _: None
        )
        try:
            yield Simulated(
                house, sink, post, database.settings, traveller, installation, tasks.functions(work), Clock(database)
            )
        finally:
            work.close()


def settings_for(home: Path, sink: SmtpSink) -> Settings:
    """Return the settings of such an installation."""
    return make_settings(
        home,
        mail_domain=DOMAIN,
        base_url=f"https://{DOMAIN}",
        smtp_url=f"{sink.url}?starttls=never",
        undo_minutes=10,
        quiet_hours="21-7",
    )
