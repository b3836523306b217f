"""Mails with a secret in them: the nine places where relays leak, and mails drawn at random."""

from __future__ import annotations

import base64
import html

from hypothesis import strategies as st

from mailer.masks import Masks
from tests.mailer.sample_files import picture
from tests.mailer.spellings import IN_WORDS

ADDRESS = "helene.martin@asso-horizon.example"
RELAY = "r-abcdefghijklmnopqrst234567@relais.example"
TO_CANDIDATE = Masks(
    hidden=(ADDRESS,),
    replacement=RELAY,
    domains=("asso-horizon.example",),
    our_domain="relais.example",
    our_base_url="https://site.example",
)


def mail(*parts: bytes, container: str = "mixed", subject: str = "Comptable", head: str = "") -> bytes:
    """Return a mail of parts, each with its own headers."""
    boundary = f"b{sum(map(len, parts))}"
    kind = f"Content-Type: multipart/{container}; boundary={boundary}\r\n\r\n"
    return f"From: {ADDRESS}\r\nSubject: {subject}\r\n{head}{kind}".encode() + multipart(parts, boundary)


def multipart(parts: tuple[bytes, ...], boundary: str) -> bytes:
    line = f"\r\n--{boundary}".encode()
    return b"".join(line + b"\r\n" + part for part in parts) + line + b"--\r\n"


def part(content: bytes | str, content_type: str = "text/plain; charset=utf-8", *headers: str) -> bytes:
    octets = content.encode() if isinstance(content, str) else content
    lines = [f"Content-Type: {content_type}", "Content-Transfer-Encoding: base64", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + base64.encodebytes(octets)


def named(name: str) -> str:
    return f'Content-Disposition: attachment; filename="{name}"'


WORDS = part("Bonjour, voici l'offre.\n")
CARD = f"BEGIN:VCARD\nVERSION:3.0\nFN:Hélène Martin\nEMAIL;TYPE=WORK:{ADDRESS}\nEND:VCARD\n"
INVITATION = (
    "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:Entretien\n"
    f'ORGANIZER;CN="Hélène Martin":mailto:{ADDRESS}\nATTENDEE;CN=Hélène:mailto:{ADDRESS}\nEND:VEVENT\nEND:VCALENDAR\n'
)
FORWARDED = (
    f"From: Hélène Martin <{ADDRESS}>\r\nTo: {ADDRESS}\r\nX-Sender: {ADDRESS}\r\nReturn-Path: <{ADDRESS}>\r\n"
    "Subject: Fiche de poste\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nLes missions du poste.\r\n"
).encode()

NINE_PLACES = {
    "plain quote": mail(part(f"Oui.\n\nLe 3 mars, Hélène Martin <{ADDRESS}> a écrit :\n> Bonjour\n")),
    "upper case": mail(part(f"Écrivez à {ADDRESS.upper()} svp\n")),
    "entity": mail(part("<p>Écrire : helene.martin&#64;asso-horizon.example</p>", "text/html; charset=utf-8")),
    "percent in a link": mail(
        part('<a href="https://x.example/?m=helene.martin%40asso-horizon.example">ici</a>', "text/html")
    ),
    "calendar attendee": mail(WORDS, part(INVITATION, "text/calendar; method=REQUEST; charset=utf-8")),
    "attachment name": mail(WORDS, part(b"x,y", "text/csv", named(f"liste {ADDRESS}.csv"))),
    "header of a part": mail(part("Bonjour\n", "text/plain; charset=utf-8", f"X-Origin: {ADDRESS}")),
    "card": mail(WORDS, part(CARD, "text/vcard; charset=utf-8", named("helene.vcf"))),
    "headers of an attached mail": mail(WORDS, b"Content-Type: message/rfc822\r\n\r\n" + FORWARDED),
}


# Properties: whatever the structure, charset, encoding, place and spelling.

INNOCENT = (
    "Notre équipe cherche une personne à Nantes, dès le 3 mars.",
    "Le CDI est à temps plein : 2 300 € brut par mois, 100 % télétravail possible.",
    "Merci d'apporter vos diplômes & votre énergie ; l'accueil est au 12 rue du Port.",
    "Rendez-vous au 06 11 12 13 14, ou contact@autre.example, https://asso.example/a?b=1&c=%C3%A9.",
)
CHARSETS = ("utf-8", "iso-8859-15", "windows-1252", "utf-16", "utf-7", "mac-roman", "cp850")
ENCODINGS = ("base64", "quoted-printable", "8bit")
ANYWHERE = [spelling for name, spelling in IN_WORDS.items() if name not in {"in brackets"}]


def written(text: str, content_type: str, charset: str, encoding: str, *headers: str) -> bytes:
    if text.encode(charset, "replace").decode(charset) != text:
        charset = "utf-8"
    octets = text.encode(charset)
    if encoding == "base64":
        octets = base64.encodebytes(octets)
    elif encoding == "quoted-printable":
        octets = b"".join(b"=%02X" % octet + (b"=\r\n" if n % 24 == 23 else b"") for n, octet in enumerate(octets))
    head = [f"Content-Type: {content_type}; charset={charset}", f"Content-Transfer-Encoding: {encoding}", *headers]
    return "\r\n".join([*head, "", ""]).encode() + octets


@st.composite
def sentences(draw):
    """Return what somebody wrote: innocent sentences with the secret between them, or not."""
    words = draw(st.lists(st.sampled_from(INNOCENT), min_size=1, max_size=4))
    place = draw(st.integers(0, len(words)))
    secret = draw(st.sampled_from(ANYWHERE))(ADDRESS)
    return words, [*words[:place], secret, *words[place:]]


@st.composite
def leaves(draw):
    """Return one body, what is innocent in it, and whether it is read as text."""
    words, lines = draw(sentences())
    charset, encoding = draw(st.sampled_from(CHARSETS)), draw(st.sampled_from(ENCODINGS))
    if encoding == "8bit" and charset == "utf-16":
        encoding = "base64"
    if draw(st.booleans()):
        return words, written("\n".join(lines), "text/plain", charset, encoding)
    markup = "".join(f"<p>{html.escape(line) if line in INNOCENT else line}</p>" for line in lines)
    return words, written(markup, "text/html", charset, encoding)


@st.composite
def attachments(draw):
    secret = " ".join(draw(st.sampled_from(ANYWHERE))(ADDRESS).split())
    word = "=?utf-8?b?" + base64.b64encode(secret.encode()).decode() + "?="
    kind = draw(st.sampled_from(["ics", "vcf", "txt", "png", "eml", "report"]))
    if kind == "ics":
        return part(INVITATION.replace("SUMMARY:", f"SUMMARY:{secret} "), "text/calendar; charset=utf-8", named(word))
    if kind == "vcf":
        return part(CARD.replace("FN:", f"NOTE:{secret}\nFN:"), "text/vcard; charset=utf-8", f"X-From: {ADDRESS}")
    if kind == "txt":
        return part(secret, "text/plain; charset=utf-8", named(word))
    if kind == "png":
        return part(picture("PNG", ADDRESS), "image/png", f"Content-ID: <1@{ADDRESS}>", named(word))
    if kind == "eml":
        return b"Content-Type: message/rfc822\r\n\r\n" + mail(part(secret), part(CARD, "text/x-vcard"), subject=word)
    return part(f"Final-Recipient: rfc822;{ADDRESS}", "message/delivery-status")


@st.composite
def mails(draw):
    bodies = draw(st.lists(leaves(), min_size=1, max_size=3))
    files = draw(st.lists(attachments(), max_size=3))
    parts = [octets for _, octets in bodies]
    if draw(st.booleans()):
        parts = [b"Content-Type: multipart/related; boundary=b1\r\n\r\n" + multipart(tuple(parts), "b1")]
    subject = "=?utf-8?b?" + base64.b64encode(draw(st.sampled_from(ANYWHERE))(ADDRESS).encode()).decode() + "?="
    raw = mail(*parts, *files, subject=subject, head=f"X-Sender: {ADDRESS}\r\n")
    return [word for words, _ in bodies for word in words], raw
