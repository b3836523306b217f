"""Hunting and contacting through the door: the words, whose answer counts, and what either side reads of the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobboard import profiles, suggestions
from jobboard.addresses import Purpose
from jobboard.clock import now
from jobboard.conversations import Message
from jobboard.letters import from_params
from jobboard.outbox import Post
from jobboard.people import Person
from jobboard.profiles import Profile, Visibility
from jobboard.proposals import Proposal, ProposalState
from jobboard.settings import Settings
from mailer.compose import Composer
from tests.conftest import make_settings
from tests.doors.mail_house import MailHouse, letter, mail_house
from tests.jobboard import records

DOMAIN = "passerelle.test"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, mail_domain=DOMAIN)


@dataclass
class Hunting:
    """A recruiter with two validated offers, and a candidate whose profile she may see."""

    house: MailHouse
    lea: str
    helene: str
    offers: list[int]
    count: int = field(default=0)

    def writes(self, address: str, text: str, to: str = f"chasse@{DOMAIN}") -> str | None:
        """Have somebody write to an address of ours; returns the outcome."""
        self.count += 1
        return self.house.outcome(to, letter(address, text, subject=f"Bonjour {self.count}"))

    def answers(self, address: str, kind: str, text: str) -> str | None:
        """Have somebody answer the last letter of a kind."""
        to = self.house.addresses.make(Purpose.REPLY, self.house.posts(kind)[-1].ticket_id)
        return self.writes(address, text, to)

    def reads(self, kind: str) -> str:
        """Return the last letter of a kind as it leaves, every octet."""
        with self.house.database.transaction() as session:
            post = session.scalars(sa.select(Post).where(Post.kind == kind).order_by(Post.id.desc()).limit(1)).one()
            person = session.get(Person, post.person_id) if post.person_id else None
            made = Composer(self.house.database.settings, self.house.addresses).compose(
                session, post, from_params(post.kind, post.params), person, at=now()
            )
            return made.message.decode()

    def refused(self) -> str:
        return str(self.house.posts("refusal")[-1].params["reason"])

    def proposals(self) -> list[ProposalState]:
        with self.house.database.transaction() as session:
            return list(session.scalars(sa.select(Proposal.state).order_by(Proposal.id)))


@pytest.fixture
def hunting(database, addresses) -> Iterator[Hunting]:  # type: ignore[no-untyped-def]  # the fixtures of tests/conftest.py
    at = now()
    with database.transaction() as session:
        lea, helene = records.candidate(session, "Léa Dubreuil", at=at), records.recruiter(session, at=at)
        records.alert(session, lea, at=at)
        profiles.write(session, lea, records.near(records.NANTES), visibility=Visibility.RECRUITERS, at=at)
        offers = [
            records.publish(session, helene, title=title, at=at).id for title in ("Comptable (H/F)", "Trésorière")
        ]
        suggestions.post_published(session, offers[0], at=at)
        names = lea.address, helene.address
    with mail_house(database, addresses) as house:
        yield Hunting(house, *names, offers)


def test_from_the_shortlist_to_a_conversation(hunting: Hunting) -> None:
    lea, helene = hunting.lea, hunting.helene
    assert hunting.answers(helene, "offer_published", "CONTACTER") == "refused:profile-number"
    assert hunting.answers(helene, "offer_published", "CONTACTER 7") == "refused:no-such-profile"
    assert hunting.answers(helene, "offer_published", "Contacter le profil 1, merci") == "proposed"
    assert hunting.answers(helene, "offer_published", "CONTACTER 1") == "refused:proposal-already-made"
    asked = hunting.reads("proposal_question")
    assert "List-Unsubscribe" in asked
    assert helene not in asked
    assert "Morin" not in asked
    for kind in ("offer_published", "proposal_sent"):
        said = hunting.reads(kind)
        assert lea not in said
        assert "Dubreuil" not in said
        assert "Léa" not in said
        assert "L=C3=A9a" not in said
    # Neither somebody else's OUI nor her question opens anything.
    assert hunting.answers("mallory@ailleurs.example", "proposal_question", "OUI") == "asked-whether-hers"
    assert hunting.answers(lea, "proposal_question", "Quel est le salaire ?") == "refused:proposal-yes-expected"
    assert hunting.proposals() == [ProposalState.ASKED]
    assert hunting.answers(lea, "proposal_question", "Oui, je suis libre lundi.\n\nLéa") == "proposal-accepted"
    accepted = hunting.reads("proposal_accepted")
    assert lea not in accepted
    assert "Dubreuil" in accepted
    assert "libre lundi" in hunting.reads("relayed_message")
    assert hunting.answers(helene, "proposal_accepted", "Bonjour Léa, à lundi 10 h.") == "relayed"
    assert helene not in hunting.reads("relayed_message")
    assert hunting.answers(lea, "proposal_question", "NON") == "refused:proposal-over"


def test_a_bare_yes_opens_the_conversation_and_says_nothing(hunting: Hunting) -> None:
    hunting.answers(hunting.helene, "offer_published", "CONTACTER 1")
    assert hunting.answers(hunting.lea, "proposal_question", "Oui, avec plaisir, merci") == "proposal-accepted"
    with hunting.house.database.transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0


def test_no_and_stop(hunting: Hunting) -> None:
    hunting.answers(hunting.helene, "offer_published", "CONTACTER 1")
    assert hunting.answers(hunting.lea, "proposal_question", "Non merci") == "proposal-declined"
    assert hunting.proposals() == [ProposalState.DECLINED]
    assert hunting.answers(hunting.lea, "proposal_question", "STOP") == "stopped-stream"
    assert hunting.answers(hunting.helene, "proposal_ended", "PROFILS") == "profiles-shown"
    assert hunting.writes(hunting.helene, "comptable Nantes") == "hunted"
    assert hunting.house.posts("hunt_results")[-1].params["profiles"] == []


def test_a_hunt_by_mail_asks_which_offer_and_is_followed(hunting: Hunting) -> None:
    helene = hunting.helene
    assert hunting.writes(helene, "Je cherche une comptable autour de Nantes, CDI") == "hunted"
    assert hunting.writes(helene, "CHASSE comptable Rezé", f"aide@{DOMAIN}") == "hunted"
    assert hunting.answers(helene, "hunt_results", "PLUS DE PROFILS") == "hunted-more"
    assert hunting.answers(helene, "hunt_results", "CONTACTER 1") == "asked-which-offer"
    assert hunting.answers(helene, "which_offer_to_propose", "Bonjour") == "refused:number-expected"
    assert hunting.answers(helene, "which_offer_to_propose", "la 2") == "proposed"
    assert hunting.proposals() == [ProposalState.ASKED]
    assert hunting.answers(helene, "hunt_results", "Suivre cette chasse chaque jour") == "hunt-followed-daily"
    assert hunting.writes(helene, "MES CHASSES") == "hunts-listed"
    assert "comptable Rez" in hunting.reads("hunt_list")
    assert hunting.writes(helene, "STOP CHASSE 9") == "refused:no-such-hunt"
    assert hunting.writes(helene, "STOP CHASSE 2") == "stopped-stream"


def test_a_profile_that_hides_is_no_longer_available_under_its_number(hunting: Hunting) -> None:
    assert hunting.writes(hunting.helene, "comptable Nantes") == "hunted"
    with hunting.house.database.transaction() as session:
        session.scalars(sa.select(Profile)).one().visibility = Visibility.NOBODY
    assert hunting.answers(hunting.helene, "hunt_results", "CONTACTER 1") == "refused:profile-gone"
    assert hunting.answers(hunting.helene, "offer_published", "CONTACTER 1") == "refused:profile-gone"
    assert hunting.proposals() == []


def test_who_may_not_hunt_is_told_kindly(hunting: Hunting) -> None:
    assert hunting.writes("curieux@ailleurs.example", "comptable Nantes") == "stranger-answered"
    assert hunting.refused() == "hunt-not-allowed"
    assert hunting.writes(hunting.lea, "comptable Nantes") == "refused:hunt-not-allowed"
    assert hunting.writes(hunting.helene, "Bonjour") == "refused:hunt-empty"
    assert hunting.writes(hunting.helene, "", f"chasse@{DOMAIN}") in ("hunted", "refused:hunt-empty")
