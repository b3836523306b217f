"""From an edition to the copies of its readers: one byte template for each variant and language, made again each minute.

So what a letter says of today, and of offers that close meanwhile, is never older than that.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from jobboard import edition_contents, outbox
from jobboard.addresses import Addresses, Alias, Purpose
from jobboard.db import settings_of
from jobboard.editions import Edition
from jobboard.languages import gettext_for
from jobboard.letters.base import Letter
from jobboard.letters.editions import EditionLetter
from jobboard.outbox import Post
from jobboard.people import Person, letters_stream
from jobboard.settings import Settings
from jobboard.shards import Copy
from mailer import byte_templates, reasons_why
from mailer.byte_templates import ByteTemplate, Marks, Reader
from mailer.compose import Composed, Composer
from mailer.dialogue import Mail, PlainMail
from mailer.headers import Envelope
from mailer.rendering import Frame
from mailer.signing import Signer

LASTS = timedelta(minutes=1)
MOST_TEMPLATES = 64

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_PLAIN = re.compile(rf"{_ATOM}(\.{_ATOM})*@[A-Za-z0-9.-]+")

Make = Callable[[datetime], Mail]


def dedupe_key(copy: Copy) -> str:
    """Return what a copy is for, of which its Message-ID is made: always the same."""
    return f"edition:{copy.edition_id}:{copy.subscription_id}"


class Copies:
    """The templates of one process, shared by its couriers."""

    def __init__(self, settings: Settings, addresses: Addresses) -> None:
        self._settings = settings
        self._addresses = addresses
        self._composer = Composer(settings, addresses)
        self._made: dict[tuple[int, str, str], tuple[datetime, ByteTemplate]] = {}
        self._one_at_a_time = threading.Lock()

    @property
    def signer(self) -> Signer | None:
        """What signs, where a key is set."""
        return self._composer.signer

    def maker(self, session: Session, copy: Copy, *, at: datetime) -> Make:
        """Return the function that makes the mail of a copy when its turn on the wire has come; it needs no session.

        An address with accents (RFC 6532) or quoted is written in its own way: its copy is composed like any other mail.
        One that no wire can carry makes the function raise ValueError: nobody else's copy depends on it.
        """
        if not _PLAIN.fullmatch(copy.address):
            made = self.composed(session, copy, at=at)
            return lambda moment: Mail.addressed(made.sender, made.recipient, made.message)
        return partial(self._mail, self.template(session, copy.edition_id, copy.variant, copy.language, at=at), copy)

    def at_hand(self, copy: Copy, *, at: datetime) -> Make | None:
        """Return what `maker` returns where that needs no session, None where it does."""
        template = self._fresh((copy.edition_id, copy.variant, copy.language), at=at)
        return partial(self._mail, template, copy) if template and _PLAIN.fullmatch(copy.address) else None

    def _mail(self, template: ByteTemplate, copy: Copy, at: datetime) -> Mail:
        reader = Reader(
            copy.address,
            copy.name,
            _first_name(copy.name),
            self._addresses.token(Purpose.UNSUBSCRIBE, copy.subscription_id),
            self._addresses.token(Purpose.REPLY, copy.ticket_id),
            self._addresses.token(Purpose.PREFERENCES, copy.subscription_id),
            outbox.message_id(self._settings, dedupe_key(copy)),
        )
        parts = template.copy(reader, at=at)
        return PlainMail.made(self._addresses.make(Purpose.RETURN, copy.id), copy.address, parts)

    def template(self, session: Session, edition_id: int, variant: str, language: str, *, at: datetime) -> ByteTemplate:
        """Return the template of an edition for the readers of that variant and language."""
        key = edition_id, variant, language
        with self._one_at_a_time:
            if (kept := self._fresh(key, at=at)) is not None:
                return kept
            edition = session.get_one(Edition, edition_id)
            letter = edition_contents.letter_for(session, edition, variant, at=at)
            template = self._compile(letter, edition, language, at=at)
            self._made.pop(key, None)
            self._made[key] = at, template
            while len(self._made) > MOST_TEMPLATES:
                del self._made[next(iter(self._made))]
            return template

    def _fresh(self, key: tuple[int, str, str], *, at: datetime) -> ByteTemplate | None:
        kept = self._made.get(key)
        return kept[1] if kept is not None and kept[0] > at - LASTS else None

    def _compile(self, letter: EditionLetter, edition: Edition, language: str, *, at: datetime) -> ByteTemplate:
        marks, settings = Marks.draw(), self._settings
        frame = self._frame(letter, language, marks, at=at)
        stream = letters_stream(edition.list_name).replace(":", "-")
        envelope = Envelope(
            sender=settings.sender,
            sender_name=settings.site_name,
            recipient="reader@example.org",
            recipient_name="",
            reply_to=settings.sender,
            message_id="<own@example.org>",
            subject="",
            date=at,
            kind=letter.kind,
            list_name=stream,
            unsubscribe_url=frame.unsubscribe_url or "",
            unsubscribe_address=f"u-{marks.leave}@{settings.mail_domain}",
            help_address=self._addresses.alias(Alias.AIDE),
            archive_url=f"{settings.base_url}{letter.path.rpartition('/')[0]}",
            feedback_id=f"edition-{edition.id}:{stream}:letters:{settings.mail_domain[:15]}",
        )
        return byte_templates.build(
            self._composer.render(letter, frame, None),
            envelope,
            marks,
            language,
            self.signer,
            domain=settings.mail_domain,
            site_name=settings.site_name,
        )

    def _frame(self, letter: Letter, language: str, marks: Marks, *, at: datetime) -> Frame:
        """Return what surrounds the letter, with marks where readers differ."""
        settings, gettext = self._settings, gettext_for(language)
        why, how_to_stop = reasons_why.footer(letter, gettext)
        return Frame(
            language=language,
            site_name=settings.site_name,
            base_url=settings.base_url,
            why=why,
            how_to_stop=how_to_stop,
            help_line=gettext("AIDE : tout ce que vous pouvez faire par mail."),
            timezone=settings.zone,
            at=at,
            unsubscribe_url=f"{settings.base_url}/desabonnement/{marks.leave}",
            preferences_url=f"{settings.base_url}/lettre/preferences/{marks.choose}",
            reply_address=f"r-{marks.answer}@{settings.mail_domain}",
            greeting=marks.greeting,
        )

    def composed(self, session: Session, copy: Copy, *, at: datetime) -> Composed:
        """Return the mail of a copy as the composer of all other mail makes it."""
        edition = session.get_one(Edition, copy.edition_id)
        letter = edition_contents.letter_for(session, edition, copy.variant, at=at)
        post = Post(
            id=copy.id,
            kind=letter.kind,
            stream=letter.stream,
            ticket_id=copy.ticket_id,
            subscription_id=copy.subscription_id,
            message_id=outbox.message_id(settings_of(session), dedupe_key(copy)),
            references=[],
        )
        return self._composer.compose(session, post, letter, session.get_one(Person, copy.person_id), at=at)


def _first_name(name: str) -> str:
    """Return what a letter calls its reader; "" where mail clients gave an address for a name."""
    words = name.split()
    return words[0] if words and "@" not in name else ""
