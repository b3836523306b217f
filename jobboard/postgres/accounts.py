"""Under which user of the system the embedded server runs, and what that user can reach.

PostgreSQL refuses to run as root. Started by root it runs under an existing service user; no user is ever created and
no permission is ever widened for it: what it cannot reach is put where it can (see `layout` and `binaries`).
"""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from jobboard.errors import Misconfigured

# The best that exists: a user of our own if the operator made one, the one that owns databases on this system, and
# last the one that owns nothing (containers have no other). Other programs of that user could read the data.
SERVICE_USERS = ("passerelle", "postgres", "_postgres", "nobody")

# The server and its tools see nothing of our environment: no secret in it, no setting of another PostgreSQL.
_ENVIRONMENT = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Account:
    """A user of the system, by numbers."""

    uid: int
    gid: int


def is_root() -> bool:
    """Tell whether this process runs as root, so that the server has to run under another user."""
    return os.geteuid() == 0


def service_account(data: Path) -> Account | None:
    """Return whom the server of these data runs as, None when that is whoever runs us.

    The owner of data that exist, else the first of SERVICE_USERS. Raises Misconfigured when there is none.
    """
    if not is_root():
        return None
    if data.exists():
        return _owner(data)
    for name in SERVICE_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise Misconfigured(
        "PostgreSQL does not run as root and none of the users "
        f"{', '.join(SERVICE_USERS)} exists here: run Passerelle as an ordinary user, or create the user passerelle."
    )


def _owner(data: Path) -> Account:
    uid = data.lstat().st_uid
    if uid == 0:
        raise Misconfigured(
            f"{data} belongs to root, under whom PostgreSQL does not run: give it back to its user, "
            f"for example `chown -R postgres {data}` (`cp -a` keeps owners, `cp -r` does not)."
        )
    try:
        return Account(uid, pwd.getpwuid(uid).pw_gid)
    except KeyError as error:
        raise Misconfigured(
            f"{data} belongs to user number {uid}, unknown to this system: chown -R it to a user that exists."
        ) from error


def run(account: Account | None, *command: str | Path, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command to its end as that user, in a session of its own: Ctrl-C on our terminal does not reach it."""
    return subprocess.run(
        [str(word) for word in command],
        input=text,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        cwd="/",
        env=_ENVIRONMENT,
        start_new_session=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=() if account else None,
    )


def may_enter(account: Account | None, folder: Path) -> bool:
    """Tell whether that user may go into the folder, by trying."""
    return run(account, "/bin/sh", "-c", 'cd "$0"', folder).returncode == 0


def make_folder(folder: Path, mode: int, account: Account | None = None) -> None:
    """Make a folder with exactly that mode, owned by that user; one that exists is left as it is."""
    try:
        folder.mkdir()
    except FileExistsError:
        return
    folder.chmod(mode)  # whatever the umask says
    if account:
        os.chown(folder, account.uid, account.gid, follow_symlinks=False)
