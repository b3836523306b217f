"""Signing up, subscribing, stopping, coming back: a person's streams and the proof of what she agreed to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import (
    alerts,
    announcements,
    appointments,
    asking,
    offers,
    outbox,
    participations,
    people,
    profiles,
    questions,
    showing,
    suppression,
)
from jobboard.alerts import Alert, AlertState
from jobboard.criteria import Criteria
from jobboard.doubts import Understood
from jobboard.errors import Refused
from jobboard.letters.account import Resumed, Stopped
from jobboard.letters.cards import Choice, Line
from jobboard.letters.editions import LetterWelcome
from jobboard.letters.questions import AlertQuestion, SubscriptionQuestion
from jobboard.letters.staff import Alarm
from jobboard.people import Person, Role, Subscription
from jobboard.places import PlaceKind
from jobboard.profiles import Visibility
from jobboard.questions import Question, Topic
from jobboard.tickets import About, Reply

STOP_BURST_PER_HOUR = 20
PROFILE = profiles.CONSENT


@dataclass(frozen=True)
class Wish:
    """A search as it was understood: what to keep with the question, and what to show in it."""

    criteria: Criteria
    lines: tuple[Line, ...]
    missing: tuple[str, ...]
    doubts: tuple[Choice, ...]
    kept_doubts: tuple[Any, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether OUI alone would do."""
        return not self.missing and not self.doubts


def wish_of(understood: Understood, *, own_words: bool) -> Wish:
    """Return what was understood as the question keeps and shows it; a commune without a radius gets the usual one.

    `own_words`: whether the words that we do not know are shown too, which a stranger's never are.
    """
    places = tuple(
        replace(place, radius_km=alerts.DEFAULT_RADIUS_KM)
        if place.place_kind is PlaceKind.COMMUNE and place.radius_km is None
        else place
        for place in understood.criteria.places
    )
    criteria = replace(understood.criteria, places=places)
    return Wish(
        criteria=criteria,
        lines=showing.wish_lines(criteria, own_words=own_words, checks=understood.checks),
        missing=tuple(str(one) for one in understood.missing),
        doubts=tuple(Choice(str(doubt.kind), doubt.labels) for doubt in understood.doubts),
        kept_doubts=tuple(doubt.to_json() for doubt in understood.doubts),
    )


def ask_sign_up(
    session: Session,
    address: str,
    wish: Wish,
    *,
    name: str,
    language: str,
    at: datetime,
    private: bool = False,
    confirm_path: Callable[[int], str] | None = None,
    thread: outbox.Thread | None = None,
    mail_id: int | None = None,
    carried: Mapping[str, Any] | None = None,
) -> Question:
    """Ask whether what was understood is right; her OUI creates person, profile and alert.

    `private`: she has chosen already that nobody sees her profile. `confirm_path`: the page, below the base URL, that
    confirms the question of that id when it began on the web. `mail_id`: the mail whose CV waits for her OUI, too.
    `carried`: what else the question keeps, of an import.
    """
    question = keep_sign_up(
        session, address, wish, name=name, language=language, private=private, mail_id=mail_id, carried=carried, at=at
    )
    path = confirm_path(question.id) if confirm_path else None
    letter = AlertQuestion(wish.lines, wish.missing, wish.doubts, path, private)
    asking.post(session, question, letter, language=language, thread=thread, at=at)
    return question


def keep_sign_up(
    session: Session,
    address: str,
    wish: Wish,
    *,
    name: str,
    language: str,
    at: datetime,
    private: bool = False,
    mail_id: int | None = None,
    carried: Mapping[str, Any] | None = None,
) -> Question:
    """Keep the question whose OUI signs somebody up; the caller posts the letter that asks it."""
    return questions.ask(
        session,
        Topic.SIGN_UP,
        address,
        mail_id=mail_id,
        text=_agreement(wish.lines, private=private),
        criteria=wish.criteria.to_json(),
        missing=list(wish.missing),
        doubts=[{"about": doubt.about, "options": list(doubt.options)} for doubt in wish.doubts],
        kept_doubts=list(wish.kept_doubts),
        name=name,
        language=language,
        private=private,
        at=at,
        **(carried or {}),
    )


def _agreement(lines: tuple[Line, ...], *, private: bool) -> str:
    """Return what OUI agrees to, in the words that are kept as its proof."""
    shown = "; ".join(f"{line.label} : {line.value}" for line in lines)
    if private:
        return f"Créer mon alerte ({shown}), sans montrer de profil."
    return f"Créer mon alerte ({shown}) et un profil anonyme montré aux recruteurs ; OUI PRIVE : alerte seule."


def choose_profile(question: Question, *, private: bool) -> None:
    """Put her choice about the profile, made on the page that asks, into the question that she answers there."""
    lines = showing.wish_lines(Criteria.from_json(question.payload["criteria"]), own_words=False)
    question.payload = {**question.payload, "private": private}
    question.text_shown = _agreement(lines, private=private)


def sign_up(
    session: Session, question: Question, *, private: bool, how: str, evidence: dict[str, Any], at: datetime
) -> Alert:
    """Create person, profile and alert from an accepted question, and post the first mail.

    Nobody sees the profile when she says so now, or said so when the question was asked.
    """
    payload = question.payload
    private = private or bool(payload.get("private"))
    criteria = Criteria.from_json(payload["criteria"])
    questions.LIFE.step(question, "accept", by=None, at=at)
    person = people.admit(
        session, question.address, name=payload.get("name", ""), language=payload.get("language", "fr"), at=at
    )
    if len(alerts.of_person(session, person, AlertState.ACTIVE, AlertState.PAUSED)) >= alerts.ALERTS_PER_PERSON:
        raise Refused("too-many-alerts", limit=alerts.ALERTS_PER_PERSON)
    people.grant(session, person, Role.CANDIDATE, at=at)
    purposes = (people.ALERTS,) if private else (people.ALERTS, PROFILE)
    for purpose in purposes:
        proof = {"question": question.id, **evidence}
        people.consent(session, person, purpose, how=how, text=question.text_shown, evidence=proof, at=at)
    visibility = Visibility.NOBODY if private else Visibility.RECRUITERS
    profile = profiles.write(session, person, criteria, visibility=visibility, at=at)
    alert = alerts.create(session, person, criteria, at=at)
    shown = profile.visibility is not Visibility.NOBODY
    announcements.post_first(session, person, alert, profile_shown=shown, at=at)
    return alert


def ask_subscription(
    session: Session,
    address: str,
    list_name: str,
    *,
    name: str,
    language: str,
    at: datetime,
    confirm_path: Callable[[int], str] | None = None,
    thread: outbox.Thread | None = None,
) -> Question:
    """Ask whether this mailbox wants that list of letters; `confirm_path` as in `ask_sign_up`."""
    question = questions.ask(
        session,
        Topic.SUBSCRIBE,
        address,
        text=f"Recevoir la lettre ({list_name}).",
        list_name=list_name,
        name=name,
        language=language,
        at=at,
    )
    path = confirm_path(question.id) if confirm_path else None
    letter = SubscriptionQuestion(list_name, path)
    asking.post(session, question, letter, role=Role.SUBSCRIBER, language=language, thread=thread, at=at)
    return question


def subscribe(session: Session, question: Question, *, how: str, evidence: dict[str, Any], at: datetime) -> Person:
    """Put the person on the list, or lists, of an accepted question, and welcome her."""
    questions.LIFE.step(question, "accept", by=None, at=at)
    payload = question.payload
    names = tuple(payload.get("lists") or (payload["list_name"],))
    person = people.admit(
        session, question.address, name=payload.get("name", ""), language=payload.get("language", "fr"), at=at
    )
    people.grant(session, person, Role.SUBSCRIBER, at=at)
    proof = {"question": question.id, **evidence}
    made = []
    for stream in map(people.letters_stream, names):
        people.consent(session, person, stream, how=how, text=question.text_shown, evidence=proof, at=at)
        made.append(people.subscribe(session, person, stream, at=at))
    for name, subscription in zip(names, made, strict=True):
        subscription.variant = payload.get("variants", {}).get(name, subscription.variant)
    outbox.post(
        session,
        LetterWelcome(names[0], names[1:]),
        to=person,
        dedupe=f"letter-welcome:{question.id}",
        reply=Reply(About.GENERAL, Role.SUBSCRIBER, stream=made[0].stream),
        subscription_id=made[0].id,
        at=at,
    )
    return person


def stop(session: Session, subscription: Subscription, *, how: str, at: datetime) -> bool:
    """Stop one stream; a stopped alert stream also drops what waits in it. False when it was stopped already."""
    changed = people.unsubscribe(session, subscription, how=how, at=at)
    if changed and subscription.stream == people.ALERTS:
        person = session.get_one(Person, subscription.person_id)
        standing = alerts.of_person(session, person, AlertState.ACTIVE, AlertState.PAUSED)
        alerts.step(session, standing, "stop", by=person.id, at=at)
    return changed


def stop_stream(session: Session, person: Person, stream: str, *, how: str, key: str, at: datetime) -> None:
    """Stop one stream at a person's word and say so, with what still comes."""
    for subscription in people.subscriptions(session, person):
        if subscription.stream == stream:
            stop(session, subscription, how=how, at=at)
    remaining = tuple(one.stream for one in people.subscriptions(session, person))
    outbox.post(session, Stopped((stream,), remaining), to=person, dedupe=f"stopped:{key}", at=at)


def stop_everything(session: Session, person: Person, *, how: str, key: str, at: datetime) -> None:
    """Stop every stream of a person at once; the confirmation with REPRENDRE goes to the registered address."""
    running = people.subscriptions(session, person)
    for subscription in running:
        stop(session, subscription, how=how, at=at)
    profiles.withhold(session, person, at=at)
    offers.stop_reminders(session, person)
    participations.stop_reminders(session, person)
    appointments.stop_reminders(session, person)
    stopped = tuple(one.stream for one in running)
    outbox.post(session, Stopped(stopped, (), everything=True), to=person, dedupe=f"stopped:{key}", at=at)
    _ring_on_burst(session, at=at)


def _ring_on_burst(session: Session, *, at: datetime) -> None:
    """Tell the staff once an hour when many people leave everything at the same time: somebody may be forging them."""
    count = session.scalar(
        sa.select(sa.func.count(sa.distinct(Subscription.person_id))).where(
            Subscription.stopped_at > at - timedelta(hours=1), Subscription.stopped_how == "stop-everything"
        )
    )
    if (count or 0) < STOP_BURST_PER_HOUR:
        return
    hour = at.strftime("%Y-%m-%dT%H")
    for member in people.staff(session):
        alarm = Alarm("stop-burst", {"count": count or 0})
        outbox.post(session, alarm, to=member, dedupe=f"stop-burst:{hour}:{member.id}", at=at)


def resume(session: Session, person: Person, *, key: str, at: datetime) -> None:
    """Start again what was stopped or paused: streams, and the alerts, with what they found meanwhile."""
    stopped = [one for one in people.subscriptions(session, person, active=False) if one.stopped_at is not None]
    count = alerts.resume(session, person, at=at)
    lifted = suppression.lift(session, person.address)
    shown = profiles.withhold(session, person, at=None)
    if not stopped and not count and not lifted and not shown and not offers.resume_reminders(session, person):
        raise Refused("nothing-to-resume")
    for subscription in stopped:
        people.subscribe(session, person, subscription.stream, at=at)
        people.consent(session, person, subscription.stream, how="mail", text="REPRENDRE", evidence={"key": key}, at=at)
    for alert in alerts.of_person(session, person, AlertState.ACTIVE):
        alerts.meet(session, alert, at=at)
    announcements.post_instant(session, [person.id], at=at)
    streams = tuple(one.stream for one in people.subscriptions(session, person))
    outbox.post(session, Resumed(streams, count), to=person, dedupe=f"resumed:{key}", at=at)
