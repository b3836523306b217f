"""Contact cards: an address passes in no property, what is left still works."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from mailer.content_lines import rebuild_card
from mailer.masks import Masks

ADDRESS = "helene.martin@asso-horizon.example"
RELAY = "r-abcdefghijklmnopqrst234567@relais.example"
MASKS = Masks(hidden=(ADDRESS,), replacement=RELAY, domains=("asso-horizon.example",))


def lines_of(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_lines_are_folded_between_characters_and_end_in_crlf():
    text, _ = rebuild_card(CARD.format(line=f"NOTE:{ADDRESS} {'é€😀' * 60}"), MASKS)

    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    assert "é€😀" * 60 in "".join(lines_of(text))


def test_an_identifier_that_names_a_host_becomes_another_the_same_each_time():
    one, _ = rebuild_card("UID:12345@asso-horizon.example", MASKS)
    again, _ = rebuild_card("UID:12345@ASSO-HORIZON.example", MASKS)

    assert one == again
    assert one.startswith("UID:")
    assert "horizon" not in one


CARD = """BEGIN:VCARD
VERSION:3.0
FN:Hélène Martin
{line}
END:VCARD
"""


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        ("EMAIL;TYPE=INTERNET:{}", "EMAIL;TYPE=INTERNET:" + RELAY),
        ("item1.EMAIL:{}", "item1.EMAIL:" + RELAY),
        ("EMAIL;ENCODING=QUOTED-PRINTABLE:helene.martin=40asso-horizon.=\nexample", "EMAIL;CHARSET=UTF-8:" + RELAY),
        ("EMAIL:paul@asso-horizon.example", None),
        ("TEL;TYPE=WORK:02 40 11 12 13", None),
        ("ADR;TYPE=WORK:;;12 rue des Lilas;Nantes;;44000;France", None),
        ("NOTE:voir {}", f"NOTE:voir {RELAY}"),
        (
            "NOTE;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:=E9t=E9 {}",
            f"NOTE;CHARSET=UTF-8:été {RELAY}",
        ),
        ("KEY;ENCODING=B:MIIB", None),
        ("PHOTO;ENCODING=b;TYPE=JPEG:" + base64.b64encode(b"\xff\xd8\xff" + ADDRESS.encode()).decode(), None),
        ("IMPP:xmpp:{}", "IMPP:" + RELAY),
        ("X-SKYPE:{}", None),
    ],
)
def test_every_property_of_a_card(line, becomes):
    text, counts = rebuild_card(CARD.format(line=line.replace("{}", ADDRESS)), MASKS)

    kept = ["BEGIN:VCARD", "VERSION:3.0", "FN:Hélène Martin", *([becomes] if becomes else []), "END:VCARD", ""]
    assert lines_of(text) == kept
    assert counts


def test_a_card_keeps_telephone_and_place_when_she_shows_them():
    card = CARD.format(line="TEL:02 40 11 12 13")

    assert rebuild_card(card, replace(MASKS, hide_phones_in_signature=False)) == (None, {})


@pytest.mark.parametrize("source", ["", "\n\n", ":", ";:", 'a;b="c:d', "BEGIN", " fold", "=\n=", f"???{ADDRESS}"])
def test_broken_lines_are_survived(source):
    text, _ = rebuild_card(source, MASKS)

    assert ADDRESS not in (text or "")
