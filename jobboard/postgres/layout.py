"""Where the embedded server of one HOME keeps its things.

Everything is in HOME/postgres when the server's user can go there: always for an ordinary user. For root with a HOME
that others cannot enter, data, log and socket are in a folder of their own under /var/lib/passerelle, and HOME/postgres
keeps the locks, the password and the mark that says where the data are.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import stat
from dataclasses import asdict, dataclass
from pathlib import Path

from jobboard.errors import Misconfigured
from jobboard.postgres.accounts import Account, is_root, make_folder, may_enter, service_account
from jobboard.postgres.binaries import MAJOR, SHARED, make_shared

_SOCKET_PATH_LIMIT = 103  # octets, on macOS; Linux allows 107

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Mark:
    """What HOME remembers of its data: where they are, their major version, the inode that tells them from a copy."""

    place: str  # "." for HOME/postgres itself: HOME can be moved
    major: int
    inode: int


@dataclass(frozen=True)
class Embedded:
    """The embedded server of one HOME: its folders and its user (None: whoever runs us)."""

    home: Path
    place: Path
    account: Account | None

    @property
    def folder(self) -> Path:
        """HOME's own part: locks, password, mark."""
        return folder_of(self.home)

    @property
    def data(self) -> Path:
        """The data directory of PostgreSQL."""
        return self.place / "data"

    @property
    def log(self) -> Path:
        """The folder of the server's logs."""
        return self.place / "log"

    @property
    def sockets(self) -> Path:
        """The private folder of the server's socket: beside the data, unless clients could not use that path."""
        beside = self.place / "run"
        if len(os.fsencode(beside / ".s.PGSQL.65535")) <= _SOCKET_PATH_LIMIT and "," not in str(beside):
            return beside
        uid = self.account.uid if self.account else os.geteuid()
        return Path(f"/tmp/passerelle-{uid}-{_digest(str(self.place))}")

    @property
    def name(self) -> str:
        """The name that every process of this server shows: it follows data that are moved, not those copied."""
        info = self.data.stat()
        return f"passerelle-{_digest(f'{info.st_dev}:{info.st_ino}')}"

    @property
    def mark(self) -> Path:
        """The file that holds the mark."""
        return self.folder / "cluster.json"


def folder_of(home: Path) -> Path:
    """Return where a HOME keeps what concerns its server."""
    return home / "postgres"


def open_home(home: Path) -> Path:
    """Make HOME and its folder for the server when they are missing; return HOME without symbolic links."""
    home.mkdir(parents=True, exist_ok=True)
    home = home.resolve()
    owner = home.stat().st_uid
    if is_root() and owner != 0:
        raise Misconfigured(f"{home} belongs to user number {owner}: run Passerelle as this user rather than as root.")
    make_folder(folder_of(home), 0o711 if is_root() else 0o700)
    return home


def settle(home: Path) -> Embedded:
    """Return where the server of this HOME is or shall be; the caller holds the lock of its start.

    Raises Misconfigured when the data are gone, belong to another HOME, or are of another major version.
    """
    found = _read_mark(folder_of(home) / "cluster.json")
    place = _place_of(home, found) if found else _choose(home)
    embedded = Embedded(home, place, service_account(place / "data"))
    if found and not (embedded.data / "PG_VERSION").exists():
        raise Misconfigured(
            f"The data of {home} are no longer in {embedded.data}: put them back or restore a backup; "
            f"to begin again with an empty database, delete {embedded.mark}."
        )
    _check_major(embedded)
    return embedded


def write_mark(embedded: Embedded) -> None:
    """Note in HOME where its data are."""
    place = "." if embedded.place == embedded.folder else str(embedded.place)
    mark = Mark(place, MAJOR, embedded.data.stat().st_ino)
    if mark != _read_mark(embedded.mark):
        draft = embedded.mark.with_suffix(".new")
        draft.write_text(json.dumps(asdict(mark)) + "\n", encoding="utf-8")
        draft.replace(embedded.mark)


def is_copy(embedded: Embedded) -> bool:
    """Tell whether the data are not the very directory that the mark was written for."""
    mark = _read_mark(embedded.mark)
    return mark is not None and mark.inode != embedded.data.stat().st_ino


def make_private(folder: Path, account: Account | None) -> None:
    """Make a folder that only its user enters; raises Misconfigured when it exists and is not so."""
    make_folder(folder, 0o700, account)
    info = folder.lstat()
    expected = account.uid if account else os.geteuid()
    if not stat.S_ISDIR(info.st_mode) or info.st_uid != expected or info.st_mode & 0o077:
        raise Misconfigured(
            f"{folder} should be a folder of user number {expected}, closed to all others: remove it, then start again."
        )


def _read_mark(path: Path) -> Mark | None:
    try:
        return Mark(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        raise Misconfigured(f"{path} is damaged: restore it from a backup of HOME.") from error


def _place_of(home: Path, mark: Mark) -> Path:
    """Return the place that the mark names; one outside HOME has to be of this HOME, which may have been moved."""
    if mark.place == ".":
        return folder_of(home)
    place = Path(mark.place)
    owner = place / "home"
    try:
        former = Path(owner.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Misconfigured(
            f"The data of {home} are not in {place} on this machine: restore a backup; "
            f"to begin again with an empty database, delete {folder_of(home) / 'cluster.json'}."
        ) from error
    if former != home:
        if (folder_of(former) / "cluster.json").exists():
            raise Misconfigured(
                f"{home} is a copy of {former}, and both say that their data are in {place}: "
                f"to begin with an empty database here, delete {folder_of(home) / 'cluster.json'}; "
                "to take the data along, use `passerelle backup` and `passerelle restore`."
            )
        owner.write_text(str(home), encoding="utf-8")
    return place


def _choose(home: Path) -> Path:
    """Return where a HOME without data shall have them; never a folder that has data already."""
    folder = folder_of(home)
    account = service_account(folder / "data")
    if (folder / "data").exists() or may_enter(account, folder):
        return folder
    make_shared()
    for number in range(1, 100):
        place = SHARED / (_digest(str(home)) + (f"-{number}" if number > 1 else ""))
        make_folder(place, 0o711)
        owner = place / "home"
        if not owner.exists():
            owner.write_text(str(home), encoding="utf-8")
        if owner.read_text(encoding="utf-8") == str(home) and not (place / "data").exists():
            break
        log.warning("postgres.left place=%s: data of a former HOME; remove it if nobody needs it", place)
    if not may_enter(account, place):
        raise Misconfigured(f"{SHARED} is closed to the service user of PostgreSQL: `chmod 711 {SHARED}`.")
    return place


def _check_major(embedded: Embedded) -> None:
    version = embedded.data / "PG_VERSION"
    major = version.read_text(encoding="ascii").strip() if version.exists() else str(MAJOR)
    if major != str(MAJOR):
        raise Misconfigured(
            f"{embedded.data} was written by PostgreSQL {major} and this release runs PostgreSQL {MAJOR}: "
            "with the former release run `passerelle backup DIR`, then with this one and a new PASSERELLE_HOME "
            "run `passerelle restore DIR`."
        )


def _digest(text: str) -> str:
    return hashlib.sha256(os.fsencode(text)).hexdigest()[:12]
