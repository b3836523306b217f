"""An accountant is looked for and found: Hélène, Léa, Samir, and Emily who writes in English."""

from __future__ import annotations

from passerelle.correspondents import views
from passerelle.story import CV
from tests.journeys.lives.cast import EMILY, HELENE, LEA, PAUL, SAMIR, Month, public_address


def lea_signs_up(month: Month) -> None:
    """Monday morning: one sentence, one OUI."""
    month.writes(LEA, "alertes", "Bonjour, je cherche un poste de comptable à Nantes, 30 km, CDI ou CDD")
    month.says(LEA, "alert_question", "OUI")
    month.gets(LEA, "alert_created")


def helene_deposits_an_offer(month: Month) -> None:
    """The offer comes in free words; what is missing is asked once; the team validates by reply."""
    month.until(0, 10)
    month.writes(
        HELENE,
        "offres",
        "Bonjour,\nL'association Horizon recrute un ou une comptable à Nantes, CDI à temps plein.\n"
        "Missions : tenir la comptabilité de nos trois établissements, préparer les paies de douze personnes.\n"
        "Profil : BTS comptabilité ou expérience équivalente.\nMerci, Hélène Martin",
        subject="Offre d'emploi",
    )
    month.says(HELENE, "mail_question", "OUI")
    month.says(HELENE, "draft_shown", "2 300 à 2 600 € brut par mois, candidatures jusqu'au 31 décembre")
    month.says(HELENE, "draft_shown", "OUI")
    month.gets(HELENE, "offer_submitted")
    month.until(0, 11, 20)
    month.says(PAUL, "offer_to_validate", "VALIDER")
    month.gets(LEA, "offer_alert")
    month.gets(HELENE, "offer_published")


def samir_signs_up(month: Month) -> None:
    """The offer is there before he is: his first mail shows it."""
    month.until(0, 14)
    month.writes(SAMIR, "alertes", "Bonjour, comptable ou aide-comptable, Nantes et alentours, CDI. Merci ! Samir")
    month.says(SAMIR, "alert_question", "oui merci")
    month.gets(SAMIR, "alert_created", holding="Horizon")


def lea_applies(month: Month) -> None:
    """The next day she answers the alert with a few words and her CV; ten minutes later the recruiter has them."""
    month.until(1, 9)
    month.says(
        LEA,
        "offer_alert",
        "Bonjour,\nhuit ans de comptabilité associative, et l'envie de rejoindre une équipe à Nantes :"
        " mon CV est joint.\nLéa",
        files=[("CV.pdf", CV)],
    )
    month.gets(LEA, "application_sent")
    month.until(1, 9, 15)
    month.gets(HELENE, "application_received")


def samir_takes_it_back_and_sends_it_better(month: Month) -> None:
    """He forgot half of what he wanted to say: ANNULER within ten minutes, and nobody has read the first one."""
    month.until(1, 18)
    month.says(SAMIR, "alert_created", "Bonjour, ce poste m'intéresse.")
    month.gets(SAMIR, "short_application_question")
    month.says(SAMIR, "short_application_question", "OUI")
    month.gets(SAMIR, "application_sent")
    month.until(1, 18, 4)
    month.says(SAMIR, "application_sent", "ANNULER")
    month.until(2, 8, 30)
    month.says(
        SAMIR,
        "alert_created",
        "Bonjour,\naide-comptable depuis cinq ans dans un cabinet qui suit surtout des associations, je prépare le"
        " DCG par correspondance et cherche mon premier poste de comptable en titre.\nSamir Cohen",
        files=[("CV Samir Cohen.pdf", CV)],
    )
    month.until(2, 8, 45)
    month.gets(HELENE, "application_received", holding="DCG")


def helene_answers_through_the_relay(month: Month) -> None:
    """VU tells the candidate; then two messages, neither of which shows an address."""
    month.until(2, 10)
    month.says(HELENE, "application_received", "VU", holding="Léa")
    month.gets(LEA, "application_seen")
    month.says(
        HELENE,
        "application_received",
        "Bonjour,\nvotre parcours nous intéresse. Êtes-vous libre en janvier ?\nHélène Martin",
        holding="Léa",
    )
    message = month.gets(LEA, "relayed_message")
    assert HELENE.address not in views(message.raw)
    month.says(LEA, "relayed_message", "Bonjour,\noui, dès le 4 janvier.\nLéa Dubreuil")
    assert LEA.address not in views(month.gets(HELENE, "relayed_message").raw)


def lea_is_invited(month: Month) -> None:
    """Both sides get an invitation for their calendars; Léa accepts."""
    month.until(3, 9, 30)
    month.says(
        HELENE, "application_received", "ENTRETIEN jeudi 10 décembre à 14h30, 12 rue des Lilas, Nantes", holding="Léa"
    )
    month.gets(HELENE, "interview_set")
    month.gets(LEA, "interview_proposed")
    month.says(LEA, "interview_proposed", "ACCEPTER")
    month.gets(HELENE, "interview_answered")


def the_interview_is_moved(month: Month) -> None:
    """The hour changes, she accepts again."""
    month.until(7, 11)
    month.says(HELENE, "interview_set", "ENTRETIEN vendredi 11 décembre à 10h")
    assert "12 rue des Lilas" in month.of(LEA, "interview_proposed").text, "another hour, the same place"
    month.says(LEA, "interview_proposed", "J'accepte")
    month.gets(HELENE, "interview_answered")


def samir_asks_for_news(month: Month) -> None:
    """Too early on the first evening; the next day a week has gone by."""
    month.until(8, 18, 15)
    month.writes(SAMIR, "aide", "RELANCER")
    month.until(9, 18)
    month.writes(SAMIR, "aide", "RELANCER")


def both_are_reminded(month: Month) -> None:
    """The afternoon before the interview."""
    month.until(10, 16, 5)
    month.gets(LEA, "interview_recalled")
    month.gets(HELENE, "interview_recalled")


def helene_decides(month: Month) -> None:
    """Léa is kept, Samir is not, and may read why."""
    month.until(11, 15)
    month.says(HELENE, "application_received", "RETENIR", holding="Léa")
    month.gets(LEA, "application_retained")
    month.says(
        HELENE,
        "application_received",
        "REFUSER DIRE Nous avons besoin de quelqu'un qui ait déjà établi un bilan seul. Votre candidature était soignée.",
        holding="Samir",
    )
    month.until(11, 15, 15)
    declined = month.gets(SAMIR, "application_declined").text
    assert "déjà établi un bilan seul" in declined
    assert "jeunesse" not in declined, "an accountant is suggested no youth work"


def samir_pauses_and_comes_back(month: Month) -> None:
    """A week without job ads, cut short; and a look at what became of his applications."""
    month.until(12, 10)
    month.says(SAMIR, "alert_created", "PAUSE 1 semaine")
    month.gets(SAMIR, "alerts_changed")
    month.until(14, 9)
    month.says(SAMIR, "alerts_changed", "REPRENDRE")
    month.gets(SAMIR, "resumed")
    month.writes(SAMIR, "aide", "HISTORIQUE")
    month.gets(SAMIR, "history")


def emily_tries_in_english(month: Month) -> None:
    """She writes in English and is answered in English, from the first mail to the last."""
    month.until(5, 10)
    month.writes(
        EMILY, "alertes", "Hello, I am looking for a job as an accountant in Nantes, within 20 km, permanent contract."
    )
    assert month.gets(EMILY, "alert_question").subject.startswith("Your alert")
    month.says(EMILY, "alert_question", "YES")
    month.gets(EMILY, "alert_created", holding="Horizon")
    month.says(
        EMILY,
        "alert_created",
        "Dear Sir or Madam,\nI have kept the books of a charity in Bristol for six years and moved to Nantes this"
        " summer. My French is fluent.\nEmily Carter",
        files=[("Resume.pdf", CV)],
    )
    month.gets(EMILY, "application_sent")
    month.until(5, 10, 30)
    month.says(HELENE, "application_received", "VU", holding="Emily")
    month.writes(EMILY, "aide", "HELP")


def emily_waits(month: Month) -> None:
    """An interview by telephone is called off; she keeps looking, at her own pace."""
    month.until(15, 10)
    month.says(HELENE, "application_received", "ENTRETIEN vendredi 18 décembre à 9h, par téléphone", holding="Emily")
    month.gets(EMILY, "interview_proposed")
    month.until(16, 9)
    month.says(HELENE, "application_received", "ANNULER ENTRETIEN", holding="Emily")
    month.says(EMILY, "alert_created", "WEEKLY\nSNOOZE 2 weeks")
    month.writes(EMILY, "aide", "HISTORY")


def helene_closes_her_offer(month: Month) -> None:
    """A week before the end she is reminded; she has found: who waits is told, and late mails are refused at the door."""
    public = public_address(month.of(LEA, "offer_alert", holding="Horizon"))
    month.until(24, 12)
    month.says(HELENE, "offer_closing_soon", "CLORE POURVU", holding="omptable")
    month.gets(HELENE, "offer_closed")
    assert month.house.post.refused(SAMIR, public).startswith("550")
    month.until(24, 12, 30)
    assert "thank you for taking the time to apply" in month.gets(EMILY, "offer_closed_for_candidate").text
