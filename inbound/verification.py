"""What we find out ourselves about a mail's origin when no mail server of ours stands before us: SPF, DKIM, DMARC, ARC.

The only module that touches authheaders, pyspf, dkimpy and the public suffix list. It asks the DNS, so it runs neither
on the event loop nor within a transaction. Of authheaders only the look-up of DMARC records serves: it cuts domains at
their first hyphen where it compares them, and reads one signature of several.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import dkim
import dkim.util
import spf
from authheaders.dmarc_lookup import DMARCException, lookup_receiver_record
from publicsuffix2 import PublicSuffixList

from inbound import networks
from inbound.authentication import Authentication, Result, judge, weigh
from inbound.parts import header_block
from inbound.resolver import Resolver
from jobboard.errors import TemporaryFailure

logging.getLogger("dkimpy").disabled = True  # it repeats domains and signatures

MAIL_SECONDS = 10.0  # for all questions about one mail
MAX_SIGNATURES = 5  # of the domain of the From; more are not looked at
MAX_SEALS = 10  # RFC 8617 5.1.1.2 allows 50; each costs two look-ups and two verifications
_NO_ANSWER = "temperror"


@dataclass(frozen=True)
class Origin:
    """Who handed a mail over, as the door saw it."""

    peer: str
    helo: str
    sender: str  # of the envelope, "" for none


@dataclass(frozen=True)
class Verified:
    """The verdict, and in one line of method=result what it rests on; no address in it."""

    verdict: Authentication
    evidence: str

    def __str__(self) -> str:
        return f"{self.verdict} {self.evidence}".strip()

    @classmethod
    def read(cls, text: str) -> Verified:
        """Return the finding that was kept as text."""
        verdict, _, evidence = text.partition(" ")
        return cls(Authentication(verdict), evidence)


class _Asking:
    """The questions of one mail: each asked once, all together within MAIL_SECONDS; `failed` once one had no answer."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._known: dict[tuple[str, str], Sequence[str]] = {}
        self._until = time.monotonic() + MAIL_SECONDS
        self.failed = False

    def find(self, name: str, kind: str = "TXT") -> Sequence[str]:
        key = (name.rstrip(".").lower(), kind)
        if key not in self._known:
            if time.monotonic() > self._until:
                self.failed = True
                raise TemporaryFailure("the DNS is too slow")
            try:
                self._known[key] = self._resolver.find(*key)
            except TemporaryFailure:
                self.failed = True
                raise
        return self._known[key]


def verify(
    raw: bytes, origin: Origin, domain: str, resolver: Resolver, *, trusted_sealers: Sequence[str] = ()
) -> Verified:
    """Return what the DNS and the signatures say of a mail whose From is at `domain`; never raises.

    DMARC (RFC 7489) decides where a record is published; else SPF and DKIM of that domain count, as in `judge`. What
    could not be found out, because the DNS gave no answer or the peer is inside, is no failure: then NONE.
    """
    domain = domain.lower()
    asking = _Asking(resolver)
    results = [*_spf(origin, domain, asking), *_dkim(raw, domain, asking)]
    policy = _dmarc_policy(domain, asking)
    dmarc = _judge_dmarc(results, policy, domain)
    shown = " ".join(f"{each.method}={each.value}" for each in (*results, Result("dmarc", dmarc)))
    verdict = _weigh(results, dmarc, domain)
    if verdict is Authentication.FAIL and trusted_sealers:
        sealed = _arc(raw, domain, asking, trusted_sealers)
        shown += f" arc={sealed}"
        verdict = Authentication.NONE if sealed == "pass" else verdict
    return Verified(verdict, shown)


def _weigh(results: Sequence[Result], dmarc: str, domain: str) -> Authentication:
    """Return the verdict: that of DMARC; without a record that of the results about the From's organisation."""
    if dmarc != "none":
        return _VERDICTS[dmarc]
    verdict = weigh([_as_ours(each, domain, strict=False) for each in results], domain)
    unknown = any(each.value == _NO_ANSWER for each in results)
    return Authentication.NONE if unknown and verdict is Authentication.FAIL else verdict


_VERDICTS = {"pass": Authentication.PASS, "fail": Authentication.FAIL, _NO_ANSWER: Authentication.NONE}


def _judge_dmarc(results: Sequence[Result], policy: dict[str, str] | None, domain: str) -> str:
    """Return "pass", "fail", "none" (no record), or "temperror" when something that might have passed is unknown."""
    if policy is not None and not policy.get("p"):
        return "none"
    # A record that is unknown may ask for strict alignment.
    strict = {"spf": policy is None or policy.get("aspf") == "s", "dkim": policy is None or policy.get("adkim") == "s"}
    ours = [each for each in results if _as_ours(each, domain, strict=strict[each.method]).domains]
    if any(each.value == "pass" for each in ours):
        return "pass"
    unknown = policy is None or any(each.value == _NO_ANSWER for each in results)
    return _NO_ANSWER if unknown else "fail"


def _as_ours(result: Result, domain: str, *, strict: bool) -> Result:
    """Return the result as one about `domain` when the two are aligned (RFC 7489 3.1), else about no domain."""
    found = next(iter(result.domains), "")
    same = found == domain if strict else bool(found) and organisation(found) == organisation(domain)
    return Result(result.method, result.value, (domain,) if same else ())


def _spf(origin: Origin, domain: str, asking: _Asking) -> list[Result]:
    """Return the result of SPF (RFC 7208); for a peer that is inside it cannot be known."""
    claimed = (origin.sender.rpartition("@")[2] or origin.helo).rstrip(".").lower()
    if networks.is_inside(origin.peer):
        return [Result("spf", _NO_ANSWER, (claimed,))]
    asking.failed = False
    try:
        value = str(_Spf(origin.peer, origin.sender, origin.helo, asking).check()[0])
    except Exception:  # pyspf gives up on some malformed names and records
        value = "permerror"
    return [Result("spf", _NO_ANSWER if asking.failed and value != "pass" else value, (claimed,))]


class _Spf(spf.query):  # type: ignore[misc]  # the library has no types
    """pyspf with our resolver: RFC 7208 4.6.4 limits the look-ups, void ones too."""

    def __init__(self, peer: str, sender: str, helo: str, asking: _Asking) -> None:
        super().__init__(i=peer, s=sender, h=helo, strict=True)
        self._asking = asking

    def dns(self, name: object, qtype: str, cnames: object = None, ignore_void: bool = False) -> list[object]:
        """Return the records in the library's shapes."""
        asked = str(name).rstrip(".")
        if not asked or any(not 0 < len(label) < 64 for label in asked.split(".")):
            return []
        try:
            found = self._asking.find(asked, qtype) if qtype != "SPF" else ()
        except TemporaryFailure as failure:
            raise spf.TempError("the DNS does not answer") from failure
        if not found and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise spf.PermError("too many void look-ups")
        return [_SHAPES.get(qtype, str)(each) for each in found]


def _mx(text: str) -> object:
    preference, _, host = text.partition(" ")
    return int(preference), host


_SHAPES: dict[str, Callable[[str], object]] = {"TXT": lambda text: (text.encode(),), "MX": _mx}


def _dkim(raw: bytes, domain: str, asking: _Asking) -> list[Result]:
    """Return the results of the signatures (RFC 6376) made for the organisation of the From; others prove nothing."""
    results: list[Result] = []
    try:
        message = dkim.DKIM(raw)
        fields = [value for name, value in message.headers if name.lower() == b"dkim-signature"]
    except dkim.DKIMException:
        return results
    for number, field in enumerate(fields):
        signer = _signer(field)
        if not signer or organisation(signer) != organisation(domain):
            continue
        results.append(Result("dkim", _signature(message, number, asking), (signer,)))
        if len(results) == MAX_SIGNATURES:
            break
    return results


def _signer(field: bytes) -> str:
    """Return the domain of a signature; "" for one that leaves an end of the text unsigned (l=), which is no proof."""
    try:
        tags = dkim.util.parse_tag_value(field)
        return "" if b"l" in tags else tags[b"d"].decode("ascii").rstrip(".").lower()
    except (dkim.util.InvalidTagValueList, KeyError, UnicodeError):
        return ""


def _signature(message: dkim.DKIM, number: int, asking: _Asking) -> str:
    asking.failed = False
    look_up = _KeyLookUp(asking)
    try:
        right = message.verify(number, dnsfunc=look_up)
    except Exception:  # a signature or key that cannot be read; dkimpy lets other errors than its own escape
        return "permerror"
    if right:
        return "pass"
    if asking.failed:
        return _NO_ANSWER
    return "fail" if look_up.found else "permerror"


class _KeyLookUp:
    """The look-up of public keys as dkimpy calls it."""

    def __init__(self, asking: _Asking) -> None:
        self._asking = asking
        self.found = False

    def __call__(self, name: bytes, timeout: float = 0) -> bytes | None:
        try:
            texts = self._asking.find(name.decode("ascii"))
        except (TemporaryFailure, UnicodeError) as failure:
            raise dkim.DnsTimeoutError("the DNS does not answer") from failure
        self.found = self.found or bool(texts)
        return texts[0].encode() if texts else None


def _dmarc_policy(domain: str, asking: _Asking) -> dict[str, str] | None:
    """Return the tags of the DMARC record, of the domain or of its organisation; {} for none, None when unknown."""

    def look_up(name: str) -> str | None:
        records = [text for text in asking.find(name) if text.startswith("v=DMARC1")]
        return records[0] if len(records) == 1 else None  # several are none (RFC 7489 6.6.3)

    try:
        found = lookup_receiver_record(domain, look_up) or lookup_receiver_record(organisation(domain), look_up)
    except TemporaryFailure:
        return None
    except (DMARCException, UnicodeError):
        return {}
    return dict(found)


def _arc(raw: bytes, domain: str, asking: _Asking, trusted_sealers: Sequence[str]) -> str:
    """Return "pass" when the last seal (RFC 8617) is a trusted server's and says that the mail came to it in order."""
    seals = header_block(raw).lower().count(b"\narc-seal:") + raw[:9].lower().startswith(b"arc-seal:")
    if not 0 < seals <= MAX_SEALS:
        return "none"
    try:
        state, sets, _ = dkim.ARC(raw).verify(dnsfunc=_KeyLookUp(asking))
        if state != dkim.CV_Pass:
            return "fail"
        sealer = sets[0]["as-domain"].decode("ascii").lower()
        if sealer not in trusted_sealers or sets[0]["ams-domain"].decode("ascii").lower() != sealer:
            return "untrusted"
        said = sets[0]["aar-value"].decode("utf-8", "replace").partition(";")[2].strip()
    except Exception:  # dkimpy lets other errors than its own escape
        return "fail"
    server = said.partition(";")[0].split()[0].strip('"') if said.partition(";")[0].split() else ""
    seen = judge([said], trusted_authserv_id=server, domain=domain)
    return "pass" if seen is Authentication.PASS else "not-seen-passing"


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def organisation(domain: str) -> str:
    """Return the organisational domain (RFC 7489 3.2): the public suffix and one label.

    Under a suffix newer than the list (of 2019) the last two labels: never a whole top-level domain.
    """
    domain = domain.rstrip(".").lower()
    found = str(_suffixes().get_public_suffix(domain) or "")
    return found if "." in found else ".".join(domain.split(".")[-2:])
