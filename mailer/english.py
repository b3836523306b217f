"""English as people read it: the counterpart of `mailer.french`, function for function."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal

NO_BREAK = "\u00a0"
_FRENCH_SPACE = re.compile(r"(?<=[\w»)]) (?=[:;?!»](?:\s|$))|(?<=«) (?=\S)")
LOCAL_TIME = "local time"

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
PERIODS = {"hour": "an hour", "day": "a day", "month": "a month", "year": "a year"}

# Beyond this many days a date without its year could be taken for another one.
YEAR_NEEDED_AFTER = 330


def typography(text: str) -> str:
    """Return the text with what is French in it kept together, "Atelier : le CV"; English needs no special spaces itself."""
    return _FRENCH_SPACE.sub(NO_BREAK, text)


def date_words(day: date, today: date) -> str:
    """Return "Thursday 31 December", with its year when it is more than about eleven months away."""
    words = f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"
    return f"{words} {day.year}" if abs((day - today).days) > YEAR_NEEDED_AFTER else words


def time_words(moment: time) -> str:
    """Return "14:30"."""
    return f"{moment:%H:%M}"


def moment_words(day: date, moment: time, today: date) -> str:
    """Return "Thursday 31 December at 14:30"."""
    return f"{date_words(day, today)} at {time_words(moment)}"


def span_words(start: datetime, end: datetime, today: date, *, elsewhere: bool = False) -> str:
    """Return "Tuesday 1 December, 14:00 to 16:00", or from a day to another; `elsewhere`: on clocks that are not ours."""
    local = ", local time" if elsewhere else ""
    if start.date() == end.date():
        return f"{date_words(start.date(), today)}, {time_words(start.time())} to {time_words(end.time())}{local}"
    first, last = (moment_words(one.date(), one.time(), today) for one in (start, end))
    return f"from {first} to {last}{local}"


def deadline(day: date, today: date) -> str:
    """Return until when, as it follows "Applications": "until Friday 12 December (in 9 days)"."""
    words, days = date_words(day, today), (day - today).days
    if days < 0:
        return f"closed since {words}"
    if days < 2:
        return f"until {'tomorrow' if days else 'today'}, {words}"
    return f"until {words} (in {days} days)"


def number(value: float | Decimal) -> str:
    """Return the number with its thousands apart: "2,300", "12.50"."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def number_words(value: int, *, feminine: bool = False) -> str:
    """Return the number in letters up to ten, in figures beyond; English nouns have no gender."""
    del feminine
    return NUMBERS[value] if 0 <= value < len(NUMBERS) else number(value)


def euros(low: float | Decimal, high: float | Decimal | None = None, per: str | None = None) -> str:
    """Return a sum or a range, and what a pay is counted by: "€2,300 to €2,600 gross a month"."""
    span = f"€{number(low)}" if high is None or high == low else f"€{number(low)} to €{number(high)}"
    return span + (f" gross {PERIODS[per]}" if per else "")


def distance(km: float, place: str | None = None) -> str:
    """Return "12 km from Nantes", or "12 km away" when the place is understood."""
    words = f"{number(round(km))}{NO_BREAK}km" if km >= 1 else f"less than 1{NO_BREAK}km"
    return f"{words} from {place}" if place else f"{words} away"


# The words to answer with, as an English reader is told them: each is understood wherever its French one is.
COMMANDS = {
    "OUI PRIVÉ": "YES PRIVATE", "OUI": "YES", "NON": "NO", "STOP TOUT": "STOP ALL", "STOP CHASSE": "STOP HUNT",
    "REPRENDRE": "RESUME", "ANNULER ENTRETIEN": "CANCEL INTERVIEW", "ANNULER TOUT": "CANCEL ALL", "ANNULER": "CANCEL",
    "MES DONNEES": "MY DATA", "EFFACER": "ERASE", "MON ADRESSE": "MY ADDRESS", "SIGNALER": "REPORT",
    "JE PARTICIPE": "JOIN", "JE NE VIENS PLUS": "I CANNOT COME", "MES EVENEMENTS": "MY EVENTS", "AIDE": "HELP",
    "FIN": "END", "BLOQUER": "BLOCK", "POSTULER": "APPLY", "HISTORIQUE EN COURS": "HISTORY OPEN",
    "HISTORIQUE": "HISTORY", "RELANCER": "CHASE", "RETIRER": "WITHDRAW", "PROFIL PRIVE": "PROFILE PRIVATE",
    "PROFIL RECRUTEURS": "PROFILE RECRUITERS", "PROFIL PUBLIC": "PROFILE PUBLIC", "PROFIL": "PROFILE",
    "MASQUER A": "HIDE FROM", "MONTRER A": "SHOW TO", "QUI M’A VU": "WHO SAW ME", "QUI M'A VU": "WHO SAW ME",
    "INSTANTANE": "INSTANT", "FRANCAIS": "FRENCH",
    "QUOTIDIEN": "DAILY", "HEBDO": "WEEKLY", "PAS POUR MOI": "NOT FOR ME", "ALERTES": "MY ALERTS", "RAYON": "RADIUS",
    "ELARGIR": "WIDEN", "MODIFIER": "MODIFY", "RENOMMER": "RENAME", "SUPPRIMER": "DELETE", "RETABLIR": "RESTORE",
    "ACCEPTER": "ACCEPT", "DECLINER": "DECLINE", "RENDEZ-VOUS": "APPOINTMENT", "CLORE POURVU": "CLOSE FILLED",
    "CLORE": "CLOSE", "PROLONGER": "EXTEND", "PLUS DE PROFILS": "MORE PROFILES", "PROFILS": "PROFILES",
    "CONTACTER": "CONTACT", "MES CHASSES": "MY HUNTS", "SUIVRE CETTE CHASSE": "FOLLOW THIS HUNT",
    "SUIVRE CHAQUE JOUR": "FOLLOW DAILY", "SUIVRE CHAQUE SEMAINE": "FOLLOW WEEKLY", "CHASSE": "HUNT",
    "VU": "SEEN", "RETENIR": "SELECT", "REFUSER": "REJECT", "DIRE": "TELL", "ENTRETIEN": "INTERVIEW",
    "CORRIGER": "CORRECT", "AJOUTER": "ADD", "VALIDER": "VALIDATE", "APPROUVER": "APPROVE", "GARDER": "KEEP",
    "PARTICIPANTS": "ATTENDEES", "ABSENTS": "ABSENT", "TOUS PRESENTS": "ALL CAME", "CRENEAUX": "SLOTS",
    "LETTRE": "LETTER", "APERCU": "PREVIEW", "TITRE": "TITLE", "EDITO": "EDITORIAL", "VERIFIER": "CHECK",
    "DEPLACER 3 EN 1": "MOVE 3 TO 1", "DEPLACER": "MOVE", "COMPLETER": "REFILL", "ABANDONNER": "DROP",
    "DEPROGRAMMER": "UNSCHEDULE", "CONTINUER": "CONTINUE", "ARRETER": "CANCEL", "RENVOYER": "RESEND",
    "RAPPORT": "REPORT", "RUBRIQUES": "SECTIONS", "TERRITOIRE": "TERRITORY", "POURVU": "FILLED",
    # What may follow them.
    "SEMAINES": "WEEKS", "JOURS": "DAYS", "CHAQUE JOUR": "DAILY", "ALERTE": "ALERT", "EN COURS": "OPEN",
    "RECRUTEURS": "RECRUITERS", "PRIVE": "PRIVATE", "EQUIPE": "TEAM",
}  # fmt: skip
_COMMAND = re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(COMMANDS, key=len, reverse=True))})(?![\w-])")


def spoken(words: str) -> str:
    """Return the words to answer with in English: "PROLONGER 2 SEMAINES" is "EXTEND 2 WEEKS"."""
    return _COMMAND.sub(lambda found: COMMANDS[found[0]], words)


def elided(text: str, name: str) -> str:
    """Return the text: English elides nothing."""
    del name
    return text


def listed(items: Sequence[str]) -> str:
    """Return "a, b and c"."""
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)


def plural(count: float, one: str, many: str | None = None) -> str:
    """Return the noun as its number wants it; in English only one is singular."""
    return one if abs(count) == 1 else many or f"{one}s"


def counted(count: int, one: str, many: str | None = None) -> str:
    """Return the number and its noun: "3 offers"."""
    return f"{number(count)} {plural(count, one, many)}"
