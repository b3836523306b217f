"""The arguments of MAIL and RCPT: a path, then parameters (RFC 5321 4.1.2, RFC 6531 3.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from inbound import replies

_BRACKETED = re.compile(r'<((?:"(?:[^"\\]|\\.)*"|[^<>"])*)>(?:\s+(.*)|)')
_NAKED = re.compile(r"([^\s<>]+)(?:\s+(.*)|)")  # without brackets: wrong, common, and clear enough
_SOURCE_ROUTE = re.compile(r"@[^:<>\"\s]*:")  # obsolete; to be accepted and ignored (RFC 5321 4.1.1.3, appendix C)
_QUOTED_LOCAL = re.compile(r'"((?:[^"\\]|\\.)*)"')
# Dots where RFC 5321 has none ("a..b") are left to whoever knows the mailboxes: some of them exist.
_PLAIN_LOCAL = re.compile(r'[^\s@<>()\[\]\\,;:"\x00-\x1f\x7f]+')
_DOMAIN = re.compile(r"(?:[\w](?:[\w-]*[\w])?)(?:\.[\w](?:[\w-]*[\w])?)*", re.UNICODE)
_LITERAL = re.compile(r"\[(?:\d{1,3}(?:\.\d{1,3}){3}|IPv6:[0-9a-f:.]+|[a-z0-9-]*[a-z0-9]:[!-Z^-~]+)\]", re.IGNORECASE)

# RFC 5321 4.5.3.1. Senders get more room: what mailing software makes up for its bounces often exceeds the limits.
_LOCAL_OCTETS = 64
_ADDRESS_OCTETS = 254
_SENDER_OCTETS = 512


class BadPath(Exception):
    """The argument cannot be accepted; `reply` says why to the peer."""

    def __init__(self, reply: str) -> None:
        super().__init__(reply)
        self.reply = reply


@dataclass(frozen=True)
class Sender:
    """What MAIL said."""

    address: str  # "" for the null sender
    declared_octets: int  # 0: not said
    utf8: bool


def read_sender(argument: str, *, message_octets: int) -> Sender:
    """Read what follows MAIL; raises BadPath, also for a message that its SIZE says is too large (RFC 1870 6.1)."""
    path, parameters = _split("FROM", argument, "501 5.1.7 Syntax: MAIL FROM:<address> [parameters]")
    declared = _declared_octets(parameters.pop("SIZE", "0"), message_octets)
    body = parameters.pop("BODY", "8BITMIME")
    if body.upper() not in ("7BIT", "8BITMIME"):
        raise BadPath("501 5.5.4 BODY is 7BIT or 8BITMIME")
    utf8 = "SMTPUTF8" in parameters
    if parameters.pop("SMTPUTF8", ""):
        raise BadPath("501 5.5.4 SMTPUTF8 takes no value")
    _refuse_unknown(parameters)
    address = _address(path, "501 5.1.7 this is no address of a sender", utf8=utf8) if path else ""
    if len(address.encode()) > _SENDER_OCTETS:
        raise BadPath("501 5.1.7 this address is too long")
    return Sender(address, declared, utf8)


def read_recipient(argument: str, *, domain: str, utf8: bool) -> str:
    """Read what follows RCPT; raises BadPath.

    Returns the address with its domain in lower case and without the dot of the root, its source route ignored,
    needless quotes removed; a bare `postmaster` is ours (RFC 5321 4.1.1.3).
    """
    path, parameters = _split("TO", argument, "501 5.1.3 Syntax: RCPT TO:<address>")
    _refuse_unknown(parameters)
    if path.lower() == "postmaster":
        path = f"{path}@{domain}"
    address = _address(path, "501 5.1.3 this is no address", utf8=utf8)
    local = address.rpartition("@")[0]
    if len(local.encode()) > _LOCAL_OCTETS or len(address.encode()) > _ADDRESS_OCTETS:
        raise BadPath("550 5.1.1 no such address here: it is too long to exist")
    return address


def _split(keyword: str, argument: str, syntax: str) -> tuple[str, dict[str, str]]:
    """Return the path without its brackets, and the parameters by their upper-case names."""
    head, colon, rest = argument.partition(":")
    if not colon or head.strip().upper() != keyword:
        raise BadPath(syntax)
    found = (_BRACKETED if rest.lstrip().startswith("<") else _NAKED).fullmatch(rest.strip())
    if not found:
        raise BadPath(syntax)
    parameters = {}
    for word in (found[2] or "").split():
        name, _, value = word.partition("=")
        parameters[name.upper()] = value
    return found[1].strip(), parameters


def _address(path: str, complaint: str, *, utf8: bool) -> str:
    if not utf8 and not path.isascii():
        raise BadPath("553 5.6.7 an address that is not ASCII needs SMTPUTF8")
    path = _SOURCE_ROUTE.sub("", path, count=1) if path.startswith("@") else path
    local, _, domain = path.rpartition("@")
    domain = domain.removesuffix(".").lower()
    quoted = _QUOTED_LOCAL.fullmatch(local)
    if quoted:
        content = re.sub(r"\\(.)", r"\1", quoted[1])
        local = content if _PLAIN_LOCAL.fullmatch(content) else local
    elif not _PLAIN_LOCAL.fullmatch(local):
        raise BadPath(complaint)
    if not (_LITERAL if domain.startswith("[") else _DOMAIN).fullmatch(domain):
        raise BadPath(complaint)
    return f"{local}@{domain}"


def _declared_octets(value: str, most: int) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= 20):
        raise BadPath("501 5.5.4 SIZE is a number of octets")
    if int(value) > most:
        raise BadPath(replies.TOO_LARGE)
    return int(value)


def _refuse_unknown(parameters: dict[str, str]) -> None:
    if parameters:
        raise BadPath("555 5.5.4 this parameter is not known here")
