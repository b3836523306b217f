"""Suggestions: what a recruiter is shown of profiles for her offer, under numbers that stay, and never twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import applications, contacts, matching, offers, people, shortlists, signups, suggestions
from jobboard.conversations import Words
from jobboard.db import Database
from jobboard.letters import from_params
from jobboard.letters.base import Letter
from jobboard.letters.recruiting import OfferPublished
from jobboard.letters.suggestions import NewProfiles, ProfilesShown
from jobboard.offers import Offer
from jobboard.outbox import Post, Thread
from jobboard.people import Person
from jobboard.places import Place
from jobboard.profiles import Profile, Visibility
from jobboard.sightings import Sighting
from scheduler import rounds
from tests.jobboard.records import AT, CHOLET, NANTES, REZE, alert, candidate, near, profile, publish, recruiter

L = TypeVar("L", bound=Letter)
WEEK = timedelta(days=7)


def seen(session: Session, name: str = "Zoé Martin", *, place: Place = NANTES, radius: int = 30) -> Person:
    """Return somebody with an alert and a profile that recruiters see."""
    person = candidate(session, name)
    wish = near(place, radius)
    alert(session, person, wish)
    profile(session, person, wish, Visibility.RECRUITERS)
    return person


def letters(session: Session, to: Person, kind: type[L]) -> list[L]:
    """Return the letters of a kind posted to somebody, oldest first."""
    posts = session.scalars(sa.select(Post).where(Post.person_id == to.id, Post.kind == kind.kind).order_by(Post.id))
    found = [from_params(post.kind, post.params) for post in posts]
    return [one for one in found if isinstance(one, kind)]


def numbers(found: Sequence[OfferPublished | ProfilesShown | NewProfiles]) -> list[list[int]]:
    return [[card.number for card in letter.profiles] for letter in found]


def published(session: Session, by: Person, *, told_after: timedelta = timedelta(0)) -> Offer:
    offer = publish(session, by)
    suggestions.post_published(session, offer.id, at=AT + told_after)
    return offer


def test_pages_of_ten_whose_numbers_go_on_and_never_change(database: Database) -> None:
    with database.transaction() as session:
        everybody = [seen(session) for _ in range(23)]
        by = recruiter(session)
        offer = published(session, by)
        for page in range(3):
            suggestions.show_more(session, offer, key=f"more-{page}", thread=Thread(), at=AT)
        [first], pages = letters(session, by, OfferPublished), letters(session, by, ProfilesShown)
        assert [card.number for card in first.profiles] == list(range(1, 11))
        assert numbers(pages) == [list(range(11, 21)), [21, 22, 23], []]
        entries = shortlists.of_offer(session, offer.id)
        assert sorted(one.person_id for one in entries) == sorted(person.id for person in everybody)
        assert session.scalar(sa.select(sa.func.count()).select_from(Sighting)) == 23
        params = str(session.scalars(sa.select(Post.params).where(Post.person_id == by.id)).all())
        assert not any(person.address in params or person.first_name in params for person in everybody)


def test_profils_shows_the_last_ones_again_without_those_who_hid(database: Database) -> None:
    with database.transaction() as session:
        first, second = seen(session), seen(session)
        by = recruiter(session)
        offer = published(session, by)
        session.get_one(Profile, first.id).visibility = Visibility.NOBODY
        session.flush()
        assert suggestions.show(session, offer, key="again", thread=Thread(), at=AT) == 1
        [letter] = letters(session, by, ProfilesShown)
        [entry] = [one for one in shortlists.of_offer(session, offer.id) if one.person_id == second.id]
        assert (letter.again, letter.gone, [card.number for card in letter.profiles]) == (True, 1, [entry.number])
        # What was posted before she hid leaves without her.
        fresh = suggestions.freshen(session, letters(session, by, OfferPublished)[0], at=AT)
        assert isinstance(fresh, OfferPublished)
        assert [card.number for card in fresh.profiles] == [entry.number]


def test_without_a_match_nothing_is_padded(database: Database) -> None:
    with database.transaction() as session:
        seen(session, place=CHOLET, radius=5)
        by = recruiter(session)
        published(session, by)
        assert letters(session, by, OfferPublished)[0].profiles == ()


def test_near_equal_profiles_take_turns(database: Database) -> None:
    with database.transaction() as session:
        best = seen(session)
        everybody = {seen(session, place=REZE).id for _ in range(12)}  # a band below: a few kilometres away
        first = publish(session, recruiter(session))
        suggestions.post_published(session, first.id, at=AT)
        shown = {one.person_id for one in shortlists.of_offer(session, first.id)}
        second = publish(session, recruiter(session))
        order = [match.person_id for match in matching.shortlist(session, second.id, limit=13, at=AT)]
        # Whoever fits better comes first however often she is shown; of the others, those not shown yet.
        assert order[0] == best.id
        assert set(order[1:4]) == everybody - shown
        long_after = AT + timedelta(days=matching.ROTATION_DAYS + 1)
        again = [match.person_id for match in matching.shortlist(session, second.id, limit=13, at=long_after)]
        assert set(again) == set(order)
        assert again != order


def test_who_applied_or_stopped_proposals_is_not_suggested(database: Database) -> None:
    with database.transaction() as session:
        applied = seen(session)
        by = recruiter(session)
        offer = publish(session, by)
        applications.apply(session, offer, applied, Words("Candidature", "Bonjour"), at=AT)
        assert matching.shortlist(session, offer.id, limit=10, at=AT) == []


def test_a_validation_is_told_once_and_a_corrected_offer_keeps_its_numbers(database: Database) -> None:
    with database.transaction() as session:
        seen(session)
        by = recruiter(session)
        offer = published(session, by)
        suggestions.post_published(session, offer.id, at=AT + timedelta(seconds=5))
        assert shortlists.untold(session) == []
        later = AT + timedelta(days=1)
        offers.LIFE.step(offer, "correct", by=by.id, at=later)
        offers.submit(session, offer, by=by, at=later)
        offers.validate(session, offer, by=by, at=later)
        seen(session)
        session.flush()
        assert shortlists.untold(session) == [offer.id]
        suggestions.post_published(session, offer.id, at=later)
        assert numbers(letters(session, by, OfferPublished)) == [[1], [1, 2]]


def test_once_a_week_only_who_is_new(database: Database) -> None:
    with database.transaction() as session:
        for _ in range(12):
            seen(session)
        by = recruiter(session)
        offer = published(session, by, told_after=timedelta(hours=1))
        matching.record(session, [offer.id], at=AT)
        assert not suggestions.post_new(session, offer.id, at=AT + WEEK)  # two unseen, but they were there before
        newcomer = seen(session)
        session.get_one(Profile, newcomer.id).updated_at = AT + timedelta(days=8)
        assert suggestions.post_new(session, offer.id, at=AT + 2 * WEEK)
        assert not suggestions.post_new(session, offer.id, at=AT + 3 * WEEK)
        assert numbers(letters(session, by, NewProfiles)) == [[11]]
        assert shortlists.of_offer(session, offer.id)[-1].person_id == newcomer.id


def test_the_weekly_round_tells_open_offers_whose_recruiter_did_not_say_stop(database: Database) -> None:
    at = rounds.now()
    with database.transaction() as session:
        hired, by = recruiter(session, at=at), recruiter(session, at=at)
        quiet, told = publish(session, hired, at=at), publish(session, by, at=at)
        for offer in (quiet, told):
            suggestions.post_published(session, offer.id, at=at - timedelta(hours=1))
        quiet.reminders_stopped = True
        person = seen(session)
        session.get_one(Profile, person.id).updated_at = at
    assert rounds.new_profiles(database, at) == "posted 1"
    assert rounds.new_profiles(database, at) == "posted 0"
    with database.transaction() as session:
        assert len(letters(session, by, NewProfiles)) == 1
        assert letters(session, hired, NewProfiles) == []


def test_stop_to_proposals_hides_from_those_who_could_only_propose(database: Database) -> None:
    with database.transaction() as session:
        person, by = seen(session), recruiter(session)
        offer = published(session, by)
        [entry] = shortlists.of_offer(session, offer.id)
        found = contacts.Found(entry.person_id, entry.reasons, entry.distance_km)
        contacts.propose(session, offer, by, found, at=AT)
        signups.stop_stream(session, person, people.PROPOSALS, how="stop-by-reply", key="s", at=AT)
        other = publish(session, recruiter(session))
        assert matching.shortlist(session, other.id, limit=10, at=AT) == []
