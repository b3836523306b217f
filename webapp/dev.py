"""The development mailbox: every mail that we sent, with a form that answers as the person who got it."""

from __future__ import annotations

from email.utils import formataddr
from pathlib import Path

from flask import Blueprint, Response, abort, request
from werkzeug.datastructures import FileStorage

from mailer.maildir import Mailbox
from webapp import dev_writing
from webapp.dev_writing import Said
from webapp.frames import FRAMING, framed
from webapp.house import house
from webapp.mail_views import MailView
from webapp.pages import render
from webapp.security import without_session

blueprint = Blueprint("dev", __name__, url_prefix="/dev")

PER_PAGE = 50


@blueprint.before_request
def _allow_files() -> None:
    """Let a CV through: as large as the mail door takes it."""
    request.max_content_length = house().settings.max_mail_octets


def _mailbox() -> Mailbox:
    """Return the mailbox; 404 where mail leaves for a real server."""
    scheme, _, folder = house().settings.outgoing.partition(":")
    if scheme != "maildir":
        abort(404)
    return Mailbox(Path(folder))


@blueprint.get("/mailbox")
def mailbox() -> Response:
    """The mails, newest first, of everybody or of one person."""
    recipient = request.args.get("pour", "").strip()
    page = request.args.get("page", "")
    number = min(int(page), 10_000) if page.isascii() and page.isdigit() else 0
    box = _mailbox()
    found = box.messages(recipient=recipient or None, limit=PER_PAGE + 1, offset=number * PER_PAGE)
    return render(
        "dev/mailbox.html",
        mails=[(kept, MailView.of(box.read(kept.key))) for kept in found[:PER_PAGE]],
        recipient=recipient,
        page=number,
        more=len(found) > PER_PAGE,
    )


def _mail(key: str) -> MailView:
    try:
        return MailView.of(_mailbox().read(key))
    except KeyError:
        abort(404)


@blueprint.get("/mailbox/<key>")
def mail(key: str) -> Response:
    """One mail, with the form that answers it."""
    return _mail_page(key, _mail(key))


def _mail_page(key: str, view: MailView, *, text: str = "", said: Said | None = None) -> Response:
    recipient = str(view.message["Delivered-To"] or "")
    answer = render("dev/mail.html", key=key, mail=view, recipient=recipient, text=text, said=said)
    answer.headers["Content-Security-Policy"] = FRAMING
    return answer


@blueprint.get("/mailbox/<key>/html")
def html(key: str) -> Response:
    """The HTML of a mail, for the frame."""
    return framed(_mail(key).html)


@blueprint.post("/mailbox/<key>")
@without_session  # development only, and for nobody who is signed in
def reply(key: str) -> Response:
    """Answer as the person who got the mail."""
    view, text = _mail(key), request.form.get("texte", "")
    to = view.message["To"]
    named = to.addresses[0].display_name if to is not None and to.addresses else ""
    author = formataddr((named, str(view.message["Delivered-To"] or "")))
    message = dev_writing.answer_to(view, author, text, _files())
    said = dev_writing.hand_over(message, house().settings.inbound)
    return _mail_page(key, view, text="" if said.accepted else text, said=said)


def _files() -> list[FileStorage]:
    return [file for file in request.files.getlist("fichiers") if file.filename]


@blueprint.get("/ecrire")
def write() -> Response:
    """The form of a new mail."""
    return render("dev/write.html", typed=request.args, said=None, error=False)


@blueprint.post("/ecrire")
@without_session  # development only, and for nobody who is signed in
def send() -> Response:
    """Send a new mail as anybody."""
    typed = request.form
    try:
        message = dev_writing.new_mail(
            typed.get("de", ""), typed.get("a", "").strip(), typed.get("objet", ""), typed.get("texte", ""), _files()
        )
    except ValueError:
        return render("dev/write.html", 422, typed=typed, said=None, error=True)
    said = dev_writing.hand_over(message, house().settings.inbound)
    return render("dev/write.html", typed=typed, said=said, error=False)
