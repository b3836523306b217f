"""The legal reading of offers: real-sounding sentences that it remarks upon, and as many that only sound like it."""

from __future__ import annotations

import pytest

from jobboard.contracts import Contract, Kind, WorkingTime
from jobboard.lint import MINIMUM_WAGE, MOST, Finding, Posting, check, speaks_to_both
from jobboard.lint_rules import DO, RULES, WHY

PAY = "2 100 à 2 300 € brut par mois"


def codes(text: str, kind: Kind = Kind.JOB) -> set[str]:
    """Return what is remarked upon in one sentence of an otherwise blameless offer."""
    return {one.code for one in check(Posting("Comptable (H/F)", kind, pay=PAY, body=(text,)))}


@pytest.mark.parametrize(
    "title",
    [
        "Comptable",
        "Comptable (H/F)",
        "Coordinateur H/F",
        "Directrice/Directeur",
        "Chargé(e) de mission",
        "Chargé·e de communication",
        "Animateur.trice jeunesse",
        "Animateur/trice",
        "Moniteur-éducateur ou monitrice-éducatrice",
        "Développeuse ou développeur web",
        "Éducateur spécialisé F/H",
        "Infirmier-ère",
        "Chargé ou chargée de mission",
        "Secrétaire de direction",
        "Bibliothécaire",
        "Aide à domicile",
        "Auxiliaire de vie",
        "Juriste droit des étrangers",
        "Médecin coordonnateur (F/H)",
        "Psychologue",
        "Responsable de secteur",
        "Stage : assistant(e) de communication",
        "Service civique : ambassadeur·rice du tri",
        "Community manager",
        "Webdesigner",
        "Cadre de santé",
        "Membre du conseil d’administration",
        "Bénévole accompagnement scolaire",
        "Coordination de projets",
        "Cuisinier / Cuisinière",
        "Femmes/hommes de ménage",
        "Conseillers et conseillères en insertion",
        "",
    ],
)
def test_a_title_for_women_and_men_is_left_alone(title: str) -> None:
    assert speaks_to_both(title)


@pytest.mark.parametrize(
    "title",
    [
        "Coordinateur de projets",
        "Directrice de crèche",
        "Chargé de mission",
        "Infirmière",
        "Éducateur spécialisé",
        "Cuisinier en restauration collective",
        "Assistante administrative",
        "Chef de service",
        "Agent d’accueil",
        "Technicien informatique",
        "Animatrice socioculturelle",
        "Un développeur web",
        "Employé polyvalent",
        "Nous recherchons un maraîcher",
    ],
)
def test_a_title_for_one_of_them_is_remarked_upon(title: str) -> None:
    assert not speaks_to_both(title)


def test_the_title_proposed_names_the_other_form_where_it_is_known() -> None:
    [plain] = check(Posting("Coordinateur", Kind.JOB, pay=PAY))
    assert plain == Finding("title", "Coordinateur", "Coordinateur (H/F)")
    [known] = check(Posting("Coordinateur", Kind.JOB, pay=PAY, other_form="coordinatrice"))
    assert known.words == "Coordinateur ou coordinatrice"


FOUND = [
    ("age", "Vous avez entre 25 et 35 ans."),
    ("age", "Jeune diplômé, vous souhaitez vous investir."),
    ("age", "Vous rejoignez une équipe jeune et dynamique."),
    ("age", "Âge maximum : 40."),
    ("age", "Candidats de moins de 30 ans."),
    ("age", "Idéal pour jeune retraité."),
    ("origin", "De nationalité française."),
    ("origin", "Anglais langue maternelle exigé."),
    ("origin", "We look for an English native speaker."),
    ("origin", "Parler français sans accent."),
    ("family", "Célibataire de préférence, nombreux déplacements."),
    ("family", "Libre de toute obligation familiale."),
    ("family", "Merci d’indiquer votre situation familiale."),
    ("family", "Poste convenant à une personne sans enfant."),
    ("looks", "Bonne présentation exigée."),
    ("looks", "Une excellente présentation et le sens de l’accueil."),
    ("looks", "Apparence soignée."),
    ("photo", "Envoyez CV avec photo."),
    ("photo", "Merci de joindre une photo à votre candidature."),
    ("sex", "Nous recherchons une femme pour ce poste."),
    ("sex", "Hommes uniquement, travail physique."),
    ("sex", "Poste réservé aux femmes."),
    ("sex", "Homme motivé et ponctuel."),
    ("health", "Être en parfaite santé."),
    ("health", "Personne sans problème de dos."),
    ("belief", "Catholique pratiquant apprécié."),
    ("belief", "Vous êtes de confession chrétienne."),
    ("belief", "Précisez votre orientation politique."),
    ("residence", "Habiter impérativement à moins de 10 km."),
    ("residence", "Personne domiciliée à Rennes."),
    ("habits", "Non-fumeur."),
    ("pay-history", "Joignez vos trois derniers bulletins de salaire."),
    ("pay-history", "Indiquez votre rémunération actuelle."),
    ("money", "Frais de dossier : 40 €, à régler avant l’entretien."),
    ("money", "Formation payante de 300 € avant la prise de poste."),
    ("money", "Appelez le numéro surtaxé."),
    ("unlawful-work", "Statut auto-entrepreneur exigé."),
    ("unlawful-work", "Période d’essai non rémunérée d’une semaine."),
    ("contact", "Appelez Marie au 06 12 34 56 78."),
    ("contact", "Postulez sur https://recrutement.exemple.fr/offre."),
    ("contact", "Écrire à [adresse masquée]."),
    ("stereotype", "Ne pas compter ses heures."),
    ("stereotype", "Disponibilité totale, y compris le week-end."),
]


@pytest.mark.parametrize(("code", "text"), FOUND)
def test_what_must_not_be_written_is_found(code: str, text: str) -> None:
    assert codes(text) == {code}


HARMLESS = [
    "Accompagner des jeunes de 16 à 25 ans vers l’emploi.",
    "Accueil d’enfants de 3 à 11 ans au centre de loisirs.",
    "L’association existe depuis 30 ans.",
    "Fort de 25 ans d’expérience, notre réseau compte 40 structures.",
    "Vous justifiez de 5 ans d’expérience.",
    "Poste d’adulte-relais : avoir plus de 26 ans et résider en quartier prioritaire.",
    "Être âgé de 18 ans minimum (conduite du minibus).",
    "Public : personnes de moins de 30 ans sans emploi.",
    "Accompagner des personnes d’origine étrangère dans leurs démarches.",
    "Nous recrutons sans distinction d’origine, de nationalité ou de religion.",
    "Produits d’origine biologique et locale.",
    "Français courant, anglais niveau C1.",
    "Accueil de femmes enceintes et de mères isolées.",
    "Soutien aux familles monoparentales et aux parents célibataires.",
    "Hébergement de femmes seules ou avec enfants, victimes de violences.",
    "Remboursement des frais de transport à 50 %.",
    "Les frais de formation sont pris en charge par l’employeur.",
    "Suivi des frais de participation des familles.",
    "Présentation de l’association et de ses projets aux partenaires.",
    "Très bonne présentation orale des résultats.",
    "Maîtrise de PowerPoint : présentations soignées pour le conseil.",
    "Prise de photos et montage vidéo pour le site.",
    "Tri des photos d’archives.",
    "Égalité entre les femmes et les hommes.",
    "Poste ouvert aux hommes et aux femmes.",
    "Promotion de la santé auprès des habitants.",
    "Diplôme en santé publique apprécié.",
    "Structures accueillant des personnes en situation de handicap.",
    "Poste ouvert aux personnes en situation de handicap.",
    "Respect de la laïcité et des convictions religieuses de chacun.",
    "Dialogue social avec les organisations syndicales.",
    "Expérience du travail avec les habitants de quartiers populaires.",
    "Résidence administrative à Nantes.",
    "Vous rédigez les fiches de paie de douze salariés.",
    "Établissement des trois derniers bulletins de salaire de l’exercice.",
    "Accompagner des porteurs de projet vers l’auto-entrepreneuriat.",
    "Accueil des créateurs et micro-entrepreneurs de la coopérative.",
    "La structure est ouverte 7 jours sur 7.",
    "Permis B obligatoire, véhicule de service.",
    "Travail un samedi par mois, récupéré.",
    "Nous proposons 35 h sur quatre jours et demi.",
    "Budget de 1 200 000 €, 45 salariés, 3 sites.",
    "Vous avez le sens du service et de l’organisation.",
    "Relation avec les donneurs d’ordre et animation du réseau.",
    "Le poste évolue au sein d’une équipe de 12 personnes.",
    "Convention collective 51, reprise d’ancienneté.",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_sounds_like_it_is_left_alone(text: str) -> None:
    assert codes(text) == set()


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.CIVIC_SERVICE, "Ouvert aux jeunes de moins de 26 ans."),
        (Kind.APPRENTICESHIP, "Vous avez moins de 30 ans et préparez un BTS."),
        (Kind.MISSION, "Mission en freelance, 12 jours."),
        (Kind.VOLUNTEERING, "Aide aux devoirs le mercredi, selon vos disponibilités."),
        (Kind.INTERNSHIP, "Vous découvrez les métiers de la collecte avec votre tutrice."),
        (Kind.CIVIC_SERVICE, "Aucun diplôme n’est exigé."),
    ],
)
def test_what_the_law_allows_to_a_kind_is_left_alone(kind: Kind, text: str) -> None:
    assert codes(text, kind) == set()


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        (Kind.INTERNSHIP, "Vous assurez le remplacement de la comptable en congé.", "internship-job"),
        (Kind.INTERNSHIP, "3 ans d’expérience souhaités.", "internship-job"),
        (Kind.INTERNSHIP, "Convention non obligatoire.", "internship-job"),
        (Kind.VOLUNTEERING, "35 heures par semaine du lundi au vendredi.", "volunteer-job"),
        (Kind.VOLUNTEERING, "Horaires imposés, présence obligatoire.", "volunteer-job"),
        (Kind.CIVIC_SERVICE, "Diplôme du BAFA exigé.", "civic-service"),
        (Kind.CIVIC_SERVICE, "Expérience professionnelle requise.", "civic-service"),
    ],
)
def test_abuses_of_a_kind_are_found(kind: Kind, text: str, code: str) -> None:
    assert codes(text, kind) == {code}


@pytest.mark.parametrize(
    ("posting", "code"),
    [
        (Posting("Comptable", Kind.JOB), "pay-missing"),
        (Posting("Comptable", Kind.JOB, pay="selon profil"), "pay-vague"),
        (Posting("Comptable", Kind.JOB, pay="1 500 € brut", pay_maximum=MINIMUM_WAGE - 1), "pay-low"),
        (Posting("Stagiaire", Kind.INTERNSHIP, duration_months=8), "internship-long"),
        (Posting("Stagiaire", Kind.INTERNSHIP, pay="non rémunéré", duration_months=4), "internship-unpaid"),
        (
            Posting(
                "Trainer", Kind.JOB, pay=PAY, body=("You will teach and support the teams that work with us in Paris.",)
            ),
            "language",
        ),
    ],
)
def test_pay_length_and_language_are_looked_at(posting: Posting, code: str) -> None:
    assert [one.code for one in check(posting)] == [code]


@pytest.mark.parametrize(
    "posting",
    [
        Posting("Comptable", Kind.JOB, pay="convention 51, coefficient 434"),
        Posting("Comptable", Kind.JOB, Contract.CDI, WorkingTime.PART, "1 000 € brut", 1_000),
        Posting("Bénévole", Kind.VOLUNTEERING),
        Posting("Stagiaire", Kind.INTERNSHIP, pay="non rémunéré", duration_months=2),
        Posting("Stagiaire", Kind.INTERNSHIP, duration_months=6),
        Posting(
            "Formatrice ou formateur", Kind.JOB, pay=PAY, body=("Cours d’anglais : business english, the basics.",)
        ),
    ],
)
def test_what_is_in_order_is_left_alone(posting: Posting) -> None:
    assert check(posting) == ()


def test_the_words_are_quoted_as_written_the_gravest_first_and_not_too_many() -> None:
    text = "Poste à pourvoir vite. Appelez le 06 12 34 56 78. Vous êtes Célibataire, sans enfant et disponible tout de suite."
    contact_last = check(Posting("Comptable", Kind.JOB, pay=PAY, body=(text,)))
    assert [one.code for one in contact_last] == ["family", "contact"]
    assert contact_last[0].quote.startswith("Vous êtes Célibataire, sans enfant")
    many = "\n".join(f"Vous avez entre {n} et {n + 9} ans." for n in range(20, 60))
    assert len(check(Posting("Comptable", Kind.JOB, pay=PAY, body=(many,)))) == MOST


def test_every_remark_has_its_reason_and_its_proposal() -> None:
    assert set(WHY) == set(DO) >= {rule.code for rule in RULES}


def test_long_texts_are_read_in_no_time() -> None:
    text = "accompagner les personnes vers l’emploi et " * 20_000
    assert check(Posting("Comptable", Kind.JOB, pay=PAY, body=(text,))) == ()
