"""An SMTP or LMTP server for tests: it keeps every mail it accepts and misbehaves exactly as it is told.

    with SmtpSink() as sink:                        # a free port of loopback; sink.url, sink.port
        …
        [mail] = sink.wait_for(1)                   # waits; fails with what came when it is not enough
        assert mail.recipients == ("zoe@example.test",)
        assert mail.parsed["Subject"] == "…"        # mail.data: the octets as sent, dots taken out

What it is told holds until `times` are used up or `forget()`; the latest word wins, and `recipient` limits it to
transactions with that recipient:

    sink.answer("rcpt", "550 5.1.1 no such user", recipient="zoe@example.test")
    sink.answer("body", "451 4.3.0 later", times=1)     # after the whole body; the mail is not kept
    sink.answer("data", b"\\x00nonsense")                # octets go out as they are
    sink.hang_up("mail", times=1)                       # instead of replying
    sink.hang_up("body", times=1, keep=True)            # the mail is kept but its 250 is lost: the ambiguous case
    sink.hang_up("reading")                             # in the middle of the body
    sink.hang_up("rcpt", saying="421 4.7.0 too many")   # after a last word
    sink.stall("data")                                  # no reply until the peer gives up
    sink.drip("connect", "220 hello", pause=0.05)       # one octet at a time

Stages: connect, ehlo, starttls, auth, mail, rcpt, data, reading (once the body has begun), body, rset, noop, quit.

    sink.drop_connections()     # what an idle time-out does
    sink.down(); sink.up()      # connections refused; then the same port again, mails kept

Mails are counted here, at the receiving end: `sink.mails` in the order of their acceptance, `sink.to(recipient)`,
`sink.connections` (how many were accepted), `sink.commands` (every line heard). `SmtpSink(lmtp=True)` replies once per
recipient (RFC 2033) and `path=` makes it listen on a Unix socket. `tls=` offers STARTTLS with that context, or speaks
TLS from the first octet with `smtps=True`; `users={"name": "password"}` asks for a log-in before MAIL.
"""

from __future__ import annotations

import socket
import ssl
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from jobboard import ports
from tests.doors.smtp_conversation import Act, Conversation, Received, Rule, shut

FEATURES = ("PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "SIZE 36700160")
STAGES = ("connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "reading", "body", "rset", "noop", "quit")
HOST = "127.0.0.1"


@dataclass
class _Told(Rule):
    """A rule and where it holds."""

    stage: str = ""
    recipient: str | None = None
    times: int | None = None

    def fits(self, stage: str, recipients: tuple[str, ...]) -> bool:
        """Whether the rule speaks here and is not used up."""
        here = self.stage == stage and (self.recipient is None or self.recipient in recipients)
        return here and self.times != 0


class SmtpSink:
    """The server; start it with `with`, or `up()` and `close()`."""

    def __init__(
        self,
        *,
        lmtp: bool = False,
        path: Path | None = None,
        tls: ssl.SSLContext | None = None,
        smtps: bool = False,
        users: dict[str, str] | None = None,
        mechanisms: str = "PLAIN LOGIN",
        features: tuple[str, ...] = FEATURES,
    ) -> None:
        self.lmtp, self.path, self.tls, self.smtps = lmtp, path, tls, smtps
        self.users, self.mechanisms, self.features = users or {}, mechanisms, features
        self.port = 0
        self.connections = 0
        self.commands: list[str] = []
        self._mails: list[Received] = []
        self._rules: list[_Told] = []
        self._news = threading.Condition()
        self._listener: socket.socket | None = None
        self._porter: threading.Thread | None = None
        self._talking: dict[threading.Thread, socket.socket] = {}

    def __enter__(self) -> Self:
        self.up()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def url(self) -> str:
        """The sink's address as PASSERELLE_SMTP_URL writes it."""
        if self.path:
            return f"lmtp+unix:{self.path}"
        scheme = "lmtp" if self.lmtp else "smtps" if self.smtps else "smtp"
        return f"{scheme}://{HOST}:{self.port}"

    # What came

    @property
    def mails(self) -> tuple[Received, ...]:
        """Every mail accepted so far, in order."""
        with self._news:
            return tuple(self._mails)

    def to(self, recipient: str) -> list[Received]:
        """Return the mails accepted for one recipient."""
        return [mail for mail in self.mails if recipient in mail.recipients]

    def wait_for(self, count: int, *, recipient: str | None = None, seconds: float = 15.0) -> list[Received]:
        """Wait until that many mails have come (in all, or for one recipient) and return all of them."""

        def came() -> list[Received]:
            return [mail for mail in self._mails if recipient is None or recipient in mail.recipients]

        with self._news:
            if not self._news.wait_for(lambda: len(came()) >= count, seconds):
                subjects = [(mail.recipients, mail.parsed["Subject"]) for mail in self._mails]
                raise AssertionError(f"{len(came())} mails instead of {count} after {seconds} s: {subjects}")
            return came()

    # What it is told

    def answer(self, stage: str, reply: str | bytes, *, recipient: str | None = None, times: int | None = None) -> None:
        """Give this reply at that stage; lines of a longer one are separated by CRLF."""
        self._tell(_Told(Act.ANSWER, reply, stage=stage, recipient=recipient, times=times))

    def hang_up(
        self,
        stage: str,
        *,
        recipient: str | None = None,
        times: int | None = None,
        keep: bool = False,
        saying: str = "",
    ) -> None:
        """Close the connection instead of replying, or `saying` so; `keep` (stage "body"): after the mail is kept."""
        self._tell(_Told(Act.HANG_UP, saying, keep=keep, stage=stage, recipient=recipient, times=times))

    def stall(self, stage: str, *, recipient: str | None = None, times: int | None = None, keep: bool = False) -> None:
        """Say nothing at that stage until the peer gives up; `keep` as for `hang_up`."""
        self._tell(_Told(Act.STALL, keep=keep, stage=stage, recipient=recipient, times=times))

    def drip(self, stage: str, reply: str, *, pause: float) -> None:
        """Give this reply one octet at a time, so many seconds apart."""
        self._tell(_Told(Act.DRIP, reply, pause=pause, stage=stage))

    def forget(self) -> None:
        """Behave well again; mails, connections and commands stay."""
        with self._news:
            self._rules.clear()

    def _tell(self, rule: _Told) -> None:
        assert rule.stage in STAGES, f"no such stage: {rule.stage}"
        with self._news:
            self._rules.append(rule)

    # Up and down

    def up(self) -> None:
        """Listen, on the port of before if there was one."""
        listener = socket.socket(socket.AF_UNIX if self.path else socket.AF_INET)
        if self.path:
            self.path.unlink(missing_ok=True)
            listener.bind(str(self.path))
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.port = self.port or ports.free()  # one that is still ours to take after `down()`
            listener.bind((HOST, self.port))
        listener.listen(128)
        listener.settimeout(0.1)  # where closing does not wake who accepts
        self._listener = listener
        self._porter = threading.Thread(target=self._accept, args=(listener,), daemon=True)
        self._porter.start()

    def down(self) -> None:
        """Refuse connections and drop those that are open."""
        with self._news:
            listener, self._listener = self._listener, None
        if listener and self._porter:
            shut(listener)
            listener.close()
            self._porter.join()
        self.drop_connections()

    close = down

    def drop_connections(self) -> None:
        """Hang up on everybody and wait until that is done."""
        with self._news:
            talking = dict(self._talking)
        for thread, sock in talking.items():
            shut(sock)
            thread.join()

    def _accept(self, listener: socket.socket) -> None:
        while listener.fileno() != -1:
            try:
                sock, _ = listener.accept()
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1) if self.path is None else None
            except TimeoutError:
                continue
            except OSError:
                return  # closed
            with self._news:
                if self._listener is not listener:
                    sock.close()
                    return
                self.connections += 1
                thread = threading.Thread(target=Conversation(self, sock, self.connections).run, daemon=True)
                self._talking[thread] = sock
                thread.start()

    # For the conversations

    def rule(self, stage: str, recipients: tuple[str, ...]) -> Rule | None:
        """Return the latest word for that stage and use it up by one."""
        with self._news:
            rule = next((rule for rule in reversed(self._rules) if rule.fits(stage, recipients)), None)
            if rule and rule.times is not None:
                rule.times -= 1
            return rule

    def keep(self, mail: Received) -> None:
        """Count a mail as accepted."""
        with self._news:
            self._mails.append(mail)
            self._news.notify_all()

    def hear(self, command: str) -> None:
        """Note one line heard."""
        with self._news:
            self.commands.append(command)

    def now_on(self, sock: socket.socket) -> None:
        """Note that the calling conversation has changed its socket."""
        with self._news:
            self._talking[threading.current_thread()] = sock

    def left(self) -> None:
        """Forget the calling conversation, which is over."""
        with self._news:
            self._talking.pop(threading.current_thread(), None)
