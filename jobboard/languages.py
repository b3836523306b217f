"""The languages we speak and their catalogues: message ids are the French source, so French needs no catalogue.

After a change of words in code or templates, from the root of the repository (the .pot is thrown away):

    alias babel="python -m babel.messages.frontend"
    babel extract -F babel.cfg -o passerelle.pot --no-location --omit-header --ignore-dirs=".* var build dist" .
    babel update -N -i passerelle.pot -o templates/locale/en/LC_MESSAGES/passerelle.po -l en

Catalogues are compiled in memory when they are first read; what is not translated stays French.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

SOURCE = "fr"
LANGUAGES = (SOURCE, "en")
DOMAIN = "passerelle"


class _French(NullTranslations):
    """The source itself; its plural begins at two ("0 offre", "1,5 offre")."""

    def ngettext(self, singular: str, plural: str, num: int) -> str:
        return singular if abs(num) < 2 else plural


# Words that only one of the two has, of those that letters to us are made of.
_ENGLISH = frozenset(
    "i i'm am are is was the this that these my your our their and of to in at with without from for near who what when how "
    "would like looking seeking want wish need please hello hi dear thanks thank you regards sincerely yes help full-time "
    "part-time time permanent work working weekly daily newsletter subscribe hire hiring position day rate as they".split()
)
_FRENCH = frozenset(
    "je j'ai suis le la les l un une des du de et ou au aux dans sur avec sans pour par en ma mon mes votre vos nos notre nous "
    "vous qui que cherche recherche souhaite voudrais bonjour bonsoir salut merci cordialement oui aide poste emploi temps "
    "plein partiel lettre chez pas est sont ce cette ces".split()
)


def of_text(text: str) -> str | None:
    """Return the language that a text is surely written in; None where it says too little, as most answers do."""
    words = re.findall(r"[a-zà-ÿ]+(?:['’-][a-zà-ÿ]+)?", text[:_READ].lower().replace("’", "'"))
    english, french = sum(word in _ENGLISH for word in words), sum(word in _FRENCH for word in words)
    if english > 2 * french and (english > 1 or (english and len(words) <= _FEW_WORDS)):
        return "en"
    return SOURCE if french > 2 * english else None


_READ = 2_000  # characters
_FEW_WORDS = 3  # of which one is enough: "help", "yes please"


def locale_dir() -> Path:
    """Return the folder of the catalogues: in the package once installed, beside the templates in a repository."""
    installed = Path(__file__).parent / "locale"
    return installed if installed.is_dir() else Path(__file__).parents[1] / "templates" / "locale"


@cache
def translations(language: str) -> NullTranslations:
    """Return the catalogue of that language, falling back to French; ValueError for one that we do not speak."""
    if language not in LANGUAGES:
        raise ValueError(f"{language!r} is none of {', '.join(LANGUAGES)}")
    if language == SOURCE:
        return _French()
    compiled = BytesIO()
    with (locale_dir() / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=language, domain=DOMAIN))
    compiled.seek(0)
    catalogue = Translations(compiled, domain=DOMAIN)
    catalogue.add_fallback(_French())
    return catalogue


def gettext_for(language: str) -> Callable[[str], str]:
    """Return the function that says a French sentence in that language."""
    return translations(language).gettext
