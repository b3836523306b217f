"""Every kind of mail that we can send, made from its sample by the same composer as the real ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from flask import Blueprint, Response, abort, request
from jinja2 import TemplateNotFound
from sqlalchemy.orm import Session

from jobboard import conversations, outbox, people
from jobboard.clock import now
from jobboard.conversations import File, Words
from jobboard.languages import LANGUAGES
from jobboard.letters import LETTERS
from jobboard.letters.applications import ApplicationDeclined, ApplicationReceived, RelayedMessage
from jobboard.letters.base import Letter, Stream
from jobboard.outbox import Post
from jobboard.people import Person
from mailer.compose import Composer
from webapp.frames import FRAMING, framed
from webapp.house import house
from webapp.mail_views import MailView
from webapp.pages import render

blueprint = Blueprint("dev_mails", __name__, url_prefix="/dev/mails")

_WRITTEN = Words(
    "Candidature",
    "Bonjour,\n\nCe poste m’intéresse : je tiens depuis dix ans la comptabilité d’associations, paie comprise.\n"
    "Je suis disponible à partir de janvier.\n\nBien cordialement,\nLéa",
    files=(File("CV Léa Dubreuil.pdf", "application/pdf", b"%PDF-1.4\n%%EOF\n"),),
)
_BULK = {Stream.ALERTS: people.ALERTS, Stream.LETTERS: people.letters_stream("weekly")}


@dataclass(frozen=True)
class Kind:
    """A kind of letter with its sample as a mail; None while its templates are missing."""

    name: str
    stream: Stream
    about: str
    mail: MailView | None


@blueprint.get("")
def listed() -> Response:
    """Every kind, with its subject and its size."""
    spoken = _language()
    return render("dev/mails.html", kinds=[_kind(name, spoken) for name in sorted(LETTERS)], spoken=spoken)


@blueprint.get("/<kind>")
def page(kind: str) -> Response:
    """One kind: HTML, text, source."""
    spoken = _language()
    answer = render("dev/sample.html", kind=_known(kind, spoken), spoken=spoken)
    answer.headers["Content-Security-Policy"] = FRAMING
    return answer


@blueprint.get("/<kind>/html")
def html(kind: str) -> Response:
    """The HTML of one kind, for the frame."""
    mail = _known(kind, _language()).mail
    return framed(mail.html if mail else "")


def _language() -> str:
    wanted = request.args.get("langue", "")
    return wanted if wanted in LANGUAGES else house().settings.language


def _known(name: str, spoken: str) -> Kind:
    if name not in LETTERS:
        abort(404)
    return _kind(name, spoken)


def _kind(name: str, spoken: str) -> Kind:
    made = LETTERS[name]
    about = (made.__doc__ or "").strip().partition("\n")[0].replace("`", "")
    try:
        return Kind(name, made.stream, about, MailView.of(compose_sample(made.sample(), spoken)))
    except TemplateNotFound:
        return Kind(name, made.stream, about, None)


def compose_sample(letter: Letter, spoken: str) -> bytes:
    """Return the octets of the mail that this letter makes, composed in a transaction that is rolled back."""
    at, standing = now(), house()
    composer = Composer(standing.settings, standing.addresses)
    with standing.database.session() as session:
        try:
            reader = people.admit(session, "lea.dubreuil@courrier.example", name="Léa Dubreuil", language=spoken, at=at)
            reader.language = spoken  # whoever she is in the demo
            full = _with_words(session, letter, reader, at=at)
            return composer.compose(session, _posted(session, full, reader, at=at), full, reader, at=at).message
        finally:
            session.rollback()


def _with_words(session: Session, letter: Letter, reader: Person, *, at: datetime) -> Letter:
    """Return the letter with a message behind it, where it passes somebody's words on."""
    if not isinstance(letter, ApplicationReceived | RelayedMessage | ApplicationDeclined) or letter.message_id is None:
        return letter
    conversation = conversations.open_between(session, reader, reader, offer_id=None, at=at)
    return replace(letter, message_id=conversations.keep(session, conversation, reader, _WRITTEN, at=at).id)


def _posted(session: Session, letter: Letter, reader: Person, *, at: datetime) -> Post:
    stream = _BULK.get(letter.stream)
    subscription = people.subscribe(session, reader, stream, at=at) if stream else None
    post = outbox.post(
        session, letter, to=reader, dedupe="sample", subscription_id=subscription.id if subscription else None, at=at
    )
    assert post is not None, "nothing else has this key"
    return post
