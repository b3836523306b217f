"""A candidate's words about her profile: who sees it, from whom it hides, who saw it."""

from __future__ import annotations

from collections.abc import Callable

from inbound.context import Context
from inbound.words import Said
from jobboard import cvs, exposure, hidden_employers
from jobboard.errors import Refused
from jobboard.languages import gettext_for
from jobboard.people import Person
from jobboard.profiles import Visibility

_LEVELS = {
    "public": Visibility.EVERYONE,
    "publique": Visibility.EVERYONE,
    "tous": Visibility.EVERYONE,
    "recruteurs": Visibility.RECRUITERS,
    "recruteur": Visibility.RECRUITERS,
    "recruiters": Visibility.RECRUITERS,
    "prive": Visibility.NOBODY,
    "privee": Visibility.NOBODY,
    "private": Visibility.NOBODY,
    "personne": Visibility.NOBODY,
}


def _engines(*, on: bool) -> Callable[[Context, Person], None]:
    return lambda context, person: exposure.let_engines_in(context.session, person, indexable=on, at=context.at)


def _name(*, on: bool) -> Callable[[Context, Person], None]:
    return lambda context, person: exposure.show_name(context.session, person, shown=on, at=context.at)


# What else may follow PROFIL: what the answer then says, and what does it.
_SETTINGS: dict[str, tuple[str, Callable[[Context, Person], None]]] = {
    **dict.fromkeys(("moteurs", "avec moteurs", "search engines"), ("engines", _engines(on=True))),
    **dict.fromkeys(("sans moteurs", "no search engines"), ("no-engines", _engines(on=False))),
    **dict.fromkeys(("avec nom", "nom visible", "avec mon nom", "with name"), ("named", _name(on=True))),
    **dict.fromkeys(("sans nom", "nom masque", "sans mon nom", "anonyme", "no name"), ("unnamed", _name(on=False))),
}


def about_profile(rest: str) -> bool:
    """Accept nothing, a level of visibility, or one of the settings of a profile."""
    return not rest or rest in _LEVELS or rest in _SETTINGS


def profile(context: Context, said: Said) -> str:
    """PROFIL: show it to her as others read it; PROFIL PUBLIC, RECRUTEURS or PRIVE: choose who sees it."""
    person = _person(context)
    if said.rest in _LEVELS:
        level = _LEVELS[said.rest]
        text, evidence = gettext_for(person.language)(exposure.TEXTS[level]), {"mail": context.received.mail_id}
        exposure.show(context.session, person, level, how="mail", text=text, evidence=evidence, at=context.at)
        return _tell(context, "visibility", f"profile-{level}")
    if said.rest in _SETTINGS:
        done, act = _SETTINGS[said.rest]
        act(context, person)
        return _tell(context, done, f"profile-{done}")
    return _tell(context, "", "profile-shown")


def hide_from(context: Context, said: Said) -> str:
    """MASQUER A an employer: neither it nor what belongs to it finds her any more."""
    employer = exposure.hide_from(context.session, _person(context), said.written, at=context.at)
    return _tell(context, "hidden", "profile-hidden-from", employer=employer)


def show_to(context: Context, said: Said) -> str:
    """MONTRER A an employer that she had hidden from."""
    person = _person(context)
    exposure.of(context.session, person)
    if not said.written.strip():
        raise Refused("employer-missing")
    employer = hidden_employers.show_to(context.session, person, said.written)
    return _tell(context, "unhidden", "profile-shown-to", employer=employer)


def who_saw(context: Context, said: Said) -> str:
    """QUI M'A VU: who was shown her profile."""
    exposure.tell_who_saw(context.session, _person(context), key=context.key, thread=context.thread, at=context.at)
    return "profile-seen"


def keep_awake(context: Context) -> str:
    """OUI to a letter about her profile: it stays awake, or wakes."""
    person = _person(context)
    profile = exposure.of(context.session, person)
    person.life_at = context.at
    context.session.flush()
    context.session.refresh(profile)  # the sign of life has woken it
    return _tell(context, "awake", "profile-awake")


def propose(context: Context) -> str:
    """Ask whether the CV that came along may complete her profile; "" when none did.

    Raises Refused with why it cannot be read, or "no-profile".
    """
    cv, person = context.received.cv, _person(context)
    if cv is None:
        return ""
    cvs.propose(context.session, person, cv, thread=context.thread, at=context.at)
    return "asked-cv"


def after_application(context: Context) -> None:
    """Ask, once in a lifetime, whether the CV of an application may complete her profile, too."""
    cv, person = context.received.cv, _person(context)
    if cv is not None and cv.portrait is not None and cvs.may_ask_unasked(context.session, person):
        cvs.propose(context.session, person, cv, first=True, at=context.at)


def _tell(context: Context, done: str, outcome: str, *, employer: str = "") -> str:
    exposure.tell(
        context.session,
        _person(context),
        done,
        employer=employer,
        key=context.key,
        thread=context.thread,
        at=context.at,
    )
    return outcome


def _person(context: Context) -> Person:
    person = context.person
    assert person is not None, "words are only done for people we know"
    return person
