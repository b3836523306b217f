"""How values are written on a page: dates, sums, a person's paragraphs; and the last pass of typography."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from itertools import groupby

from markupsafe import Markup, escape

from jobboard import markup
from jobboard.clock import now
from jobboard.contracts import CONTRACT_LABELS, WORKING_TIME_LABELS, Contract, WorkingTime
from jobboard.event_drafts import EVENT_KIND_LABELS, EventKind
from jobboard.letters.cards import Line
from mailer import finishing, said_values
from mailer.french import NO_BREAK
from mailer.rendering import Lasting, say_span
from mailer.shown import REASONS_OF_PROFILE, line_in
from webapp.house import house
from webapp.language import gettext, in_language, language, words

_BULLET = re.compile(r"\s*[-*•–▪·]\s+")


def civil(moment: date | datetime) -> date:
    """Return the day of a moment where the installation is; a date is that day already."""
    return local(moment).date() if isinstance(moment, datetime) else moment


def local(moment: datetime) -> datetime:
    """Return the moment on the clock of the installation."""
    return moment.astimezone(house().settings.zone)


def date_words(moment: date | datetime) -> str:
    """Return "jeudi 31 décembre"."""
    return str(words().date_words(civil(moment), civil(now())))


def deadline(moment: date | datetime) -> str:
    """Return "jusqu’au jeudi 31 décembre (dans 38 jours)"."""
    return str(words().deadline(civil(moment), civil(now())))


def moment_words(moment: datetime) -> str:
    """Return "jeudi 31 décembre à 14 h 30"."""
    here = local(moment)
    return str(words().moment_words(here.date(), here.time(), civil(now())))


def is_to_come(day: date) -> bool:
    """Tell whether a day is still to come."""
    return day > civil(now())


def days_ago(moment: datetime) -> int:
    """Return how many whole days have passed since."""
    return (now() - moment).days


def reasons(codes: Iterable[str]) -> str:
    """Return why a profile was found: "ce métier, dans le rayon cherché"."""
    return ", ".join(gettext(REASONS_OF_PROFILE[code]) for code in codes if code in REASONS_OF_PROFILE)


def clock_words(moment: datetime) -> str:
    """Return "23/11 10:12:45", kept on one line: for developers, who look at seconds."""
    return f"{local(moment):%d/%m{NO_BREAK}%H:%M:%S}"


def number(value: int) -> str:
    """Return the number with its thousands apart."""
    return str(words().number(value))


def spoken(command: str) -> str:
    """Return a command in the language of the page: "JE PARTICIPE 12" is "JOIN 12"."""
    return str(words().spoken(command))


def octets(size: int) -> str:
    """Return a size as people read it, its unit beside it: "412 octets", "38 ko", "1,2 Mo"."""
    if size < 1000:
        said = gettext("%(size)s octets", size=size)
    elif size < 1_000_000:
        said = gettext("%(size)s ko", size=round(size / 1000))
    else:
        said = gettext("%(size)s Mo", size=words().number(round(size / 1_000_000, 1)))
    return said.replace(" ", NO_BREAK)


def verbatim(text: str) -> Markup:
    """Return what a person wrote, letter by letter; line ends are those of the page's style."""
    return Markup(finishing.keep(finishing.even(str(escape(text)))))


def kept(text: str) -> Markup:
    """Return text that stands in a form field or a data block: escaped, and left alone by typography."""
    return Markup(finishing.keep(str(escape(text))))


def paragraphs(text: str) -> Markup:
    """Return plain text as HTML: empty lines part paragraphs, lines that begin with a dash are a list."""
    return Markup("").join(_blocks(finishing.even(text)))


def _blocks(text: str) -> Iterator[Markup]:
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = [line for line in block.split("\n") if line.strip()]
        for listed, group in groupby(lines, key=lambda line: bool(_BULLET.match(line))):
            if listed:
                items = Markup("").join(Markup("<li>{}</li>").format(_BULLET.sub("", line, 1)) for line in group)
                yield Markup("<ul>{}</ul>").format(items)
            else:
                yield Markup("<p>{}</p>").format(Markup("<br>").join(line.strip() for line in group))


def prose(source: str, level: int = 3) -> Markup:
    """Return Markdown of the editors as HTML; their headings have that level, below those of the page."""
    return Markup(markup.from_markdown(source, level=level))


def finish(page: str) -> str:
    """Return the page with the typography of its language; what a person wrote stays as it is."""
    return finishing.finish_html(page, words().typography)


def contract(name: Contract) -> str:
    """Return what a contract is called."""
    return gettext(CONTRACT_LABELS[name])


def working_time(name: WorkingTime) -> str:
    """Return what a working time is called."""
    return gettext(WORKING_TIME_LABELS[name])


def span(meeting: Lasting) -> str:
    """Return when something takes place: "mardi 1er décembre, de 14 h à 16 h", on the clocks of its place."""
    return say_span(words(), meeting, house().settings.zone, now())


def month_words(day: date) -> str:
    """Return "décembre 2026"."""
    return f"{words().MONTHS[day.month - 1]} {day.year}"


def weekdays() -> list[str]:
    """Return the names of the days of a week, Monday first."""
    return list(words().DAYS)


def event_kind(name: EventKind) -> str:
    """Return what a kind of event is called."""
    return gettext(EVENT_KIND_LABELS[name])


def local_time(meeting: Lasting) -> str:
    """Return at which hour something begins, on the clocks of its place: "14 h"."""
    zone = getattr(meeting, "zone", None) or house().settings.zone
    return str(words().time_words(meeting.starts_at.astimezone(zone).time()))


def ours(value: str) -> str:
    """Return a value that is stored as French words of ours (a pay, a radius) in the language of the page."""
    return said_values.said(value, language())


def in_words(line: Line) -> Line:
    """Return a line of an offer or a search in the language of the page."""
    return line_in(line, gettext, language())


FILTERS: dict[str, Callable[..., object]] = {
    "span": span,
    "month_words": month_words,
    "event_kind": event_kind,
    "local_time": local_time,
    "date_words": date_words,
    "deadline": deadline,
    "moment_words": moment_words,
    "clock_words": clock_words,
    "is_to_come": is_to_come,
    "days_ago": days_ago,
    "reasons": reasons,
    "number": number,
    "spoken": spoken,
    "octets": octets,
    "verbatim": verbatim,
    "kept": kept,
    "paragraphs": paragraphs,
    "prose": prose,
    "contract": contract,
    "working_time": working_time,
    "ours": ours,
    "in_words": in_words,
    "in_language": in_language,
}
