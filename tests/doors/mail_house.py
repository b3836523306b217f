"""The door with the real house behind it, peers of any address, a DNS of one table, and a worker that runs when told."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from functools import cache

import dkim
import sqlalchemy as sa
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from inbound import dispatch
from inbound.door import House
from inbound.envelopes import Envelope, Stored, Verdict
from inbound.limits import Limits
from inbound.verifying import Verifying
from jobboard.addresses import Addresses
from jobboard.db import Database
from jobboard.errors import TemporaryFailure
from jobboard.mailbag import Mail
from jobboard.outbox import Post
from tests.doors.front_door import FrontDoor

OUTSIDE = "198.51.100.25"  # RFC 5737
POLICY = "v=DMARC1; p=reject"


@dataclass
class FakeDns:
    """Records by (name, kind); a name in `away` gets no answer."""

    records: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def find(self, name: str, kind: str) -> Sequence[str]:
        self.asked.append(name)
        if name in self.away or "*" in self.away:
            raise TemporaryFailure("no answer")
        return self.records.get((name, kind), [])

    def publish(self, domain: str, *, spf: str = "", dmarc: str = POLICY, dkim: bool = False) -> None:
        """Publish what a domain says of its mail."""
        if spf:
            self.records[domain, "TXT"] = [spf]
        if dmarc:
            self.records[f"_dmarc.{domain}", "TXT"] = [dmarc]
        if dkim:
            self.records[f"s1._domainkey.{domain}", "TXT"] = [_keys()[1]]


@cache
def _keys() -> tuple[bytes, str]:
    key = rsa.generate_private_key(65537, 2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, "v=DKIM1; k=rsa; p=" + "".join(public.decode().splitlines()[1:-1])


def sign(raw: bytes, domain: str, **more: object) -> bytes:
    """Return the mail with a DKIM signature of that domain before it."""
    return dkim.sign(raw, b"s1", domain.encode(), _keys()[0], include_headers=[b"from", b"subject"], **more) + raw


def seal(raw: bytes, domain: str, server: str) -> bytes:
    """Return the mail with an ARC set of that domain, about what that server found (its header is in the mail)."""
    lines = dkim.arc_sign(raw, b"s1", domain.encode(), _keys()[0], server.encode(), [b"from", b"subject"])
    return b"".join(lines) + raw


def letter(sender: str, text: str = "Bonjour à tous", *, subject: str = "Bonjour", **headers: str) -> bytes:
    """Return a mail of that From."""
    message = EmailMessage()
    message["From"], message["Subject"] = sender, subject
    message["Message-ID"] = f"<{abs(hash((sender, text, subject, *headers.values())))}@client.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


class MailHouse:
    """One installation as the outside meets it; `peer` is the address that the next mails come from."""

    def __init__(self, database: Database, addresses: Addresses, dns: FakeDns) -> None:
        self.database, self.addresses, self.dns = database, addresses, dns
        self.peer = OUTSIDE
        self.port = 0
        self._house = House(database, addresses)
        self.mails: list[Envelope] = []

    def check(self, recipient: str, sender: str, peer: str) -> Verdict:
        return self._house.check(recipient, sender, self.peer)

    def store(self, envelope: Envelope) -> Sequence[Stored]:
        return self._house.store(replace(envelope, peer=self.peer))

    def send(self, to: str | list[str], raw: bytes, *, sender: str | None = None) -> tuple[int, str]:
        """Send a mail by SMTP; returns the last reply. The envelope sender is that of the From unless given."""
        if sender is None:
            sender = raw.partition(b"\nFrom: ")[2].partition(b"\r")[0].decode() or _first_from(raw)
        with smtplib.SMTP("127.0.0.1", self.port, local_hostname="peer.example", timeout=20) as client:
            try:
                client.sendmail(sender, to, raw)
            except smtplib.SMTPRecipientsRefused as refused:
                code, text = next(iter(refused.recipients.values()))
                return code, text.decode()
            except smtplib.SMTPResponseException as refused:
                return refused.smtp_code, bytes(refused.smtp_error).decode()
        return 250, ""

    def outcome(self, to: str | list[str], raw: bytes, *, sender: str | None = None) -> str | None:
        """Send a mail, have it dispatched, and return its recorded outcome."""
        assert self.send(to, raw, sender=sender)[0] == 250
        self.work()
        return self.mail().outcome

    def work(self) -> None:
        """Verify and dispatch what waits."""
        Verifying(self.database, self.addresses, self.dns).drain()
        for large in (False, True):
            dispatch.drain(self.database, self.addresses, self.dns, large=large)

    def mail(self) -> Mail:
        """The newest mail in the bag."""
        with self.database.transaction() as session:
            found = session.scalar(sa.select(Mail).order_by(Mail.id.desc()).limit(1))
            assert found is not None
            return found

    def posts(self, kind: str | None = None) -> list[Post]:
        """Return what is in the outbox, oldest first."""
        with self.database.transaction() as session:
            query = sa.select(Post).order_by(Post.id)
            return list(session.scalars(query if kind is None else query.where(Post.kind == kind)))


def _first_from(raw: bytes) -> str:
    return raw.partition(b"From: ")[2].partition(b"\r")[0].decode()


@contextmanager
def mail_house(database: Database, addresses: Addresses, dns: FakeDns | None = None) -> Iterator[MailHouse]:
    """Open the door for the length of a block."""
    house = MailHouse(database, addresses, dns or FakeDns())
    door = FrontDoor(house, "smtp://127.0.0.1:0", Limits(grace_seconds=0.0))  # type: ignore[arg-type]
    house.port = door.port
    try:
        yield house
    finally:
        door.close()
