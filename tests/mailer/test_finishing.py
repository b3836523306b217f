"""The last pass: a person's words come through letter by letter, ours are typeset and folded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobboard import subjects
from mailer import english, finishing, french
from mailer.finishing import finish_html, finish_subject, finish_text, keep

NEVER_IN_MAIL = {*map(chr, range(32)), *map(chr, range(127, 160)), "\u2028", "\u2029", "\ufdd0", "\ufdd1", "\ufdd2"} - {
    "\n", "\t",
}  # fmt: skip
PERSONS_WORDS = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="".join(NEVER_IN_MAIL)), max_size=200)


@given(PERSONS_WORDS)
def test_a_persons_words_are_never_touched_in_text(words: str) -> None:
    assert (
        finish_text(f"Avant :\n{keep(words)}\nAprès :", french.typography) == f"Avant\u00a0:\n{words}\nAprès\u00a0:\n"
    )


@given(PERSONS_WORDS)
def test_a_persons_words_are_never_touched_in_html(words: str) -> None:
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    page = f"<p>Avant : {keep(escaped)} !</p>"
    assert finish_html(page, french.typography) == f"<p>Avant\u00a0: {escaped}\u00a0!</p>\n"


def test_the_marks_of_a_persons_words_cannot_be_forged() -> None:
    forged = f"{finishing.OPEN}Léa : {keep('a : b')}{finishing.CLOSE} : \ufdd2"
    assert finish_text(forged, french.typography) == "Léa\u00a0: a : b\u00a0:\n"


def test_a_persons_words_cannot_leave_their_marks() -> None:
    leaving = keep(f"a :{finishing.CLOSE} l'b{finishing.OPEN} : c\ufdd2")
    assert finish_text(leaving, french.typography) == "a : l'b : c\n"


def test_lines_are_folded_at_spaces_under_their_own_indent() -> None:
    line = "  2. " + "mot " * 30
    first, *others = finish_text(f"Bonjour,\n{line}", english.typography).splitlines()[1:]
    assert len(first) <= finishing.WIDTH
    assert all(other.startswith("     mot") and len(other) <= finishing.WIDTH for other in others)


def test_an_address_of_the_web_is_never_cut() -> None:
    url = "https://passerelle.example/" + "a-b/" * 300
    assert url in finish_text(f"Lire l'offre : {url}", french.typography).split()


def test_a_no_break_space_is_no_place_to_fold() -> None:
    text = finish_text("x" * 70 + " « oui » ?", french.typography)
    assert text.splitlines() == ["x" * 70, "«\u00a0oui\u00a0»\u00a0?"]


def test_a_quotation_and_a_persons_line_are_not_folded() -> None:
    quoted, own = "> " + "mot " * 40 + "fin", "mot " * 40 + "fin"
    assert finish_text(f"{quoted}\n{keep(own)}", french.typography) == f"{quoted}\n{own}\n"


def test_a_persons_words_inside_our_line_are_folded_around_and_not_in() -> None:
    own = "Comptable, Association  Horizon : l'x " * 3
    assert finish_text(f"{'mot ' * 19}{keep(own)} fin", french.typography).splitlines() == [
        "mot " * 18 + "mot",
        f"{own} fin",
    ]


def test_a_word_of_ten_kilobytes_stays_within_the_lines_of_mail() -> None:
    text = finish_text("Bonjour " + "é" * 10_000, french.typography)
    assert max(len(line.encode()) for line in text.split("\n")) < 998
    assert text.count("é") == 10_000


def test_empty_lines_are_single_and_the_signature_has_its_mark() -> None:
    assert finish_text("\n\na\n\n\n\nb  \n\n--\nc\n\n", english.typography) == "a\n\nb\n\n-- \nc\n"


def test_control_characters_and_odd_line_ends_do_not_pass() -> None:
    assert finish_text("a\x00\x1b[31m\r\nb\rc\u2028d\ud800", english.typography) == "a[31m\nb\nc\nd\n"


@pytest.mark.parametrize(
    ("rendered", "subject"),
    [
        ("Votre alerte :\n  Nantes\n", "Votre alerte\u00a0: Nantes"),
        ("À valider\r\nBcc: x@y.example", "À valider Bcc: x@y.example"),
        ("a\u2028b\x85c\x0bd\te\x00", "a b cd e"),
        ("Offre \u202egnp.exe\u2066", "Offre gnp.exe"),
        (f"Réponse : {keep('Re: l offre ;')}", "Réponse\u00a0: Re: l offre ;"),
        (keep("ligne\nBcc: x@y.example"), "ligne Bcc: x@y.example"),
    ],
)
def test_a_subject_is_one_line(rendered: str, subject: str) -> None:
    assert finish_subject(rendered, french.typography) == subject


def test_a_subject_of_ours_is_cut_at_a_word_and_a_persons_is_not() -> None:
    words = "comptable " * 20
    cut = finish_subject(words, french.typography)
    assert len(cut) <= finishing.SUBJECT_LIMIT
    assert cut == " ".join(["comptable"] * 7) + "…"
    assert finish_subject(keep(words), french.typography) == words.strip()


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("Association Horizon", 30, "Association Horizon"),
        ("Association Horizon", 19, "Association Horizon"),
        ("Association Horizon", 18, "Association…"),
        ("Association Horizon", 12, "Association…"),
        ("Anticonstitutionnellement", 10, "Anticonst…"),
    ],
)
def test_shortening_keeps_whole_words_where_it_can(text: str, limit: int, short: str) -> None:
    assert subjects.shorten(text, limit) == short


@pytest.mark.parametrize(
    ("page", "finished"),
    [
        ("<p>Oui : l&#39;offre &amp; « moi » ?</p>", "<p>Oui\u00a0: l’offre &amp; «\u00a0moi\u00a0»\u00a0?</p>"),
        ('<a title="l\'a : b" href="x ?">Quoi ?</a>', '<a title="l\'a : b" href="x ?">Quoi\u00a0?</a>'),
        ("<p>&lt;b&gt; : &amp;nbsp;</p>", "<p>&lt;b&gt;\u00a0: &amp;nbsp;</p>"),
        ("<style>a : b ;</style><!-- l'a : b -->", "<style>a : b ;</style><!-- l'a : b -->"),
        ("<code>l'a : <b>b :</b></code> l'a", "<code>l'a : <b>b :</b></code> l’a"),
        ("<b>Lieu</b> : « <i>Nantes</i> »", "<b>Lieu</b>\u00a0: «\u00a0<i>Nantes</i>\u00a0»"),
        ("<a>https://x.example/l'a</a> ?", "<a>https://x.example/l'a</a>\u00a0?"),
    ],
)
def test_html_is_typeset_between_its_tags_only(page: str, finished: str) -> None:
    assert finish_html(page, french.typography) == f"{finished}\n"
