"""Interviews by mail, through the door: asked for, booked once, moved, given up, proposed to who waits."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa

from inbound import dispatch
from jobboard import appointments, mailbag, people, slot_proposals, tickets
from jobboard.addresses import Addresses, Alias, Purpose
from jobboard.appointments import Booking, BookingState, Slot
from jobboard.clock import now
from jobboard.db import Database
from jobboard.errors import Refused
from jobboard.letters import from_params
from jobboard.outbox import Post
from jobboard.people import Person, Role
from jobboard.settings import Settings
from jobboard.slot_modes import Mode
from jobboard.tickets import About, Reply
from mailer.compose import Composer
from scheduler import agenda_rounds
from tests.conftest import make_settings
from tests.doors.mail_house import OUTSIDE, MailHouse, letter, mail_house
from tests.jobboard import records

LEA, ZOE, PAUL = "lea@courrier.example", "zoe@poste.example", "paul@equipe.example"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, mail_domain="passerelle.test", mails_per_network_per_hour=10_000)


class Office:
    """The association as people meet it by mail."""

    def __init__(self, house: MailHouse) -> None:
        self.house = house
        self.count = 0
        house.peer = "127.0.0.1"
        with house.database.transaction() as session:
            for address, name, role in ((PAUL, "Paul Régnier", Role.STAFF), (LEA, "Léa Dubreuil", Role.CANDIDATE)):
                people.grant(session, people.admit(session, address, name=name, at=now()), role, at=now())

    def writes(self, who: str, text: str, *, to: str | None = None, subject: str = "") -> str | None:
        self.count += 1
        raw = letter(who, text, subject=subject or f"Bonjour {self.count}")
        return self.house.outcome(to or self.house.addresses.alias(Alias.RENDEZ_VOUS), raw)

    def answers(self, who: str, kind: str, text: str) -> str | None:
        """Have somebody answer the last letter of a kind that she got."""
        return self.writes(who, text, to=self.reply_address(who, kind))

    def reply_address(self, who: str, kind: str) -> str:
        return self.house.addresses.make(Purpose.REPLY, self.posts(who, kind)[-1].ticket_id)

    def posts(self, who: str, kind: str | None = None) -> list[Post]:
        with self.house.database.transaction() as session:
            person = people.find(session, who)
            mine = Post.person_id == person.id if person is not None else Post.address == who
            query = sa.select(Post).where(mine).order_by(Post.id)
            return list(session.scalars(query.where(Post.kind == kind) if kind else query))

    def mail(self, who: str, kind: str) -> EmailMessage:
        """Return the last letter of a kind as it leaves."""
        post = self.posts(who, kind)[-1]
        database = self.house.database
        with database.transaction() as session:
            person = people.find(session, who)
            made = Composer(database.settings, self.house.addresses).compose(
                session, post, from_params(post.kind, post.params), person, at=now()
            )
        found = message_from_bytes(made.message, policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found

    def slots(self, count: int, *, days: int = 3, minutes: int = 30) -> list[int]:
        """Have Paul offer slots in some days; returns their ids."""
        start = (now() + timedelta(days=days)).replace(hour=9, minute=0, second=0, microsecond=0)
        with self.house.database.transaction() as session:
            member = people.find(session, PAUL)
            assert member is not None
            made = [
                appointments.publish(
                    session,
                    member,
                    start + timedelta(minutes=minutes * n),
                    start + timedelta(minutes=minutes * (n + 1)),
                    Mode.PHONE,
                    "",
                    at=now(),
                )
                for n in range(count)
            ]
            return [slot.id for slot in made if slot is not None]

    def booked(self) -> dict[int, str]:
        """Return who has which slot."""
        query = sa.select(Booking.slot_id, Person.address).join(Person).where(Booking.state == BookingState.BOOKED)
        with self.house.database.transaction() as session:
            return dict(session.execute(query).all())

    def later(self, hours: float) -> None:
        """Let time pass, for what the database holds."""
        with self.house.database.transaction() as session:
            past = {"hours": hours}
            moved = "{0} = {0} - make_interval(secs => 3600 * :hours)"
            both = ", ".join(moved.format(name) for name in ("starts_at", "ends_at"))
            session.execute(sa.text(f"UPDATE slot SET {both}"), past)
            session.execute(sa.text(f"UPDATE booking SET {moved.format('held_until')}"), past)


@pytest.fixture
def office(database: Database, addresses: Addresses) -> Iterator[Office]:
    with mail_house(database, addresses) as house:
        yield Office(house)


def calendar_of(mail: EmailMessage) -> str:
    """Return the calendar beside the words, unfolded."""
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    return str(part.get_content()).replace("\r\n", "\n").replace("\n ", "")


def test_from_the_slots_of_the_staff_to_a_booking_in_both_calendars(office: Office) -> None:
    day = (now() + timedelta(days=10)).strftime("%d/%m/%Y")
    assert office.writes(PAUL, f"CRENEAUX le {day} 9h-11h, 30 min, téléphone") == "slots-published"
    shown = office.mail(PAUL, "slots_published").get_body(("plain",))
    assert shown is not None
    assert "4. " in shown.get_content()
    assert office.writes(LEA, "Bonjour, j’aimerais parler de ma recherche.") == "slots-asked"
    assert office.answers(LEA, "slots_offered", "2, mon numéro : 06 12 34 56 78") == "appointment-booked"
    hers, given = office.mail(LEA, "appointment_booked"), office.mail(PAUL, "appointment_given")
    invitation = calendar_of(hers)
    assert "METHOD:REQUEST" in invitation
    assert f"mailto:{LEA}" in invitation
    assert f"ORGANIZER;CN=Passerelle:mailto:{office.reply_address(LEA, 'appointment_booked')}" in invitation
    assert [part.get_filename() for part in hers.iter_attachments()] == ["invitation.ics"]
    assert f"mailto:{PAUL}" in calendar_of(given)
    assert "06 12 34 56 78" in str(given.get_body(("plain",)))
    for view in (str(given), calendar_of(given)):
        assert LEA not in view, "the staff read her name, not her address"
    assert PAUL not in str(hers)
    assert list(office.booked().values()) == [LEA]


@pytest.mark.parametrize("text", ["RENDEZ-VOUS", "rdv svp", "Je voudrais un rendez-vous", "Rendez vous"])
def test_the_word_is_understood_anywhere(office: Office, text: str) -> None:
    office.slots(1)
    assert office.writes(LEA, text, to=office.house.addresses.alias(Alias.AIDE)) == "slots-asked"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("2", "appointment-booked"),
        ("le 2 merci", "appointment-booked"),
        ("N° 2\n\nJe suis joignable au 06.", "appointment-booked"),
        ("RENDEZ-VOUS 2", "appointment-booked"),
        ("le 2, mon numéro est le 06 12 34 56 78", "appointment-booked"),
        ("Bonjour, je prends le 2 !\n\nMerci", "appointment-booked"),
        ("2 décembre ?", "refused:number-expected"),
        ("Plutôt vers 9h", "refused:number-expected"),
        ("12", "refused:no-such-slot"),
        ("OUI", "refused:number-expected"),
        ("Merci beaucoup", "refused:number-expected"),
        ("ANNULER", "queue-left"),
    ],
)
def test_answers_to_a_list(office: Office, text: str, outcome: str) -> None:
    office.slots(3)
    office.writes(LEA, "RENDEZ-VOUS")
    assert office.answers(LEA, "slots_offered", text) == outcome


def test_a_day_and_an_hour_choose_a_slot(office: Office) -> None:
    ids = office.slots(3)
    office.writes(LEA, "RENDEZ-VOUS")
    with office.house.database.transaction() as session:
        start = session.get_one(Slot, ids[1]).starts_at.astimezone(office.house.database.settings.zone)
    assert office.answers(LEA, "slots_offered", f"Le {start:%d/%m} à {start:%Hh%M}") == "appointment-booked"
    assert office.booked() == {ids[1]: LEA}


def test_a_stranger_is_asked_for_her_oui_before_she_sees_anything(office: Office) -> None:
    office.slots(1)
    assert office.writes(ZOE, "RENDEZ-VOUS") == "asked-whether-hers"
    assert office.answers(ZOE, "mail_question", "OUI") == "confirmed:slots-asked"
    assert office.answers(ZOE, "slots_offered", "1") == "appointment-booked"


def test_fifty_answers_at_once_book_each_slot_once(office: Office) -> None:
    """Every answer is dispatched by a worker of its own, all at the same time."""
    ids = office.slots(7, minutes=20)
    house = office.house
    to: list[str] = []
    with house.database.transaction() as session:
        for n in range(50):
            person = people.admit(session, f"c{n}@courrier.example", name="Ana Roy", at=now())
            same = Reply(About.SLOTS, Role.CANDIDATE, listed=tuple(ids))
            to.append(house.addresses.make(Purpose.REPLY, tickets.issue(session, same, person, at=now()).id))
    for n, address in enumerate(to):
        assert house.send(address, letter(f"c{n}@courrier.example", str(n % 7 + 1), subject="Re"))[0] == 250
    with house.database.transaction() as session:
        waiting = mailbag.waiting(session, 100, after=0, large=False)
    assert len(waiting) == 50
    with ThreadPoolExecutor(10) as workers:
        done = list(
            workers.map(lambda one: dispatch.dispatch(house.database, house.addresses, one, house.dns), waiting)
        )
    assert all(done)
    # Whoever came too late was shown what is left, part of it kept for her: how many are booked at once depends on the order.
    booked = office.booked()
    assert booked
    assert set(booked) <= set(ids)
    assert len(set(booked.values())) == len(booked), "each to another one"
    with house.database.transaction() as session:
        outcomes = session.scalars(sa.select(mailbag.Mail.outcome).where(mailbag.Mail.id.in_(waiting))).all()
    assert sorted(outcomes) == ["appointment-booked"] * len(booked) + ["slots-taken"] * (50 - len(booked))
    assert len(house.posts("appointment_booked")) == len(house.posts("appointment_given")) == len(booked)
    waiting_now = [post.params["place_in_queue"] for post in house.posts("slots_offered")]
    assert max(waiting_now) > 30, "whoever got none waits, in order"


def test_the_database_itself_refuses_a_slot_twice_and_two_slots_at_once(database: Database) -> None:
    with database.transaction() as session:
        member, one, other = records.staff(session), records.candidate(session), records.candidate(session)
        start = now() + timedelta(days=1)
        slot = appointments.publish(session, member, start, start + timedelta(hours=1), Mode.PHONE, "", at=now())
        assert slot is not None
        late = appointments.publish(
            session, member, start + timedelta(minutes=30), start + timedelta(hours=2), Mode.PHONE, "", at=now()
        )
        assert late is None, "one member of staff is in one place"
        appointments.book(session, slot, one, at=now())
        with pytest.raises(Refused, match="slot-taken"):
            appointments.book(session, slot, other, at=now())
        assert appointments.hold(session, slot, other, until=start, at=now()) is None


def test_cancelling_frees_the_slot_for_who_waits_in_order(office: Office) -> None:
    office.slots(1)
    office.writes(LEA, "RENDEZ-VOUS")
    office.answers(LEA, "slots_offered", "1")
    for address in (ZOE, "ines@poste.example"):
        office.writes(address, "RENDEZ-VOUS")
        assert office.answers(address, "mail_question", "OUI") == "confirmed:slots-asked"
    assert office.posts("ines@poste.example", "slots_offered")[-1].params["place_in_queue"] == 2
    assert office.answers(LEA, "appointment_booked", "ANNULER") == "appointment-cancelled"
    cancelled = calendar_of(office.mail(PAUL, "appointment_cancelled"))
    assert "METHOD:CANCEL" in cancelled
    assert "SEQUENCE:1" in cancelled
    assert len(office.posts(ZOE, "slot_proposed")) == 1
    assert not office.posts("ines@poste.example", "slot_proposed"), "one at a time"
    office.writes(LEA, "RENDEZ-VOUS")
    assert office.posts(LEA, "slots_offered")[-1].params["slots"] == [], "it is held for who was first"
    office.later(13)
    agenda_rounds.appointments(office.house.database, now())
    assert len(office.posts("ines@poste.example", "slot_proposed")) == 1
    assert office.answers(ZOE, "slot_proposed", "OUI") == "slots-taken", "her time is over"
    assert office.answers("ines@poste.example", "slot_proposed", "Oui, merci") == "appointment-booked"


def test_no_to_a_proposal_gives_it_to_the_next(office: Office) -> None:
    office.writes(LEA, "RENDEZ-VOUS")
    office.writes(ZOE, "RENDEZ-VOUS")
    office.answers(ZOE, "mail_question", "OUI")
    office.slots(1)
    with office.house.database.transaction() as session:
        assert slot_proposals.propose_free(session, at=now()) == 1
    assert office.answers(LEA, "slot_proposed", "NON") == "proposal-declined"
    assert office.answers(ZOE, "slot_proposed", "1") == "appointment-booked"
    assert office.answers(LEA, "slot_proposed", "OUI") == "slots-taken"


def test_choosing_another_slot_moves_the_appointment(office: Office) -> None:
    ids = office.slots(2)
    office.writes(LEA, "RENDEZ-VOUS")
    office.answers(LEA, "slots_offered", "1")
    assert office.answers(LEA, "appointment_booked", "RENDEZ-VOUS") == "slots-asked"
    assert office.answers(LEA, "slots_offered", "1") == "appointment-booked"
    assert office.booked() == {ids[1]: LEA}
    assert office.posts(LEA, "appointment_booked")[-1].params["moved"]
    assert len(office.posts(PAUL, "appointment_cancelled")) == 1


def test_words_pass_both_ways_without_an_address(office: Office) -> None:
    office.slots(1)
    office.writes(LEA, "RENDEZ-VOUS")
    office.answers(LEA, "slots_offered", "1")
    assert office.answers(LEA, "appointment_booked", "Mon numéro est le 06 12 34 56 78.") == "words-passed"
    assert "06 12" in str(office.mail(PAUL, "appointment_words"))
    assert LEA not in str(office.mail(PAUL, "appointment_words"))
    assert office.answers(PAUL, "appointment_words", "Parfait, à mardi.") == "words-passed"
    assert PAUL not in str(office.mail(LEA, "appointment_words"))


def test_the_staff_cancel_and_she_reads_other_slots(office: Office) -> None:
    office.slots(3)
    office.writes(LEA, "RENDEZ-VOUS")
    office.answers(LEA, "slots_offered", "1")
    said = office.answers(PAUL, "appointment_given", "ANNULER Je suis souffrant, pardon.")
    assert said == "appointment-cancelled-by-staff"
    mail = office.mail(LEA, "appointment_cancelled")
    text = mail.get_body(("plain",))
    assert text is not None
    assert "Je suis souffrant" in text.get_content()
    assert "2. " in text.get_content()
    assert "METHOD:CANCEL" in calendar_of(mail)
    assert office.answers(LEA, "appointment_cancelled", "1") == "appointment-booked"


@pytest.mark.parametrize(("said", "outcome"), [("DECLINED", "appointment-cancelled"), ("ACCEPTED", "calendar-noted")])
def test_the_button_of_her_calendar_counts(office: Office, said: str, outcome: str) -> None:
    office.slots(1)
    office.writes(LEA, "RENDEZ-VOUS")
    office.answers(LEA, "slots_offered", "1")
    mail = EmailMessage()
    mail["From"], mail["Subject"] = LEA, "Réponse"
    mail.set_content("")
    lines = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN", "METHOD:REPLY", "BEGIN:VEVENT", "UID:a@b")
    lines += (f"ATTENDEE;PARTSTAT={said}:mailto:{LEA}", "DTSTAMP:20261123T090000Z", "END:VEVENT", "END:VCALENDAR", "")
    mail.add_alternative("\r\n".join(lines), subtype="calendar", params={"method": "REPLY"})
    raw = mail.as_bytes(policy=policy.SMTP)
    assert office.house.outcome(office.reply_address(LEA, "appointment_booked"), raw) == outcome


def test_doubtful_slots_wait_for_oui_and_can_be_withdrawn(office: Office) -> None:
    today = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")[
        now().astimezone(office.house.database.settings.zone).weekday()
    ]
    assert office.writes(PAUL, f"CRENEAUX {today} 23h-23h50, 25 min, téléphone") == "asked-slots"
    with office.house.database.transaction() as session:
        assert not appointments.free(session, at=now())
    assert office.answers(PAUL, "slots_published", "OUI") == "slots-published"
    assert office.answers(PAUL, "slots_published", "ANNULER 2") == "slots-withdrawn"
    assert office.answers(PAUL, "slots_published", "ANNULER TOUT") == "slots-withdrawn"
    assert office.writes(PAUL, "CRENEAUX quand vous voulez") == "refused:slots-not-read"
    assert office.writes(LEA, "Créneaux disponibles ?") == "slots-asked", "a candidate asks for them"


def test_slots_in_the_name_of_the_staff_need_more_than_a_from(office: Office) -> None:
    office.house.peer = OUTSIDE
    assert office.writes(PAUL, "CRENEAUX le 3 mars 9h-11h, téléphone") == "asked-whether-hers"
    office.house.peer = "127.0.0.1"
    assert office.answers(PAUL, "mail_question", "OUI") == "confirmed:slots-published"


def test_reminders_leave_once_the_day_before(office: Office) -> None:
    office.slots(1)
    office.writes(LEA, "RENDEZ-VOUS")
    office.answers(LEA, "slots_offered", "1")
    assert agenda_rounds.appointments(office.house.database, now()) == "reminded 0, settled 0"
    office.later(hours_until_soon(office))
    for _ in range(2):
        agenda_rounds.appointments(office.house.database, now())
    assert len(office.posts(LEA, "appointment_reminder")) == len(office.posts(PAUL, "appointment_reminder")) == 1
    office.later(48)
    agenda_rounds.appointments(office.house.database, now())
    assert office.booked() == {}
    assert office.answers(LEA, "appointment_reminder", "ANNULER") == "refused:slot-over"


def hours_until_soon(office: Office) -> float:
    with office.house.database.transaction() as session:
        start: datetime = session.scalars(sa.select(Slot.starts_at)).one()
    return (start - now()).total_seconds() / 3600 - 20
