"""What the door asks of the house: may this recipient be written to, and keep this mail. Both run in threads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from inbound import networks
from inbound.envelopes import Envelope, Stored, Verdict
from inbound.parse import fingerprint
from jobboard import arrivals, correspondence, crashes, mailbag
from jobboard.addresses import Addresses, Purpose, Target, mailbox_key
from jobboard.arrivals import Kind
from jobboard.clock import now
from jobboard.conversations import Conversation
from jobboard.correspondence import Standing
from jobboard.db import Database
from jobboard.mailbag import Arrival
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
# What somebody who writes into a conversation is told when her messages do not pass any more.
NO_MORE = {
    Standing.ENDED: Verdict(
        550,
        "5.7.1 Cette conversation est terminee : votre message n'est pas transmis"
        " / This conversation has ended, your message is not passed on",
    ),
    Standing.OVER: Verdict(
        550,
        "5.7.1 Cette offre est close depuis plus de {days} jours : la conversation est terminee"
        " / This job offer closed more than {days} days ago: the conversation has ended",
    ),
    Standing.LEFT: Verdict(
        550,
        "5.7.1 Vous ne participez plus a cette conversation : votre message n'est pas transmis"
        " / You take no part in this conversation any more, your message is not passed on",
    ),
}
# What goes on too fast, as the mail server of whoever writes is told; it tries again by itself.
TOO_FAST = {
    Kind.SENDER: Verdict(
        450,
        "4.7.1 Trop de messages de votre adresse en peu de temps : reessayez dans une heure"
        " / Too many messages from your address, please try again in an hour",
    ),
    Kind.CONVERSATION: Verdict(
        450,
        "4.7.1 Trop de messages dans cette conversation en peu de temps : reessayez dans une heure"
        " / Too many messages in this conversation, please try again in an hour",
    ),
    Kind.NETWORK: Verdict(
        450,
        "4.7.1 Trop de messages de votre reseau en peu de temps : reessayez dans une heure"
        " / Too many messages from your network, please try again in an hour",
    ),
}


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
        at = now()
        with self.database.transaction() as session:
            verdict = self._state(session, target)
            if verdict.code != ACCEPTED.code:
                return verdict
            counted = self._counted(session, [target], sender, peer)
            return self._too_fast(session, counted, at=at) or verdict

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
        if ticket.about is not About.CONVERSATION:
            return ACCEPTED
        conversation = session.get(Conversation, ticket.subject_id)
        if conversation is None:
            return self.unknown
        verdict = NO_MORE.get(correspondence.standing_of(session, conversation, ticket.person_id, at=now()))
        if verdict is None:
            return ACCEPTED
        days = self.database.settings.conversation_grace_days
        return Verdict(verdict.code, verdict.text.format(days=days))

    def _counted(
        self, session: Session, targets: Sequence[Target | None], sender: str, peer: str
    ) -> dict[Kind, Counter[str]]:
        """Return the keys under which a mail to these addresses counts, and how often under each."""
        counted = {kind: Counter[str]() for kind in Kind}
        if sender:
            counted[Kind.SENDER][arrivals.key(Kind.SENDER, mailbox_key(sender))] = len(targets)
        if not networks.is_among(peer, self.database.settings.trusted_peer_networks):
            counted[Kind.NETWORK][arrivals.key(Kind.NETWORK, networks.network_of(peer))] = len(targets)
        for target in targets:
            if target is not None and target.purpose is Purpose.REPLY:
                ticket = session.get(Ticket, target.row_id)
                if ticket is not None and ticket.about is About.CONVERSATION:
                    counted[Kind.CONVERSATION][arrivals.key(Kind.CONVERSATION, ticket.subject_id)] += 1
        return counted

    def _too_fast(self, session: Session, counted: Mapping[Kind, Mapping[str, int]], *, at: datetime) -> Verdict | None:
        """Return what is said when one of the counters is full already; one indexed read."""
        settings = self.database.settings
        most = {
            Kind.SENDER: settings.mails_per_sender_per_hour,
            Kind.CONVERSATION: settings.mails_per_conversation_per_hour,
            Kind.NETWORK: settings.mails_per_network_per_hour,
        }
        lately = arrivals.lately(session, [key for keys in counted.values() for key in keys], at=at)
        for kind, keys in counted.items():
            if any(lately.get(key, 0) >= most[kind] for key in keys):
                return TOO_FAST[kind]
        return None

    def _is_to_verify(self, peer: str) -> bool:
        settings = self.database.settings
        return settings.verify_senders and not networks.is_among(peer, settings.trusted_peer_networks)

    def store(self, envelope: Envelope) -> Sequence[Stored]:
        """Keep a mail for all its recipients in one durable transaction; only then may the door say 250.

        The limits hold here too: many connections may have asked about recipients before one of them stored its mail.
        """
        arrival = Arrival(
            door=envelope.door,
            peer=envelope.peer,
            helo=envelope.helo,
            sender=envelope.sender,
            content=envelope.content,
            recipients=[(recipient, fingerprint(envelope.content, recipient)) for recipient in envelope.recipients],
            to_verify=self._is_to_verify(envelope.peer),
        )
        at, targets = now(), [self.addresses.read(recipient) for recipient in envelope.recipients]
        with self.database.transaction() as session:
            counted = self._counted(session, targets, envelope.sender, envelope.peer)
            too_fast = self._too_fast(session, counted, at=at)
            if too_fast is not None:
                reply = f"{too_fast.code} {too_fast.text}"
                return [Stored(recipient, False, reply) for recipient in envelope.recipients]
            ids = mailbag.store(session, arrival, at=at)
            arrivals.count(session, {key: many for keys in counted.values() for key, many in keys.items()}, at=at)
            crashes.point("accept:before-commit")
        crashes.point("accept:after-commit")
        return [
            Stored(recipient, True, f"250 2.0.0 kept as {mail_id}")
            for recipient, mail_id in zip(envelope.recipients, ids, strict=True)
        ]
