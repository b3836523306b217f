"""Profiles: what a candidate lets others see of her, and to whom. Who sees which one now: `jobboard.visibility`.

`portrait` is the truth; the columns that SQL compares and searches are made of it, again at every upgrade.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard import biography, trades
from jobboard.criteria import Criteria, PlaceWanted
from jobboard.db import Base, named
from jobboard.folding import fold
from jobboard.languages import SOURCE, translations
from jobboard.people import Person
from jobboard.places import Place, PlaceKind, by_code
from jobboard.portraits import Portrait

# The purposes of her agreements: recruiters see the profile; everybody does.
CONSENT, CONSENT_TO_ALL = "profile-recruiters", "profile-public"
_DRAWN = 10  # letters of a slug that are drawn
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
_BATCH = 500
# What may be shown to somebody: said once more in SQL, as an index can use it.
_LISTED = "visibility <> 'nobody' AND asleep_at IS NULL AND held_at IS NULL AND stopped_at IS NULL"


class Visibility(StrEnum):
    """Who may see a profile; her name and address are never part of it before she says so."""

    EVERYONE = "everyone"
    RECRUITERS = "recruiters"
    NOBODY = "nobody"


class Profile(Base):
    """The card of a candidate, anonymous until she says otherwise."""

    __tablename__ = "profile"
    __table_args__ = (
        sa.Index("ix_profile_search", "search", postgresql_using="gin", postgresql_where=sa.text("listed")),
        sa.Index(
            "ix_profile_sought",
            "romes",
            "cells",
            postgresql_using="gin",
            postgresql_where=sa.text("listed"),
        ),
        sa.Index(
            "ix_profile_point",
            "lat",
            "lon",
            postgresql_where=sa.text("listed"),
        ),
        sa.Index("ix_profile_fresh", sa.text("life_at DESC"), postgresql_where=sa.text("listed")),
        sa.Index("ix_profile_life_at", "life_at", postgresql_where=sa.text("asleep_at IS NULL")),
    )

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)  # of its page; says nothing of who she is
    visibility: Mapped[Visibility] = mapped_column(named(Visibility))
    indexable: Mapped[bool] = mapped_column(default=False)  # she wants search engines to find it
    name_shown: Mapped[bool] = mapped_column(default=False)  # "Léa D." stands on her page

    portrait: Mapped[dict[str, Any]] = mapped_column(default=dict)
    headline: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")  # the mini-bio in French
    terms: Mapped[str] = mapped_column(default="")  # what else it is found by: both genders, synonyms, skills
    search: Mapped[str] = mapped_column(
        postgresql.TSVECTOR, sa.Computed("profile_words(headline, terms, summary)", persisted=True), deferred=True
    )
    trades: Mapped[list[str]] = mapped_column(default=list)
    romes: Mapped[list[str]] = mapped_column(default=list)
    families: Mapped[list[str]] = mapped_column(default=list)
    sectors: Mapped[list[str]] = mapped_column(default=list)
    kinds: Mapped[list[str]] = mapped_column(default=list)
    contracts: Mapped[list[str]] = mapped_column(default=list)
    working_times: Mapped[list[str]] = mapped_column(default=list)
    skills: Mapped[list[str]] = mapped_column(default=list)
    languages: Mapped[list[str]] = mapped_column(default=list)
    experience_years: Mapped[int | None]
    diploma_level: Mapped[int | None]  # of the French framework, 3 to 8
    starts_on: Mapped[date | None] = mapped_column(sa.Date)

    place_label: Mapped[str] = mapped_column(default="")
    place_code: Mapped[str | None]  # of the first commune, or département
    departement: Mapped[str | None]
    region: Mapped[str | None]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    mobility_km: Mapped[int | None]  # around that point
    departements: Mapped[list[str]] = mapped_column(default=list)  # of all her places
    regions: Mapped[list[str]] = mapped_column(default=list)
    anywhere: Mapped[bool] = mapped_column(default=False)  # in all of France
    remote: Mapped[bool] = mapped_column(default=False)
    # Where she wants to work as one set: "d44", "r52" for a région of hers, "R52" where she wants all of it, "fr"…
    cells: Mapped[list[str]] = mapped_column(
        sa.Computed("profile_cells(departements, regions, anywhere, remote)", persisted=True), deferred=True
    )

    life_at: Mapped[datetime]  # the person's last sign of life, to the day (a trigger of the table person)
    warned_at: Mapped[datetime | None]  # of falling asleep
    warned_again_at: Mapped[datetime | None]
    asleep_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]  # the staff have taken it out of sight
    stopped_at: Mapped[datetime | None]  # she stopped everything
    listed: Mapped[bool] = mapped_column(sa.Computed(_LISTED, persisted=True))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    @property
    def path(self) -> str:
        """Its page, below the base URL."""
        return f"/profils/{self.slug}"

    @property
    def withheld(self) -> str:
        """Why nobody sees it now whatever she chose: "stopped", "held", "asleep"; "" when nothing is in the way."""
        moments = {"stopped": self.stopped_at, "held": self.held_at, "asleep": self.asleep_at}
        return next((name for name, moment in moments.items() if moment is not None), "")


class RetiredProfile(Base):
    """The page of a profile that was erased: a trigger of the table profile keeps the digest of its slug, no more."""

    __tablename__ = "retired_profile"

    slug_sha256: Mapped[bytes] = mapped_column(primary_key=True)
    at: Mapped[datetime]


def write(session: Session, person: Person, criteria: Criteria, *, visibility: Visibility, at: datetime) -> Profile:
    """Make the profile from what she looks for, or add it to the one she has.

    A visibility once narrowed is not widened by a sign-up.
    """
    profile = session.get(Profile, person.id)
    if profile is None:
        portrait = Portrait.of_wish(criteria)
        profile = Profile(**new(person.id, portrait, visibility=visibility, at=at) | {"life_at": person.life_at})
        session.add(profile)
        return profile
    draw(profile, Portrait.from_json(profile.portrait).with_wish(criteria), at=at)
    if visibility is Visibility.NOBODY:
        profile.visibility = visibility
    return profile


def withhold(session: Session, person: Person, *, at: datetime | None) -> bool:
    """Show her profile to nobody while she has stopped everything (`at`), or again to whom she chose (None).

    Returns whether that changes anything.
    """
    profile = session.get(Profile, person.id)
    if profile is None or (profile.stopped_at is None) is (at is None):
        return False
    profile.stopped_at = at
    return True


def draw(profile: Profile, portrait: Portrait, *, at: datetime) -> None:
    """Let the profile say what that portrait says, and nothing else."""
    profile.portrait, profile.updated_at = portrait.to_json(), at
    for name, value in columns(portrait, today=at.date()).items():
        setattr(profile, name, value)


def new(person_id: int, portrait: Portrait, *, visibility: Visibility, at: datetime) -> dict[str, Any]:
    """Return the row of a new profile, with a slug of its own."""
    return {
        "person_id": person_id,
        "slug": new_slug(portrait),
        "visibility": visibility,
        "portrait": portrait.to_json(),
        "life_at": at,
        "created_at": at,
        "updated_at": at,
        **columns(portrait, today=at.date()),
    }


def new_slug(portrait: Portrait) -> str:
    """Return the readable end of a page's address; what makes it unique is drawn, and leads to nobody."""
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(_DRAWN))
    first = fold(biography.headline(portrait).split(",")[0].split(" ou ")[0]).replace(" ", "-")[:40].strip("-")
    return f"{first or 'profil'}-{drawn}"


def columns(portrait: Portrait, *, today: date) -> dict[str, Any]:
    """Return what SQL compares, searches and shows of a portrait."""
    said = biography.sentences(portrait, translations(SOURCE), language=SOURCE, today=today)
    known = [trade for trade in trades.all_trades() if trade.code in portrait.trades]
    return {
        "headline": biography.headline(portrait),
        "summary": " ".join(said),
        "terms": "\n".join(_terms(portrait, known)),
        "trades": list(portrait.trades),
        "romes": sorted({trade.rome for trade in known}),
        "families": sorted({*portrait.families, *(trade.family for trade in known)}),
        "sectors": list(portrait.sectors),
        "kinds": [str(kind) for kind in portrait.kinds],
        "contracts": [str(contract) for contract in portrait.contracts],
        "working_times": [str(time) for time in portrait.working_times],
        "skills": list(portrait.skills),
        "languages": list(portrait.languages),
        "experience_years": portrait.experience_years,
        "diploma_level": portrait.diploma_level,
        "starts_on": portrait.starts_on,
        "place_label": biography.place_label(portrait),
        **_where(portrait),
    }


def _terms(portrait: Portrait, known: list[trades.Trade]) -> list[str]:
    names = (name for trade in known for name in (trade.masculine, trade.feminine, *trade.synonyms))
    return list(dict.fromkeys((*names, *portrait.skills, *portrait.diplomas, *portrait.languages, *portrait.sectors)))


def _where(portrait: Portrait) -> dict[str, Any]:
    found = [(wanted, place) for wanted in portrait.places if (place := _place(wanted)) is not None]
    pointed = (PlaceKind.COMMUNE, PlaceKind.DEPARTEMENT)
    first, point = next(((wanted, place) for wanted, place in found if place.kind in pointed), (None, None))
    kinds = {place.kind for _, place in found}
    return {
        "place_code": point.code if point else None,
        "departement": point.departement if point else None,
        "region": point.region if point else next((p.code for _, p in found if p.kind is PlaceKind.REGION), None),
        "lat": point.lat if point else None,
        "lon": point.lon if point else None,
        "mobility_km": first.radius_km if first else None,
        "departements": sorted({place.departement for _, place in found if place.departement}),
        "regions": sorted(
            {place.code if place.kind is PlaceKind.REGION else place.region or "" for _, place in found} - {""}
        ),
        "anywhere": PlaceKind.FRANCE in kinds,
        "remote": PlaceKind.REMOTE in kinds,
    }


def _place(wanted: PlaceWanted) -> Place | None:
    try:
        return by_code(wanted.place_kind, wanted.code)
    except KeyError:
        return None  # a commune that a release has merged into another


def redraw_all(connection: sa.Connection) -> None:
    """Make the columns of every profile again from its portrait, as this release's code does."""
    after = 0
    while True:
        query = sa.select(Profile.person_id, Profile.portrait, Profile.updated_at)
        rows = connection.execute(
            query.where(Profile.person_id > after).order_by(Profile.person_id).limit(_BATCH)
        ).all()
        if not rows:
            return
        made = [
            {"key": row.person_id, **columns(Portrait.from_json(row.portrait), today=row.updated_at.date())}
            for row in rows
        ]
        connection.execute(sa.update(Profile).where(Profile.person_id == sa.bindparam("key")), made)
        after = rows[-1].person_id
