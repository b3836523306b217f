"""Numbers in a search: distances, pay, hours and days of work, dates, and the numbers that say nothing to us."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from jobboard.contracts import DAYS_PER_MONTH, Frequency, WorkingTime
from jobboard.marks import Axis, Mark

_FARTHEST_KM = 400
_HOURS_OF_A_MONTH = 151.67
_NET_SHARE = 0.78  # net before tax over gross, for an employee who is no manager
_KM_OF_A_MILE = 1.609
_FULL_WEEK_HOURS = 34
_HALF_A_DAY = 5  # hours

_MONTHS = {
    "janvier": 1, "january": 1, "janv": 1, "fevrier": 2, "february": 2, "fevr": 2, "mars": 3, "march": 3, "avril": 4,
    "april": 4, "mai": 5, "may": 5, "juin": 6, "june": 6, "juillet": 7, "july": 7, "juil": 7, "aout": 8, "august": 8,
    "septembre": 9, "september": 9, "sept": 9, "octobre": 10, "october": 10, "oct": 10, "novembre": 11, "november": 11,
    "nov": 11, "decembre": 12, "december": 12, "dec": 12, "rentree": 9, "printemps": 4,
}  # fmt: skip
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_NUMBERS = {
    "un": 1, "une": 1, "one": 1, "deux": 2, "two": 2, "trois": 3, "three": 3, "quatre": 4, "four": 4, "cinq": 5,
    "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10, "quinze": 15, "vingt": 20, "trente": 30, "quarante": 40,
    "cinquante": 50, "soixante": 60, "cent": 100, "demi": 1, "vingtaine": 20, "trentaine": 30, "dizaine": 10,
    "quinzaine": 15, "quarantaine": 40, "cinquantaine": 50,
}  # fmt: skip
_N = r"(?:\d{1,3}|" + "|".join(_NUMBERS) + r")"
_OPENING = (
    r"(?:pas avant|(?:a partir|a compter|a dater) d[eu]s?|d[eu]s|des|des le|disponible|dispo|libre|debut(?:ant)? le"
    r"|pour le|pour la|pr la|pr le|pr|pour|en|au|le|du|from|starting|in|as of|since|depuis|courant)"
)
_HOURS = r"(?:h|heures?|hours|hrs)"
_RANGE = r"(?: ?(?:€|euros?|k€?)? ?(?:a|et|-) ?\d[\d ]{1,6})?"
_AMOUNT = r"\d{1,3}(?:[ .]\d{3})+|\d{2,6}(?:[.,]\d{1,2})?"


@dataclass(frozen=True, slots=True)
class MinimumPay:
    """A least pay, in euros gross per month; `sure` is False where we had to reckon it from a net one."""

    gross_per_month: int
    sure: bool = True
    by_day: bool = False  # a rate of hers for a day's work, as if it filled a month: it is about missions


def _number(said: str) -> int:
    return int(said) if said.isdigit() else _NUMBERS[said]


def _radius(match: re.Match[str], _today: date) -> tuple[Axis, object] | None:
    km = _number(match["far"])
    if match["unit"] and match["unit"].startswith("mi"):
        km = round(km * _KM_OF_A_MILE)
    return (Axis.RADIUS, km) if 0 < km <= _FARTHEST_KM else (Axis.RADIUS, None)


def _travel_time(_match: re.Match[str], _today: date) -> tuple[Axis, object]:
    return Axis.RADIUS, None


def _pay(match: re.Match[str], _today: date) -> tuple[Axis, object] | None:
    said = match.groupdict()
    digits = re.sub(r"[ .](?=\d{3}\b)", "", said["sum"]).replace(",", ".")
    amount = float(digits) * (1000 if said.get("k") else 1)
    per = (said.get("per") or "").strip()
    if "h" in per and amount < 200:
        amount *= _HOURS_OF_A_MONTH
    elif amount >= 12_000 or (per.startswith(("an", "par an", "/an", "/ an", "a year", "per year")) and amount > 6_000):
        amount /= 12
    if not 300 <= amount <= 20_000:
        return Axis.NEUTRAL, None
    net = "net" in match[0]
    return Axis.PAY, MinimumPay(round(amount / _NET_SHARE / 10) * 10 if net else round(amount), sure=not net)


def _rate(match: re.Match[str], _today: date) -> tuple[Axis, object]:
    amount = float(re.sub(r"[ .](?=\d{3}\b)", "", match["sum"]).replace(",", "."))
    if not 50 <= amount <= 3_000:
        return Axis.NEUTRAL, None
    return Axis.PAY, MinimumPay(round(amount * DAYS_PER_MONTH), by_day=True)


def _week(match: re.Match[str], _today: date) -> tuple[Axis, object]:
    hours = float(match["hours"].replace(",", "."))
    if match["most"]:
        return Axis.WORKING_TIME, (WorkingTime.PART,)
    if (match["least"] or match["least_after"]) and hours < _FULL_WEEK_HOURS:
        return Axis.WORKING_TIME, tuple(WorkingTime)
    ends = sorted((int(match["low"]), hours)) if match["low"] else [hours, hours]
    if ends[0] < _FULL_WEEK_HOURS <= ends[1]:
        return Axis.NEUTRAL, None  # "30h ou 35h": either
    return Axis.WORKING_TIME, (WorkingTime.FULL if hours >= _FULL_WEEK_HOURS else WorkingTime.PART,)


def _hours_of_a_day(match: re.Match[str], _today: date) -> tuple[Axis, object]:
    return Axis.WORKING_TIME, (WorkingTime.FULL if int(match["hours"]) >= _FULL_WEEK_HOURS / 5 else WorkingTime.PART,)


def _day(match: re.Match[str], today: date) -> tuple[Axis, object] | None:
    """Return the next day of that number."""
    days = (today + timedelta(days=ahead) for ahead in range(62))
    return next(((Axis.START, day) for day in days if day.day == int(match["day"])), None)


def _etp(match: re.Match[str], _today: date) -> tuple[Axis, object]:
    share = float(match["etp"].replace(",", "."))
    return Axis.WORKING_TIME, (WorkingTime.FULL if share >= 1 else WorkingTime.PART,)


def _span_of_day(match: re.Match[str], _today: date) -> tuple[Axis, object]:
    """Return part time for some hours of a day ("9h-12h"); a longer span says nothing, as breaks are not told."""
    lasts = int(match["end"]) - int(match["start"])
    if 0 < lasts <= _HALF_A_DAY:
        return Axis.WORKING_TIME, (WorkingTime.PART,)
    return Axis.NEUTRAL, None


def _days(match: re.Match[str], _today: date) -> tuple[Axis, object]:
    days = _number(match["days"])
    return Axis.WORKING_TIME, (WorkingTime.PART if days < 5 else WorkingTime.FULL,)


def _labelled_time(match: re.Match[str], _today: date) -> tuple[Axis, object]:
    return Axis.WORKING_TIME, (WorkingTime.FULL if match["much"] in ("plein", "complet") else WorkingTime.PART,)


def _little(_match: re.Match[str], _today: date) -> tuple[Axis, object]:
    return Axis.WORKING_TIME, (WorkingTime.PART,)


def _share(match: re.Match[str], _today: date) -> tuple[Axis, object] | None:
    shares = [int(said) for said in (match["low"], match["high"]) if said]
    if not all(10 <= share <= 100 for share in shares):
        return Axis.NEUTRAL, None
    times = {WorkingTime.FULL if share == 100 else WorkingTime.PART for share in shares}
    return Axis.WORKING_TIME, tuple(time for time in WorkingTime if time in times)


def _day_of_month(match: re.Match[str], today: date) -> tuple[Axis, object] | None:
    day, month = int(match["day"]), _MONTHS[match["month"].rstrip(".")]
    return _start(day, month, match["year"], today)


def _numeric_date(match: re.Match[str], today: date) -> tuple[Axis, object] | None:
    return _start(int(match["day"]), int(match["number"]), match["year"], today)


def _month(match: re.Match[str], today: date) -> tuple[Axis, object] | None:
    said = match.groupdict()
    month = _MONTHS[said["month"].rstrip(".")]
    day = {"mi": 15, "fin": 28}.get((said.get("part") or "").strip(" -"), 1)
    return _start(day, month, said.get("year"), today, whole_month=True)


def _start(
    day: int, month: int, year: str | None, today: date, *, whole_month: bool = False
) -> tuple[Axis, object] | None:
    """Return a start on that day: of the year said, else of the next year in which it is not past."""
    try:
        if year:
            return Axis.START, date(int(year) if len(year) == 4 else 2000 + int(year), month, day)
        start = date(today.year, month, day)
    except ValueError:
        return None
    past = (start.month < today.month) if whole_month else (start < today)
    return Axis.START, start.replace(year=start.year + 1) if past and not (day == 29 and month == 2) else start


def _later(match: re.Match[str], today: date) -> tuple[Axis, object]:
    count = _number(match["count"])
    days = {"s": 7, "w": 7, "m": 30, "j": 1, "d": 1}[match["unit"][0]]
    return Axis.START, today + timedelta(days=count * days)


def _next_month(_match: re.Match[str], today: date) -> tuple[Axis, object]:
    return Axis.START, (today.replace(day=1) + timedelta(days=32)).replace(day=1)


def _nothing(_match: re.Match[str], _today: date) -> tuple[Axis, object]:
    return Axis.NEUTRAL, None


def _partly_remote(match: re.Match[str], _today: date) -> tuple[Axis, object]:
    return Axis.KEYWORD, "télétravail"


def _at_once(_match: re.Match[str], _today: date) -> tuple[Axis, object]:
    return Axis.FREQUENCY, Frequency.INSTANT


def _letter_every(match: re.Match[str], _today: date) -> tuple[Axis, object]:
    weekly = match["every"] in ("semaine", "sem", "week")
    return Axis.FREQUENCY, Frequency.WEEKLY if weekly else Frequency.DAILY


def _letter_weekly(_match: re.Match[str], _today: date) -> tuple[Axis, object]:
    return Axis.FREQUENCY, Frequency.WEEKLY


_Reader = Callable[[re.Match[str], date], "tuple[Axis, object] | None"]
_KM = r"(?P<unit>km|kms|kilometres?|kilometers?|kilom|bornes|k m|miles?)\b"
_PER_WEEK = r"(?:/|par|la|a la|per|a|hebdo\w*|/ ?)? ?(?:semaines?|sem\b|week|hebdo\w*)"
_UNIT = r"(?:€|euros?\b|eur\b|e\b(?= ?(?:brut|net|/|par|mensuel)))"
_PER = r"(?P<per> ?(?:/ ?|par |de l'|l'|per |a )?(?:heures?|h|mois|months?|ans?|annee|annuels?|mensuels?|year|hour)\b)?"
_PER_DAY = r"(?:/ ?|par |de la |la |per |a )(?:jours?|j|journee|day)\b"
_GROSS = r"(?: ?(?:bruts?|nets?|gross)\b)?"

_HOUR = r"\d{1,2} ?(?:h(?:eures?)?|:)(?: ?[0-5]\d)?\b"
_A_WEEK = rf"(?! ?{_PER_WEEK}| ?hebdo)"
_CALL = (
    r"(?:joignable|appel\w*|rappel\w*|telephon\w*|tel|contact(?! avec)\w*|(?:me|m') ?(?:joindre|contacter|appeler|parler)"
    r"|call me|reach me|phone me|available by phone)"
)
_DAYTIME = r"(?:soirs?|matins?|matinees?|apres[- ]midis?|midi|journees?|soirees?|evenings?|mornings?|afternoons?|week[- ]?ends?)"
_DAY = r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|monday|tuesday|wednesday|thursday|friday|saturday|sunday)s?"
_LETTER = (
    r"(?:(?:e-?)?mails?|courriels?|alertes?|messages?|recap\w*|resumes?|envois?|digests?|notifications?|newsletter|lettre"
    r"|alerts?|updates?|summary)"
)
_TELL = r"(?:notifi\w*|preven\w*|avert\w*|inform\w*|alert\w*|signal\w*|notify|tell me|e?mail me|let me know)"
_AT_ONCE = (
    r"(?:immediatement|tout de suite|aussitot|sans attendre|sans delai|instantanement|immediately|right away"
    r"|straight away|at once|en direct)"
)

_PATTERNS: tuple[tuple[str, _Reader], ...] = (
    (rf"\b{_TELL}(?:[ -]\w+){{0,3}}? {_AT_ONCE}\b", _at_once),
    (rf"\b{_AT_ONCE} (?:\w+ )?{_TELL}\b", _at_once),
    ((rf"\b(?:une?|one|an|a|1|single) (?:seule? |single |petite? )?{_LETTER}(?: \w+)? ?(?:par|/|a|per|each|every|chaque)"
     r" ?(?P<every>jour|j|day|matin|soir|semaine|sem|week)\b"), _letter_every),
    (rf"\b{_LETTER}(?: \w+){{0,2}}? (?:tous les|chaque|every|le|on|each) {_DAY}\b(?! \d)", _letter_weekly),
    ((rf"\b{_CALL}\b[^.;,\n]{{0,30}}?\b(?:le |en |tous les |chaque |in the |l'|au )?{_DAYTIME}"
     rf"(?:,? (?:(?:a partir de|apres|avant|des|entre|de|after|before|vers) )?{_HOUR}(?: ?(?:-|a|et) ?{_HOUR})?)?"), _nothing),
    (rf"\b{_CALL}\b[^.;,\n]{{0,30}}?\b{_HOUR}(?: ?(?:-|a|et) ?{_HOUR})?{_A_WEEK}", _nothing),
    (rf"\b(?:de |entre )?{_HOUR} ?(?:-|a|et) ?{_HOUR}{_A_WEEK}[^.;\n]{{0,20}}?\b{_CALL}\b", _nothing),
    ((rf"\b(?:(?:le |en |les )?{_DAYTIME} )?(?:apres|avant|vers|jusqu'a|after|before|until|des|a partir de)"
     rf" {_HOUR}{_A_WEEK}(?: ?(?:du |le )?{_DAYTIME})?"), _nothing),
    (rf"\b(?:de )?(?P<start>[01]?\d|2[0-4]) ?(?:h|heures?)(?:[0-5]\d)? ?(?:a|-|/|–) ?(?P<end>[01]?\d|2[0-4]) ?{_HOURS}(?:[0-5]\d)?\b{_A_WEEK}",
     _span_of_day),
    (rf"\b(?:de|entre) (?:[5-9]|1\d) ?h(?:eures?)?(?:[0-5]\d)? ?(?:a|et|-) ?{_HOUR}{_A_WEEK}", _nothing),
    (rf"\b(?:de |entre )(?:[01]?\d|2[0-4]) ?(?:h|heures?)?(?:[0-5]\d)? ?(?:a|et|-) ?(?:[01]?\d|2[0-4]) ?{_HOURS}{_A_WEEK}", _nothing),
    (rf"\b(?:[01]?\d|2[0-4]) ?h(?:[0-5]\d)? ?[-/–] ?(?:[01]?\d|2[0-4]) ?h(?:[0-5]\d)?\b{_A_WEEK}", _nothing),
    (rf"\b(?:(?:le )?\d{{1,2}}|demain|{_DAY}|rdv|rendez-vous) a {_HOUR}{_A_WEEK}", _nothing),
    (rf"(?:\b{_N} ?(?:a|-|ou|/|et) ?)?\b(?P<far>{_N})(?: de)? ?{_KM}(?: (?:max\w*|environ|a la ronde))?", _radius),
    ((rf"\b(?:rayon|perimetre|radius)(?: (?:de|d'|of|maxi?\w*|d'environ|kilometrique))? ?[:=]? ?(?P<far>{_N})\b"
     rf"(?! ?(?:m|h))(?: ?{_KM})?"), _radius),
    (rf"\b{_N} ?(?:minutes?|min|mns?|mins)\b", _travel_time),
    (rf"\b{_N} ?(?:h|heures?)(?: ?\d\d)? (?:de (?:trajet|route|transport|train|voiture)|max de trajet)", _travel_time),
    ((r"\b(?:tjm|(?:tarif|taux|prix)(?: (?:a la journee|par jour|journalier|jour))?|(?:day|daily) rate)(?: (?:ht|min\w*|souhaite|moyen|of|de))* ?[:=]? ?"
     rf"(?:de |d'au moins |a partir de |from )?(?P<sum>{_AMOUNT})(?: ?{_UNIT})?(?: ?ht)?(?: ?{_PER_DAY})?"), _rate),
    (rf"\b(?P<sum>{_AMOUNT}) ?{_UNIT}(?: ?ht)?{_GROSS} ?{_PER_DAY}", _rate),
    (rf"\b(?P<sum>{_AMOUNT}){_RANGE} ?(?P<k>k)(?=\W|$)(?: ?€| ?euros?)?{_GROSS}{_PER}{_GROSS}", _pay),
    (rf"\b(?P<sum>{_AMOUNT}){_RANGE} ?{_UNIT}{_GROSS}{_PER}{_GROSS}", _pay),
    (rf"\b(?P<sum>{_AMOUNT}){_RANGE} ?(?:bruts?|nets?|gross)\b{_PER}", _pay),
    ((r"\b(?:salaire|remuneration|paye|salary|pay)"
     r"(?: (?:min\w*|souhaite\w*|brut|net|mensuel|de|d'au moins|attendu\w*|au moins))* ?[:=]? ?"
     rf"(?:de |d'au moins |minimum |mini |> ?)?(?P<sum>{_AMOUNT})\b{_PER}"), _pay),
    ((rf"\b(?P<least>(?:pas moins de|plus de|au moins|minimum|more than|mini) )?"
        rf"(?P<most>(?:pas plus de|moins de|less than|under) )?"
     rf"(?:(?P<low>\d{{1,2}}) ?(?:{_HOURS})? ?(?:-|a|ou|/|et) ?)?(?P<hours>\d{{1,2}}(?:[.,]\d)?) ?{_HOURS}\b(?: ?{_PER_WEEK})?"
     r"(?P<least_after> (?:minimum|mini|min|au moins|et plus|ou plus)\b)?"), _week),
    (r"(?<![\d.,])(?P<etp>1|0[.,]\d{1,2}|1[.,]0) ?(?:d'un |d')?(?:etp|equivalent temps plein)\b", _etp),
    (r"\betp ?:? ?(?P<etp>1(?![\d.,])|0[.,]\d{1,2}|1[.,]0)\b", _etp),
    (r"\b(?:uniquement|seulement|que|juste|exclusivement) (?:le |les |l')?(?:matins?|matinees?|apres[- ]midis?)\b", _little),
    (r"\b(?:le |les |l')?(?:matins?|matinees?|apres[- ]midis?) (?:uniquement|seulement|exclusivement)\b", _little),
    (r"\b(?:un jour|une journee|une semaine) sur deux\b(?! par)", _little),
    (r"\bmi[- ]temps therapeutique\b", _little),
    (r"\b(?P<hours>\d{1,2}) ?(?:h|heures?|hours|hrs)? ?(?:/|par|a|per) ?(?:jours?|j|days?)\b", _hours_of_a_day),
    ((rf"\b(?:dispo\w*|libre|des|a partir)(?: a partir| des)? (?:le|du) (?P<day>\d{{1,2}})\b"
     rf"(?! ?(?:/|-|{_MONTH}|km|h\b))"), _day),
    ((rf"\b(?P<days>{_N})(?: ou {_N}| a {_N})? "
     r"(?:jours?|j|days?|demi[- ]journees?|journees?|apres[- ]midis?|matinees?|soirs?)(?: travailles)?"
     rf" ?{_PER_WEEK}"), _days),
    ((r"\b(?:temps|tps|duree|horaires?)(?: (?:de |du )?travail)?(?: souhaitee?)? *[:=] *(?P<much>plein|complet|partiel"
      r"|non complet|mi[- ]temps)\b(?! (?:ou|et|/))"), _labelled_time),
    (r"\b(?:quelques|quelque|qq|qqs|qlq|qlqs) (?:heures|jours|journees)\b(?: ?(?:par|/) ?(?:semaine|sem|mois))?", _little),
    ((rf"\b(?P<days>{_N})(?: ou {_N}| a {_N})? ?(?:jours?|j|days?) (?:de |en |of )?"
     rf"(?:teletravail|remote|distanciel|tt)\b(?: ?{_PER_WEEK})?"), _partly_remote),
    ((r"(?<![-+\d])\b(?:(?P<low>\d{2,3}) ?%? ?(?:a|-|ou|et) ?)?(?P<high>\d{2,3}) ?%"
     r"(?! ?(?:en |de |a )?(?:tele|remote|distanc|a dist))"), _share),
    (
        rf"\b(?:{_OPENING} )*(?P<day>\d{{1,2}})(?:er|st|nd|rd|th)? (?P<month>{_MONTH})(?: (?P<year>20\d\d))?",
        _day_of_month,
    ),
    (rf"\b(?:{_OPENING} )*(?P<day>\d{{1,2}})[/.-](?P<number>\d{{1,2}})[/.-](?P<year>(?:20)?\d\d)\b", _numeric_date),
    (r"\b(?:a partir du|des le|le|du|pour le|disponible|dispo) (?P<day>\d{1,2})/(?P<number>0[1-9]|1[0-2])\b(?P<year>)",
     _numeric_date),
    ((rf"(?:\b(?:{_OPENING}|de) |: ?|\bd')+(?:(?:la|le|l'|le mois de|mois de|debut de) ?)?(?P<part>mi[ -]|fin |debut )?"
     rf"(?P<month>{_MONTH})(?: (?P<year>20\d\d))?"), _month),
    ((r"\b(?<!pas )(?:avant|jusqu'(?:a|en|au)|until|before) (?:(?:le|la|l'|fin|mi|debut|mois de) ?)*"
     rf"(?:\d{{1,2}}(?:er)? )?{_MONTH}(?: 20\d\d)?"), _nothing),
    (rf"\b(?P<part>mi[ -]|fin |debut )(?P<month>{_MONTH})(?: (?P<year>20\d\d))?", _month),
    (rf"\b(?P<month>{_MONTH}) (?P<year>20\d\d)", _month),
    (rf"\b(?:dans|d'ici|in|sous) (?P<count>{_N}) (?P<unit>mois|semaines?|jours?|weeks?|months?|days?)", _later),
    (r"\b(?:a partir du |des le |le )?mois prochain|next month", _next_month),
    ((rf"\b(?:(?:de|pour|pendant|sur|d'une duree de|duree|d'au moins|for|min\w*|au moins|entre) )?{_N}"
     rf"(?: ?(?:a|-|ou|et) ?{_N})? ?(?:mois|semaines?|ans?|annees?|months?|weeks?|years?)"
     r"(?: (?:minimum|mini|min|max\w*|environ|renouvelables?|d'experience|or more|et plus))?\b"), _nothing),
    (rf"\b(?:j'ai |age de |agee de |age : ?)?{_N} ?ans?\b(?: d'experience)?", _nothing),
    (r"\bbac ?\+ ?\d\b|\bniveau \d\b|\b\d (?:enfants?|personnes|lits|places)\b|\bn° ?\d+|\bnumero \d+", _nothing),
    (r"\bdeux[- ]roues\b|\b(?:au |plus que le )?smic\b", _nothing),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), reader) for pattern, reader in _PATTERNS)


def quantities(flat: str, *, today: date) -> Iterator[Mark]:
    """Yield the numbers of a flat text (see `jobboard.phrases.flat`) with what they say; they may overlap."""
    for pattern, reader in _COMPILED:
        for match in pattern.finditer(flat):
            said = reader(match, today)
            if said and match.end() > match.start():
                axis, value = said
                yield Mark(match.start(), match.end(), axis, value)
