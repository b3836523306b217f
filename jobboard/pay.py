"""Pay as recruiters write it: amounts with their period, or the collective agreement that sets it; what makes no sense is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from jobboard.contracts import DAYS_PER_MONTH
from jobboard.readable import clean, level


class PayPeriod(StrEnum):
    """What one amount pays for."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


HOURS_PER_MONTH = 151.67  # 35 hours a week, article L. 3121-27 of the labour code
_SENSIBLE = {
    PayPeriod.HOUR: (3.5, 150),
    PayPeriod.DAY: (30, 2_000),
    PayPeriod.MONTH: (300, 15_000),
    PayPeriod.YEAR: (8_000, 200_000),
}
_WIDEST = 3  # a highest pay over three times the lowest is rather a slip
_SAID_PERIOD = {
    PayPeriod.HOUR: "de l’heure",
    PayPeriod.DAY: "par jour",
    PayPeriod.MONTH: "par mois",
    PayPeriod.YEAR: "par an",
}


@dataclass(frozen=True, slots=True)
class Pay:
    """A pay range in euros, whole where they were; either bound may be open; `text`: the agreement or rule that sets it."""

    minimum: float | None
    maximum: float | None
    period: PayPeriod
    gross: bool | None
    text: str = ""

    @property
    def monthly(self) -> tuple[int | None, int | None]:
        """The range in euros gross a month for full-time work, (None, None) where it cannot be told."""
        factor = {PayPeriod.HOUR: HOURS_PER_MONTH, PayPeriod.MONTH: 1.0, PayPeriod.YEAR: 1 / 12}.get(self.period)
        if factor is None or self.gross is False:
            return None, None
        low, high = (None if bound is None else round(bound * factor) for bound in (self.minimum, self.maximum))
        return low, high

    @property
    def monthly_of_days(self) -> tuple[int | None, int | None]:
        """The range of a mission paid by the day, as if it filled a month; (None, None) for any other period."""
        if self.period is not PayPeriod.DAY:
            return None, None
        low, high = (None if bound is None else round(bound * DAYS_PER_MONTH) for bound in (self.minimum, self.maximum))
        return low, high

    def describe(self) -> str:
        """Return the pay in French words: "2 300 à 2 600 € brut par mois, convention 66"."""
        amounts = _said_amounts(self.minimum, self.maximum)
        if not amounts:
            return self.text
        gross = {True: " brut", False: " net", None: ""}[self.gross]
        words = f"{amounts} €{gross} {_SAID_PERIOD[self.period]}"
        return f"{words}, {self.text}" if self.text else words

    def to_json(self) -> dict[str, Any]:
        """Return plain values for a JSON column."""
        return {
            "minimum": self.minimum,
            "maximum": self.maximum,
            "period": str(self.period),
            "gross": self.gross,
            "text": self.text,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Pay:
        """Return the pay kept by `to_json`, whatever fields later versions added."""
        return cls(
            stored.get("minimum"),
            stored.get("maximum"),
            PayPeriod(stored.get("period", PayPeriod.MONTH)),
            stored.get("gross"),
            stored.get("text", ""),
        )


@dataclass(frozen=True, slots=True)
class ReadPay:
    """What a text says of pay; `doubtful`: it says something that we could not be sure of."""

    pay: Pay | None
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class _Amounts:
    """A range found, with what stands around it; None where nothing is said."""

    minimum: float | None
    maximum: float | None
    period: PayPeriod | None
    gross: bool | None
    sure: bool


_NUMBER = r"(?:\d{1,3}€\d\d(?!\d)|\d{1,3}(?:[ .']\d{3}){1,2}(?!\d)(?:,\d{1,2}(?!\d))?|\d{1,3},\d{3}(?!\d)|\d{1,6}(?:[.,]\d{1,2})?(?![\d]))"
_UNIT = r"(?:k ?€|k ?euros?\b|keur\b|ke\b|k\b|€|euros?\b|eur\b)"
_TO = r"(?: ?(?:-|–|—|/) ?| (?:a|et|to|and|ou|jusqu'a|et jusqu'a) )"
_RANGE = re.compile(
    rf"(?<![\w.,/€])(?P<before>€|eur )? ?(?P<low>{_NUMBER})(?: ?(?P<low_unit>{_UNIT}))?"
    rf"(?:(?: ?(?:bruts?|nets?))?{_TO}€? ?(?P<high>{_NUMBER})(?: ?(?P<high_unit>{_UNIT}))?)?"
)
_CENTS = re.compile(r"\d\d[.,]\d\d$")  # "12,50 de l'heure" is money without its sign
_PERIODS = (
    (PayPeriod.MONTH, r"par mois|/ ?mois|mensuel(?:le)?s?|le mois|per month|a month|monthly|/ ?month|mois\b"),
    (
        PayPeriod.YEAR,
        r"par an(?:nee)?\b|/ ?an\b|annuel(?:le)?s?|l'annee|per year|a year|yearly|per annum|/ ?year|annual|/ ?a\b"
        r"|an\b",
    ),
    (PayPeriod.HOUR, r"par heure|/ ?h(?:eure)?\b|de l[' ]heure|l[' ]heure|horaires?|per hour|an hour|hourly|/ ?hour"),
    (PayPeriod.DAY, r"par jour|/ ?j(?:our)?\b|la journee|journaliere?|per day|a day|daily|/ ?day"),
)
_QUALIFIERS = re.compile(
    r"(?:[ ,(:]{0,3}(?:"
    + "|".join(f"(?P<{period}>{words})" for period, words in _PERIODS)
    + r"|(?P<gross>bruts?|brutes?|gross|b\.?(?=[ /]))|(?P<net>nets?|nettes?)|(?P<least>minimum|mini\b|min\b|au moins)"
    r"|(?P<most>maximum|maxi\b|max\b)|environ|de salaire|de remuneration|salaire|sur 1[23](?:,\d)? mois|x ?1[23]"
    r"|\)))*"
)
_HEAD_PERIODS = (
    (PayPeriod.MONTH, re.compile(r"\b(?:mensuel|mensuelle|par mois|monthly|€/mois)\b")),
    (PayPeriod.YEAR, re.compile(r"\b(?:annuel|annuelle|par an|annual|yearly|salaire an)\b")),
    (PayPeriod.HOUR, re.compile(r"\b(?:(?:taux|salaire|brut|remuneration|gratification|smic) horaire|hourly)\b")),
    (PayPeriod.DAY, re.compile(r"\b(?:tjm|taux journalier|journalier|journaliere|daily)\b")),
)
_GROSS_BEFORE = re.compile(r"\b(?:brute?|gross)\b")
_NET_BEFORE = re.compile(r"\b(?:nete?|nette)\b")
_LEAST_BEFORE = re.compile(r"(?:a partir de|minimum|mini|au moins|des|from|starting at|plancher)[ :]*(?:de )?$")
_MOST_BEFORE = re.compile(r"(?:jusqu'a|maximum|maxi|au plus|up to)[ :]*(?:de )?$")
_PAY_WORDS = re.compile(
    r"\b(?:salaires?|remuneration|remuneree?|payee?|paie|traitement|gratification|gratifiee?|indemnites?"
    r"|indemnisee?|tjm|taux|"
    r"salary|pay|wage|stipend|package|brut|net|fourchette)\b"
)
# "La convention collective de 1966", "la CCN du 15 mars 1966": a year is no pay.
_YEAR = re.compile(r"(?:19[3-9]\d|20[0-4]\d)\Z")
_DATED = re.compile(
    r"\b(?:conventions?|ccnt?|cc|accords?|avenants?|lois?|grilles?|statuts?|decrets?|bareme|depuis|en|annee|janvier|fevrier|mars|avril|mai|juin|juillet"
    r"|aout|septembre|octobre|novembre|decembre)\b[^,;.]{0,40}$"
)
_MONEY_FOR_ELSE = re.compile(
    r"\b(?:budgets?|chiffre d'affaires|ca|subventions?|tickets?|titres?|restaurants?|resto|primes?|mutuelle"
    r"|transports?|forfait|"
    r"remboursements?|cotisations?|frais|panier|paniers|loyer|dotation|dons?|financements?|projets? (?:de|a)"
    r"|collecter?|bonus|"
    r"caisse|logements?|chambre|hebergement|repas|adhesion|couts?|tarifs?|levee|cheques?|epargne|conge|conges|habitants|salaries|adherents|beneficiaires)\b"
)
_FOR_ELSE_AFTER = re.compile(
    r" ?(?:€|euros?)? ?(?:de |d'|en )(?:budget|subvention|prime|astreinte|segur|panier|chiffre|ticket|titre|frais|don|cotisation"
    r"|financement|dotation|bonus|ca\b)"
)
_AGREEMENT_NAME = (
    r"(?:n[°o] ?)?\d{2,4}\b|(?:[\w'/-]+ ){0,4}?(?:51|66|65|83|eclat|animation|alisfa|snaecso|bad|domicile|sports?"
    r"|hexopee|fehap|nexem|syntec|"
    r"croix-rouge|mutualite|formation|locales|social|rurales|insertion|aci|soins|logement|tourisme"
    r"|hospitalisation|prive|"
    r"foyers|culturelles|artistiques|spectacle|medico-social|sante|acteurs|cooperatives?)\b"
)
_STEP = r"(?:coef(?:f|ficient)?s?\b|indices?\b|groupes?\b|niveaux?\b|echelons?\b|categories?\b|classe\b|filiere\b|palier\b|point\b)"
_AGREEMENT = re.compile(
    rf"(?:\bconvention(?: collective)?(?: nationale)?(?: de branche)?(?: de l'| de la | des | du | d'| de (?=19\d\d)"
    rf"| )(?:{_AGREEMENT_NAME})"
    rf"|\bccnt? ?-?(?:de l'|de la |des |du |d')?(?:{_AGREEMENT_NAME})|\bcc ?-?(?:51|66|65|83)\b|\bidcc ?\d{{2,4}}\b"
    rf"|\bcoef(?:f|ficient)?\b\.? ?:? ?(?:de )?\d{{2,4}}\b|\bindices?(?: majores?| bruts?)? ?:? ?\d{{3}}\b"
    rf"|\bgroupe (?:[a-i]|\d{{1,2}})\b"
    r"|\bgrille (?:indiciaire|fpt|fph|fpe|de la fonction publique|conventionnelle|eclat|alisfa|ccn ?\d\d)\b)"
)
_AGREEMENT_REST = re.compile(
    rf"(?:(?: ?[,(:/+–-]? ?|,? et ){_STEP}\.? ?:?(?: (?:de|majore|brut|base))? ?(?:[a-i]\b"
    rf"|\d{{1,4}}(?:[.,]\d)?\b)?\)?"
    rf"|,? (?:de la |de l'|du )?(?:ccnt?|convention(?: collective)?) ?-?(?:de l'|de la |des |du "
    rf"|d')?(?:{_AGREEMENT_NAME}))*"
)
_RULE = re.compile(
    r"\b(?:\d{2,3} ?% ?du )?smic\b(?: (?:horaire|mensuel|brut))?(?: ?(?:\+|a|-|:)? ?\d{1,3} ?%)?"
    r"|\b(?:gratification|indemnite|indemnisation|remuneration) (?:de stage )?(?:legale|minimale|reglementaire"
    r"|conventionnelle)\b"
    r"(?: (?:en vigueur|de stage))?"
)


def read(text: str, *, labelled: bool = False) -> ReadPay:
    """Return the pay that a text names; `labelled`: it stands after "Salaire :" or answers our question. Linear in its length."""
    text = clean(text)
    plain = level(text)
    found = list(_amounts(plain, labelled=labelled))
    rule = _rule(text, plain)
    if not found:
        return ReadPay(Pay(None, None, PayPeriod.MONTH, None, rule) if rule else None)
    chosen = _agreed(found)
    if chosen is None or not chosen.sure:
        return ReadPay(None, doubtful=True)
    pay = _sensible(chosen)
    if pay is None:
        return ReadPay(None, doubtful=True)
    return ReadPay(replace(pay, text=rule))


def _rule(text: str, plain: str) -> str:
    """Return the words that name the agreement, coefficient or minimum wage, as they were written."""
    match = _AGREEMENT.search(plain)
    if match is not None:
        rest = _AGREEMENT_REST.match(plain, match.end())
        end = rest.end() if rest else match.end()
        words = text[match.start() : end].strip(" ,(:/+–-\n")
        return words + ")" if words.count("(") > words.count(")") else words
    match = _RULE.search(plain)
    return text[match.start() : match.end()].strip() if match else ""


def _amounts(plain: str, *, labelled: bool) -> Iterator[_Amounts]:
    """Yield every amount that is about pay."""
    reached = 0
    for match in _RANGE.finditer(plain):
        if match.start() < reached:
            continue  # "2 080 € brut mensuel sur 12 mois"
        head = plain[max(reached, match.start() - 70) : match.start()]
        head = re.split(r"[;\n]|[.!?] ", head)[-1]
        after = _QUALIFIERS.match(plain, match.end())
        amounts = _about_pay(match, head, after, plain, labelled=labelled)
        if amounts is not None:
            reached = after.end() if after else match.end()
            yield amounts


def _about_pay(
    match: re.Match[str], head: str, after: re.Match[str] | None, plain: str, *, labelled: bool
) -> _Amounts | None:
    """Return what a number means as pay, None when it is money for something else, or no money."""
    said = {name for name, words in after.groupdict().items() if words} if after else set()
    money = bool(match["before"] or match["low_unit"] or match["high_unit"])
    if _FOR_ELSE_AFTER.match(plain, match.end()) or _MONEY_FOR_ELSE.search(head.rsplit(",", 1)[-1]):
        return None
    money = money or "€" in match["low"] or (PayPeriod.HOUR in said and _CENTS.search(match[0]) is not None)
    if not money and not (said & {"gross", "net"}):
        spoken = labelled or _PAY_WORDS.search(head)
        if not spoken or not _looks_like_pay(match, said) or (not said and _is_a_year(match, head)):
            return None
    period = _period(said, head)
    gross = _gross(said, head)
    low, high = _bounds(match)
    sure = len(said & set(PayPeriod)) < 2 and not ({"gross", "net"} <= said)
    if high is None:
        if "least" in said or _LEAST_BEFORE.search(head):
            return _Amounts(low, None, period, gross, sure)
        if "most" in said or _MOST_BEFORE.search(head):
            return _Amounts(None, low, period, gross, sure)
        return _Amounts(low, low, period, gross, sure)
    return _Amounts(low, high, period, gross, sure)


def _is_a_year(match: re.Match[str], head: str) -> bool:
    """Tell whether a bare number is the year of an agreement or of a date."""
    return bool(_YEAR.match(match["high"] or match["low"]) and _DATED.search(head))


def _looks_like_pay(match: re.Match[str], said: set[str]) -> bool:
    """Tell whether a bare number without currency may be pay: four digits or more, or a period beside it."""
    value = _value(match["high"] or match["low"])
    return 1_000 <= value < 200_000 or bool(said & set(PayPeriod))


def _period(said: set[str], head: str) -> PayPeriod | None:
    for period in PayPeriod:
        if period in said:
            return period
    return next((period for period, words in _HEAD_PERIODS if words.search(head)), None)


def _gross(said: set[str], head: str) -> bool | None:
    if said & {"gross", "net"}:
        return "gross" in said
    before = bool(_GROSS_BEFORE.search(head)), bool(_NET_BEFORE.search(head))
    return before[0] if before[0] != before[1] else None


def _value(written: str) -> float:
    """Return the number: "2 300", "2.300", "2,300", "2300,50", "12€35"."""
    written = re.sub(r"[ .,'](?=\d{3}(?!\d))", "", written)
    return float(re.sub(r"[,€]", ".", written))


def _bounds(match: re.Match[str]) -> tuple[float, float | None]:
    """Return both ends in euros, thousands ("28-32 k€", "28 à 32 000 €") worked out."""
    low = _value(match["low"])
    high = _value(match["high"]) if match["high"] else None
    low_k, high_k = ((match[name] or "").startswith("k") for name in ("low_unit", "high_unit"))
    if high is None:
        return (low * 1000 if low_k else low), None
    if high_k or (low_k and high < 1000):
        high *= 1000
    if low_k or (high >= 1000 and low < 300 and low * 1000 <= high):
        low *= 1000
    return low, high


def _agreed(found: list[_Amounts]) -> _Amounts | None:
    """Return the one pay that several amounts mean: gross beside net, a month beside its year; None when they disagree."""
    first = found[0]
    for other in found[1:]:
        if other.gross is False and first.gross is not False:
            continue
        if first.gross is False and other.gross is True:
            first = other
            continue
        if not _same_by_the_year(first, other):
            return None
        if other.period is PayPeriod.MONTH:
            first = other
    return first


def _same_by_the_year(one: _Amounts, other: _Amounts) -> bool:
    """Tell whether a pay by the month and one by the year are one pay, told twice (12 to 14 months)."""
    if one == other:
        return True
    by_period = {_guess(one): one, _guess(other): other}
    month, year = by_period.get(PayPeriod.MONTH), by_period.get(PayPeriod.YEAR)
    if month is None or year is None:
        return False
    low, high = month.minimum or month.maximum, year.minimum or year.maximum
    return bool(low and high and 11.9 <= high / low <= 14.1)


def _guess(amounts: _Amounts) -> PayPeriod | None:
    """Return the period said, or the only one that such an amount can be for."""
    if amounts.period is not None:
        return amounts.period
    value = amounts.maximum or amounts.minimum or 0
    if 1_000 <= value < 8_000:
        return PayPeriod.MONTH
    return PayPeriod.YEAR if value >= 15_000 else None


def _sensible(amounts: _Amounts) -> Pay | None:
    """Return the pay when a person could be paid that, None otherwise."""
    period = _guess(amounts)
    if period is None:
        return None
    bounds = [bound for bound in (amounts.minimum, amounts.maximum) if bound is not None]
    least, most = _SENSIBLE[period]
    if (
        any(not least <= bound <= most for bound in bounds)
        or bounds[-1] < bounds[0]
        or bounds[-1] > _WIDEST * bounds[0]
    ):
        return None
    low, high = (_whole(bound) for bound in (amounts.minimum, amounts.maximum))
    return Pay(low, high, period, amounts.gross)


def _whole(amount: float | None) -> float | None:
    return int(amount) if amount is not None and amount == int(amount) else amount


def _said_amounts(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return _said(low) if low == high else f"{_said(low)} à {_said(high)}"
    if low is not None:
        return f"à partir de {_said(low)}"
    return f"jusqu’à {_said(high)}" if high is not None else ""


def _said(amount: float) -> str:
    if amount == int(amount):
        return f"{int(amount):,}".replace(",", " ")
    return f"{amount:,.2f}".replace(",", " ").replace(".", ",")
