"""CSS inlining: what it writes, what it leaves alone, and that it agrees with premailer on whole pages."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from jinja2 import ChoiceLoader, Environment, FileSystemLoader

from mailer.premail import UnfitTemplate, inline, inline_page
from mailer.rendering import Frame, InliningLoader, build_environment, render_with, templates_dir
from mailer.shown import ShownOffer

CSS = """
/* a comment { with braces } */
.cell { padding: 8px; background-color: #0f5257; text-align: left; }
.wide { width: 100%; padding: 4px; }
.font { font-family: "Segoe UI", Arial; mso-padding-alt: 1px 2px; }
"""
SHEET = (templates_dir() / "_layout" / "mail.css").read_text()
MEDIA = (templates_dir() / "_layout" / "media.css").read_text()
LOADER = ChoiceLoader([FileSystemLoader(Path(__file__).parent / "templates"), FileSystemLoader(templates_dir())])

AT = datetime(2026, 11, 23, 17, tzinfo=UTC)
FRAME = Frame(
    language="fr",
    site_name="Passerelle",
    base_url="https://passerelle.example/",
    why="Vous recevez ce mail parce que vous avez créé une alerte.",
    how_to_stop="Répondez STOP à tout moment.",
    help_line="AIDE : tout ce que vous pouvez faire par mail.",
    timezone=ZoneInfo("Europe/Paris"),
    at=AT,
    unsubscribe_url="https://passerelle.example/desabonnement/abc?a=1&b=2",
    preheader="La suite.",
    reply_address="r-abc@passerelle.example",
)


def card(number: int | None) -> ShownOffer:
    return ShownOffer(
        offer_id=412,
        number=number,
        title="Comptable <& gestion>",
        employer="L'Horizon",
        place="Nantes (44)",
        distance_km=4,
        contract="CDI",
        working_time="",
        pay="2 300 €",
        closes_at=AT,
        reasons=("votre métier",),
        url="https://passerelle.example/offres/412?x=1&y=%20{{",
        apply_address="offre-abc@passerelle.example",
        changes=(),
    )


SAMPLES: dict[str, dict[str, object]] = {
    "offers_sample": {"first_name": "Léa", "city": "Nantes", "search": "comptable", "cards": (card(1), card(None))},
    "everything_sample": {
        "first_name": "Léa",
        "subject_words": "un mot",
        "message": "Bonjour,\n<b>\"gras\"</b> & 'fin'",
        "pairs": (("Lieu", "Nantes"), ("Contrat", None)),
        "choices": ("a", "b"),
        "entries": ((AT, "Envoyée"),),
        "url": "https://passerelle.example/?a=1&b='2'",
        "address": "aide@passerelle.example",
    },
}


class Events(HTMLParser):
    """A page as the list of what a reader of HTML meets, attributes in no order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.met: list[object] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.met.append((tag, sorted(attrs, key=str)))

    def handle_endtag(self, tag: str) -> None:
        self.met.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.met.append(data)


def rendered(environment: Environment, kind: str) -> str:
    return render_with(environment, kind, SAMPLES[kind], FRAME).html


@pytest.mark.parametrize("kind", SAMPLES)
def test_inlining_then_rendering_is_rendering_then_inlining(kind: str) -> None:
    inlined_first = rendered(build_environment("fr", InliningLoader(LOADER)), kind)
    inlined_last = inline_page(rendered(build_environment("fr", LOADER), kind), SHEET)
    assert " style=" in inlined_last
    assert Events(inline_page(inlined_first, "")).met == Events(inlined_last).met


def test_declarations_and_the_attributes_of_outlook_are_written_and_classes_stay() -> None:
    assert inline('<td class="cell wide">x</td>', CSS) == (
        '<td class="cell wide" style="padding:4px; background-color:#0f5257; text-align:left; width:100%"'
        ' bgcolor="#0f5257" align="left" width="100%">x</td>'
    )


def test_an_attribute_of_the_same_name_gives_way() -> None:
    assert inline('<td align="center" class="wide" width="600"/>', CSS) == (
        '<td align="center" class="wide" style="width:100%; padding:4px" width="100%"/>'
    )


def test_quotes_of_a_declaration_do_not_end_the_attribute() -> None:
    assert 'style="font-family:&quot;Segoe UI&quot;, Arial; mso-padding-alt:1px 2px"' in inline('<p class="font">', CSS)


@pytest.mark.parametrize(
    "source",
    [
        '<a href="{{ url }}">{{ label if a > b else "}}" }}</a>',
        "<table>{% for row in rows %}<tr>{# <td class='x'> #}</tr>{% endfor %}</table>",
        '<p title="a > b">{% if a %}</p>{% else %}</div>{% endif %}',
        '<!--[if mso]><table class="wide"><![endif]-->',
        "&nbsp;&eacute; <br/> <IMG SRC=x> \u034f  \n\n",
        "plain {{ 'text' }}",
        '<td class="unknown">',
    ],
)
def test_a_source_without_a_known_class_stays_octet_for_octet(source: str) -> None:
    assert inline(source, CSS) == source


def test_jinja_inside_a_tag_and_between_rows_survives() -> None:
    source = (
        "<table>{% for r in rows %}\n<tr>{{ r.head }}"
        '<td {% if r.id > 1 %}id="{{ r["id"] }}"{% endif %} class="wide">{% raw %}</td>{% endfor %}'
    )
    assert inline(source, CSS) == source.replace('"wide"', '"wide" style="width:100%; padding:4px" width="100%"')


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('<td class="{{ look }}">', "a computed class"),
        ('<td class="wide {% if x %}cell{% endif %}">', "a computed class"),
        ('<td class="wide" style="color: red">', "a class and a style"),
    ],
)
def test_what_could_not_be_inlined_alone_is_refused(source: str, message: str) -> None:
    with pytest.raises(UnfitTemplate, match=message):
        inline(source, CSS)


@pytest.mark.parametrize(
    "rule", ["td { x: y }", ".a .b { x: y }", ".a:hover { x: y }", "#a { x: y }", "a.b, .c { x: y }"]
)
def test_a_sheet_knows_single_classes_only(rule: str) -> None:
    with pytest.raises(UnfitTemplate, match="is not one class"):
        inline('<td class="wide">', CSS + rule)


def test_a_new_version_of_template_or_sheet_is_inlined_anew() -> None:
    assert "4px" in inline('<td class="wide">', CSS)
    assert "6px" in inline('<td class="wide">', CSS.replace("4px", "6px"))


@pytest.mark.parametrize(
    "template", sorted(templates_dir().rglob("*.html")), ids=lambda path: "/".join(path.parts[-2:])
)
def test_every_template_can_be_inlined_and_every_class_in_it_has_a_rule(template: Path) -> None:
    source = template.read_text()
    inline(source, SHEET)
    used = {name for names in re.findall(r'\sclass="([^"]*)"', source) for name in names.split()}
    assert used <= set(re.findall(r"\.([a-z][a-z-]*)", SHEET))


def test_media_queries_speak_of_classes_that_exist() -> None:
    assert set(re.findall(r"\.([a-z][a-z-]*)", MEDIA)) <= set(re.findall(r"\.([a-z][a-z-]*)", SHEET))
