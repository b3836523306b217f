"""The agenda of a demonstration: a dozen believable events over two months, and slots of the staff for interviews."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import agenda, appointments, people, places
from jobboard.agenda import EventState
from jobboard.db import settings_of
from jobboard.event_drafts import EventDraft, EventKind
from jobboard.people import Person, PersonRole, Role
from jobboard.slot_modes import Mode


@dataclass(frozen=True)
class _Planned:
    """An event so many days ahead; a town of "" is online."""

    ahead: int
    title: str
    kind: EventKind
    start: time
    hours: int
    town: str
    venue: str
    seats: int | None
    organiser: str
    words: str


_EVENTS = (
    _Planned(3, "Atelier CV et lettre", EventKind.WORKSHOP, time(14), 3, "Nantes", "Maison des associations", 12, "Association Horizon", "Venez avec votre CV, nous le relisons ensemble, ligne à ligne."),
    _Planned(6, "Découvrir les métiers de l’insertion", EventKind.WEBINAR, time(18, 30), 1, "", "", None, "Réseau des ateliers solidaires", "Trois professionnelles racontent leur parcours et répondent à vos questions."),
    _Planned(8, "Rencontre de recrutement : aide à domicile", EventKind.JOB_DATING, time(9, 30), 3, "Rennes", "Espace des solidarités", 30, "Fédération À vos côtés", "Dix minutes par employeur, sans CV si vous n’en avez pas."),
    _Planned(12, "Réunion d’information : le service civique", EventKind.INFORMATION, time(17), 2, "Lille", "Maison de la jeunesse", 40, "Unis pour agir", "Pour les 16-25 ans : les missions, l’indemnité, la candidature."),
    _Planned(15, "Forum de l’économie sociale et solidaire", EventKind.FAIR, time(9), 8, "Lyon", "Palais de la Mutualité", None, "Chambre régionale de l’économie solidaire", "Soixante employeurs, des ateliers toute la journée, entrée libre."),
    _Planned(18, "Créer son activité en coopérative", EventKind.TALK, time(18), 2, "Montpellier", "La Halle coopérative", 60, "Coopérative des entrepreneurs", "Ce que change le statut d’entrepreneur salarié, par celles et ceux qui l’ont choisi."),
    _Planned(22, "Portes ouvertes de la ressourcerie", EventKind.OPEN_DAY, time(10), 6, "Grenoble", "La Remise", None, "La Remise", "Visite des ateliers et des postes en insertion."),
    _Planned(27, "Petit déjeuner des recruteurs associatifs", EventKind.MEETUP, time(8, 30), 2, "Paris", "Maison de l’emploi", 25, "Association Horizon", "Rédiger une offre qui parle à tout le monde."),
    _Planned(33, "Atelier entretien d’embauche", EventKind.WORKSHOP, time(14), 3, "Rezé", "MJC", 10, "Association Horizon", "On s’entraîne à deux, puis on en parle."),
    _Planned(40, "Se former aux métiers du grand âge", EventKind.TRAINING, time(9), 7, "Bordeaux", "Institut du travail social", 20, "Institut du travail social", "Une journée pour voir si ce métier est pour vous."),
    _Planned(47, "Rencontre de l’emploi solidaire", EventKind.FAIR, time(9), 4, "Saint-Denis (974)", "Cité des métiers", None, "Réseau solidaire de La Réunion", "Associations et coopératives de l’île recrutent."),
    _Planned(54, "Comprendre la convention collective", EventKind.WEBINAR, time(12, 30), 1, "", "", 100, "Association Horizon", "Lire sa fiche de paie et sa grille, à l’heure du déjeuner."),
)  # fmt: skip
_SLOT_DAYS, _SLOT_HOURS = (2, 5, 9), (time(9), time(9, 30), time(10), time(14), time(14, 30))


def plant(session: Session, *, at: datetime) -> None:
    """Plant the events under the name of the oldest recruiter, and slots of the oldest member of staff."""
    proposer = session.scalar(
        sa.select(Person).join(PersonRole).where(PersonRole.role == Role.RECRUITER).order_by(Person.id).limit(1)
    )
    if proposer is not None:
        for planned in _EVENTS:
            event = agenda.propose(session, proposer, _draft(session, planned, at), at=at - timedelta(days=9))
            event.state, event.published_at = EventState.PUBLISHED, at - timedelta(days=8)
    member = next(iter(people.staff(session)), None)
    if member is not None:
        _plant_slots(session, member, at)


def _draft(session: Session, planned: _Planned, at: datetime) -> EventDraft:
    zone = settings_of(session).zone
    day = at.astimezone(zone).date() + timedelta(days=planned.ahead)
    town = places.named(planned.town)[0] if planned.town else None
    return EventDraft(
        title=planned.title,
        kind=planned.kind,
        day=day,
        start=planned.start,
        end=time(planned.start.hour + planned.hours, planned.start.minute),
        place_kind=town.kind if town else None,
        place_code=town.code if town else None,
        venue=planned.venue or None,
        online=town is None,
        seats=planned.seats,
        organiser=planned.organiser,
        description=planned.words,
    )


def _plant_slots(session: Session, member: Person, at: datetime) -> None:
    zone = settings_of(session).zone
    today = at.astimezone(zone).date()
    for ahead in _SLOT_DAYS:
        for start in _SLOT_HOURS:
            begins = datetime.combine(today + timedelta(days=ahead), start, zone)
            appointments.publish(session, member, begins, begins + timedelta(minutes=30), Mode.PHONE, "", at=at)
