"""What kind of work someone wants: trades, contracts, times, dates and words of a letter, and what has to be asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from jobboard.contracts import (
    CONTRACT_LABELS,
    FREQUENCY_LABELS,
    KIND_OF_CONTRACT,
    WORKING_TIME_LABELS,
    Contract,
    Frequency,
    Kind,
    WorkingTime,
)
from jobboard.criteria import Criteria, monthly
from jobboard.doubts import Doubt, DoubtKind, Option
from jobboard.folding import fold
from jobboard.marks import Axis, Role, Said
from jobboard.phrases import word_set
from jobboard.quantities import MinimumPay
from jobboard.trades import close_trades
from jobboard.wish_places import is_remote
from jobboard.wish_reading import Reading
from jobboard.wish_trades import asked_trades, refused_trades, trades_of

Doubts = list[Doubt]

_WIDE_CONTRACTS = {
    "volontariat": (Contract.SERVICE_CIVIQUE, Contract.BENEVOLAT, Contract.VSI),
    "mission": (Contract.INTERIM, Contract.MISSION, Contract.CDD),
}
_MOST_OPTIONS = 6
# A field of work named alone: whoever wants "quelque chose dans le social" has still to say what.
_FIELDS = word_set(
    "social socio sociaux sanitaire medico insertion solidarite animation humanitaire handicap",
)
_WORKPLACES = word_set(
    "ehpad ime esat itep chrs mecs mjc hopital clinique foyer creche ecole lycee college ressourcerie restaurant mas fam sessad",
    "savs cada association associations entreprise adaptee maison mairie ville commune",
)
_DOES_NOT_KNOW = re.compile(
    r"\bsais? pas (?:trop |encore |bien |vraiment |tres bien )?(?:quoi|quel|vers quo|ce que|dans quo)"
)
_TELLING = (Axis.TRADE, Axis.CONTRACT, Axis.WORKING_TIME, Axis.KEYWORD)
_OTHER_THAN_A_JOB = r"(?:stages?|alternances?|apprentissage|services? civiques?|benevolat|volontariat)"
_JOB_BESIDE = re.compile(
    rf"\b{_OTHER_THAN_A_JOB},? (?:ou|et|/|or) (?:d'|de |un |une |en |an? )?(?:premier )?(?:emploi|job|poste)\b"
    rf"|\b(?:emplois?|jobs?|postes?),? (?:ou|et|/|or) (?:d'|de |un |une |en |an? )?{_OTHER_THAN_A_JOB}\b"
)
_NO_MORE = re.compile(r"\bplus (?:de |d'|du )$")  # "plus de CDD !": no more of them, or more?
_MISSIONS = re.compile(r"\b(?:cherche\w*|recherche|trouver|en quete) [^.;\n]{0,20}\bmissions?\b(?! locale)")
_SOME_MISSIONS = re.compile(r"\bdes (?:petites |nouvelles )?missions$")  # "je cherche des missions": by the piece
_FOR_AN_AGENCY = re.compile(r"\binterim|\bbenevol|\bservice civique|\bvolont")
_SOME_OF = re.compile(r"\b(?:une?|deux|trois|quatre|\d) (?:a|ou) (?:deux|trois|quatre|cinq|\d)\b")
_A_JOB = re.compile(r"\b(?:re)?cherche\w* .{0,30}\b(?:emploi|poste|job|travail|boulot|cdi|cdd)\b")
_MAIL_WORDS = re.compile(
    r"\b(?:(?:e-?)?mails?|courriels?|alertes?|recevoir|recois|envo[iy]\w*|offres?|notif\w*|messages?|recap\w*|digest|preven\w*|frequence"
    r"|rythme|inform\w*|annonces?|nouvelles|resume|alerts?|send|updates?)\b"
)
_WORK_WORDS = re.compile(
    r"\b(?:trains?|trajets?|bus|route|voiture|deplac\w*|travailler?|dispo\w*|benevol\w*|heures?|cours|garde|aider?|donner|volunteer\w*|intervenir)\b"
)


def criteria_of(reading: Reading, *, reply: bool) -> tuple[Criteria, Doubts]:
    """Return all criteria but the places, and the doubts about them; a bare word of a `reply` may be a criterion."""
    doubts: Doubts = []
    contracts, excluded, kinds = contracts_of(reading, doubts)
    trades = trades_of(reading, doubts)
    keywords, refused = _words(reading, doubts, trades=trades, reply=reply)
    if any(_holds_a_number(reading, one) for one in reading.on(Axis.NEUTRAL, Role.UNSURE)):
        doubts.append(Doubt(DoubtKind.CONDITION))
    found = Criteria(
        trades=trades,
        kinds=kinds,
        contracts=contracts,
        working_times=_working_times(reading, doubts),
        keywords=keywords,
        excluded_contracts=excluded,
        excluded_keywords=(*refused_trades(reading, trades, doubts), *refused),
        minimum_pay=_pay(reading, contracts, doubts),
        frequency=_frequency(reading, doubts),
        starts_on=_start(reading),
    )
    return found, doubts


def _holds_a_number(reading: Reading, one: Said) -> bool:
    """Return whether a condition tells a number that we keep no criterion for: "un CDD si c'est plus de 6 mois"."""
    return any(char.isdigit() for char in reading.body.flat[one.mark.start : one.mark.end])


def contracts_of(
    reading: Reading, doubts: Doubts
) -> tuple[tuple[Contract, ...], tuple[Contract, ...], tuple[Kind, ...]]:
    """Return the contracts wanted, those excluded, and the kinds when something else than a job is among them."""
    wanted: list[Contract] = []
    for one in reading.on(Axis.CONTRACT, Role.WANTED):
        more = _NO_MORE.search(reading.body.flat[max(one.mark.start - 10, 0) : one.mark.start])
        if more or (one.loose and one.mark.value != (Contract.CDI,)):
            doubts.append(_asked_contracts(one.mark.value, DoubtKind.CONTRACT))
        else:
            wanted += one.mark.value
    excluded = [contract for one in reading.on(Axis.CONTRACT, Role.EXCLUDED) for contract in one.mark.value]
    for one in reading.on(Axis.CONTRACT, Role.UNSURE):
        doubts.append(_asked_contracts(one.mark.value, DoubtKind.CONDITION))
    wanted = _narrowed(wanted, excluded, [one.mark.value for one in reading.on(Axis.CONTRACT, Role.WANTED)])
    both = tuple(dict.fromkeys(contract for contract in wanted if contract in excluded))
    if both:
        doubts.append(_asked_contracts(both, DoubtKind.CONTRACT))
        wanted = [contract for contract in wanted if contract not in both]
        excluded = [contract for contract in excluded if contract not in both]
    if not wanted and _wants_missions(reading):
        wanted = [Contract.MISSION]
    if not wanted and not both:
        doubts += _other_contracts(reading)
    ordered = tuple(contract for contract in Contract if contract in wanted)
    kinds = _kinds(ordered)
    if kinds and _JOB_BESIDE.search(reading.body.flat) and Kind.JOB not in kinds:
        return (), _ordered(excluded), (Kind.JOB, *kinds)
    return ordered, _ordered(excluded), kinds


def _narrowed(
    wanted: Sequence[Contract], excluded: Sequence[Contract], said: Sequence[tuple[Contract, ...]]
) -> list[Contract]:
    """Return the contracts without what an exclusion takes from a word of several: "alternance, pas de professionnalisation"."""
    alone = {contracts[0] for contracts in said if len(contracts) == 1}
    kept = [contract for contract in wanted if contract not in excluded or contract in alone]
    return kept or list(wanted)


def _ordered(contracts: Sequence[Contract]) -> tuple[Contract, ...]:
    return tuple(contract for contract in Contract if contract in contracts)


def _kinds(contracts: Sequence[Contract]) -> tuple[Kind, ...]:
    """Return the kinds of the contracts; nothing for jobs alone, where the contracts say it all."""
    found = {KIND_OF_CONTRACT[contract] for contract in contracts}
    return () if found <= {Kind.JOB} else tuple(kind for kind in Kind if kind in found)


def _other_contracts(reading: Reading) -> Doubts:
    """Return the doubt about a word with several meanings, or about the contract that she has now."""
    for one in reading.on(Axis.WIDE, Role.WANTED):
        if one.mark.value == "contract":
            word = reading.body.flat[one.mark.start : one.mark.end]
            return [
                _asked_contracts(_WIDE_CONTRACTS["volontariat" if "volont" in word else "mission"], DoubtKind.CONTRACT)
            ]
    if _A_JOB.search(reading.body.flat):
        return []
    now = [contract for one in reading.on(Axis.CONTRACT, Role.IDENTITY) for contract in one.mark.value]
    return [_asked_contracts(tuple(dict.fromkeys(now)), DoubtKind.CONTRACT)] if now else []


def _wants_missions(reading: Reading) -> bool:
    """Return whether a freelance looks for missions, which then can be but hers."""
    now = {contract for one in reading.on(Axis.CONTRACT, Role.IDENTITY) for contract in one.mark.value}
    found = _MISSIONS.search(reading.body.flat)
    plural = found is not None and _SOME_MISSIONS.search(found[0]) is not None
    return found is not None and (
        now == {Contract.MISSION} or (plural and not now and not _FOR_AN_AGENCY.search(reading.body.flat))
    )


def _asked_contracts(contracts: Sequence[Contract], kind: DoubtKind) -> Doubt:
    options = (
        Option(CONTRACT_LABELS[contract], Criteria(contracts=(contract,), kinds=_kinds((contract,))))
        for contract in contracts
    )
    return Doubt(kind, tuple(options))


def _working_times(reading: Reading, doubts: Doubts) -> tuple[WorkingTime, ...]:
    wanted = {time for one in reading.on(Axis.WORKING_TIME, Role.WANTED) for time in one.mark.value}
    excluded = {time for one in reading.on(Axis.WORKING_TIME, Role.EXCLUDED) for time in one.mark.value}
    unsure = {time for one in reading.on(Axis.WORKING_TIME, Role.UNSURE) for time in one.mark.value}
    if not wanted | excluded:
        unsure |= {time for one in reading.on(Axis.WORKING_TIME, Role.IDENTITY) for time in one.mark.value}
    if wanted and not unsure | excluded and _is_given_time(reading):
        return ()
    if unsure or wanted & excluded or excluded == set(WorkingTime):
        doubts.append(_asked_times())
        return ()
    if excluded and not wanted:
        wanted = set(WorkingTime) - excluded
    return tuple(time for time in WorkingTime if time in wanted)


def _is_given_time(reading: Reading) -> bool:
    """Return whether a volunteer leaves open how much she gives, "une ou deux demi-journées": that is no part time of a job."""
    contracts = {one for said in reading.on(Axis.CONTRACT, Role.WANTED) for one in said.mark.value}
    said = list(reading.on(Axis.WORKING_TIME, Role.WANTED))
    flat = reading.body.flat
    return contracts == {Contract.BENEVOLAT} and all(
        _SOME_OF.search(flat[max(one.mark.start - 8, 0) : one.mark.end]) for one in said
    )


def _asked_times() -> Doubt:
    options = (Option(WORKING_TIME_LABELS[time], Criteria(working_times=(time,))) for time in WorkingTime)
    return Doubt(DoubtKind.WORKING_TIME, tuple(options))


def _frequency(reading: Reading, doubts: Doubts) -> Frequency | None:
    """Return how often she wants to hear of offers; days of work and frequencies that we lack are asked."""
    said = list(reading.on(Axis.FREQUENCY, Role.WANTED, Role.IDENTITY, Role.UNSURE, Role.EXCLUDED))
    if not said:
        return None
    values = {one.mark.value for one in said}
    clear = len(values) == 1 and None not in values and all(one.role is Role.WANTED for one in said)
    if clear and all(_is_about_mail(reading, one) for one in said):
        frequency: Frequency = said[0].mark.value
        return frequency
    options = (Option(FREQUENCY_LABELS[each], Criteria(frequency=each)) for each in Frequency)
    doubts.append(Doubt(DoubtKind.FREQUENCY, tuple(options)))
    return None


def _is_about_mail(reading: Reading, one: Said) -> bool:
    around = reading.body.flat[max(one.mark.start - 70, 0) : one.mark.end + 40]
    if one.mark.value is Frequency.INSTANT or _MAIL_WORDS.search(around):
        return True
    volunteers = any(Contract.BENEVOLAT in each.mark.value for each in reading.on(Axis.CONTRACT, Role.WANTED))
    return not volunteers and not _WORK_WORDS.search(around)


def _start(reading: Reading) -> date | None:
    said = next(reading.on(Axis.START, Role.WANTED, Role.IDENTITY, Role.RESIDENCE), None)
    start: date | None = said.mark.value if said else None
    return start


def _pay(reading: Reading, contracts: tuple[Contract, ...], doubts: Doubts) -> int | None:
    """Return the least pay in euros gross per month; one that we reckoned from a net pay is asked.

    A rate by the day counts for who looks for nothing but missions: it would hide every job.
    """
    said = next(reading.on(Axis.PAY, Role.WANTED), None) or next(reading.on(Axis.PAY, *Role), None)
    if said is None:
        return None
    pay: MinimumPay = said.mark.value
    if pay.by_day:
        return pay.gross_per_month if contracts == (Contract.MISSION,) else None
    if pay.sure and said.role is Role.WANTED:
        return pay.gross_per_month
    option = Option(monthly(pay.gross_per_month), Criteria(minimum_pay=pay.gross_per_month))
    doubts.append(Doubt(DoubtKind.PAY, (option,)))
    return None


def _is_only_a_field(reading: Reading, keywords: Sequence[str]) -> bool:
    """Return whether nothing tells the work but a field or a workplace: "quelque chose dans le social", "en EHPAD"."""
    told = any(one.mark.axis in (Axis.TRADE, Axis.CONTRACT) for one in reading.said)
    placed = all(_WORKPLACES & set(fold(word).split()) for word in keywords)
    named = any(one.mark.axis is Axis.TRADE for one in reading.said)
    fields = not told and all(_FIELDS & set(fold(word).split()) for word in keywords)
    unknown = not named and _DOES_NOT_KNOW.search(reading.body.flat) is not None
    return unknown or (bool(keywords) and (fields or (placed and not named)))


def _words(
    reading: Reading, doubts: Doubts, *, trades: Sequence[str], reply: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words to search by and the words to leave out."""
    keywords = [one.mark.value for one in reading.on(Axis.KEYWORD, Role.WANTED)]
    refused = [one.mark.value for one in reading.on(Axis.KEYWORD, Role.EXCLUDED)]
    refused += ["télétravail" for one in reading.on(Axis.PLACE, Role.EXCLUDED) if is_remote(one)]
    # An unknown word alone beside a place may be anything: "Horizon, Nantes".
    told = reading.wants or reply or any(one.mark.axis in _TELLING for one in reading.said)
    for left in reading.leftovers:
        if left.role is Role.EXCLUDED:
            if left.words <= 2:
                refused.append(left.text)
            else:
                doubts.append(Doubt(DoubtKind.NEGATION))
        elif (
            told
            and left.role is Role.WANTED
            and not left.place_expected
            and (left.strong or (reply and reading.count <= 8))
        ):
            near = close_trades(left.text)
            if (near and not trades) or (trades and left.beside_trade):
                doubts.append(asked_trades(near, DoubtKind.TRADE))
            else:
                keywords.append(left.text)
    if _is_only_a_field(reading, keywords) and not reply:
        doubts.append(Doubt(DoubtKind.TRADE))
    unknown = any(
        left.role is Role.WANTED and not left.place_expected and not left.strong for left in reading.leftovers
    )
    if keywords and unknown and not reply and not any(one.mark.axis in _TELLING[:3] for one in reading.said):
        doubts.append(Doubt(DoubtKind.TRADE))  # a trade that we do not know may be among the words
    return tuple(dict.fromkeys(keywords)), tuple(dict.fromkeys(refused))
