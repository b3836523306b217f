"""docs/importing.md is true: its files are written and its commands run, in their order, on an empty installation."""

from __future__ import annotations

import re
import shlex
from datetime import timedelta
from pathlib import Path

from jobboard import candidate_rows, offer_rows
from jobboard.clock import now
from jobboard.db import Database
from jobboard.people import Role, admit, grant
from jobboard.subscriber_rows import EXPORTED
from tests.passerelle.conftest import Run

PAGE = Path(__file__).parents[2] / "docs/importing.md"
BLOCK = re.compile(r"^```\w+ (file|run)(?:=(\S+))?\n(.*?)^```$", re.M | re.S)


def test_the_recipes_of_importing_work(passerelle: Run, database: Database, tmp_path: Path) -> None:
    with database.transaction() as session:
        grant(session, admit(session, "ines@equipe.example", name="Inès Roux", at=now()), Role.STAFF, at=now())
    soon = (now() + timedelta(days=60)).strftime("%d/%m/%Y")
    text = PAGE.read_text("utf-8").replace("31/03/2027", soon)
    said = ""
    for what, name, content in BLOCK.findall(text):
        if what == "file":
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content, "utf-8")
            continue
        for command in content.splitlines():
            done = passerelle(*shlex.split(command)[1:])
            assert done.exit_code == 0, f"{command}: {done.output}"
            said += done.stdout
    assert "1  are subscribers now" in said
    assert "1  are on that list already" in said
    for expected in ("wait for the staff's decision", "have closed", "are drafts", "came with an import before"):
        assert f"1  {expected}" in said, expected
    assert "2  are asked by mail" in said
    assert "line 4: the CV cv-absent.pdf is missing in the folder" in said
    assert "2  were asked before: no second question" in said
    columns = (*EXPORTED, *offer_rows.COLUMNS, *candidate_rows.COLUMNS)
    assert all(f"`{name}`" in text for name in columns if name not in ("line", "why"))
