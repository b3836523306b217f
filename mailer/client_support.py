"""Which mail clients miss what a letter uses: a small table of ours, written by hand.

It says what is commonly known of these clients, and follows no published set of data: it is a hint to look twice, and
caniemail.com is where to look. Only what our letters and editors might use is listed. `lost` says what its absence
costs: nothing that one needs, for what our own layout uses on purpose; for everything else the check tells the staff.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Feature:
    """Something that HTML or CSS can do, how it is recognised, and which clients do without."""

    name: str
    pattern: re.Pattern[str]
    missing: tuple[str, ...]
    lost: str = ""  # what our layout loses there, when it may use it all the same


def _css(declaration: str) -> re.Pattern[str]:
    return re.compile(rf"(?:style=\"[^\"]*|[{{;]\s*){declaration}", re.IGNORECASE)


def _tag(name: str) -> re.Pattern[str]:
    return re.compile(rf"<{name}[\s>/]", re.IGNORECASE)


FEATURES = (
    Feature("@media (prefers-color-scheme)", re.compile(r"prefers-color-scheme"),
            ("Gmail", "Outlook Windows", "Yahoo", "Proton"), lost="the dark palette"),
    Feature("<style>", _tag("style"), ("Gmail (other accounts)", "Orange Android", "SFR mobile"),
            lost="the dark palette and narrow margins"),
    Feature("border-radius", _css("border-radius"), ("Outlook Windows", "Orange"), lost="round corners"),
    Feature("max-width", _css("max-width"), ("Outlook Windows",), lost="nothing: a table of 600 px is made for it"),
    Feature("opacity", _css("opacity"), ("Outlook Windows",), lost="nothing: what is hidden has other means too"),
    Feature("display: flex", _css(r"display:\s*(?:inline-)?flex"), ("Outlook Windows", "Orange", "GMX")),
    Feature("display: grid", _css(r"display:\s*(?:inline-)?grid"), ("Outlook Windows", "Gmail", "Orange", "Yahoo")),
    Feature("position", _css(r"position:\s*(?:absolute|relative|fixed|sticky)"), ("Gmail", "Outlook", "Yahoo")),
    Feature("background-image", _css(r"background(?:-image)?:[^;\"]*url\("), ("Outlook Windows", "Orange")),
    Feature("box-shadow", _css("box-shadow"), ("Outlook Windows", "Orange")),
    Feature("float", _css("float:"), ("Outlook Windows",)),
    Feature("var()", re.compile(r"var\(--"), ("Gmail", "Outlook Windows", "Orange", "Yahoo")),
    Feature("calc()", re.compile(r"calc\("), ("Outlook", "Orange", "Yahoo")),
    Feature("<svg>", _tag("svg"), ("Gmail", "Outlook", "Yahoo", "Orange")),
    Feature("<video>", _tag("video"), ("Gmail", "Outlook", "Yahoo", "Thunderbird")),
    Feature("<form>", _tag("form"), ("Gmail", "Outlook", "Orange", "Yahoo")),
    Feature("<script>", _tag("script"), ("all of them",)),
    Feature("<iframe>", _tag("iframe"), ("all of them",)),
)  # fmt: skip


def unsupported(html: str) -> tuple[str, ...]:
    """Return, in words, what a page uses that some clients miss and that costs its reader something."""
    return tuple(
        f"{one.name} ({', '.join(one.missing)})" for one in FEATURES if not one.lost and one.pattern.search(html)
    )
