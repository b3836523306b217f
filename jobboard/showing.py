"""Records as letters show them: offers and profiles as cards, drafts and wishes as labelled lines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import trades, visibility
from jobboard.contracts import CONTRACT_LABELS, KIND_LABELS, TELEWORK_LABELS, WORKING_TIME_LABELS, Contract
from jobboard.criteria import Criteria
from jobboard.drafts import Field
from jobboard.ledger import Line as Met
from jobboard.letters.cards import Change, ChangedLine, Line, OfferCard, ProfileCard
from jobboard.offers import Offer, open_offers
from jobboard.people import Person
from jobboard.profiles import Profile
from jobboard.scoring import Reason
from jobboard.visibility import Viewer

_FAMILY = 3  # characters of a ROME code that trades of one domain share: M12 is accounting and finance
# The axes of a wish, as jobboard.criteria names them, at the beginning of a line.
WISH_LABELS = {
    "métier": "Métier",
    "domaine": "Domaine",
    "secteur": "Secteur",
    "lieu": "Lieu",
    "type": "Type",
    "contrat": "Contrat",
    "sans": "Sans",
    "temps de travail": "Temps de travail",
    "salaire": "Salaire",
    "tarif": "Tarif",
    "à partir du": "À partir du",
    "envoi": "Envoi",
    "mots-clés": "Mots-clés",
    "mots obligatoires": "Mots obligatoires",
    "mots exclus": "Mots exclus",
    "employeurs écartés": "Employeurs écartés",
}

# The fields of the criteria behind these lines that reading may have taken from few words.
_CHECKED_AS = {
    "métier": "trades",
    "lieu": "places",
    "type": "kinds",
    "contrat": "contracts",
    "sans": "excluded_contracts",
    "temps de travail": "working_times",
    "envoi": "frequency",
    "mots-clés": "keywords",
}


@dataclass(frozen=True)
class NumberedProfile:
    """A profile under the number that its reader knows it by: whose, why (jobboard.scoring.Reason), how far (km)."""

    number: int
    person_id: int
    reasons: int
    distance_km: int | None


def card(
    offer: Offer,
    *,
    number: int | None = None,
    met: Met | None = None,
    reasons: tuple[str, ...] = (),
    distance_km: int | None = None,
) -> OfferCard:
    """Return an offer as a mail shows it; `met`, or else `reasons` and `distance_km`, add why and how far."""
    assert offer.closes_at is not None, "only complete offers are shown"
    return OfferCard(
        offer_id=offer.id,
        title=offer.title,
        employer=offer.employer,
        place=offer.place_label,
        contract=offer.contract,
        working_time=offer.working_time,
        pay=offer.pay_text,
        closes_at=offer.closes_at,
        path=offer.path,
        reasons=Reason(met.reasons).codes if met else reasons,
        distance_km=met.distance_km if met else distance_km,
        number=number,
        changes=tuple(Change(axis, was) for axis, was in met.changes.items()) if met else (),
    )


def cards_of(session: Session, offer_ids: Iterable[int]) -> tuple[OfferCard, ...]:
    """Return the cards of these offers, oldest first."""
    return tuple(
        card(offer)
        for offer in session.scalars(sa.select(Offer).where(Offer.id.in_(list(offer_ids))).order_by(Offer.id))
    )


def numbered(cards: Iterable[OfferCard]) -> tuple[OfferCard, ...]:
    """Number the cards from 1 when there are several: what POSTULER n refers to."""
    listed = list(cards)
    if len(listed) < 2:
        return tuple(replace(one, number=None) for one in listed)
    return tuple(replace(one, number=number) for number, one in enumerate(listed, 1))


def still_open(session: Session, cards: Sequence[OfferCard], *, at: datetime) -> tuple[OfferCard, ...]:
    """Return the cards whose offer is open at that moment, numbers kept: what a reader was told stays true."""
    ids = [one.offer_id for one in cards]
    alive = set(session.scalars(open_offers(at).where(Offer.id.in_(ids)).with_only_columns(Offer.id)))
    return tuple(one for one in cards if one.offer_id in alive)


def near(session: Session, offer: Offer, *, at: datetime, limit: int = 3) -> tuple[OfferCard, ...]:
    """Return open offers of the same trade, then of its family in the same département: what a refusal can suggest."""
    family = sa.func.left(Offer.rome, _FAMILY) == (offer.rome or "")[:_FAMILY]
    close = sa.and_(Offer.departement == offer.departement, family if offer.rome else sa.true())
    same_trade = sa.case((Offer.rome == offer.rome, 0), else_=1)
    same_place = sa.case((Offer.departement == offer.departement, 0), else_=1)
    query = (
        open_offers(at)
        .where(Offer.id != offer.id, sa.or_(Offer.rome == offer.rome, close))
        .order_by(None)
        .order_by(same_trade, same_place, Offer.published_at.desc())
        .limit(limit)
    )
    return numbered(card(found) for found in session.scalars(query))


def profile_cards(session: Session, found: Sequence[NumberedProfile], viewer: Viewer) -> tuple[ProfileCard, ...]:
    """Return those of these profiles that the viewer may see now, as she sees them: without name or address."""
    ids = [one.person_id for one in found]
    seen = session.scalars(sa.select(Profile).where(Profile.person_id.in_(ids), visibility.condition(viewer)))
    profiles = {profile.person_id: profile for profile in seen}
    return tuple(
        profile_card(profiles[one.person_id], one.reasons, one.distance_km, number=one.number)
        for one in found
        if one.person_id in profiles
    )


def profile_card(profile: Profile, reasons: int, distance_km: int | None, *, number: int = 0) -> ProfileCard:
    """Return a profile as a recruiter sees it."""
    return ProfileCard(
        number=number,
        headline=profile.headline,
        place=profile.place_label,
        reasons=Reason(reasons).codes,
        distance_km=distance_km,
        contracts=tuple(contract for contract in Contract if contract in profile.contracts),
        experience_years=profile.experience_years,
        starts_on=profile.starts_on,
        life_at=profile.life_at,
    )


def wish_lines(criteria: Criteria, *, own_words: bool, checks: Collection[str] = ()) -> tuple[Line, ...]:
    """Return what was understood of a search, from our own tables; `own_words` adds hers, for who is verified only.

    `checks`: the fields of the criteria that are to be read twice.
    """
    lines = []
    for sentence in (*criteria.describe(), *(criteria.describe_keywords() if own_words else ())):
        label, _, value = sentence.partition(" : ")
        lines.append(Line(WISH_LABELS[label], value, check=_CHECKED_AS.get(label) in checks))
    return tuple(lines)


def offer_lines(offer: Offer, *, checks: Collection[Field] = ()) -> tuple[Line, ...]:
    """Return an offer as labelled lines, for its recruiter and for staff; empty fields are left out.

    `checks`: the fields that were read from few words.
    """
    draft, checked = offer.draft, frozenset(checks)
    contract = CONTRACT_LABELS[offer.contract] if offer.contract else ""
    times = WORKING_TIME_LABELS[offer.working_time] if offer.working_time else ""
    remote = " (télétravail possible)" if offer.remote and offer.place_label else ""
    fields: tuple[tuple[str, str, tuple[Field, ...]], ...] = (
        ("Intitulé", offer.title, (Field.TITLE,)),
        ("Métier", trades.by_code(offer.trade).label if offer.trade else "", (Field.TRADE,)),
        ("Employeur", str(draft.get("employer", offer.employer)), (Field.EMPLOYER,)),
        ("Affichage", "sans le nom de l’employeur" if offer.employer_hidden else "", ()),
        ("SIRET", str(draft.get("siret", "")), ()),
        ("RNA", str(draft.get("rna", "")), ()),
        ("Nature", KIND_LABELS[offer.kind] if offer.kind else "", ()),
        ("Lieu", offer.place_label + remote, (Field.PLACE,)),
        ("Télétravail", telework(offer), ()),
        ("Contrat", ", ".join(part for part in (contract, times) if part), (Field.CONTRACT, Field.WORKING_TIME)),
        ("Durée", f"{draft['duration_months']} mois" if draft.get("duration_months") else "", ()),
        ("Heures par semaine", _plain(draft.get("hours_per_week")), ()),
        ("Jours de mission", _plain(offer.days), ()),
        (
            "Tarif par jour",
            f"{offer.daily_rate} €" if offer.daily_rate and "par jour" not in offer.pay_text else "",
            (),
        ),
        ("Expertise", offer.expertise, ()),
        ("Rémunération", offer.pay_text, (Field.PAY,)),
        ("Prise de poste", _day(draft.get("starts_on")), ()),
        ("Candidatures jusqu’au", _day(draft.get("closes_on")), (Field.CLOSES_ON,)),
        ("Close après", f"{offer.close_at_count} candidatures" if offer.close_at_count else "", ()),
        ("Missions", offer.duties, ()),
        ("Profil", offer.profile, ()),
        ("Pour postuler", offer.how, ()),
    )
    return tuple(Line(label, value, check=not checked.isdisjoint(about)) for label, value, about in fields if value)


def telework(offer: Offer) -> str:
    """Return how much of the work may be done from home, in French words; "" for none, or all of it."""
    return TELEWORK_LABELS.get(offer.draft.get("telework", -1), "")


def changes(before: Sequence[Line], after: Sequence[Line]) -> tuple[ChangedLine, ...]:
    """Return what two readings of one offer do not share, in the order of its fields."""
    was, now = ({line.label: line.value for line in lines} for lines in (before, after))
    labels = dict.fromkeys([*now, *was])
    return tuple(
        ChangedLine(label, was.get(label, ""), now.get(label, ""))
        for label in labels
        if was.get(label, "") != now.get(label, "")
    )


def _plain(value: object) -> str:
    return f"{value:g}".replace(".", ",") if isinstance(value, int | float) and value else ""


def _day(iso: object) -> str:
    if not isinstance(iso, str):
        return ""
    year, month, day = iso.split("-")
    return f"{day}/{month}/{year}"


def masked_address(person: Person) -> str:
    """Return enough of an address to recognise it, not to use it: "h•••@horizon.example"."""
    return masked(person.address)


def masked(address: str) -> str:
    """Return an address masked as `masked_address` does, whoever wrote it: one line, 80 characters at most."""
    local, _, domain = address.rpartition("@")
    first = local[:1] if local[:1].isalnum() else ""
    return f"{first}•••@{domain if domain.isprintable() else ''}"[:80]
