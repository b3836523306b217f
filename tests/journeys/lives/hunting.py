"""Hélène looks for a youth worker herself: a second offer, a hunt, a proposal, a conversation."""

from __future__ import annotations

import re

from passerelle.correspondents import views
from tests.journeys.lives.cast import HELENE, INES, PAUL, Month


def a_second_offer_is_put_right(month: Month) -> None:
    """Its title speaks to women alone: the team mends it in its answer, and Hélène reads what was changed."""
    month.until(3, 10)
    month.writes(
        HELENE,
        "offres",
        "Titre : Animatrice jeunesse\nEmployeur : Association Horizon\nLieu : Rezé (44)\nContrat : CDD de 12 mois\n"
        "Temps de travail : temps plein\nSalaire : 1 950 à 2 100 € brut par mois\n"
        "Date limite : 15 janvier 2027\nMissions : accueillir les 11-17 ans, monter des projets avec eux, tenir le lien"
        " avec les familles et les collèges.\nProfil : BAFA ou BPJEPS.",
        subject="Deuxième offre",
    )
    month.says(HELENE, "draft_shown", "OUI")
    month.says(PAUL, "offer_to_validate", "CORRIGER Titre : Animateur ou animatrice jeunesse", holding="jeunesse")
    month.says(PAUL, "offer_to_validate", "VALIDER", holding="jeunesse")
    month.gets(HELENE, "offer_published", holding="jeunesse")


def helene_hunts(month: Month) -> None:
    """Nobody yet: she asks to be told when somebody comes."""
    month.until(7, 11, 30)
    month.writes(HELENE, "chasse", "animatrice ou animateur jeunesse, Nantes 20 km")
    month.gets(HELENE, "hunt_results")
    month.says(HELENE, "hunt_results", "SUIVRE CETTE CHASSE CHAQUE JOUR")
    month.gets(HELENE, "hunt_followed")


def ines_signs_up_and_shows_herself(month: Month) -> None:
    """Her profile may be seen by recruiters, without her name; the next morning the hunt has found her."""
    month.until(9, 19)
    month.writes(
        INES,
        "alertes",
        "Bonjour, je suis animatrice jeunesse (BPJEPS, quatre ans en MJC) et je cherche un CDI ou un CDD à Nantes, 15 km",
    )
    month.says(INES, "alert_question", "Oui")
    month.gets(INES, "alert_created")
    month.says(INES, "alert_created", "PROFIL RECRUTEURS")
    month.gets(INES, "profile_shown")
    month.until(10, 8, 30)
    month.gets(HELENE, "hunt_digest")


def helene_proposes_and_ines_says_yes(month: Month) -> None:
    """CONTACTER n: she is asked first; her OUI opens a conversation, in which no address is shown."""
    month.says(HELENE, "hunt_digest", "CONTACTER 1")
    which = month.gets(HELENE, "which_offer_to_propose").text
    number = re.search(r"(\d)\. Animat", which)
    assert number is not None
    month.says(HELENE, "which_offer_to_propose", number[1])
    month.gets(INES, "proposal_question")
    month.until(10, 12, 40)
    month.says(INES, "proposal_question", "Oui, volontiers. Je connais bien Rezé, j'y ai fait mon stage.\nInès")
    accepted = month.gets(HELENE, "proposal_accepted")
    assert INES.address not in views(accepted.raw)
    month.says(
        HELENE,
        "proposal_accepted",
        "Bonjour Inès,\nmerci pour votre réponse. Pouvez-vous passer nous voir mercredi 16 à 17 h ?\nHélène Martin",
    )
    assert HELENE.address not in views(month.gets(INES, "relayed_message").raw)
    month.says(INES, "relayed_message", "Bonjour,\nentendu pour mercredi 16 à 17 h, à bientôt.\nInès Moreau")
    month.gets(HELENE, "relayed_message", holding="mercredi 16")
