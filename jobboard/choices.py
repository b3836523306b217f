"""What a person decides about herself at her own desk: rhythm, silence, streams, who sees her profile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from jobboard import alerts, announcements, exposure, people, profiles, rhythms, signups
from jobboard.alerts import Alert, AlertState
from jobboard.contracts import Frequency
from jobboard.errors import Refused
from jobboard.people import Consent, Person, Subscription
from jobboard.profiles import CONSENT_TO_ALL, Visibility
from jobboard.signups import PROFILE

WEB = "web"


def change_rhythm(
    session: Session, person: Person, frequency: Frequency, *, weekday: int | None = None, at: datetime
) -> None:
    """Set how often her alerts speak, and on which day; what waited follows. Raises Refused("no-alert")."""
    if not alerts.change_frequency(session, person, frequency, weekday=weekday, at=at):
        raise Refused("no-alert")
    if frequency is Frequency.INSTANT:
        announcements.post_instant(session, [person.id], at=at)


def pause(session: Session, person: Person, *, weeks: int, at: datetime) -> datetime:
    """Silence her alerts for so many weeks; returns until when. Raises Refused("no-alert")."""
    until = alerts.pause(session, person, weeks=weeks, at=at)
    if until is None:
        raise Refused("no-alert")
    return until


def end_pause(session: Session, person: Person, *, at: datetime) -> None:
    """Let her paused alerts speak again, with what they found meanwhile. Raises Refused("nothing-to-resume")."""
    paused = alerts.of_person(session, person, AlertState.PAUSED)
    if not paused:
        raise Refused("nothing-to-resume")
    _wake(session, person, paused, at=at)


def restart(
    session: Session, person: Person, subscription: Subscription, *, text: str, evidence: dict[str, Any], at: datetime
) -> None:
    """Put her back on a stream that she had left; `text`: what she agreed to, as it was shown.

    The alerts come back with their stream, and with the offers that opened meanwhile.
    """
    if subscription.stopped_at is None:
        raise Refused("nothing-to-resume")
    people.subscribe(session, person, subscription.stream, at=at)
    people.consent(session, person, subscription.stream, how=WEB, text=text, evidence=evidence, at=at)
    profiles.withhold(session, person, at=None)
    if subscription.stream == people.ALERTS:
        _wake(session, person, alerts.of_person(session, person, AlertState.STOPPED), at=at)


def _wake(session: Session, person: Person, silent: Sequence[Alert], *, at: datetime) -> None:
    alerts.step(session, silent, "resume", by=person.id, at=at)
    rhythms.change(session, person.id, at=at)
    for alert in silent:
        alerts.meet(session, alert, at=at)
    announcements.post_instant(session, [person.id], at=at)


def show_profile(
    session: Session, person: Person, visibility: Visibility, *, text: str, evidence: dict[str, Any], at: datetime
) -> None:
    """Choose who sees her profile; widening it is an agreement to `text`, narrowing it withdraws the agreement.

    Raises Refused("no-profile") for someone who has none.
    """
    exposure.show(session, person, visibility, how=WEB, text=text, evidence=evidence, at=at)


def show_address(
    session: Session, person: Person, *, shown: bool, text: str, evidence: dict[str, Any], at: datetime
) -> None:
    """Let the recruiters whom she writes to see her address, which is an agreement to `text`, or hide it again."""
    if people.shows_address(session, person) is shown:
        return
    if shown:
        people.consent(session, person, people.SHOW_ADDRESS, how=WEB, text=text, evidence=evidence, at=at)
    else:
        people.withdraw(session, person, people.SHOW_ADDRESS, how=WEB, at=at)


def may_withdraw(consent: Consent) -> bool:
    """Tell whether an agreement stands that withdrawing would still change something."""
    may = consent.purpose in (PROFILE, CONSENT_TO_ALL, people.SHOW_ADDRESS) or _is_stream(consent.purpose)
    return consent.withdrawn_at is None and may


def withdraw(session: Session, person: Person, consent: Consent, *, at: datetime) -> None:
    """Take an agreement back, with what it allowed: the stream stops, the profile is hidden.

    Raises Refused("not-withdrawable") for one that has had its effect, or was withdrawn before.
    """
    if not may_withdraw(consent):
        raise Refused("not-withdrawable")
    if consent.purpose == PROFILE:
        show_profile(session, person, Visibility.NOBODY, text="", evidence={}, at=at)
        return
    if consent.purpose == CONSENT_TO_ALL:
        show_profile(
            session, person, Visibility.RECRUITERS, text=exposure.TEXTS[Visibility.RECRUITERS], evidence={}, at=at
        )
        return
    for subscription in people.subscriptions(session, person):
        if subscription.stream == consent.purpose:
            signups.stop(session, subscription, how=WEB, at=at)
    people.withdraw(session, person, consent.purpose, how=WEB, at=at)


def _is_stream(purpose: str) -> bool:
    return purpose == people.ALERTS or purpose.startswith(people.letters_stream(""))
