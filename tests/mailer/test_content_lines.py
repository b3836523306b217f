"""Calendars and cards: an address passes in no property, what is left still works."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from mailer.content_lines import rebuild_lines
from mailer.masks import Masks

ADDRESS = "helene.martin@asso-horizon.example"
RELAY = "r-abcdefghijklmnopqrst234567@relais.example"
MASKS = Masks(hidden=(ADDRESS,), replacement=RELAY, domains=("asso-horizon.example",))

INVITATION = """BEGIN:VCALENDAR
PRODID:-//Exemple//FR
VERSION:2.0
METHOD:REQUEST
BEGIN:VEVENT
UID:040000008200E00074C5B7101A82E008
DTSTART;TZID=Europe/Paris:20261201T100000
SUMMARY:Entretien\\, poste de comptable
DESCRIPTION:Bonjour\\,\\nrendez-vous au 12 rue des Lilas\\; sonner.
ORGANIZER;CN="Hélène Martin":mailto:{organizer}
ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN="Léa M.":mail
 to:lea@ailleurs.example
END:VEVENT
END:VCALENDAR
"""


def lines_of(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_an_innocent_calendar_is_left_as_it_is():
    assert rebuild_lines(INVITATION.format(organizer="paul@x.example"), MASKS, contact=False) == (None, {})


def test_the_relay_stands_for_the_organizer_and_the_rest_is_the_same():
    text, counts = rebuild_lines(INVITATION.format(organizer=ADDRESS.upper()), MASKS, contact=False)

    expected = INVITATION.format(organizer=RELAY).replace("\n ", "").strip().split("\n")
    assert lines_of(text) == [*expected, ""]
    assert counts == {"address": 1}


def test_lines_are_folded_between_characters_and_end_in_crlf():
    text, _ = rebuild_lines(INVITATION.replace("Bonjour", "é€😀" * 60).format(organizer=ADDRESS), MASKS, contact=False)

    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    assert "é€😀" * 60 in "".join(lines_of(text))


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        ("ATTENDEE;CN=Hélène;PARTSTAT=ACCEPTED:MAILTO:{}", "ATTENDEE;CN=Hélène;PARTSTAT=ACCEPTED:mailto:" + RELAY),
        ('ORGANIZER;CN="{}":mailto:{}', "ORGANIZER:mailto:" + RELAY),
        ('ORGANIZER;CN="Hélène <{}>";EMAIL={}:mailto:{}', 'ORGANIZER;CN="Hélène":mailto:' + RELAY),
        ('ORGANIZER;SENT-BY="mailto:{}":mailto:x@y.example', "ORGANIZER:mailto:x@y.example"),
        ("ORGANIZER:mailto:helene.martin%40asso-horizon.example", "ORGANIZER:mailto:" + RELAY),
        ("ATTENDEE;CN=Paul:mailto:paul@asso-horizon.example", None),
        ("X-MS-OLK-SENDER:mailto:{}", None),
        ("X-WR-CALNAME:{}", None),
        ("X-ALT-DESC;FMTTYPE=text/html:<p>mot</p>", None),
        ("DESCRIPTION:Écrire à {}\\, merci\\nH.", f"DESCRIPTION:Écrire à {RELAY}\\, merci\\nH."),
        ("DESCRIPTION:a\\n{}", f"DESCRIPTION:a\\n{RELAY}"),
        ("COMMENT:{}", f"COMMENT:{RELAY}"),
        ("URL:https://x.example/?m={}", None),
        ("ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY:" + base64.b64encode(ADDRESS.encode()).decode(), None),
    ],
)
def test_every_property_of_a_calendar(line, becomes):
    text, counts = rebuild_lines(f"BEGIN:VCALENDAR\n{line.replace('{}', ADDRESS)}\nEND:VCALENDAR", MASKS, contact=False)

    assert lines_of(text) == ["BEGIN:VCALENDAR", *([becomes] if becomes else []), "END:VCALENDAR", ""]
    assert counts


def test_an_identifier_that_names_a_host_becomes_another_the_same_each_time():
    one, _ = rebuild_lines("UID:12345@asso-horizon.example", MASKS, contact=False)
    again, _ = rebuild_lines("UID:12345@ASSO-HORIZON.example", MASKS, contact=False)

    assert one == again
    assert one.startswith("UID:")
    assert "horizon" not in one


def test_people_go_where_no_relay_can_stand_for_them():
    text, _ = rebuild_lines(f"ORGANIZER:mailto:{ADDRESS}\nSUMMARY:x", replace(MASKS, replacement=""), contact=False)

    assert text == "SUMMARY:x\r\n"


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
    text, counts = rebuild_lines(CARD.format(line=line.replace("{}", ADDRESS)), MASKS, contact=True)

    kept = ["BEGIN:VCARD", "VERSION:3.0", "FN:Hélène Martin", *([becomes] if becomes else []), "END:VCARD", ""]
    assert lines_of(text) == kept
    assert counts


def test_a_card_keeps_telephone_and_place_when_she_shows_them():
    card = CARD.format(line="TEL:02 40 11 12 13")

    assert rebuild_lines(card, replace(MASKS, hide_phones_in_signature=False), contact=True) == (None, {})


@pytest.mark.parametrize("source", ["", "\n\n", ":", ";:", 'a;b="c:d', "BEGIN", " fold", "=\n=", f"???{ADDRESS}"])
def test_broken_lines_are_survived(source):
    text, _ = rebuild_lines(source, MASKS, contact=True)

    assert ADDRESS not in (text or "")
