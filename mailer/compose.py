"""From a post to the octets that leave: the letter rendered, its headers, the parts of a relayed message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from sqlalchemy.orm import Session

from jobboard import links
from jobboard.addresses import Addresses, Alias, Purpose
from jobboard.conversations import File
from jobboard.languages import gettext_for
from jobboard.letters.applications import ApplicationReceived, RelayedMessage
from jobboard.letters.base import Letter, Stream
from jobboard.meetings import Invited
from jobboard.outbox import Post
from jobboard.people import Person, Subscription
from jobboard.settings import Settings
from mailer import alternatives, attached, enclosures, reasons_why
from mailer.byte_templates import greeting
from mailer.headers import BULK, POLICY, Envelope, header, literal, start_message
from mailer.relayed import Relayed, for_reader, guard, guard_of, message_of, shows_address
from mailer.rendering import Frame, Rendered, render
from mailer.shown import Showing
from mailer.signing import Signer


@dataclass(frozen=True)
class Composed:
    """A mail ready to leave: CRLF lines, none over 998 octets."""

    sender: str  # envelope
    recipient: str
    message: bytes
    secrets: tuple[str, ...] = ()  # addresses that must not be in it: those of the other side
    by_candidate: bool = False  # her CV is her own: documents are not searched
    author_id: int | None = None  # who is told when the mail is held


class Composer:
    """Composes for one installation."""

    def __init__(self, settings: Settings, addresses: Addresses) -> None:
        self.settings = settings
        self.addresses = addresses
        self.signer = (
            Signer.from_settings(settings.mail_domain, settings.dkim_selector, settings.dkim_key)
            if settings.dkim_selector and settings.dkim_key
            else None
        )

    def compose(self, session: Session, post: Post, letter: Letter, person: Person | None, *, at: datetime) -> Composed:
        """Return the mail of a post; the letter is the post's, freshened. Reads the session, writes nothing."""
        recipient = person.address if person is not None else post.address or ""
        subscription = session.get(Subscription, post.subscription_id) if post.subscription_id else None
        frame = self.frame(post, letter, person, subscription, at=at)
        message_kept = message_of(session, letter)
        shown, relayed = shows_address(letter), None
        if message_kept is not None:
            relayed = for_reader(session, message_kept, post, self.addresses, address_shown=shown)
        rendered = self.render(letter, frame, relayed)
        envelope = self._envelope(post, letter, person, recipient, subscription, rendered, relayed, at=at)
        files = relayed.files if relayed else self._enclosures(letter, person, recipient, envelope, at=at)
        files += attached.files(session, letter, person, at=at)
        octets = self._octets(envelope, rendered, files)
        if self.signer is not None:
            octets = self.signer.sign(octets) + octets
        sender = self.addresses.make(Purpose.RETURN, post.id)
        if message_kept is None:
            guarded = guard_of(session, letter)
            if guarded is None:
                return Composed(sender, recipient, octets)
            return Composed(sender, recipient, octets, guarded.secrets, guarded.is_by_candidate, guarded.author_id)
        found = guard(session, message_kept, post.person_id, address_shown=shown)
        return Composed(sender, recipient, octets, found.secrets, found.is_by_candidate, found.author_id)

    def _octets(self, envelope: Envelope, rendered: Rendered, files: tuple[File, ...]) -> bytes:
        ours = {"domain": self.settings.mail_domain, "site_name": self.settings.site_name}
        if not files:
            return header(envelope, **ours) + alternatives.octets(rendered)
        message = start_message(envelope, **ours)
        fill(message, rendered, files)
        return message.as_bytes(policy=POLICY)

    def _enclosures(
        self, letter: Letter, person: Person | None, recipient: str, envelope: Envelope, *, at: datetime
    ) -> tuple[File, ...]:
        name = person.shown_name if person is not None else ""
        invited = Invited(envelope.reply_to, self.settings.site_name, recipient, name)
        domain, base_url = self.settings.mail_domain, self.settings.base_url
        return enclosures.of_letter(letter, invited, domain=domain, base_url=base_url, at=at)

    def frame(
        self, post: Post, letter: Letter, person: Person | None, subscription: Subscription | None, *, at: datetime
    ) -> Frame:
        """Return what surrounds the letter for this reader."""
        language = person.language if person is not None else post.language or self.settings.language
        gettext = gettext_for(language)
        why, how_to_stop = reasons_why.footer(letter, gettext)
        bulk = subscription is not None and letter.stream in BULK
        return Frame(
            language=language,
            site_name=self.settings.site_name,
            base_url=self.settings.base_url,
            why=why,
            how_to_stop=how_to_stop,
            help_line=gettext("AIDE : tout ce que vous pouvez faire par mail."),
            timezone=self.settings.zone,
            at=at,
            unsubscribe_url=self.unsubscribe_url(subscription) if bulk and subscription is not None else None,
            preferences_url=self.preferences_url(letter, subscription) if bulk and subscription is not None else None,
            reply_address=self.addresses.make(Purpose.REPLY, post.ticket_id),
            list_url=self.list_url(post) if getattr(letter, "rest", ()) else "",
            greeting=greeting(language, person.first_name if person is not None and person.shown_name else ""),
        )

    def list_url(self, post: Post) -> str:
        """Return the page that shows every offer of that mail."""
        return f"{self.settings.base_url}/listes/{links.sign(self.settings, links.LIST, post.ticket_id)}"

    def render(self, letter: Letter, frame: Frame, relayed: Relayed | None) -> Rendered:
        """Return the letter in words."""
        fields = Showing(gettext_for(frame.language), self.addresses, frame.base_url, frame.language).fields_of(letter)
        if relayed is not None:
            fields |= relayed.fields()
        return render(letter.kind, fields, frame)

    def unsubscribe_url(self, subscription: Subscription) -> str:
        """Return the page that shows (GET) and does (POST) the unsubscription from that stream."""
        local = self.addresses.make(Purpose.UNSUBSCRIBE, subscription.id).partition("@")[0]
        return f"{self.settings.base_url}/desabonnement/{local.removeprefix('u-')}"

    def preferences_url(self, letter: Letter, subscription: Subscription) -> str | None:
        """Return the page where a reader of a list chooses what she reads of it; other streams have none."""
        if letter.stream is not Stream.LETTERS:
            return None
        return (
            f"{self.settings.base_url}/lettre/preferences/{self.addresses.token(Purpose.PREFERENCES, subscription.id)}"
        )

    def _envelope(
        self,
        post: Post,
        letter: Letter,
        person: Person | None,
        recipient: str,
        subscription: Subscription | None,
        rendered: Rendered,
        relayed: Relayed | None,
        *,
        at: datetime,
    ) -> Envelope:
        reply_to = self.addresses.make(Purpose.REPLY, post.ticket_id)
        author = _author(letter)
        bulk = letter.stream in BULK and subscription is not None
        return Envelope(
            sender=reply_to if author else self.settings.sender,
            sender_name=f"{author} via {self.settings.site_name}" if author else self.settings.site_name,
            recipient=recipient,
            recipient_name=person.name if person is not None else "",
            reply_to=reply_to,
            message_id=post.message_id,
            subject=rendered.subject,
            date=at,
            in_reply_to=post.in_reply_to,
            references=tuple(post.references),
            kind=letter.kind,
            relayed=letter.stream is Stream.RELAY,
            automatic=relayed.automatic if relayed else None,
            precedence=relayed.precedence if relayed else None,
            importance=relayed.importance if relayed else None,
            list_name=subscription.stream.replace(":", "-") if bulk and subscription is not None else "",
            unsubscribe_url=self.unsubscribe_url(subscription) if bulk and subscription is not None else "",
            unsubscribe_address=(
                self.addresses.make(Purpose.UNSUBSCRIBE, subscription.id) if bulk and subscription is not None else ""
            ),
            help_address=self.addresses.alias(Alias.AIDE),
        )


def _author(letter: Letter) -> str:
    """Return the name under which somebody else speaks in this letter; "" for letters of ours."""
    if isinstance(letter, ApplicationReceived):
        return _short(letter.candidate)
    return letter.author or "Votre correspondant" if isinstance(letter, RelayedMessage) else ""


def _short(name: str) -> str:
    """Return "Léa D." for a name of several words; what is no name ("Une personne") stays."""
    words = name.split()
    return f"{words[0]} {words[-1][0]}." if len(words) > 1 and words[-1][0].isupper() else name


def fill(message: EmailMessage, rendered: Rendered, files: tuple[File, ...]) -> None:
    """Put text, HTML and files into the message; quoted-printable and base64 keep every line under 998 octets."""
    message.set_content(rendered.text, charset="utf-8", cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", charset="utf-8", cte="quoted-printable")
    html = message.get_payload()[1]  # type: ignore[index]  # two alternatives were just made
    assert isinstance(html, EmailMessage)
    for file in files:
        if file.inline and not file.content_id:
            _add_calendar(message, file)
    for file in files:
        maintype, _, subtype = file.content_type.partition("/")
        if file.inline and not file.content_id:
            continue
        if file.inline and file.content_id:
            html.add_related(
                file.content,
                maintype,
                subtype,
                cid=f"<{file.content_id.strip('<>')}>",
                filename=_on_one_line(file.filename),
            )
            continue
        message.add_attachment(file.content, maintype, subtype or "octet-stream", filename=_on_one_line(file.filename))


def _add_calendar(message: EmailMessage, file: File) -> None:
    """Put a calendar beside text and HTML: only there do clients offer to accept it (RFC 6047 2.4)."""
    content_type, *parameters = file.content_type.split("; ")
    maintype, _, subtype = content_type.partition("/")
    given = dict(parameter.split("=", 1) for parameter in parameters)
    message.add_alternative(file.content, maintype, subtype, cte="base64", params=given)


def _on_one_line(filename: str) -> str:
    """Return a file name that a header can carry: controls dropped."""
    return literal(" ".join("".join(char if char.isprintable() else " " for char in filename).split())) or "fichier"
