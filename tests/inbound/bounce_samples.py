"""Bounces in the styles of mail systems, in our own words: what each says, and of whom."""

from __future__ import annotations

from dataclasses import dataclass

from jobboard.suppression import Severity

LEA = "lea@courrier.example"
COPY = "From: Passerelle <bonjour@passerelle.example>\nTo: lea@courrier.example\nSubject: Une offre\n\nBonjour\n"


@dataclass(frozen=True)
class Sample:
    """One bounce: its octets, and what must be read in it."""

    name: str
    raw: bytes
    severity: Severity | None
    recipient: str | None = LEA


def _octets(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def report(
    human: str,
    *fields: str,
    sender: str = "MAILER-DAEMON@mx.example",
    subject: str = "Undelivered Mail Returned to Sender",
) -> bytes:
    """A report of RFC 3464; each of `fields` is the block of one recipient."""
    blocks = "\n\n".join(("Reporting-MTA: dns; mx.example\nArrival-Date: Mon, 23 Nov 2026 09:00:00 +0100", *fields))
    return _octets(
        f"From: Mail System <{sender}>\nTo: v-abc@passerelle.example\nSubject: {subject}\n"
        'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="=b"\n\n'
        f"--=b\nContent-Type: text/plain; charset=utf-8\n\n{human}\n"
        f"--=b\nContent-Type: message/delivery-status\n\n{blocks}\n\n"
        f"--=b\nContent-Type: message/rfc822\n\n{COPY}\n--=b--\n"
    )


def one(status: str, code: str = "", *, action: str = "failed", to: str = LEA, original: str = "") -> str:
    """The block of one recipient."""
    lines = [f"Original-Recipient: rfc822; {original}"] if original else []
    lines += [f"Final-Recipient: rfc822; {to}", f"Action: {action}", f"Status: {status}"]
    return "\n".join(lines + ([f"Diagnostic-Code: smtp; {code}"] if code else []))


def plain(body: str, *, sender: str, subject: str, more: str = "") -> bytes:
    """A bounce in words alone."""
    return _octets(
        f"From: {sender}\nTo: v-abc@passerelle.example\nSubject: {subject}\n{more}"
        f"Content-Type: text/plain; charset=utf-8\n\n{body}\n"
    )


POSTFIX = "This is the mail system at host mx.example.\n\nI'm sorry: your message could not be delivered.\n\n"
EXIM = "This message was created automatically by mail delivery software.\n\n"
EXIM_FAILED = EXIM + "A message that you sent could not be delivered to one or more of its recipients.\n\n"
QMAIL = "Hi. This is the qmail-send program at mx.example.\nI could not deliver your message; I have given up.\n\n"
YAHOO = "Sorry, we were unable to deliver your message to the following address.\n\n"
EXCHANGE = "Delivery has failed to these recipients or groups:\n\n"
GMAIL = "** Address not found **\n\n"
DAEMON = "Mail Delivery System <mailer-daemon@mx.example>"
GONE, FULL, BLOCKED, SPAM = Severity.HARD, Severity.FULL, Severity.BLOCKED, Severity.SPAM
SOFT, DELAY, BIG = Severity.SOFT, Severity.DELAY, Severity.TOO_BIG

SAMPLES = (
    # Postfix
    Sample("postfix-unknown", report(POSTFIX, one("5.1.1", f"550 5.1.1 <{LEA}>: User unknown in relay table")), GONE),
    Sample("postfix-virtual", report(POSTFIX, one("5.1.1", 'unknown user: "lea"')), GONE),
    Sample("postfix-no-domain", report(POSTFIX, one("5.4.4", "Host or domain name not found, type=AAAA")), GONE),
    Sample(
        "postfix-null-mx", report(POSTFIX, one("5.1.0", "Domain courrier.example does not accept mail (nullMX)")), GONE
    ),
    Sample("postfix-quota", report(POSTFIX, one("5.2.2", "552 5.2.2 Mailbox is over quota")), FULL),
    Sample("postfix-size", report(POSTFIX, one("5.3.4", "message size 31457280 exceeds size limit 10485760")), BIG),
    Sample("postfix-expired", report(POSTFIX, one("4.4.1", "connect to mx[192.0.2.9]:25: Connection timed out")), SOFT),
    Sample(
        "postfix-delayed",
        report(
            POSTFIX, one("4.4.1", "connect: timed out", action="delayed"), subject="Delayed Mail (still being retried)"
        ),
        DELAY,
    ),
    Sample("postfix-relayed", report(POSTFIX, one("2.0.0", "250 Ok", action="relayed")), None, None),
    Sample("postfix-content", report(POSTFIX, one("5.7.1", "550 5.7.1 this message looks like spam to us")), SPAM),
    Sample(
        "postfix-forwarded",
        report(POSTFIX, one("5.1.1", "550 5.1.1 unknown user", to="marie@ailleurs.example", original=LEA)),
        GONE,
    ),
    # Exim
    Sample(
        "exim-unknown",
        plain(
            EXIM_FAILED + f"  {LEA}\n    host mx.courrier.example [192.0.2.5]\n    SMTP error from remote mail server"
            f" after RCPT TO:<{LEA}>:\n    550 5.1.1 No such user here",
            sender=DAEMON,
            subject="Mail delivery failed: returning message to sender",
            more=f"X-Failed-Recipients: {LEA}\n",
        ),
        GONE,
    ),
    Sample(
        "exim-unrouteable",
        plain(EXIM_FAILED + f"  {LEA}\n    Unrouteable address", sender=DAEMON, subject="Mail delivery failed"),
        GONE,
    ),
    Sample(
        "exim-retry-timeout",
        plain(EXIM_FAILED + f"  {LEA}\n    retry timeout exceeded", sender=DAEMON, subject="Mail delivery failed"),
        SOFT,
    ),
    Sample(
        "exim-quota",
        plain(
            EXIM_FAILED + f"  {LEA}\n    mailbox is full (quota exceeded)",
            sender=DAEMON,
            subject="Mail delivery failed",
        ),
        FULL,
    ),
    Sample(
        "exim-warning",
        plain(
            EXIM + "A message that you sent has not yet been delivered to one or more of its recipients after more than"
            f" 24 hours.\n\n  {LEA}\n    Delay reason: connection refused\n\nNo action is required on your part.",
            sender=DAEMON,
            subject="Warning: message 1abc delayed 24 hours",
        ),
        DELAY,
    ),
    # qmail
    Sample(
        "qmail-unknown",
        plain(
            QMAIL + f"<{LEA}>:\nSorry, no mailbox here by that name. (#5.1.1)", sender=DAEMON, subject="failure notice"
        ),
        GONE,
    ),
    Sample(
        "qmail-no-host",
        plain(
            QMAIL + f"<{LEA}>:\nSorry, I couldn't find any host named courrier.example. (#5.1.2)",
            sender=DAEMON,
            subject="failure notice",
        ),
        GONE,
    ),
    Sample(
        "qmail-quota",
        plain(QMAIL + f"<{LEA}>:\nThe user is over quota. (#5.2.2)", sender=DAEMON, subject="failure notice"),
        FULL,
    ),
    Sample(
        "qmail-remote-policy",
        plain(
            QMAIL + f"<{LEA}>:\n192.0.2.7 does not like recipient.\nRemote host said: 554 5.7.1 rejected by our policy",
            sender=DAEMON,
            subject="failure notice",
        ),
        BLOCKED,
    ),
    # Gmail
    Sample(
        "gmail-unknown",
        report(
            GMAIL + f"Your message wasn't delivered to {LEA} because the address couldn't be found.",
            one("5.1.1", "550-5.1.1 The email account that you tried to reach does not exist."),
            subject="Delivery Status Notification (Failure)",
        ),
        GONE,
    ),
    Sample(
        "gmail-full",
        report("** Inbox full **", one("5.2.2", "552-5.2.2 The recipient's inbox is out of storage space.")),
        FULL,
    ),
    Sample("gmail-disabled", report(GMAIL, one("5.2.1", "550-5.2.1 The email account is disabled.")), GONE),
    Sample(
        "gmail-dmarc",
        report("** Message blocked **", one("5.7.26", "550-5.7.26 unauthenticated mail, see SPF")),
        BLOCKED,
    ),
    Sample(
        "gmail-delay",
        report(
            "** Delivery incomplete **",
            one("4.4.1", "The recipient server did not accept our requests", action="delayed"),
        ),
        DELAY,
    ),
    Sample(
        "gmail-rate",
        report("** Message not delivered **", one("4.2.1", "450-4.2.1 The user is receiving mail at too high a rate")),
        SOFT,
    ),
    # Yahoo
    Sample(
        "yahoo-unknown",
        plain(
            YAHOO + f"<{LEA}>:\n554: delivery error: dd This user doesn't have an account - mta.yaou.example"
            "\nThis user unknown",
            sender="MAILER-DAEMON@yaou.example",
            subject="Failure Notice",
        ),
        GONE,
    ),
    Sample(
        "yahoo-postponed",
        report(YAHOO, one("4.7.0", "421 4.7.0 [TSS04] Messages temporarily deferred due to user complaints")),
        BLOCKED,
    ),
    Sample("yahoo-quota", report(YAHOO, one("5.0.0", "552 1 Requested mail action aborted, mailbox full")), FULL),
    # Exchange, Outlook
    Sample(
        "exchange-unknown",
        report(
            EXCHANGE + "Léa Martin\nThe email address you entered couldn't be found.",
            one("5.1.1", "550 5.1.1 RESOLVER.ADR.RecipNotFound; not found"),
            sender="postmaster@horizon.example",
            subject="Undeliverable: Une offre",
        ),
        GONE,
    ),
    Sample(
        "exchange-online",
        report(EXCHANGE, one("5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient lea not found by SMTP")),
        GONE,
    ),
    Sample(
        "exchange-full", report(EXCHANGE, one("5.2.2", "554 5.2.2 mailbox full; STOREDRV.Deliver; QuotaExceeded")), FULL
    ),
    Sample("exchange-size", report(EXCHANGE, one("5.2.3", "550 5.2.3 RESOLVER.RST.RecipSizeLimit; too large")), BIG),
    Sample(
        "exchange-closed", report(EXCHANGE, one("5.7.133", "550 5.7.133 sender not authenticated for group")), BLOCKED
    ),
    Sample(
        "exchange-loop", report(EXCHANGE, one("5.4.14", "554 5.4.14 Hop count exceeded, possible mail loop")), BLOCKED
    ),
    Sample(
        "exchange-french",
        report(
            "Échec de la remise pour ces destinataires :\n\nL'adresse de messagerie est introuvable.",
            one("5.0.0"),
            subject="Non remis : Une offre",
        ),
        GONE,
    ),
    Sample(
        "outlook-block-list",
        report(EXCHANGE, one("5.7.1", "550 5.7.1 part of their network is on our block list (S3140)")),
        BLOCKED,
    ),
    # Orange, Free, SFR, La Poste
    Sample(
        "orange-unknown",
        report(POSTFIX, one("5.1.1", "550 5.1.1 Adresse d'un destinataire invalide. Invalid recipient. OFR_416 [416]")),
        GONE,
    ),
    Sample("orange-full", report(POSTFIX, one("5.2.2", "552 5.1.1 Boite du destinataire pleine. OFR_417 [417]")), FULL),
    Sample(
        "orange-blocked",
        report(POSTFIX, one("5.0.0", "550 mwinf Service refuse. Veuillez essayer plus tard. OFR_506")),
        BLOCKED,
    ),
    Sample(
        "orange-spam", report(POSTFIX, one("5.0.0", "550 5.2.0 Mail rejete. Mail rejected. OFR_506 [506]")), BLOCKED
    ),
    Sample(
        "free-unknown",
        plain(
            QMAIL
            + f"<{LEA}>:\n192.0.2.8 failed after I sent the message.\nRemote host said: 550 5.1.1 mailbox unavailable",
            sender="mailer-daemon@libre.example",
            subject="failure notice",
        ),
        GONE,
    ),
    Sample("free-greylist", report(POSTFIX, one("4.7.1", "451 too many errors from your ip, greylisted")), BLOCKED),
    Sample(
        "sfr-unknown", report(POSTFIX, one("5.1.1", "550 5.1.1 Le destinataire n'existe pas, adresse inconnue")), GONE
    ),
    Sample(
        "sfr-full", report(POSTFIX, one("5.2.2", "552 5.2.2 La boite aux lettres du destinataire est pleine")), FULL
    ),
    Sample("laposte-inactive", report(POSTFIX, one("5.1.1", "550 5.1.1 Boite aux lettres inexistante LPN007")), GONE),
    Sample("laposte-policy", report(POSTFIX, one("5.7.1", "554 5.7.1 Politique anti-abus, IP banned LPN105")), BLOCKED),
    Sample(
        "french-words-alone",
        plain(
            f"Votre message à {LEA} n'a pas pu être remis : la boîte aux lettres du destinataire est pleine.",
            sender="postmaster@mairie.example",
            subject="Échec de remise",
        ),
        FULL,
    ),
    # Of several, and of nothing
    Sample(
        "two-recipients",
        report(POSTFIX, one("2.0.0", action="delivered", to="paul@courrier.example"), one("5.1.1", "550 no such user")),
        GONE,
    ),
    Sample("says-nothing", report("Sorry.", one("5.0.0")), Severity.UNKNOWN),
    Sample(
        "a-human",
        plain("Bonjour, user unknown, ha ha. 550 5.1.1", sender=LEA, subject="Re: Une offre"),
        None,
        None,
    ),
)
