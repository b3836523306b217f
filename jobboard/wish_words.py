"""The words of a letter that say nothing about a search, and those that say it is no search at all."""

from __future__ import annotations

import re
from importlib.resources import files

_FILE = files("jobboard") / "data" / "empty_words.txt"

# Grammar, politeness, the vocabulary of looking for work, and what people say of themselves.
EMPTY_WORDS: frozenset[str] = frozenset(
    word for line in _FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#") for word in line.split()
)

# Someone who looks for people, leaves, asks, or answers an offer: not a search to keep.
_NO_SEARCH = re.compile(
    r"\b(?:"
    r"nous (?:recrutons|recherchons|cherchons|proposons|embauchons|organisons)|on (?:recrute|embauche)"
    r"|je (?:recrute|embauche)|profil recherche|poste (?:est )?a pourvoir|a pourvoir (?:des|au|en|immediatement)"
    r"|(?:association|structure|entreprise|fondation|mutuelle|cooperative|equipe|ehpad|creche|mairie|centre\w*)"
    r" (?:\w+ ){0,3}(?:recrute|embauche|(?:re)?cherche (?:un|une|des|son|sa))"
    r"|we(?: are|'re) (?:hiring|recruiting|looking for)|to hire|envoyer (?:votre )?cv"
    r"|(?:deposer|publier|diffuser|passer|poster) (?:une|notre|mon|cette|l'|nos) ?(?:offre|annonce)"
    r"|des?(?:abonn|inscri)\w*|plus recevoir|unsubscribe|remove me|stop sending"
    r"|ne (?:veux|souhaite|desire)\w* plus (?:recevoir|de mails?|d'e?mails?|d'alertes?|vos)"
    r"|(?:supprim|effac|arret|annul|stopp)\w* (?:mon|mes|vos|ces|les|l'|cette|le(?! \d)|de m'envoyer|d'envoyer|tout)"
    r"|(?:notre|nos) (?:association|structure|equipe|entreprise|fondation|cooperative|etablissement|creche|service)s?\b"
    r".{0,80}\b(?:re)?cherchent?\b|missions? (?:principales? )?: "
    r"|j'ai trouve (?:un|du|mon)|plus (?:en|a la) recherche|ne (?:re)?cherche plus"
    r"|pas d'alertes?\b(?! par)|(?:juste|simplement|seulement|j'ai|pour) une (?:petite )?question|promo(?:tion)?s? |code promo|cliquez|click here|remise de|webinaire|inscrivez-vous|decouvrez|jeu concours"
    r"|(?:postule|candidate|candidature) (?:a |au |pour |sur )(?:l'|votre|le poste|cette|l )"
    r"|(?:suite|reponse) a votre (?:offre|annonce)|poste que vous proposez|offre n|ref\.? ?:? ?\d"
    r"|votre (?:offre|annonce) (?:de|d'|n|du|pour|parue|publiee|concernant)"
    r"|vous (?:envoie|adresse|transmets|soumets|fais parvenir|prie de trouver) (?:\w+ ){0,3}(?:candidature|cv)"
    r"|(?:probleme|bug|souci|erreur)s? (?:avec|sur|dans)|pas ce que je (?:re)?cherche"
    r"|ne (?:marche|fonctionne)\w* (?:pas|plus)"
    r"|entretien (?:du|de) (?:lundi|mardi|mercredi|jeudi|vendredi|\d)"
    r")"
)
# Thanks for what came are no search; at the end of one they are but polite.
_THANKS = re.compile(r"\bmerci pour (?:votre|vos|l'|cette|ces) ?(?:alertes?|mails?|offres?|envois?|reponses?)")
_LOOKS = re.compile(r"\b(?:j)?(?:re)?cherch\w+|\bsouhait\w+|\bvoudrai\w*|\baimerai\w*|\blooking for\b")
# What else than work people look for; "formation en alternance" and "aide-soignante" are work.
_OTHER_OBJECTS = (
    "logements?|appartements?|apparts?|maison|studio|colocation|coloc|chambre|toit|voiture|amie?s?|copine|copain",
    "place en creche|creche|candidats?|stagiaires?|salaries?|alternants?|apprentis?|benevoles?|volontaires?|employes?",
    "collaborateurs?|financements?|subventions?|locaux|local|salle|terrain|avocat|infos?|informations?|renseignements?",
    "numero|horaires|flat|house|conseils?|partenaires?|prestataires?|fournisseurs?|restaurant|hotel|vol|train",
    "rencontre|medecin traitant|medicament|femme(?! de)|homme(?! de)",
    "formation(?! (?:en )?(?:alternance|apprentissage))",
    "aide(?![- ](?:a |soignant|medico|cuisin|comptable|menager|de cuisine|educat|auxil|maternel|puer))",
)
_OTHER_THAN_WORK = re.compile(
    r"\b(?:(?:re)?cherche|besoin d'|veux|voudrais|trouver|souhaite|looking for) ?(?:a (?:louer|acheter|vendre) )?"
    rf"(?:une?|des|du|de l'|de la|d'une?|an?|mon|ma)? ?(?:{'|'.join(_OTHER_OBJECTS)})\b"
)
_QUESTION = re.compile(
    r"\b(?:comment|combien|pourquoi|quels? (?:est|sont|etait|salaire|est-ce)|quelles? (?:est|sont|heure|formation|date)"
    r"|a quelle|quand (?:est|a|aura|ouvr)|ou (?:est|se trouve|sont|en est)|est-ce que (?!vous (?:avez|auriez|proposez))"
    r"|pouvez-vous me (?:dire|donner|expliquer|renseigner)|qui (?:est|peut|etes)|qu'est[- ]ce"
    r"|what (?:is|are)|how (?:do|can|much|many)|when (?:is|do)|who (?:is|are))\b"
)
# Somebody to work for her, rather than a post for herself.
_SOMEBODY = re.compile(
    r"\b(?:je )?(?:re)?cherche (?:actuellement |activement |donc |egalement |aussi )?"
    r"(?:une?|des|son|sa|notre|quelqu'un|une personne)(?: |\(e\) |·e )"
    r"(?:bon(?:ne)? |jeune |prochaine? |future? |nouvel(?:le)? |nouveau )?$"
    r"|\blooking for (?:an? |some )(?:good |experienced )?$|\b(?:besoin|en quete|a la recherche) d'une? $"
)
_FOR_MINE = re.compile(
    r" (?:pour|afin de|qui|capable) (?:(?:garder|aider|s'occuper de|remplacer) )?"
    r"(?:mes|mon|ma|nos|notre|la|le|puisse|peut)\b"
)
_OF_A_JOB = re.compile(r"\s*(?:s |\(e\) )?(?:jobs?|positions?|role|post|work|vacancy|vacancies|internship)\b")


def is_no_search(flat: str) -> bool:
    """Return whether a flat text recruits, leaves, asks, answers an offer, or wants another thing than work."""
    if _NO_SEARCH.search(flat) or _OTHER_THAN_WORK.search(flat):
        return True
    if _THANKS.search(flat) and not _LOOKS.search(flat):
        return True
    return bool(_QUESTION.search(flat)) and "?" in flat


def wants_somebody(flat: str, start: int, end: int) -> bool:
    """Return whether the trade between these offsets is someone she looks for: "je cherche une comptable"."""
    before, after = flat[max(start - 60, 0) : start], flat[end : end + 40]
    return bool(_FOR_MINE.match(after)) or (bool(_SOMEBODY.search(before)) and not _OF_A_JOB.match(after))
