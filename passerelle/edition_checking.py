"""Looking at an edition before it leaves: its words, every link, the rules of a spam filter; kept for the desk."""

from __future__ import annotations

from datetime import timedelta

from jobboard import edition_checks, edition_contents, outbox
from jobboard.clock import now
from jobboard.edition_checks import EditionCheck
from jobboard.edition_findings import Finding
from jobboard.editions import Edition
from jobboard.letters.desk import EditionChecked
from jobboard.people import Person, Role
from jobboard.tickets import About, Reply
from mailer import letter_checks, spam_rules
from mailer.previews import Preview, preview
from passerelle.installation import Installation
from scheduler import links

# An address that answered today need not be asked again.
LINKS_GOOD_FOR = timedelta(days=1)


def check(installation: Installation, edition_id: int) -> None:
    """Look at one edition and keep what is found; whoever asked for it by mail gets it by mail."""
    database, at = installation.database, now()
    with database.transaction() as session:
        asked = edition_checks.of(session, edition_id)
        if asked is None or asked.is_fresh:
            return
        edition = session.get_one(Edition, edition_id)
        letter = edition_contents.letter_for(session, edition, "", at=at)
        seen = preview(database.settings, installation.addresses, letter, at=at)
        addresses = [url for url in letter_checks.links_of(seen.rendered) if not _is_ours(url, installation)]
        unsure = edition_checks.stale_links(session, addresses, since=at - LINKS_GOOD_FOR)
    problems = links.problems(unsure, database.settings)
    found = [
        *letter_checks.findings(seen.rendered),
        *(Finding("link", f"{url.partition('://')[2]} : {said}", grave=True) for url, said in problems.items() if said),
        *_spam(seen),
    ]
    if not letter.blocks and not letter.intro.strip():
        found.insert(0, Finding("empty", grave=True))
    _keep(installation, edition_id, asked, found, problems)


def _keep(
    installation: Installation, edition_id: int, asked: EditionCheck, found: list[Finding], problems: dict[str, str]
) -> None:
    at = now()
    with installation.database.transaction() as session:
        edition_checks.note_links(session, problems, at=at)
        waiting = edition_checks.keep(session, edition_id, found, asked_at=asked.asked_at, at=at)
        person = session.get(Person, waiting) if waiting is not None else None
        if person is None:
            return
        edition = session.get_one(Edition, edition_id)
        outbox.post(
            session,
            EditionChecked(edition.list_name, edition.number, tuple(found), f"/equipe/lettres/{edition.id}"),
            to=person,
            dedupe=f"edition-checked:{edition.id}:{asked.asked_at.isoformat()}:{person.id}",
            reply=Reply(About.EDITION, Role.STAFF, subject_id=edition.id),
            at=at,
        )


def _is_ours(url: str, installation: Installation) -> bool:
    """Tell whether an address is a page of ours: those are known to be there, and may not be up while we look."""
    return url.startswith(installation.settings.base_url)


def _spam(seen: Preview) -> list[Finding]:
    verdict = spam_rules.judge(seen.mail)
    if verdict is None or not verdict.rules:
        return []
    return [Finding("spam", f"{verdict.score:g}/{verdict.limit:g} : {', '.join(verdict.rules)}", grave=verdict.is_spam)]
