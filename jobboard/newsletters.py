"""Sending an edition: staff are asked, subscribers get one copy each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import (
    edition_approvals,
    edition_checks,
    edition_contents,
    edition_drafts,
    edition_lines,
    editions,
    letter_lists,
    outbox,
    people,
)
from jobboard.db import settings_of
from jobboard.edition_items import ItemKind
from jobboard.edition_lines import EditionLine
from jobboard.editions import Edition, EditionState
from jobboard.errors import Refused
from jobboard.letter_lists import LetterList
from jobboard.letters.base import Letter
from jobboard.letters.desk import DraftLine
from jobboard.letters.editions import EditionLetter
from jobboard.letters.staff import Alarm, Decided, EditionToApprove
from jobboard.people import Person, Role
from jobboard.tickets import About, Reply


def draft(session: Session, list_name: str, *, at: datetime) -> Edition | None:
    """Draft an edition and ask the staff to approve it; None when there is nothing to say or nobody to say it to.

    A list that needs nobody's approval leaves at once.
    """
    kind = letter_lists.find(settings_of(session), list_name)
    edition = edition_drafts.start(session, kind, by_hand=False, at=at)
    if edition is None:
        return None
    if kind.approvals == 0:
        editions.approve(session, edition, by=None, at=at)
        return edition
    edition_checks.ask(session, edition.id, at=at)
    _ask(session, edition, people.staff(session), key="drafted", at=at)
    return edition


def _ask(
    session: Session, edition: Edition, members: Iterable[Person], *, changed: str = "", key: str, at: datetime
) -> None:
    letter = as_it_stands(session, edition, changed=changed, at=at)
    for member in members:
        outbox.post(
            session,
            letter,
            to=member,
            dedupe=f"edition-to-approve:{edition.id}:{key}:{member.id}",
            reply=Reply(About.EDITION, Role.STAFF, subject_id=edition.id),
            at=at,
        )


def as_it_stands(session: Session, edition: Edition, *, changed: str = "", at: datetime) -> EditionToApprove:
    """Return the letter that shows staff an edition, line by line; `changed` names what was just done to it."""
    kind = letter_lists.find(settings_of(session), edition.list_name)
    query = editions.subscribers(edition.list_name)
    found = edition_lines.of(session, edition.id, at=at)
    return EditionToApprove(
        edition.list_name,
        edition.number,
        session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0,
        title=edition.title,
        intro=edition.intro,
        entries=tuple(DraftLine(one.number, one.item.kind, _named(one), one.section) for one in found if not one.out),
        path=f"/equipe/lettres/{edition.id}",
        changed=changed,
        approved_by=tuple(one.short_name or one.address for one in edition_approvals.given(session, edition.id)),
        approvals=approvals_needed(session, kind),
        send_at=edition.send_at,
    )


def _named(line: EditionLine) -> str:
    offer = line.item.kind is ItemKind.OFFER
    return f"{line.title}, {line.about}" if offer and line.about else line.title


def approvals_needed(session: Session, kind: LetterList) -> int:
    """Return how many people of the staff must approve a letter of that list; nobody else's word replaces theirs."""
    return settings_of(session).letter_approvals if kind.approvals is None else kind.approvals


def approve(
    session: Session, edition: Edition, member: Person, *, key: str, at: datetime, send_at: datetime | None = None
) -> bool:
    """Approve a draft at the word of a member of staff; the last approval needed sends it, now or at `send_at`.

    Who says no moment agrees to the one that the first person chose; `at` itself means now, whatever was chosen.
    Returns whether it is on its way; else the others of the staff are asked. Raises Refused("already-decided"),
    Refused("letter-empty"), Refused("second-person-needed") for who has approved it already.
    """
    editions.lock(session, edition)
    if not editions.LIFE.allows(edition.state, "approve"):
        editions.LIFE.step(edition, "approve", by=member.id, at=at)  # refuses, with what it has become
    if not edition.intro.strip() and not any(not one.out for one in edition_lines.of(session, edition.id, at=at)):
        raise Refused("letter-empty")
    if member.id in {one.id for one in edition_approvals.given(session, edition.id)}:
        raise Refused("second-person-needed")
    edition_approvals.give(session, edition.id, member, at=at)
    send_at = send_at or edition.send_at
    edition.send_at = send_at if send_at is not None and send_at > at else None
    needed = approvals_needed(session, letter_lists.find(settings_of(session), edition.list_name))
    if len(edition_approvals.given(session, edition.id)) < needed:
        others = [one for one in people.staff(session) if one.id != member.id]
        _ask(session, edition, others, changed="approved-once", key=key, at=at)
        return False
    editions.approve(session, edition, by=member, at=at, send_at=send_at)
    outbox.post(
        session,
        _decided(session, edition),
        to=member,
        dedupe=f"approved:{edition.id}:{key}",
        reply=Reply(About.EDITION, Role.STAFF, subject_id=edition.id),
        at=at,
    )
    return True


def _decided(session: Session, edition: Edition) -> Decided:
    """Return the letter that says that an edition leaves, or when it will, and to how many."""
    count = editions.counts_of(session, edition).total
    if edition.state is EditionState.SCHEDULED:
        return Decided("scheduled", str(edition.number), count, send_at=edition.send_at)
    return Decided("approved", str(edition.number), count)


def freshen(session: Session, letter: Letter, *, at: datetime) -> Letter | None:
    """Return a posted letter filled from its edition; a test copy stays one."""
    assert isinstance(letter, EditionLetter)
    return edition_contents.letter_for(session, session.get_one(Edition, letter.edition_id), "", at=at)


def watch(session: Session, edition_id: int, *, at: datetime) -> None:
    """Pause an edition that too many addresses refuse, or too many readers complain about, and tell the staff.

    Somebody who lets it go on has seen how many those were: it pauses again only once they are twice as many of it.
    """
    edition = session.get_one(Edition, edition_id)
    counted, settings = editions.counts_of(session, edition), settings_of(session)
    if counted.left < settings.letter_rates_from or edition.state is not EditionState.SENDING:
        return
    limits = {
        "gone": max(settings.letter_gone_rate, 2 * edition.gone_borne),
        "complaints": max(settings.letter_complaint_rate, 2 * edition.complaints_borne),
    }
    why = next((name for name, limit in limits.items() if counted.rates[name] > limit), None)
    if why is None:
        return
    editions.lock(session, edition)
    if edition.state is not EditionState.SENDING:
        return  # another courier, or somebody, was faster
    editions.pause(session, edition, by=None, at=at, why=why)
    tell(session, "letter-paused", edition, {"why": why, "count": counted.unwelcome[why], "left": counted.left}, at=at)


def tell(session: Session, what: str, edition: Edition, facts: dict[str, str | int], *, at: datetime) -> None:
    """Tell the staff that an edition waits for them, and why; again when it comes to wait again. An answer decides."""
    for member in people.staff(session):
        outbox.post(
            session,
            Alarm(what, {"number": edition.number, "path": f"/equipe/lettres/{edition.id}", **facts}),
            to=member,
            dedupe=f"{what}:{edition.id}:{edition.running_since}:{member.id}",
            reply=Reply(About.EDITION, Role.STAFF, subject_id=edition.id),
            at=at,
        )


def tell_broken(session: Session, edition_id: int, *, at: datetime) -> None:
    """Tell the staff, once a stretch, that an edition cannot be composed."""
    edition = session.get_one(Edition, edition_id)
    tell(session, "broken-edition", edition, {"id": edition_id}, at=at)


def keep_going(session: Session, *, at: datetime) -> None:
    """Start what is scheduled, hold what is too late and tell the staff, finish what is done.

    What is still leaving is watched: complaints may have come before enough copies had left to judge by them.
    """
    for edition in editions.start_due(session, at=at):
        hours = int(settings_of(session).letter_late_hours)
        tell(session, "letter-late", edition, {"hours": hours}, at=at)
    editions.finish_done(session, at=at)
    session.flush()
    for edition_id in session.scalars(sa.select(Edition.id).where(Edition.state == EditionState.SENDING)).all():
        watch(session, edition_id, at=at)
