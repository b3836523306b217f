"""What HTML becomes: safe, without secrets in any text or attribute, and otherwise the same to the eye."""

from __future__ import annotations

import base64
from collections import Counter
from dataclasses import replace

import pytest

from mailer.html_parts import rebuild_html
from mailer.masks import Masks
from tests.mailer.sample_files import picture
from tests.mailer.spellings import IN_WORDS

ADDRESS = "helene.martin@asso-horizon.example"
RELAY = "r-abcdefghijklmnopqrst234567@relais.example"
MASKS = Masks(
    hidden=(ADDRESS,),
    replacement=RELAY,
    our_domain="relais.example",
    our_base_url="https://site.example",
)
AT_WORK = replace(MASKS, domains=("asso-horizon.example",))


def rebuilt(source: str, masks: Masks = MASKS, cids: dict[str, str] | None = None):
    return rebuild_html(source, masks, cids or {}, lambda content: "")


@pytest.mark.parametrize("spelling", IN_WORDS.values(), ids=IN_WORDS)
def test_an_address_is_hidden_however_it_is_spelled_in_the_source(spelling):
    got = rebuilt(f"<p>Écrivez-moi : {spelling(ADDRESS)} &mdash; à <b>bientôt</b></p>")

    assert got.html.startswith("<p>Écrivez-moi : ")
    assert got.html.endswith(" — à <b>bientôt</b></p>")
    assert RELAY in got.text or spelling is IN_WORDS["in brackets"]  # <…@…> is an unknown tag, which goes
    assert "horizon" not in (got.html + got.text).lower()


@pytest.mark.parametrize(
    "source",
    [
        "<p>{}</p>",
        "helene.martin@ \n\n\n      asso-horizon\n\n.example",
        "<b>hel</b><i>ene.mar</i>tin@asso-horizon.example",
        "<table><tr><td>{}</td></tr></table>",
        '<a href="mailto:{}">écrire</a>',
        '<a href="mailto:paul@x.example?cc={}&amp;body=Bonjour">écrire</a>',
        '<a href="https://x.example/?e={}">lien</a>',
        '<a href="//x.example/{}">lien</a>',
        "<a href=\"javascript:alert('{}')\">lien</a>",
        '<img src="https://x.example/{}.png" alt="logo">',
        '<img src="cid:absent@{}" alt="{}">',
        '<p title="{}">x</p>',
        "<p style=\"font-family:'{}'\">x</p>",
        '<p style="background:url(https://x.example/{})">x</p>',
        '<p class="{0}" id="{0}" data-mail="{0}" lang="{0}" align="{0}">x</p>',
        '<font face="{0}" color="{0}">x</font>',
        "<!-- {} -->",
        "<!--[if mso]><p>{}</p><![endif]-->",
        "<style>p:after{{content:'{}'}}</style>",
        "<title>{}</title><head><meta name=author content='{}'></head>",
        "<script>var a='{}'</script><noscript>{}</noscript>",
        "<textarea>{}</textarea><select><option>{}</select>",
        "<svg><text>{0}</text><title>{0}</title></svg><math>{0}</math>",
        "<object data='{0}'>{0}</object><iframe srcdoc='{0}'>{0}</iframe><template>{0}</template>",
        "<xml><o:Author>{0}</o:Author></xml><o:p>{0}</o:p>",
        "<form action='mailto:{0}'><input value='{0}'>{0}</form>",
        "<{0}>x</{0}>",
        "<![CDATA[{}]]><?php {} ?>",
        "<p>unclosed {} <b",
    ],
)
@pytest.mark.parametrize("spelling", ["plain", "upper case", "padded entity", "percent", "soft hyphens", " (at) "])
def test_no_place_of_a_source_lets_an_address_through(source, spelling):
    got = rebuilt(source.format(*[IN_WORDS[spelling](ADDRESS)] * 3))

    assert "horizon" not in (got.html + got.text).lower()


def test_a_mailto_link_leads_to_the_relay():
    got = rebuilt(f'<a href="mailto:{ADDRESS.upper()}?subject=Poste%20A&amp;cc=x@y.example">Hélène</a>')

    assert got.html == f'<a href="mailto:{RELAY}?subject=Poste%20A">Hélène</a>'
    assert got.counts == {"address": 1}
    assert rebuilt(f'<a href="mailto:{ADDRESS}">H</a>', replace(MASKS, replacement="")).html == "<a>H</a>"


def test_a_link_that_an_office_mailer_wrapped_is_unwrapped():
    wrapped = (
        "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fdoc.example%2Ffiche%3Fa%3D1"
        "&amp;data=05%7C01%7Chelene.martin%40asso-horizon.example%7C0&amp;sdata=x"
    )

    assert rebuilt(f'<a href="{wrapped}">fiche</a>').html == '<a href="https://doc.example/fiche?a=1">fiche</a>'


def test_our_links_for_the_other_person_keep_their_words_only():
    source = (
        '<a href="https://site.example/desabonnement/abc">Ne plus recevoir</a> '
        '<a href="https://site.example/offres/4-comptable">Comptable</a>'
    )

    assert rebuilt(source).html == (
        '<a>Ne plus recevoir</a> <a href="https://site.example/offres/4-comptable">Comptable</a>'
    )


def test_pictures_keep_working_under_new_names_and_remote_ones_go():
    got = rebuilt(
        '<img src="cid:LOGO%40asso-horizon.example" alt="logo" width="80"><img src="http://x.example/p.gif" alt="vu">',
        cids={"logo@asso-horizon.example": "new@relais.example"},
    )

    assert got.html == '<img src="cid:new@relais.example" alt="logo" width="80">vu'
    assert got.cids == {"new@relais.example"}
    assert got.counts == {"remote-image": 1}


def test_a_picture_inside_the_source_becomes_a_part():
    taken = []
    content = picture("PNG")
    uri = "data:image/png;base64," + base64.b64encode(content).decode()
    got = rebuild_html(f'<img src="{uri}">', MASKS, {}, lambda octets: taken.append(octets) or "a@b")

    assert taken == [content]
    assert got.html == '<img src="cid:a@b">'


@pytest.mark.parametrize("uri", ["data:text/html,{}", "data:text/html;base64,{}", "data:,{}", "data:image/svg+xml,{}"])
def test_data_uris_that_are_no_pictures_go(uri):
    hidden = uri.format(base64.b64encode(ADDRESS.encode()).decode() if "base64" in uri else ADDRESS)
    got = rebuilt(f'<a href="{hidden}">x</a><img src="{hidden}" alt="y">')

    assert got.html == "<a>x</a>y"
    assert got.counts == {"data-uri": 2}


def test_telephones_go_from_a_signature_with_their_links():
    got = rebuilt(
        '<p>Appelez le <a href="tel:0611121314">06 11 12 13 14</a></p><p>Cordialement,<br>Hélène<br>'
        '<a href="tel:+33240111213">02 40 11 12 13</a><br>44000 Nantes</p>'
    )

    assert got.html == (
        '<p>Appelez le <a href="tel:0611121314">06 11 12 13 14</a></p><p>Cordialement,<br>Hélène<br>'
        "<a>[téléphone masqué]</a><br>[adresse postale masquée]</p>"
    )


def test_what_people_wrote_looks_the_same():
    source = (
        '<div dir="ltr" style="color:#1a1a1a;font-family:Arial, sans-serif"><h1>Titre</h1><p>Un <b>mot</b> &amp; '
        "<i>deux</i>, 1 &lt; 2&nbsp;!</p><ul><li>a</li><li>b</li></ul><blockquote>cité</blockquote>"
        '<table border="1"><tbody><tr><td colspan="2" style="padding:4px">c</td></tr></tbody></table></div>'
    )
    got = rebuilt(source)

    assert got.html == source.replace("&nbsp;", "\xa0")
    assert got.counts == Counter()
    assert got.text == "Titre\nUn mot & deux, 1 < 2\xa0!\n\n- a\n- b\n> cité\nc"


def test_links_and_quotations_stay_readable_as_text():
    got = rebuilt(
        '<p>Voir <a href="https://x.example/a">la fiche</a> et <a href="https://y.example">y.example</a>.</p>'
        "<blockquote><p>Le 3 mars</p><blockquote>avant</blockquote>après</blockquote><pre>a\n  b</pre>"
    )

    assert got.text == (
        "Voir la fiche <https://x.example/a> et y.example <https://y.example>.\n\n"
        "> Le 3 mars\n>\n> > avant\n> après\na\n  b"
    )


def test_active_and_hiding_markup_goes():
    got = rebuilt(
        '<p onclick="x()" style="position:fixed;color:red;display:none;background-image:url(x)">a</p>'
        '<a href="javascript:x()">b</a><img src="x" onerror="x()"><base href="https://x.example"><link href="x">'
    )

    assert got.html == '<p style="color:red">a</p><a>b</a>'


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 50_000 + "mot",
        "<b>" * 50_000 + "mot",
        "<table><tr><td>" * 10_000 + "mot",
        "<div/>" * 50_000 + "mot",
        "mot <a " + "x=1 " * 100_000 + ">",
        "mot" + "<" * 100_000,
        "mot" + "<!--" * 50_000,
        "mot " + "&" * 200_000,
    ],
    ids=lambda source: source[:12],
)
def test_markup_made_to_be_slow_is_read_as_text(source):
    assert "mot" in rebuilt(source).text


def test_empty_html():
    assert rebuilt("").html == ""
    assert rebuilt("<p></p>", AT_WORK).text == ""
