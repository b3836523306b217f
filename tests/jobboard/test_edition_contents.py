"""What an edition says to whom: lines in the staff's order, chosen by the reader's sections and territory."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from jobboard import articles, edition_items, edition_lines, figures, offers, recruiter_figures
from jobboard.articles import Article, Found
from jobboard.db import Database
from jobboard.edition_contents import letter_for
from jobboard.edition_items import ItemKind
from jobboard.editions import Edition, EditionState
from jobboard.letters.editions import Block, EditionLetter
from jobboard.sections import Section, Variant, in_order, sections_in
from tests.jobboard.records import AT, NANTES, RENNES, publish, recruiter

PLAIN = Found("k", "https://magazine.example/k", "Un article", "Résumé.", "<p>Texte</p>", "", Section.ESS, (), "", AT)


def edition_of(session: Session, list_name: str = "weekly", number: int = 1) -> Edition:
    made = Edition(list_name=list_name, number=number, state=EditionState.DRAFT, title="", intro="", drafted_at=AT)
    session.add(made)
    session.flush()
    return made


def article(session: Session, name: str, section: Section | None = Section.ESS, territory: str = "") -> int:
    found = replace(PLAIN, key=name, url=f"https://magazine.example/{name}", title=name)
    articles.take_in(session, [replace(found, section=section, territory=territory)], source="feed", at=AT)
    kept = articles.find_by_url(session, found.url)
    assert kept is not None
    return kept.id


def shown(letter: EditionLetter) -> list[tuple[str, str, list[str]]]:
    def names(block: Block) -> list[str]:
        return [one.title for one in (*block.articles, *block.cards)]

    return [(block.kind, block.title, names(block)) for block in letter.blocks]


def test_lines_stand_in_the_staff_s_order_under_their_headings(database: Database) -> None:
    with database.transaction() as session:
        edition = edition_of(session)
        ids = [article(session, name) for name in ("un", "deux")]
        workers = article(session, "trois", Section.WORKERS)
        offer = publish(session, recruiter(session), title="Comptable (H/F)")
        edition_items.add(session, edition.id, ItemKind.ARTICLE, [*ids, workers])
        edition_items.add(session, edition.id, ItemKind.OFFER, [offer.id])
        word = edition_items.add_text(session, edition.id, title="Un mot", text="*Bonjour*")
        edition_items.move(session, word, 2)
        lines = edition_items.of(session, edition.id)
        assert [one.kind for one in lines[:2]] == [ItemKind.TEXT, ItemKind.ARTICLE], (
            "past the section that it fell into"
        )
        lines[1].title = "Un autre titre"
        assert shown(letter_for(session, edition, "", at=AT)) == [
            ("text", "Un mot", []),
            ("articles", "ess", ["Un autre titre", "deux"]),
            ("articles", "salaries", ["trois"]),
            ("offers", "", ["Comptable (H/F)"]),
        ]
        offers.close(session, offer, by=recruiter(session), filled=False, at=AT)
        assert [one[0] for one in shown(letter_for(session, edition, "", at=AT))][-1] == "articles", "closed: gone"


def test_a_section_is_headed_once_whatever_was_moved_or_came_later(database: Database) -> None:
    with database.transaction() as session:
        edition = edition_of(session)
        first = [article(session, "un"), article(session, "deux"), article(session, "trois", Section.WORKERS)]
        edition_items.add(session, edition.id, ItemKind.ARTICLE, first)
        edition_items.add(session, edition.id, ItemKind.OFFER, [publish(session, recruiter(session)).id])
        edition_items.add(session, edition.id, ItemKind.ARTICLE, [article(session, "quatre")])
        session.flush()
        lines = edition_items.of(session, edition.id)
        for line in lines:
            for place in range(1, 6):
                edition_items.move(session, line, place)
                headings = [(one.kind, one.title) for one in letter_for(session, edition, "", at=AT).blocks]
                assert len(set(headings)) == len(headings) == 3
        edition_items.move(session, lines[3], 1)
        edition_items.move(session, lines[0], 1)
        assert shown(letter_for(session, edition, "", at=AT))[0][2][0] == "un"
        found = edition_lines.of(session, edition.id, at=AT)
        assert [one.number for one in found] == [1, 2, 3, 4, 5]
        assert [one.section for one in found[:3]] == ["ess"] * 3, "the desk shows the order of the letter"


def test_a_reader_gets_her_sections_and_her_territory(database: Database) -> None:
    with database.transaction() as session:
        edition = edition_of(session)
        here, there = article(session, "ici", territory="44"), article(session, "ailleurs", territory="35")
        other = article(session, "autre", Section.RECRUITERS)
        neutral = article(session, "partout", None)
        edition_items.add(session, edition.id, ItemKind.ARTICLE, [here, there, other, neutral])
        by = recruiter(session)
        rennes = publish(session, by, title="À Rennes", place=RENNES)
        publish(session, by, title="À Nantes", place=NANTES)
        taken_out = publish(session, by, title="Pas celle-ci", place=NANTES)
        edition_items.add(session, edition.id, ItemKind.OFFER, [rennes.id, taken_out.id])
        edition_items.take_out(session, edition_items.of(session, edition.id)[-1])
        letter = letter_for(session, edition, Variant((Section.ESS,), "r52").key, at=AT)
        assert letter.territory == "Pays de la Loire"
        assert shown(letter) == [
            ("articles", "ess", ["ici"]),
            ("articles", "", ["partout"]),
            ("offers-near", "", ["À Nantes"]),
            ("offers-elsewhere", "", ["À Rennes"]),
        ]
        assert shown(letter_for(session, edition, "", at=AT))[-1] == ("offers", "", ["À Rennes"])


def test_what_staff_took_out_comes_back_when_they_add_it(database: Database) -> None:
    with database.transaction() as session:
        edition, one = edition_of(session), article(session, "un")
        assert edition_items.add(session, edition.id, ItemKind.ARTICLE, [one]) == 1
        assert edition_items.add(session, edition.id, ItemKind.ARTICLE, [one]) == 0
        edition_items.take_out(session, edition_items.of(session, edition.id)[0])
        assert not edition_items.of(session, edition.id)
        assert edition_items.removed(session, edition.id, ItemKind.ARTICLE) == {one}
        assert edition_items.add(session, edition.id, ItemKind.ARTICLE, [one]) == 1


def test_a_withdrawn_article_leaves_the_letter(database: Database) -> None:
    with database.transaction() as session:
        edition, one = edition_of(session), article(session, "un")
        edition_items.add(session, edition.id, ItemKind.ARTICLE, [one])
        session.get_one(Article, one).withdrawn_at = AT
        session.flush()
        assert letter_for(session, edition, "", at=AT).blocks == ()


def test_recruiters_read_their_own_figures_and_nobody_else_s(database: Database) -> None:
    with database.transaction() as session:
        hers, other = recruiter(session), recruiter(session)
        offer = publish(session, hers, title="Comptable (H/F)")
        publish(session, other)
        for moment in (AT, AT, AT - timedelta(days=90)):
            figures.count_view(session, offer.id, at=moment)
        edition = edition_of(session, "recruteurs")
        letter = letter_for(session, edition, Variant(own=hers.id).key, at=AT + timedelta(days=3))
        assert letter.figures is not None
        assert [(one.title, one.views, one.applications, one.median_hours) for one in letter.figures] == [
            ("Comptable (H/F)", 2, 0, None)
        ]
        assert letter_for(session, edition, "", at=AT).figures is None, "the archive shows nobody's"
        assert recruiter_figures.of(session, 0, since=None, at=AT) == ()


@given(st.sets(st.sampled_from(Section)), st.sampled_from(["", "44", "r53", "2A", "971"]), st.none() | st.integers(1))
def test_a_variant_is_read_as_it_was_written(chosen: set[Section], territory: str, own: int | None) -> None:
    variant = Variant(in_order(chosen), territory, own)
    assert Variant.read(variant.key) == variant


@pytest.mark.parametrize("key", ["sport", "ess,sport@44", "ess#x"])
def test_a_key_of_no_variant_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=r"sport|x"):
        Variant.read(key)


def test_sections_as_people_write_them() -> None:
    assert sections_in("ESS, territoires") == ((Section.ESS, Section.TERRITORIES), ())
    assert sections_in("l'économie sociale et solidaire et Salarié") == ((Section.ESS, Section.WORKERS), ("l",))
    assert sections_in("sport") == ((), ("sport",))
