"""Until when one may apply and when the work begins: each date goes by the words before it, an orphan is asked about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from jobboard import moments
from jobboard.moments import FoundMoment
from jobboard.readable import level
from jobboard.reading.sentences import Part, Sentence

_CLOSING = re.compile(
    r"candidat|postul|date (?:limite|butoir)|cloture|dernier delai|reponses?\b|repond|\breply\b|deadline"
    r"|\bappl(?:y|ications?)\b|closing|closes?\b|\bcv\b|lettre de motivation"
    r"|(?:offre|annonce) (?:valable|ouverte|en ligne|publiee|active|visible|a publier)|dossiers?\b|depots?\b|envoy"
    r"|adress(?:er|ez)|transmet|delai|recrutement (?:ouvert|jusqu)|limite|ferme|\becri(?:s|vez|re)\b|propositions?\b|\bcontacte[zr]?\b|\bdites?[ -]le\b"
    r"|(?:faire|faites)[ -](?:vous |nous |se )?connaitre (?=avant|d'ici|au plus|jusqu)|\bmanifeste[zr]|se presenter avant"
)
_STARTING = re.compile(
    r"pourvoir|prise de|debut|demarr|commenc|a partir d|a compter d|\bdes (?:le|que)|embauche|entree en|\bstart"
    r"|disponib|\bpour la rentree|arrivee"
    r"|\bau plus tot|from\b|as of|recrute (?:pour )?(?:le|au)|poste (?:au|le) $|disponible"
)
_LASTING = re.compile(
    r"\bcdd\w*|contrat|remplacement|\bstage\b|interim|duree|saison|mission|conge|fin de|service civique|temporaire"
)
_ELSEWHERE = re.compile(
    r"entretien|jury|interview|reunion|commission|assemblee|creee?|fondee?|depuis|fete|formation du"
    r"|portes ouvertes|rencontre|selection|audition"
)
_UNTIL = re.compile(r"jusqu'|avant|au plus tard|d'ici|until|before|by $|\bby\b|sous |dernier|limite")
# "…, 2 300 € brut, avant le 20 janvier": nothing but the deadline stands so, alone between two stops.
_BARE_UNTIL = re.compile(
    r"(?:^|[,.;:(–] ?|\bet )(?:avant|au plus tard|d'ici|before)(?: le| au)?(?: (?:lun|mar|mercre|jeu|vendre|same)di"
    r"| dimanche)? ?$"
)
_PHONE = re.compile(r"(?:au|le) 0\d ?(?:\.\.|…|[ .-]?\d\d\b)")  # "contactez-nous au 02 40 …"
_CUES = (("closing", _CLOSING), ("starting", _STARTING), ("lasting", _LASTING), ("elsewhere", _ELSEWHERE))


@dataclass(frozen=True, slots=True)
class ReadDates:
    """When it closes and starts; `doubtful`: something is said of the closing that is not sure, `options` then helps."""

    closes_on: date | None = None
    starts_on: date | None = None
    doubtful: bool = False
    options: tuple[date, ...] = ()


def labelled(text: str, *, today: date) -> ReadDates:
    """Return the closing day that stands after "Date limite :" or answers our question."""
    found = list(moments.mentioned(text, today=today))
    if not found:
        bare = moments.read(text, today=today)
        found = [bare] if bare is not None else []
    if not found:
        return ReadDates(doubtful=bool(re.search(r"\d", text)))
    return _closing(found[-1:] if _from_to(text, found) else found)


def answered(text: str, *, today: date) -> ReadDates:
    """Return the closing day of a short answer to "until when?", unless its date is about something else."""
    plain = level(text)
    found = moments.mentioned(text, today=today)
    elsewhere = any(words.search(plain) for words in (_STARTING, _LASTING, _ELSEWHERE))
    if not found or elsewhere or len(plain.split()) > 14:
        return ReadDates()
    return _closing(list(found[-1:] if _from_to(text, list(found)) else found))


def start_labelled(text: str, *, today: date) -> date | None:
    """Return the first day of work that stands after "Prise de poste :"; None when it is not one sure day."""
    found = moments.mentioned(text, today=today)
    if len(found) == 1:
        return found[0].day
    if len(found) == 2 and re.match(r" ?(?:au|-|jusqu'au|to|until) ", level(text[found[0].end : found[1].start]) + " "):
        return found[0].day
    return None


def in_sentences(sentences: Iterable[Sentence], *, today: date) -> ReadDates:
    """Return the closing and first days that sentences tell."""
    by_sense: dict[str, list[FoundMoment]] = {
        name: [] for name in ("closing", "starting", "lasting", "elsewhere", "orphan")
    }
    for sentence in sentences:
        plain = level(sentence.text)
        found = [one for one in moments.mentioned(sentence.text, today=today) if not _PHONE.match(plain, one.start)]
        if sentence.part in (Part.PROFILE, Part.ABOUT) or (sentence.bullet and sentence.part is Part.DUTIES):
            continue
        reached, last_sense = 0, ""
        for at, one in enumerate(found):
            following = found[at + 1].start if at + 1 < len(found) else len(plain)
            sense = _sense(plain[reached : one.start], plain[one.end : following], sentence, last_sense)
            if last_sense == "span":
                sense = "lasting"
            elif sense != "closing" and _opens_a_span(plain, one, found[at + 1 : at + 2]):
                by_sense["starting"].append(one)
                sense = "span"
            by_sense.get(sense, []).append(one)
            reached, last_sense = one.end, sense
    closing = _closing(by_sense["closing"])
    if not by_sense["closing"] and by_sense["orphan"]:
        closing = ReadDates(doubtful=True, options=_days(by_sense["orphan"]))
    starts = {one.day for one in by_sense["starting"]}
    starts_on = next(iter(starts)) if len(starts) == 1 else None
    return ReadDates(closing.closes_on, starts_on, closing.doubtful, closing.options)


def _sense(before: str, after: str, sentence: Sentence, last: str) -> str:
    """Return what a date is about: the last word before it that says so, else the first after it."""
    ends = {name: match.end() for name, words in _CUES if (match := _last(words, before)) is not None}
    sense = max(ends, key=lambda name: ends[name]) if ends else ""
    if sense in ("", "lasting") and sentence.part in (Part.TERMS, Part.HOW) and _BARE_UNTIL.search(before):
        return "closing"
    if sense == "lasting" and _UNTIL.search(before, ends[sense]) and "jusqu'" not in before[ends[sense] :]:
        return "orphan"
    if sense:
        return sense
    if re.search(r"\bpour le $", before):
        return "starting"
    if last and re.fullmatch(r"[ ,/]*(?:au|ou|et|a|to|or|-|–)?(?: (?:le|plus tard))*[ ]*", before):
        return last
    starts = {name: match.start() for name, words in _CUES if (match := words.search(after[:40])) is not None}
    if starts and not _UNTIL.search(before):
        return min(starts, key=lambda name: starts[name])
    if _UNTIL.search(before):
        return "closing" if sentence.part is Part.HOW else "orphan"
    return "elsewhere"


def _last(words: re.Pattern[str], text: str) -> re.Match[str] | None:
    match = None
    for match in words.finditer(text):  # noqa: B007 - the last one is what we are after
        pass
    return match


def _opens_a_span(plain: str, one: FoundMoment, following: Sequence[FoundMoment]) -> bool:
    """Tell whether the date opens "du 1er mars au 31 août"."""
    if not re.search(r"\bdu (?:\w+ )?$", plain[: one.start]):
        return False
    return bool(following) and re.fullmatch(r" ?(?:au|jusqu'au) ?", plain[one.end : following[0].start]) is not None


def _closing(found: list[FoundMoment]) -> ReadDates:
    """Return the one day that all of these say, else what they may mean."""
    days = {one.day for one in found}
    if len(days) == 1 and None not in days:
        return ReadDates(closes_on=found[0].day)
    return ReadDates(doubtful=bool(found), options=_days(found))


def _days(found: Iterable[FoundMoment]) -> tuple[date, ...]:
    days = [day for one in found for day in ((one.day,) if one.day else one.options)]
    return tuple(dict.fromkeys(days))


def _from_to(text: str, found: list[FoundMoment]) -> bool:
    """Tell whether two dates are the ends of one span: the second closes it."""
    return (
        len(found) == 2
        and re.fullmatch(r" ?(?:au|jusqu'au|to|until) ?", level(text[found[0].end : found[1].start])) is not None
    )
