"""What a draft took from few words: a name that stands by itself is guessed and told, a plain sentence is not."""

from __future__ import annotations

from datetime import date

import pytest

from jobboard.drafts import Field, complete_offer, read_offer

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "employer"),
    [
        ("Multi-accueil Les P'tits Mousses\nPoste d'éducatrice de jeunes enfants en CDI, 35 h, Concarneau", "Les P'tits Mousses"),
        ("Fil Rouge de Romans — atelier textile — Valence (26)\nCouturier H/F, CDDI 4 mois, 28 h, SMIC", "Fil Rouge de Romans"),
        ("Auberge Le Sac à Dos Rêveur, Chamonix-Mont-Blanc : réceptionniste le samedi, CDD", "Le Sac à Dos Rêveur"),
        ("on cherche un jardinier pour notre chantier d'insertion le potager des lievres a montlucon cddi", "potager des lievres"),
        ("Bonjour, je suis Luc, du Pain d'Avance. Nous embauchons un boulanger à Morlaix.", "Pain d'Avance"),
    ],
)  # fmt: skip
def test_a_name_that_stands_by_itself_is_guessed_and_told(text: str, employer: str) -> None:
    read = read_offer(text, today=TODAY)
    assert employer in (read.draft.employer or "")
    assert Field.EMPLOYER in read.checks
    assert Field.EMPLOYER not in read.missing


def test_who_is_said_to_recruit_is_not_to_be_checked() -> None:
    read = read_offer("La MJC du Plateau recrute un comptable à Rennes, CDI, temps plein, 2 100 € brut.", today=TODAY)
    assert read.draft.employer == "MJC du Plateau"
    assert read.checks == ()


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour, nous avons besoin d'une secrétaire à mi-temps à Aubenas. Bien à vous, R. Privas",
        "Comptable à Nantes, CDI, 2 100 € brut",
        "Urgent ! Remplacement Noël, aide-soignante, Dax. Merci",
        "Pour l'un de nos clients, Grand Hôtel des Alpes : réceptionniste à Annecy",
    ],
)
def test_nobody_is_guessed_where_no_name_stands(text: str) -> None:
    assert read_offer(text, today=TODAY).draft.employer is None


def test_two_names_as_likely_are_asked() -> None:
    read = read_offer("Comptable à Nantes, CDI\n\nLes Amis du Pré, Le Cercle des Voisins", today=TODAY)
    assert read.draft.employer is None
    assert Field.EMPLOYER in read.missing


def test_a_place_beside_another_is_kept_and_told() -> None:
    read = read_offer("La Ligue de Brest recrute un comptable à Quimper, CDI, temps plein.", today=TODAY)
    assert Field.PLACE in read.checks or read.draft.place is None


def test_an_answer_is_taken_at_its_word() -> None:
    first = read_offer("Multi-accueil Les Mousses\nÉducatrice de jeunes enfants, CDI, Concarneau", today=TODAY)
    second = complete_offer(first.draft, first.missing, "Employeur : Les Petits Mousses", today=TODAY)
    assert second.draft.employer == "Les Petits Mousses"
    assert second.checks == ()


def test_the_same_trade_under_another_title_stays() -> None:
    first = read_offer("La MJC du Plateau recrute un comptable à Rennes, CDI.", today=TODAY)
    second = complete_offer(first.draft, (), "Titre du poste : Comptable (H/F)", today=TODAY)
    assert second.draft.title == "Comptable (H/F)"
    assert second.draft.trade == first.draft.trade
    third = complete_offer(second.draft, (), "Titre du poste : Cartomancienne", today=TODAY)
    assert third.draft.trade is None


@pytest.mark.parametrize(
    ("text", "title", "marked"),
    [
        ("Horizon recherche des assistants familiaux dans la Sarthe, CDI.", "Assistant familial", False),
        ("Horizon recrute deux éducateurs spécialisés à Laval, CDI.", "Éducateur spécialisé", False),
        ("Horizon recrute des accompagnants éducatifs et sociaux à Albi.", "Accompagnant éducatif et social", False),
        ("Horizon cherche des auxiliaires de vie sociale diplômées à Vichy.", "Auxiliaire de vie sociale diplômées", True),
        ("Horizon cherche une infirmière, de nuit, à Cholet.", "Infirmière", True),
        ("Horizon cherche une directrice ou un directeur de crèche à Rennes.", "Directrice ou directeur de crèche", True),
        ("Pouvez-vous diffuser ? Chargé.e de communication, CDD 8 mois, à Rouen.", "Chargé.e de communication", True),
        ("Nous avons une mission d'intérim comme magasinier, 35h, à Dunkerque.", "Magasinier", True),
        ("Horizon accueille un volontaire en service civique à Aurillac.", "Volontaire en service civique", True),
    ],
)  # fmt: skip
def test_a_title_stands_unmarked_only_as_exactly_a_name_of_a_trade(text: str, title: str, marked: bool) -> None:
    read = read_offer(text, today=TODAY)
    assert read.draft.title == title
    assert (Field.TITLE in read.checks) is marked


@pytest.mark.parametrize(
    ("text", "employer", "marked"),
    [
        ("L'école de musique de Pontivy, Accords et Cie, cherche un professeur de piano.", "Accords et Cie", True),
        ("L'école de musique de Pontivy cherche un professeur de piano.", "École de musique de Pontivy", True),
        ("L'UDAF du Finistère recrute un juriste.", "UDAF du Finistère", False),
        ("Le centre social Les Deux Rives, à Tours, recrute un comptable.", "Centre social Les Deux Rives", False),
        ("Comptable à Nantes, CDI.\n\nMerci,\nBérengère Santoni\nToits et Compagnie", "Toits et Compagnie", True),
        ("Poste de psychologue en CDI.\n\nMerci,\nUrielle Santoni\nAssociation Répit et Vous", "Association Répit et Vous", True),
        ("I run a small preschool called Little Acorns in Strasbourg. We need a cook. Thanks! Emily Harcourt", "Little Acorns", True),
        ("Comptable à Nantes, CDI.\n\nCordialement,\nUrielle Santoni", None, False),
        ("Logiciel Partagé est une SCIC. Nous ouvrons un poste de comptable à Dax.", "Logiciel Partagé", True),
        ("Je suis bénévole au club Aqua Bigorre de Tarbes. Il nous faudrait un comptable.", "Club Aqua Bigorre", True),
        ("Notre entreprise d'intérim, Estuaire Tremplin, recrute des manutentionnaires pour un de nos clients.", "Estuaire Tremplin", True),
    ],
)  # fmt: skip
def test_an_employer_without_a_name_of_its_own_is_marked_and_a_person_is_none(
    text: str, employer: str | None, marked: bool
) -> None:
    read = read_offer(text, today=TODAY)
    assert read.draft.employer == employer
    assert (Field.EMPLOYER in read.checks) is marked


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Horizon recrute des caristes pour un de ses clients du port, au Havre.", "Le Havre (76)"),
        ("L'association Passage Ouvert (Paris 18e) recrute un juriste.", "Paris 18e (75)"),
        ("L'association Entre Voisins à Libourne recrute un juriste.", "Libourne (33)"),
        ("On cherche un cuisinier pour notre restaurant La Marmite du Port à Lorient.", "Lorient (56)"),
        ("L'épicerie Le Bocal, à Saint-Nazaire, recherche un magasinier.", "Saint-Nazaire (44)"),
    ],
)
def test_a_place_is_no_word_of_a_name(text: str, place: str) -> None:
    read = read_offer(text, today=TODAY)
    assert read.draft.place is not None
    assert read.draft.place.label == place


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("L'UDAF du Finistère recrute un juriste en CDI.", Field.PLACE),
        ("L'association Horizon cherche un comptable pour le festival de Cannes.", Field.PLACE),
        ("L'association Horizon cherche un comptable. Un temps plein est envisageable à terme.", Field.WORKING_TIME),
        ("L'agence Triangle Intérim recrute un comptable.", Field.CONTRACT),
        ("L'agence Triangle recrute pour l'association Horizon un comptable.", Field.EMPLOYER),
        ("Le CCAS de Dax et l'association Horizon recrutent un comptable.", Field.EMPLOYER),
        ("La boutique Fil et Compagnie recrute un vendeur.", Field.TRADE),
        ("Horizon recrute un comptable. Réponse avant fin janvier.", Field.CLOSES_ON),
        ("Horizon recrute un comptable, sans doute en CDD, à Dax.", Field.CONTRACT),
        ("Horizon recrute un comptable, sans doute à mi-temps, à Dax.", Field.WORKING_TIME),
        ("Horizon recrute un comptable à Dax. En 2025 nous avons dépensé 2 500 € de formation.", Field.PAY),
        ("Horizon recrute un comptable. Mission : tenir les comptes. L'indemnité est de 620 € par mois.", Field.PAY),
    ],
)
def test_a_value_that_another_word_could_contradict_is_marked(text: str, field: Field) -> None:
    read = read_offer(text, today=TODAY)
    assert getattr(read.draft, str(field)) is not None
    assert field in read.checks


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Suite au départ de notre salariée en CDI, Horizon recrute un comptable à Dax.", Field.CONTRACT),
        ("Horizon recrute un comptable à Dax. Contactez Valérie au 02 40 12 34 56.", Field.CLOSES_ON),
        ("Horizon recrute un comptable à Dax, 2 100 € brut pour un temps plein.", Field.WORKING_TIME),
        ("Mme, M., on recrute un comptable à Dax.", Field.EMPLOYER),
        ("On recherche de l'aide à l'accueil et au secrétariat. Association Entre Voisins.", Field.PLACE),
    ],
)
def test_what_is_said_of_something_else_is_not_taken(text: str, field: Field) -> None:
    assert getattr(read_offer(text, today=TODAY).draft, str(field)) is None


@pytest.mark.parametrize(
    "rule",
    [
        "Rémunération selon la convention collective de 1966, reprise d'ancienneté.",
        "Salaire : CCN du 15 mars 1966.",
        "Rémunération selon l'accord de 2005.",
    ],
)
def test_the_year_of_an_agreement_is_no_pay(rule: str) -> None:
    pay = read_offer(f"Horizon recrute un comptable à Dax, CDI. {rule}", today=TODAY).draft.pay
    assert pay is None or (pay.minimum is None and pay.maximum is None)


def test_a_pay_without_its_currency_is_marked() -> None:
    for said, marked in (("salaire 2050 brut par mois", True), ("salaire 2 050 € brut par mois", False)):
        read = read_offer(f"Horizon recrute un comptable à Dax, CDI, {said}.", today=TODAY)
        assert read.draft.pay is not None
        assert (Field.PAY in read.checks) is marked


def test_a_place_without_a_word_that_says_so_is_marked() -> None:
    for said, marked in (("à Dax", False), ("Dax (40)", False), ("Dax", True)):
        read = read_offer(f"Horizon recrute un comptable, {said}, CDI.", today=TODAY)
        assert read.draft.place is not None
        assert (Field.PLACE in read.checks) is marked


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("La SCIC Énergie Partout recrute son RAF à Dax.", "Responsable administratif ou responsable administrative et financière (RAF)"),
        ("Horizon recrute un prof de guitare à Dax.", "Professeur de guitare"),
    ],
)  # fmt: skip
def test_a_short_title_is_written_out(text: str, title: str) -> None:
    draft = read_offer(text, today=TODAY).draft
    assert draft.title is not None
    assert draft.title.split("(")[-1] == title.split("(")[-1]
    assert draft.title != "RAF"


def test_who_signs_behind_thanks_is_no_place() -> None:
    for farewell in ("Merci ! Jarnac", "Merci, Agde", "Bonne journée, Vienne"):
        place = read_offer(f"Horizon recrute un comptable à Dax, CDI. {farewell}", today=TODAY).draft.place
        assert place is not None
        assert place.label == "Dax (40)"
