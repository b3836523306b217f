"""The words that turn what stands near them: looking for, being, having been, living, refusing, wondering."""

from __future__ import annotations

from jobboard.marks import Role
from jobboard.phrases import phrase_set

LONGEST = 6  # words of a phrase

_WANT = phrase_set(
    "ne souhaite pas m eloigner de, ne veux pas m eloigner de, sans m eloigner de, pas m eloigner de,",
    "sans quitter, ne souhaite pas quitter, ne veux pas quitter, pas quitter, pas trop m eloigner de,",
    "ne pas m eloigner de, ne pas quitter, n exclus pas, je n exclus pas, ne refuse pas, n exclue pas,",
    "pas contre, pas opposee a, pas oppose a, n exclut pas, cherche, recherche, chercher, rechercher, recherches,",
    "cherches, souhaite, souhaiterais, souhaiterai, voudrais, voudrai, veux, aimerais, aimerai, desire,",
    "desirerais, vise, a la recherche, en recherche, en quete, je cible, jcherche, jcherch, jrecherche, cherch,",
    "cherchons, looking for, look for, want, seeking, would like, searching for, search for, i am after,",
    "chercherai, recherchons, en reconversion vers, reconversion vers, reconversion dans, reconversion en,",
    "reconversion comme, plutot, uniquement, seulement, que du, only, just, juste, recherch, recherchant,",
    "cherchant, souhaitant, souhaitons, desirant, je suis a la recherche, suis a la recherche,",
    "je suis en recherche, je suis en quete, suis en recherche, je suis disponible, suis disponible,",
    "je suis ouvert, je suis ouverte, je suis interesse, je suis interessee, je suis mobile, je suis pret,",
    "je suis prete, i am looking for, i m looking for, je suis motive, je suis motivee, je suis a l ecoute,",
    "m installer, pour m installer, je m installe, m installe, j emmenage, emmenage, emmenager, m etablir,",
    "je pars vivre, je pars m installer, je pars pour, je viens vivre, je viens m installer",
    "cherce, rechrche, chercche, je suis dispo, veut, voudrait, cherchait, jaimerais, jaimerai, jvoudrais,",
    "jvoudrai, jveux, souhaitais, souhaiter, souhait, souhaits, je suis toujours a la recherche,",
    "je suis actuellement a la recherche, actuellement a la recherche, actuellement en recherche,",
    "je suis actuellement en recherche, interested in, cherhce, je cherche, je recherche, je souhaite,",
    "je voudrais, j aimerais, je veux, dorenavant, desormais, maintenant, now",
)
_ALSO_WANT = phrase_set(
    "poste salarie a, poste salarie, emploi salarie a, emploi salarie, interesse par, interessee par, envie de, postuler, trouver, recevoir, devenir, projet de, reconvertir,",
    "evoluer vers, orienter vers, ouvert a, ouverte a, ouvert aux, ouverte aux, pret a, prete a, mobile sur,",
    "m interesse, need, find, m interesserait, m interessent, apply, interesse, interessee, interessees,",
    "besoin d un, besoin d une, besoin de, j accepte, accepte, acceptons, accepterais, preference, de preference,",
    "idealement, prefere, preferais, preferer, mon objectif, objectif, mobile, mobilite, demenager,",
    "demenage, ideally, preferably, please, merci de, travailler, je vais demenager,",
    "envie d, projet d, exercer, quete d, quete de, m orienter, alerte, alertes, avez vous, auriez vous,",
    "y a t il, proposez vous, m interesseraient, je postule, bosser, taffer, to work, work as",
)
_BACK_TO_WANTED = phrase_set(
    "mais, par contre, cependant, toutefois, neanmoins, but, however, sinon, en revanche, oui, yes",
)
_IDENTITY = phrase_set(
    "employe a, employee a, salarie a, salariee a, embauchee a, embauche a, employed in,",
    "je suis, suis, etudiant en, etudiante en, etudes de, etudes en, diplome en, diplomee en, diplome de,",
    "diplomee de, formation de, formation en, formation d, actuellement, titulaire d, titulaire du, titulaire de,",
    "i am, i m, currently, bts, dut, licence, licence pro, master, master 1, master 2, bac pro, bachelor, deug,",
    "m1, m2, l3, dees, cap, diplome d, diplomee d, ma formation, mon diplome, j ai un diplome, j ai le diplome,",
    "j ai un cap, j ai un master, en poste, je travaille, travaille, apres des etudes, etudiant, etudiante,",
    "bac 5 en, bac 3 en, ecole de, je prepare, en formation, j exerce, en tant que salarie, graduated,",
    "student in, je me forme, en fin d etudes, j ai mon, j ai le, j ai un, j ai une, certifie, certifiee,",
    "qualifie, qualifiee, i have",
)
_PAST = phrase_set(
    "se termine, prend fin, s acheve, finit, j ai ete, j ai travaille, j ai deja, j ai exerce, j ai occupe,",
    "j ai effectue, j ai fait, j ai suivi, j ai obtenu, j etais, ancien, ancienne, ex, apres avoir,",
    "apres une carriere, carriere de, carriere dans, experience de, experience en, experience d,",
    "experience comme, experience dans, experiences en, experiences dans, experiences de, experience du, ans de,",
    "ans d, ans comme, ans en, ans dans, annees de, annees en, annees comme, annees dans, connaissance de,",
    "connaissances en, competences en, notions de, notions en, maitrise de, je maitrise, je connais,",
    "jusqu a present, jusqu ici, auparavant, precedemment, quitter, quitte, je quitte, originaire de,",
    "originaire d, venant de, stage effectue, mon dernier poste, mon ancien poste, mon dernier emploi,",
    "mon poste de, mon emploi de, j ai eu, i was, i have been, i worked, years as, years of, experience as,",
    "experience in, former, used to, formerly, native de, ayant travaille, ayant ete, ayant exerce,",
    "ayant une experience, fort d une experience, forte d une experience, mes experiences, mon experience,",
    "mon parcours, ne a, nee a, anciennement, licencie, licenciee, apres un, apres une, apres des annees,",
    "etait a, etait sur, se trouvait a, j ai tenu, j ai habite, j ai vecu, j ai grandi, j ai gere, j ai dirige, j ai passe, j ai demissionne, j ai anime,",
    "j ai commence, j ai quitte, j ai ouvert, j ai cree, j ai monte, j ai servi, j ai enseigne, j ai accompagne,",
    "j ai etudie, j ai appris, j ai longtemps, j ai d abord, j ai aussi travaille, j ai egalement travaille, j avais,",
    "j habitais, je vivais, je travaillais, je tenais, j exercais, je residais, nous habitions, nous vivions,",
    "nous avons vecu, nous avons habite, on habitait, on a vecu, je viens d, je suis partie de, je suis parti de,",
    "je quittais, apres la fermeture, apres mon licenciement, suite a mon licenciement, suite a un licenciement,",
    "suite a la fermeture, suite au licenciement, en provenance de, arrivant de, arrivee de, arrive de, i lived in,",
    "i used to, i come from, i worked in, i worked at, i left, i moved from, moved from, born in, i lived, i ran,",
    "j ai bosse, apres avoir vecu, apres avoir habite, je suis originaire de, passee par, passe par,",
    "je viens de, fils de, fille de, mari, conjoint, conjointe, j arrete, apres 10 ans, ancien poste",
)
_PAST |= phrase_set(
    "je rentre de, rentree de, rentre de, rentres de, rentrant de, de retour de, retour de, au retour de, revenant de,",
    "je reviens de, revenue de, revenu de, je debarque de, debarque de, debarquee de, debarquant de, j arrive de,",
    "nous arrivons de, tout juste arrive de, tout juste arrivee de, partie de, parti de, quittant, quittons, nous quittons,",
    "je rentre d, rentree d, rentre d, de retour d, retour d, revenant d, je reviens d, revenue d, revenu d, j arrive d,",
    "arrivee d, arrivant d, debarquee d, partie d, parti d, expatrie, expatriee, exile, exilee, lasse de, lassee de, las de,",
    "fatigue de, fatiguee de, saturee de, sature de, j ai visite, nous avons visite, etudie a, grandi a, vecu a, habite autrefois,",
    "etudes a, etudes sur, master obtenu a, diplome obtenu a, vu a, vue a, vu sur, vu dans, inscrit a, inscrite a,",
    "suivi par, suivie par, accompagne par, accompagnee par, ",
    "mes parents, mes enfants, ma fille, mes filles, mon fils, ma famille, ma soeur, mon frere,",
    "mon compagnon, ma compagne, mon epouse, mon epoux, mon mari, ma femme, ma mere, mon pere, ma belle famille,",
    "mes grands parents, mon ami, mon amie, une amie, un ami, mon contrat, mon cdd d, mon cdd de, mon cdd au, mon cdd chez, mon cdd en, mon cdd comme, mon cdd s, mon cdd finit, mon cdi de, mon cdi d, mon cdd a, mon cdd se, mon dernier employeur,",
    "mon employeur, mon ancien employeur, mon entreprise, on m a propose, m a propose, m ont propose, j ai refuse,",
    "effectue a, effectuee a, realise a, realisee a, suivi a, suivie a, obtenu a, obtenue a, passe a, passee a, ma maison, notre maison, mon appartement, notre appartement, j ai un entretien, j ai un rendez vous,",
    "apres mes, apres mon, apres ma, apres plusieurs, apres quelques, apres avoir, apres des, apres deux, apres trois,",
    "apres mes etudes, apres ma formation, diplome de l universite, diplomee de l universite, apres nos,",
)
_ALSO_WANT |= phrase_set(
    "rejoindre mon, rejoindre ma, rejoindre mes, rejoins mon, rejoins ma, rejoindre mon mari, rejoindre ma compagne,",
    "rejoindre mon compagnon, rejoindre mon conjoint, rejoindre ma famille, rejoindre mes parents, rejoins mon mari,",
    "rejoins mon compagnon, suivre mon mari, suivre mon conjoint, suivre ma compagne, suivre mon compagnon, suis mon mari,",
    "rejoindre ma femme, suivre ma femme, rejoindre mes enfants, rejoins ma famille, pres de mes parents, pres de ma famille",
)
_RESIDENCE = phrase_set(
    "j ai demenage a, j ai emmenage a, je viens de m installer a, je viens d emmenager a, je viens d arriver a,",
    "je viens de demenager a, j habite, habite, habitant, je vis, vis a, vivant, demeurant, domicilie, domiciliee, residant, je reside,",
    "reside, base a, basee a, base sur, basee sur, base en, basee en, je suis sur, je suis de, je suis a,",
    "suis sur, suis a, suis de, je suis base, je suis basee, i live, living in, based in, i am in, je demeure,",
    "demeure, mon domicile, chez moi, je loge, j suis sur, je suis en, resident, residente, actuellement a,",
    "actuellement sur, actuellement en, je vis a, adresse, mon adresse, je suis actuellement a, habites,",
    "installe a, installee a, je suis dans le, je suis situe, je suis situee, je suis domicilie,",
    "je suis domiciliee, je suis residant",
)
_NOT = phrase_set(
    "loin de, loin d, loin du, loin des, a distance de, je ne veux plus vivre a, ne veux plus vivre a, plus vivre a,",
    "a part, mis a part, en dehors de, en dehors du, en dehors des, impossible de, impossible pour moi de,",
    "impossible, incapable de, interdit de, inapte a, inapte au, inapte aux, surtout pas de, surtout pas d,",
    "surtout pas un, j evite, evite, deteste, je deteste, marre de, marre des, marre du, ras le bol de,",
    "ras le bol des, stop a, stop aux, stop au, fini les, fini l, fini le, assez de, assez des, allergique a,",
    "allergique au, sortir de l, sortir de la, sortir du, pas de, pas d, pas du, pas des, pas un, pas une,",
    "pas en, pas a, pas le, pas la, pas les, pas dans, pas sur, pas, sans, sauf, hors, hormis, excepte, exceptes,",
    "exceptee, a l exception de, a l exception du, a l exception des, ni, aucun, aucune, jamais, non,",
    "surtout pas, eviter, evitez, a eviter, refuse, je refuse, exclu, exclus, exclure, excluant, no, not,",
    "without, except, excluding, never, ne veux plus, ne souhaite plus, je ne veux plus, je ne souhaite plus,",
    "plus jamais, nor, don t want, do not want, anything but, tout sauf, n importe ou sauf, mais pas,",
    "mais pas de, mais pas a, mais pas en, et pas, et pas de, et non, rien en, rien dans, rien a, jms,",
    "pas d offres, pas d offre, pas interesse par, pas interessee par, pas envie de, pas envie d, pas interesse,",
    "pas interessee, ne veux pas, ne veux pas de, ne souhaite pas, ne souhaite pas de, ne cherche pas,",
    "ne recherche pas, ne cherche pas de, ne veux pas d, ne souhaite pas d, ne recherche pas de, ne veut pas,",
    "ne souhaitant pas, ne voudrais pas, pas travailler, veux pas, veux pas de, veux pas d, souhaite pas,",
    "souhaite pas de, veux plus, veux plus de, veu pas, cherche pas, recherche pas, ne m interesse pas,",
    "ne m interessent pas, n accepte pas, n accepte pas de, refus, exclusion",
)
_UNSURE = phrase_set(
    "pas plus loin que, plus loin que, au pire, a la rigueur, en dernier recours, a defaut de,",
    "ne cherche pas forcement, ne souhaite pas forcement, ne veux pas forcement, ne recherche pas forcement,",
    "ne cherche pas necessairement, ne souhaite pas necessairement, ne veux pas necessairement,",
    "ne cherche pas que, si, pas forcement, pas necessairement, pas obligatoirement, plutot que, plutot qu,",
    "au lieu de, au lieu d, a condition, sous reserve, sauf si, selon, en fonction, rather than, instead of,",
    "unless, a moins, uniquement si, seulement si, dans le cas, en cas, depend, dependra, autre que, autres que,",
    "other than, autre chose que",
)
AFTER_EXCLUDED = phrase_set(
    "je n en veux pas, n en veux pas, j en veux pas, je n en veux plus, j en veux plus, tres peu pour moi,",
    "c est fini, ca ne m interesse pas, ca ne m interesse plus, c est non, est exclu, sont exclus, est exclue,",
    "c est termine, ne me tente pas, ne me tentent pas, n est pas pour moi, je deteste, je n aime pas,",
    "a proscrire, ca suffit, c est fini pour moi, c est exclu, c est termine pour moi, je n en peux plus,",
    "je refuse, j evite, est impossible, je ne veux pas, je ne veux plus, je veux pas, ca ne me va pas,",
    "pas pour moi, c est pas pour moi, basta, jamais, exclu, exclus, exclue, exclues, non merci, s abstenir, non,",
    "no, interdit, interdits, proscrit, a exclure, a eviter, ne m interesse pas, ne m interessent pas,",
    "ne m interesse plus, ne me convient pas, ne me conviennent pas, ne me va pas, ne me vont pas, impossible,",
    "refuse, refuses, n est pas possible, pas possible, a bannir, surtout pas, pas question,",
    "ne m interessant pas, not wanted, ne m interesserait pas, ne m interesseraient pas, ne me plait pas",
)
AFTER_IDENTITY = phrase_set(
    "de formation, de metier, de profession, diplome, diplomee, en reconversion, en poste, diplomes, diplomees,",
    "qualifiee, de mon etat, experimente, experimentee, by training, confirmee, depuis",
)


def _cues() -> dict[tuple[str, ...], Role]:
    found: dict[tuple[str, ...], Role] = {}
    for role, phrases in (
        (Role.WANTED, _WANT | _ALSO_WANT | _BACK_TO_WANTED),
        (Role.IDENTITY, _IDENTITY),
        (Role.PAST, _PAST),
        (Role.RESIDENCE, _RESIDENCE),
        (Role.EXCLUDED, _NOT),
        (Role.UNSURE, _UNSURE),
    ):
        found.update({tuple(phrase.split()): role for phrase in phrases})
    return found


CUES = _cues()
CHANGING = {tuple(phrase.split()) for phrase in _WANT | _BACK_TO_WANTED}
