"""The command line: `passerelle`. Every failure is one sentence that says what to do; exit codes 0, 1, 2."""

from __future__ import annotations

import importlib
import keyword

import click

from passerelle import __version__

COMMANDS = (
    "serve",
    "demo",
    "web",
    "inbound",
    "worker",
    "clock",
    "db",
    "staff",
    "doctor",
    "status",
    "replay",
    "held",
    "person",
    "letter",
    "import",
    "export",
    "backup",
    "restore",
)


class Commands(click.Group):
    """The commands, each loaded when it is called: a door starts in a third of the time that all of them would take."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or None for a name that is none."""
        if cmd_name not in COMMANDS:
            return None
        # A word of Python's own takes an underscore as the name of its module.
        module = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        found = importlib.import_module(f"passerelle.commands.{module}").command
        assert isinstance(found, click.Command)
        return found


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="passerelle")
def main() -> None:
    """An email-first notification and digest system for a job board."""
