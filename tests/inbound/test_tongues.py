"""Which language a stranger is answered in: that of her words, French where they say nothing."""

from __future__ import annotations

import pytest

from inbound.tongues import is_english


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Hello, I am looking for a job as an accountant in Nantes, within 20 km, permanent contract.", True),
        ("I would like to subscribe to your newsletter, thank you", True),
        ("Looking for work near Lyon", True),
        ("HELP", True),
        ("Events", True),
        ("Bonjour, je cherche un poste de comptable à Nantes, 30 km, CDI ou CDD", False),
        ("comptable Nantes CDI", False),
        ("project manager Paris full time", True),
        ("business developer, CDI, Paris", False),
        ("On a besoin de vous à Thé and Co, the place to be à Nantes, pour un CDI", False),
        ("YES", False),
        ("", False),
        ("STOP", False),
    ],
)
def test_the_little_words_tell(text: str, *, english: bool) -> None:
    assert is_english(text) is english
