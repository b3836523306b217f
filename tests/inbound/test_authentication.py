"""Whom we believe about a mail's origin, and what that means for the From address."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbound.authentication import Authentication, judge

PASS, FAIL, NONE = Authentication.PASS, Authentication.FAIL, Authentication.NONE


def judged(*fields, trusted="mx.passerelle.example", domain="horizon.example"):
    return judge(fields, trusted_authserv_id=trusted, domain=domain)


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        ("dmarc=pass (p=none) header.from=horizon.example", PASS),
        ("spf=fail smtp.mailfrom=horizon.example; dmarc=pass header.from=horizon.example", PASS),
        ("dkim=pass header.d=horizon.example; dmarc=fail (p=reject dis=none) header.from=horizon.example", FAIL),
        ("dmarc=pass header.from=autre.example", NONE),
        ("dmarc=none header.from=horizon.example; dkim=pass header.d=horizon.example", PASS),
        ("dmarc=temperror; spf=pass smtp.mailfrom=paul@horizon.example", PASS),
        ("spf=pass smtp.mailfrom=paul@mail.horizon.example", PASS),
        ("spf=pass smtp.mailfrom=autre.example", NONE),
        ("dkim=pass header.d=autre.example; dkim=pass header.i=@horizon.example", PASS),
        ("dkim=pass header.d=malhorizon.example", NONE),
        ("dkim=pass header.d=example", NONE),
        ("dkim=fail header.d=horizon.example; spf=pass smtp.mailfrom=horizon.example", PASS),
        ("dkim=fail (bad signature) header.d=horizon.example; spf=none", FAIL),
        ("spf=fail smtp.mailfrom=horizon.example", FAIL),
        ("spf=softfail smtp.mailfrom=horizon.example", NONE),
        ("dkim=fail header.d=autre.example", NONE),
        ("none", NONE),
        ("", NONE),
        ("dkim=neutral (dmarc=pass; header.from=horizon.example) header.d=horizon.example", NONE),
        ('dkim=neutral reason="x; dmarc=pass header.from=horizon.example"', NONE),
        ("DMARC=PASS HEADER.FROM=Horizon.Example", PASS),
    ],
)
def test_verdicts(results, verdict):
    assert judged(f"mx.passerelle.example; {results}") is verdict


def test_only_the_topmost_field_of_the_trusted_server_counts():
    forged = "mx.passerelle.example; dmarc=pass header.from=horizon.example"
    assert judged("mx.passerelle.example; dmarc=fail header.from=horizon.example", forged) is FAIL
    assert judged("mx.autre.example; dmarc=pass header.from=horizon.example") is NONE
    assert judged("mx.autre.example; dmarc=fail", forged) is PASS
    assert judged("mx.passerelle.example.autre.example; dmarc=pass") is NONE


@pytest.mark.parametrize(
    "server",
    ["mx.passerelle.example", "MX.Passerelle.example 1", '"mx.passerelle.example"', "mx.passerelle.example (x)"],
)
def test_forms_of_the_server_name(server):
    assert judged(f"{server}; dmarc=pass header.from=horizon.example") is PASS


def test_nobody_is_trusted_unless_named():
    field = "mx.passerelle.example; dmarc=pass header.from=horizon.example"
    assert judged(field, trusted=None) is NONE
    assert judged(field, trusted="") is NONE
    assert judged(field, domain=None) is NONE
    assert judged() is NONE


@given(st.text(max_size=200), st.sampled_from(["", "mx.passerelle.example; "]))
@settings(max_examples=100, deadline=None)
def test_any_field_is_judged(text, prefix):
    assert judged(prefix + text) in Authentication
