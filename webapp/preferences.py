"""The page where a reader chooses what she reads of a list; the token in its address is made for this and nothing else."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request
from sqlalchemy.orm import Session

from jobboard import letter_lists, places, reading_choices
from jobboard.addresses import Purpose
from jobboard.letter_lists import LetterList
from jobboard.people import Person, Subscription
from jobboard.sections import Section, Variant, territory_label, territory_of
from webapp import fields
from webapp.house import house
from webapp.language import speak
from webapp.pages import render
from webapp.security import by_client, without_session

blueprint = Blueprint("preferences", __name__, url_prefix="/lettre/preferences")


@blueprint.get("/<token>")
def form(token: str) -> Response:
    """What she reads now, and what she may choose."""
    with house().transaction() as session:
        subscription, kind = _subscription(session, token)
        return _page(token, kind, reading_choices.of(subscription), stopped=subscription.stopped_at is not None)


def _page(
    token: str,
    kind: LetterList,
    chosen: Variant,
    *,
    stopped: bool,
    done: bool = False,
    status: int = 200,
    typed: str = "",
) -> Response:
    return render(
        "lettre/preferences.html",
        status,
        token=token,
        kind=kind,
        chosen=chosen.sections or tuple(Section),
        sections=tuple(Section),
        territory=typed or territory_label(chosen.territory),
        stopped=stopped,
        done=done,
        error=bool(typed),
        unsubscribe=f"/desabonnement/{_unsubscribe(token)}",
    )


@blueprint.post("/<token>")
@without_session  # the token is the proof
@by_client
def choose(token: str) -> Response:
    """Note what she chose; all sections, or none, is everything."""
    typed = fields.line("territoire")
    wanted = tuple(one for one in Section if one in request.form.getlist("rubrique"))
    sections = () if len(wanted) == len(Section) else wanted
    with house().transaction() as session:
        subscription, kind = _subscription(session, token)
        stopped = subscription.stopped_at is not None
        territory = territory_of(places.named(typed)) if typed else ""
        if typed and not territory:
            return _page(token, kind, Variant(sections), stopped=stopped, status=422, typed=typed)
        chosen = Variant(sections, territory)
        reading_choices.choose(subscription, chosen)
    return _page(token, kind, chosen, stopped=stopped, done=True)


def _subscription(session: Session, token: str) -> tuple[Subscription, LetterList]:
    """Return the subscription with its list, and speak its reader's language from now on; 404 for a link not ours."""
    row_id = house().addresses.read_token(Purpose.PREFERENCES, token)
    subscription = session.get(Subscription, row_id) if row_id else None
    if subscription is None or not subscription.stream.startswith("letters:"):
        abort(404)
    speak(session.get_one(Person, subscription.person_id).language)
    return subscription, letter_lists.find(house().settings, subscription.stream.partition(":")[2])


def _unsubscribe(token: str) -> str:
    row_id = house().addresses.read_token(Purpose.PREFERENCES, token)
    return house().addresses.token(Purpose.UNSUBSCRIBE, row_id or 0)
