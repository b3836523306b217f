"""Deciding upon offers: what the staff read first, what they decide once, what readers report, what may be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import (
    acts,
    drafts,
    figures,
    likenesses,
    lint,
    offer_reports,
    offers,
    organisations,
    outbox,
    people,
    showing,
    trades,
)
from jobboard.acts import Act, ActKind
from jobboard.db import settings_of
from jobboard.drafts import ReadDraft
from jobboard.errors import Refused
from jobboard.folding import fold
from jobboard.letters.cards import Line
from jobboard.letters.moderation import Alike, Record, Remark
from jobboard.letters.recruiting import OfferCorrected, OfferRefused
from jobboard.letters.staff import Decided, OfferReported, OfferToValidate
from jobboard.lifecycle import Transition
from jobboard.offers import Offer, OfferState
from jobboard.people import Person, Role
from jobboard.tickets import About, Reply

HIDDEN_BY = 3  # different readers whose reports hide an offer until the staff have looked
_ALIKE_SHOWN = 3


def ask_staff(session: Session, offer: Offer, recruiter: Person, *, at: datetime) -> None:
    """Ask every member of staff to decide upon a submitted offer."""
    letter = _to_validate(session, offer, recruiter, at=at)
    round_key = submissions(session, offer)
    for member in people.staff(session):
        _ask(session, offer, letter, member, f"{round_key}:{member.id}", at=at)


def _ask(session: Session, offer: Offer, letter: OfferToValidate, member: Person, key: str, *, at: datetime) -> None:
    outbox.post(
        session,
        letter,
        to=member,
        dedupe=f"offer-to-validate:{offer.id}:{key}",
        reply=Reply(About.MODERATION, Role.STAFF, subject_id=offer.id),
        at=at,
    )


def _to_validate(
    session: Session, offer: Offer, recruiter: Person, *, at: datetime, corrected: bool = False
) -> OfferToValidate:
    lines = showing.offer_lines(offer)
    before = [Line(label, value) for label, value in (offer.validated or {}).items()]
    return OfferToValidate(
        title=offer.title,
        lines=lines,
        depositor=showing.masked_address(recruiter),
        earlier_offers=earlier_offers(session, offer),
        path=f"/equipe/offres/{offer.id}",
        remarks=remarks(offer),
        record=record(session, offer, at=at),
        alike=alike(session, offer, at=at),
        namesakes=namesakes(session, offer),
        corrected=corrected,
        changes=showing.changes(before, lines) if before and not corrected else (),
    )


def remarks(offer: Offer) -> tuple[Remark, ...]:
    """Return what the legal reading says of an offer."""
    draft = drafts.Draft.from_json(offer.draft)
    posting = lint.Posting(
        title=offer.title,
        kind=offer.kind,
        contract=offer.contract,
        working_time=offer.working_time,
        pay=offer.pay_text,
        pay_maximum=offer.pay_maximum or offer.pay_minimum,
        body=tuple(text for text in (offer.duties, offer.profile, offer.how, offer.expertise) if text),
        duration_months=draft.duration_months,
        other_form=_other_form(offer),
    )
    return tuple(Remark(one.code, one.quote, one.words, one.grave) for one in lint.check(posting))


def _other_form(offer: Offer) -> str:
    """Return the title's trade in its other gender, when the title is one form of it and nothing else."""
    if not offer.trade:
        return ""
    trade, title = trades.by_code(offer.trade), fold(offer.title)
    forms = {fold(trade.masculine): trade.feminine, fold(trade.feminine): trade.masculine}
    return forms.get(title, "") if len(forms) == 2 else ""


def record(session: Session, offer: Offer, *, at: datetime) -> Record:
    """Return what we know of the employer and of who deposits, this offer apart."""
    theirs = Offer.recruiter_id == offer.recruiter_id
    if offer.organisation_id is not None:
        theirs = sa.or_(theirs, Offer.organisation_id == offer.organisation_id)
    since, published = session.execute(
        sa.select(sa.func.min(Offer.created_at), sa.func.count(Offer.published_at)).where(theirs, Offer.id != offer.id)
    ).one()
    sent_back = session.scalar(
        sa.select(sa.func.count(sa.distinct(Transition.subject_id)))
        .join(Offer, Offer.id == Transition.subject_id)
        .where(Transition.subject == offers.LIFE.name, Transition.step == "refuse", theirs, Offer.id != offer.id)
    )
    counted = figures.of_employer(session, offer, until=at)
    return Record(since, published, sent_back or 0, counted.applications, counted.answered, counted.median_hours)


def alike(session: Session, offer: Offer, *, at: datetime) -> tuple[Alike, ...]:
    """Return the offers that may be the same, for the staff."""
    found = likenesses.find(session, offer, at=at)[:_ALIKE_SHOWN]
    return tuple(
        Alike(
            one.title, one.place_label, str(one.state), one.published_at or one.created_at, f"/equipe/offres/{one.id}"
        )
        for one in found
    )


def namesakes(session: Session, offer: Offer) -> int:
    """Return how many other organisations of that name or SIRET somebody else acts for."""
    organisation = offers.organisation_of(session, offer)
    return len(organisations.like(session, organisation)) if organisation is not None else 0


def submissions(session: Session, offer: Offer) -> int:
    """Return how often the offer was submitted: each submission is announced anew."""
    return _count_steps(session, offer, "submit")


def _count_steps(session: Session, offer: Offer, step: str) -> int:
    count = session.scalar(
        sa.select(sa.func.count()).where(
            Transition.subject == offers.LIFE.name, Transition.subject_id == offer.id, Transition.step == step
        )
    )
    return count or 0


def earlier_offers(session: Session, offer: Offer) -> int:
    """Return how many offers of the same recruiter were published before."""
    count = session.scalar(
        sa.select(sa.func.count()).where(
            Offer.recruiter_id == offer.recruiter_id, Offer.id != offer.id, Offer.published_at.is_not(None)
        )
    )
    return count or 0


# Deciding


def _take(session: Session, offer: Offer, member: Person, *states: OfferState) -> None:
    """Take the offer to decide upon it. Raises Refused("already-decided"), with who did, when somebody was faster."""
    offers.lock(session, offer)
    if offer.state not in states:
        last = session.scalars(
            sa.select(Transition)
            .where(Transition.subject == offers.LIFE.name, Transition.subject_id == offer.id)
            .order_by(Transition.id.desc())
            .limit(1)
        ).first()
        by = session.get(Person, last.by_person_id) if last is not None and last.by_person_id else None
        who = (by.shown_name or showing.masked_address(by)) if by is not None else ""
        step = last.step if last is not None and by is not member else ""  # of her own decision she needs no news
        raise Refused("already-decided", title=offer.title, who=who, step=step)


def validate(session: Session, offer: Offer, member: Person, *, key: str, at: datetime) -> None:
    """Publish at the word of a member of staff, who gets a receipt; matching follows by itself."""
    _take(session, offer, member, OfferState.PENDING)
    offers.validate(session, offer, by=member, at=at)
    offer.validated = {line.label: line.value for line in showing.offer_lines(offer)}
    _receipt(session, "validated", offer, member, key=key, at=at)


def refuse(session: Session, offer: Offer, member: Person, reason: str, *, key: str, at: datetime) -> None:
    """Send the offer back with a reason, to be corrected by answering; told after the time to change one's mind.

    Raises Refused "reason-missing" without a reason, or "already-decided".
    """
    if not reason.strip():
        raise Refused("reason-missing")
    _take(session, offer, member, OfferState.PENDING)
    offers.refuse(session, offer, by=member, at=at)
    act = acts.note(session, member, ActKind.OFFER_REFUSAL, offer.id, at=at)
    outbox.post(
        session,
        OfferRefused(offer.title, reason.strip()[:2000], remarks(offer)),
        to=session.get_one(Person, offer.recruiter_id),
        dedupe=f"offer-refused:{offer.id}:{_count_steps(session, offer, 'refuse')}",
        reply=Reply(About.DRAFT, Role.RECRUITER, subject_id=offer.id),
        not_before=act.until,
        cause=act.cause,
        at=at,
    )
    _receipt(session, "refused", offer, member, key=key, at=at)


def undo_refusal(session: Session, act: Act, member: Person, *, key: str, at: datetime) -> None:
    """Take back a refusal that its recruiter has not read yet: the offer waits again. Raises Refused("undo-too-late")."""
    offer = session.get_one(Offer, act.subject_id)
    offers.lock(session, offer)
    if offer.state is not OfferState.DRAFT or not outbox.take_back(session, act.cause, at=at):
        raise Refused("undo-too-late", what=str(act.kind), title=offer.title)
    offers.LIFE.step(offer, "unrefuse", by=member.id, at=at)
    act.undone_at = at
    _receipt(session, "refusal-undone", offer, member, key=key, at=at)


def correct(session: Session, offer: Offer, member: Person, read: ReadDraft, *, key: str, at: datetime) -> None:
    """Take the staff's own words into an offer that waits: shown to its recruiter, and to the member to be validated.

    Raises Refused "already-decided", "nothing-changed", or "draft-incomplete" when something required got lost.
    """
    _take(session, offer, member, OfferState.PENDING)
    missing = [drafts.FIELD_LABELS[field] for field in drafts.missing(read.draft)]
    if missing:
        raise Refused("draft-incomplete", missing=", ".join(missing), title=offer.title)
    recruiter = session.get_one(Person, offer.recruiter_id)
    before = showing.offer_lines(offer)
    offers.rewrite(session, offer, read.draft, recruiter, at=at, decided=True)
    changes = showing.changes(before, showing.offer_lines(offer))
    if not changes:
        raise Refused("nothing-changed", title=offer.title)
    outbox.post(
        session,
        OfferCorrected(offer.title, changes, by_staff=True),
        to=recruiter,
        dedupe=f"offer-corrected:{offer.id}:{key}",
        reply=Reply(About.OFFER, Role.RECRUITER, subject_id=offer.id),
        at=at,
    )
    letter = _to_validate(session, offer, recruiter, at=at, corrected=True)
    _ask(session, offer, letter, member, f"{key}:{member.id}", at=at)


def _receipt(session: Session, what: str, offer: Offer, member: Person, *, key: str, at: datetime) -> None:
    outbox.post(
        session,
        Decided(what, offer.title, undo_minutes=settings_of(session).undo_minutes),
        to=member,
        dedupe=f"decided:{offer.id}:{key}",
        reply=Reply(About.MODERATION, Role.STAFF, subject_id=offer.id),
        at=at,
    )


# Reports of readers


def report(
    session: Session, offer: Offer, reporter: str, reason: str, *, person: Person | None = None, at: datetime
) -> bool:
    """Keep a reader's report and tell the staff; with the third reader the offer is hidden until they have looked.

    Returns False when the same reader had reported it before. Raises Refused("not-reportable") for one not online.
    """
    offers.lock(session, offer)
    if offer.state not in (OfferState.PUBLISHED, OfferState.HIDDEN):
        raise Refused("not-reportable", title=offer.title)
    kept = offer_reports.add(session, offer.id, reporter, reason, person=person, at=at)
    if kept is None:
        return False
    standing = offer_reports.waiting(session, offer.id)
    if len(standing) >= HIDDEN_BY and offer.state is OfferState.PUBLISHED:
        offers.LIFE.step(offer, "hide", by=None, at=at)
    letter = OfferReported(
        offer.title,
        offer.employer,
        tuple(one.reason for one in standing[-HIDDEN_BY:]),
        len(standing),
        hidden=offer.state is OfferState.HIDDEN,
        path=f"/equipe/offres/{offer.id}",
    )
    for member in people.staff(session):
        outbox.post(
            session,
            letter,
            to=member,
            dedupe=f"offer-reported:{kept.id}:{member.id}",
            reply=Reply(About.MODERATION, Role.STAFF, subject_id=offer.id),
            at=at,
        )
    return True


def keep(session: Session, offer: Offer, member: Person, *, key: str, at: datetime) -> None:
    """Say that a reported offer is in order: it is seen again, and its reports are settled.

    Raises Refused("nothing-reported").
    """
    offers.lock(session, offer)
    settled = offer_reports.settle(session, offer.id, at=at)
    if offer.state is OfferState.HIDDEN:
        offers.LIFE.step(offer, "keep", by=member.id, at=at)
    elif not settled:
        raise Refused("nothing-reported", title=offer.title)
    _receipt(session, "kept", offer, member, key=key, at=at)


def reported(session: Session) -> Sequence[Offer]:
    """Return the offers about which a report waits, the hidden and most reported first."""
    ids = offer_reports.reported_offers(session)
    found = {offer.id: offer for offer in session.scalars(sa.select(Offer).where(Offer.id.in_(ids)))}
    return sorted((found[one] for one in ids if one in found), key=lambda offer: offer.state is not OfferState.HIDDEN)
