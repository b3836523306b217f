"""Search a finished mail for secrets just before it leaves: decode everything again, alone, and believe nothing.

It shares no code with the modules that mask: a mistake of theirs must not be repeated here. Pictures of words are out
of its reach.
"""

from __future__ import annotations

import email
import email.message
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.policy import compat32
from typing import Any

from jobboard.confinement import Answer, Unanswered, call
from mailer.gate_documents import UnopenableError, is_binary, open_document, printable
from mailer.gate_texts import Effort, ExhaustedError, Needle, find_spellings

MAX_DEPTH = 8  # a document in an archive in an attached mail…
MAX_READ = 400_000_000  # characters, every decoding of every text counted
MAX_SECONDS = 45.0  # of work
MAX_PLACE = 1_000_000  # characters read of the name of a place
MAX_OPENED = 300 * 1024 * 1024  # octets, everything that was opened in one mail together

_SEALED_TYPES = frozenset(
    {
        "application/pgp-encrypted",
        "application/pkcs7-mime",
        "application/x-pkcs7-mime",
        "application/ms-tnef",
        "application/vnd.ms-tnef",
    }
)
UNOPENABLE = "unopenable"
EXHAUSTED = "exhausted"  # there is too much to look through
_IN_DOCUMENT = re.compile(r"\((?!text/|message/|multipart/)")  # of a place that is a part of a mail
_KINDS = {UNOPENABLE: "closed", EXHAUSTED: "too-much"}
_MAIL = re.compile(
    rb"\s{0,9}(?:Received|Return-Path|Delivered-To|From|To|Subject|Date|MIME-Version|Message-ID|Content-Type|X-[\w-]+):",
    re.IGNORECASE,
)
_FOLD = re.compile(rb"\r?\n[ \t]")  # RFC 5545 3.1, RFC 6350 3.2
# A part that is no text: what opens it does so in a process of its own.
_DOCUMENT = re.compile(rb"^Content-Type:\s*(?!text/(?:plain|html)\b|multipart/)\S|^%PDF-", re.IGNORECASE | re.MULTILINE)
# What is the candidate's own when documents may pass untouched; calendars, cards and mails never are.
_NEVER_OWN = re.compile(r"text/(?:calendar|vcard|x-vcard|directory)|message/|multipart/", re.IGNORECASE)
_NEVER_OWN_NAME = re.compile(r"\.(?:ics|vcs|vcf|eml|dat)$", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Leak:
    """A place of the mail where a secret was found, or which could not be searched; never the secret itself."""

    where: str  # "headers", "part 2 (application/pdf) > /Author"…
    how: str  # "plain", "percent", "base64"… or "unopenable", "exhausted"

    def __str__(self) -> str:
        return f"{self.where}: {self.how}"


def kinds(found: Iterable[Leak]) -> set[str]:
    """Return what kinds of leaks there are, by what their author can mend.

    "address" in her words, "document" only in a document, "closed" (it cannot be opened), "too-much" to look through.
    """
    told = {_KINDS.get(leak.how) or ("document" if _IN_DOCUMENT.search(leak.where) else "address") for leak in found}
    return told - {"document"} if "address" in told else told


def leaks(final: bytes, secrets: Iterable[str], *, documents_untouched: bool = False) -> tuple[Leak, ...]:
    """Return every place where one of the secrets can be read in the octets of a mail; empty when it may leave.

    Addresses are found in any case, with any "+tag" and in every encoding and spelling, other secrets as they are
    written but for case and spaces. With `documents_untouched` the inside of attached documents is not searched (a
    candidate's CV names her). Never raises; what cannot be opened or is nested deeper than MAX_DEPTH is a leak named
    "unopenable".
    """
    wanted = [secret for secret in secrets if secret.strip()]
    if not wanted:
        return ()
    if not _DOCUMENT.search(final):
        return _found(final, wanted, documents_untouched=documents_untouched)
    facts = {"secrets": wanted, "documents_untouched": documents_untouched}
    try:
        said, _ = call("mailer.gate:search_here", facts, [final])
    except Unanswered:
        return (Leak("mail", UNOPENABLE),)
    return tuple(Leak(where, how) for where, how in said["found"])


def search_here(facts: dict[str, Any], blobs: list[bytes]) -> Answer:
    """Search one mail in this process, which is the limited one: documents of strangers are opened here."""
    found = _found(blobs[0], facts["secrets"], documents_untouched=facts["documents_untouched"])
    return {"found": [(leak.where, leak.how) for leak in found]}, []


def _found(final: bytes, secrets: Sequence[str], *, documents_untouched: bool) -> tuple[Leak, ...]:
    search = _Search(tuple(map(Needle.of, secrets)), documents_untouched=documents_untouched)
    try:
        search.mail(final, "mail", 0)
    except ExhaustedError:
        search.found.add(Leak("mail", EXHAUSTED))
    return tuple(sorted(search.found))


class _Search:
    """One mail being searched: what was found, and how much may still be opened."""

    def __init__(self, needles: tuple[Needle, ...], *, documents_untouched: bool) -> None:
        self.needles = needles
        self.documents_untouched = documents_untouched
        self.found: set[Leak] = set()
        self.room = MAX_OPENED
        self.effort = Effort(MAX_READ, MAX_SECONDS)

    def mail(self, octets: bytes, where: str, depth: int) -> None:
        """Search a mail: its octets as they stand, then each header and each part decoded."""
        self._search_octets(octets, where)
        try:
            for number, part in enumerate(email.message_from_bytes(octets, policy=compat32).walk()):
                place = f"{where} > part {number} ({part.get_content_type()})" if number else where
                self._search_headers(part, place)
                self._search_body(part, place, depth)
        except ExhaustedError:
            raise
        except Exception:  # the parser has no list of what it raises; unreadable is unopenable, whatever the reason
            self._note(where, UNOPENABLE)

    def _search_headers(self, part: email.message.Message, where: str) -> None:
        items = [(name, str(value).encode("utf-8", "surrogateescape")) for name, value in part.raw_items()]
        together = b"\n".join(name.encode("utf-8", "surrogateescape") + b": " + value for name, value in items)
        for text in _as_texts(together, ""):
            self._search_text(text, f"{where} > headers")
        for name, value in items:
            for text in _as_texts(value, ""):
                self._search_text(text, f"{where} > {name if name.isascii() else 'header'}")

    def _search_body(self, part: email.message.Message, where: str, depth: int) -> None:
        for around in (part.preamble, part.epilogue):
            if around:
                self._search_text(around, where)
        if part.get_content_type() in _SEALED_TYPES:
            self._note(where, UNOPENABLE)
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            return
        content = _decoded(part)
        if not self._is_own_document(part):
            self.octets(content, where, depth, charset=str(part.get_param("charset") or ""))

    def _is_own_document(self, part: email.message.Message) -> bool:
        if not self.documents_untouched or part.get_content_disposition() != "attachment":
            return False
        name = str(part.get_filename("") or "")
        return not _NEVER_OWN.match(part.get_content_type()) and not _NEVER_OWN_NAME.search(name)

    def octets(self, content: bytes, where: str, depth: int, charset: str = "") -> None:
        """Search octets of any kind: as they stand, as what they contain when they are a container, as text."""
        self.room -= len(content)
        if self.room < 0 or depth > MAX_DEPTH:
            self._note(where, UNOPENABLE)
            return
        if _MAIL.match(content):
            self.mail(content, where, depth + 1)
        self._search_octets(content, where)
        try:
            inside = open_document(content)
            if inside is None:
                for text in _as_texts(content, charset):
                    self._search_text(text, where)
                return
            for name, member in inside:
                self.effort.spend(len(name))
                self._search_text(name, f"{where} > name")
                if isinstance(member, str):
                    self._search_text(member, where)
                else:
                    self.octets(member, f"{where} > {_short(name)}", depth + 1)
        except UnopenableError:
            self._note(where, UNOPENABLE)

    def _search_octets(self, content: bytes, where: str) -> None:
        lowered = content.lower()
        for needle in self.needles:
            for how, form in needle.octets:
                if form in lowered:
                    self._note(where, how)

    def _search_text(self, text: str, where: str) -> None:
        for how in find_spellings(text, self.needles, self.effort):
            self._note(where, how)

    def _note(self, where: str, how: str) -> None:
        """Keep a leak; a place whose own name holds the secret is only told by the part that it is in."""
        while " > " in where and self._is_told(where):
            where = where.rpartition(" > ")[0]
        self.found.add(Leak(where, how))

    def _is_told(self, where: str) -> bool:
        try:
            return bool(find_spellings(where, self.needles, Effort(MAX_PLACE, MAX_SECONDS)))
        except ExhaustedError:
            return True


def _decoded(part: email.message.Message) -> bytes:
    """Return the content of a leaf; an attached mail that was encoded all the same is decoded, too."""
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload
    inner = part.get_payload()
    if not isinstance(inner, list) or str(part.get("content-transfer-encoding", "")).lower() not in _ENCODED:
        return b""
    again = email.message.Message()
    again["content-transfer-encoding"] = str(part["content-transfer-encoding"])
    payloads = (each.get_payload() for each in inner if isinstance(each, email.message.Message))
    again.set_payload("".join(payload for payload in payloads if isinstance(payload, str)))
    decoded = again.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else b""


_ENCODED = frozenset({"base64", "quoted-printable"})


def _as_texts(content: bytes, charset: str) -> Iterator[str]:
    """Yield octets as text in the charsets that a reader might use; of what is no text, the words in it."""
    if is_binary(content) and not charset:
        yield printable(content)
        return
    if b"BEGIN:V" in content and (unfolded := _FOLD.sub(b"", content)) != content:
        yield from _as_texts(unfolded, charset)
    guesses = dict.fromkeys((charset.lower() or "utf-8", "utf-8", "cp1252"))
    seen = set()
    for guess in guesses:
        try:
            text = content.decode(guess, "strict" if guess == "utf-8" else "replace")
        except (LookupError, ValueError, AssertionError):
            continue
        if text not in seen:
            seen.add(text)
            yield text
        if guess == next(iter(guesses)) == "utf-8":
            return  # it says so, and it is so


def _short(name: str) -> str:
    """Return the end of a member's name without anything that could be a secret."""
    return re.sub(r"[^\w./-]", "?", name.rpartition("@")[2])[-40:]
