"""What a candidate decides about her profile, by mail or on her page: who sees it, from whom it hides, her name on it.

Widening is an agreement, kept with the text that was shown; narrowing withdraws it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from jobboard import audit, biography, hidden_employers, outbox, people, sightings
from jobboard.db import settings_of
from jobboard.errors import Refused
from jobboard.languages import translations
from jobboard.letters.profiles import ProfileSeen, ProfileShown, SeenBy
from jobboard.people import Person, Role
from jobboard.portraits import Portrait
from jobboard.profiles import CONSENT, CONSENT_TO_ALL, Profile, Visibility
from jobboard.tickets import About, Reply

# What each choice means, as it is shown, and kept as the proof of what was agreed to.
TEXTS: dict[Visibility, str] = {
    Visibility.EVERYONE: "Montrer mon profil à tout le monde, sur une page publique, sans mon adresse.",
    Visibility.RECRUITERS: "Montrer aux recruteurs un profil anonyme (métier, lieu, contrat), sans mon nom ni mon adresse.",
    Visibility.NOBODY: "Ne montrer mon profil à personne.",
}
_PURPOSES = {
    Visibility.EVERYONE: (CONSENT, CONSENT_TO_ALL),
    Visibility.RECRUITERS: (CONSENT,),
    Visibility.NOBODY: (),
}
MOST_SEEN = 20


def of(session: Session, person: Person) -> Profile:
    """Return her profile. Raises Refused("no-profile") for someone who has none."""
    profile = session.get(Profile, person.id)
    if profile is None:
        raise Refused("no-profile")
    return profile


def show(
    session: Session,
    person: Person,
    visibility: Visibility,
    *,
    how: str,
    text: str,
    evidence: dict[str, Any],
    at: datetime,
) -> None:
    """Choose who sees her profile; `text`: what she agreed to, as it was shown. Raises Refused("no-profile")."""
    profile = of(session, person)
    profile.stopped_at = None  # she says who sees it now
    if profile.visibility is visibility:
        return
    profile.visibility, profile.updated_at = visibility, at
    profile.indexable = profile.indexable and visibility is Visibility.EVERYONE
    standing = {one.purpose for one in people.consents(session, person) if one.withdrawn_at is None}
    for purpose in (CONSENT, CONSENT_TO_ALL):
        if purpose not in _PURPOSES[visibility]:
            people.withdraw(session, person, purpose, how=how, at=at)
        elif purpose not in standing:
            people.consent(session, person, purpose, how=how, text=text, evidence=evidence, at=at)


def let_engines_in(session: Session, person: Person, *, indexable: bool, at: datetime) -> None:
    """Let search engines find her page, or not. Raises Refused "no-profile", or "profile-not-public" to let them in."""
    profile = of(session, person)
    if indexable and profile.visibility is not Visibility.EVERYONE:
        raise Refused("profile-not-public")
    profile.indexable, profile.updated_at = indexable, at


def show_name(session: Session, person: Person, *, shown: bool, at: datetime) -> None:
    """Put "Léa D." on her profile, or take it away. Raises Refused "no-profile" or "no-name"."""
    profile = of(session, person)
    if shown and not person.short_name:
        raise Refused("no-name")
    profile.name_shown, profile.updated_at = shown, at


def name_of(person: Person, profile: Profile) -> str:
    """Return the name that her profile shows: "Léa D.", or "" while it is masked."""
    return person.short_name if profile.name_shown else ""


def hide_from(session: Session, person: Person, employer: str, *, at: datetime) -> str:
    """Hide her profile from an employer; returns how it is called. Raises Refused as `hidden_employers.hide_from`."""
    of(session, person)
    return hidden_employers.hide_from(session, person, employer, at=at)


def hold(session: Session, profile: Profile, *, held: bool, by: Person, key: str, at: datetime) -> None:
    """Take a profile out of sight while the staff read it, or show it again; its person is told, the act is noted."""
    if (profile.held_at is not None) is held:
        raise Refused("already-decided")
    profile.held_at = at if held else None
    act = "profile-held" if held else "profile-released"
    audit.note(session, by, act, subject="profile", subject_id=profile.person_id, at=at)
    person = session.get_one(Person, profile.person_id)
    tell(session, person, "held" if held else "released", key=key, at=at)


def described(session: Session, person: Person, profile: Profile, *, at: datetime) -> tuple[str, ...]:
    """Return the mini-bio in the person's language."""
    language, today = person.language, at.astimezone(settings_of(session).zone).date()
    portrait = Portrait.from_json(profile.portrait)
    return biography.sentences(portrait, translations(language), language=language, today=today)


def tell(
    session: Session,
    person: Person,
    done: str,
    *,
    key: str,
    at: datetime,
    employer: str = "",
    thread: outbox.Thread | None = None,
) -> None:
    """Post her profile to her as it now is, with what she just did."""
    profile = of(session, person)
    letter = ProfileShown(
        done=done,
        headline=profile.headline,
        sentences=described(session, person, profile, at=at),
        visibility=str(profile.visibility),
        path=profile.path,
        indexable=profile.indexable,
        name_shown=profile.name_shown,
        hidden=tuple(hidden_employers.of_person(session, person)),
        employer=employer,
        withheld=profile.withheld,
    )
    reply = Reply(About.PROFILE, Role.CANDIDATE)
    outbox.post(session, letter, to=person, dedupe=f"profile-shown:{key}", reply=reply, thread=thread, at=at)


def tell_who_saw(
    session: Session, person: Person, *, key: str, at: datetime, thread: outbox.Thread | None = None
) -> None:
    """Post to her who was shown her profile, the latest first. Raises Refused("no-profile")."""
    profile = of(session, person)
    letter = ProfileSeen(seen_by(session, person), str(profile.visibility))
    reply = Reply(About.PROFILE, Role.CANDIDATE)
    outbox.post(session, letter, to=person, dedupe=f"profile-seen:{key}", reply=reply, thread=thread, at=at)


def seen_by(session: Session, person: Person) -> tuple[SeenBy, ...]:
    """Return who was shown her profile, the latest first."""
    found: Sequence[sightings.Seen] = sightings.of_person(session, person.id, limit=MOST_SEEN)
    return tuple(SeenBy(one.organisation, str(one.where), one.title, one.last_at, one.times) for one in found)
