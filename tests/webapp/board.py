"""A small board to look at: offers, people, an application with its correspondence, editions."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import (
    alerts,
    cells,
    conversations,
    correspondence,
    edition_items,
    editions,
    organisations,
    people,
    profiles,
)
from jobboard.applications import Application
from jobboard.clock import now
from jobboard.contracts import Contract, Kind, WorkingTime
from jobboard.conversations import Conversation, File, Words
from jobboard.criteria import Criteria, PlaceWanted
from jobboard.edition_items import ItemKind
from jobboard.editions import Edition, EditionState
from jobboard.folding import fold
from jobboard.offers import Offer, OfferState
from jobboard.outbox import Post
from jobboard.people import Person, Role
from jobboard.places import Place, named
from jobboard.profiles import Visibility

CV = File("CV Léa Dubreuil.pdf", "application/pdf", b"%PDF-1.4\n%%EOF\n")
DUTIES = (
    "Vous tenez la comptabilité de l'association et de ses trois établissements.\n\n"
    "- saisie et lettrage\n- déclarations sociales et fiscales\n- préparation du bilan avec l'expert-comptable"
)


def person(session: Session, address: str, name: str = "", *roles: Role, language: str = "fr") -> Person:
    """Return a person with these roles."""
    made = people.admit(session, address, name=name, language=language, at=now())
    for role in roles:
        people.grant(session, made, role, at=now())
    return made


def offer(
    session: Session,
    recruiter: Person,
    title: str = "Comptable (H/F)",
    *,
    employer: str = "Association Horizon",
    place: str = "Nantes",
    state: OfferState = OfferState.PUBLISHED,
    contract: Contract = Contract.CDI,
    kind: Kind = Kind.JOB,
    closes_in: timedelta = timedelta(days=38),
    published: timedelta = timedelta(hours=1),
    remote: bool = False,
) -> Offer:
    """Return an offer as a deposit and the staff would have left it."""
    at, where = now(), named(place)[0]
    made = Offer(
        recruiter_id=recruiter.id,
        organisation_id=organisations.join(session, recruiter, employer, at=at).id,
        state=state,
        draft={"closes_on": (at + closes_in).date().isoformat()},
        title=title,
        employer=employer,
        kind=kind,
        contract=contract,
        working_time=WorkingTime.FULL,
        rome="M1203",
        trade="M1203",
        remote=remote,
        pay_text="2 300 à 2 600 € brut par mois",
        pay_minimum=2300,
        pay_maximum=2600,
        duties=DUTIES,
        profile="Deux ans d'expérience dans le secteur associatif, goût du travail d'équipe.",
        folded=fold(f"{title} {employer} {DUTIES}"),
        created_at=at - published,
        closes_at=at + closes_in,
        cells=list(cells.looked_at(where.kind, where.code)),
        **_place(where),
    )
    if state in (OfferState.PUBLISHED, OfferState.CLOSED):
        made.published_at = at - published
        made.announced_at = at - published
    session.add(made)
    session.flush()
    return made


def _place(where: Place) -> dict[str, object]:
    return {
        "place_kind": str(where.kind),
        "place_label": where.label,
        "place_code": where.code,
        "departement": where.departement,
        "region": where.region,
        "lat": where.lat,
        "lon": where.lon,
    }


def candidate(session: Session, address: str = "lea@courrier.example", name: str = "Léa Dubreuil") -> Person:
    """Return a candidate with an alert, its stream, her agreements and a profile that recruiters see."""
    at = now()
    made = person(session, address, name, Role.CANDIDATE)
    nantes = named("Nantes")[0]
    criteria = Criteria(trades=("M1203",), places=(PlaceWanted.at(nantes, 30),), contracts=(Contract.CDI, Contract.CDD))
    alerts.create(session, made, criteria, at=at)
    people.subscribe(session, made, people.ALERTS, at=at)
    profiles.write(session, made, criteria, visibility=Visibility.RECRUITERS, at=at)
    for purpose in (people.ALERTS, "profile-recruiters"):
        text = "Créer mon alerte (Métier : comptable) et un profil anonyme montré aux recruteurs."
        people.consent(session, made, purpose, how="mail", text=text, evidence={"mail": 1}, at=at)
    return made


def application(session: Session, to: Offer, by: Person) -> Application:
    """Return an application with a CV, answered once by each side."""
    at = now()
    recruiter = session.get_one(Person, to.recruiter_id)
    words = Words("Candidature", "Bonjour,\n\nCe poste m'intéresse beaucoup.\n\nLéa", files=(CV,))
    made = correspondence.apply(session, to, by, words, at=at - timedelta(days=2))
    conversation = session.get_one(Conversation, made.conversation_id)
    answer = Words("Re: Candidature", "Bonjour Léa,\n\nPourriez-vous venir mardi à 10 h ?\n\nHélène")
    correspondence.relay(session, conversation, recruiter, answer, at=at - timedelta(days=1))
    correspondence.relay(session, conversation, by, Words("Re: Candidature", "Avec plaisir. À mardi !"), at=at)
    return made


def cv_id(session: Session) -> int:
    """Return the id of the only attachment."""
    return session.scalars(sa.select(conversations.MessageAttachment.id)).one()


def edition(
    session: Session,
    *listed: Offer,
    number: int = 1,
    state: EditionState = EditionState.SENT,
    at: datetime | None = None,
) -> Edition:
    """Return an edition of the weekly letter."""
    made = Edition(
        list_name=editions.WEEKLY,
        number=number,
        state=state,
        title="",
        intro="Cette semaine, des offres près de chez vous.\n\nEt un atelier à Rennes.",
        drafted_at=at or now(),
        approved_at=None if state is EditionState.DRAFT else now(),
        started_at=None if state is EditionState.DRAFT else now(),
    )
    session.add(made)
    session.flush()
    edition_items.add(session, made.id, ItemKind.OFFER, [one.id for one in listed])
    return made


def make_due(at: datetime) -> sa.Update:
    """Return the statement that makes every letter due since that moment."""
    return sa.update(Post).values(due_at=at)
