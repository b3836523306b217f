"""The association meets people: interviews with the team, and a workshop with two seats and three who want to come."""

from __future__ import annotations

from tests.journeys.lives.cast import LEA, MARGAUX, NADIA, PAUL, YANNICK, Month


def yannick_proposes_a_workshop(month: Month) -> None:
    """A few words, what is missing, a draft, the team's VALIDER."""
    month.until(1, 11)
    month.writes(
        YANNICK,
        "agenda",
        "Bonjour,\nAtelier « Préparer son entretien d'embauche » le jeudi 17 décembre de 14h à 17h."
        " On s'entraîne à deux, puis on en parle.\nCordialement,\nYannick Le Goff, Les Ateliers du lien",
        subject="Atelier : préparer son entretien d'embauche",
    )
    month.says(YANNICK, "mail_question", "OUI")
    month.says(YANNICK, "event_draft_shown", "Lieu : 8 rue Félix-Faure, Rezé\nPlaces : 2")
    month.says(YANNICK, "event_draft_shown", "OUI")
    month.gets(YANNICK, "event_news")
    month.until(1, 14)
    month.says(PAUL, "event_to_validate", "VALIDER")
    month.gets(YANNICK, "event_news")


def two_seats_three_people(month: Month) -> None:
    """Nadia and Léa have the seats, Margaux waits."""
    month.until(3, 12, 15)
    month.writes(NADIA, "agenda", "AGENDA")
    month.says(NADIA, "mail_question", "OUI")
    month.gets(NADIA, "events_shown")
    month.says(NADIA, "events_shown", "JE PARTICIPE 1")
    month.gets(NADIA, "participating")
    month.writes(LEA, "agenda", "Je participe 1")
    month.gets(LEA, "participating")
    month.until(4, 8)
    month.writes(MARGAUX, "agenda", "JE PARTICIPE 1")
    month.says(MARGAUX, "mail_question", "OUI")
    month.gets(MARGAUX, "participating")


def lea_asks_for_an_interview(month: Month) -> None:
    """The team puts hours online by mail; she takes one, and both get an invitation."""
    month.until(4, 9)
    month.writes(PAUL, "rendez-vous", "CRENEAUX mardi 8 décembre 9h-11h, 30 min, téléphone")
    month.gets(PAUL, "slots_published")
    month.writes(LEA, "rendez-vous", "Bonjour, je voudrais préparer un entretien avec vous.")
    month.says(LEA, "slots_offered", "2")
    booked = month.gets(LEA, "appointment_booked")
    assert any(name.endswith(".ics") for name in booked.files)


def lea_is_reminded(month: Month) -> None:
    """The day before."""
    month.until(7, 18)
    month.gets(LEA, "appointment_reminder")


def a_seat_becomes_free(month: Month) -> None:
    """Léa has found work: Margaux moves up; the organiser reads who comes."""
    month.until(14, 10)
    month.says(LEA, "participating", "JE NE VIENS PLUS")
    month.gets(LEA, "participating")
    month.gets(MARGAUX, "participating")
    month.says(YANNICK, "event_news", "PARTICIPANTS")
    month.gets(YANNICK, "participants_shown")


def the_workshop_is_held(month: Month) -> None:
    """Who comes is reminded the day before; afterwards its organiser is asked who came."""
    month.until(16, 18)
    month.gets(NADIA, "participating")
    month.gets(MARGAUX, "participating")
    month.until(17, 20, 30)
    month.gets(YANNICK, "participants_shown")
    month.says(YANNICK, "participants_shown", "ABSENTS 2")
