"""What is said on one SMTP or LMTP connection: greeting, TLS and log-in, then one transaction per mail."""

from __future__ import annotations

import base64
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import NoReturn, TypeAlias

from mailer.replies import Blame, Outcome, Reply, Stage, Verdict, judge
from mailer.routes import Login, Route, Scheme, StartTls
from mailer.wire import Broken, Wire, as_line, require_crlf

_NOT_IN_AN_ADDRESS = re.compile(r"[\x00-\x20<>\x7f]")
_LEAVE_SECONDS = 2.0

Step: TypeAlias = tuple[Stage, bytes, int]  # a command: its stage, its line, the class of the reply hoped for


def _check_addresses(sender: str, recipient: str) -> None:
    """Raise ValueError for an address that a command line cannot hold."""
    if not recipient or _NOT_IN_AN_ADDRESS.search(sender) or _NOT_IN_AN_ADDRESS.search(recipient):
        raise ValueError("an address of the envelope is empty or has a space, an angle or a control character")


@dataclass(frozen=True)
class Mail:
    """One mail, its envelope fit for a command line."""

    sender: str
    recipient: str
    message: bytes

    @classmethod
    def addressed(cls, sender: str, recipient: str, message: bytes) -> Mail:
        """Check what is about to leave, or raise ValueError; a domain with accents takes its ASCII form (RFC 5890)."""
        _check_addresses(sender, recipient)
        require_crlf(message)
        return cls(_with_ascii_domain(sender), _with_ascii_domain(recipient), message)

    @property
    def octets(self) -> int:
        """The length of the message."""
        return len(self.message)

    @property
    def eight_bit(self) -> bool:
        """Whether the message needs 8BITMIME (RFC 6152)."""
        return not self.message.isascii()

    @property
    def whole(self) -> bytes:
        """The message in one piece."""
        return self.message

    @property
    def international(self) -> bool:
        """Whether addresses or header need SMTPUTF8 (RFC 6531)."""
        header = self.message.partition(b"\r\n\r\n")[0]
        return not (self.sender.isascii() and self.recipient.isascii() and header.isascii())

    @property
    def dotted(self) -> Sequence[bytes]:
        """The message as DATA carries it, in parts: a dot before each that begins a line, then the end (RFC 5321 4.5.2)."""
        stuffed = self.message.replace(b"\r\n.", b"\r\n..")
        first = b"." if self.message.startswith(b".") else b""
        last = b".\r\n" if self.message.endswith(b"\r\n") else b"\r\n.\r\n"
        return first, stuffed, last


@dataclass(frozen=True)
class PlainMail(Mail):
    """A mail of ASCII that was made for the wire, in parts: every line ends in CRLF, none begins with a dot."""

    parts: Sequence[bytes] = ()
    length: int = 0  # of all parts

    @classmethod
    def made(cls, sender: str, recipient: str, parts: Sequence[bytes]) -> PlainMail:
        """Take parts that are known to be as they must; the addresses are checked as for any mail."""
        _check_addresses(sender, recipient)
        return cls(sender, recipient, b"", parts, sum(map(len, parts)))

    @property
    def octets(self) -> int:
        return self.length

    @property
    def eight_bit(self) -> bool:
        return False

    @property
    def international(self) -> bool:
        return False

    @property
    def whole(self) -> bytes:
        return b"".join(self.parts)

    @property
    def dotted(self) -> Sequence[bytes]:
        return (*self.parts, b".\r\n")


class Stopped(Exception):
    """The dialogue ended before its time with `outcome`; `usable` says whether the connection takes another mail."""

    def __init__(self, outcome: Outcome, *, usable: bool) -> None:
        super().__init__(str(outcome))
        self.outcome = outcome
        self.usable = usable


class Dialogue:
    """One connection; moments (`until`) are those of `time.monotonic`. Every method but `end` may raise Stopped."""

    def __init__(self, route: Route, tls: ssl.SSLContext | None, *, hello: str) -> None:
        self._route = route
        self._tls = tls
        self._hello = hello
        self._stage: Stage = "connect"
        self._connection: Wire | None = None
        self._half_said = False  # a transaction was begun and not finished: RSET before the next

    def begin(self, until: float) -> None:
        """Connect, greet, encrypt and log in."""
        with self._broken_stops():
            self._connection = self._dial(until)
            self._hoped(self._wire.reply(), 2)
            self._greet()
            if self._route.starttls is not StartTls.NEVER:
                self._encrypt()
            if self._route.login:
                self._log_in(self._route.login)

    def transact(self, mail: Mail, *, until: float, body_seconds: float) -> Outcome:
        """Say one mail: the envelope until that moment, then the body and its reply within so many seconds."""
        with self._broken_stops():
            self._wire.until = until
            self._say_envelope(mail)
            self._wire.until = monotonic() + body_seconds
            return self._say_body(mail)

    def end(self) -> None:
        """Say QUIT without waiting long for the answer, and hang up."""
        try:
            self._wire.until = monotonic() + _LEAVE_SECONDS
            self._wire.command(b"QUIT\r\n")
        except Broken:
            pass  # the server was faster
        self._wire.close()

    def hang_up(self) -> None:
        """Close the connection without a word."""
        if self._connection:
            self._connection.close()

    @property
    def _wire(self) -> Wire:
        assert self._connection, "not begun"
        return self._connection

    def _dial(self, until: float) -> Wire:
        if self._route.path:
            return Wire.dial_path(self._route.path, until)
        immediate = self._tls if self._route.scheme is Scheme.SMTPS else None
        return Wire.dial(self._route.host, self._route.port, until, immediate)

    def _greet(self) -> None:
        """Say EHLO, or HELO to a server too old for it (RFC 5321 3.2)."""
        self._stage = "ehlo"
        reply = self._wire.greet("LHLO" if self._route.lmtp else "EHLO", self._hello)
        if reply.code in (500, 502) and not self._route.lmtp:
            reply = self._wire.greet("HELO", self._hello)
        self._hoped(reply, 2)

    def _encrypt(self) -> None:
        required = self._route.starttls is StartTls.REQUIRED
        if "STARTTLS" not in self._wire.features:
            if required:
                self._lack(Verdict.DEFERRED, Blame.US, "the server offers no STARTTLS")
            return
        reply = self._wire.command(b"STARTTLS\r\n")
        if reply.code >= 400 and not required:
            return
        self._hoped(reply, 2)
        assert self._tls, "a route with STARTTLS has a context"
        self._wire.encrypt(self._tls, self._route.host)
        self._greet()

    def _log_in(self, login: Login) -> None:
        """Log in by PLAIN (RFC 4616), or by LOGIN where nothing else is offered."""
        self._stage = "auth"
        offered = self._wire.features.get("AUTH", "").split()
        if "PLAIN" in offered:
            self._ask("auth", "AUTH PLAIN " + _base64(f"\0{login.user}\0{login.password}"), 2)
        elif "LOGIN" in offered:
            self._ask("auth", "AUTH LOGIN", 3)
            self._ask("auth", _base64(login.user), 3)
            self._ask("auth", _base64(login.password), 2)
        else:
            self._lack(Verdict.DEFERRED, Blame.US, "the server offers neither AUTH PLAIN nor LOGIN")

    def _say_envelope(self, mail: Mail) -> None:
        steps = self._envelope(mail)
        if "PIPELINING" in self._wire.features:
            self._wire.write(b"".join([line for _, line, _ in steps]))
            self._hear_together(steps)
        else:
            for stage, line, hoped in steps:
                self._stage = stage
                self._hoped(self._wire.command(line), hoped)

    def _envelope(self, mail: Mail) -> tuple[Step, ...]:
        """Return what is to be said before a mail's body."""
        self._stage = "mail"
        begun, options = self._half_said, self._options(mail)
        self._half_said = True
        said: tuple[Step, ...] = (
            ("mail", f"MAIL FROM:<{mail.sender}>{options}\r\n".encode(), 2),
            ("rcpt", f"RCPT TO:<{mail.recipient}>\r\n".encode(), 2),
            ("data", b"DATA\r\n", 3),
        )
        return (("mail", b"RSET\r\n", 2), *said) if begun else said

    def _hear_together(self, steps: Sequence[Step]) -> None:
        """Check each reply to commands that were said in one write (RFC 2920 3.1): one round trip for all of them."""
        self._stage = steps[0][0]
        refused: Stopped | None = None
        try:
            for stage, _, hoped in steps:
                self._stage = stage if refused is None else self._stage
                reply = self._wire.reply()
                if refused is not None:
                    self._unsay(reply)
                    continue
                try:
                    self._hoped(reply, hoped)
                except Stopped as stopped:
                    if not stopped.usable:
                        raise
                    refused = stopped
        except Broken:
            if refused is None:
                raise
            refused.usable = False  # what was said first counts; the connection is lost all the same
        if refused is not None:
            raise refused

    def _unsay(self, reply: Reply) -> None:
        """Take in a reply behind a refused command; a server that waits for the message gets none (RFC 2920 3.1)."""
        if reply.code // 100 == 3:
            self._wire.write(b".\r\n")
            self._wire.reply()

    def _options(self, mail: Mail) -> str:
        """Return the parameters of MAIL; stops where the mail needs what the server does not offer."""
        offered = self._wire.features
        octets, eight_bit = mail.octets, mail.eight_bit
        limit = offered.get("SIZE", "")
        if limit.isdecimal() and 0 < int(limit) < octets:  # RFC 1870 4: 0 means no limit
            self._lack(Verdict.REFUSED, Blame.CONTENT, f"message too large, the server takes at most {limit} octets")
        if mail.international and "SMTPUTF8" not in offered:
            self._lack(Verdict.REFUSED, Blame.US, "the server offers no SMTPUTF8")
        if eight_bit and "8BITMIME" not in offered:
            self._lack(Verdict.REFUSED, Blame.CONTENT, "the server offers no 8BITMIME")
        size = f" SIZE={octets}" if "SIZE" in offered else ""
        return size + " BODY=8BITMIME" * eight_bit + " SMTPUTF8" * mail.international

    def _say_body(self, mail: Mail) -> Outcome:
        self._stage = "body"
        try:
            self._wire.write(b"".join(mail.dotted))
        except Broken as broken:
            reply = self._last_words(broken)
        else:
            reply = self._wire.reply()
        self._half_said = False
        self._hoped(reply, 2)
        return judge("body", reply)

    def _last_words(self, broken: Broken) -> Reply:
        """Return what a server said that cut a body short; raises `broken` when it said nothing of the kind."""
        try:
            reply = self._wire.reply()
        except Broken:
            raise broken from None
        if reply.code < 400:
            raise broken
        return reply

    def _ask(self, stage: Stage, line: str, hoped: int) -> None:
        self._stage = stage
        self._hoped(self._wire.command(as_line(line)), hoped)

    def _hoped(self, reply: Reply, hoped: int) -> None:
        """Go on when the reply is of the hoped-for class (2: done, 3: go on), else stop with its judgement."""
        if reply.code // 100 == hoped:
            return
        # 421 announces that the server hangs up; before MAIL, or when it answers out of turn, nothing more can be said.
        over = reply.code == 421 or reply.code < 400 or self._stage in ("connect", "ehlo", "auth")
        raise Stopped(judge(self._stage, reply), usable=not over)

    def _lack(self, verdict: Verdict, blame: Blame, detail: str) -> NoReturn:
        """Stop because of something that the server does not offer."""
        raise Stopped(Outcome(verdict, None, blame, self._stage, detail), usable=self._stage == "mail")

    @contextmanager
    def _broken_stops(self) -> Iterator[None]:
        """Tell a broken connection as the outcome at the stage where it broke."""
        try:
            yield
        except Broken as broken:
            raise self._as_stopped(broken) from broken

    def _as_stopped(self, error: Broken | Stopped) -> Stopped:
        """Return a broken connection as the outcome at the stage where it broke; what is told already as it is."""
        if isinstance(error, Stopped):
            return error
        return Stopped(Outcome(Verdict.DEFERRED, None, Blame.NETWORK, self._stage, str(error)), usable=False)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _with_ascii_domain(address: str) -> str:
    local, at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}{at}{domain.encode('idna').decode()}"
    except UnicodeError:
        return address  # no name of the DNS: the server will say so
