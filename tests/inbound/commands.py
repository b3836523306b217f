"""The page of commands, from the tables that read answers; `python -m tests.inbound.commands` writes it anew."""

from __future__ import annotations

from pathlib import Path

from inbound.handlers.tables import ANYONE, APPOINTMENTS, BY_ROLE, CONVERSATION, EDITION, EVENTS, NO, YES
from inbound.words import sections

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
TITLES = {
    "anyone": "Anyone, at any time",
    "conversation": "In a conversation, these words alone",
    "appointments": "In answer to a mail about an interview",
    "events": "Organisers, in answer to a mail about their event",
    "candidate": "Candidates",
    "recruiter": "Recruiters, in answer to a mail about their offer",
    "subscriber": "Readers of letters, in answer to one",
    "staff": "The team",
    "edition": "The team, in answer to a mail about a letter",
}
HEAD = """\
# Commands by reply

The words that an answer may begin with, as AIDE lists them, made from the tables in `inbound/handlers/` by
`python -m tests.inbound.commands`. Case, accents, punctuation and polite words are ignored; English has its own.
"""


def page() -> str:
    """Return docs/commands.md as the tables make it."""
    tables = {
        "anyone": (YES, NO, *ANYONE),
        "conversation": CONVERSATION,
        "appointments": APPOINTMENTS,
        "edition": EDITION,
        "events": EVENTS,
    }
    tables |= {str(role): words for role, words in BY_ROLE.items() if words}
    also = {word.shown or word.word: ", ".join(word.also) for table in tables.values() for word in table}
    parts = [HEAD]
    for name, words in sections(tables).items():
        rows = [f"| `{word.replace('|', '·')}` | {help_text} | {also[word]} |" for word, help_text in words]
        parts.append(
            "\n".join([f"## {TITLES[name]}\n", "| word | what it does | also |", "|---|---|---|", *rows]) + "\n"
        )
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
