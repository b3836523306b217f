"""The MAC of many short words: the standard library's, whatever the key."""

from __future__ import annotations

import hmac

from hypothesis import given
from hypothesis import strategies as st

from jobboard import macs


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_it_is_hmac_sha_256(key: bytes, word: bytes) -> None:
    assert macs.Mac(key).digest(word) == macs.under(key).digest(word) == hmac.digest(key, word, "sha256")
