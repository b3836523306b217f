"""Contract, working time and duration as an offer states them; two that disagree are asked, never chosen between."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jobboard.contracts import Contract, WorkingTime
from jobboard.readable import level, number

LEGAL_HOURS = 35.0  # a week, article L. 3121-27 of the labour code
_WEEKS_A_MONTH = 52 / 12


@dataclass(frozen=True, slots=True)
class ReadContracts:
    """The contract said, or those between which the person has to choose."""

    contract: Contract | None = None
    options: tuple[Contract, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadTime:
    """The working time said; `doubtful`: what is said does not agree."""

    working_time: WorkingTime | None = None
    hours: float | None = None  # a week
    doubtful: bool = False


_FORMS: tuple[tuple[Contract, str], ...] = (
    (Contract.CDDI, r"\bcddi\b|\bcdd (?:d'|d)?insertion\b|contrats? (?:a duree determinee )?d'insertion"),
    (Contract.CEE, r"\bcee\b|contrats? d'engagement educatif"),
    (Contract.VSI, r"\bvsi\b|volontaria(?:t|ire)s? de (?:la )?solidarite internationale"),
    (
        Contract.PROFESSIONNALISATION,
        r"contrats? (?:en |de )?(?:alternance )?(?:\(?professionnalisation\)?|pro\b)|\b(?:de"
        r"|en) professionnalisation",
    ),
    (
        Contract.APPRENTISSAGE,
        r"contrats? (?:en |d'|en alternance )?\(?apprentissage\b|\ben apprentissage\b|\bapprenti(?:e|\(e\)|\.e|·e"
        r"|/e)?(?![\w])"
        r"|\bapprenticeship\b|^apprentissage$",
    ),
    (
        Contract.SERVICE_CIVIQUE,
        r"\b(?:service|volontaires?|volontariat|missions?) (?:en service )?civique|\bcivic service",
    ),
    (
        Contract.SAISONNIER,
        r"\b(?:contrat|emploi|poste|job|travail|cdd|contrats|emplois) saisonniers?\b|\bsaisonni(?:er|ere)(?:\(e\)"
        r"|\.e|·e|s)?(?![\w])"
        r"|\bseasonal\b",
    ),
    (Contract.INTERIM, r"\binterim\b(?! de)|\binterimaire\b|\btemp(?:ing)? agency\b"),
    (
        Contract.CDI,
        r"\bcdii?\b|\bc\.d\.i\b\.?|(?:contrats? )?(?:a )?duree indetermin\w*|\bpermanent (?:full[- ]time |part[- ]time )?(?:contract|position|role"
        r"|job|post)"
        r"|\bopen-ended\b|\(?permanent\)?(?=[,.;)]|$)",
    ),
    (
        Contract.CDD,
        r"\bcdd(?:u)?\b|\bc\.d\.d\b\.?|(?:contrat )?(?:a )?duree determin\w*|\bfixed[- ]term\b"
        r"|\btemporary contract\b",
    ),
    (
        Contract.STAGE,
        r"\bstage\b(?! d'observation)|\b(?:un|une|un\(e\)|un\.e|un·e|un/une|une?s?|notre|son|sa|des"
        r"|\d) stagiaires?\b|^stagiaires?\b|\binternship\b|\bintern\b",
    ),
    (
        Contract.MISSION,
        r"\bfree-?lance\b|\b(?:graphiste|format\w+|photographe|developpeu\w+|traduct\w+|redact\w+|webdesigner|illustrat\w+) independant\w*|\bauto-?entrepreneu\w+|\bmicro-?entrepreneu\w+|\bprestations? (?:de service|de conseil"
        r"|externe|ponctuelle)"
        r"|\bmissions? de (?:conseil|consultan\w+)|\bconfier (?:a [^,.;\n]{3,60} )?(?:une|cette|la) mission\b|\bconsultan\w+ independant\w*|\bportage salarial|\bconsultancy\b",
    ),
    (
        Contract.BENEVOLAT,
        r"\bbenevolat\b|\b(?:missions?|postes?|engagement|offres?) benevoles?|\ba titre benevole|\bvolunteer(?:s"
        r"|ing)? (?:position|role|needed|wanted)"
        r"|(?:recherch|recrut|cherch|besoin d)[a-z']{0,8} (?:(?:a|sur) [a-z'-]{2,25} )?(?:des? |une? |une?\(e\)s? |\d{1,3} |de nouveaux "
        r"|plusieurs |nos |ses )?(?:nouveaux |futurs )?"
        r"benevoles?\b|^benevoles?\b|\bbenevole$|(?:recherch|recrut|cherch)[a-z]{0,4} (?:(?!pour|equipe|reseau"
        r"|vie|gestion|charge)[a-z'()·./-]+ ){1,5}"
        r"(?<!de )(?<!des )(?<!les )(?<!un )(?<!et )benevole\b|\bseeking volunteers|\bneed volunteers"
        r"|\blooking for (?:a )?volunteers?\b",
    ),
    (
        Contract.MANDAT,
        r"\bmandat (?:associatif|benevole|electif)|\badministrat(?:eur|rice|eurs|eur/trice"
        r"|eur\(trice\))s? benevoles?",
    ),
)
_CONTRACTS = tuple((contract, re.compile(words)) for contract, words in _FORMS)
_BARE = {"mission": Contract.MISSION, "benevole": Contract.BENEVOLAT, "mandat": Contract.MANDAT}
_WORK_STUDY = re.compile(r"\balternan(?:ce|te?s?|t\(e\)|t\.e|t·e|t/e)(?![\w])|\bwork-study\b")
_NOT_MEANT = re.compile(
    r"(?:\bpas d[e']|\bsans|\bni|\bhors|\bplutot qu'un|\bet non) ?(?:un |une |contrat )?(?:en )?(?:cdi|cdd|stage"
    r"|interim|alternance|benevolat|freelance)\b"
)
# The contract of somebody who is there, or who leaves: "notre salariée en CDI", "une équipe de trois salariés en CDI".
_SOMEBODY_ELSES = re.compile(
    r"\b(?:salariee?s?|personnes?|collegues?|employee?s?|permanente?s?|equipiere?s?|collaborat\w+|titulaires?|notre [a-z]+|nos [a-z]+)"
    r"(?: actuel\w*| present\w*| deja| qui est| est| sont| actuellement)*,? (?:en|sous) (?:contrat )?(?:cdi|cdd|stage|alternance|apprentissage|interim)\b"
)
_LATER = re.compile(
    r"(?P<cdd>\bcdd\b[^.;\n]{0,80}?)(?:evoluti\w+|transformable|convertible|pouvant|possibilite|possible"
    r"|perspectives?|avec|debouch\w+"
    r"|en vue|a la cle|suivi|susceptible|potentiel\w*|eventuel\w*|prolong\w+|perennis\w+|->|→"
    r"|renouvelable)[^.;\n]{0,50}?\b(?:cdi|duree indetermin\w*)\b"
    r"|\b(?:possibilite|perspective|evolution|transformation|debouche\w*)s?[^.;\n]{0,25}?\b(?:en|de|vers|d'un|un"
    r"|sur un) ?(?:un )?cdi\b|\bpuis (?:un |en )?cdi\b"
    r"|\bcdi (?:possible|envisageable|envisage|a la cle|ensuite|potentiel|eventuel)"
)
_LASTING_CDI = re.compile(r"\bcdi (?:de |d'une duree de |pour )?\(?\d{1,2} (?:mois|semaines|ans?)\b")
# Both words are said of one contract: the more precise one is it.
_NARROWER = {
    Contract.CDD: (
        Contract.CDDI,
        Contract.CEE,
        Contract.SAISONNIER,
        Contract.APPRENTISSAGE,
        Contract.PROFESSIONNALISATION,
    ),
    Contract.BENEVOLAT: (Contract.VSI, Contract.MANDAT),
    Contract.MISSION: (Contract.SERVICE_CIVIQUE, Contract.BENEVOLAT),
}


def contracts(text: str, *, labelled: bool = False) -> ReadContracts:
    """Return the contract that the words name; `labelled`: they stand after "Contrat :" or answer our question."""
    plain = level(text)
    plain = _SOMEBODY_ELSES.sub(" ", _NOT_MEANT.sub(" ", plain))
    plain = _LATER.sub(lambda match: f"{match['cdd'] or ''} ", plain)
    if _LASTING_CDI.search(plain):
        return ReadContracts(options=(Contract.CDI, Contract.CDD))
    found: list[Contract] = []
    rest = plain
    for contract, words in _CONTRACTS:
        rest, count = words.subn(" ", rest)
        if count:
            found.append(contract)
    if labelled and not found:
        bare = _BARE.get(plain.strip(" .!,;:()\n"))
        found += [bare] if bare else []
    if _WORK_STUDY.search(rest):
        training = [one for one in found if one in (Contract.APPRENTISSAGE, Contract.PROFESSIONNALISATION)]
        if not training:
            found += [Contract.APPRENTISSAGE, Contract.PROFESSIONNALISATION]
    found = narrowed(found)
    return ReadContracts(found[0]) if len(found) == 1 else ReadContracts(options=tuple(found))


def narrowed(found: list[Contract]) -> list[Contract]:
    """Return the contracts without those that another of them makes precise ("CDD saisonnier")."""
    return [one for one in found if not any(narrower in found for narrower in _NARROWER.get(one, ()))]


_FULL = re.compile(
    r"\btemps (?:plein|complet)\b|\bplein[- ]temps\b|\bfull[- ]?time\b|\b1(?:[.,]0+)? ?etp\b"
    r"|\betp ?:? ?1(?![.,]?\d)|\b(?:a|cd[id]i?|poste|contrat|partiel|activite)[ :(,]{1,3}100 ?%(?! (?:en |a )?(?:tele|remote|distan))"
)
_EITHER = re.compile(
    r"\btemps (?:plein|complet)s? ?(?:ou|et/ou|/|et|or) ?(?:a |en )?(?:temps )?partiel|\bpartiel ?(?:ou|/"
    r"|et) ?(?:a |en )?(?:temps )?(?:plein|complet)"
)
# "CDI, 2 jours par semaine"; days of work from home are none.
_FEW_DAYS = re.compile(
    r"\b(?:1|une?|2|deux|3|trois|4|quatre)(?: ?/ ?\d)? (?:jours?|demi-journees?|apres-midi|matinees?|soirs?|samedis?) (?:par|/|a la|de la) ?semaine"
    r"(?! (?:de|en) tele| a distance)"
    r"|\b(?:une|deux|trois|quatre|cinq|six|huit|dix|douze|quinze|vingt|une (?:petite )?(?:dizaine|quinzaine|vingtaine) d') ?heures (?:par|/|a la|de la) semaine"
)
_FROM_HOME = re.compile(r"\b(?:tele-?travail|remote|a distance)[^,.;\n]{0,30}\bsemaine\b")
# "2 100 € brut pour un temps plein" says how the pay is counted, "mutuelle prise en charge à 60 %" what is paid besides.
_NO_TIME = re.compile(
    r"(?<=[€bts]) ?[(,]? ?(?:brute?s? |nets? |par mois |mensuels? ){0,2}(?:pour|sur(?: la)? base|base|equivalent|en equivalent) ?(?:d'une?|une?)? ?"
    r"(?:temps (?:plein|complet)|etp|35 ?h(?:eures)?\b)|\b(?:prise?s? en charge|rembours\w+|participation|mutuelle|transports?|navigo|titres?)"
    r"[^.,;\n]{0,30}?\b\d{2,3} ?%"
)
# Something is said of the time, in words that we do not know.
_SOME_TIME = re.compile(
    r"\b\d{1,3} ?%(?! (?:tele|remote|a distance|en charge|du smic|de|des))|\bhoraires? (?:partiels?|reduits?)\b"
)
_PART = re.compile(r"\btemps[- ]partiel\b|\bpart[- ]?time\b|\btemps (?:non complet|incomplet)\b")
_HALF = re.compile(r"\b(?:mi|demi)[- ]temps\b|\bhalf[- ]time\b|\b1/2 (?:etp|temps)\b")
_FRACTION = re.compile(r"(?<![\d/])([1-9])/(4|5|10)(?:i?emes?|es?)\b")  # "4/5e", "9/10eme": a date has no such end
_SHARE = re.compile(
    r"(?<![\d,.])0[.,](?P<after>\d{1,2}) ?(?:d')?etp|\betp ?(?:de |a |: ?)?0[.,](?P<before>\d{1,2})"
    r"|(?:temps(?: de travail)?|travail|poste|contrat|cd[id]i?|quotite|partiel|etp|activite)[ :(,]{1,3}(?:de |a "
    r"|d'un )?(?P<percent>\d\d) ?%"
    r"|(?<![\d,.])(?P<etp>\d\d) ?% ?(?:d'un |d'|de )?(?:etp|temps|equivalent)|\ba (?P<at>[3-9]\d) ?%"
)
_NUMBER = r"(?P<{0}>\d{{1,2}}(?:[.,]\d{{1,2}})?) ?(?:h(?:eures?|rs?|ours)?|hours?)(?P<{0}_minutes> ?[0-5]\d)?(?![\w])"
_WEEKLY = re.compile(
    _NUMBER.format("said") + r" ?(?:/ ?(?:s(?:em(?:aine)?)?|hebdo|week)\b|\.? ?par sem(?:aine)?|hebdo\w*|la semaine|a week|per week|semaine)"
    + r"|\b(?:hebdomadaire|temps (?:plein|partiel|complet)|temps de travail|mi-temps|duree|horaires?|base|contrat|cd[id]i?|full[- ]time|part[- ]time)"
    + r"(?: hebdomadaire)?[ :,(–-]{1,4}(?:de |a |d'environ )?" + _NUMBER.format("after")
)  # fmt: skip
_MONTHLY = re.compile(
    r"(?P<hours>\d{2,3}(?:[.,]\d{1,2})?) ?(?:h|heures?) ?(?:/ ?mois|par mois|mensuel\w*)"
    r"|\b(?P<legal>151[.,]6\d?) ?(?:h|heures)"
)
_CLOCK = re.compile(r"\b\d{1,2} ?h ?(?:\d\d)? ?(?:-|–|a|/|et) ?\d{1,2} ?h ?(?:\d\d)?")
_OBVIOUS = re.compile(
    r"(?<![\d,.:/-])(?P<hours>2[5-9]|3[0-9])(?:[.,](?P<part>\d{1,2}))? ?h(?:eures?)?(?P<minutes>[0-5]\d)?(?![\w/])"
)
_LABELLED = re.compile(
    r"(?<![\d,.])(?P<hours>[3-9]|[1-4]\d)(?:[.,](?P<part>\d{1,2}))? ?(?:h(?:eures?)?(?P<minutes>[0-5]\d)?)?(?![\w%/,.])"
)


def working_time(text: str, *, labelled: bool = False) -> ReadTime:
    """Return full or part time and the hours a week; a share of full time ("0,8 ETP") is counted on 35 hours."""
    plain = _FROM_HOME.sub(" ", re.sub(r"\btps\b", "temps", level(text)))
    plain = _NO_TIME.sub(" ", plain)
    hours = _hours(plain, labelled=labelled)
    shares = [_share(match) for match in _SHARE.finditer(plain)]
    shares += [int(part) / int(whole) for part, whole in _FRACTION.findall(plain) if int(part) < int(whole)]
    half = bool(_HALF.search(plain))
    if half:
        shares.append(0.5)
    full, part = bool(_FULL.search(plain)) or 1.0 in shares, bool(_PART.search(plain))
    below = [share for share in set(shares) if share < 1]
    if _EITHER.search(plain) or len(hours) > 1 or len(below) > 1 or (full and (part or below)):
        return ReadTime(doubtful=True)
    weekly = next(iter(hours), None)
    if weekly is None and below:
        weekly = round(below[0] * LEGAL_HOURS, 2)
    if part and weekly is not None and weekly >= LEGAL_HOURS:
        return ReadTime(doubtful=True)
    if full:
        return ReadTime(WorkingTime.FULL, weekly)
    if part or below:
        return ReadTime(WorkingTime.PART, weekly)
    if weekly is None and _FEW_DAYS.search(plain):
        return ReadTime(WorkingTime.PART)
    if weekly is None:
        return ReadTime(doubtful=bool(_SOME_TIME.search(plain)))
    return ReadTime(WorkingTime.FULL if weekly >= LEGAL_HOURS else WorkingTime.PART, weekly)


def _hours(plain: str, *, labelled: bool) -> set[float]:
    """Return the weekly hours said, in hours."""
    found = {
        _decimal(match["said"] or match["after"], match["said_minutes"] or match["after_minutes"])
        for match in _WEEKLY.finditer(plain)
    }
    for match in _MONTHLY.finditer(plain):
        monthly = float((match["hours"] or match["legal"]).replace(",", "."))
        found.add(LEGAL_HOURS if 151 <= monthly <= 152 else round(monthly / _WEEKS_A_MONTH, 1))
        plain = plain[: match.start()] + " " * len(match[0]) + plain[match.end() :]
    if not found:
        plain = _CLOCK.sub(" ", plain)
        pattern = _LABELLED if labelled else _OBVIOUS
        found = {_decimal(f"{m['hours']}.{m['part'] or 0}", m["minutes"]) for m in pattern.finditer(plain)}
    return {hours for hours in found if 1 <= hours <= 48}


def _decimal(hours: str, minutes: str | None) -> float:
    return round(float(hours.replace(",", ".")) + int(minutes or 0) / 60, 2)


def _share(match: re.Match[str]) -> float:
    if match["after"] or match["before"]:
        return float(f"0.{match['after'] or match['before']}")
    return int(match["percent"] or match["etp"] or match["at"]) / 100


_COUNT = r"(?P<{0}>\d{{1,2}}|un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|dix-huit|vingt-quatre|trente-six|one|two|three|twelve)"
_DURATION = re.compile(
    r"(?:\b(?:cdd[iu]?|contrat|determinee|mission|stage|duree|civique|alternance|apprentissage|volontariat"
    r"|remplacement|poste|saisonnier|interim"
    r"|internship|fixed[- ]term(?: contract)?|vsi|cee|insertion|professionnalisation|h/f|renouvelable|(?:stage"
    r"|alternance) (?:[a-z'-]+ ){1,4})\b[ :,(–—-]{0,4}"
    r"(?:(?:de|d'|pour|sur|d'une duree de|d'une duree d'|pendant|a temps plein|temps plein|initial|of|for"
    r"|une duree de) ?){0,3})"
    + _COUNT.format("count") + r"[ -](?P<unit>mois|ans?|annees?|months?|years?)\b(?! (?:d'experience|d'essai|d'anciennete))"
)  # fmt: skip
_ALONE = re.compile(
    r"(?:^|[,(] ?)(?:duree ?:? ?)?"
    + _COUNT.format("count")
    + r"[ -](?P<unit>mois|ans?|months?)\b(?= ?[,.;)]| ?$| a partir| a compter| des le| renouvelable| fixed| contract)",
    re.MULTILINE,
)
_RANGE_OF_MONTHS = re.compile(r"\d ?(?:a|-|ou|/) ?\d{1,2} (?:mois|ans)")
_BARE_DURATION = re.compile(
    r"[^a-z0-9]*" + _COUNT.format("count") + r"[ -](?P<unit>mois|ans?|annees?|months?|years?)\b"
)


def duration_months(text: str, *, labelled: bool = False) -> int | None:
    """Return for how many months the contract runs; None when not said, said as a range, or said twice differently."""
    plain = level(text)
    if _RANGE_OF_MONTHS.search(plain):
        return None
    found = {_months(match) for match in _DURATION.finditer(plain)} or {
        _months(match) for match in _ALONE.finditer(plain)
    }
    if labelled and not found:
        bare = _BARE_DURATION.match(plain)
        found = {_months(bare)} if bare else set()
    return next(iter(found)) if len(found) == 1 else None


def _months(match: re.Match[str]) -> int:
    count = number(match["count"]) or 0
    return count * (12 if match["unit"][:2] in ("an", "ye") else 1)
