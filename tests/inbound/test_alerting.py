"""Words about alerts, through the door: what they change, what they ask first, how it is undone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import alerts, announcements, people, places, rhythms
from jobboard.addresses import Addresses, Purpose
from jobboard.alerts import Alert, AlertState
from jobboard.clock import now
from jobboard.contracts import Contract
from jobboard.criteria import Criteria, PlaceWanted
from jobboard.db import Database, settings_of
from jobboard.outbox import Post
from jobboard.people import Person
from jobboard.settings import Settings
from tests.conftest import make_settings
from tests.doors.mail_house import MailHouse, letter, mail_house
from tests.jobboard import records

RENNES, NANTES = records.RENNES, records.NANTES


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, mail_domain="passerelle.test")


@dataclass
class Lea:
    """A candidate with alerts, seen from outside."""

    house: MailHouse
    address: str
    count: int = field(default=0)

    def says(self, text: str, kind: str = "alert_created") -> str | None:
        """Answer the last letter of a kind with these words; returns the outcome."""
        self.count += 1
        post = self.house.posts(kind)[-1]
        to = self.house.addresses.make(Purpose.REPLY, post.ticket_id)
        return self.house.outcome(to, letter(self.address, text, subject=f"Re: {self.count}"))

    def person(self, session: Session) -> Person:
        found = people.find(session, self.address)
        assert found is not None
        return found

    def searches(self) -> list[Criteria]:
        """Return what her alerts look for, those that are not removed."""
        with self.house.database.transaction() as session:
            return [Criteria.from_json(one.criteria) for one in alerts.of_person(session, self.person(session))]

    def names(self) -> list[str]:
        with self.house.database.transaction() as session:
            return [one.name for one in alerts.of_person(session, self.person(session))]

    def last(self, kind: str) -> Post:
        return self.house.posts(kind)[-1]

    def adds(self, criteria: Criteria) -> None:
        """Have one more alert, its first mail in the outbox."""
        with self.house.database.transaction() as session:
            person = self.person(session)
            made = alerts.create(session, person, criteria, at=now())
            announcements.post_first(session, person, made, profile_shown=False, at=now())

    def is_told_of(self, *wanted: dict[str, object]) -> None:
        """Have offers published, all announced in one mail."""
        with self.house.database.transaction() as session:
            by = records.recruiter(session, at=now())
            for one in wanted:
                offer = records.publish(session, by, at=now(), **one)  # type: ignore[arg-type]
                announcements.announce(session, offer.id, at=now())


@pytest.fixture
def lea(database: Database, addresses: Addresses) -> Iterator[Lea]:
    with mail_house(database, addresses) as house:
        with database.transaction() as session:
            address = records.candidate(session, "Léa Dubreuil", at=now()).address
        made = Lea(house, address)
        made.adds(
            Criteria(trades=(records.ACCOUNTANT,), places=(PlaceWanted.at(NANTES, 5),), contracts=(Contract.CDI,))
        )
        yield made


def test_a_radius_is_changed_and_restored(lea: Lea) -> None:
    lea.is_told_of({"place": records.CHOLET, "title": "Comptable à Cholet"}, {"place": RENNES})
    assert lea.says("RAYON 60 km, merci") == "alert-radius"
    [search] = lea.searches()
    assert search.places[0].radius_km == 60
    told = lea.last("alert_rewritten").params
    assert [line["label"] for line in told["changed"]] == ["Lieu"]
    assert [card["title"] for card in told["cards"]] == ["Comptable à Cholet"], (
        "what it finds now comes with the answer"
    )
    assert lea.names() == ["comptable, Nantes (44) 60 km"]
    assert told["next_radius_km"] == 100, "a larger one is proposed, never the one that she has"
    assert lea.says("rétablir", "alert_rewritten") == "alert-restored"
    assert lea.searches()[0].places[0].radius_km == 5
    assert lea.says("Rayon 5") == "refused:alert-unchanged"
    assert lea.says("Rayon 30 km autour de chez moi") != "alert-radius", "anything else is no command"


def test_widening_goes_step_by_step_and_says_what_changed(lea: Lea) -> None:
    steps = []
    for _ in range(9):
        outcome = lea.says("ELARGIR")
        if outcome != "alert-widened":
            break
        [line] = lea.last("alert_rewritten").params["changed"]
        steps.append((line["label"], line["after"].split(",")[-1].strip()))
    assert steps == [
        ("Lieu", "10 km autour"), ("Lieu", "20 km autour"), ("Lieu", "30 km autour"), ("Lieu", "50 km autour"),
        ("Lieu", "100 km autour"), ("Lieu", "Pays de la Loire"), ("Lieu", "toute la France"), ("Contrat", ""),
    ]  # fmt: skip
    assert outcome == "refused:alert-unchanged"


def test_other_words_are_read_or_nothing_changes(lea: Lea) -> None:
    assert lea.says("MODIFIER\nassistante de gestion à Rennes, 20 km") == "alert-changed"
    [search] = lea.searches()
    assert [place.code for place in search.places] == [RENNES.code]
    assert lea.says("MODIFIER : comptable") == "refused:search-not-understood"
    assert lea.says("MODIFIER") == "refused:search-missing"
    assert lea.searches() == [search]


def test_names_removal_and_the_list(lea: Lea) -> None:
    lea.adds(Criteria(trades=(records.ASSISTANT,), places=(PlaceWanted.at(RENNES, 20),)))
    assert lea.says("RENOMMER Près de chez moi", "alert_created") == "alert-renamed"
    assert lea.names()[1:] == ["Près de chez moi"], "the mail is about the second"
    assert lea.says("ALERTES", "alert_list") == "alerts-listed"
    assert [entry["number"] for entry in lea.last("alert_list").params["entries"]] == [1, 2]
    assert lea.says("RAYON 50", "alert_list") == "asked-which-alert", "the list is about all of them"
    assert lea.last("alert_list").params["word"] == "RAYON 50 ALERTE"
    assert lea.says("RAYON 50 ALERTE 1", "alert_list") == "alert-radius"
    assert lea.says("SUPPRIMER", "alert_created") == "alert-removed", "the mail is about the second"
    assert lea.says("RENOMMER 1 : Nantes et autour", "alert_list") == "alert-renamed"
    assert lea.names() == ["Nantes et autour"]
    assert lea.says("RETABLIR", "alert_list") == "alert-restored"
    assert len(lea.names()) == 2
    assert lea.says("SUPPRIMER 7", "alert_list") == "refused:no-such-alert"
    assert lea.says("RENOMMER", "alert_created") == "refused:name-missing"


def test_a_removed_alert_is_not_resumed(lea: Lea) -> None:
    assert lea.says("SUPPRIMER") == "alert-removed"
    assert lea.says("REPRENDRE", "alert_list") == "refused:nothing-to-resume"
    with lea.house.database.transaction() as session:
        assert session.scalars(sa.select(Alert.state)).all() == [AlertState.REMOVED]


def test_weekly_on_a_day(lea: Lea) -> None:
    assert lea.says("HEBDO le jeudi, s'il vous plaît") == "frequency-weekly"
    assert lea.last("alerts_changed").params["weekday"] == 3
    assert lea.says("Hebdo") == "frequency-weekly"
    with lea.house.database.transaction() as session:
        assert rhythms.weekday_of(session, lea.person(session).id) == 3, "the day stays as chosen"


def test_not_for_me_with_a_reason_asks_before_it_changes_anything(lea: Lea) -> None:
    lea.is_told_of({"employer": "Association Horizon"})
    before = lea.searches()
    assert lea.says("PAS POUR MOI, j'ai déjà travaillé pour cette association", "offer_alert") == "asked-alert-change"
    asked = lea.last("alert_change_proposed").params
    assert [option["code"] for option in asked["options"]] == ["employer"]
    assert lea.searches() == before, "nothing before her word"
    assert lea.says("OUI", "alert_change_proposed") == "alert-narrowed"
    assert lea.searches()[0].excluded_employers == ("Association Horizon",)
    count = len(lea.house.posts("offer_alert"))
    lea.is_told_of({"employer": "Association Horizon", "title": "Comptable fournisseurs"})
    assert len(lea.house.posts("offer_alert")) == count
    assert lea.says("OUI", "alert_change_proposed") == "refused:question-closed"


def test_not_for_me_without_a_reason_offers_what_may_change(lea: Lea) -> None:
    lea.is_told_of({})
    assert lea.says("Pas pour moi", "offer_alert") == "asked-alert-change"
    codes = [option["code"] for option in lea.last("alert_change_proposed").params["options"]]
    assert codes[0] == "employer"
    assert "contract" not in codes, "nothing would be left to look for"
    assert lea.says("OUI", "alert_change_proposed") == "refused:which-change"
    assert lea.says(str(codes.index("working-time") + 1), "alert_change_proposed") == "alert-narrowed"
    assert [str(time) for time in lea.searches()[0].working_times] == ["part"]


def test_not_for_me_declined_changes_nothing(lea: Lea) -> None:
    lea.is_told_of({})
    before = lea.searches()
    lea.says("PAS POUR MOI trop loin", "offer_alert")
    assert lea.says("NON", "alert_change_proposed") == "declined"
    assert lea.searches() == before


def test_of_several_offers_the_number_says_which(lea: Lea) -> None:
    lea.says("QUOTIDIEN")
    lea.is_told_of({"title": "Comptable Nord"}, {"title": "Comptable Sud", "contract": Contract.CDI})
    with lea.house.database.transaction() as session:
        tomorrow = now() + timedelta(days=1)
        announcements.post_digests(session, settings_of(session).zone, tomorrow, after=0, limit=9, at=tomorrow)
    assert lea.says("PAS POUR MOI", "offer_alert") == "refused:which-not-for-me"
    assert lea.says("PAS POUR MOI 3", "offer_alert") == "refused:which-not-for-me"
    assert lea.says("PAS POUR MOI 2 : cet employeur, non", "offer_alert") == "asked-alert-change"
    second = lea.last("offer_alert").params["cards"][1]
    assert lea.last("alert_change_proposed").params["title"] == second["title"]


def test_places_can_be_everywhere(lea: Lea) -> None:
    lea.says("SUPPRIMER")
    lea.adds(Criteria(trades=(records.ACCOUNTANT,), places=(PlaceWanted.at(places.FRANCE),)))
    assert lea.says("RAYON 30") == "refused:no-radius"
