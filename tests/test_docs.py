"""The documentation is true: its recipes are applied to a copy of the repository and run; its lists are compared."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from jobboard.settings import Settings
from tests.inbound import commands

ROOT = Path(__file__).parents[1]
PACKAGES = ("passerelle", "jobboard", "inbound", "mailer", "webapp", "scheduler", "templates")
BLOCK = re.compile(r"^```\w+ (file|append|after)=([^\n|]+)(?:\|([^\n]*))?\n(.*?)^```$", re.M | re.S)

# What the recipes promise, said by a program of its own in the copy.
PROMISED = """
from datetime import timedelta
from inbound.handlers.tables import BY_ROLE
from inbound.words import understand
from jobboard.letters import LETTERS, from_params
from jobboard.people import Role
from jobboard.settings import Settings
from mailer.rendering import Frame, render
from scheduler.timetable import rows

kind = LETTERS["congratulations"]
assert from_params("congratulations", kind.sample().to_params()) == kind.sample()
settings = Settings(_env_file=None, env="development")
from jobboard.clock import now
frame = Frame("fr", "Passerelle", "http://x", "Pourquoi.", "Comment.", "Aide.", settings.zone, now())
rendered = render("congratulations", {"first_name": "Léa"}, frame)
assert rendered.subject == "Bravo", rendered
assert "Bravo Léa" in rendered.text and "Bravo Léa" in rendered.html
assert understand("Bravo, merci !", BY_ROLE[Role.CANDIDATE]).word.word == "BRAVO"
row = next(row for row in rows(settings) if row.name == "applause")
assert row.does(None, now()) == "applauded" and row.useful_for == timedelta(hours=1)
print("kept")
"""


def test_the_recipes_of_adding_work(tmp_path: Path) -> None:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    blocks = BLOCK.findall((ROOT / "docs/adding.md").read_text("utf-8"))
    assert len(blocks) == 8
    for how, name, needle, code in blocks:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if how == "file":
            path.write_text(code, "utf-8")
            continue
        text = path.read_text("utf-8")
        if how == "append":
            path.write_text(text + code, "utf-8")
            continue
        assert text.count(needle) == 1, f"{name} no longer holds {needle!r}: docs/adding.md must say another line"
        path.write_text(text.replace(needle, f"{needle}\n{code.rstrip()}"), "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", PROMISED], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.stdout.strip() == "kept", done.stderr


def test_the_runbook_lists_every_setting() -> None:
    text = (ROOT / "docs/runbook.md").read_text("utf-8").split("## Settings")[1].split("## When")[0]
    listed = set(re.findall(r"`([A-Z_]+)`", "\n".join(line.split("|")[1] for line in text.splitlines() if "|" in line)))
    assert listed == {name.upper() for name in Settings.model_fields}


def test_the_readme_is_short_and_its_links_lead_somewhere() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert len(readme.splitlines()) < 150
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_decision_is_numbered_once() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs/decisions").glob("[0-9]*.md")]
    assert len(set(numbers)) == len(numbers)


def test_the_page_of_commands_is_made_from_the_tables() -> None:
    assert commands.PAGE.read_text("utf-8") == commands.page(), "run python -m tests.inbound.commands"
