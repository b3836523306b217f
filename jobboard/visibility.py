"""Who may see which profile now: one SQL condition for every search, page, shortlist, feed, letter and count.

A statement that shows profiles to anybody puts `visible("f")` into its WHERE, f being its name for the table profile,
and gives it `viewer.parameters`:

    viewer = visibility.of_organisation(session, offer.organisation_id, offer.recruiter_id)
    session.execute(sa.text(f"SELECT … FROM profile f WHERE {visible('f')}"), {**viewer.parameters, …})

Asked at the moment of showing, never kept. It knows profiles that are asleep, held by the staff or stopped, visibility,
employers that she hides from with their siblings, blocks, and that nobody is shown to herself. It does not know what a
recruiter must have done before she may search.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard.employers import SHARED_DOMAINS, domain_keys, is_shared_domain, name_keys, siren_of

_PUBLIC, _RECRUITERS = ("everyone",), ("everyone", "recruiters")

_VISIBLE = """(
    {f}.listed AND {f}.visibility = ANY(CAST(:seen_levels AS text[]))
    AND {f}.person_id <> ALL(CAST(:seen_people AS bigint[]))
    AND NOT EXISTS (
        SELECT 1 FROM hidden_employer h WHERE h.person_id = {f}.person_id
        AND (CAST(:seen_public AS boolean) OR h.key = ANY(CAST(:seen_keys AS text[]))))
    AND NOT EXISTS (
        SELECT 1 FROM block b WHERE b.candidate_id = {f}.person_id
        AND b.person_id = ANY(CAST(:seen_people AS bigint[])))
)"""

# An organisation, those of the same name, SIREN or own mail domain, and everybody who acts for one of them.
_RELATED = sa.text("""
WITH own AS (
    SELECT id, name_key, left(siret, 9) AS siren FROM organisation WHERE id = ANY(CAST(:organisations AS bigint[]))
), domains AS (
    SELECT DISTINCT split_part(p.address_key, '@', 2) AS name FROM person p
    WHERE p.id = ANY(CAST(:people AS bigint[]))
       OR p.id IN (SELECT person_id FROM membership WHERE organisation_id IN (SELECT id FROM own))
), related AS (
    SELECT o.id, o.name_key, left(o.siret, 9) AS siren FROM organisation o
    WHERE o.id IN (SELECT id FROM own) OR o.name_key IN (SELECT name_key FROM own)
       OR left(o.siret, 9) IN (SELECT siren FROM own)
       OR o.id IN (SELECT m.organisation_id FROM membership m JOIN person p ON p.id = m.person_id
                   WHERE split_part(p.address_key, '@', 2) IN (SELECT name FROM domains)
                     AND split_part(p.address_key, '@', 2) <> ALL(CAST(:shared AS text[])))
)
SELECT name_key, siren, NULL AS domain FROM related
UNION SELECT NULL, NULL, split_part(p.address_key, '@', 2) FROM person p
      JOIN membership m ON m.person_id = p.id JOIN related r ON r.id = m.organisation_id
UNION SELECT NULL, NULL, name FROM domains
""")


@dataclass(frozen=True)
class Viewer:
    """Whoever looks: which visibilities she may see, as which employers she counts, as which people."""

    levels: tuple[str, ...] = _PUBLIC
    keys: tuple[str, ...] = ()
    people: tuple[int, ...] = ()

    @property
    def parameters(self) -> dict[str, Any]:
        """What the condition is given; the names begin with "seen_"."""
        return {
            "seen_levels": list(self.levels),
            "seen_keys": list(self.keys),
            "seen_people": list(self.people),
            "seen_public": self.levels == _PUBLIC,
        }


# Nobody in particular: the public web, its feeds and site maps. Who hides from an employer is not shown to everybody.
PUBLIC = Viewer()


def visible(alias: str) -> str:
    """Return the condition, for a statement that calls the table profile by that name."""
    return _VISIBLE.format(f=alias)


def condition(viewer: Viewer) -> sa.TextClause:
    """Return the condition for a query built on the class Profile, its parameters in it."""
    return sa.text(visible("profile")).bindparams(**viewer.parameters)


def of_organisation(session: Session, organisation_id: int | None, recruiter_id: int | None = None) -> Viewer:
    """Return an organisation that looks, for an offer of hers for instance, with the recruiter who will read it."""
    return _viewer(session, [organisation_id] if organisation_id else [], [recruiter_id] if recruiter_id else [])


def of_recruiter(session: Session, person_id: int) -> Viewer:
    """Return a recruiter who looks for herself: she counts as every organisation that she acts for."""
    query = sa.text("SELECT organisation_id FROM membership WHERE person_id = :person")
    return _viewer(session, session.scalars(query, {"person": person_id}).all(), [person_id])


def _viewer(session: Session, organisations: Iterable[int], people: Iterable[int]) -> Viewer:
    who = tuple(people)
    given = {"organisations": list(organisations), "people": list(who), "shared": sorted(SHARED_DOMAINS)}
    keys: set[str] = set()
    for row in session.execute(_RELATED, given):
        if row.name_key:
            keys.update(name_keys(row.name_key))
        if row.siren:
            keys.add(siren_of(row.siren))
        if row.domain and not is_shared_domain(row.domain):
            keys.update(domain_keys(row.domain))
    return Viewer(_RECRUITERS, tuple(sorted(keys)), who)


def may_see(session: Session, viewer: Viewer, person_id: int) -> bool:
    """Tell whether that profile may be shown to the viewer now."""
    query = sa.text(f"SELECT 1 FROM profile f WHERE f.person_id = :person AND {visible('f')}")
    return session.scalar(query, {"person": person_id, **viewer.parameters}) is not None
