"""A candidate may let the recruiters whom she writes to see her address; a recruiter's never passes."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from inbound import dispatch
from inbound.parse import fingerprint
from jobboard import choices, conversations, mailbag, outbox, tickets
from jobboard.addresses import Addresses, Purpose
from jobboard.clock import now
from jobboard.db import Database
from jobboard.letters.base import Stream
from jobboard.mailbag import Arrival
from jobboard.people import Person, Role
from jobboard.tickets import About, Reply
from mailer.delivery import Courier
from tests.conftest import make_settings
from tests.doors.smtp_sink import SmtpSink
from tests.jobboard.records import candidate, publish, recruiter

HIDDEN_FOOTER = "sans que vos adresses soient échangées"


class Board:
    """A recruiter and a candidate in conversation, and what arrived at each."""

    def __init__(self, database: Database, tmp_path: Path, sink: SmtpSink) -> None:
        database.settings = make_settings(tmp_path, smtp_url=f"{sink.url}?starttls=never")
        self.database, self.sink, self.addresses = database, sink, Addresses(database.settings)
        with database.transaction() as session:
            session.info["settings"] = database.settings
            lea, helene = candidate(session, "Léa Dubreuil"), recruiter(session, "Hélène Martin")
            self.offer_id = publish(session, helene, at=now()).id
            conversation = conversations.open_between(session, lea, helene, offer_id=self.offer_id, at=now())
            self.lea, self.helene = lea.address, helene.address
            self.ids = {lea.address: lea.id, helene.address: helene.id}
            self.relays = {}
            for person, role in ((lea, Role.CANDIDATE), (helene, Role.RECRUITER)):
                reply = Reply(About.CONVERSATION, role, subject_id=conversation.id)
                ticket = tickets.issue(session, reply, person, at=now())
                self.relays[person.address] = self.addresses.make(Purpose.REPLY, ticket.id)

    def choose(self, *, shown: bool) -> None:
        """Let Léa choose."""
        with self.database.transaction() as session:
            person = session.get_one(Person, self.ids[self.lea])
            choices.show_address(session, person, shown=shown, text="Montrer mon adresse.", evidence={}, at=now())

    def write(self, author: str, text: str, *, to: str = "", envelope: str = "") -> None:
        """Send a mail from a mailbox, and let everything that it causes leave."""
        message = EmailMessage()
        message["From"], message["Subject"], message["Message-ID"] = author, "Le poste", f"<{hash(text)}@x.example>"
        message.set_content(text)
        raw, to = message.as_bytes(), to or self.relays[author]
        with self.database.transaction() as session:
            arrival = Arrival("smtp", "127.0.0.1", "mx.example", envelope or author, raw, [(to, fingerprint(raw, to))])
            mailbag.store(session, arrival, at=now())
        dispatch.drain(self.database, self.addresses)
        courier = Courier(self.database, self.addresses, outbox.new_worker())
        for stream in (Stream.RELAY, Stream.ACCOUNT):
            courier.drain(stream)
        courier.close()

    def got(self, reader: str) -> EmailMessage:
        """Return the last mail that somebody got."""
        parsed = self.sink.to(reader)[-1].parsed
        assert isinstance(parsed, EmailMessage)
        return parsed


@pytest.fixture
def board(database: Database, tmp_path: Path):
    with SmtpSink() as sink:
        yield Board(database, tmp_path, sink)


def views(mail: EmailMessage) -> tuple[str, str]:
    return tuple(part.get_content() for part in mail.walk() if part.get_content_maintype() == "text")


def test_hers_is_hidden_until_she_chooses(board: Board) -> None:
    board.write(board.lea, f"Bonjour, écrivez-moi à {board.lea}.")
    plain, html = views(board.got(board.helene))

    assert board.lea not in plain + html
    assert HIDDEN_FOOTER in plain


def test_shown_it_stands_in_her_message_and_the_footer_says_so(board: Board) -> None:
    board.choose(shown=True)
    board.write(board.lea, f"Bonjour, écrivez-moi à {board.lea}, ou ici.")
    mail = board.got(board.helene)
    for view in views(mail):
        assert f"écrivez-moi à {board.lea}, ou ici." in view.replace("\n", " ")
        assert f"Son adresse, montrée à sa demande : {board.lea}".replace(" ", "") in "".join(view.split())
        assert HIDDEN_FOOTER not in view
        assert "a choisi de vous montrer son adresse" in " ".join(view.split())
    assert board.relays[board.helene] in str(mail["Reply-To"]), "answers still pass through us"


def test_hidden_again_it_passes_no_more(board: Board) -> None:
    board.choose(shown=True)
    board.choose(shown=False)
    board.write(board.lea, f"Bonjour, écrivez-moi à {board.lea}.")

    assert board.lea not in "".join(views(board.got(board.helene)))


def test_the_recruiter_s_never_passes_whatever_she_or_the_candidate_chose(board: Board) -> None:
    board.choose(shown=True)
    with board.database.transaction() as session:
        helene = session.get_one(Person, board.ids[board.helene])
        choices.show_address(session, helene, shown=True, text="x", evidence={}, at=now())
    board.write(board.helene, f"Bonjour, écrivez-moi à {board.helene}.")
    plain, html = views(board.got(board.lea))

    assert board.helene not in plain + html
    assert HIDDEN_FOOTER in plain


def test_one_s_choice_shows_nobody_else(board: Board) -> None:
    board.choose(shown=True)
    with board.database.transaction() as session:
        session.info["settings"] = board.database.settings
        karim = candidate(session, "Karim Belaïd").address
    words = "Bonjour, votre poste de comptable m'intéresse beaucoup, je tiens des comptes depuis cinq ans. "
    to = board.addresses.make(Purpose.OFFER, board.offer_id)
    board.write(karim, words + karim, to=to, envelope=board.lea)

    assert all(karim not in view for view in views(board.got(board.helene)))


@pytest.mark.parametrize("shown", [True, False])
def test_an_application_shows_it_as_she_chose(board: Board, shown: bool) -> None:
    if shown:
        board.choose(shown=True)
    words = "Bonjour, votre poste de comptable m'intéresse beaucoup, je tiens des comptes depuis cinq ans. "
    board.write(board.lea, words + board.lea, to=board.addresses.make(Purpose.OFFER, board.offer_id))
    received, sent = views(board.got(board.helene)), views(board.got(board.lea))

    assert all((board.lea in view) is shown for view in received)
    assert all(("votre adresse est montrée au recruteur" in " ".join(view.split())) is shown for view in sent)
    assert all(("Votre adresse n’est pas transmise" in " ".join(view.split())) is not shown for view in sent)
