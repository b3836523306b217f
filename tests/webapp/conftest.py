"""The application over a real database, a small board in it, and ways of signing in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from jobboard import logins, people
from jobboard.addresses import Addresses
from jobboard.clock import now
from jobboard.db import Database
from jobboard.logins import Asked, Login
from jobboard.outbox import Post
from webapp.app import create_app


@dataclass
class Site:
    """The application, its database, and what tests do with both."""

    app: Flask
    database: Database
    addresses: Addresses

    def browser(self) -> FlaskClient:
        """Return a browser without any cookie."""
        return self.app.test_client()

    def do(self, act: Callable[[Session], object]) -> object:
        """Do something in one transaction and return what it returns."""
        with self.database.transaction() as session:
            return act(session)

    def posts(self, kind: str | None = None) -> list[Post]:
        """Return the letters in the outbox, oldest first."""
        query = sa.select(Post).order_by(Post.id)
        with self.database.transaction() as session:
            return list(session.scalars(query.where(Post.kind == kind) if kind else query))

    def login_link(self, address: str) -> tuple[str, Asked]:
        """Return a fresh link for a person, and what the asking browser keeps."""
        asked = logins.new_asking()
        with self.database.transaction() as session:
            person = people.find(session, address)
            assert person is not None
            logins.send_link(session, person, asked, at=now())
        path = self.posts("login_link")[-1].params["path"]
        assert isinstance(path, str)
        return path, asked

    def signed_in(self, address: str) -> FlaskClient:
        """Return a browser in which that person has signed in."""
        path, asked = self.login_link(address)
        browser = self.browser()
        answer = browser.post(path, data={"code": asked.code})
        assert answer.status_code == 303, answer.text
        return browser

    def logins(self) -> int:
        """Return how many links were sent."""
        with self.database.transaction() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(Login)) or 0


@pytest.fixture
def site(database: Database, addresses: Addresses) -> Site:
    """The application of the test's installation."""
    return Site(create_app(database, addresses), database, addresses)


@pytest.fixture
def browser(site: Site) -> FlaskClient:
    """A browser without any cookie."""
    return site.browser()
