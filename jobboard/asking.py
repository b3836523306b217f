"""The letter that asks a question: posted once, and an answer to it is about that question."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from jobboard import outbox, people
from jobboard.letters import Letter
from jobboard.outbox import Thread
from jobboard.people import Person, Role
from jobboard.questions import Question
from jobboard.tickets import About, Reply


def post(
    session: Session,
    question: Question,
    letter: Letter,
    *,
    to: Person | str | None = None,
    role: Role = Role.CANDIDATE,
    language: str | None = None,
    thread: Thread | None = None,
    at: datetime,
) -> None:
    """Post the letter of a question.

    `to`: whom it is asked, the question's address where nobody is named; `role`: whose words an answer may hold;
    `language`: of an address that is nobody's yet.
    """
    outbox.post(
        session,
        letter,
        to=to or people.find(session, question.address) or question.address,
        language=language,
        dedupe=f"question:{question.id}",
        reply=Reply(About.QUESTION, role, subject_id=question.id),
        thread=thread,
        at=at,
    )
