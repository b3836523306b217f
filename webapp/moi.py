"""A person's own desk: her alerts, her applications, who sees her profile, what she agreed to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from flask import Blueprint, Response, abort, flash, request
from sqlalchemy.orm import Session

from jobboard import alert_words, alerts, choices, colleagues, people, rhythms, showing, signups, suppression
from jobboard.alerts import Alert, AlertState
from jobboard.clock import now
from jobboard.contracts import FREQUENCY_LABELS, Frequency
from jobboard.criteria import Criteria
from jobboard.errors import Refused
from jobboard.languages import LANGUAGES
from jobboard.letters.cards import Line
from jobboard.people import Consent, Person, Role, Subscription
from webapp import correspondences, profile_desk, proposing
from webapp.house import house
from webapp.language import gettext as _
from webapp.pages import render, see_other
from webapp.visitors import visitor

blueprint = Blueprint("moi", __name__)

WEEKS = (1, 2, 4, 8)
LANGUAGE_NAMES = {"fr": "Français", "en": "English"}  # each in itself, for whoever reads no other
ADDRESS_SHOWN, ADDRESS_HIDDEN = "montree", "masquee"
R = TypeVar("R", Subscription, Consent)


@blueprint.get("/moi")
def desk() -> Response:
    """Everything about one person, on one page."""
    with house().transaction() as session:
        person = visitor(session)
        standing = alerts.of_person(session, person)
        return render(
            "moi/desk.html",
            person=person,
            suspended=suppression.standing(session, person.address),
            roles=people.roles(session, person),
            alerts=[(alert, _lines(alert)) for alert in standing],
            removed=alert_words.removed(session, person, 0),
            weekday=rhythms.weekday_of(session, person.id),
            frequency=_shared_frequency(standing),
            frequencies=FREQUENCY_LABELS,
            weeks=WEEKS,
            proposals=proposing.waiting(session, person, at=now()),
            applications=correspondences.of_candidate(session, person, at=now()),
            recruits=Role.RECRUITER in people.roles(session, person) or bool(colleagues.shared_offers(session, person)),
            mine=profile_desk.view(session, person),
            address_texts=_address_texts(),
            address_choice=ADDRESS_SHOWN if people.shows_address(session, person) else ADDRESS_HIDDEN,
            languages=LANGUAGE_NAMES,
            streams=people.subscriptions(session, person, active=False),
            restart_texts={stream: _restart_text(stream) for stream in _streams(session, person)},
            consents=[(one, choices.may_withdraw(one)) for one in people.consents(session, person)],
        )


def _lines(alert: Alert) -> tuple[Line, ...]:
    return showing.wish_lines(Criteria.from_json(alert.criteria), own_words=True)


def _shared_frequency(standing: Sequence[Alert]) -> str:
    """Return how often the alerts speak, "" when each has its own rhythm."""
    running = {str(alert.frequency) for alert in standing if alert.state is not AlertState.STOPPED}
    return running.pop() if len(running) == 1 else ""


def _streams(session: Session, person: Person) -> list[str]:
    return [one.stream for one in people.subscriptions(session, person, active=False)]


def _address_texts() -> dict[str, str]:
    """Return the choices about her address as they are shown, and kept as the proof of what was agreed to."""
    return {
        ADDRESS_HIDDEN: _("Ne montrer mon adresse à personne."),
        ADDRESS_SHOWN: _("Montrer mon adresse aux recruteurs à qui j’écris, dans mes candidatures et mes messages."),
    }


def _restart_text(stream: str) -> str:
    """Return what somebody agrees to who comes back to a stream."""
    if stream == people.ALERTS:
        return _("Recevoir de nouveau mes alertes d’offres.")
    if stream == people.PROPOSALS:
        return _("Recevoir de nouveau les propositions de recruteurs.")
    if stream.startswith(people.HUNTS):
        return _("Suivre de nouveau cette chasse de profils.")
    return _("Recevoir de nouveau cette lettre.")


@blueprint.post("/moi/frequence")
def change_rhythm() -> Response:
    """Set how often the alerts speak."""
    wanted = request.form.get("frequence", "")
    if wanted not in set(Frequency):
        raise Refused("no-such-choice")
    day = request.form.get("jour", "")
    weekday = int(day) if wanted == Frequency.WEEKLY and day in tuple("0123456") else None
    with house().transaction() as session:
        choices.change_rhythm(session, visitor(session), Frequency(wanted), weekday=weekday, at=now())
    return _done("rhythm", "alertes")


@blueprint.post("/moi/pause")
def pause() -> Response:
    """Silence the alerts for some weeks."""
    weeks = request.form.get("semaines", "")
    if weeks not in map(str, WEEKS):
        raise Refused("no-such-choice")
    with house().transaction() as session:
        choices.pause(session, visitor(session), weeks=int(weeks), at=now())
    return _done("pause", "alertes")


@blueprint.post("/moi/reprise")
def end_pause() -> Response:
    """Let the alerts speak again."""
    with house().transaction() as session:
        choices.end_pause(session, visitor(session), at=now())
    return _done("end-pause", "alertes")


@blueprint.post("/moi/adresse")
def address_works() -> Response:
    """Write again to an address that refused our mail: she has read the link that signed her in there."""
    with house().transaction() as session:
        suppression.lift(session, visitor(session).address)
    return _done("address", "alertes")


@blueprint.post("/moi/adresse-montree")
def show_address() -> Response:
    """Choose whether the recruiters whom she writes to see her address."""
    wanted = request.form.get("adresse", "")
    texts = _address_texts()
    if wanted not in texts:
        raise Refused("no-such-choice")
    with house().transaction() as session:
        shown, evidence = wanted == ADDRESS_SHOWN, {"page": "/moi"}
        choices.show_address(session, visitor(session), shown=shown, text=texts[wanted], evidence=evidence, at=now())
    return _done("address-shown" if shown else "address-hidden", "coordonnees")


@blueprint.post("/moi/flux/<int:subscription_id>/arreter")
def stop_stream(subscription_id: int) -> Response:
    """Stop one stream."""
    with house().transaction() as session:
        signups.stop(session, _own(session, Subscription, subscription_id), how=choices.WEB, at=now())
    return _done("stopped", "flux")


@blueprint.post("/moi/flux/<int:subscription_id>/reprendre")
def restart_stream(subscription_id: int) -> Response:
    """Come back to one stream."""
    with house().transaction() as session:
        stream = _own(session, Subscription, subscription_id)
        text = _restart_text(stream.stream)
        choices.restart(session, visitor(session), stream, text=text, evidence={"page": "/moi"}, at=now())
    return _done("restarted", "flux")


@blueprint.post("/moi/accords/<int:consent_id>/retirer")
def withdraw(consent_id: int) -> Response:
    """Take one agreement back."""
    with house().transaction() as session:
        choices.withdraw(session, visitor(session), _own(session, Consent, consent_id), at=now())
    return _done("withdrawn", "accords")


@blueprint.post("/moi/langue")
def choose_language() -> Response:
    """Write to her in that language from now on, and show her pages in it."""
    wanted = request.form.get("langue", "")
    if wanted not in LANGUAGES:
        raise Refused("no-such-choice")
    with house().transaction() as session:
        visitor(session).language = wanted
    return _done("language", "langue")


def _own(session: Session, record: type[R], row_id: int) -> R:
    """Return a row of the visitor's own; for anybody else it does not exist."""
    person = visitor(session)
    found = session.get(record, row_id) if row_id < 2**62 else None
    if found is None or found.person_id != person.id:
        abort(404)
    return found


def _done(what: str, section: str) -> Response:
    """Say what was done where it was asked for; the words are the template's."""
    flash(what)
    return see_other(f"/moi#{section}")
