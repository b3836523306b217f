"""Whether an organisation is told by a name of its own: "École de musique de Pontivy" is any school there, "Accords et Cie" is one."""

from __future__ import annotations

import re

from jobboard import places
from jobboard.folding import fold
from jobboard.readable import level
from jobboard.reading.nouns import ACRONYMS, NOUNS

# Called by their place and nothing else: there is one of each in a town or a département.
_NETWORK = re.compile(
    r"(?:l'|la |le |les )?(?:udaf|unaf|cidff|admr|adapei|apei|unapei|apajh|pep|adie|afev|afpa|ccas|cias|missions? locales?|secours|mairie"
    r"|ville|commune|departement|metropole|communaute|emmaus|croix|restos|banque alimentaire|ligue|ufcv|geiq|cpie|adil|uriopss|cress"
    r"|familles rurales|conseil departemental|chambre|mutualite|office)\b"
)
_ARTICLE = re.compile(r"L[ae]s? |L['’]")
_OF = re.compile(r"\b(?:de|d'|du|des|a|au|aux|en|sur|of|in) ?$")
_NOUN = re.compile(rf"\b(?:{NOUNS}|{ACRONYMS})\b")
# What such bodies do and for whom: words of a kind of organisation, of none in particular.
_GENERIC = frozenset(
    """associatif associative associatifs social sociale sociaux solidaire solidaires culturel culturelle socioculturel sportif sportive
    parental parentale municipal municipale communal departemental regional national intercommunal local locale petite grand grande
    rural rurale familial familiale specialise laique populaire mutualiste independante privee public publique technique agricole
    musique danse theatre arts culture sport sports quartier insertion formation loisirs loisir jeunes jeune jeunesse enfance enfants
    adultes travailleurs aide aides soin soins sante domicile services service personne personnes agees handicapees accueil hebergement
    vie education parents eleves habitants locataires amis voisins defense protection environnement nature emploi economique employeurs
    temporaire travail interim gestion medical medicaux medico psychologique pedagogique educatif educative retraite vacances ville
    developpement bilingue internationale international europeenne francaise french france bilingual small charity club omnisports
    multi micro halte garderie ecole college prevention specialisee sans abri collective collectif solidarite animaux refuge
    garde cooperatif cooperative participatif participative bio local de du des d la le les l et en au aux a pour sur notre votre nos""".split()
)


def has_own_name(name: str) -> bool:
    """Tell whether a word of the name is neither a kind of organisation, nor what it does, nor its place."""
    if _NETWORK.match(level(name)):
        return True
    rest = name
    for found in reversed(places.mentioned(name)):
        if _ARTICLE.match(name, found.start) and not _OF.search(level(name[: found.start])):
            continue  # "Centre social Les Deux Rives"
        rest = rest[: found.start] + " " + rest[found.end :]
    words = fold(_NOUN.sub(" ", level(rest))).split()
    return any(word not in _GENERIC for word in words)
