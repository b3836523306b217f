"""A letter as its readers will get it, made for nobody: for the desk, its checks and the command line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from jobboard.addresses import Addresses, Alias, Purpose
from jobboard.languages import gettext_for
from jobboard.letters.editions import EditionLetter
from jobboard.settings import Settings
from mailer import reasons_why
from mailer.byte_templates import greeting
from mailer.compose import fill
from mailer.headers import POLICY, Envelope, start_message
from mailer.rendering import Frame, Rendered, render
from mailer.shown import Showing

_DARK = re.compile(r"@media \(prefers-color-scheme: dark\)")


@dataclass(frozen=True)
class Preview:
    """A letter in words, and as a whole mail; its addresses and links are nobody's."""

    rendered: Rendered
    mail: bytes

    def html(self, *, dark: bool) -> str:
        """Return the page in one palette, whatever the browser that shows it prefers."""
        return _DARK.sub("@media all" if dark else "@media not all", self.rendered.html)


def preview(
    settings: Settings, addresses: Addresses, letter: EditionLetter, *, language: str = "", at: datetime
) -> Preview:
    """Return the letter as a reader of that language would get it, under addresses of row 0, which is nobody's."""
    language = language or settings.language
    gettext = gettext_for(language)
    why, how_to_stop = reasons_why.footer(letter, gettext)
    unsubscribe = f"{settings.base_url}/desabonnement/{addresses.token(Purpose.UNSUBSCRIBE, 0)}"
    reply = addresses.make(Purpose.REPLY, 0)
    frame = Frame(
        language=language,
        site_name=settings.site_name,
        base_url=settings.base_url,
        why=why,
        how_to_stop=how_to_stop,
        help_line=gettext("AIDE : tout ce que vous pouvez faire par mail."),
        timezone=settings.zone,
        at=at,
        unsubscribe_url=unsubscribe,
        preferences_url=f"{settings.base_url}/lettre/preferences/{addresses.token(Purpose.PREFERENCES, 0)}",
        reply_address=reply,
        greeting=greeting(language, ""),
    )
    rendered = render(letter.kind, Showing(gettext, addresses, frame.base_url, language).fields_of(letter), frame)
    envelope = Envelope(
        sender=settings.sender,
        sender_name=settings.site_name,
        recipient=f"lectrice@{settings.mail_domain}",
        recipient_name="",
        reply_to=reply,
        message_id=f"<preview.{letter.edition_id}@{settings.mail_domain}>",
        subject=rendered.subject,
        date=at,
        kind=letter.kind,
        list_name=f"letters-{letter.list_name}",
        unsubscribe_url=unsubscribe,
        unsubscribe_address=addresses.make(Purpose.UNSUBSCRIBE, 0),
        help_address=addresses.alias(Alias.AIDE),
    )
    message = start_message(envelope, domain=settings.mail_domain, site_name=settings.site_name)
    fill(message, rendered, ())
    return Preview(rendered, message.as_bytes(policy=POLICY))
