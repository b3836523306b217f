"""What a person says of one of her alerts, by mail or on her page: changed, told with what it finds, undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import alert_changes, alerts, announcements, asking, digests, ledger, outbox, people, questions, showing
from jobboard.alert_changes import Option
from jobboard.alerts import Alert, AlertState
from jobboard.criteria import Criteria
from jobboard.errors import Refused
from jobboard.letters.alerts import AlertChangeProposed, AlertList, AlertRewritten
from jobboard.letters.cards import AlertEntry, AlertOption, ChangedLine
from jobboard.offers import Offer
from jobboard.outbox import Thread
from jobboard.people import Person, Role
from jobboard.questions import Question, Topic
from jobboard.tickets import About, Reply


def entries(session: Session, person: Person) -> tuple[AlertEntry, ...]:
    """Return her alerts as a mail lists them, by the numbers that words take."""
    return tuple(
        AlertEntry(
            number,
            alert.name,
            str(alert.state),
            alert.frequency,
            showing.wish_lines(replace(Criteria.from_json(alert.criteria), frequency=None), own_words=True),
        )
        for number, alert in enumerate(alerts.of_person(session, person), 1)
    )


def tell_all(
    session: Session,
    person: Person,
    *,
    word: str = "",
    done: str = "",
    name: str = "",
    key: str,
    thread: Thread | None = None,
    at: datetime,
) -> None:
    """Post the list of her alerts, with what was done or what is open. Raises Refused("no-alert")."""
    listed = entries(session, person)
    if not listed and not done:
        raise Refused("no-alert")
    letter = AlertList(listed, word, done, name)
    reply = Reply(About.GENERAL, Role.CANDIDATE, stream=people.ALERTS)
    outbox.post(session, letter, to=person, dedupe=f"alerts:{key}", reply=reply, thread=thread, at=at)


def chosen(session: Session, person: Person, *, number: int | None, ticket_alert: int = 0) -> Alert | None:
    """Return the alert that a word is about: number n of her list, that of the mail answered, or her only one.

    None when it is open which one. Raises Refused("no-alert") or Refused("no-such-alert").
    """
    standing = alerts.of_person(session, person)
    if number is not None:
        if not 1 <= number <= len(standing):
            raise Refused("no-such-alert", count=len(standing))
        return standing[number - 1]
    if not standing and not ticket_alert:
        raise Refused("no-alert")
    meant = [alert for alert in standing if alert.id == ticket_alert]
    return meant[0] if meant else standing[0] if len(standing) == 1 else None


def removed(session: Session, person: Person, alert_id: int) -> Alert | None:
    """Return the alert that she took away: that one, or the last."""
    query = sa.select(Alert).where(Alert.person_id == person.id, Alert.state == AlertState.REMOVED)
    if alert_id:
        query = query.where(Alert.id == alert_id)
    return session.scalars(query.order_by(Alert.id.desc()).limit(1)).first()


def rewrite(
    session: Session,
    alert: Alert,
    criteria: Criteria,
    what: str,
    *,
    key: str,
    thread: Thread | None = None,
    at: datetime,
) -> None:
    """Change what an alert looks for and tell what changed, with the open offers that it now finds.

    Raises Refused("alert-unchanged") when nothing would change.
    """
    before = Criteria.from_json(alert.criteria)
    if criteria == before:
        raise Refused("alert-unchanged", title=alert.name)
    alerts.rewrite(session, alert, criteria, at=at)
    _tell(session, alert, before, what, key=key, thread=thread, at=at)


def restore(session: Session, alert: Alert, *, key: str, thread: Thread | None = None, at: datetime) -> None:
    """Undo the last change of an alert and tell it. Raises Refused("nothing-to-restore")."""
    before = Criteria.from_json(alert.criteria)
    if not alerts.restore(session, alert, by=alert.person_id, at=at):
        raise Refused("nothing-to-restore", title=alert.name)
    _tell(session, alert, before, "restored", key=key, thread=thread, at=at)


def _tell(
    session: Session, alert: Alert, before: Criteria, what: str, *, key: str, thread: Thread | None, at: datetime
) -> None:
    person, criteria = session.get_one(Person, alert.person_id), Criteria.from_json(alert.criteria)
    speaks = alert.state is AlertState.ACTIVE
    listed = announcements.take(session, person.id, alert, at=at) if speaks else digests.Listed(())
    letter = AlertRewritten(
        person.first_name, alert.name, what, _changed(before, criteria),
        showing.wish_lines(criteria, own_words=True), listed.cards, len(listed.rest), listed.rest,
        alert_changes.next_radius(criteria),
    )  # fmt: skip
    reply = digests.about(listed, alert.id)
    outbox.post(session, letter, to=person, dedupe=f"alert-{what}:{key}", reply=reply, thread=thread, at=at)


def _changed(before: Criteria, after: Criteria) -> tuple[ChangedLine, ...]:
    was = {line.label: line.value for line in showing.wish_lines(before, own_words=True)}
    now = {line.label: line.value for line in showing.wish_lines(after, own_words=True)}
    labels = [label for label in showing.WISH_LABELS.values() if was.get(label) != now.get(label)]
    return tuple(ChangedLine(label, was.get(label, ""), now.get(label, "")) for label in labels)


def propose(
    session: Session, person: Person, offer: Offer, why: str, *, key: str, thread: Thread | None = None, at: datetime
) -> Question | None:
    """Ask which change of her alerts would spare her such an offer; nothing changes before her word.

    None when there is nothing to change: no alert of hers stands behind the offer.
    """
    row = ledger.met(session, person.id, offer.id)
    standing = [one for one in alerts.of_person(session, person) if row is not None and one.id in row.alert_ids]
    by_code: dict[str, dict[int, Option]] = {}
    for alert in standing:
        for option in alert_changes.options(
            Criteria.from_json(alert.criteria), offer, row.distance_km if row else None
        ):
            by_code.setdefault(option.code, {})[alert.id] = option
    # Only what keeps the offer away from every alert that found it is worth a question.
    whole = {code: found for code, found in by_code.items() if len(found) == len(standing)}
    meant = alert_changes.reason(why)
    shown = {meant: whole[meant]} if meant in whole else whole
    if not shown:
        return None
    kept = [
        {"code": code, "what": next(iter(found.values())).what, "criteria": _stored(found)}
        for code, found in shown.items()
    ]
    question = questions.ask(session, Topic.ALERT_CHANGE, person.address, offer=offer.id, options=kept, at=at)
    letter = AlertChangeProposed(
        offer.title, offer.employer, tuple(AlertOption(str(one["code"]), str(one["what"])) for one in kept),
        tuple(alert.name for alert in standing),
    )  # fmt: skip
    asking.post(session, question, letter, to=person, thread=thread, at=at)
    return question


def _stored(found: dict[int, Option]) -> dict[str, Any]:
    return {str(alert_id): option.criteria.to_json() for alert_id, option in found.items()}


def accept(
    session: Session, question: Question, number: int | None, *, key: str, thread: Thread | None = None, at: datetime
) -> None:
    """Make the change that she chose: the only one, or number n. Raises Refused("which-change") where it is open."""
    offered: Sequence[dict[str, Any]] = question.payload["options"]
    if (number is None and len(offered) > 1) or not 1 <= (number or 1) <= len(offered):
        raise Refused("which-change", count=len(offered))
    questions.LIFE.step(question, "accept", by=None, at=at)
    for alert_id, criteria in offered[(number or 1) - 1]["criteria"].items():
        alert = session.get(Alert, int(alert_id))
        if alert is not None and alert.state is not AlertState.REMOVED:
            rewrite(
                session, alert, Criteria.from_json(criteria), "narrowed", key=f"{key}:{alert_id}", thread=thread, at=at
            )
