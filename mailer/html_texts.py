"""Read clean HTML as plain text: quotations with ">", items with "-", links with their address."""

from __future__ import annotations

import re

from mailer.html_markup import Token
from mailer.readings import BLOCK_TAGS


def as_text(tokens: list[Token]) -> str:
    """Return what a reader sees, without trailing spaces and outer blank lines."""
    text = _Text()
    for token in tokens:
        text.add(token)
    return "\n".join(line.rstrip() for line in text.lines).strip("\n")


class _Text:
    """Plain text being made of HTML tokens."""

    def __init__(self) -> None:
        self.lines = [""]
        self.depth = 0  # of quotation
        self.literal = 0  # inside <pre>
        self.link = ""
        self.words = ""  # of the link

    def add(self, token: Token) -> None:
        if not token.tag:
            self._add_words(token.text)
        elif token.tag == "a":
            self._add_link(token)
        elif token.tag == "pre":
            self._new_line()
            self.literal += -1 if token.closing else 1
        elif token.tag == "blockquote":
            self.depth = max(self.depth + (-1 if token.closing else 1), 0)
            self._new_line()
        elif token.tag == "br":
            self._break()
        elif token.tag in {"td", "th"}:
            self._add_words(" ")
        elif token.tag in BLOCK_TAGS:
            self._new_line(blank=token.tag == "p")
            if token.tag == "li" and not token.closing:
                self.lines[-1] += "- "

    def _add_words(self, text: str) -> None:
        self.words += text
        if self.literal:
            first, *others = text.split("\n")
            self.lines[-1] += first
            for line in others:
                self._break()
                self.lines[-1] += line
            return
        text = re.sub(r"[ \t\r\n]+", " ", text)
        line = self.lines[-1]
        self.lines[-1] += text.lstrip(" ") if line.endswith(" ") or not line else text

    def _add_link(self, token: Token) -> None:
        if not token.closing:
            self.link, self.words = token.attributes.get("href", ""), ""
        elif self.link[:4].lower() == "http" and self.link.rstrip("/") not in self.words and self.words.strip():
            self.lines[-1] += f" <{self.link}>"
            self.link = ""

    def _break(self) -> None:
        self.lines.append("> " * self.depth)

    def _new_line(self, *, blank: bool = False) -> None:
        prefix = "> " * self.depth
        if not self.lines[-1].strip("> "):
            self.lines[-1] = prefix
            return
        if blank:
            self.lines.append(prefix)
        self.lines.append(prefix)
