"""Profiles: what a candidate lets others see of her, made from her sign-up, and to whom."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard import trades
from jobboard.criteria import Criteria
from jobboard.db import Base, named
from jobboard.people import Person


class Visibility(StrEnum):
    """Who may see a profile; her name and address are never part of it before she says so."""

    EVERYONE = "everyone"
    RECRUITERS = "recruiters"
    NOBODY = "nobody"


class Profile(Base):
    """The anonymous card of a candidate."""

    __tablename__ = "profile"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    headline: Mapped[str]
    place_label: Mapped[str] = mapped_column(default="")
    visibility: Mapped[Visibility] = mapped_column(named(Visibility))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


def write(session: Session, person: Person, criteria: Criteria, *, visibility: Visibility, at: datetime) -> Profile:
    """Make or refresh the profile from what she looks for; a visibility once narrowed is not widened by a sign-up."""
    labels = [trades.by_code(code).label for code in criteria.trades] or list(criteria.keywords[:3])
    headline = ", ".join(labels)[:200] or "profil ouvert"
    place = ", ".join(place.label for place in criteria.places[:3])
    profile = session.get(Profile, person.id)
    if profile is None:
        profile = Profile(
            person_id=person.id,
            headline=headline,
            place_label=place,
            visibility=visibility,
            created_at=at,
            updated_at=at,
        )
        session.add(profile)
        return profile
    profile.headline, profile.place_label, profile.updated_at = headline, place, at
    if visibility is Visibility.NOBODY:
        profile.visibility = visibility
    return profile
