"""The address codec: what it makes it reads, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobboard.addresses import Addresses, Alias, Purpose, Target, is_address
from tests.conftest import make_settings

CODEC = Addresses(make_settings(Path("unused")))
# Those to which mail comes: the preferences of a reader are a page.
purposes = st.sampled_from([one for one in Purpose if one is not Purpose.PREFERENCES])
ids = st.integers(min_value=0, max_value=2**48 - 1)


@given(purposes, ids)
def test_what_is_made_is_read(purpose: Purpose, row_id: int) -> None:
    address = CODEC.make(purpose, row_id)
    assert CODEC.read(address) == Target(purpose=purpose, row_id=row_id)
    assert CODEC.read(address.upper()) == Target(purpose=purpose, row_id=row_id)
    local = address.partition("@")[0]
    assert re.fullmatch(rf"{purpose}-[a-z2-7]{{26}}", local)
    assert len(local) <= 64


@given(purposes, ids, st.integers(0, 25), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_one_letter_changed_is_no_address(purpose: Purpose, row_id: int, place: int, letter: str) -> None:
    local, _, domain = CODEC.make(purpose, row_id).partition("@")
    prefix, token = local.rsplit("-", 1)
    changed = token[:place] + letter + token[place + 1 :]
    expected = Target(purpose=purpose, row_id=row_id) if changed == token else None
    assert CODEC.read(f"{prefix}-{changed}@{domain}") == expected


@given(purposes, purposes, ids)
def test_a_token_serves_one_purpose(made: Purpose, tried: Purpose, row_id: int) -> None:
    token = CODEC.make(made, row_id).partition("@")[0].rsplit("-", 1)[1]
    found = CODEC.read(f"{tried}-{token}@{CODEC.domain}")
    assert (found is not None) == (made is tried)


@given(st.text(max_size=80))
def test_any_text_is_read_without_an_error(text: str) -> None:
    CODEC.read(text)
    CODEC.read(f"{text}@{CODEC.domain}")
    CODEC.read(f"r-{text}@{CODEC.domain}")


@pytest.mark.parametrize(
    "address",
    [
        "r-@passerelle.localhost",
        "r-aaaaaaaaaaaaaaaaaaaaaaaaaa@passerelle.localhost",
        "offre-aaaaaaaaaaaaaaaaaaaaaaaaa@passerelle.localhost",  # 25
        "offre-aaaaaaaaaaaaaaaaaaaaaaaaaaa@passerelle.localhost",  # 27
        "x-aaaaaaaaaaaaaaaaaaaaaaaaaa@passerelle.localhost",
        "inconnu@passerelle.localhost",
        "alertes@ailleurs.example",
        "alertes@sub.passerelle.localhost",
        "alertes",
        "@passerelle.localhost",
        "",
        "r-11111111111111111111111111@passerelle.localhost",
    ],
)
def test_what_is_not_ours_is_nothing(address: str) -> None:
    assert CODEC.read(address) is None


def test_the_right_token_at_another_domain_is_nothing() -> None:
    local = CODEC.make(Purpose.OFFER, 7).partition("@")[0]
    assert CODEC.read(f"{local}@ailleurs.example") is None


@pytest.mark.parametrize("alias", list(Alias))
def test_aliases_are_read_whatever_their_case(alias: Alias) -> None:
    assert CODEC.read(CODEC.alias(alias).upper()) == Target(alias=alias)


def test_what_no_command_line_can_carry_is_no_address() -> None:
    assert is_address("zoe.o'neill+lettre@courrier.example")
    for wrong in (
        "zo\x7fe@courrier.example",
        "zo\te@courrier.example",
        "<zoe>@courrier.example",
        "zoe@courrier\x7f.example",
    ):
        assert not is_address(wrong), wrong


def test_a_retired_secret_still_reads_but_no_longer_writes() -> None:
    old = Addresses(make_settings(Path("unused"), secret_key="the secret of last year"))
    new = Addresses(
        make_settings(Path("unused"), secret_key="the secret of this year", secret_key_old="the secret of last year")
    )
    other = Addresses(make_settings(Path("unused"), secret_key="the secret of this year"))
    address = old.make(Purpose.REPLY, 12)
    assert new.read(address) == Target(purpose=Purpose.REPLY, row_id=12)
    assert other.read(address) is None
    assert old.read(new.make(Purpose.REPLY, 12)) is None
