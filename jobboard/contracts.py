"""The axes on which an offer and a wish meet besides place and trade: kind, contract, working time, frequency."""

from __future__ import annotations

from enum import StrEnum

DAYS_PER_MONTH = 21.67  # of work, at five days a week: what makes a rate by the day and a pay by the month comparable


class Kind(StrEnum):
    """What is offered; each kind has its own rules."""

    JOB = "job"
    INTERNSHIP = "internship"
    APPRENTICESHIP = "apprenticeship"
    CIVIC_SERVICE = "civic_service"
    VOLUNTEERING = "volunteering"
    MISSION = "mission"


class Contract(StrEnum):
    """The legal form of the work, named as French law and people name it."""

    CDI = "cdi"
    CDD = "cdd"
    INTERIM = "interim"
    SAISONNIER = "saisonnier"
    APPRENTISSAGE = "apprentissage"
    PROFESSIONNALISATION = "professionnalisation"
    STAGE = "stage"
    SERVICE_CIVIQUE = "service_civique"
    VSI = "vsi"
    CEE = "cee"
    CDDI = "cddi"
    MISSION = "mission"
    BENEVOLAT = "benevolat"
    MANDAT = "mandat"


class WorkingTime(StrEnum):
    """How much of the week."""

    FULL = "full"
    PART = "part"


class Frequency(StrEnum):
    """How often someone wants to hear of new offers."""

    INSTANT = "instant"
    DAILY = "daily"
    WEEKLY = "weekly"


KIND_OF_CONTRACT: dict[Contract, Kind] = {
    Contract.CDI: Kind.JOB,
    Contract.CDD: Kind.JOB,
    Contract.INTERIM: Kind.JOB,
    Contract.SAISONNIER: Kind.JOB,
    Contract.APPRENTISSAGE: Kind.APPRENTICESHIP,
    Contract.PROFESSIONNALISATION: Kind.APPRENTICESHIP,
    Contract.STAGE: Kind.INTERNSHIP,
    Contract.SERVICE_CIVIQUE: Kind.CIVIC_SERVICE,
    Contract.VSI: Kind.VOLUNTEERING,
    Contract.CEE: Kind.JOB,
    Contract.CDDI: Kind.JOB,
    Contract.MISSION: Kind.MISSION,
    Contract.BENEVOLAT: Kind.VOLUNTEERING,
    Contract.MANDAT: Kind.VOLUNTEERING,
}

CONTRACT_LABELS: dict[Contract, str] = {
    Contract.CDI: "CDI",
    Contract.CDD: "CDD",
    Contract.INTERIM: "intérim",
    Contract.SAISONNIER: "saisonnier",
    Contract.APPRENTISSAGE: "contrat d’apprentissage",
    Contract.PROFESSIONNALISATION: "contrat de professionnalisation",
    Contract.STAGE: "stage",
    Contract.SERVICE_CIVIQUE: "service civique",
    Contract.VSI: "volontariat de solidarité internationale",
    Contract.CEE: "contrat d’engagement éducatif",
    Contract.CDDI: "CDD d’insertion",
    Contract.MISSION: "mission",
    Contract.BENEVOLAT: "bénévolat",
    Contract.MANDAT: "mandat associatif",
}

KIND_LABELS: dict[Kind, str] = {
    Kind.JOB: "emploi",
    Kind.INTERNSHIP: "stage",
    Kind.APPRENTICESHIP: "alternance",
    Kind.CIVIC_SERVICE: "service civique",
    Kind.VOLUNTEERING: "bénévolat ou volontariat",
    Kind.MISSION: "mission de conseil",
}

# How many days a week may be worked from home; 0: some of the work, nobody says how much.
TELEWORK_LABELS: dict[int, str] = {
    0: "en partie",
    1: "1 jour par semaine",
    2: "2 jours par semaine",
    3: "3 jours par semaine",
    4: "4 jours par semaine",
}

WORKING_TIME_LABELS: dict[WorkingTime, str] = {
    WorkingTime.FULL: "temps plein",
    WorkingTime.PART: "temps partiel",
}

FREQUENCY_LABELS: dict[Frequency, str] = {
    Frequency.INSTANT: "dès qu’une offre paraît",
    Frequency.DAILY: "une fois par jour",
    Frequency.WEEKLY: "une fois par semaine",
}
