"""The agenda by mail, through the door: proposed, decided upon, joined, changed, over."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa

from inbound import dispatch
from jobboard import event_reading, mailbag, people, tickets
from jobboard.addresses import Addresses, Alias, Purpose
from jobboard.agenda import Event, EventState
from jobboard.clock import now
from jobboard.db import Database
from jobboard.participations import Participation, ParticipationState
from jobboard.people import Role
from jobboard.settings import Settings
from jobboard.tickets import About, Reply
from scheduler import agenda_rounds, rounds
from tests.conftest import make_settings
from tests.doors.mail_house import letter, mail_house
from tests.inbound.test_appointing import Office, calendar_of

LEA, ZOE, PAUL, HELENE = "lea@courrier.example", "zoe@poste.example", "paul@equipe.example", "helene@horizon.example"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, mail_domain="passerelle.test", mails_per_network_per_hour=10_000)


class Town(Office):
    """The agenda of a town, as people meet it by mail."""

    def says(self, who: str, text: str, **more: str) -> str | None:
        return self.writes(who, text, to=self.house.addresses.alias(Alias.AGENDA), **more)

    def day(self, ahead: int = 30) -> str:
        return (now() + timedelta(days=ahead)).strftime("%d/%m/%Y")

    def online(self, *, seats: int | None = None) -> int:
        """Have Hélène's workshop proposed and validated; returns its id."""
        limited = f" {seats} places." if seats else ""
        text = f"Atelier CV le {self.day()} de 14h à 17h à la MJC de Rezé.{limited} Venez nombreux."
        self.says(HELENE, text, subject="Atelier CV")
        if self.posts(HELENE, "mail_question"):
            self.answers(HELENE, "mail_question", "OUI")
        assert self.answers(HELENE, "event_draft_shown", "OUI") == "event-submitted"
        assert self.answers(PAUL, "event_to_validate", "VALIDER") == "event-validated"
        with self.house.database.transaction() as session:
            return session.scalars(sa.select(Event.id).order_by(Event.id.desc())).first() or 0

    def event(self, event_id: int) -> Event:
        with self.house.database.transaction() as session:
            return session.get_one(Event, event_id)

    def states(self, event_id: int) -> dict[str, str]:
        query = sa.select(people.Person.address, Participation.state).join(Participation)
        with self.house.database.transaction() as session:
            rows = session.execute(query.where(Participation.event_id == event_id)).all()
        return {address: str(state) for address, state in rows}

    def move(self, event_id: int, start: datetime) -> None:
        with self.house.database.transaction() as session:
            event = session.get_one(Event, event_id)
            event.starts_at, event.ends_at = start, start + timedelta(hours=2)

    def whats(self, who: str) -> list[str]:
        return [str(post.params["what"]) for post in self.posts(who, "participating")]


@pytest.fixture
def town(database: Database, addresses: Addresses) -> Iterator[Town]:
    with mail_house(database, addresses) as house:
        yield Town(house)


def test_from_a_few_words_to_the_agenda(town: Town) -> None:
    text = f"Bonjour,\n\nAtelier CV le {town.day()} à 14h, écrire à {HELENE}.\n\nCordialement,\nHélène"
    assert town.says(HELENE, text, subject="Atelier CV") == "asked-whether-hers"
    assert town.answers(HELENE, "mail_question", "OUI") == "confirmed:event-draft-shown"
    assert town.posts(HELENE, "event_draft_shown")[-1].params["missing"] == ["place"]
    assert town.answers(HELENE, "event_draft_shown", "OUI") == "refused:event-incomplete"
    assert town.answers(HELENE, "event_draft_shown", "à la MJC de Rezé, 12 places") == "event-draft-completed"
    assert town.answers(HELENE, "event_draft_shown", "Oui, merci") == "event-submitted"
    assert HELENE not in str(town.mail(PAUL, "event_to_validate"))
    assert town.answers(PAUL, "event_to_validate", "VALIDER") == "event-validated"
    assert town.answers(PAUL, "event_to_validate", "VALIDER") == "refused:event-already-decided", "the first wins"
    event = town.event(1)
    assert (event.state, event.seats, event.place_label) == (EventState.PUBLISHED, 12, "Rezé (44)")
    assert HELENE not in event.description
    assert [post.params["what"] for post in town.posts(HELENE, "event_news")] == ["submitted", "published"]


def test_refused_with_a_reason_then_mended(town: Town) -> None:
    town.says(LEA, f"Forum de l’emploi le {town.day()} à 9h, Nantes", subject="Forum")
    town.answers(LEA, "event_draft_shown", "OUI")
    assert town.answers(PAUL, "event_to_validate", "REFUSER") == "refused:reason-missing"
    assert town.answers(PAUL, "event_to_validate", "REFUSER Où exactement ?") == "event-refused"
    assert town.answers(LEA, "event_news", "Lieu : Cité des congrès, Nantes") == "event-draft-completed"
    assert town.answers(LEA, "event_draft_shown", "OUI") == "event-submitted"
    assert town.answers(PAUL, "event_to_validate", "CORRIGER Places : 80") == "event-corrected"
    assert town.answers(PAUL, "event_to_validate", "VALIDER") == "event-validated"
    assert (town.event(1).seats, town.event(1).venue) == (80, "Cité des congrès")


def with_calendar(sender: str, content: bytes, text: str = "") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = sender, "Invitation"
    mail.set_content(text)
    mail.add_attachment(content, maintype="text", subtype="calendar", filename="invitation.ics")
    return mail.as_bytes(policy=policy.SMTP)


def calendar(*lines: str) -> bytes:
    head, tail = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN"), ("END:VCALENDAR", "")
    return "\r\n".join((*head, "BEGIN:VEVENT", "UID:a@b", *lines, "END:VEVENT", *tail)).encode()


@pytest.mark.parametrize(
    ("content", "outcome"),
    [
        (calendar("SUMMARY:Café", "DTSTART:20990105T180000Z", "LOCATION:Nantes"), "event-draft-shown"),
        (
            calendar("SUMMARY:Café", "DTSTART:20200106T180000Z", "RRULE:FREQ=WEEKLY", "LOCATION:Lyon"),
            "event-draft-shown",
        ),
        (calendar("SUMMARY:Jour", "DTSTART;VALUE=DATE:20990105"), "event-draft-shown"),
        (calendar("SUMMARY:Hier", "DTSTART:20200105T180000Z"), "refused:calendar-not-read"),
        (calendar("SUMMARY:Sans fin", "DTSTART:19700101T000000Z", "RRULE:FREQ=SECONDLY"), "refused:calendar-not-read"),
        (calendar("SUMMARY:" + "x" * 200_000, "DTSTART:20990105T180000Z"), "refused:calendar-not-read"),
        (b"BEGIN:VCALENDAR\r\n" * 50_000, "refused:calendar-not-read"),
        (b"\xff\xfe\x00BEGIN:VCALENDAR", "refused:calendar-not-read"),
        (calendar("DTSTART;TZID=Nowhere/Land:20990105T180000", "SUMMARY:Zone"), "event-draft-shown"),
    ],
    ids=["plain", "weekly", "whole day", "past", "secondly", "huge", "nested", "octets", "unknown zone"],
)
def test_an_attached_calendar_is_an_event_or_is_answered_kindly(town: Town, content: bytes, outcome: str) -> None:
    raw = with_calendar(LEA, content)
    assert town.house.outcome(town.house.addresses.alias(Alias.AGENDA), raw) == outcome


def test_taking_part_waiting_and_moving_up(town: Town) -> None:
    event_id = town.online(seats=1)
    assert town.says(LEA, f"JE PARTICIPE {event_id}") == "participation-registered"
    assert "METHOD:REQUEST" in calendar_of(town.mail(LEA, "participating"))
    assert town.says(ZOE, f"Je participe {event_id}") == "asked-whether-hers"
    assert town.answers(ZOE, "mail_question", "OUI") == "confirmed:participation-waiting"
    assert town.says(LEA, f"JE PARTICIPE {event_id}") == "participation-registered", "said again, one seat"
    assert town.answers(LEA, "participating", "JE NE VIENS PLUS") == "participation-left"
    assert "METHOD:CANCEL" in calendar_of(town.mail(LEA, "participating"))
    assert town.states(event_id) == {LEA: "left", ZOE: "registered"}
    assert town.whats(ZOE) == ["waiting", "promoted"]
    assert town.says(LEA, f"JE PARTICIPE {event_id}") == "participation-waiting"
    assert town.says(LEA, "MES EVENEMENTS") == "events-shown"
    assert town.answers(LEA, "events_shown", "JE NE VIENS PLUS 1") == "participation-left"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("JE PARTICIPE", "refused:which-event"),
        ("JE PARTICIPE 99999", "refused:no-such-event"),
        ("AGENDA", "events-shown"),
    ],
)
def test_what_is_not_clear_is_asked(town: Town, text: str, outcome: str) -> None:
    town.online()
    assert town.says(LEA, text) == outcome


def test_fifty_answers_at_once_fill_each_seat_once(town: Town) -> None:
    event_id = town.online(seats=7)
    house = town.house
    with house.database.transaction() as session:
        for n in range(50):
            person = people.admit(session, f"c{n}@courrier.example", name="Ana Roy", at=now())
            same = Reply(About.PARTICIPATION, Role.CANDIDATE, subject_id=event_id)
            to = house.addresses.make(Purpose.REPLY, tickets.issue(session, same, person, at=now()).id)
            session.info.setdefault("to", []).append(to)
        addresses = session.info["to"]
    for n, to in enumerate(addresses):
        assert house.send(to, letter(f"c{n}@courrier.example", "JE PARTICIPE", subject="Re"))[0] == 250
    with house.database.transaction() as session:
        waiting = mailbag.waiting(session, 100, after=0, large=False)
    with ThreadPoolExecutor(10) as workers:
        list(workers.map(lambda one: dispatch.dispatch(house.database, house.addresses, one, house.dns), waiting))
    found = list(town.states(event_id).values())
    assert (found.count("registered"), found.count("waiting")) == (7, 43)
    with house.database.transaction() as session:
        seats = session.scalars(sa.select(Participation.seat).where(Participation.seat.is_not(None))).all()
    assert sorted(seats) == list(range(1, 8))


def test_a_change_is_validated_and_told_and_a_cancelling_too(town: Town) -> None:
    event_id = town.online(seats=1)
    town.says(LEA, f"JE PARTICIPE {event_id}")
    town.says(PAUL, f"JE PARTICIPE {event_id}")
    assert town.answers(HELENE, "event_news", "CORRIGER Horaires : 15h-18h\nPlaces : 2") == "event-revised"
    assert town.event(event_id).seats == 1, "nothing changes before it is validated"
    assert town.answers(PAUL, "event_to_validate", "VALIDER") == "event-validated"
    assert town.whats(LEA) == ["registered", "changed"]
    assert "SEQUENCE:2" in calendar_of(town.mail(LEA, "participating"))
    assert town.whats(PAUL) == ["waiting", "changed", "promoted"]
    assert town.answers(HELENE, "event_news", "ANNULER La salle est fermée.") == "event-cancelled"
    cancelled = town.mail(LEA, "participating")
    text = cancelled.get_body(("plain",))
    assert text is not None
    assert "La salle est fermée" in text.get_content()
    assert "METHOD:CANCEL" in calendar_of(cancelled)
    assert town.says(ZOE, f"JE PARTICIPE {event_id}") == "asked-whether-hers"
    assert town.answers(ZOE, "mail_question", "OUI") == "refused:event-cancelled"


def test_the_organiser_reads_who_comes_without_an_address(town: Town) -> None:
    event_id = town.online()
    town.says(LEA, f"JE PARTICIPE {event_id}")
    assert town.answers(HELENE, "event_news", "PARTICIPANTS") == "participants-shown"
    mail = town.mail(HELENE, "participants_shown")
    text = mail.get_body(("plain",))
    assert text is not None
    assert "Léa D." in text.get_content()
    assert LEA not in str(mail)
    relay = next(word for word in text.get_content().split() if word.startswith("r-"))
    assert town.writes(HELENE, "Apportez votre CV.", to=relay) == "relayed"
    assert HELENE not in str(town.mail(LEA, "relayed_message"))


def test_reminders_and_the_report_afterwards(town: Town) -> None:
    event_id = town.online()
    for who in (LEA, PAUL):
        town.says(who, f"JE PARTICIPE {event_id}")
    assert town.answers(PAUL, "participating", "STOP") == "stopped-event"
    town.move(event_id, now() + timedelta(hours=20))
    for _ in range(2):
        agenda_rounds.events(town.house.database, now())
    assert town.whats(LEA) == ["registered", "reminder"]
    assert town.whats(PAUL) == ["registered"]
    town.move(event_id, now() - timedelta(hours=5))
    for _ in range(2):
        agenda_rounds.events(town.house.database, now())
    assert len(town.posts(HELENE, "participants_shown")) == 1
    assert town.answers(LEA, "participating", "JE NE VIENS PLUS") == "refused:event-over"
    assert town.answers(HELENE, "participants_shown", "ABSENTS 2") == "attendance-noted"
    with town.house.database.transaction() as session:
        came = session.scalars(sa.select(Participation.attended).order_by(Participation.seat)).all()
    assert came == [True, False]
    town.move(event_id, now() - timedelta(days=400))
    rounds.retention(town.house.database, now())
    assert town.states(event_id) == {}, "who took part is forgotten after a year"


def test_an_empty_mail_gets_the_form_and_the_form_comes_back(town: Town) -> None:
    assert town.says(LEA, "", subject="") == "form-sent"
    filled = (
        f"Titre : Forum\nDate : {town.day()}\nHoraires : de 9h à 17h\nLieu : Nantes\nPlaces : si elles sont limitées"
    )
    assert town.answers(LEA, "event_template", filled) == "event-draft-shown"
    params = town.posts(LEA, "event_draft_shown")[-1].params
    assert params["missing"] == []
    assert params["card"]["seats"] is None


def test_a_participation_of_nobody_else_is_touched(town: Town) -> None:
    event_id = town.online()
    town.says(LEA, f"JE PARTICIPE {event_id}")
    assert town.writes(ZOE, "JE NE VIENS PLUS", to=town.reply_address(LEA, "participating")) == "asked-whether-hers"
    assert town.states(event_id)[LEA] == str(ParticipationState.REGISTERED)


def test_an_organiser_asks_at_the_alias_and_words_are_done_at_any_of_ours(town: Town) -> None:
    event_id = town.online()
    help_ = town.house.addresses.alias(Alias.AIDE)
    assert town.writes("neo@home.example", f"JE PARTICIPE {event_id}", to=help_) == "asked-whether-hers"
    assert town.answers("neo@home.example", "mail_question", "OUI") == "confirmed:participation-registered"
    assert town.says(HELENE, "PARTICIPANTS") == "participants-shown"
    assert [line["number"] for line in town.posts(HELENE, "participants_shown")[-1].params["people"]] == [1]
    assert town.says(HELENE, f"PARTICIPANTS {event_id + 7}") == "refused:which-event"
    assert town.says(LEA, "AGENDA 2 mois, Nantes") == "events-shown"
    shown = town.posts(LEA, "events_shown")[-1].params
    assert (len(shown["cards"]), shown["where"]) == (1, "Nantes (44)")


def test_a_place_on_a_line_of_its_own_is_the_venue() -> None:
    text = "Atelier CV\nMardi 15 décembre de 14h à 16h\nMaison des associations, 12 rue de la Paix, Nantes\n2 places"
    draft = event_reading.read(text, subject="", today=date(2026, 11, 29)).draft
    assert (draft.venue, draft.place_code) == ("Maison des associations, 12 rue de la Paix", "44109")
