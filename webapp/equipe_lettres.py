"""The desk of letters: begin, fill, order, read over, check, test, approve; without a script, each act a form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import sqlalchemy as sa
from flask import Blueprint, Response, abort, flash, request
from sqlalchemy.orm import Session

from jobboard import (
    agenda,
    articles,
    edition_approvals,
    edition_checks,
    edition_contents,
    edition_items,
    edition_lines,
    editions,
    letter_desk,
    letter_lists,
    newsletters,
    people,
    places,
)
from jobboard.clock import now
from jobboard.edition_items import ItemKind
from jobboard.editions import OPEN, Edition
from jobboard.errors import Refused
from jobboard.offers import open_offers
from jobboard.people import Person
from jobboard.sections import Section, Variant, territory_label, territory_of
from mailer.letter_checks import findings
from mailer.previews import Preview, preview
from webapp import fields
from webapp.archive import title_of
from webapp.frames import FRAMING, framed
from webapp.house import house
from webapp.pages import render, see_other
from webapp.visitors import member_of_staff

blueprint = Blueprint("equipe_lettres", __name__, url_prefix="/equipe/lettres")

TO_CHOOSE_FROM = 30
PER_PAGE = 40
# How a letter may be looked at.
VIEWS = ("html", "sombre", "telephone", "texte")


@blueprint.get("")
def listed() -> Response:
    """Every letter of every list, newest first, and a button to begin the next of each."""
    with house().transaction() as session:
        member_of_staff(session)
        query = sa.select(Edition).order_by(Edition.drafted_at.desc(), Edition.id.desc()).limit(PER_PAGE)
        found = [(one, title_of(one)) for one in session.scalars(query)]
        readers = {one.name: _readers(session, one.name) for one in letter_lists.listed(house().settings)}
    kinds = letter_lists.listed(house().settings)
    titles = {one.name: one.title for one in kinds}
    return render("equipe/lettres/list.html", editions=found, kinds=kinds, titles=titles, readers=readers)


def _readers(session: Session, list_name: str) -> int:
    query = editions.subscribers(list_name)
    return session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0


@blueprint.post("")
def begin() -> Response:
    """Begin the next letter of a list, or open the draft that waits."""
    kind = letter_lists.lists(house().settings).get(fields.line("liste"))
    if kind is None:
        abort(404)
    with house().transaction() as session:
        member_of_staff(session)
        edition = letter_desk.begin(session, kind, at=now())
    return see_other(f"/equipe/lettres/{edition.id}")


@blueprint.get("/<int:edition_id>")
def page(edition_id: int) -> Response:
    """A letter: what it holds and may hold, what the checks say, and what can be done with it now."""
    with house().transaction() as session:
        person = member_of_staff(session)
        return _page(session, edition_of(session, edition_id), person)


def _page(session: Session, edition: Edition, person: Person, *, status: int = 200, error: str = "") -> Response:
    at, settings = now(), house().settings
    kind = letter_lists.find(settings, edition.list_name)
    lines = edition_lines.of(session, edition.id, at=at)
    draft = edition.state in OPEN
    shown, given = _preview(session, edition, Variant()), edition_approvals.given(session, edition.id)
    return render(
        "equipe/lettres/edition.html",
        status,
        edition=edition,
        kind=kind,
        title=title_of(edition),
        lines=lines,
        draft=draft,
        readers=_readers(session, edition.list_name),
        choices=_choices(session, edition, at=at) if draft else {},
        found=findings(shown.rendered),
        check=edition_checks.of(session, edition.id),
        size=len(shown.rendered.html.encode()),
        subject=shown.rendered.subject,
        approved=[one.short_name or one.address for one in given],
        own_given=person.id in {one.id for one in given},
        needed=newsletters.approvals_needed(session, kind),
        error=error,
        editing=_number("ligne"),
        rewording=(request.view_args or {}).get("item_id", 0),
        typed=_typed(edition),
        today=at.astimezone(settings.zone).date().isoformat(),
    )


def _choices(session: Session, edition: Edition, *, at: datetime) -> dict[ItemKind, list[tuple[int, str]]]:
    """Return what may be added, newest first: what stands in it already is not offered."""
    there = {(one.kind, one.subject_id) for one in edition_items.of(session, edition.id)}
    found: dict[ItemKind, list[tuple[int, str]]] = {
        ItemKind.ARTICLE: [(one.id, one.title) for one in session.scalars(articles.standing().limit(TO_CHOOSE_FROM))],
        ItemKind.OFFER: [
            (one.id, f"{one.title}, {one.employer}") for one in session.scalars(open_offers(at).limit(TO_CHOOSE_FROM))
        ],
        ItemKind.EVENT: [(one.id, one.title) for one in agenda.upcoming(session, at, limit=TO_CHOOSE_FROM)],
    }
    return {kind: [one for one in rows if (kind, one[0]) not in there] for kind, rows in found.items()}


def _typed(edition: Edition) -> dict[str, str]:
    """Return what stands in the forms: what was refused there, and of a moment the one chosen first."""
    found = {name: fields.long_text(name) for name in ("quoi", "adresse", "titre", "texte", "edito", "jour", "heure")}
    if edition.send_at is not None and not found["jour"]:
        chosen = edition.send_at.astimezone(house().settings.zone)
        found |= {"jour": f"{chosen:%Y-%m-%d}", "heure": f"{chosen:%H:%M}"}
    return found


def edition_of(session: Session, edition_id: int) -> Edition:
    """Return the edition of that number, or show the page of what does not exist."""
    edition = session.get(Edition, edition_id) if edition_id < 2**62 else None
    if edition is None:
        abort(404)
    return edition


def _number(name: str) -> int:
    given = request.values.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 18 else 0


Act = Callable[[Session, Edition, Person, datetime], str]


def _act(edition_id: int, act: Act, *, back: str = "") -> Response:
    """Do something with an edition and go back to its page; what is refused is said there."""
    at = now()
    try:
        with house().transaction() as session:
            person = member_of_staff(session)
            done = act(session, edition_of(session, edition_id), person, at)
    except Refused as refused:
        with house().transaction() as session:
            person = member_of_staff(session)
            return _page(session, edition_of(session, edition_id), person, status=409, error=refused.reason)
    if done:
        flash(done)
    return see_other(f"/equipe/lettres/{edition_id}{back}")


@blueprint.post("/<int:edition_id>/texte")
def rewrite(edition_id: int) -> Response:
    """Change the title and the editorial."""

    def act(session: Session, edition: Edition, person: Person, at: datetime) -> str:
        letter_desk.entitle(session, edition, fields.line("titre"), by=person, at=at)
        letter_desk.introduce(session, edition, fields.long_text("edito"), by=person, at=at)
        return "letter-changed"

    return _act(edition_id, act)


@blueprint.post("/<int:edition_id>/ajouter")
def add(edition_id: int) -> Response:
    """Add an article, offer or event by its number or address, or a text of the editors."""

    def act(session: Session, edition: Edition, person: Person, at: datetime) -> str:
        kind, url = fields.line("quoi"), fields.line("adresse")
        if kind == ItemKind.TEXT:
            letter_desk.add_text(
                session, edition, title=fields.line("titre"), text=fields.long_text("texte"), by=person, at=at
            )
        elif kind in set(ItemKind):
            letter_desk.add(session, edition, ItemKind(kind), _number("numero"), by=person, at=at)
        else:
            title, text = fields.line("titre"), fields.long_text("texte")
            letter_desk.add_address(session, edition, url, title=title, text=text, by=person, at=at)
        return "letter-changed"

    return _act(edition_id, act, back="#lignes")


@blueprint.post("/<int:edition_id>/lignes/<int:item_id>")
def change_line(edition_id: int, item_id: int) -> Response:
    """Move a line up or down, or to a place; take it out; say it in other words."""

    def act(session: Session, edition: Edition, person: Person, at: datetime) -> str:
        item = edition_items.find(session, edition.id, item_id)
        place = [one.id for one in edition_items.of(session, edition.id)].index(item.id) + 1
        wanted = {"monter": place - 1, "descendre": place + 1, "placer": _number("place")}
        done = fields.line("acte")
        if done in wanted:
            letter_desk.move(session, edition, item, wanted[done], by=person, at=at)
        elif done == "retirer":
            letter_desk.take_out(session, edition, item, by=person, at=at)
        elif done == "dire":
            title, text = fields.line("titre"), fields.long_text("texte")
            letter_desk.reword(session, edition, item, title=title, text=text, by=person, at=at)
        else:
            abort(400)
        return ""

    return _act(edition_id, act, back="#lignes")


@blueprint.post("/<int:edition_id>/completer")
def refill(edition_id: int) -> Response:
    """Add what has come in since."""

    def act(session: Session, edition: Edition, person: Person, at: datetime) -> str:
        letter_desk.refill(session, edition, by=person, at=at)
        return "letter-changed"

    return _act(edition_id, act, back="#lignes")


@blueprint.post("/<int:edition_id>/verifier")
def verify(edition_id: int) -> Response:
    """Have links and spam rules looked at once more."""

    def act(session: Session, edition: Edition, person: Person, at: datetime) -> str:
        edition_checks.ask(session, edition.id, at=at)
        return ""

    return _act(edition_id, act, back="#controles")


@blueprint.post("/<int:edition_id>/essayer")
def test(edition_id: int) -> Response:
    """Send a copy to oneself, or to the whole staff."""

    def act(session: Session, edition: Edition, person: Person, at: datetime) -> str:
        to = list(people.staff(session)) if fields.line("a") == "equipe" else [person]
        letter_desk.test(session, edition, to, by=person, key=f"web:{at.isoformat()}", at=at)
        return "letter-tested"

    return _act(edition_id, act)


@blueprint.post("/<int:edition_id>/approuver")
def approve(edition_id: int) -> Response:
    """Approve it, to leave now or at a moment."""

    def act(session: Session, edition: Edition, person: Person, at: datetime) -> str:
        send_at = _moment() if fields.line("quand") == "plus-tard" else at
        key = f"web:{at.isoformat()}"
        gone = newsletters.approve(session, edition, person, key=key, at=at, send_at=send_at)
        return ("letter-scheduled" if send_at > at else "approved") if gone else "letter-approved-once"

    return _act(edition_id, act, back="/envoi" if fields.line("quand") != "plus-tard" else "")


def _moment() -> datetime:
    """Return the moment of the fields `jour` and `heure`. Raises Refused("date-not-understood", "date-past")."""
    try:
        wanted = datetime.fromisoformat(f"{fields.line('jour')}T{fields.line('heure') or '09:00'}")
    except ValueError as error:
        raise Refused("date-not-understood") from error
    there = wanted.replace(tzinfo=house().settings.zone).astimezone(UTC)
    if there <= now():
        raise Refused("date-past")
    return there


@blueprint.post("/<int:edition_id>/abandonner")
def drop(edition_id: int) -> Response:
    """Give a draft up."""

    def act(session: Session, edition: Edition, person: Person, at: datetime) -> str:
        letter_desk.drop(session, edition, by=person, at=at)
        return "letter-dropped"

    return _act(edition_id, act)


@blueprint.post("/<int:edition_id>/reprendre-en-brouillon")
def withdraw(edition_id: int) -> Response:
    """Make a scheduled letter a draft again."""

    def act(session: Session, edition: Edition, person: Person, at: datetime) -> str:
        letter_desk.withdraw(session, edition, by=person, at=at)
        return "letter-withdrawn"

    return _act(edition_id, act)


@blueprint.get("/<int:edition_id>/apercu")
def look(edition_id: int) -> Response:
    """The letter as its readers will get it: light, dark, on a phone, as text; for each choice of theirs."""
    view, variant, typed = request.args.get("vue", "html"), _variant(), request.args.get("territoire", "")[:60]
    unknown = bool(typed.strip()) and not variant.territory
    with house().transaction() as session:
        member_of_staff(session)
        edition = edition_of(session, edition_id)
        shown = _preview(session, edition, variant)
    answer = render(
        "equipe/lettres/preview.html",
        edition=edition,
        title=title_of(edition),
        view=view if view in VIEWS else "html",
        views=VIEWS,
        variant=variant,
        territory=typed if unknown else territory_label(variant.territory),
        unknown=unknown,
        shown=shown,
        sections=tuple(Section),
    )
    answer.headers["Content-Security-Policy"] = FRAMING
    return answer


@blueprint.get("/<int:edition_id>/apercu.html")
def frame(edition_id: int) -> Response:
    """The HTML of the letter, for the frame."""
    with house().transaction() as session:
        member_of_staff(session)
        shown = _preview(session, edition_of(session, edition_id), _variant())
    return framed(shown.html(dark=request.args.get("vue") == "sombre"))


def _variant() -> Variant:
    sections = tuple(one for one in Section if one in request.args.getlist("rubrique"))
    asked = request.args.get("territoire", "")[:60]
    # The links between the views say it in our code, whoever looks in words.
    territory = asked if territory_label(asked) else territory_of(places.named(asked))
    return Variant(sections, territory)


def _preview(session: Session, edition: Edition, variant: Variant) -> Preview:
    at = now()
    letter = edition_contents.letter_for(session, edition, variant.key, at=at)
    return preview(house().settings, house().addresses, letter, at=at)
