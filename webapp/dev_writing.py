"""Writing, in development, as any person would with a mail client: a real mail, by real SMTP, to our own mail door."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, make_msgid, parseaddr
from pathlib import PurePath
from urllib.parse import unquote, urlsplit

from werkzeug.datastructures import FileStorage

from jobboard.clock import now
from webapp.mail_views import MailView

_SECONDS = 15.0
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}


@dataclass(frozen=True)
class Said:
    """What the mail door answered, step by step; `accepted`: the mail is stored."""

    lines: tuple[str, ...]
    accepted: bool


def answer_to(mail: MailView, author: str, text: str, files: list[FileStorage]) -> EmailMessage:
    """Return an answer as mail clients write it: to the Reply-To, in its thread, a quotation below."""
    subject = mail.subject if mail.subject.lower().startswith("re:") else f"Re: {mail.subject}"
    quoted = "\n".join(f"> {line}".rstrip() for line in mail.text.splitlines())
    date, sender = str(mail.message["Date"] or ""), str(mail.message["From"] or "")
    message = new_mail(author, mail.reply_to, subject, f"{text}\n\nLe {date}, {sender} a écrit :\n\n{quoted}\n", files)
    answered = str(mail.message["Message-ID"] or "").strip()
    if answered:
        message["In-Reply-To"] = answered
        message["References"] = f"{mail.message['References'] or ''} {answered}".strip()
    return message


def new_mail(author: str, to: str, subject: str, text: str, files: list[FileStorage]) -> EmailMessage:
    """Return a mail from anybody to anybody; raises ValueError for what is no address."""
    name, address = parseaddr(author)
    if "@" not in address or "@" not in to:
        raise ValueError("an address has an @")
    message = EmailMessage(policy=SMTP)
    message["From"] = formataddr((name, address))
    message["To"] = to
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(now())
    message["Message-ID"] = make_msgid(domain=address.rpartition("@")[2])
    message.set_content(text)
    for file in files:
        maintype, _, subtype = (file.mimetype or "application/octet-stream").partition("/")
        name = PurePath(file.filename or "fichier").name
        message.add_attachment(file.read(), maintype, subtype or "octet-stream", filename=name)
    return message


def hand_over(message: EmailMessage, inbound: str) -> Said:
    """Give the mail to the mail door and return what it said; nothing is raised, a door that is away says so."""
    sender = parseaddr(str(message["From"]))[1]
    recipient = parseaddr(str(message["To"]))[1]
    said: list[str] = []

    def passes(command: str, answer: tuple[int, bytes]) -> bool:
        code, words = answer
        said.append(f"{command} → {code} {words.decode('utf-8', 'replace')}")
        return code < 400

    try:
        with _door(inbound) as door:
            door.ehlo_or_helo_if_needed()
            accepted = (
                passes(f"MAIL FROM:<{sender}>", door.mail(sender))
                and passes(f"RCPT TO:<{recipient}>", door.rcpt(recipient))
                and passes("DATA", door.data(message.as_bytes()))
            )
    except (OSError, UnicodeError, smtplib.SMTPException) as error:
        return Said((*said, f"{type(error).__name__}: {error}"), accepted=False)
    return Said(tuple(said), accepted)


def _door(inbound: str) -> smtplib.SMTP:
    """Return a connection to the address where mail comes in."""
    parts = urlsplit(inbound)
    if parts.scheme == "lmtp+unix":
        return smtplib.LMTP(unquote(parts.path))
    host = _ANYWHERE.get(parts.hostname or "", parts.hostname or "")
    if parts.scheme == "lmtp":
        return smtplib.LMTP(host, parts.port or 24)
    return smtplib.SMTP(host, parts.port or 25, timeout=_SECONDS)
