"""Bounces and complaints, read for what they say of an address; they are never answered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message

from inbound import second_opinion
from inbound.automatic import is_bounce_subject
from inbound.bodies import decode_words, read_body
from inbound.parts import Opened, clean_line, decode_header, open_mail
from jobboard.folding import fold
from jobboard.suppression import Severity

MAX_TEXT = 500
MAX_READ = 20_000  # characters of a human-readable bounce: the reason stands at its top, our own mail follows
MAX_RECIPIENTS = 50


@dataclass(frozen=True)
class Report:
    """One report: `status` an enhanced status code as "5.1.1" (RFC 3463), `text` the other server's words.

    `returned_to`: the envelope sender of the mail that a complaint is about, where it says so.
    """

    severity: Severity
    status: str | None
    recipient: str | None
    text: str
    returned_to: str | None = None


Fields = Mapping[str, str]

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<!\d)([45])\d\d(?= |-|$)")
_ADDRESS = re.compile(r"[^\s<>()\[\]\\,;:@\"']{1,64}@[^\s<>()\[\]\\,;:@\"']{1,200}")

# The first row that fits decides: exact codes before their class.
_BY_STATUS = (
    (re.compile(r"[45]\.2\.2"), Severity.FULL),
    (re.compile(r"[45]\.7\.\d+|5\.4\.14"), Severity.BLOCKED),
    (re.compile(r"5\.1\.(?:[0-6]|10)|5\.2\.1|5\.4\.(?:1|4|310)"), Severity.HARD),
    (re.compile(r"[45]\.(?:2\.3|3\.4)"), Severity.TOO_BIG),
    (re.compile(r"5\.1\.[7-9]"), Severity.BLOCKED),  # about the sender's address
    (re.compile(r"4\.\d+\.\d+|5\.2\.4|5\.3\.\d+|5\.4\.\d+|5\.6\.\d+"), Severity.SOFT),
)


def _say(*phrases: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(phrases) + r")\b")


# What servers write, folded. The first row that fits decides: "user unknown" is about the address whatever the code
# beside it says, and a delay says no more than that.
_BY_WORDS = (
    (
        _say(
            *(
                "over ?quota",
                "quota (?:exceeded|depasse)",
                "(?:mailbox|inbox) (?:is )?(?:over )?full",
                "out of storage",
            ),
            *("insufficient (?:disk|system|mailbox)", "storage (?:space|limit)", "exceeded (?:the|its) storage"),
            "boite (?:aux lettres )?(?:du destinataire )?(?:est )?pleine",
        ),
        Severity.FULL,
    ),
    (
        _say(
            *("(?:user|recipient|mailbox|address|account) (?:is )?(?:unknown|not found|disabled)", "no mailbox here"),
            *("unknown (?:user|recipient|mailbox|address)", "no such (?:user|mailbox|recipient|address|person)"),
            *("recipientnotfound", "invalid recipient", "mailbox unavailable", "unrouteable address", "null ?mx"),
            "(?:mailbox|address|account|user|recipient|domain).{0,60} (?:doesn t|does not|not) exist",
            "user doesn t have an? .{1,60} account",
            *("host or domain name not found", "couldn t find any host", "has no mail exchanger"),
            "(?:destinataire|utilisateur|compte|adresse|boite).{0,40} (?:inconnue?|inexistante?|invalide|introuvable)",
            "(?:destinataire|utilisateur|compte|adresse|boite).{0,40} n existe pas",
        ),
        Severity.HARD,
    ),
    (
        _say(
            *("too (?:large|big)", "trop (?:gros|volumineux|grand)", "(?:message|mail|maximum) size", "size limit"),
            "taille (?:maximale|du message|limite)",
        ),
        Severity.TOO_BIG,
    ),
    (
        _say(
            *(
                "black ?list(?:ed)?",
                "block ?list(?:ed)?",
                "rbl",
                "spamhaus",
                "reputation",
                "dmarc",
                "spf",
                "dkim",
            ),
            *("policy", "politique", "(?:not |un)authenticated", "blocked", "banned", "access denied", "rate limit"),
            *("service refuse", "mail rejete", "too many (?:connections|messages|spams?)"),
        ),
        Severity.BLOCKED,
    ),
    (
        _say("spam(?:my)?", "unsolicited", "indesirable", "junk", "virus", "malware", "suspicious"),
        Severity.SPAM,
    ),
    (
        _say(
            *("(?:has been|is|was) delayed", "delivery delayed", "delayed mail", "not (?:yet )?been delivered"),
            *("still (?:being )?(?:try|trying|retried|retrying)", "will be (?:retried|tried again)", "keep trying"),
            *("warning message only", "do not need to resend", "remise (?:a ete )?(?:differee|retardee)"),
        ),
        Severity.DELAY,
    ),
    (
        _say(
            *(
                "timed? ?out",
                "try again",
                "temporar(?:y|ily)",
                "greylist(?:ed|ing)?",
                "connection refused",
                "plus tard",
            ),
            *("retry time(?:out)?", "could not be reached"),
        ),
        Severity.SOFT,
    ),
)

# Where a bounce begins to quote the mail that it returns.
_COPY = re.compile(
    r"^[-=_ >]*(?:this is a copy of|below this line is a copy|copie du message|message original|original message"
    r"|message d'origine|en-têtes (?:du message|originaux)|(?:original|returned) (?:message )?headers).*",
    re.IGNORECASE | re.MULTILINE,
)
_DAEMON = re.compile(r"(?:mailer-?daemon|mail-?daemon|postmaster)@", re.IGNORECASE)


def read_report(raw: bytes) -> Report | None:
    """Return what a bounce or complaint says, None for any other mail.

    Reads RFC 3464 and RFC 5965, and as well as may be what servers write in plain text. Never raises.
    """
    opened = open_mail(raw)
    for part in opened.root.walk():
        kind = part.get_content_type()
        if kind == "message/feedback-report":
            return _read_complaint(opened, part)
        if kind in {"message/delivery-status", "message/global-delivery-status"}:
            return _read_status(opened, part)
        if kind == "message/disposition-notification":
            return None
    report = _read_plain_bounce(opened) if _looks_like_bounce(opened) else None
    return _second(raw, report) if report is None or report.severity is Severity.UNKNOWN else report


def _second(raw: bytes, report: Report | None) -> Report | None:
    """Return what a second reader finds in a mail in which we find nothing.

    It knows the shapes of bounces, not their reasons: what it takes for permanent weighs as a failure of the moment.
    """
    opinion = second_opinion.ask(raw)
    if opinion is None:
        return report
    text = report.text if report is not None else clean_line(_read_words(open_mail(raw)), MAX_TEXT)
    status = report.status if report is not None else None
    return Report(Severity.SOFT, status, (report.recipient if report is not None else None) or opinion.address, text)


# --- RFC 3464 --------------------------------------------------------------------------------------------------------


def _read_status(opened: Opened, part: Message) -> Report | None:
    """Return the worst news among the recipients; the first of these where several are as bad."""
    reports = [_read_recipient(fields) for fields in _read_blocks(part) if "action" in fields or "status" in fields]
    if not reports:
        return _read_plain_bounce(opened)
    bad = [report for report in reports if report is not None]
    if not bad:
        return None  # delivered, relayed: good news
    order = list(Severity)
    worst = min(bad, key=lambda report: order.index(report.severity))
    if worst.severity is Severity.UNKNOWN or not worst.text:
        words = _read_words(opened)
        severity = worst.severity
        if severity is Severity.UNKNOWN:
            severity = _weigh_words(words) or Severity.UNKNOWN
        text = worst.text or clean_line(words, MAX_TEXT)
        worst = Report(severity, worst.status, worst.recipient, text)
    return worst


def _read_recipient(fields: Fields) -> Report | None:
    """Return the report in one block of fields about a recipient, None when it is good news."""
    action = fields.get("action", "failed").split(" ")[0].lower()
    if action in {"delivered", "relayed", "expanded"}:
        return None
    text = _type_free(fields.get("diagnostic-code", ""))
    status = _find_status(fields.get("status", ""), text)
    severity = Severity.DELAY if action == "delayed" else _weigh(status, text)
    recipient = _find_address(fields.get("original-recipient", "")) or _find_address(fields.get("final-recipient", ""))
    return Report(severity, status, recipient, clean_line(text, MAX_TEXT))


def _read_blocks(part: Message) -> Iterator[Fields]:
    """Yield the blocks of fields of a delivery status, by lower-case name; the first is about the mail itself."""
    payload = part.get_payload()
    blocks = [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []
    for block in blocks[: MAX_RECIPIENTS + 1]:
        yield {name.lower(): decode_header(str(value)).strip() for name, value in reversed(list(block.raw_items()))}


def _find_status(declared: str, text: str) -> str | None:
    """Return the status code: the server's own words know it better than a general "5.0.0"."""
    code = _STATUS.search(declared)
    said = _STATUS.search(text[:2_000])
    if code and (not said or not code[1].endswith(".0.0")):
        return code[1]
    return said[1] if said else None


# --- RFC 5965 --------------------------------------------------------------------------------------------------------


def _read_complaint(opened: Opened, part: Message) -> Report:
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else part
    source = inner.get_payload() if isinstance(inner, Message) else ""
    fields: dict[str, str] = dict(_read_lines(source if isinstance(source, str) else ""))
    if isinstance(inner, Message) and inner is not part:
        fields |= {name.lower(): decode_header(str(value)).strip() for name, value in reversed(list(inner.raw_items()))}
    kind = fields.get("feedback-type", "abuse").lower()
    severity = Severity.UNKNOWN if kind in {"not-spam", "auth-failure", "dmarc"} else Severity.COMPLAINT
    named = fields.get("original-rcpt-to") or fields.get("original-recipient") or fields.get("removal-recipient", "")
    recipient = _find_address(named) or _find_returned_recipient(opened)
    returned_to = _find_address(fields.get("original-mail-from", "")) or _find_return_path(opened)
    text = clean_line(f"{kind}: {_read_words(opened)}", MAX_TEXT)
    return Report(severity, None, recipient, text, returned_to)


def _read_lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text[:MAX_READ].splitlines():
        name, colon, value = line.partition(":")
        if colon:
            yield name.strip().lower(), value.strip()


def _find_return_path(opened: Opened) -> str | None:
    """Return the envelope sender that the returned mail had when it was delivered (RFC 5321 4.4)."""
    returned = (part for part in opened.root.walk() if part is not opened.root and part.get("return-path"))
    return next((_find_address(decode_header(str(part["return-path"]))) for part in returned), None)


def _find_returned_recipient(opened: Opened) -> str | None:
    """Return to whom the returned mail was addressed."""
    for part in opened.root.walk():
        if part is not opened.root and part.get("to"):
            return _find_address(decode_header(str(part["to"])))
    return None


# --- Everything else -------------------------------------------------------------------------------------------------


def _looks_like_bounce(opened: Opened) -> bool:
    sender = " ".join(opened.headers.get("from", ()))[:2_000]
    subject = decode_words(next(iter(opened.headers.get("subject", ())), "")[:2_000])
    return "x-failed-recipients" in opened.headers or bool(_DAEMON.search(sender)) or is_bounce_subject(subject)


def _read_plain_bounce(opened: Opened) -> Report:
    words = _read_words(opened)
    status = _find_status("", words)
    named = " ".join(opened.headers.get("x-failed-recipients", ()))
    recipient = _find_address(named) or _find_address(_DAEMON.sub("", words))
    return Report(_weigh(status, words), status, recipient, clean_line(words, MAX_TEXT))


def _read_words(opened: Opened) -> str:
    """Return what the other server says to a human, without the copy of our mail below it."""
    text = read_body(opened.root).read_text()[:MAX_READ]
    copy = _COPY.search(text)
    return text[: copy.start()] if copy and copy.start() else text


def _weigh(status: str | None, text: str) -> Severity:
    """Return the severity by words where they are plain, else by code, else by the first digit of the reply."""
    by_code = next((severity for shape, severity in _BY_STATUS if status and shape.fullmatch(status)), None)
    by_words = _weigh_words(text)
    if by_words in {Severity.HARD, Severity.FULL} and not (status or "").startswith("4"):
        return by_words
    if by_words in {Severity.FULL, Severity.DELAY}:
        return by_words
    if by_words is Severity.SPAM and by_code is not Severity.HARD:
        return by_words
    if by_words is Severity.TOO_BIG and by_code in {None, Severity.SOFT}:
        return by_words
    if by_code or by_words:
        return by_code or by_words or Severity.UNKNOWN
    reply = _REPLY.search(text[:2_000])
    return Severity.SOFT if reply and reply[1] == "4" else Severity.UNKNOWN


def _weigh_words(text: str) -> Severity | None:
    folded = fold(text[:4_000])
    return next((severity for shape, severity in _BY_WORDS if shape.search(folded)), None)


def _type_free(value: str) -> str:
    """Return a field's value without its leading type: "smtp; 550 5.1.1 …" is "550 5.1.1 …"."""
    kind, semicolon, rest = value.partition(";")
    return rest.strip() if semicolon and kind.strip().replace("-", "").isalnum() else value.strip()


def _find_address(text: str) -> str | None:
    found = _ADDRESS.search(text[:MAX_READ])
    if not found:
        return None
    local, _, domain = found[0].rpartition("@")
    return f"{local}@{domain.rstrip('.').lower()}"
