"""Words about alerts: which there are, a radius, something wider, other words, an offer that is not for her."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from inbound.context import Context
from inbound.words import Said, Word, anything, nothing
from jobboard import alert_changes, alert_words, alerts, signups, wishes
from jobboard.alerts import Alert
from jobboard.criteria import Criteria
from jobboard.db import settings_of
from jobboard.errors import Refused
from jobboard.letters.account import Noted
from jobboard.offers import Offer
from jobboard.people import Person
from jobboard.tickets import About

_ALERT = re.compile(r"\b(?:pour |de |for )?(?:l )?(?:alerte|alert)(?: n| no| numero)? (\d{1,2})$")
_KILOMETRES = re.compile(r"(?:de |a |of |to )?(\d{1,4})(?: ?km| kilometres?| kilometers?)?")
_FIRST_NUMBER = re.compile(r"(?:(?:n|no|numero|l alerte|alerte|alert) )*(\d{1,2})\b ?")


def listed(context: Context, said: Said) -> str:
    """Send every alert, by number."""
    alert_words.tell_all(context.session, _person(context), key=context.key, thread=context.thread, at=context.at)
    return "alerts-listed"


def radius(context: Context, said: Said) -> str:
    """Change how far around its communes an alert looks."""
    rest, number = _without_alert(said.rest)
    found = _KILOMETRES.fullmatch(rest)
    assert found is not None, "the word takes a distance"
    wanted = int(found[1])

    def change(criteria: Criteria) -> Criteria:
        changed = alert_changes.with_radius(criteria, wanted)
        if changed == criteria and not any(place.radius_km is not None for place in criteria.places):
            raise Refused("no-radius")
        return changed

    return _rewrite(context, f"RAYON {wanted} ALERTE", number, "radius", change)


def widen(context: Context, said: Said) -> str:
    """Make an alert wider by one step."""
    return _rewrite(context, "ELARGIR", _without_alert(said.rest)[1], "widened", alert_changes.widened)


def change(context: Context, said: Said) -> str:
    """Have an alert look for what the words say."""
    number, words = _number_first(said)
    text = "\n".join(part for part in (words, said.below) if part.strip())
    if not text.strip():
        raise Refused("search-missing")

    def read(criteria: Criteria) -> Criteria:
        today = context.at.astimezone(settings_of(context.session).zone).date()
        wish = signups.wish_of(wishes.read_wish(text, today=today), own_words=True)
        if not wish.complete:
            raise Refused("search-not-understood")
        return replace(wish.criteria, frequency=wish.criteria.frequency or criteria.frequency)

    return _rewrite(context, "MODIFIER", number, "changed", read)


def _rewrite(context: Context, word: str, number: int | None, what: str, change: Callable[[Criteria], Criteria]) -> str:
    alert = _chosen(context, number)
    if alert is None:
        return _ask_which(context, word)
    criteria = change(Criteria.from_json(alert.criteria))
    alert_words.rewrite(context.session, alert, criteria, what, key=context.key, thread=context.thread, at=context.at)
    return f"alert-{what}"


def rename(context: Context, said: Said) -> str:
    """Give an alert another name."""
    number, name = _number_first(said)
    if not name.strip():
        raise Refused("name-missing")
    alert = _chosen(context, number)
    if alert is None:
        return _ask_which(context, "RENOMMER")
    alerts.rename(alert, name)
    return _done(context, alert, "renamed")


def remove(context: Context, said: Said) -> str:
    """Take an alert away; RETABLIR brings it back."""
    alert = _chosen(context, _number_first(said)[0])
    if alert is None:
        return _ask_which(context, "SUPPRIMER")
    alerts.remove(context.session, alert, by=_person(context).id, at=context.at)
    return _done(context, alert, "removed")


def restore(context: Context, said: Said) -> str:
    """Undo the last change of an alert, or bring back the one that was taken away last."""
    person, ticket_alert = _person(context), _ticket_alert(context)
    gone = alert_words.removed(context.session, person, ticket_alert)
    number = _without_alert(said.rest)[1]
    alert = gone if gone is not None and number is None else _chosen(context, number)
    if alert is None:
        return _ask_which(context, "RETABLIR")
    alert_words.restore(context.session, alert, key=context.key, thread=context.thread, at=context.at)
    return "alert-restored"


def not_for_me(context: Context, said: Said) -> str:
    """Ask which change would spare her such an offer; nothing is sent to the employer."""
    ids = context.ticket.offers if context.ticket is not None and context.ticket.about is About.OFFERS else []
    if not ids:
        raise Refused("no-offer-here")
    found = re.match(r"(?:(?:n|no|numero|l offre|offre) )*(\d{1,3})\b", said.rest)
    number = int(found[1]) if found and len(ids) > 1 else None  # "50 km, c'est trop loin" of the only one
    if (number is None and len(ids) > 1) or not 1 <= (number or 1) <= len(ids):
        raise Refused("which-not-for-me", count=len(ids))
    offer = context.session.get_one(Offer, ids[(number or 1) - 1])
    why = f"{said.written} {said.below}"
    asked = alert_words.propose(
        context.session, _person(context), offer, why, key=context.key, thread=context.thread, at=context.at
    )
    if asked is None:
        context.answer(Noted("not-for-me", offer.title), reply=context.same_subject())
        return "not-for-me"
    return "asked-alert-change"


def _done(context: Context, alert: Alert, what: str) -> str:
    context.session.flush()
    alert_words.tell_all(
        context.session,
        _person(context),
        done=what,
        name=alert.name,
        key=context.key,
        thread=context.thread,
        at=context.at,
    )
    return f"alert-{what}"


def _ask_which(context: Context, word: str) -> str:
    alert_words.tell_all(
        context.session, _person(context), word=word, key=context.key, thread=context.thread, at=context.at
    )
    return "asked-which-alert"


def _chosen(context: Context, number: int | None) -> Alert | None:
    return alert_words.chosen(context.session, _person(context), number=number, ticket_alert=_ticket_alert(context))


def _ticket_alert(context: Context) -> int:
    ticket = context.ticket
    return ticket.subject_id if ticket is not None and ticket.about is About.OFFERS else 0


def _without_alert(rest: str) -> tuple[str, int | None]:
    """Return a folded rest without the alert that it ends with ("50 km alerte 2"), and the alert's number."""
    found = _ALERT.search(rest)
    return (rest[: found.start()].strip(), int(found[1])) if found else (rest, None)


def _number_first(said: Said) -> tuple[int | None, str]:
    """Return the alert's number that begins what follows a word, and what was written after it."""
    found = _FIRST_NUMBER.match(f"{said.rest} ")
    if not found:
        return None, said.written.lstrip(" :,-")
    written = re.sub(r"^\D*\d{1,2}\s*[:,.–—-]*\s*", "", said.written)
    return int(found[1]), written


def kilometres(rest: str) -> bool:
    """Accept one distance, and an alert's number after it: "50", "50 km", "30 alerte 2"."""
    return _KILOMETRES.fullmatch(_without_alert(rest)[0]) is not None


def only_alert(rest: str) -> bool:
    """Accept nothing, or an alert's number: "2", "alerte 2"."""
    return not rest or _FIRST_NUMBER.fullmatch(f"{rest} ") is not None


def _person(context: Context) -> Person:
    person = context.person
    assert person is not None, "words are only done for people we know"
    return person


WORDS = (
    Word(
        "PAS POUR MOI",
        "dire qu’une offre n’est pas pour vous, et pourquoi si vous voulez ; nous proposons alors de changer l’alerte",
        not_for_me,
        also=("NOT FOR ME",),
        takes=anything,
        shown="PAS POUR MOI [n] [pourquoi]",
    ),
    Word("ALERTES", "recevoir la liste de vos alertes", listed, also=("MES ALERTES", "MY ALERTS"), takes=nothing),
    Word(
        "RAYON",
        "chercher à n kilomètres autour de vos communes",
        radius,
        also=("RADIUS",),
        takes=kilometres,
        shown="RAYON n [ALERTE n]",
    ),
    Word(
        "ELARGIR",
        "élargir une alerte qui trouve trop peu : plus loin, puis moins de conditions",
        widen,
        also=("ELARGIR LA RECHERCHE", "ELARGIR MON ALERTE", "WIDEN"),
        takes=only_alert,
        shown="ELARGIR [n]",
    ),
    Word(
        "MODIFIER",
        "changer ce qu’une alerte cherche, avec vos mots",
        change,
        also=("MODIFY",),
        takes=anything,
        shown="MODIFIER [n] <votre recherche>",
    ),
    Word(
        "RENOMMER", "donner un nom à une alerte", rename, also=("RENAME",), takes=anything, shown="RENOMMER [n] <nom>"
    ),
    Word("SUPPRIMER", "supprimer une alerte", remove, also=("DELETE",), takes=only_alert, shown="SUPPRIMER [n]"),
    Word(
        "RETABLIR",
        "annuler le dernier changement d’une alerte, ou retrouver celle que vous avez supprimée",
        restore,
        also=("RESTORE",),
        takes=only_alert,
        shown="RETABLIR [n]",
    ),
)
