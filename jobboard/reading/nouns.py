"""What organisations are called before their own names: "association", "foyer", "MJC". Alternatives of a pattern, levelled."""

from __future__ import annotations

import re

from jobboard.readable import level

NOUNS = (
    "associations?|asso|fondations?|mutuelles?|mutualites?|cooperatives?|scop|scic|federations?|confederations?"
    "|unions?|ligues?|comites?|maisons?|collectifs?"
    "|reseaux?|societes?|entreprises?|etablissements?|foyers?|mission locale|missions locales|ressourcerie"
    "|recyclerie|creches?|ecoles?|lycees?|theatres?"
    "|compagnies?|amicales?|secours|ong|groupements?|groupes?|regies?|agences?|ateliers?|syndicats?|offices?"
    "|cinemas?|fermes?|epiceries?|tiers-lieux?|cafes?"
    "|radios?|clubs?|instituts?|ville|mairie|commune|departement|metropole|communaute|centres?|centre social"
    "|centre socioculturel|restos?|banque alimentaire"
    "|residences?|villages?|chantiers?|jardins?|conservatoire|musee|media|mediatheque|festivals?|halte-garderie"
    "|micro-creche|cite|pepiniere|couveuse|caisse"
    "|structure|structures|ludotheques?|bibliotheque|restaurants?|boutiques?|bistrot|librairie|mutuelles?|plateformes?"
    "|domicile|maison d'accueil|accueil de loisirs|service d'aide|auberge|orchestre|laiterie|brasserie|conciergerie"
    "|laverie|garage|hopital|clinique|pole|espace|cantines?|coop|studio|service de placement|auberge de jeunesse|gite|manufacture|cuisines?(?= (?:centrale|solidaire|collective|partagee))|crous|universite|habitat|emmaus"
)
ACRONYMS = (
    "mjc|iem|admr|udaf|unaf|apf|adapei|unapei|adapt|esat|ehpad|ime|itep|mecs|ccas|cias|cidff|cpie|gretas?|greta|apajh"
    "|pep|ufcv|ifac|anef|arile|csc|sivu|sivom|cemea"
    "|geiq|ei|aci|crous|cada|chrs|fjt|uriopss|cress|amap|clcv|adil|ufolep|usep|adie|afev|afpa|adsea|aidaphi"
    "|sessad|savs|samsah|cmpp|camsp|csapa|caarud|saad|ssiad|gem|ditep|mfr|arseaa|cd\\d\\d|eclat|uncpie|ugecam|esiea|lpo|snl|icf"
)
_ARTICLE = re.compile(r"(?:l'|la |le |les |notre |votre |nos )?")
# What a body runs: in a running text it says where the work is, not who employs.
_ESTABLISHMENT = re.compile(
    r"(?:ime|impro|iem|itep|esat|ea|ehpad|mecs|chrs|chu|cada|huda|cph|sessad|savs|samsah|fam|mas|fjt|csapa|caarud|lhss|saad|ssiad|cmpp"
    r"|eanm|eam|foyers?|creches?|micro-creche|multi-accueil|halte-garderie|residences?|centres? (?:social|socioculturel|d'accueil"
    r"|de loisirs|d'hebergement|culturel|de formation|educatif|de vacances)|accueil (?:de jour|de loisirs)|maison (?:d'enfants"
    r"|d'accueil|de retraite|relais|des? jeunes)|pension de famille|ressourcerie|recyclerie|chantiers?|ateliers?|epicerie|boutique"
    r"|ecole|lycee|college|clinique|hopital|services?|ludotheque|restaurant|auberge|jardins?|ferme|cafe|tiers-lieu|plateforme|pole"
    r"|antenne|etablissement|structure|site|dispositif|village|internat|gite|musee|theatre|mediatheque|bibliotheque)\b"
)


def is_establishment(name: str) -> bool:
    """Tell whether a name begins like an establishment: "IME de Chartres", "Foyer Les Ormes"."""
    plain = level(name)
    opening = _ARTICLE.match(plain)
    return bool(_ESTABLISHMENT.match(plain, opening.end() if opening else 0))
