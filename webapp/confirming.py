"""The page behind a link that a mail brought: it shows what its button will do, and only the button does it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Response, abort, request
from sqlalchemy.orm import Session

from jobboard import questions
from jobboard.clock import now
from jobboard.questions import Question, QuestionState, Topic
from webapp import links
from webapp.house import house
from webapp.language import speak
from webapp.pages import render


def show(purpose: str, topic: Topic, token: str, page: Callable[[Question], Response]) -> Response:
    """Return the page of a question that still waits; looking changes nothing, so that link scanners do nothing."""
    with house().transaction() as session:
        question = _question_of(session, purpose, topic, token)
        waits = question.state is QuestionState.OPEN and question.expires_at > now()
        return page(question) if waits else _answered_already(question)


def decide(
    purpose: str, topic: Topic, token: str, accept: Callable[[Session, Question, datetime], Response]
) -> Response:
    """Do what the question is about, in one transaction, or nothing when she says that it was not her."""
    at = now()
    with house().transaction() as session:
        question = _question_of(session, purpose, topic, token)
        standing = questions.open_question(session, question.id, at=at)
        if standing is None:
            return _answered_already(question)
        if request.form.get("reponse") == "non":
            questions.LIFE.step(standing, "decline", by=None, at=at)
            return render("inscription/declined.html")
        return accept(session, standing, at)


def _question_of(session: Session, purpose: str, topic: Topic, token: str) -> Question:
    """Return the question that a link names, and speak its language from now on; 404 for a link that is not ours."""
    question_id = links.read(purpose, token)
    question = session.get(Question, question_id) if question_id is not None else None
    if question is None or question.topic is not topic:
        abort(404)
    speak(str(question.payload.get("language", "")))
    return question


def _answered_already(question: Question) -> Response:
    """Return the page for a link that was used, or waited too long."""
    accepted = question.state is QuestionState.ACCEPTED
    again = "/inscription" if question.topic is Topic.SIGN_UP else "/lettre"
    return render("inscription/over.html", 200 if accepted else 410, accepted=accepted, again=again)
