"""Markdown of the editors as mails show it: tags dressed like those of our templates, and plain text."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

from jobboard import markup
from mailer.premail import inline

# What each tag of the editors looks like: classes of mail.css. Their headings stand below those of the letter.
_CLASSES = {
    "p": "p",
    "a": "link",
    "ul": "list",
    "ol": "list",
    "li": "item",
    "strong": "strong",
    "blockquote": "aside",
    "h2": "subheading",
    "h3": "subheading",
    "h4": "subheading",
}
_OPENING = re.compile(rf"<({'|'.join(_CLASSES)})(?=[ >])")


@lru_cache(maxsize=256)
def html(source: str, level: int = 3) -> Markup:
    """Return Markdown as HTML that a letter can hold; what editors call a heading has that level there."""
    cleaned = markup.from_markdown(source, level=level)
    dressed = _OPENING.sub(lambda found: f'<{found[1]} class="{_CLASSES[found[1]]}"', cleaned)
    return Markup(inline(dressed, _sheet()))


@lru_cache(maxsize=256)
def text(source: str) -> str:
    """Return Markdown as plain text, the addresses of links in angle brackets."""
    return markup.to_text(markup.from_markdown(source))


@lru_cache(maxsize=1)
def _sheet() -> str:
    installed = Path(__file__).parent / "templates"
    folder = installed if installed.is_dir() else Path(__file__).parents[1] / "templates" / "mail"
    return (folder / "_layout" / "mail.css").read_text(encoding="utf-8")
