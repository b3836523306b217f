"""Offers through the door of mail: deposited as a document, asked for three times, decided, reported, closed, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from jobboard import afterwards, offers, people, tickets
from jobboard.addresses import Addresses, Alias, Purpose
from jobboard.clock import now
from jobboard.db import Database
from jobboard.offers import Offer, OfferState
from jobboard.outbox import Post, PostState
from jobboard.people import Role
from jobboard.settings import Settings
from jobboard.tickets import About, Reply
from tests.conftest import make_settings
from tests.doors.mail_house import MailHouse, letter, mail_house
from tests.jobboard import records
from tests.jobboard.test_document_text import word

DOMAIN, HELENE, ALICE = "passerelle.test", "helene@horizon.example", "alice@equipe.example"
COMPLETE = (
    "Intitulé : Comptable\nEmployeur : Association Horizon\nLieu : Nantes\nContrat : CDI\n"
    "Rémunération : 2 100 à 2 300 € brut par mois\nDate limite : 31 décembre 2027\nMissions : Tenue des comptes."
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, mail_domain=DOMAIN, undo_minutes=10)


@dataclass
class Office:
    """Hélène deposits, Alice decides; everybody is known by an address."""

    house: MailHouse
    count: int = field(default=0)

    def writes(self, sender: str, to: str, text: str, *files: tuple[str, bytes]) -> str | None:
        """Send a mail; returns its outcome."""
        self.count += 1
        raw = letter(sender, text, subject=f"Mail {self.count}")
        if files:
            message = message_from_bytes(raw, policy=policy.SMTP)
            assert isinstance(message, EmailMessage)
            for filename, content in files:
                message.add_attachment(content, maintype="application", subtype="octet-stream", filename=filename)
            raw = message.as_bytes()
        return self.house.outcome(to, raw)

    def deposits(self, text: str, *files: tuple[str, bytes]) -> str | None:
        return self.writes(HELENE, self.house.addresses.alias(Alias.OFFRES), text, *files)

    def answers(self, sender: str, kind: str, text: str) -> str | None:
        """Answer the last letter of a kind."""
        return self.writes(sender, self.house.addresses.make(Purpose.REPLY, self.last(kind).ticket_id), text)

    def last(self, kind: str) -> Post:
        return self.house.posts(kind)[-1]

    def offer(self) -> Offer:
        """Return the newest offer."""
        with self.house.database.transaction() as session:
            found = session.query(Offer).order_by(Offer.id.desc()).first()
            assert found is not None
            return found

    def published(self) -> Offer:
        """Have the complete offer deposited and validated."""
        assert self.deposits(COMPLETE) == "draft-shown"
        assert self.answers(HELENE, "draft_shown", "OUI") == "offer-submitted"
        assert self.answers(ALICE, "offer_to_validate", "VALIDER") == "offer-validated"
        return self.offer()


@pytest.fixture
def office(database: Database, addresses: Addresses) -> Iterator[Office]:
    with database.transaction() as session:
        for address, name, role in ((HELENE, "Hélène Martin", Role.RECRUITER), (ALICE, "Alice Morel", Role.STAFF)):
            people.grant(session, people.admit(session, address, name=name, at=now()), role, at=now())
    with mail_house(database, addresses) as house:
        house.peer = "127.0.0.1"
        yield Office(house)


def test_a_document_is_an_offer_and_the_mail_around_it_is_not(office: Office) -> None:
    paragraphs = "".join(f"<w:p><w:t>{line}</w:t></w:p>" for line in COMPLETE.splitlines())
    cover = "Bonjour,\n\nVeuillez trouver ci-joint notre offre.\n\nBien à vous,\nHélène Martin"
    assert office.deposits(cover, ("Fiche.docx", word(paragraphs))) == "draft-shown"
    made = office.offer()
    assert (made.title, made.place_label, made.duties) == ("Comptable", "Nantes (44)", "Tenue des comptes.")
    assert office.last("draft_shown").params["missing"] == []


def test_a_scan_is_told_and_the_rest_is_asked(office: Office) -> None:
    assert (
        office.deposits("Notre offre de comptable à Nantes est jointe.", ("scan.pdf", b"%PDF-1.4 no words"))
        == "draft-shown"
    )
    shown = office.last("draft_shown").params
    assert shown["unread_files"] == ["scan.pdf"]
    assert "rémunération" in shown["missing"]


def test_three_rounds_by_mail_then_the_form_too(office: Office) -> None:
    office.deposits("Nous cherchons une ou un comptable.")
    links = [office.last("draft_shown").params["form_path"]]
    for answer in ("Lieu : Nantes", "Contrat : CDI", "Employeur : Association Horizon"):
        assert office.answers(HELENE, "draft_shown", answer) == "draft-completed"
        links.append(office.last("draft_shown").params["form_path"])
    assert links[:3] == ["", "", ""]
    assert links[3].startswith(f"/deposer/{office.offer().id}-")


@pytest.mark.parametrize(
    "text",
    [
        "CORRIGER\nIntitulé : Comptable (H/F)",
        "CORRIGER\n\n> Une offre attend votre décision :\n>\n>   Intitulé : Comptable (H/F)\n>   Employeur : Association Horizon\n"
        ">   Lieu : Nantes (44)\n>\n> Déposée par : h•••@horizon.example\n>\n> 1 remarque à la relecture :\n>   - « Comptable »",
    ],
)
def test_the_staff_correct_by_answering(office: Office, text: str) -> None:
    office.deposits(COMPLETE)
    office.answers(HELENE, "draft_shown", "OUI")
    assert office.answers(ALICE, "offer_to_validate", text) == "offer-corrected"
    made = office.offer()
    assert (made.title, made.place_label, made.duties) == ("Comptable (H/F)", "Nantes (44)", "Tenue des comptes.")
    assert [one["after"] for one in office.last("offer_corrected").params["changes"]] == ["Comptable (H/F)"]
    assert office.answers(ALICE, "offer_to_validate", "VALIDER") == "offer-validated"
    assert office.answers(ALICE, "offer_to_validate", "REFUSER trop tard") == "refused:already-decided"


def test_a_refusal_and_a_closing_are_taken_back(office: Office) -> None:
    office.deposits(COMPLETE)
    office.answers(HELENE, "draft_shown", "OUI")
    assert office.answers(ALICE, "offer_to_validate", "REFUSER il manque la durée") == "offer-refused"
    assert office.answers(ALICE, "decided", "ANNULER") == "refusal-undone"
    assert (office.offer().state, office.last("offer_refused").state) == (OfferState.PENDING, PostState.DROPPED)
    assert office.answers(ALICE, "offer_to_validate", "VALIDER") == "offer-validated"
    made, reply = office.offer(), office.last("offer_submitted").kind
    apply = office.house.addresses.make(Purpose.OFFER, made.id)
    assert office.answers(HELENE, reply, "CLORE POURVU") == "offer-closed"
    assert office.house.send(apply, letter("lea@courrier.example", "Bonjour"))[0] == 550
    assert office.answers(HELENE, "offer_closed", "ANNULER") == "closing-undone"
    assert office.house.send(apply, letter("lea@courrier.example", "Bonjour"))[0] == 250


def test_a_correction_of_a_date_is_applied_at_once_and_of_words_validated(office: Office) -> None:
    made = office.published()
    assert office.answers(HELENE, "offer_submitted", "CORRIGER\nDate limite : 15 janvier 2028") == "correction-applied"
    assert office.offer().closes_at != made.closes_at
    assert office.answers(HELENE, "offer_submitted", "CORRIGER\nMissions : tout autre chose.") == "offer-corrected"
    assert office.offer().state is OfferState.DRAFT
    assert office.answers(HELENE, "draft_shown", "OUI") == "offer-submitted"
    (changed,) = office.last("offer_to_validate").params["changes"]
    assert (changed["label"], changed["after"]) == ("Missions", "Tout autre chose.")


def test_an_offer_is_reported_and_kept_or_closed(office: Office) -> None:
    made = office.published()
    with office.house.database.transaction() as session:
        readers = [records.candidate(session, at=now()) for _ in range(3)]
        replies = [
            tickets.issue(session, Reply(About.OFFERS, Role.CANDIDATE, offers=(made.id,)), one, at=now()).id
            for one in readers
        ]
        senders = [one.address for one in readers]
    for sender, reply in zip(senders, replies, strict=True):
        assert (
            office.writes(sender, office.house.addresses.make(Purpose.REPLY, reply), "SIGNALER : frais de 50 euros")
            == "offer-reported"
        )
    assert office.offer().state is OfferState.HIDDEN
    assert office.last("offer_reported").params["reasons"] == ["frais de 50 euros"] * 3
    assert office.answers(ALICE, "offer_reported", "GARDER") == "offer-kept"
    assert office.offer().state is OfferState.PUBLISHED
    assert office.answers(ALICE, "offer_reported", "CLORE") == "refused:reason-missing"
    assert office.answers(ALICE, "offer_reported", "CLORE frais demandés aux candidats") == "offer-closed"
    assert office.last("offer_closed").params["reason"] == "frais demandés aux candidats"


@pytest.mark.parametrize(
    ("said", "outcome", "filled"),
    [
        ("OUI", "filled-noted", True),
        ("Non, pas encore", None, None),
        ("NON", "not-filled-noted", False),
        ("Pourvu !", "filled-noted", True),
    ],
)
def test_whether_somebody_was_found_is_kept(
    office: Office, said: str, outcome: str | None, filled: bool | None
) -> None:
    made = office.published()
    with office.house.database.transaction() as session:
        closed = session.get_one(Offer, made.id)
        offers.close(
            session,
            closed,
            by=session.get_one(people.Person, made.recruiter_id),
            filled=False,
            at=now() - 15 * records.timedelta(days=1),
        )
        assert afterwards.ask_filled(session, at=now()) == 1
    found = office.answers(HELENE, "offer_filled_question", said)
    if outcome is None:
        assert found is not None
        return
    assert found == outcome
    assert (office.offer().filled, office.offer().filled_said_at is not None) == (filled, True)


def test_a_namesake_s_depositor_joins_at_a_member_s_word(office: Office) -> None:
    office.published()
    with office.house.database.transaction() as session:
        karim = people.admit(session, "karim@cabinet.example", name="Karim Belaïd", at=now())
        people.grant(session, karim, Role.RECRUITER, at=now())
    to = office.house.addresses.alias(Alias.OFFRES)
    assert office.writes("karim@cabinet.example", to, COMPLETE.replace("Comptable", "Juriste")) == "draft-shown"
    assert office.answers("karim@cabinet.example", "draft_shown", "OUI") == "offer-submitted"
    asked = office.last("membership_question")
    assert (asked.params["name"], asked.params["address"]) == ("Karim Belaïd", "k•••@cabinet.example")
    assert office.last("offer_to_validate").params["namesakes"] == 1
    assert office.answers(HELENE, "membership_question", "OUI") == "membership-given"
    with office.house.database.transaction() as session:
        assert len({one.organisation_id for one in session.query(Offer)}) == 1
    assert [one.params["what"] for one in office.house.posts("noted")] == ["membership-given", "membership-got"]


def test_closing_after_so_many_is_asked_by_a_word(office: Office) -> None:
    office.published()
    assert office.answers(HELENE, "offer_submitted", "CLORE après 20 candidatures") == "offer-limited"
    assert office.offer().close_at_count == 20
