"""The only module that asks the DNS (by dnspython); everything else is handed a Resolver, so that tests bring their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from time import monotonic
from typing import Protocol

import dns.exception
import dns.rdatatype
import dns.resolver
from dns.rdata import Rdata

from jobboard.errors import TemporaryFailure

ANSWER_SECONDS = 3.0  # for one question, all its servers and tries together
_SERVER_SECONDS = 1.5
_SILENT_SECONDS = 60.0  # in which a name that had no answer is not asked again
_SILENT_NAMES = 5_000

_TEXTS: dict[str, Callable[[Rdata], str]] = {
    "TXT": lambda found: b"".join(found.strings).decode("utf-8", "replace"),  # type: ignore[attr-defined]  # of that type's records
    "MX": lambda found: f"{found.preference} {found.exchange.to_text(True)}",  # type: ignore[attr-defined]  # of that type's records
    "PTR": lambda found: str(found.target.to_text(True)),  # type: ignore[attr-defined]  # of that type's records
}


class Resolver(Protocol):
    """Answers questions to the DNS."""

    def find(self, name: str, kind: str) -> Sequence[str]:
        """Return the records of a name: TXT joined, MX as "10 host", others as their text; none where there are none.

        Raises TemporaryFailure when the DNS gives no answer.
        """


class SystemResolver:
    """The resolver that the machine is configured with, its answers kept as long as they are valid."""

    def __init__(self) -> None:
        self._silent: dict[tuple[str, str], float] = {}  # until when

    @cached_property
    def _resolver(self) -> dns.resolver.Resolver:
        resolver = dns.resolver.Resolver()
        resolver.cache = dns.resolver.LRUCache(5_000)
        resolver.timeout, resolver.lifetime = _SERVER_SECONDS, ANSWER_SECONDS
        return resolver

    def find(self, name: str, kind: str) -> Sequence[str]:
        """Ask the configured name servers, for ANSWER_SECONDS at most."""
        text = _TEXTS.get(kind, Rdata.to_text)
        if self._silent.get((name, kind), 0.0) > monotonic():
            raise TemporaryFailure("the DNS did not answer a moment ago")
        try:
            found = self._resolver.resolve(name, kind, raise_on_no_answer=False, search=False)
        except dns.resolver.NXDOMAIN:
            return ()
        except (dns.resolver.NoNameservers, dns.resolver.NoResolverConfiguration, dns.exception.Timeout) as error:
            self._keep_silent(name, kind)
            raise TemporaryFailure("the DNS does not answer") from error
        except (dns.exception.DNSException, UnicodeError):  # no name that the DNS could hold
            return ()
        return [text(record) for record in found] if found.rrset is not None else ()

    def _keep_silent(self, name: str, kind: str) -> None:
        """Remember, of that very name only, that it had no answer: nobody can silence the names of somebody else."""
        if len(self._silent) >= _SILENT_NAMES:
            self._silent.clear()
        self._silent[name, kind] = monotonic() + _SILENT_SECONDS


SYSTEM = SystemResolver()
