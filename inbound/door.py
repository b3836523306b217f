"""What the door asks of the house: may this recipient be written to, and keep this mail. Both run in threads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from inbound.envelopes import Envelope, Stored, Verdict
from inbound.parse import fingerprint
from jobboard import crashes, mailbag
from jobboard.addresses import Addresses, Purpose, Target
from jobboard.clock import now
from jobboard.conversations import Conversation, ConversationState
from jobboard.db import Database
from jobboard.mailbag import Arrival, Mail
from jobboard.offers import Offer, OfferState
from jobboard.tickets import About, Ticket

ACCEPTED = Verdict(250)
UNKNOWN = Verdict(
    550, "5.1.1 Adresse inconnue : verifiez-la, ou ecrivez a aide@{domain} / No such address: please check it"
)
FOREIGN = Verdict(550, "5.7.1 Ce serveur ne transmet pas de courrier / We do not relay mail")
CLOSED = Verdict(
    550,
    "5.7.1 Cette offre est close : elle ne recoit plus de candidatures / This job offer is closed and takes no more"
    " applications",
)
ENDED = Verdict(550, "5.7.1 Cette conversation est terminee / This conversation has ended")
TOO_FAST = Verdict(
    450, "4.7.1 Trop de messages en peu de temps : reessayez plus tard / Too many messages, please try again later"
)


class House:
    """The two questions of the door, answered from the database."""

    def __init__(self, database: Database, addresses: Addresses) -> None:
        self.database = database
        self.addresses = addresses
        self.unknown = Verdict(UNKNOWN.code, UNKNOWN.text.format(domain=addresses.domain))

    def check(self, recipient: str, sender: str, peer: str) -> Verdict:
        """Judge a recipient: its MAC without I/O, then its state with one indexed read.

        Raises TemporaryFailure when the database is away: the door answers 451.
        """
        if recipient.rpartition("@")[2].rstrip(".").lower() != self.addresses.domain:
            return FOREIGN
        target = self.addresses.read(recipient)
        if target is None:
            return self.unknown
        with self.database.transaction() as session:
            if self._too_fast(session, sender):
                return TOO_FAST
            return self._state(session, target)

    def _state(self, session: Session, target: Target) -> Verdict:
        if target.purpose is Purpose.OFFER:
            return self._offer(session, target.row_id)
        if target.purpose is Purpose.REPLY:
            return self._ticket(session, target.row_id)
        return ACCEPTED

    def _offer(self, session: Session, offer_id: int) -> Verdict:
        offer = session.get(Offer, offer_id)
        if offer is None or offer.state in (OfferState.DRAFT, OfferState.PENDING):
            # Corrected offers wait for validation again: their address lives, applications are kept for them.
            return self.unknown if offer is None or offer.published_at is None else CLOSED
        grace = timedelta(minutes=self.database.settings.closing_grace_minutes)
        return ACCEPTED if offer.is_open(now(), grace=grace) else CLOSED

    def _ticket(self, session: Session, ticket_id: int) -> Verdict:
        ticket = session.get(Ticket, ticket_id)
        if ticket is None or ticket.expires_at <= now():
            return self.unknown
        if ticket.about is About.CONVERSATION:
            conversation = session.get(Conversation, ticket.subject_id)
            if conversation is None or conversation.state is ConversationState.ENDED:
                return ENDED
        return ACCEPTED

    def _too_fast(self, session: Session, sender: str) -> bool:
        if not sender:
            return False
        recent = session.scalar(
            sa.select(sa.func.count())
            .select_from(Mail)
            .where(Mail.sender == sender, Mail.received_at > now() - timedelta(hours=1))
        )
        return (recent or 0) >= self.database.settings.mails_per_sender_per_hour

    def store(self, envelope: Envelope) -> Sequence[Stored]:
        """Keep a mail for all its recipients in one durable transaction; only then may the door say 250."""
        arrival = Arrival(
            door=envelope.door,
            peer=envelope.peer,
            helo=envelope.helo,
            sender=envelope.sender,
            content=envelope.content,
            recipients=[(recipient, fingerprint(envelope.content, recipient)) for recipient in envelope.recipients],
        )
        with self.database.transaction() as session:
            ids = mailbag.store(session, arrival, at=now())
            crashes.point("accept:before-commit")
        crashes.point("accept:after-commit")
        return [
            Stored(recipient, True, f"250 2.0.0 kept as {mail_id}")
            for recipient, mail_id in zip(envelope.recipients, ids, strict=True)
        ]
