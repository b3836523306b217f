"""Staff answer mails about a letter, through the door: what they typed is kept whole, and the answer is meant for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobboard import destinations, editions, newsletters, people
from jobboard.addresses import Addresses, Purpose
from jobboard.clock import now
from jobboard.db import Database
from jobboard.editions import Edition, EditionState
from jobboard.letters.staff import Alarm
from jobboard.people import Role
from jobboard.settings import Settings
from jobboard.tickets import About, Reply
from tests.conftest import make_settings
from tests.doors.mail_house import letter, mail_house
from tests.inbound.desks import Desk
from tests.jobboard.records import publish, recruiter, staff


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, mail_domain="passerelle.test", letter_approvals=2, verify_senders=False)


def test_a_letter_is_written_approved_and_let_go_on_by_answering(database: Database, addresses: Addresses) -> None:
    with database.transaction() as session:
        first, second = (staff(session, at=now()).address for _ in range(2))
        publish(session, recruiter(session, at=now()), at=now())
        people.subscribe(session, people.admit(session, "lea@courrier.example", at=now()), "letters:weekly", at=now())
        edition = newsletters.draft(session, "weekly", at=now())
        assert edition is not None
        about = Reply(About.EDITION, Role.STAFF, subject_id=edition.id)
    with mail_house(database, addresses) as house:
        desk = Desk(house, first, 0, ())

        def says(by: str, text: str) -> str | None:
            return house.outcome(desk.address(by, about), letter(by, text, subject=f"Re: {len(text)}"))

        assert says(first, "EDITO\n\n" + "Un mot de plus. " * 700) == "refused:letter-text-long"
        assert "La lettre n’a pas changé." in desk.text(desk.to(first)[-1])
        assert says(first, "APPROUVER") == "edition-approved-by-you"
        answer = desk.text(desk.to(first)[-1])
        assert "Votre accord est noté" in answer
        assert "Répondez APPROUVER" not in answer
        assert "il faut encore" in desk.text(desk.to(second)[-1])
        assert says(second, "APPROUVER") == "edition-approved"

        with database.transaction() as session:
            edition = session.get_one(Edition, edition.id)
            editions.pause(session, edition, by=None, at=now(), why="gone")
            newsletters.tell(session, "letter-paused", edition, {"why": "gone", "count": 1, "left": 1}, at=now())
        alarm = desk.to(first)[-1]
        assert alarm.kind == Alarm.kind
        assert "Répondez CONTINUER" in desk.text(alarm)
        address = addresses.make(Purpose.REPLY, alarm.ticket_id)
        assert house.outcome(address, letter(first, "CONTINUER")) == "edition-resumed"
        with database.transaction() as session:
            destinations.push_back(session, "courrier.example", "421 4.7.0 later", at=now())
        assert says(first, "RAPPORT") == "edition-reported"
        assert "Chez courrier.example, le serveur demande d’attendre" in desk.text(desk.to(first)[-1])
    with database.transaction() as session:
        assert session.get_one(Edition, edition.id).state is EditionState.SENDING
