"""Every setting of an installation: one typed object, read from `PASSERELLE_…` variables or `.env`.

Unknown names and wrong values are refused at start with their name, so that a misspelt setting never passes silently.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
from datetime import time
from enum import StrEnum
from functools import cached_property, lru_cache
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import AfterValidator, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from jobboard.errors import Misconfigured

PREFIX = "PASSERELLE_"
_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
_HOURS = re.compile(r"(\d{1,2})-(\d{1,2})")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


class Environment(StrEnum):
    """Where this runs; `development` opens `/dev/…` and the development mailbox."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"


class Weekday(StrEnum):
    """A day of the week."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


def _zone_name(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("is not a time zone of the IANA table, for example Europe/Paris") from error
    return name


class Settings(BaseSettings):
    """The settings; times of day are local to `timezone`, durations carry their unit in the name."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_file_encoding="utf-8", extra="forbid", frozen=True
    )

    home: Path = Path("./var")
    database_url: str | None = None
    mail_domain: str = "passerelle.localhost"
    base_url: str = "http://127.0.0.1:8000"
    smtp_url: str | None = None
    inbound: str = "smtp://127.0.0.1:8025"
    web: str = "127.0.0.1:8000"
    secret_key: str | None = None
    secret_key_old: str | None = None
    site_name: str = "Passerelle"
    site_sender: str | None = None
    language: str = "fr"
    timezone: Annotated[str, AfterValidator(_zone_name)] = "Europe/Paris"
    dkim_selector: str | None = None
    dkim_key: Path | None = None
    inbound_tls_cert: Path | None = None
    inbound_tls_key: Path | None = None
    trusted_authserv_id: str | None = None
    # Who hands mail to us as one of us: only their Authentication-Results are believed, and they are no first hop.
    trusted_peers: str = "unix 127.0.0.0/8 ::1/128 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 169.254.0.0/16 fc00::/7 fe80::/10"
    # Hosts in a private network that feeds and links may be fetched from: a server one develops with.
    egress_hosts: str = ""
    verify_senders: bool = True  # SPF, DKIM and DMARC by ourselves, for mail that strangers hand to us directly
    trusted_sealers: str = ""  # domains whose ARC seal may excuse a failed DMARC: mailing lists, forwarders
    env: Environment = Environment.PRODUCTION
    quiet_hours: str = "21-7"
    undo_minutes: int = Field(default=10, ge=0, le=24 * 60)
    closing_grace_minutes: int = Field(default=10, ge=0, le=24 * 60)

    # When the clock does what: "07:30", "mon 07:30" or "every 5 s" (see scheduler/timetable.py).
    digest_at: str = "07:30"  # where each person lives
    weekly_digest_day: Weekday = Weekday.MON  # for those who chose no day
    suggestions_at: str = "tue 08:00"  # new profiles for open offers
    hunts_daily_at: str = "08:00"
    hunts_weekly_at: str = "mon 08:00"
    letter_draft_at: str = "wed 09:00"
    # A TOML file with lists of letters beside, or instead of, the three that need none (jobboard/letter_lists.py).
    lists: Path | None = None
    letter_approvals: int = Field(default=1, ge=1, le=2)  # how many people of the staff must approve a letter
    # Caps: what protects people and our reputation.
    instant_mails_per_day: int = Field(default=3, ge=0)
    strangers_per_hour: int = Field(default=200, ge=0)
    stranger_hours: float = Field(default=24.0, ge=0)
    applications_per_day: int = Field(default=20, ge=1)
    # Questions to people whose address came with an import: how many leave in an hour, and for how long they stand.
    import_questions_per_hour: int = Field(default=600, ge=1)
    import_question_days: int = Field(default=14, ge=1, le=90)
    # How long slots that are shown stay reserved for who is choosing, and one that is proposed to who waits.
    appointment_hold_minutes: int = Field(default=30, ge=0)
    appointment_proposal_minutes: int = Field(default=720, ge=5)
    proposals_per_person: int = Field(default=2, ge=0)  # in 30 days, over all recruiters
    proposals_per_recruiter_per_day: int = Field(default=20, ge=0)
    proposal_days: int = Field(default=14, ge=1)  # without an answer a proposal lapses
    searches_per_recruiter_per_day: int = Field(default=50, ge=1)  # by mail
    hunts_per_recruiter: int = Field(default=20, ge=1)  # followed at a time
    applications_per_offer: int = Field(default=3, ge=1)
    colleagues_per_offer: int = Field(default=10, ge=0)
    mails_per_sender_per_hour: int = Field(default=60, ge=1)
    mails_per_conversation_per_hour: int = Field(default=30, ge=1)
    mails_per_network_per_hour: int = Field(default=600, ge=1)
    # What refusals weigh against an address, how they fade, and when it is left in peace (jobboard/suppression.py).
    bounce_weight_hard: float = Field(default=3.0, ge=0)
    bounce_weight_soft: float = Field(default=1.0, ge=0)
    bounce_weight_full: float = Field(default=0.5, ge=0)
    bounce_half_life_days: float = Field(default=30.0, gt=0)
    bounce_threshold: float = Field(default=5.0, gt=0)
    bounce_hard_limit: int = Field(default=2, ge=1)
    bounce_settle_days: float = Field(default=4.0, ge=0)
    workers: int = Field(default=1, ge=1, le=16)  # processes of `serve` that do what waits; two use two processors
    # Letters: connections of one worker, how many of all workers' serve one MX group, who belongs to which, when a send
    # that goes wrong pauses by itself (parts of what has left, from so many copies on), and when it is too late to go on.
    letter_connections: int = Field(default=4, ge=1, le=64)
    mx_group_connections: int = Field(default=4, ge=1)
    mx_groups: str = (
        "gmail: gmail.com googlemail.com; outlook: outlook.com outlook.fr hotmail.com hotmail.fr live.com live.fr msn.com; "
        "orange: orange.fr wanadoo.fr; free: free.fr; sfr: sfr.fr neuf.fr cegetel.net numericable.fr club-internet.fr; "
        "laposte: laposte.net; yahoo: yahoo.com yahoo.fr ymail.com aol.com"
    )
    letter_gone_rate: float = Field(default=0.05, gt=0, le=1)
    letter_complaint_rate: float = Field(default=0.003, gt=0, le=1)
    letter_rates_from: int = Field(default=200, ge=1)
    letter_late_hours: float = Field(default=6.0, gt=0)
    # Sizes in octets, delays in seconds or days.
    max_mail_octets: int = Field(default=35 * 1024 * 1024, ge=1024)
    relay_max_octets: int = Field(default=25 * 1024 * 1024, ge=1024)
    smtp_timeout_seconds: float = Field(default=60.0, gt=0)
    sweep_seconds: float = Field(default=30.0, gt=0)
    give_up_days: float = Field(default=5.0, gt=0)
    question_days: int = Field(default=7, ge=1)
    ticket_days: int = Field(default=730, ge=1)
    conversation_grace_days: int = Field(default=30, ge=0)
    # How long things are kept (jobboard/retention.py has the table).
    raw_mail_days: int = Field(default=30, ge=1)
    trace_days: int = Field(default=365, ge=30)
    unanswered_days: int = Field(default=30, ge=8)
    login_days: int = Field(default=30, ge=1)
    act_days: int = Field(default=30, ge=1)
    audit_days: int = Field(default=365, ge=1)
    appointment_notes_days: int = Field(default=730, ge=1)
    participation_days: int = Field(default=365, ge=1)
    hunt_days: int = Field(default=180, ge=1)
    sighting_days: int = Field(default=365, ge=1)
    import_asked_days: int = Field(default=1095, ge=365)
    held_days: int = Field(default=30, ge=1)
    chase_after_days: int = Field(default=7, ge=0)
    chases_per_application: int = Field(default=2, ge=0)
    interview_minutes: int = Field(default=45, ge=5, le=480)
    erasure_days: int = Field(default=7, ge=0)
    silence_days: int = Field(default=730, ge=30)
    silence_notice_days: int = Field(default=30, ge=1)
    export_attached_octets: int = Field(default=8 * 1024 * 1024, ge=0)
    # Only in development: kill -9 at a named point, for the tests that prove that nothing is lost.
    crash_points: bool = False

    @field_validator("mail_domain")
    @classmethod
    def _domain(cls, value: str) -> str:
        value = value.strip().rstrip(".").lower()
        if not _DOMAIN.fullmatch(value):
            raise ValueError("is not a domain name, for example emploi.exemple.fr")
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str | None) -> str | None:
        """Keep the form that every library of ours reads; SQLAlchemy's own names a driver besides."""
        if not value:
            return None
        scheme, separator, rest = value.strip().partition("://")
        if scheme.partition("+")[0] not in ("postgresql", "postgres") or not separator:
            raise ValueError("is not an address of PostgreSQL, for example postgresql://user:password@host/database")
        return f"postgresql://{rest}"

    @field_validator("base_url")
    @classmethod
    def _url(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("is not an address of the web, for example https://emploi.exemple.fr")
        return value.rstrip("/")

    @field_validator("quiet_hours")
    @classmethod
    def _hours(cls, value: str) -> str:
        found = _HOURS.fullmatch(value.strip()) if value.strip() else None
        if value.strip() and (not found or max(int(found[1]), int(found[2])) > 24):
            raise ValueError("is not a pair of hours such as 21-7 (empty: no quiet hours)")
        return value.strip()

    @field_validator("trusted_peers")
    @classmethod
    def _networks(cls, value: str) -> str:
        for each in _words(value):
            try:
                _ = each == "unix" or ip_network(each)
            except ValueError as error:
                raise ValueError("is not a list of networks such as unix 127.0.0.0/8 2001:db8::/48") from error
        return value

    @field_validator("language")
    @classmethod
    def _language(cls, value: str) -> str:
        if value not in ("fr", "en"):
            raise ValueError("is not one of fr, en")
        return value

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.database_url and not self.secret_key:
            raise ValueError(f"{PREFIX}SECRET_KEY is required when {PREFIX}DATABASE_URL is set: machines share it")
        if self.env is Environment.PRODUCTION and not self.smtp_url:
            raise ValueError(f"{PREFIX}SMTP_URL is required in production: where outgoing mail goes")
        if self.secret_key is not None and len(self.secret_key) < 16:
            raise ValueError(f"{PREFIX}SECRET_KEY is too short: 16 characters at least")
        if bool(self.dkim_selector) != bool(self.dkim_key):
            raise ValueError(f"{PREFIX}DKIM_SELECTOR and {PREFIX}DKIM_KEY go together")
        if bool(self.inbound_tls_cert) != bool(self.inbound_tls_key):
            raise ValueError(f"{PREFIX}INBOUND_TLS_CERT and {PREFIX}INBOUND_TLS_KEY go together")
        if self.crash_points and self.env is not Environment.DEVELOPMENT:
            raise ValueError(f"{PREFIX}CRASH_POINTS is for development only")
        return self

    @property
    def development(self) -> bool:
        """Whether the development pages are open."""
        return self.env is Environment.DEVELOPMENT

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone of the installation."""
        return ZoneInfo(self.timezone)

    @property
    def sender(self) -> str:
        """The From address of our letters."""
        return self.site_sender or f"bonjour@{self.mail_domain}"

    @cached_property
    def trusted_peer_networks(self) -> tuple[str, ...]:
        """The networks of `trusted_peers`, and "unix" for the socket."""
        return _words(self.trusted_peers)

    @cached_property
    def trusted_sealer_domains(self) -> tuple[str, ...]:
        """The domains of `trusted_sealers`."""
        return _words(self.trusted_sealers.lower())

    @cached_property
    def egress_allowed(self) -> frozenset[str]:
        """The hosts of `egress_hosts`."""
        return frozenset(_words(self.egress_hosts.lower()))

    @property
    def outgoing(self) -> str:
        """Where mail goes: the configured server, or the development mailbox under `home`."""
        return self.smtp_url or f"maildir:{self.home.absolute() / 'mailbox'}"

    @property
    def quiet(self) -> tuple[int, int] | None:
        """The hours (from, to) in which instant alerts wait, or None."""
        if not self.quiet_hours:
            return None
        start, end = self.quiet_hours.split("-")
        return int(start), int(end)

    @property
    def digest_time(self) -> time:
        """The time of the day of digests; 07:30 where `digest_at` is an interval, to try things out."""
        found = _CLOCK.fullmatch(self.digest_at.strip())
        return time(int(found[1]), int(found[2])) if found else time(7, 30)

    @cached_property
    def roots(self) -> tuple[bytes, ...]:
        """The root secrets, the one that writes first; made once under `home` when none is given."""
        first = self.secret_key.encode() if self.secret_key else _own_secret(self.home)
        return (first, self.secret_key_old.encode()) if self.secret_key_old else (first,)

    def keys(self, purpose: str) -> tuple[bytes, ...]:
        """Return 32 octets derived for one purpose from each root (HKDF, RFC 5869), the one that writes first."""
        return tuple(_derived(root, purpose) for root in self.roots)


@lru_cache(maxsize=64)
def _derived(root: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"passerelle:{purpose}".encode()).derive(root)


def _words(value: str) -> tuple[str, ...]:
    """Return the words of a list, separated by spaces or commas."""
    return tuple(value.replace(",", " ").split())


def _own_secret(home: Path) -> bytes:
    """Return the secret kept under `home`, made at the first call; two processes starting at once agree on one."""
    home.mkdir(parents=True, exist_ok=True)
    path = home / "secret_key"
    if not path.exists():
        draft = home / f".secret_key.{os.getpid()}.{secrets.token_hex(4)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.urlsafe_b64encode(secrets.token_bytes(48)))
        try:
            os.link(draft, path)  # fails where another process was first: then its secret is ours
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes().strip()


def load(**given: object) -> Settings:
    """Read the settings of this process; raises Misconfigured with one sentence that names each wrong setting."""
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name.upper() not in known)
    if unknown:
        raise Misconfigured(f"Unknown setting {', '.join(unknown)}: see docs/runbook.md for the list.")
    try:
        return Settings(**given)  # type: ignore[arg-type]  # names and values are checked by pydantic itself
    except ValidationError as error:
        raise Misconfigured("; ".join(_sentence(part) for part in error.errors())) from error


def _sentence(part: object) -> str:
    """Return one sentence for one error of pydantic."""
    assert isinstance(part, dict)
    message = str(part["msg"]).removeprefix("Value error, ")
    name = "_".join(str(place) for place in part["loc"]).upper().removeprefix(PREFIX)
    if not name:
        return message
    if part["type"] == "extra_forbidden":
        return f"Unknown setting {PREFIX}{name} in .env: see docs/runbook.md for the list"
    return f"{PREFIX}{name} {message[0].lower()}{message[1:]} (it is {part['input']!r})"
