"""HTML mail as a reader sees it, in lines."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbound.html_text import MAX_HTML, text_of_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>un</p><p>deux</p>", "un\n\ndeux"),
        ("<div>un</div><div>deux</div>", "un\ndeux"),
        ("un<br>deux<br/><br />trois", "un\ndeux\n\ntrois"),
        ("<div>un</div><div><br></div><div>deux</div>", "un\n\ndeux"),
        ("  un \n <b>deux</b>\t<i>trois</i>", "un deux trois"),
        ("L&rsquo;&eacute;t&eacute; &amp; l&#39;hiver &#x20AC; &lt;b&gt;", "L’été & l'hiver € <b>"),
        ("OUI&nbsp;", "OUI"),
        ("<p>&nbsp;</p><p>un</p>", "un"),
        ("<ul><li>un</li><li>deux</li></ul>", "- un\n- deux"),
        ("<table><tr><td>De</td><td>moi</td></tr><tr><td>À</td><td>toi</td></tr></table>", "De moi\nÀ toi"),
        ("<h1>Titre</h1>texte", "Titre\n\ntexte"),
        ("<hr>", "_" * 32),
        ("<pre>un\n  deux</pre>", "un\n  deux"),
        ("<style>p { color: red }</style>un<script>alert('>')</script>", "un"),
        ("<STYLE>x</STYLE >un<title>t</title>", "un"),
        ("un<!-- <p>caché</p> -->deux<!--[if mso]>x<![endif]-->", "undeux"),
        ("<![if !mso]>vu<![endif]><?xml x?>", "vu"),
        ("<o:p>un</o:p><unknown-tag>deux</unknown-tag>", "undeux"),
        ('<img alt="a > b">un', "un"),
        ("3 < 4 et 5 > 4 <3", "3 < 4 et 5 > 4 <3"),
        ("un <b", "un <b"),
        ("un <!-- jamais fermé <p>deux", "un"),
        ("", ""),
    ],
)
def test_text_of(html, text):
    assert text_of_html(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<blockquote>cité</blockquote>moi", "> cité\n\nmoi"),
        ("<blockquote>un<blockquote>deux</blockquote></blockquote>", "> un\n>\n> > deux\n>"),
        ('<blockquote type="cite"><div>un</div><div>deux</div></blockquote>', "> un\n> deux"),
        ('<blockquote style="margin:0 0 0 40px;border:none;padding:0">moi</blockquote>', "moi"),
        ('<blockquote class="gmail_quote" style="border:none">cité</blockquote>', "> cité"),
        ('<blockquote style="border:none;border-left:solid 1pt">cité</blockquote>', "> cité"),
        ("</blockquote>moi", "moi"),
        ("<blockquote><p>cité", "> cité"),
    ],
)
def test_quotations(html, text):
    assert text_of_html(html).strip("\n") == text


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<!--",
        "<a ",
        '<a ">',
        "<blockquote>x",
        "&",
        "<title>",
        "<p><!-->",
        "<br>",
        "<template><noscript>",
        "</",
        "<p>",
        "<style>",
    ],
)
def test_any_markup_repeated_is_read(piece):
    assert len(text_of_html(piece * (MAX_HTML // len(piece) + 1))) <= MAX_HTML * 15


@given(
    st.text(max_size=300)
    | st.lists(st.sampled_from(["<", ">", "p", "/", "!--", "-->", '"', "blockquote", "&", "é"])).map("".join)
)
@settings(max_examples=150, deadline=None)
def test_any_text_is_read(html):
    text_of_html(html)


@given(st.text(alphabet=st.characters(categories=["L", "Nd"]), max_size=50))
@settings(max_examples=100, deadline=None)
def test_plain_words_come_through(words):
    assert text_of_html(f"<html><body><p>{words}</p></body></html>") == words
