"""The states of applications, and what happens to them, in French; English comes by gettext."""

from __future__ import annotations

from jobboard.applications import ApplicationState, Event

STATES: dict[ApplicationState, str] = {
    ApplicationState.SENT: "envoyée, en attente d’une réponse",
    ApplicationState.SEEN: "lue, en attente d’une réponse",
    ApplicationState.ANSWERED: "vous êtes en contact",
    ApplicationState.INTERVIEW: "un entretien est prévu",
    ApplicationState.RETAINED: "retenue",
    ApplicationState.DECLINED: "non retenue",
    ApplicationState.WITHDRAWN: "retirée par vous",
    ApplicationState.ENDED: "l’offre a été close sans réponse",
}
EVENTS: dict[Event, str] = {
    Event.SENT: "candidature envoyée",
    Event.PROPOSAL_ACCEPTED: "proposition de l’employeur acceptée",
    Event.CANDIDATE_WROTE: "vous avez écrit",
    Event.RECRUITER_WROTE: "réponse de l’employeur",
    Event.SEEN: "candidature lue",
    Event.INTERVIEW_SET: "entretien proposé",
    Event.INTERVIEW_MOVED: "entretien déplacé",
    Event.INTERVIEW_ACCEPTED: "entretien accepté",
    Event.INTERVIEW_DECLINED: "entretien décliné",
    Event.INTERVIEW_CANCELLED: "entretien annulé",
    Event.INTERVIEW_STANDS: "entretien maintenu",
    Event.RETAINED: "candidature retenue",
    Event.DECLINED: "candidature non retenue",
    Event.UNDECLINED: "candidature de nouveau à l’étude",
    Event.CHASED: "relance envoyée",
    Event.WITHDRAWN: "candidature retirée",
    Event.OFFER_CLOSED: "offre close",
    Event.OFFER_REOPENED: "offre rouverte",
    Event.NOT_DELIVERED: "un message n’a pas pu être remis",
}
