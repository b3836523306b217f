"""Who sees which profile: every visibility against every relation, for whoever shows profiles.

`SITUATIONS` are the people, `VIEWERS` those who look, `EXPECTED` who is seen. A door that shows profiles (a search, a page,
a shortlist, a feed) adds itself to `DOORS` and is walked over all of them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import (
    blocks,
    contacts,
    conversations,
    hidden_employers,
    hunting,
    hunts,
    matching,
    organisations,
    people,
    profiles,
    showing,
    visibility,
)
from jobboard.contracts import Frequency
from jobboard.criteria import Criteria
from jobboard.db import Database
from jobboard.errors import Refused
from jobboard.hunts import HuntEntry
from jobboard.offers import Offer
from jobboard.people import Person
from jobboard.profile_search import Page
from jobboard.profiles import Profile, Visibility
from jobboard.sought import Sought
from jobboard.visibility import PUBLIC, Viewer
from tests.jobboard.records import AT, NANTES, alert, candidate, near, profile, publish, recruiter

Arrange = Callable[[Session, Profile], None]
HORIZON = "Association Horizon"


def _column(**values: object) -> Arrange:
    def arrange(session: Session, made: Profile) -> None:
        for name, value in values.items():
            setattr(made, name, value)

    return arrange


def _hides(written: str) -> Arrange:
    def arrange(session: Session, made: Profile) -> None:
        hidden_employers.hide_from(session, session.get_one(Person, made.person_id), written, at=AT)

    return arrange


def _blocks_horizon(session: Session, made: Profile) -> None:
    person = session.scalars(sa.select(Person).where(Person.address_key == "helene@horizon.example")).one()
    conversation = conversations.Conversation(
        candidate_id=made.person_id, recruiter_id=person.id, offer_id=None, state="open", created_at=AT
    )
    session.add(conversation)
    session.flush()
    blocks.put(session, made.person_id, [person], conversation_id=conversation.id, at=AT)


# What happened to a profile, and which of the recruiters it hides from then; "all": everybody.
SITUATIONS: dict[str, tuple[Arrange, frozenset[str]]] = {
    "nothing": (_column(), frozenset()),
    "asleep": (_column(asleep_at=AT), frozenset({"all"})),
    "held by the staff": (_column(held_at=AT), frozenset({"all"})),
    "stopped everything": (_column(stopped_at=AT), frozenset({"all"})),
    "warned only": (_column(warned_at=AT), frozenset()),
    "hides from its name": (_hides("Horizon"), frozenset({"public", "horizon", "horizon nantes", "same siren", "same domain"})),
    "hides from its whole name": (_hides("l'Association HORIZON !"), frozenset({"public", "horizon", "horizon nantes", "same siren", "same domain"})),
    "hides from its SIRET": (_hides("784 281 925 00012"), frozenset({"public", "horizon", "same siren", "same domain"})),
    "hides from its domain": (_hides("rh@horizon.example"), frozenset({"public", "horizon", "same domain", "same siren"})),
    "hides from somebody else": (_hides("Mairie de Brest"), frozenset({"public"})),
}  # fmt: skip

# Who looks: the name of the organisation, its SIRET, the recruiter's address.
RECRUITERS = {
    "horizon": (HORIZON, "78428192500012", "helene@horizon.example"),
    "horizon nantes": ("Horizon Nantes", None, "paul@gmail.com"),
    "same siren": ("La Traverse", "78428192500038", "zoe@traverse.example"),
    "same domain": ("Chantier des Rives", None, "ali@horizon.example"),
    "stranger": ("Les Tilleuls", "11111111100011", "eva@tilleuls.example"),
}
LEVELS = {
    Visibility.EVERYONE: {"public", *RECRUITERS},
    Visibility.RECRUITERS: set(RECRUITERS),
    Visibility.NOBODY: set(),
}


class Board:
    """The recruiters with an offer each, and one candidate for each visibility and situation."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.offers: dict[str, Offer] = {}
        for name, (organisation, siret, address) in RECRUITERS.items():
            person = people.admit(session, address, name=name, at=AT)
            made = organisations.join(session, person, organisation, siret=siret, at=AT)
            self.offers[name] = publish(session, person, employer=organisation)
            self.offers[name].organisation_id = made.id
        self.who: dict[int, tuple[Visibility, str]] = {}
        for level in Visibility:
            for situation, (arrange, _) in SITUATIONS.items():
                person = candidate(session)
                alert(session, person)
                profile(session, person, near(NANTES), level)
                arrange(session, session.get_one(Profile, person.id))
                self.who[person.id] = (level, situation)
        session.flush()

    def expected(self, viewer: str) -> set[tuple[Visibility, str]]:
        return {
            (level, situation)
            for level, situation in self.who.values()
            if viewer in LEVELS[level] and not SITUATIONS[situation][1] & {viewer, "all"}
        }

    def viewer(self, name: str) -> Viewer:
        if name == "public":
            return PUBLIC
        return visibility.of_organisation(
            self.session, self.offers[name].organisation_id, self.offers[name].recruiter_id
        )

    def named(self, found: set[int]) -> set[tuple[Visibility, str]]:
        return {self.who[one] for one in found}


def _query(board: Board, viewer: str) -> set[int]:
    return set(board.session.scalars(sa.select(Profile.person_id).where(visibility.condition(board.viewer(viewer)))))


def _one_by_one(board: Board, viewer: str) -> set[int]:
    return {one for one in board.who if visibility.may_see(board.session, board.viewer(viewer), one)}


def _shortlist(board: Board, viewer: str) -> set[int] | None:
    if viewer == "public":
        return None  # there is none
    found = matching.shortlist(board.session, board.offers[viewer].id, limit=1000, at=AT)
    return {match.person_id for match in found}


def _as_recruiter(board: Board, viewer: str) -> set[int] | None:
    if viewer == "public":
        return None
    seen = visibility.of_recruiter(board.session, board.offers[viewer].recruiter_id)
    return set(board.session.scalars(sa.select(Profile.person_id).where(visibility.condition(seen))))


def _hunted(board: Board, viewer: str) -> set[int] | None:
    if viewer == "public":
        return None
    by = board.session.get_one(Person, board.offers[viewer].recruiter_id)
    criteria = Criteria(trades=near(NANTES).trades, places=near(NANTES).places)
    found = hunting.search(board.session, by, Sought(criteria), Page(1000), at=AT)
    return {hit.person_id for hit in found.hits}


def _hunt_digest(board: Board, viewer: str) -> set[int] | None:
    """Return whom a followed hunt tells of, when everybody is new to it."""
    if viewer == "public":
        return None
    session = board.session
    by = session.get_one(Person, board.offers[viewer].recruiter_id)
    made = hunts.create(session, by, "comptable Nantes", Sought(near(NANTES)), at=AT)
    hunts.follow(session, made, by, Frequency.DAILY, at=AT)
    made.told_at = AT - timedelta(days=1)
    while hunting.post_new(session, made.id, at=AT):
        pass
    return set(session.scalars(sa.select(HuntEntry.person_id).where(HuntEntry.hunt_id == made.id)))


def _frozen(board: Board, viewer: str) -> set[int] | None:
    """Return who is shown of a list that was numbered while everybody could be seen."""
    if viewer == "public":
        return None
    everybody = [showing.NumberedProfile(number, one, 1, None) for number, one in enumerate(board.who, 1)]
    cards = showing.profile_cards(board.session, everybody, board.viewer(viewer))
    return {everybody[card.number - 1].person_id for card in cards}


def _contacted(board: Board, viewer: str) -> set[int] | None:
    """Return who can be proposed an offer."""
    if viewer == "public":
        return None
    by, found = board.session.get_one(Person, board.offers[viewer].recruiter_id), set()
    for one in board.who:
        with contextlib.suppress(Refused):
            contacts.check_visible(board.session, by, one)
            found.add(one)
    return found


# A door: the people whom it shows to that viewer, or None where it is closed to her.
DOORS: dict[str, Callable[[Board, str], set[int] | None]] = {
    "query": _query,
    "one by one": _one_by_one,
    "as recruiter": _as_recruiter,
    "shortlist": _shortlist,
    "hunt": _hunted,
    "hunt digest": _hunt_digest,
    "frozen numbers": _frozen,
    "contact": _contacted,
}


@pytest.mark.parametrize("door", DOORS)
def test_no_door_shows_a_hidden_profile(database: Database, door: str) -> None:
    with database.session() as session:
        board = Board(session)
        for viewer in ("public", *RECRUITERS):
            found = DOORS[door](board, viewer)
            if found is not None:
                assert board.named(found) == board.expected(viewer), viewer


def test_whoever_was_blocked_finds_her_no_more(database: Database) -> None:
    with database.session() as session:
        board = Board(session)
        her = next(
            one for one, (level, situation) in board.who.items() if (level, situation) == ("everyone", "nothing")
        )
        _blocks_horizon(session, session.get_one(Profile, her))
        assert not visibility.may_see(session, board.viewer("horizon"), her)
        assert visibility.may_see(session, board.viewer("stranger"), her)
        assert visibility.may_see(session, PUBLIC, her)


def test_a_recruiter_who_looks_for_work_does_not_find_herself(database: Database) -> None:
    with database.session() as session:
        person = recruiter(session)
        profile(session, person, near(NANTES), Visibility.EVERYONE)
        assert not visibility.may_see(session, visibility.of_recruiter(session, person.id), person.id)


def test_an_erased_profile_leaves_nothing_but_the_digest_of_its_address(database: Database) -> None:
    with database.session() as session:
        person = candidate(session)
        profile(session, person, near(NANTES), Visibility.EVERYONE)
        session.delete(person)
        session.flush()
        assert session.scalars(sa.select(Profile)).all() == []
        assert len(session.scalars(sa.select(profiles.RetiredProfile.slug_sha256)).one()) == 32


def test_any_sign_of_life_wakes_a_profile(database: Database) -> None:
    with database.session() as session:
        person = candidate(session, at=AT - timedelta(days=200))
        profile(session, person, near(NANTES), Visibility.EVERYONE)
        made = session.get_one(Profile, person.id)
        made.warned_at = made.asleep_at = AT - timedelta(days=10)
        session.flush()
        assert not visibility.may_see(session, PUBLIC, person.id)
        person.life_at = AT
        session.flush()
        session.refresh(made)
        assert (made.asleep_at, made.warned_at, made.life_at) == (None, None, AT)
        assert visibility.may_see(session, PUBLIC, person.id)
