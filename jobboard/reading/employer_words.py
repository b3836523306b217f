"""The words around the name of who recruits: verbs of recruiting, what a name stands behind, where it ends."""

from __future__ import annotations

import re

RECRUITS = re.compile(
    r"\b(?:(?:re)?cherche(?:nt)?|recrute(?:nt)?|embauche(?:nt)?|engage(?:nt)?|propose(?:nt)?|accueille(?:nt)?"
    r"|va recruter|vont recruter|ouvre(?:nt)? un|offre(?:nt)? un|prend une?|prennent une?"
    r"|souhaite(?:nt)? (?:recruter|accueillir|embaucher|pourvoir|renforcer|confier)|a besoin"
    r"|est (?:actuellement )?a la recherche|renforce son|cree un poste"
    r"|is (?:currently )?(?:looking|hiring|seeking|recruiting)|seeks|lance (?:un|le|son) recrutement|diffuse|publie"
    r"|attend(?:ent)? (?:vos|votre)|needs?|recruits|are (?:looking|hiring))\b"
)
WITHIN = re.compile(
    r"\b(?:(?P<firm>nous,|chez|rejoi\w+|integre[rz]|au nom d[eu]|de la part d[eu]|pour le compte d[eu]"
    r"|nous sommes|on est|je (?:dirige|preside|represente|gere|coordonne)|geree?s? par|portee?s? par|we're|(?:association|structure|entreprise|fondation|cooperative|crèche|creche) (?:s'appelle"
    r"|se nomme|est)|je suis (?:[a-z-]+(?:\(e\))? )?(?:de|du|a|pour)"
    r"|je travaille (?:pour|a|chez)|join|i work (?:for|at)|on behalf of|we are|ici)|(?P<inside>au sein d[eu]|dans"
    r"|pour|a|at|for|within|de|du|d'))"
    r"(?P<article>(?: l'| la | le | les | notre |'| the | ))"
)
NOT_AN_EMPLOYER = re.compile(
    r"(?:mme|mlle|m\.|mr|madame|monsieur|mesdames|messieurs|nous|on|je|il|elle|ils|elles|qui|vous|une?|son|sa|ses|leur|leurs|mon|ma|mes|ce|cette|celui|celle|poste"
    r"|offre|annonce|bonjour|recrutement|urgent|equipe"
    r"|dans|pour|afin|suite|en|depuis|avec|basee?s?|situee?s?|specialisee?s?|acteur|actrice|au|aux|a|c'est|cdi"
    r"|cdd|stage|comme|notre equipe|direction|pole|service"
    r"|unite|departement des|conseil d'administration|bureau|the team|our|we|my|i)\b"
    r"|(?:(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|(?:fin |mi-|debut )?(?:janvier|fevrier|mars|avril|mai|juin|juillet"
    r"|aout|septembre|octobre|novembre|decembre|noel|printemps|ete|automne|hiver|rentree|saison|vacances)|(?:l')?appel|a la"
    r"|hello|salut|coucou|merci|info|information|objet|profil|missions?|contexte|presentation|lieu|date|alternance"
    r"|apprentissage|contrat|remplacement|renfort|secteur|filiere)\b|(?:insertion|petite enfance|sante|culture"
    r"|environnement|social|medico-social|education|animation|sport|ess|economie sociale|numerique|logement|handicap"
    r"|solidarite)$"
)
NAME_ENDS = re.compile(
    r"[,;:!?\n(|]|\.(?= |$)| [–—-] | (?:recherche|recrute|cherche|embauche|propose|accueille|engage|est|sont"
    r"|oeuvre|gere|souhaite|a(?! (?:domicile|la personne|but|vocation))|qui|dont|que|situee?|basee?"
    r"|implantee?|installee?|creee?|fondee?|pour|avec|dans|afin|depuis|ou|car|ayant|vous|nous|il|elle|on|et nous|et transmet\w*|et relai\w*|et diffus\w*|et vous|et je|je|j'|qu'"
    r"|va|vont|c'est|cherchons|recherchons|recrutons"
    r"|geree?s? par|geree?|portee?|s'occupe|s'appelle|se nomme|is|are|seeks|which|who|that|to|in|based|en tant|en cd[id]|en vue|ouvre|offre|renforce|compte|intervient|fete|dispose|emploie|dirige|existe|developpe|anime|travaille"
    r"|accompagne|organise|regroupe|agit|vient|met)(?:nt)?(?=[ ',.]|$)"
)
FOR_A_CLIENT = re.compile(
    r"\bpour (?:le compte d[e'] ?)?(?:l'une? (?:de (?:ses|nos|leurs|mes)|des)|une? de (?:ses|nos|leurs|mes)|une?|son|notre"
    r"|leur|nos|ses) (?:\w+ )?(?:cliente?s?|structures? clientes?|associations? clientes?)\b"
    r"|\bon behalf of (?:one of )?(?:our|its|a) clients?\b"
)
