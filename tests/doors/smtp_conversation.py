"""One connection of the sink: the server's side of SMTP and LMTP, and the ways to misbehave in it."""

from __future__ import annotations

import base64
import re
import socket
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import Enum
from typing import Protocol

_PATH = re.compile(r"(?:FROM|TO):\s*<(.*?)>\s*(.*)", re.IGNORECASE)


@dataclass(frozen=True)
class Received:
    """One mail as it was accepted; under LMTP only with the recipients whose reply was positive."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes
    wire: bytes  # the body as it crossed the wire, dots and final dot included
    parameters: tuple[str, ...]  # of MAIL, upper case: "BODY=8BITMIME", "SMTPUTF8", "SIZE=…"
    hello: str
    login: str | None
    encrypted: bool
    connection: int  # 1 for the first connection that the sink accepted

    @property
    def parsed(self) -> EmailMessage:
        """The mail as the standard library reads it."""
        return message_from_bytes(self.data, policy=policy.default)

    @property
    def message_id(self) -> str | None:
        """The Message-ID, to tell a second copy from a second mail."""
        return str(self.parsed["Message-ID"]) if "Message-ID" in self.parsed else None


class Act(Enum):
    """What a conversation can do at a stage."""

    ANSWER = "answer"
    HANG_UP = "hang up"
    STALL = "stall"
    DRIP = "drip"


@dataclass
class Rule:
    """What to do instead of the usual reply."""

    act: Act
    reply: str | bytes = ""
    keep: bool = False
    pause: float = 0.0


class Sink(Protocol):
    """What a conversation knows of its server."""

    lmtp: bool
    smtps: bool
    tls: ssl.SSLContext | None
    users: dict[str, str]
    mechanisms: str
    features: tuple[str, ...]

    def rule(self, stage: str, recipients: tuple[str, ...]) -> Rule | None: ...

    def keep(self, mail: Received) -> None: ...

    def hear(self, command: str) -> None: ...

    def now_on(self, sock: socket.socket) -> None: ...

    def left(self) -> None: ...


class _Over(Exception):
    """The conversation is over."""


@dataclass
class Conversation:
    """One connection."""

    sink: Sink
    sock: socket.socket
    number: int
    unread: bytes = b""
    hello: str = ""
    login: str | None = None
    sender: str | None = None
    parameters: tuple[str, ...] = ()
    recipients: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Talk until somebody hangs up."""
        try:
            if self.sink.smtps:
                self.encrypt()
            self.deal("connect", "220 sink.example.test ready")
            while True:
                self.obey(self.line())
        except (_Over, OSError):
            pass
        finally:
            shut(self.sock)
            self.sock.close()
            self.sink.left()

    def obey(self, line: str) -> None:
        """Do one command."""
        self.sink.hear(line)
        verb, _, rest = line.partition(" ")
        doing = getattr(self, f"do_{verb.lower()}", None)
        if doing:
            doing(rest)
        else:
            self.say("500 5.5.1 what?")

    def do_ehlo(self, name: str) -> None:
        """Offer what the sink offers."""
        if self.sink.lmtp:
            return self.say("500 5.5.1 this is LMTP")
        return self.offer(name)

    def do_lhlo(self, name: str) -> None:
        """The same for LMTP."""
        if not self.sink.lmtp:
            return self.say("500 5.5.1 this is SMTP")
        return self.offer(name)

    def offer(self, name: str) -> None:
        """Reply to EHLO and LHLO; a log-in is offered under TLS only, where there is TLS."""
        self.hello = name
        self.reset()
        lines = ["sink.example.test", *self.sink.features]
        if self.sink.tls and not self.encrypted:
            lines.append("STARTTLS")
        elif self.sink.users:
            lines.append(f"AUTH {self.sink.mechanisms}")
        self.deal("ehlo", "\r\n".join([f"250-{line}" for line in lines[:-1]] + [f"250 {lines[-1]}"]))

    def do_helo(self, name: str) -> None:
        """The older greeting, without offers."""
        self.hello = name
        self.reset()
        self.deal("ehlo", "250 sink.example.test")

    def do_starttls(self, _: str) -> None:
        """Turn to TLS."""
        if self.deal("starttls", "220 2.0.0 go ahead"):
            self.encrypt()

    def do_auth(self, rest: str) -> None:
        """Check name and password by PLAIN or LOGIN."""
        mechanism, _, initial = rest.partition(" ")
        if mechanism.upper() == "PLAIN":
            _, user, password = _decoded(initial or self.prompt("")).split("\0")
        else:
            user, password = _decoded(self.prompt("Username:")), _decoded(self.prompt("Password:"))
        right = self.sink.users.get(user) == password
        if self.deal("auth", "235 2.7.0 welcome" if right else "535 5.7.8 wrong user or password") and right:
            self.login = user

    def prompt(self, text: str) -> str:
        """Ask for one line of a log-in."""
        self.say(f"334 {base64.b64encode(text.encode()).decode()}")
        return self.line()

    def do_mail(self, rest: str) -> None:
        """Begin a transaction."""
        found = _PATH.fullmatch(rest)
        if self.sink.users and not self.login:
            self.say("530 5.7.0 Authentication required")
        elif not found or self.sender is not None:
            self.say("503 5.5.1 not now, or not so")
        elif self.deal("mail", "250 2.1.0 ok"):
            self.sender, self.parameters = found[1], tuple(found[2].upper().split())

    def do_rcpt(self, rest: str) -> None:
        """Take one recipient."""
        found = _PATH.fullmatch(rest)
        if not found or self.sender is None:
            self.say("503 5.5.1 not now, or not so")
        elif self.deal("rcpt", "250 2.1.5 ok", (found[1],)):
            self.recipients.append(found[1])

    def do_data(self, _: str) -> None:
        """Take the body; LMTP replies once per recipient, SMTP once for all."""
        if not self.recipients:
            return self.say("554 5.5.1 no valid recipients")
        recipients = tuple(self.recipients)
        if not self.deal("data", "354 go ahead", recipients):
            return None
        wire = self.body()
        if self.sink.lmtp:
            for recipient in recipients:
                self.accept(wire, (recipient,))
        else:
            self.accept(wire, recipients)
        return self.reset()

    def accept(self, wire: bytes, recipients: tuple[str, ...]) -> None:
        """Keep a mail and say so, or do what the sink was told."""
        rule = self.sink.rule("body", recipients)
        if rule is None or rule.keep or _positive(rule.reply):
            data = (b"\r\n" + wire.removesuffix(b".\r\n")).replace(b"\r\n.", b"\r\n")[2:]
            transaction = (self.sender or "", recipients, data, wire, self.parameters)
            self.sink.keep(Received(*transaction, self.hello, self.login, self.encrypted, self.number))
        self.act(rule, "250 2.0.0 kept")

    def do_rset(self, _: str) -> None:
        """Forget the transaction."""
        self.reset()
        self.deal("rset", "250 2.0.0 ok")

    def do_noop(self, _: str) -> None:
        """Do nothing."""
        self.deal("noop", "250 2.0.0 ok")

    def do_quit(self, _: str) -> None:
        """Take leave."""
        self.deal("quit", "221 2.0.0 bye")
        raise _Over

    def reset(self) -> None:
        """Forget the transaction without a word."""
        self.sender, self.parameters, self.recipients = None, (), []

    def deal(self, stage: str, reply: str, recipients: tuple[str, ...] = ()) -> bool:
        """Reply as told for that stage, or as usual; whether the reply was positive."""
        return self.act(self.sink.rule(stage, recipients), reply)

    def act(self, rule: Rule | None, usual: str) -> bool:
        """Carry one rule out."""
        if rule is None:
            self.say(usual)
            return True
        if rule.act is Act.HANG_UP:
            if rule.reply:
                self.say(rule.reply)
            raise _Over
        if rule.act is Act.STALL:
            while self.sock.recv(65536):
                pass  # the peer may talk; it gives up in the end
            raise _Over
        if rule.act is Act.DRIP:
            for octet in f"{rule.reply!s}\r\n".encode():
                self.sock.sendall(bytes([octet]))
                time.sleep(rule.pause)
        else:
            self.say(rule.reply)
        return _positive(rule.reply)

    def say(self, reply: str | bytes) -> None:
        """Send a reply; octets go out as they are."""
        self.sock.sendall(reply if isinstance(reply, bytes) else f"{reply}\r\n".encode())

    def line(self) -> str:
        """Return the next line without its end."""
        while b"\r\n" not in self.unread:
            self.more()
        line, _, self.unread = self.unread.partition(b"\r\n")
        return line.decode("utf-8", "surrogateescape")

    def body(self) -> bytes:
        """Return the body up to and with its final dot; only CRLF.CRLF ends it (RFC 5321 4.1.1.4)."""
        rule = self.sink.rule("reading", tuple(self.recipients))
        if rule:
            if not self.unread:
                self.more()
            self.act(rule, "")
            raise _Over
        body = bytearray(b"\r\n" + self.unread)
        self.unread = b""
        seen = 0
        while (end := body.find(b"\r\n.\r\n", seen)) < 0:
            seen = max(0, len(body) - 4)
            self.more()
            body += self.unread
            self.unread = b""
        self.unread = bytes(body[end + 5 :])
        return bytes(body[2 : end + 5])

    def more(self) -> None:
        """Read what has come, or end the conversation."""
        octets = self.sock.recv(65536)
        if not octets:
            raise _Over
        self.unread += octets

    @property
    def encrypted(self) -> bool:
        """Whether this is TLS by now."""
        return isinstance(self.sock, ssl.SSLSocket)

    def encrypt(self) -> None:
        """Do the handshake; what was said in the clear is forgotten."""
        assert self.sink.tls
        self.unread = b""
        self.sock = self.sink.tls.wrap_socket(self.sock, server_side=True, do_handshake_on_connect=False)
        self.sink.now_on(self.sock)
        self.sock.do_handshake()


def _positive(reply: str | bytes) -> bool:
    return (reply if isinstance(reply, str) else reply.decode("latin-1"))[:1] in ("2", "3")


def _decoded(text: str) -> str:
    return base64.b64decode(text).decode()


def shut(sock: socket.socket) -> None:
    """Wake whoever waits on the socket and tell the peer."""
    with suppress(OSError):  # where the peer was faster
        sock.shutdown(socket.SHUT_RDWR)
