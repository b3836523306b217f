"""A mail read before its transaction opens: parsed, its own words found, its words for others anonymised."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from inbound import networks, own_words, parse, reports
from inbound.context import Received
from inbound.handlers import absences
from inbound.parse import Automatic, Incoming
from inbound.resolver import Resolver
from inbound.verification import Origin, Verified, verify
from jobboard import colleagues, cv_documents, cvs, document_text, mailbag, people, tickets
from jobboard.addresses import Addresses, Alias, Purpose, Target, address_key
from jobboard.calendars import Sides
from jobboard.clock import now
from jobboard.conversations import Conversation, File, Words, ever_recruiters, other_side
from jobboard.cv_documents import CvRead
from jobboard.document_text import ReadDocument
from jobboard.mailbag import Mail
from jobboard.people import Person, Role
from jobboard.questions import Question, Topic
from jobboard.sealing import Sealing
from jobboard.settings import Settings
from jobboard.tickets import About, Ticket
from mailer import anonymise
from mailer.anonymise import Finding, Masks


class Material:
    """What the database knows that reading needs, taken in one short transaction; no more of it is used afterwards."""

    def __init__(self, session: Session, mail: Mail, settings: Settings, addresses: Addresses) -> None:
        self.mail_id = mail.id
        self.raw = mailbag.content(session, mail) or b""
        self.envelope_sender = mail.sender
        self.origin = Origin(mail.peer, mail.helo, mail.sender)
        self.found = Verified.read(mail.authentication) if mail.authentication else None
        self.settings = settings
        self.target = addresses.read(mail.recipient) or Target()
        self.ticket: Ticket | None = None
        if self.target.purpose is Purpose.REPLY:
            self.ticket = session.get(Ticket, self.target.row_id)
        elif self.target.purpose is Purpose.RETURN:
            self.ticket = absences.ticket_of(session, self.target.row_id)
        writer = _writer(session, mail, self.ticket)
        conversation = _conversation(session, self.ticket)
        may_show = conversation is None or (writer is not None and writer.id == conversation.candidate_id)
        # Whose address may be seen, if the mail proves to be hers.
        self.shows_address_of = ""
        if may_show and writer is not None and people.shows_address(session, writer):
            self.shows_address_of = address_key(writer.address)
        self.sides = _sides(session, mail, writer, conversation, settings, addresses)
        self.masks = _masks(session, self.ticket, self.sides.writer_shown, settings)
        self.others = _other_addresses(session, self.ticket, addresses)
        self.kept = _kept(session, self.ticket, settings, addresses)
        self.about_cv, self.may_ask_about_cv = _cv_is_welcome(session, self.target, self.ticket, writer)

    @property
    def relays(self) -> bool:
        """Whether this mail may be passed to somebody else."""
        about = self.ticket.about if self.ticket is not None else None
        relayed = (About.OFFERS, About.OFFER, About.CONVERSATION, About.PROPOSAL)
        return self.target.purpose is Purpose.OFFER or about in relayed

    @property
    def deposits(self) -> bool:
        """Whether this mail may hold an offer."""
        return self.target.alias is Alias.OFFRES or (self.ticket is not None and self.ticket.about is About.DRAFT)


def _cv_is_welcome(session: Session, target: Target, ticket: Ticket | None, writer: Person | None) -> tuple[bool, bool]:
    """Return whether a document that comes along is for her profile, and whether that of an application may be."""
    if target.alias is Alias.ALERTES:
        return True, False
    if ticket is not None and ticket.role is Role.CANDIDATE and ticket.about in (About.PROFILE, About.GENERAL):
        return True, False
    if ticket is not None and ticket.about is About.QUESTION:
        question = session.get(Question, ticket.subject_id)
        return question is not None and question.topic is Topic.CV, False
    applies = target.purpose is Purpose.OFFER or (ticket is not None and ticket.about is About.OFFERS)
    return False, applies and writer is not None and cvs.may_ask_unasked(session, writer)


def _kept(session: Session, ticket: Ticket | None, settings: Settings, addresses: Addresses) -> Material | None:
    """Return the mail that a question, or the staff's answer, is about."""
    if ticket is None or ticket.about not in (About.QUESTION, About.CONTACT):
        return None
    mail_id: int | None = ticket.subject_id
    if ticket.about is About.QUESTION:
        question = session.get(Question, ticket.subject_id)
        mail_id = question.mail_id if question is not None else None
    mail = session.get(Mail, mail_id) if mail_id else None
    return Material(session, mail, settings, addresses) if mail is not None else None


def _writer(session: Session, mail: Mail, ticket: Ticket | None) -> Person | None:
    """Return whom the mail seems to be from: the ticket's person, or whom the envelope names at an offer's address."""
    if ticket is not None:
        return session.get(Person, ticket.person_id) if ticket.person_id is not None else None
    return people.find(session, mail.sender)


def _conversation(session: Session, ticket: Ticket | None) -> Conversation | None:
    if ticket is None or ticket.about is not About.CONVERSATION:
        return None
    return session.get_one(Conversation, ticket.subject_id)


def _sides(
    session: Session,
    mail: Mail,
    writer: Person | None,
    conversation: Conversation | None,
    settings: Settings,
    addresses: Addresses,
) -> Sides:
    """Return who writes to whom in a conversation; of an application only who writes."""
    sealing = Sealing(settings.keys("calendars"))
    sides = Sides(
        writer=frozenset({writer.address.lower()}) if writer is not None else frozenset(),
        writer_name=writer.short_name if writer is not None else "",
        writer_key=str(writer.id) if writer is not None else "",
        sealing=sealing,
    )
    if conversation is None or writer is None:
        return sides
    reader = other_side(session, conversation, writer)
    theirs = tickets.of_conversation(session, conversation.id, reader)
    ours = tickets.of_conversation(session, conversation.id, writer)
    reached_at = {mail.recipient.lower()} | ({addresses.make(Purpose.REPLY, ours.id)} if ours is not None else set())
    return replace(
        sides,
        writer_shown=addresses.make(Purpose.REPLY, theirs.id) if theirs is not None else "",
        reader=reader.address.lower(),
        reader_shown=frozenset(reached_at),
        reader_name=reader.name,
        reader_key=str(reader.id),
    )


def _masks(session: Session, ticket: Ticket | None, relay: str, settings: Settings) -> Masks:
    """Return what must not get through: by default a candidate's, in a conversation that of whoever writes."""
    masks = Masks(
        hidden=(),
        replacement="",
        our_domain=settings.mail_domain,
        our_base_url=settings.base_url,
        hide_phones_in_signature=False,
        documents_untouched=True,
    )
    if ticket is None or ticket.person_id is None:
        return masks
    person = session.get_one(Person, ticket.person_id)
    conversation = _conversation(session, ticket)
    masks = replace(masks, hidden=(person.address,), replacement=relay)
    if ticket.about is About.OFFER:
        # What she decides upon several applications at once may be told to their candidates.
        deciding = [person, *colleagues.ever_of_offer(session, ticket.subject_id)]
        masks = replace(masks, hidden=tuple(dict.fromkeys(each.address for each in deciding)))
        return replace(masks, domains=tuple(dict.fromkeys(map(_domain, deciding))), documents_untouched=False)
    if conversation is None or person.id == conversation.candidate_id:
        return masks
    side = ever_recruiters(session, conversation)
    candidate = session.get_one(Person, conversation.candidate_id)
    # What colleagues read of each other's words holds no address of the candidate either.
    shared = (candidate,) if len(side) > 1 and not people.shows_address(session, candidate) else ()
    # Where the candidate's own mailbox is, others of the same domain are not the recruiter's alone.
    domains = dict.fromkeys(_domain(each) for each in (person, *side))
    domains.pop(_domain(candidate), None)
    return replace(
        masks,
        hidden=tuple(dict.fromkeys(each.address for each in (person, *side, *shared))),
        domains=tuple(domains),
        hide_phones_in_signature=True,
        documents_untouched=False,
    )


def _domain(person: Person) -> str:
    return person.address.rpartition("@")[2].lower()


def _other_addresses(session: Session, ticket: Ticket | None, addresses: Addresses) -> tuple[str, ...]:
    """Return the other relay addresses of the same side of the same conversation: a mail to several is one mail."""
    if ticket is None or ticket.about is not About.CONVERSATION:
        return ()
    every = tickets.all_of_conversation(session, ticket.subject_id)
    return tuple(
        addresses.make(Purpose.REPLY, each.id) for each in every if each.id != ticket.id and each.role is ticket.role
    )


def find_origin(material: Material, resolver: Resolver) -> Verified | None:
    """Return what the DNS says of a mail that a stranger handed to us, None where it is not asked; it may wait long."""
    settings = material.settings
    is_ours = networks.is_among(material.origin.peer, settings.trusted_peer_networks)
    if material.found is not None or is_ours or not settings.verify_senders:
        return material.found
    incoming = parse.read(material.raw, envelope_sender=material.envelope_sender, trusted_authserv_id=None)
    return _verify(material, incoming, resolver)


def read(material: Material, resolver: Resolver) -> Received:
    """Return the mail as handlers get it; never raises whatever the octets. It asks the resolver, and waits for it."""
    settings = material.settings
    is_ours = networks.is_among(material.origin.peer, settings.trusted_peer_networks)
    incoming = parse.read(
        material.raw,
        envelope_sender=material.envelope_sender,
        # Whoever comes from elsewhere may write any header.
        trusted_authserv_id=settings.trusted_authserv_id if is_ours else None,
    )
    found = material.found
    if found is None and not is_ours and settings.verify_senders:
        found = _verify(material, incoming, resolver)
    if found is not None:
        incoming = replace(incoming, authentication=found.verdict)
    own = own_words.split(incoming.text, incoming.html)
    received = Received(material.mail_id, material.target, incoming, own, len(material.raw), found=found)
    if material.deposits:
        received = replace(received, documents=_documents(incoming))
    if material.target.purpose is Purpose.RETURN or incoming.automatic is Automatic.COMPLAINT:
        received = replace(received, report=reports.read_report(material.raw))
        if incoming.automatic is not Automatic.AUTO_REPLY:
            return received
    if material.kept is not None:
        return replace(received, kept=read(material.kept, resolver))
    if incoming.automatic is None:
        received = replace(received, cv=_cv(material, incoming))
    received = replace(received, twins=tuple(parse.fingerprint(material.raw, other) for other in material.others))
    if material.relays and len(material.raw) <= settings.relay_max_octets:
        return replace(received, words=_words(material, received))
    return received


def _cv(material: Material, incoming: Incoming) -> CvRead | None:
    """Return what the CV among the attachments says, where one is welcome: read in a process with limits."""
    if not (material.about_cv or material.may_ask_about_cv) or not incoming.attachments:
        return None
    files = [(one.filename, one.content) for one in incoming.attachments]
    chosen = cv_documents.choose(files, sure=material.about_cv)
    if chosen is None:
        return None
    name, content = chosen
    return cv_documents.read(content, name, today=now().astimezone(material.settings.zone).date())


def _documents(incoming: Incoming) -> tuple[ReadDocument, ...]:
    """Return the documents of a deposit with their text."""
    found = [file for file in incoming.attachments if document_text.is_document(file.filename, file.content_type)]
    return tuple(document_text.read(file.filename, file.content) for file in found[: document_text.MOST])


def _verify(material: Material, incoming: Incoming, resolver: Resolver) -> Verified | None:
    """Find out where the mail comes from, unless nothing will be done in the name of its From."""
    returned = material.target.purpose in (Purpose.RETURN, Purpose.UNSUBSCRIBE)
    if incoming.sender is None or (returned and not material.relays):
        return None
    if incoming.automatic not in (None, Automatic.AUTO_REPLY):
        return None
    domain = incoming.sender.rpartition("@")[2]
    return verify(
        material.raw, material.origin, domain, resolver, trusted_sealers=material.settings.trusted_sealer_domains
    )


def _words(material: Material, received: Received) -> Words:
    """Return what may be passed on: in a conversation the whole mail, to an offer only what she wrote herself."""
    incoming = received.incoming
    hers = {*material.masks.hidden, incoming.sender or "", material.envelope_sender} - {""}
    shown = bool(material.shows_address_of) and address_key(incoming.sender or "") == material.shows_address_of
    masks = replace(material.masks, hidden=() if shown else tuple(sorted(hers)))
    sides = material.sides
    sides = replace(sides, writer=sides.writer | {address.lower() for address in hers})
    rebuilt = anonymise.rebuild(material.raw, masks, sides)
    conversation = material.ticket is not None and material.ticket.about is About.CONVERSATION
    text, html, masked = rebuilt.text, rebuilt.html, _told(rebuilt.findings)
    own, findings = anonymise.rebuild_text(received.own.own, masks)
    if not conversation:
        text, html, masked = own, None, _told(findings)
    return Words(
        subject=rebuilt.subject,
        text=text,
        html=html,
        own=own,
        files=tuple(
            File(part.filename, part.content_type, part.content, part.content_id, part.inline)
            for part in rebuilt.attachments
        ),
        masked=masked,
        refused=rebuilt.refused,
        left_out=rebuilt.left_out,
        address_shown=shown,
        message_id=incoming.message_id,
        in_reply_to=incoming.in_reply_to,
        references=incoming.references,
        # What calendars send for a human is passed on as a human's.
        automatic=(incoming.handling.auto_submitted or "auto-replied") if incoming.automatic else None,
        precedence=incoming.handling.precedence,
        importance=incoming.handling.importance,
    )


# What a sender is told of: her own addresses and numbers; not what clients quote of our mails.
_HERS = frozenset({"address", "domain-address", "phone", "postal-address"})


def _told(findings: tuple[Finding, ...]) -> int:
    return sum(finding.count for finding in findings if finding.what in _HERS)
