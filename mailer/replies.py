"""SMTP replies told apart: what became of a mail, and whose matter it is when it did not get through.

Doubt is laid on us, never on the person: blame that is wrongly ours costs the staff a look, blame that is wrongly
hers costs her the mail she asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Self

from jobboard.folding import fold
from jobboard.suppression import Severity

Stage = Literal["connect", "ehlo", "auth", "mail", "rcpt", "data", "body", "quit"]

TEXT_LENGTH = 300

_ADDRESS = re.compile(r"<[^<>\s]+@[^<>\s]+>|[^\s<>:;,()\"']+@[^\s<>:;,()\"']+")
_LINK = re.compile(r"https?://\S+")
_ENHANCED = re.compile(r"#?([245]\.\d{1,3}\.\d{1,3})(?![.\w])")
_PARENTHESISED = re.compile(r"\(#?([245]\.\d{1,3}\.\d{1,3})\)")


def one_line(text: str) -> str:
    """Return what a server said as one printable line of at most `TEXT_LENGTH` characters, addresses masked."""
    printable = "".join(char if char.isprintable() else " " for char in text)
    return _ADDRESS.sub("<address>", " ".join(printable.split()))[:TEXT_LENGTH]


class Verdict(StrEnum):
    """What became of a mail."""

    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"


class Blame(StrEnum):
    """Whose matter a failure is: the recipient's mailbox, our standing or set-up, the way there, or this mail."""

    RECIPIENT = "recipient"
    US = "us"
    NETWORK = "network"
    CONTENT = "content"


@dataclass(frozen=True)
class Reply:
    """One reply of a server: code, enhanced code (RFC 3463), and one line of text without any address in it."""

    code: int
    enhanced: str | None
    text: str

    @classmethod
    def from_lines(cls, code: int, lines: Sequence[str]) -> Self:
        """Join the lines of a reply; the enhanced code that servers repeat on each is kept once."""
        enhanced = None
        words = []
        for line in lines:
            if found := _ENHANCED.match(line):
                enhanced = enhanced or found[1]
                line = line[found.end() :]
            words.append(line)
        text = " ".join(words)
        if not enhanced and (found := _PARENTHESISED.search(text)):
            enhanced = found[1]
        return cls(code, enhanced, one_line(text))

    def __str__(self) -> str:
        return " ".join(part for part in (str(self.code), self.enhanced, self.text) if part)


@dataclass(frozen=True)
class Outcome:
    """What became of one mail for one recipient; `detail` says in one line what no reply of the server's says."""

    verdict: Verdict
    reply: Reply | None
    blame: Blame | None
    stage: Stage
    detail: str = ""

    @property
    def ambiguous(self) -> bool:
        """Whether the mail may have arrived all the same: its body was under way and no reply came."""
        return self.verdict is Verdict.DEFERRED and self.stage == "body" and self.reply is None

    @property
    def lasting(self) -> bool:
        """Whether the address itself is at fault for good; a full mailbox is not."""
        if self.verdict is not Verdict.REFUSED or self.blame is not Blame.RECIPIENT or not self.reply:
            return False
        return not self._is_full(fold(self.reply.text))

    @property
    def severity(self) -> Severity:
        """What a failure that is final says of the address, of us or of the mail."""
        words = fold(self.reply.text if self.reply else self.detail)
        if self.blame is Blame.US:
            return Severity.SPAM if _SPAM.search(words) else Severity.BLOCKED
        if self.blame is Blame.CONTENT:
            return Severity.TOO_BIG if self._is_about_size(words) else Severity.SPAM
        if self.lasting:
            return Severity.HARD
        return Severity.FULL if self.blame is Blame.RECIPIENT and self._is_full(words) else Severity.SOFT

    def _is_about_size(self, words: str) -> bool:
        enhanced = self.reply.enhanced if self.reply else None
        return (enhanced or "").endswith((".2.3", ".3.4")) or bool(_TOO_BIG.search(words))

    def _is_full(self, words: str) -> bool:
        enhanced = self.reply.enhanced if self.reply else None
        return (enhanced or "").endswith(".2.2") or bool(_FULL.search(words))

    def __str__(self) -> str:
        """Return one line for the attempt's record, without addresses."""
        return f"{self.stage}: {self.reply or self.detail}"


def judge(stage: Stage, reply: Reply) -> Outcome:
    """Tell what a reply means at that stage of the dialogue.

    A refusal that concerns the connection rather than the mail (banner, EHLO, log-in, relaying) only defers it:
    whoever runs the installation mends that, and no mail is lost meanwhile.
    """
    if stage == "body" and 200 <= reply.code < 300:
        return Outcome(Verdict.SENT, reply, None, stage)
    if not 400 <= reply.code < 600:
        return Outcome(Verdict.DEFERRED, reply, Blame.NETWORK, stage, "the server answered out of turn")
    words = fold(_LINK.sub(" ", reply.text.replace("<address>", " ")))
    blame = _blame(stage, reply, words)
    final = reply.code >= 500 and not _concerns_connection(stage, reply, words)
    return Outcome(Verdict.REFUSED if final else Verdict.DEFERRED, reply, blame, stage)


_BEFORE_MAIL: frozenset[Stage] = frozenset({"connect", "ehlo", "auth"})
# 530, 534, 535 and 538 ask for a log-in or for TLS (RFC 4954 6, RFC 3207 4).
_LOG_IN_CODES = frozenset({530, 534, 535, 538})
_LOG_IN_WORDS = re.compile(r"\brelay|authenti\w+ (is )?(required|requise|needed)|starttls|log ?in (first|required)")


def _concerns_connection(stage: Stage, reply: Reply, words: str) -> bool:
    if stage in _BEFORE_MAIL or reply.code in _LOG_IN_CODES:
        return True
    return stage in ("mail", "rcpt") and bool(_LOG_IN_WORDS.search(words))


# Words (folded) that speak of our standing, whatever the code beside them: some providers refuse what they take for
# spam with 5.2.0, and servers that ask another server pass its block list on under 5.1.1.
_OUR_STANDING = re.compile(
    r"\bspam\b|spamhaus|unsolicited|indesirable|\bbulk\b|(block|black|deny|grey|gray) ?list|liste (noire|grise)"
    r"|\b(dns|r)bl\b|\blisted (in|on|by|at)\b|reputation|\b(spf|dkim|dmarc)\b|reverse dns|\bptr\b|\bhelo\b"
    r"|rate limit|too many|too fast|slow down|throttl|\bpolic(y|ies)\b|complaint|suspicious|mail rejet"
    r"|\brelay|authenti\w+ (is )?(required|requise|needed)|unauthenticated|client host|try again from"
    r"|\bsender\b.{0,20}\b(address|domain|host|rejected|denied|verif|unknown|not)|mail from|return path|expediteur"
    r"|\byour (ip|host|server|network|domain|message looks)"
)
# The enhanced code's subject and detail (RFC 3463 3, RFC 7293 for 7.17 and 7.18); None asks the words.
_BY_CODE: dict[str, Blame | None] = {
    "1.7": Blame.US,
    "1.8": Blame.US,
    "1": Blame.RECIPIENT,
    "2.3": Blame.CONTENT,
    "2": Blame.RECIPIENT,
    "3.0": None,
    "3.4": Blame.CONTENT,
    "3": Blame.NETWORK,
    "4": None,
    "5.0": None,
    "5": Blame.US,
    "6": Blame.CONTENT,
    "7.17": Blame.RECIPIENT,
    "7.18": Blame.RECIPIENT,
    "7": Blame.US,
}
_FULL = re.compile(
    r"\bfull\b|\bquota\b|over (its |the )?(storage|size)|exceeded (its |the )?(storage|mailbox)|\b(pleine?|saturee?)\b"
)
_WHO = (
    r"(user|recipient|mail ?box|inbox|account|address|addressee|destinataire|utilisateur|adresse|boite|compte|domain"
    r"|domaine|host|alias|person|subscriber|abonne)s?"
)
_GONE = (
    r"(unknown|not (be )?found|no longer|invalid|disabled|inactive|unavailable|expired|suspended|deactivated|closed"
    r"|deleted|discontinued|archived|archivee?|inconnue?|introuvable|n existe|desactive|ferme|supprime|invalide"
    r"|not exist|doesn t exist|doesn t have|not (a )?(valid|known|listed|local)|rejected|not available|moved)"
)
_ABOUT_RECIPIENT = re.compile(
    rf"\b{_WHO}\b.{{0,40}}\b{_GONE}"
    rf"|\b(unknown|no such|invalid|no|not a valid|bad|inactive|disabled|undeliverable|unrouteable|unroutable|aucune?)"
    rf"\b.{{0,20}}\b{_WHO}\b"
    r"|null mx|does not accept (mail|email)|name or service not known"
)
_SPAM = re.compile(r"\bspam\b|unsolicited|indesirable|\bbulk\b|message looks|suspicious")
_TOO_BIG = re.compile(
    r"too (large|big)|trop (gros|volumineux)|(message|mail|fixed maximum) (size|length|taille)|size (limit|exceed)"
)
_ABOUT_CONTENT = re.compile(
    r"\bvirus|malware|infected|attachment|piece jointe|too (large|big)|trop (gros|volumineux)|line (is )?too long"
    r"|(message|mail|fixed maximum) (size|length|taille)|size (limit|exceed)|\bmime\b|8 ?bit|malformed|header"
)


def _blame(stage: Stage, reply: Reply, words: str) -> Blame:
    """Return whose matter a 4xx or 5xx is: words on our standing outweigh the code, the code all other words."""
    blame = Blame.US if _OUR_STANDING.search(words) else _by_code(reply) or _by_words(words)
    if stage in _BEFORE_MAIL:
        return Blame.US if reply.code >= 500 or blame is Blame.US else Blame.NETWORK
    if blame is Blame.RECIPIENT and stage == "mail":  # MAIL names no recipient: it is our sender that displeases
        return Blame.US
    return blame or _by_stage(stage, reply)


def _by_code(reply: Reply) -> Blame | None:
    if not reply.enhanced:
        return None
    subject = reply.enhanced[2:]
    return _BY_CODE.get(subject, _BY_CODE.get(subject.split(".")[0]))


def _by_words(words: str) -> Blame | None:
    rows = ((_FULL, Blame.RECIPIENT), (_ABOUT_CONTENT, Blame.CONTENT), (_ABOUT_RECIPIENT, Blame.RECIPIENT))
    return next((blame for pattern, blame in rows if pattern.search(words)), None)


def _by_stage(stage: Stage, reply: Reply) -> Blame:
    """Return what RFC 5321 4.2.3 leaves when neither code nor words tell."""
    if reply.code < 500 or (reply.enhanced or "").startswith("5.4."):
        return Blame.NETWORK
    return Blame.RECIPIENT if stage == "rcpt" and reply.code in (550, 551, 553) else Blame.US
