"""CSS inlining of mail templates: premailer behind one function, once per template version, never per recipient.

The sheet holds rules on single classes only, so what a tag looks like depends on its own `class` and on nothing around
it. Each template can therefore be treated alone, whatever it extends, imports or leaves unbalanced, and premailer need
never see it: it is shown one empty element per set of classes, and what it writes there is copied into the source's
tags. Everything else in the source stays as it was, octet for octet.
"""

from __future__ import annotations

import logging
import re
from functools import lru_cache
from html import escape
from html.parser import HTMLParser
from threading import Lock

from premailer import Premailer

# What is not HTML to look into: Jinja's tags (a string may hold their closing mark) and comments, Outlook's included.
_STRING = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'"
_OPAQUE = re.compile(
    rf"<!--.*?-->|\{{#.*?#\}}|\{{\{{(?:{_STRING}|.)*?\}}\}}|\{{%(?:{_STRING}|.)*?%\}}",
    re.DOTALL,
)
# Noncharacters: never in text that is meant for interchange (Unicode 23.7).
_TOKEN = "\ufdd0{}\ufdd1"
_TOKENS = re.compile("\ufdd0([0-9]+)\ufdd1")

_TAG = re.compile(r"<[a-zA-Z](?:\"[^\"]*\"|'[^']*'|[^'\">])*>")
_TAG_END = re.compile(r"\s*(/?>)$")
_CLASSES = re.compile(r"\sclass=\"([^\"]*)\"")
_STYLE = re.compile(r"\sstyle=")
_ONE_AT_A_TIME = Lock()  # premailer's CSS parser is not made for threads
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_RULE = re.compile(r"([^{}]+)\{[^{}]*\}")
_ONE_CLASS = re.compile(r"\.[a-z][a-z0-9-]*")


class UnfitTemplate(ValueError):
    """A template or sheet that cannot be inlined tag by tag; the message says what to write instead."""


@lru_cache(maxsize=512)
def inline(template: str, css: str) -> str:
    """Return the Jinja source with the sheet's declarations in a `style` (and Outlook's attributes) of each tag.

    Classes stay, for the media queries of the head. Kept in memory by the content of both. Raises UnfitTemplate for a
    class that is computed, a tag with a class and a style of its own, or a selector that is not one class.
    """
    opaque: list[str] = []

    def mask(found: re.Match[str]) -> str:
        opaque.append(found[0])
        return _TOKEN.format(len(opaque) - 1)

    masked = _OPAQUE.sub(mask, template)
    tags = {tag: classes[1] for tag in _TAG.findall(masked) if (classes := _CLASSES.search(tag))}
    for tag, names in tags.items():
        _refuse_unfit(tag, names)
    attributes = _attributes_of(sorted(set(tags.values())), _class_rules(css))
    dressed = _TAG.sub(lambda found: _dress(found[0], attributes.get(tags.get(found[0], ""), {})), masked)
    return _TOKENS.sub(lambda found: opaque[int(found[1])], dressed)


def inline_page(html: str, css: str) -> str:
    """Return a whole rendered page as premailer alone makes it: the slow way that `inline` must agree with."""
    with _ONE_AT_A_TIME:
        return str(_premailer(css).transform(html, pretty_print=False))


def _premailer(css: str) -> Premailer:
    return Premailer(
        css_text=css,
        disable_leftover_css=True,
        disable_validation=True,  # mso-… and -webkit-… are not in its tables
        align_floating_images=False,
        allow_network=False,
        cssutils_logging_level=logging.CRITICAL,
    )


def _refuse_unfit(tag: str, names: str) -> None:
    if _TOKENS.search(names):
        raise UnfitTemplate(f"a computed class in {tag}: choose between two tags with if and else")
    if _STYLE.search(tag):
        raise UnfitTemplate(f"a class and a style in {tag}: give the style a class in mail.css")


def _class_rules(css: str) -> str:
    """Return the sheet without comments; UnfitTemplate when a selector is more than one class."""
    rules = _CSS_COMMENT.sub("", css)
    for selectors in _CSS_RULE.findall(rules):
        for selector in selectors.split(","):
            if not _ONE_CLASS.fullmatch(selector.strip()):
                raise UnfitTemplate(f"mail.css: {selector.strip()!r} is not one class; media queries go to media.css")
    return rules


class _Reader(HTMLParser):
    """Collects the attributes of the elements that premailer has dressed."""

    def __init__(self) -> None:
        super().__init__()
        self.dressed: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "div":
            self.dressed.append({name: value or "" for name, value in attrs})


def _attributes_of(class_values: list[str], css: str) -> dict[str, dict[str, str]]:
    """Return what premailer adds to an element with those classes, by the value of its `class`."""
    if not class_values:
        return {}
    elements = "".join(f'<div class="{value}"></div>' for value in class_values)
    reader = _Reader()
    reader.feed(inline_page(f"<html><body>{elements}</body></html>", css))
    return {dressed.pop("class"): dressed for dressed in reader.dressed}


def _dress(tag: str, attributes: dict[str, str]) -> str:
    """Return the start tag with those attributes, in place of its own of the same name."""
    for name, value in attributes.items():
        tag = re.sub(rf"\s{name}=\"[^\"]*\"", "", tag, count=1)
        end = _TAG_END.search(tag)
        assert end is not None  # a tag ends
        tag = f'{tag[: end.start()]} {name}="{escape(value)}"{end[1]}'
    return tag
