"""What PASSERELLE_SMTP_URL says: where outgoing mail goes, and under which protection.

    smtp://[user:password@]host[:port][?starttls=required|opportunistic|never][&ca=/path/ca.pem]
    smtps://[user:password@]host[:port][?ca=/path/ca.pem]
    lmtp://host[:port]      lmtp+unix:/path/of/socket
    maildir:                maildir:/path               (the development mailbox)

`required` encrypts and verifies the server's certificate; it is the default as soon as there is a password or a `ca`.
`opportunistic`, the default otherwise, encrypts whenever the server offers it and does not verify: mail servers next
door have self-made certificates, and encryption that anybody may answer is still better than none (RFC 7435).
User and password are percent-encoded. Without a port: 25, 587 with a password, 465 for smtps, 24 for lmtp.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NoReturn
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from jobboard.errors import Misconfigured

SETTING = "PASSERELLE_SMTP_URL"


class Scheme(StrEnum):
    """The ways mail can leave."""

    SMTP = "smtp"
    SMTPS = "smtps"
    LMTP = "lmtp"
    LMTP_UNIX = "lmtp+unix"
    MAILDIR = "maildir"


class StartTls(StrEnum):
    """Whether a connection that begins in the clear turns to TLS."""

    REQUIRED = "required"
    OPPORTUNISTIC = "opportunistic"
    NEVER = "never"


@dataclass(frozen=True)
class Login:
    """User and password at the server; the password shows in no repr."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class Route:
    """Where mail goes: a host and port, or a path."""

    scheme: Scheme
    host: str = ""
    port: int = 0
    path: Path | None = None
    login: Login | None = None
    starttls: StartTls = StartTls.NEVER
    ca: Path | None = None

    @property
    def lmtp(self) -> bool:
        """Whether the server speaks LMTP (RFC 2033)."""
        return self.scheme in (Scheme.LMTP, Scheme.LMTP_UNIX)

    def tls(self) -> ssl.SSLContext | None:
        """Return the context for this route's TLS, or None where there is none; raises Misconfigured for a bad `ca`."""
        if self.scheme is not Scheme.SMTPS and self.starttls is StartTls.NEVER:
            return None
        if self.starttls is StartTls.OPPORTUNISTIC:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            return context
        context = ssl.create_default_context()
        if self.ca:
            try:
                context.load_verify_locations(cafile=self.ca)
            except (OSError, ssl.SSLError) as error:
                raise Misconfigured(f"{SETTING}: no certificate of an authority can be read from {self.ca}") from error
        return context


_OPTIONS: dict[Scheme, frozenset[str]] = {
    Scheme.SMTP: frozenset({"starttls", "ca"}),
    Scheme.SMTPS: frozenset({"ca"}),
}
_PORTS = {Scheme.SMTP: 25, Scheme.SMTPS: 465, Scheme.LMTP: 24}
_SUBMISSION = 587


def parse(url: str) -> Route:
    """Read the URL; raises Misconfigured with one sentence that names the setting and shows no password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        _refuse("the host or port cannot be read; it looks like smtp://host:25")
    if parts.scheme not in list(Scheme):
        _refuse("it begins with one of smtp://, smtps://, lmtp://, lmtp+unix:, maildir:")
    scheme = Scheme(parts.scheme)
    if parts.fragment:
        _refuse("a # in the password is written %23")
    options = _options(scheme, parts.query)
    if scheme in (Scheme.LMTP_UNIX, Scheme.MAILDIR):
        return _local(scheme, parts)
    if not parts.hostname or parts.path.strip("/"):
        _refuse(f"it looks like {scheme}://host:port, and a / in the password is written %2F")
    try:
        parts.hostname.encode("idna")
    except UnicodeError:
        _refuse("its host is no host name")
    if port == 0:
        _refuse("port 0 is no port")
    login = _login(scheme, parts)
    return Route(
        scheme,
        parts.hostname,
        port or (_SUBMISSION if scheme is Scheme.SMTP and login else _PORTS[scheme]),
        login=login,
        starttls=_starttls(scheme, options, login),
        ca=Path(options["ca"]) if "ca" in options else None,
    )


def _options(scheme: Scheme, query: str) -> dict[str, str]:
    pairs = parse_qsl(query, keep_blank_values=True)
    options = dict(pairs)
    known = _OPTIONS.get(scheme, frozenset())
    if unknown := sorted(set(options) - known):
        takes = f"knows only {', '.join(sorted(known))}" if known else "takes no option"
        _refuse(f"the option {unknown[0]!r} is not known: {scheme} {takes}")
    if len(pairs) > len(options):
        _refuse("an option is given twice")
    return options


def _local(scheme: Scheme, parts: SplitResult) -> Route:
    path = unquote(parts.path)
    if parts.netloc or (path and not path.startswith("/")):
        _refuse(f"the path is absolute: {scheme}:/path")
    if scheme is Scheme.LMTP_UNIX and not path:
        _refuse("the path of the socket is missing: lmtp+unix:/path")
    return Route(scheme, path=Path(path) if path else None)


def _login(scheme: Scheme, parts: SplitResult) -> Login | None:
    if parts.username is None and parts.password is None:
        return None
    if scheme is Scheme.LMTP:
        _refuse("lmtp takes no user")
    if not parts.username or not parts.password:
        _refuse("user and password go together: smtp://user:password@host:port")
    return Login(unquote(parts.username), unquote(parts.password))


def _starttls(scheme: Scheme, options: dict[str, str], login: Login | None) -> StartTls:
    if scheme is not Scheme.SMTP:
        return StartTls.NEVER
    secret = login is not None or "ca" in options
    value = options.get("starttls", StartTls.REQUIRED if secret else StartTls.OPPORTUNISTIC)
    if value not in list(StartTls):
        _refuse(f"starttls is one of {', '.join(StartTls)}")
    starttls = StartTls(value)
    if "ca" in options and starttls is not StartTls.REQUIRED:
        _refuse("ca goes with starttls=required")
    if login and starttls is StartTls.OPPORTUNISTIC:
        _refuse("a password goes with starttls=required, or with never where the way there is safe")
    return starttls


def _refuse(why: str) -> NoReturn:
    raise Misconfigured(f"{SETTING}: {why}.")
