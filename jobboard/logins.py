"""Signing in without a password: a link by mail, valid once, and the session it opens.

Bearer secrets are stored as hashes. A link opened in another browser than the one that asked is confirmed by a short
code shown there, so that a forwarded or scanned link opens nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard import outbox
from jobboard.db import Base
from jobboard.errors import Refused
from jobboard.letters.account import LoginLink
from jobboard.people import Person
from jobboard.tickets import About, Reply

LINK_MINUTES = 60
SESSION_DAYS = 30
CODE_TRIES = 5


class Login(Base):
    """A link that was sent: used once, within the hour."""

    __tablename__ = "login"
    __table_args__ = (sa.Index("ix_login_person_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    browser_hash: Mapped[bytes]  # of the secret that the asking browser keeps
    code_hash: Mapped[bytes]  # of the code shown in the asking browser
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class WebSession(Base):
    """A signed-in browser."""

    __tablename__ = "web_session"
    __table_args__ = (sa.Index("ix_web_session_person_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Asked:
    """What the asking browser keeps: its secret, and the code that it shows."""

    browser_secret: str
    code: str


def new_asking() -> Asked:
    """Return fresh secrets for a browser; the same whether or not the address is known, so that nothing is told."""
    return Asked(secrets.token_urlsafe(24), f"{secrets.randbelow(1_000_000):06d}")


def send_link(session: Session, person: Person, asked: Asked, *, at: datetime) -> None:
    """Post a link to the person, bound to the browser that asked."""
    token = secrets.token_urlsafe(24)
    login = Login(
        person_id=person.id,
        token_hash=_hash(token),
        browser_hash=_hash(asked.browser_secret),
        code_hash=_hash(asked.code),
        created_at=at,
        expires_at=at + timedelta(minutes=LINK_MINUTES),
    )
    session.add(login)
    session.flush()
    outbox.post(
        session,
        LoginLink(f"/connexion/{token}", LINK_MINUTES),
        to=person,
        dedupe=f"login:{login.id}",
        reply=Reply(About.GENERAL),
        at=at,
    )


def find(session: Session, token: str, *, at: datetime) -> Login:
    """Return the login of a link, locked. Raises Refused("link-expired") for a used, old or unknown one."""
    login = session.scalar(sa.select(Login).where(Login.token_hash == _hash(token)).with_for_update())
    if login is None or login.used_at is not None or login.expires_at <= at or login.tries >= CODE_TRIES:
        raise Refused("link-expired")
    return login


def is_asking_browser(login: Login, browser_secret: str | None) -> bool:
    """Tell whether this browser is the one that asked."""
    return browser_secret is not None and hmac.compare_digest(login.browser_hash, _hash(browser_secret))


def sign_in(
    session: Session, login: Login, *, browser_secret: str | None, code: str | None, at: datetime
) -> str | None:
    """Use the link and return the token of a new session; None when another browser gave a wrong code (it counts)."""
    right_code = code is not None and hmac.compare_digest(login.code_hash, _hash(code.strip().replace(" ", "")))
    if not right_code and not is_asking_browser(login, browser_secret):
        login.tries += 1
        return None
    login.used_at = at
    session.get_one(Person, login.person_id).life_at = at
    token = secrets.token_urlsafe(32)
    session.add(
        WebSession(
            person_id=login.person_id,
            token_hash=_hash(token),
            created_at=at,
            expires_at=at + timedelta(days=SESSION_DAYS),
        )
    )
    return token


def person_of(session: Session, token: str, *, at: datetime) -> Person | None:
    """Return who is signed in with that session token."""
    return session.scalar(
        sa.select(Person)
        .join(WebSession, WebSession.person_id == Person.id)
        .where(WebSession.token_hash == _hash(token), WebSession.expires_at > at, WebSession.ended_at.is_(None))
    )


def sign_out(session: Session, token: str, *, at: datetime) -> None:
    """End a session."""
    session.execute(sa.update(WebSession).where(WebSession.token_hash == _hash(token)).values(ended_at=at))


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
