"""Whom a mail is addressed to: every address that exists, however its server spells it."""

from __future__ import annotations

from email import message_from_bytes, message_from_string, policy

import pytest

from mailer.headers import POLICY, Envelope, header, start_message
from tests.jobboard.records import AT


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("lea@maison.example", "lea@maison.example"),
        ("zoé@maison.example", "zoé@maison.example"),
        ("zoé@maïson.example", "zoé@maïson.example"),
        ("lea@maïson.example", "lea@xn--mason-dta.example"),
        ("lea..d@maison.example", "lea..d@maison.example"),
        (".lea.@maison.example", ".lea.@maison.example"),
        ('"lea d"@maison.example', '"lea d"@maison.example'),
    ],
)
@pytest.mark.parametrize("name", ["", "Léa Dubreuil", "D., Léa"])
def test_an_address_is_written_as_its_server_knows_it(address: str, written: str, name: str) -> None:
    envelope = Envelope("bonjour@a.test", "Passerelle", address, name, "aide@a.test", "<1@a.test>", "Bonjour", AT)
    message = start_message(envelope, domain="a.test", site_name="Passerelle")
    message.set_content("Bonjour")
    both = message.as_bytes(policy=POLICY), header(envelope, domain="a.test", site_name="Passerelle")
    for octets in (one.decode() for one in both):
        assert f"{written}>\r\n" in octets or f"To: {written}\r\n" in octets
        (to,) = message_from_string(octets, policy=policy.SMTPUTF8)["To"].addresses
        assert (to.display_name, to.addr_spec) == (name, written)


def test_the_fast_header_says_what_the_library_writes() -> None:
    """Every field, folded or encoded as it may be; none is over 998 octets, none is missing."""
    envelope = Envelope(
        *("bonjour@a.test", "Passerelle, l’emploi", "lea@b.test", "Léa Dubreuil-Desroches de Saint-Aubin-des-Bois"),
        *("r-1@a.test", "<1@a.test>", "Chargé·e de médiation à L’Haÿ-les-Roses, CDI : Association Horizon recrute", AT),
        *("<2@c.test>", tuple(f"<{number}.{'x' * 50}@c.test>" for number in range(9)), "offer_alert"),
        *(False, None, None, None, "alerts", f"https://a.test/desabonnement/{'a' * 60}", f"u-{'a' * 60}@a.test"),
        help_address="aide@a.test",
    )
    slow = start_message(envelope, domain="a.test", site_name="Passerelle, l’emploi").as_bytes(policy=POLICY)
    fast = header(envelope, domain="a.test", site_name="Passerelle, l’emploi")
    ways = [message_from_bytes(octets, policy=policy.SMTP) for octets in (slow, fast)]
    said = [[(name, str(value)) for name, value in message.items()] for message in ways]
    assert said[0] == said[1]
    assert len(said[0]) == 16
    assert max(map(len, fast.split(b"\r\n"))) <= 998


@pytest.mark.parametrize(
    "broken",
    [
        "=?UTF-8?Q?=3A_Ass =C2=AB comptable =C2=",
        "à =?UTF-8?B?OiBBc3NvY2lhdGlvbiBIb3Jp\xa5?==?=e",
        "=?utf-8?q?=ED=A0=80?=",
    ],
)
def test_a_broken_encoded_word_is_shown_as_it_came_and_breaks_nothing(broken: str) -> None:
    envelope = Envelope(
        *("r-1@a.test", f"{broken} via Passerelle", "lea@b.test", broken, "r-1@a.test", "<1@a.test>", broken, AT),
        in_reply_to="<=?utf-8?q?=E9?=@c.test>",
        references=("<2@c.test>", "<é@c.test>", "<=?utf-8?q?=E9?=@c.test>"),
    )
    message = start_message(envelope, domain="a.test", site_name="Passerelle")
    message.set_content("Bonjour")
    read = message_from_bytes(message.as_bytes(policy=POLICY), policy=policy.SMTP)
    shown = broken.replace("=?", "= ?")
    assert read["Subject"] == shown
    assert read["To"].addresses[0].display_name == shown
    assert (read["In-Reply-To"], read["References"]) == (None, "<2@c.test>")
