"""The pages of one alert: read it, change it, rename it, take it away and bring it back."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, Response, abort, flash
from sqlalchemy.orm import Session

from jobboard import alert_words, alerts, showing
from jobboard.alerts import Alert, AlertState
from jobboard.clock import now
from jobboard.contracts import CONTRACT_LABELS, FREQUENCY_LABELS, WORKING_TIME_LABELS
from jobboard.criteria import Criteria
from jobboard.organisations import Organisation
from jobboard.trades import FAMILY_LABELS
from webapp.alert_form import AlertForm
from webapp.house import house
from webapp.language import gettext as _
from webapp.pages import render, see_other
from webapp.visitors import visitor

blueprint = Blueprint("alertes", __name__)


@blueprint.get("/moi/alertes/<int:alert_id>")
def show(alert_id: int) -> Response:
    """The form of an alert, as it is."""
    with house().transaction() as session:
        alert = _own(session, alert_id)
        criteria = Criteria.from_json(alert.criteria)
        return _page(session, alert, AlertForm.of(alert.name, criteria, alert.frequency), {})


@blueprint.post("/moi/alertes/<int:alert_id>")
def change(alert_id: int) -> Response:
    """Change name and search; what it finds by it comes by mail."""
    at = now()
    with house().transaction() as session:
        alert, form = _own(session, alert_id), AlertForm.read()
        before = Criteria.from_json(alert.criteria)
        today = at.astimezone(house().settings.zone).date()
        criteria, errors = form.changed(before, today=today)
        if errors:
            return _page(session, alert, form, errors, status=422)
        automatic = alert.name == alerts.name_of(before)
        if criteria != before:
            key = f"web:{alert.id}:{at.isoformat()}"
            alert_words.rewrite(session, alert, criteria, "changed", key=key, at=at)
        if form.name and not (automatic and form.name == alerts.name_of(before)):
            alerts.rename(alert, form.name)
    flash("alert-changed")
    return see_other("/moi#alertes")


@blueprint.post("/moi/alertes/<int:alert_id>/supprimer")
def remove(alert_id: int) -> Response:
    """Take an alert away."""
    at = now()
    with house().transaction() as session:
        alert = _own(session, alert_id)
        alerts.remove(session, alert, by=alert.person_id, at=at)
    flash("alert-removed")
    return see_other("/moi#alertes")


@blueprint.post("/moi/alertes/<int:alert_id>/retablir")
def restore(alert_id: int) -> Response:
    """Bring an alert back that was taken away, or undo its last change."""
    at = now()
    with house().transaction() as session:
        alert = _own(session, alert_id, removed=True)
        alert_words.restore(session, alert, key=f"web:{alert.id}:{at.isoformat()}", at=at)
    flash("alert-restored")
    return see_other("/moi#alertes")


def _page(session: Session, alert: Alert, form: AlertForm, errors: dict[str, str], *, status: int = 200) -> Response:
    sectors = sa.select(Organisation.sector).where(Organisation.sector.is_not(None)).distinct()
    known = {sector for sector in session.scalars(sectors) if sector}
    return render(
        "moi/alert.html",
        status,
        alert=alert,
        form=form,
        errors=errors,
        lines=showing.wish_lines(Criteria.from_json(alert.criteria), own_words=True),
        contracts_shown=[(str(value), _(label)) for value, label in CONTRACT_LABELS.items()],
        times_shown=[(str(value), _(label)) for value, label in WORKING_TIME_LABELS.items()],
        families=FAMILY_LABELS,
        sectors_shown=[(name, name) for name in sorted(known | set(form.sectors))],
        frequencies=FREQUENCY_LABELS,
        undoable=alert.earlier is not None,
    )


def _own(session: Session, alert_id: int, *, removed: bool = False) -> Alert:
    """Return an alert of the visitor's own; for anybody else, and once it is taken away, it does not exist."""
    person = visitor(session)
    alert = session.get(Alert, alert_id) if alert_id < 2**62 else None
    gone = alert is not None and alert.state is AlertState.REMOVED and not removed
    if alert is None or alert.person_id != person.id or gone:
        abort(404)
    return alert
