"""From a letter's fields to subject, text and HTML: templates, their filters, and the frame around every letter."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache, cached_property, lru_cache
from pathlib import Path
from types import ModuleType
from typing import Protocol
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import BaseLoader, Environment, FileSystemLoader, StrictUndefined, pass_context, pass_eval_context
from jinja2.environment import Template, TemplateModule
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from markupsafe import Markup, escape

from jobboard import subjects
from jobboard.languages import translations
from mailer import english, finishing, french, prose
from mailer.premail import inline

WORDS: dict[str, ModuleType] = {"fr": french, "en": english}
STYLESHEET = "_layout/mail.css"
PARTS = "_parts/parts"
FINISH = {"txt": finishing.finish_text, "html": finishing.finish_html}
SHARED_CARDS = 8192  # kept at once, of at most 4 kB each
_KIND = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Frame:
    """What surrounds a letter and is not in it: language, time, and the last lines of every mail."""

    language: str
    site_name: str
    base_url: str
    why: str  # one sentence: why this mail came
    how_to_stop: str  # one sentence
    help_line: str
    timezone: ZoneInfo
    at: datetime  # aware UTC: the "today" of "dans 9 jours"
    unsubscribe_url: str | None = None
    preferences_url: str | None = None  # of a list of letters
    preheader: str = ""  # continues the subject where inboxes show it, unless the template says it
    list_url: str = ""  # the page with every offer of this mail, where it does not show them all
    reply_address: str | None = None  # when known, words to answer are also links that prepare the answer
    greeting: str = ""  # how a letter of a list begins: its reader's name is not in the letter

    def of_anybody(self) -> Frame:
        """Return what all letters of that day have around them: nothing in it is one reader's own."""
        day = datetime.combine(self.civil(self.at), time(12), self.timezone)
        return Frame(self.language, self.site_name, self.base_url, "", "", "", self.timezone, day)

    def civil(self, moment: date | datetime) -> date:
        """Return the day of a moment where the reader lives; a date is that day already."""
        return self.local(moment).date() if isinstance(moment, datetime) else moment

    def local(self, moment: datetime) -> datetime:
        """Return the moment on the reader's clock; ValueError for a naive one."""
        if moment.tzinfo is None:
            raise ValueError(f"{moment} has no time zone")
        return moment.astimezone(self.timezone)

    def answer_url(self, words: str) -> str:
        """Return the link that opens an answer with those words already written (RFC 6068)."""
        return f"mailto:{self.reply_address}?subject={quote(words)}&body={quote(words)}"


@dataclass(frozen=True)
class Rendered:
    """A letter in words: a subject of one line, and two parts that say the same; line ends are bare LF."""

    subject: str
    text: str
    html: str


def templates_dir() -> Path:
    """Return the folder of mail templates: in the package once installed, beside it in a repository."""
    installed = Path(__file__).parent / "templates"
    return installed if installed.is_dir() else Path(__file__).parents[1] / "templates" / "mail"


def render(letter_kind: str, fields: Mapping[str, object], frame: Frame) -> Rendered:
    """Return the letter of that kind in the language of its frame.

    Raises jinja2.TemplateNotFound for a kind without templates, jinja2.UndefinedError for a field that its templates
    want and `fields` lacks, ValueError for a None on its way to the reader.
    """
    return render_with(_environment(frame.language), letter_kind, fields, frame)


def render_with(environment: Environment, letter_kind: str, fields: Mapping[str, object], frame: Frame) -> Rendered:
    """Return the letter as `render` does, with an environment of `build_environment`."""
    if not _KIND.fullmatch(letter_kind):
        raise ValueError(f"{letter_kind!r} is no kind of letter")
    if taken := fields.keys() & {"frame", "parts"}:
        raise ValueError(f"{letter_kind}: a field may not be called {taken.pop()}")
    typography = WORDS[frame.language].typography
    parts = {ending: Parts(environment.get_template(f"{PARTS}.{ending}"), ending, frame) for ending in FINISH}

    def words_of(name: str) -> str:
        template = environment.get_template(f"{letter_kind}/{name}")
        return template.render(fields, frame=frame, parts=parts[name.rpartition(".")[2]])

    return Rendered(
        finishing.finish_subject(words_of("subject.txt"), typography),
        finishing.finish_text(words_of("body.txt"), typography),
        finishing.finish_html(words_of("body.html"), typography),
    )


class Parts:
    """The macros of `_parts` for one letter; what many letters share is rendered and typeset once for them all."""

    def __init__(self, template: Template, ending: str, frame: Frame) -> None:
        self._template = template
        self._ending = ending
        self._frame = frame

    def __getattr__(self, name: str) -> object:
        return getattr(self._own, name)

    @cached_property
    def _own(self) -> TemplateModule:
        return self._template.make_module({"frame": self._frame})

    @cached_property
    def _of_anybody(self) -> Frame:
        return self._frame.of_anybody()

    def offer_card(self, card: Hashable) -> str:
        """Return the card of an offer, the same for all who read of it that day by that number and for those reasons."""
        return _shared_card(self._template, self._ending, self._of_anybody, card)


@lru_cache(maxsize=SHARED_CARDS)
def _shared_card(template: Template, ending: str, frame: Frame, card: Hashable) -> str:
    rendered = str(_shared_macros(template, frame).offer_card(card))  # type: ignore[attr-defined]  # a macro
    kept = finishing.keep(FINISH[ending](rendered, WORDS[frame.language].typography).strip("\n"))
    return Markup(kept) if ending == "html" else kept


@lru_cache(maxsize=16)
def _shared_macros(template: Template, frame: Frame) -> TemplateModule:
    return template.make_module({"frame": frame})


class InliningLoader(BaseLoader):
    """Hands templates on from another loader, HTML with the shared sheet inlined."""

    def __init__(self, inner: BaseLoader) -> None:
        self.inner = inner

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        source, filename, uptodate = self.inner.get_source(environment, template)
        if not template.endswith(".html"):
            return source, filename, uptodate
        css, _, css_uptodate = self.inner.get_source(environment, STYLESHEET)
        checks = [check for check in (uptodate, css_uptodate) if check]
        return inline(source, css), filename, lambda: all(check() for check in checks)

    def list_templates(self) -> list[str]:
        return self.inner.list_templates()


def build_environment(language: str, loader: BaseLoader) -> Environment:
    """Return the Jinja environment of mail templates in that language; safe to share between threads."""
    environment = Environment(
        loader=loader,
        extensions=["jinja2.ext.i18n"],
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        finalize=_refuse_none,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["ext.i18n.trimmed"] = True
    catalogue = translations(language)
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        catalogue.gettext, catalogue.ngettext, newstyle=True
    )
    environment.filters.update(_filters(WORDS[language]))
    return environment


@cache
def _environment(language: str) -> Environment:
    return build_environment(language, InliningLoader(FileSystemLoader(templates_dir())))


def _refuse_none(value: object) -> object:
    """Return the value; nobody shall read "None" in a mail."""
    if value is None:
        raise ValueError("a template prints a value that is None: ask for it with if")
    return value


def _filters(words: ModuleType) -> dict[str, Callable[..., object]]:
    """Return the filters of one language: date_words, deadline… read the reader's day from the frame."""

    def dated(say: Callable[[date, date], str]) -> Callable[..., str]:
        @pass_context
        def filter_(context: Context, moment: date | datetime) -> str:
            frame: Frame = context["frame"]
            return say(frame.civil(moment), frame.civil(frame.at))

        return filter_

    @pass_context
    def time_words(context: Context, moment: datetime) -> str:
        return str(words.time_words(context["frame"].local(moment).time()))

    @pass_context
    def moment_words(context: Context, moment: datetime) -> str:
        frame: Frame = context["frame"]
        local = frame.local(moment)
        return str(words.moment_words(local.date(), local.time(), frame.civil(frame.at)))

    @pass_context
    def span(context: Context, meeting: Lasting) -> str:
        frame: Frame = context["frame"]
        return say_span(words, meeting, frame.timezone, frame.at)

    @pass_context
    def moment_at(context: Context, moment: datetime, zone: str) -> str:
        """Say a moment on the clocks of a zone, and that they are others than the reader's where they are."""
        frame: Frame = context["frame"]
        there = moment.astimezone(ZoneInfo(zone))
        said = str(words.moment_words(there.date(), there.time(), frame.at.astimezone(ZoneInfo(zone)).date()))
        return f"{said}, {words.LOCAL_TIME}" if there.utcoffset() != frame.local(moment).utcoffset() else said

    return {
        "span": span,
        "moment_at": moment_at,
        "date_words": dated(words.date_words),
        "deadline": dated(words.deadline),
        "time_words": time_words,
        "moment_words": moment_words,
        **{
            name: getattr(words, name)
            for name in (
                "number",
                "number_words",
                "euros",
                "distance",
                "elided",
                "spoken",
                "listed",
                "plural",
                "counted",
            )
        },
        "line": finishing.one_line,
        "short": subjects.shorten,
        "verbatim": _verbatim,
        "quoted": _quoted,
        "prose": prose.html,
        "prose_text": prose.text,
    }


class Lasting(Protocol):
    """What begins and ends; with a `timezone` of its own, said on the clocks there."""

    @property
    def starts_at(self) -> datetime:
        """Its beginning."""

    @property
    def ends_at(self) -> datetime:
        """Its end."""


def say_span(words: ModuleType, meeting: Lasting, zone: ZoneInfo, at: datetime) -> str:
    """Return when something takes place, on the clocks of its own zone where it names one."""
    name = getattr(meeting, "timezone", "") or zone.key
    there = ZoneInfo(name)
    start, end = meeting.starts_at.astimezone(there), meeting.ends_at.astimezone(there)
    elsewhere = start.utcoffset() != start.astimezone(zone).utcoffset()
    return str(words.span_words(start, end, at.astimezone(there).date(), elsewhere=elsewhere))


@pass_eval_context
def _verbatim(eval_ctx: EvalContext, text: str) -> str:
    """Return what a person wrote, to be handed on as it is; in HTML line ends of plain text are breaks."""
    if not eval_ctx.autoescape:
        return finishing.keep(text)
    if isinstance(text, Markup):
        return Markup(finishing.keep(str(text)))
    return Markup(finishing.keep(finishing.even(str(escape(text))).replace("\n", "<br>")))


def _quoted(text: str) -> str:
    """Return what a person wrote as a quotation in a text part: "> " before each line."""
    return finishing.keep("\n".join(f"> {line}" if line else ">" for line in finishing.even(text).split("\n")))
