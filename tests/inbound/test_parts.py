"""Octets opened as a mail, within bounds, in the charset they are really in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbound.parts import (
    MAX_HEADER,
    MAX_MIME_FIELD,
    MAX_PARTS,
    clean_line,
    clean_text,
    decode_text,
    find_body,
    open_mail,
)


@pytest.mark.parametrize(
    ("octets", "charset", "text"),
    [
        ("L’été, 5 €".encode("cp1252"), "windows-1252", "L’été, 5 €"),
        ("L’été, 5 €".encode("cp1252"), "iso-8859-1", "L’été, 5 €"),
        ("L’été, 5 €".encode("cp1252"), "us-ascii", "L’été, 5 €"),
        ("L’été, 5 €".encode("cp1252"), "utf-8", "L’été, 5 €"),
        ("L’été, 5 €".encode("cp1252"), "unknown-8bit", "L’été, 5 €"),
        ("L’été, 5 €".encode("cp1252"), None, "L’été, 5 €"),
        ("cœur, 5 €".encode("iso-8859-15"), "ISO-8859-15", "cœur, 5 €"),
        ("L’été, 5 €".encode(), "utf-8", "L’été, 5 €"),
        ("L’été, 5 €".encode(), "UTF8", "L’été, 5 €"),
        ("L’été, 5 €".encode(), "us-ascii", "L’été, 5 €"),
        ("L’été, 5 €".encode(), "iso-8859-1", "L’été, 5 €"),
        ("L’été, 5 €".encode(), None, "L’été, 5 €"),
        ("L’été en Bretagne à Nîmes".encode() + b"\xe9", "utf-8", "L’été en Bretagne à Nîmes\ufffd"),
        ("été".encode("utf-16"), "utf-16", "été"),
        (b"\\u00e9", "unicode_escape", "\\u00e9"),
        (b"abc", "rot13", "abc"),
        (b"abc", "\x00", "abc"),
        (b"", "utf-8", ""),
    ],
)
def test_charsets(octets, charset, text):
    assert decode_text(octets, charset) == text


@given(
    st.binary(max_size=100),
    st.none() | st.sampled_from(["utf-7", "utf-16", "idna", "punycode", "cp037", "hz"]) | st.text(max_size=12),
)
@settings(max_examples=200, deadline=None)
def test_any_octets_in_any_charset(octets, charset):
    clean_text(decode_text(octets, charset)).encode("utf-8")


def test_clean_text_has_line_feeds_only_and_nothing_that_hides():
    assert clean_text("a\r\nb\rc\x0cd\u2028e\x85f") == "a\nb\nc\nd\ne\nf"
    assert clean_text("\x00a\x07\x1b[0m\u202eb\u2066c\ud800\t") == "a[0mbc\ufffd\t"
    assert clean_line(" a \t\r\n b\u00a0c ", 100) == "a b\u00a0c"
    assert clean_line("x" * 1_000, 10) == "x" * 10


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (b"A: b\r\n\r\nx", b"x"),
        (b"A: b\n\nx", b"x"),
        (b"A: b\n\r\nx", b"x"),
        (b"\r\nx", b"x"),
        (b"\nx", b"x"),
        (b"A: b\r\n", b""),
        (b"", b""),
    ],
)
def test_where_the_body_begins(raw, body):
    assert raw[find_body(raw) :] == body


def test_the_header_by_lower_case_name_unfolded_and_decoded():
    opened = open_mail("Received: a\r\nRECEIVED: b\r\n c\r\nSubject: Été\r\n\r\nx".encode("cp1252"))
    assert opened.headers == {"received": ("a", "b c"), "subject": ("Été",)}
    assert (opened.readable, opened.whole) == (True, True)


def test_fields_are_cut():
    opened = open_mail(b"X: " + b"y" * (MAX_HEADER * 2) + b"\r\n\r\n")
    assert len(opened.headers["x"][0]) == MAX_HEADER
    opened = open_mail(b"Content-Type: text/plain" + b";" * MAX_HEADER + b"\r\n\r\n")
    assert len(opened.headers["content-type"][0]) == MAX_MIME_FIELD


def test_parts_are_counted():
    parts = b"--x\r\n\r\nun\r\n"
    head = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n"
    assert open_mail(head + parts * (MAX_PARTS - 1) + b"--x--\r\n").whole is True
    assert open_mail(head + parts * MAX_PARTS + b"--x--\r\n").whole is False
