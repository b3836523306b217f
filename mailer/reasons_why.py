"""The last lines of every mail: why it came, and how to make it stop."""

from __future__ import annotations

from collections.abc import Callable

from jobboard.letters.base import Letter, Stream

_ASKED = "Vous recevez ce mail parce que vous venez de nous écrire, ou que quelqu’un l’a fait avec votre adresse."
_STOP_ALL = "Pour ne plus rien recevoir de nous, écrivez à tout moment STOP TOUT."

_END = "Répondez FIN pour terminer cette conversation, BLOQUER pour la signaler aussi à l’équipe."

WHY: dict[Stream, tuple[str, str]] = {
    Stream.ACCOUNT: (_ASKED, _STOP_ALL),
    Stream.ALERTS: (
        "Vous recevez ce mail parce que vous avez créé une alerte.",
        "Répondez PAUSE, HEBDO ou STOP à tout moment.",
    ),
    Stream.LETTERS: (
        "Vous recevez cette lettre parce que vous y êtes abonné·e.",
        "Répondez STOP à tout moment pour ne plus la recevoir.",
    ),
    Stream.RELAY: (
        "Ce message vous est transmis sans que vos adresses soient échangées : répondez-y simplement.",
        _END,
    ),
}
_RECRUITING = (
    "Vous recevez ce mail au sujet de l’offre que vous nous avez confiée.",
    "Répondez STOP pour ne plus recevoir de suggestions ni de rappels sur cette offre.",
)
_STAFF = (
    "Vous recevez ce mail parce que vous faites partie de l’équipe.",
    "Pour ne plus en recevoir, demandez à la personne qui exploite le site de vous retirer de l’équipe.",
)
_APPOINTMENT = (
    "Vous recevez ce mail au sujet d’un rendez-vous avec l’association, que vous avez demandé ou que vous proposez.",
    _STOP_ALL,
)
_EVENT = (
    "Vous recevez ce mail au sujet d’un événement que vous nous avez confié.",
    "Répondez STOP pour que nous ne vous demandions rien de plus à son sujet.",
)
_TAKING_PART = (
    "Vous recevez ce mail parce que vous participez à un événement de l’agenda, ou l’avez demandé.",
    "Répondez STOP pour ne plus recevoir de rappels de cet événement, STOP TOUT pour ne plus rien recevoir.",
)
_ACCEPTED = ("Vous recevez ce mail parce qu’une proposition vient d’être acceptée.", _END)
_INTERVIEW = (
    "Vous recevez ce mail au sujet d’un entretien dont vous convenez par notre intermédiaire.",
    _END,
)
WHY_OF_KIND: dict[str, tuple[str, str]] = {
    **dict.fromkeys(
        ("draft_shown", "offer_submitted", "offer_published", "offer_refused", "offer_closed", "offer_prolonged"),
        _RECRUITING,
    ),
    **dict.fromkeys(
        ("offer_corrected", "offer_closing_soon", "offer_filled_question", "offer_filled_noted", "recruiter_figures"),
        _RECRUITING,
    ),
    **dict.fromkeys(
        ("never_answered", "offer_closed_for_candidate"),
        ("Vous recevez ce mail parce que vous avez postulé à cette offre.", _STOP_ALL),
    ),
    "edition_test": WHY[Stream.LETTERS],  # a test copy says what its readers will read
    "membership_question": (
        "Vous recevez ce mail parce que vous déposez ici des offres pour cette organisation.",
        _STOP_ALL,
    ),
    **dict.fromkeys(("offer_reported", "staff_morning"), _STAFF),
    **dict.fromkeys(("profiles_shown", "new_profiles", "proposal_sent", "proposal_ended"), _RECRUITING),
    "hunt_digest": (
        "Vous recevez ce mail parce que vous suivez cette chasse.",
        "Répondez STOP pour ne plus la suivre, MES CHASSES pour voir les autres.",
    ),
    "proposal_question": (
        "Vous recevez ce mail parce que les recruteurs peuvent voir votre profil anonyme.",
        "Répondez STOP pour ne plus recevoir de propositions, PROFIL PRIVE pour n’être vu·e de personne.",
    ),
    **dict.fromkeys(("event_draft_shown", "event_news", "participants_shown"), _EVENT),
    **dict.fromkeys(("event_to_validate", "event_decided"), _STAFF),
    "participating": _TAKING_PART,
    **dict.fromkeys(("proposal_accepted", "conversation_opened"), _ACCEPTED),
    **dict.fromkeys(
        (
            "offer_to_validate",
            "decided",
            "edition_to_approve",
            "edition_checked",
            "edition_report",
            "contact_received",
            "alarm",
            "dead_alerts",
        ),
        _STAFF,
    ),
    "conversation_reported": _STAFF,
    **dict.fromkeys(
        (
            "slots_offered",
            "slot_proposed",
            "appointment_booked",
            "appointment_given",
            "appointment_cancelled",
            "appointment_reminder",
            "appointment_words",
            "slots_published",
        ),
        _APPOINTMENT,
    ),
    "alert_created": (
        "Vous recevez ce mail parce que vous venez de créer une alerte.",
        "Répondez PAUSE, HEBDO ou STOP à tout moment.",
    ),
    "hunt_followed": ("Vous recevez ce mail parce que vous venez de suivre une chasse.", _STOP_ALL),
    "address_question": (
        "Vous recevez ce mail parce que quelqu’un a demandé à recevoir nos mails à une autre adresse.",
        _STOP_ALL,
    ),
    "silence_notice": ("Vous recevez ce mail parce que nous conservons encore des données de vous.", _STOP_ALL),
    "login_link": (
        "Vous recevez ce mail parce que quelqu’un a demandé à se connecter avec votre adresse.",
        "Si ce n’est pas vous, ne faites rien : le lien ne sert qu’une fois, et à personne d’autre.",
    ),
    "profile_sleeping": (
        "Vous recevez ce mail parce que vous avez un profil que des recruteurs peuvent trouver.",
        _STOP_ALL,
    ),
    "colleague_question": (
        "Vous recevez ce mail parce que quelqu’un nous a donné votre adresse, pour vous poser cette seule question.",
        _STOP_ALL,
    ),
    "letter_welcome": (
        "Vous recevez ce mail parce que vous venez de vous abonner à cette lettre.",
        "Répondez STOP à tout moment pour ne plus la recevoir.",
    ),
    "noted": ("Vous recevez ce mail parce que quelque chose vient de changer pour vous.", _STOP_ALL),
    **dict.fromkeys(
        ("alert_rewritten", "alerts_changed"),
        ("Vous recevez ce mail parce que quelque chose vient de changer pour vous.", _STOP_ALL),
    ),
    "imported_candidate_question": (
        "Vous recevez ce mail parce que votre dossier figure parmi ceux que nous reprenons, pour vous poser cette seule question.",
        _STOP_ALL,
    ),
    "imported_subscription_question": (
        "Vous recevez ce mail parce que votre adresse figure dans une liste que nous reprenons, pour vous poser cette seule question.",
        _STOP_ALL,
    ),
    "application_sent": (
        "Vous recevez ce mail parce que vous avez postulé.",
        _END,
    ),
    "message_note": (
        "Vous recevez ce mail parce que vous venez d’écrire dans une conversation.",
        _END,
    ),
    "message_held": (
        "Vous recevez ce mail parce que vous avez écrit dans une conversation.",
        _END,
    ),
    "message_not_delivered": (
        "Vous recevez ce mail parce que vous avez écrit dans une conversation.",
        _END,
    ),
    **dict.fromkeys(
        ("interview_proposed", "interview_set", "interview_answered", "interview_recalled"),
        _INTERVIEW,
    ),
    "applications_waiting": (
        "Vous recevez ce mail parce que des personnes ont répondu à votre offre.",
        _STOP_ALL,
    ),
    "decision_noted": (
        "Vous recevez ce mail parce qu’une décision a été prise sur une candidature à votre offre.",
        _STOP_ALL,
    ),
    **dict.fromkeys(
        ("application_seen", "application_retained", "application_declined"),
        ("Vous recevez ce mail parce que vous avez postulé à cette offre.", _END),
    ),
    "offer_closed_for_candidate": (
        "Vous recevez ce mail parce que vous avez postulé à cette offre.",
        _STOP_ALL,
    ),
}


# To the recruiter of a candidate who lets her address be seen; it stands in the letter.
SHOWN = (
    "Cette personne a choisi de vous montrer son adresse ; la vôtre ne l’est pas. Répondez simplement à ce mail.",
    _END,
)


def footer(letter: Letter, gettext: Callable[[str], str]) -> tuple[str, str]:
    """Return the two sentences for this letter, in the language of `gettext`."""
    why, how_to_stop = WHY_OF_KIND.get(letter.kind, WHY[letter.stream])
    if letter.stream is Stream.RELAY and getattr(letter, "address_shown", False):
        why, how_to_stop = SHOWN
    return gettext(why), gettext(how_to_stop)
