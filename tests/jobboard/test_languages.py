"""Catalogues: compiled from their sources in memory, complete, French wherever a translation is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from inbound.handlers import tables
from jobboard import application_words, languages
from jobboard.applications import ApplicationState, Event
from jobboard.contracts import CONTRACT_LABELS, FREQUENCY_LABELS, KIND_LABELS, WORKING_TIME_LABELS
from jobboard.letters import LETTERS
from jobboard.people import Role
from jobboard.showing import WISH_LABELS
from mailer.english import spoken
from mailer.reasons_why import WHY, WHY_OF_KIND
from mailer.shown import BETWEEN_NAMES, OF_OUR_TABLES, REASONS, REASONS_OF_PROFILE

ROOT = Path(languages.__file__).parents[1]
PLACEHOLDER = re.compile(r"%\(\w+\)s")
# Words that English does not have, apart from what stands in quotes: examples of searches, which are read in French.
FRENCH = re.compile(
    r"\b(?:au|aux|avec|ce|cette|dans|de|des|du|elle|est|et|les|ne|nos|notre|nous|ou|par|pas|pour|que|qui|sans|sur|un|une|"
    r"vos|votre|vous|alertes?|candidatures?|offres?|répond\w*|écri\w*)\b"
)
QUOTED = re.compile(r"“[^”]*”")
# Answers and one example that our reading of French must understand, and words that both languages share.
ALIKE = frozenset(
    {
        "OUI, 1",
        "CORRIGER contrat : CDD de six mois",
        "POSTULER [n]",
        "CONTACTER n",
        "STOP CHASSE n",
        "RETIRER [n]",
        "VU [n]",
        "RETENIR [n]",
        "DIRE [n]",
        "Date",
        "RELANCER [n]",
        "ANNULER ENTRETIEN [n]",
        "PAUSE [n SEMAINES]",
        "PROLONGER <date> | n JOURS | n SEMAINES",
        "Expertise",
        "Mails",
        "Pages",
        "Pause",
        "Source, %(size)s",
        "Type",
        "Agenda",
        "date",
        "description",
        "mission",
        "[Test]",
        "Article",
        "%(num)s minute",
        "%(num)s minutes",
        "RETIRER n",
        "%(num)s message",
        "%(num)s messages",
    }
)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Return what pybabel finds in the code and the templates."""
    template = tmp_path_factory.mktemp("catalogue") / "found.pot"
    command = ["pybabel", "-q", "extract", "-F", str(ROOT / "babel.cfg"), "-o", str(template), "--no-location"]
    command += ["--ignore-dirs=.* var build dist", str(ROOT)]
    CommandLineInterface().run(command)  # type: ignore[no-untyped-call]  # a command line's entry point
    with template.open("rb") as source:
        return read_po(source)


@pytest.fixture(scope="module")
def english() -> Catalog:
    """Return the English catalogue as it is written."""
    with (languages.locale_dir() / "en" / "LC_MESSAGES" / "passerelle.po").open("rb") as source:
        return read_po(source, locale="en")


def forms(text: str | Iterable[str] | None) -> tuple[str, ...]:
    """Return a message, or its singular and plural."""
    return (text,) if isinstance(text, str) else tuple(text or ("",))


def test_english_is_read_from_its_source() -> None:
    assert languages.gettext_for("en")("Lire l’offre") == "Read the offer"


def test_french_is_the_source_itself() -> None:
    assert languages.gettext_for("fr")("Lire l’offre") == "Lire l’offre"


def test_what_has_no_translation_stays_french() -> None:
    assert languages.gettext_for("en")("Une phrase sans traduction") == "Une phrase sans traduction"


@pytest.mark.parametrize(("count", "said"), [(0, "offre"), (1, "offre"), (2, "offres")])
def test_the_french_plural_begins_at_two(count: int, said: str) -> None:
    assert languages.translations("fr").ngettext("offre", "offres", count) == said


def test_the_english_plural_begins_at_zero() -> None:
    said = [languages.translations("en").ngettext("%(num)s jour", "%(num)s jours", count) for count in (0, 1, 2)]
    assert said == ["%(num)s days", "%(num)s day", "%(num)s days"]


def test_the_english_fallback_counts_in_french() -> None:
    assert languages.translations("en").ngettext("offre", "offres", 0) == "offre"


def test_a_language_that_we_do_not_speak_is_refused() -> None:
    with pytest.raises(ValueError, match="'de' is none of fr, en"):
        languages.translations("de")


def test_every_sentence_is_in_the_english_catalogue(found: Catalog, english: Catalog) -> None:
    assert len(found) > 1000
    wanting = [
        message.id for message in found if message.id and not all(forms(getattr(english.get(message.id), "string", "")))
    ]
    assert wanting == []


def test_the_english_catalogue_holds_nothing_else(found: Catalog, english: Catalog) -> None:
    assert [message.id for message in english if message.id and found.get(message.id) is None] == []


def test_a_translation_has_the_placeholders_of_its_source(english: Catalog) -> None:
    for message in english:
        source, *plural = forms(message.id)
        singular, *others = forms(message.string)
        for asked, said in ((source, singular), *zip(plural, others, strict=True)):
            assert set(PLACEHOLDER.findall(said)) == set(PLACEHOLDER.findall(asked)), message.id


def test_no_french_is_left_in_english(english: Catalog) -> None:
    for message in english:
        if message.id:
            for source, said in zip(forms(message.id), forms(message.string), strict=True):
                assert source in ALIKE or said != source, source
                assert source in ALIKE or not FRENCH.search(QUOTED.sub("", said)), said
                assert spoken(said) == said, "a word to answer with is told in English"


def test_labels_that_pass_through_variables_are_translated(english: Catalog) -> None:
    labels: list[Mapping[Any, str]] = [
        CONTRACT_LABELS,
        KIND_LABELS,
        WORKING_TIME_LABELS,
        FREQUENCY_LABELS,
        WISH_LABELS,
        REASONS,
        REASONS_OF_PROFILE,
    ]
    said = [label for table in labels for label in table.values()]
    said += [sentence for pair in (*WHY.values(), *WHY_OF_KIND.values()) for sentence in pair]
    said += [
        text
        for lines in tables.help_letter(frozenset(Role)).sections.values()
        for one in lines
        for text in (one.word, one.help)
    ]
    said += [line.label for letter in LETTERS.values() for line in getattr(letter.sample(), "lines", ())]
    said += [*BETWEEN_NAMES, *OF_OUR_TABLES]
    assert [label for label in said if label.upper() != label and english.get(label) is None] == []


def test_the_words_of_a_history_leave_no_state_and_no_event_out() -> None:
    assert set(application_words.STATES) == set(ApplicationState)
    assert set(application_words.EVENTS) == set(Event)
    for path in ("web/_parts.html", "mail/history/_words.txt"):
        source = (ROOT / "templates" / path).read_text(encoding="utf-8")
        assert [str(event) for event in Event if f'"{event}": ' not in source] == [], path


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Hello, I am looking for a position as an accountant in Nantes.", "en"),
        ("Accountant, permanent position in Nantes, with a weekly mail", "en"),
        ("Help", "en"),
        ("YES, please", "en"),
        ("Bonjour, je cherche un poste de comptable à Nantes, CDI", "fr"),
        ("Comptable à Nantes, CDI ou CDD, 30 km", "fr"),
        ("Chargé·e de mission « time to move », Nantes, dans le cadre du plan", None),
        ("OUI", "fr"),
        ("POSTULER 2", None),
        ("comptable Nantes", None),
        ("stage marketing full remote", None),
        ("", None),
    ],
)
def test_the_language_of_a_text_is_known_where_it_is_sure(text: str, spoken: str | None) -> None:
    assert languages.of_text(text) == spoken
