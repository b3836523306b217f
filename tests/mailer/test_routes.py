"""The setting that says where mail goes, right and wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobboard.errors import Misconfigured
from mailer.routes import Scheme, StartTls, parse
from mailer.transport import open_transport


@pytest.mark.parametrize(
    ("url", "host", "port", "starttls"),
    [
        ("smtp://localhost", "localhost", 25, StartTls.OPPORTUNISTIC),
        ("smtp://[::1]:2525", "::1", 2525, StartTls.OPPORTUNISTIC),
        ("smtp://mx.example?starttls=required", "mx.example", 25, StartTls.REQUIRED),
        ("smtp://mx.example?ca=/dev/null", "mx.example", 25, StartTls.REQUIRED),
        ("smtp://lea:hunter2@mx.example", "mx.example", 587, StartTls.REQUIRED),
        ("smtp://lea:hunter2@mx.example:25/?starttls=never", "mx.example", 25, StartTls.NEVER),
        ("smtps://lea:hunter2@mx.example", "mx.example", 465, StartTls.NEVER),
        ("lmtp://mx.example", "mx.example", 24, StartTls.NEVER),
    ],
)
def test_what_is_not_said_has_a_safe_default(url: str, host: str, port: int, starttls: StartTls) -> None:
    route = parse(url)
    assert (route.host, route.port, route.starttls) == (host, port, starttls)
    assert route.lmtp is (route.scheme is Scheme.LMTP)
    assert "hunter2" not in repr(route)


def test_user_and_password_are_percent_encoded() -> None:
    route = parse("smtps://l%C3%A9a%40asso.example:p%3A%2F%23%25@mx.example")
    assert route.login
    assert (route.login.user, route.login.password) == ("léa@asso.example", "p:/#%")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:25",
        "http://localhost",
        "smpt://localhost",
        "smtp:localhost",
        "smtp://",
        "smtp://:25",
        "smtp://localhost:port",
        "smtp://localhost:0",
        "smtp://localhost:70000",
        "smtp://[::1",
        "smtp://" + "a" * 70 + ".example",
        "smtp://lea@localhost",
        "smtp://:hunter2@localhost",
        "smtp://lea:hunter2@localhost/path",
        "smtp://lea:hunter2#1@localhost",
        "smtp://localhost?starttls=maybe",
        "smtp://localhost?startls=required",
        "smtp://localhost?starttls=never&starttls=required",
        "smtp://localhost?starttls=never&ca=/ca.pem",
        "smtp://localhost?ca=/does/not/exist.pem",
        "smtp://lea:hunter2@localhost?starttls=opportunistic",
        "smtps://localhost?starttls=required",
        "lmtp://localhost?starttls=required",
        "lmtp://lea:hunter2@localhost:24",
        "lmtp+unix:",
        "lmtp+unix:relative",
        "lmtp+unix://host/path",
        "maildir:relative",
        "maildir://host/path",
        "maildir:?x=1",
    ],
)
def test_a_wrong_setting_is_refused_with_its_name_and_without_its_password(url: str, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="PASSERELLE_SMTP_URL") as refused:
        open_transport(url, home=tmp_path, hello="x.example")
    assert "hunter2" not in str(refused.value)
