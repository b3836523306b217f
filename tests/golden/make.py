"""The golden mails: one file a kind of letter, to be read by people; `make goldens` writes them anew."""

from __future__ import annotations

import re
from pathlib import Path

from jobboard.letters import LETTERS
from tests.mailer import samples

FOLDER = Path(__file__).parent
# A mail that clients open, with nothing in it that changes from run to run.
MAIL = """\
Subject: {subject}
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="part"

--part
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{text}
--part
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 8bit

{html}
--part--
"""
# The look is in mail.css and has its own tests: here it would hide the words.
_LOOK = re.compile(
    r'<head>.*?</head>|<!--.*?-->| (?:style|role|cellpadding|cellspacing|border|align|bgcolor|width|lang|dir)="[^"]*"',
    re.DOTALL,
)
_BLOCK = re.compile(r" ?(</?(?:body|table|tr|div|[uo]l)\b|<(?:t[dh]|p|h\d|li)\b)")


def legible(page: str) -> str:
    """Return an HTML page without its looks, one block a line."""
    bare = re.sub(r"[ \n]+", " ", _LOOK.sub("", page).replace("\u034f ", ""))
    return re.sub(r"<br>(?! *$)", "<br>\n", _BLOCK.sub(r"\n\1", bare)).strip()


def golden(kind: str) -> str:
    """Return the golden mail of that kind: its sample, on a day and with addresses that never change."""
    mail = samples.render(LETTERS[kind].sample())
    return MAIL.format(subject=mail.subject, text=mail.text, html=legible(mail.html))


def path(kind: str) -> Path:
    """Return where the golden mail of that kind is kept."""
    return FOLDER / f"{kind}.eml"


def main() -> None:
    """Write every golden mail, and forget those of kinds that are no more."""
    kinds = samples.written()
    for kind in kinds:
        path(kind).write_text(golden(kind), encoding="utf-8")
    for old in FOLDER.glob("*.eml"):
        if old.stem not in kinds:
            old.unlink()
    print(f"{len(kinds)} golden mails in {FOLDER}: read the diff, then commit it.")


if __name__ == "__main__":
    main()
