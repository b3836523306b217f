"""The language of a page, and its words: those of the reader when we know her, else those of the installation."""

from __future__ import annotations

from types import ModuleType

from babel.support import NullTranslations
from flask import g

from jobboard.languages import LANGUAGES, translations
from mailer.rendering import WORDS
from webapp.house import house


def language() -> str:
    """Return the language in which this request is answered."""
    chosen = g.get("language")
    return chosen if isinstance(chosen, str) else house().settings.language


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
