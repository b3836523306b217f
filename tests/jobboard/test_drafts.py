"""Offers read from what recruiters write, completed by what they answer; never silently wrong, never failing."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobboard import drafts
from jobboard.contracts import Contract, Kind
from jobboard.drafts import Draft, Field, ReadDraft, complete_offer, read_offer
from jobboard.pay import Pay
from jobboard.readable import level
from jobboard.reading.fields import LABELS

TODAY = date(2026, 11, 23)  # a Monday


def _phrasings() -> tuple[tuple[str, dict[str, object]], ...]:
    spec = importlib.util.spec_from_file_location("offer_phrasings", Path(__file__).parent / "offer_phrasings.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.PHRASINGS


PHRASINGS = _phrasings()
LOOSE = (
    "how",
    "days",
    "daily_rate",
    "trade",
    "kind",
    "profile",
)  # told by the others, or by the writer's own words: checked where the table says so
WORDS = ("duties", "profile")  # long: the table holds a part of them


def said(read: ReadDraft) -> dict[str, object]:
    """Return what was read as the table writes it, empty fields left out."""
    draft = read.draft
    found: dict[str, object] = {
        name: str(value) if name in ("contract", "kind", "working_time") else value
        for name, value in draft.to_json().items()
        if name not in ("place", "pay")
    }
    if draft.place:
        found["place"] = draft.place.label
    if draft.pay:
        found["pay"] = _said_pay(draft.pay)
    if read.doubts:
        found["doubts"] = {str(doubt.field) for doubt in read.doubts}
    return found


def _said_pay(pay: Pay) -> str:
    if pay.minimum is None and pay.maximum is None:
        return pay.text
    return f"{pay.minimum}-{pay.maximum} {pay.period}" + {True: " gross", False: " net", None: ""}[pay.gross]


@pytest.mark.parametrize(("text", "expected"), PHRASINGS)
def test_a_mail_is_read_for_what_it_says_and_for_nothing_else(text: str, expected: dict[str, object]) -> None:
    read = read_offer(text, today=TODAY)
    if expected.get("several"):
        assert read.several
        assert [doubt.field for doubt in read.doubts] == [Field.TITLE]
        assert read.draft.title is None
        return

    found = said(read)
    for name in WORDS:
        if name in expected:
            assert str(expected[name]) in str(found.get(name))
    compared = {name for name in {*found, *expected} if name not in WORDS and (name not in LOOSE or name in expected)}
    doubts = {"doubts": set(expected["doubts"])} if "doubts" in expected else {}  # type: ignore[call-overload]
    assert {name: found.get(name) for name in compared} == {name: {**expected, **doubts}.get(name) for name in compared}
    assert ("duties" in found) == ("duties" in expected)


def test_the_first_example_is_complete() -> None:
    read = read_offer(PHRASINGS[0][0], today=TODAY)

    assert read.complete
    assert read.draft.kind is Kind.JOB


def test_an_empty_template_says_nothing_and_everything_is_missing() -> None:
    read = read_offer(drafts.template(), today=TODAY)

    assert read.draft == Draft()
    assert read.missing == drafts.REQUIRED


def test_every_line_of_the_template_is_a_label_that_is_understood() -> None:
    labels = {field: label for field, label in drafts.FIELD_LABELS.items() if label in drafts.template().lower()}

    assert set(drafts.REQUIRED) <= set(labels)
    assert {field: LABELS[level(label)] for field, label in labels.items()} == {field: field for field in labels}


def filled(**answers: str) -> str:
    """Return the template with these answers in the place of its hints."""
    lines = []
    for line in drafts.template().splitlines():
        label = line.partition(" :")[0]
        lines.append(f"{label} : {answers[label]}" if label in answers else line)
    return "\n".join(lines)


ANSWERS = {
    "Titre du poste": "Comptable H/F",
    "Employeur": "Association Horizon",
    "Lieu": "Nantes",
    "Contrat": "CDI",
    "Temps de travail": "temps plein",
    "Rémunération": "de 2300 à 2600 € brut par mois",
    "Date limite de candidature": "31 décembre",
    "Missions": "tenir la comptabilité, préparer les paies",
}


@pytest.mark.parametrize("prefix", ["", "> ", ">> ", "  - ", "* "])
def test_the_template_is_read_however_it_comes_back(prefix: str) -> None:
    text = "\n".join(prefix + line for line in filled(**ANSWERS).splitlines())

    read = read_offer(text, today=TODAY)

    assert read.complete
    assert read.draft == replace(
        read_offer(PHRASINGS[0][0], today=TODAY).draft,
        title="Comptable H/F",
        duties="Tenir la comptabilité, préparer les paies",
    )


def test_answers_below_quoted_questions_are_read() -> None:
    lines = []
    for line in drafts.template().splitlines():
        lines += [f"> {line}", ANSWERS.get(line.partition(" :")[0], "")]

    read = read_offer("\n".join(lines), today=TODAY)

    assert read.complete
    assert read.draft.employer == "Association Horizon"


def test_a_signature_under_nous_names_the_employer_but_no_place() -> None:
    text = "Nous recrutons un comptable en CDI.\n\nCordialement,\nHélène Martin\nAssociation Horizon\n44000 Nantes"

    read = read_offer(text, today=TODAY)

    assert (read.draft.employer, read.draft.place) == ("Association Horizon", None)
    assert Field.PLACE in read.missing


def test_a_signature_names_nobody_who_recruits_for_another_or_speaks_of_another() -> None:
    signed = "\n\nCordialement,\nHélène Martin\nAssociation Horizon"

    told = "Nous recrutons pour l'un de nos clients un comptable en CDI."
    assert read_offer(told + signed, today=TODAY).draft.employer is None
    read = read_offer("Poste de comptable en CDI." + signed, today=TODAY)
    assert read.draft.employer == "Association Horizon"
    assert Field.EMPLOYER in read.checks


def test_addresses_are_masked_and_phone_numbers_stay() -> None:
    text = "Poste : comptable\nMissions : tenir les comptes, écrire à rh (at) horizon . example ou appeler le 02 40 12 34 56"

    read = read_offer(text, today=TODAY)

    assert read.draft.duties == "Tenir les comptes, écrire à [adresse masquée] ou appeler le 02 40 12 34 56"


def test_the_subject_helps_only_where_the_mail_is_silent() -> None:
    text = "Bonjour, voici notre offre. Missions : tenir les comptes."

    read = read_offer(text, subject="Re: Comptable H/F - CDI - Nantes", today=TODAY)

    assert (read.draft.title, read.draft.contract) == ("Comptable H/F", Contract.CDI)
    assert read.draft.place is not None
    assert read.draft.place.label == "Nantes (44)"
    told = read_offer("Poste : animateur. Lieu : Rennes", subject="Comptable à Nantes", today=TODAY).draft
    assert (told.title, told.place.label if told.place else None) == ("Animateur", "Rennes (35)")


def test_volunteering_needs_no_pay() -> None:
    draft = replace(read_offer(PHRASINGS[0][0], today=TODAY).draft, pay=None)

    assert drafts.missing(draft) == (Field.PAY,)
    assert drafts.missing(replace(draft, kind=Kind.VOLUNTEERING, contract=Contract.BENEVOLAT)) == ()


def test_what_lies_beyond_the_limit_is_not_read() -> None:
    text = PHRASINGS[0][0] + " " * 200_000 + "Lieu : Rennes"

    assert read_offer(text, today=TODAY).draft.place == read_offer(PHRASINGS[0][0], today=TODAY).draft.place


def test_a_siret_is_kept_when_its_check_digit_holds() -> None:
    assert read_offer("SIRET : 732 829 320 00074", today=TODAY).draft.siret == "73282932000074"
    assert read_offer("SIRET : 732 829 320 00075", today=TODAY).draft.siret is None


WHOLE = read_offer(PHRASINGS[0][0], today=TODAY).draft


def without(*fields: Field) -> Draft:
    """Return the complete draft with these fields emptied."""
    empty = {str(field): None for field in fields}
    return replace(WHOLE, **empty, **({"trade": None} if Field.TITLE in fields else {}))


BARE = (
    ((Field.CLOSES_ON,), "31 décembre", "closes_on", "2026-12-31"),
    ((Field.CLOSES_ON,), "Bonjour,\n\nLe 15 janvier 2027.\n\nCordialement,\nHélène", "closes_on", "2027-01-15"),
    ((Field.CLOSES_ON,), "Disons jusqu'au vendredi 15 janvier", "closes_on", "2027-01-15"),
    ((Field.CLOSES_ON,), "dans 3 semaines", "closes_on", "2026-12-14"),
    ((Field.PAY,), "2300 à 2600 euros brut", "pay", "2300-2600 month gross"),
    ((Field.PAY,), "selon convention 51, coefficient 434", "pay", "convention 51, coefficient 434"),
    ((Field.PAY,), "2300", "pay", "2300-2300 month"),
    ((Field.EMPLOYER,), "Association Horizon", "employer", "Association Horizon"),
    ((Field.EMPLOYER,), "C'est l'association Horizon, à Nantes", "employer", "Association Horizon"),
    ((Field.PLACE,), "à Saint-Denis (93)", "place", "Saint-Denis (93)"),
    ((Field.CONTRACT,), "un CDD de 6 mois", "contract", "cdd"),
    ((Field.TITLE,), "Animateur jeunesse H/F", "title", "Animateur jeunesse H/F"),
    (
        (Field.DUTIES,),
        "- tenir les comptes\n- préparer les paies\n\nCordialement\nHélène",
        "duties",
        "préparer les paies",
    ),
    ((Field.EMPLOYER, Field.CLOSES_ON), "Association Vega\n31 décembre", "employer", "Association Vega"),
    (
        (Field.EMPLOYER, Field.CLOSES_ON, Field.PAY),
        "1. MJC Nord\n2. 31/12\n3. 2300 brut",
        "pay",
        "2300-2300 month gross",
    ),
    ((Field.EMPLOYER, Field.DUTIES), "MJC Nord\nTenir la comptabilité et les paies", "duties", "Tenir la comptabilité"),
    ((Field.PAY, Field.CLOSES_ON), "31 décembre, 2300 à 2600 € brut", "closes_on", "2026-12-31"),
    ((Field.PAY, Field.CLOSES_ON), "Salaire : 2300 € brut\nDate limite : 31/12", "closes_on", "2026-12-31"),
    ((Field.PLACE, Field.EMPLOYER), "Rennes, association Vega", "employer", "Association Vega"),
    ((Field.PAY,), "2300 brut. Par ailleurs la date limite est repoussée au 15 janvier.", "closes_on", "2027-01-15"),
    ((), "La date limite est le 15 janvier et le salaire de 2400 € brut.", "pay", "2400-2400 month gross"),
    ((), "Le poste est à Rennes et non à Nantes", "place", "Rennes (35)"),
    ((), "Lieu : Rennes", "place", "Rennes (35)"),
    ((), "Finalement c'est un CDD de 8 mois", "duration_months", 8),
)


@pytest.mark.parametrize(("asked", "text", "name", "value"), BARE)
def test_an_answer_completes_or_changes_the_draft(
    asked: tuple[Field, ...], text: str, name: str, value: object
) -> None:
    read = complete_offer(without(*asked), asked, text, today=TODAY)

    assert read.complete
    found = said(read)[name]
    assert str(value) in str(found) if name == "duties" else found == value


UNANSWERED = (
    (Field.CLOSES_ON, "je ne sais pas encore"),
    (Field.CLOSES_ON, "On aura une réunion le 12 décembre, je vous dirai après."),
    (Field.CLOSES_ON, "vendredi 31 décembre"),
    (Field.CLOSES_ON, "15/01/2024"),
    (Field.PAY, "à négocier"),
    (Field.PAY, "2300 € par an"),
    (Field.PAY, "Merci beaucoup !"),
    (Field.EMPLOYER, "Je vous le dirai demain"),
    (Field.EMPLOYER, "oui"),
    (Field.PLACE, "Saint-Denis"),
    (Field.PLACE, "dans nos locaux"),
    (Field.CONTRACT, "CDI ou CDD"),
    (Field.TITLE, "voir pièce jointe"),
    (Field.DUTIES, "Je vous envoie ça demain"),
)


@pytest.mark.parametrize(("field", "text"), UNANSWERED)
def test_what_is_no_sure_answer_is_asked_again(field: Field, text: str) -> None:
    read = complete_offer(without(field), (field,), text, today=TODAY)

    assert not read.complete
    assert read.draft == without(field) if field is not Field.CONTRACT else read.draft.contract is None


def test_a_new_title_brings_its_trade_or_none() -> None:
    assert complete_offer(WHOLE, (), "Poste : éducateur spécialisé", today=TODAY).draft.trade == "K1207"
    assert complete_offer(WHOLE, (), "Poste : dresseur d'otaries", today=TODAY).draft.trade is None


def test_a_draft_is_kept_and_restored_with_fields_of_later_versions() -> None:
    draft = replace(WHOLE, starts_on=date(2027, 1, 5), hours_per_week=28.5, remote=False)

    assert Draft.from_json({**draft.to_json(), "colour": "blue"}) == draft
    assert Draft.from_json({}) == Draft()


PIECES = st.sampled_from(
    (
        *(
            "Lieu : ",
            "Poste",
            "CDI",
            "CDD",
            "\n",
            "> ",
            " — ",
            "Nantes",
            "à Saint-Denis",
            "le 31",
            "décembre",
            "2300",
            "€ brut",
        ),
        *(
            "recherche un(e) ",
            "comptable",
            "l'association ",
            "Horizon",
            "(",
            ")",
            ":",
            ";",
            "stage",
            "Cordialement",
            "rh@x.fr",
        ),
        *(
            "Missions :\n- ",
            "vous serez ",
            "pour tenir ",
            "1. ",
            "\u00a0",
            "\u200b",
            "🙂",
            "ﬁ",
            "İ",
            "…",
            "temps ",
            "0,8 ETP",
        ),
    )
)


@given(st.one_of(st.text(max_size=400), st.lists(PIECES, max_size=40).map("".join)), st.text(max_size=80))
def test_anything_is_read_without_failing(text: str, subject: str) -> None:
    read = read_offer(text, subject=subject, today=TODAY)

    assert Draft.from_json(read.draft.to_json()) == read.draft
    assert not {doubt.field for doubt in read.doubts} & set(read.missing)
    assert read.draft.closes_on is None or read.draft.closes_on >= TODAY


@given(st.lists(PIECES, max_size=30).map("".join), st.lists(st.sampled_from(tuple(Field)), max_size=4, unique=True))
def test_any_answer_is_read_without_failing(text: str, asked: list[Field]) -> None:
    read = complete_offer(WHOLE, tuple(asked), text, today=TODAY)

    assert Draft.from_json(read.draft.to_json()) == read.draft


@pytest.mark.parametrize(
    "piece",
    ["(", "1 ", "pour ", "recherche un comptable ", "à Nantes, ", "a@", "au sein de l'association ", "> Lieu : "],
)
def test_a_hostile_mail_is_read_to_its_end(piece: str) -> None:
    assert read_offer(piece * (15_000 // len(piece)), today=TODAY).draft.closes_on is None
