"""A recruiter's search of profiles: found, narrowed, followed, and people proposed an offer, on the site as by mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import Blueprint, Response, flash, request
from sqlalchemy.orm import Session

from jobboard import contacts, hunting, hunts, offers, showing, signups
from jobboard.clock import now
from jobboard.contacts import Found
from jobboard.contracts import Frequency
from jobboard.errors import Refused
from jobboard.letters.cards import ProfileCard
from jobboard.offers import Offer
from jobboard.people import Person
from jobboard.profile_search import Hit, Page
from jobboard.profiles import Profile
from jobboard.proposals import Proposal
from webapp.house import house
from webapp.hunt_filters import Filters
from webapp.pages import render, see_other
from webapp.security import by_client
from webapp.visitors import visitor

blueprint = Blueprint("chasse", __name__)

PER_PAGE = 20
RHYTHMS = {"jour": Frequency.DAILY, "semaine": Frequency.WEEKLY}


@dataclass(frozen=True)
class Shown:
    """A profile of the page: its card, its slug for the forms, and those of her offers that were proposed to it."""

    card: ProfileCard
    slug: str
    proposed: tuple[tuple[int, str], ...]  # id and title


@blueprint.get("/recruteur/profils")
def search() -> Response:
    """The search, its page of profiles, and what narrows it."""
    at, filters = now(), Filters.read(request.args)
    with house().transaction() as session:
        person = visitor(session)
        hunting.check_allowed(session, person)
        if not filters.given:
            return render(
                "recruteur/profiles.html", filters=filters, found=None, followed=hunts.followed(session, person)
            )
        sought = filters.narrow(hunting.understand(session, filters.words, at=at))
        found = hunting.search(session, person, sought, Page(PER_PAGE, filters.after), at=at)
        last = found.hits[-1] if found.hits else None
        return render(
            "recruteur/profiles.html",
            filters=filters,
            found=found,
            lines=hunting.understood(sought),
            sought=sought,
            shown=_shown(session, person, found.hits),
            facets=filters.facets(found.facets),
            offers=offers.open_of_recruiter(session, person, at=at),
            next_page=filters.address((last.rank, last.slug)) if last and found.more else "",
            first_page=filters.address() if filters.after else "",
            followed=hunts.followed(session, person),
        )


def _shown(session: Session, person: Person, hits: tuple[Hit, ...]) -> list[Shown]:
    ids = [hit.person_id for hit in hits]
    profiles = {one.person_id: one for one in session.scalars(sa.select(Profile).where(Profile.person_id.in_(ids)))}
    asked: dict[int, list[tuple[int, str]]] = {}
    made = (
        sa.select(Proposal.person_id, Offer.id, Offer.title)
        .join(Offer, Offer.id == Proposal.offer_id)
        .where(Proposal.recruiter_id == person.id, Proposal.person_id.in_(ids))
    )
    for person_id, offer_id, title in session.execute(made):
        asked.setdefault(person_id, []).append((offer_id, title))
    return [
        Shown(
            showing.profile_card(profiles[hit.person_id], hit.reasons, hit.distance_km),
            hit.slug,
            tuple(asked.get(hit.person_id, ())),
        )
        for hit in hits
    ]


@blueprint.post("/recruteur/profils/contacter")
@by_client
def contact() -> Response:
    """Propose one of her offers to whoever is behind a profile."""
    at, filters = now(), Filters.read(request.form)
    with house().transaction() as session:
        person = visitor(session)
        hunting.check_allowed(session, person)
        profile = session.scalar(sa.select(Profile).where(Profile.slug == request.form.get("profil", "")))
        if profile is None:
            raise Refused("profile-gone")
        offer = _own_open_offer(session, person, request.form.get("offre", ""), at=at)
        sought = filters.narrow(hunting.understand(session, filters.words, at=at))
        hit = hunting.why(session, person, sought, profile.person_id)
        found = Found(profile.person_id, hit.reasons if hit else 0, hit.distance_km if hit else None)
        contacts.propose(session, offer, person, found, at=at)
    flash("proposed")
    return see_other(filters.address())


def _own_open_offer(session: Session, person: Person, chosen: str, *, at: datetime) -> Offer:
    standing = {str(offer.id): offer for offer in offers.open_of_recruiter(session, person, at=at)}
    if not standing:
        raise Refused("contact-needs-offer")
    if chosen not in standing:
        raise Refused("no-such-choice")
    return standing[chosen]


@blueprint.post("/recruteur/profils/suivre")
@by_client
def follow() -> Response:
    """Follow the search of the page."""
    at, filters = now(), Filters.read(request.form)
    frequency = RHYTHMS.get(request.form.get("rythme", ""))
    if frequency is None:
        raise Refused("no-such-choice")
    with house().transaction() as session:
        person = visitor(session)
        hunting.check_allowed(session, person)
        sought = filters.narrow(hunting.understand(session, filters.words, at=at))
        hunting.follow_search(session, person, filters.name, sought, frequency, at=at)
    flash("hunt-followed")
    return see_other(filters.address())


@blueprint.post("/recruteur/chasses/<int:number>/arreter")
@by_client
def stop(number: int) -> Response:
    """Follow one of her hunts no more."""
    with house().transaction() as session:
        person = visitor(session)
        made = hunts.of_number(session, person, number)
        running = hunts.subscription(session, made) if made is not None else None
        if running is None:
            raise Refused("no-such-hunt")
        signups.stop(session, running, how="web", at=now())
    flash("hunt-stopped")
    return see_other("/recruteur/profils")
