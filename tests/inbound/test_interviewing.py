"""Interviews through the door: set, moved, accepted by word or by a calendar's button, declined, called off, recalled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobboard import job_interviews, people
from jobboard.addresses import Addresses, Purpose
from jobboard.clock import now
from jobboard.db import Database
from jobboard.job_interviews import Interview
from jobboard.letters import from_params
from jobboard.moments import say
from jobboard.outbox import Post
from jobboard.settings import Settings
from mailer.compose import Composed, Composer
from tests.conftest import make_settings
from tests.inbound.desks import Desk, open_desk

PLACE = "12 rue des Lilas, Nantes"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, mail_domain="passerelle.test", undo_minutes=10)


@pytest.fixture
def desk(database: Database, addresses: Addresses) -> Iterator[Desk]:
    with open_desk(database, addresses) as opened:
        yield opened


def in_days(days: int) -> str:
    """Return a day ahead as a recruiter writes it."""
    return say((now() + timedelta(days=days)).date())


def composed(desk: Desk, post: Post) -> tuple[EmailMessage, Composed]:
    with desk.house.database.transaction() as session:
        person = session.get(people.Person, post.person_id)
        made = Composer(desk.house.database.settings, desk.house.addresses).compose(
            session, post, from_params(post.kind, post.params), person, at=now()
        )
    mail = message_from_bytes(made.message, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail, made


def calendar_of(mail: EmailMessage) -> str:
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    content = part.get_content()
    return (content if isinstance(content, str) else content.decode()).replace("\r\n ", "").replace("\n ", "")


def interview(desk: Desk) -> Interview:
    with desk.house.database.transaction() as session:
        return session.scalars(sa.select(Interview)).one()


def test_both_sides_are_invited_and_a_word_accepts(desk: Desk) -> None:
    assert desk.says(f"ENTRETIEN 2 {in_days(5)} 14h30, {PLACE}\nAppelez {desk.helene} en arrivant") == "interview-set"
    assert desk.states()[1] == "interview"
    hers, theirs = desk.to(desk.candidates[1])[-1], desk.to(desk.helene)[-1]
    assert (hers.kind, theirs.kind) == ("interview_proposed", "interview_set")
    mail, made = composed(desk, hers)
    calendar = calendar_of(mail)
    assert "METHOD:REQUEST" in calendar
    assert "SEQUENCE:0" in calendar
    assert f"mailto:{desk.candidates[1]}" in calendar
    assert desk.helene.lower() not in mail.as_string().lower(), "the place is in her words, without her address"
    assert desk.helene in made.secrets
    assert PLACE in desk.text(hers)
    assert desk.writes(2, "ACCEPTER, merci !") == "interview-accepted"
    assert interview(desk).state == "accepted"
    assert "accepte l’entretien" in desk.text(desk.to(desk.helene)[-1])
    assert desk.writes(2, "J'accepte") == "interview-answered-already"


def test_the_button_of_her_calendar_answers(desk: Desk) -> None:
    assert desk.says(f"ENTRETIEN {in_days(5)} à 9h", conversation=1) == "interview-set"
    mail, _ = composed(desk, desk.to(desk.candidates[0])[-1])
    for said, state in (("ACCEPTED", "accepted"), ("DECLINED", "declined"), ("ACCEPTED", "accepted")):
        desk.count += 1
        answer = EmailMessage()
        answer["From"], answer["Subject"] = desk.candidates[0], f"{said} {desk.count}"
        answer["Message-ID"] = f"<{desk.count}@client.example>"
        answer.set_content("")
        asked = calendar_of(mail).replace("METHOD:REQUEST", "METHOD:REPLY")
        asked = re.sub(r"PARTSTAT=NEEDS-ACTION", f"PARTSTAT={said}", asked)
        answer.add_alternative(asked.encode(), "text", "calendar", params={"method": "REPLY"}, cte="base64")
        to = desk.house.addresses.make(Purpose.REPLY, desk.to(desk.candidates[0])[0].ticket_id)
        raw = answer.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        assert desk.house.outcome(to, raw) in ("interview-accepted", "interview-declined")
        assert interview(desk).state == state
    assert desk.states()[0] == "interview"


def test_a_new_date_moves_it_and_calling_it_off_tells_both(desk: Desk) -> None:
    assert desk.says(f"ENTRETIEN 1 {in_days(5)} 14h visio https://visio.example/abc") == "interview-set"
    assert "https://visio.example/abc" in desk.text(desk.to(desk.candidates[0])[-1])
    assert desk.says(f"ENTRETIEN 1 {in_days(6)} 15h") == "interview-set"
    moved = desk.to(desk.candidates[0])[-1]
    assert "SEQUENCE:1" in calendar_of(composed(desk, moved)[0])
    assert "il était prévu" in desk.text(moved)
    assert desk.says("ANNULER ENTRETIEN 1") == "interview-called-off"
    off = calendar_of(composed(desk, desk.to(desk.candidates[0])[-1])[0])
    assert "METHOD:CANCEL" in off
    assert "STATUS:CANCELLED" in off
    assert "SEQUENCE:2" in off
    assert desk.states()[0] == "answered"
    assert desk.says("ENTRETIEN 1 annulé") == "refused:no-interview"
    assert desk.writes(1, "ACCEPTER") == "refused:interview-not-so"


def test_what_may_mean_two_moments_is_asked_back(desk: Desk) -> None:
    said = desk.says("ENTRETIEN 1 le 20 ou le 21 janvier à 14h")
    assert said == "refused:interview-when"
    assert "ENTRETIEN 1" in desk.text(desk.to(desk.helene)[-1])
    assert desk.says("ENTRETIEN 1 demain") == "refused:interview-when"
    assert desk.says("ENTRETIEN 1 12/01/2020 à 14h") == "refused:interview-when"
    assert desk.says("Entretien très agréable, merci.", conversation=1) == "relayed"


def test_a_refusal_calls_the_interview_off_and_annuler_brings_it_back(desk: Desk) -> None:
    assert desk.says(f"ENTRETIEN 1 {in_days(5)} 14h") == "interview-set"
    assert desk.writes(1, "ACCEPTER") == "interview-accepted"
    assert desk.says("REFUSER 1") == "applications-declined"
    assert interview(desk).state == "cancelled"
    assert min(post.due_at for post in desk.to(desk.candidates[0])[-2:]) > now() + timedelta(minutes=8)
    assert desk.says("ANNULER") == "refusal-undone"
    assert (interview(desk).state, desk.states()[0]) == ("accepted", "interview")
    assert desk.writes(1, "RETIRER") == "withdrawn"
    assert interview(desk).state == "cancelled"


def test_an_interview_outlives_the_closing_but_not_the_filled_post(desk: Desk) -> None:
    lea, zoe = desk.candidates[0], desk.candidates[1]
    assert desk.says(f"ENTRETIEN 1 {in_days(5)} 14h") == "interview-set"
    assert desk.writes(1, "ACCEPTER") == "interview-accepted"
    assert desk.says("CLORE") == "offer-closed"
    assert interview(desk).state == "accepted"
    assert "tient toujours" in desk.text(desk.to(desk.helene)[-1])
    assert "tient toujours" in desk.text(desk.to(lea)[-1])
    assert "tient toujours" not in desk.text(desk.to(zoe)[-1])
    assert desk.says("ANNULER") == "closing-undone"
    assert desk.says("CLORE POURVU") == "offer-closed"
    assert interview(desk).state == "cancelled"
    for reader, words in ((lea, "Ce choix ne dit rien de votre valeur"), (desk.helene, "est annulé")):
        called_off = next(post for post in desk.to(reader)[::-1] if post.kind.startswith("interview_"))
        assert "METHOD:CANCEL" in calendar_of(composed(desk, called_off)[0])
        assert words in desk.text(called_off)
        assert called_off.due_at > now() + timedelta(minutes=8), "it waits for ANNULER"
    assert desk.says("ANNULER") == "closing-undone"
    assert (interview(desk).state, desk.states()[0]) == ("accepted", "interview")
    assert desk.writes(1, "HISTORIQUE") == "history-sent"
    assert "entretien maintenu" in desk.text(desk.to(lea)[-1])
    assert desk.writes(1, "RETIRER") == "withdrawn"
    told = next(post for post in desk.to(desk.helene)[::-1] if post.kind == "interview_set")
    assert "a retiré sa candidature" in desk.text(told)


def test_who_is_blocked_is_met_no_more(desk: Desk) -> None:
    assert desk.says(f"ENTRETIEN 1 {in_days(5)} 14h") == "interview-set"
    assert desk.writes(1, "BLOQUER") == "conversation-blocked"
    assert interview(desk).state == "cancelled"
    for reader in (desk.candidates[0], desk.helene):
        called_off = next(post for post in desk.to(reader)[::-1] if post.kind.startswith("interview_"))
        assert "METHOD:CANCEL" in calendar_of(composed(desk, called_off)[0])


@pytest.mark.parametrize("accepted", [True, False])
def test_both_are_reminded_once_the_day_before(desk: Desk, *, accepted: bool) -> None:
    assert desk.says(f"ENTRETIEN 1 {in_days(3)} 14h") == "interview-set"
    if accepted:
        desk.writes(1, "ACCEPTER")

    def recall(at: datetime) -> int:
        with desk.house.database.transaction() as session:
            return job_interviews.recall(session, until=at + timedelta(days=1, hours=8), limit=10, at=at)

    assert recall(now()) == 0
    assert recall(now() + timedelta(days=2)) == 1
    assert recall(now() + timedelta(days=2)) == 0
    for reader in (desk.candidates[0], desk.helene):
        recalled = desk.to(reader)[-1]
        assert recalled.kind == "interview_recalled"
        assert ("pas encore répondu" in desk.text(recalled)) is not accepted
