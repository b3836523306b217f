"""The palette has the contrast that it promises, in light and in dark (WCAG 2.2, 1.4.3, 1.4.6 and 1.4.11)."""

from __future__ import annotations

import re

import pytest

from webapp.pages import STATIC

SHEET = (STATIC / "site.css").read_text()
LIGHT, DARK = (
    dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block)) for block in re.findall(r":root \{(.*?)\}", SHEET, re.S)
)


def luminance(colour: str) -> float:
    """Return the relative luminance of "#rrggbb"."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast between two colours, 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_palette_can_be_read(palette: dict[str, str]) -> None:
    for ground in ("paper", "card", "tint"):
        assert contrast(palette["ink"], palette[ground]) >= 7
        for words in ("quiet", "bridge", "accent"):
            assert contrast(palette[words], palette[ground]) >= 4.5, (words, ground)
    assert contrast(palette["on-bridge"], palette["bridge"]) >= 7
    for ground in ("paper", "card"):
        assert contrast(palette["field-line"], palette[ground]) >= 3


def test_every_colour_is_of_the_palette() -> None:
    used = set(re.findall(r"var\(--([a-z-]+)\)", SHEET))
    assert used == set(LIGHT) == set(DARK)
    rules = re.sub(r":root \{.*?\}", "", SHEET, flags=re.S).partition("@media print")[0]
    assert re.findall(r"#[0-9a-f]{3,6}\b", rules) == []
