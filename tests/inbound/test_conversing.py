"""Conversations through the door: which words are commands, who may bring whom, and what is told to whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobboard import colleagues, conversations, correspondence, offers, people, tickets
from jobboard.addresses import Addresses, Purpose
from jobboard.clock import now
from jobboard.conversations import Conversation, ConversationState, Message, Words
from jobboard.db import Database
from jobboard.letters import from_params
from jobboard.offers import Offer
from jobboard.outbox import Post
from jobboard.people import Person, Role
from jobboard.questions import Question
from jobboard.settings import Settings
from jobboard.tickets import About, Reply
from mailer import gate
from mailer.compose import Composed, Composer
from tests.conftest import make_settings
from tests.doors.mail_house import MailHouse, letter, mail_house
from tests.jobboard import records

DOMAIN = "passerelle.test"
PAUL = "paul@ailleurs.example"
STRANGER_TEXT = ("CHEQUE-CADEAU", "Hélène", "Morin", "horizon.example", "Zoé")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, mail_domain=DOMAIN, colleagues_per_offer=2)


@dataclass
class Talk:
    """A conversation about an offer, seen from outside; everybody is known by an address."""

    house: MailHouse
    lea: str
    helene: str
    offer_id: int
    conversation_id: int
    count: int = field(default=0)

    def relay(self, address: str) -> str:
        """Return the relay address of somebody, given one if she has none."""
        with self.house.database.transaction() as session:
            person = people.find(session, address)
            assert person is not None
            role = Role.CANDIDATE if address == self.lea else Role.RECRUITER
            reply = Reply(About.CONVERSATION, role, subject_id=self.conversation_id)
            return self.house.addresses.make(Purpose.REPLY, tickets.issue(session, reply, person, at=now()).id)

    def says(self, address: str, text: str, *, to: str | list[str] | None = None, **more: str) -> str | None:
        """Have somebody write; returns the outcome of the mail (of the last of several)."""
        self.count += 1
        raw = letter(address, text, subject=more.pop("subject", f"Bonjour {self.count}"), **more)
        return self.house.outcome(to or self.relay(address), raw)  # type: ignore[arg-type]

    def answers(self, address: str, text: str, kind: str = "colleague_question") -> str | None:
        """Have somebody answer the last letter of a kind."""
        post = self.house.posts(kind)[-1]
        to = self.house.addresses.make(Purpose.REPLY, post.ticket_id)
        return self.house.outcome(to, letter(address, text, subject=f"Re: {post.id}"))

    def bring(self, address: str = PAUL) -> None:
        """Have a colleague asked and agree."""
        assert self.says(self.helene, f"AJOUTER {address}") == "colleague-asked"
        assert self.answers(f"Paul Régis <{address}>" if address == PAUL else address, "OUI") == "colleague-joined"

    def side(self) -> list[str]:
        """Return the addresses of those who take part on the recruiter's side."""
        with self.house.database.transaction() as session:
            conversation = session.get_one(Conversation, self.conversation_id)
            return [person.address for person in conversations.recruiters(session, conversation)]

    def state(self) -> ConversationState:
        with self.house.database.transaction() as session:
            return session.get_one(Conversation, self.conversation_id).state

    def messages(self) -> int:
        with self.house.database.transaction() as session:
            count = session.scalar(sa.select(sa.func.count()).select_from(Message))
            return count or 0

    def got(self, address: str, kind: str = "relayed_message") -> list[EmailMessage]:
        """Return what somebody gets of that kind, composed."""
        return [read(mail.message) for mail in self.composed(address, kind)]

    def composed(self, address: str, kind: str) -> list[Composed]:
        database = self.house.database
        with database.transaction() as session:
            person = people.find(session, address)
            assert person is not None
            posts = session.scalars(
                sa.select(Post).where(Post.kind == kind, Post.person_id == person.id).order_by(Post.id)
            )
            composer = Composer(database.settings, self.house.addresses)
            return [
                composer.compose(session, post, from_params(post.kind, post.params), person, at=now()) for post in posts
            ]

    def noted(self, address: str) -> list[str]:
        """Return the letters that note or refuse something, to somebody, by their codes."""
        with self.house.database.transaction() as session:
            person = people.find(session, address)
            assert person is not None
            query = sa.select(Post).where(Post.person_id == person.id, Post.kind.in_(("noted", "refusal")))
            return [
                str(post.params.get("what") or post.params["reason"])
                for post in session.scalars(query.order_by(Post.id))
            ]


def read(raw: bytes) -> EmailMessage:
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@pytest.fixture
def talk(database: Database, addresses: Addresses) -> Iterator[Talk]:
    with database.transaction() as session:
        records.staff(session)
        lea, morin = records.candidate(session), records.recruiter(session)
        offer = records.publish(session, morin, at=now())
        made = correspondence.apply(session, offer, lea, Words("Bonjour", "Ce poste m'intéresse."), at=now())
        found = lea.address, morin.address, offer.id, made.conversation_id
    with mail_house(database, addresses) as house:
        house.peer = "127.0.0.1"
        yield Talk(house, *found)


@pytest.mark.parametrize(
    "text",
    [
        "Oui, avec plaisir",
        "Stop aux heures sup !",
        "Fin de mois difficile",
        "FIN\n\nou presque : quand puis-je passer ?",
        "Ajouter un café à l'ordre du jour ?",
        "Corriger votre CV serait utile.",
        "Prolonger la période d'essai jusqu'au 15 janvier vous irait ?",
        "Pas pour moi cette fois, merci de votre temps",
        "Bloquer mardi dans votre agenda ?",
        "Retirer mon nom de la liste, est-ce possible ?",
        "OUI",
        "Non",
        "2",
    ],
)
@pytest.mark.parametrize("side", ["lea", "helene"])
def test_what_is_no_word_alone_is_a_message(talk: Talk, side: str, text: str) -> None:
    assert talk.says(getattr(talk, side), text) == "relayed"
    assert text.split("\n")[0][:12] in text_of(talk.got(talk.helene if side == "lea" else talk.lea)[0]).replace(
        "’", "'"
    )


@pytest.mark.parametrize(
    ("side", "text", "outcome"),
    [
        ("lea", "FIN", "conversation-ended"),
        ("lea", "Bonjour,\n\nfin, merci\n\nCordialement", "conversation-ended"),
        ("helene", "Terminer", "conversation-ended"),
        ("lea", "Bloquer", "conversation-blocked"),
        ("helene", "BLOCK", "conversation-blocked"),
        ("lea", "AIDE", "helped"),
        ("lea", "HISTORIQUE", "history-sent"),
        ("lea", "RETIRER", "withdrawn"),
        ("lea", "STOP", "asked-stop-what"),
        ("helene", "CLORE POURVU", "offer-closed"),
        ("helene", "PROLONGER 3 semaines", "offer-prolonged"),
        ("helene", f"Prolonger jusqu'au {now() + timedelta(days=60):%d/%m/%Y}", "offer-prolonged"),
        ("helene", "RETIRER", "refused:colleague-address"),
        ("helene", "AJOUTER", "refused:colleague-address"),
    ],
)
def test_a_word_alone_is_done(talk: Talk, side: str, text: str, outcome: str) -> None:
    assert talk.says(getattr(talk, side), text) == outcome
    assert talk.messages() == 1


def test_help_in_a_conversation_lists_its_words(talk: Talk) -> None:
    talk.says(talk.lea, "AIDE")
    (mail,) = talk.got(talk.lea, "help")
    assert "FIN :" in text_of(mail).replace("\u00a0", " ").replace(" :", " :")
    assert "BLOQUER" in text_of(mail)


def test_a_colleague_is_asked_without_a_word_of_the_recruiter_s(talk: Talk) -> None:
    assert talk.says(talk.helene, f"AJOUTER {PAUL}", subject="CHEQUE-CADEAU") == "colleague-asked"
    (post,) = talk.house.posts("colleague_question")
    with talk.house.database.transaction() as session:
        composer = Composer(talk.house.database.settings, talk.house.addresses)
        mail = composer.compose(session, post, from_params(post.kind, post.params), None, at=now())
    assert mail.recipient == PAUL
    for word in (*STRANGER_TEXT, talk.lea, talk.helene):
        assert word not in str(read(mail.message))
        assert word not in text_of(read(mail.message))
    assert talk.side() == [talk.helene], "nothing is shared before OUI"
    assert talk.noted(talk.helene) == ["colleague-asked"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("AJOUTER paul", "colleague-address"),
        ("AJOUTER paul@", "colleague-address"),
        ("AJOUTER un@ailleurs.example deux@ailleurs.example", "colleague-address"),
        (f"AJOUTER contact@{DOMAIN}", "colleague-address"),
        ("AJOUTER {own}", "colleague-is-you"),
        ("AJOUTER {OWN}", "colleague-is-you"),
        (f"AJOUTER {PAUL}", "colleague-already-there"),
        (f"AJOUTER {PAUL.upper()}", "colleague-already-there"),
        ("RETIRER autre@ailleurs.example", "colleague-not-there"),
    ],
)
def test_each_wrong_address_has_its_sentence(
    talk: Talk, database: Database, addresses: Addresses, text: str, reason: str
) -> None:
    talk.bring()
    with database.transaction() as session:
        person = people.find(session, talk.helene)
        assert person is not None
        about = Reply(About.OFFER, Role.RECRUITER, subject_id=talk.offer_id)
        to = addresses.make(Purpose.REPLY, tickets.issue(session, about, person, at=now()).id)
    written = text.format(own=talk.helene, OWN=talk.helene.upper())
    assert talk.says(talk.helene, written, to=to) == f"refused:{reason}"
    assert talk.noted(talk.helene)[-1] == reason
    assert len(talk.house.posts("colleague_question")) == 1


def test_a_question_is_not_repeated_and_no_means_no(talk: Talk) -> None:
    talk.says(talk.helene, f"AJOUTER {PAUL}")
    assert talk.says(talk.helene, f"AJOUTER <{PAUL}>, merci !") == "refused:colleague-already-asked"
    assert talk.answers(PAUL, "NON") == "declined"
    assert talk.says(talk.helene, f"Ajouter {PAUL}.") == "refused:colleague-declined"
    assert talk.side() == [talk.helene]


def test_nobody_is_asked_twice_a_day_nor_more_than_the_cap(talk: Talk, database: Database) -> None:
    talk.bring()
    assert talk.says(talk.helene, f"RETIRER {PAUL}") == "colleague-taken-out"
    assert talk.side() == [talk.helene]
    assert talk.noted(PAUL)[-1] == "colleague-taken-out"
    assert talk.says(talk.helene, f"AJOUTER {PAUL}") == "refused:colleague-later"
    with database.transaction() as session:
        session.execute(sa.update(Question).values(created_at=now() - timedelta(days=2)))
    talk.bring()
    assert talk.says(talk.helene, "AJOUTER deux@ailleurs.example") == "colleague-asked"
    assert talk.says(talk.helene, "AJOUTER trois@ailleurs.example") == "refused:too-many-colleagues"
    assert talk.says(talk.helene, "RETIRER deux@ailleurs.example") == "colleague-taken-out"
    assert talk.answers("deux@ailleurs.example", "OUI") == "refused:question-closed"


def test_a_stranger_who_was_written_to_today_is_not_asked(talk: Talk) -> None:
    talk.house.outcome(f"aide@{DOMAIN}", letter(PAUL, "AIDE"))
    assert talk.says(talk.helene, f"AJOUTER {PAUL}") == "refused:colleague-later"
    assert talk.house.posts("colleague_question") == []


def test_an_address_of_the_candidate_is_not_confirmed_and_never_joins(talk: Talk) -> None:
    assert talk.says(talk.helene, f"AJOUTER {talk.lea}") == "colleague-asked"
    assert talk.noted(talk.helene) == ["colleague-asked"], "the same words as for anybody"
    assert talk.answers(talk.lea, "OUI") == "refused:colleague-is-candidate"
    assert talk.noted(talk.lea)[-1] == "colleague-is-candidate"
    assert talk.side() == [talk.helene]


def test_an_address_to_add_with_more_below_it_reaches_nobody(talk: Talk) -> None:
    assert talk.says(talk.helene, f"AJOUTER {PAUL}\n\nPaul est notre comptable.") == "refused:word-alone"
    assert talk.messages() == 1
    assert talk.house.posts("colleague_question") == []


def test_only_whoever_deposited_the_offer_decides(talk: Talk) -> None:
    talk.bring()
    assert talk.says(PAUL, "AJOUTER autre@ailleurs.example") == "refused:not-your-offer"
    assert talk.says(PAUL, "CLORE POURVU") == "refused:not-your-offer"
    assert talk.says(talk.lea, f"AJOUTER {PAUL}") == "relayed", "no word of hers"


def test_an_offer_that_nobody_read_is_shown_to_no_stranger(talk: Talk, database: Database) -> None:
    with database.transaction() as session:
        offer = session.get_one(Offer, talk.offer_id)
        offers.LIFE.step(offer, "correct", by=None, at=now())
        offer.title = "CHEQUE-CADEAU"
    assert talk.says(talk.helene, f"AJOUTER {PAUL}") == "refused:offer-not-published"


def test_all_read_the_same_and_no_address_passes(talk: Talk) -> None:
    talk.bring()
    both = f"Écrivez à {talk.helene} ou {PAUL}, pas à {talk.lea} ni autre@ailleurs.example."
    assert talk.says(talk.helene, both) == "relayed"
    assert talk.says(PAUL, f"Moi : {PAUL.upper()}, elle : {talk.helene}.") == "relayed"
    assert talk.says(talk.lea, f"Moi : {talk.lea}, vous : Paul.") == "relayed"
    assert [len(talk.got(who)) for who in (talk.lea, talk.helene, PAUL)] == [2, 2, 2]
    for who, hidden in ((talk.lea, (talk.helene, PAUL)), (talk.helene, (talk.lea,)), (PAUL, (talk.lea,))):
        own = talk.relay(who)
        for mail in talk.composed(who, "relayed_message"):
            assert not any(secret.encode() in mail.message.lower() for secret in hidden)
            assert set(hidden) <= set(mail.secrets)
            assert gate.leaks(mail.message, mail.secrets, documents_untouched=mail.by_candidate) == ()
            text = text_of(read(mail.message))
            assert not any(talk.relay(other) in text for other in (talk.lea, talk.helene, PAUL) if other != who)
            assert read(mail.message)["Reply-To"].addresses[0].addr_spec == own
    assert "Hélène M., Paul R." in text_of(talk.got(talk.lea)[0])


def test_one_subject_whatever_clients_put_before_it(talk: Talk) -> None:
    talk.bring()
    subjects = [
        "Re: Candidature de Zoé M. : Comptable (H/F)",
        "TR: AW: Re[2]: bonjour",
        "Entretien mardi",
        f"Re: {talk.helene}",
    ]
    for subject in subjects:
        talk.says(talk.helene, f"Bonjour ({subject})", subject=subject)
    talk.says(talk.lea, "Merci", subject="RE : Votre candidature est bien partie : Comptable (H/F)")
    seen = [*talk.got(talk.lea), *talk.got(talk.helene), *talk.got(PAUL)]
    (first,) = talk.got(talk.helene, "application_received")
    assert {str(mail["Subject"]) for mail in seen} == {f"Re: {first['Subject']}"}
    at_lea = [text_of(mail).replace("\u00a0", " ") for mail in talk.got(talk.lea)]
    assert ["Objet :" in text for text in at_lea] == [False, True, True, True]
    assert "Objet : Entretien mardi" in at_lea[2]
    assert talk.helene not in at_lea[3]


def test_fin_of_a_colleague_lets_the_others_go_on(talk: Talk) -> None:
    talk.bring()
    talk.says(talk.lea, "Bonjour à tous les deux.")
    relay = talk.relay(PAUL)
    assert talk.says(PAUL, "FIN") == "conversation-left"
    code, words = talk.house.send(relay, letter(PAUL, "Encore moi"))
    assert code == 550
    assert "5.7.1" in words
    assert talk.says(talk.lea, "Vous êtes toujours là ?") == "relayed"
    assert len(talk.got(PAUL)) == 1
    assert len(talk.got(talk.helene)) == 2
    assert talk.state() is ConversationState.OPEN


def test_bloquer_keeps_the_two_sides_apart_everywhere(talk: Talk, database: Database) -> None:
    talk.bring()
    with database.transaction() as session:
        helene, lea = people.find(session, talk.helene), people.find(session, talk.lea)
        assert helene is not None
        assert lea is not None
        second, third = (records.publish(session, helene, title=f"Offre {n}", at=now()) for n in (2, 3))
        other = correspondence.apply(session, second, lea, Words("x", "Bonjour"), at=now()).conversation_id
        apply_to = talk.house.addresses.make(Purpose.OFFER, third.id)
    assert talk.says(talk.lea, "BLOQUER") == "conversation-blocked"
    with database.transaction() as session:
        assert session.get_one(Conversation, other).state is ConversationState.ENDED
    assert talk.noted(talk.helene)[-2:] == ["conversation-ended-by-other"] * 2
    assert talk.noted(PAUL)[-1] == "conversation-ended-by-other"
    (report,) = talk.house.posts("conversation_reported")
    assert report.params["conversation_id"] == talk.conversation_id
    assert report.params["by_candidate"]
    assert not {talk.lea, talk.helene, PAUL} & set(map(str, report.params.values()))
    long = "Je me permets de postuler, avec dix ans de pratique de la comptabilité associative."
    assert talk.says(talk.lea, long, to=apply_to) == "refused:blocked"


def test_whoever_is_kept_apart_shares_no_new_conversation(talk: Talk, database: Database) -> None:
    talk.bring()
    assert talk.says(PAUL, "BLOQUER") == "conversation-blocked"
    assert talk.noted(talk.helene)[-1] == "conversation-ended-by-colleague"
    with database.transaction() as session:
        lea, paul = people.find(session, talk.lea), people.find(session, PAUL)
        assert lea is not None
        assert paul is not None
        elsewhere = records.publish(session, records.recruiter(session, "Marc Petit"), title="Autre offre", at=now())
        colleagues.join(session, elsewhere.id, paul, at=now())
        made = correspondence.apply(session, elsewhere, lea, Words("x", "Bonjour"), at=now())
        conversation = session.get_one(Conversation, made.conversation_id)
        assert paul not in conversations.recruiters(session, conversation)
    assert len(talk.house.posts("application_received")) == 2


def test_a_mail_to_two_addresses_of_one_conversation_is_one(talk: Talk) -> None:
    talk.bring()
    raw = letter(talk.helene, "À neuf heures, comme convenu.")
    assert talk.house.send([talk.relay(PAUL), talk.relay(talk.helene)], raw, sender=talk.helene)[0] == 250
    talk.house.work()
    with talk.house.database.transaction() as session:
        outcomes = session.scalars(sa.text("SELECT outcome FROM mail ORDER BY id DESC LIMIT 2")).all()
    assert sorted(map(str, outcomes)) == ["relayed", "same-mail-twice"]
    assert talk.messages() == 2
    assert talk.house.send(talk.relay(talk.helene).upper(), raw, sender=talk.helene)[0] == 250
    talk.house.work()
    assert talk.messages() == 2
    fin = letter(talk.helene, "FIN")
    talk.house.send([talk.relay(talk.helene), talk.relay(PAUL)], fin, sender=talk.helene)
    talk.house.work()
    assert "conversation-ended" not in talk.noted(talk.helene)[:-1]


def test_a_forged_mail_to_a_colleague_s_address_is_nobody_s(talk: Talk, database: Database) -> None:
    talk.bring()
    assert talk.says("mallory@mechant.example", "FIN", to=talk.relay(PAUL)) == "asked-whether-hers"
    assert talk.says(talk.lea, "FIN", to=talk.relay(PAUL)) == "kept-unasked"
    assert talk.state() is ConversationState.OPEN
    with database.transaction() as session:
        asked = session.scalars(sa.select(Post).where(Post.kind == "mail_question")).all()
        assert {session.get_one(Person, post.person_id).address for post in asked} == {PAUL}


@pytest.mark.parametrize(("days", "code"), [(29, 250), (31, 550)])
def test_a_conversation_outlives_its_offer(talk: Talk, database: Database, days: int, code: int) -> None:
    relay = talk.relay(talk.lea)
    with database.transaction() as session:
        offer, helene = session.get_one(Offer, talk.offer_id), people.find(session, talk.helene)
        assert helene is not None
        offers.close(session, offer, by=helene, filled=True, at=now() - timedelta(days=days))
    assert talk.house.send(relay, letter(talk.lea, "Toujours là ?"))[0] == code
    apply_to = talk.house.addresses.make(Purpose.OFFER, talk.offer_id)
    assert talk.house.send(apply_to, letter("zoe@courrier.example", "Ce poste m'intéresse"))[0] == 550
