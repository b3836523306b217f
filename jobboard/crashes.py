"""Named points at which the tests kill a process, to prove that nothing is lost and nothing leaves twice.

Armed only in development with PASSERELLE_CRASH_POINTS: a file named like the point under HOME/crash-points, taken away
by the process that dies of it, so that the one started in its place goes on.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

# Between every two commits of accept, dispatch, match, shortlist, post and deliver.
POINTS = (
    "accept:before-commit",
    "accept:after-commit",
    "dispatch:read",
    "dispatch:before-commit",
    "dispatch:after-commit",
    "match:before-commit",
    "match:after-commit",
    "shortlist:before-commit",
    "shortlist:after-commit",
    "post:before-commit",
    "post:after-commit",
    "deliver:claimed",
    "deliver:before-data",
    "deliver:after-data",
    "deliver:recorded",
    "letter:claimed",
    "letter:before-data",
    "letter:after-data",
    "letter:recorded",
)
# Of commands, which no story plays: between every two commits of an import of subscribers.
OF_COMMANDS = (
    "import:before-commit",
    "import:after-commit",
    "import:ask-before-commit",
    "import:ask-after-commit",
)

_armed: list[Path] = []


def arm(folder: Path) -> None:
    """Let this process die at the points that have a file in that folder."""
    folder.mkdir(parents=True, exist_ok=True)
    _armed[:] = [folder]


def point(name: str) -> None:
    """Die here, at once and without any cleaning up (SIGKILL), if a test asks for it; otherwise do nothing."""
    if not _armed:
        return
    assert name in POINTS + OF_COMMANDS, name
    try:
        (_armed[0] / name).unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
