"""The sign-up form: a search in free words, read as by mail; what is missing or doubtful is shown back beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from flask import request

from jobboard import signups, wishes
from jobboard.criteria import Criteria
from jobboard.doubts import Doubt, Understood
from jobboard.letters.cards import Line
from jobboard.signups import Wish
from webapp import fields
from webapp.language import gettext as _

SHOWN, PRIVATE = "recruteurs", "prive"
_TOO_MANY_DOUBTS = 8


@dataclass(frozen=True)
class WishForm:
    """What was typed, and what was understood of it."""

    text: str
    name: str
    address: str
    profile: str  # SHOWN, PRIVATE, or "": we ask, we never assume
    chosen: tuple[str, ...]  # the labels chosen among the options of doubts
    understood: Understood

    @classmethod
    def read(cls, *, today: date) -> Self:
        """Return the form as it was sent."""
        text = fields.text("recherche")
        chosen = tuple(request.form.get(f"choix-{n}", "")[:200] for n in range(_TOO_MANY_DOUBTS))
        profile = request.form.get("profil", "")
        return cls(
            text=text,
            name=fields.line("nom"),
            address=fields.address(),
            profile=profile if profile in (SHOWN, PRIVATE) else "",
            chosen=tuple(label for label in chosen if label),
            understood=_decide(wishes.read_wish(text, today=today), chosen, today=today),
        )

    @classmethod
    def empty(cls) -> Self:
        """Return the form before anything is typed."""
        return cls("", "", "", "", (), Understood(Criteria()))

    @property
    def lines(self) -> tuple[Line, ...]:
        """What was understood, with her own words: only for the page that answers what she just typed."""
        return signups.wish_of(self.understood, own_words=True).lines

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """What only she can decide."""
        return self.understood.doubts[:_TOO_MANY_DOUBTS]

    def errors(self) -> dict[str, str]:
        """Return what stands against sending it, in words, by field."""
        found = {
            "recherche": None if self.text else _("Dites-nous ce que vous cherchez, avec vos mots."),
            "adresse": fields.address_error(self.address),
            "profil": None if self.profile else _("Choisissez qui peut voir votre profil anonyme."),
        }
        if self.text and "place" in self.understood.missing:
            found["recherche"] = _("Il manque le lieu : une commune, un département, une région, ou « télétravail ».")
        elif self.text and "criterion" in self.understood.missing:
            found["recherche"] = _("Il manque ce que vous cherchez : un métier, un contrat ou des mots-clés.")
        elif self.text and self.understood.doubts:
            found["recherche"] = _("Un point reste à préciser ci-dessous, ou dans votre texte.")
        return {field: error for field, error in found.items() if error}

    def wish(self) -> Wish:
        """Return the search as the question by mail shows it: of our own tables only, whoever typed it."""
        return signups.wish_of(self.understood, own_words=False)


def _decide(understood: Understood, chosen: Sequence[str], *, today: date) -> Understood:
    """Return what is understood once the options that she chose are taken in."""
    criteria, still = understood.criteria, []
    for doubt in understood.doubts:
        number = next((n for n, label in enumerate(doubt.labels, 1) if label in chosen), None)
        if number is None:
            still.append(doubt)
            continue
        after = wishes.complete_wish(criteria, (doubt,), str(number), today=today)
        criteria = after.criteria
        still += after.doubts
    if criteria == understood.criteria and len(still) == len(understood.doubts):
        return understood
    return wishes.complete_wish(criteria, still, "", today=today)
