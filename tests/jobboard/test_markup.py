"""What people write becomes a few harmless tags, and nothing of it vanishes without a word."""

from __future__ import annotations

from jobboard.markup import clean, from_markdown, to_text


def test_headings_of_authors_stand_below_the_page_s_own() -> None:
    assert (
        from_markdown("# Un titre\nDes mots\n\n##### Au fond") == "<h2>Un titre</h2>\n<p>Des mots</p>\n<h4>Au fond</h4>"
    )
    assert clean('<H1 class="x">Un titre</H1><hr><h6>Au fond</h6>') == "<h2>Un titre</h2><hr><h4>Au fond</h4>"


def test_a_picture_becomes_a_link_in_the_words_that_replace_it() -> None:
    shown = from_markdown('![La *presse* & "nous"](https://x.example/a.jpg) ![](https://x.example/b.jpg)')
    assert '<a href="https://x.example/a.jpg" rel="noopener">La presse &amp; "nous"</a>' in shown
    assert "<img" not in shown
    assert to_text(shown) == 'La presse & "nous" <https://x.example/a.jpg>  <https://x.example/b.jpg>'
    assert "<a" not in from_markdown("![x](javascript:alert(1))")
