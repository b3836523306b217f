"""What a recruiter is shown of profiles for her offer: on validation, at her word, and once a week what is new.

Anonymous, best first (order and turns: jobboard.matching), each under a number of its own that never means anybody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from jobboard import matching, outbox, shortlists, showing, sightings, visibility
from jobboard.errors import Refused
from jobboard.letters.base import Letter
from jobboard.letters.cards import ProfileCard
from jobboard.letters.recruiting import OfferPublished
from jobboard.letters.suggestions import NewProfiles, ProfilesShown
from jobboard.offers import Offer
from jobboard.outbox import Thread
from jobboard.people import Person, Role
from jobboard.shortlists import ShortlistEntry
from jobboard.showing import NumberedProfile
from jobboard.sightings import Where
from jobboard.tickets import About, Reply
from jobboard.visibility import Viewer

PER_MAIL = 10
# A match may be committed a little after the moment that stands in it: we look back so far, and the shortlist keeps
# anybody from being told of twice.
OVERLAP = timedelta(minutes=10)


def post_published(session: Session, offer_id: int, *, at: datetime) -> None:
    """Tell the recruiter, once for each validation, that her offer is online, with the best visible profiles.

    After a correction those who were shown before and still match keep their numbers.
    """
    shortlists.lock(session, offer_id)
    offer = session.get(Offer, offer_id)
    if offer is None or not offer.is_open(at) or not shortlists.tell(session, offer, at=at):
        return
    before = shortlists.of_offer(session, offer.id, last=PER_MAIL)
    found = _find(session, offer, limit=PER_MAIL - len(before), at=at)
    outbox.post(
        session,
        OfferPublished(
            title=offer.title,
            path=offer.path,
            closes_at=offer.closes_at or at,
            profiles=_cards(session, offer, (*before, *found)),
            offer_id=offer.id,
        ),
        to=session.get_one(Person, offer.recruiter_id),
        dedupe=f"offer-published:{offer.id}:{offer.published_at.isoformat() if offer.published_at else ''}",
        reply=_about(offer),
        at=at,
    )


def _find(
    session: Session, offer: Offer, *, limit: int, since: datetime | None = None, at: datetime
) -> list[ShortlistEntry]:
    """Find and number the next profiles of an offer, noted as seen; the caller holds its lock."""
    if limit <= 0:
        return []
    found = matching.shortlist(session, offer.id, limit=limit, since=since, at=at)
    ids = [match.person_id for match in found]
    sightings.note(session, offer.organisation_id, ids, Where.SHORTLIST, offer_id=offer.id, at=at)
    return shortlists.number(session, offer, found, at=at)


def show(session: Session, offer: Offer, *, key: str, thread: Thread, at: datetime) -> int:
    """Post again the last profiles that the recruiter was shown, or the first; returns how many.

    Raises Refused("offer-already-closed").
    """
    _check_open(offer, at=at)
    shortlists.lock(session, offer.id)
    before = shortlists.of_offer(session, offer.id, last=PER_MAIL)
    entries = before or _find(session, offer, limit=PER_MAIL, at=at)
    return _post(session, offer, entries, again=bool(before), key=key, thread=thread, at=at)


def show_more(session: Session, offer: Offer, *, key: str, thread: Thread, at: datetime) -> int:
    """Post the next profiles of an offer, numbers going on; returns how many. Raises Refused("offer-already-closed")."""
    _check_open(offer, at=at)
    shortlists.lock(session, offer.id)
    found = _find(session, offer, limit=PER_MAIL, at=at)
    return _post(session, offer, found, again=False, key=key, thread=thread, at=at)


def _check_open(offer: Offer, *, at: datetime) -> None:
    if not offer.is_open(at):
        raise Refused("offer-already-closed", title=offer.title)


def _post(
    session: Session,
    offer: Offer,
    entries: Sequence[ShortlistEntry],
    *,
    again: bool,
    key: str,
    thread: Thread,
    at: datetime,
) -> int:
    cards = _cards(session, offer, entries)
    outbox.post(
        session,
        ProfilesShown(offer.title, offer.id, cards, again, len(entries) - len(cards)),
        to=session.get_one(Person, offer.recruiter_id),
        dedupe=f"profiles:{key}",
        reply=_about(offer),
        thread=thread,
        at=at,
    )
    return len(cards)


def post_new(session: Session, offer_id: int, *, at: datetime) -> bool:
    """Post what has come to match an open offer since its recruiter was last told; never an empty mail."""
    shortlists.lock(session, offer_id)
    offer, told = session.get_one(Offer, offer_id), session.get_one(shortlists.Shortlist, offer_id)
    if not offer.is_open(at) or offer.reminders_stopped:
        return False
    found = _find(session, offer, limit=PER_MAIL, since=told.told_at - OVERLAP, at=at)
    if len(found) < PER_MAIL:  # what this mail does not hold waits for the next
        told.told_at = at
    if not found:
        return False
    outbox.post(
        session,
        NewProfiles(offer.title, offer.id, _cards(session, offer, found)),
        to=session.get_one(Person, offer.recruiter_id),
        dedupe=f"new-profiles:{offer.id}:{found[0].number}",
        reply=_about(offer),
        at=at,
    )
    return True


def _about(offer: Offer) -> Reply:
    return Reply(About.OFFER, Role.RECRUITER, subject_id=offer.id)


def _cards(session: Session, offer: Offer, entries: Iterable[ShortlistEntry]) -> tuple[ProfileCard, ...]:
    """Return the entries that may still be shown, as cards under their numbers."""
    found = [NumberedProfile(one.number, one.person_id, one.reasons, one.distance_km) for one in entries]
    return showing.profile_cards(session, found, _viewer(session, offer))


def _viewer(session: Session, offer: Offer) -> Viewer:
    return visibility.of_organisation(session, offer.organisation_id, offer.recruiter_id)


def freshen(session: Session, letter: Letter, *, at: datetime) -> Letter | None:
    """Return the letter without the profiles that were hidden since it was posted; None when nothing is left to say."""
    if not isinstance(letter, (OfferPublished, ProfilesShown, NewProfiles)) or not letter.profiles:
        return letter
    offer = session.get(Offer, letter.offer_id)
    if offer is None:  # posted by a release that did not say which
        return letter
    numbers = {card.number for card in letter.profiles}
    entries = [one for one in shortlists.of_offer(session, offer.id) if one.number in numbers]
    visible = {card.number for card in _cards(session, offer, entries)}
    kept = tuple(card for card in letter.profiles if card.number in visible)
    return None if isinstance(letter, NewProfiles) and not kept else replace(letter, profiles=kept)
