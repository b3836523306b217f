"""Hunting: a recruiter with a validated offer searches profiles, by mail or on the site, and follows her searches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import hunt_reading, hunts, organisations, outbox, profile_search, showing, sightings, visibility
from jobboard.contracts import Frequency
from jobboard.db import settings_of
from jobboard.errors import Refused
from jobboard.hunts import Hunt, HuntEntry
from jobboard.letters.base import Letter
from jobboard.letters.cards import Line, ProfileCard
from jobboard.letters.hunting import FollowedHunt, HuntDigest, HuntFollowed, HuntList, HuntResults
from jobboard.offers import Offer
from jobboard.outbox import Thread
from jobboard.people import Person, Role
from jobboard.profile_search import Found, Hit, Page
from jobboard.showing import NumberedProfile
from jobboard.sightings import Where
from jobboard.sought import Sought
from jobboard.tickets import About, Reply

PER_MAIL = 10
# A profile may be committed a little after the moment that stands in it: we look back so far, and the ledger keeps
# anybody from being told of twice.
OVERLAP = timedelta(minutes=10)


def is_allowed(session: Session, recruiter: Person) -> bool:
    """Tell whether an offer of hers was validated once: that is what opens the search."""
    validated = sa.select(Offer.id).where(Offer.recruiter_id == recruiter.id, Offer.published_at.is_not(None))
    return session.scalar(validated.limit(1)) is not None


def check_allowed(session: Session, recruiter: Person) -> None:
    """Raise Refused("hunt-not-allowed") for whoever may not search."""
    if not is_allowed(session, recruiter):
        raise Refused("hunt-not-allowed")


def understand(session: Session, words: str, *, at: datetime) -> Sought:
    """Return what these words look for, be it nothing."""
    return hunt_reading.read(words, today=at.astimezone(settings_of(session).zone).date())


def why(session: Session, recruiter: Person, sought: Sought, person_id: int) -> Hit | None:
    """Return why the search finds that person, or None where it does not."""
    viewer = visibility.of_recruiter(session, recruiter.id)
    return next(iter(profile_search.find(session, sought, viewer, Page(1, only=person_id)).hits), None)


def search(session: Session, recruiter: Person, sought: Sought, page: Page, *, at: datetime) -> Found:
    """Return a page of profiles for that recruiter, each noted as seen. Raises Refused("hunt-not-allowed")."""
    check_allowed(session, recruiter)
    found = profile_search.find(session, sought, visibility.of_recruiter(session, recruiter.id), page)
    note_seen(session, recruiter, (hit.person_id for hit in found.hits), Where.SEARCH, at=at)
    return found


def note_seen(session: Session, recruiter: Person, person_ids: Iterable[int], where: Where, *, at: datetime) -> None:
    """Note that profiles were shown to whoever the recruiter acts for."""
    shown = list(person_ids)
    for organisation in organisations.of_person(session, recruiter):
        sightings.note(session, organisation.id, shown, where, at=at)


def hunt(session: Session, recruiter: Person, words: str, *, key: str, thread: Thread, at: datetime) -> Hunt:
    """Search at a recruiter's word and post what was found, numbered for good.

    Raises Refused "hunt-not-allowed", "hunt-empty" or "too-many-searches".
    """
    check_allowed(session, recruiter)
    sought = understand(session, words, at=at)
    if not sought.asks:
        raise Refused("hunt-empty")
    hunts.lock(session, recruiter.id)
    made = hunts.create(session, recruiter, hunt_reading.name_of(words), sought, at=at)
    _post_results(session, made, recruiter, key=key, thread=thread, more=False, at=at)
    return made


def show_more(session: Session, made: Hunt, recruiter: Person, *, key: str, thread: Thread, at: datetime) -> None:
    """Post the next profiles of a hunt, numbers going on. Raises Refused("hunt-not-allowed")."""
    check_allowed(session, recruiter)
    hunts.lock(session, recruiter.id)
    _post_results(session, made, recruiter, key=key, thread=thread, more=True, at=at)


def _post_results(
    session: Session, made: Hunt, recruiter: Person, *, key: str, thread: Thread, more: bool, at: datetime
) -> None:
    sought = Sought.from_json(made.sought)
    found = search(session, recruiter, sought, Page(PER_MAIL, unshown_in=made.id), at=at)
    entries = hunts.number(session, made, found.hits, at=at)
    letter = HuntResults(
        words=made.words,
        understood=understood(sought),
        profiles=_cards(session, recruiter, entries),
        total=found.total,
        hunt_id=made.id,
        more=more,
        left=found.more,
        bounded=found.bounded,
        followed=hunts.subscription(session, made) is not None,
        experience_years=sought.experience_years,
        sought_words=sought.words,
    )
    reply = Reply(About.HUNT, Role.RECRUITER, subject_id=made.id)
    outbox.post(session, letter, to=recruiter, dedupe=f"hunt:{key}", reply=reply, thread=thread, at=at)


def understood(sought: Sought) -> tuple[Line, ...]:
    """Return the criteria that were understood of a search, line by line."""
    return showing.wish_lines(replace(sought.criteria, keywords=()), own_words=True)


def _cards(session: Session, recruiter: Person, entries: Iterable[HuntEntry]) -> tuple[ProfileCard, ...]:
    """Return the entries that may still be shown to her, as cards under their numbers."""
    found = [NumberedProfile(one.number, one.person_id, one.reasons, one.distance_km) for one in entries]
    return showing.profile_cards(session, found, visibility.of_recruiter(session, recruiter.id))


def follow(
    session: Session, made: Hunt, recruiter: Person, frequency: Frequency, *, key: str, thread: Thread, at: datetime
) -> None:
    """Follow a hunt from now on, or at another rhythm, and say so. Raises Refused "hunt-not-allowed", "too-many-hunts"."""
    check_allowed(session, recruiter)
    hunts.lock(session, recruiter.id)
    hunts.follow(session, made, recruiter, frequency, at=at)
    outbox.post(
        session,
        HuntFollowed(made.words, made.number, frequency),
        to=recruiter,
        dedupe=f"hunt-followed:{key}",
        reply=Reply(About.HUNT, Role.RECRUITER, subject_id=made.id),
        thread=thread,
        at=at,
    )


def follow_search(
    session: Session, recruiter: Person, words: str, sought: Sought, frequency: Frequency, *, at: datetime
) -> None:
    """Keep a search made on the site and follow it.

    Raises Refused "hunt-not-allowed", "hunt-empty", "too-many-searches" or "too-many-hunts".
    """
    check_allowed(session, recruiter)
    if not sought.asks:
        raise Refused("hunt-empty")
    hunts.lock(session, recruiter.id)
    made = hunts.create(session, recruiter, words, sought, at=at)
    follow(session, made, recruiter, frequency, key=f"web:{made.id}", thread=Thread(), at=at)


def show_list(session: Session, recruiter: Person, *, key: str, thread: Thread, at: datetime) -> None:
    """Post the list of the hunts that a recruiter follows."""
    listed = tuple(
        FollowedHunt(one.number, one.words, one.frequency or Frequency.WEEKLY, one.created_at)
        for one in hunts.followed(session, recruiter)
    )
    reply = Reply(About.GENERAL, Role.RECRUITER)
    outbox.post(session, HuntList(listed), to=recruiter, dedupe=f"hunts:{key}", reply=reply, thread=thread, at=at)


def post_new(session: Session, hunt_id: int, *, at: datetime) -> bool:
    """Post who has come new to a followed hunt; never an empty mail. What one mail does not hold waits for the next."""
    made = session.get_one(Hunt, hunt_id)
    hunts.lock(session, made.recruiter_id)
    session.refresh(made)
    recruiter = session.get_one(Person, made.recruiter_id)
    running = hunts.subscription(session, made)
    if running is None or made.told_at is None or made.frequency is None:
        return False
    page = Page(PER_MAIL, unshown_in=made.id, since=made.told_at - OVERLAP)
    viewer = visibility.of_recruiter(session, recruiter.id)
    found = profile_search.find(session, Sought.from_json(made.sought), viewer, page)
    if not found.more:
        made.told_at = at
    if not found.hits:
        return False
    entries = hunts.number(session, made, found.hits, at=at)
    note_seen(session, recruiter, (one.person_id for one in entries), Where.HUNT, at=at)
    cards = _cards(session, recruiter, entries)
    outbox.post(
        session,
        HuntDigest(made.words, made.number, cards, made.id, made.frequency, running.since),
        to=recruiter,
        dedupe=f"hunt-digest:{made.id}:{entries[0].number}",
        reply=Reply(About.HUNT, Role.RECRUITER, subject_id=made.id, stream=made.stream),
        subscription_id=running.id,
        at=at,
    )
    return True


def freshen(session: Session, letter: Letter, *, at: datetime) -> Letter | None:
    """Return the letter without the profiles that were hidden since it was posted; None when nothing is left to say."""
    if not isinstance(letter, (HuntResults, HuntDigest)) or not letter.profiles:
        return letter
    made = session.get(Hunt, letter.hunt_id)
    if made is None:
        return None
    recruiter = session.get_one(Person, made.recruiter_id)
    numbers = [card.number for card in letter.profiles]
    visible = {card.number for card in _cards(session, recruiter, hunts.entries(session, made.id, numbers))}
    kept = tuple(card for card in letter.profiles if card.number in visible)
    return None if isinstance(letter, HuntDigest) and not kept else replace(letter, profiles=kept)
