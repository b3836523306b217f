"""The title of an offer as its writer put it: from a label, or from "recrute un(e) …"; never shouted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain, islice

from jobboard import places, trades
from jobboard.person_names import name_lines
from jobboard.readable import level
from jobboard.reading import engagements, forms, workplaces
from jobboard.reading.nouns import ACRONYMS, NOUNS
from jobboard.reading.sentences import Part, Sentence

LONGEST = 120
_MOST_WORDS = 14
_MOST_TITLES = 20  # nobody lists more in one mail that we could read

_DETERMINER = (
    r"(?:(?:un|une)(?:\(e\)|\(ne\)|\.e|·e|-e|e)?(?:/une?| ou une?|/e)?|son/sa|sa/son|(?:son|sa) ou (?:son|sa)"
    r"|(?:son|sa)(?: ou sa| futur\w*| nouve\w+)?|notre|nos|ses|leur|leurs"
    r"|le/la|l[ae]|des|plusieurs|\d{1,2}|deux|trois|quatre|cinq|two|three|four|an?|our|(?:its|their) next)"
)
_FILLER = (
    r"(?:,? ?(?:actuellement|egalement|aussi|toujours|encore|urgemment|en urgence|activement|desormais|aujourd'hui|donc|currently"
    r"|for|to recruit|to hire"
    r"|des (?:maintenant|que possible)|h/f|immediate(?:ment)?|en (?:cdi|cdd|alternance|stage|interim)|a temps (?:plein"
    r"|partiel)"
    r"|pour (?:l'une? de |une? de )?(?:ses|nos|leurs|notre|son|un|l'une? des) clients?(?: [\w'-]+){0,3}?"
    r"|pour (?!l'un|tenir|assurer|gerer|encadrer|animer)[^,.;:]{2,70}?|a (?:(?! for )[\w' -]){2,30}?|dans le cadre d[^,.;:]{2,60}"
    r"|suite a [^,.;:]{2,50}) ?,?)"
)
_SHORT_FILLER = r"(?: (?:actuellement|egalement|aussi|urgemment|en urgence|immediate(?:ment)?|h/f|en (?:cdi|cdd|alternance|stage|interim))(?= ))"
_RECRUITING = re.compile(
    r"\b(?:recherche(?:nt|r)?|recherchons|recrute(?:nt|r)?|recrutons|cherche(?:nt|r)?|cherchons|embauche(?:nt|r)?"
    r"|embauchons|engage(?:nt|ons)?"
    r"|propose(?:nt)?|proposons|accueill(?:e|ent|ons|ir)|offre(?:nt)?(?! d[' ])|offrons|ouvre(?:nt)?|ouvrons|cree(?:nt)?|creons|forme(?=nt? une?\b)|besoin d'|reconduisons|renouvelons|pourvoyons|prend(?= une? (?:stagiaire|apprenti|alternant))|il (?:nous |me )?(?:faut|faudrait)|confier a|connaitriez-vous|connaissez[- ]vous"
    r"|besoin de|recrutement d'|recrutement de"
    r"|recherche d'|la recherche de|(?:looking|searching) for|hiring|seeking|recruiting|seeks|hire|recruit|needs?)"
    rf"(?:(?<=')|(?![a-z]))(?:{_FILLER}{{0,2}} ?:? ?(?<![a-z])(?P<determiner>{_DETERMINER}) "
    rf"|{_FILLER} ?: ?(?=[a-z])|{_SHORT_FILLER}{{0,1}} ?:? ?(?=[a-z]))"
)
_PUBLISHING = re.compile(
    r"\b(?:publier|diffuser|deposer|passer|poster|publish|post|(?:mettre|mise) en ligne|(?:voici|ci-dessous"
    r"|ci-joint)\w*)\b[^.;:\n]{0,40}?"
    r"\b(?:offre|annonce|poste|ad|offer)\b(?: d'emploi| de stage| d'alternance| de poste)? (?:pour |de |d'|:"
    r"|concernant |for |of ){1,2}"
    rf"(?:(?P<determiner>{_DETERMINER}) )?"
)
_HEADS = re.compile(
    r"(?:desesperement |activement |urgemment |rapidement |vite |toujours |encore |donc |aussi |egalement )"
    r"|(?:nouveau|nouvel|nouvelle|futur|future|prochaine?) (?=[a-z])"
    r"|(?:pour (?:le |un |notre )(?=poste ))?(?:(?:nouveaux?|nouvelles?|futurs?|future|autres?) )?(?:(?:poste|emploi|offre|cdi|cdd|contrat|stage"
    r"|cdd de remplacement|job|position|renfort|profil) "
    r"(?:a temps (?:plein|partiel) |en cd[id] |a mi-temps |de \d+ mois[ ,]*"
    r"|\d+ mois[ ,]*)?(?:renouvelable[ ,]*)?(?:de |d'|of |as )|(?:cdi|cdd)(?: de \d+ mois)? "
    r"|(?:contrats? )?(?:d'|en |de )?(?:apprentissage|alternance|professionnalisation) (?:de |d'|pour une? |en tant que )"
    r"|(?:full|part)[- ]time |(?:coups? de main|renforts?|nouve\w+ tetes?) ?: ?(?:une? |des )?)"
)
_FORM = r"(?:\(? ?(?:h ?[/-] ?f|f ?[/-] ?h|m ?/ ?f|f ?/ ?m|h ?/ ?f ?/ ?x|f ?/ ?h ?/ ?x|homme ?/ ?femme|femme ?/ ?homme|m/w/d|hf) ?\)?)(?![\w])"
_STOP = re.compile(
    rf"(?P<form> ?{_FORM})| / (?:{NOUNS}|{ACRONYMS}|cd[id]|\d)| (?:{ACRONYMS}) (?:les?|la|l'|saint\w*)\b| (?:une?|la|cette) mission\b| tout(?:e|es)? (?:le|la|les)\b| et (?:un|une|un\(e\)) | (?:et|ou) (?:on|nous|je|j'|il|elle|ils|vous|c'est|ca|notre|nos|qui|que) ?| (?:mais|car|donc|parce|puisque|que|il|elle|on|nous|si|meme|alors|est|sera|serait|c'est|capable|prete?s?) | (?:les?|chaque|tous les) (?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|week|soir|matin)|[,;:!?\n|\"«»]|\.(?= |$)|…| [–—-] | \((?!e\)|ne\)|se\)|ve\)"
    rf"|trice|euse|rice|ere)"
    r"| (?:pour|partagee? entre|reparti|entre|afin|qui|dont|ayant|chez|au sein|basee?|situee?|a pourvoir|a partir|a compter|a temps|a plein"
    r"|a mi-temps|a raison|a \d|des que|des le"
    r"|jusqu|d'une duree|dans (?:le|la|les|l'|notre|nos|un|une|son|sa|ses)\b|sur (?:le|la|les|l'|notre|un|une)\b"
    r"|avec|disponible|motivee?|experimentee?"
    r"|de \d+ (?:mois|ans)|(?:une?|deux|trois|quatre|\d+) (?:soirs?|jours?|heures?|fois|demi-journees?|matinees?)"
    r"|based|with|to|for|who|starting|from|until|in (?:a|an|our|the)|on a|a (?:un|une|des)|(?:au|aux|a l'"
    rf"|a la) ?(?!habitat|secours|domicile|media\\b)(?:{NOUNS}|{ACRONYMS}|chantier|service|siege|college|magasin|local|ehpad|pension|halte|lycee)"
    r"|par voie|par (?:l(?=')|la|le|les|notre|un|une)|h/f|remuneree?|volontaire pour|titulaire|payee?|sous)(?=[ ',;.()]|$)"
    r"| en (?:cd[id]|contrat|alternance|apprentissage|stage|interim|temps|mi-temps|freelance|teletravail"
    r"|remplacement|vue|20\d\d|full|janvier|fevrier"
    r"|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)\b"
    r"| du (?=\d)| (?:cdi|cdd|cddi|vsi|pec|interim|temps (?:plein|partiel|complet)|mi-temps|plein temps|\d+ ?h\b|\d+ ?%"
    r"|\d[\d ]* ?€|etp|0[.,]\d|debut|full[- ]time|part[- ]time|urgent)(?=[ ,;.()/-]|$)"
)
_SEVERAL = re.compile(r"des|plusieurs|ses|nos|leurs|deux|trois|quatre|cinq|two|three|four|[2-9]|\d\d")
_ACRONYM_IN_BRACKETS = re.compile(r" \([A-Z]{2,7}\)")
_AT_CAPITAL = re.compile(r" (?:à|A|sur|en) (?=[A-ZÉÈ][a-zà-ÿ])")
_PREPOSITION = re.compile(r"^(?:à|a|au|en|sur|in) ", re.IGNORECASE)
_SECOND_GENDER = re.compile(r" (ou|/) (?:de )?(?:sa|son|une|un) ", re.IGNORECASE)
_LISTING = re.compile(
    rf"(?:(?:\bet|, ?|\bainsi qu['e]|:|;|/|\bou|\band|\bplus|\+|\w+(?:ons|nt|he|te)"
    rf"|\bfor) ?){_DETERMINER} (?:poste d[e'] ?)?$"
)
_TAIL = re.compile(r"(?: (?:de|du|des|d'|a|au|en|et|ou|pour|dans|sur|le|la|un|une|in|at|h|f)|[ ,;:/(–—-])+$")
_OPENER = re.compile(
    r"^[ *-]*(?:(?:urgent|offre d[' ]emploi|offre de stage|offre|annonce|recrutement|recrute|recherche|poste|emploi"
    r"|cdi|cdd|cddi|interim|stage|mission benevole|contrat pro(?:fessionnalisation)?"
    r"|contrat de professionnalisation|job offer)\b"
    r"[ :!–—-]*(?:de |d'|(?:de )?\d+ (?:mois|ans?) |renouvelable |h/f )*)+"
)
_GENERIC = re.compile(
    r"(?:une? )?(?:(?:\w+ )?collegues?|personnes?|quelqu'un|candidat\w*|profils?|collaborateurs?|collaboratrices?|salarie\w*"
    r"|professionnels?|renforts?|nouve\w+|talents?|emplois?|postes?"
    r"|jobs?|offres?(?: d'emploi| de stage)?|cdi|cdd|stages?|stagiaires?|benevoles?|alternant\w*|apprenti\w*"
    r"|(?:\d+ )?volontaires?(?: recherche\w*)?|alternances?|contrats?|missions?|service civique"
    r"|missions? de service civique|benevolat|aide"
    r"|annonce|recrutement|permis\b.*|diplomes?\b.*|bpjeps\b.*|caces\b.*|months?\b.*|years?\b.*|weeks?\b.*|team|(?:\w+ )?office"
    r"|(?:son|sa|prochaine?s?|futur\w*) ?(?:stagiaires?|remplacante?\w*|collegues?)|remplacante?\w*\W*\w*|employe\w*|remplacant\w*|remplacement|someone|people|candidates?|person|equipe|membres?"
    r"|solution\w*|moyens?|le poste|poste a pourvoir"
    r"|profils? (?:motive|dynamique|polyvalent)\w*|personnes? .*|opportunite.*|possibilite.*|hebergement.*"
    r"|logement.*|accompagnement.*|services? .*|formations?|(?:petits? |gros )?(?:coups? de (?:main|pouce)|mains?)"
    r"|bras|monde|soutien|main d'oeuvre|clients?\b.*|help|hand|d[eu]s? .*|d'.*|\W*\d.{0,3}|(?:\d+|une?|deux|trois|quatre|six|neuf|douze) "
    r"(?:mois|ans?|annees?|jours?|semaines?|heures?|h|months?|years?)\b.*|association|creche|epicerie|boutique|foyer|resto"
    r"|restaurant|theatre|structure|centre(?: social| de \w+)?|ehpad|esat|mjc|fondation|mutuelle|cooperative|federation)"
)
_PROF = re.compile(r"^[Pp]rof(?= d)")
_BODY = re.compile(rf"(?:{NOUNS}|{ACRONYMS})\b")
_ACRONYMS = frozenset(
    "H/F F/H H F HF ESAT EHPAD MJC IME IMPRO ITEP SESSAD MECS SAVS SAMSAH CHRS CADA CCAS ADMR CIP RH DRH DAF RAF SI IT CPE AES AESH AMP BAFA BAFD ASE ESS"
    " EJE CESF ME ES IDE AS ASV RSE CSE UX QVT CRM CVE CAP SAAD SSIAD SIAE IAE ACI AI EI EA FLE REP QPV PMI UEROS CRP FAM MAS LHSS TISF ASH BTP VAE ONG II III".split()
)


def from_label(text: str) -> str | None:
    """Return the title that stands after "Poste :", without the contract or place written behind it."""
    seeks = _RECRUITING.search(level(text[:LONGEST]))
    if seeks is not None and seeks["determiner"]:  # "Mission bénévole : La Cimade cherche un trésorier"
        text = text[seeks.end() :]
    pieces = re.split(r" +[–—-] +", text)
    kept = 1
    while kept < len(pieces) and not _is_a_fact(pieces[kept]):
        kept += 1
    return _title(" · ".join(pieces[:kept])).replace(" · ", " - ") or None


def _is_a_fact(piece: str) -> bool:
    """Tell whether a piece behind a dash says something else than the title: contract, hours, place, date, amount."""
    plain = level(piece)
    if re.search(r"\d", plain) or places.named(piece) or _GENERIC.fullmatch(plain.strip()):
        return True
    return (
        bool(engagements.contracts(piece).contract or engagements.working_time(piece).working_time)
        or " a pourvoir" in plain
    )


def from_sentences(sentences: Iterable[Sentence]) -> tuple[str, ...]:
    """Return the titles that people are looked for under, in order, each once."""
    found: list[str] = []
    for sentence in sentences:
        if sentence.part in (Part.PROFILE,) or sentence.bullet:
            continue
        if len(found) > _MOST_TITLES:
            break
        plain = level(sentence.text)
        phrases = chain(_RECRUITING.finditer(plain), _PUBLISHING.finditer(plain))
        for match in islice(phrases, _MOST_TITLES):
            title = _title(sentence.text[match.end() :]) or _behind(sentence.text[match.end() :])
            title = _named_later(title)
            title = forms.singular(title) if _SEVERAL.fullmatch(match["determiner"] or "") else title
            known = bool(title and trades.mentioned(title))
            if not known and _BODY.match(level(title)):
                continue  # "pour une résidence autonomie": for whom, rather than whom
            if title and (match["determiner"] or known) and (known or not _offers_a_thing(match[0], title)):
                found.append(title)
                found += _second(sentence.text[match.end() :])
    return tuple(dict.fromkeys(found))


def _named_later(title: str) -> str:
    """Return the title behind what the post is for: "… pour ses trois crèches de Vierzon une EJE"."""
    later = re.search(r" une? (?=\w)", level(title))
    if later is None or any(one.start < 4 for one in trades_in(title)):
        return title
    rest = title[later.end() :]
    return rest if any(one.start < 4 for one in trades_in(rest)) else title


def _behind(text: str) -> str:
    """Return the title that only stands after a comma: "un CDD de 6 mois, vendeur", "pour un client, une comptable"."""
    for piece in re.split(r", | : ", text[:200])[1:4]:
        title = _title(re.sub(rf"^{_DETERMINER} ", "", piece.strip()))
        if any(one.start < 4 for one in trades_in(title)):
            return title
    return ""


def from_heading(sentences: Iterable[Sentence]) -> str | None:
    """Return the title when one of the first lines begins with it: "Comptable H/F", "CDI, comptable à Nantes"."""
    for sentence in list(sentences)[:4]:
        plain = level(sentence.text)
        if is_signed(sentence.text):
            break  # below somebody's name stands what she is, no post
        if sentence.part is not Part.TERMS or _RECRUITING.search(_OPENER.sub("", plain)):
            continue
        offers = engagements.contracts(sentence.text) != engagements.ReadContracts()
        for number, piece in enumerate(re.split(r", | ?: ", sentence.text)):
            if number and not offers:
                break
            title = _headline(piece)
            if title:
                return title
    return None


def is_signed(text: str) -> bool:
    """Tell whether a line is somebody's name, or begins with it: "Sophie Lenoir, directrice"."""
    first = text.split(",")[0].strip()
    return any(True for _ in name_lines(first))


def _headline(piece: str) -> str | None:
    """Return the title that a piece of a heading is, known by its trade or by "H/F"."""
    opener = _OPENER.match(level(piece))
    piece = piece[opener.end() :] if opener else piece
    several_posts = re.match(r"(?:[2-9]|\d\d) (?=[a-z])", level(piece))
    title = _title(re.sub(r"^(?:[Uu]ne?(?:\(e\))?|\d{1,2}) (?=[^\W\d])", "", piece))
    title = forms.singular(title) if several_posts else title
    if not title or len(title.split()) > 10:
        return None
    known = [one for one in trades_in(title) if one.start < 4]
    placed = re.match(r"(?:stagiaires?|apprentie?|alternante?|benevole) \w+", level(title))
    return title if known or placed or re.search(_FORM, level(title)) else None


def spelt_out(title: str, text: str) -> str:
    """Return an acronym with the trade that brackets behind it spell out: "Agent de service hospitalier (ASH)"."""
    title = _PROF.sub("Professeur", title)
    if not title.isupper() or " " in title:
        return title
    match = re.search(rf"\b{re.escape(title)} \((?P<words>[^()\n]{{5,60}})\)", text)
    codes = {one.trade.code for one in trades_in(match["words"]) if one.start < 4} if match else set()
    own = {one.trade.code for one in trades_in(title)}
    if match and codes and codes == own:
        return f"{_unshouted(match['words'].strip())} ({title})"
    return _in_full(title, text) or title


def _in_full(acronym: str, text: str) -> str | None:
    """Return the trade of an acronym as the mail names it elsewhere, else as our table does: "RAF"."""
    own = {one.trade.code: one.trade for one in trades_in(acronym)}
    if len(own) != 1:
        return None
    (trade,) = own.values()
    for one in trades_in(text):
        words = text[one.start : one.end]
        if one.trade is trade and not one.mended and " " in words and level(acronym) not in level(words):
            return _capital(" ".join(words.split()))
    return f"{_capital(trade.label)} ({acronym})"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def trades_in(text: str) -> tuple[trades.FoundTrade, ...]:
    """Return the trades that a text names, fields of work ("comptabilité") left out."""
    return tuple(one for one in trades.mentioned(text) if not one.domain)


def beginning(text: str) -> str:
    """Return the title with which a text begins, or the empty string."""
    return _title(text)


def _title(text: str) -> str:
    """Return the words of a title at the beginning of a text, or the empty string."""
    text = text[: 2 * LONGEST].strip(' \n"«»*_-–—•:')
    while (head := _HEADS.match(level(text))) is not None:
        text = text[head.end() :]
    end = _end(text)
    tail = _TAIL.search(level(text[:end]))
    title = text[: tail.start()] if tail else text[:end]
    title = " ".join(title.strip(' "«»*_.').split())
    title = _SECOND_GENDER.sub(r" \1 ", title)
    plain = level(title)
    if not 3 <= len(title) <= LONGEST or len(title.split()) > _MOST_WORDS or _GENERIC.fullmatch(plain):
        return ""
    if places.named(_PREPOSITION.sub("", title)) and not trades_in(title):
        return ""
    return _unshouted(title) if re.search(r"[a-z]{3}", plain) else ""


def _end(text: str) -> int:
    """Return where the title ends: at a stop, at a place said with its preposition, or after "H/F"."""
    plain = level(text)
    end = len(text)
    for match in _STOP.finditer(plain):
        if match["form"]:
            end = match.end()
            break
        if _ACRONYM_IN_BRACKETS.match(text, match.start()):
            continue
        if match.start() > 1:
            end = match.start()
            break
    capital = _AT_CAPITAL.search(text, 3, end)
    if capital is not None and not text[:end].isupper():
        end = capital.start()
    for found in workplaces.mentioned(text[:end]):
        before = re.search(r"[ (](?:a|au|aux|en|sur|dans(?: le| la| les)?|in|at) ?$", plain[: found.start])
        if before and before.start() > 2:
            return before.start()
        if (
            found.start > 3
            and plain[: found.start].endswith(" ")
            and not re.search(r"\b(?:de|d|du|des|la|le) ?$", plain[: found.start])
        ):
            return found.start
    return end


def _second(text: str) -> list[str]:
    """Return the other title of "un comptable et une assistante de direction"."""
    match = re.search(rf" (?:et|ainsi qu|and)(?:'| )(?P<determiner>{_DETERMINER}) ", level(text[:200]))
    if match is None:
        return []
    title = _title(text[match.end() :])
    return [title] if title and trades_in(title) else []


def several(sentence: Sentence) -> list[str]:
    """Return the trades listed after "recrutons : un comptable et une assistante", as they are written."""
    match = _RECRUITING.search(level(sentence.text))
    if match is None:
        return []
    plain = level(sentence.text)
    listed = _named_in_a_row(sentence.text[match.start() :])
    for one in trades_in(sentence.text[match.start() :]):
        start = match.start() + one.start
        if re.search(rf"(?:^|[ ,:;/(\n-]){_DETERMINER} (?:poste d[e'] ?)?$", plain[:start]) and _LISTING.search(
            plain[:start]
        ):
            listed.append(sentence.text[start : match.start() + one.end])
    return listed


def _named_in_a_row(text: str) -> list[str]:
    """Return the trades of "recrute : AES, moniteurs éducateurs, infirmiers", each a piece of its own behind a colon."""
    pieces = re.split(r", | et | / ", text.partition(": ")[2].split(". ")[0])
    named = [
        one
        for piece in pieces
        for one in trades_in(piece.strip())[:1]
        if one.start < 4 and one.end > len(piece.strip(" .")) - 3
    ]
    return [piece.strip() for piece in pieces] if 1 < len(pieces) == len(named) else []


def _offers_a_thing(words: str, title: str) -> bool:
    """Tell whether "propose", "accueille", "offre" speak of something else than a job: no known trade, no form."""
    return bool(re.match(r"propos|accueill|offr|ouvr|engag", words)) and not re.search(_FORM, level(title))


def _unshouted(title: str) -> str:
    """Return the title with a capital first letter and no word in capitals but acronyms."""
    words = title.split()
    letters = [char for char in title if char.isalpha()]
    shouting = sum(char.isupper() for char in letters) > 0.6 * len(letters)
    kept = [_lowered(word) if shouting else word for word in words]
    title = " ".join(kept)
    return title[:1].upper() + title[1:]


def _lowered(word: str) -> str:
    bare = word.strip("()[].,;:")
    return word if bare.upper() in _ACRONYMS else word.lower()
