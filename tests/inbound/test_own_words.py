"""What a person wrote herself: where it stands, what is never lost, and that no text takes long."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbound.own_words import MAX_EXAMINED, OwnWords, split

ATTRIBUTION = "Le lun. 3 févr. 2025 à 10:12, Passerelle <r-k7d2mq4z@passerelle.example> a écrit :"


def test_a_text_without_quotation_is_all_hers():
    assert split("Bonjour,\n\nOUI \n") == OwnWords("Bonjour,\n\nOUI", "", "")


def test_three_parts():
    words = split(f"OUI\n\n-- \nLéa\n06 12 34 56 78\n\n{ATTRIBUTION}\n> Bonjour\n")
    assert words == OwnWords("OUI", f"{ATTRIBUTION}\n> Bonjour", "--\nLéa\n06 12 34 56 78")


def test_words_between_quoted_lines_stay_in_order():
    text = f"Bonjour,\n{ATTRIBUTION}\n> Lundi ?\n\nOui.\n\n> Mardi ?\nNon.\n> Fin\n\nÀ bientôt,\nLéa"
    assert split(text).own == "Bonjour,\n\nOui.\n\nNon.\n\nÀ bientôt,\nLéa"


def test_line_ends_of_every_kind():
    assert split("OUI\r\n\r\n> STOP\r\n").own == "OUI"
    assert split("OUI\r\r> STOP\r").own == "OUI"


@pytest.mark.parametrize("mark", [">", "> ", ">> ", " > ", "> > ", "   >"])
def test_marks_of_quoted_lines(mark):
    assert split(f"OUI\n{mark}STOP").own == "OUI"


@pytest.mark.parametrize(
    "text", ["", "\n\n", " \u00a0\u200b\n", "> STOP", ">\n>", "\n\n> STOP\n\n> PAUSE\n", ATTRIBUTION]
)
def test_mails_without_one_word_of_hers(text):
    assert split(text).own == ""


@pytest.mark.parametrize("text", ["--\nLéa Martin", "Ce message et ses pièces jointes sont confidentiels."])
def test_the_only_content_is_never_dropped(text):
    assert split(text) == OwnWords(text, "", "")


def test_what_only_a_telephone_wrote_is_nobodys_word():
    assert split("\n\nEnvoyé de mon iPhone\n") == OwnWords("", "", "Envoyé de mon iPhone")


def test_a_signature_above_a_quotation_leaves_nothing_when_nothing_else_is_there():
    words = split(f"-- \nLéa Martin\n\n{ATTRIBUTION}\n> STOP")
    assert (words.own, words.signature) == ("", "--\nLéa Martin")


# --- Quoted lines that a gateway wrapped -----------------------------------------------------------------------------

LONG = "> Vous recevez ce mail parce que vous avez créé une alerte ; répondez"


@pytest.mark.parametrize("after", ["", "\n> Bonne journée", "\n\nMerci, c'est bien compris."])
def test_the_rest_of_a_wrapped_quoted_line_is_quoted(after):
    words = split(f"{LONG}\nSTOP à tout moment.{after}")
    assert "STOP" not in words.own
    assert "STOP" in words.quoted


@pytest.mark.parametrize(
    "text",
    [
        "> Une question ?\nOUI\n> Une autre ?",
        f"{LONG}\n\nSTOP",
        f"{LONG}\nSTOP\net merci de votre travail",
    ],
)
def test_an_answer_below_a_quoted_line_is_hers(text):
    assert split(text).own.split("\n")[0] in {"OUI", "STOP"}


# --- What only the HTML tells ----------------------------------------------------------------------------------------

FLAT = "OUI merci Le lun. 3 févr. 2025 à 10:12, Passerelle a écrit : Bonjour, STOP"


@pytest.mark.parametrize(
    "container",
    [
        '<div class="gmail_quote">',
        '<div class="gmail_quote gmail_quote_container">',
        '<div id="divRplyFwdMsg" dir="ltr">',
        "<div id=appendonsend>",
        '<div id="ydp12yahoo_quoted_99" class="ydp12yahoo_quoted">',
        '<div class="moz-cite-prefix">',
        '<div class="protonmail_quote">',
        '<blockquote type="cite">',
        '<hr id="zwchr">',
        '<p id="reply-intro">',
    ],
)
def test_a_quotation_that_only_the_html_marks(container):
    html = f"<html><body><div>Oui,</div><div>merci</div>{container}STOP</div></body></html>"
    words = split("Oui,\nmerci\nPasserelle vous disait STOP\n", html)
    assert words == OwnWords("Oui,\nmerci", "Passerelle vous disait STOP", "")


def test_html_that_tells_another_story_is_not_believed():
    html = '<div>Non</div><div class="gmail_quote">OUI merci</div>'
    assert split("OUI merci\nà demain", html).own == "OUI merci\nà demain"


def test_marks_in_the_text_come_before_the_html():
    html = '<div>OUI</div><div class="gmail_quote">x</div>'
    assert split("OUI\n> cité\nmerci aussi", html).own == "OUI\n\nmerci aussi"


# --- Size ------------------------------------------------------------------------------------------------------------


def test_beyond_what_is_examined_all_is_hers_unless_a_quotation_is_open():
    story = "Une histoire.\n" * 30_000
    words = split(story)
    assert words.own == story.strip()
    assert split(f"OUI\n\n{ATTRIBUTION}\n{story}").own == "OUI"
    assert len(story) > MAX_EXAMINED


HUGE = {
    "marks": ">" * 5_000_000,
    "marked lines": ">\n" * 2_500_000,
    "le": "Le " * 1_700_000,
    "le, lines": "Le \n" * 1_200_000,
    "attributions": f"{ATTRIBUTION}\n" * 60_000,
    "attributions that do not end": "Le lun. 3 févr. 2025 à 10:12, x\n" * 150_000,
    "weak attributions": "Le 3 mars x a écrit :\n\n\n\nx\n" * 200_000,
    "fields": "De : x@y.example\n" * 300_000,
    "fields, spaced": "De : x\nDate : y\n\n" * 300_000,
    "signatures": "Envoyé de mon\n" * 300_000,
    "one signature": "Envoyé de " + "mon " * 1_200_000,
    "delimiters": "--\n" * 1_500_000,
    "capitals": "x\n\n" + "A" * 5_000_000,
    "rules": "_____\n" * 900_000,
    "closings": "Cordialement\n" * 400_000,
    "colons": ("a" * 590 + ":\n") * 9_000,
    "german": ("am 10:12 " + "schrieb " * 60 + ":\n") * 9_000,
    "disclaimers": "ce message et ses " * 300_000,
    "links": ("http://" + "a" * 300) * 16_000,
}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE)
def test_five_megabytes_of_anything_are_divided(text):
    words = split(text, text)
    assert len(words.own) + len(words.quoted) + len(words.signature) >= len(text.strip()) * 0.9


PIECES = st.sampled_from(
    [
        "OUI", "> ", ">", "\n", "\n\n", ATTRIBUTION, "-- ", "Envoyé de mon iPhone", "De : x@y.example", "Objet : x",
        "Envoyé : 3 février 2025 10:12", "________________________________", "Cordialement,", "06 12 34 56 78",
        "a écrit :", "Le 3 mars", "-----Message d'origine-----", "Léa Martin", "\r", "\u00a0", "\ufeff",
    ]
)  # fmt: skip


def visible_in(text: str) -> list[str]:
    return sorted(char for char in text if char.isprintable() and not char.isspace())


@given(st.lists(PIECES | st.text(max_size=10), max_size=25).map("".join), st.none() | st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_no_visible_character_is_lost(text, html):
    words = split(text, html)
    assert visible_in(words.own + words.quoted + words.signature) == visible_in(text)
    assert all(not line.lstrip().startswith(">") for line in words.own.split("\n")) or words.own == text.strip()


@given(st.lists(PIECES | st.text(max_size=10), max_size=25).map("".join))
@settings(max_examples=200, deadline=None)
def test_what_is_hers_stays_hers_when_divided_again(text):
    own = split(text).own
    assert split(own).own == own or split(own).own in own
