"""Names that people give to parts of France, besides the official ones: acronyms, old régions, "région nantaise"."""

from __future__ import annotations

from jobboard.phrases import phrase_set, word_set

# Folded name -> official région code.
REGION_NAMES: dict[str, str] = {
    "idf": "11", "ile de france": "11", "region parisienne": "11", "rp": "11", "banlieue parisienne": "11",
    "metropole parisienne": "11",
    "agglomeration parisienne": "11", "bassin parisien": "11", "paris et sa region": "11",
    "paris region": "11", "paca": "93", "region paca": "93", "region aura": "84", "region sud": "93",
    "provence alpes cote d azur": "93", "provence alpes cotes d azur": "93", "aura": "84", "auvergne rhone alpes": "84",
    "hauts de france": "32", "hdf": "32", "grand est": "44", "bfc": "27", "bourgogne franche comte": "27",
    "centre val de loire": "24", "region centre": "24", "cvl": "24", "nouvelle aquitaine": "75",
    "pays de la loire": "52", "pays de loire": "52", "pdl": "52", "bretagne": "53", "brittany": "53",
    "normandie": "28", "normandy": "28", "occitanie": "76", "corse": "94", "corsica": "94",
}  # fmt: skip

# Folded name -> département code, where it differs from the official name's own form.
DEPARTEMENT_NAMES: dict[str, str] = {
    "reunion": "974", "ile de la reunion": "974", "la reunion": "974", "l ile de la reunion": "974",
    "ile reunion": "974", "guyane francaise": "973", "french guiana": "973", "nouvelle caledonie": "988",
    "polynesie": "987", "tahiti": "987", "wallis": "986", "saint martin antilles": "978",
    "ille et villaine": "35", "loire atlantic": "44", "bouche du rhone": "13", "pas de calais": "62",
    "anjou": "49", "touraine": "37", "perigord": "24", "haute loire": "43",
    "cote d armor": "22", "territoire de belfort": "90",
    "alpes haute provence": "04", "deux sevre": "79", "maine et loir": "49",
}  # fmt: skip

# Folded name -> codes of the départements that it covers together.
AREAS: dict[str, tuple[str, ...]] = {
    "alsace": ("67", "68"),
    "lorraine": ("54", "55", "57", "88"),
    "champagne ardenne": ("08", "10", "51", "52"),
    "champagne ardennes": ("08", "10", "51", "52"),
    "picardie": ("02", "60", "80"),
    "nord pas de calais": ("59", "62"),
    "npdc": ("59", "62"),
    "haute normandie": ("27", "76"),
    "basse normandie": ("14", "50", "61"),
    "bourgogne": ("21", "58", "71", "89"),
    "franche comte": ("25", "39", "70", "90"),
    "rhone alpes": ("01", "07", "26", "38", "42", "69", "73", "74"),
    "auvergne": ("03", "15", "43", "63"),
    "limousin": ("19", "23", "87"),
    "poitou charentes": ("16", "17", "79", "86"),
    "poitou charente": ("16", "17", "79", "86"),
    "aquitaine": ("24", "33", "40", "47", "64"),
    "midi pyrenees": ("09", "12", "31", "32", "46", "65", "81", "82"),
    "languedoc roussillon": ("11", "30", "34", "48", "66"),
    "languedoc": ("11", "30", "34", "48"),
    "antilles": ("971", "972"),
    "antilles guyane": ("971", "972", "973"),
    "petite couronne": ("92", "93", "94"),
    "grande couronne": ("77", "78", "91", "95"),
    "grand paris": ("75", "92", "93", "94"),
    "paris et petite couronne": ("75", "92", "93", "94"),
    "paris petite couronne": ("75", "92", "93", "94"),
    "paris et proche banlieue": ("75", "92", "93", "94"),
    "paris proche banlieue": ("75", "92", "93", "94"),
    "berry": ("18", "36"),
    "deux savoie": ("73", "74"),
    "les deux savoie": ("73", "74"),
    "pays de savoie": ("73", "74"),
    "charentes": ("16", "17"),
    "les charentes": ("16", "17"),
}

EVERYWHERE: frozenset[str] = phrase_set(
    "toute la france, france entiere, partout en france, n importe ou en france, la france entiere, france,",
    "toute france, partout, n importe ou, territoire national, tout le territoire, echelle nationale,",
    "toute la france metropolitaine, france metropolitaine, toutes regions, toutes les regions,",
    "anywhere in france, mobilite nationale, mobile nationalement, national, mobile partout, tte la france,",
    "pas de preference de lieu, anywhere, tous les departements, toute region, nimporte ou,",
    "nimporte ou en france",
)

AT_HOME: frozenset[str] = phrase_set(
    "teletravail, tele travail, full remote, remote, teletravail complet, teletravail total, 100 teletravail,",
    "100 remote, teletravail 100, remote 100, distanciel, en distanciel, a distance, 100 a distance,",
    "100 distanciel, entierement a distance, home office, work from home, fully remote, travail a distance,",
    "teletravail integral, tt complet, en teletravail, travail a domicile, remotely, a 100 en teletravail,",
    "totalement a distance, travailler de chez moi, travailler a distance, travailler depuis chez moi, bosser de chez moi,",
    "full teletravail, teletravail a 100, 100 distance, full distance, tout a distance, full distanciel, ou distance,",
    "uniquement a distance, exclusivement a distance, remote only, only remote, teletravail uniquement",
)

# What the surroundings of a city are called -> the city's INSEE code.
DEMONYMS: dict[str, str] = {
    "nantais": "44109", "rennais": "35238", "lyonnais": "69123", "lillois": "59350", "bordelais": "33063",
    "toulousain": "31555", "marseillais": "13055", "strasbourgeois": "67482", "montpellierain": "34172",
    "nicois": "06088", "grenoblois": "38185", "rouennais": "76540", "stephanois": "42218", "toulonnais": "83137",
    "angevin": "49007", "dijonnais": "21231", "brestois": "29019", "manceau": "72181", "mancelle": "72181",
    "remois": "51454", "havrais": "76351", "clermontois": "63113", "tourangeau": "37261", "tourangelle": "37261",
    "orleanais": "45234", "limougeaud": "87085", "nanceien": "54395", "messin": "57463",
    "mulhousien": "68224", "caennais": "14118", "perpignanais": "66136", "bisontin": "25056", "amienois": "80021",
    "avignonnais": "84007", "poitevin": "86194", "palois": "64445", "rochelais": "17300",
    "lorientais": "56121", "vannetais": "56260", "quimperois": "29232", "nazairien": "44184", "briochin": "22278",
    "malouin": "35288", "choletais": "49099", "yonnais": "85191", "nimois": "30189", "valentinois": "26362",
    "annecien": "74010", "chamberien": "73065", "troyen": "10387", "chartrain": "28085", "berruyer": "18033",
    "lavallois": "53130", "aixois": "13001", "douaisien": "59178", "valenciennois": "59606", "dunkerquois": "59183",
    "calaisien": "62193", "niortais": "79191", "angoumoisin": "16015", "biterrois": "34032", "albigeois": "81004",
    "montalbanais": "82121", "agenais": "47001", "tarbais": "65440", "bayonnais": "64102", "rochefortais": "17299",
}  # fmt: skip

# Words before a city, or before the adjective made of its name, that mean the city with what lies around it.
AROUND_WORDS: frozenset[str] = phrase_set(
    "region, agglo, agglomeration, metropole, bassin, pays, secteur, banlieue, peripherie, area",
)

# Départements whose name is also a word, a river or a city: a capital or "dans le", "en" must say so.
AMBIGUOUS_DEPARTEMENTS: frozenset[str] = phrase_set(
    "ain, aube, aude, cher, creuse, eure, jura, loire, lot, manche, marne, meuse, nord, oise, orne, somme, tarn,",
    "var, vienne, allier, rhone, reunion, la reunion, indre, doubs, mayenne, paris, saint martin, saint barthelemy",
)

# Communes whose name is also a common word or a first name: in lower case they are not taken for a place.
_LIKE_STRUCTURES = frozenset(("la creche", "l union", "le parc", "la garde", "le port", "la ferme", "la cite"))
COMMON_WORDS: frozenset[str] = (
    _LIKE_STRUCTURES
    | word_set(
        "segur son y contre grand parce eu bonne bonnes place ville vers cours celle celles sens hommes aucun mere pere",
        "fille filles ligne lignes etais vue corps plan long moyen ecole mars rue simple force gars viens avril",
        "francois bois plaisir espere rouge appelle vieux mer campagne chemin marie bras charge armes courant villes",
        "frais faux change suisse maire avion port beaux boulot prince portes riche termes lance pont maisons bus",
        "vert allons chateau don salon jardin us bar croix montagne barre orange pauvres riviere monte rang champs",
        "monnaie murs doux signes centres cesse marches routes lies poisson mont salles luxe marques degre sure bio",
        "lutter jure job jury fins pure yves cultures culture publier romain alex champagne pierres seuil chapeau",
        "charme marre francs sache albert joyeux nuits serez gras rene feux gilles maillot precieux issus marin",
        "peintre real parent piano quarante bains lee colonne mathieu baby ponts raymond romans fontaine conte",
        "couches lourde roche sauve confort racines baron louer plats vif this branches die pleure puits soyons gouts",
        "messe bords bulle leon aire bu aurons azur plaine ames irai paille servant guise sales tendu chatte courtes",
        "rocher bars trans basses planches bourg nicole alan contes lent linge bonnet devise contest essay essai",
        "marines routier angles boue fosse vire couture relevant cheville chauve levier landes vignes vogue vitre",
        "voisines borne rives moulins abondance verdun bruges sceaux falaise plaisance charmes marquise creances drap",
        "colombe avoine brie forges pannes grasse lourdes caves gap apt massy provins loos sault revel hem collegien",
        "gouvernes roques ars anse lisses entrelacs loches corbeilles marly jumelles mons monts tonnerre four fours",
        "gray cars taule mare brosses etain selles abondant agneaux combles feves mortiers tresses choisy passy isle",
        "gorges poses poste postes mission cher somme guerin martin bernard thomas robert simon laurent michel remy",
        "paul samson toussaint dieudonne eloise anais salome lucy valentine germaine josselin florentin sion noe jouy",
        "serval prey sana sai ally still very by his our hours came peas many busy dry chas ade ri oz oo ur ors py",
        "sor sy ham alo ota ouest sud est nord centre",
    )
    | phrase_set(
        "l hopital, la creche, la garde, la riviere, la chapelle, la marche, la machine, la table, la chaise, la barre,",
        "la bastide, la forge, la couture, les halles, la montagne, le bourg, le port, le tampon, le moule, la possession, le robert, le francois, la tour, la salle, la ville, le plan,",
        "le pont, la croix, la rue, les salles, le pin, le mont, le bois, le bar, le vert",
    )
)
