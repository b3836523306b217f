"""A person's profile on her own desk: what it says, who sees it, from whom it hides, who saw it, what her CV adds."""

from __future__ import annotations

from flask import Blueprint, Response, flash, request
from sqlalchemy.orm import Session

from jobboard import cv_documents, exposure, hidden_employers, portrait_lines, profiles
from jobboard.choices import WEB
from jobboard.clock import now
from jobboard.cv_texts import MAX_OCTETS
from jobboard.errors import Refused
from jobboard.people import Person
from jobboard.portraits import Portrait
from jobboard.profiles import Profile, Visibility
from webapp.house import house
from webapp.language import gettext as _
from webapp.pages import render, see_other
from webapp.security import by_client
from webapp.visitors import visitor

blueprint = Blueprint("moi_profil", __name__)

# Names of the fields of the form, by the label of the line that they hold.
FIELDS = dict(
    zip(portrait_lines.LABELS, ("metiers", "lieu", "experience", "diplomes", "competences", "langues"), strict=True)
)


_FORM_OCTETS = 64 * 1024  # around the file


@blueprint.url_value_preprocessor
def _let_a_cv_in(endpoint: str | None, _values: object) -> None:
    """Take more octets than a form's where a CV is sent, before anything reads them."""
    if endpoint == f"{blueprint.name}.{read_cv.__name__}":
        request.max_content_length = MAX_OCTETS + _FORM_OCTETS


def view(session: Session, person: Person) -> dict[str, object]:
    """Return what the section of the desk shows; a person without a profile has none of it."""
    profile = session.get(Profile, person.id)
    if profile is None:
        return {"profile": None}
    return {
        "profile": profile,
        "sentences": exposure.described(session, person, profile, at=now()),
        "texts": {str(level): _(text) for level, text in exposure.TEXTS.items()},
        "name": person.short_name,
        "hidden": hidden_employers.of_person(session, person),
        "seen": exposure.seen_by(session, person),
        "fields": fields_of(Portrait.from_json(profile.portrait)),
    }


def fields_of(portrait: Portrait) -> list[tuple[str, str, str]]:
    """Return name, label and value of every field of the form."""
    return [(FIELDS[label], label, value) for label, value in portrait_lines.values(portrait).items()]


@blueprint.post("/moi/profil")
def show_profile() -> Response:
    """Choose who sees the profile, whether search engines do, and whether her name is on it."""
    wanted = request.form.get("visibilite", "")
    if wanted not in set(Visibility):
        raise Refused("no-such-choice")
    level, at = Visibility(wanted), now()
    with house().transaction() as session:
        person = visitor(session)
        text, evidence = _(exposure.TEXTS[level]), {"page": "/moi"}
        exposure.show(session, person, level, how=WEB, text=text, evidence=evidence, at=at)
        engines = level is Visibility.EVERYONE and "moteurs" in request.form
        exposure.let_engines_in(session, person, indexable=engines, at=at)
        exposure.show_name(session, person, shown="nom" in request.form and bool(person.short_name), at=at)
    return _done("profile")


@blueprint.post("/moi/profil/masquer")
def hide_from() -> Response:
    """Hide the profile from an employer."""
    with house().transaction() as session:
        exposure.hide_from(session, visitor(session), request.form.get("employeur", ""), at=now())
    return _done("profile-hidden")


@blueprint.post("/moi/profil/montrer")
def show_to() -> Response:
    """Let an employer see it again."""
    with house().transaction() as session:
        hidden_employers.show_to(session, visitor(session), request.form.get("employeur", ""))
    return _done("profile-unhidden")


@blueprint.post("/moi/profil/dire")
def correct() -> Response:
    """Write what the form says into the profile."""
    at = now()
    given = {label: request.form.get(name, "")[:2000] for label, name in FIELDS.items() if name in request.form}
    with house().transaction() as session:
        profile = exposure.of(session, visitor(session))
        profiles.draw(profile, portrait_lines.corrected(Portrait.from_json(profile.portrait), given), at=at)
    return _done("profile-said")


@blueprint.post("/moi/profil/cv")
@by_client
def read_cv() -> Response:
    """Read a CV, outside any transaction, and show what would be written; nothing is before she says so."""
    with house().transaction() as session:
        exposure.of(session, visitor(session))
    file = request.files.get("cv")
    if file is None or not file.filename:
        raise Refused("cv-missing")
    today = now().astimezone(house().settings.zone).date()
    with file.stream:
        content = file.stream.read(MAX_OCTETS + 1)
    read = cv_documents.read(content, file.filename, today=today)
    if read.portrait is None:
        raise Refused(f"cv-{read.problem}")
    with house().transaction() as session:
        profile = exposure.of(session, visitor(session))
        portrait = Portrait.from_json(profile.portrait).with_cv(read.portrait)
        return render("moi/cv.html", fields=fields_of(portrait), visibility=str(profile.visibility))


def _done(what: str) -> Response:
    flash(what)
    return see_other("/moi#profil")
