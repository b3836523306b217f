"""Mails that recruiters may write, each with what must be read of it; a fact that is not listed must stay empty.

Read on Monday 23 November 2026. `pay`: "2300-2600 month gross", `several`: the mail holds several offers.
"""

from __future__ import annotations

PHRASINGS: tuple[tuple[str, dict[str, object]], ...] = (
    (
        "Bonjour, l'association Horizon recherche un(e) comptable à Nantes en CDI temps plein, 2300 à 2600 € brut par mois. "
        "Missions : tenue de la comptabilité générale, paies, budgets. Candidatures jusqu'au 31 décembre. "
        "Cordialement, Hélène Martin",
        {
            "title": "Comptable",
            "trade": "M1203",
            "employer": "Association Horizon",
            "place": "Nantes (44)",
            "contract": "cdi",
            "working_time": "full",
            "pay": "2300-2600 month gross",
            "closes_on": "2026-12-31",
            "duties": "Tenue de la comptabilité générale, paies, budgets.",
        },
    ),
    (
        "Poste : éducateur spécialisé H/F — CDD 6 mois — Rennes — ETP 0,8 — CCN66 — poste à pourvoir le 5 janvier, "
        "date limite 20/12",
        {
            "title": "Éducateur spécialisé H/F",
            "trade": "K1207",
            "place": "Rennes (35)",
            "contract": "cdd",
            "duration_months": 6,
            "working_time": "part",
            "hours_per_week": 28,
            "pay": "CCN66",
            "starts_on": "2027-01-05",
            "closes_on": "2026-12-20",
        },
    ),
    (
        "Madame, Monsieur,\n\nNotre association recrute une assistante de direction à Lille.\nCDI, 35h, 28 K€ annuel brut.\n"
        "Merci d'envoyer CV et lettre de motivation avant le 15 janvier 2027.\n\nSincères salutations",
        {
            "title": "Assistante de direction",
            "trade": "M1604",
            "place": "Lille (59)",
            "contract": "cdi",
            "working_time": "full",
            "hours_per_week": 35,
            "pay": "28000-28000 year gross",
            "closes_on": "2027-01-15",
        },
    ),
    (
        "TITRE : ANIMATEUR SOCIOCULTUREL H/F\nSTRUCTURE : Centre social Les Trois Cités\nLIEU : POITIERS\nCONTRAT : CDI\n"
        "TEMPS DE TRAVAIL : 28H\nSALAIRE : 1 850 € BRUT MENSUEL\nDATE LIMITE : 05/01/2027\nMISSIONS : ANIMER LES ATELIERS DU SOIR",
        {
            "title": "Animateur socioculturel H/F",
            "trade": "G1202",
            "employer": "Centre social Les Trois Cités",
            "place": "Poitiers (86)",
            "contract": "cdi",
            "working_time": "part",
            "hours_per_week": 28,
            "pay": "1850-1850 month gross",
            "closes_on": "2027-01-05",
            "duties": "ANIMER LES ATELIERS DU SOIR",
        },
    ),
    (
        "> Titre du poste : Chargé·e de communication\n> Employeur : Fondation du Littoral\n> Lieu : Brest\n> Contrat : CDD 12 mois\n"
        "> Temps de travail : temps plein\n> Rémunération : de 2200 à 2400 € brut par mois\n"
        "> Date limite de candidature : 18 décembre\n> Prise de poste : 11 janvier\n"
        "> Missions : réseaux sociaux, site, lettre aux donateurs\n> Profil : (si besoin)",
        {
            "title": "Chargé·e de communication",
            "trade": "E1103",
            "employer": "Fondation du Littoral",
            "place": "Brest (29)",
            "contract": "cdd",
            "duration_months": 12,
            "working_time": "full",
            "pay": "2200-2400 month gross",
            "closes_on": "2026-12-18",
            "starts_on": "2027-01-11",
            "duties": "Réseaux sociaux, site, lettre aux donateurs",
        },
    ),
    (
        "Titre du poste : (exemple : comptable H/F)\nEmployeur : (nom de votre structure) La Bonne Graine\n"
        "Lieu : (commune, ou télétravail complet) Angers\nContrat : (CDI, CDD et sa durée, stage, bénévolat…)\n"
        "Temps de travail : (plein ou partiel, heures par semaine)\n"
        "Rémunération : (de … à … € brut par mois, ou convention)\nDate limite de candidature : (exemple : 31 décembre)\n"
        "Prise de poste : (si la date est connue)\nMissions : (ce que la personne fera, en quelques lignes)\nProfil : (si besoin)\n",
        {"employer": "La Bonne Graine", "place": "Angers (49)"},
    ),
    (
        "titre du poste - secretaire\nemployeur - mjc du vieux port\nlieu - marseille\ncontrat = cdi\nremuneration => 1900 brut\n"
        "date limite de candidature -> 31 decembre\nmissions :\n* accueil\n* courrier\n* agenda de l'equipe",
        {
            "title": "Secretaire",
            "trade": "M1607",
            "employer": "Mjc du vieux port",
            "place": "Marseille (13)",
            "contract": "cdi",
            "pay": "1900-1900 month gross",
            "closes_on": "2026-12-31",
            "duties": "courrier",
        },
    ),
    (
        "La MJC du Plateau, à Rennes, recrute un(e) animateur/trice jeunesse (H/F).\n"
        "Sous la responsabilité du directeur, vous animerez l'accueil des 11-17 ans. Vous organisez les séjours.\n"
        "Vous êtes titulaire du BAFD.\nPoste en CDI à temps plein, 2 000 - 2 200 € brut. CV et lettre avant le 15/01 à "
        "rh@mjc.example.\n\nBien cordialement\nJean Dupont\nMJC du Plateau\n12 rue de Paris 75011 Paris",
        {
            "title": "Animateur/trice jeunesse (H/F)",
            "employer": "MJC du Plateau",
            "place": "Rennes (35)",
            "contract": "cdi",
            "working_time": "full",
            "pay": "2000-2200 month gross",
            "closes_on": "2027-01-15",
            "duties": "Vous organisez les séjours.",
            "profile": "Vous êtes titulaire du BAFD.",
        },
    ),
    (
        "We are looking for an accountant in Nantes, permanent contract, full time, €2,300–2,600 gross per month. "
        "You will keep the accounts and prepare payroll. Apply by 31 December.",
        {
            "title": "Accountant",
            "trade": "M1203",
            "place": "Nantes (44)",
            "contract": "cdi",
            "working_time": "full",
            "pay": "2300-2600 month gross",
            "closes_on": "2026-12-31",
            "duties": "keep the accounts",
        },
    ),
    (
        "Nous recrutons deux personnes : un comptable en CDI à Nantes et une assistante de direction en CDD à Rennes.",
        {"several": True},
    ),
    ("1. Comptable H/F - CDI - Nantes\n2. Animateur socioculturel H/F - CDD - Rennes", {"several": True}),
    (
        "Poste : comptable\nLieu : Nantes\nContrat : CDI\n\nPoste : éducateur spécialisé\nLieu : Rennes\nContrat : CDD",
        {"several": True},
    ),
    (
        "L'association Les Petits Pas cherche des bénévoles pour accompagner des enfants à l'école, à Lyon 3e. "
        "Candidatures jusqu'au 15 janvier.",
        {
            "title": "Bénévoles",
            "employer": "Association Les Petits Pas",
            "place": "Lyon 3e (69)",
            "contract": "benevolat",
            "kind": "volunteering",
            "closes_on": "2027-01-15",
            "duties": "Accompagner des enfants",
        },
    ),
    (
        "Stage communication 6 mois à Bordeaux, gratification légale, au sein de la Fondation Garonne. "
        "Vous rédigerez la lettre aux adhérents. Postulez avant fin janvier.",
        {
            "place": "Bordeaux (33)",
            "contract": "stage",
            "kind": "internship",
            "duration_months": 6,
            "pay": "gratification légale",
            "employer": "Fondation Garonne",
            "closes_on": "2027-01-31",
            "duties": "Vous rédigerez la lettre aux adhérents.",
        },
    ),
    (
        "La Ligue des Jardins recherche un volontaire en service civique de 8 mois à Tours, 24h par semaine, pour animer des "
        "ateliers de jardinage. Date limite : 10 décembre.",
        {
            "title": "Volontaire en service civique",
            "employer": "Ligue des Jardins",
            "place": "Tours (37)",
            "contract": "service_civique",
            "kind": "civic_service",
            "duration_months": 8,
            "working_time": "part",
            "hours_per_week": 24,
            "closes_on": "2026-12-10",
            "duties": "Animer des ateliers de jardinage",
        },
    ),
    (
        "Nous cherchons un alternant en comptabilité à Dijon à partir du 1er février. Réponses avant le 10/01.",
        {
            "title": "Alternant en comptabilité",
            "place": "Dijon (21)",
            "doubts": ("contract",),
            "starts_on": "2027-02-01",
            "closes_on": "2027-01-10",
        },
    ),
    (
        "Comptable, CDI ou CDD, Nantes, 2300 € brut, candidature avant le 31/12",
        {
            "title": "Comptable",
            "trade": "M1203",
            "place": "Nantes (44)",
            "doubts": ("contract",),
            "pay": "2300-2300 month gross",
            "closes_on": "2026-12-31",
        },
    ),
    (
        "Recherche comptable à Saint-Denis en CDI, 2300 euros brut mensuels",
        {
            "title": "Comptable",
            "trade": "M1203",
            "contract": "cdi",
            "doubts": ("place",),
            "pay": "2300-2300 month gross",
        },
    ),
    (
        "Recherche comptable à Saint-Denis (93) en CDI, 2300 euros par an, date limite 15/01/2024",
        {
            "title": "Comptable",
            "trade": "M1203",
            "place": "Saint-Denis (93)",
            "contract": "cdi",
            "doubts": ("pay", "closes_on"),
        },
    ),
    (
        "L'ADMR de Loire-Atlantique recrute des aides à domicile à Ancenis, CDI temps partiel 24h/semaine, 12,50 € brut de l'heure. "
        "Candidatures au plus tard le vendredi 15 janvier.",
        {
            "title": "Aide à domicile",
            "employer": "ADMR de Loire-Atlantique",
            "place": "Ancenis-Saint-Géréon (44)",
            "contract": "cdi",
            "working_time": "part",
            "hours_per_week": 24,
            "pay": "12.5-12.5 hour gross",
            "closes_on": "2027-01-15",
        },
    ),
    (
        "Candidatures jusqu'au vendredi 31 décembre. Comptable H/F à Nantes, CDD de 6 mois évolutif en CDI, mi-temps.",
        {
            "title": "Comptable H/F",
            "trade": "M1203",
            "place": "Nantes (44)",
            "contract": "cdd",
            "duration_months": 6,
            "working_time": "part",
            "hours_per_week": 17.5,
            "doubts": ("closes_on",),
        },
    ),
    (
        "Bonjour,\nJe suis Hélène Martin, directrice de l'association Horizon. Nous souhaitons recruter un comptable "
        "pour tenir les comptes et préparer les paies, en CDI, à Nantes.\nSalaire : 2 300 € brut\nBonne journée,\nHélène",
        {
            "title": "Comptable",
            "trade": "M1203",
            "employer": "Association Horizon",
            "place": "Nantes (44)",
            "contract": "cdi",
            "pay": "2300-2300 month gross",
            "duties": "Tenir les comptes et préparer les paies",
        },
    ),
    (
        "Offre d'emploi\n\nChef de projet jeunesse H/F\nRennes - CDI - 2 400 € brut\n\nEmployeur : Fédération Léo Lagrange Ouest\n"
        "Vos missions :\n- coordonner les équipes\n- suivre les budgets de 150 000 €\n- encadrer 3 stagiaires et 10 bénévoles\n"
        "Profil recherché :\n- bac +3\n- expérience de 2 ans\nPour postuler : rh@leo.example avant le 8 janvier",
        {
            "title": "Chef de projet jeunesse H/F",
            "employer": "Fédération Léo Lagrange Ouest",
            "place": "Rennes (35)",
            "contract": "cdi",
            "pay": "2400-2400 month gross",
            "closes_on": "2027-01-08",
            "duties": "suivre les budgets de 150 000 €",
            "profile": "expérience de 2 ans",
        },
    ),
    (
        "Emmaüs Connect recrute un.e chargé.e de mission inclusion numérique, CDD 18 mois, Grenoble, 26-28k€. "
        "Merci de candidater d'ici 3 semaines.",
        {
            "title": "Chargé.e de mission inclusion numérique",
            "employer": "Emmaüs Connect",
            "place": "Grenoble (38)",
            "contract": "cdd",
            "duration_months": 18,
            "pay": "26000-28000 year",
            "closes_on": "2026-12-14",
        },
    ),
    (
        "Urgent ! Aide-soignant(e) H/F à Quimper, contrat à durée déterminée de trois mois, temps complet, "
        "rémunération selon convention 51, coefficient 434. Envoyez votre CV avant vendredi en huit.",
        {
            "title": "Aide-soignant(e) H/F",
            "trade": "J1501",
            "place": "Quimper (29)",
            "contract": "cdd",
            "duration_months": 3,
            "working_time": "full",
            "pay": "convention 51, coefficient 434",
            "closes_on": "2026-12-04",
        },
    ),
    (
        "La coopérative Les Amis du Vrac cherche un vendeur ou une vendeuse à Toulouse (31). CDI 30h, SMIC + 5 %. "
        "Vous tiendrez la caisse et conseillerez les clients. Clôture le 20 décembre.",
        {
            "title": "Vendeur ou vendeuse",
            "employer": "Coopérative Les Amis du Vrac",
            "doubts": ("trade",),
            "place": "Toulouse (31)",
            "contract": "cdi",
            "working_time": "part",
            "hours_per_week": 30,
            "pay": "SMIC + 5 %",
            "closes_on": "2026-12-20",
            "duties": "Vous tiendrez la caisse",
        },
    ),
    (
        "Poste de directeur/directrice d'EHPAD à Cholet. CDI temps plein. 45 à 50 k€ brut par an. Dépôt des candidatures : 31 janvier 2027.",
        {
            "title": "Directeur/directrice d'EHPAD",
            "place": "Cholet (49)",
            "contract": "cdi",
            "working_time": "full",
            "pay": "45000-50000 year gross",
            "closes_on": "2027-01-31",
        },
    ),
    (
        "Nous sommes une association de protection de l'environnement et nous recherchons un coordinateur ou une coordinatrice "
        "pour notre antenne de Strasbourg. Le poste est en CDI, à 80 %. La rémunération est de 2 100 euros bruts mensuels. "
        "Les candidatures sont ouvertes jusqu'au 12 décembre.",
        {
            "title": "Coordinateur ou coordinatrice",
            "place": "Strasbourg (67)",
            "contract": "cdi",
            "working_time": "part",
            "hours_per_week": 28,
            "pay": "2100-2100 month gross",
            "closes_on": "2026-12-12",
        },
    ),
    (
        "Mission bénévole : trésorier ou trésorière à Metz pour l'association Vélo Partagé, 3 heures par semaine. Répondre avant le 15/12.",
        {
            "title": "Trésorier ou trésorière",
            "employer": "Association Vélo Partagé",
            "working_time": "part",
            "hours_per_week": 3,
            "place": "Metz (57)",
            "contract": "benevolat",
            "kind": "volunteering",
            "closes_on": "2026-12-15",
        },
    ),
    (
        "CDI - Responsable administratif et financier - Montpellier - 35 k€ - candidature au 31/12/2026 - Fondation Lumière",
        {
            "title": "Responsable administratif et financier",
            "employer": "Fondation Lumière",
            "place": "Montpellier (34)",
            "contract": "cdi",
            "pay": "35000-35000 year",
            "closes_on": "2026-12-31",
        },
    ),
    (
        "Bonjour à tous\n\npouvez vous diffuser notre annonce svp :\n\nIntitulé du poste: Conseiller en insertion professionnelle\n"
        "Nom de la structure: Mission locale du Pays de Redon\nLieu de travail: Redon 35600\nType de contrat: CDD\nDurée: 8 mois\n"
        "Temps de travail: 35h\nSalaire brut mensuel: 2050\nDate de prise de poste: 04/01/2027\nDate limite de réponse: 11/12/2026\n"
        "Description: accompagner des jeunes de 16 à 25 ans\n\nmerci d'avance",
        {
            "title": "Conseiller en insertion professionnelle",
            "trade": "K1801",
            "employer": "Mission locale du Pays de Redon",
            "place": "Redon (35)",
            "contract": "cdd",
            "duration_months": 8,
            "working_time": "full",
            "hours_per_week": 35,
            "pay": "2050-2050 month gross",
            "starts_on": "2027-01-04",
            "closes_on": "2026-12-11",
            "duties": "Accompagner des jeunes de 16 à 25 ans",
        },
    ),
    (
        "Poste 100 % télétravail : développeur web en CDI, 38 000 € brut annuel, chez Coopaname. Clôture des candidatures le 18/12.",
        {
            "title": "Développeur web",
            "employer": "Coopaname",
            "place": "télétravail",
            "remote": True,
            "contract": "cdi",
            "pay": "38000-38000 year gross",
            "closes_on": "2026-12-18",
        },
    ),
    (
        "Comptable à Nantes, CDI, télétravail possible 2 jours par semaine, 2300 € brut, postulez jusqu'au 31 décembre",
        {
            "title": "Comptable",
            "trade": "M1203",
            "telework": 2,
            "place": "Nantes (44)",
            "contract": "cdi",
            "pay": "2300-2300 month gross",
            "closes_on": "2026-12-31",
        },
    ),
    (
        "L'association Rivage, dont le siège est à Paris, recrute pour son antenne de Lyon un chargé de plaidoyer. CDI.",
        {
            "title": "Chargé de plaidoyer",
            "employer": "Association Rivage",
            "place": "Lyon (69)",
            "contract": "cdi",
        },
    ),
    (
        "CDD jusqu'au 31 août 2027, remplacement congé maternité, éducateur de jeunes enfants à Vannes, candidatures jusqu'au 4 décembre",
        {
            "title": "Éducateur de jeunes enfants",
            "trade": "K1202",
            "place": "Vannes (56)",
            "contract": "cdd",
            "closes_on": "2026-12-04",
        },
    ),
    (
        "Hello,\nOur NGO Solidarités Sahel is hiring a project manager in Paris. Fixed-term contract, 12 months, €32,000 per year. "
        "Starting 1 February 2027. Closing date: 20 December 2026.\nBest regards\nAmy",
        {
            "title": "Project manager",
            "place": "Paris (75)",
            "contract": "cdd",
            "duration_months": 12,
            "pay": "32000-32000 year",
            "starts_on": "2027-02-01",
            "closes_on": "2026-12-20",
        },
    ),
    (
        "Cherche comptable. Merci",
        {"title": "Comptable", "trade": "M1203"},
    ),
    ("Bonjour, je voudrais déposer une offre. Comment faire ? Merci, Hélène", {}),
    ("Merci pour votre aide et bonne journée !", {}),
    ("Je cherche un emploi de comptable à Nantes", {"title": "Comptable", "trade": "M1203", "place": "Nantes (44)"}),
    (
        "Le Secours populaire de Rennes recrute un responsable logistique en CDI. Réponse avant le 15 décembre. 2 150 € bruts.",
        {
            "title": "Responsable logistique",
            "employer": "Secours populaire de Rennes",
            "contract": "cdi",
            "place": "Rennes (35)",
            "pay": "2150-2150 month gross",
            "closes_on": "2026-12-15",
        },
    ),
    (
        "Poste : Animateur / Animatrice nature\nDurée : 7 mois (mars à septembre), contrat saisonnier\nLieu : Parc du Marquenterre, Rue (80)\n"
        "Salaire : groupe B de la CCN ECLAT, coefficient 265\nCandidatures : jusqu'au 15 janvier",
        {
            "title": "Animateur / Animatrice nature",
            "contract": "saisonnier",
            "duration_months": 7,
            "place": "Rue (80)",
            "pay": "groupe B de la CCN ECLAT, coefficient 265",
            "closes_on": "2027-01-15",
        },
    ),
    (
        "Recrutement d'un(e) infirmier(e) diplômé(e) d'État, contrat à durée indéterminée, Nîmes. Salaire mensuel net : 1 950 à 2 100 €. "
        "Dernier délai pour postuler : 5 janvier.",
        {
            "title": "Infirmier(e) diplômé(e) d'État",
            "place": "Nîmes (30)",
            "contract": "cdi",
            "pay": "1950-2100 month net",
            "closes_on": "2027-01-05",
        },
    ),
    (
        "Bonjour,\n\nMerci de publier notre offre pour un poste de secrétaire à Caen. C'est un CDI à temps partiel, 20 heures par semaine, "
        "payé 12 € brut de l'heure. La personne sera chargée de l'accueil et du courrier. On prend les candidatures jusqu'à fin décembre.\n\n"
        "Association des Quartiers",
        {
            "employer": "Association des Quartiers",
            "title": "Secrétaire",
            "trade": "M1607",
            "place": "Caen (14)",
            "contract": "cdi",
            "working_time": "part",
            "hours_per_week": 20,
            "pay": "12-12 hour gross",
            "closes_on": "2026-12-31",
            "duties": "chargée de l'accueil et du courrier",
        },
    ),
    (
        "CDDI agent d'entretien espaces verts (26h) au chantier d'insertion Terre Neuve à Niort, SMIC horaire, date limite de candidature "
        "mercredi 16 décembre 2026",
        {
            "title": "Agent d'entretien espaces verts",
            "place": "Niort (79)",
            "contract": "cddi",
            "working_time": "part",
            "hours_per_week": 26,
            "pay": "SMIC horaire",
            "closes_on": "2026-12-16",
        },
    ),
    (
        "Nous recherchons un comptable à Nantes ou Rennes, CDI, 2300 brut, candidatures au 31 décembre",
        {
            "title": "Comptable",
            "trade": "M1203",
            "contract": "cdi",
            "doubts": ("place",),
            "pay": "2300-2300 month gross",
            "closes_on": "2026-12-31",
        },
    ),
    (
        "Éducateur en Bretagne, CDI",
        {"title": "Éducateur", "place": "Bretagne", "contract": "cdi", "doubts": ("trade",)},
    ),
    (
        "Le foyer Les Tilleuls (Amiens) recrute un moniteur éducateur H/F. Type de contrat : CDI. Rémunération selon CCN 66. "
        "Pour candidater : direction@tilleuls.example, au plus tard le 3 à 14h30.",
        {
            "title": "Moniteur éducateur H/F",
            "trade": "K1207-2",
            "employer": "Foyer Les Tilleuls",
            "place": "Amiens (80)",
            "contract": "cdi",
            "pay": "CCN 66",
            "closes_on": "2026-12-03",
        },
    ),
    (
        "Apprenti(e) jardinier(e), contrat d'apprentissage de 2 ans à Évreux, Les Jardins de la Vallée. Début en septembre. "
        "Les candidatures seront étudiées jusqu'au 1er mars.",
        {
            "title": "Apprenti(e) jardinier(e)",
            "employer": "Les Jardins de la Vallée",
            "place": "Évreux (27)",
            "contract": "apprentissage",
            "kind": "apprenticeship",
            "duration_months": 24,
            "closes_on": "2027-03-01",
        },
    ),
    (
        "La Fédération des Cigales cherche un consultant en freelance pour une mission de conseil de 10 jours, 450 €/jour, à distance. "
        "Répondre avant le 7 décembre",
        {
            "employer": "Fédération des Cigales",
            "title": "Consultant",
            "contract": "mission",
            "kind": "mission",
            "pay": "450-450 day",
            "closes_on": "2026-12-07",
        },
    ),
    (
        "Recherche ergothérapeute pour notre EHPAD du Mans. CDI 0,5 ETP. 1 250 € brut/mois. Candidatures avant le 20/12/26",
        {
            "title": "Ergothérapeute",
            "place": "Le Mans (72)",
            "contract": "cdi",
            "working_time": "part",
            "hours_per_week": 17.5,
            "pay": "1250-1250 month gross",
            "closes_on": "2026-12-20",
        },
    ),
    (
        "Type d'offre : stage\nIntitulé : assistant(e) chargé(e) de projet\nVille : Villeurbanne\nDurée : 4 à 6 mois\nGratification : 620 € par mois\n"
        "Structure : Oïkos\nDate limite : 30/11\nTâches : organiser le festival, écrire le bilan",
        {
            "title": "Assistant(e) chargé(e) de projet",
            "employer": "Oïkos",
            "place": "Villeurbanne (69)",
            "contract": "stage",
            "kind": "internship",
            "pay": "620-620 month",
            "closes_on": "2026-11-30",
            "duties": "Organiser le festival, écrire le bilan",
        },
    ),
    (
        "LA CRECHE PARENTALE LES LOUSTICS RECRUTE UN(E) AUXILIAIRE DE PUERICULTURE A BAYONNE EN CDI TEMPS PLEIN 1900 EUROS BRUT. "
        "CANDIDATURES AVANT LE 15 DECEMBRE.",
        {
            "title": "Auxiliaire de puericulture",
            "employer": "CRECHE PARENTALE LES LOUSTICS",
            "place": "Bayonne (64)",
            "contract": "cdi",
            "working_time": "full",
            "pay": "1900-1900 month gross",
            "closes_on": "2026-12-15",
        },
    ),
    (
        "recherche animateur periscolaire a nantes cdd 10 mois 20h par semaine 12 euros de l heure debut 4 janvier candidature jusqu au 18 decembre",
        {
            "title": "Animateur periscolaire",
            "place": "Nantes (44)",
            "contract": "cdd",
            "duration_months": 10,
            "working_time": "part",
            "hours_per_week": 20,
            "pay": "12-12 hour",
            "starts_on": "2027-01-04",
            "closes_on": "2026-12-18",
        },
    ),
    (
        "Salut, dans le cadre du développement de ses activités, la SCIC Énergies d'ici cherche son ou sa responsable commercial·e. "
        "Poste basé à Clermont-Ferrand, déplacements réguliers à Lyon et Paris. CDI, 32 à 36 000 € bruts annuels. Clôture : 10 janvier.",
        {
            "title": "Responsable commercial·e",
            "employer": "SCIC Énergies d'ici",
            "place": "Clermont-Ferrand (63)",
            "contract": "cdi",
            "pay": "32000-36000 year gross",
            "closes_on": "2027-01-10",
        },
    ),
    (
        "Poste à pourvoir : Travailleur social (F/H)\nSecteur : Seine-Saint-Denis\nCDI temps plein\nRémunération : 1 900 € net\n"
        "Employeur : Interlogement 93\nMissions : accompagner des familles hébergées ; ouvrir leurs droits ; préparer la sortie.\n"
        "Candidature : avant le 22 décembre par mail",
        {
            "title": "Travailleur social (F/H)",
            "doubts": ("trade",),
            "employer": "Interlogement 93",
            "place": "Seine-Saint-Denis (93)",
            "contract": "cdi",
            "working_time": "full",
            "pay": "1900-1900 month net",
            "closes_on": "2026-12-22",
            "duties": "ouvrir leurs droits",
        },
    ),
    (
        "Bonjour, nous cherchons quelqu'un pour faire le ménage dans nos locaux à Pau, 10h par semaine, CDI, payé au SMIC. "
        "Répondez avant Noël.",
        {
            "place": "Pau (64)",
            "contract": "cdi",
            "working_time": "part",
            "hours_per_week": 10,
            "pay": "SMIC",
            "duties": "Faire le ménage",
            "doubts": ("closes_on",),
        },
    ),
    (
        "Poste : Coordinateur.rice de projets\nRémunération : selon profil\nLieu : à définir\nContrat : à définir\nDate limite : dès que possible",
        {"title": "Coordinateur.rice de projets"},
    ),
    (
        "Recrute psychologue F/H à temps partiel (0.3 ETP) - CDI - La Roche-sur-Yon - Association AREAMS - Convention 66 - "
        "candidatures avant le 13.12.2026",
        {
            "title": "Psychologue F/H",
            "employer": "Association AREAMS",
            "place": "La Roche-sur-Yon (85)",
            "contract": "cdi",
            "working_time": "part",
            "hours_per_week": 10.5,
            "pay": "Convention 66",
            "closes_on": "2026-12-13",
        },
    ),
    (
        "Offre de service civique\nTitre : Ambassadeur du tri\nOrganisme : Compost'Action\nVille : Besançon\nDurée : 6 mois\n"
        "Début : 1er février 2027\nMission : sensibiliser les habitants au compostage\nCandidater avant : 15 janvier",
        {
            "title": "Ambassadeur du tri",
            "employer": "Compost'Action",
            "place": "Besançon (25)",
            "duration_months": 6,
            "contract": "service_civique",
            "kind": "civic_service",
            "starts_on": "2027-02-01",
            "closes_on": "2027-01-15",
            "duties": "Sensibiliser les habitants au compostage",
        },
    ),
    (
        "Le théâtre du Radeau d'Argent à Arles recherche un régisseur général ou une régisseuse générale, CDI intermittent, "
        "grille conventionnelle. Dossier à envoyer pour le 8 décembre.",
        {
            "title": "Régisseur général ou régisseuse générale",
            "employer": "Théâtre du Radeau d'Argent",
            "place": "Arles (13)",
            "contract": "cdi",
            "pay": "grille conventionnelle",
            "closes_on": "2026-12-08",
        },
    ),
    (
        "Je souhaite recruter une auxiliaire de vie à Limoges. Contrat : CDI ; temps partiel : 25h/semaine ; salaire : 12,10 €/h brut ; "
        "employeur : Aide et Présence ; date limite : 2 janvier 2027 ; missions : aide au lever, repas, courses",
        {
            "title": "Auxiliaire de vie",
            "employer": "Aide et Présence",
            "place": "Limoges (87)",
            "contract": "cdi",
            "working_time": "part",
            "hours_per_week": 25,
            "pay": "12.1-12.1 hour gross",
            "closes_on": "2027-01-02",
            "duties": "Aide au lever, repas, courses",
        },
    ),
    (
        "Association à Nice cherche professeur de français bénévole deux soirs par semaine. Contact avant le 5 décembre.",
        {
            "title": "Professeur de français bénévole",
            "place": "Nice (06)",
            "contract": "benevolat",
            "kind": "volunteering",
            "working_time": "part",
            "closes_on": "2026-12-05",
        },
    ),
    (
        "Titre du poste : Cuisinier/ère en collectivité\nType de contrat : CDD de remplacement du 4 janvier au 30 juin 2027\n"
        "Horaires : 7h-15h du lundi au vendredi\nLieu : cuisine centrale, Mulhouse\nSalaire : 11,88 à 12,50 € / heure\n"
        "Date limite de dépôt des candidatures : 14 décembre, minuit",
        {
            "title": "Cuisinier/ère en collectivité",
            "place": "Mulhouse (68)",
            "contract": "cdd",
            "pay": "11.88-12.5 hour",
            "starts_on": "2027-01-04",
            "closes_on": "2026-12-14",
        },
    ),
    (
        "Rejoignez Habitat et Partage ! Nous recrutons un.e gestionnaire de paie à Orléans. CDI. 30 000 € à 33 000 € par an sur 13 mois. "
        "Vous gérez 200 bulletins par mois. Envoyer CV avant le lundi 7 décembre.",
        {
            "title": "Gestionnaire de paie",
            "employer": "Habitat et Partage",
            "place": "Orléans (45)",
            "contract": "cdi",
            "pay": "30000-33000 year",
            "closes_on": "2026-12-07",
            "duties": "Vous gérez 200 bulletins par mois.",
        },
    ),
    (
        "Intérim : agent de service hospitalier à Reims, 35h, 11,90 €/h, mission de 2 mois à pourvoir dès le 1er décembre. "
        "Réponse souhaitée demain.",
        {
            "title": "Agent de service hospitalier",
            "place": "Reims (51)",
            "contract": "interim",
            "duration_months": 2,
            "working_time": "full",
            "hours_per_week": 35,
            "pay": "11.9-11.9 hour",
            "starts_on": "2026-12-01",
            "closes_on": "2026-11-24",
        },
    ),
    (
        "Sujet : recrutement\nNotre crèche associative recherche une éducatrice de jeunes enfants (EJE), CDI, temps plein, "
        "Cergy, entre 2 100 et 2 300 euros brut. Postulez vite !",
        {
            "title": "Éducatrice de jeunes enfants (EJE)",
            "trade": "K1202",
            "place": "Cergy (95)",
            "contract": "cdi",
            "working_time": "full",
            "pay": "2100-2300 month gross",
        },
    ),
    (
        "Comptable (CDI, Nantes)\n\nMissions\nTenue des comptes\nDéclarations sociales\n\nProfil\nBTS comptabilité\n\nConditions\n"
        "Temps plein, 2 350 € brut mensuel\n\nCandidatures\nAvant le 19 décembre à rh@horizon.example",
        {
            "title": "Comptable",
            "trade": "M1203",
            "place": "Nantes (44)",
            "contract": "cdi",
            "working_time": "full",
            "pay": "2350-2350 month gross",
            "closes_on": "2026-12-19",
            "duties": "Déclarations sociales",
            "profile": "BTS comptabilité",
        },
    ),
    (
        "Poste : directeur adjoint de MECS. Lieu : Haute-Savoie. CDI cadre, 39h. Salaire : 3 100 € à 3 400 € brut/mois selon ancienneté. "
        "Candidatures : jusqu'au dimanche 13 décembre inclus.",
        {
            "title": "Directeur adjoint de MECS",
            "place": "Haute-Savoie (74)",
            "contract": "cdi",
            "working_time": "full",
            "hours_per_week": 39,
            "pay": "3100-3400 month gross",
            "closes_on": "2026-12-13",
        },
    ),
    (
        "VSI de 24 mois au Sénégal pour la Guilde du Sahel, coordinateur pédagogique. Candidature avant le 31 janvier 2027.",
        {
            "title": "Coordinateur pédagogique",
            "contract": "vsi",
            "kind": "volunteering",
            "duration_months": 24,
            "closes_on": "2027-01-31",
        },
    ),
    (
        "Recherchons animateur BAFA pour séjour de ski du 20 au 27 février, contrat d'engagement éducatif, 55 € par jour. "
        "Association Cap Neige, Chambéry.",
        {
            "employer": "Association Cap Neige",
            "title": "Animateur BAFA",
            "place": "Chambéry (73)",
            "contract": "cee",
            "pay": "55-55 day",
        },
    ),
    (
        "Bonjour\nposte de comptable en cdi a nantes pour l association horizon\nsalaire 2300 brut\ndate limite le 31 decembre",
        {
            "title": "Comptable",
            "trade": "M1203",
            "place": "Nantes (44)",
            "contract": "cdi",
            "pay": "2300-2300 month gross",
            "closes_on": "2026-12-31",
        },
    ),
    (
        "Poste: Assistant social\r\nLieu: Perpignan\r\nContrat: CDI\r\nSalaire: 2000-2300\r\nEmployeur: ADPEP 66\r\n"
        "Date de clôture: 24/12\r\nMissions: suivi des familles\r\nContact: Mme Serra, 04 68 00 00 00, serra (at) adpep66 . example",
        {
            "title": "Assistant social",
            "trade": "K1201",
            "employer": "ADPEP 66",
            "place": "Perpignan (66)",
            "contract": "cdi",
            "pay": "2000-2300 month",
            "closes_on": "2026-12-24",
            "duties": "Suivi des familles",
        },
    ),
    (
        "Nous ouvrons un poste d'éducateur sportif à Saint-Étienne, en CDI à temps plein, rémunéré 1 950 € brut. Il s'agira d'animer les "
        "séances du mercredi et d'encadrer les stages de vacances. Les candidatures sont à adresser jusqu'au 9 janvier à l'US Forez.",
        {
            "title": "Éducateur sportif",
            "place": "Saint-Étienne (42)",
            "contract": "cdi",
            "working_time": "full",
            "pay": "1950-1950 month gross",
            "closes_on": "2027-01-09",
            "duties": "encadrer les stages de vacances",
        },
    ),
    (
        "Poste : chargé(e) de développement — Structure : Réseau Cocagne — Lieu : Besançon ou Dole — CDI — 2 200/2 500 € brut — "
        "candidatures : 15 décembre",
        {
            "title": "Chargé(e) de développement",
            "employer": "Réseau Cocagne",
            "contract": "cdi",
            "doubts": ("place",),
            "pay": "2200-2500 month gross",
            "closes_on": "2026-12-15",
        },
    ),
    (
        "Job: Youth worker\nEmployer: Bridge House\nLocation: Rennes\nContract: part-time, permanent\nSalary: 1,500 euros gross per month\n"
        "Deadline: 15 January 2027\nDuties: run the after-school club",
        {
            "title": "Youth worker",
            "employer": "Bridge House",
            "place": "Rennes (35)",
            "contract": "cdi",
            "working_time": "part",
            "pay": "1500-1500 month gross",
            "closes_on": "2027-01-15",
            "duties": "Run the after-school club",
        },
    ),
    (
        "Nous proposons un CDD de 4 mois, renouvelable, de médiateur numérique à Aurillac (15), 35 heures, à partir du 12 janvier. "
        "Salaire 1 820 € brut. Merci de répondre d'ici le 20 décembre. Association Cantal'Lien",
        {
            "employer": "Association Cantal'Lien",
            "title": "Médiateur numérique",
            "place": "Aurillac (15)",
            "contract": "cdd",
            "duration_months": 4,
            "working_time": "full",
            "hours_per_week": 35,
            "pay": "1820-1820 month gross",
            "starts_on": "2027-01-12",
            "closes_on": "2026-12-20",
        },
    ),
    (
        "CDI temps plein à Laval. Comptable. Salaire 23000 € par mois. Candidatures jusqu'au 30 février.",
        {
            "title": "Comptable",
            "trade": "M1203",
            "place": "Laval (53)",
            "contract": "cdi",
            "working_time": "full",
            "doubts": ("pay", "closes_on"),
        },
    ),
    (
        "Comptable à Nantes, CDI à temps partiel 35h, 2300 € brut ou 2000 € brut, candidatures le 15 ou le 20 janvier",
        {
            "title": "Comptable",
            "trade": "M1203",
            "place": "Nantes (44)",
            "contract": "cdi",
            "doubts": ("working_time", "pay", "closes_on"),
        },
    ),
    (
        "L’Entraide Ouvrière recrute un·e travailleur·se social·e (CDI, ETP) à Tours.\nSalaire : 2 045 € bruts/mois (CCN 66)\n"
        "Missions :\n• accueil en CHRS\n• suivi budgétaire\nDate limite : vendredi 18 décembre à 12h",
        {
            "title": "Travailleur·se social·e",
            "doubts": ("trade",),
            "employer": "L’Entraide Ouvrière",
            "place": "Tours (37)",
            "contract": "cdi",
            "pay": "2045-2045 month gross",
            "closes_on": "2026-12-18",
            "duties": "suivi budgétaire",
        },
    ),
)
