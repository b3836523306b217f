"""Reading the parts of mails: right for right ones, as well as can be for the others, never an exception."""

from __future__ import annotations

import base64
import codecs
from encodings.aliases import aliases
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailer.charsets import decode_text, decode_words
from mailer.mime import MAX_DECODED, MAX_DEPTH, MAX_NAME, MAX_PARTS, clean_filename, read

CORPUS = sorted((Path(__file__).parents[1] / "corpus").glob("*.eml"))
NOT_CHARSETS = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "charmap", "mbcs", "oem"}


def mail(*lines: str, body: bytes = b"") -> bytes:
    return "\r\n".join([*lines, "", ""]).encode() + body


def python_charsets() -> list[str]:
    return sorted(name for name in set(aliases.values()) - NOT_CHARSETS if codecs.lookup(name)._is_text_encoding)


def test_headers_are_decoded_and_found_in_any_case():
    got = read(mail("SUBJECT: =?utf-8?q?Exp=C3=A9rience?= =?utf-8?b?IMOgIE5hbnRlcw==?=", "X-A: un,", " deux"))

    assert got.subject == "Expérience à Nantes"
    assert got.header("x-a") == "un, deux"
    assert got.header("absent") == ""
    assert got.complete


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("=?iso-8859-1?Q?L=E9a_Martin?=", "Léa Martin"),
        ("=?UTF-8*fr?b?w6k=?=", "é"),
        ("=?utf-8?b?ww==?= =?utf-8?b?qQ==?=", "é"),
        ("=?utf-8?q?=C3?=\r\n =?utf-8?q?=A9t=C3=A9?=", "été"),
        ("Re: =?utf-8?q?une?= fois =?utf-8?q?deux?=", "Re: une fois deux"),
        ("=?inconnu?q?=E9t=E9?=", "été"),
        ("=?unknown-8bit?q?=C3=A9?=", "é"),
        ("=?utf-8?q?a?b?=", "a?b"),
        ("=?utf-8?x?a?= =?", "=?utf-8?x?a?= =?"),
        ("=?windows-1252?Q?10_=80?=", "10 €"),
        ("rien à décoder", "rien à décoder"),
    ],
)
def test_encoded_words(value, words):
    assert decode_words(value) == words


def test_raw_octets_in_a_subject_are_read_in_their_likely_charset():
    assert read("Subject: été\r\n\r\n".encode()).subject == "été"
    assert read("Subject: été\r\n\r\n".encode("latin-1")).subject == "été"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('attachment; filename="CV Léa.pdf"', "CV Léa.pdf"),
        ("attachment; filename=CV.pdf", "CV.pdf"),
        ('attachment; filename="=?utf-8?q?CV_L=C3=A9a=2Epdf?="', "CV Léa.pdf"),
        ("attachment; filename*=utf-8'fr'CV%20L%C3%A9a.pdf", "CV Léa.pdf"),
        ("attachment; filename*=iso-8859-1''L%E9a.pdf", "Léa.pdf"),
        ('attachment; filename*0="CV "; filename*1="Léa"; filename*2=".pdf"', "CV Léa.pdf"),
        ("attachment; filename*0*=utf-8''CV%20L%C3; filename*1*=%A9a; filename*2=.pdf", "CV Léa.pdf"),
        ("attachment; filename*1*=%A9a.pdf; filename*0*=utf-8''L%C3", "Léa.pdf"),
        ("attachment; filename=old.pdf; filename*=utf-8''new%C3%A9.pdf", "newé.pdf"),
        ("attachment; filename*=bogus; filename*0=x", "bogus"),
        ('attachment; filename="a\\"b;c.pdf"', 'a"b;c.pdf'),
        ('attachment; filename="ouvert', "ouvert"),
        ('attachment; filename="C:\\\\Users\\\\lea\\\\CV.pdf"', "CV.pdf"),
        ('attachment; filename="/etc/passwd"', "passwd"),
        ('attachment; filename="du 12/03/2026.pdf"', "du 12-03-2026.pdf"),
        ('attachment; filename="..\u202efdp.exe"', "fdp.exe"),
    ],
)
def test_file_names(header, name):
    part = read(mail(f"Content-Disposition: {header}", "Content-Type: application/pdf")).root

    assert part.filename == name
    assert part.disposition == "attachment"


def test_a_name_keeps_its_extension_within_its_limit():
    name = clean_filename("é" * 500 + ".pdf")

    assert len(name) == MAX_NAME
    assert name.endswith("é.pdf")
    assert clean_filename("a\r\nb\0c\t d") == "abc d"


@pytest.mark.parametrize("charset", python_charsets())
def test_every_charset_that_python_knows_is_read(charset):
    text = "".join(char for char in "Été à Nantes: ß 100 %" if char.encode(charset, "ignore").decode(charset) == char)

    assert decode_text(text.encode(charset), charset) == text


@pytest.mark.parametrize(
    ("octets", "charset", "text"),
    [
        ("été".encode(), "iso-8859-1", "été"),
        ("été".encode(), "us-ascii", "été"),
        ("été".encode("latin-1"), "utf-8", "été"),
        ("été".encode("latin-1"), "us-ascii", "été"),
        ("10 €".encode("cp1252"), "iso-8859-1", "10 €"),
        ("10 €".encode("iso-8859-15"), "iso-8859-15", "10 €"),
        ("été".encode() + b" \xe9t\xe9", "utf-8", "été été"),
        ("été".encode("utf-8-sig"), "iso-8859-1", "été"),
        ("été".encode("utf-16"), "", "été"),
        (b"bonjour", "utf-16", "bonjour"),
        (b"bonjour", "base64", "bonjour"),
        (b"bonjour", "\0x", "bonjour"),
        (b"a\0b\x1bc\r\nd\re\x0cf", "", "abc\nd\ne\nf"),
        (b"+2AA-", "utf-7", "\ufffd"),
        (bytes(range(0x80, 0x100)), "inconnu", bytes(range(0xA0, 0x100)).decode("latin-1")),
    ],
)
def test_lies_about_charsets_are_seen_through(octets, charset, text):
    decoded = decode_text(octets, charset)

    assert decoded == text or decoded.endswith(text)


def test_a_tree_of_parts():
    raw = mail(
        "Content-Type: multipart/mixed; boundary=a",
        body=(
            b'preamble\r\n--a\r\nContent-Type: multipart/alternative; boundary="b c"\r\n\r\n'
            b"--b c\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
            b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
            b"=E9t=\r\n=E9\r\n--b c  \r\nContent-Type: text/html\r\n\r\n<p>x\r\n--b c--\r\nignored\r\n"
            b"--a\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + base64.encodebytes(b"Subject: dedans\n\nmot")
            + b"\r\n--a\nContent-Type: application/x\nContent-ID: <i@x>\n\n\x00\xff\n\n--a--\r\nepilogue"
        ),
    )
    leaves = list(read(raw).root.leaves())

    assert [leaf.content_type for leaf in leaves] == ["text/plain", "text/html", "message/rfc822", "application/x"]
    assert leaves[0].text == "été"
    assert leaves[1].content == b"<p>x"
    assert read(leaves[2].content).subject == "dedans"
    assert (leaves[3].content, leaves[3].content_id) == (b"\x00\xff\n", "i@x")


@pytest.mark.parametrize(
    ("encoding", "encoded", "content"),
    [
        ("base64", b"Ym9u\r\nam91cg==", b"bonjour"),
        ("BASE64", b"Ym9uam91cg", b"bonjour"),
        ("base64", b"Ym9u!am91cg==\r\n-- \r\nliste", b"bonjour"),
        ("base64", b"=", b""),
        ("quoted-printable", b"a=3D=\r\nb =\n", b"a=b "),
        ("quoted-printable", b"=G1=", b"=G1"),
        ("x-uuencode", b"begin 644 a\n'8F]N:F]U<@  \n`\nend\n", b"bonjour"),
        ("x-uuencode", b"no begin", b"no begin"),
        ("8bit", b"\xe9", b"\xe9"),
        ("inconnu", b"\xe9", b"\xe9"),
    ],
)
def test_transfer_encodings(encoding, encoded, content):
    assert read(mail(f"Content-Transfer-Encoding: {encoding}", body=encoded)).root.content == content


def test_flowed_lines_are_joined():
    body = b"Un long \r\nparagraphe.\r\n\r\n> cite \r\n> encore\r\n-- \r\nZoe"
    got = read(mail("Content-Type: text/plain; format=flowed", body=body)).root.text

    assert got == "Un long paragraphe.\n\n> cite encore\n-- \nZoe"
    stuck = read(mail("Content-Type: text/plain; format=flowed; delsp=yes", body=b"https://a \r\n.example")).root.text
    assert stuck == "https://a.example"


def test_more_parts_than_the_limit_are_left_out_and_said():
    parts = b"--a\r\n\r\nx\r\n" * (MAX_PARTS + 50)
    got = read(mail("Content-Type: multipart/mixed; boundary=a", body=parts))

    assert len(list(got.root.leaves())) == MAX_PARTS
    assert not got.complete


def test_deeper_nesting_than_the_limit_is_left_out_and_said():
    raw = b"x"
    for level in range(400):
        raw = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n%s" % (level, level, raw)
    got = read(raw)

    depth, part = 0, got.root
    while part.children:
        depth, part = depth + 1, part.children[0]
    assert depth == MAX_DEPTH
    assert not got.complete


def test_more_octets_than_the_limit_are_left_out_and_said():
    content = bytes(MAX_DECODED // 2 + 1)
    part = b"--a\r\nContent-Type: application/octet-stream\r\n\r\n" + content + b"\r\n"
    got = read(mail("Content-Type: multipart/mixed; boundary=a", body=part * 2 + b"--a--"))

    assert [len(leaf.content) for leaf in got.root.leaves()] == [len(content), 0]
    assert not got.complete


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n",
        b"\n\ncorps",
        b"corps seul",
        b"Content-Type: multipart/mixed\r\n\r\nsans frontiere",
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\nrien",
        b"Content-Type: /\r\n\r\nx",
        b"Content-Type: text/plain; charset=\xff\r\n\r\n\xe9",
        b": vide\r\n \r\n\r\n",
        b"Subject: " + b"=?utf-8?q?" * 5000 + b"\r\n\r\n",
        b"X: y\r\n" * 100_000,
    ],
)
def test_broken_mails_are_read(raw):
    got = read(raw)

    assert isinstance(got.subject, str)
    assert all(isinstance(leaf.text, str) for leaf in got.root.leaves())


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_mutation_of_a_real_mail_raises(data):
    raw = bytearray(data.draw(st.sampled_from(CORPUS)).read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(raw)))
        raw[place : place + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=20))

    for leaf in read(bytes(raw)).root.leaves():
        assert "\0" not in leaf.text
        leaf.text.encode("utf-8")
