"""The post of an offer that no verb announces: "Chargé de communication, CDD de 8 mois", "notre offre de comptable", the subject."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from jobboard.readable import level
from jobboard.reading import titles
from jobboard.reading.sentences import Part, Sentence, sentences
from jobboard.trades import FoundTrade

_MOST_SENTENCES = 12
# Somebody who is there already, who writes or whom one writes to, is no post to be filled.
_SOMEBODY = re.compile(
    r"\b(?:notre|nos|votre|ma|mon|je suis|moi|madame la|monsieur le|m\. le|mme la|a la|au|aux|avec (?:le|la|les|une?)|par (?:le|la|une?)"
    r"|aupres d\w+(?: la| le)?|diplome d\w*|titulaire d\w*|ancienne?|remplace\w*|remplacement (?:de la|du|de notre)|depart (?:de la|du|de notre)"
    r"|et (?:la|le)|equipe d\w*|responsabilite d\w+(?: la| le)?) ?$"
)
_ANNOUNCED = re.compile(
    r"\b(?:postes? (?:d[e'u]|d'une?)|offres? (?:d'emploi )?(?:d[e'u]|pour|d'une?|pour une?)|annonce (?:d[e'u]|pour|d'une?|pour une?)|comme|en tant que"
    r"|emploi d[e']|recrutement d[e'u](?:une?)?|(?:recherche|cherche|recrute|embauche|aurions|avons|faut|faudrait|besoin)\w*(?: d['e])?"
    r"|pour une?|:) ?(?:une?(?:\(e\))? |des |\d+ )?$"
)
_STANDING = re.compile(r"\b(?:stagiaire|apprentie?|alternante?)(?:\(e\)|[·./-]e)? $")
_PLAIN_POSTS = re.compile(
    r"\b(?P<title>(?:jeunes? )?volontaires? en service civique|volontaires?(?= pour l| charge)|missions? (?:de|en) service civique"
    r"|stagiaires?(?: en [a-z]+(?: [a-z]+)?)?|stages? en [a-z]+(?: [a-z]+)?|benevoles?|postes? polyvalents?)\b"
)


def title(found: Iterable[Sentence], subject: str) -> str | None:
    """Return the one post that a mail names without a verb before it, the announced ones first; None for none or two.

    What is returned rests on few words and has to be shown as to be checked.
    """
    listed = [one for one in found if one.part is not Part.PROFILE][:_MOST_SENTENCES]
    headed = list(_named(sentences(subject)))
    named = list(_named(listed))
    announced = [one for one in named if one[1]]
    for group in (announced, named, headed):
        codes = {code for _, _, code in group}
        both = codes & {code for _, _, code in headed}
        kept = [one for one in group if one[2] in (both or codes)]
        if kept and len({code for _, _, code in kept}) == 1:
            return max((words for words, _, _ in kept), key=len)
    return None


def plain_title(found: Sequence[Sentence], subject: str) -> str | None:
    """Return the words for a post of no trade: a volunteer, a trainee."""
    for text in (*(one.text for one in found if one.part is not Part.PROFILE), subject):
        match = _PLAIN_POSTS.search(level(text))
        if match is not None:
            words = text[match.start("title") : match.end("title")]
            return words[:1].upper() + words[1:]
    return None


def _named(found: Iterable[Sentence]) -> Iterator[tuple[str, bool, str]]:
    """Yield each post named: its title, whether words announce it, and the code of its trade."""
    for sentence in found:
        plain = level(sentence.text)
        for one in titles.trades_in(sentence.text):
            before = plain[: one.start]
            if one.vague or one.mended or _is_within_another(one, sentence.text) or _SOMEBODY.search(before):
                continue
            standing = _STANDING.search(before)
            words = titles.beginning(sentence.text[standing.start() if standing else one.start :])
            if words and one.start - len(before.rstrip(' ("«')) < 3:
                yield words, bool(_ANNOUNCED.search(before)), one.trade.code


def _is_within_another(one: FoundTrade, text: str) -> bool:
    """Tell whether a trade stands inside a signature or a name: after a comma behind a person's name."""
    before = text[: one.start].rstrip()
    return before.endswith(",") and titles.is_signed(before.rstrip(",").split(",")[-1].strip())
