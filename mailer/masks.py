"""What must not get through the relay, how it may be spelled, and what the reader sees in its place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from mailer.readings import readings
from mailer.signatures import find_contact_details

# Domains at which everybody has a mailbox: another address there is another person.
_PROVIDERS = """
    aliceadsl.fr aol.com bbox.fr bluewin.ch cegetel.net club-internet.fr ecomail.fr ecomail.bio fastmail.com
    free.fr gmail.com gmx.com gmx.de gmx.fr gmx.net googlemail.com hey.com hotmail.be hotmail.com hotmail.fr
    icloud.com infomaniak.com ik.me laposte.net libertysurf.fr lilo.org live.be live.com live.fr mac.com mail.com
    mail.ru mailbox.org mailfence.com mailo.com mailoo.org me.com msn.com neuf.fr netcourrier.com netc.fr noos.fr
    numericable.fr orange.fr outlook.be outlook.com outlook.fr pm.me posteo.de posteo.net proton.me protonmail.ch
    protonmail.com riseup.net rocketmail.com sfr.fr skynet.be tutamail.com tutanota.com voila.fr wanadoo.fr web.de
    worldonline.fr yahoo.ca yahoo.co.uk yahoo.com yahoo.es yahoo.fr yandex.com yandex.ru ymail.com zaclys.net
    zoho.com
"""
PUBLIC_PROVIDERS = frozenset(_PROVIDERS.split())

ADDRESS = "address"
DOMAIN_ADDRESS = "domain-address"
OUR_ADDRESS = "our-address"
OUR_LINK = "our-link"
PHONE = "phone"
POSTAL = "postal-address"
KEY = "signature-key"
ENCRYPTED = "encrypted"

_SHOWN = {
    ADDRESS: "[adresse masquée]",
    DOMAIN_ADDRESS: "[adresse masquée]",
    OUR_ADDRESS: "[adresse masquée]",
    OUR_LINK: "[lien retiré]",
    PHONE: "[téléphone masqué]",
    POSTAL: "[adresse postale masquée]",
    KEY: "",
    ENCRYPTED: "[passage chiffré retiré]",
}
# Which name a hit keeps when several overlap.
_FIRST = {what: rank for rank, what in enumerate(_SHOWN)}

_GAP = r"[ \t]{0,4}(?:\n[ \t>|]{0,12}|[ \t>|]{1,12})?"
_OPEN, _CLOSE = rf"{_GAP}[(\[{{<«_*-]{{1,2}}{_GAP}", rf"{_GAP}[)\]}}>»_*-]{{1,2}}{_GAP}"
_SPACE = r"(?:[ \t]{1,4}|\n[ \t>|]{0,12})"
_AT_WORD = r"(?:at|arobase|arobas|arrobase|arobaze|a|à|chez|@)"
_AT_SIGN = rf"{_GAP}@{_GAP}|{_OPEN}{_AT_WORD}{_CLOSE}"
_DOT = rf"{_GAP}\.{_GAP}|{_OPEN}(?:\.|dot|point|pt){_CLOSE}|{_SPACE}(?:dot|point|pt){_SPACE}"
_AT_SPOKEN = rf"(?:{_AT_SIGN}|{_SPACE}(?:at|arobase|arobas|arrobase|arobaze|a|à|chez){_SPACE})"
# After any local part only what cannot be French prose: "rendez-vous à asso.fr" is no address.
_AT_CLEAR = rf"(?:{_AT_SIGN}|{_SPACE}(?:arobase|arobas|arrobase|arobaze){_SPACE})"
_SPOKEN = {
    ".": rf"(?:{_DOT})",
    "-": rf"(?:-|{_SPACE}(?:tiret|dash){_SPACE})",
    "_": rf"(?:_|{_SPACE}(?:tiret bas|underscore|souligné){_SPACE})",
}
_AT_HINT = re.compile(rf"@|arr?oba|{_OPEN}(?:at|a|à|chez){_CLOSE}")
_LOCAL_CHARACTER = re.compile(r"[\w.+%-]")
_TOKEN = r"[ruv]-[a-z2-7]{16,26}"
_BARE_TOKEN = r"[ruv]-[a-z2-7]{20,26}"
_PRIVATE_PAGES = frozenset({"desabonnement", "connexion"})
_GMAIL = frozenset({"gmail.com", "googlemail.com"})  # one mailbox, dots in the local part do not count
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_ARMOUR = re.compile(r"-----BEGIN PGP ([A-Z ,/0-9]{3,40})-----")
_ARMOURED = re.compile(r"(?:\n[> ]*(?:[A-Za-z0-9+/=]{20,76}|=[A-Za-z0-9+/]{4}|[A-Z][a-z]+: [^\n]{0,100}|(?=\n)))*")


@dataclass(frozen=True)
class Masks:
    """What is hidden in one direction of one conversation."""

    hidden: tuple[str, ...]  # addresses that must not get through
    replacement: str = ""  # the relay address shown in their place; "" shows "[adresse masquée]"
    domains: tuple[str, ...] = ()  # every address at these is hidden, too, unless everybody has one there
    our_domain: str = ""  # our r-, u- and v- addresses there were made for the other person
    our_base_url: str = ""  # links with a token under it were made for the other person
    allowed_local_parts: frozenset[str] = frozenset()  # our addresses that this reader may see
    hide_phones_in_signature: bool = True  # and the postal address there
    documents_untouched: bool = False  # the candidate's CV is hers: attached documents pass octet for octet


@dataclass(frozen=True)
class Hit:
    """Where something to hide stands in a text."""

    start: int
    end: int
    what: str


@dataclass(frozen=True)
class Finding:
    """What was masked or left out, never the secret itself."""

    what: str  # "address", "domain-address", "our-link", "phone", "signature-key", "part-dropped"…
    where: str  # "text", "html", "subject", "filename", "calendar", "contact", "attachment"…
    count: int


def tally(counted: Counter[tuple[str, str]]) -> tuple[Finding, ...]:
    """Return counts by (what, where) as findings, in a stable order."""
    return tuple(Finding(what, where, count) for (what, where), count in sorted(counted.items()) if count)


def show(what: str, masks: Masks, *, neutral: bool = False) -> str:
    """Return what the reader sees instead of a hit of that name; `neutral` never shows the relay address."""
    return masks.replacement if what == ADDRESS and masks.replacement and not neutral else _SHOWN[what]


def hide(text: str, masks: Masks, *, signature: bool = False, neutral: bool = False) -> tuple[str, Counter[str]]:
    """Return the text without what the masks hide, and how often each was hidden.

    `signature` says that the text may end in one, whose telephone and postal address go as well.
    """
    hits = find(text, masks, signature=signature)
    pieces, position = [], 0
    for hit in hits:
        pieces += [text[position : hit.start], show(hit.what, masks, neutral=neutral)]
        position = hit.end
    return "".join([*pieces, text[position:]]), Counter(hit.what for hit in hits)


def find(text: str, masks: Masks, *, signature: bool = False) -> tuple[Hit, ...]:
    """Return where in the text, however it is spelled, something stands that the masks hide; in order."""
    patterns = _patterns(masks)
    hits = list(_find_armour(text))
    for offset, reading in readings(text, patterns.may_be_in):
        for hit in patterns.find(reading.text):
            start, end = reading.origin(hit.start, hit.end)
            hits.append(Hit(offset + start, offset + end, hit.what))
    if signature and masks.hide_phones_in_signature:
        hits += (
            Hit(start, end, PHONE if kind == "phone" else POSTAL) for start, end, kind in find_contact_details(text)
        )
    return merge(hits)


def mentions(text: str, masks: Masks) -> bool:
    """Return whether a text of any kind holds something hidden, signatures and keys apart."""
    patterns = _patterns(masks)
    return any(patterns.find(reading.text) for _, reading in readings(text, patterns.may_be_in))


def mentions_octets(content: bytes, masks: Masks) -> bool:
    """Return whether octets of no known kind hold a hidden address, in ASCII, UTF-8 or UTF-16."""
    content = content.lower()
    spellings = {address.strip().lower() for address in masks.hidden if "@" in address}
    return any(
        spelling.encode(codec) in content for spelling in spellings for codec in ("utf-8", "utf-16-le", "utf-16-be")
    )


def merge(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Return hits in order, those that overlap joined under the graver name."""
    merged: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if merged and hit.start < merged[-1].end:
            last = merged[-1]
            what = min(last.what, hit.what, key=_FIRST.__getitem__)
            merged[-1] = Hit(last.start, max(last.end, hit.end), what)
        else:
            merged.append(hit)
    return tuple(merged)


@dataclass(frozen=True)
class _Patterns:
    """The compiled searches of some masks."""

    addresses: re.Pattern[str] | None
    domains: re.Pattern[str] | None
    ours: re.Pattern[str] | None
    links: re.Pattern[str] | None
    allowed: frozenset[str]
    keys: frozenset[str]  # words of domains: without one of them no hidden address can stand in a text
    names: frozenset[str]  # words of local parts, "" for one that can be spelled without any
    ours_at: frozenset[str]  # words of our own domain and host

    def find(self, text: str) -> list[Hit]:
        lowered = text.lower()
        hits: list[Hit] = []
        if any(key in lowered for key in self.keys):
            hits += [*self._find_addresses(text), *self._find_domains(text)]
        return [*hits, *self._find_links(text), *self._find_ours(text)]

    def may_be_in(self, texts: Sequence[str]) -> bool:
        """Return whether the words of a secret stand somewhere in these readings, though not yet together."""
        lowered = "\n".join(texts).lower()
        if any(word in lowered for word in self.ours_at):
            return True
        is_near = any(name in lowered for name in self.names) or (self.domains and _AT_HINT.search(lowered))
        return bool(is_near) and any(key in lowered for key in self.keys)

    def _find_addresses(self, text: str) -> Iterable[Hit]:
        for match in self.addresses.finditer(text) if self.addresses else ():
            # "x.marie@…" holds the octets of "marie@…": what stands before it goes with it.
            yield Hit(_local_part_start(text, match.start()), match.end(), ADDRESS)

    def _find_domains(self, text: str) -> Iterable[Hit]:
        for match in self.domains.finditer(text) if self.domains else ():
            start = _local_part_start(text, match.start())
            if start < match.start():
                yield Hit(start, match.end(), DOMAIN_ADDRESS)

    def _find_ours(self, text: str) -> Iterable[Hit]:
        for match in self.ours.finditer(text) if self.ours else ():
            if (match[1] or match[2]).lower() not in self.allowed:
                yield Hit(match.start(), match.end(), OUR_ADDRESS)

    def _find_links(self, text: str) -> Iterable[Hit]:
        for match in self.links.finditer(text) if self.links else ():
            if _is_private(match[1]):
                yield Hit(match.start(), match.end(), OUR_LINK)


@lru_cache(maxsize=256)
def _patterns(masks: Masks) -> _Patterns:
    domains = {domain.strip().lower().strip("@.") for domain in masks.domains} - PUBLIC_PROVIDERS - {""}
    hidden = [address for address in masks.hidden if _spell_address(address)]
    base = urlsplit(masks.our_base_url)
    host = re.escape(base.netloc + base.path.rstrip("/"))
    ours = _alternatives([masks.our_domain]) if masks.our_domain else ""
    allowed = {part.lower() for part in masks.allowed_local_parts} | {masks.replacement.partition("@")[0].lower()}
    return _Patterns(
        addresses=_compile("|".join(map(_spell_address, hidden))),
        domains=_compile(
            rf"{_AT_CLEAR}(?:[\w-]{{1,63}}\.){{0,4}}(?:{_alternatives(domains)})(?![\w-])" if domains else ""
        ),
        ours=_compile(
            rf"(?<![a-z0-9])(?:({_TOKEN}){_AT_SPOKEN}(?:{ours})|({_BARE_TOKEN})(?![a-z0-9]))" if ours else ""
        ),
        links=_compile(rf"(?:https?:)?(?://)?{host}(/[^\s<>\"'\])}}\\^`|]*[^\s<>\"'\])}}\\^`|.,;:!?])" if host else ""),
        allowed=frozenset(allowed),
        keys=frozenset(
            _longest_word(form) for domain in {*map(_domain_of, hidden), *domains} for form in _forms(domain)
        ),
        names=frozenset(_longest_word(_name_of(address)) for address in hidden),
        ours_at=frozenset(filter(None, (base.netloc.lower(), _longest_word(masks.our_domain.lower())))),
    )


def _compile(pattern: str) -> re.Pattern[str] | None:
    return re.compile(pattern, re.IGNORECASE) if pattern else None


def _spell_address(address: str) -> str:
    """Return the pattern of one address in every spelling, its "+tag" variants included."""
    local, _, domain = address.strip().strip("<>").rpartition("@")
    local = local.partition("+")[0]
    if not local or not domain:
        return ""
    if domain.lower() in _GMAIL:
        spelled = (_SPOKEN["."] + "?").join(_spell(char) for char in local.replace(".", ""))
        domains = _alternatives(_GMAIL)
    else:
        spelled, domains = _spell(local), _alternatives([domain])
    return rf"{spelled}(?:\+[\w.+-]{{0,64}})?{_AT_SPOKEN}(?:{domains})"


def _spell(name: str) -> str:
    return "".join(_SPOKEN.get(char, re.escape(char)) for char in name)


def _alternatives(domains: Iterable[str]) -> str:
    """Return the pattern of some domains, each in its ASCII and its Unicode form (RFC 3490)."""
    names = {name for domain in domains for name in _forms(domain)}
    return "|".join(_spell(name) for name in sorted(names, key=len, reverse=True))


def _forms(domain: str) -> set[str]:
    domain = domain.lower()
    return {domain, _to_ascii(domain), _to_unicode(domain)}


def _domain_of(address: str) -> str:
    domain = address.strip().strip("<>").rpartition("@")[2].lower()
    return "mail.com" if domain in _GMAIL else domain


def _name_of(address: str) -> str:
    local, _, domain = address.strip().strip("<>").lower().rpartition("@")
    return "" if domain in _GMAIL else local.partition("+")[0]


def _longest_word(domain: str) -> str:
    return max(re.split(r"[\W_]", domain), key=len)


def _to_ascii(domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def _to_unicode(domain: str) -> str:
    try:
        return domain.encode("ascii").decode("idna")
    except UnicodeError:
        return domain


def _local_part_start(text: str, end: int) -> int:
    """Return where the local part that ends there begins; `end` itself when there is none."""
    start = end
    while start > 0 and end - start < 200 and _LOCAL_CHARACTER.match(text[start - 1]):
        start -= 1
    while start < end and text[start] in ".-_+%":
        start += 1
    return start


def _is_private(path: str) -> bool:
    """Return whether a path of ours was made for one person: it carries a token."""
    segments = [segment for segment in re.split(r"[/?&=#;]", path) if segment]
    if len(segments) > 1 and segments[0].lower() in _PRIVATE_PAGES:
        return True
    return any(_is_token(segment) for segment in segments)


def _is_token(segment: str) -> bool:
    """Return whether a piece of an URL is no word: long without a hyphen, or letters and digits well mixed."""
    runs = re.split(r"[-.~:]", segment)
    mixed = len(segment) >= 32 and all(re.search(kind, segment) for kind in ("[a-z]", "[A-Z]", "[0-9]"))
    return bool(_UUID.search(segment)) or mixed or any(len(run) >= 16 and _is_random(run) for run in runs)


def _is_random(run: str) -> bool:
    letters, digits = re.search("[A-Za-z]", run), re.search("[0-9]", run)
    return bool(letters and digits) or len(run) >= 20 or not (run.islower() or run.isupper() or run.istitle())


def _find_armour(text: str) -> Iterable[Hit]:
    """Find the OpenPGP blocks in a text (RFC 4880 6.2): keys and signatures name their owner."""
    position = 0
    while begin := _ARMOUR.search(text, position):
        body = _ARMOURED.match(text, begin.end())
        position = body.end() if body else begin.end()
        if begin[1] != "SIGNED MESSAGE":
            end_line = f"-----END PGP {begin[1]}-----"
            end = text.find(end_line, begin.end())
            position = end + len(end_line) if end >= 0 else position
        yield Hit(begin.start(), position, ENCRYPTED if begin[1].startswith("MESSAGE") else KEY)
