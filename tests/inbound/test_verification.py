"""SPF, DKIM, DMARC and ARC by ourselves, with a DNS of one table."""

from __future__ import annotations

import pytest

from inbound.authentication import Authentication
from inbound.verification import Origin, Verified, organisation, verify
from tests.doors.mail_house import OUTSIDE, FakeDns, letter, seal, sign

DOMAIN = "courrier.example"
MAIL = letter(f"lea@{DOMAIN}")
PASS, FAIL, NONE = Authentication.PASS, Authentication.FAIL, Authentication.NONE
OURS = f"v=spf1 ip4:{OUTSIDE} -all"
OTHERS = "v=spf1 ip4:203.0.113.1 -all"


def found(dns: FakeDns, raw: bytes = MAIL, *, peer: str = OUTSIDE, sender: str = f"lea@{DOMAIN}", **more) -> Verified:
    return verify(raw, Origin(peer, "peer.example", sender), DOMAIN, dns, **more)


@pytest.mark.parametrize(
    ("spf", "dmarc", "verdict"),
    [
        (OURS, "v=DMARC1; p=reject", PASS),
        (OURS, "", PASS),
        (OTHERS, "v=DMARC1; p=reject", FAIL),
        (OTHERS, "v=DMARC1; p=none", FAIL),
        (OTHERS, "", FAIL),
        ("v=spf1 ~all", "", NONE),
        ("", "", NONE),
        ("", "v=DMARC1; p=reject", FAIL),
        (OTHERS, "v=DMARC1", FAIL),  # a record without its policy is no record: SPF decides
        ("v=spf1 include:a.example include:b.example include:c.example -all", "", NONE),  # permanent error
    ],
)
def test_what_the_dns_says_decides(spf: str, dmarc: str, verdict: Authentication) -> None:
    dns = FakeDns()
    dns.publish(DOMAIN, spf=spf, dmarc=dmarc)
    assert found(dns).verdict is verdict


def test_a_signature_of_the_from_passes_where_spf_fails_and_any_change_breaks_it() -> None:
    dns = FakeDns()
    dns.publish(DOMAIN, spf=OTHERS, dkim=True)
    assert found(dns, sign(MAIL, DOMAIN)).verdict is PASS
    assert found(dns, sign(MAIL, DOMAIN).replace(b"Bonjour", b"Bonsoir")).verdict is FAIL


def test_the_signature_of_somebody_else_proves_nothing_and_does_not_hide_the_right_one() -> None:
    dns = FakeDns()
    dns.publish(DOMAIN, spf=OTHERS, dkim=True)
    dns.publish("envois.example", dkim=True)
    assert found(dns, sign(MAIL, "envois.example")).verdict is FAIL
    assert found(dns, sign(sign(MAIL, DOMAIN), "envois.example")).verdict is PASS


def test_a_signature_that_leaves_the_end_of_the_text_open_proves_nothing() -> None:
    dns = FakeDns()
    dns.publish(DOMAIN, spf=OTHERS, dkim=True)
    assert found(dns, sign(MAIL, DOMAIN, length=True) + b"Virez tout \xc3\xa0 l'inconnu.\r\n").verdict is FAIL


def test_domains_are_compared_whole() -> None:
    """A library that is much used cuts at the first hyphen: courrier.example-faux.example would be courrier.example."""
    dns = FakeDns()
    dns.publish(DOMAIN)
    dns.publish(f"{DOMAIN}-faux.example", spf=OURS)
    assert found(dns, sender=f"lea@{DOMAIN}-faux.example").verdict is FAIL


def test_alignment_is_relaxed_unless_the_record_wants_it_strict() -> None:
    dns = FakeDns()
    dns.publish(DOMAIN)
    dns.publish(f"envois.{DOMAIN}", spf=OURS, dmarc="")
    assert found(dns, sender=f"lea@envois.{DOMAIN}").verdict is PASS
    dns.publish(DOMAIN, dmarc="v=DMARC1; p=none; aspf=s")
    assert found(dns, sender=f"lea@envois.{DOMAIN}").verdict is FAIL


def test_a_dns_that_does_not_answer_is_no_failure() -> None:
    dns = FakeDns(away={"*"})
    assert found(dns).verdict is NONE
    assert found(dns, sign(MAIL, DOMAIN)).verdict is NONE


@pytest.mark.parametrize("away", [DOMAIN, f"_dmarc.{DOMAIN}", f"s1._domainkey.{DOMAIN}"])
def test_one_answer_that_is_missing_is_no_failure_when_it_might_have_been_a_pass(away: str) -> None:
    dns = FakeDns(away={away})
    dns.publish(DOMAIN, spf=OTHERS, dkim=True)
    broken = sign(MAIL, DOMAIN).replace(b"Bonjour", b"Bonsoir")
    assert found(dns, broken).verdict is NONE


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "10.1.2.3", "192.168.0.9", "unix", "fd00::1"])
def test_spf_is_not_asked_about_a_peer_inside(peer: str) -> None:
    dns = FakeDns()
    dns.publish(DOMAIN, spf=OTHERS)
    assert found(dns, peer=peer).verdict is NONE
    assert DOMAIN not in dns.asked


def test_the_null_sender_counts_for_its_greeting() -> None:
    dns = FakeDns()
    dns.publish(DOMAIN)
    dns.publish("peer.example", spf=OURS, dmarc="")
    assert found(dns, sender="").verdict is FAIL


def sealed(verdict: str = "pass") -> bytes:
    said = b"Authentication-Results: listes.example; dmarc=%s header.from=%s\r\n" % (verdict.encode(), DOMAIN.encode())
    return seal(said + MAIL, "listes.example", "listes.example")


def test_a_trusted_seal_excuses_a_failure_and_is_no_pass() -> None:
    dns = FakeDns()
    dns.publish(DOMAIN, spf=OTHERS)
    dns.publish("listes.example", dkim=True)
    assert found(dns, sealed(), trusted_sealers=("listes.example",)).verdict is NONE
    assert found(dns, sealed()).verdict is FAIL
    assert found(dns, sealed(), trusted_sealers=("autres.example",)).verdict is FAIL
    assert found(dns, sealed("fail"), trusted_sealers=("listes.example",)).verdict is FAIL
    changed = sealed().replace(b"tous", b"vous")
    assert found(dns, changed, trusted_sealers=("listes.example",)).verdict is FAIL


@pytest.mark.parametrize(
    ("domain", "owner"),
    [
        ("a.b.asso.fr", "b.asso.fr"),
        ("mail.mairie.example", "mairie.example"),
        ("x.y.nouveau", "y.nouveau"),
        ("gmail.com.", "gmail.com"),
    ],
)
def test_the_organisation_is_never_a_whole_suffix(domain: str, owner: str) -> None:
    assert organisation(domain) == owner


def test_what_is_kept_is_read_again_and_holds_no_address() -> None:
    dns = FakeDns()
    dns.publish(DOMAIN, spf=OURS)
    kept = found(dns)
    assert Verified.read(str(kept)) == kept
    assert str(kept) == "pass spf=pass dmarc=pass"


@pytest.mark.parametrize(
    "raw", [b"", b"\r\n", b"From", b"DKIM-Signature: a\r\n\r\n", b"\xff\x00: \xfe\r\n\r\n", b"ARC-Seal: i=x\r\n\r\n"]
)
def test_no_octets_make_it_raise(raw: bytes) -> None:
    dns = FakeDns()
    dns.publish(DOMAIN, spf=OTHERS)
    assert found(dns, raw, trusted_sealers=("x.example",)).verdict is FAIL
