from __future__ import annotations

import pytest

from inbound.paths import BadPath, read_recipient, read_sender

LONG_LOCAL = "r-" + "a" * 62
LONG_DOMAIN = ".".join(["a" * 60] * 4)


def recipient(argument: str, *, utf8: bool = False) -> str:
    try:
        return read_recipient(argument, domain="passerelle.test", utf8=utf8)
    except BadPath as bad:
        return bad.reply[:9]


@pytest.mark.parametrize(
    ("path", "read"),
    [
        ("<alertes@passerelle.test>", "alertes@passerelle.test"),
        ("<Alertes@PASSERELLE.TEST>", "Alertes@passerelle.test"),
        ("  <alertes@passerelle.test>", "alertes@passerelle.test"),
        ("alertes@passerelle.test", "alertes@passerelle.test"),
        ('<"alertes"@passerelle.test>', "alertes@passerelle.test"),
        (r'<"aler\tes"@passerelle.test>', "alertes@passerelle.test"),
        ('<"deux mots"@passerelle.test>', '"deux mots"@passerelle.test'),
        ('<"a@b>c"@passerelle.test>', '"a@b>c"@passerelle.test'),
        ('<""@passerelle.test>', '""@passerelle.test'),
        ("<alertes@passerelle.test.>", "alertes@passerelle.test"),
        ("<@a.example,@b.example:alertes@passerelle.test>", "alertes@passerelle.test"),
        ("<alertes%ailleurs.example@passerelle.test>", "alertes%ailleurs.example@passerelle.test"),
        ("<alertes+nantes@passerelle.test>", "alertes+nantes@passerelle.test"),
        ("<a..b@passerelle.test>", "a..b@passerelle.test"),
        ("<alertes@[127.0.0.1]>", "alertes@[127.0.0.1]"),
        ("<alertes@[IPv6:::1]>", "alertes@[ipv6:::1]"),
        ("<postmaster>", "postmaster@passerelle.test"),
        ("<Postmaster>", "Postmaster@passerelle.test"),
        (f"<{LONG_LOCAL}@passerelle.test>", f"{LONG_LOCAL}@passerelle.test"),
        (f"<{LONG_LOCAL}a@passerelle.test>", "550 5.1.1"),
        (f"<alertes@{LONG_DOMAIN}.{LONG_DOMAIN}>", "550 5.1.1"),
        ("<>", "501 5.1.3"),
        ("", "501 5.1.3"),
        ("<alertes>", "501 5.1.3"),
        ("<@passerelle.test>", "501 5.1.3"),
        ("<alertes@>", "501 5.1.3"),
        ("<alertes@passerelle.test", "501 5.1.3"),
        ("alertes@passerelle.test>", "501 5.1.3"),
        ("<<alertes@passerelle.test>>", "501 5.1.3"),
        ("<a b@passerelle.test>", "501 5.1.3"),
        ("<a@b@passerelle.test>", "501 5.1.3"),
        ("<a(b)@passerelle.test>", "501 5.1.3"),
        ('<"a"b@passerelle.test>', "501 5.1.3"),
        ("<alertes@passerelle..test>", "501 5.1.3"),
        ("<alertes@-passerelle.test>", "501 5.1.3"),
        ("<alertes@passerelle.test..>", "501 5.1.3"),
        ("<alertes@pass relle.test>", "501 5.1.3"),
        ("<alertes@[127.0.0.1>", "501 5.1.3"),
        ("<alertes@passerelle.test>garbage", "501 5.1.3"),
        ("<alertes@passerelle.test> NOTIFY=NEVER", "555 5.5.4"),
        ("<alertés@passerelle.test>", "553 5.6.7"),
        ("<alertes@passerelle.tést>", "553 5.6.7"),
    ],
)
def test_recipients(path, read):
    assert recipient(f"TO:{path}") == read


def test_recipients_in_utf8_need_smtputf8():
    assert recipient("TO:<zoé@exämple.org>", utf8=True) == "zoé@exämple.org"


def test_a_path_of_many_quotes_is_read_in_no_time():
    assert recipient("TO:<" + '"\\' * 900 + ">") == "501 5.1.3"
    assert recipient("TO:<a@" + "a-" * 900 + ">") == "501 5.1.3"
    assert recipient("TO:<a@" + "a" * 1900 + "!>") == "501 5.1.3"


def test_senders_may_be_longer_than_mailboxes():
    bounce = f"bounces+{'x' * 120}@mailer.example.org"
    sender = read_sender(f"FROM:<{bounce}> SIZE=12", message_octets=100)
    assert (sender.address, sender.declared_octets, sender.utf8) == (bounce, 12, False)
    assert read_sender("FROM:<>", message_octets=100).address == ""
