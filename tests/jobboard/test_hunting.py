"""Hunting: what a recruiter's words mean, whom they find and in which order, and hunts that are followed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import hunt_reading, hunting, hunts, places, profile_search, profiles, signups, visibility
from jobboard.contracts import Contract, Frequency, WorkingTime
from jobboard.criteria import Criteria, PlaceWanted
from jobboard.db import Database
from jobboard.errors import Refused
from jobboard.hunts import Hunt, HuntEntry
from jobboard.letters import from_params
from jobboard.letters.base import Letter
from jobboard.outbox import Post, Thread
from jobboard.people import Person
from jobboard.places import FRANCE, REMOTE, Place
from jobboard.portraits import Portrait
from jobboard.profile_search import Page
from jobboard.profiles import Profile, Visibility
from jobboard.scoring import Reason
from jobboard.sought import Sought
from scheduler import batches, rounds
from tests.jobboard.records import (
    ACCOUNTANT,
    ASSISTANT,
    AT,
    CHOLET,
    NANTES,
    PAYROLL,
    RENNES,
    REZE,
    candidate,
    publish,
    recruiter,
)

TODAY = date(2026, 11, 23)
LOIRE = places.named("Loire-Atlantique")[0]
PAYS_DE_LA_LOIRE = places.named("Pays de la Loire")[0]


def someone(
    session: Session, *around: tuple[Place, int | None], visible: Visibility = Visibility.RECRUITERS, **portrait: Any
) -> Person:
    """Return somebody whose profile says that: an accountant within 30 km of Nantes unless told otherwise."""
    person = candidate(session)
    wanted = tuple(PlaceWanted.at(place, radius) for place, radius in around or ((NANTES, 30),))
    said = Portrait(**{"trades": (ACCOUNTANT,), "places": wanted, **portrait})
    session.add(Profile(**profiles.new(person.id, said, visibility=visible, at=AT - timedelta(days=1))))
    session.flush()
    return person


def may_hunt(session: Session) -> Person:
    """Return a recruiter with a validated offer."""
    by = recruiter(session)
    publish(session, by)
    return by


def found(session: Session, sought: Sought, **page: Any) -> list[int]:
    """Return whom a recruiter finds, in order."""
    viewer = visibility.of_recruiter(session, recruiter(session).id)
    return [hit.person_id for hit in profile_search.find(session, sought, viewer, Page(**{"limit": 50, **page})).hits]


def reads(words: str) -> Sought:
    return hunt_reading.read(words, today=TODAY)


def letters(session: Session, to: Person) -> list[Letter]:
    posts = session.scalars(sa.select(Post).where(Post.person_id == to.id).order_by(Post.id))
    return [from_params(post.kind, post.params) for post in posts]


READINGS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("comptable Nantes", {"trades": ["M1203"], "places": ["Nantes (44) 30"]}),
    ("Nous cherchons une comptable à Nantes, 50 km, CDI", {"trades": ["M1203"], "places": ["Nantes (44) 50"], "contracts": ["cdi"]}),
    ("je cherche une assistante sociale à mi-temps dans le 35", {"trades": ["K1201"], "places": ["Ille-et-Vilaine (35)"], "times": ["part"]}),
    ("infirmière, Rennes, disponible en janvier", {"trades": ["J1506"], "places": ["Rennes (35) 30"], "starts_on": "2027-01-01"}),
    ("chargé de communication, 5 ans d'expérience, Lyon", {"trades": ["E1103"], "places": ["Lyon (69) 30"], "years": 5}),
    ("comptable, expérience de 3 ans minimum, logiciel Sage", {"trades": ["M1203"], "years": 3, "words": ["logiciel", "sage"]}),
    ("développeur python télétravail", {"trades": ["M1805"], "places": ["télétravail"], "words": ["python"]}),
    ("budget européen FSE", {"words": ["budget", "europeen", "fse"]}),
    ("bonjour", {}),
)  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), READINGS)
def test_the_words_of_a_hunt(words: str, expected: dict[str, Any]) -> None:
    sought = reads(words)
    criteria = sought.criteria
    said = {
        "trades": list(criteria.trades),
        "places": [f"{one.label} {one.radius_km or ''}".strip() for one in criteria.places],
        "contracts": [str(one) for one in criteria.contracts],
        "times": [str(one) for one in criteria.working_times],
        "starts_on": criteria.starts_on.isoformat() if criteria.starts_on else None,
        "years": sought.experience_years,
        "words": list(sought.words),
    }
    assert {name: value for name, value in said.items() if value} == expected
    assert Sought.from_json(sought.to_json()) == sought


def test_a_hunt_is_called_by_its_words() -> None:
    assert hunt_reading.name_of("Bonjour, nous cherchons une comptable,\n Nantes") == "comptable, Nantes"
    assert hunt_reading.name_of("infirmière Rennes") == "infirmière Rennes"


def test_towns_of_one_name_are_all_searched() -> None:
    assert {place.code for place in reads("animateur Saint-Denis").criteria.places} >= {"93066", "97411"}


AREAS: tuple[tuple[tuple[Place, int | None], tuple[Place, int | None], bool], ...] = (
    ((NANTES, 30), (REZE, 5), True),
    ((NANTES, 30), (RENNES, 10), False),
    ((NANTES, 10), (CHOLET, 60), True),  # she would come as far
    ((NANTES, 60), (CHOLET, 5), True),  # the recruiter looks as far
    ((NANTES, 10), (CHOLET, 20), False),
    ((NANTES, 10), (LOIRE, None), True),
    ((CHOLET, 10), (LOIRE, None), False),
    ((NANTES, 10), (PAYS_DE_LA_LOIRE, None), True),
    ((RENNES, 10), (PAYS_DE_LA_LOIRE, None), False),
    ((RENNES, 10), (FRANCE, None), True),
    ((LOIRE, None), (REZE, 5), True),
    ((LOIRE, None), (CHOLET, 5), False),
    ((PAYS_DE_LA_LOIRE, None), (CHOLET, 5), True),
    ((PAYS_DE_LA_LOIRE, None), (RENNES, 5), False),
    ((FRANCE, None), (RENNES, 5), True),
    ((REMOTE, None), (RENNES, 5), False),
    ((REMOTE, None), (REMOTE, None), True),
)


def test_who_wants_to_work_where(database: Database) -> None:
    with database.transaction() as session:
        for wanted, theirs, is_right in AREAS:
            person = someone(session, theirs)
            sought = Sought(Criteria(trades=(ACCOUNTANT,), places=(PlaceWanted.at(*wanted),)))
            assert (person.id in found(session, sought)) is is_right, (wanted, theirs)
        second = someone(session, (RENNES, 10), (CHOLET, 10))
        assert second.id in found(session, Sought(Criteria(places=(PlaceWanted.at(CHOLET, 5),))))


AXES: tuple[tuple[str, dict[str, Any], bool], ...] = (
    ("comptable", {}, True),
    ("comptable", {"trades": (PAYROLL,)}, True),  # its neighbour under the same ROME code
    ("comptable", {"trades": ("K1201",)}, False),
    ("comptable", {"trades": ("K1201",), "skills": ("comptabilité générale",)}, True),
    ("comptable CDI", {"contracts": (Contract.CDD,)}, False),
    ("comptable CDI", {"contracts": (Contract.CDD, Contract.CDI)}, True),
    ("comptable CDI", {}, True),  # what is not told excludes nobody
    ("comptable mi-temps", {"working_times": (WorkingTime.FULL,)}, False),
    ("comptable mi-temps", {"working_times": (WorkingTime.PART,)}, True),
    ("comptable 5 ans d'expérience", {"experience_years": 3}, False),
    ("comptable 5 ans d'expérience", {"experience_years": 6}, True),
    ("comptable 5 ans d'expérience", {}, True),
    ("comptable disponible en janvier", {"starts_on": date(2027, 3, 1)}, False),
    ("comptable disponible en janvier", {"starts_on": date(2026, 12, 1)}, True),
    ("comptable Sage", {"skills": ("Ciel",)}, True),  # beside a trade words only bring forward
    ("logiciel Sage", {"skills": ("logiciel Sage",)}, True),
    ("logiciel Sage", {"skills": ("Ciel",)}, False),
    ("logiciels SAGE", {"skills": ("logiciel Sage",)}, True),  # the same words in French
    ("fonds européens", {"skills": ("fonds europeens",)}, True),
    ("fonds europeens", {"skills": ("fonds européens",)}, True),
)


@pytest.mark.parametrize(("words", "portrait", "is_right"), AXES)
def test_what_a_search_asks_of_a_profile(
    database: Database, words: str, portrait: dict[str, Any], is_right: bool
) -> None:
    with database.session() as session:
        person = someone(session, **portrait)
        assert (person.id in found(session, reads(words))) is is_right


def test_order_reasons_and_distance(database: Database) -> None:
    with database.transaction() as session:
        near_by = someone(session, (REZE, 20))
        exact = someone(session, contracts=(Contract.CDI,))
        neighbour = someone(session, trades=(PAYROLL,))
        viewer = visibility.of_recruiter(session, recruiter(session).id)
        hits = profile_search.find(session, reads("comptable Nantes CDI"), viewer, Page()).hits
        assert [hit.person_id for hit in hits] == [exact.id, near_by.id, neighbour.id]
        assert Reason(hits[0].reasons).codes == ("trade", "radius", "contract")
        assert [hit.distance_km for hit in hits[:2]] == [0, 3]
        assert Reason(hits[2].reasons).codes == ("near-trade", "radius")


def test_pages_follow_each_other_and_counts_are_of_the_whole(database: Database) -> None:
    with database.transaction() as session:
        everybody = {
            someone(session, experience_years=n % 12, contracts=(Contract.CDI,) if n % 3 else ()).id for n in range(27)
        }
        viewer = visibility.of_recruiter(session, recruiter(session).id)
        after, pages = None, []
        while True:
            page = profile_search.find(session, reads("comptable Nantes"), viewer, Page(10, after))
            pages.append([hit.person_id for hit in page.hits])
            assert page.total == 27
            assert page.facets["trade"] == {ACCOUNTANT: 27}
            assert page.facets["departement"] == {"44": 27}
            assert page.facets["contract"] == {"cdi": 18}
            assert page.facets["experience"] == {"0": 27, "2": 21, "5": 14, "10": 4}
            if not page.more:
                break
            after = (page.hits[-1].rank, page.hits[-1].slug)
        assert [len(page) for page in pages] == [10, 10, 7]
        assert {one for page in pages for one in page} == everybody


def test_a_search_reads_indexes_only(database: Database) -> None:
    with database.transaction() as session:
        others = Portrait(trades=("K1201",), places=(PlaceWanted.at(RENNES, 20),))
        row = profiles.new(0, others, visibility=Visibility.RECRUITERS, at=AT)
        values = {"name": "", "language": "fr", "created_at": AT, "life_at": AT}
        many = [{"address": f"p{n}@a.example", "address_key": f"p{n}@a.example", **values} for n in range(4000)]
        made = session.scalars(sa.insert(Person).returning(Person.id), many).all()
        session.execute(sa.insert(Profile), [{**row, "person_id": one, "slug": f"p{one}"} for one in made])
        someone(session, skills=("logiciel Sage",))
        for name in ("ix_profile_search", "ix_profile_sought"):
            session.execute(sa.text(f"SELECT gin_clean_pending_list('{name}')"))
        session.execute(sa.text("ANALYZE"))
        viewer = visibility.of_recruiter(session, recruiter(session).id)
        plans = {
            words: profile_search.plan(session, reads(words), viewer, Page())
            for words in ("comptable Nantes", "logiciel Sage")
        }
        assert "ix_profile_sought" in plans["comptable Nantes"]
        assert "ix_profile_search" in plans["logiciel Sage"]
        assert all("Seq Scan on profile f" not in plan for plan in plans.values())


def test_a_hunt_by_mail_numbers_what_it_shows_for_good(database: Database) -> None:
    with database.transaction() as session:
        everybody = [someone(session) for _ in range(13)]
        by = may_hunt(session)
        made = hunting.hunt(session, by, "comptable Nantes", key="1", thread=Thread(), at=AT)
        hunting.show_more(session, made, by, key="2", thread=Thread(), at=AT)
        hunting.show_more(session, made, by, key="3", thread=Thread(), at=AT)
        shown = [[card.number for card in letter.profiles] for letter in letters(session, by)]  # type: ignore[attr-defined]
        assert shown == [list(range(1, 11)), [11, 12, 13], []]
        assert sorted(session.scalars(sa.select(HuntEntry.person_id))) == sorted(person.id for person in everybody)
        params = str(session.scalars(sa.select(Post.params)).all())
        assert not any(person.address in params or person.first_name in params for person in everybody)
        gone = session.get_one(Profile, session.get_one(HuntEntry, (made.id, 1)).person_id)
        gone.asleep_at = AT
        session.flush()
        fresh = hunting.freshen(session, letters(session, by)[0], at=AT)
        assert [card.number for card in fresh.profiles] == list(range(2, 11))  # type: ignore[union-attr]


def test_only_who_had_an_offer_validated_may_hunt(database: Database) -> None:
    with database.transaction() as session:
        by = recruiter(session)
        for asked in (
            lambda: hunting.hunt(session, by, "comptable", key="1", thread=Thread(), at=AT),
            lambda: hunting.search(session, by, reads("comptable"), Page(), at=AT),
        ):
            with pytest.raises(Refused, match="hunt-not-allowed"):
                asked()
        with pytest.raises(Refused, match="hunt-empty"):
            hunting.hunt(session, may_hunt(session), "Bonjour", key="2", thread=Thread(), at=AT)


def follow(session: Session, by: Person, frequency: Frequency = Frequency.DAILY) -> Hunt:
    made = hunting.hunt(session, by, "comptable Nantes", key=f"hunt-{by.id}", thread=Thread(), at=AT)
    hunting.follow(session, made, by, frequency, key=f"follow-{by.id}", thread=Thread(), at=AT)
    return made


def newcomer(session: Session) -> Person:
    person = someone(session)
    session.get_one(Profile, person.id).updated_at = AT + timedelta(days=1, hours=1)
    session.flush()
    return person


def test_a_followed_hunt_tells_of_new_profiles_once(database: Database) -> None:
    with database.transaction() as session:
        for _ in range(12):
            someone(session)
        by = may_hunt(session)
        made = follow(session, by)
        assert not hunting.post_new(session, made.id, at=AT + timedelta(days=1))  # two unseen, but not new
        new = [newcomer(session).id for _ in range(11)]
        hidden = newcomer(session)
        session.get_one(Profile, hidden.id).visibility = Visibility.NOBODY
        session.flush()
        days = [hunting.post_new(session, made.id, at=AT + timedelta(days=day)) for day in (2, 3, 4)]
        assert days == [True, True, False]  # what one mail does not hold comes with the next
        told = [one.person_id for one in hunts.entries(session, made.id, range(11, 30))]
        assert sorted(told) == sorted(new)
        digests = [letter for letter in letters(session, by) if letter.kind == "hunt_digest"]
        assert [len(letter.profiles) for letter in digests] == [10, 1]  # type: ignore[attr-defined]


def test_stop_ends_one_hunt_and_stop_everything_all_of_them(database: Database) -> None:
    with database.transaction() as session:
        by = may_hunt(session)
        first = follow(session, by)
        second = hunting.hunt(session, by, "comptable Rezé", key="b", thread=Thread(), at=AT)
        hunting.follow(session, second, by, Frequency.WEEKLY, key="b", thread=Thread(), at=AT)
        assert [one.number for one in hunts.followed(session, by)] == [1, 2]
        signups.stop_stream(session, by, first.stream, how="stop-by-reply", key="s", at=AT)
        assert hunts.followed(session, by) == [second]
        newcomer(session)
        assert not hunting.post_new(session, first.id, at=AT + timedelta(days=2))
        signups.stop_everything(session, by, how="stop-everything", key="all", at=AT)
        assert hunts.followed(session, by) == []
        signups.resume(session, by, key="again", at=AT)
        assert [one.number for one in hunts.followed(session, by)] == [1, 2]


def test_the_rounds_keep_the_rhythm_of_each_hunt(database: Database) -> None:
    at = rounds.now()
    with database.transaction() as session:
        daily, weekly = may_hunt(session), may_hunt(session)
        follow(session, daily)
        follow(session, weekly, Frequency.WEEKLY)
        person = someone(session)
        session.get_one(Profile, person.id).updated_at = at
        session.execute(sa.update(Hunt).values(told_at=at - timedelta(hours=1)))
    assert rounds.hunts_daily(database, at) == "posted 1"
    assert rounds.hunts_daily(database, at) == "posted 0"
    assert rounds.hunts_weekly(database, at) == "posted 1"
    with database.transaction() as session:
        for by in (daily, weekly):
            assert [letter.kind for letter in letters(session, by)].count("hunt_digest") == 1


def test_a_round_that_dies_midway_goes_on_without_telling_twice(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = rounds.now()
    with database.transaction() as session:
        hunters = [may_hunt(session) for _ in range(3)]
        for by in hunters:
            follow(session, by)
        person = someone(session)
        session.get_one(Profile, person.id).updated_at = at
        session.execute(sa.update(Hunt).values(told_at=at - timedelta(hours=1)))
    deaths = iter((False, True))

    def die(point: str) -> None:
        if point == "post:before-commit" and next(deaths, False):
            raise KeyboardInterrupt

    monkeypatch.setattr(batches.crashes, "point", die)
    with pytest.raises(KeyboardInterrupt):
        rounds.hunts_daily(database, at)
    assert rounds.hunts_daily(database, at) == "posted 2"
    with database.transaction() as session:
        for by in hunters:
            assert [letter.kind for letter in letters(session, by)].count("hunt_digest") == 1


def test_searches_that_nobody_follows_are_forgotten(database: Database) -> None:
    at = rounds.now()
    with database.transaction() as session:
        someone(session)
        by = may_hunt(session)
        followed = follow(session, by)
        hunting.hunt(session, by, "comptable Rezé", key="b", thread=Thread(), at=AT)
        session.execute(sa.update(Hunt).values(created_at=at - timedelta(days=database.settings.hunt_days + 1)))
    assert rounds.retention(database, at).startswith("forgotten ")
    with database.transaction() as session:
        assert session.scalars(sa.select(HuntEntry.hunt_id).distinct()).all() == [followed.id]


def test_a_search_may_be_narrowed_on_each_axis() -> None:
    sought = reads("comptable Nantes")
    narrow = sought.narrowed(
        trade=ASSISTANT, departement="44", contract=Contract.CDI, working_time=WorkingTime.PART, experience_years=5
    )
    assert narrow.criteria == replace(
        sought.criteria, trades=(ASSISTANT,), contracts=(Contract.CDI,), working_times=(WorkingTime.PART,)
    )
    assert (narrow.departement, narrow.experience_years) == ("44", 5)
