"""The month's correspondence as one page, every mail as its reader sees it: `make diary` writes it to var/diary.html."""

from __future__ import annotations

import html
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from email.message import EmailMessage
from itertools import groupby
from pathlib import Path

from jobboard import postgres, schema
from jobboard.clock import PARIS
from jobboard.db import Database
from jobboard.moments import say
from tests.doors.smtp_sink import SmtpSink
from tests.journeys import month
from tests.journeys.simulated import Page, settings_for, simulated

START = datetime(2026, 11, 30, 9, tzinfo=PARIS)
_FRAME_PIXELS, _LINE_PIXELS = 240, 28  # a frame cannot know the height of its page: about that of its text
_STYLE = """
:root { color-scheme: light dark; --paper: #faf7f2; --card: #fff; --ink: #1d2527; --quiet: #5a6466; --bridge: #0f5257; --line: #e3ddd2 }
@media (prefers-color-scheme: dark) { :root { --paper: #14191b; --card: #1e2528; --ink: #e8e6e1; --quiet: #a8b0b2; --bridge: #8fd3cf; --line: #2f383b } }
body { background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; margin: 0 auto; max-width: 760px; padding: 24px }
h2 { color: var(--bridge); margin: 48px 0 16px } article { background: var(--card); border: 1px solid var(--line); border-radius: 6px; margin: 16px 0; padding: 16px }
article.theirs { margin-left: 64px } header { color: var(--quiet); font-size: 14px } h3 { font-size: 17px; margin: 4px 0 8px }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin: 0 } iframe { border: 0; width: 100%; resize: vertical; background: #fff; border-radius: 6px }
@media (max-width: 480px) { article.theirs { margin-left: 16px } }
"""


def page(pages: Iterable[Page]) -> str:
    """Return the diary as one HTML page that needs nothing else."""
    body = "\n".join(_days(pages))
    return (
        f'<!doctype html><html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Un mois par mail</title><style>{_STYLE}</style><h1>Un mois par mail</h1>\n{body}</html>\n"
    )


def lines(pages: Iterable[Page]) -> Iterator[str]:
    """Yield the correspondence, a line a mail: when, who to whom, and what it says first."""
    for one in pages:
        at = one.at.astimezone(PARIS)
        yield f"{at:%d/%m %H:%M}  {one.author} → {one.reader} : {one.message['Subject'] or _text(one.message)[:60]}"


def _days(pages: Iterable[Page]) -> Iterator[str]:
    for day, mails in groupby(pages, key=lambda one: one.at.astimezone(PARIS).date()):
        yield f"<h2>{html.escape(say(day))}</h2>"
        yield from (_article(one) for one in mails)


def _article(one: Page) -> str:
    at = one.at.astimezone(PARIS)
    files = ", ".join(part.get_filename() or "" for part in one.message.iter_attachments())
    shown = html.escape(f"{at:%H h %M} · {one.author} → {one.reader}") + (
        f" · 📎 {html.escape(files)}" if files else ""
    )
    return (
        f'<article class="{"ours" if one.ours else "theirs"}"><header>{shown}</header>'
        f"<h3>{html.escape(str(one.message['Subject'] or ''))}</h3>{_body(one.message)}</article>"
    )


def _body(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    text = f"<pre>{html.escape(_text(message).strip())}</pre>"
    if part is None:
        return text
    framed = html.escape(str(part.get_content()), quote=True)
    height = _FRAME_PIXELS + _LINE_PIXELS * _text(message).count("\n")
    return f'<iframe sandbox loading="lazy" style="height: {height}px" srcdoc="{framed}"></iframe><details><summary>En texte</summary>{text}</details>'


def _text(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    return str(part.get_content()) if part is not None else ""


def write(target: Path) -> int:
    """Live the month on a database of its own and write its diary; returns how many mails it holds."""
    home = Path(tempfile.mkdtemp(prefix="passerelle-diary-"))
    try:
        with postgres.start(home) as server, SmtpSink() as sink:
            database = Database(server.create_database("diary"), settings_for(home, sink))
            try:
                schema.upgrade(database)
                with simulated(database, sink, start=START) as house:
                    month.live(house)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_text(page(house.diary), encoding="utf-8")
                    sys.stdout.write("\n".join(lines(house.diary)) + "\n")
                    return len(house.diary)
            finally:
                database.close()
    finally:
        postgres.erase(home)
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    where = Path(sys.argv[1] if len(sys.argv) > 1 else "var/diary.html")
    sys.stdout.write(f"{write(where)} mails in {where}\n")
