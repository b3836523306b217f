"""The board of a demonstration, planted once: organisations that recruit, open offers, people who look for work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import alerts, cells, people, postings, profiles, seed_agenda, shortlists, trades
from jobboard.addresses import address_key
from jobboard.alerts import Alert, AlertState
from jobboard.clock import end_of_day
from jobboard.contracts import Frequency
from jobboard.db import Base, Database, settings_of
from jobboard.folding import fold
from jobboard.invention import Employer, Invention, Seeker, Vacancy
from jobboard.offers import Offer, OfferState
from jobboard.organisations import Membership, Organisation
from jobboard.people import Consent, Person, PersonRole, Role, Subscription
from jobboard.profiles import CONSENT_TO_ALL, Profile, Visibility
from jobboard.signups import PROFILE

_LOCK = 0x9A55_0002  # two processes that plant at once: the second waits, then finds the board there
_HOW = "seed"
_AGREED = {
    people.ALERTS: "Recevoir par mail les offres qui répondent à mon alerte.",
    PROFILE: "Montrer mon profil anonyme aux recruteurs.",
    CONSENT_TO_ALL: "Montrer mon profil à tout le monde, sur une page publique, sans mon adresse.",
}
_SHOWN_TO = {
    Visibility.EVERYONE: frozenset(_AGREED),
    Visibility.RECRUITERS: frozenset((people.ALERTS, PROFILE)),
    Visibility.NOBODY: frozenset((people.ALERTS,)),
}


@dataclass(frozen=True)
class Planted:
    """How many of each were made; nothing when the board was there already."""

    organisations: int = 0
    offers: int = 0
    candidates: int = 0


def plant(
    database: Database,
    *,
    at: datetime,
    organisations: int = 60,
    offers: int = 250,
    candidates: int = 400,
    random_seed: int = 2002,
) -> Planted:
    """Plant an invented board in one transaction; the same numbers and moment give the same board.

    The offers count as announced and no ledger row is written: a board planted is silent until something happens.
    """
    with database.transaction() as session:
        session.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        if _is_planted(session):
            return Planted()
        invention = Invention(random_seed, at=at, zone=settings_of(session).zone)
        employers = invention.employers(organisations)
        vacancies = invention.vacancies(offers if employers else 0, employers)
        seekers = invention.seekers(candidates)
        _plant_offers(session, employers, vacancies, at=at)
        _plant_candidates(session, seekers)
        if employers:
            seed_agenda.plant(session, at=at)
    return Planted(len(employers), len(vacancies), len(seekers))


def _is_planted(session: Session) -> bool:
    known = sa.or_(Person.address_key.like("contact@%.example"), Person.address_key.like("%@courrier.example"))
    return session.scalar(sa.select(sa.exists().where(known))) is True


def _insert(session: Session, model: type[Base], rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(sa.insert(model), rows)


def _insert_numbered(session: Session, model: Any, rows: list[dict[str, Any]]) -> list[int]:
    """Insert the rows and return their ids in the same order."""
    if not rows:
        return []
    return list(session.scalars(sa.insert(model).returning(model.id, sort_by_parameter_order=True), rows))


def _person(name: str, address: str, since: datetime, life_at: datetime) -> dict[str, Any]:
    key = address_key(address)
    return {"address": address, "address_key": key, "name": name, "created_at": since, "life_at": life_at}


def _plant_offers(session: Session, employers: list[Employer], vacancies: list[Vacancy], *, at: datetime) -> None:
    since = at - timedelta(days=90)
    recruiters = [_person(one.contact, one.address, since, at - timedelta(days=1)) for one in employers]
    person_ids = _insert_numbered(session, Person, recruiters)
    records = [
        {"name": one.name, "name_key": fold(one.name), "sector": one.sector, "created_at": since} for one in employers
    ]
    ids = _insert_numbered(session, Organisation, records)
    _insert(session, PersonRole, [{"person_id": one, "role": Role.RECRUITER, "since": since} for one in person_ids])
    members = zip(ids, person_ids, strict=True)
    _insert(session, Membership, [{"organisation_id": i, "person_id": p, "since": since} for i, p in members])
    known = dict(zip(employers, zip(ids, person_ids, strict=True), strict=True))
    zone = settings_of(session).zone
    rows = []
    for one in vacancies:
        organisation_id, recruiter_id = known[one.employer]
        closes_at = end_of_day(one.draft.closes_on, zone) if one.draft.closes_on else None
        ours = {"organisation_id": organisation_id, "recruiter_id": recruiter_id, "closes_at": closes_at}
        rows.append({**_offer(one), **ours})
    _insert(session, Offer, rows)
    shortlists.take_as_told(session)


def _offer(vacancy: Vacancy) -> dict[str, Any]:
    """Return the columns of a published offer, as `offers.rewrite` and `offers.validate` would have left them."""
    draft = vacancy.draft
    place, pay, trade = draft.place, draft.pay, draft.trade
    rome = trades.by_code(trade).rome if trade else None
    folded = fold(f"{draft.title} {draft.employer} {draft.duties} {draft.profile}")
    low, high = pay.monthly if pay else (None, None)
    return {
        "state": OfferState.PUBLISHED,
        "draft": draft.to_json(),
        "title": draft.title,
        "employer": draft.employer,
        "kind": draft.kind,
        "contract": draft.contract,
        "working_time": draft.working_time,
        "trade": trade,
        "rome": rome,
        "place_kind": str(place.kind) if place else None,
        "place_label": place.label if place else "",
        "place_code": place.code if place else None,
        "departement": place.departement if place else None,
        "region": place.region if place else None,
        "lat": place.lat if place else None,
        "lon": place.lon if place else None,
        "remote": bool(draft.remote),
        "pay_text": pay.describe() if pay else "",
        "pay_minimum": low,
        "pay_maximum": high,
        "duties": draft.duties,
        "profile": draft.profile,
        "folded": folded,
        "cells": list(
            cells.looked_at(place.kind if place else None, place.code if place else None, remote=bool(draft.remote))
        ),
        "sector": vacancy.employer.sector,
        "created_at": vacancy.published_at - timedelta(hours=5),
        "published_at": vacancy.published_at,
        "announced_at": vacancy.published_at + timedelta(minutes=1),
    }


def _plant_candidates(session: Session, seekers: list[Seeker]) -> None:
    ids = _insert_numbered(session, Person, [_person(one.name, one.address, one.since, one.life_at) for one in seekers])
    known = list(zip(ids, seekers, strict=True))
    _insert(session, PersonRole, [{"person_id": i, "role": Role.CANDIDATE, "since": one.since} for i, one in known])
    _insert(session, Subscription, [{"person_id": i, "stream": people.ALERTS, "since": one.since} for i, one in known])
    _insert(session, Consent, [row for i, one in known for row in _consents(i, one)])
    _insert(session, Profile, [_profile(i, one) for i, one in known])
    alert_ids = _insert_numbered(session, Alert, [_alert(i, one) for i, one in known])
    searches = [(i, one.criteria) for i, one in zip(alert_ids, seekers, strict=True)]
    session.add_all(place for i, criteria in searches for place in alerts.places(i, criteria))
    postings.post(session, alert_ids)


def _consents(person_id: int, seeker: Seeker) -> list[dict[str, Any]]:
    return [
        {"person_id": person_id, "purpose": purpose, "given_at": seeker.since, "how": _HOW, "text_shown": text}
        for purpose, text in _AGREED.items()
        if purpose in _SHOWN_TO[seeker.visibility]
    ]


def _labels(seeker: Seeker) -> str:
    return ", ".join(trades.by_code(code).label for code in seeker.criteria.trades)


def _profile(person_id: int, seeker: Seeker) -> dict[str, Any]:
    row = profiles.new(person_id, seeker.portrait, visibility=seeker.visibility, at=seeker.since)
    public = seeker.visibility is Visibility.EVERYONE
    # Of those whom everybody may read, every other one lets search engines in, and every third shows her name.
    return {
        **row,
        "life_at": seeker.life_at,
        "indexable": public and person_id % 2 == 0,
        "name_shown": public and person_id % 3 == 0,
    }


def _alert(person_id: int, seeker: Seeker) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "name": _labels(seeker)[:80] or "alerte",
        "state": AlertState.ACTIVE,
        "frequency": seeker.criteria.frequency or Frequency.INSTANT,
        "created_at": seeker.since,
        **alerts.columns(seeker.criteria),
    }
