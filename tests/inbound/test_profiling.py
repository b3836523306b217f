"""A candidate's profile by mail: words that choose who sees it, and CVs that complete it when she says so."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from inbound import dispatch
from inbound.parse import fingerprint
from jobboard import alerts, hidden_employers, mailbag, people, questions, sightings, tickets, visibility
from jobboard.addresses import Addresses, Alias, Purpose
from jobboard.clock import now
from jobboard.contracts import Contract
from jobboard.criteria import Criteria, PlaceWanted
from jobboard.db import Database
from jobboard.mailbag import Arrival, Mail
from jobboard.outbox import Post
from jobboard.people import Person, Role
from jobboard.portraits import Portrait
from jobboard.profiles import Profile, Visibility
from jobboard.questions import Topic
from jobboard.sightings import Where
from jobboard.tickets import About, Reply
from jobboard.visibility import PUBLIC
from tests.jobboard import records
from tests.jobboard.cv_samples import PRIVATE, bomb, docx, odt, pdf

LEA = "lea.dubreuil@courrier.example"


class Mailbox:
    """Léa's mails to us, dispatched one by one, and what we posted to her."""

    def __init__(self, database: Database, addresses: Addresses) -> None:
        self.database, self.addresses = database, addresses

    def sign_up(self, visibility: Visibility = Visibility.RECRUITERS) -> None:
        """Make her a candidate who looks for a CDI as a comptable around Nantes."""
        with self.database.transaction() as session:
            lea = people.admit(session, LEA, name="Léa Dubreuil", at=now())
            people.grant(session, lea, Role.CANDIDATE, at=now())
            people.subscribe(session, lea, people.ALERTS, at=now())
            wish = Criteria(trades=("M1203",), places=(PlaceWanted.at(records.NANTES, 30),), contracts=(Contract.CDI,))
            alerts.create(session, lea, wish, at=now())
            records.profile(session, lea, wish, visibility)

    def writes(
        self, text: str, *files: tuple[str, bytes], to: str | None = None, sender: str = LEA, subject: str = "Bonjour"
    ) -> str | None:
        """Write to us, by default to aide@; returns the recorded outcome."""
        message = EmailMessage()
        message["From"], message["Subject"], message["Message-ID"] = sender, subject, f"<{now().timestamp()}@x.example>"
        message.set_content(text)
        for name, content in files:
            message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        raw = message.as_bytes().replace(b"\n", b"\r\n")
        to = to or self.addresses.alias(Alias.AIDE)
        with self.database.transaction() as session:
            arrival = Arrival("smtp", "127.0.0.1", "mx.example", sender, raw, [(to, fingerprint(raw, to))])
            (mail_id,) = mailbag.store(session, arrival, at=now())
        dispatch.drain(self.database, self.addresses)
        with self.database.transaction() as session:
            return session.get_one(Mail, mail_id).outcome

    def answers(self, kind: str, text: str, *files: tuple[str, bytes]) -> str | None:
        """Answer the last letter of that kind."""
        ticket_id = self.posts(kind)[-1].ticket_id
        assert ticket_id is not None
        return self.writes(text, *files, to=self.addresses.make(Purpose.REPLY, ticket_id))

    def posts(self, kind: str) -> list[Post]:
        with self.database.transaction() as session:
            return list(session.scalars(sa.select(Post).where(Post.kind == kind).order_by(Post.id)))

    def told(self, kind: str) -> dict[str, object]:
        """Return the parameters of the last letter of that kind."""
        return dict(self.posts(kind)[-1].params)

    def profile(self) -> Profile:
        with self.database.transaction() as session:
            lea = people.find(session, LEA)
            assert lea is not None
            return session.get_one(Profile, lea.id)

    def portrait(self) -> Portrait:
        return Portrait.from_json(self.profile().portrait)


@pytest.fixture
def lea(database: Database, addresses: Addresses) -> Mailbox:
    """A candidate with a profile that recruiters see."""
    mailbox = Mailbox(database, addresses)
    mailbox.sign_up()
    return mailbox


def standing(session: Session, person: Person) -> set[str]:
    return {one.purpose for one in people.consents(session, person) if one.withdrawn_at is None}


@pytest.mark.parametrize(
    ("words", "level", "agreements"),
    [
        ("PROFIL PUBLIC", Visibility.EVERYONE, {"profile-recruiters", "profile-public"}),
        ("Profil privé, merci", Visibility.NOBODY, set()),
        ("profile private", Visibility.NOBODY, set()),
    ],
)
def test_who_sees_it_is_said_by_mail(lea: Mailbox, words: str, level: Visibility, agreements: set[str]) -> None:
    assert lea.writes(words) == f"profile-{level}"
    assert lea.profile().visibility is level
    with lea.database.transaction() as session:
        person = people.find(session, LEA)
        assert person is not None
        assert standing(session, person) == agreements
    told = lea.told("profile_shown")
    assert (told["done"], told["visibility"]) == ("visibility", str(level))


def test_engines_and_name_are_asked_for_apart(lea: Mailbox) -> None:
    assert lea.writes("PROFIL MOTEURS") == "refused:profile-not-public"
    lea.writes("PROFIL PUBLIC")
    assert (lea.profile().indexable, lea.profile().name_shown) == (False, False)
    assert lea.writes("PROFIL MOTEURS") == "profile-engines"
    assert lea.writes("PROFIL AVEC NOM") == "profile-named"
    assert (lea.profile().indexable, lea.profile().name_shown) == (True, True)
    lea.writes("PROFIL SANS NOM")
    lea.writes("PROFIL RECRUTEURS")
    assert (lea.profile().indexable, lea.profile().name_shown) == (False, False)


def test_an_employer_is_hidden_from_and_shown_to_again(lea: Mailbox) -> None:
    assert lea.writes("MASQUER A l'association Horizon") == "profile-hidden-from"
    told = lea.told("profile_shown")
    assert (told["employer"], told["hidden"]) == ("l'association Horizon", ["l'association Horizon"])
    with lea.database.transaction() as session:
        recruiter = records.recruiter(session)
        offer = records.publish(session, recruiter, employer="Association Horizon")
        viewer = visibility.of_organisation(session, offer.organisation_id, recruiter.id)
        assert not visibility.may_see(session, viewer, lea.profile().person_id)
    assert lea.writes("MONTRER A Horizon") == "profile-shown-to"
    with lea.database.transaction() as session:
        assert hidden_employers.of_person(session, session.get_one(Person, lea.profile().person_id)) == []
    assert lea.writes("MONTRER A Horizon") == "refused:employer-not-hidden"
    assert lea.writes("MASQUER A") == "refused:employer-missing"
    assert lea.writes("MASQUER A patronne@gmail.com") == "refused:employer-not-understood"


def test_who_saw_it_is_told(lea: Mailbox) -> None:
    assert lea.writes("Qui m'a vu ?") == "profile-seen"
    assert lea.told("profile_seen")["seen"] == []
    with lea.database.transaction() as session:
        offer = records.publish(session, records.recruiter(session), employer="Association Horizon")
        for where, offer_id in ((Where.SHORTLIST, offer.id), (Where.SEARCH, None), (Where.SEARCH, None)):
            person_ids = [lea.profile().person_id]
            sightings.note(session, offer.organisation_id, person_ids, where, offer_id=offer_id, at=now())
    lea.writes("QUI M A VU")
    seen = lea.told("profile_seen")["seen"]
    assert isinstance(seen, list)
    assert sorted((one["organisation"], one["where"], one["times"]) for one in seen) == [
        ("Association Horizon", "search", 2), ("Association Horizon", "shortlist", 1),
    ]  # fmt: skip


def test_words_about_a_profile_need_one(database: Database, addresses: Addresses) -> None:
    mailbox = Mailbox(database, addresses)
    with database.transaction() as session:
        person = people.admit(session, LEA, at=now())
        people.grant(session, person, Role.CANDIDATE, at=now())
    for words in ("PROFIL", "PROFIL PUBLIC", "MASQUER A Horizon", "QUI M'A VU"):
        assert mailbox.writes(words) == "refused:no-profile"


def test_a_cv_is_proposed_and_written_at_oui(lea: Mailbox) -> None:
    before = lea.profile()
    assert (
        lea.writes("Bonjour, voici mon CV", ("CV Léa.pdf", pdf()), to="alertes@" + lea.addresses.domain) == "asked-cv"
    )
    assert lea.profile().portrait == before.portrait
    lines = {one["label"]: one["value"] for one in lea.told("profile_proposal")["lines"]}
    assert lines["Expérience"] == "12 ans"
    assert lines["Lieu"] == "Nantes (44), 30 km autour"  # where she looks stays
    assert not any(word in str(lines) for word in PRIVATE)
    assert lea.answers("profile_proposal", "OUI, merci") == "profile-updated"
    assert lea.portrait().trades == ("M1203", "M1608")
    assert lea.portrait().contracts == (Contract.CDI,)
    assert "J’ai 12 ans d’expérience." in lea.profile().summary
    assert lea.told("profile_shown")["done"] == "updated"
    assert lea.profile().visibility is Visibility.RECRUITERS
    assert lea.answers("profile_proposal", "OUI") == "refused:question-closed"


def test_a_cv_is_corrected_in_answer(lea: Mailbox) -> None:
    lea.writes("PROFIL")
    assert lea.answers("profile_shown", "Mon CV :", ("cv.odt", odt())) == "asked-cv"
    corrected = "Expérience : 6 ans\nCompétences : paie, apiculture, 06 11 22 33 44\nLangues :"
    assert lea.answers("profile_proposal", corrected) == "asked-cv"
    assert lea.portrait().experience_years is None
    assert lea.answers("profile_proposal", "OUI") == "profile-updated"
    portrait = lea.portrait()
    assert (portrait.experience_years, portrait.skills, portrait.languages) == (6, ("paie", "apiculture"), ())
    lea.answers("profile_shown", "", ("cv.docx", docx()))
    assert lea.answers("profile_proposal", "OUI\nExpérience : 7 ans\nLieu : Rennes") == "profile-updated"
    assert lea.portrait().experience_years == 7
    assert [place.label for place in lea.portrait().places] == ["Rennes (35)"]


def test_a_correction_that_says_nothing_is_asked_again(lea: Mailbox) -> None:
    lea.writes("Voici mon CV", ("cv.pdf", pdf()), to="alertes@" + lea.addresses.domain)
    assert lea.answers("profile_proposal", "Métiers : xyzzy") == "refused:correction-not-understood"
    assert lea.answers("profile_proposal", "Bof") == "refused:yes-expected"
    assert lea.answers("profile_proposal", "NON") == "declined"
    assert lea.portrait().skills == ()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [("CV.docx", bomb(), "cv-too-large"), ("CV.pdf", b"%PDF-1.4 broken", "cv-unreadable"),
     ("CV.jpg", b"\xff\xd8\xff" + bytes(400), "cv-wrong-type"), ("CV.pdf", pdf(password="x"), "cv-encrypted")],
)  # fmt: skip
def test_what_cannot_be_read_is_answered_kindly(lea: Mailbox, name: str, content: bytes, reason: str) -> None:
    assert lea.writes("Mon CV", (name, content), to="alertes@" + lea.addresses.domain) == f"refused:{reason}"
    assert lea.told("refusal")["reason"] == reason


def test_the_cv_of_an_application_is_asked_about_once(lea: Mailbox) -> None:
    with lea.database.transaction() as session:
        recruiter = records.recruiter(session)
        ids = [records.publish(session, recruiter, title=f"Comptable {n}").id for n in range(2)]
    for offer_id in ids:
        to = lea.addresses.make(Purpose.OFFER, offer_id)
        words = "Bonjour, ce poste m'intéresse beaucoup et voici mon CV, bien à vous."
        assert lea.writes(words, ("CV.pdf", pdf()), to=to) == "applied"
    (only,) = lea.posts("profile_proposal")
    assert only.params["first"] is True
    assert lea.portrait().skills == ()


def test_somebody_new_signs_up_with_a_cv_alone(database: Database, addresses: Addresses) -> None:
    mailbox = Mailbox(database, addresses)
    to = addresses.alias(Alias.ALERTES)
    assert mailbox.writes("Bonjour, voici mon CV.", ("CV.pdf", pdf()), to=to) == "asked-sign-up"
    with database.transaction() as session:
        assert people.find(session, LEA) is None
    assert mailbox.answers("alert_question", "OUI") == "signed-up"
    assert mailbox.profile().trades == ["M1203", "M1608"]
    assert mailbox.answers("profile_proposal", "OUI") == "profile-updated"
    assert mailbox.portrait().experience_years == 12


def test_a_broken_cv_does_not_prevent_signing_up(database: Database, addresses: Addresses) -> None:
    mailbox = Mailbox(database, addresses)
    text = "Je cherche un poste de comptable à Nantes"
    assert mailbox.writes(text, ("CV.pdf", bomb()), to=addresses.alias(Alias.ALERTES)) == "asked-sign-up"
    assert mailbox.answers("alert_question", "OUI") == "signed-up"
    assert mailbox.told("refusal")["reason"] == "cv-too-large"
    assert mailbox.profile().trades == ["M1203"]


def test_a_cv_in_her_name_is_asked_about_first(lea: Mailbox) -> None:
    ticket = lea.writes("PROFIL")
    assert ticket == "profile-shown"
    to = lea.addresses.make(Purpose.REPLY, lea.posts("profile_shown")[-1].ticket_id or 0)
    assert lea.writes("Mon CV", ("CV.pdf", pdf()), to=to, sender="mallory@elsewhere.example") == "asked-whether-hers"
    assert lea.posts("profile_proposal") == []


def test_stopping_everything_hides_it_until_she_is_back(lea: Mailbox) -> None:
    lea.writes("PROFIL PUBLIC")
    person_id = lea.profile().person_id

    def seen() -> bool:
        with lea.database.transaction() as session:
            return visibility.may_see(session, PUBLIC, person_id)

    assert seen()
    lea.writes("STOP TOUT")
    assert not seen()
    lea.writes("REPRENDRE")
    assert seen()


def test_oui_to_a_warning_keeps_it_awake(lea: Mailbox) -> None:
    with lea.database.transaction() as session:
        profile = session.get_one(Profile, lea.profile().person_id)
        profile.warned_at = profile.asleep_at = now()
        person = session.get_one(Person, profile.person_id)
        ticket = tickets.issue(session, Reply(About.PROFILE, Role.CANDIDATE), person, at=now())
        session.flush()
        to = lea.addresses.make(Purpose.REPLY, ticket.id)
    assert lea.writes("Oui", to=to) == "profile-awake"
    assert (lea.profile().asleep_at, lea.profile().warned_at) == (None, None)
    told = lea.told("profile_shown")
    assert (told["done"], told["withheld"]) == ("awake", "")


def test_a_second_cv_takes_the_place_of_the_first(lea: Mailbox) -> None:
    to = lea.addresses.alias(Alias.ALERTES)
    lea.writes("Voici mon CV", ("cv.pdf", pdf()), to=to)
    lea.writes("Plutôt celui-ci", ("cv.docx", docx("Camille\nAnimatrice\n5 ans d'expérience\nAnglais courant")), to=to)
    with lea.database.transaction() as session:
        states = session.scalars(sa.select(questions.Question.state).where(questions.Question.topic == Topic.CV)).all()
    assert sorted(map(str, states)) == ["declined", "open"]
