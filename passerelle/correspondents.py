"""People with mailboxes for the demo and the journeys: they write by SMTP, read what arrives, click links."""

from __future__ import annotations

import email
import email.policy
import re
import smtplib
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import make_msgid, parseaddr
from typing import Protocol

from jobboard.clock import PARIS
from jobboard.settings import Settings
from mailer.headers import KIND
from mailer.maildir import Mailbox

POLL_SECONDS = 0.05
_DAYS = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
_MONTHS = tuple("janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.".split())
_QUOTATION = re.compile(r" Le (?:lun|mar|mer|jeu|ven|sam|dim)\. \d")


class StoryFailed(Exception):
    """The story did not go as it should; the message says which expectation was not met."""


@dataclass(frozen=True)
class Someone:
    """A person of the story with an address of her own."""

    name: str
    address: str


@dataclass(frozen=True)
class Got:
    """A mail that arrived in somebody's mailbox."""

    key: str
    raw: bytes
    message: EmailMessage

    @property
    def kind(self) -> str:
        """The kind of letter it is."""
        return str(self.message[KIND] or "")

    @property
    def subject(self) -> str:
        """Its subject."""
        return str(self.message["Subject"])

    @property
    def message_id(self) -> str:
        """Its Message-ID."""
        return str(self.message["Message-ID"]).strip()

    @property
    def reply_to(self) -> str:
        """Where an answer goes."""
        return parseaddr(str(self.message["Reply-To"] or self.message["From"]))[1]

    @property
    def text(self) -> str:
        """Its text part."""
        part = self.message.get_body(("plain",))
        return str(part.get_content()) if part is not None else ""

    @property
    def html(self) -> str:
        """Its HTML part."""
        part = self.message.get_body(("html",))
        return str(part.get_content()) if part is not None else ""

    @property
    def written(self) -> str:
        """When it was written, as mail programs say it above a quotation: "lun. 23 nov. 2026 à 10:12"."""
        at = self.message["Date"].datetime.astimezone(PARIS)
        return f"{_DAYS[at.weekday()]} {at.day} {_MONTHS[at.month - 1]} {at:%Y à %H:%M}"

    @property
    def files(self) -> list[str]:
        """The names of its attachments."""
        return [part.get_filename() or "" for part in self.message.iter_attachments()]


class Mailboxes(Protocol):
    """Where mail arrives: what each recipient has, as (key, octets), oldest first."""

    def of(self, address: str) -> list[tuple[str, bytes]]:
        """Return the mails of one recipient."""


class KeptMailboxes:
    """The development mailbox, read like everybody's own."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    def of(self, address: str) -> list[tuple[str, bytes]]:
        """Return the mails of one recipient."""
        kept = self._mailbox.messages(recipient=address, limit=10_000)
        return [(one.key, self._mailbox.read(one.key)) for one in reversed(kept)]


@dataclass
class Post:
    """The post of the story: one outgoing door, one mailbox for everybody, and what has been read of it."""

    settings: Settings
    smtp: tuple[str, int]
    mailbox: Mailboxes
    patience_seconds: float = 20.0
    echo: Callable[[str], None] = print
    seen: set[str] = field(default_factory=set)
    _opened: dict[str, Got] = field(default_factory=dict)  # by key, each parsed once

    def write(
        self,
        author: Someone,
        to: str,
        text: str,
        *,
        subject: str = "",
        files: Sequence[tuple[str, bytes]] = (),
        html: str | None = None,
        answering: Got | None = None,
    ) -> str:
        """Send a mail by SMTP as that person; a database that is away for a moment is waited for, as servers do.

        Returns its Message-ID. Raises smtplib.SMTPRecipientsRefused when the recipient is refused for good.
        """
        message = EmailMessage()
        message["From"] = f"{author.name} <{author.address}>"
        message["To"] = to
        message["Subject"] = subject
        message["Message-ID"] = make_msgid(domain=author.address.partition("@")[2])
        if answering is not None:
            message["In-Reply-To"] = answering.message_id
            message["References"] = f"{answering.message['References'] or ''} {answering.message_id}".strip()
        message.set_content(text)
        if html is not None:
            message.add_alternative(html, subtype="html")
        for name, content in files:
            message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
        self.hand_over(author.address, to, message.as_bytes(policy=email.policy.SMTP))
        self.echo(f"  {author.name} → {to.partition('@')[0][:22]}@  {_said(text or subject)}")
        return str(message["Message-ID"])

    def hand_over(self, sender: str, to: str, message: bytes) -> None:
        """Give a mail to the door, trying again on 4xx and lost connections until patience ends."""
        deadline = time.monotonic() + self.patience_seconds
        while True:
            try:
                with smtplib.SMTP(*self.smtp, timeout=10) as server:
                    server.sendmail(sender, [to], message)
                return
            except smtplib.SMTPRecipientsRefused as refused:
                if next(iter(refused.recipients.values()))[0] >= 500 or time.monotonic() > deadline:
                    raise
            except (smtplib.SMTPException, OSError):
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.2)

    def answer(
        self,
        author: Someone,
        mail: Got,
        text: str,
        *,
        files: Sequence[tuple[str, bytes]] = (),
        html: str | None = None,
        quote: bool = True,
    ) -> str:
        """Answer a mail as mail clients do: to its Reply-To, in its thread, with a quotation below."""
        quoted = "\n".join(f"> {line}" for line in mail.text.splitlines())
        body = f"{text}\n\nLe {mail.written}, {mail.message['From']} a écrit :\n\n{quoted}\n" if quote else text
        subject = mail.subject if mail.subject.lower().startswith("re:") else f"Re: {mail.subject}"
        return self.write(author, mail.reply_to, body, subject=subject, files=files, html=html, answering=mail)

    def wait_for(self, reader: Someone, kind: str, *, holding: str = "") -> Got:
        """Return the next unread mail of that kind in that person's mailbox. Raises StoryFailed when none comes."""
        deadline = time.monotonic() + self.patience_seconds
        while True:
            for got in self.received(reader):
                if got.kind == kind and got.key not in self.seen and holding in got.text:
                    self.seen.add(got.key)
                    self.echo(f"  {'':>4}→ {reader.name} reçoit « {got.subject} »   {self.where(got)}")
                    return got
            if time.monotonic() > deadline:
                others = ", ".join(got.kind for got in self.received(reader)) or "nothing"
                raise StoryFailed(f"{reader.name} should have got a mail “{kind}”; in the mailbox: {others}.")
            time.sleep(POLL_SECONDS)

    def received(self, reader: Someone) -> list[Got]:
        """Return everything in a person's mailbox, oldest first."""
        kept = self.mailbox.of(reader.address)
        for key, raw in kept:
            if key not in self._opened:
                self._opened[key] = Got(key, raw, email.message_from_bytes(raw, policy=email.policy.default))
        return [self._opened[key] for key, _ in kept]

    def where(self, got: Got) -> str:
        """Return the page that shows a mail."""
        return f"{self.settings.base_url}/dev/mailbox/{urllib.parse.quote(got.key)}"

    def refused(self, author: Someone, to: str) -> str:
        """Return the reply to an address that must be refused at RCPT. Raises StoryFailed if it is accepted."""
        try:
            with smtplib.SMTP(*self.smtp, timeout=10) as server:
                server.ehlo()
                server.mail(author.address)
                code, words = server.rcpt(to)
        except (smtplib.SMTPException, OSError) as error:
            raise StoryFailed(f"The mail door did not answer: {error}.") from error
        reply = f"{code} {words.decode('utf-8', 'replace')}"
        if code < 500:
            raise StoryFailed(f"A mail to {to} should have been refused; the door said {reply}.")
        self.echo(f"  {author.name} → {to.partition('@')[0][:22]}@  refusé : {reply[:90]}")
        return reply

    def page(self, path: str, *, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Return status and text of a page, fetched or posted to."""
        url = path if path.startswith("http") else f"{self.settings.base_url}{path}"
        return fetch(url, form=form)


def fetch(url: str, *, form: dict[str, str] | None = None) -> tuple[int, str]:
    """Return status and text of a page, fetched, or posted to when there is a form."""
    data = urllib.parse.urlencode(form).encode() if form is not None else None
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=data), timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace")


def _said(text: str) -> str:
    return f"« {_first_words(text)} »" if text.strip() else "(un mail vide)"


def _first_words(text: str) -> str:
    line = " ".join(text.split())
    line = _QUOTATION.split(line)[0]
    return line if len(line) < 90 else line[:87] + "…"


def views(raw: bytes) -> str:
    """Return everything that a mail says once decoded: headers, text, HTML, names and text of its parts."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    said = []
    for part in message.walk():
        said += [f"{name}: {value}" for name, value in part.items()]
        said.append(part.get_filename() or "")
        if part.get_content_maintype() == "text":
            said.append(str(part.get_content()))
    return "\n".join(said)
