"""`passerelle held`: list, show, release and drop what the last gate stopped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from jobboard import conversations, correspondence, held, outbox, people
from jobboard.clock import now
from jobboard.conversations import File, Words
from jobboard.db import Database
from jobboard.letters.base import Stream
from passerelle.cli import main
from tests.conftest import make_settings
from tests.jobboard.records import candidate, recruiter

INES = "ines@equipe.example"


@pytest.fixture
def run(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run the command on the test's database, with the environment of an installation."""
    monkeypatch.chdir(tmp_path)
    settings = make_settings(tmp_path)
    url = database.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    values = {"DATABASE_URL": url, "SECRET_KEY": settings.secret_key or "", "ENV": "development", "HOME": str(tmp_path)}
    for name, value in values.items():
        monkeypatch.setenv(f"PASSERELLE_{name}", value)

    def command(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["held", *arguments])

    return command


@pytest.fixture
def number(database: Database) -> int:
    """The number of a held mail whose text and file name hold the recruiter's address."""
    with database.transaction() as session:
        people.grant(session, people.admit(session, INES, name="Inès Roux", at=now()), people.Role.STAFF, at=now())
        lea, helene = candidate(session, "Léa [D]ubreuil"), recruiter(session)
        conversation = conversations.open_between(session, lea, helene, offer_id=None, at=now())
        files = (File(f"fiche {helene.address}.pdf", "application/pdf", b"x"),)
        words = Words("Sujet", f"Écrivez à {helene.address.upper()}\n\x1b[31mrouge\n", files=files)
        correspondence.relay(session, conversation, helene, words, at=now())
        [post] = outbox.claim(session, Stream.RELAY, worker=1, limit=1, at=now())
        places = ["mail > part 1 (text/plain): plain"]
        return held.hold(session, post, why=["address", "closed"], places=places, at=now()).id


def test_the_list_is_plain_and_says_when_there_is_nothing(
    run: Callable[..., Result], number: int, database: Database
) -> None:
    listed = run("list")
    assert listed.exit_code == 0
    assert listed.output.splitlines()[0].split() == ["id", "since", "until", "from", "why"]
    assert listed.output.splitlines()[1].split()[0] == str(number)
    assert "Hélène M." in listed.output
    assert "address, closed" in listed.output
    assert "\x1b" not in listed.output
    run("drop", str(number))
    assert run("list").output == "No message is held.\n"


def test_show_says_why_and_where_and_covers_the_secret(run: Callable[..., Result], number: int) -> None:
    shown = run("show", str(number))
    assert shown.exit_code == 0
    for expected in (
        "an address that must stay hidden",
        "cannot be opened",
        "part 1 (text/plain): plain",
        "Écrivez à •••",
    ):
        assert expected in shown.output, expected
    assert "horizon.example" not in shown.output.lower()
    assert "\x1b" not in shown.output


def test_a_release_needs_a_name_of_the_staff_and_happens_once(run: Callable[..., Result], number: int) -> None:
    assert run("release", str(number)).exit_code == 2
    stranger = run("release", str(number), "--by", "paul@autre.example")
    assert (stranger.exit_code, "is no member of the staff" in stranger.stderr) == (1, True)
    done = run("release", str(number), "--by", INES)
    assert (done.exit_code, done.output) == (0, f"Message {number} leaves, at the word of {INES}.\n")
    again = run("release", str(number), "--by", INES)
    assert (again.exit_code, "was released already" in again.stderr) == (1, True)
    assert "was released" in run("show", str(number)).output


def test_a_drop_may_carry_a_reason(run: Callable[..., Result], number: int) -> None:
    assert run("drop", str(number), "--by", "nobody@autre.example").exit_code == 1
    done = run("drop", str(number), "--by", INES, "--reason", "En PDF, svp.")
    assert (done.exit_code, done.output) == (0, f"Message {number} is dropped; its author is told.\n")
    assert "Reason given: En PDF, svp." in run("show", str(number)).output


@pytest.mark.parametrize("arguments", [("show", "999"), ("release", "999", "--by", INES), ("drop", str(2**80))])
def test_what_is_not_there_is_one_sentence(run: Callable[..., Result], number: int, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.exit_code == 1
    expected = f"passerelle: There is no held message {arguments[1]}: passerelle held list shows those that wait."
    assert done.stderr.strip() == expected


@pytest.mark.parametrize("arguments", [("show",), ("show", "the-first"), ("dance",), ("release", "--by", INES)])
def test_wrong_usage_is_exit_code_two(run: Callable[..., Result], arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2
