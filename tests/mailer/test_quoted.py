"""Quoted-printable in pieces: whoever decodes it reads the text, whatever stands in the slots, and no line is too long."""

from __future__ import annotations

import quopri

from hypothesis import given
from hypothesis import strategies as st

from mailer import quoted

MARKS = ("\ue000one\ue000", "\ue000two\ue000")
TEXTS = st.text(st.sampled_from("abé= .\t€\n😀-") | st.characters(exclude_categories=["Cs", "Co", "Cc"]), max_size=300)
VALUES = st.text(st.characters(exclude_categories=["Cs", "Co", "Cc"]), max_size=200)


def decoded(octets: bytes) -> str:
    assert octets.isascii()
    lines = octets.split(b"\r\n")
    assert all(len(line) <= 76 for line in lines)
    assert not any(line.startswith(b".") for line in lines)
    assert not any(line.endswith((b" ", b"\t")) for line in lines)
    return quopri.decodestring(octets).decode().replace("\r\n", "\n")


@given(TEXTS)
def test_what_is_encoded_is_decoded(text: str) -> None:
    assert decoded(quoted.encode(text)) == text


@given(st.lists(TEXTS, min_size=1, max_size=5), VALUES, VALUES)
def test_pieces_and_values_make_the_text(parts: list[str], one: str, two: str) -> None:
    text = parts[0] + "".join(MARKS[number % 2] + part for number, part in enumerate(parts[1:]))
    fixed, slots = quoted.pieces(text, MARKS)
    values = {MARKS[0]: one, MARKS[1]: two}
    joined = fixed[0] + b"".join(
        quoted.encode_value(values[slot]) + piece for slot, piece in zip(slots, fixed[1:], strict=True)
    )
    assert decoded(joined) == text.replace(MARKS[0], one).replace(MARKS[1], two)
