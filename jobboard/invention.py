"""An invented board: employers, vacancies and seekers drawn from our own tables, the same for the same number."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from jobboard import invented_portraits, places, trades
from jobboard.contracts import KIND_OF_CONTRACT, Contract, Frequency, Kind, WorkingTime
from jobboard.criteria import Criteria, PlaceWanted
from jobboard.drafts import Draft, PlaceHeld
from jobboard.folding import fold
from jobboard.pay import Pay, PayPeriod
from jobboard.places import FRANCE, REMOTE, Place, PlaceKind
from jobboard.portraits import Portrait
from jobboard.profiles import Visibility

_DATA = files("jobboard") / "data"
_One = TypeVar("_One")

_FREQUENCIES = {Frequency.DAILY: 50.0, Frequency.WEEKLY: 30.0, Frequency.INSTANT: 20.0}
_VISIBILITIES = {Visibility.RECRUITERS: 65.0, Visibility.EVERYONE: 15.0, Visibility.NOBODY: 20.0}
# What seekers ask of a contract, with the share of those who ask it.
_ASKED: dict[tuple[Contract | Kind, ...], float] = {
    (): 60,
    (Contract.CDI,): 8,
    (Contract.CDI, Contract.CDD): 14,
    (Contract.CDD,): 3,
    (Kind.INTERNSHIP,): 4,
    (Kind.APPRENTICESHIP,): 4,
    (Kind.CIVIC_SERVICE,): 3,
    (Kind.VOLUNTEERING,): 2,
    (Kind.MISSION,): 2,
}
_UNPAID_HOURS = frozenset({Contract.BENEVOLAT, Contract.MANDAT, Contract.MISSION})


@dataclass(frozen=True)
class Employer:
    """An organisation with the person who recruits for it."""

    name: str
    sector: str
    about: str
    commune: Place
    contact: str

    @property
    def address(self) -> str:
        """Where its recruiter reads mail."""
        return f"contact@{fold(self.name).replace(' ', '-')}.example"


@dataclass(frozen=True)
class Vacancy:
    """What an employer offers, as its recruiter would have described it."""

    employer: Employer
    draft: Draft
    published_at: datetime


@dataclass(frozen=True)
class Seeker:
    """Someone with a search and a profile."""

    name: str
    address: str
    criteria: Criteria
    portrait: Portrait
    visibility: Visibility
    since: datetime
    life_at: datetime


@dataclass(frozen=True)
class _Post:
    """A row of the table of posts."""

    trade: str
    sectors: tuple[str, ...]
    weight: float
    pay: tuple[int, int]
    contracts: frozenset[Contract]
    where: tuple[str, ...]
    tasks: tuple[str, ...]
    profile: tuple[str, ...]


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((_DATA / "seed.toml").read_text(encoding="utf-8"))


@cache
def _posts() -> tuple[_Post, ...]:
    rows = tomllib.loads((_DATA / "seed_posts.toml").read_text(encoding="utf-8"))["posts"]
    return tuple(
        _Post(
            row["trade"],
            tuple(row["sectors"]),
            row["weight"],
            (row["pay"][0], row["pay"][1]),
            frozenset({Contract.CDI, Contract.CDD, *map(Contract, row.get("also", ()))}),
            tuple(row.get("where", ())),
            tuple(row["tasks"]),
            tuple(row["profile"]),
        )
        for row in rows
    )


@cache
def _commune(name: str) -> Place:
    return places.named(name)[0]


@cache
def _regions() -> dict[str, float]:
    """Return the share of each region, by its code."""
    return {str(_commune(row["communes"][0]).region): row["weight"] for row in _table()["regions"]}


@cache
def _communes(region: str) -> tuple[str, ...]:
    rows = _table()["regions"]
    return next(tuple(row["communes"]) for row in rows if _commune(row["communes"][0]).region == region)


def sectors() -> dict[str, float]:
    """Return the share of each sector, heaviest first."""
    return {name: row["weight"] for name, row in _table()["sectors"].items()}


class Invention:
    """Chance with a fixed beginning: asked for the same things in the same order, it invents the same board."""

    def __init__(self, random_seed: int, *, at: datetime, zone: ZoneInfo) -> None:
        self._chance = random.Random(random_seed)  # repeatable, not secret
        self._at = at
        self._today = at.astimezone(zone).date()

    def employers(self, count: int) -> list[Employer]:
        """Return that many, every sector first, then by weight; the first two of the story's sector at its place."""
        rows, story = _table()["sectors"], _table()["story"]
        drawn = list(rows)[:count]
        drawn += self._deck(sectors(), count - len(drawn))
        proper = [(name, number) for number in range(1 + count // len(_table()["names"])) for name in _table()["names"]]
        regions = self._deck(_regions(), count)
        made: list[Employer] = []
        for sector, region, (name, number) in zip(drawn, regions, proper, strict=False):
            told = sum(one.sector == story["sector"] for one in made)
            form = self._chance.choice(rows[sector]["forms"]).format(name=name)
            told_here = sector == story["sector"] and told < 2
            home = _commune(story["communes"][told]) if told_here else self._somewhere(region)
            full = f"{form} {number + 1}" if number else form
            made.append(Employer(full, sector, self._chance.choice(rows[sector]["about"]), home, self._name()))
        return made

    def vacancies(self, count: int, employers: list[Employer]) -> list[Vacancy]:
        """Return that many, oldest first, in the shares of sectors and contracts; the story's sector tells it first."""
        by_sector: dict[str, list[Employer]] = {}
        for one in employers:
            by_sector.setdefault(one.sector, []).append(one)
        known = {sector: weight for sector, weight in sectors().items() if sector in by_sector}
        contracts = self._deck({Contract(name): row["weight"] for name, row in _table()["contracts"].items()}, count)
        moments = sorted(self._at - timedelta(minutes=self._chance.randint(60, 29 * 24 * 60)) for _ in range(count))
        whole = sum(_regions().values())
        wanting = {region: count * weight / whole for region, weight in _regions().items()}
        owed: list[Contract] = []
        story, told = _table()["story"], 0
        made = []
        for sector, contract, moment in zip(self._deck(known, count), contracts, moments, strict=True):
            if sector == story["sector"] and told < story["offers"]:
                draft, employer = self._told(by_sector[sector], story["trades"][told % 2])
                told += 1
            else:
                employer = self._employer(by_sector[sector], wanting)
                post, contract = self._post(sector, contract, owed)
                draft = self._draft(employer, post, contract, self._workplace(employer))
            made.append(Vacancy(employer, draft, moment))
        return made

    def seekers(self, count: int) -> list[Seeker]:
        """Return that many; the first few look for the story's trades around its place, and may be seen."""
        story = _table()["story"]
        asked, frequencies = self._deck(_ASKED, count), self._deck(_FREQUENCIES, count)
        visibilities, regions = self._deck(_VISIBILITIES, count), self._deck(_regions(), count)
        made = []
        for number in range(count):
            name = self._name()
            told = number < story["candidates"]
            criteria = (
                self._criteria_told(story["trades"][number % 2], frequencies[number])
                if told
                else self._criteria(asked[number], regions[number], frequencies[number])
            )
            since = self._at - timedelta(hours=self._chance.randint(24, 200 * 24))
            seen = max(since, self._at - timedelta(hours=self._chance.randint(1, 60 * 24)))
            visibility = Visibility.RECRUITERS if told else visibilities[number]
            address = f"{fold(name).replace(' ', '.')}.{number + 1}@courrier.example"
            portrait = invented_portraits.portrait(criteria, number=number, today=self._today)
            made.append(Seeker(name, address, criteria, portrait, visibility, since, seen))
        return made

    def _deck(self, weights: Mapping[_One, float], count: int) -> list[_One]:
        """Return that many cards in the proportions of the weights (largest remainders), shuffled."""
        whole = sum(weights.values()) or 1.0
        shares = {card: max(count, 0) * weight / whole for card, weight in weights.items()}
        cards = [card for card, share in shares.items() for _ in range(int(share))]
        rest = sorted(shares, key=lambda card: int(shares[card]) - shares[card])
        cards += rest[: max(count, 0) - len(cards)]
        self._chance.shuffle(cards)
        return cards

    def _name(self) -> str:
        return f"{self._chance.choice(_table()['first_names'])} {self._chance.choice(_table()['last_names'])}"

    def _somewhere(self, region: str) -> Place:
        communes = _communes(region)
        return _commune(self._chance.choices(communes, range(len(communes), 0, -1))[0])

    def _workplace(self, employer: Employer) -> Place:
        """Return the employer's commune, or now and then another one of its region."""
        if self._chance.random() < 0.7:
            return employer.commune
        return self._somewhere(str(employer.commune.region))

    def _employer(self, mine: list[Employer], wanting: dict[str, float]) -> Employer:
        """Return one of them, rather where offers are still wanting, and count it there."""
        weights = [max(0.2, wanting[str(one.commune.region)]) for one in mine]
        employer = self._chance.choices(mine, weights)[0]
        wanting[str(employer.commune.region)] -= 1
        return employer

    def _post(self, sector: str, contract: Contract, owed: list[Contract]) -> tuple[_Post, Contract]:
        """Return a post of the sector with that contract; what does not fit is owed, in the place of a later CDI."""
        mine = [post for post in _posts() if sector in post.sectors]
        possible = frozenset[Contract]().union(*(post.contracts for post in mine))
        if contract not in possible:
            owed.append(contract)
            contract = Contract.CDI
        late = next((one for one in owed if one in possible), None) if contract is Contract.CDI else None
        if late:
            owed.remove(late)
            contract = late
        fitting = [post for post in mine if contract in post.contracts]
        return self._chance.choices(fitting, [one.weight for one in fitting])[0], contract

    def _told(self, employers: list[Employer], trade: str) -> tuple[Draft, Employer]:
        story = _table()["story"]
        near = {_commune(name).code for name in story["communes"]}
        employer = self._chance.choice([one for one in employers if one.commune.code in near])
        post = next(one for one in _posts() if one.trade == trade)
        contract = self._chance.choice((Contract.CDI, Contract.CDI, Contract.CDD))
        return self._draft(employer, post, contract, _commune(self._chance.choice(story["communes"]))), employer

    def _draft(self, employer: Employer, post: _Post, contract: Contract, place: Place) -> Draft:
        label = trades.by_code(post.trade).masculine
        where = self._chance.choice((*post.where, "")) if post.where else ""
        title = f"{label[0].upper()}{label[1:]} {where}".replace(" ,", ",").strip()
        part = WorkingTime.PART if self._chance.random() < 0.25 else WorkingTime.FULL
        return Draft(
            title=f"{title} (H/F)",
            trade=post.trade,
            kind=KIND_OF_CONTRACT[contract],
            contract=contract,
            working_time=None if contract in _UNPAID_HOURS else part,
            place=PlaceHeld.of(place),
            remote=self._chance.random() < 0.08 or None,
            employer=employer.name,
            pay=self._pay(post, contract),
            closes_on=self._today + timedelta(days=self._chance.randint(5, 59)),
            duties=self._duties(employer, post, place),
            profile=" ".join((self._chance.choice(post.profile), self._chance.choice(_table()["expectations"]))),
        )

    def _duties(self, employer: Employer, post: _Post, place: Place) -> str:
        table = _table()
        opening = self._chance.choice(table["openings"]).format(
            employer=employer.name, town=place.name, about=employer.about
        )
        opening = (
            opening.replace("à Le ", "au ").replace("À Le ", "Au ").replace("à Les ", "aux ").replace("À Les ", "Aux ")
        )
        closing = self._chance.choice(table["closings"]).format(team=self._chance.randint(3, 24))
        return " ".join((opening, *self._chance.sample(post.tasks, 3), closing))

    def _pay(self, post: _Post, contract: Contract) -> Pay:
        row = _table()["contracts"][str(contract)]
        if "pay" in row:
            return Pay(None, None, PayPeriod.MONTH, None, row["pay"])
        if "day" in row:
            low = self._chance.randrange(row["day"][0], row["day"][1], 5)
            return Pay(low, row["day"][1], PayPeriod.DAY, True)
        least, most = post.pay
        low = self._chance.randrange(least, max(most - 100, least + 1), 50)
        return Pay(low, min(low + self._chance.choice((100, 150, 250, 350)), most), PayPeriod.MONTH, True)

    def _criteria_told(self, trade: str, frequency: Frequency) -> Criteria:
        place = _commune(self._chance.choice(_table()["story"]["communes"]))
        wanted = PlaceWanted.at(place, self._chance.choice((20, 25, 30)))
        return Criteria(trades=(trade,), places=(wanted,), frequency=frequency)

    def _criteria(self, asked: tuple[Contract | Kind, ...], region: str, frequency: Frequency) -> Criteria:
        sector = self._chance.choices(list(sectors()), list(sectors().values()))[0]
        mine = [post for post in _posts() if sector in post.sectors]
        chosen = self._chance.choices(mine, [post.weight for post in mine], k=self._chance.choice((1, 1, 2, 2, 3)))
        by_words = self._chance.random() < 0.06
        paid = not any(isinstance(one, Kind) for one in asked) and self._chance.random() < 0.2
        times = (self._chance.choice(list(WorkingTime)),) if self._chance.random() < 0.1 else ()
        return Criteria(
            trades=() if by_words else tuple(dict.fromkeys(post.trade for post in chosen)),
            places=(self._wanted(region),),
            kinds=tuple(one for one in asked if isinstance(one, Kind)),
            contracts=tuple(one for one in asked if isinstance(one, Contract)),
            working_times=times,
            keywords=(self._chance.choice(_table()["keywords"]),) if by_words else (),
            minimum_pay=min(post.pay[0] for post in chosen) if paid else None,
            frequency=frequency,
        )

    def _wanted(self, region: str) -> PlaceWanted:
        place, luck = self._somewhere(region), self._chance.random()
        if luck < 0.55:
            return PlaceWanted.at(place, self._chance.choice((15, 20, 30, 50)))
        if luck < 0.7:
            return PlaceWanted.at(places.by_code(PlaceKind.DEPARTEMENT, place.departement or ""))
        if luck < 0.93:
            return PlaceWanted.at(places.by_code(PlaceKind.REGION, place.region or ""))
        return PlaceWanted.at(FRANCE if luck < 0.97 else REMOTE)
