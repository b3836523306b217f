"""What an offer says besides what every offer must: how to apply, an employer not to be named, a mission's terms."""

from __future__ import annotations

from datetime import date

import pytest

from jobboard import drafts, registers
from jobboard.contracts import Contract, Kind
from jobboard.drafts import Draft
from jobboard.offer_details import mission_days, read

TODAY = date(2026, 11, 23)
SIRET = "732 829 320 00074"


@pytest.mark.parametrize(
    ("how", "kept"),
    [
        ("Envoyer CV et lettre de motivation à [adresse masquée]", "Envoyer CV et lettre de motivation"),
        (
            "CV, portfolio et deux références par mail à l’adresse [adresse masquée] avant le 15 janvier",
            "CV, portfolio et deux références",
        ),
        ("Lettre de motivation et CV avant vendredi en huit.", "Lettre de motivation et CV."),
        ("Entretiens le 14 décembre dans nos locaux.", "Entretiens le 14 décembre dans nos locaux."),
        ("à [adresse masquée]", None),
        ("Candidatures jusqu’au 15 janvier.", None),
        ("par mail", None),
        ("", None),
    ],
)
def test_how_to_apply_is_kept_without_where_and_until_when(how: str, kept: str | None) -> None:
    assert read("", (how,)).get("how") == kept


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Employeur confidentiel.", True),
        ("Merci de ne pas afficher notre nom.", True),
        ("Employeur : Association Horizon (confidentiel)", True),
        ("L’employeur souhaite rester anonyme.", True),
        ("Vous pouvez afficher le nom de la structure.", False),
        ("Respect du secret : dossiers confidentiels.", None),
        ("Association de lutte contre l’anonymat.", None),
    ],
)
def test_an_employer_who_does_not_want_to_be_named(text: str, hidden: bool | None) -> None:
    assert read(text).get("employer_hidden") is hidden


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Merci de clore après 30 candidatures.", 30),
        ("Fermer l’offre au bout de 20 CV.", 20),
        ("50 candidatures maximum.", 50),
        ("Close after 15 applications.", 15),
        ("Nous avons reçu 30 candidatures l’an dernier.", None),
        ("Clôture des candidatures le 30 décembre.", None),
    ],
)
def test_a_number_of_applications_after_which_it_closes(text: str, count: int | None) -> None:
    assert read(text).get("close_at_count") == count


@pytest.mark.parametrize(
    ("text", "days", "rate"),
    [
        ("Durée estimée : 12 jours. TJM 450 €.", 12, 450),
        ("10 à 15 jours entre janvier et mars, 600 €/jour", 15, 600),
        ("Mission de 8 jours, tarif journalier : 400 à 500 € HT", 8, 500),
        ("Sous 10 jours ouvrés pour répondre. TJM : 1 200 €", None, 1200),
        ("2 jours par semaine pendant six mois", None, None),
    ],
)
def test_the_terms_of_a_mission(text: str, days: int | None, rate: int | None) -> None:
    assert (mission_days(text), read(text).get("daily_rate")) == (days, rate)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Lieu : Nantes, télétravail possible 2 jours par semaine", 2),
        ("Un jour de télétravail par semaine", 1),
        ("Télétravail partiel", 0),
        ("two days a week of remote work", 2),
        ("100 % télétravail", None),
        ("Pas de télétravail, 4 jours par semaine", None),
        ("4 jours par semaine", None),
    ],
)
def test_how_much_may_be_done_from_home(text: str, days: int | None) -> None:
    assert read(text).get("telework") == days


def test_a_mission_that_names_itself_needs_no_title_and_no_contract() -> None:
    text = "Mission : diagnostic d’une ressourcerie\nLieu : Nantes\nDurée : 15 jours\nTarif : 550 € HT par jour"
    found = drafts.read_offer(text, today=TODAY)
    assert (found.draft.title, found.draft.kind, found.draft.days) == (
        "Diagnostic d’une ressourcerie",
        Kind.MISSION,
        15,
    )
    assert found.doubts == ()


def test_a_mission_is_read_with_its_own_fields_and_a_job_without() -> None:
    text = (
        "Nous cherchons une consultante ou un consultant pour une mission d’évaluation d’impact à Nantes.\n"
        "Employeur : Réseau Solid’aire\nContrat : mission\nJours : 12 jours\nTJM : 550 €\n"
        "Expertise : mesure d’impact social, entretiens collectifs\nDate limite : 15 janvier 2027\n"
        "Missions : évaluer le programme et écrire un rapport."
    )
    found = drafts.read_offer(text, today=TODAY).draft
    assert (found.kind, found.contract) == (Kind.MISSION, Contract.MISSION)
    assert (found.days, found.daily_rate) == (12, 550)
    assert found.pay is not None
    assert found.pay.describe() == "550 € par jour"
    assert found.expertise == "mesure d’impact social, entretiens collectifs"
    job = drafts.read_offer(
        text.replace("mission d’évaluation", "analyse").replace("Contrat : mission", "Contrat : CDI"), today=TODAY
    )
    assert (job.draft.days, job.draft.daily_rate, job.draft.expertise) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"SIRET : {SIRET}", registers.Registered(siret="73282932000074")),
        ("n° SIRET 73282932000074, RNA W751234567", registers.Registered("73282932000074", "W751234567")),
        ("SIREN 732 829 320", registers.Registered()),
        ("SIRET : 732 829 320 00075", registers.Registered(wrong=("732 829 320 00075",))),
        ("SIREN : 123 456 789", registers.Registered(wrong=("123 456 789",))),
        ("RNA : W75123456X", registers.Registered(wrong=("W75123456X",))),
        ("Tél. 02 40 12 34 56, dossier W2", registers.Registered()),
    ],
)
def test_numbers_of_registers_are_checked(text: str, found: registers.Registered) -> None:
    assert registers.read(text) == found


def test_a_wrong_number_is_told_and_not_kept() -> None:
    found = drafts.read_offer("Comptable à Nantes, CDI. SIRET : 732 829 320 00075", today=TODAY)
    assert (found.draft.siret, found.wrong_numbers) == (None, ("732 829 320 00075",))


def test_only_what_the_staff_read_goes_back_to_them() -> None:
    before = Draft(title="Comptable", duties="Tenue des comptes, paies.", closes_on=TODAY)
    accents = Draft(title="Comptable", duties="Tenue des comptes ; PAIES", closes_on=date(2027, 1, 1), siret="1")
    assert drafts.judged(before, accents) == frozenset()
    assert drafts.judged(before, Draft(title="Comptable", duties="Tenue des comptes.", closes_on=TODAY)) == {"duties"}
