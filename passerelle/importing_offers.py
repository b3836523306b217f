"""Taking in offers from the command line: a table or a job board's feed, one offer a transaction."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from jobboard import markup, offer_imports, offer_rows, people, sheets
from jobboard.articles import Found
from jobboard.clock import now
from jobboard.errors import PermanentFailure
from jobboard.offer_imports import Outcome
from jobboard.offer_rows import Entry
from jobboard.people import Role
from jobboard.row_values import Fault
from jobboard.sheets import Sheet
from passerelle import tables
from passerelle.installation import Installation
from passerelle.tables import Done, Progress
from scheduler import egress, feeds
from scheduler.egress import Unreachable

TAKEN = (Outcome.SUBMITTED, Outcome.PUBLISHED, Outcome.DRAFT)


@dataclass(frozen=True)
class Source:
    """Offers to take in: each with its number, and how it is read; `sheet` where they stand in a table."""

    entries: Callable[[Progress], Iterator[tuple[int, Callable[[], Entry], tuple[str, ...]]]]
    sheet: Sheet | None = None


@contextmanager
def opened_source(installation: Installation, where: str, *, closes_in: timedelta) -> Iterator[Source]:
    """Yield what stands in a file or at an address. Raises PermanentFailure with one sentence."""
    if not tables.is_remote(where):
        yield _of_file(installation, Path(where), closes_in)
        return
    try:
        answer = egress.fetch(where, installation.settings)
    except Unreachable as unreachable:
        raise PermanentFailure(f"{where} cannot be read: {unreachable.told('en')}.") from unreachable
    if answer.status != 200:
        raise PermanentFailure(f"{where} cannot be read: its server answers {answer.status}.")
    if _is_markup(answer.body[:512]):
        yield _of_feed(installation, answer.body, where, answer.url, answer.content_type, closes_in)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "offers.csv"
        path.write_bytes(answer.body)
        try:
            source = _of_file(installation, path, closes_in)
        except PermanentFailure as failure:
            raise PermanentFailure(str(failure).replace(str(path), where)) from failure
        yield source


def _of_file(installation: Installation, path: Path, closes_in: timedelta) -> Source:
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except OSError as error:
        raise PermanentFailure(f"{path} cannot be read: {error.strerror}.") from error
    if _is_markup(head):
        return _of_feed(installation, tables.feed_in(path), str(path), "", "", closes_in)
    sheet = sheets.open_sheet(path, offer_rows.COLUMNS, required=("title", "employer", "place", "closes_on"))
    zone = installation.settings.zone
    today = now().astimezone(zone).date()

    def entries(progress: Progress) -> Iterator[tuple[int, Callable[[], Entry], tuple[str, ...]]]:
        for line in sheet.lines(lambda done, of: progress(done, of, "")):

            def read(line: sheets.Line = line) -> Entry:
                if line.fault:
                    raise Fault(line.fault)
                return offer_rows.of_line(line.values, today=today, zone=zone)

            yield line.number, read, line.cells

    return Source(entries, sheet)


def _of_feed(
    installation: Installation, body: bytes, name: str, url: str, content_type: str, closes_in: timedelta
) -> Source:
    at, zone = now(), installation.settings.zone
    try:
        _, found = feeds.parse(body, url=url, content_type=content_type, most=None, at=at)
    except Unreachable as unreachable:
        raise PermanentFailure(f"{name} cannot be read as a feed: {unreachable.told('en')}.") from unreachable

    def entries(progress: Progress) -> Iterator[tuple[int, Callable[[], Entry], tuple[str, ...]]]:
        for number, one in enumerate(found, 1):

            def read(one: Found = one) -> Entry:
                text = markup.to_text(one.content, links=False) or one.summary
                return offer_rows.of_entry(
                    one.title, text, key=one.key, url=one.url, author=one.author, closes_in=closes_in,
                    published=one.published_at.astimezone(zone).date(), today=at.astimezone(zone).date(),
                )  # fmt: skip

            progress(number, len(found), "")
            yield number, read, ()

    return Source(entries)


def _is_markup(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def offers(
    installation: Installation, source: Source, by: str, *, publish: bool, rehearsal: bool, progress: Progress
) -> Done:
    """Take every offer in, each in its own transaction. Raises PermanentFailure where `by` is no member of the staff."""
    tables.check_schema(installation)
    done, seen = Done(called="line" if source.sheet else "entry"), set[str]()
    for number, read, cells in source.entries(progress):
        try:
            entry = read()
            if entry.key in seen:
                done.counts[Outcome.IMPORTED_BEFORE] += 1
                continue
            if _take_in(installation, entry, number, by, done, publish=publish, rehearsal=rehearsal) in TAKEN:
                seen.add(entry.key)
        except Fault as fault:
            done.refuse(number, cells, fault)
    return done


def _take_in(
    installation: Installation, entry: Entry, number: int, by: str, done: Done, *, publish: bool, rehearsal: bool
) -> Outcome:
    at = now()
    with installation.database.transaction() as session:
        member = people.find(session, by)
        if member is None or Role.STAFF not in people.roles(session, member):
            raise PermanentFailure(f"{by} is no member of the staff: passerelle staff list shows who is.")
        one = offer_imports.take_in(session, entry, member, publish=publish, key=f"import:{entry.key[:16]}", at=at)
        if rehearsal:
            session.rollback()
    done.counts[one.outcome] += 1
    base = installation.settings.base_url
    if one.outcome is Outcome.DRAFT:
        where = "" if rehearsal else f": {base}{one.form_path}"
        done.tell(number, f"“{entry.draft.title}” lacks {', '.join(entry.missing)}{where}")
    if one.outcome is Outcome.KNOWN:
        done.tell(number, f"“{entry.draft.title}” is offer {one.offer_id}")
    if one.outcome is Outcome.EXPIRED:
        done.tell(number, f"“{entry.draft.title}” closed on {entry.draft.closes_on}")
    return one.outcome
