"""What an offer is made of: its fields, the words that people label them with, and the template that we send."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from jobboard.readable import level


class Field(StrEnum):
    """One thing that an offer says."""

    TITLE = "title"
    KIND = "kind"
    CONTRACT = "contract"
    PLACE = "place"
    EMPLOYER = "employer"
    CLOSES_ON = "closes_on"
    DUTIES = "duties"
    PAY = "pay"
    WORKING_TIME = "working_time"
    STARTS_ON = "starts_on"
    PROFILE = "profile"
    HOW = "how"
    TRADE = "trade"


@dataclass(frozen=True, slots=True)
class Fact:
    """Something read: values by the draft's names; `options`: labels to choose from; `doubtful`: it must be asked."""

    field: Field
    values: dict[str, Any]
    options: tuple[str, ...] = ()
    doubtful: bool = False
    labelled: bool = False
    weak: bool = False  # only mentioned in passing: no reason to doubt what was said before
    check: bool = False  # kept, but from too few words: shown as to be checked


FIELD_LABELS: dict[Field, str] = {
    Field.TITLE: "titre du poste",
    Field.KIND: "nature de l’offre",
    Field.CONTRACT: "contrat",
    Field.PLACE: "lieu",
    Field.EMPLOYER: "employeur",
    Field.CLOSES_ON: "date limite de candidature",
    Field.DUTIES: "missions",
    Field.PAY: "rémunération",
    Field.WORKING_TIME: "temps de travail",
    Field.STARTS_ON: "prise de poste",
    Field.PROFILE: "profil",
    Field.HOW: "comment postuler",
    Field.TRADE: "métier",
}

# One line each: short enough that no mail client wraps it; a hint left as it is counts as nothing written.
_TEMPLATE: tuple[tuple[Field, str], ...] = (
    (Field.TITLE, "exemple : comptable H/F"),
    (Field.EMPLOYER, "nom de votre structure"),
    (Field.PLACE, "commune, ou télétravail complet"),
    (Field.CONTRACT, "CDI, CDD et sa durée, stage, bénévolat…"),
    (Field.WORKING_TIME, "plein ou partiel, heures par semaine"),
    (Field.PAY, "de … à … € brut par mois, ou convention"),
    (Field.CLOSES_ON, "exemple : 31 décembre"),
    (Field.STARTS_ON, "si la date est connue"),
    (Field.DUTIES, "ce que la personne fera, en quelques lignes"),
    (Field.PROFILE, "si besoin"),
)

_WORDS: dict[Field | None, str] = {
    Field.TITLE: """titre | titre du poste | titre de l'offre | titre de l'annonce | intitule | intitule du poste
        | intitule de l'offre | intitule de la mission | intitule du stage | poste | poste propose | poste recherche
        | poste a pourvoir | nom du poste | emploi | emploi propose | fonction | metier | offre | offre d'emploi
        | offre de stage | offre de mission | offre de service civique | mission benevole
        | mission de benevolat | offre de benevolat | poste benevole | stage | interim | service civique | annonce | recrutement | recherche | recherchons
        | nous recherchons | nous recrutons | job title | job | position | title | role | designation du poste""",
    Field.KIND: "type d'offre | nature de l'offre | nature | type d'annonce | categorie",
    Field.CONTRACT: """contrat | type de contrat | type contrat | nature du contrat | statut | type de poste | type d'emploi
        | type | contract | contract type | type of contract | duree du contrat | duree | duree de la mission
        | duree du stage | conditions | contrat propose | conditions d'emploi | cadre d'emploi | modalites du contrat""",
    Field.PLACE: """lieu | lieux | lieu de travail | lieu du poste | lieu de mission | lieu de la mission | lieu de stage
        | lieu du stage | lieu d'exercice | lieu d'affectation | lieu d'intervention | localisation | ville | commune | localite
        | adresse du poste | site | location | place of work | workplace | secteur | secteur geographique | zone geographique
        | departement | region | territoire | ou | poste base a | base a | basee a | place | lieu d'embauche
        | localisation du poste | residence administrative""",
    Field.EMPLOYER: """employeur | structure | association | organisme | organisation | entreprise | societe | raison sociale
        | nom de la structure | nom de l'association | nom de l'organisme | nom de l'employeur | nom de l'entreprise
        | nom de votre structure | recruteur | etablissement | employer | company | organization | organisation name
        | structure d'accueil | organisme d'accueil | structure employeuse | structure recruteuse | association employeuse
        | fondation | cooperative | mutuelle | nom de l'etablissement | employeur juridique | employeur legal
        | association porteuse | structure porteuse | organisme gestionnaire | association gestionnaire""",
    Field.CLOSES_ON: """date limite | date limite de candidature | date limite des candidatures | date limite pour candidater
        | date limite de depot | date limite de depot des candidatures | date limite de depot de candidature
        | date limite de reponse | date limite d'envoi | date limite d'envoi des candidatures | date limite pour postuler
        | date de reception limite | date limite de reception des candidatures | date limite de reception
        | date limite de postulation | limite de candidature | limite | date butoir | echeance
        | date de cloture | date de cloture des candidatures | cloture | cloture des candidatures | cloture de l'offre
        | date de fin de candidature | date de fin de publication | fin de publication | fin des candidatures
        | fin de candidature | candidatures jusqu'au | candidature jusqu'au | candidatures avant le | candidature avant le
        | candidature avant | candidatures avant | a postuler avant | postuler avant | postuler avant le
        | jusqu'a quand | deadline | closing date | application deadline | apply by | apply before | delai | candidatures ouvertes jusqu'au
        | depot des candidatures | reponse avant le | reponse souhaitee avant le | envoi des candidatures avant le""",
    Field.DUTIES: """missions | mission | missions principales | mission principale | vos missions | vos principales missions
        | principales missions | les missions | la mission | missions du poste | missions et activites
        | missions et responsabilites | missions proposees | ses missions | taches | taches principales | activites
        | activites principales | description | description du poste | descriptif | descriptif du poste | descriptif de la mission
        | description de la mission | description de l'offre | description des missions | descriptif des missions
        | responsabilites | fonctions | contenu du poste | contenu | contenu de la mission | le poste | votre mission
        | votre role | duties | main duties | main tasks | key tasks | key duties | your role | your duties | responsibilities | main responsibilities | tasks | job description
        | attributions | details du poste | detail du poste | objectifs du poste | objectif du poste | votre quotidien
        | au quotidien | missions confiees | travail""",
    Field.PAY: """combien | salaire | salaires | remuneration | remuneration brute | remuneration mensuelle | remuneration mensuelle brute
        | remuneration annuelle | remuneration annuelle brute | salaire brut | salaire mensuel | salaire mensuel brut
        | salaire brut mensuel | salaire annuel | salaire annuel brut | salaire brut annuel | salaire propose | salaire indicatif
        | remuneration proposee | remuneration brute mensuelle | remuneration brute annuelle | salaire horaire | salaire net
        | taux horaire | fourchette | fourchette de salaire | fourchette de remuneration | fourchette salariale | paie | paye
        | pay | salary | wage | indemnite | indemnisation | indemnites | gratification | convention collective | convention
        | classification | traitement | grille | grille salariale | tjm | salaire et avantages | remuneration et avantages""",
    Field.WORKING_TIME: """temps de travail | duree du travail | duree de travail | duree hebdomadaire | horaires
        | horaires de travail | horaire | quotite | quotite de travail | temps | volume horaire | nombre d'heures | heures
        | working time | hours | working hours | rythme | duree hebdomadaire de travail | etp | taux d'activite""",
    Field.STARTS_ON: """prise de poste | date de prise de poste | prise de fonction | prise de fonctions | debut
        | date de prise de fonction | date de prise de fonctions | date de debut | date de debut de contrat
        | debut du contrat | debut de contrat | debut de mission | debut du stage | date de demarrage | demarrage
        | a pourvoir | a pourvoir le | poste a pourvoir le | date d'embauche | embauche | disponibilite | disponible
        | pour quand | start | start date | starting date | date d'entree | entree en fonction | a partir du | a compter du""",
    Field.PROFILE: """profil | profil recherche | profil du candidat | profil souhaite | profil attendu | votre profil
        | competences | competences requises | competences attendues | competences recherchees | qualifications
        | qualification | experience | experience requise | diplome | diplomes | diplome requis | formation
        | formation requise | pre-requis | prerequis | requirements | profile | skills | qualites | qualites requises
        | qualites attendues | niveau d'etudes | savoir-etre | savoir-faire | savoirs | aptitudes | exigences | permis""",
    Field.HOW: """pour postuler | comment postuler | postuler | candidature | candidatures | modalites | pour candidater
        | modalites de candidature | modalites de recrutement | candidater | contact | contacts | personne a contacter
        | contact recrutement | how to apply | to apply | apply | envoyer | candidature a envoyer | candidature a adresser
        | adresser candidature | envoyer candidature | envoi des candidatures | courriel | mail | e-mail | email
        | a qui ecrire | telephone | tel | tel. | adresse | adresse mail | adresse e-mail | dossier de candidature | cv et lettre
        | merci d'adresser votre candidature | adresser votre candidature | coordonnees | pour nous rejoindre""",
    Field.TRADE: "code rome | rome | metier rome",
    None: """a propos | a propos de nous | qui sommes-nous | qui sommes nous | qui sommes-nous ? | presentation
        | presentation de la structure | presentation de l'association | l'association | la structure | contexte
        | contexte du poste | notre structure | l'employeur | l'entreprise | about | about us | avantages | les avantages
        | les plus | nous offrons | nous vous offrons | conditions de travail | divers | informations complementaires
        | informations | remarques | remarque | autres informations | siret | n° siret | numero siret | site internet
        | site web | web | effectif | secteur d'activite | reference | ref | deplacements | objet | de | a
        | date | date de publication | publie le | nom | prenom | responsable | encadrement | responsable hierarchique
        | rattachement | rattachement hierarchique | benefits | ps | nb | n.b. | p.s. | valeurs | nos valeurs""",
}
LABELS: dict[str, Field | None] = {
    word.strip(): field for field, words in _WORDS.items() for word in " ".join(words.split()).split("|")
}
# Words that open ordinary sentences, too: these are labels only before a colon.
_EVERYDAY = frozenset(
    "poste offre emploi fonction mission site place role contact debut recherche statut nature type temps de a date nom "
    "formation experience description contrat association structure annonce recrutement ou duree limite delai conditions "
    "metier title position job start apply travail heures horaire grille convention pay limite web mail secteur permis "
    "travail start objet ref disponible embauche candidature candidatures postuler envoyer fondation mutuelle".split()
)
PLAIN_LABELS = frozenset(label for label in LABELS if label not in _EVERYDAY)


def template() -> str:
    """Return the French template that an empty mail to `offres@` gets: one labelled line per field with a short hint."""
    lines = (f"{_capital(FIELD_LABELS[field])} : ({hint})" for field, hint in _TEMPLATE)
    return "\n".join(lines) + "\n"


def without_hints(text: str) -> str:
    """Return the text without the hints of our template that were left in it, re-wrapped or without accents."""
    plain = level(text)
    kept: list[str] = []
    reached = 0
    for match in _hints().finditer(plain):
        kept.append(text[reached : match.start()])
        reached = match.end()
    return "".join(kept) + text[reached:]


@cache
def _hints() -> re.Pattern[str]:
    """Return what finds our hints; a short one ("si besoin") only inside its bracket, as anybody may write it."""
    hints = []
    for _, hint in _TEMPLATE:
        words = re.findall(r"[a-z0-9€…]+", level(hint).replace("…", " … "))
        found = r"[^a-z0-9€…(]{0,6}".join(re.escape(word).replace("…", r"(?:…|\.\.\.)") for word in words)
        hints.append((r"\(" if len(words) < 4 else r"\(?") + r"[ \n>]{0,4}" + found)
    return re.compile(r"(?:" + "|".join(hints) + r")[ \n>…]{0,4}\)?")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
