"""The ways in which an address can be written, each a function of the address."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable
from urllib.parse import quote

ZERO_WIDTH = "\u200b"
SOFT_HYPHEN = "\u00ad"


def _cut(address: str, between: str) -> str:
    return address[:3] + between + address[3:-3] + between + address[-3:]


def _at(address: str, at: str, dot: str = ".") -> str:
    local, _, domain = address.partition("@")
    return f"{local}{at}{domain.replace('.', dot)}"


def _spaced(address: str) -> str:
    return address.replace("@", " @ ").replace(".", " . ")


def _full_width(address: str) -> str:
    return address.replace("@", "\uff20").replace(".", "\uff0e")


def _base64(address: str) -> str:
    return base64.b64encode(f"<{address}>".encode()).decode()


def _encoded_word(address: str) -> str:
    return "=?utf-8?q?" + "".join(char if char.isalnum() else f"={ord(char):02X}" for char in address) + "?="


# What a reader, a program or a link scanner can turn back into the address, in a text of any kind.
IN_WORDS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "upper case": str.upper,
    "mixed case": str.title,
    "with a tag": lambda address: address.replace("@", "+offre.42@"),
    "in brackets": lambda address: f"Hélène Martin <{address}>",
    "in a link": lambda address: f"mailto:{address}",
    "(at)": lambda address: _at(address, "(at)"),
    " (at) ": lambda address: _at(address, " (at) "),
    "[at] [dot]": lambda address: _at(address, " [at] ", " [dot] "),
    "arobase point": lambda address: _at(address, " arobase ", " point "),
    "ARROBASE": lambda address: _at(address, " ARROBASE "),
    "chez": lambda address: _at(address, " chez "),
    "spaced": _spaced,
    "decimal entity": lambda address: address.replace("@", "&#64;"),
    "padded entity": lambda address: address.replace("@", "&#00064;").replace(".", "&#046;"),
    "hexadecimal entity": lambda address: address.replace("@", "&#x40;"),
    "padded hexadecimal entity": lambda address: address.replace("@", "&#X00040;"),
    "named entity": lambda address: address.replace("@", "&commat;").replace(".", "&period;"),
    "every letter an entity": lambda address: "".join(f"&#{ord(char)};" for char in address),
    "entity of an entity": lambda address: html.escape(address.replace("@", "&#64;")),
    "percent": lambda address: address.replace("@", "%40"),
    "every letter a percent": lambda address: "".join(f"%{ord(char):02x}" for char in address),
    "double percent": lambda address: quote(address.replace("@", "%40")),
    "percent of an entity": lambda address: address.replace("@", "%26%2364%3B"),
    "zero-width spaces": lambda address: _cut(address, ZERO_WIDTH),
    "soft hyphens": lambda address: _cut(address, SOFT_HYPHEN),
    "word joiners": lambda address: _cut(address, "\u2060"),
    "full width": _full_width,
    "ideographic stop": lambda address: address.replace(".", "\u3002"),
    "tags": lambda address: _cut(address, "<b></b>"),
    "a tag with attributes": lambda address: _cut(address, '<span class="x"></span>'),
    "soft breaks": lambda address: address[:4] + "=\n" + address[4:].replace("@", "=40"),
    "wrapped": lambda address: address.replace("@", "@\n"),
    "wrapped in a quotation": lambda address: address.replace("@", "@\n> "),
    "base64": _base64,
    "encoded word": _encoded_word,
    "escaped": lambda address: address.replace("@", "\\u0040"),
    "in a query": lambda address: f"https://lettre.example/lu?e={quote(address)}&x=1",
}
