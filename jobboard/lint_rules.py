"""What an offer must not say, as a table: what is looked for, where, when it is no harm, why, and what to write instead.

Patterns are met in one levelled sentence at a time (`jobboard.readable.level`). The staff decide: nothing here blocks.
Laws: Code du travail L1132-1 and L1142-1 (discrimination), L5321-2 and L5331-3 (job offers), L5331-4 (language),
L124-1 to L124-8 of the Code de l’éducation (internships), directive (UE) 2023/970 (pay transparency).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from jobboard.contracts import Kind


class Where(StrEnum):
    """The part of an offer in which a rule looks."""

    TITLE = "title"
    BODY = "body"  # duties, profile and how to apply
    PAY = "pay"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing not to write. `unless`: said in the same sentence, it is no harm; `grave`: forbidden, not only unwise."""

    code: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None = None
    where: frozenset[Where] = field(default_factory=lambda: frozenset({Where.TITLE, Where.BODY}))
    not_for: frozenset[Kind] = frozenset()
    only_for: frozenset[Kind] = frozenset()
    grave: bool = True


# Whom the work is for, not who shall do it.
_PUBLIC = (
    r"accompagn|accueil|accueill|aupres d|public|beneficiaire|usager|resident|soutien|soutenir|hebergement|heberg|victime"
    r"|ateliers? (?:pour|avec|d)|droits? des|prise en charge|insertion|lutte contre|sensibilis|prevention|eleves"
    r"|enfants? (?:ages?|de)|adolescent|jeunes (?:de|ages?)|groupes? d|sejour|colonie|centre de loisirs|creche"
    r"|quel(?:le)?s? que soi(?:t|ent)|sans distinction|sans discrimination|toutes? (?:les )?(?:origines|candidatures)"
)
_OR_PUBLIC = re.compile(_PUBLIC)


def _words(text: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{text})")


_YOUNG_BY_LAW = frozenset({Kind.CIVIC_SERVICE, Kind.APPRENTICESHIP})
_JOBS = frozenset({Kind.JOB})

RULES: tuple[Rule, ...] = (
    Rule(
        "age",
        _words(
            r"moins de \d\d ans|(?:entre|de) \d\d (?:et|a) \d\d ans|\d\d ?(?:-|/|a) ?\d\d ans\b"
            r"|(?:agee?|age\(e\))s? de \d\d|(?:age|ans) (?:maximum|maxi)\b|limite d'age|\d\d ans (?:maximum|maxi|max)\b"
            r"|jeunes? diplome|jeunes? retraite|jeune et |jeune, dynamique|(?:une|un|notre) (?:jeune )?equipe jeune"
            r"|equipe jeune|jeune equipe|seniors? (?:s'abstenir|non)|profil jeune|jeune (?:homme|femme|candidat)"
            r"|plutot jeune|plus de (?:4|5|6)\d ans\b(?! d)|young (?:and|graduate|team)|years old"
        ),
        unless=re.compile(
            rf"{_PUBLIC}|\d ans d'|depuis|existe|experience|adultes?[- ]relais|contrat (?:d'avenir|pec)|parcours emploi competences"
            r"|moins de 26 ans (?:et|ou) (?:inscrit|eligible)|eligib|anciennete|majeure?|18 ans"
        ),
        not_for=_YOUNG_BY_LAW,
    ),
    Rule(
        "origin",
        _words(
            r"nationalite (?:francaise|europeenne|suisse|belge)|de nationalite|origine (?:europeenne|francaise|africaine"
            r"|maghrebine|asiatique|ethnique)|d'origine (?:europeenne|francaise|etrangere)|francais de souche|type europeen"
            r"|langue maternelle|native (?:speaker|english|french)|(?:de |)race (?:blanche|noire)|sans accent\b|bleu blanc rouge"
        ),
        unless=re.compile(rf"{_PUBLIC}|titulaire de la fonction publique|concours|defense nationale|habilitation"),
    ),
    Rule(
        "family",
        _words(
            r"celibataire|sans enfants?\b|sans charge de famille|marie(?:e|\(e\)|·e)s?\b|(?:etre|non|vous etes) marie\b|situation (?:familiale|de famille)"
            r"|obligations? familiales?|charges? (?:de famille|familiales?)|mere de famille|pere de famille|projet d'enfant"
            r"|(?:pas |non )enceinte|single\b|no children"
        ),
        unless=_OR_PUBLIC,
    ),
    Rule(
        "looks",
        _words(
            r"(?:bonne|tres bonne|excellente|belle|parfaite) presentation\b(?! (?:de|du|des|d'|orale|ecrite))"
            r"|presentation (?:soignee|impeccable|irreprochable)|physique (?:agreable|avantageux)|apparence (?:soignee|physique)"
            r"|bien de sa personne|tenue et presentation|mensurations|taille minimum|1 ?m ?\d\d minimum"
            r"|sans (?:tatouage|piercing)|good looking"
        ),
        unless=re.compile(r"powerpoint|diaporama|document|support|produits?|rayon"),
    ),
    Rule(
        "photo",
        _words(
            r"(?:cv|candidature|dossier|lettre)(?: \w+){0,3} (?:avec|\+|et|plus) (?:une |votre )?photo\b"
            r"|(?:joindre|joignez|envoyer|envoyez|avec) (?:une |votre )?photo(?: d'identite)?\b|photo (?:obligatoire|exigee|souhaitee|d'identite)"
        ),
        unless=re.compile(r"reportage|portfolio|galerie|photographe"),
    ),
    Rule(
        "sex",
        _words(
            r"(?:recherch|cherch|recrut)\w* (?:exclusivement |uniquement |plutot )?(?:une femme|un homme|des femmes|des hommes"
            r"|une dame|un monsieur)\b|(?:homme|femme)s? (?:de preference|uniquement|exclusivement|imperativement)"
            r"|(?:uniquement|exclusivement|de preference|reserve aux|preference pour) (?:une? |des |aux )?(?:hommes?|femmes?)\b"
            r"|poste (?:reserve|destine) (?:a|aux) (?:une? )?(?:hommes?|femmes?)|(?:homme|femme) (?:motivee?|dynamique|serieux|serieuse)"
        ),
        unless=re.compile(rf"{_PUBLIC}|hommes? (?:et|ou) femmes?|femmes? (?:et|ou) hommes?|h ?/ ?f"),
    ),
    Rule(
        "health",
        _words(
            r"(?:parfaite|bonne|excellente) sante\b|sans (?:handicap|probleme de (?:sante|dos))|non handicape|pas de handicap"
            r"|aucun(?:e)? (?:handicap|restriction medicale)|apte sans restriction|jamais (?:malade|absent)"
        ),
        unless=_OR_PUBLIC,
    ),
    Rule(
        "belief",
        _words(
            r"de (?:confession|religion) (?:catholique|chretienne|musulmane|juive|protestante)|(?:catholique|chretien(?:ne)?|musulman(?:e)?)"
            r" pratiquante?|croyante?s?\b|(?:non|pas) syndique|sans (?:appartenance|engagement) (?:syndicale?|politique)"
            r"|(?:opinion|orientation|sensibilite) (?:politique|religieuse|sexuelle)s?"
        ),
        unless=re.compile(rf"{_PUBLIC}|laicite|neutralite|respect|quelles? que"),
    ),
    Rule(
        "residence",
        _words(
            r"(?:habit(?:er|ant)|resid(?:er|ant|ence)|domicilie(?:e|\(e\))?)s? (?:imperativement|obligatoirement|a proximite|sur place"
            r"|dans (?:le|la|un)|a moins de|proche)|(?:imperatif|obligatoire)(?:ment)?(?: d')? ?(?:habiter|resider)"
            r"|domicilie(?:e|\(e\))?s? (?:a|en|dans|sur)\b|habitants? (?:de|du) .{0,30}(?:uniquement|seulement|exclusivement)"
        ),
        unless=re.compile(
            rf"{_PUBLIC}|adultes?[- ]relais|qpv|quartiers? prioritaires?|logement (?:de fonction|fourni|sur place)|personnes|habitat"
        ),
        grave=False,
    ),
    Rule(
        "habits",
        _words(r"non[- ]fume(?:ur|use)|fumeurs? s'abstenir"),
        unless=re.compile(r"espace|zone|locaux"),
        grave=False,
    ),
    Rule(
        "pay-history",
        _words(
            r"(?:derniers?|trois derniers?|3 derniers?|vos) (?:bulletins?|fiches?) de (?:salaire|paie|paye)"
            r"|(?:remuneration|salaire) (?:actuelle?|precedente?|anterieure?)|historique de (?:salaire|remuneration)|current salary"
        ),
        unless=re.compile(r"etablir|editer|etablissement des|saisie|elaboration|controle|preparation|gestion"),
    ),
    Rule(
        "money",
        _words(
            r"frais (?:d'inscription|de dossier|de formation|d'adhesion|de participation)|(?:une |)caution (?:de|obligatoire|demandee)"
            r"|adhesion (?:obligatoire|payante|requise)|formation (?:payante|a (?:vos|votre) (?:frais|charge))"
            r"|a (?:la charge d(?:u|e la) candidat|vos frais)|investissement (?:de depart|initial|personnel de)"
            r"|achat (?:du|d'un) (?:kit|stock)|numero surtaxe|08 ?9\d|registration fee"
        ),
        unless=re.compile(
            r"pris en charge|prise en charge|rembours|gratuit|beneficiaire|adherents|familles|encaiss|suivi des|gestion"
        ),
    ),
    Rule(
        "unlawful-work",
        _words(
            r"(?:statut |en |)auto[- ]?entrepreneu(?:r|se)|micro[- ]?entrepreneu|(?:en |statut )(?:freelance|free[- ]lance|portage)"
            r"|non declare|au noir\b|de la main a la main|periode d'essai (?:non (?:payee|remuneree)|gratuite|benevole)"
            r"|essai (?:gratuit|non remunere)"
        ),
        unless=re.compile(rf"{_PUBLIC}|accompagn|porteurs? de projet|createurs?|entrepreneurs? (?:salarie|accompagne)"),
        only_for=_JOBS,
    ),
    Rule(
        "internship-job",
        _words(
            r"remplace(?:r|ment)\b|(?:en |)(?:totale|toute|pleine) (?:autonomie|responsabilite)|(?:premiere )?experience (?:\w+ ){0,2}(?:exigee|requise|indispensable)"
            r"|\d+ ans d'experience|sans (?:convention|ecole)|convention (?:non|pas) (?:obligatoire|necessaire)"
            r"|surcroit d'activite|accroissement (?:temporaire )?d'activite|emploi saisonnier"
        ),
        only_for=frozenset({Kind.INTERNSHIP}),
    ),
    Rule(
        "volunteer-job",
        _words(
            r"lien de subordination|horaires (?:imposes|fixes|obligatoires)|35 ?h(?:eures)?\b|39 ?h(?:eures)?\b|temps (?:plein|complet)"
            r"|salaire|remunere(?:e|\(e\))?\b|remuneration|presence obligatoire|fiche de paie|periode d'essai"
        ),
        unless=re.compile(
            r"non remunere|sans (?:salaire|remuneration)|pas (?:de |)(?:salaire|remunere)|volontariat|salaries?\b|vsi"
        ),
        only_for=frozenset({Kind.VOLUNTEERING}),
    ),
    Rule(
        "civic-service",
        _words(
            r"(?:experience|diplome|permis(?: b)?|bac ?\+ ?\d|formation)s?(?: \w+){0,2} (?:exigee?|requise?|obligatoire|indispensable|necessaire|demandee?)s?"
            r"|remplace(?:r|ment)\b|35 ?h(?:eures)? (?:minimum|obligatoire)|salaire|emploi\b(?! du temps)"
        ),
        unless=re.compile(
            r"aucun|sans|pas (?:de|d')|service civique n|pole emploi|recherche d'emploi|retour a l'emploi|france travail"
        ),
        only_for=frozenset({Kind.CIVIC_SERVICE}),
    ),
    Rule(
        "contact",
        re.compile(
            r"\b0[1-79](?:[ .-]?\d\d){4}\b|\+33 ?\(?0?\)? ?[1-79](?:[ .-]?\d\d){4}\b|https?://\S+|\bwww\.\S+|\[adresse masquee\]"
        ),
        grave=False,
    ),
    Rule(
        "stereotype",
        _words(
            r"corveable|disponibilite (?:totale|24)|7 ?jours? sur 7|7j/7|24 ?h? ?/ ?24|resistant au stress|heures? supplementaires? non"
            r"|ne (?:pas )?compt(?:er|e) (?:pas )?ses heures"
        ),
        unless=re.compile(rf"{_PUBLIC}|service ouvert|astreinte|equipe|internat|structure|accueil"),
        grave=False,
    ),
    Rule(
        "pay-vague",
        _words(
            r"selon (?:profil|experience|competences|diplome)|a negocier|a definir|attracti(?:f|ve)|motivant|competitive|negotiable"
        ),
        where=frozenset({Where.PAY}),
        not_for=frozenset({Kind.VOLUNTEERING, Kind.CIVIC_SERVICE, Kind.INTERNSHIP, Kind.APPRENTICESHIP}),
        grave=False,
    ),
)

# Why, in a sentence for the staff, and what to propose; rules of `jobboard.lint` itself included.
WHY: dict[str, str] = {
    "title": "L’intitulé doit s’adresser aux femmes comme aux hommes (L1142-1 du code du travail).",
    "age": "Un critère d’âge est une discrimination (L1132-1), sauf contrat que la loi réserve à un âge.",
    "origin": "L’origine, la nationalité ou la langue maternelle ne peuvent pas être un critère (L1132-1).",
    "family": "La situation de famille ne peut pas être un critère (L1132-1).",
    "looks": "L’apparence physique ne peut pas être un critère (L1132-1).",
    "photo": "Demander une photo ouvre la porte à des choix sur l’apparence.",
    "sex": "Réserver un emploi à un sexe est interdit (L1142-1), hors métiers de la liste légale.",
    "health": "L’état de santé et le handicap ne peuvent pas être un critère ; seul le médecin du travail dit l’aptitude.",
    "belief": "Les opinions, la religion et l’activité syndicale ne peuvent pas être un critère (L1132-1).",
    "residence": "Le lieu de résidence ne peut pas être un critère (L1132-1) ; la disponibilité ou le trajet, si.",
    "habits": "Les habitudes de vie ne peuvent pas être un critère (L1132-1).",
    "pay-missing": "La rémunération proposée, ou une fourchette, doit être annoncée (directive 2023/970).",
    "pay-vague": "« Selon profil » ne dit pas la rémunération : la directive 2023/970 demande un montant ou une fourchette.",
    "pay-low": "Le montant annoncé est inférieur au SMIC pour un temps plein.",
    "pay-history": "On ne demande pas à une personne ce qu’elle gagnait avant (directive 2023/970, article 5).",
    "money": "Chercher un emploi est gratuit : rien ne peut être demandé aux candidats (L5321-3).",
    "unlawful-work": "Un emploi salarié ne peut pas être confié sous un statut d’indépendant, ni essayé sans salaire.",
    "internship-job": "Un stage n’est pas un emploi : ni remplacement, ni expérience exigée, convention obligatoire (L124-7).",
    "internship-long": "Un stage dure au plus six mois par année d’enseignement (L124-5 du code de l’éducation).",
    "internship-unpaid": "Au-delà de deux mois, un stage est gratifié (L124-6 du code de l’éducation).",
    "volunteer-job": "Le bénévolat est libre et sans contrepartie : ni horaire imposé, ni paie, sinon c’est un emploi.",
    "civic-service": "Un service civique ne demande ni diplôme ni expérience, et ne remplace pas un emploi (L120-1).",
    "contact": "Les candidatures passent par l’adresse de l’offre : un autre contact échappe au suivi et à la clôture.",
    "stereotype": "La formule décourage, et contredit la durée du travail.",
    "language": "L’offre doit être rédigée en français (L5331-4) ; une traduction peut suivre.",
}
DO: dict[str, str] = {
    "title": "Proposer : « %(words)s ».",
    "age": "Dire l’expérience ou la compétence attendue : « débutant·e accepté·e », « autonomie sur le poste ».",
    "origin": "Dire le niveau de langue utile au poste : « français écrit et parlé courant (C1) ».",
    "family": "Retirer ; dire les contraintes du poste : « déplacements deux nuits par mois ».",
    "looks": "Retirer ; au besoin : « aisance dans l’accueil du public ».",
    "photo": "Retirer la demande de photo.",
    "sex": "Écrire pour les deux : « une personne », ou l’intitulé suivi de H/F.",
    "health": "Retirer ; dire les gestes du poste : « port de charges jusqu’à 15 kg ».",
    "belief": "Retirer ; au besoin : « adhésion au projet associatif ».",
    "residence": "Écrire plutôt : « poste sans logement, prise de service à 6 h ».",
    "habits": "Retirer.",
    "pay-missing": "Demander un montant ou une fourchette, ou la convention et son coefficient.",
    "pay-vague": "Demander une fourchette : « 2 000 à 2 300 € brut par mois selon expérience ».",
    "pay-low": "Vérifier le montant, le temps de travail, ou s’il est net.",
    "pay-history": "Retirer la demande.",
    "money": "Retirer, ou dire que l’employeur prend les frais en charge.",
    "unlawful-work": "Demander le contrat de travail prévu, ou en faire une mission.",
    "internship-job": "Décrire ce que la personne apprend et qui l’encadre, ou en faire un CDD.",
    "internship-long": "Ramener la durée à six mois, ou proposer un CDD ou une alternance.",
    "internship-unpaid": "Indiquer la gratification.",
    "volunteer-job": "Dire les moments proposés, librement choisis ; ou en faire un emploi.",
    "civic-service": "Écrire : « ouvert à toutes et tous, sans condition de diplôme ».",
    "contact": "Retirer ce contact : l’adresse de l’offre suffit.",
    "stereotype": "Dire les horaires réels et leur contrepartie.",
    "language": "Demander le texte en français.",
}
