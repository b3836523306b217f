"""What happens in the month: each day a function, in order; what one needs of another stands in `Month`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from jobboard.clock import PARIS
from passerelle.correspondents import Got, Someone, views
from passerelle.story import CV
from tests.journeys.simulated import Simulated

PAUL = Someone("Paul Régnier", "paul@equipe.example")
LEA = Someone("Léa Dubreuil", "lea.dubreuil@courrier.example")
HELENE = Someone("Hélène Martin", "helene.martin@horizon-nantes.example")
SAMIR = Someone("Samir Cohen", "samir.cohen@boite.example")
NADIA = Someone("Nadia Perrot", "nadia.perrot@mel.example")
EVERYONE = (PAUL, LEA, HELENE, SAMIR, NADIA)


@dataclass
class Month:
    """The house, and the mails that somebody will answer later."""

    house: Simulated
    offer: Got | None = None  # the alert that Léa answers
    online: Got | None = None  # what told Hélène that her offer is online

    def of(self, reader: Someone, kind: str) -> Got:
        """Return the last mail of that kind that somebody has, read or not."""
        return [got for got in self.house.post.received(reader) if got.kind == kind][-1]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of the month in Paris; days after the 30th are in December."""
    return datetime(2026, 11 if day == 30 else 12, day, hour, minute, tzinfo=PARIS)


def live(house: Simulated) -> None:
    """Let the month go by. Raises StoryFailed where somebody did not get what she should."""
    month = Month(house)
    house.knows(EVERYONE)
    house.staff(PAUL)
    for day in DAYS:
        day(month)


def lea_signs_up(month: Month) -> None:
    """Monday morning: one sentence, one OUI."""
    house = month.house
    house.writes(LEA, house.to("alertes"), "Bonjour, je cherche un poste de comptable à Nantes, 30 km, CDI ou CDD")
    house.answers(LEA, house.gets(LEA, "alert_question"), "OUI")
    house.gets(LEA, "alert_created")


def helene_deposits_an_offer(month: Month) -> None:
    """The offer comes in free words; what is missing is asked once; the team validates by reply."""
    house = month.house
    house.until(at(30, 10))
    house.writes(
        HELENE,
        house.to("offres"),
        "Bonjour,\nL'association Horizon recrute un ou une comptable à Nantes, CDI à temps plein.\n"
        "Missions : tenir la comptabilité, préparer les paies de douze personnes.\nMerci, Hélène Martin",
        subject="Offre d'emploi",
    )
    house.answers(HELENE, house.gets(HELENE, "mail_question"), "OUI")
    house.answers(
        HELENE, house.gets(HELENE, "draft_shown"), "2 300 à 2 600 € brut par mois, candidatures jusqu'au 31 décembre"
    )
    house.answers(HELENE, house.gets(HELENE, "draft_shown"), "OUI")
    house.gets(HELENE, "offer_submitted")
    house.answers(PAUL, house.gets(PAUL, "offer_to_validate"), "VALIDER")
    month.offer = house.gets(LEA, "offer_alert")
    month.online = house.gets(HELENE, "offer_published")


def lea_applies(month: Month) -> None:
    """The next day she answers the alert with a few words and her CV; ten minutes later the recruiter has them."""
    house = month.house
    house.until(at(1, 9))
    assert month.offer is not None
    house.answers(
        LEA,
        month.offer,
        "Bonjour,\nhuit ans de comptabilité associative, et l'envie de rejoindre une équipe à Nantes : mon CV est joint.\nLéa",
        files=[("CV.pdf", CV)],
    )
    house.gets(LEA, "application_sent")
    house.until(at(1, 9, 15))
    house.gets(HELENE, "application_received")


def helene_answers_through_the_relay(month: Month) -> None:
    """VU tells the candidate; then two messages, neither of which shows an address."""
    house = month.house
    house.until(at(2, 10))
    house.answers(HELENE, month.of(HELENE, "application_received"), "VU")
    house.gets(LEA, "application_seen")
    house.answers(
        HELENE,
        month.of(HELENE, "application_received"),
        "Bonjour, votre parcours nous intéresse. Êtes-vous libre en janvier ?",
    )
    message = house.gets(LEA, "relayed_message")
    assert HELENE.address not in views(message.raw)
    house.answers(LEA, message, "Oui, dès le 4 janvier.\nLéa")
    assert LEA.address not in views(house.gets(HELENE, "relayed_message").raw)


def lea_meets_the_association(month: Month) -> None:
    """The team puts hours online by mail; she takes one, and both get an invitation."""
    house = month.house
    house.until(at(4, 9))
    house.writes(PAUL, house.to("rendez-vous"), "CRENEAUX mardi 8 décembre 9h-11h, 30 min, téléphone")
    house.gets(PAUL, "slots_published")
    house.writes(LEA, house.to("rendez-vous"), "Bonjour, je voudrais parler de mon projet.")
    house.answers(LEA, house.gets(LEA, "slots_offered"), "2")
    house.gets(LEA, "appointment_booked")
    house.until(at(7, 18))
    house.gets(LEA, "appointment_reminder")


def lea_changes_her_rhythm(month: Month) -> None:
    """A wider radius, one mail a week, a pause over the holidays: each answered, several in one mail."""
    house = month.house
    house.until(at(9, 12))
    assert month.offer is not None
    house.answers(LEA, month.offer, "RAYON 50\nHEBDO\nPAUSE 2 semaines")
    house.gets(LEA, "alerts_changed")


def nadia_reads_the_letter(month: Month) -> None:
    """She asks for the letter in one mail; the team approves the edition by reply; she leaves with one word."""
    house = month.house
    house.until(at(10, 8))
    house.writes(NADIA, house.to("lettre"), "Bonjour, je voudrais recevoir votre lettre.")
    house.answers(NADIA, house.gets(NADIA, "subscription_question"), "oui")
    house.gets(NADIA, "letter_welcome")
    house.until(at(16, 12))
    house.answers(PAUL, house.gets(PAUL, "edition_to_approve"), "APPROUVER")
    letter = house.gets(NADIA, "weekly_letter")
    house.answers(NADIA, letter, "STOP")
    house.gets(NADIA, "stopped")


def helene_closes_her_offer(month: Month) -> None:
    """A week before the end she is reminded; she has found: who waits is told, and late mails are refused at the door."""
    house = month.house
    assert month.offer is not None
    public = public_address(month.offer)
    house.until(at(24, 12))
    house.answers(HELENE, house.gets(HELENE, "offer_closing_soon"), "CLORE POURVU")
    house.gets(HELENE, "offer_closed")
    assert house.post.refused(SAMIR, public).startswith("550")
    house.until(at(24, 12, 30))
    house.gets(LEA, "offer_closed_for_candidate")


def lea_leaves(month: Month) -> None:
    """She takes her data with her, then asks twice to be forgotten; a week later nothing of her is left."""
    house = month.house
    house.until(at(25, 9))
    house.writes(LEA, house.to("aide"), "MES DONNEES")
    house.answers(LEA, house.gets(LEA, "data_question"), "OUI")
    house.gets(LEA, "data_export")
    house.writes(LEA, house.to("aide"), "EFFACER")
    house.answers(LEA, house.gets(LEA, "erasure_question"), "OUI")
    house.answers(LEA, house.gets(LEA, "erasure_question"), "OUI")
    house.gets(LEA, "erasure_set")
    house.until(at(31, 23))
    house.until(at(31, 23) + timedelta(days=2))
    assert LEA.address not in house.everything_kept()


DAYS = (
    lea_signs_up,
    helene_deposits_an_offer,
    lea_applies,
    helene_answers_through_the_relay,
    lea_meets_the_association,
    lea_changes_her_rhythm,
    nadia_reads_the_letter,
    helene_closes_her_offer,
    lea_leaves,
)


def public_address(alert: Got) -> str:
    """Return the one public address of the offer of an alert, from the identifier in its link."""
    found = re.search(r"offre-[a-z2-7]{10,26}@[\w.]+", alert.text + alert.html)
    assert found is not None, "the alert shows the address to apply to"
    return found[0]
