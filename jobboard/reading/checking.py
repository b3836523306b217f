"""Which facts rest on few words, so that the recruiter is asked to read them twice.

What lets a value stand unmarked is a label ("Lieu : …"), or evidence of its own in the sentence that tells it:

| field | evidence |
|---|---|
| title | exactly a name of a trade, behind who recruits or as the heading, with nothing that goes on with it |
| trade | that of such a title |
| employer | a name of its own, said to recruit, with no other body and no client beside it |
| place | behind a preposition of place, with its postal code or département, and no other place in the mail |
| contract | one word of contract in the whole mail, and not what somebody has or what may come later |
| working time | "temps plein", "mi-temps", "35 h"… once, or the hours of a week, and nothing that may contradict them |
| pay | an amount with "€", "euros", "k€" attached and a word of pay beside it (or an agreement), at most two amounts |
| closing date | the only day in the mail, in words of a deadline, with its number |

Everything else is marked, or asked: a bare number is never an unmarked pay, the year of an agreement never a pay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from jobboard import places
from jobboard.contracts import Contract, WorkingTime
from jobboard.folding import fold
from jobboard.readable import level
from jobboard.reading import employers, forms, titles
from jobboard.reading.fields import Fact, Field
from jobboard.reading.gathering import Gathered
from jobboard.reading.own_names import has_own_name

# Another name stands beside the one that was taken: "la ressourcerie Le Tri, Ateliers du Faubourg, recrute".
_APPOSED = re.compile(r",? ?[,(] ?(?:l[ae]s? |l['’])?[A-ZÀ-ÝŒ][\w'’-]+ (?:[\w'’&-]+ ){1,6}?[^,\n]{0,20}[,)]")
# "L'agence X recrute pour l'association Y": which of the two employs is not said.
_FOR_ANOTHER = re.compile(
    r"\b(?:recrut\w+|recherch\w+|cherch\w+|embauch\w+|poste\w*)(?: [a-z]+){0,3} (?:pour|chez|aupres d[eu]) (?:le compte d[eu] ?)?(?:l'une? de )?(?:l'|la |le |les |ses |son |sa )?"
    r"(?:associations?|asso|fondation|mutuelle|cooperative|federation|adherents?|structures?|partenaires?|membres?)\b|\bpour le compte d|\bmis\w* a disposition"
)
# Before the place of a post: nothing, a stop, "à Dax", "dans la Sarthe"; "le festival de Cannes" may be elsewhere.
_PLACED = re.compile(
    r"(?:\b(?:a|au|aux|en|sur|dans(?: l[ae]s?| l'| tout\w*(?: l[ae]s?)?)?|toute? l[ae]|in|at|lieu|poste|basee?s?|secteur(?: de)?|(?:commune|ville) de"
    r"|departement d[eu](?: la)?|autour de|cd[id]\w*|mois|temps|h/f|\d{5})) ?$"
)
_CONTRACTED = re.compile(r"(?:au|aux|du) ")
_DIPLOMA = re.compile(r"(?:cap|bep|bafa|bafd|bpjeps|bts|dees?|deme|deaes|dejeps|dut|master|licence|titre)\b")
_DATES = re.compile(
    r"\b\d{1,2}(?:er)? ?(?:[/.-] ?\d{1,2}\b|(?:of )?(?:jan|feb|fevr|mar|apr|avr|may|mai|jun|juin|jul|juil|aug|aout|sep|oct|nov|dec)\w*)"
    r"|\b(?:january|february|march|april|may|june|july|august|september|october|november|december) \d{1,2}\b"
)
_VAGUE_DATES = re.compile(
    r"\b(?:debut|mi|fin)[ -](?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)"
)
_MONEY = re.compile(r"\d ?(?:k ?€|k\b|ke\b|€|euros?\b|eur\b|roros)|(?:€|eur) ?\d|\bsmic\b")
# "2 500 € de formation" is money, no pay: a word of pay stands with the amount.
_PAY_WORD = (
    r"(?:brute?s?|nets?|salaires?|remuner\w*|paye\w*|paie|gratifi\w*|indemni\w*|de l'heure|horaires?|/ ?h\w*|par (?:mois|an|jour|heure)|/ ?(?:mois|an|jour)|mensuel\w*"
    r"|annuel\w*|tjm|gross|net|salary|pay|per (?:month|year|hour)|an hour|a (?:month|year))"
)
_PAID = re.compile(
    rf"(?:€|euros?|eur|k)[^.;\n]{{0,40}}?(?<![a-z]){_PAY_WORD}\b|(?<![a-z]){_PAY_WORD}\b[^.;\n]{{0,60}}?\d|\dk ?€|\d ?k\b|\bsmic\b"
)
_AMOUNTS = re.compile(r"\d[\d ., ]*(?:k ?€|k\b|€|euros?|eur\b)|\bsmic\b|\bcoef")
_CONTRACTS = re.compile(
    r"\b(?:cdi|cdd|cddi|cddu|cdii|cee|vsi|contrat pro|pec|freelance|stage|alternance|apprentissage|professionnalisation|interim|service civique|vsi|benevol\w*|mission|saison\w*)\b"
)
# Behind a title these words go on with it: "une infirmière, de nuit", "un comptable / gestionnaire de paie".
_GOES_ON = re.compile(
    r" ?[,(/–-]* ?(?:(?:et|ou|/) (?!(?:on|nous|je|j'|il|elle|vous|c'est|ca|notre|que|qui|cela|meme|pas|bien|plus|le|la|les)\b)[a-z]"
    r"|(?:de nuit|de jour|de journee|d'internat|de week|coordinat|coordonnat|referent|specialis|adjoint|charge|responsable|confirme"
    r"|principal|technique|polyvalent|itinerant|volant|senior|junior|general|unique|option"
    r"|pour (?!(?:une?|l[ae]s?|notre|nos|son|sa|ses|leurs?|mon|ma|deux|trois|quatre|tout\w*|chaque|ce|cet|cette|\d+|[a-z]{2,}(?:er|ir|re))\b|l')[a-z]"
    r"|aupres d|dans le (?:secteur|domaine|batiment)|mention|secteur|niveau|d'equipe|chef"
    r"|en (?!(?:cd[id]\w*|contrat|alternance|apprentissage|stage|interim|temps|mi-temps|remplacement|vue|renfort|charge|poste|20\d\d"
    r"|janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)\b)[a-zà-ÿ]))"
)
_PERHAPS_TIME = re.compile(
    r"(?:temps|tps)[ -](?:plein|complet|partiel)[^.;\n]{0,25}\b(?:possible|envisage\w*|a terme|negoci\w+|souhaite|au choix|selon|ensuite|ou plus)"
    r"|\b(?:possib\w+|evolu\w+|passer|complet\w+|voire|puis|peut|pourra\w*)[^.;\n]{0,25}(?:temps|tps)[ -](?:plein|complet|partiel)"
)
_WEEKLY = re.compile(
    r"\b([1-3]\d) ?h(?:eures?|rs?)?(?: de travail)?(?: ?/ ?| par | la | a la | )?(?:sem(?:aine)?|hebdo(?:madaires?)?)\b"
)
_LEGAL_HOURS = 35
# "Sans doute en CDD", "plutôt à mi-temps": not decided yet.
_PERHAPS = r"\b(?:sans doute|peut-etre|probable\w*|eventuel\w*|plutot|a priori|hesit\w+|maybe|perhaps)\b[^.;\n]{0,25}"
_PERHAPS_CONTRACT = re.compile(_PERHAPS + r"\b(?:cd[id]\w*|contrat|stage|interim|alternance|apprentissage|mission)\b")
_PERHAPS_HOURS = re.compile(_PERHAPS + r"\b(?:temps|mi-temps|\d\d ?h)")
_PLAIN_TIME = re.compile(
    r"\b(?:temps (?:plein|complet|partiel)|mi-temps|tps (?:plein|partiel)|full[- ]time|part[- ]time|35 ?h\w*|39 ?h\w*|1 etp)\b"
)


def checked(facts: Iterable[Fact], gathered: Gathered) -> list[Fact]:
    """Return the facts with `check` set where another word of the mail could have meant the same field."""
    found = list(facts)
    unknown = not any(fact.values.get("trade") for fact in found)
    weak = {fact.field for fact in found if _is_weak(fact, gathered, unknown=unknown)}
    title = next((fact for fact in found if fact.field is Field.TITLE), None)
    if title is not None and Field.TITLE in weak and not unknown and not _is_but_in_two_forms(title, gathered):
        weak.add(Field.TRADE)  # it is the title's
    return [replace(fact, check=True) if fact.field in weak and not fact.doubtful else fact for fact in found]


def _is_weak(fact: Fact, gathered: Gathered, *, unknown: bool) -> bool:
    """Return whether a fact rests on few words; a title that names no trade of ours (`unknown`) may be but a part of it."""
    weak = _WEAK.get(fact.field)
    if fact.field is Field.TITLE and unknown and not fact.labelled:
        return bool(fact.values.get("title"))
    if weak is None or fact.labelled or fact.doubtful or all(value is None for value in fact.values.values()):
        return False
    return fact.check or weak(fact, gathered)


def _title(fact: Fact, gathered: Gathered) -> bool:
    """Return whether the title is anything but one name of a trade, as the mail goes on: a part of a sentence may have come with it."""
    title = fact.values.get("title") or ""
    found = next((one for one in titles.trades_in(title) if one.start == 0), None)
    two_forms = forms.in_one_form(title) != title  # "animatrices et animateurs périscolaires"
    if (
        found is None
        or found.mended
        or two_forms
        or _DIPLOMA.match(level(title))
        or not forms.is_exactly(title, found.trade)
    ):
        return True
    at = gathered.text.find(title[1:])
    return at > 0 and _GOES_ON.match(level(gathered.text[at + len(title) - 1 :][:60])) is not None


def _is_but_in_two_forms(fact: Fact, gathered: Gathered) -> bool:
    """Return whether only the forms for women and men keep a title from being a name of a trade."""
    title = forms.in_one_form(fact.values.get("title") or "")
    return not fact.check and not _title(replace(fact, values={"title": title[:1].upper() + title[1:]}), gathered)


def _trade(fact: Fact, gathered: Gathered) -> bool:
    """Return whether the trade is called otherwise than the post: "veilleur de nuit" is our "maître de maison"."""
    return fact.check


def _employer(fact: Fact, gathered: Gathered) -> bool:
    name = fact.values.get("employer")
    if employers.is_for_a_client(gathered.text, hidden=False) or _FOR_ANOTHER.search(level(gathered.text)):
        return name is not None
    if name is None or name not in employers.recruiting(gathered.sentences) or not has_own_name(name):
        return name is not None
    if re.search(r" et (?:l'|la |le |les )", level(name)):
        return True  # two may employ
    at = gathered.text.find(name[1:])
    if at > 2 and gathered.text[at - 3 : at].strip()[:1] == "," and not employers.begins_with_noun(name):
        return True  # it was taken from beside common words
    return at > 0 and _APPOSED.match(gathered.text, at + len(name) - 1) is not None


def _place(fact: Fact, gathered: Gathered) -> bool:
    said = [found for found in places.mentioned(gathered.text) if found.candidates]
    if len({fold(found.candidates[0].label) for found in said}) > 1:
        return True
    return not any(_is_placed(gathered.text, found) for found in said)


def _is_placed(text: str, found: places.FoundPlace) -> bool:
    """Return whether words say that this is a place: a preposition, "au Mans", a postal code, a département behind it."""
    if re.search(r"\d", text[found.start : found.end]) or _CONTRACTED.match(level(text[found.start : found.end])):
        return True
    return _PLACED.search(level(text[: found.start])) is not None


def _contract(fact: Fact, gathered: Gathered) -> bool:
    if fact.values.get("contract") is Contract.INTERIM and not re.search("int[ée]rim", gathered.text):
        return True  # "l'agence Triangle Intérim"
    plain = level(gathered.text)
    return len(set(_CONTRACTS.findall(plain))) != 1 or _PERHAPS_CONTRACT.search(plain) is not None


def _time(fact: Fact, gathered: Gathered) -> bool:
    weekly = {int(hours) for hours in _WEEKLY.findall(level(gathered.text))}
    if len(weekly) == 1 and not _PLAIN_TIME.search(level(gathered.text)):
        return (min(weekly) >= _LEGAL_HOURS) != (fact.values.get("working_time") is WorkingTime.FULL)
    if _PERHAPS_TIME.search(level(gathered.text)) or _PERHAPS_HOURS.search(level(gathered.text)):
        return True
    said = set(_PLAIN_TIME.findall(level(gathered.text)))
    full = fact.values.get("working_time") is WorkingTime.FULL
    return len(said) != 1 or full == any("part" in one or "mi-" in one for one in said)


def _pay(fact: Fact, gathered: Gathered) -> bool:
    plain = level(gathered.text)
    pay = fact.values.get("pay")
    if pay is not None and pay.minimum is not None and not (_MONEY.search(plain) and _PAID.search(plain)):
        return True
    return len(_AMOUNTS.findall(plain)) > 2


def _closing(fact: Fact, gathered: Gathered) -> bool:
    plain = level(gathered.text)
    written = [match[0] for match in _DATES.finditer(plain)]
    day = re.search(r"\d{1,2}", written[0]) if len(written) == 1 else None
    meant = fact.values.get("closes_on")
    return day is None or meant is None or int(day[0]) != meant.day or _VAGUE_DATES.search(plain) is not None


_WEAK: dict[Field, Callable[[Fact, Gathered], bool]] = {
    Field.TITLE: _title,
    Field.EMPLOYER: _employer,
    Field.PLACE: _place,
    Field.CONTRACT: _contract,
    Field.WORKING_TIME: _time,
    Field.PAY: _pay,
    Field.CLOSES_ON: _closing,
    Field.TRADE: _trade,
}
