"""The desk's held messages: for the staff only, read with the secret covered, decided once, by somebody with a name."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from jobboard import audit, conversations, correspondence, held, outbox, people
from jobboard.clock import now
from jobboard.conversations import Words
from jobboard.held import Held, HeldState
from jobboard.letters.base import Stream
from jobboard.outbox import Post, PostState
from jobboard.people import Role
from tests.webapp import board
from tests.webapp.conftest import Site
from tests.webapp.reading import press, token, words

ALICE, HELENE, LEA = "alice@equipe.example", "helene@horizon.example", "lea@courrier.example"
LIST = "/equipe/retenus"


@pytest.fixture
def number(site: Site) -> int:
    """The number of a message that waits for a decision."""

    def fill(session: Session) -> int:
        board.person(session, ALICE, "Alice Morel", Role.STAFF)
        helene = board.person(session, HELENE, "Hélène Martin", Role.RECRUITER)
        lea = board.person(session, LEA, "Léa Dubreuil", Role.CANDIDATE)
        conversation = conversations.open_between(session, lea, helene, offer_id=None, at=now())
        text = "Bonjour Léa,\n\nécrivez-moi à HELENE@horizon.example <script>.\n\nHélène"
        correspondence.relay(session, conversation, helene, Words("Entretien", text), at=now())
        [post] = outbox.claim(session, Stream.RELAY, worker=1, limit=1, at=now())
        places = ["mail > part 1 (text/plain): plain", "mail > part 2 (text/html) > headers: entities, spoken"]
        return held.hold(session, post, why=["address"], places=places, at=now()).id

    made = site.do(fill)
    assert isinstance(made, int)
    return made


@pytest.fixture
def alice(site: Site, number: int) -> FlaskClient:
    """The browser of a member of staff."""
    return site.signed_in(ALICE)


def states(site: Site, number: int) -> tuple[HeldState, PostState]:
    with site.database.transaction() as session:
        one = session.get_one(Held, number)
        return one.state, session.get_one(Post, one.post_id).state


def test_the_desk_says_that_something_waits(alice: FlaskClient) -> None:
    shown = alice.get("/equipe")
    assert "1 message retenu" in words(shown)
    assert f'href="{LIST}"' in shown.text


def test_the_list_says_who_wrote_to_whom_and_why(alice: FlaskClient, number: int) -> None:
    said = words(alice.get(LIST))
    for expected in (f"n° {number}", "Hélène M.", "Léa D.", "une adresse cachée s’y lit"):
        assert expected in said, expected
    assert "horizon.example" not in said.lower()


def test_the_page_says_where_and_how_and_covers_the_secret(alice: FlaskClient, number: int) -> None:
    shown = alice.get(f"{LIST}/{number}")
    said = words(shown)
    for expected in (
        "le mail › partie 1 (text/plain)", "telle quelle", "les en-têtes", "en entités HTML, épelée", "Entretien",
        "écrivez-moi à •••",
    ):  # fmt: skip
        assert expected in said, expected
    assert "horizon.example" not in shown.text.lower()
    assert "<script>" not in shown.text


def test_it_is_released_with_a_button_and_who_did_it_is_noted(site: Site, alice: FlaskClient, number: int) -> None:
    answer = press(alice, f"{LIST}/{number}", f"{LIST}/{number}/laisser-partir")
    assert answer.headers["Location"] == LIST
    assert "Le message part tel quel" in words(alice.get(LIST))
    assert states(site, number) == (HeldState.RELEASED, PostState.QUEUED)
    said = words(alice.get(f"{LIST}/{number}"))
    assert "Laissé partir , Alice M." in said.replace("partir,", "partir ,")
    assert "Votre décision" not in said
    with site.database.transaction() as session:
        [entry] = audit.of_subject(session, "held", number)
        alice_herself = people.find(session, ALICE)
        assert alice_herself is not None
        assert entry.by_person_id == alice_herself.id


def test_it_is_dropped_with_a_reason(site: Site, alice: FlaskClient, number: int) -> None:
    press(alice, f"{LIST}/{number}", f"{LIST}/{number}/abandonner", raison="Une <b>adresse</b> y figure.")
    assert states(site, number) == (HeldState.DROPPED, PostState.DROPPED)
    assert "Une <b>adresse</b> y figure." in words(alice.get(f"{LIST}/{number}"))
    assert site.posts("message_held")[-1].params["reason"] == "Une <b>adresse</b> y figure."
    assert "Aucun message n’attend" in words(alice.get(LIST))


def test_what_is_decided_is_decided_once(site: Site, alice: FlaskClient, number: int) -> None:
    forgery = {"csrf_token": token(alice.get(f"{LIST}/{number}"))}
    assert alice.post(f"{LIST}/{number}/abandonner", data=forgery).status_code == 303
    again = alice.post(f"{LIST}/{number}/laisser-partir", data=forgery)
    assert again.status_code == 409
    assert "quelqu’un d’autre a été plus rapide" in words(again)
    assert states(site, number) == (HeldState.DROPPED, PostState.DROPPED)


@pytest.mark.parametrize("act", ["laisser-partir", "abandonner"])
def test_without_the_token_nothing_is_decided(site: Site, alice: FlaskClient, number: int, act: str) -> None:
    assert alice.post(f"{LIST}/{number}/{act}").status_code == 400
    assert alice.get(f"{LIST}/{number}/{act}").status_code == 405
    assert states(site, number)[0] is HeldState.WAITING


def test_nobody_else_sees_it(site: Site, number: int) -> None:
    for path in (LIST, f"{LIST}/{number}"):
        assert site.browser().get(path).status_code == 303
        assert site.signed_in(HELENE).get(path).status_code == 404


@pytest.mark.parametrize("wrong", ["0", "999", str(2**80)])
def test_a_number_that_is_none_has_no_page(alice: FlaskClient, wrong: str) -> None:
    assert alice.get(f"{LIST}/{wrong}").status_code == 404


def test_it_is_in_english_for_who_reads_english(site: Site, alice: FlaskClient, number: int) -> None:
    with site.database.transaction() as session:
        person = people.find(session, ALICE)
        assert person is not None
        person.language = "en"
    said = words(alice.get(f"{LIST}/{number}"))
    for expected in ("a hidden address can be read in it", "the mail › part 1 (text/plain)", "Let it leave as it is"):
        assert expected in said, expected
    assert "Held messages" in words(alice.get(LIST))
