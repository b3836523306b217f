"""`passerelle import offers`: each offer once, into moderation or online at the staff's word, faults by number."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobboard import offers, people
from jobboard.clock import now
from jobboard.db import Database
from jobboard.offers import Offer, OfferState
from jobboard.organisations import Organisation
from jobboard.outbox import Post
from jobboard.people import Person, Role
from tests.jobboard import records
from tests.passerelle.conftest import Run
from tests.scheduler.web import site

INES = "ines@equipe.example"
HEADER = (
    "titre",
    "employeur",
    "siret",
    "lieu",
    "contrat",
    "rémunération",
    "date limite",
    "missions",
    "recruteur",
    "référence",
)


def day(days: int) -> str:
    return (now() + timedelta(days=days)).strftime("%d/%m/%Y")


def line(title: str = "Secrétaire", **said: str) -> tuple[str, ...]:
    """Return the line of a whole offer, but for what is said otherwise."""
    usual = {"employer": "Association A", "siret": "", "place": "Lyon", "contract": "CDI", "pay": "SMIC",
             "closes_on": day(40), "duties": "Accueillir.", "recruiter": "", "reference": ""}  # fmt: skip
    return (title, *{**usual, **said}.values())


def table(path: Path, *rows: tuple[str, ...]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([HEADER, *rows])
    return path


@pytest.fixture
def helene(database: Database) -> Person:
    """A recruiter whom we know, with an offer online; and Inès of the staff."""
    with database.transaction() as session:
        people.grant(session, people.admit(session, INES, name="Inès Roux", at=now()), Role.STAFF, at=now())
        recruiter = records.recruiter(session, at=now())
        records.publish(session, recruiter, employer="Association Horizon", at=now())
        return recruiter


def all_offers(database: Database) -> list[Offer]:
    with database.transaction() as session:
        return list(session.scalars(sa.select(Offer).order_by(Offer.id)))[1:]


def test_each_offer_of_a_table_comes_in_once_and_waits_for_the_staff(
    passerelle: Run, database: Database, helene: Person, tmp_path: Path
) -> None:
    source = table(
        tmp_path / "offres.csv",
        line(siret="732 829 320 00074"),
        line("Cuisinière", recruiter=helene.address.upper(), reference="C-1"),
        line("SECRÉTAIRE (H/F)"),  # 4: said above
        line("Comptable F/H", employer="association horizon", place="Nantes"),  # 5: online already
        line("Animateur", closes_on=day(-3)),
        line("Animateur", pay=""),  # 7
        line("Animateur", place="Saint-Denis"),
        line("Animateur", siret="12345"),
        line("Animateur", closes_on="un jour"),
        line("Animateur", closes_on=day(500)),
        line("Animateur", recruiter="inconnue@courrier.example"),  # 12
        line("Animateur", contract="Bénévolat", pay=""),  # 13: nothing is paid
        line("Animateur", place="Nullepart-sur-Rien"),  # 14
    )
    rehearsed = passerelle("import", "offers", source, "--by", INES, "--dry-run")
    assert rehearsed.exit_code == 0, rehearsed.output
    assert all_offers(database) == []
    done = passerelle("import", "offers", source, "--by", INES)
    assert done.exit_code == 0, done.output
    assert done.stdout == rehearsed.stdout.replace("Nothing was kept: without --dry-run it is done.\n", "")
    first, second, volunteer = all_offers(database)
    with database.transaction() as session:
        ines = people.find(session, INES)
        assert ines is not None
        assert (first.recruiter_id, second.recruiter_id, volunteer.recruiter_id) == (ines.id, helene.id, ines.id)
        organisation = session.get_one(Organisation, first.organisation_id)
        assert (organisation.name, organisation.siret) == ("Association A", "73282932000074")
        asked = session.scalars(sa.select(Post.params["title"].astext).where(Post.kind == "offer_to_validate")).all()
        assert asked == ["Secrétaire", "Cuisinière", "Animateur"]
    assert {one.state for one in all_offers(database)} == {OfferState.PENDING}
    told = {int(one.split(":")[0].removeprefix("line ")) for one in done.stdout.splitlines() if one.startswith("line ")}
    assert told == {5, 6, 7, 8, 9, 10, 11, 12, 14}
    assert "line 7: it does not say: pay (rémunération)" in done.stdout
    assert "line 14: “Nullepart-sur-Rien” is no place that we understand: a commune," in done.stdout
    assert "line 8: it can be read in two ways: lieu (Saint-Denis" in done.stdout
    to_mend = tmp_path / "offres-to-mend.csv"
    with to_mend.open(encoding="utf-8-sig", newline="") as file:
        assert [int(row["line"]) for row in csv.DictReader(file, delimiter=";")] == [7, 8, 9, 10, 11, 12, 14]
    again = passerelle("import", "offers", source, "--by", INES)
    assert "4  came with an import before" in again.stdout
    assert len(all_offers(database)) == 3


def test_a_feed_of_a_job_board_is_completed_by_hand_and_what_is_whole_goes_online_at_the_staffs_word(
    passerelle: Run, database: Database, helene: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = "Association B recrute en CDI à Rennes. Rémunération : SMIC. Missions : suivre les projets."
    items = "".join(
        f"<item><guid>g{n}</guid><link>https://ailleurs.example/{n}</link><title>{title}</title><author>Asso {n}</author>"
        f"<description>{text}</description></item>"
        for n, (title, text) in enumerate((("Chargée de projet", whole), ("Jardinier", "À Rennes, bientôt.")))
    )
    with site() as there:
        feed = there.put("/offres.rss", f"<rss><channel>{items}</channel></rss>", Content_Type="application/rss+xml")
        refused = passerelle("import", "offers", feed, "--by", INES)
        assert (refused.exit_code, "cannot be read" in refused.stderr) == (1, True)
        monkeypatch.setenv("PASSERELLE_EGRESS_HOSTS", "127.0.0.1")
        broken = there.put("/coupe.rss", "<rss version='2.0'><channel><title>A</title><item><tit")
        refused = passerelle("import", "offers", broken, "--by", INES)
        assert (refused.exit_code, "cut short" in refused.stderr) == (1, True)
        for expected in ("are online", "came with an import before"):
            done = passerelle("import", "offers", feed, "--by", INES, "--publish", "--closes-in", "20")
            assert done.exit_code == 0, done.output
            assert expected in done.stdout
            assert expected != "are online" or "entry 2: “Jardinier” lacks" in done.stdout
    published, draft = all_offers(database)
    assert (published.state, draft.state) == (OfferState.PUBLISHED, OfferState.DRAFT)
    assert published.how == "L’offre d’origine : https://ailleurs.example/0"
    assert published.closes_at is not None
    assert timedelta(days=19) < published.closes_at - now() < timedelta(days=22)
    assert draft.title == "Jardinier"
    with database.transaction() as session:
        assert published.id in offers.unannounced(session), "its matching is rung for like any other's"


def test_only_the_staff_import(passerelle: Run, database: Database, helene: Person, tmp_path: Path) -> None:
    source = table(tmp_path / "a.csv", line())
    refused = passerelle("import", "offers", source, "--by", helene.address, "--publish")
    assert (refused.exit_code, "is no member of the staff" in refused.stderr) == (1, True)
    assert passerelle("import", "offers", source).exit_code == 2
    assert all_offers(database) == []
