"""What staff do with an edition, by mail or on the desk: every change voids its approvals and has it looked at again."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import (
    agenda,
    articles,
    edition_approvals,
    edition_checks,
    edition_contents,
    edition_drafts,
    edition_items,
    editions,
    letter_lists,
    outbox,
)
from jobboard.db import settings_of
from jobboard.edition_items import EditionItem, ItemKind
from jobboard.editions import LIFE, Edition
from jobboard.errors import Refused
from jobboard.letter_lists import LetterList
from jobboard.letters.desk import EditionTest
from jobboard.offers import Offer, open_offers
from jobboard.people import Person, Role, Subscription, letters_stream
from jobboard.tickets import About, Reply

LONGEST_INTRO = 10_000


def begin(session: Session, kind: LetterList, *, at: datetime) -> Edition:
    """Return the draft of a list that waits, or a new one, filled by its rules; it may hold nothing yet."""
    edition = edition_drafts.waiting(session, kind.name) or edition_drafts.start(session, kind, by_hand=True, at=at)
    assert edition is not None, "by hand a draft is always made"
    if edition_checks.of(session, edition.id) is None:
        edition_checks.ask(session, edition.id, at=at)
    return edition


def refill(session: Session, edition: Edition, *, by: Person, at: datetime) -> int:
    """Put in what has come in since it was drafted; returns how many lines came in."""
    _change(session, edition, by=by, at=at)
    edition.drafted_at = at
    session.flush()
    return edition_drafts.fill(session, edition, letter_lists.find(settings_of(session), edition.list_name), at=at)


def entitle(session: Session, edition: Edition, title: str, *, by: Person, at: datetime) -> None:
    """Give it a title of its own, or none."""
    _change(session, edition, by=by, at=at)
    edition.title = " ".join(title.split())[: edition_items.LONGEST_TITLE]


def introduce(session: Session, edition: Edition, text: str, *, by: Person, at: datetime) -> None:
    """Write its editorial, in Markdown. Raises Refused("letter-text-long")."""
    _bounded(text, LONGEST_INTRO)
    _change(session, edition, by=by, at=at)
    edition.intro = text.strip()


def add_address(
    session: Session, edition: Edition, url: str, *, title: str = "", text: str = "", by: Person, at: datetime
) -> None:
    """Add what stands at a web address: an article that we have, an offer or event of ours, or a new one by its title.

    Raises Refused("no-web-address"), Refused("article-unknown") for a page that we have not and that has no title here.
    """
    address = articles.canonical(url)
    if not address:
        raise Refused("no-web-address")
    _change(session, edition, by=by, at=at)
    ours = _ours(session, address)
    if ours is not None:
        edition_items.add(session, edition.id, *ours)
        return
    article = articles.find_by_url(session, address)
    if article is None:
        if not title.strip():
            raise Refused("article-unknown")
        article = articles.write(
            session, title=title, markdown=text, section=None, url=address, source="desk", key=address,
            by_person_id=by.id, at=at,
        )  # fmt: skip
    edition_items.add(session, edition.id, ItemKind.ARTICLE, [article.id])


def _ours(session: Session, address: str) -> tuple[ItemKind, list[int]] | None:
    """Return what of ours stands at an address, if it is one of our pages."""
    base = settings_of(session).base_url
    kind, _, rest = address.removeprefix(base).strip("/").partition("/")
    number = rest.partition("-")[0]
    if not address.startswith(base) or not number.isdecimal() or len(number) > 18:
        return None
    records = {"magazine": (ItemKind.ARTICLE, articles.Article), "offres": (ItemKind.OFFER, Offer)}
    records["agenda"] = (ItemKind.EVENT, agenda.Event)
    found = records.get(kind)
    if found is None or session.get(found[1], int(number)) is None:
        return None
    return found[0], [int(number)]


def add(session: Session, edition: Edition, kind: ItemKind, subject_id: int, *, by: Person, at: datetime) -> None:
    """Add an article, offer or event by its number. Raises Refused("no-such-line") for one that is not to be had."""
    there: dict[ItemKind, sa.Select[tuple[int]]] = {
        ItemKind.ARTICLE: articles.standing().with_only_columns(articles.Article.id),
        ItemKind.OFFER: open_offers(at).with_only_columns(Offer.id),
        ItemKind.EVENT: agenda.between(at, None).with_only_columns(agenda.Event.id),
    }
    columns = {ItemKind.ARTICLE: articles.Article.id, ItemKind.OFFER: Offer.id, ItemKind.EVENT: agenda.Event.id}
    if not 0 < subject_id < 2**62 or session.scalar(there[kind].where(columns[kind] == subject_id)) is None:
        raise Refused("no-such-line")
    _change(session, edition, by=by, at=at)
    edition_items.add(session, edition.id, kind, [subject_id])


def add_text(session: Session, edition: Edition, *, title: str, text: str, by: Person, at: datetime) -> EditionItem:
    """Add words of the editors under a heading of their own, at the end. Raises Refused("letter-text-long")."""
    _bounded(text, edition_items.LONGEST_TEXT)
    _change(session, edition, by=by, at=at)
    return edition_items.add_text(session, edition.id, title=title, text=text)


def reword(
    session: Session, edition: Edition, item: EditionItem, *, title: str, text: str, by: Person, at: datetime
) -> None:
    """Say something of a line in the editors' words, in this edition only; "" gives it its own back.

    Raises Refused("letter-text-long").
    """
    _bounded(text, edition_items.LONGEST_TEXT)
    _change(session, edition, by=by, at=at)
    item.title = " ".join(title.split())[: edition_items.LONGEST_TITLE]
    item.text = text.strip()


def _bounded(text: str, most: int) -> None:
    if len(text.strip()) > most:
        raise Refused("letter-text-long")


def take_out(session: Session, edition: Edition, item: EditionItem, *, by: Person, at: datetime) -> None:
    """Take a line out; nothing brings it back but being added by hand."""
    _change(session, edition, by=by, at=at)
    edition_items.take_out(session, item)


def move(session: Session, edition: Edition, item: EditionItem, to: int, *, by: Person, at: datetime) -> None:
    """Put a line at another place, counted from 1."""
    _change(session, edition, by=by, at=at)
    edition_items.move(session, item, to)


def drop(session: Session, edition: Edition, *, by: Person, at: datetime) -> None:
    """Give a draft up; the next one is drafted as if it had not been. Raises Refused("already-decided")."""
    editions.lock(session, edition)
    LIFE.step(edition, "drop", by=by.id, at=at)


def withdraw(session: Session, edition: Edition, *, by: Person, at: datetime) -> None:
    """Make a scheduled edition a draft again, to be approved anew. Raises Refused("already-decided", "draft-waits")."""
    editions.withdraw(session, edition, by=by, at=at)
    edition_approvals.void(session, edition.id)


def test(session: Session, edition: Edition, to: list[Person], *, by: Person, key: str, at: datetime) -> None:
    """Send a copy to these members of staff, exactly as readers would get it; an answer to it is about the edition."""
    editions.lock(session, edition)
    if LIFE.allows(edition.state, "test"):
        LIFE.step(edition, "test", by=by.id, at=at)
    for member in to:
        outbox.post(
            session,
            EditionTest(edition.id),
            to=member,
            dedupe=f"edition-test:{edition.id}:{key}:{member.id}",
            reply=Reply(About.EDITION, Role.STAFF, subject_id=edition.id),
            subscription_id=_own(session, edition, member),
            at=at,
        )


def _own(session: Session, edition: Edition, member: Person) -> int | None:
    """Return the member's own subscription to the list, whose links a test copy then carries."""
    query = sa.select(Subscription.id).where(Subscription.stream == letters_stream(edition.list_name))
    return session.scalar(query.where(Subscription.person_id == member.id))


def freshen_test(session: Session, letter: EditionTest, *, at: datetime) -> EditionTest:
    """Return a posted test copy filled from its edition as it stands, with its reader's own figures left out."""
    edition = session.get_one(Edition, letter.edition_id)
    full = edition_contents.letter_for(session, edition, "", at=at)
    return EditionTest(**{**full.__dict__, "test": True})


def _change(session: Session, edition: Edition, *, by: Person, at: datetime) -> None:
    """Make ready for a change of a draft. Raises Refused("already-decided") for what is no draft any more."""
    editions.lock(session, edition)
    LIFE.step(edition, "edit", by=by.id, at=at)
    edition_approvals.void(session, edition.id)
    edition.send_at = None
    edition_checks.ask(session, edition.id, at=at)
