"""Whatever mail is drawn, its receiver reads every innocent word and file, and never the writer's address."""

from __future__ import annotations

import base64
import os
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailer.gate import leaks
from tests.mailer.drawn_mails import Drawn, mails
from tests.mailer.receiver import decode, views
from tests.mailer.relayed import DIRECTIONS, TO_CANDIDATE, TO_RECRUITER, Direction, relayed
from tests.mailer.sample_mails import mail, part

EXAMPLES = 2500 if os.environ.get("PROOF") == "full" else 25
LENIENT = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


def loose(text: str) -> str:
    """Return a text without what line ends, tags and poor charsets change."""
    return re.sub(r"[\s?€>]", "", text)


def check(drawn: Drawn, direction: Direction) -> None:
    """Assert all that is promised of one mail."""
    _, octets = relayed(drawn.octets, direction)
    decoded = decode(octets)
    for view in views(octets):
        assert direction.marker not in view
    words = loose(decoded.leaf("text/plain").text)
    for word in drawn.words:
        assert loose(word) in words
    contents = [leaf.content for leaf in decoded.leaves]
    for content in drawn.files:
        assert content in contents


@LENIENT
@given(mails(TO_CANDIDATE))
def test_a_recruiter_s_mail(drawn):
    check(drawn, TO_CANDIDATE)


@LENIENT
@given(mails(TO_RECRUITER))
def test_a_candidate_s_mail(drawn):
    check(drawn, TO_RECRUITER)


@LENIENT
@given(st.data())
def test_damaged_mails_lose_words_but_never_the_secret(data):
    direction = data.draw(st.sampled_from(list(DIRECTIONS.values())))
    raw = bytearray(data.draw(mails(direction)).octets)
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, 1_000_000)) % (len(raw) + 1)  # documents pack the hour: lengths differ
        raw[place : place + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=8))
    _, octets = relayed(bytes(raw), direction)

    decode(octets)
    if direction.masks.documents_untouched:
        return  # what damage turns into a document is a candidate's own
    # Octets that lost their charset may read as an address in pieces; whole, it may not stand anywhere.
    read = [view for view in views(octets, gaps=True) if direction.writer in view]
    # A document that damage has made unknown octets is nothing that can be masked: the gate keeps it back.
    assert not read or leaks(octets, [direction.writer], documents_untouched=direction.masks.documents_untouched)


# What the search has found before.
FOUND: dict[str, tuple[Direction, bytes]] = {
    "a soft break within an encoded word": (
        TO_RECRUITER,
        b"Subject: Poste =?utf-8?q?lea.=3D=0Adubreuil=3D40boite-perso.example?=\r\n\r\nBonjour\r\n",
    ),
    "base64 of UTF-16 whose encoding got lost": (
        TO_RECRUITER,
        b"\r\n\r\n"
        + base64.encodebytes("\ufeff<p>Notre équipe</p><p>lea.dubreuil@boite-perso.example</p>".encode("utf-16")),
    ),
    "a backslash in a quoted file name": (
        TO_CANDIDATE,
        mail(
            part("Bonjour"),
            part(
                b"1;2",
                "text/csv",
                r'Content-Disposition: attachment; filename="helene.martin\u0040asso-horizon.example.csv"',
            ),
        ),
    ),
}


@pytest.mark.parametrize(("direction", "raw"), FOUND.values(), ids=FOUND)
def test_what_was_found_stays_mended(direction, raw):
    check(Drawn(raw), direction)
