"""The language of a page, and its words: the reader's when we know her, else what her browser asks for.

An address may name the language: `?langue=en`. Feeds are followed by programs that ask for none, or for their own: the
link to one, on a page in another language than the installation's, says in which it is to be.
"""

from __future__ import annotations

from types import ModuleType

from babel.support import NullTranslations
from flask import g, request, session

from jobboard.languages import LANGUAGES, translations
from mailer.rendering import WORDS
from webapp.house import house

ARGUMENT = "langue"
SPOKEN = "language"  # the key of the browser's session under which the language of who is signed in is kept


def language() -> str:
    """Return the language in which this request is answered."""
    if "language" not in g:
        g.language = _asked_for(house().settings.language)
    chosen: str = g.language
    return chosen


def _asked_for(default: str) -> str:
    """Return the language that the address names, or that of who is signed in.

    Else it is the installation's, unless the browser does not even list it and lists another of ours.
    Many browsers in France prefer English and list French behind it: the offers are in French, so is the page.
    """
    known = next((one for one in (request.args.get(ARGUMENT), session.get(SPOKEN)) if one in LANGUAGES), None)
    if known is not None:
        return known
    listed = [name.partition("-")[0].lower() for name, quality in request.accept_languages if quality > 0]
    if default in listed:
        return default
    return next((name for name in listed if name in LANGUAGES), default)


def speak(wanted: str) -> None:
    """Answer this request in that language, if we speak it."""
    if wanted in LANGUAGES:
        g.language = wanted


def remember(wanted: str) -> None:
    """Answer this request, and what this browser asks for while somebody is signed in, in that language."""
    speak(wanted)
    if session.get(SPOKEN) != wanted:
        session[SPOKEN] = wanted


def in_language(path: str) -> str:
    """Return the address of a feed that answers in the language of this page, whoever follows it."""
    if language() == house().settings.language:
        return path
    return f"{path}{'&' if '?' in path else '?'}{ARGUMENT}={language()}"


def words() -> ModuleType:
    """Return how dates, numbers and lists are said in this language."""
    return WORDS[language()]


def catalogue() -> NullTranslations:
    """Return the sentences of this language."""
    return translations(language())


def gettext(message: str, **values: object) -> str:
    """Return a French sentence in the language of the request, its %(name)s filled."""
    said = catalogue().gettext(message)
    return said % values if values else said
