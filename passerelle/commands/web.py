"""`web`: the web application as a process."""

from __future__ import annotations

import click
from gunicorn.app.base import BaseApplication

from jobboard.settings import Settings, load
from passerelle import doors
from passerelle.installation import Installation, log_events, opened
from passerelle.sentences import one_sentence
from webapp.app import create_app


@click.command()
@click.option("--after-upgrade", is_flag=True, hidden=True, help="Wait for the supervisor's migration.")
@one_sentence
def command(after_upgrade: bool) -> None:
    """Run the web application alone."""
    log_events()
    run(load(), after_upgrade=after_upgrade)


class _Gunicorn(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """Gunicorn with our application and settings instead of a configuration file."""

    def __init__(self, installation: Installation, options: dict[str, object]) -> None:
        self._installation = installation
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> object:
        return create_app(self._installation.database, self._installation.addresses)


def run(settings: Settings, *, after_upgrade: bool = False) -> None:
    """Run the web application until SIGTERM."""
    with opened(settings) as installation:
        if after_upgrade:
            doors.wait_for_schema(settings.home)
        home = settings.home
        _Gunicorn(
            installation,
            {
                "bind": settings.web,
                "workers": 1,
                "worker_class": "gthread",
                "threads": 8,
                "timeout": 60,
                "graceful_timeout": 15,
                "loglevel": "warning",
                "proc_name": "passerelle-web",
                "control_socket_disable": True,
                "when_ready": lambda server: doors.say_ready(home, "web"),
            },
        ).run()
