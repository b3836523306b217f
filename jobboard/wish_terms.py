"""The fixed phrases of a search: contracts, working time, how often, when to begin, and what says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from jobboard.contracts import Contract, Frequency, WorkingTime
from jobboard.marks import Axis, Mark
from jobboard.phrases import Word, phrase_set

_LONGEST = 7
_SAY = Mapping[Any, frozenset[str]]

_CONTRACTS: _SAY = {
    (Contract.CDI,): phrase_set(
        "cdi, contrat a duree indeterminee, duree indeterminee, contrat indetermine, permanent contract,",
        "permanent, permanent job, open ended contract, contrat permanent, c d i, permanent position,",
        "unlimited contract",
    ),
    (Contract.CDD,): phrase_set(
        "cdd, contrat a duree determinee, duree determinee, contrat determine, fixed term, fixed term contract,",
        "temporary contract, c d d, cdd court, cdd long, cdds, contrats a duree determinee, fixed term job",
    ),
    (Contract.INTERIM,): phrase_set(
        "interim, travail temporaire, interimaire, mission d interim, missions d interim, mission interim,",
        "missions interim, missions interimaires, mission interimaire, interims, contrat d interim, temp work,",
        "temping, temp agency, temp agencies, temp job, temp jobs, agence d interim, agences d interim, agency work, contrats d interim,",
        "boite d interim, boites d interim",
    ),
    (Contract.SAISONNIER,): phrase_set(
        "saisonnier, saisonniere, saisonniers, emploi saisonnier, travail saisonnier, contrat saisonnier,",
        "job saisonnier, seasonal, seasonal work, seasonal job, emplois saisonniers, contrats saisonniers,",
        "travaux saisonniers, cdd saisonnier, en saison, faire la saison, faire une saison,",
        "une saison, pour une saison, pour la saison, seasonal contract, une saison d ete, une saison d hiver,",
        "une saison estivale, une saison hivernale, job d ete, jobs d ete, boulot d ete, emploi d ete, emplois d ete,",
        "travail d ete, job pour l ete, un job cet ete, summer job, summer jobs",
    ),
    (Contract.APPRENTISSAGE,): phrase_set(
        "apprentissage, contrat d apprentissage, contrat apprentissage, apprenti, apprentie,",
        "contrats d apprentissage",
    ),
    (Contract.PROFESSIONNALISATION,): phrase_set(
        "contrat de professionnalisation, contrat pro, professionnalisation, contrat professionnalisation,",
        "contrats de professionnalisation, contrats pro, contrat de pro",
    ),
    (Contract.APPRENTISSAGE, Contract.PROFESSIONNALISATION): phrase_set(
        "alternance, en alternance, contrat en alternance, contrat d alternance, alternant, alternante,",
        "apprenticeship, work study, alternances, formation en alternance, contrats en alternance,",
        "poste en alternance, altern",
    ),
    (Contract.STAGE,): phrase_set(
        "stage, stages, stagiaire, internship, internships, intern, stage de fin d etudes, stage conventionne,",
        "offre de stage, offres de stage, convention de stage, stage en entreprise, stage obligatoire,",
        "traineeship, stage etudiant, stage decouverte, stage d observation, place de stage",
    ),
    (Contract.SERVICE_CIVIQUE,): phrase_set(
        "service civique, services civiques, mission de service civique, missions de service civique,",
        "volontaire civique, contrat de service civique, civic service, volontaire en service civique,",
        "service civic, servis civique, volontariat en service civique, mission service civique,",
        "offre de service civique, offres de service civique",
    ),
    (Contract.VSI,): phrase_set(
        "vsi, volontariat de solidarite internationale, volontariat international, volontaire international,",
        "volontaire de solidarite internationale, mission de solidarite internationale, contrat vsi",
    ),
    (Contract.CEE,): phrase_set("cee, contrat d engagement educatif, engagement educatif, contrat cee"),
    (Contract.CDDI,): phrase_set(
        "cddi, cdd d insertion, contrat d insertion, cdd insertion, contrat a duree determinee d insertion,",
        "contrats d insertion, contrat insertion, cdi d insertion",
    ),
    (Contract.MISSION,): phrase_set(
        "freelance, free lance, auto entrepreneur, auto entreprise, autoentrepreneur, autoentrepreneuse,",
        "en independant, portage salarial, mission de conseil, missions de conseil, en tant qu independant,",
        "en tant qu independante, mission freelance, missions freelance, en freelance, en portage,",
        "mission independante, prestation de conseil, prestations de conseil, consulting work,",
        "micro entrepreneur, microentrepreneur, auto entrepreneuse, mission en freelance, missions en freelance",
    ),
    (Contract.BENEVOLAT,): phrase_set(
        "benevolat, benevole, benevoles, benevolement, mission benevole, missions benevoles,",
        "mission de benevolat, missions de benevolat, volunteer, volunteering, volunteer work,",
        "engagement benevole, etre benevole, devenir benevole, volunteer position, action benevole,",
        "actions benevoles, activite benevole, du benevolat, faire du benevolat, mission benevolat",
    ),
    (Contract.MANDAT,): phrase_set("mandat associatif, mandat, mandat d administrateur, mandat d administratrice"),
}

_TIMES: _SAY = {
    (WorkingTime.FULL,): phrase_set(
        "temps plein, plein temps, temps complet, full time, fulltime, tps plein, a plein temps, temps pleins,",
        "tps complet, tmps plein, tems plein, a temps complet, en temps complet, full time job, en temps plein, journee complete, temp plein,",
        "plein tps, plein temp",
    ),
    (WorkingTime.PART,): phrase_set(
        "temps partiel, mi temps, mitemps, mi tps, tps partiel, part time, parttime, quart temps,",
        "temps non complet, trois quarts temps, trois quart temps, 3 4 temps, 4 5, 4 5e, 4 5eme, 9 10e, 9 10eme,",
        "8 10e, 8 10eme, 7 10e, 7 10eme, 6 10e, 6 10eme,",
        "quatre cinquieme, quatre cinquiemes, temps partiels, tmps partiel, tems partiel, demi temps, partiel,",
        "partielle, half time, temp partiel, mi temp, tiers temps, temps tres partiel, temps partiel choisi,",
        "petit temps partiel, emploi partiel, mi tmps",
    ),
    (WorkingTime.FULL, WorkingTime.PART): phrase_set(
        "temps plein ou partiel, temps partiel ou plein, temps plein et partiel, temps plein ou temps partiel,",
        "plein ou partiel, partiel ou plein, temps complet ou partiel, temps plein comme partiel,",
        "full or part time, temps partiel ou complet, temps plein partiel, full time or part time,",
        "part time or full time, temps plein comme temps partiel, mi temps ou temps plein,",
        "temps plein ou mi temps, temps partiel ou temps plein, mi temps ou plein temps, plein temps ou mi temps",
    ),
}

_FREQUENCIES: _SAY = {
    Frequency.INSTANT: phrase_set(
        "au fil de l eau, en temps reel, temps reel, instantane, instantanee, instantanes, instantanees,",
        "instantanement, alerte immediate, alertes immediates, alerte instantanee, a chaque nouvelle offre,",
        "des qu une offre parait, des qu une offre, des qu il y a une offre, des qu il y a, des qu une annonce,",
        "des la parution, des parution, des qu une offre correspond, des qu une offre sort,",
        "des qu une offre est publiee, des qu il y en a une, des publication, des la publication,",
        "des qu une offre arrive, a chaque offre, au fur et a mesure, as they come, as soon as they come,",
        "des qu un poste, des que ya une offre, des qu il y a une offre, des que vous avez, des que vous avez une offre, in real time, instantly,",
        "des qu une nouvelle offre, des qu une offre tombe, des que ca sort, envoi immediat, mail immediat,",
        "des qu il y en a, des qu elles paraissent, des qu ils paraissent, des qu elles sortent, des qu elles arrivent,",
        "des qu elles tombent, des qu elles sont publiees, des qu elles sont en ligne, des qu elle parait, des qu il parait,",
        "sans attendre, sans delai, au plus vite par mail, des qu un poste se libere, des qu une place se libere",
    ),
    Frequency.DAILY: phrase_set(
        "quotidiennes, quotidiens, alertes quotidiennes, alerte quotidiennement, mails quotidiens, tous les jours, chaque jour, une fois par jour, quotidien, quotidienne, quotidiennement, journalier,",
        "daily, every day, 1 fois par jour, 1 fois jour, once a day, chaque matin, tous les matins, chaque soir,",
        "tous les soirs, tt les jours, ts les jours, journaliere, une alerte par jour, un mail par jour,",
        "1 mail par jour, une offre par jour, un message par jour, 1x par jour, un envoi par jour,",
        "alerte quotidienne, mail quotidien, 1 alerte par jour, un email par jour,",
        "1 email par jour, un recap par jour",
    ),
    Frequency.WEEKLY: phrase_set(
        "hebdomadaires, alertes hebdomadaires, alertes hebdo, mails hebdomadaires, une fois la semaine, 1 fois la semaine, une fois par semaine, 1 fois par semaine, chaque semaine, toutes les semaines, hebdo, hebdomadaire,",
        "weekly, once a week, every week, 1 fois semaine, un mail par semaine, une alerte par semaine,",
        "1 mail par semaine, 1 fois par sem, hebdomadairement, un message par semaine, 1x par semaine,",
        "un envoi par semaine, une offre par semaine, alerte hebdomadaire, mail hebdomadaire, tts les semaines,",
        "1 alerte par semaine, chaque lundi, tous les lundis, tous les vendredis, chaque vendredi,",
        "un email par semaine, 1 email par semaine, un recap par semaine, one mail a week",
    ),
    None: phrase_set(
        "mensuelles, mensuels, alertes mensuelles, une fois par mois, tous les mois, chaque mois, mensuel, mensuelle, mensuellement, 1 fois par mois,",
        "monthly, deux fois par semaine, 2 fois par semaine, 3 fois par semaine, trois fois par semaine,",
        "tous les deux jours, une fois tous les quinze jours, tous les quinze jours, tous les 15 jours,",
        "une semaine sur deux, once a month, deux fois par mois, 2 fois par mois, deux fois par jour,",
        "2 fois par jour, every month, un mail par mois, toutes les deux semaines, bimensuel,",
        "toutes les 2 semaines, tous les 2 jours",
    ),
}

_STARTS: _SAY = {
    None: phrase_set(
        "des que possible, asap, tout de suite, de suite, disponible immediatement, immediatement, au plus vite,",
        "dispo immediatement, dispo de suite, disponible de suite, prise de poste immediate, debut immediat,",
        "disponible tout de suite, dispo tout de suite, au plus tot, as soon as possible, right away,",
        "le plus tot possible, le plus vite possible, des maintenant, des aujourd hui, disponibilite immediate,",
        "libre de suite, des a present, disponible des maintenant, immediate, available now, libre immediatement,",
        "available immediately, immediately, libre tout de suite, dispo immediate, disponible des que possible,",
        "dispo des que possible, des q possible, entree immediate, poste immediat, embauche immediate,",
        "dispo des maintenant, disponible rapidement, rapidement",
    ),
}

_KEYWORDS: frozenset[str] = phrase_set(
    "cdi de lycee, cdi du lycee, cdi d un lycee, cdi de college, cdi du college, cdi d un college,",  # a place in schools
    "chantier d insertion, chantiers d insertion, entreprise d insertion, association intermediaire,",
    "contrat aide, contrats aides, contrat aide pec, pec, parcours emploi competences, cui cae, emploi aide,",
    "job etudiant, emploi etudiant, protection de l enfance, personnes agees, personnes handicapees, handicap,",
    "ehpad, ime, esat, itep, chrs, mecs, mjc, centre social, centres sociaux, education populaire,",
    "logement d urgence, hebergement d urgence, aide alimentaire, migrants, refugies, sans abri, sdf,",
    "petite structure, scop, scic, cooperative, cooperatives, fondation, ong, week end, week ends, weekend,",
    "weekends, de nuit, la nuit, nuits, nuit, structure d insertion, banque alimentaire, banques alimentaires,",
    "siae, mission locale, missions locales, femmes victimes de violences, violences conjugales, autisme,",
    "addictologie, addictions, psychiatrie, medico social, medicosocial, sanitaire et social, protection animale,",
    "secteur medico social, secteur social, secteur de l insertion, commerce equitable, agroecologie,",
    "alimentation durable, permaculture, habitat participatif, droits humains, egalite femmes hommes, enfance,",
    "seniors, dans le social, domaine social, domaine du social, teletravail partiel, teletravail possible,",
    "hybride, teletravail occasionnel, un peu de teletravail, possibilite de teletravail, teletravail hybride,",
    "teletravail apprecie, teletravail bienvenu, possibilite teletravail, possibilite de teletravailler,",
    "some remote, hybrid, handicapes, personnes en situation de handicap, situation de handicap, ngo,",
    "lutte contre l exclusion, exclusion, grande precarite, precarite",
)

_WIDE: _SAY = {
    "contract": phrase_set("volontariat, une mission, mission ponctuelle, missions ponctuelles"),
    "place": phrase_set(
        "sud loire, nord loire, dans le sud, dans l ouest, dans l est, sud de la france, nord de la france,",
        "ouest de la france, est de la france, grand ouest, le grand ouest, grand sud, sud ouest, sud est,",
        "nord ouest, nord est, cote d azur, pays basque, cote basque, outre mer, dom tom, drom com, drom,",
        "bord de mer, cote atlantique, a la campagne, a la montagne, en province, dans le midi, provence,",
        "quart nord est, quart sud est, quart nord ouest, quart sud ouest, massif central, dans les alpes,",
        "dans les pyrenees, partout sauf paris, province, a la mer, pays de retz, val de loire nord,",
        "a l etranger, etranger, abroad, belgique, bruxelles, suisse, geneve, lausanne, luxembourg, londres,",
        "london, berlin, quebec, canada, montreal, maroc, tunisie, senegal, espagne, allemagne, italie, portugal,",
        "angleterre, monaco, dublin, madrid, barcelone, en europe, en afrique, dans toute l europe",
    ),
}

_NEUTRAL: frozenset[str] = phrase_set(
    "all around, tt contrat, tt type de contrat, tt contrats, ts contrats, tous contrats, tout contrat, tous types de contrat, tous types de contrats, tout type de contrat,",
    "toutes offres, peu importe le contrat, contrat indifferent, n importe quel contrat, any contract,",
    "tous les contrats, tout poste, type de contrat indifferent, peu importe le type de contrat,",
    "tous type de contrat, tous postes, tout emploi, pas de preference, peu importe, sans preference,",
    "indifferent, temps de travail, duree du travail, temps, pas d importance, si possible, si c est possible,",
    "s il vous plait, s il vous plaît, si vous plait, si besoin, svp, stp, si vous avez, si jamais, s il y a,",
    "s il y en a, n importe quelle duree, peu importe la duree, n hesitez pas, ne pas hesiter,",
    "n hesitez pas a me contacter, pourquoi pas, pas de souci, pas de soucis, pas de probleme, pas de contrainte,",
    "pas de contraintes, pas d exigence, pas d exigences, pas encore, pas seulement, pas uniquement, pas que,",
    "non loin, pas loin, pas trop loin, a but non lucratif, but non lucratif, sans but lucratif, non lucratif,",
    "sans experience, sans diplome, sans permis, sans emploi, sans voiture, sans vehicule, sans activite,",
    "sans plus attendre, sans qualification, sans domicile, je n ai pas de permis, je n ai pas le permis,",
    "pas le permis, pas de permis, pas de voiture, pas de vehicule, pas vehicule, pas vehiculee, pas mobile,",
    "non vehicule, non vehiculee, je n ai pas d experience, pas d experience, pas de diplome,",
    "je n ai pas de diplome, sans travail, si ca existe, si possible a, sans papiers, pas trop,",
    "a partir de maintenant, autour de chez moi, pres de chez moi, proche de chez moi, a cote de chez moi,",
    "du plus, permis b, permis, vehicule, vehiculee, voiture, offre d emploi, offres d emploi,",
    "demandeur d emploi, demandeuse d emploi, pole emploi, france travail, recherche d emploi, alerte emploi,",
    "alertes emploi, mes recherches, ma recherche, pas plus, pas moins, retour a l emploi, en recherche d emploi,",
    "au sein d une association, dans une association, prise de poste, sauf erreur, sans engagement, a defaut,",
    "non negociable, sans faute, sans doute, sans souci, aucun souci, pas difficile, pas au dela, savoir si,",
    "voir si, au dela, non fumeur, non fumeuse, sans enfant, sans enfants, pas d enfant, pas d enfants,",
    "ma situation, no experience, no problem, no preference, if possible, if any, no matter,",
    "whatever the contract, any type of contract, economie sociale et solidaire, economie sociale,",
    "economie solidaire, ess, association, associations, associatif, milieu associatif, secteur associatif,",
    "monde associatif, tissu associatif, secteur de l ess, l ess, dans l ess, nonprofit, non profit, charity,",
    "charities, social economy, secteur non marchand, champ de l ess, monde de l ess, structure de l ess,",
    "structures de l ess, association loi 1901, loi 1901, associations loi 1901, si vous en avez,",
    "si vous avez des offres, s il vous en reste, si cela existe, si cela est possible, pas cher, non stop,",
    "et non, aucune preference, aucune importance, aucune idee, pas besoin, je ne sais pas, je sais pas",
)


def _by_phrase() -> dict[tuple[str, ...], tuple[Axis, Any]]:
    tables: tuple[tuple[Axis, _SAY], ...] = (
        (Axis.CONTRACT, _CONTRACTS),
        (Axis.WORKING_TIME, _TIMES),
        (Axis.FREQUENCY, _FREQUENCIES),
        (Axis.START, _STARTS),
        (Axis.WIDE, _WIDE),
        (Axis.NEUTRAL, {None: _NEUTRAL}),
        (Axis.KEYWORD, {None: _KEYWORDS}),
    )
    return {
        tuple(phrase.split()): (axis, value)
        for axis, table in tables
        for value, phrases in table.items()
        for phrase in phrases
    }


_PHRASES = _by_phrase()


def terms(text: str, words: list[Word], *, today: date) -> list[Mark]:
    """Return the longest fixed phrase that begins at each word; they may overlap. Linear in the number of words."""
    found: list[Mark] = []
    for at in range(len(words)):
        mark = _longest(text, words, at, today)
        if mark:
            found.append(mark)
    return found


def _longest(text: str, words: list[Word], at: int, today: date) -> Mark | None:
    most = 1
    while most < _LONGEST and at + most < len(words) and not words[at + most].opens:
        most += 1
    for count in range(most, 0, -1):
        said = _PHRASES.get(tuple(word.folded for word in words[at : at + count]))
        if said:
            start, end = words[at].start, words[at + count - 1].end
            axis, value = said
            said_there = {Axis.KEYWORD: text[start:end].lower(), Axis.START: today}
            return Mark(start, end, axis, said_there.get(axis, value))
    return None
