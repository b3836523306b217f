"""The legal reading of an offer for whoever validates it: what, why, and what to write instead. Pure; it blocks nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jobboard.contracts import Contract, Kind, WorkingTime
from jobboard.lint_rules import RULES, Rule, Where
from jobboard.readable import level

MINIMUM_WAGE = 1_823  # SMIC, euros gross a month for 35 hours, since 1 January 2026
LONGEST_INTERNSHIP = 6  # months, Code de l’éducation L124-5
UNPAID_INTERNSHIP = 2  # months, L124-6
MOST = 12  # findings shown: whoever wrote more needs a conversation, not a list
_LONGEST_QUOTE = 120

_UNPAID_KINDS = frozenset({Kind.VOLUNTEERING, Kind.CIVIC_SERVICE})
_SENTENCE = re.compile(r"[^.!?;\n•]+(?:\.(?=\S)[^.!?;\n•]*)*")
# Said of women and men in one breath: "H/F", "F-H", "(e)", "·trice", "/euse", "M/F".
_BOTH = re.compile(
    r"\b[hfm] ?[/.-] ?[fhxm]\b|\b(?:hommes?|femmes?) ?(?:/|et|ou) ?(?:hommes?|femmes?)\b|\((?:h|f|e|fe|ne|rice|trice|euse)s?\)"
    r"|[a-z](?:[·•./-]|\()(?:ne|e|es|rice|trice|atrice|ice|euse|se|ere|re|ienne|ve|esse|le|ale)s?\b"
)
_SKIPPED = frozenset(
    "un une des le la les l offre poste de d stage alternance recherche recherchons recrute recrutons cdi cdd mission emploi "
    "service civique benevolat urgent nous en notre jeune h f".split()
)
# Endings that a man's or a woman's trade has; a word that ends otherwise is said of both ("comptable", "juriste").
_MASCULINE = re.compile(r"(?:eur|ien|ier|cher|ger|ant)s?$")
_FEMININE = re.compile(r"(?:trice|euse|ienne|iere|chere|gere|ante|cheffe)s?$")
_MASCULINE_WORDS = frozenset(
    "agent president referent charge delegue attache prepose employe salarie adjoint avocat plombier macon artisan expert chef "
    "maitre ouvrier apprenti technicien commis consultant correspondant adherent homme apprenti alternant".split()
)
_FEMININE_WORDS = frozenset(
    "agente presidente referente chargee deleguee attachee preposee employee salariee adjointe avocate artisane experte "
    "maitresse apprentie femme alternante".split()
)
# They end as trades do, and are said of both, or are things.
_OF_BOTH = frozenset(
    "manager metier chantier atelier courrier quartier restaurant enfant secteur coeur majeur panier dossier interieur "
    "exterieur superieur accueil ranger valeur".split()
)
_FRENCH = frozenset(
    "le la les des un une du de et en pour avec vous votre vos nous notre dans sur est sont au aux par qui que ou ce cette "
    "il elle a l d".split()
)
_ENGLISH = frozenset(
    "the and of to in for with you your we our is are will be on as this that have from an at by or their them who".split()
)


@dataclass(frozen=True, slots=True)
class Posting:
    """What of an offer is read; texts in the recruiter's own words, `pay` as it is shown, euros gross a month."""

    title: str
    kind: Kind | None = None
    contract: Contract | None = None
    working_time: WorkingTime | None = None
    pay: str = ""
    pay_maximum: int | None = None
    body: tuple[str, ...] = ()  # duties, profile, how to apply
    duration_months: int | None = None
    other_form: str = ""  # the same trade in its other gender, where our table has it


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark: a code of `lint_rules.WHY`, the recruiter's words, the words proposed; `grave`: forbidden."""

    code: str
    quote: str
    words: str = ""
    grave: bool = True


def check(posting: Posting) -> tuple[Finding, ...]:
    """Return what the law or good sense says of an offer, the gravest first, each code and quotation once."""
    found = [*_title(posting), *_pay(posting), *_language(posting), *_internship(posting)]
    for rule in RULES:
        found += _apply(rule, posting)
    once = {(one.code, level(one.quote)): one for one in found}
    return tuple(sorted(once.values(), key=lambda one: not one.grave))[:MOST]


def _apply(rule: Rule, posting: Posting) -> Iterator[Finding]:
    if posting.kind in rule.not_for or (rule.only_for and posting.kind not in rule.only_for):
        return
    texts = {Where.TITLE: (posting.title,), Where.BODY: posting.body, Where.PAY: (posting.pay,)}
    for where in Where:
        for text in texts[where] if where in rule.where else ():
            yield from _in_text(rule, text)


def _in_text(rule: Rule, text: str) -> Iterator[Finding]:
    plain = level(text)
    for sentence in _SENTENCE.finditer(plain):
        found = rule.pattern.search(sentence[0])
        if found is None or (rule.unless is not None and rule.unless.search(sentence[0])):
            continue
        yield Finding(rule.code, _quote(text, sentence, found), grave=rule.grave)


def _quote(text: str, sentence: re.Match[str], found: re.Match[str]) -> str:
    """Return the words found with those around them, cut at words, as they were written."""
    start = max(sentence.start(), sentence.start() + found.start() - 40)
    end = min(sentence.end(), sentence.start() + max(found.end() + 40, found.start() + 60))
    while start > sentence.start() and not text[start - 1].isspace():
        start -= 1
    while end < sentence.end() and not text[end].isspace():
        end += 1
    return " ".join(text[start:end].split())[:_LONGEST_QUOTE].strip(" ,:-–—")


def _title(posting: Posting) -> Iterator[Finding]:
    """Find a title that names one sex only."""
    if speaks_to_both(posting.title):
        return
    end = f" ou {posting.other_form}" if posting.other_form else " (H/F)"
    proposed = f"{posting.title.strip()}{end}"
    yield Finding("title", posting.title.strip()[:_LONGEST_QUOTE], proposed)


def speaks_to_both(title: str) -> bool:
    """Tell whether a title is for women and men: both forms, H/F, or a word that is said of both."""
    plain = level(title)
    words = [word for word in re.findall(r"[a-z]+", plain) if word not in _SKIPPED]
    if not words or _BOTH.search(plain):
        return True
    his, hers = any(map(_is_masculine, words)), any(map(_is_feminine, words))
    named = {word for word in words if f"{word}e" in words or f"{word}s" in words}
    return bool(named) or (his and hers) or not (_is_masculine(words[0]) or _is_feminine(words[0]))


def _is_masculine(word: str) -> bool:
    return word.rstrip("s") in _MASCULINE_WORDS or bool(_MASCULINE.search(word) and word.rstrip("s") not in _OF_BOTH)


def _is_feminine(word: str) -> bool:
    return word.rstrip("s") in _FEMININE_WORDS or bool(_FEMININE.search(word))


def _pay(posting: Posting) -> Iterator[Finding]:
    """Find pay that is missing, or below the legal minimum for full time."""
    if posting.kind in _UNPAID_KINDS or posting.kind is Kind.INTERNSHIP:
        return
    if not posting.pay.strip():
        yield Finding("pay-missing", "")
    elif posting.kind in (Kind.JOB, None) and posting.working_time is not WorkingTime.PART:
        highest = posting.pay_maximum
        if highest is not None and 0 < highest < MINIMUM_WAGE:
            yield Finding("pay-low", posting.pay)


def _internship(posting: Posting) -> Iterator[Finding]:
    months = posting.duration_months
    if posting.kind is not Kind.INTERNSHIP or months is None:
        return
    if months > LONGEST_INTERNSHIP:
        yield Finding("internship-long", f"{months} mois")
    if months > UNPAID_INTERNSHIP and re.search(
        r"non (?:remunere|gratifie|indemnise)|sans gratification", _all(posting)
    ):
        yield Finding("internship-unpaid", f"{months} mois")


def _all(posting: Posting) -> str:
    return level("\n".join((posting.title, posting.pay, *posting.body)))


def _language(posting: Posting) -> Iterator[Finding]:
    """Find a text that is written in another language than French: by the small words that every sentence needs."""
    words = re.findall(r"[a-z]+", level(" ".join(posting.body)))
    french, english = sum(word in _FRENCH for word in words), sum(word in _ENGLISH for word in words)
    if len(words) >= 12 and english > 2 * max(french, 1) and english * 8 > len(words):
        yield Finding("language", " ".join(" ".join(posting.body).split())[:60])
