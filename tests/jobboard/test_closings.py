"""The end of an offer: at its recruiter's word or at its moment; who waits is told, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import acts, applications, closings
from jobboard.applications import Application, ApplicationState, Event
from jobboard.conversations import Words
from jobboard.db import Database, settings_of
from jobboard.errors import Refused
from jobboard.letters.account import Noted
from jobboard.letters.applications import OfferClosedForCandidate
from jobboard.letters.recruiting import OfferClosed, OfferProlonged
from jobboard.offers import Offer, OfferState
from jobboard.outbox import Post, PostState
from jobboard.people import Person
from tests.jobboard.records import AT, candidate, publish, recruiter, staff


def posted(session: Session, kind: str) -> list[Post]:
    return list(session.scalars(sa.select(Post).where(Post.kind == kind).order_by(Post.id)))


def an_offer_with_applications(session: Session, count: int) -> tuple[Offer, Person, list[Application]]:
    by = recruiter(session)
    offer = publish(session, by)
    made = [
        applications.apply(session, offer, candidate(session), Words("Candidature", "Bonjour"), at=AT)[0]
        for _ in range(count)
    ]
    return offer, by, made


def test_closing_tells_those_who_wait_and_the_recruiter(database: Database) -> None:
    with database.transaction() as session:
        offer, by, (first, second, gone) = an_offer_with_applications(session, 3)
        applications.withdraw(session, gone, by=session.get_one(Person, gone.person_id), at=AT)
        other = publish(session, by, title="Comptable à mi-temps")
        closings.close(session, offer, by, filled=True, key="k", at=AT)
        assert (offer.state, offer.closed_at, offer.filled) == (OfferState.CLOSED, AT, True)
        told = posted(session, OfferClosedForCandidate.kind)
        assert [post.person_id for post in told] == [first.person_id, second.person_id]
        assert all(post.params["filled"] for post in told)
        assert [card["offer_id"] for card in told[0].params["cards"]] == [other.id]
        [closed] = posted(session, OfferClosed.kind)
        assert (closed.person_id, closed.params["told"], closed.params["by_clock"]) == (by.id, 2, False)
        assert first.state is ApplicationState.ENDED
        assert [event.event for event in applications.timeline(session, first)] == [Event.SENT, Event.OFFER_CLOSED]
        assert gone.state is ApplicationState.WITHDRAWN
        with pytest.raises(Refused, match="offer-already-closed"):
            closings.close(session, offer, by, filled=False, key="k2", at=AT)


def with_time_to_undo(session: Session, minutes: int = 10) -> None:
    session.info["settings"] = settings_of(session).model_copy(update={"undo_minutes": minutes})


def test_the_letters_to_others_wait_and_a_change_of_mind_leaves_no_trace(database: Database) -> None:
    with database.transaction() as session:
        with_time_to_undo(session)
        offer, by, (waiting,) = an_offer_with_applications(session, 1)
        closings.close(session, offer, by, filled=True, key="k", at=AT)
        [told] = posted(session, OfferClosedForCandidate.kind)
        assert told.due_at == AT + timedelta(minutes=10)
        [closed] = posted(session, OfferClosed.kind)
        assert (closed.due_at, closed.params["undo_minutes"]) == (AT, 10)
        act = acts.last_of(session, by)
        assert act is not None
        closings.reopen(session, act, by, key="u", at=AT + timedelta(minutes=9))
        assert (offer.state, offer.closed_at, offer.filled) == (OfferState.PUBLISHED, None, False)
        assert waiting.state is ApplicationState.SENT
        session.expire_all()
        assert posted(session, OfferClosedForCandidate.kind)[0].state is PostState.DROPPED
        assert posted(session, Noted.kind)[0].params["what"] == "offer-reopened"
        closings.close(session, offer, by, filled=False, key="again", at=AT + timedelta(minutes=20))
        act = acts.last_of(session, by)
        assert act is not None
        with pytest.raises(Refused, match="undo-too-late"):
            closings.reopen(session, act, by, key="late", at=AT + timedelta(minutes=30))
        assert len(posted(session, OfferClosed.kind)) == 2


def test_the_staff_close_with_a_reason_that_waits_too(database: Database) -> None:
    with database.transaction() as session:
        with_time_to_undo(session)
        offer, by, _ = an_offer_with_applications(session, 1)
        member = staff(session)
        with pytest.raises(Refused, match="reason-missing"):
            closings.close_by_staff(session, offer, member, " ", key="k0", at=AT)
        closings.close_by_staff(session, offer, member, "Frais demandés.", key="k", at=AT)
        [closed] = posted(session, OfferClosed.kind)
        assert (closed.person_id, closed.params["reason"]) == (by.id, "Frais demandés.")
        assert closed.due_at == AT + timedelta(minutes=10)
        act = acts.last_of(session, member)
        assert act is not None
        closings.reopen(session, act, member, key="u", at=AT)
        session.expire_all()
        assert posted(session, OfferClosed.kind)[0].state is PostState.DROPPED
        assert offer.state is OfferState.PUBLISHED


def test_an_offer_closes_by_itself_after_so_many_applications(database: Database) -> None:
    with database.transaction() as session:
        offer, by, (first, _) = an_offer_with_applications(session, 2)
        applications.withdraw(session, first, by=session.get_one(Person, first.person_id), at=AT)
        closings.limit(session, offer, by, 2, key="k", at=AT)
        assert offer.state is OfferState.PUBLISHED, "who withdrew does not count"
        applications.apply(session, offer, candidate(session), Words("Candidature", "Bonjour"), at=AT)
        assert closings.close_if_full(session, offer, at=AT)
        assert not closings.close_if_full(session, offer, at=AT)
        [closed] = posted(session, OfferClosed.kind)
        assert (closed.params["full"], closed.params["told"], offer.state) == (2, 2, OfferState.CLOSED)


def test_the_clock_closes_after_moment_and_grace_once(database: Database) -> None:
    with database.transaction() as session:
        offer, by, (waiting,) = an_offer_with_applications(session, 1)
        staying = publish(session, by, at=AT + timedelta(days=5))
        assert offer.closes_at is not None
        grace = timedelta(minutes=settings_of(session).closing_grace_minutes)
        assert closings.close_expired(session, at=offer.closes_at + grace) == 0
        late = offer.closes_at + grace + timedelta(seconds=1)
        assert closings.close_expired(session, at=late) == 1
        session.flush()
        assert closings.close_expired(session, at=late) == 0
        assert (offer.state, offer.closed_at) == (OfferState.CLOSED, offer.closes_at)
        assert staying.state is OfferState.PUBLISHED
        assert [post.person_id for post in posted(session, OfferClosedForCandidate.kind)] == [waiting.person_id]
        [closed] = posted(session, OfferClosed.kind)
        assert (closed.params["by_clock"], closed.params["told"], closed.params["filled"]) == (True, 1, False)


def test_prolonging_moves_the_moment_and_says_so(database: Database) -> None:
    with database.transaction() as session:
        offer, by, _ = an_offer_with_applications(session, 0)
        until = AT + timedelta(days=60)
        with pytest.raises(Refused, match="date-past"):
            closings.prolong(session, offer, by, AT, key="k0", at=AT)
        for key in ("k1", "k1", "k2"):
            closings.prolong(session, offer, by, until, key=key, at=AT)
        assert offer.closes_at == until
        assert len(posted(session, OfferProlonged.kind)) == 2
        closings.close(session, offer, by, filled=False, key="k3", at=AT)
        with pytest.raises(Refused, match="offer-already-closed"):
            closings.prolong(session, offer, by, until, key="k4", at=AT)
