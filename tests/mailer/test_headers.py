"""Whom a mail is addressed to: every address that exists, however its server spells it."""

from __future__ import annotations

from email import message_from_string, policy

import pytest

from mailer.headers import POLICY, Envelope, start_message
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
    octets = message.as_bytes(policy=POLICY)
    assert f"{written}>\r\n" in octets.decode() or f"To: {written}\r\n" in octets.decode()
    (to,) = message_from_string(octets.decode(), policy=policy.SMTPUTF8)["To"].addresses
    assert (to.display_name, to.addr_spec) == (name, written)
