"""Mails that recruiters may write, harder than most, each with what is read of it on Monday 23 November 2026."""

from __future__ import annotations

HARD: tuple[tuple[str, dict[str, object]], ...] = (
    (
        "Bonjour, notre ludothèque La Toupie Folle, située à Auxerre, cherche un animateur en CDI, 1 800 "
        "€ brut par mois. Candidatures avant le 10 janvier. Missions : accueillir le public.",
        {
            "title": "Animateur",
            "employer": "Ludothèque La Toupie Folle",
            "place": "Auxerre (89)",
            "contract": "cdi",
            "working_time": None,
            "closes_on": "2027-01-10",
            "duties": "Accueillir le public.",
            "pay": (1800, 1800),
            "missing": (),
        },
    ),
    (
        "Fondation Alizé, agence de Vannes. Nous recrutons un conseiller emploi, à temps plein, en contr"
        "at à durée indéterminée. 2 100 € brut. Postulez avant le 20 janvier.",
        {
            "title": "Conseiller emploi",
            "employer": "Fondation Alizé",
            "place": "Vannes (56)",
            "contract": "cdi",
            "working_time": "full",
            "closes_on": "2027-01-20",
            "duties": None,
            "pay": (2100, 2100),
            "missing": ("duties",),
        },
    ),
    (
        "Comptable basé à Niort, en CDI pour l'association Les Roseaux Bleus. 2200 brut. Réponse avant me"
        "rcredi 9 décembre.",
        {
            "title": "Comptable",
            "employer": "Association Les Roseaux Bleus",
            "place": "Niort (79)",
            "contract": "cdi",
            "working_time": None,
            "closes_on": "2026-12-09",
            "duties": None,
            "pay": (2200, 2200),
            "missing": ("duties",),
        },
    ),
    (
        "Nous sommes Terre d'Accueil, on est basés à Foix, et on a besoin d'un coup de main : un maraîche"
        "r, CDD 18 mois pouvant évoluer vers un CDI, 12€35 brut/h. Au menu : semer, planter, récolter. Ec"
        "ris-nous avant le 4 janvier.",
        {
            "title": "Maraîcher",
            "employer": "Terre d'Accueil",
            "place": "Foix (09)",
            "contract": "cdd",
            "working_time": None,
            "closes_on": "2027-01-04",
            "duties": "Semer, planter, récolter.",
            "pay": (12.35, 12.35),
            "missing": (),
        },
    ),
    (
        "L'épicerie solidaire Le Panier Malin, Tulle. Recherche un responsable de magasin, CDI, 28 heures"
        ", 1 650 € brut mensuel. Date limite : 2026-12-20. Vous gérez les stocks.",
        {
            "title": "Responsable de magasin",
            "employer": "Épicerie solidaire Le Panier Malin",
            "place": "Tulle (19)",
            "contract": "cdi",
            "working_time": "part",
            "closes_on": "2026-12-20",
            "duties": "Vous gérez les stocks.",
            "pay": (1650, 1650),
            "missing": (),
        },
    ),
    (
        "Crèche Les Lutins, Vesoul.\n\nNous cherchons une éducatrice de jeunes enfants en contrat à durée d"
        "éterminée de 6 mois. 2 900 € à 3 300 € brut mensuel (CCNT 66). Date limite 19 12 2026. Tâches : "
        "éveil des enfants.",
        {
            "title": "Éducatrice de jeunes enfants",
            "employer": "Crèche Les Lutins",
            "place": "Vesoul (70)",
            "contract": "cdd",
            "working_time": None,
            "closes_on": "2026-12-19",
            "duties": "Éveil des enfants.",
            "pay": (2900, 3300),
            "missing": (),
        },
    ),
    (
        "crèche gérée par l'association Pomme d'Api à Millau recrute une auxiliaire de puériculture, CDI,"
        " SMIC, répondez avant le 5 janvier. Il s'agira de changer les enfants.",
        {
            "title": "Auxiliaire de puériculture",
            "employer": "Association Pomme d'Api",
            "place": "Millau (12)",
            "contract": "cdi",
            "working_time": None,
            "closes_on": "2027-01-05",
            "duties": "Il s'agira de changer les enfants.",
            "pay": (None, None),
            "missing": (),
        },
    ),
    (
        "Nous cherchons quelqu'un pour tenir la caisse de notre boutique solidaire Le Second Fil à Sète, "
        "CDI, 20h/semaine, SMIC. Postulez avant le 12 décembre.",
        {
            "title": None,
            "employer": "Boutique solidaire Le Second Fil",
            "place": "Sète (34)",
            "contract": "cdi",
            "working_time": "part",
            "closes_on": "2026-12-12",
            "duties": "Tenir la caisse de notre boutique solidaire Le Second Fil à Sète",
            "pay": (None, None),
            "missing": ("title",),
        },
    ),
    (
        "Besoin d'un coup de main pour 3 mois à Rodez, CDD, SMIC. Association Les Mains Vertes.",
        {
            "title": None,
            "employer": "Association Les Mains Vertes",
            "place": "Rodez (12)",
            "contract": "cdd",
            "working_time": None,
            "closes_on": None,
            "duties": None,
            "pay": (None, None),
            "missing": ("title", "closes_on", "duties"),
        },
    ),
    (
        "Le groupement d'employeurs GE Sport Drôme propose un contrat d'apprentissage d'éducateur sportif"
        " à Crest, 3 jours en entreprise, 2 jours en CFA. 60 % du SMIC. Répondre avant le 2 janvier. Vous"
        " animez les séances.",
        {
            "title": "Éducateur sportif",
            "employer": "Groupement d'employeurs GE Sport Drôme",
            "place": "Crest (26)",
            "contract": "apprentissage",
            "working_time": None,
            "closes_on": "2027-01-02",
            "duties": "Vous animez les séances.",
            "pay": (None, None),
            "missing": (),
        },
    ),
    (
        "<p>L&rsquo;association Gr&ucirc;e &amp; Cie recrute un(e) comptable &agrave; Nantes en CDI.</p><"
        "p>2&nbsp;300&nbsp;&euro; brut par mois.</p><p>Missions : tenir la compta</p><ul><li>paies</li><l"
        "i>budgets</li></ul><p>Avant le 20 janvier</p>",
        {
            "title": "Comptable",
            "employer": "Association Grûe & Cie",
            "place": "Nantes (44)",
            "contract": "cdi",
            "working_time": None,
            "closes_on": "2027-01-20",
            "duties": "Tenir la compta",
            "pay": (2300, 2300),
            "missing": (),
        },
    ),
    (
        "Pour info\n\n> De : Anne <anne@x.example>\n> Envoyé : lundi 16 novembre 2026 10:12\n> À : offres\n> O"
        "bjet : offre\n>\n> L'association Horizon recherche un comptable à Nantes en CDI temps plein, 2300 "
        "€ brut par mois.\n> Missions : tenue de la comptabilité. Candidatures jusqu'au 31 décembre.",
        {
            "title": "Comptable",
            "employer": "Association Horizon",
            "place": "Nantes (44)",
            "contract": "cdi",
            "working_time": "full",
            "closes_on": "2026-12-31",
            "duties": "Tenue de la comptabilité.",
            "pay": (2300, 2300),
            "missing": (),
        },
    ),
    (
        "L'association Horizon à Nantes recrute un comptable et une assistante sociale, CDI temps plein, "
        "2300 € brut. Candidatures avant le 31 décembre. Missions : selon le poste, détails au téléphone.",
        {
            "title": None,
            "employer": "Association Horizon",
            "place": "Nantes (44)",
            "contract": "cdi",
            "working_time": "full",
            "closes_on": "2026-12-31",
            "duties": "Selon le poste, détails au téléphone.",
            "pay": (2300, 2300),
            "missing": (),
        },
    ),
    (
        "Recherchons pour notre centre de santé Pasteur un médecin généraliste, à Creil, CDI temps plein,"
        " 6 500 € brut mensuel. Candidatures au plus tard le 15/01/2027. Consultations et visites.",
        {
            "title": "Médecin généraliste",
            "employer": "Centre de santé Pasteur",
            "place": "Creil (60)",
            "contract": "cdi",
            "working_time": "full",
            "closes_on": "2027-01-15",
            "duties": "Consultations et visites.",
            "pay": (6500, 6500),
            "missing": (),
        },
    ),
    (
        "Association Quai Ouest, Lorient.\nAnimatrice jeunesse, CDI, temps plein, 1 950 € brut mensuel.\nPr"
        "éparer les séjours, encadrer les veillées.\nRéponse avant le 11 janvier.",
        {
            "title": "Animatrice jeunesse",
            "employer": "Association Quai Ouest",
            "place": "Lorient (56)",
            "contract": "cdi",
            "working_time": "full",
            "closes_on": "2027-01-11",
            "duties": "Préparer les séjours, encadrer les veillées.",
            "pay": (1950, 1950),
            "missing": (),
        },
    ),
    (
        "Printemps 2027 : la coopérative Grand Large cherche un magasinier à Cancale, CDI, 12 € de l'heur"
        "e, avant le 11 janvier. Réceptionner les livraisons et ranger les rayons.",
        {
            "title": "Magasinier",
            "employer": "Coopérative Grand Large",
            "place": "Cancale (35)",
            "contract": "cdi",
            "working_time": None,
            "closes_on": "2027-01-11",
            "duties": "Réceptionner les livraisons et ranger les rayons.",
            "pay": (12, 12),
            "missing": (),
        },
    ),
    (
        "Bonjour, voir ci-dessous, merci de publier\n\n-------- Message transféré --------\nDe : Paul <p@x.e"
        "xample>\nDate : 12 novembre 2026\nObjet : recrutement\n\nL'association Horizon recherche un comptabl"
        "e à Nantes en CDI temps plein, 2300 € brut par mois.\nMissions : tenue de la comptabilité.\nCandid"
        "atures jusqu'au 31 décembre.",
        {
            "title": "Comptable",
            "employer": "Association Horizon",
            "place": "Nantes (44)",
            "contract": "cdi",
            "working_time": "full",
            "closes_on": "2026-12-31",
            "duties": "Tenue de la comptabilité.",
            "pay": (2300, 2300),
            "missing": (),
        },
    ),
    (
        "Centre social La Passerelle Bleue\n12 rue des Lilas, 42300 Roanne\n\nRecrute animateur famille H/F\n"
        "CDI 35h\n2050 € brut\nMissions : ateliers parents-enfants\nAvant le 15 janvier",
        {
            "title": "Animateur famille H/F",
            "employer": "Centre social La Passerelle Bleue",
            "place": "Roanne (42)",
            "contract": "cdi",
            "working_time": "full",
            "closes_on": "2027-01-15",
            "duties": "Ateliers parents-enfants",
            "pay": (2050, 2050),
            "missing": (),
        },
    ),
    (
        "Collectif Vélo Libre accueille un volontaire en service civique à Chambéry pour 8 mois. Sa missi"
        "on : sensibiliser aux mobilités. Avant le 10 janvier.",
        {
            "title": "Volontaire en service civique",
            "employer": "Collectif Vélo Libre",
            "place": "Chambéry (73)",
            "contract": "service_civique",
            "working_time": None,
            "closes_on": "2027-01-10",
            "duties": "Sensibiliser aux mobilités.",
            "pay": None,
            "missing": (),
        },
    ),
    (
        "esat les ateliers du parc recherche moniteur d'atelier espaces verts, cdi, beauvais, 1950 brut, "
        "avant le 6 janvier",
        {
            "title": "Moniteur d'atelier espaces verts",
            "employer": "Esat les ateliers du parc",
            "place": "Beauvais (60)",
            "contract": "cdi",
            "working_time": None,
            "closes_on": "2027-01-06",
            "duties": None,
            "pay": (1950, 1950),
            "missing": ("duties",),
        },
    ),
    (
        "Poste d'aide à domicile, secteur de Vannes, CDI, 28h. Domicile Services Bretagne. 12,20 €/h. Rép"
        "ondre avant le 9 janvier. Aide au lever, aux repas, à la toilette.",
        {
            "title": "Aide à domicile",
            "employer": "Domicile Services Bretagne",
            "place": "Vannes (56)",
            "contract": "cdi",
            "working_time": "part",
            "closes_on": "2027-01-09",
            "duties": "Aide au lever, aux repas, à la toilette.",
            "pay": (12.2, 12.2),
            "missing": (),
        },
    ),
    (
        "Hiring: a cook for our solidarity café in Marseille, fixed-term contract 6 months, 1,900 euros g"
        "ross per month. Association Table Ouverte. Reply before 8 January 2027. You will prepare lunches"
        ".",
        {
            "title": "Cook",
            "employer": "Association Table Ouverte",
            "place": "Marseille (13)",
            "contract": "cdd",
            "working_time": None,
            "closes_on": "2027-01-08",
            "duties": "You will prepare lunches.",
            "pay": (1900, 1900),
            "missing": (),
        },
    ),
    (
        "Cabinet RH Talents Solidaires recrute pour le compte de son client, une association, un directeu"
        "r à Amiens, CDI, 45 à 50 k€. Avant le 20 janvier. Diriger la structure.",
        {
            "title": "Directeur",
            "employer": None,
            "place": "Amiens (80)",
            "contract": "cdi",
            "working_time": None,
            "closes_on": "2027-01-20",
            "duties": "Diriger la structure.",
            "pay": (45000, 50000),
            "missing": ("employer",),
        },
    ),
    (
        "Centre de santé communautaire Le Village : infirmière, Échirolles, 0,8 ETP, CDI, 2 600 € brut. D"
        "ate limite samedi 16 janvier 2027. Soins et prévention.",
        {
            "title": "Infirmière",
            "employer": "Centre de santé communautaire Le Village",
            "place": "Échirolles (38)",
            "contract": "cdi",
            "working_time": "part",
            "closes_on": "2027-01-16",
            "duties": "Soins et prévention.",
            "pay": (2600, 2600),
            "missing": (),
        },
    ),
)
