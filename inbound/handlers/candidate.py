"""Words of candidates: applying, following, choosing the rhythm."""

from __future__ import annotations

from inbound.context import Context
from inbound.handlers import alerting, applying, profiling
from inbound.words import Said, Takes, Word, anything, duration, nothing, number, weekday, weekday_in
from jobboard import alerts, applications, chasing, choices, correspondence, rhythms, verdicts
from jobboard.applications import Application
from jobboard.contracts import Frequency
from jobboard.errors import Refused
from jobboard.letters.account import AlertsChanged
from jobboard.people import Person
from jobboard.tickets import About

DEFAULT_PAUSE_DAYS = 14


def history(context: Context, said: Said) -> str:
    """Send the timeline of every application, or of those that are running."""
    correspondence.history(
        context.session,
        _person(context),
        key=context.key,
        thread=context.thread,
        running=said.rest in _RUNNING,
        at=context.at,
    )
    return "history-sent"


_RUNNING = frozenset({"en cours", "en attente", "ouvertes", "open", "running", "current"})


def _which(rest: str) -> bool:
    return nothing(rest) or rest in _RUNNING


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
    application = _chosen(context, said, "withdraw")
    verdicts.withdraw(context.session, application, _person(context), key=context.key, at=context.at)
    return "withdrawn"


def chase(context: Context, said: Said) -> str:
    """Ask for news of an application; the recruiter gets one letter a day for all of them."""
    chasing.chase(context.session, _chosen(context, said, "answer"), _person(context), key=context.key, at=context.at)
    return "chased"


def _chosen(context: Context, said: Said, step: str) -> Application:
    """Return the application of the conversation, number n of the history, or the only one to which that may happen."""
    found = list(reversed(applications.of_person(context.session, _person(context))))
    if said.number is not None:
        found = found[said.number - 1 : said.number] if said.number else []
    elif context.ticket is not None and context.ticket.about is About.CONVERSATION:
        found = [one for one in found if one.conversation_id == context.ticket.subject_id]
    else:
        found = [one for one in found if applications.LIFE.allows(one.state, step)]
    if len(found) != 1:
        raise Refused("which-application", count=len(found), word=said.word.word)
    return found[0]


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
        "recevoir le suivi de toutes vos candidatures, ou de celles EN COURS, avec un fichier pour tableur",
        history,
        also=("MES CANDIDATURES", "SUIVI", "HISTORY"),
        takes=_which,
        shown="HISTORIQUE [EN COURS]",
    ),
    Word(
        "RELANCER",
        "demander poliment des nouvelles d’une candidature (7 jours après le dernier message, deux fois au plus)",
        chase,
        also=("RELANCE", "CHASE", "FOLLOW UP"),
        takes=number,
        shown="RELANCER [n]",
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
