"""Profiles that fall asleep: no sign of life for six months, warned at five and at five and a half.

Asleep, a profile is shown to nobody and loses nothing; any sign of life wakes it (a trigger of the table person).
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import outbox, suppression
from jobboard.letters.profiles import ProfileSleeping
from jobboard.people import Person, Role
from jobboard.profiles import Profile
from jobboard.tickets import About, Reply

# Between two of the three mails, even where the clock stood still for months.
_APART = timedelta(days=10)

# Every step that is due, in one statement: a row moves once, and only the round that moved it tells her.
_ROUND = sa.text("""
WITH due AS (
    SELECT person_id, CASE
        WHEN warned_at IS NULL THEN 'warn'
        WHEN warned_again_at IS NULL AND warned_at <= :apart
             AND life_at <= CAST(:at AS timestamptz) - interval '5 months 15 days' THEN 'warn-again'
        WHEN warned_again_at <= :apart AND life_at <= CAST(:at AS timestamptz) - interval '6 months' THEN 'sleep'
    END AS step
    FROM profile
    WHERE listed AND life_at <= CAST(:at AS timestamptz) - interval '5 months' AND CASE
        WHEN warned_at IS NULL THEN true
        WHEN warned_again_at IS NULL THEN
            warned_at <= :apart AND life_at <= CAST(:at AS timestamptz) - interval '5 months 15 days'
        ELSE warned_again_at <= :apart AND life_at <= CAST(:at AS timestamptz) - interval '6 months' END
    ORDER BY person_id LIMIT :limit FOR UPDATE SKIP LOCKED
)
UPDATE profile p SET
    warned_at = CASE WHEN due.step = 'warn' THEN :at ELSE p.warned_at END,
    warned_again_at = CASE WHEN due.step = 'warn-again' THEN :at ELSE p.warned_again_at END,
    asleep_at = CASE WHEN due.step = 'sleep' THEN :at ELSE p.asleep_at END
FROM due WHERE due.person_id = p.person_id
RETURNING p.person_id, due.step, p.headline, p.life_at, p.life_at + interval '6 months' AS sleeps_at
""").columns(life_at=Profile.life_at.type, sleeps_at=Profile.life_at.type)


def step(session: Session, *, limit: int, at: datetime) -> int:
    """Warn, warn again and put to sleep whoever it is time for, and tell each; returns how many moved."""
    given = {"at": at, "apart": at - _APART, "limit": limit}
    rows = session.execute(_ROUND, given).all()
    people = {
        one.id: one for one in session.scalars(sa.select(Person).where(Person.id.in_([r.person_id for r in rows])))
    }
    for row in rows:
        person = people[row.person_id]
        if suppression.standing(session, person.address) is not None:
            continue  # nothing arrives there; she wakes her profile when she comes back
        last, asleep = row.step == "warn-again", row.step == "sleep"
        wait = _APART if last else 2 * _APART
        outbox.post(
            session,
            ProfileSleeping(row.headline, at if asleep else max(row.sleeps_at, at + wait), asleep, last),
            to=person,
            dedupe=f"profile-sleeping:{row.step}:{row.person_id}:{row.life_at:%Y-%m-%d}",
            reply=Reply(About.PROFILE, Role.CANDIDATE),
            at=at,
        )
    return len(rows)
