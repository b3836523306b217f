"""The mini-bio: what a portrait says, in sentences that people read; made of our own tables and of confirmed words only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from gettext import NullTranslations

from babel.dates import format_date

from jobboard.contracts import CONTRACT_LABELS, KIND_OF_CONTRACT, WORKING_TIME_LABELS, Kind
from jobboard.criteria import PlaceWanted
from jobboard.languages import SOURCE
from jobboard.portraits import Portrait
from jobboard.trades import FAMILY_LABELS
from jobboard.trades import by_code as trade_by_code

LONGEST_HEADLINE = 200
_SHOWN = 3  # trades and places of a headline
_SOUGHT = {
    Kind.JOB: "un poste",
    Kind.INTERNSHIP: "un stage",
    Kind.APPRENTICESHIP: "une alternance",
    Kind.CIVIC_SERVICE: "un service civique",
    Kind.VOLUNTEERING: "un bénévolat ou un volontariat",
    Kind.MISSION: "une mission",
}
# Levels of the French framework of qualifications (decree 2019-14), as people say them.
LEVEL_LABELS = {
    3: "CAP ou BEP",
    4: "bac",
    5: "bac + 2",
    6: "bac + 3 ou 4",
    7: "bac + 5",
    8: "doctorat",
}
_EVERYWHERE = ("toute la France", "télétravail")  # labels of places that are words of a language
_VOWELS = frozenset("aàâeéèêiîoôuhœ")


def headline(portrait: Portrait) -> str:
    """Return what she does or looks for in a few words, of our own tables: "comptable, gestionnaire de paie"."""
    labels = trade_labels(portrait)[:_SHOWN]
    labels = labels or [FAMILY_LABELS[letter] for letter in portrait.families if letter in FAMILY_LABELS][:_SHOWN]
    labels = labels or list(portrait.sectors[:_SHOWN])
    return ", ".join(labels)[:LONGEST_HEADLINE] or "profil ouvert"


def place_label(portrait: Portrait) -> str:
    """Return where, in a few words: "Nantes (44), Bretagne"."""
    return ", ".join(place.label for place in portrait.places[:_SHOWN])


def trade_labels(portrait: Portrait) -> list[str]:
    """Return the trades by name; codes that a release has dropped are passed over."""
    found = []
    for code in portrait.trades:
        try:
            found.append(trade_by_code(code).label)
        except KeyError:
            continue
    return found


def sentences(portrait: Portrait, words: NullTranslations, *, language: str, today: date) -> tuple[str, ...]:
    """Return the mini-bio, one sentence each; `words`: the catalogue of that language."""
    _, ngettext = words.gettext, words.ngettext
    years, level = portrait.experience_years, portrait.diploma_level
    lines = [*_sought(portrait, words)]
    if portrait.places:
        places = " ; ".join(_place(place, words) for place in portrait.places)
        lines.append(_("Mon périmètre : %(places)s.") % {"places": places})
    if portrait.sectors:
        lines.append(_("Secteurs qui m’attirent : %(sectors)s.") % {"sectors": ", ".join(portrait.sectors)})
    if years is not None:
        lines.append(
            ngettext("J’ai %(num)s an d’expérience.", "J’ai %(num)s ans d’expérience.", years) % {"num": years}
            if years
            else _("Je débute dans ce métier.")
        )
    if portrait.diplomas:
        lines.append(_("Mes diplômes : %(diplomas)s.") % {"diplomas": ", ".join(portrait.diplomas)})
    elif level in LEVEL_LABELS:
        lines.append(_("Mon niveau d’études : %(level)s.") % {"level": _(LEVEL_LABELS[level])})
    if portrait.skills:
        lines.append(_("Mes compétences : %(skills)s.") % {"skills": ", ".join(portrait.skills)})
    if portrait.languages:
        lines.append(_("Langues : %(languages)s.") % {"languages": ", ".join(map(_, portrait.languages))})
    if portrait.starts_on is not None and portrait.starts_on > today:
        lines.append(_("Je suis disponible à partir du %(day)s.") % {"day": _day(portrait.starts_on, language)})
    return tuple(lines)


def _sought(portrait: Portrait, words: NullTranslations) -> Iterable[str]:
    """Yield what she looks for: "Je cherche un poste de comptable, en CDI ou en CDD, à temps partiel."."""
    _ = words.gettext
    kinds = portrait.kinds or tuple(dict.fromkeys(KIND_OF_CONTRACT[one] for one in portrait.contracts))
    sought = _either((_(_SOUGHT[kind]) for kind in kinds or (Kind.JOB,)), words)
    names = trade_labels(portrait)
    # Two forms of several trades, joined by "ou", could be read in more ways than one.
    together = set(kinds) <= {Kind.JOB, Kind.MISSION} and (len(names) == 1 or not any(" ou " in name for name in names))
    if together and names:
        of = (_("d’%(trade)s") if name[0] in _VOWELS else _("de %(trade)s") for name in names)
        sought += " " + _either((one % {"trade": name} for one, name in zip(of, names, strict=True)), words)
    contracts = [one for one in portrait.contracts if KIND_OF_CONTRACT[one] is Kind.JOB]
    times = portrait.working_times if len(portrait.working_times) == 1 else ()
    details = (
        _either((_("en %(contract)s") % {"contract": _(CONTRACT_LABELS[one])} for one in contracts), words),
        _either((_("à %(time)s") % {"time": _(WORKING_TIME_LABELS[one])} for one in times), words),
    )
    yield _("Je cherche %(what)s.") % {"what": ", ".join((sought, *filter(None, details)))}
    if names and not together:
        yield words.ngettext("Le métier visé : %(trades)s.", "Les métiers visés : %(trades)s.", len(names)) % {
            "trades": ", ".join(names)
        }


def _place(place: PlaceWanted, words: NullTranslations) -> str:
    if not place.radius_km:
        return words.gettext(place.label) if place.label in _EVERYWHERE else place.label
    return words.gettext("%(place)s, %(km)s km autour") % {"place": place.label, "km": place.radius_km}


def _either(parts: Iterable[str], words: NullTranslations) -> str:
    listed = list(parts)
    last = words.gettext(" ou ")
    return last.join(filter(None, (", ".join(listed[:-1]), *listed[-1:])))


def _day(day: date, language: str) -> str:
    said = format_date(day, "d MMMM y", locale=language)
    return f"{day.day}er{said[1:]}" if day.day == 1 and language == SOURCE else said
