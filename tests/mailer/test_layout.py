"""The palette of mails, as its sheets say it: every text stands out from its ground, by day and by night."""

from __future__ import annotations

import re

import pytest

from mailer.rendering import templates_dir


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (WCAG 2.2, 1.4.3)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def colours(css: str) -> dict[str, dict[str, str]]:
    """Return the text and ground colours of each class of a sheet."""
    found: dict[str, dict[str, str]] = {}
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)):
        values = dict(re.findall(r"(?<![a-z-])(color|background-color): (#[0-9a-f]{6})", body))
        for name in re.findall(r"\.([a-z-]+)", selectors):
            found.setdefault(name, {}).update(values)
    return found


SHEET = (templates_dir() / "_layout" / "mail.css").read_text()
DARK = (templates_dir() / "_layout" / "media.css").read_text().partition("prefers-color-scheme: dark) {")[2]
LIGHT_COLOURS, DARK_COLOURS = colours(SHEET), colours(DARK)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_stands_out_from_its_ground(dark: bool) -> None:
    look = {name: light | (DARK_COLOURS.get(name, {}) if dark else {}) for name, light in LIGHT_COLOURS.items()}
    measured = {}
    for name, values in look.items():
        if "color" in values and name != "preheader":
            on_paper = name in {"paper", "mark", "mark-link"} or name.startswith("foot")
            ground = "button" if name == "button-link" else "paper" if on_paper else "card"
            measured[name] = contrast(values["color"], look[ground]["background-color"])
    assert {name: ratio for name, ratio in measured.items() if ratio < 4.5} == {}
    assert min(measured[name] for name in ("paper", "card", "offer", "act", "quote", "value")) >= 7
    assert len(measured) > 15


def test_every_colour_of_the_light_has_its_counterpart_in_the_dark() -> None:
    missing = {
        (name, kind)
        for name, values in LIGHT_COLOURS.items()
        for kind in values
        if kind not in DARK_COLOURS.get(name, {})
    }
    assert missing == {("preheader", "color")}
