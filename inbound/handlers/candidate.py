"""Words of candidates: applying, following, choosing the rhythm."""

from __future__ import annotations

from inbound.context import Context
from inbound.handlers import alerting, applying, profiling
from inbound.words import Said, Takes, Word, anything, duration, nothing, number, weekday, weekday_in
from jobboard import alerts, applications, choices, correspondence, rhythms, verdicts
from jobboard.contracts import Frequency
from jobboard.errors import Refused
from jobboard.letters.account import AlertsChanged
from jobboard.people import Person
from jobboard.tickets import About

DEFAULT_PAUSE_DAYS = 14


def history(context: Context, said: Said) -> str:
    """Send the timeline of every application."""
    correspondence.history(context.session, _person(context), key=context.key, thread=context.thread, at=context.at)
    return "history-sent"


def pause(context: Context, said: Said) -> str:
    """Silence the alerts for a time; what they find meanwhile is kept."""
    until = alerts.pause(context.session, _person(context), days=said.days or DEFAULT_PAUSE_DAYS, at=context.at)
    if until is None:
        raise Refused("no-alert")
    context.answer(AlertsChanged(paused_until=until))
    return "paused"


RHYTHMS: dict[Frequency, tuple[str, str, tuple[str, ...], Takes, str]] = {
    Frequency.INSTANT: (
        "INSTANTANE", "recevoir chaque offre dès qu’elle paraît", ("INSTANT", "IMMEDIAT"), nothing, "INSTANTANE",
    ),
    Frequency.DAILY: (
        "QUOTIDIEN", "recevoir vos offres une fois par jour", ("DAILY", "JOURNALIER", "CHAQUE JOUR"), nothing, "QUOTIDIEN",
    ),
    Frequency.WEEKLY: (
        "HEBDO", "recevoir vos offres une fois par semaine, le jour que vous dites",
        ("HEBDOMADAIRE", "WEEKLY", "CHAQUE SEMAINE"), weekday, "HEBDO [jour]",
    ),
}  # fmt: skip


def _rhythm(frequency: Frequency) -> Word:
    word, help_text, also, takes, shown = RHYTHMS[frequency]

    def change(context: Context, said: Said) -> str:
        person = _person(context)
        choices.change_rhythm(context.session, person, frequency, weekday=weekday_in(said.rest), at=context.at)
        weekly = rhythms.weekday_of(context.session, person.id) if frequency is Frequency.WEEKLY else None
        context.answer(AlertsChanged(frequency=frequency, weekday=weekly))
        return f"frequency-{frequency}"

    return Word(word, help_text, change, also=also, takes=takes, shown=shown)


def withdraw(context: Context, said: Said) -> str:
    """Take an application back: that of the conversation, or number n of the history."""
    person = _person(context)
    found = list(reversed(applications.of_person(context.session, person)))
    if context.ticket is not None and context.ticket.about is About.CONVERSATION and said.number is None:
        found = [one for one in found if one.conversation_id == context.ticket.subject_id]
    elif said.number is not None:
        found = found[said.number - 1 : said.number] if said.number else []
    if len(found) != 1:
        raise Refused("which-application", count=len(found))
    verdicts.withdraw(context.session, found[0], person, key=context.key, at=context.at)
    return "withdrawn"


def _person(context: Context) -> Person:
    person = context.person
    assert person is not None, "words are only done for people we know"
    return person


WORDS = (
    Word(
        "POSTULER",
        "envoyer votre candidature (avec quelques mots et votre CV) ; sans mot, répondre à l’offre suffit",
        applying.by_word,
        text_below=True,
        also=("JE POSTULE", "CANDIDATER", "APPLY"),
        takes=number,
        shown="POSTULER [n]",
    ),
    Word(
        "HISTORIQUE",
        "recevoir le suivi de toutes vos candidatures",
        history,
        also=("MES CANDIDATURES", "SUIVI", "HISTORY"),
    ),
    Word(
        "RETIRER",
        "retirer une candidature (n : son numéro dans l’historique)",
        withdraw,
        also=("WITHDRAW",),
        takes=number,
        shown="RETIRER [n]",
    ),
    Word(
        "PAUSE",
        "suspendre vos alertes (deux semaines si vous ne dites rien) ; rien n’est perdu",
        pause,
        also=("SUSPENDRE", "SNOOZE"),
        takes=duration,
        shown="PAUSE [n SEMAINES]",
    ),
    Word(
        "PROFIL",
        "lire votre profil comme on le lit ; PUBLIC, RECRUTEURS ou PRIVE : choisir qui le voit ; AVEC NOM, SANS NOM",
        profiling.profile,
        also=("MON PROFIL", "PROFILE", "MY PROFILE"),
        takes=profiling.about_profile,
        shown="PROFIL [PUBLIC|RECRUTEURS|PRIVE]",
    ),
    Word(
        "MASQUER A",
        "cacher votre profil à un employeur (son nom, son SIRET ou son site) et à ce qui en dépend",
        profiling.hide_from,
        also=("MASQUER", "CACHER A", "HIDE FROM"),
        takes=anything,
        shown="MASQUER A <employeur>",
    ),
    Word(
        "MONTRER A",
        "ne plus cacher votre profil à cet employeur",
        profiling.show_to,
        also=("NE PLUS MASQUER A", "SHOW TO"),
        takes=anything,
        shown="MONTRER A <employeur>",
    ),
    Word(
        "QUI M'A VU",
        "savoir quelles organisations ont vu votre profil",
        profiling.who_saw,
        also=("QUI M A VUE", "QUI A VU MON PROFIL", "WHO SAW ME"),
    ),
    *(_rhythm(frequency) for frequency in Frequency),
    *alerting.WORDS,
)
