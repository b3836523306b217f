"""Letters in words: structure, look, both parts alike, what they share."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader
from markupsafe import Markup

from mailer.rendering import InliningLoader, build_environment, render_with
from tests.mailer.sample_letters import (
    AT,
    FRAME,
    SHARED,
    URL,
    Card,
    Everything,
    Offers,
    Page,
    plain,
    render_sources,
    rendered,
)

ALL = pytest.mark.parametrize("letter", [Offers(), Offers(cards=tuple(Card(n) for n in range(1, 11))), Everything()])


@ALL
@pytest.mark.parametrize("language", ["fr", "en"])
def test_structure_of_every_page(letter: Offers | Everything, language: str) -> None:
    html = rendered(letter, replace(FRAME, language=language)).html
    page = Page(html)
    assert page.all("html") == [{"lang": language, "dir": "ltr"}]
    assert len(page.all("h1")) == 1
    data_tables = 1 if isinstance(letter, Everything) else 0
    assert [table.get("role") for table in page.all("table")].count(None) == data_tables
    assert len([cell for cell in page.all("th") if cell["scope"] == "row"]) == data_tables
    assert all(link["href"].startswith(("https://passerelle.example", "mailto:")) for link in page.all("a"))
    assert {"content": "light dark", "name": "color-scheme"} in page.all("meta")
    assert "prefers-color-scheme: dark" in html
    assert "<title>" in html
    assert "<title></title>" not in html


@ALL
def test_nothing_is_fetched_and_nothing_is_heavy(letter: Offers | Everything) -> None:
    html = rendered(letter).html
    assert not re.search(
        r"<(img|link|script|iframe|object|form|input|video|svg)\b|\bsrc=|url\(|@import|@font-face", html
    )
    assert len(html.encode()) < 60_000
    assert html.isascii() is False
    assert "\ufdd0" not in html
    assert "\r" not in html


@ALL
def test_what_is_seen_does_not_need_the_style_of_the_head(letter: Offers | Everything) -> None:
    page = Page(rendered(letter).html)
    preheader = next(attributes for name, attributes in page.tags if attributes.get("class") == "preheader")
    assert "display:none" in preheader["style"]
    assert all("style" in attributes for _, attributes in page.tags if attributes.get("class"))
    assert any("max-width:600px" in table.get("style", "") for table in page.all("table"))


def test_the_frame_of_a_page() -> None:
    page = Page(rendered(Offers()).html)
    for words in (FRAME.site_name, FRAME.why, FRAME.how_to_stop, FRAME.help_line, "Se désabonner"):
        assert words in plain(page.seen)
    assert FRAME.unsubscribe_url in [link["href"] for link in page.all("a")]
    assert "Se désabonner" not in rendered(Offers(), replace(FRAME, unsubscribe_url=None)).html


def test_the_preheader_is_the_letters_or_else_the_frames() -> None:
    assert "Association Horizon, jusqu’au" in Page(rendered(Offers()).html).seen
    assert "La suite du sujet." in Page(rendered(Everything()).html).seen
    assert "aria-hidden" not in rendered(Everything(), replace(FRAME, preheader="")).html


def test_the_text_part_reads_as_a_letter() -> None:
    assert plain(rendered(Offers()).text) == (
        "Bonjour Léa,\n"
        "\n"
        "Une offre correspond à votre alerte « comptable, Nantes 30 km » :\n"
        "\n"
        "  Comptable (H/F)\n"
        "  Association Horizon, Nantes (44), à 4 km\n"
        "  CDI, temps plein, 2 300 à 2 600 € brut par mois\n"
        "  Candidatures jusqu’au jeudi 31 décembre (dans 37 jours)\n"
        "  Pourquoi : votre métier, votre rayon, CDI\n"
        "  Lire l’offre : https://passerelle.example/offres/412-comptable?a=1&b='2'\n"
        "  Pour postuler, répondez à ce mail avec quelques mots et votre CV, ou\n"
        "  écrivez à offre-abc@passerelle.example\n"
        "\n"
        "Votre adresse ne sera pas transmise.\n"
        "\n"
        "Pas pour vous ? Répondez PAS POUR MOI, et dites-nous pourquoi si vous\n"
        "voulez.\n"
        "\n"
        "-- \n"
        "Vous recevez ce mail parce que vous avez créé une alerte le 3 novembre.\n"
        "Répondez PAUSE, HEBDO ou STOP à tout moment.\n"
        "AIDE : tout ce que vous pouvez faire par mail.\n"
        "Se désabonner : https://passerelle.example/desabonnement/abc?a=1&b=2\n"
    )


def test_the_same_offer_in_english() -> None:
    said = plain(rendered(Offers(), replace(FRAME, language="en")).text)
    assert "  Applications until Thursday 31 December (in 37 days)\n  Why: votre métier" in said
    assert "  Read the offer: https://" in said
    assert "  Association Horizon, Nantes (44), 4 km away\n" in said
    assert "\nUnsubscribe: https://" in said
    assert "Read the offer" in Page(rendered(Offers(), replace(FRAME, language="en")).html).seen


def test_both_parts_of_an_offer_say_the_same() -> None:
    letter = rendered(Offers(cards=(Card(1), Card(2, distance_km=None, pay=None, working_time=None))))
    seen = plain(Page(letter.html).seen)
    for line in ("2. Comptable (H/F)", "CDI, temps plein, 2 300 à 2 600 € brut par mois", "Nantes (44), à 4 km"):
        assert line in seen
        assert line in plain(letter.text)
    for part in (seen, " ".join(plain(letter.text).split())):
        assert "répondez POSTULER 2 avec quelques mots et votre CV" in part
        assert "jusqu’au jeudi 31 décembre (dans 37 jours)" in part
        assert "Pourquoi : votre métier, votre rayon, CDI" in part
    assert "None" not in letter.html + letter.text


def test_every_part_in_text() -> None:
    text = plain(rendered(Everything()).text)
    assert "Répondez OUI pour confirmer votre inscription.\n" in text
    assert "\n> Bonjour,\n>\n> C'est   possible ?\n>   -- \n> Marc : l'x\n" in text
    assert "\n  Lieu : Nantes\n\n  1. Comptable\n  2. Assistante\n" in text
    assert "\n  mardi 24 novembre à 0 h 30 : Candidature envoyée\n" in text
    assert "\nAttention : l’offre se ferme bientôt.\n" in text
    assert f"\nLire l’offre : {URL}\nVoir (Léa) : {URL}\n" in text


def test_every_part_in_html() -> None:
    letter = rendered(Everything())
    page = Page(letter.html)
    seen = plain(page.seen)
    assert "Répondez OUI pour confirmer votre inscription." in seen
    assert "Bonjour,<br><br>C&#39;est   possible ?<br>  -- <br>Marc : l&#39;x" in letter.html
    assert "mardi 24 novembre à 0 h 30" in seen
    assert "Attention : l’offre se ferme bientôt." in seen
    assert "<code>l'heure : 14:30 ?</code>" in letter.html
    links = [link["href"] for link in page.all("a")]
    assert "mailto:r-abc@passerelle.example?subject=OUI&body=OUI" in links
    assert links.count(URL) == 2
    assert "mailto:aide@passerelle.example" in links


def test_without_a_known_reply_address_the_act_is_words_only() -> None:
    page = Page(rendered(Everything(), replace(FRAME, reply_address=None)).html)
    assert "Répondez OUI pour confirmer" in page.seen
    assert "mailto:aide@passerelle.example" in [link["href"] for link in page.all("a")]
    assert "Répondre OUI" not in page.seen


@ALL
def test_subjects_are_one_line_of_seventy_characters_at_most(letter: Offers | Everything) -> None:
    subject = rendered(letter).subject
    assert 0 < len(subject) <= 70
    assert "…" not in subject
    assert "\n" not in subject


def test_a_relayed_message_is_its_text_or_its_cleaned_html() -> None:
    sources = {
        "body.txt": "{{ parts.message(text, html) }}",
        "body.html": "{{ parts.message(text, html) }}",
    }
    text, html = "C'est  où ?\n-- \nMarc", Markup("<p>C'est  <b>où</b> ?\n</p>")
    both = render_sources(sources, text=text, html=html)
    assert both.text == f"{text}\n"
    assert f">{html}</td>" in both.html
    alone = render_sources(sources, text=text, html=None)
    assert "white-space:pre-wrap" in alone.html
    assert "C&#39;est  où ?<br>-- <br>Marc</td>" in alone.html


def test_facts_are_pairs_or_labelled_values_and_profiles_are_cards() -> None:
    source = "{{ parts.facts([('Lieu', 'Nantes'), line]) }}\n{{ parts.profile_card(profile) }}"
    sources = {"body.txt": source, "body.html": source}
    profile = {
        "number": 2, "headline": "Comptable", "place": "Nantes (44)", "distance_km": 4, "contracts": ("CDI", "CDD"),
        "reasons": ("ce métier",), "experience_years": None, "starts_on": None, "life_at": None,
    }  # fmt: skip
    letter = render_sources(sources, line={"label": "Métier", "value": "Comptable"}, profile=profile)
    assert plain(letter.text) == (
        "  Lieu : Nantes\n  Métier : Comptable\n\n"
        "  2. Comptable\n     Nantes (44), à 4 km\n     CDI ou CDD\n     Pourquoi : ce métier\n"
    )
    for words in ("Lieu", "Métier", "2. Comptable", "Nantes (44), à 4 km", "Pourquoi : ce métier"):
        assert words in plain(Page(letter.html).seen)


def test_what_letters_share_holds_nothing_of_any_reader_and_lasts_a_day() -> None:
    """Even a card whose template asks for its reader's addresses gets nobody's."""
    asks = {
        ending: "{% macro offer_card(card) %}" + f"{card} {{{{ card.closes_at|deadline }}}}" + "{% endmacro %}"
        for ending, card in {
            "txt": "{{ frame.reply_address or frame.unsubscribe_url or frame.list_url or frame.greeting or card.title }}",
            "html": "<p>{{ frame.reply_address or frame.unsubscribe_url or frame.why or card.title }}</p>",
        }.items()
    }
    sources = {f"_parts/parts.{ending}": source for ending, source in asks.items()}
    sources |= {
        "k/subject.txt": "x",
        **{f"k/body.{one}": "{{ parts.offer_card(card) }} {{ frame.why }}" for one in asks},
    }
    environment = build_environment("fr", InliningLoader(ChoiceLoader([DictLoader(sources), SHARED])))
    lea, marc = (replace(FRAME, reply_address=f"r-{who}@a.test", why=who) for who in ("lea", "marc"))
    for frame, own in ((lea, "lea"), (marc, "marc"), (replace(marc, at=AT + timedelta(days=1)), "marc")):
        found = render_with(environment, "k", {"card": Card()}, frame)
        days = "dans 36 jours" if frame.at > AT else "dans 37 jours"
        for words in (found.text, found.html):
            assert "Comptable (H/F)" in words
            assert days in words.replace("\u00a0", " ")
            assert own in words
            assert "@a.test" not in words


def test_a_change_of_template_or_sheet_is_seen(tmp_path: Path) -> None:
    for name, source in {"k/subject.txt": "x", "k/body.txt": "x", "k/body.html": '<p class="p">un</p>'}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(source)
    sheet = tmp_path / "_layout" / "mail.css"
    sheet.parent.mkdir()
    sheet.write_text(".p { color: #111111; }")
    environment = build_environment("fr", InliningLoader(ChoiceLoader([FileSystemLoader(tmp_path), SHARED])))
    first = render_with(environment, "k", {}, FRAME).html
    sheet.write_text(".p { color: #222222; margin: 0; }")
    os.utime(sheet, (1, 1))
    assert "#111" in first
    assert "#222" in render_with(environment, "k", {}, FRAME).html
