"""What the clock tells about offers: before they close, after, at sixty days; each month's figures. Once each."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import afterwards, applications, closings, figures, offers
from jobboard.applications import Event
from jobboard.conversations import Words
from jobboard.db import Database
from jobboard.errors import Refused
from jobboard.figures import Figures
from jobboard.letters.endings import (
    NeverAnswered,
    OfferClosingSoon,
    OfferFilledNoted,
    OfferFilledQuestion,
    RecruiterFigures,
)
from jobboard.offers import Offer
from jobboard.outbox import Post
from tests.jobboard.records import AT, candidate, publish, recruiter

DAY = timedelta(days=1)


def posted(session: Session, kind: str) -> list[Post]:
    return list(session.scalars(sa.select(Post).where(Post.kind == kind).order_by(Post.id)))


def applied(session: Session, offer: Offer, *, answered: bool) -> applications.Application:
    made, _ = applications.apply(session, offer, candidate(session), Words("Candidature", "Bonjour"), at=AT)
    if answered:
        applications.note(session, made, Event.RECRUITER_WROTE, at=AT + timedelta(hours=30))
    return made


def test_recruiters_are_reminded_a_week_and_a_day_before_and_not_after_stop(database: Database) -> None:
    with database.transaction() as session:
        by = recruiter(session)
        offer, stopped = publish(session, by), publish(session, by, title="Cuisinier (H/F)")
        stopped.reminders_stopped = True
        applied(session, offer, answered=True)
        applied(session, offer, answered=False)
        assert offer.closes_at is not None
        closes = offer.closes_at
        assert afterwards.remind(session, at=closes - 8 * DAY) == 0
        assert afterwards.remind(session, at=closes - 7 * DAY) == 1
        assert afterwards.remind(session, at=closes - 6 * DAY) == 0
        assert afterwards.remind(session, at=closes - DAY) == 1
        assert afterwards.remind(session, at=closes - DAY / 2) == 0
        assert {
            (one.params["applications"], one.params["unanswered"]) for one in posted(session, OfferClosingSoon.kind)
        } == {(2, 1)}
        offers.prolong(session, offer, closes + 20 * DAY, at=closes - DAY / 2)
        assert afterwards.remind(session, at=closes + 14 * DAY) == 1, "another date is another reminder"
        assert afterwards.remind(session, at=closes + 30 * DAY) == 0


def test_two_weeks_after_the_closing_it_is_asked_once_and_the_answer_kept(database: Database) -> None:
    with database.transaction() as session:
        by = recruiter(session)
        offer, filled, quiet = (publish(session, by, title=title) for title in ("Comptable", "Juriste", "Psychologue"))
        applied(session, offer, answered=False)
        quiet.reminders_stopped = True
        for one, found in ((offer, False), (filled, True), (quiet, False)):
            closings.close(session, one, by, filled=found, key=f"k{one.id}", at=AT)
        assert afterwards.ask_filled(session, at=AT + 13 * DAY) == 0
        assert afterwards.ask_filled(session, at=AT + 14 * DAY) == 1
        assert afterwards.ask_filled(session, at=AT + 15 * DAY) == 0
        [asked] = posted(session, OfferFilledQuestion.kind)
        assert (asked.params["title"], asked.params["unanswered"]) == ("Comptable", 1)
        afterwards.note_filled(session, offer, by, filled=True, key="a", at=AT + 15 * DAY)
        assert (offer.filled, offer.filled_said_at) == (True, AT + 15 * DAY)
        assert posted(session, OfferFilledNoted.kind)[0].params["unanswered"] == 1
        with pytest.raises(Refused, match="offer-not-closed"):
            afterwards.note_filled(session, publish(session, by), by, filled=True, key="b", at=AT)


def test_whom_nobody_answered_is_told_at_sixty_days(database: Database) -> None:
    with database.transaction() as session:
        by = recruiter(session)
        offer = publish(session, by)
        waiting, answered = applied(session, offer, answered=False), applied(session, offer, answered=True)
        gone = applied(session, offer, answered=False)
        applications.withdraw(session, gone, by=by, at=AT)
        closings.close(session, offer, by, filled=False, key="k", at=AT)
        assert afterwards.tell_never_answered(session, at=AT + 59 * DAY) == 0
        assert afterwards.tell_never_answered(session, at=AT + 60 * DAY) == 1
        assert afterwards.tell_never_answered(session, at=AT + 61 * DAY) == 0
        [told] = posted(session, NeverAnswered.kind)
        assert told.person_id == waiting.person_id != answered.person_id


def test_figures_count_views_applications_and_delays(database: Database) -> None:
    with database.transaction() as session:
        by, other = recruiter(session), recruiter(session)
        offer, second = publish(session, by), publish(session, by, title="Juriste")
        publish(session, other)
        for _ in range(3):
            figures.count_view(session, offer.id, at=AT)
        figures.count_view(session, second.id, at=AT + DAY)
        for answered in (True, True, False):
            applied(session, offer, answered=answered)
        month = {"since": AT - 20 * DAY, "until": AT + 20 * DAY}
        assert figures.by_recruiter(session, **month) == {by.id: Figures(4, 3, 2, 30)}
        assert figures.by_offer(session, [offer.id, second.id], **month) == {
            offer.id: Figures(3, 3, 2, 30),
            second.id: Figures(1),
        }
        assert figures.of_employer(session, offer, until=AT + DAY).unanswered == 1
        assert figures.by_recruiter(session, since=AT + 2 * DAY, until=AT + 3 * DAY) == {}


def test_the_figures_of_a_month_are_posted_once_to_whom_something_happened(database: Database) -> None:
    with database.transaction() as session:
        by, quiet, stopped = recruiter(session), recruiter(session), recruiter(session)
        offer = publish(session, by)
        publish(session, quiet)
        silenced = publish(session, stopped)
        silenced.reminders_stopped = True
        figures.count_view(session, offer.id, at=AT)
        figures.count_view(session, silenced.id, at=AT)
        applied(session, offer, answered=False)
        month, at = date(2026, 11, 1), AT + 10 * DAY
        done = afterwards.months_figures(session, month, after=0, at=at)
        assert by.id in done
        assert stopped.id not in done
        assert afterwards.months_figures(session, month, after=done[-1], at=at) == []
        [told] = posted(session, RecruiterFigures.kind)
        assert (told.person_id, told.params["views"], told.params["unanswered"]) == (by.id, 1, 1)
        assert by.id not in afterwards.months_figures(session, month, after=0, at=at)
