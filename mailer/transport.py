"""The transports: one mail to one recipient over SMTP, LMTP or into the development mailbox.

Whatever a wire can do is an `Outcome`; only a bug of ours raises. A transport serves one thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Literal, Protocol

from mailer import routes
from mailer.dialogue import Mail, Stopped
from mailer.maildir import Mailbox
from mailer.pipelining import Feed, Patience, PipelinedDialogue
from mailer.replies import Blame, Outcome, Reply, Verdict
from mailer.routes import Route, Scheme

# A connection unused for longer is not used again: servers hang up after 5 minutes (RFC 5321 4.5.3.2.7), routers and
# firewalls forget it sooner and without a word.
KEEP_SECONDS = 60.0
# Once the body is gone, giving up early means that the mail arrives twice: the reply to it may take this many times the
# time-out (RFC 5321 4.5.3.2.6 asks for 10 minutes), and the body moves at this pace at least (octets per second).
_PATIENCE = 10
_PACE = 32 * 1024


class Transport(Protocol):
    """A way for mail to leave."""

    def send(self, *, sender: str, recipient: str, message: bytes) -> Outcome:
        """Hand over one mail; `sender` may be empty, the lines of `message` end in CRLF.

        An `ambiguous` outcome means that the mail may have arrived: send it again under the same Message-ID.
        Raises ValueError for an address or message that must not reach a wire.
        """

    def send_each(self, mails: Iterator[Mail]) -> Iterator[tuple[Mail, Outcome]]:
        """Hand over many mails on one connection and yield what became of each, in order.

        Each is asked for when it is wanted, at most one before the last outcome is known. Where no connection can be
        had the mail at the front is yielded with that outcome, and nothing more is asked for.
        """

    def check(self) -> Outcome | None:
        """Connect, greet and log in without sending anything: None, or what would hold mail back."""

    def close(self) -> None:
        """Take leave and free what is held; the transport may be used again."""


def open_transport(
    url: str,
    *,
    home: Path,
    hello: str,
    timeout: float = 30.0,
    patience: float | None = None,
    keep: float = KEEP_SECONDS,
) -> Transport:
    """Return the transport that `url` names (see `mailer.routes`), nothing connected yet; raises Misconfigured.

    `hello` is the name given in EHLO. All in seconds: `timeout` bounds what comes before the body, connecting included;
    `patience` (ten times the time-out by default) the reply to the body, after what its length needs at 32 kB/s; `keep`
    is how long an unused connection is kept.
    """
    route = routes.parse(url)
    if route.scheme is Scheme.MAILDIR:
        return MaildirTransport(Mailbox(route.path or home / "mailbox"))
    return SmtpTransport(route, hello=hello, timeout=timeout, patience=patience or _PATIENCE * timeout, keep=keep)


class MaildirTransport:
    """The development mailbox as a transport."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    def send(self, *, sender: str, recipient: str, message: bytes) -> Outcome:
        """Keep the mail; a disk that cannot defers it."""
        mail = Mail.addressed(sender, recipient, message)
        try:
            key = self._mailbox.deliver(recipient, sender, mail.message)
        except OSError as error:
            return _disk("data", error)
        return Outcome(Verdict.SENT, Reply(250, "2.0.0", f"kept as {key}"), None, "body")

    def send_each(self, mails: Iterator[Mail]) -> Iterator[tuple[Mail, Outcome]]:
        """Keep the mails one by one."""
        for mail in mails:
            yield mail, self.send(sender=mail.sender, recipient=mail.recipient, message=mail.whole)

    def check(self) -> Outcome | None:
        """Make the mailbox's folders."""
        try:
            self._mailbox.prepare()
        except OSError as error:
            return _disk("connect", error)
        return None

    def close(self) -> None:
        """Nothing is held."""


class SmtpTransport:
    """SMTP, SMTPS, SMTP with STARTTLS, or LMTP, on one connection that is kept between mails.

    A kept connection that turns out dead before the body is replaced once, silently: servers hang up on idle clients
    or after so many mails, and that is no failure.
    """

    def __init__(self, route: Route, *, hello: str, timeout: float, patience: float, keep: float) -> None:
        self._route = route
        self._tls = route.tls()
        self._hello = hello
        self._timeout = timeout
        self._patience = patience
        self._keep = keep
        self._dialogue: PipelinedDialogue | None = None
        self._used = 0.0

    def send(self, *, sender: str, recipient: str, message: bytes) -> Outcome:
        """Send one mail as `Transport.send` says."""
        mail = Mail.addressed(sender, recipient, message)
        until = monotonic() + self._timeout
        if monotonic() - self._used > self._keep:
            self.close()
        kept = self._dialogue is not None
        outcome = self._attempt(mail, until)
        died_early = self._dialogue is None and outcome.verdict is Verdict.DEFERRED and outcome.stage != "body"
        if kept and died_early and monotonic() < until:
            outcome = self._attempt(mail, until)
        self._used = monotonic()
        return outcome

    def send_each(self, mails: Iterator[Mail]) -> Iterator[tuple[Mail, Outcome]]:
        """Send many mails as `Transport.send_each` says; where the connection dies between two, a fresh one goes on."""
        feed = Feed(mails)
        again: Mail | None = None  # the mail that has been given a fresh connection once
        if monotonic() - self._used > self._keep:
            self.close()
        try:
            while (mail := feed.next()) is not None:
                feed.put_back(mail)
                try:
                    dialogue = self._dialogue or self._begin(monotonic() + self._timeout)
                except Stopped as stopped:
                    self._hang_up()
                    yield mail, stopped.outcome
                    return
                try:
                    yield from dialogue.transact_each(feed, Patience(self._timeout, self._body_seconds))
                except Stopped as stopped:
                    self._hang_up()
                    mail = feed.next()
                    assert mail is not None
                    if mail is not again and dialogue.carried and _died_between(stopped.outcome):
                        again = mail
                        feed.put_back(mail)
                    else:
                        yield mail, stopped.outcome
        except GeneratorExit:
            self._hang_up()  # an envelope may have been said whose body will never come
            raise
        self._used = monotonic()

    def check(self) -> Outcome | None:
        """Connect, greet and log in as `Transport.check` says, on a fresh connection."""
        self.close()
        try:
            self._begin(monotonic() + self._timeout)
        except Stopped as stopped:
            self._hang_up()
            return stopped.outcome
        self.close()
        return None

    def close(self) -> None:
        """Say QUIT and hang up; the next mail connects anew."""
        if self._dialogue:
            self._dialogue.end()
        self._dialogue = None

    def _attempt(self, mail: Mail, until: float) -> Outcome:
        try:
            dialogue = self._dialogue or self._begin(until)
            return dialogue.transact(mail, until=until, body_seconds=self._body_seconds(mail.octets))
        except Stopped as stopped:
            if not stopped.usable:
                self._hang_up()
            return stopped.outcome

    def _body_seconds(self, octets: int) -> float:
        return self._patience + octets / _PACE

    def _begin(self, until: float) -> PipelinedDialogue:
        self._dialogue = PipelinedDialogue(self._route, self._tls, hello=self._hello)
        self._dialogue.begin(until)
        return self._dialogue

    def _hang_up(self) -> None:
        if self._dialogue:
            self._dialogue.hang_up()
        self._dialogue = None


def _died_between(outcome: Outcome) -> bool:
    """Tell whether a connection ended before the body for no reason of the mail's: a server that hangs up now and then."""
    return outcome.verdict is Verdict.DEFERRED and (
        outcome.stage == "mail" or (outcome.reply is None and outcome.stage != "body")
    )


def _disk(stage: Literal["connect", "data"], error: OSError) -> Outcome:
    return Outcome(Verdict.DEFERRED, None, Blame.US, stage, f"the mailbox cannot be written: {error.strerror}")
