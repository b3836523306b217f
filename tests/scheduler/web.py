"""A small web site on loopback for the tests: it answers what it is told to, and remembers what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Site:
    """Pages by path: (status, headers, body); `asked` holds what each request said."""

    url: str = ""
    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def put(self, path: str, body: bytes | str = b"", status: int = 200, **headers: str) -> str:
        """Put a page up; returns its address. A header is named with underscores."""
        octets = body.encode() if isinstance(body, str) else body
        self.pages[path] = (status, {name.replace("_", "-"): value for name, value in headers.items()}, octets)
        return self.url + path


@contextmanager
def site() -> Iterator[Site]:
    """Run a site on a free port of 127.0.0.1."""
    made = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append((self.path, dict(self.headers)))
            status, headers, body = made.pages.get(self.path, (404, {}, b""))
            if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def rss(*items: str, title: str = "Le magazine") -> str:
    """Return an RSS feed as SPIP writes it, of items made by `item`."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>{title}</title>'
        f"<link>https://magazine.example/</link><description></description>{''.join(items)}</channel></rss>"
    )


def item(number: int, title: str = "", *, tags: tuple[str, ...] = ("ESS",), html: str = "<p>Un texte.</p>") -> str:
    """Return one article of a feed."""
    subjects = "".join(f"<dc:subject>{tag}</dc:subject>" for tag in tags)
    return (
        f"<item><title>{title or f'Article {number}'}</title><link>https://magazine.example/article{number}</link>"
        f'<guid isPermaLink="true">https://magazine.example/article{number}</guid><dc:creator>Zoé Martin</dc:creator>'
        f"<dc:date>2026-11-{10 + number % 15:02}T08:00:00Z</dc:date>{subjects}"
        f"<content:encoded><![CDATA[{html}]]></content:encoded></item>"
    )
