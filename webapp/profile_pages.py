"""The page of a profile: for everybody or for recruiters, as its person chose; for others it does not exist."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import sqlalchemy as sa
from flask import Blueprint, Response, abort, request
from sqlalchemy.orm import Session

from jobboard import biography, exposure, hunting, people, sightings, visibility
from jobboard.clock import now
from jobboard.offers import Offer
from jobboard.people import Person, Role
from jobboard.portraits import Portrait
from jobboard.profiles import Profile, RetiredProfile, Visibility
from jobboard.sightings import Where
from jobboard.visibility import PUBLIC
from webapp.house import house
from webapp.language import catalogue, language
from webapp.pages import render, see_other
from webapp.visitors import member_of_staff, signed_in

blueprint = Blueprint("profils", __name__)

LONGEST_SLUG = 80
DECISIONS = {"mettre-de-cote": True, "montrer": False}


@blueprint.get("/profils/<slug>")
def page(slug: str) -> Response:
    """Show a profile to whoever may see it now: 404 to anybody else, 410 once it was erased."""
    if len(slug) > LONGEST_SLUG:
        abort(404)
    at = now()
    with house().transaction() as session:
        profile = session.scalar(sa.select(Profile).where(Profile.slug == slug))
        if profile is None:
            abort(410 if _is_retired(session, slug) else 404)
        visitor = signed_in(session)
        relation = _relation(session, profile, visitor)
        if relation is None:
            abort(404)
        if relation == "recruiter" and visitor is not None and request.method == "GET":
            for organisation_id in _organisations(session, visitor):
                sightings.note(session, organisation_id, [profile.person_id], Where.PAGE, at=at)
        person = session.get_one(Person, profile.person_id)
        return _shown(session, profile, person, relation)


@blueprint.post("/equipe/profils/<int:person_id>/<decision>")
def decide(person_id: int, decision: str) -> Response:
    """Take a profile out of sight, or show it again: the staff's."""
    if decision not in DECISIONS:
        abort(404)
    with house().transaction() as session:
        member = member_of_staff(session)
        profile = session.get(Profile, person_id) if person_id < 2**62 else None
        if profile is None:
            abort(404)
        at = now()
        key = f"{decision}:{person_id}:{at.isoformat()}"
        exposure.hold(session, profile, held=DECISIONS[decision], by=member, key=key, at=at)
        path = profile.path
    return see_other(path)


def _shown(session: Session, profile: Profile, person: Person, relation: str) -> Response:
    indexable = profile.indexable and visibility.may_see(session, PUBLIC, profile.person_id)
    today = now().astimezone(house().settings.zone).date()
    answer = render(
        "profils/profile.html",
        profile=profile,
        name=exposure.name_of(person, profile),
        sentences=biography.sentences(
            replace(Portrait.from_json(profile.portrait), skills=()), catalogue(), language=language(), today=today
        ),
        indexable=indexable,
        relation=relation,
        life_at=profile.life_at,
    )
    if not indexable:
        answer.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    # The same address shows different things to different people, and stops the moment she says so.
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _relation(session: Session, profile: Profile, visitor: Person | None) -> str | None:
    """Return as whom the visitor may see the profile: "self", "staff", "recruiter", "public"; None for not at all."""
    if visitor is not None:
        if visitor.id == profile.person_id:
            return "self"
        if Role.STAFF in people.roles(session, visitor) and profile.visibility is not Visibility.NOBODY:
            return "staff"
        if hunting.is_allowed(session, visitor):
            # Who hides from her employer hides from a recruiter of hers whatever everybody else may see.
            seen = visibility.may_see(session, visibility.of_recruiter(session, visitor.id), profile.person_id)
            return "recruiter" if seen else None
    return "public" if visibility.may_see(session, PUBLIC, profile.person_id) else None


def _organisations(session: Session, recruiter: Person) -> list[int]:
    query = sa.select(Offer.organisation_id).where(
        Offer.recruiter_id == recruiter.id, Offer.published_at.is_not(None), Offer.organisation_id.is_not(None)
    )
    return sorted({one for one in session.scalars(query) if one is not None})


def _is_retired(session: Session, slug: str) -> bool:
    return session.get(RetiredProfile, hashlib.sha256(slug.encode()).digest()) is not None
