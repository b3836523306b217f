"""Taking in candidates: each is asked for her consent, and nothing else happens with what came before her OUI.

What was read in her CV waits in the question, the file itself is not kept. Without OUI in time all of it is erased.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import (
    alerts,
    asking,
    erasures,
    import_questions,
    people,
    questions,
    signups,
    suppression,
    trades,
    wishes,
)  # fmt: skip
from jobboard.addresses import address_key
from jobboard.candidate_rows import Candidate
from jobboard.cv_documents import CvRead
from jobboard.db import settings_of
from jobboard.doubts import Understood
from jobboard.erasures import Erasure
from jobboard.imports import Asked, Kind
from jobboard.letters.base import Letter
from jobboard.letters.questions import ImportedCandidateQuestion
from jobboard.people import Person
from jobboard.portraits import Portrait
from jobboard.profiles import Profile
from jobboard.questions import Question, QuestionState, Topic
from jobboard.signups import Wish


class Outcome(StrEnum):
    """What became of a line."""

    ASKED = "asked"
    ASKED_BEFORE = "asked-before"
    PRESENT = "present"  # she has an alert or a profile here
    LEFT = "left"  # she stopped her alerts
    DECLINED = "declined"
    ERASED = "erased"
    SUPPRESSED = "suppressed"


def standing(session: Session, address: str, *, at: datetime) -> Outcome | None:
    """Return why somebody is not asked, None where she may be."""
    person = people.find(session, address)
    if person is not None and _is_candidate(session, person):
        return Outcome.PRESENT
    if person is not None and people.has_stopped(session, person, people.ALERTS):
        return Outcome.LEFT
    macs = erasures.macs(settings_of(session), address)
    if session.scalar(
        sa.select(Erasure.id).where(Erasure.address_mac.in_(macs), Erasure.done_at.is_not(None)).limit(1)
    ):
        return Outcome.ERASED
    if suppression.standing(session, address) is not None:
        return Outcome.SUPPRESSED
    earlier = sa.select(Question.state).where(
        Question.address_key == address_key(address), Question.topic == Topic.SIGN_UP
    )
    states = set(session.scalars(earlier).all())
    if QuestionState.DECLINED in states and QuestionState.OPEN not in states:
        return Outcome.DECLINED
    known = sa.select(Asked.asked_at).where(Asked.kind == Kind.CANDIDATES, Asked.address_mac.in_(macs))
    if questions.standing(session, address, Topic.SIGN_UP, at=at) is not None or session.scalar(known) is not None:
        return Outcome.ASKED_BEFORE
    return None


def _is_candidate(session: Session, person: Person) -> bool:
    return session.get(Profile, person.id) is not None or bool(alerts.of_person(session, person))


def understood(candidate: Candidate, cv: CvRead | None, *, today: date) -> Understood:
    """Return what she looks for; what her line does not say, her CV may."""
    read = wishes.read_wish(candidate.words, today=today)
    if cv is None or cv.portrait is None or not read.missing:
        return read
    missing = {str(one) for one in read.missing}
    names = [trades.by_code(code).masculine for code in cv.portrait.trades] if "criterion" in missing else []
    towns = [place.label for place in cv.portrait.places] if "place" in missing else []
    return wishes.read_wish("\n".join((candidate.words, ", ".join(names), *towns)), today=today)


def ask(
    session: Session, candidate: Candidate, wish: Wish, cv: CvRead | None, *, moment: datetime, at: datetime
) -> Question:
    """Ask one candidate, at that moment, in the caller's transaction."""
    days = settings_of(session).import_question_days
    carried: dict[str, object] = {"import": str(Kind.CANDIDATES)}
    if cv is not None and cv.portrait is not None:
        carried |= {"portrait": cv.portrait.to_json(), "filename": cv.filename}
    question = signups.keep_sign_up(
        session, candidate.address, wish, name=candidate.name, language=candidate.language, carried=carried, at=at
    )
    question.expires_at = moment + timedelta(days=days)
    letter = ImportedCandidateQuestion(question.id, wish.lines, "portrait" in carried, days)
    # Its ticket lives from that moment on, too.
    asking.post(session, question, letter, language=candidate.language, at=moment)
    mac = erasures.macs(settings_of(session), candidate.address)[0]
    import_questions.remember(session, Kind.CANDIDATES, [mac], at=at)
    return question


def cv_of(question: Question) -> CvRead:
    """Return what was read in the CV that came with an import."""
    return CvRead(question.payload.get("filename", ""), Portrait.from_json(question.payload["portrait"]))


def freshen(session: Session, letter: Letter, *, at: datetime) -> Letter | None:
    """Return a question as it leaves; None where it is answered or over, or where she signed up by herself meanwhile."""
    assert isinstance(letter, ImportedCandidateQuestion)
    question = questions.open_question(session, letter.question_id, at=at)
    if question is None:
        return None
    person = people.find(session, question.address)
    if person is not None and _is_candidate(session, person):
        questions.LIFE.step(question, "expire", by=None, at=at)
        return None
    return replace(letter, days=max((question.expires_at - at).days, 1))
