"""The language of a page, and its words: the reader's when we know her, else what her browser asks for."""

from __future__ import annotations

from types import ModuleType

from babel.support import NullTranslations
from flask import g, request

from jobboard.languages import LANGUAGES, translations
from mailer.rendering import WORDS
from webapp.house import house


def language() -> str:
    """Return the language in which this request is answered."""
    if "language" not in g:
        g.language = _asked_for(house().settings.language)
    chosen: str = g.language
    return chosen


def _asked_for(default: str) -> str:
    """Return the installation's language, unless the browser does not even list it and lists another of ours.

    Many browsers in France prefer English and list French behind it: the offers are in French, so is the page.
    """
    listed = [name.partition("-")[0].lower() for name, quality in request.accept_languages if quality > 0]
    if default in listed:
        return default
    return next((name for name in listed if name in LANGUAGES), default)


def speak(wanted: str) -> None:
    """Answer this request in that language, if we speak it."""
    if wanted in LANGUAGES:
        g.language = wanted


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
