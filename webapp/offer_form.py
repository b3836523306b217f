"""The form of an offer: prefilled from a draft, read field by field, each error in words beside its field."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from flask import request

from jobboard import drafts, pay, registers, trades
from jobboard.contracts import KIND_OF_CONTRACT, Contract, Kind, WorkingTime
from jobboard.drafts import Draft, Field, PlaceHeld
from jobboard.folding import fold
from jobboard.reading import post_trades, workplaces
from jobboard.reading.maskings import masked
from webapp import fields
from webapp.language import gettext as _

LONGEST_OFFER = timedelta(days=366)
_MOST = {"duree": 60, "heures": 48, "jours": 400, "tarif": 3_000, "nombre": 9_999}
# The field of the form at which something that is missing is told.
_AT = {
    Field.TITLE: "titre",
    Field.EMPLOYER: "employeur",
    Field.PLACE: "lieu",
    Field.CONTRACT: "contrat",
    Field.CLOSES_ON: "date_limite",
    Field.PAY: "remuneration",
    Field.DUTIES: "missions",
}


@dataclass(frozen=True)
class OfferForm:
    """What stands in the fields, what it means as a draft, and what is wrong with it, by field."""

    values: dict[str, str]
    draft: Draft
    errors: dict[str, str]
    trades: tuple[str, ...] = ()  # labels to choose from when the title may mean several

    @classmethod
    def of(cls, draft: Draft) -> OfferForm:
        """Return the form filled from a draft, without a word about what is missing yet."""
        return cls(_values(draft), draft, {}, _trade(draft.title or "", draft)[1])

    @classmethod
    def posted(cls, earlier: Draft, *, today: date) -> OfferForm:
        """Return the form as it was sent; what it has no field for stays as it was in the earlier draft."""
        return _Reading(earlier, today).form()


def _values(draft: Draft) -> dict[str, str]:
    """Return what stands in each field for a draft."""
    return {
        "titre": draft.title or "",
        "metier": trades.by_code(draft.trade).label if draft.trade else "",
        "employeur": draft.employer or "",
        "masquer": "oui" if draft.employer_hidden else "",
        "numero": draft.siret or draft.rna or "",
        "lieu": draft.place.label if draft.place else "",
        "teletravail": "oui" if draft.remote else "",
        "contrat": str(draft.contract or ""),
        "duree": str(draft.duration_months or ""),
        "temps": str(draft.working_time or ""),
        "heures": f"{draft.hours_per_week:g}".replace(".", ",") if draft.hours_per_week else "",
        "remuneration": draft.pay.describe() if draft.pay else "",
        "date_limite": draft.closes_on.isoformat() if draft.closes_on else "",
        "prise_de_poste": draft.starts_on.isoformat() if draft.starts_on else "",
        "nombre": str(draft.close_at_count or ""),
        "missions": draft.duties or "",
        "profil": draft.profile or "",
        "comment": draft.how or "",
        "jours": str(draft.days or ""),
        "tarif": str(draft.daily_rate or ""),
        "expertise": draft.expertise or "",
    }


_TEXTS = frozenset({"missions", "profil", "comment"})


class _Reading:
    """One sent form being read."""

    def __init__(self, earlier: Draft, today: date) -> None:
        self.earlier, self.today = earlier, today
        self.values = {name: fields.text(name) if name in _TEXTS else fields.line(name) for name in _values(earlier)}
        self.errors: dict[str, str] = {}

    def form(self) -> OfferForm:
        """Return what was sent with its errors."""
        contract = self._choice(Contract, "contrat")
        trade, options = _trade(self.values["titre"], self.earlier, chosen=self.values["metier"])
        siret, rna = self._number()
        draft = replace(
            self.earlier,
            title=masked(self.values["titre"]) or None,
            trade=trade,
            employer=masked(self.values["employeur"]) or None,
            employer_hidden=self.values["masquer"] == "oui" or None,
            siret=siret,
            rna=rna,
            contract=contract,
            kind=KIND_OF_CONTRACT[contract] if contract else None,
            duration_months=self._count("duree") if contract is not Contract.CDI else None,
            working_time=self._choice(WorkingTime, "temps"),
            hours_per_week=self._count("heures"),
            closes_on=self._day("date_limite", must_come=True),
            starts_on=self._day("prise_de_poste"),
            close_at_count=self._count("nombre"),
            duties=masked(self.values["missions"]) or None,
            profile=masked(self.values["profil"]) or None,
            how=masked(self.values["comment"]) or None,
            **self._place(),
            **self._pay(),
            **self._mission(contract),
        )
        draft = drafts.with_rate(draft)
        self._missing(draft)
        return OfferForm(self.values, draft, self.errors, options if trade is None else ())

    def _missing(self, draft: Draft) -> None:
        words = {
            "titre": _("Donnez un titre au poste."),
            "employeur": _("Dites quelle structure recrute ; vous pouvez ne pas l’afficher."),
            "lieu": _("Dites où l’on travaille : une commune, un département, ou « télétravail »."),
            "contrat": _("Choisissez un contrat."),
            "date_limite": _("Choisissez jusqu’à quand on peut postuler."),
            "remuneration": _("Indiquez un montant, une fourchette, ou la convention et son coefficient."),
            "missions": _("Décrivez ce que la personne fera."),
        }
        for field in drafts.missing(draft):
            self.errors.setdefault(_AT[field], words[_AT[field]])
        order = list(self.values)
        self.errors = {name: self.errors[name] for name in sorted(self.errors, key=order.index)}

    def _choice(self, names: Any, field: str) -> Any:
        try:
            return names(self.values[field]) if self.values[field] else None
        except ValueError:
            return None

    def _count(self, field: str) -> int | None:
        typed = self.values[field].replace(",", ".")
        if not typed:
            return None
        try:
            number = round(float(typed), 2)
        except ValueError:
            number = 0
        if not 0 < number <= _MOST[field]:
            self.errors[field] = _("Écrivez un nombre, %(most)s au plus.") % {"most": _MOST[field]}
            return None
        return int(number) if field != "heures" or number == int(number) else number  # type: ignore[return-value]  # hours have halves

    def _day(self, field: str, *, must_come: bool = False) -> date | None:
        typed = self.values[field]
        if not typed:
            return None
        try:
            day = date.fromisoformat(typed)
        except ValueError:
            self.errors[field] = _("Écrivez la date comme 2027-01-31.")
            return None
        if must_come and not self.today < day <= self.today + LONGEST_OFFER:
            self.errors[field] = _("Choisissez un jour à partir de demain, dans l’année.")
            return None
        return day

    def _number(self) -> tuple[str | None, str | None]:
        typed = self.values["numero"].replace(" ", "").replace(".", "").upper()
        if not typed:
            return None, None
        if registers.is_rna(typed):
            return None, typed
        if typed.isdecimal() and registers.is_siret(typed):
            return typed, None
        self.errors["numero"] = _("Ce n’est ni un SIRET (14 chiffres) ni un RNA (W et 9 chiffres).")
        return None, None

    def _place(self) -> dict[str, Any]:
        typed, remote = self.values["lieu"], self.values["teletravail"] == "oui"
        if self.earlier.place is not None and fold(typed) == fold(self.earlier.place.label):
            return {"place": self.earlier.place, "remote": remote or None}
        read = workplaces.labelled(typed) if typed else workplaces.ReadPlace()
        if read.place is None and read.options:
            names = ", ".join(one.label for one in read.options[:6])
            self.errors["lieu"] = _("Plusieurs lieux portent ce nom : %(names)s. Ajoutez le département.") % {
                "names": names
            }
        elif read.place is None and typed and not read.remote:
            self.errors["lieu"] = _("Nous ne trouvons pas ce lieu : écrivez le nom d’une commune.")
        place = PlaceHeld.of(read.place) if read.place is not None else None
        return {"place": place, "remote": remote or read.remote}

    def _pay(self) -> dict[str, Any]:
        typed = self.values["remuneration"]
        if self.earlier.pay is not None and typed == self.earlier.pay.describe():
            return {"pay": self.earlier.pay}
        read = pay.read(typed, labelled=True) if typed else pay.ReadPay(None)
        if typed and read.pay is None:
            self.errors["remuneration"] = _(
                "Nous n’arrivons pas à lire ce montant : « de 2 000 à 2 300 € brut par mois »."
            )
        return {"pay": read.pay}

    def _mission(self, contract: Contract | None) -> dict[str, Any]:
        """Return what only a mission has."""
        if contract is None or KIND_OF_CONTRACT[contract] is not Kind.MISSION:
            return {"days": None, "daily_rate": None, "expertise": None}
        return {
            "days": self._count("jours"),
            "daily_rate": self._count("tarif"),
            "expertise": self.values["expertise"] or None,
        }


def _trade(title: str, earlier: Draft, *, chosen: str = "") -> tuple[str | None, tuple[str, ...]]:
    """Return the trade of a title, or the labels that it may mean."""
    if title and title == earlier.title and earlier.trade:
        return earlier.trade, ()
    fact = post_trades.trade_of(title)
    by_label = {one.label: one.code for one in trades.all_trades()}
    if chosen in fact.options:
        return by_label.get(chosen), ()
    return fact.values.get("trade"), fact.options


def posted_by_button(name: str) -> bool:
    """Tell whether the form was sent with that button."""
    return request.form.get("faire", "") == name
