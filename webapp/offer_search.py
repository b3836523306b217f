"""The filters of the list of offers, as they stand in its address, and the query that they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self, TypeVar
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard.contracts import Contract, Kind
from jobboard.folding import fold
from jobboard.offers import Offer, open_offers
from jobboard.places import Place, PlaceKind, named

AROUND_KM = 30
MOST_WORDS = 8
LONGEST = 100

C = TypeVar("C", Contract, Kind)


@dataclass(frozen=True)
class Search:
    """What a visitor filters by; `after` is the last offer of the page before."""

    words: str = ""
    place: str = ""
    contract: Contract | None = None
    kind: Kind | None = None
    after: int | None = None

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Self:
        """Return the search in the address; a value that we do not know asks for nothing."""
        after = args.get("suite", "")
        return cls(
            words=args.get("q", "").strip()[:LONGEST],
            place=args.get("lieu", "").strip()[:LONGEST],
            contract=_member(Contract, args.get("contrat", "")),
            kind=_member(Kind, args.get("type", "")),
            after=int(after) if after.isascii() and after.isdigit() and len(after) < 16 else None,
        )

    @property
    def places(self) -> tuple[Place, ...]:
        """Every place that may be meant."""
        return named(self.place) if self.place else ()

    @property
    def place_unknown(self) -> bool:
        """Whether a place was asked for that we do not know: the list is then not filtered by it."""
        return bool(self.place) and not self.places

    @property
    def filters(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.words or self.place or self.contract or self.kind)

    def address(self, path: str, *, after: int | None = None) -> str:
        """Return the address of this search, or of its page after that offer, below the base URL."""
        asked = {
            "q": self.words,
            "lieu": self.place,
            "contrat": self.contract or "",
            "type": self.kind or "",
            "suite": str(after or ""),
        }
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{path}?{query}" if query else path


def _member(names: type[C], value: str) -> C | None:
    return names(value) if value in set(names) else None


def find(session: Session, search: Search, *, limit: int, at: datetime) -> list[Offer]:
    """Return the open offers of a search, newest first; a page costs the same however far it is."""
    query = open_offers(at).limit(limit)
    for word in fold(search.words).split()[:MOST_WORDS]:
        query = query.where(sa.literal(" ").concat(Offer.folded).contains(f" {word}", autoescape=True))
    if search.contract:
        query = query.where(Offer.contract == search.contract)
    if search.kind:
        query = query.where(Offer.kind == search.kind)
    if search.places:
        query = query.where(sa.or_(Offer.place_kind == PlaceKind.FRANCE, *(_at(place) for place in search.places)))
    last = session.get(Offer, search.after) if search.after else None
    if last is not None and last.published_at is not None:
        older = sa.tuple_(Offer.published_at, Offer.id) < sa.tuple_(sa.literal(last.published_at), sa.literal(last.id))
        query = query.where(older)
    return list(session.scalars(query))


def _at(place: Place) -> sa.ColumnElement[bool]:
    """Return the condition that an offer is in that place, around it, or in what it lies in."""
    if place.kind is PlaceKind.REMOTE:
        return Offer.remote.is_(True)
    if place.kind is PlaceKind.REGION:
        return Offer.region == place.code
    of_region = sa.and_(Offer.place_kind == PlaceKind.REGION, Offer.place_code == place.region)
    if place.kind is PlaceKind.DEPARTEMENT:
        return sa.or_(Offer.departement == place.code, of_region)
    if place.kind is PlaceKind.COMMUNE:
        of_departement = sa.and_(Offer.place_kind == PlaceKind.DEPARTEMENT, Offer.place_code == place.departement)
        distance = sa.func.distance_km(place.lat, place.lon, Offer.lat, Offer.lon)
        near = sa.and_(Offer.place_kind == PlaceKind.COMMUNE, distance <= AROUND_KM)
        return sa.or_(Offer.place_code == place.code, near, of_departement, of_region)
    return sa.true()
