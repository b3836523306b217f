"""The SMTP and LMTP dialogue with one peer (RFC 5321, RFC 2033): syntax, order and limits; the house decides the rest.

aiosmtpd carries the connection. Reading is ours (`inbound.incoming`): its own reader takes a message line by line,
would hold tens of megabytes of one line before it looks at them, and drops what a peer sent before it closed its side.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack

from aiosmtpd import smtp

from inbound import replies
from inbound.envelopes import ACCEPTED, Envelope, Stored
from inbound.incoming import CHUNK, Incoming, LineTooLong, PeerGone
from inbound.intake import Flood, Intake
from inbound.limits import UNIX_PEER, plain_peer
from inbound.paths import BadPath, read_recipient, read_sender
from inbound.reception import Question, Reception, without_addresses

log = logging.getLogger("passerelle.inbound")
# aiosmtpd's own log repeats the commands, and so the addresses of people.
logging.getLogger("mail.log").disabled = True

Command = Callable[[str], Awaitable[None]]

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BURST = 64  # commands that came together, after which the other peers have their turn
_HANDSHAKE_SECONDS = 30.0
_ABSENT = frozenset({"AUTH", "BDAT", "ETRN", "EXPN", "TURN"})


class Transaction(smtp.Envelope):
    """The mail being announced; `mail_from` is None before MAIL and "" for the null sender."""

    declared_octets = 0


class Dialogue(smtp.SMTP):
    """One SMTP connection."""

    door = "smtp"
    hello = "EHLO"
    service = "ESMTP"
    line_length_limit = CHUNK  # of the stream under `Incoming`: what is buffered before the peer is slowed down
    envelope: Transaction

    def __init__(self, reception: Reception) -> None:
        limits = reception.limits
        loop = asyncio.get_running_loop()
        super().__init__(object(), hostname=reception.domain, timeout=limits.connection_seconds, loop=loop)
        self._reception = reception
        self._limits = limits
        self._number = next(reception.numbers)
        self._peer = ""
        self._helo = ""
        self._utf8 = False  # the mail was announced with SMTPUTF8, so its sender reads UTF-8 (RFC 6531 3.7.4)
        self._unseated: str | None = None  # the reply to a connection that gets no seat
        self._goodbye: str | None = None  # the reply after which the connection ends
        self._at_rest = False  # waiting for a command
        self._verbs = self._table()
        self._commands = self._errors = self._unknown = 0

    # The connection, as asyncio and aiosmtpd see it.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a seat; the dialogue itself runs in a task that aiosmtpd starts."""
        super().connection_made(transport)
        self._incoming = Incoming(self._reader, self._limits.idle_seconds)
        name = transport.get_extra_info("peername")
        self._peer = plain_peer(name[0]) if isinstance(name, tuple) else UNIX_PEER
        self._unseated = self._reception.seats.take(self._peer)
        self._reception.arrive(self)

    def connection_lost(self, error: Exception | None) -> None:
        """Give the seat back; what is being stored is stored all the same."""
        super().connection_lost(error)
        if self._unseated is None:
            self._reception.seats.free(self._peer)
        self._reception.depart(self)

    def eof_received(self) -> bool | None:
        """Let the dialogue read what came before the end, and answer it: aiosmtpd would drop it."""
        return super(smtp.SMTP, self).eof_received()

    def leave(self, goodbye: str) -> None:
        """End the connection: at once when it waits for a command, else after the command in hand."""
        self._goodbye = self._goodbye or goodbye
        if self._at_rest:
            self.abandon()

    def abandon(self) -> None:
        """End the connection now, a message that is still coming in with it."""
        if self.transport is not None and not self.transport.is_closing():
            self._writer.write(replies.rendered(self._goodbye or replies.CLOSING, utf8=False))
            self._hang_up()

    def cut(self) -> None:
        """Drop a connection whose peer does not even read our goodbye."""
        if self.transport is not None:
            self._writer.transport.abort()

    def _hang_up(self) -> None:
        """Close the connection; a peer that leaves our last words unread keeps its seat only for a while."""
        self._writer.close()
        if self._writer.transport.get_write_buffer_size():
            self.loop.call_later(self._limits.idle_seconds, self.cut)

    def _timeout_cb(self) -> None:
        self.leave(replies.TOO_OLD)

    def _create_envelope(self) -> Transaction:
        return Transaction()

    # The dialogue.

    async def _handle_client(self) -> None:
        try:
            await self._converse()
        except (PeerGone, ConnectionError, TimeoutError):  # gone, or no longer reading our replies
            log.debug("connection.lost connection=%d", self._number)
        finally:
            self._hang_up()

    async def _converse(self) -> None:
        if self._unseated:
            log.warning("connection.refused connection=%d reason=%s", self._number, self._unseated[4:9])
            return await self.say(self._unseated)
        if self._goodbye is None:
            await self.say(f"220 {self.hostname} {self.service}")
        while self._goodbye is None:
            try:
                line = await self._next_line()
            except LineTooLong:
                await self.say("500 5.5.2 line too long")
            except TimeoutError:
                self._goodbye = replies.TOO_SLOW
            else:
                await self._obey(line)
            self._goodbye = self._goodbye or self._reason_to_end()
        return await self.say(self._goodbye)

    async def _next_line(self) -> bytes:
        if self._commands % _BURST == 0:
            await asyncio.sleep(0)
        self._at_rest = True
        try:
            return await self._incoming.line()
        finally:
            self._at_rest = False

    async def _obey(self, line: bytes) -> None:
        self._commands += 1
        verb, _, argument = line.decode("utf-8", "surrogateescape").partition(" ")
        verb = verb.upper()
        try:
            if _CONTROL.search(argument) or not _is_utf8(argument):
                await self.say("501 5.5.2 this command holds octets that no command holds")
            elif verb in _ABSENT:
                await self.say("502 5.5.1 there is no such service here")
            elif verb in self._verbs:
                await self._verbs[verb](argument.strip())
            else:
                self._unknown += 1
                await self.say("500 5.5.2 unknown command")
        except (PeerGone, ConnectionError, TimeoutError):
            raise
        except Exception as error:  # a bug of ours: what comes next may be part of a message, so start anew
            log.error("door.fault doing=dialogue connection=%d\n%s", self._number, without_addresses(error))
            self._goodbye = replies.BROKEN

    def _reason_to_end(self) -> str | None:
        if self._commands >= self._limits.commands:
            return replies.TOO_MANY
        if self._errors >= self._limits.errors or self._unknown >= self._limits.unknown_commands:
            return replies.TOO_WRONG
        return None

    async def say(self, reply: str) -> None:
        """Send a reply (see `replies.rendered`)."""
        self._errors += reply.startswith("5")
        await self._send(replies.rendered(reply, utf8=self._utf8))

    async def _send(self, octets: bytes) -> None:
        self._writer.write(octets)
        if self._writer.transport.get_write_buffer_size():
            async with asyncio.timeout(self._limits.idle_seconds):
                await self._writer.drain()

    # The commands. PIPELINING (RFC 2920) holds because they are done one by one, in order, and no input is dropped.

    def _table(self) -> dict[str, Command]:
        return {
            "HELO": self.helo,
            "EHLO": self.ehlo,
            "MAIL": self.mail,
            "RCPT": self.rcpt,
            "DATA": self.data,
            "RSET": self.rset,
            "NOOP": self.noop,
            "HELP": self.help,
            "VRFY": self.vrfy,
            "QUIT": self.quit,
            "STARTTLS": self.starttls,
        }

    async def helo(self, argument: str) -> None:
        """Greet a peer that knows no extensions."""
        if await self._greet(argument):
            await self.say(f"250 {self.hostname}")

    async def ehlo(self, argument: str) -> None:
        """Greet a peer and list the extensions; nothing in it tells a version."""
        if await self._greet(argument):
            size = f"SIZE {self._limits.message_octets}"
            extensions = ["PIPELINING", size, "8BITMIME", "ENHANCEDSTATUSCODES", "SMTPUTF8"]
            if self._may_start_tls():
                extensions.append("STARTTLS")
            await self._send(replies.listed("250", [self.hostname, *extensions]))

    async def _greet(self, name: str) -> bool:
        if not name:
            await self.say(f"501 5.5.4 Syntax: {self.hello} name")
            return False
        self.envelope = Transaction()
        self._utf8 = False
        self._helo = name
        return True

    def _may_start_tls(self) -> bool:
        return self._reception.tls is not None and self._writer.get_extra_info("sslcontext") is None

    async def starttls(self, argument: str) -> None:
        """Go on in TLS (RFC 3207): what was said and sent before it is forgotten."""
        if not self._may_start_tls():
            return await self.say("502 5.5.1 there is no such service here")
        if argument:
            return await self.say("501 5.5.4 STARTTLS takes no argument")
        await self.say("220 2.0.0 go on in TLS")
        assert self._reception.tls is not None
        self._incoming.forget()
        try:
            # Nothing is awaited between the forgetting and the moment at which asyncio stops reading in the clear.
            await self._writer.start_tls(self._reception.tls, ssl_handshake_timeout=_HANDSHAKE_SECONDS)
        except (OSError, EOFError) as error:  # ssl.SSLError is an OSError
            raise PeerGone from error
        self.transport = self._writer.transport
        self.envelope = Transaction()
        self._helo, self._utf8 = "", False
        return None

    async def mail(self, argument: str) -> None:
        """Begin a mail (RFC 5321 4.1.1.2)."""
        if not self._helo:
            return await self.say(f"503 5.5.1 {self.hello} comes first")
        if self.envelope.mail_from is not None:
            return await self.say("503 5.5.1 one sender is enough")
        try:
            sender = read_sender(argument, message_octets=self._limits.message_octets)
        except BadPath as bad:
            return await self.say(bad.reply)
        self.envelope.mail_from = sender.address
        self.envelope.declared_octets = sender.declared_octets
        self._utf8 = self.envelope.smtp_utf8 = sender.utf8
        return await self.say(replies.SENDER_OK)

    async def rcpt(self, argument: str) -> None:
        """Take a recipient when the house does (RFC 5321 4.1.1.3)."""
        transaction = self.envelope
        if transaction.mail_from is None:
            return await self.say("503 5.5.1 MAIL comes first")
        if len(transaction.rcpt_tos) >= self._limits.recipients:
            return await self.say(replies.TOO_MANY_RECIPIENTS)
        try:
            recipient = read_recipient(argument, domain=self.hostname, utf8=transaction.smtp_utf8)
        except BadPath as bad:
            return await self.say(bad.reply)
        question = Question(self._number, recipient, transaction.mail_from, self._peer)
        verdict = await self._reception.judge(question)
        if verdict.code != ACCEPTED:
            log.info("recipient.refused connection=%d code=%d", self._number, verdict.code)
            return await self.say(f"{verdict.code} {verdict.text}")
        transaction.rcpt_tos.append(recipient)
        return await self.say(f"{ACCEPTED} {verdict.text or replies.RECIPIENT_OK}")

    async def data(self, argument: str) -> None:
        """Take the message, have it stored, and only then say so (RFC 5321 4.1.1.4, 4.2.5)."""
        transaction = self.envelope
        if argument:
            return await self.say("501 5.5.4 DATA takes no argument")
        if not transaction.rcpt_tos:
            return await self.say("503 5.5.1 no recipient yet")
        with ExitStack() as held:
            intake = Intake(self._reception, held)
            await intake.expect(transaction.declared_octets)
            if intake.refusal:
                return await self.say(intake.refusal)
            if self._goodbye is not None:  # the door closed while the mail waited for its place
                return None
            await self.say(replies.GO_ON)
            if not await self._receive(intake):
                return None
            self.envelope = Transaction()
            outcome = intake.refusal or await self._reception.keep(
                self._number, self._sealed(transaction), intake.chunks, held.pop_all().close
            )
        if isinstance(outcome, str):
            log.info("mail.refused connection=%d reply=%s", self._number, outcome[:9])
        return await self.answer(transaction.rcpt_tos, outcome)

    async def _receive(self, intake: Intake) -> bool:
        """Read the message to its end; False when it had none and the connection is to be closed."""
        try:
            async with asyncio.timeout(self._limits.data_seconds):
                await self._incoming.message(intake.take)
        except TimeoutError:
            self._goodbye = replies.TOO_SLOW
            return False
        except Flood:
            self._goodbye = replies.FLOOD
        return True

    def _sealed(self, transaction: Transaction) -> Envelope:
        recipients = tuple(dict.fromkeys(transaction.rcpt_tos))
        return Envelope(self._peer, self._helo, transaction.mail_from or "", recipients, b"", self.door)

    async def answer(self, recipients: Sequence[str], outcome: Sequence[Stored] | str) -> None:
        """Say what became of the message: under SMTP in one reply for all recipients."""
        if isinstance(outcome, str):
            await self.say(outcome)
        elif all(each.ok for each in outcome) or _same_later(outcome):
            await self.say(outcome[0].reply)
        else:
            await self.say(replies.LATER)

    async def rset(self, argument: str) -> None:
        """Forget the mail that was announced."""
        self.envelope = Transaction()
        await self.say(replies.OK)

    async def noop(self, argument: str) -> None:
        """Do nothing, politely."""
        await self.say(replies.OK)

    async def help(self, argument: str) -> None:
        """Point to the one manual."""
        await self.say("214 2.0.0 RFC 5321")

    async def vrfy(self, argument: str) -> None:
        """Tell nobody who is here (RFC 5321 7.3)."""
        await self.say("252 2.5.0 send some mail and see")

    async def quit(self, argument: str) -> None:
        """Close the connection; what was sent after QUIT is not read."""
        self._goodbye = replies.GOODBYE


class LmtpDialogue(Dialogue):
    """One LMTP connection: LHLO for EHLO, and after the message one reply for each recipient that was accepted."""

    door = "lmtp"
    hello = "LHLO"
    service = "LMTP"

    def _table(self) -> dict[str, Command]:
        return super()._table() | {"LHLO": self.ehlo, "EHLO": self.no_ehlo, "HELO": self.no_ehlo}

    async def no_ehlo(self, argument: str) -> None:
        """Refuse the greetings of SMTP, as RFC 2033 4.1 wants it."""
        await self.say("500 5.5.1 this is LMTP: LHLO")

    async def answer(self, recipients: Sequence[str], outcome: Sequence[Stored] | str) -> None:
        """Say what became of the message for each RCPT that was accepted, in their order (RFC 2033 4.2)."""
        if isinstance(outcome, str):
            told = [outcome] * len(recipients)
        else:
            by_recipient = {each.recipient: each.reply for each in outcome}
            told = [by_recipient[recipient] for recipient in recipients]
        await self._send(b"".join(replies.rendered(reply, utf8=self._utf8) for reply in told))


def _same_later(outcome: Sequence[Stored]) -> bool:
    """Tell whether nobody got the message, for one temporary reason: then the peer may hear it."""
    return len({each.reply for each in outcome}) == 1 and outcome[0].reply.startswith("4")


def _is_utf8(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)
