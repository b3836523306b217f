"""Depositing an offer: shown as read, completed, submitted, decided by staff, published."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from jobboard import drafts, form_links, likenesses, memberships, moderation, offers, outbox, people, showing
from jobboard.db import settings_of
from jobboard.drafts import Draft, ReadDraft
from jobboard.errors import Refused
from jobboard.letters.cards import Choice
from jobboard.letters.moderation import Alike
from jobboard.letters.recruiting import DraftShown, OfferCorrected, OfferSubmitted
from jobboard.offers import Offer, OfferState
from jobboard.people import Person, Role
from jobboard.tickets import About, Reply


def deposit(
    session: Session,
    recruiter: Person,
    read: ReadDraft,
    *,
    key: str,
    at: datetime,
    thread: outbox.Thread | None = None,
    unread_files: tuple[str, ...] = (),
) -> Offer:
    """Keep what was read as a draft offer and show it to its recruiter."""
    people.grant(session, recruiter, Role.RECRUITER, at=at)
    offer = offers.deposit(session, recruiter, read.draft, at=at)
    show(session, offer, recruiter, read, key=key, at=at, thread=thread, unread_files=unread_files)
    return offer


def show(
    session: Session,
    offer: Offer,
    recruiter: Person,
    read: ReadDraft,
    *,
    key: str,
    at: datetime,
    thread: outbox.Thread | None = None,
    unread_files: tuple[str, ...] = (),
) -> None:
    """Post the draft with what is missing or doubtful, and the first time what offers it resembles."""
    offer.rounds += 1
    outbox.post(
        session,
        DraftShown(
            lines=showing.offer_lines(offer, checks=read.checks),
            missing=tuple(drafts.FIELD_LABELS[field] for field in read.missing),
            doubts=tuple(Choice(drafts.FIELD_LABELS[doubt.field], doubt.options) for doubt in read.doubts),
            title=offer.title,
            wrong_numbers=read.wrong_numbers,
            alike=_alike(session, offer, at=at) if offer.rounds == 1 else (),
            form_path=_form(session, offer, read),
            unread_files=unread_files,
        ),
        to=recruiter,
        dedupe=f"draft:{offer.id}:{key}",
        reply=Reply(About.DRAFT, Role.RECRUITER, subject_id=offer.id),
        thread=thread,
        at=at,
    )


ROUNDS = 3  # how often what is missing is asked by mail alone; then the form is offered beside it


def _form(session: Session, offer: Offer, read: ReadDraft) -> str:
    """Return the path of the form once several mails have not made the offer complete."""
    wanting = bool(read.missing or read.doubts) and not read.several
    return form_links.path(settings_of(session), offer.id) if wanting and offer.rounds > ROUNDS else ""


def _alike(session: Session, offer: Offer, *, at: datetime) -> tuple[Alike, ...]:
    """Return the offers that may be the same, as their recruiter may see them: her own, and those that are online."""
    found = likenesses.find(session, offer, at=at, drafts=True) if offer.title else []
    return tuple(
        Alike(
            one.title,
            one.place_label,
            str(one.state),
            one.published_at or one.created_at,
            f"/recruteur/offres/{one.id}" if one.recruiter_id == offer.recruiter_id else one.path,
        )
        for one in found
        if one.recruiter_id == offer.recruiter_id or one.is_open(at)
    )[:3]


def draft_of(offer: Offer) -> Draft:
    """Return the draft behind an offer."""
    return Draft.from_json(offer.draft)


def complete(
    session: Session,
    offer: Offer,
    recruiter: Person,
    read: ReadDraft,
    *,
    key: str,
    at: datetime,
    thread: outbox.Thread | None = None,
    unread_files: tuple[str, ...] = (),
) -> None:
    """Put her reply into the draft and show it again."""
    offers.rewrite(session, offer, read.draft, recruiter, at=at)
    show(session, offer, recruiter, read, key=key, at=at, thread=thread, unread_files=unread_files)


def submit(session: Session, offer: Offer, recruiter: Person, *, key: str, at: datetime) -> None:
    """Hand a complete draft to every member of staff. Raises Refused("draft-incomplete") with what is missing."""
    missing = [drafts.FIELD_LABELS[field] for field in drafts.missing(draft_of(offer))]
    if missing:
        raise Refused("draft-incomplete", missing=", ".join(missing))
    if offer.closes_at is not None and offer.closes_at <= at:
        raise Refused("closing-date-past")
    offers.submit(session, offer, by=recruiter, at=at)
    round_key = moderation.submissions(session, offer)
    outbox.post(
        session,
        OfferSubmitted(offer.title),
        to=recruiter,
        dedupe=f"offer-submitted:{offer.id}:{round_key}",
        reply=Reply(About.OFFER, Role.RECRUITER, subject_id=offer.id),
        at=at,
    )
    memberships.ask_members(session, offer, recruiter, at=at)
    moderation.ask_staff(session, offer, recruiter, at=at)


def reopen(session: Session, offer: Offer, recruiter: Person, *, at: datetime) -> None:
    """Turn a submitted or published offer back into a draft, to be corrected and validated again."""
    if offer.state is not OfferState.DRAFT:
        offers.LIFE.step(offer, "correct", by=recruiter.id, at=at)


def correct(
    session: Session,
    offer: Offer,
    recruiter: Person,
    read: ReadDraft,
    *,
    key: str,
    at: datetime,
    thread: outbox.Thread | None = None,
) -> bool:
    """Take a correction of an offer: at once where it changes nothing that the staff validated (True), else as a draft.

    Raises Refused "nothing-changed", "offer-already-closed" or "date-past".
    """
    offers.lock(session, offer)
    before = draft_of(offer)
    if read.draft == before and not read.doubts:
        raise Refused("nothing-changed", title=offer.title)
    if offer.state is OfferState.CLOSED:
        raise Refused("offer-already-closed", title=offer.title)
    if offer.state is OfferState.PUBLISHED and not read.doubts and not drafts.judged(before, read.draft):
        _apply(session, offer, recruiter, read.draft, key=key, at=at)
        return True
    reopen(session, offer, recruiter, at=at)
    complete(session, offer, recruiter, read, key=key, at=at, thread=thread)
    return False


def _apply(session: Session, offer: Offer, recruiter: Person, draft: Draft, *, key: str, at: datetime) -> None:
    """ChangedLine an offer that is online without the staff, and show its recruiter what changed."""
    lines = showing.offer_lines(offer)
    offers.rewrite(session, offer, draft, recruiter, at=at, decided=True)
    if offer.closes_at is not None and offer.closes_at <= at:
        raise Refused("date-past")
    corrected = showing.offer_lines(offer)
    offer.validated = {line.label: line.value for line in corrected}
    outbox.post(
        session,
        OfferCorrected(offer.title, showing.changes(lines, corrected)),
        to=recruiter,
        dedupe=f"offer-corrected:{offer.id}:{key}",
        reply=Reply(About.OFFER, Role.RECRUITER, subject_id=offer.id),
        at=at,
    )
