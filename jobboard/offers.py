"""Offers: deposited, completed, validated, open until their moment, closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard import cells, organisations, queue, trades
from jobboard.clock import end_of_day
from jobboard.contracts import KIND_OF_CONTRACT, Contract, Kind, WorkingTime
from jobboard.db import Base, named, settings_of
from jobboard.drafts import Draft
from jobboard.errors import Refused
from jobboard.folding import fold
from jobboard.lifecycle import Lifecycle
from jobboard.organisations import Organisation
from jobboard.pay import Pay
from jobboard.people import Person


class OfferState(StrEnum):
    """Where an offer stands; whether a published one is open is computed from its closing moment when asked."""

    DRAFT = "draft"
    PENDING = "pending"
    PUBLISHED = "published"
    HIDDEN = "hidden"  # several readers reported it: nobody sees it until the staff have looked
    CLOSED = "closed"


LIFE = Lifecycle(
    "offer",
    OfferState,
    (
        (OfferState.DRAFT, "submit", OfferState.PENDING),
        (OfferState.DRAFT, "abandon", OfferState.CLOSED),
        (OfferState.PENDING, "validate", OfferState.PUBLISHED),
        (OfferState.PENDING, "refuse", OfferState.DRAFT),
        (OfferState.PENDING, "correct", OfferState.DRAFT),
        (OfferState.PUBLISHED, "correct", OfferState.DRAFT),
        (OfferState.PUBLISHED, "close", OfferState.CLOSED),
        (OfferState.PUBLISHED, "expire", OfferState.CLOSED),
        (OfferState.PUBLISHED, "hide", OfferState.HIDDEN),
        (OfferState.HIDDEN, "keep", OfferState.PUBLISHED),
        (OfferState.HIDDEN, "correct", OfferState.DRAFT),
        (OfferState.HIDDEN, "close", OfferState.CLOSED),
        (OfferState.HIDDEN, "expire", OfferState.CLOSED),
        # ANNULER, while what was to be told to others has not left.
        (OfferState.DRAFT, "unrefuse", OfferState.PENDING),
        (OfferState.CLOSED, "reopen", OfferState.PUBLISHED),
    ),
    refusal="already-decided",
)


class Offer(Base):
    """Something that an organisation looks somebody for."""

    __tablename__ = "offer"
    __table_args__ = (
        sa.Index("ix_offer_open", "closes_at", postgresql_where=sa.text("state = 'published'")),
        sa.Index("ix_offer_recruiter_id", "recruiter_id"),
        sa.Index("ix_offer_organisation_id", "organisation_id"),
        sa.Index("ix_offer_closed", "closed_at", postgresql_where=sa.text("state = 'closed'")),
        sa.Index("ix_offer_words", "words", postgresql_using="gin"),
        sa.Index("ix_offer_item_key", "item_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    recruiter_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    state: Mapped[OfferState] = mapped_column(named(OfferState))
    validated: Mapped[dict[str, str] | None] = mapped_column(postgresql.JSONB)  # its lines, as the staff let them pass
    draft: Mapped[dict[str, Any]]  # what was read, as the recruiter may still change it
    rounds: Mapped[int] = mapped_column(default=0)  # how often we asked for what is missing

    title: Mapped[str] = mapped_column(default="")
    employer: Mapped[str] = mapped_column(default="")
    kind: Mapped[Kind | None] = mapped_column(named(Kind))
    contract: Mapped[Contract | None] = mapped_column(named(Contract))
    working_time: Mapped[WorkingTime | None] = mapped_column(named(WorkingTime))
    trade: Mapped[str | None]
    rome: Mapped[str | None]
    place_kind: Mapped[str | None]
    place_label: Mapped[str] = mapped_column(default="")
    place_code: Mapped[str | None]
    departement: Mapped[str | None]
    region: Mapped[str | None]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    remote: Mapped[bool] = mapped_column(default=False)
    pay_text: Mapped[str] = mapped_column(default="")
    pay_minimum: Mapped[int | None]  # euros gross a month
    pay_maximum: Mapped[int | None]
    duties: Mapped[str] = mapped_column(default="")
    profile: Mapped[str] = mapped_column(default="")
    how: Mapped[str] = mapped_column(default="")  # what to send; the address to write to is its own
    employer_hidden: Mapped[bool] = mapped_column(default=False)  # its page does not name it; its organisation does
    days: Mapped[int | None]  # of a mission: how many days of work
    daily_rate: Mapped[int | None]  # of a mission: euros a day, at most
    expertise: Mapped[str] = mapped_column(default="")  # of a mission: what she must know
    close_at_count: Mapped[int | None]  # closes by itself once that many have applied
    sector: Mapped[str | None]  # its organisation's
    cells: Mapped[list[str]] = mapped_column(default=list)  # where it looks for alerts (jobboard.cells)
    folded: Mapped[str] = mapped_column(default="")  # title, employer and duties as they are searched
    words: Mapped[str] = mapped_column(
        postgresql.TSVECTOR, sa.Computed("to_tsvector('french'::regconfig, folded)", persisted=True)
    )

    item_key: Mapped[str | None]  # by which it is recognised when it is published again (jobboard.items)
    item_id: Mapped[int | None]  # the first offer of that item; None until it is announced
    told: Mapped[dict[str, Any] | None]  # what alerts compare, as last announced

    created_at: Mapped[datetime]
    closes_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    announced_at: Mapped[datetime | None]  # its matching is done: the candidates have been told
    closed_at: Mapped[datetime | None]
    filled: Mapped[bool] = mapped_column(default=False)
    filled_said_at: Mapped[datetime | None]  # when the recruiter said whether somebody was found
    reminders_stopped: Mapped[bool] = mapped_column(default=False)  # the recruiter said STOP

    @property
    def slug(self) -> str:
        """The readable end of its page's address."""
        return fold(self.title).replace(" ", "-")[:60].strip("-") or "offre"

    @property
    def path(self) -> str:
        """Its page, below the base URL."""
        return f"/offres/{self.id}-{self.slug}"

    def is_open(self, at: datetime, *, grace: timedelta = timedelta(0)) -> bool:
        """Tell whether one may apply at that moment; `grace`: how long late mails still pass."""
        return self.state is OfferState.PUBLISHED and self.closes_at is not None and at <= self.closes_at + grace

    def closed_since(self, at: datetime) -> datetime | None:
        """Return since when nobody may apply any more; None while it is open, or being corrected."""
        if self.state is OfferState.CLOSED:
            return self.closed_at or self.closes_at
        over = self.state is OfferState.PUBLISHED and self.closes_at is not None and self.closes_at < at
        return self.closes_at if over else None


def deposit(session: Session, recruiter: Person, draft: Draft, *, at: datetime) -> Offer:
    """Make a draft offer for that recruiter, in the caller's transaction."""
    offer = Offer(recruiter_id=recruiter.id, state=OfferState.DRAFT, draft={}, created_at=at)
    session.add(offer)
    session.flush()
    rewrite(session, offer, draft, recruiter, at=at)
    return offer


def rewrite(
    session: Session, offer: Offer, draft: Draft, recruiter: Person, *, at: datetime, decided: bool = False
) -> None:
    """Put what was read into the offer; only a draft may be rewritten, or (`decided`) what the staff may see changed.

    `decided`: the staff wrote it themselves, or nothing that they validated changes. Raises Refused("already-decided").
    """
    if offer.state is not OfferState.DRAFT and not (decided and offer.state in _REWRITABLE):
        raise Refused("already-decided", state=str(offer.state), step="rewrite")
    offer.draft = draft.to_json()
    offer.title, offer.employer = draft.title or "", draft.employer or ""
    offer.contract, offer.working_time = draft.contract, draft.working_time
    offer.kind = draft.kind or (KIND_OF_CONTRACT[draft.contract] if draft.contract else None)
    offer.trade = draft.trade
    offer.rome = trades.by_code(draft.trade).rome if draft.trade else None
    if draft.employer:
        _employer(session, offer, draft, recruiter, at=at)
    _place(offer, draft)
    offer.pay_text = draft.pay.describe() if draft.pay else ""
    offer.pay_minimum, offer.pay_maximum = _monthly(offer.kind, draft.pay)
    offer.duties, offer.profile, offer.how = draft.duties or "", draft.profile or "", draft.how or ""
    offer.days, offer.daily_rate, offer.expertise = draft.days, draft.daily_rate, draft.expertise or ""
    offer.close_at_count = draft.close_at_count
    offer.closes_at = end_of_day(draft.closes_on, settings_of(session).zone) if draft.closes_on else None
    offer.folded = fold(f"{offer.title} {offer.employer} {offer.duties} {offer.profile} {offer.expertise}")
    offer.cells = list(
        cells.looked_at(draft.place.kind if draft.place else None, offer.place_code, remote=offer.remote)
    )


def _monthly(kind: Kind | None, pay: Pay | None) -> tuple[int | None, int | None]:
    """Return the pay in euros a month; of a mission its rate, as if it filled a month, for consultants say theirs by the day."""
    if pay is None:
        return None, None
    return pay.monthly_of_days if kind is Kind.MISSION else pay.monthly


_REWRITABLE = (OfferState.PENDING, OfferState.PUBLISHED)
# What the page of an offer says whose employer does not want to be named; the record keeps the name.
UNNAMED = "Employeur confidentiel"


def _employer(session: Session, offer: Offer, draft: Draft, recruiter: Person, *, at: datetime) -> None:
    """Keep who the employer is, even where the page does not name it."""
    organisation = organisations.join(session, recruiter, draft.employer or "", siret=draft.siret, rna=draft.rna, at=at)
    offer.organisation_id, offer.sector = organisation.id, organisation.sector
    offer.employer_hidden = bool(draft.employer_hidden)
    if offer.employer_hidden:
        offer.employer = UNNAMED


def _place(offer: Offer, draft: Draft) -> None:
    place = draft.place
    offer.remote = bool(draft.remote)
    if place is None:
        return
    offer.place_kind, offer.place_label, offer.place_code = str(place.kind), place.label, place.code
    offer.departement, offer.region = place.departement, place.region
    offer.lat, offer.lon = place.lat, place.lon


def submit(session: Session, offer: Offer, *, by: Person, at: datetime) -> None:
    """Hand a complete draft to staff. Raises Refused("draft-incomplete") where the reading says so."""
    LIFE.step(offer, "submit", by=by.id, at=at)


def validate(session: Session, offer: Offer, *, by: Person, at: datetime) -> None:
    """Publish a pending offer and set its matching going, all in the caller's transaction.

    Raises Refused("already-decided") when another member of staff was faster.
    """
    if offer.closes_at is not None and offer.closes_at <= at:
        raise Refused("closing-date-past")
    LIFE.step(offer, "validate", by=by.id, at=at)
    offer.published_at, offer.announced_at = at, None
    queue.ring(session, "match_offer", offer_id=offer.id)
    queue.ring(session, "shortlist_offer", offer_id=offer.id)


def refuse(session: Session, offer: Offer, *, by: Person, at: datetime) -> None:
    """Send a pending offer back to its recruiter; the caller posts the reason."""
    LIFE.step(offer, "refuse", by=by.id, at=at)


def close(session: Session, offer: Offer, *, by: Person, filled: bool, at: datetime) -> None:
    """Close at once: from now on its address answers 550 and its page 410."""
    if offer.state is OfferState.CLOSED:
        raise Refused("offer-already-closed")
    LIFE.step(offer, "close", by=by.id, at=at)
    offer.closed_at, offer.filled = at, filled


def prolong(session: Session, offer: Offer, until: datetime, *, at: datetime) -> None:
    """Move the closing moment of a published offer. Raises Refused("date-past") or Refused("offer-already-closed")."""
    if offer.state is not OfferState.PUBLISHED:
        raise Refused("offer-already-closed")
    if until <= at:
        raise Refused("date-past")
    offer.closes_at = until


def expired(session: Session, *, at: datetime) -> Sequence[Offer]:
    """Return, locked, the published offers whose closing moment and grace have passed."""
    grace = timedelta(minutes=settings_of(session).closing_grace_minutes)
    return session.scalars(
        sa.select(Offer)
        .where(Offer.state.in_(LIFE.sources("expire")), Offer.closes_at < at - grace)
        .order_by(Offer.id)
        .limit(200)
        .with_for_update(skip_locked=True)
    ).all()


def open_offers(at: datetime) -> sa.Select[Offer]:
    """Return the query of what one may apply to at that moment, newest first, to filter further."""
    return (
        sa.select(Offer)
        .where(Offer.state == OfferState.PUBLISHED, Offer.closes_at >= at)
        .order_by(Offer.published_at.desc(), Offer.id.desc())
    )


def unannounced(session: Session) -> Sequence[int]:
    """Return the ids of published offers whose matching is not done: what the sweep rings for."""
    return session.scalars(
        sa.select(Offer.id).where(Offer.state == OfferState.PUBLISHED, Offer.announced_at.is_(None)).limit(100)
    ).all()


def pending(session: Session) -> Sequence[Offer]:
    """Return what waits for staff, oldest first."""
    return session.scalars(sa.select(Offer).where(Offer.state == OfferState.PENDING).order_by(Offer.id)).all()


def of_recruiter(session: Session, recruiter: Person) -> Sequence[Offer]:
    """Return the offers of a recruiter, newest first."""
    return session.scalars(sa.select(Offer).where(Offer.recruiter_id == recruiter.id).order_by(Offer.id.desc())).all()


def open_of_recruiter(session: Session, recruiter: Person, *, at: datetime) -> Sequence[Offer]:
    """Return the offers of a recruiter that one may apply to at that moment, newest first."""
    return session.scalars(open_offers(at).where(Offer.recruiter_id == recruiter.id)).all()


def stop_reminders(session: Session, recruiter: Person) -> None:
    """Let suggestions and reminders about every offer of a recruiter come no more."""
    session.execute(sa.update(Offer).where(Offer.recruiter_id == recruiter.id).values(reminders_stopped=True))


def resume_reminders(session: Session, recruiter: Person) -> int:
    """Let suggestions and reminders about every offer of a recruiter come again; returns how many offers changed."""
    changed = session.execute(
        sa.update(Offer)
        .where(Offer.recruiter_id == recruiter.id, Offer.reminders_stopped)
        .values(reminders_stopped=False)
        .returning(Offer.id)
    )
    return len(changed.all())


def organisation_of(session: Session, offer: Offer) -> Organisation | None:
    """Return the employer's record, known to staff even when the page hides it."""
    return session.get(Organisation, offer.organisation_id) if offer.organisation_id else None


def lock(session: Session, offer: Offer) -> None:
    """Take the offer for this transaction alone, as it is now: of two who decide at once the second sees the first."""
    session.refresh(offer, with_for_update=True)
