"""Everything that we keep of a person, as one archive: data for machines, a page to read, and her files.

What is hers is found through the schema, as it is when she is erased; of others it holds only what she was sent.
"""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import applications, conversations, people
from jobboard.application_words import EVENTS
from jobboard.conversations import Conversation, Message, MessageAttachment
from jobboard.db import Base, settings_of
from jobboard.languages import gettext_for
from jobboard.offers import Offer
from jobboard.people import Person

# Bearer secrets, and what is the machine's alone.
_LEFT_OUT = frozenset(
    {"token_hash", "browser_hash", "code_hash", "fingerprint", "address_mac", "macs", "params", "worker", "traceback"}
)
_UNSAFE = re.compile(r"[^\w.() -]|^\.+")
# Said in words of their own below, or of no meaning to her.
_ELSEWHERE = frozenset({"person", "message", "message_ref", "alert_posting", "alert_place", "block"})


def octets(session: Session, person: Person) -> int:
    """Return about how large the archive will be: the files of her conversations."""
    query = sa.select(sa.func.coalesce(sa.func.sum(MessageAttachment.size), 0)).where(
        MessageAttachment.message_id.in_(_readable(person).with_only_columns(Message.id))
    )
    return int(session.scalar(query) or 0)


def _readable(person: Person) -> sa.Select[Message]:
    """Return the query for the messages that she wrote or was sent."""
    hers = sa.or_(Conversation.candidate_id == person.id, Conversation.recruiter_id == person.id)
    mine = sa.select(Conversation.id).where(hers)
    return sa.select(Message).where(sa.or_(Message.author_id == person.id, Message.conversation_id.in_(mine)))


def archive(session: Session, person: Person, *, at: datetime) -> bytes:
    """Return the archive (ZIP): donnees.json, lisez-moi.html, pieces/…"""
    _ = gettext_for(person.language)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive_:
        stored = data(session, person, at=at)
        archive_.writestr("donnees.json", json.dumps(stored, ensure_ascii=False, indent=2))
        archive_.writestr("lisez-moi.html", page(session, person, stored, _, at=at))
        for name, content in _files(session, person):
            archive_.writestr(name, content)
    return target.getvalue()


def data(session: Session, person: Person, *, at: datetime) -> dict[str, Any]:
    """Return everything as JSON types, by table."""
    return {
        "exported_at": at.isoformat(),
        "site": settings_of(session).site_name,
        "person": {
            "address": person.address,
            "name": person.name,
            "language": person.language,
            "since": person.created_at.isoformat(),
            "last_sign_of_life": person.life_at.isoformat(),
            "roles": sorted(map(str, people.roles(session, person))),
        },
        "messages": [_message(session, one, person) for one in session.scalars(_readable(person).order_by(Message.id))],
        "tables": {
            table.name: rows for table in Base.metadata.sorted_tables if (rows := _rows(session, table, person))
        },
    }


def _rows(session: Session, table: sa.Table, person: Person) -> list[dict[str, Any]]:
    if table.name in _ELSEWHERE:
        return []
    hers = [
        column == person.id
        for column in table.c
        if column.name == "person_id" or any(key.target_fullname == "person.id" for key in column.foreign_keys)
    ]
    if "address_key" in table.c:
        hers.append(table.c.address_key == person.address_key)
    if not hers:
        return []
    columns = [column for column in table.c if column.name not in _LEFT_OUT and column.computed is None]
    columns = [column for column in columns if not isinstance(column.type, sa.LargeBinary)]
    # Two people's rows tell each other by numbers only; those of others are left out.
    columns = [column for column in columns if column.name == "person_id" or not _names_somebody(column)]
    query = sa.select(*columns).where(sa.or_(*hers)).order_by(*table.primary_key.columns)
    return [{name: _plain(value) for name, value in row.items()} for row in session.execute(query).mappings()]


def _names_somebody(column: sa.Column[Any]) -> bool:
    return any(key.target_fullname == "person.id" for key in column.foreign_keys)


def _plain(value: Any) -> Any:
    """Return a value as JSON knows it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)


def _message(session: Session, message: Message, person: Person) -> dict[str, Any]:
    return {
        "conversation": message.conversation_id,
        "from_you": message.author_id == person.id,
        "at": message.at.isoformat(),
        "subject": message.subject,
        "text": message.text,
        "files": [_path(row.id, row.filename) for row in _attachments(session, message.id)],
    }


def _attachments(session: Session, message_id: int) -> list[MessageAttachment]:
    query = sa.select(MessageAttachment).where(MessageAttachment.message_id == message_id)
    return list(session.scalars(query.order_by(MessageAttachment.id)))


def _path(attachment_id: int, filename: str) -> str:
    return f"pieces/{attachment_id}-{_UNSAFE.sub('_', filename)[-100:]}"


def _files(session: Session, person: Person) -> Iterator[tuple[str, bytes]]:
    """Yield the files of her conversations, one message at a time."""
    for message_id in session.scalars(_readable(person).with_only_columns(Message.id).order_by(Message.id)).all():
        rows, contents = _attachments(session, message_id), conversations.files(session, message_id)
        for row, file in zip(rows, contents, strict=True):
            yield _path(row.id, row.filename), file.content


def page(session: Session, person: Person, stored: dict[str, Any], _: Callable[[str], str], *, at: datetime) -> str:
    """Return the page to read: who she is to us, her applications with their messages, and every table in words."""
    zone = settings_of(session).zone
    theirs, messages_title, rest = _("Vos candidatures"), _("Vos messages"), _("Tout ce que nous conservons d’autre")
    you, correspondent = _("Vous"), _("Votre correspondant")
    blocks = [f"<p>{_esc(person.name)} &lt;{_esc(person.address)}&gt;</p>", f"<h2>{_esc(theirs)}</h2>"]
    for application in applications.of_person(session, person):
        offer = session.get_one(Offer, application.offer_id)
        lines = [
            f"<li>{line.at.astimezone(zone):%d/%m/%Y %H:%M} : {_esc(_(EVENTS[line.event]))}</li>"
            for line in applications.timeline(session, application)
        ]
        blocks.append(f"<h3>{_esc(offer.title)}, {_esc(offer.employer)}</h3><ul>{''.join(lines)}</ul>")
    blocks.append(f"<h2>{_esc(messages_title)}</h2>")
    for one in stored["messages"]:
        author = you if one["from_you"] else correspondent
        files = "".join(f'<li><a href="{_esc(path)}">{_esc(path)}</a></li>' for path in one["files"])
        blocks.append(f"<h3>{_esc(author)}, {_esc(one['at'][:10])}</h3><pre>{_esc(one['text'])}</pre><ul>{files}</ul>")
    blocks.append(f"<h2>{_esc(rest)}</h2>")
    for name, rows in stored["tables"].items():
        blocks += [f"<h3>{_esc(name)}</h3>", *map(_table, rows)]
    title = _("Vos données, le %(day)s") % {"day": f"{at.astimezone(zone):%d/%m/%Y}"}
    return _PAGE.format(language=person.language, title=_esc(title), body="\n".join(blocks))


def _table(row: dict[str, Any]) -> str:
    cells = "".join(
        f'<tr><th scope="row">{_esc(name)}</th><td>{_esc(_said(value))}</td></tr>'
        for name, value in row.items()
        if value not in (None, "", [], {})
    )
    return f"<table>{cells}</table>"


def _said(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)


def _esc(text: str) -> str:
    return html.escape(text)


_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 68ch; margin: 2rem auto; padding: 0 1rem; }}
pre {{ white-space: pre-wrap; font: inherit; border-left: 3px solid #0f5257; padding-left: 1rem; }}
table {{ border-collapse: collapse; margin: 0 0 1rem; }}
th, td {{ text-align: left; vertical-align: top; padding: 0.1rem 1rem 0.1rem 0; overflow-wrap: anywhere; }}
</style></head><body><h1>{title}</h1>
{body}
</body></html>
"""
