"""A mail as facts: who, what, with what; and whatever the octets, an answer."""

from __future__ import annotations

import base64

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inbound.automatic import Automatic
from inbound.parse import Problem, fingerprint, read

HEADER = b"From: lea@courrier.example\r\nMessage-ID: <1@courrier.example>\r\n"


def incoming(header: bytes, body: bytes = b"Bonjour\r\n"):
    return read(header.strip() + b"\r\n\r\n" + body, envelope_sender="lea@courrier.example")


@pytest.mark.parametrize(
    ("field", "address", "name"),
    [
        ("lea@courrier.example", "lea@courrier.example", ""),
        ("<Lea@Courrier.EXAMPLE>", "Lea@courrier.example", ""),
        ("=?utf-8?q?L=C3=A9a?= =?utf-8?q?_Martin?= <lea@courrier.example>", "lea@courrier.example", "Léa Martin"),
        ('"=?utf-8?Q?L=C3=A9a?=" <lea@courrier.example>', "lea@courrier.example", "Léa"),
        ("=?iso-8859-1?b?TOlh?= <lea@courrier.example>", "lea@courrier.example", "Léa"),
        ('"Martin, Léa" <lea@courrier.example>', "lea@courrier.example", "Martin, Léa"),
        ("MARTIN, Léa <lea@courrier.example>", "lea@courrier.example", "Léa"),
        ("lea@courrier.example (Léa (la comptable))", "lea@courrier.example", "Léa la comptable"),
        ("<@relais.example,@autre.example:lea@courrier.example>", "lea@courrier.example", ""),
        ("directrice@horizon.example <lea@courrier.example>", "lea@courrier.example", "directrice@horizon.example"),
        ("é@xn--bcher-kva.example", "é@xn--bcher-kva.example", ""),
        ("=?utf-8?q?L=00=0Ae=E2=80=AEa?= <lea@courrier.example>", "lea@courrier.example", "L ea"),
        (f"{'x' * 300} <lea@courrier.example>", "lea@courrier.example", "x" * 100),
        ("Équipe: lea@courrier.example;", "lea@courrier.example", ""),
    ],
)
def test_the_one_address_of_from(field, address, name):
    mail = incoming(b"From: " + field.encode())
    assert (mail.sender, mail.sender_name, mail.problem) == (address, name, None)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        (b"Subject: x", Problem.NO_FROM),
        (b"From:", Problem.NO_FROM),
        (b"From: Marie", Problem.NO_FROM),
        (b"From: <>", Problem.NO_FROM),
        (b"From: lea@", Problem.NO_FROM),
        (b"From: Lea <lea@courrier.example", Problem.NO_FROM),
        (b"From: lea@courrier.example\x00", Problem.NO_FROM),
        (b'From: "lea@courrier.example" <>', Problem.NO_FROM),
        (b"From: =?utf-8?q?lea=40courrier.example?=", Problem.NO_FROM),
        (b"From: lea@courrier.example <lea@courrier.example> <h@horizon.example>", Problem.NO_FROM),
        (b"From: " + b"x" * 9_000 + b" <lea@courrier.example>", Problem.NO_FROM),
        (b"From: lea@courrier.example, h@horizon.example", Problem.SEVERAL_FROM),
        (b"From: lea@courrier.example\r\nfrom: lea@courrier.example", Problem.SEVERAL_FROM),
        (b"From: h@horizon.example\r\nX: y\r\nFROM: lea@courrier.example", Problem.SEVERAL_FROM),
    ],
)
def test_a_from_that_names_no_one_person(fields, problem):
    mail = incoming(fields)
    assert (mail.sender, mail.problem) == (None, problem)


def test_a_latin_name_in_raw_octets():
    assert incoming("From: Léa <lea@courrier.example>".encode("latin-1")).sender_name == "Léa"


@pytest.mark.parametrize(
    ("field", "subject"),
    [
        (b"=?utf-8?Q?Re=3A_Comptable?=\r\n =?utf-8?Q?_=C3=A0_Nantes?=", "Re: Comptable à Nantes"),
        (
            b"Re: Comptable =?utf-8?Q?=C3=A0?= Nantes\r\n =?iso-8859-1?Q?=E9t=E9?= 2025",
            "Re: Comptable à Nantes été 2025",
        ),
        (b"un\r\n\tdeux", "un deux"),
        ("été".encode("latin-1"), "été"),
        ("été".encode(), "été"),
        (b"=?x-inconnu?Q?=E9t=E9?=", "été"),
        (b"=?windows-1252?Q?L=92offre_=80?=", "L’offre €"),
        (b"=?utf-8?Q?a=00b=0D=0ABcc=3A_x?=", "ab Bcc: x"),
        (b"x" * 3_000, "x" * 500),
        (b"=?utf-8?B?*?=", ""),
    ],
)
def test_subjects_are_decoded_on_one_line(field, subject):
    assert incoming(HEADER + b"Subject: " + field).subject == subject


def test_ids_of_the_thread():
    references = b" ".join(b"<%d@a.example>" % number for number in range(80))
    mail = incoming(HEADER + b"In-Reply-To: <x@a.example> of Monday\r\nReferences: " + references)
    assert (mail.message_id, mail.in_reply_to) == ("<1@courrier.example>", "<x@a.example>")
    assert (len(mail.references), mail.references[-1]) == (50, "<79@a.example>")
    assert incoming(b"From: a@b.example\r\nMessage-ID: nu@a.example").message_id == "<nu@a.example>"
    assert incoming(b"From: a@b.example\r\nMessage-ID: ???").message_id is None


def test_an_id_with_a_control_character_is_none():
    read_ = read(
        b"From: a@b.example\r\nMessage-ID: <a\x00b@c.example>\r\nIn-Reply-To: a\x00b@c.example\r\n"
        b"References: <a@b> <c\x1f@d> <e@f>\r\n\r\nBonjour",
        envelope_sender="a@b.example",
    )
    assert (read_.message_id, read_.in_reply_to, read_.references) == (None, None, ("<a@b>", "<e@f>"))


def test_the_newest_of_a_very_long_thread_are_kept():
    references = b"\r\n ".join(b"<%06d-of-a-long-thread@a.example>" % number for number in range(5_000))
    assert incoming(HEADER + b"References: " + references).references[-1] == "<004999-of-a-long-thread@a.example>"


def test_hops_and_the_loop_that_many_of_them_are():
    received = b"Received: from a.example by b.example; Mon, 3 Feb 2025 10:12:13 +0100\r\n"
    assert incoming(received * 3 + HEADER).hops == 3
    assert incoming(received * 50 + HEADER).automatic is None
    assert incoming(received * 51 + HEADER).automatic is Automatic.LOOP


def test_a_mail_says_itself_pass_but_nobody_is_trusted():
    header = HEADER + b"Authentication-Results: mx.passerelle.example; dmarc=pass header.from=courrier.example"
    assert incoming(header).authentication == "none"
    trusting = read(header + b"\r\n\r\n", envelope_sender="", trusted_authserv_id="mx.passerelle.example")
    assert trusting.authentication == "pass"


# --- Fingerprints ----------------------------------------------------------------------------------------------------


def test_a_redelivery_has_the_same_fingerprint():
    first = b"Received: a\r\n" + HEADER + b"\r\nBonjour\r\n"
    again = b"Received: b\r\nReceived: a\r\n" + HEADER + b"\r\nBonjour\r\n"
    assert fingerprint(first, "Offres@Passerelle.example") == fingerprint(again, "offres@passerelle.example")
    assert len(fingerprint(first, "x@passerelle.example")) == 32


@pytest.mark.parametrize(
    "other",
    [
        HEADER + b"\r\nBonsoir\r\n",
        HEADER.replace(b"<1@", b"<2@") + b"\r\nBonjour\r\n",
        b"From: lea@courrier.example\r\n\r\nBonjour\r\n",
        b"From: lea@courrier.example\r\n\r\nMessage-ID: <1@courrier.example>\r\n\r\nBonjour\r\n",
    ],
)
def test_another_mail_has_another_fingerprint(other):
    assert fingerprint(HEADER + b"\r\nBonjour\r\n", "a@p.example") != fingerprint(other, "a@p.example")


def test_fingerprints_tell_recipients_apart():
    mail = HEADER + b"\r\nBonjour\r\n"
    assert fingerprint(mail, "a@p.example") != fingerprint(mail, "b@p.example")
    bare = b"From: lea@courrier.example\r\n\r\nBonjour\r\n"
    assert fingerprint(bare, "a@p.example<1@courrier.example>") != fingerprint(mail, "a@p.example")


# --- Hostile mails ---------------------------------------------------------------------------------------------------


def nested(depth: int, inner: bytes) -> bytes:
    opening = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (number, number) for number in range(depth)
    )
    return HEADER + opening + b"\r\n" + inner


def many_parts(count: int) -> bytes:
    return HEADER + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\nun\r\n" * count + b"--x--\r\n"


HOSTILE = {
    "nothing": (b"", Problem.NO_FROM),
    "only-line-ends": (b"\r\n" * 50_000, Problem.NO_FROM),
    "no-header": (b"bonjour\r\n", Problem.NO_FROM),
    "nul": (b"\x00" * 10_000, Problem.NO_FROM),
    "header-of-1-mb": (HEADER + b"X-Long: " + b"x" * 1_000_000 + b"\r\n\r\nOUI\r\n", Problem.UNREADABLE),
    "long-field": (HEADER + b"X-Long: " + b"x" * 900_000 + b"\r\n\r\nOUI\r\n", None),
    "semicolons": (HEADER + b"Content-Type: text/plain" + b";" * 900_000 + b"\r\n\r\nOUI\r\n", None),
    "semicolons-in-parts": (
        many_parts(240).replace(b"--x\r\n", b"--x\r\nContent-Type: a/b" + b";" * 50_000 + b"\r\n"),
        None,
    ),
    "many-fields": (HEADER + b"X: y\r\n" * 100_000 + b"\r\nOUI\r\n", Problem.UNREADABLE),
    "3000-parts": (many_parts(3_000), Problem.TOO_MANY_PARTS),
    "depth-200": (nested(200, b"OUI\r\n"), None),
    "depth-5000": (nested(5_000, b"OUI\r\n"), Problem.TOO_MANY_PARTS),
    "deep-and-long": (nested(200, b"a\r\n" * 300_000), Problem.UNREADABLE),
    "many-lines": (HEADER + b"\r\n" + b"\n" * 6_000_000, Problem.UNREADABLE),
    "attached-mails-in-mails": (
        HEADER + b"Content-Type: message/rfc822\r\n\r\n" * 200 + b"Subject: x\r\n\r\nOUI\r\n",
        None,
    ),
    "encoded-words": (HEADER + b"Subject: " + b"=?utf-8?q?=C3=A9?= " * 50_000 + b"\r\n\r\n", None),
    "addresses": (b"From: " + b"a@b.example, " * 80_000 + b"\r\n\r\n", Problem.NO_FROM),
    "angles": (b"From: " + b"<" * 7_900 + b"\r\n\r\n", Problem.NO_FROM),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mails_are_read(name):
    raw, problem = HOSTILE[name]
    assert read(raw, envelope_sender="").problem == problem


def test_the_beginning_of_too_many_parts_is_read():
    assert read(many_parts(3_000), envelope_sender="a@b.example").text.startswith("un\n\nun")


def test_a_deep_text_is_found():
    assert read(nested(200, b"OUI\r\n"), envelope_sender="a@b.example").text.strip() == "OUI"


def test_a_header_too_long_still_names_its_sender():
    raw, _ = HOSTILE["header-of-1-mb"]
    assert read(raw, envelope_sender="a@b.example").sender == "lea@courrier.example"


@pytest.mark.parametrize(
    "fields",
    [
        b'Content-Type: text/plain; charset="unicode_escape"',
        b"Content-Type: text/plain; charset=undefined",
        b"Content-Type: text/plain; charset*=utf-8''\xff%FF",
        b"Content-Type: text/plain; charset=utf-7",
        b"Content-Type: text/plain; charset=base64",
        b'Content-Type: text/plain; charset="\x00"',
        b"Content-Type: /; =; name",
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: x-uuencode",
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: \xe9",
        b"Content-Type: text/plain; name*=unicode_escape''%5Cd",
        b"Content-Disposition: attachment; filename*0*=utf-16''%D8%00; filename*2=x",
        b"Content-Type: multipart/mixed; boundary=",
        b"Content-Type: multipart/mixed; boundary=\xe9",
        b"Content-Type: multipart/alternative; boundary=x",
        b"Content-Type: multipart/report; report-type*=x",
    ],
)
def test_senseless_fields_break_nothing(fields):
    mail = incoming(HEADER + fields, b"begin 644 x\r\n+AP-\r\n\\d OUI\r\n")
    assert (mail.sender, mail.problem) == ("lea@courrier.example", None)
    mail.text.encode("utf-8")


@given(st.binary(max_size=2_000), st.text(max_size=20))
@example(b"From: =?utf-16?b?2AA=?= <a@b.example>\r\nSubject: =?utf-7?q?+2AA-?=\r\n\r\n+2AA-", "")
@settings(max_examples=150, deadline=None)
def test_any_octets_are_read(raw, envelope_sender):
    mail = read(raw, envelope_sender=envelope_sender)
    assert len(fingerprint(raw, envelope_sender)) == 32
    for text in (mail.subject, mail.text, mail.html or "", *(found.filename for found in mail.attachments)):
        text.encode("utf-8")


@given(st.binary(max_size=300), st.sampled_from([b"base64", b"quoted-printable", b"7bit", b"x"]))
@settings(max_examples=100, deadline=None)
def test_any_content_under_any_encoding_is_read(content, encoding):
    header = HEADER + b"Content-Type: application/pdf; name=CV.pdf\r\nContent-Transfer-Encoding: " + encoding
    (attachment,) = incoming(header, content).attachments
    assert (attachment.filename, attachment.content_type) == ("CV.pdf", "application/pdf")


@given(st.binary(min_size=1, max_size=300))
@settings(max_examples=50, deadline=None)
def test_an_attachment_comes_out_as_it_went_in(content):
    header = HEADER + b"Content-Type: application/pdf; name=CV.pdf\r\nContent-Transfer-Encoding: base64"
    (attachment,) = incoming(header, base64.encodebytes(content)).attachments
    assert attachment.content == content
