"""What organisations are called before their own names: "association", "foyer", "MJC". Alternatives of a pattern, levelled."""

from __future__ import annotations

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
    "|laverie|garage|hopital|clinique|pole|espace|cantines?|coop|crous|universite|habitat|emmaus"
)
ACRONYMS = (
    "mjc|admr|udaf|unaf|apf|adapei|unapei|adapt|esat|ehpad|ime|itep|mecs|ccas|cias|cidff|cpie|gretas?|greta|apajh"
    "|pep|ufcv|ifac|anef|arile|csc|sivu|sivom|cemea"
    "|geiq|ei|aci|crous|cada|chrs|fjt|uriopss|cress|amap|clcv|adil|ufolep|usep|adie|afev|afpa|adsea|aidaphi"
    "|sessad|savs|samsah|cmpp|camsp|csapa|caarud|saad|ssiad|gem|ditep|mfr|arseaa|cd\\d\\d|eclat|uncpie|ugecam|esiea|lpo|snl|icf"
)
