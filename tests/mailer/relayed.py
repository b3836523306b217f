"""One mail through the relay without the gate: rebuilt, put into its letter, composed; the octets that would leave."""

from __future__ import annotations

from dataclasses import dataclass, replace

from jobboard.calendars import Sides
from jobboard.conversations import File
from jobboard.letters.applications import RelayedMessage
from jobboard.outbox import Post
from jobboard.sealing import Sealing
from jobboard.subjects import bare
from mailer.anonymise import Rebuilt, rebuild
from mailer.compose import fill
from mailer.headers import POLICY, Envelope, start_message
from mailer.masks import Masks
from mailer.relayed import Relayed
from tests.mailer.samples import AT, composer

DOMAIN = "relais.example"


@dataclass(frozen=True)
class Direction:
    """Who writes, and what must not pass."""

    writer: str
    reader: str
    marker: str  # a word of the writer's address that stands nowhere else
    masks: Masks
    sides: Sides


def _direction(writer: str, reader: str, *, to_candidate: bool) -> Direction:
    relay, reached = "r-" + "w" * 26 + "@" + DOMAIN, "r-" + "x" * 26 + "@" + DOMAIN
    domain = writer.partition("@")[2]
    masks = Masks((writer,), relay, (domain,), DOMAIN, "https://site.example")
    if not to_candidate:
        masks = replace(masks, domains=(), hide_phones_in_signature=False, documents_untouched=True)
    sides = Sides(
        frozenset({writer}), relay, "Elle M.", "1", reader, frozenset({reached}), "Lui D.", "2", Sealing((b"k" * 32,))
    )
    return Direction(writer, reader, domain.partition(".")[0], masks, sides)


TO_CANDIDATE = _direction("helene.martin@asso-horizon.example", "lea@courrier.example", to_candidate=True)
TO_RECRUITER = _direction("lea.dubreuil@boite-perso.example", "paul@structure.example", to_candidate=False)
DIRECTIONS = {"to candidate": TO_CANDIDATE, "to recruiter": TO_RECRUITER}


def relayed(raw: bytes, direction: Direction) -> tuple[Rebuilt, bytes]:
    """Return a mail rebuilt, and the octets that leave for the other side."""
    rebuilt = rebuild(raw, direction.masks, direction.sides)
    letter = RelayedMessage(1, "Elle M.", "Comptable (H/F)")
    files = tuple(
        File(each.filename, each.content_type, each.content, each.content_id, each.inline)
        for each in rebuilt.attachments
    )
    message = Relayed(rebuilt.text, rebuilt.html, files, bare(rebuilt.subject))
    frame = composer().frame(Post(ticket_id=7), letter, None, None, at=AT)
    rendered = composer().render(letter, frame, message)
    relay = direction.masks.replacement
    envelope = Envelope(
        relay, "Elle M.", direction.reader, "Lui", relay, f"<1@{DOMAIN}>", rendered.subject, AT, relayed=True
    )
    made = start_message(envelope, domain=DOMAIN, site_name="Passerelle")
    fill(made, rendered, files)
    return rebuilt, made.as_bytes(policy=POLICY)
