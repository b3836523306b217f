"""Letters in words: structure, look, languages, and values that mean harm."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from jinja2 import BaseLoader, ChoiceLoader, DictLoader, FileSystemLoader, TemplateNotFound, UndefinedError
from markupsafe import Markup

from mailer import rendering
from mailer.rendering import Frame, InliningLoader, Rendered, build_environment, render_with, templates_dir

SAMPLES = FileSystemLoader(Path(__file__).parent / "templates")
SHARED = FileSystemLoader(templates_dir())
ENVIRONMENTS = {
    language: build_environment(language, InliningLoader(ChoiceLoader([SAMPLES, SHARED]))) for language in ("fr", "en")
}
AT = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # the 24th already where the reader lives
FRAME = Frame(
    language="fr",
    site_name="Passerelle",
    base_url="https://passerelle.example/",
    why="Vous recevez ce mail parce que vous avez créé une alerte le 3 novembre.",
    how_to_stop="Répondez PAUSE, HEBDO ou STOP à tout moment.",
    help_line="AIDE : tout ce que vous pouvez faire par mail.",
    timezone=ZoneInfo("Europe/Paris"),
    at=AT,
    unsubscribe_url="https://passerelle.example/desabonnement/abc?a=1&b=2",
    preheader="La suite du sujet.",
    reply_address="r-abc@passerelle.example",
)
URL = "https://passerelle.example/offres/412-comptable?a=1&b='2'"


@dataclass(frozen=True)
class Card:
    number: int | None = None
    title: str = "Comptable (H/F)"
    employer: str = "Association Horizon"
    place: str = "Nantes (44)"
    distance_km: int | None = 4
    contract: str = "CDI"
    working_time: str | None = "temps plein"
    pay: str | None = "2 300 à 2 600 € brut par mois"
    closes_at: datetime = datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC)
    reasons: tuple[str, ...] = ("votre métier", "votre rayon", "CDI")
    url: str = URL
    apply_address: str = "offre-abc@passerelle.example"
    changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Offers:
    first_name: str = "Léa"
    city: str = "Nantes"
    search: str = "comptable, Nantes 30 km"
    cards: tuple[Card, ...] = (Card(),)


@dataclass(frozen=True)
class Everything:
    first_name: str = "Léa"
    subject_words: str = "un mot suffit"
    message: str = "Bonjour,\n\nC'est   possible ?\n  -- \nMarc : l'x"
    pairs: tuple[tuple[str, str | None], ...] = (("Lieu", "Nantes"), ("Contrat", None), ("Pay", ""))
    choices: tuple[str, ...] = ("Comptable", "Assistante")
    entries: tuple[tuple[datetime, str], ...] = ((AT, "Candidature envoyée"),)
    url: str = URL
    address: str = "aide@passerelle.example"


def rendered(letter: Offers | Everything, frame: Frame = FRAME, **changes: Any) -> Rendered:
    letter = replace(letter, **changes)
    values = {one.name: getattr(letter, one.name) for one in fields(letter)}
    return render_with(ENVIRONMENTS[frame.language], f"{type(letter).__name__.lower()}_sample", values, frame)


def render_sources(sources: dict[str, str], frame: Frame = FRAME, **values: object) -> Rendered:
    """Render a letter whose templates are written in the test."""
    missing = {"subject.txt": "x", "body.txt": "x", "body.html": "x"}
    loader: BaseLoader = DictLoader({f"k/{name}": source for name, source in (missing | sources).items()})
    environment = build_environment(frame.language, InliningLoader(ChoiceLoader([loader, SHARED])))
    return render_with(environment, "k", values, frame)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@dataclass
class Page(HTMLParser):
    """What a test asks of a page: its tags with attributes, and the text that can be seen."""

    source: str
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    seen: str = ""

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)
        self.feed(re.sub(r"<(style|title)>.*?</\1>", "", self.source, flags=re.DOTALL))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.seen += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


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


HOSTILE = (
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}{% for x in y %}",
    "\"><img src=x onerror='a'>",
    "</title></td></table><style>",
    "Léa\r\nBcc: x@y.example\r\n\r\n.",
    "\ufdd0a\ufdd1\ufdd2\x00\u202e%s %(url)s",
)


@pytest.mark.parametrize("value", HOSTILE)
def test_values_stay_values(value: str) -> None:
    card = Card(1, title=value, employer=value, place=value, reasons=(value,))
    offers = rendered(Offers(first_name=value, city=value, search=value, cards=(card,)))
    every = rendered(
        Everything(first_name=value, subject_words=value, message=value, pairs=((value, value),), choices=(value,))
    )
    for letter in (offers, every):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\ufdd0-\ufdd2]", letter.subject + letter.text + letter.html)
        assert "\n" not in letter.subject
        assert "49" not in letter.text
    assert [name for name, _ in Page(offers.html).tags] == [
        name for name, _ in Page(rendered(Offers(cards=(Card(1),))).html).tags
    ]
    assert not [tag for tag, attributes in Page(every.html).tags if tag in {"script", "img"} or "onerror" in attributes]
    assert not [line for line in offers.text.splitlines() if line.startswith(("Bcc", "."))]


def test_a_persons_words_are_seen_as_written() -> None:
    words = "<b>Quoi : l'offre ?</b> & {{ x }} « y »"
    letter = rendered(Everything(message=words))
    assert f"> {words}\n" in letter.text
    assert words in unescape(letter.html)


def test_a_name_of_ten_kilobytes_passes() -> None:
    letter = rendered(Offers(first_name="é" * 10_000))
    assert letter.text.count("é") > 10_000
    assert max(len(line.encode()) for line in letter.text.split("\n")) < 998
    assert len(rendered(Everything(subject_words="é" * 10_000)).subject) <= 70


def test_a_missing_field_a_none_and_a_taken_name_are_bugs_that_speak() -> None:
    with pytest.raises(UndefinedError, match="'nom' is undefined"):
        render_sources({"body.txt": "Bonjour {{ nom }}"})
    with pytest.raises(ValueError, match="a value that is None"):
        render_sources({"body.txt": "Bonjour {{ nom }}"}, nom=None)
    with pytest.raises(ValueError, match="may not be called parts"):
        render_sources({}, parts=1)
    with pytest.raises(ValueError, match="no kind of letter"):
        render_with(ENVIRONMENTS["fr"], "../secret", {}, FRAME)
    with pytest.raises(TemplateNotFound):
        rendering.render("no_such_letter", {}, FRAME)


def test_filters_speak_the_language_and_the_day_of_the_reader() -> None:
    source = (
        "{{ moment|date_words }}|{{ day|date_words }}|{{ moment|time_words }}|{{ moment|moment_words }}|"
        "{{ 2300|euros(2600, 'month') }}|{{ 12|distance('Nantes') }}|{{ 3|number_words }}|{{ ['a', 'b']|listed }}|"
        "{{ 2|counted('offre') }}|{{ 1|plural('mot') }}|{{ 1200|number }}"
    )
    values: dict[str, Any] = {"moment": datetime(2026, 12, 1, 23, 5, tzinfo=UTC), "day": date(2026, 12, 1)}
    said = " ".join(plain(render_sources({"body.txt": source}, **values).text).split())
    assert said == (
        "mercredi 2 décembre|mardi 1er décembre|0 h 05|mercredi 2 décembre à 0 h 05|"
        "2 300 à 2 600 € brut par mois|à 12 km de Nantes|trois|a et b|2 offres|mot|1 200"
    )
    english = plain(render_sources({"body.txt": source}, replace(FRAME, language="en"), **values).text)
    assert "Wednesday 2 December|Tuesday 1 December|00:05|" in english
    with pytest.raises(ValueError, match="has no time zone"):
        render_sources({"body.txt": "{{ moment|deadline }}"}, moment=datetime(2026, 12, 1))  # noqa: DTZ001  # on purpose


def test_verbatim_is_kept_in_both_parts_and_in_the_subject() -> None:
    words = "Re: l'offre : <oui> ?"
    sources = {
        "subject.txt": "Objet : {{ words|verbatim }}",
        "body.txt": "Objet : {{ words|verbatim }}",
        "body.html": "<p>Objet : {{ words|verbatim }}</p>",
    }
    letter = render_sources(sources, words=words)
    assert letter.subject == f"Objet\u00a0: {words}"
    assert letter.text == f"Objet\u00a0: {words}\n"
    assert letter.html == "<p>Objet\u00a0: Re: l&#39;offre : &lt;oui&gt; ?</p>\n"


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
