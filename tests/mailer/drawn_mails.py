"""Mails drawn at random: any structure, charset, lie and encoding, with the writer's address planted anywhere."""

from __future__ import annotations

import base64
import binascii
import html
from dataclasses import dataclass, field

from hypothesis import strategies as st

from tests.mailer.relayed import Direction
from tests.mailer.sample_files import archive, docx, odt, pdf, picture, winmail
from tests.mailer.sample_mails import CHARSETS, INNOCENT, multipart, named
from tests.mailer.spellings import IN_WORDS

SPELLINGS = [spelling for name, spelling in IN_WORDS.items() if name != "in brackets"]
# What stays one line, and no markup, in a document.
IN_DOCUMENTS = [
    IN_WORDS[name] for name in ("plain", "upper case", "with a tag", "(at)", "full width", "spaced", "decimal entity")
]
ENCODINGS = ("base64", "quoted-printable", "8bit", "binary", "uuencode", "BASE64 ")
LIES = ("utf-8", "us-ascii", "unknown-8bit", "x-inconnu", "")


@dataclass
class Drawn:
    """Octets of a part, the sentences that must survive in the text, and the files that must survive whole."""

    octets: bytes
    words: list[str] = field(default_factory=list)
    files: list[bytes] = field(default_factory=list)


def encoded(content: bytes, encoding: str) -> bytes:
    match encoding.strip().lower():
        case "base64":
            return base64.encodebytes(content)
        case "quoted-printable":
            return b"".join(b"=%02X" % octet + (b"=\r\n" if n % 24 == 23 else b"") for n, octet in enumerate(content))
        case "uuencode":
            lines = [binascii.b2a_uu(content[start : start + 45]) for start in range(0, len(content), 45)]
            return b"begin 644 a\n" + b"".join(lines) + b"`\nend\n"
    return content


@st.composite
def texts(draw, direction: Direction):
    """Draw a body; with a charset that lies, only its ASCII words are sure to survive."""
    words = draw(st.lists(st.sampled_from(INNOCENT), min_size=1, max_size=3))
    lines = list(words)
    if draw(st.booleans()):
        lines.insert(draw(st.integers(0, len(lines))), draw(st.sampled_from(SPELLINGS))(direction.writer))
    is_page = draw(st.booleans())
    written = "\n".join(lines)
    if is_page:
        written = "".join(f"<p>{html.escape(line) if line in INNOCENT else line}</p>" for line in lines)
    charset = draw(st.sampled_from(CHARSETS))
    octets = written.encode(charset, "replace")
    if octets.decode(charset) != written:
        charset, octets = "utf-8", written.encode()
    declared = draw(st.sampled_from(LIES)) if charset in ("utf-8", "windows-1252") and draw(st.booleans()) else charset
    if declared != charset and (charset, declared) != ("utf-8", "us-ascii"):
        words = [word for word in words if word.isascii()]
    encoding = draw(st.sampled_from(ENCODINGS))
    if charset == "utf-16" and encoding in ("8bit", "binary"):
        encoding = "base64"
    kind = "text/html" if is_page else "text/plain"
    head = [
        f"Content-Type: {kind}" + (f'; charset="{declared}"' if declared else ""),
        f"Content-Transfer-Encoding: {encoding}",
    ]
    head += draw(st.sampled_from([[], [f"X-Id: {direction.writer}"], ["Content-Disposition: inline"]]))
    return Drawn("\r\n".join([*head, "", ""]).encode() + encoded(octets, encoding), words)


@st.composite
def files(draw, direction: Direction, depth: int):
    """Draw an attachment."""
    a = direction.writer
    secret = " ".join(draw(st.sampled_from(SPELLINGS))(a).split()).replace("= ", "")  # no soft break within a line
    plain = draw(st.sampled_from(IN_DOCUMENTS))(a)
    name = draw(st.sampled_from(["fichier", secret, f"=?utf-8?b?{base64.b64encode(secret.encode()).decode()}?="]))
    word = draw(st.sampled_from(INNOCENT[:2]))
    kinds = {
        "calendar": lambda: (_calendar(secret, a, draw), "text/calendar; charset=utf-8; method=REQUEST", ""),
        "card": lambda: (f"BEGIN:VCARD\nVERSION:3.0\nNOTE:{secret}\nEMAIL:{a}\nEND:VCARD\n".encode(), "text/vcard; charset=utf-8", ".vcf"),
        "picture": lambda: (picture(draw(st.sampled_from(["PNG", "JPEG", "GIF", "WEBP"])), a), "image/png", ".png"),
        "document": lambda: (docx(f"{word} {plain}", author=a), "application/octet-stream", ".docx"),
        "open document": lambda: (odt(f"{plain} {word}", author=a), "application/x", ".odt"),
        "pdf": lambda: (pdf("Missions", author=a), "application/pdf", ".pdf"),
        "archive": lambda: (archive({f"{plain}.txt": plain, "x.docx": docx(word, author=a)}, comment=a), "application/zip", ".zip"),
        "notes": lambda: (f"{word}\n{secret}".encode(), "text/plain; charset=utf-8", ".txt"),
        "octets": lambda: (draw(st.binary(max_size=60).filter(_is_innocent)), "application/octet-stream", ".xyz"),
        "signature": lambda: (b"0\x82" + a.encode(), "application/pkcs7-signature", ".p7s"),
        "report": lambda: (f"Final-Recipient: rfc822;{a}".encode(), "message/delivery-status", ""),
        "mail": lambda: (draw(mails(direction, depth + 1)).octets if depth < 2 else b"Subject: x\r\n\r\nx", "message/rfc822", ""),
        "winmail": lambda: (winmail(files={"a.png": picture("PNG", a), "b.txt": b"mot"}), "application/ms-tnef", ""),
    }  # fmt: skip
    if direction.masks.documents_untouched:
        for own in ("document", "open document", "pdf", "archive", "notes"):
            del kinds[own]
    chosen = draw(st.sampled_from(sorted(kinds)))
    content, content_type, extension = kinds[chosen]()
    head = [f"Content-Type: {content_type}", f"Content-ID: <{chosen}@{a.partition('@')[2]}>"]
    head += ["Content-Transfer-Encoding: base64", *([named(name + extension)] if extension else [])]
    octets = "\r\n".join([*head, "", ""]).encode("utf-8", "replace") + base64.encodebytes(content)
    return Drawn(octets, files=[content] if chosen == "octets" else [])


def _is_innocent(content: bytes) -> bool:
    """Return whether octets are no format that is opened or refused."""
    return content[:1] not in (b"M", b"#", b"\x7f", b"\xca", b"\xfe", b"\xcf", b"\xce", b"B", b"P", b"R", b"G", b"I", b"\x89", b"\xff", b"\x1f", b"\xfd", b"d", b"\0") and content.strip() != b"" and b"%PDF" not in content  # fmt: skip


def _calendar(secret: str, a: str, draw) -> bytes:
    ends = draw(st.sampled_from(["END:VEVENT\nEND:VCALENDAR\n", "END:VCALENDAR\n", ""]))
    return (
        f"BEGIN:VCALENDAR\nMETHOD:REQUEST\nPRODID:{a}\nBEGIN:VEVENT\nUID:{secret}\nSUMMARY:Entretien {secret}\n"
        f"DTSTART:20261201T090000Z\nORGANIZER;CN={secret}:mailto:{a}\nATTENDEE;SENT-BY=\"mailto:{a}\":mailto:{a}\n"
        f"X-{'A' * draw(st.integers(1, 5))}:{secret}\nCOMMENT;ALTREP=\"{a}\":{secret}\n{ends}"
    ).encode("utf-8", "replace")  # fmt: skip


@st.composite
def containers(draw, direction: Direction, depth: int):
    """Draw a multipart of bodies, files and further multiparts."""
    kind = draw(st.sampled_from(["mixed", "related", "signed", "x-unknown"]))
    inner = [draw(texts(direction))]
    for _ in range(draw(st.integers(0, 3))):
        deeper = [containers(direction, depth + 1)] if depth < 3 else []
        inner.append(draw(st.one_of(texts(direction), files(direction, depth), *deeper)))
    boundary = f"={depth}_{direction.writer}_{draw(st.integers(0, 99))}"
    octets = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n{direction.writer}\r\n'.encode()
    octets += multipart(tuple(each.octets for each in inner), boundary)
    return Drawn(octets, [word for each in inner for word in each.words], [one for each in inner for one in each.files])


@st.composite
def mails(draw, direction: Direction, depth: int = 0):
    """Draw a whole mail."""
    secret = draw(st.sampled_from(SPELLINGS))(direction.writer)
    subject = f"Poste =?utf-8?b?{base64.b64encode(secret.encode()).decode()}?="
    root = draw(containers(direction, depth))
    head = (
        f"From: {direction.writer}\r\nSender: {direction.writer}\r\nSubject: {subject}\r\nX-Any: {direction.writer}\r\n"
    )
    return Drawn(head.encode() + root.octets, root.words, root.files)
