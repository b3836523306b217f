"""Who may act, tried from outside by SMTP: forged writers, strangers, borrowed addresses; each does nothing, or asks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobboard import applications, offers, outbox, people
from jobboard.addresses import Addresses, Purpose
from jobboard.clock import now
from jobboard.db import Database
from jobboard.offers import OfferState
from jobboard.people import Person, Role
from jobboard.settings import Settings
from jobboard.tickets import About, Reply, issue
from tests.conftest import make_settings
from tests.doors.mail_house import OUTSIDE, FakeDns, MailHouse, letter, mail_house
from tests.jobboard import records

DOMAIN = "passerelle.test"
OWNER = "lea@courrier.example"
FORGER = "mallory@mechant.example"
WISH = "Je cherche un poste de comptable à Nantes, 30 km"
PLANTED = "CHEQUE-CADEAU"
TRUSTED = "mx.passerelle.test"


def passing() -> FakeDns:
    """The DNS: courrier.example sends from elsewhere and publishes it; mechant.example sends from OUTSIDE."""
    dns = FakeDns()
    dns.publish("courrier.example", spf="v=spf1 ip4:203.0.113.1 -all")
    dns.publish("mechant.example", spf=f"v=spf1 ip4:{OUTSIDE} -all")
    return dns


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, mail_domain=DOMAIN, trusted_authserv_id=TRUSTED, strangers_per_hour=5)


@pytest.fixture
def house(database: Database, addresses: Addresses) -> Iterator[MailHouse]:
    with mail_house(database, addresses, passing()) as opened:
        yield opened


@pytest.fixture
def lea(database: Database) -> Person:
    with database.transaction() as session:
        person = people.admit(session, OWNER, name="Léa Dubois", at=now())
        people.grant(session, person, Role.CANDIDATE, at=now())
        people.subscribe(session, person, people.ALERTS, at=now())
        return person


def forged(how: str, text: str, *, subject: str = "Bonjour") -> tuple[bytes, str]:
    """Return a mail in Léa's name that is not hers, and its envelope sender."""
    if how == "dmarc-fail":
        return letter(OWNER, text, subject=subject), FORGER
    if how == "other-from":
        return letter(FORGER, text, subject=subject), FORGER
    said = f"{TRUSTED}; dmarc=%s header.from=courrier.example"
    genuine = said % "fail" if how == "below-genuine" else f"mx.elsewhere.example; dmarc=fail header.from={DOMAIN}"
    raw = letter(OWNER, text, subject=subject, Authentication_Results=said % "pass")
    return f"Authentication-Results: {genuine}\r\n".encode() + raw, FORGER


FORGERIES = ["dmarc-fail", "below-genuine", "untrusted-peer"]


def send(house: MailHouse, how: str, to: str, text: str) -> str | None:
    """Send a forged mail; one with a genuine header comes through our own mail server."""
    house.peer = "127.0.0.1" if how == "below-genuine" else OUTSIDE
    raw, sender = forged(how, text)
    return house.outcome(to, raw, sender=sender)


def reply_address(database: Database, addresses: Addresses, person: Person, reply: Reply) -> str:
    with database.transaction() as session:
        return addresses.make(Purpose.REPLY, issue(session, reply, person, at=now()).id)


def sent_to(house: MailHouse) -> set[str]:
    """Return to whom the outbox writes."""
    with house.database.transaction() as session:
        return {
            post.address or session.get_one(Person, post.person_id).address
            for post in session.scalars(sa.select(outbox.Post))
        }


def runs(database: Database, person: Person) -> bool:
    with database.transaction() as session:
        return bool(people.subscriptions(session, person))


@pytest.mark.parametrize("how", FORGERIES)
def test_a_forged_stop_stops_nothing_and_its_person_is_asked(
    house: MailHouse, database: Database, lea: Person, how: str
) -> None:
    assert send(house, how, f"stop@{DOMAIN}", "STOP TOUT") == "asked-whether-hers"
    assert runs(database, lea)
    assert sent_to(house) == {OWNER}


@pytest.mark.parametrize("how", [*FORGERIES, "other-from"])
def test_a_quoted_reply_address_is_no_key(
    house: MailHouse, database: Database, addresses: Addresses, lea: Person, how: str
) -> None:
    address = reply_address(database, addresses, lea, Reply(About.GENERAL, Role.CANDIDATE))
    assert send(house, how, address, "STOP TOUT") == "asked-whether-hers"
    assert runs(database, lea)
    assert sent_to(house) == {OWNER}
    [question] = house.posts("mail_question")
    assert question.params["sender"] == ("m•••@mechant.example" if how == "other-from" else "")


@pytest.mark.parametrize("how", FORGERIES)
def test_a_forged_wish_of_somebody_known_makes_no_alert(
    house: MailHouse, database: Database, lea: Person, how: str
) -> None:
    send(house, how, f"alertes@{DOMAIN}", WISH)
    with database.transaction() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM alert")) == 0
    assert sent_to(house) <= {OWNER}


@pytest.mark.parametrize("alias", ["alertes", "offres", "lettre", "stop", "aide", "contact", "bonjour"])
def test_a_stranger_whose_dmarc_fails_is_written_nothing(house: MailHouse, alias: str) -> None:
    house.outcome(f"{alias}@{DOMAIN}", letter("victime@courrier.example", WISH), sender=FORGER)
    assert house.posts() == []


@pytest.mark.parametrize("how", FORGERIES)
def test_a_forged_offer_makes_no_draft_that_anybody_sees(
    house: MailHouse, database: Database, lea: Person, how: str
) -> None:
    text = "Titre du poste : Comptable (H/F)\nEmployeur : Association X\nLieu : Nantes\nContrat : CDI\n"
    assert send(house, how, f"offres@{DOMAIN}", text) == "asked-whether-hers"
    with database.transaction() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM offer")) == 0
    assert sent_to(house) == {OWNER}


@pytest.mark.parametrize("how", [*FORGERIES, "other-from"])
def test_a_forged_application_reaches_no_recruiter(
    house: MailHouse, database: Database, addresses: Addresses, lea: Person, how: str
) -> None:
    with database.transaction() as session:
        offer = records.publish(session, records.recruiter(session), at=now())
    text = "Bonjour, je vous adresse ma candidature : dix ans de comptabilité dans une association de Nantes."
    assert send(house, how, addresses.make(Purpose.OFFER, offer.id), text) == "asked-whether-hers"
    with database.transaction() as session:
        assert applications.of_person(session, lea) == []
    assert sent_to(house) == {FORGER if how == "other-from" else OWNER}


def test_staff_words_need_a_pass(house: MailHouse, database: Database, addresses: Addresses) -> None:
    with database.transaction() as session:
        member = people.admit(session, "ines@equipe.example", name="Inès Roux", at=now())
        people.grant(session, member, Role.STAFF, at=now())
        offer = records.publish(session, records.recruiter(session), at=now())
        address = addresses.make(
            Purpose.REPLY,
            issue(session, Reply(About.MODERATION, Role.STAFF, offer.id), member, at=now()).id,
        )
    raw = letter("ines@equipe.example", "REFUSER motif")
    assert house.outcome(address, raw) == "asked-whether-hers"  # no record of her domain: none
    with database.transaction() as session:
        assert session.get_one(offers.Offer, offer.id).state is OfferState.PUBLISHED
    house.dns.publish("equipe.example", spf=f"v=spf1 ip4:{OUTSIDE} -all")
    outcome = house.outcome(address, letter("ines@equipe.example", "AIDE"))
    assert outcome != "asked-whether-hers"


def test_the_trusted_header_counts_from_our_peers_only_and_only_the_topmost(
    house: MailHouse, database: Database, lea: Person
) -> None:
    said = f"Authentication-Results: {TRUSTED}; dmarc=%s header.from=courrier.example\r\n"
    both = (said % "pass" + said % "fail").encode() + letter(OWNER, "STOP TOUT")
    house.peer = OUTSIDE
    assert house.outcome(f"stop@{DOMAIN}", both, sender=FORGER) == "asked-whether-hers"
    house.peer = "127.0.0.1"
    assert house.outcome(f"stop@{DOMAIN}", both + b"encore\r\n", sender=FORGER) == "stopped-everything"


def test_what_was_found_is_kept_and_used_again(house: MailHouse, database: Database, lea: Person) -> None:
    house.outcome(f"stop@{DOMAIN}", letter(OWNER, "STOP"), sender=FORGER)
    assert house.mail().authentication == "fail spf=pass dmarc=fail"


def test_nothing_is_asked_of_the_dns_for_mail_of_our_peers_nor_when_switched_off(
    server: object, database: Database, addresses: Addresses, tmp_path: Path
) -> None:
    with mail_house(database, addresses, passing()) as house:
        house.peer = "127.0.0.1"
        house.outcome(f"aide@{DOMAIN}", letter(OWNER))
        database.settings = make_settings(tmp_path, mail_domain=DOMAIN, verify_senders=False)
        house.peer = OUTSIDE
        house.outcome(f"aide@{DOMAIN}", letter(OWNER, "encore"))
        assert house.dns.asked == []
        assert house.mail().authentication is None


@pytest.mark.parametrize("to", ["quelquun@ailleurs.example", "@ailleurs.example:x@y.example", "x%y.example@z.example"])
def test_no_open_relay(house: MailHouse, to: str) -> None:
    assert house.send(to, letter(FORGER))[0] in (550, 553, 501)
    assert house.posts() == []


def test_an_address_of_ours_that_is_none_is_refused_and_never_bounced(house: MailHouse) -> None:
    assert house.send(f"r-{'a' * 26}@{DOMAIN}", letter(FORGER))[0] == 550
    assert house.send(f"inconnu@{DOMAIN}", letter(FORGER))[0] == 550
    house.work()
    assert house.posts() == []


@pytest.mark.parametrize("alias", ["alertes", "offres", "lettre", "stop", "aide", "contact", "bonjour"])
def test_the_envelope_sender_is_never_written_to(house: MailHouse, alias: str) -> None:
    house.outcome(f"{alias}@{DOMAIN}", letter("moi@sans.example", WISH), sender="victime@ailleurs.example")
    assert sent_to(house) == {"moi@sans.example"}


@pytest.mark.parametrize("alias", ["alertes", "offres", "lettre", "stop", "aide", "contact", "bonjour"])
def test_a_stranger_s_text_is_not_reflected(house: MailHouse, alias: str) -> None:
    text = f"{PLANTED} Comptable à Nantes 30 km, {PLANTED}\nTitre du poste : {PLANTED}\nEmployeur : {PLANTED}\n"
    raw = letter(f'"{PLANTED}" <{FORGER}>', text, subject=PLANTED, Reply_To="victime@ailleurs.example")
    house.outcome(f"{alias}@{DOMAIN}", raw, sender=FORGER)
    assert sent_to(house) == {FORGER}
    for post in house.posts():
        assert PLANTED.lower() not in str(post.params).lower()


def test_a_stranger_gets_one_mail_a_day_whatever_the_alias_the_case_and_the_tag(house: MailHouse) -> None:
    for number, sender in enumerate(("mallory", "Mallory", "mallory+1", "mallory+2")):
        for alias in ("alertes", "aide", "lettre", "stop"):
            house.outcome(f"{alias}@{DOMAIN}", letter(f"{sender}@mechant.example", f"{WISH} {number}"))
    assert len(house.posts()) == 1


def test_strangers_together_are_under_one_cap(house: MailHouse) -> None:
    for number in range(8):
        house.outcome(f"aide@{DOMAIN}", letter(f"n{number}@mechant.example"))
    assert len(house.posts()) == 5


def test_one_question_a_day_and_each_answer_brings_the_next(
    house: MailHouse, database: Database, addresses: Addresses, lea: Person
) -> None:
    house.peer = "127.0.0.1"  # no finding of ours: only the From differs
    address = reply_address(database, addresses, lea, Reply(About.GENERAL, Role.CANDIDATE))
    for number in range(4):
        house.outcome(address, letter(f"lea{number}@bureau.example", f"HISTORIQUE\n\n{number}"))
    assert len(house.posts("mail_question")) == 1
    for answered, (word, outcome) in enumerate((("OUI", "confirmed:"), ("NON", "declined"), ("OUI", "confirmed:")), 1):
        newest = house.posts("mail_question")[-1]
        said = house.outcome(addresses.make(Purpose.REPLY, newest.ticket_id), letter(OWNER, f"{word}\n\n{answered}"))
        assert said is not None
        assert said.startswith(outcome)
        questions = house.posts("mail_question")
        assert len(questions) == answered + 1
        assert questions[-1].params["sender"] == "l•••@bureau.example"
    assert len(house.posts("history")) == 2  # one for each OUI, none for NON


def test_a_burst_of_stop_rings_the_staff(house: MailHouse, database: Database) -> None:
    house.peer = "127.0.0.1"
    with database.transaction() as session:
        records.staff(session, at=now())
        many = [records.candidate(session, at=now()).address for _ in range(25)]
    for address in many:
        assert house.outcome(f"stop@{DOMAIN}", letter(address, "STOP TOUT")) == "stopped-everything"
    assert [post.params["what"] for post in house.posts("alarm")] == ["stop-burst"]
