"""An offer as search engines read it: schema.org JobPosting."""

from __future__ import annotations

from typing import Any

from jobboard.contracts import Contract, WorkingTime
from jobboard.gazetteer import PlaceKind
from jobboard.offers import Offer
from jobboard.places import by_code
from webapp.typesetting import paragraphs

_TYPES: dict[Contract, str] = {
    Contract.CDD: "TEMPORARY",
    Contract.INTERIM: "TEMPORARY",
    Contract.SAISONNIER: "TEMPORARY",
    Contract.CEE: "TEMPORARY",
    Contract.CDDI: "TEMPORARY",
    Contract.APPRENTISSAGE: "OTHER",
    Contract.PROFESSIONNALISATION: "OTHER",
    Contract.STAGE: "INTERN",
    Contract.SERVICE_CIVIQUE: "VOLUNTEER",
    Contract.VSI: "VOLUNTEER",
    Contract.BENEVOLAT: "VOLUNTEER",
    Contract.MANDAT: "VOLUNTEER",
    Contract.MISSION: "CONTRACTOR",
}
_TIMES = {WorkingTime.FULL: "FULL_TIME", WorkingTime.PART: "PART_TIME"}


def job_posting(offer: Offer, *, base_url: str) -> dict[str, Any]:
    """Return the markup of an open offer, as JSON types."""
    described = paragraphs(
        "\n\n".join(part for part in (offer.duties, offer.profile, offer.how) if part) or offer.title
    )
    found: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": offer.title,
        "description": str(described),
        "identifier": {"@type": "PropertyValue", "name": offer.employer, "value": str(offer.id)},
        "datePosted": offer.published_at.isoformat() if offer.published_at else None,
        "validThrough": offer.closes_at.isoformat() if offer.closes_at else None,
        "hiringOrganization": {"@type": "Organization", "name": offer.employer},
        "employmentType": _employment_types(offer),
        "directApply": True,
        "url": f"{base_url}{offer.path}",
        **_location(offer),
        "baseSalary": _salary(offer),
    }
    return {name: value for name, value in found.items() if value}


def _employment_types(offer: Offer) -> list[str]:
    names = [_TIMES.get(offer.working_time) if offer.working_time else None]
    names.append(_TYPES.get(offer.contract) if offer.contract else None)
    return [name for name in names if name]


def _location(offer: Offer) -> dict[str, Any]:
    """Return where the work is; at home from anywhere in France when no place was given with it."""
    address: dict[str, str] = {"@type": "PostalAddress", "addressCountry": "FR"}
    if offer.place_kind == PlaceKind.COMMUNE:
        address["addressLocality"] = offer.place_label.partition(" (")[0]
    if offer.region:
        address["addressRegion"] = by_code(PlaceKind.REGION, offer.region).name
    location: dict[str, Any] = {"jobLocation": {"@type": "Place", "address": address}}
    if offer.remote and offer.place_kind in (PlaceKind.REMOTE, PlaceKind.FRANCE, None):
        france = {"@type": "Country", "name": "France"}
        location |= {"jobLocationType": "TELECOMMUTE", "applicantLocationRequirements": france}
    return location


def _salary(offer: Offer) -> dict[str, Any] | None:
    if offer.pay_minimum is None and offer.pay_maximum is None:
        return None
    limits = {"minValue": offer.pay_minimum, "maxValue": offer.pay_maximum}
    value = {"@type": "QuantitativeValue", "unitText": "MONTH"} | {k: v for k, v in limits.items() if v is not None}
    return {"@type": "MonetaryAmount", "currency": "EUR", "value": value}
