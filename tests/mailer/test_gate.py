"""The last gate: a mail that nobody masked is held wherever the secret is, an innocent one leaves."""

from __future__ import annotations

import ast
import base64
import bz2
import gzip
import io
import lzma
import tarfile
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailer import gate
from mailer.anonymise import Masks, rebuild
from mailer.gate import Leak, leaks
from tests.mailer.sample_files import archive, docx, odt, pdf, picture
from tests.mailer.sample_mails import (
    ADDRESS,
    FORWARDED,
    INVITATION,
    NINE_PLACES,
    RELAY,
    TO_CANDIDATE,
    WORDS,
    mail,
    mails,
    named,
    part,
)
from tests.mailer.spellings import IN_WORDS

MAILER = Path(__file__).parents[2] / "mailer"
CORPUS = sorted((Path(__file__).parents[1] / "corpus").glob("*.eml"))


def finished(*parts: bytes, **options: str) -> bytes:
    """Return a mail that holds nothing secret but what its parts hold."""
    return mail(*parts, **options).replace(ADDRESS.encode(), b"bonjour@relais.example", 1)


def test_the_gate_shares_no_code_with_what_it_checks():
    for path in MAILER.glob("gate*.py"):
        tree = ast.parse(path.read_text())
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        imported |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
        own = {name for name in imported if name.partition(".")[0] in {"mailer", "jobboard", "inbound"}}
        assert own - {"jobboard.confinement"} == {name for name in own if name.startswith("mailer.gate")}


@pytest.mark.parametrize("raw", NINE_PLACES.values(), ids=NINE_PLACES)
def test_the_nine_places_where_relays_leak(raw):
    without_sender = raw.replace(f"From: {ADDRESS}".encode(), b"From: x@relais.example", 1)

    assert leaks(without_sender, [ADDRESS])


@pytest.mark.parametrize("spelling", IN_WORDS.values(), ids=IN_WORDS)
@pytest.mark.parametrize(
    "place",
    ["subject", "text", "html", "attribute", "filename", "calendar", "card", "attached mail", "text file", "comment"],
)
def test_every_spelling_in_every_place(spelling, place):
    secret = spelling(ADDRESS)
    line = " ".join(secret.split()).replace("= ", "")  # a soft break is none within a line
    word = "=?utf-8?b?" + base64.b64encode(line.encode()).decode() + "?="
    raw = {
        "subject": finished(WORDS, subject=word),
        "text": finished(part(f"avant {secret} après")),
        "html": finished(part(f"<p>avant {secret} après</p>", "text/html; charset=utf-8")),
        "attribute": finished(part(f"<a title='{line}'>x</a>", "text/html; charset=utf-8")),
        "filename": finished(WORDS, part(b"x", "application/x", f'Content-Disposition: attachment; filename="{word}"')),
        "calendar": finished(WORDS, part(f"BEGIN:VCALENDAR\nDESCRIPTION:{line}\nEND:VCALENDAR", "text/calendar")),
        "card": finished(WORDS, part(f"BEGIN:VCARD\nNOTE:{line}\nEND:VCARD", "text/vcard; charset=utf-8")),
        "attached mail": finished(WORDS, b"Content-Type: message/rfc822\r\n\r\n" + finished(part(secret))),
        "text file": finished(WORDS, part(secret, "text/plain; charset=utf-8", named("notes.txt"))),
        "comment": finished(part(f"<p>x</p><!-- {line} -->", "text/html; charset=utf-8")),
    }[place]

    assert leaks(raw, [ADDRESS])


def zipped(depth: int) -> bytes:
    content: bytes = ADDRESS.encode()
    for level in range(depth):
        content = archive({f"{level}.bin": content})
    return content


def tarred() -> bytes:
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w") as target:
        entry = tarfile.TarInfo("notes.txt")
        entry.size = len(ADDRESS)
        target.addfile(entry, io.BytesIO(ADDRESS.encode()))
    return output.getvalue()


FILES = {
    "octets": b"\0\x01\x02" + ADDRESS.upper().encode() + b"\xff",
    "wide octets": b"\0\x01\x02\x03" + ADDRESS.encode("utf-16-le") + b"\xff\xfe\0",
    "wide octets, the other way": b"\0" + ADDRESS.encode("utf-16-be"),
    "text in UTF-16": f"Écrire à {ADDRESS}".encode("utf-16"),
    "office before 2007": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + ADDRESS.encode("utf-16-le"),
    "document, words": docx(f"Écrire à {ADDRESS}"),
    "document, words in pieces": docx("helene.</w:t></w:r><w:r><w:t>martin@asso-horizon.example"),
    "document, entity": docx("helene.martin&#x40;asso-horizon.example"),
    "document, author": docx("x", author=ADDRESS),
    "document, link": docx("x", extra={"word/_rels/document.xml.rels": f"<R Target='mailto:{ADDRESS}'/>"}),
    "document, picture": docx("x", extra={"word/media/image1.jpeg": picture("JPEG", ADDRESS)}),
    "open document": odt("x", author=ADDRESS),
    "archive, member": archive({"a.txt": ADDRESS}),
    "archive, name": archive({f"{ADDRESS}.txt": "x"}),
    "archive, comment": archive({"a.txt": "x"}, comment=ADDRESS),
    "archive in archive": zipped(6),
    "archive behind a program": b"MZ\x90\0" * 50 + archive({"a.txt": ADDRESS}),
    "gzip": gzip.compress(ADDRESS.encode()),
    "bzip2": bz2.compress(ADDRESS.encode()),
    "xz": lzma.compress(ADDRESS.encode()),
    "tar": tarred(),
    "tar in gzip": gzip.compress(tarred()),
    "pdf, words": pdf(f"Poste {ADDRESS}"),
    "pdf, author": pdf("x", author=ADDRESS),
    "pdf, link": pdf("x", link=f"mailto:{ADDRESS.replace('@', '%40')}"),
    "photograph": picture("JPEG", ADDRESS),
    "png": picture("PNG", ADDRESS),
    "webp": picture("WEBP", ADDRESS),
    "gif": picture("GIF", ADDRESS),
    "tiff": picture("TIFF", ADDRESS),
    "rich text": b"{\\rtf1 helene.martin\\'40asso-horizon.example}",
    "html file": b"<html><!-- helene.martin&commat;asso-horizon.example --></html>",
    "mail file": FORWARDED,
    "mail file, encoded": b"MIME-Version: 1.0\r\n" + mail(part(f"Bonjour {ADDRESS}")).partition(b"\r\n")[2],
    "script": b"var a = 'helene.martin\\x40asso-horizon.example'",
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
@pytest.mark.parametrize("content_type", ["application/octet-stream", "application/pdf"])
def test_every_file_is_opened(content, content_type):
    assert leaks(finished(WORDS, part(content, content_type, named("fichier"))), [ADDRESS])


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_a_candidate_s_own_files_are_hers_but_their_names_are_searched(content):
    file = part(content, "application/pdf", named("cv.pdf"))
    renamed = part(content, "application/pdf", named(f"cv {ADDRESS}.pdf"))

    assert leaks(finished(WORDS, file), [ADDRESS], documents_untouched=True) == ()
    assert leaks(finished(WORDS, renamed), [ADDRESS], documents_untouched=True)


@pytest.mark.parametrize(
    ("content", "content_type", "name"),
    [
        (INVITATION, "text/calendar", "a.ics"),
        (INVITATION, "application/octet-stream", "a.ics"),
        (f"BEGIN:VCARD\nEMAIL:{ADDRESS}", "text/vcard", "a.vcf"),
        (FORWARDED, "application/octet-stream", "a.eml"),
    ],
)
def test_calendars_cards_and_mails_are_nobody_s_own(content, content_type, name):
    assert leaks(finished(WORDS, part(content, content_type, named(name))), [ADDRESS], documents_untouched=True)


def encrypted_archive() -> bytes:
    content = bytearray(archive({"a.txt": "x"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (pdf("x", password="secret"), "application/pdf"),
        (b"%PDF-1.7 broken", "application/pdf"),
        (encrypted_archive(), "application/zip"),
        (archive({"a": "b"})[:-12], "application/zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "application/msword"),
        (b"Rar!\x1a\x07\0", "application/vnd.rar"),
        (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
        (b"\x04\x22\x4d\x18", "application/x-lz4"),
        (b"..-lh5-", "application/x-lha"),
        (bytes(32_769) + b"CD001", "application/x-iso9660-image"),
        (archive({"a.lz": b"LZIP\x01"}), "application/zip"),
        (gzip.compress(b"x" * 100)[:-20], "application/gzip"),
        (gzip.compress(bytes(160 * 1024 * 1024), 1), "application/gzip"),
        (b"\x78\x9f\x3e\x22", "application/octet-stream"),
        (b"x", "application/ms-tnef"),
        (b"0\x80", "application/pkcs7-mime"),
        (b"Version: 1", "application/pgp-encrypted"),
        (b"-----BEGIN PGP MESSAGE-----", "application/octet-stream"),
        (zipped(12), "application/zip"),
    ],
    ids=lambda value: value.rpartition("/")[2] if isinstance(value, str) else "",
)
def test_what_cannot_be_opened_is_held(content, content_type):
    found = leaks(finished(WORDS, part(content, content_type, named("fichier"))), [ADDRESS])

    assert {leak.how for leak in found} == {"unopenable"}


@pytest.mark.parametrize(
    "head",
    [
        f"Received: from pc by mx for <{ADDRESS}>",
        f"Message-ID: <1.{ADDRESS}>",
        f"Disposition-Notification-To: {ADDRESS}",
        "X-Mailer: helene.martin%40asso-horizon.example",
        "X-Long: helene.martin@\r\n asso-horizon.example",
        "X-Word: =?iso-8859-1?q?h=E9l=E8ne?= =?utf-8?q?_helene=2Emartin?= =?utf-8?b?QGFzc28taG9yaXpvbi5leGFtcGxl?=",
        'X-Continued: a; n*0="helene.mar"; n*1="tin@asso-horizon.example"',
        "X-Extended: a; n*0*=utf-8''helene%2Emar; n*1*=tin%40asso-horizon.example",
    ],
)
def test_every_header_is_searched(head):
    assert leaks(finished(WORDS, head=f"{head}\r\n"), [ADDRESS])
    assert leaks(finished(WORDS, part(b"x", "text/plain", head)), [ADDRESS])


def test_boundaries_and_content_ids_and_what_stands_around_the_parts_are_searched():
    line = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"

    assert leaks(f"{line}{ADDRESS}\r\n--b\r\n\r\nx\r\n--b--\r\n".encode(), [ADDRESS])
    assert leaks(f"{line}--b\r\n\r\nx\r\n--b--\r\n{ADDRESS}".encode(), [ADDRESS])
    assert leaks(f"{line}--b\r\nContent-ID: <1@{ADDRESS}>\r\n\r\nx\r\n--b--\r\n".encode(), [ADDRESS])
    assert leaks(f'Content-Type: multipart/mixed; boundary="{ADDRESS}"\r\n\r\nx'.encode(), [ADDRESS])


def test_an_attached_mail_that_was_encoded_against_the_rules_is_read():
    inner = base64.encodebytes(FORWARDED)
    raw = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + inner

    assert leaks(finished(WORDS, raw), [ADDRESS])


def test_an_attached_mail_in_a_charset_that_python_stumbles_over_is_held():
    inner = b"Content-Type: text/plain; charset=punycode\r\n\r\nabc-\xc3\xa9\r\n"
    raw = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + inner

    assert {leak.how for leak in leaks(finished(WORDS, raw), [ADDRESS])} == {"unopenable"}


def test_one_secret_in_a_long_mail_full_of_encodings_is_found():
    line = "<p>a&amp;b 100&nbsp;% =C3=A9 \\n https://x.example/a%20b?c=YWJjZGVmZ2hpamtsbW5vcA== point à at</p>\n"
    noise = line * 200
    text = noise + "<p>helene.martin%26%2364%3Basso-horizon.example</p>" + noise

    assert leaks(finished(part(text, "text/html; charset=utf-8")), [ADDRESS])
    assert leaks(finished(part(noise, "text/html; charset=utf-8")), [ADDRESS]) == ()


@pytest.mark.parametrize("secret", [RELAY, "u-abcdefghijklmnopqrst234567", "https://site.example/desabonnement/abc"])
def test_other_secrets_are_found_in_any_coding(secret):
    quoted = secret.replace("@", "%40").replace("/", "%2F")

    assert leaks(finished(part(f"<a href='x?u={quoted.upper()}'>x</a>", "text/html")), [secret])
    assert leaks(finished(WORDS), [secret]) == ()


def test_a_leak_never_tells_the_secret():
    raw = finished(
        part(f"{ADDRESS}", "text/plain", named(f"{ADDRESS}.txt")),
        part(archive({f"{ADDRESS}/{ADDRESS}.txt": ADDRESS}), "application/zip", named("a.zip")),
        part("x", "application/x", f"X-{ADDRESS}: {ADDRESS}"),
    )

    assert "helene" not in repr(leaks(raw, [ADDRESS]))


def test_a_leak_tells_where_and_how():
    raw = finished(part("x helene.martin&#64;asso-horizon.example", "text/html; charset=utf-8"))

    assert leaks(raw, [ADDRESS]) == (Leak("mail > part 1 (text/html)", "entities"),)


INNOCENT = (
    "Bonjour,\n\nHélène Martin (Asso Horizon, https://www.asso-horizon.example) vous attend à Nantes.\n"
    "Écrivez à paul@autre.example ou à martin@asso-vertou.example ; 100 % CDI &amp; temps plein. =C3=A9 %20 \\n\n"
)


def test_an_innocent_mail_with_everything_leaves():
    raw = finished(
        part(INNOCENT),
        part(f"<p>{INNOCENT}</p>", "text/html; charset=utf-8"),
        part(INVITATION.replace(ADDRESS, RELAY), "text/calendar"),
        part(docx(INNOCENT, author="Hélène"), "application/x", named("poste.docx")),
        part(pdf("Poste"), "application/pdf", named("poste.pdf")),
        part(archive({"a/b.txt": INNOCENT}), "application/zip", named("a.zip")),
        part(picture("JPEG", "Hélène"), "image/jpeg", named("photo.jpg")),
        part(picture("PNG", "Helene"), "image/png", named("logo.png")),
        part(bytes(range(256)) * 2000, "application/octet-stream", named("x.dat")),
        b"Content-Type: message/rfc822\r\n\r\n" + FORWARDED.replace(ADDRESS.encode(), RELAY.encode()),
    )

    assert leaks(raw, [ADDRESS]) == ()
    assert leaks(raw, []) == ()


@pytest.mark.parametrize("path", CORPUS[::3], ids=lambda path: path.stem)
def test_mails_of_the_corpus_hold_no_stranger(path):
    assert not {leak.how for leak in leaks(path.read_bytes(), ["nobody.known@nowhere.example"])} - {"unopenable"}


def sent(raw: bytes, masks: Masks) -> bytes:
    """Return a mail as it leaves after the masks."""
    rebuilt = rebuild(raw, masks)
    message = EmailMessage()
    message["Subject"] = rebuilt.subject
    message.set_content(rebuilt.text)
    if rebuilt.html:
        message.add_alternative(rebuilt.html, subtype="html")
    for file in rebuilt.attachments:
        maintype, _, subtype = file.content_type.partition("/")
        message.add_attachment(file.content, maintype, subtype, filename=file.filename)
    return message.as_bytes(policy=SMTP)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(mails())
def test_masks_and_gate_agree_although_they_share_nothing(made):
    _, raw = made

    assert leaks(raw, [ADDRESS])
    assert leaks(sent(raw, TO_CANDIDATE), [ADDRESS, "@asso-horizon.example"]) == ()


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=300))
def test_no_octets_raise(octets):
    leaks(octets, [ADDRESS])
    leaks(finished(part(octets, "application/octet-stream")), [ADDRESS])


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_damage_to_a_file_raises(data):
    content = bytearray(data.draw(st.sampled_from([*FILES.values()])))
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

    leaks(finished(part(bytes(content), "application/octet-stream")), [ADDRESS])


def test_a_mail_nested_without_end_is_held():
    raw = b"x"
    for level in range(1200):
        raw = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n%s" % (level, level, raw)

    assert Leak("mail", "unopenable") in leaks(raw, [ADDRESS])


@pytest.mark.parametrize(
    "text",
    [
        "<p>asso horizon example, martin%40 &#64; =40</p>\n" * 40_000,
        "martin@asso-horizon.exampl" * 60_000,
        "a " * 400_000,
    ],
    ids=["words of it", "no space", "short words"],
)
def test_what_is_too_much_to_look_through_is_held(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = finished(part(text, "text/html; charset=utf-8"))
    assert leaks(raw, [ADDRESS]) == ()
    monkeypatch.setattr(gate, "MAX_READ", 100_000)
    assert leaks(raw, [ADDRESS]) == (Leak("mail", gate.EXHAUSTED),)


def test_time_is_a_bound_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "MAX_SECONDS", 0.0)
    assert leaks(finished(WORDS), [ADDRESS]) == (Leak("mail", gate.EXHAUSTED),)
