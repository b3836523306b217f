"""A CV that completes a profile: what was read is proposed, and written when its person says so, never before."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import asking, exposure, outbox, people, portrait_lines, profiles, questions
from jobboard.cv_documents import CvRead
from jobboard.errors import Refused
from jobboard.letters.profiles import ProfileProposal
from jobboard.people import Person
from jobboard.portraits import Portrait
from jobboard.profiles import Profile
from jobboard.questions import Question, QuestionState, Topic

_LONGEST_NAME = 60


def may_ask_unasked(session: Session, person: Person) -> bool:
    """Tell whether a CV that came with an application may lead to our question: once in a lifetime, with a profile."""
    if session.get(Profile, person.id) is None:
        return False
    asked = sa.select(Question.id).where(Question.address_key == person.address_key, Question.topic == Topic.CV)
    return session.scalar(asked.limit(1)) is None


def propose(
    session: Session,
    person: Person,
    cv: CvRead,
    *,
    first: bool = False,
    at: datetime,
    thread: outbox.Thread | None = None,
) -> Question:
    """Ask whether the profile may say what was read in the CV; nothing is written before her OUI.

    `first`: it came with an application. Raises Refused "no-profile", or "cv-…" with why nothing was read.
    """
    profile = exposure.of(session, person)
    if cv.portrait is None:
        raise Refused(f"cv-{cv.problem}")
    portrait = Portrait.from_json(profile.portrait).with_cv(cv.portrait)
    return ask(session, person, profile, portrait, cv.filename, first=first, at=at, thread=thread)


def ask(
    session: Session,
    person: Person,
    profile: Profile,
    portrait: Portrait,
    filename: str,
    *,
    first: bool = False,
    at: datetime,
    thread: outbox.Thread | None = None,
) -> Question:
    """Ask about a portrait, which takes the place of any that was asked about before."""
    waiting = questions.standing(session, person.address, Topic.CV, at=at)
    if waiting is not None:
        questions.LIFE.step(waiting, "decline", by=None, at=at)
    lines = portrait_lines.lines(portrait)
    name = filename[:_LONGEST_NAME]
    question = questions.ask(
        session,
        Topic.CV,
        person.address,
        text="Écrire dans mon profil : " + " ; ".join(f"{line.label} : {line.value}" for line in lines),
        portrait=portrait.to_json(),
        filename=name,
        at=at,
    )
    letter = ProfileProposal(lines, name, first, str(profile.visibility))
    asking.post(session, question, letter, to=person, thread=thread, at=at)
    return question


def answer(
    session: Session, question: Question, text: str, *, yes: bool, key: str, at: datetime, thread: outbox.Thread | None
) -> bool:
    """Take her answer: OUI, with lines that correct or without, writes; corrections alone are shown again.

    Returns whether the profile was written. Raises Refused "yes-expected", "correction-not-understood", "no-profile".
    """
    person = people.find(session, question.address)
    if person is None:
        raise Refused("question-closed")
    profile = exposure.of(session, person)
    given = portrait_lines.corrections(text)
    if not yes and not given:
        raise Refused("yes-expected")
    portrait = portrait_lines.corrected(Portrait.from_json(question.payload["portrait"]), given)
    if not yes:
        ask(session, person, profile, portrait, question.payload.get("filename", ""), at=at, thread=thread)
        return False
    if question.state is QuestionState.OPEN:
        questions.LIFE.step(question, "accept", by=person.id, at=at)
    profiles.draw(profile, portrait, at=at)
    exposure.tell(session, person, "updated", key=key, at=at, thread=thread)
    return True
