"""The command language: which first lines are commands, with what, and which are messages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from inbound.handlers import aliases
from inbound.handlers.tables import (
    ANYONE,
    APPOINTMENTS,
    BY_ROLE,
    CONVERSATION,
    EDITION,
    EVENTS,
    HERE,
    NO,
    YES,
    help_letter,
)
from inbound.numerals import bare_number, counted, days_in
from inbound.words import Word, after_word, nearly, sections, understand, understand_all
from jobboard.addresses import Alias
from jobboard.languages import gettext_for
from jobboard.people import Role
from mailer.english import COMMANDS, spoken

CANDIDATE = (*BY_ROLE[Role.CANDIDATE], *ANYONE, YES, NO)
RECRUITER = (*BY_ROLE[Role.RECRUITER], *ANYONE, YES, NO)
STAFF = (*BY_ROLE[Role.STAFF], *ANYONE, YES, NO)

REPLIES = [
    ("OUI", "OUI"),
    ("oui", "OUI"),
    ("Oui !", "OUI"),
    ("OUI merci", "OUI"),
    ("Oui, merci beaucoup.", "OUI"),
    ("Bonjour, oui", "OUI"),
    ("Bonjour\n\nOUI\n\nCordialement", "OUI"),
    ("Bonjour Madame,\n\nOui", "OUI"),
    ("yes please", "OUI"),
    ("Yes, thank you", "OUI"),
    ("Ok", "OUI"),
    ("D'accord", "OUI"),
    ("D’accord", "OUI"),
    ("« oui »", "OUI"),
    ("**OUI**", "OUI"),
    ("NON", "NON"),
    ("non merci", "NON"),
    ("No, thanks", "NON"),
    ("STOP", "STOP"),
    ("Stop.", "STOP"),
    ("STOP svp", "STOP"),
    ("stop s'il vous plaît", "STOP"),
    ("Stop, s’il te plait !", "STOP"),
    ("  stop  ", "STOP"),
    ("Arrêter", "STOP"),
    ("ARRETER", "STOP"),
    ("Je veux me désabonner", "STOP"),
    ("désabonnement", "STOP"),
    ("unsubscribe", "STOP"),
    ("Please unsubscribe", "STOP"),
    ("I want to unsubscribe", "STOP"),
    ("STOP TOUT", "STOP TOUT"),
    ("Stop-tout", "STOP TOUT"),
    ("tout arrêter", "STOP TOUT"),
    ("stop all", "STOP TOUT"),
    ("reprendre", "REPRENDRE"),
    ("Resume please", "REPRENDRE"),
    ("aide", "AIDE"),
    ("Help", "AIDE"),
    ("À l'aide", None),
    ("HISTORIQUE", "HISTORIQUE"),
    ("Historique merci d'avance", "HISTORIQUE"),
    ("Mes candidatures", "HISTORIQUE"),
    ("history", "HISTORIQUE"),
    ("POSTULER", "POSTULER"),
    ("Postuler 2", "POSTULER"),
    ("POSTULER n° 2", "POSTULER"),
    ("postuler à l'offre n°2", "POSTULER"),
    ("Je postule", "POSTULER"),
    ("Je souhaite postuler", "POSTULER"),
    ("apply 3", "POSTULER"),
    ("Postuler ici me ferait plaisir", None),
    ("RETIRER 1", "RETIRER"),
    ("retirer ma question", None),
    ("pause", "PAUSE"),
    ("PAUSE 3 semaines", "PAUSE"),
    ("pause deux jours", "PAUSE"),
    ("pause café avec l'équipe", None),
    ("instantané", "INSTANTANE"),
    ("QUOTIDIEN", "QUOTIDIEN"),
    ("Quotidiennement je fais la caisse", None),
    ("hebdo", "HEBDO"),
    ("Hebdomadaire, merci", "HEBDO"),
    ("Stop aux heures sup !", None),
    ("Stop au gaspillage est notre devise", None),
    ("Stopper la machine n'est pas mon fort", None),
    ("Historique de mon parcours : dix ans de compta", None),
    ("Aide comptable depuis 2019", None),
    ("Postuler 1 et 2", None),  # which of them first? we ask
    ("POSTULER 1 2", None),
    ("Tout arrêter serait dommage", None),
    ("Je vous écris au sujet de votre offre. STOP", None),
    ("Bonne journée", None),
    ("Merci beaucoup", None),
    ("", None),
    ("\n \n", None),
    ("2", None),
    ("Ouistreham", None),
    ("Okapi", None),
]  # fmt: skip


@pytest.mark.parametrize(("own", "word"), REPLIES)
def test_what_a_candidate_writes(own: str, word: str | None) -> None:
    said = understand(own, CANDIDATE)
    assert (said.word.word if said else None) == word


@pytest.mark.parametrize(
    ("own", "word"),
    [
        ("CLORE", "CLORE"),
        ("Clore pourvu", "CLORE"),
        ("HISTORIQUE", None),  # a candidate's word
        ("VALIDER", None),  # a word of the staff
        ("Stop", "STOP"),
        ("Prolonger jusqu'au 15 janvier", "PROLONGER"),
    ],
)
def test_a_role_has_its_own_words(own: str, word: str | None) -> None:
    said = understand(own, RECRUITER)
    assert (said.word.word if said else None) == word


@pytest.mark.parametrize("own", ["Valider", "VALIDER.", "Bonjour, valider svp", "publier", "Validate please"])
def test_staff_decide_in_a_word(own: str) -> None:
    said = understand(own, STAFF)
    assert said is not None
    assert said.word.word == "VALIDER"


def test_a_reason_follows_the_word() -> None:
    said = understand("REFUSER\nLa rémunération manque.\nMerci de la dire.", STAFF)
    assert said is not None
    assert said.below == "La rémunération manque.\nMerci de la dire."
    assert not said.whole


@pytest.mark.parametrize(
    ("own", "number"),
    [
        ("POSTULER", None),
        ("POSTULER 2", 2),
        ("POSTULER n° 2", 2),
        ("Postuler n°12 svp", 12),
        ("postuler à l'offre numéro 3", 3),
        ("POSTULER 2\n\nVoici mon CV, obtenu en 1998.", 2),
    ],
)
def test_the_number_of_an_offer(own: str, number: int | None) -> None:
    said = understand(own, CANDIDATE)
    assert said is not None
    assert said.number == number


def test_a_message_below_the_word_is_kept_as_it_was_written() -> None:
    said = understand("Bonjour,\nPOSTULER 2\n\nMadame, Monsieur,\nVoici ma candidature – à bientôt.", CANDIDATE)
    assert said is not None
    assert (said.number, said.whole) == (2, False)
    assert said.below == "Madame, Monsieur,\nVoici ma candidature – à bientôt."


@pytest.mark.parametrize(
    ("own", "whole"),
    [("STOP", True), ("STOP\n\nMerci beaucoup\nBonne journée", True), ("STOP\nVotre ton me déplaît.", False)],
)
def test_polite_lines_below_leave_a_command_whole(own: str, whole: bool) -> None:
    said = understand(own, CANDIDATE)
    assert said is not None
    assert said.whole is whole


@pytest.mark.parametrize(
    ("own", "days"),
    [
        ("PAUSE", None),
        ("PAUSE 3 SEMAINES", 21),
        ("pause une semaine", 7),
        ("Pause 10 jours, merci", 10),
        ("pause 2 months", 60),
        ("PAUSE 900 semaines", 366),
    ],
)
def test_how_long_a_pause_lasts(own: str, days: int | None) -> None:
    said = understand(own, CANDIDATE)
    assert said is not None
    assert said.days == days


@pytest.mark.parametrize(
    ("folded", "days"), [("", None), ("2 semaines", 14), ("deux jours", 2), ("0 jours", None), ("semaines", None)]
)
def test_a_length_of_time(folded: str, days: int | None) -> None:
    assert days_in(folded) == days


@pytest.mark.parametrize(
    ("own", "number"),
    [
        ("2", 2),
        ("n° 2", 2),
        ("N°2 merci", 2),
        ("la 3", 3),
        ("le numéro 3, svp", 3),
        ("Bonjour,\n\nl'offre 1\n\nMerci", 1),
        ("offer 4 please", 4),
        ("2 ans d'expérience", None),
        ("deux", 2),
        ("la deuxième", 2),
        ("le premier, merci", 1),
        ("", None),
        ("merci", None),
    ],
)
def test_a_bare_number(own: str, number: int | None) -> None:
    assert bare_number(own) == number


@pytest.mark.parametrize("own", ["1 et 2", "1, 2", "2 3", "n° 1 n° 2"])
def test_two_numbers_are_no_bare_number(own: str) -> None:
    assert bare_number(own) is None


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("POSTULER 2 : voici mon CV", "voici mon CV"),
        ("Postuler n°2\nVoici mon CV", "Voici mon CV"),
        ("je  postule\nBonjour", "Bonjour"),
        ("POSTULERAIS-je ?", "POSTULERAIS-je ?"),
    ],
)
def test_the_text_after_a_word(text: str, left: str) -> None:
    assert after_word(text, "POSTULER", "JE POSTULE") == left


def test_help_names_every_word_of_a_table() -> None:
    listed = sections({"candidate": BY_ROLE[Role.CANDIDATE], "anyone": ANYONE})
    assert [word for word, _ in listed["anyone"]] == [
        *(
            "STOP",
            "STOP TOUT",
            "REPRENDRE",
            "ANNULER",
            "MES DONNEES",
            "EFFACER",
            "MON ADRESSE <nouvelle adresse>",
            "ENGLISH",
            "FRANCAIS",
            "SIGNALER [n] <raison>",
            "JE PARTICIPE [n]",
            "JE NE VIENS PLUS [n]",
            "MES EVENEMENTS",
            "AGENDA [décembre · 2 MOIS] [lieu]",
            "AIDE",
        ),
    ]
    assert (
        "PAUSE [n SEMAINES]",
        next(word.help for word in BY_ROLE[Role.CANDIDATE] if word.word == "PAUSE"),
    ) in listed["candidate"]
    assert all(text for table in listed.values() for _, text in table)


@pytest.mark.parametrize(
    ("own", "word"),
    [
        ("HISTORIQE", "HISTORIQUE"),
        ("Historqiue svp", "HISTORIQUE"),
        ("postulerr 2", "POSTULER"),
        ("Reprendr", "REPRENDRE"),
        ("QUOTIDEIN", "QUOTIDIEN"),
        ("mes candidaturs", "HISTORIQUE"),
        ("STPO", None),  # four letters: "spot", "step" …
        ("PAUZE", None),
        ("Histoire de ma vie", None),
        ("Historiques des postes que j'ai tenus", None),
    ],
)
def test_a_letter_amiss_is_mended_in_a_long_word_only(own: str, word: str | None) -> None:
    said = understand(own, CANDIDATE)
    assert (said.word.word if said else None) == word


def test_a_letter_amiss_between_two_words_is_asked() -> None:
    table = (Word("RETENIR", "", CANDIDATE[0].does), Word("REVENIR", "", CANDIDATE[0].does))
    assert understand("REPENIR", table) is None
    assert understand("RETENIR", table) is not None
    assert understand("REMENIR", table) is None
    assert {word.word for word in nearly("REMENIR", table)} == {"RETENIR", "REVENIR"}


def test_a_letter_amiss_before_a_sentence_is_asked() -> None:
    assert understand("Refusser la rémunération manque", STAFF) is None
    assert [word.word for word in nearly("Refusser la rémunération manque", STAFF)] == ["REFUSER"]


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ("PAUSE 2 semaines\nHISTORIQUE", ["PAUSE", "HISTORIQUE"]),
        ("PAUSE 2 semaines et HEBDO", ["PAUSE", "HEBDO"]),
        ("Hebdo, historique. Merci !", ["HEBDO", "HISTORIQUE"]),
        ("Bonjour,\n\nRETIRER 1\nRETIRER 3\n\nCordialement", ["RETIRER", "RETIRER"]),
        ("hebdo puis pause 3 semaines", ["HEBDO", "PAUSE"]),
        ("PAUSE 2 semaines\nJe pars voir ma mère.", ["PAUSE"]),
        ("HEBDO\nPOSTULER 2\nBonjour, je suis comptable.", ["HEBDO", "POSTULER"]),
        ("Je pars voir ma mère.\nPAUSE 2 semaines", []),
        ("PAS POUR MOI 2, trop loin\nSTOP au bruit", ["PAS POUR MOI"]),
        ("pause, café et hebdo du quartier", []),
    ],
)
def test_several_commands_of_one_mail(own: str, words: list[str]) -> None:
    assert [said.word.word for said, _ in understand_all(own, CANDIDATE)] == words


def test_each_of_several_commands_has_its_own_text() -> None:
    (_, first), (second, text) = understand_all("HEBDO\nPOSTULER 2\nBonjour,\nje suis comptable.", CANDIDATE)
    assert first == "HEBDO"
    assert (second.number, text) == (2, "POSTULER 2\nBonjour,\nje suis comptable.")


@pytest.mark.parametrize(
    ("text", "number"),
    [("2", 2), ("deux", 2), ("la deuxieme", 2), ("l offre trois", 3), ("", None), ("a", None), ("deux ans", None)],
)
def test_a_number_in_figures_or_letters(text: str, number: int | None) -> None:
    assert counted(text) == number


def test_every_alias_has_one_handler() -> None:
    source = Path(aliases.__file__).read_text(encoding="utf-8")
    assert sorted(re.findall(r"^    Alias\.(\w+):", source, re.M)) == sorted(alias.name for alias in Alias)


# Words, and what may follow them, that are the same in both languages.
ALIKE = {"STOP", "PAUSE", "TEST", "ARTICLE", "AGENDA", "ENGLISH", "CONTACT", "PUBLIC", "SIRET", "CV"}
TABLES = (
    CANDIDATE,
    RECRUITER,
    STAFF,
    BY_ROLE[Role.SUBSCRIBER],
    CONVERSATION,
    APPOINTMENTS,
    EVENTS,
    EDITION,
    *HERE.values(),
)


def test_what_an_english_reader_is_told_to_answer_is_understood_wherever_the_french_word_is() -> None:
    for word in {word.word: word for table in TABLES for word in table}.values():
        assert spoken(word.word) in (*word.also, *(ALIKE & {word.word})), word.word
    for said, english in COMMANDS.items():
        for one in (word for table in TABLES for word in table if word.word == said.replace("’", "'")):
            assert english in one.also, (said, english)
    for said in (
        "OUI PRIVÉ",
        "HISTORIQUE EN COURS",
        "PROFIL PRIVE",
        "PROFIL RECRUTEURS",
        "CLORE POURVU",
        "ANNULER TOUT",
        "SUIVRE CETTE CHASSE CHAQUE JOUR",
        "RAYON 50 ALERTE 1",
        "TEST EQUIPE",
    ):
        heard = [
            [understand(words, table) for words in (said, spoken(said))]
            for table in (CANDIDATE, RECRUITER, APPOINTMENTS, EDITION)
        ]
        assert any(french and english and french.word is english.word for french, english in heard), said


def test_the_list_of_words_tells_an_english_reader_no_french_one() -> None:
    english = gettext_for("en")
    for lines in help_letter(frozenset(Role)).sections.values():
        for one in lines:
            french = {*_CAPITALS.findall(one.word), *_CAPITALS.findall(one.help)}
            told = {*_CAPITALS.findall(spoken(english(one.word))), *_CAPITALS.findall(english(one.help))}
            assert not french & told - ALIKE, (one.word, one.help)


_CAPITALS = re.compile(r"(?<![\w’'])[A-ZÉÈÀ]{2,}")
