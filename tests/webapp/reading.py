"""Pages as tests read them: the words between the tags, forms with their hidden fields, links."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_SPACES = re.compile(r"[\s\u00a0\u202f]+")


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def words(answer: TestResponse) -> str:
    """Return what a page says, every space plain."""
    reader = _Words()
    reader.feed(answer.text)
    return _SPACES.sub(" ", " ".join(reader.words))


def links(answer: TestResponse) -> list[str]:
    """Return where the links of a page lead."""
    return [html.unescape(found) for found in re.findall(r'<a [^>]*?href="([^"]*)"', answer.text)]


def token(answer: TestResponse) -> str:
    """Return the token against forgery of a page for who is signed in."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
    assert found is not None, "the page has no form for who is signed in"
    return found[1]


def press(browser: FlaskClient, page: str, action: str, **fields: str) -> TestResponse:
    """Send the form of a page that leads to `action`, as the browser that shows it would."""
    shown = browser.get(page)
    assert f'action="{action}"' in shown.text, f"{page} has no form to {action}"
    return browser.post(action, data={"csrf_token": token(shown), **fields})
