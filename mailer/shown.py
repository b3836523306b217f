"""The values of letters as templates print them: codes become words of the reader's language, ids become links."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from jobboard.addresses import Addresses, Purpose
from jobboard.contracts import CONTRACT_LABELS, WORKING_TIME_LABELS
from jobboard.languages import SOURCE
from jobboard.letters.agenda import ParticipantLine
from jobboard.letters.base import Letter
from jobboard.letters.cards import AlertEntry, Change, ChangedLine, HelpWord, LeftOut, Line, OfferCard, ProfileCard
from jobboard.letters.editions import Block
from jobboard.letters.moderation import Alike, Remark
from jobboard.lint_rules import DO, WHY
from mailer import said_values

# Why an offer is in the mail, or a profile in a shortlist: codes of jobboard.matching.
REASONS = {
    "trade": "votre métier",
    "near-trade": "un métier voisin du vôtre",
    "radius": "dans votre rayon",
    "place": "votre territoire",
    "contract": "",  # said by its own name
    "working-time": "",
    "words": "vos mots-clés",
    "sector": "votre secteur",
}
REASONS_OF_PROFILE = {
    "trade": "ce métier",
    "near-trade": "un métier voisin",
    "radius": "dans le rayon cherché",
    "place": "ce territoire",
    "contract": "ce contrat",
    "working-time": "ce temps de travail",
    "words": "vos mots",
    "sector": "votre secteur",
    "experience": "cette expérience",
    "available": "cette disponibilité",
}

# What a correction changed: axes of jobboard.items, alone and with what it was.
CHANGES = {
    "trade": ("le métier", "le métier (c’était : %(was)s)"),
    "place": ("le lieu", "le lieu (c’était : %(was)s)"),
    "remote": ("le télétravail", "le télétravail"),
    "kind": ("la nature de l’offre", "la nature de l’offre (c’était : %(was)s)"),
    "contract": ("le contrat", "le contrat (c’était : %(was)s)"),
    "working-time": ("le temps de travail", "le temps de travail (c’était : %(was)s)"),
    "pay": ("la rémunération", "la rémunération (c’était : %(was)s)"),
}

# What of a mail could not pass: codes of mailer.attachments.
LEFT_OUT = {
    "signature": "votre signature électronique ou une clé de chiffrement, qui portent votre adresse",
    "encrypted": "un passage chiffré, que nous ne pouvons pas lire",
    "winmail": "un fichier winmail.dat d’Outlook, que nous n’avons pas pu ouvrir",
    "report": "un accusé de réception ou de lecture",
    "drawing": "un dessin au format SVG",
    "picture": "une image que nous n’avons pas pu lire",
    "calendar": "une invitation d’agenda que nous n’avons pas pu lire",
    "attached-mail": "un mail joint à trop d’autres mails",
    "too-large": "une partie trop longue",
    "part": "une partie que nous ne savons pas transmettre",
}

# Lines whose value is made of names of jobboard.contracts, and what stands between them.
OF_OUR_TABLES = frozenset({"Nature", "Type", "Contrat", "Sans", "Temps de travail", "Télétravail", "Envoi"})
# Lines whose value is made of numbers, places and a few words of ours.
OF_OUR_NUMBERS = frozenset(
    {"Lieu", "Durée", "Salaire", "Tarif", "Tarif par jour", "Rémunération", "À partir du", "Prise de poste"}
)
BETWEEN_NAMES = (", ", " ou ", " ni ")
_BETWEEN_NAMES = re.compile(f"({'|'.join(BETWEEN_NAMES)})")


def line_in(line: Line, gettext: Callable[[str], str], language: str) -> Line:
    """Return a line with its label in words; its value too when it is made of our contracts, rhythms and numbers only."""
    label = gettext(line.label)
    if line.label in OF_OUR_NUMBERS:
        return replace(line, label=label, value=said_values.said(line.value, language))
    if line.label not in OF_OUR_TABLES:
        return replace(line, label=label)
    names = _BETWEEN_NAMES.split(line.value)
    return replace(line, label=label, value="".join(gettext(name) if name else "" for name in names))


@dataclass(frozen=True)
class ShownOffer:
    """An offer card with everything in words."""

    offer_id: int
    number: int | None
    title: str
    employer: str
    place: str
    distance_km: int | None
    contract: str
    working_time: str
    pay: str
    closes_at: datetime
    reasons: tuple[str, ...]
    url: str
    apply_address: str
    changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShownProfile:
    """A profile card with everything in words."""

    number: int
    headline: str
    place: str
    distance_km: int | None
    contracts: tuple[str, ...]
    reasons: tuple[str, ...]
    experience_years: int | None
    starts_on: date | None
    life_at: datetime | None


@dataclass(frozen=True)
class ShownBlock:
    """A block of an edition with its offers in words; the rest of it needs none."""

    block: Block
    cards: tuple[ShownOffer, ...]
    base_url: str


@dataclass(frozen=True)
class ShownParticipant:
    """Somebody who comes to an event, as its organiser reads it."""

    number: int
    name: str
    address: str  # of the relay


@dataclass(frozen=True)
class ShownRemark:
    """A remark of the legal reading in words: what was written, why not, what instead."""

    quote: str
    why: str
    instead: str
    grave: bool


@dataclass(frozen=True)
class ShownAlike:
    """An offer that may be the same, with its address; `state` is a code that the template puts into words."""

    title: str
    place: str
    state: str
    since: datetime
    url: str


@dataclass(frozen=True)
class Showing:
    """What turns values into words: a language, our addresses, our pages."""

    gettext: Callable[[str], str]
    addresses: Addresses
    base_url: str
    language: str = SOURCE

    def fields_of(self, letter: Letter) -> dict[str, Any]:
        """Return the fields of a letter as its templates print them."""
        return {field.name: self.show(getattr(letter, field.name)) for field in fields(letter)}  # type: ignore[arg-type]  # every registered letter is a dataclass

    def show(self, value: object) -> object:
        """Return one value in words; lists are shown one by one, everything else stays."""
        if isinstance(value, OfferCard):
            return self.offer(value)
        if isinstance(value, ProfileCard):
            return self.profile(value)
        if isinstance(value, Line):
            return self.line(value)
        if isinstance(value, Remark):
            return self.remark(value)
        if isinstance(value, Alike):
            return ShownAlike(value.title, value.place, value.state, value.since, f"{self.base_url}{value.path}")
        if isinstance(value, ChangedLine):
            before, after = (self.line(Line(value.label, said)) for said in (value.before, value.after))
            return ChangedLine(after.label, before.value, after.value)
        if isinstance(value, AlertEntry):
            return replace(value, lines=tuple(self.line(line) for line in value.lines))
        if isinstance(value, LeftOut):
            return self.gettext(LEFT_OUT.get(value.code, LEFT_OUT["part"]))
        if isinstance(value, HelpWord):
            return HelpWord(self.gettext(value.word), self.gettext(value.help))
        if isinstance(value, Block):
            return ShownBlock(value, tuple(self.offer(card) for card in value.cards), self.base_url)
        if isinstance(value, ParticipantLine):
            return self.participant(value)
        if isinstance(value, tuple):
            return tuple(self.show(one) for one in value)
        if isinstance(value, dict):
            return {name: self.show(one) for name, one in value.items()}
        return value

    def participant(self, line: ParticipantLine) -> ShownParticipant:
        """Return a participant with the relay address by which she is written to."""
        address = self.addresses.make(Purpose.REPLY, line.ticket_id) if line.ticket_id else ""
        return ShownParticipant(line.number, line.name, address)

    def line(self, line: Line) -> Line:
        """Return a line with its label in words, and its value where that is ours."""
        return line_in(line, self.gettext, self.language)

    def remark(self, remark: Remark) -> ShownRemark:
        """Return a remark in words; a code that is no more is left without them."""
        why, instead = (self.gettext(table[remark.code]) if remark.code in table else "" for table in (WHY, DO))
        return ShownRemark(remark.quote, why, instead.replace("%(words)s", remark.words), remark.grave)

    def offer(self, card: OfferCard) -> ShownOffer:
        """Return an offer card in words."""
        contract = self.gettext(CONTRACT_LABELS[card.contract]) if card.contract else ""
        working_time = self.gettext(WORKING_TIME_LABELS[card.working_time]) if card.working_time else ""
        own_names = {"contract": contract, "working-time": working_time}
        # The empty text is no message: gettext answers it with the head of its catalogue.
        spoken = (own_names.get(code) or (REASONS.get(code) and self.gettext(REASONS[code])) for code in card.reasons)
        reasons = tuple(reason for reason in spoken if reason)
        return ShownOffer(
            offer_id=card.offer_id,
            number=card.number,
            title=card.title,
            employer=card.employer,
            place=card.place,
            distance_km=card.distance_km,
            contract=contract,
            working_time=working_time,
            pay=said_values.said(card.pay, self.language),
            closes_at=card.closes_at,
            reasons=reasons,
            url=f"{self.base_url}{card.path}",
            apply_address=self.addresses.make(Purpose.OFFER, card.offer_id),
            changes=tuple(self.change(one) for one in card.changes if one.axis in CHANGES),
        )

    def change(self, change: Change) -> str:
        """Return what a correction changed, with what it was."""
        alone, before = CHANGES[change.axis]
        return self.gettext(before) % {"was": self.gettext(change.was)} if change.was else self.gettext(alone)

    def profile(self, card: ProfileCard) -> ShownProfile:
        """Return a profile card in words."""
        return ShownProfile(
            number=card.number,
            headline=card.headline,
            place=card.place,
            distance_km=card.distance_km,
            contracts=tuple(self.gettext(CONTRACT_LABELS[contract]) for contract in card.contracts),
            reasons=tuple(
                self.gettext(REASONS_OF_PROFILE[code]) for code in card.reasons if code in REASONS_OF_PROFILE
            ),
            experience_years=card.experience_years,
            starts_on=card.starts_on,
            life_at=card.life_at,
        )
