"""The readable text of a mail and its documents, whatever shape the mail has."""

from __future__ import annotations

import email
from email.policy import compat32

import pytest

from inbound.bodies import read_body


def body(*lines: str):
    return read_body(email.message_from_bytes("\r\n".join(lines).encode("latin-1"), policy=compat32))


def part(kind: str, *lines: str) -> list[str]:
    return ["--b", f"Content-Type: {kind}", "", *lines]


def multipart(kind: str, *parts: list[str]):
    return body(
        f"Content-Type: multipart/{kind}; boundary=b", "", *(line for lines in parts for line in lines), "--b--", ""
    )


def test_plain_words_are_preferred():
    read = multipart("alternative", part("text/plain", "clair"), part("text/html", "<p>riche</p>"))
    assert (read.read_text(), read.html) == ("clair", ["<p>riche</p>"])


def test_html_is_read_where_there_are_no_plain_words():
    assert (
        multipart("alternative", part("text/plain", " ", ""), part("text/html", "<p>riche</p>")).read_text() == "riche"
    )
    assert body("Content-Type: text/html", "", "<b>riche</b>").read_text() == "riche"


def test_stretches_of_text_follow_each_other():
    read = multipart(
        "mixed", part("text/plain", "un"), part("image/png; name=i.png", "x"), part("text/html", "<p>deux</p>")
    )
    assert read.read_text() == "un\n\ndeux"
    assert [found.filename for found in read.attachments] == ["i.png"]


@pytest.mark.parametrize(
    ("field", "filename"),
    [
        ('Content-Disposition: attachment; filename="CV.pdf"', "CV.pdf"),
        ("Content-Disposition: attachment; filename*=utf-8''CV%20L%C3%A9a.pdf", "CV Léa.pdf"),
        ("Content-Disposition: attachment; filename*0*=iso-8859-1''CV%20; filename*1*=L%E9a.pdf", "CV Léa.pdf"),
        ('Content-Disposition: attachment; filename="=?utf-8?Q?CV_L=C3=A9a=2Epdf?="', "CV Léa.pdf"),
        ('Content-Disposition: attachment; filename="=?utf-8?B?Q1Yg?= =?utf-8?B?TMOpYS5wZGY=?="', "CV Léa.pdf"),
        ('Content-Disposition: attachment; filename="CV L\xe9a.pdf"', "CV Léa.pdf"),
        ('Content-Disposition: inline; filename="../../etc/CV.pdf"', "CV.pdf"),
        ('Content-Disposition: attachment; filename="C:\\\\Bureau\\\\CV.pdf"', "CV.pdf"),
        ('Content-Disposition: attachment; filename=".."', "piece-jointe.pdf"),
        ('Content-Disposition: attachment; filename="a\x01\x02b.pdf"', "ab.pdf"),
        ('Content-Disposition: attachment; filename="' + "x" * 300 + '.pdf"', "x" * 130 + ".pdf"),
        ("Content-Disposition: attachment", "piece-jointe.pdf"),
        ("X: y", "piece-jointe.pdf"),
    ],
)
def test_names_of_documents(field, filename):
    (found,) = body("Content-Type: application/pdf", field, "", "x").attachments
    assert found.filename == filename


def test_a_named_text_is_a_document():
    read = multipart("mixed", part("text/plain", "Bonjour"), part("text/plain; name=lettre.txt", "Ma lettre"))
    assert read.read_text() == "Bonjour"
    assert [(found.filename, found.content) for found in read.attachments] == [("lettre.txt", b"Ma lettre")]


@pytest.mark.parametrize(
    "kind",
    ["application/pgp-signature; name=s.asc", "application/pkcs7-signature; name=smime.p7s", "text/rfc822-headers"],
)
def test_the_machinery_of_mail_is_no_document(kind):
    assert multipart("signed", part("text/plain", "OUI"), part(kind, "x")).attachments == []


def test_an_attached_mail_is_a_document_and_its_words_are_not_read():
    inner = ["Subject: Offre", "From: a@b.example", "", "From here, STOP", ""]
    read = multipart("mixed", part("text/plain", "Voir."), part("message/rfc822", *inner))
    assert read.read_text() == "Voir."
    (found,) = read.attachments
    assert (found.filename, found.content_type) == ("message.eml", "message/rfc822")
    assert found.content.replace(b"\r\n", b"\n").startswith(b"Subject: Offre\nFrom: a@b.example\n\nFrom here, STOP")


def test_calendar_parts_are_invitations():
    read = multipart("alternative", part("text/plain", "OUI"), part("text/calendar; method=REPLY", "BEGIN:VCALENDAR"))
    assert [(found.filename, found.content_type) for found in read.attachments] == [("invitation.ics", "text/calendar")]


@pytest.mark.parametrize(
    ("parameters", "lines", "text"),
    [
        ("format=flowed", ["un ", "deux", "trois"], "un deux\ntrois"),
        ("format=flowed; delsp=yes", ["un ", "deux"], "undeux"),
        ("format=flowed", ["> un ", "> deux", "moi "], "> un deux\nmoi"),
        ("format=flowed", ["> un ", ">> deux"], "> un\n>> deux"),
        ("format=flowed", [" >moi", " From"], ">moi\nFrom"),
        ("format=flowed", ["OUI", "-- ", "Léa"], "OUI\n-- \nLéa"),
        ("format=flowed", ["OUI ", "", "Léa"], "OUI\nLéa"),
        ("format=fixed", ["un ", "deux"], "un \ndeux"),
    ],
)
def test_soft_line_ends(parameters, lines, text):
    assert body(f"Content-Type: text/plain; charset=iso-8859-1; {parameters}", "", *lines).read_text() == text


def test_long_flowed_paragraphs_are_joined_quickly():
    lines = ["mot "] * 150_000
    assert len(body("Content-Type: text/plain; format=flowed", "", *lines).read_text()) == 600_000 - 1
