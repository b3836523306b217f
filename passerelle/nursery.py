"""Where `serve` has its doors from: one process that has loaded everything, forked for each door.

What they have loaded they share, a hundred megabytes that each would otherwise have for itself, and a door that ended is
there again at once.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
from contextlib import suppress
from multiprocessing.process import BaseProcess

from setproctitle import setproctitle

_NURSERY = multiprocessing.get_context("forkserver")
_NURSERY.set_forkserver_preload(["passerelle.preloaded"])


def start(door: str, *arguments: str) -> BaseProcess:
    """Run a command of ours as a process in a session of its own."""
    process = _NURSERY.Process(target=_run, args=(door, arguments), name=door)
    process.start()
    return process


def bury(process: BaseProcess) -> None:
    """End what is left of a process that is said to have ended: its own children, or, where the nursery was killed and
    nobody can know, itself.
    """
    assert process.pid is not None
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _run(door: str, arguments: tuple[str, ...]) -> None:
    os.setsid()  # Ctrl-C reaches the supervisor only, which then stops its doors in order
    setproctitle(f"passerelle {door}")
    importlib.import_module(f"passerelle.commands.{door}").command.main(list(arguments), prog_name="passerelle")
