"""Free text as sentences, each with the part that it plays in an offer: its terms, the duties, the profile, how to apply."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from jobboard.readable import level


class Part(StrEnum):
    """What a sentence is about."""

    TERMS = "terms"  # who looks for whom, where, how long, for how much
    DUTIES = "duties"
    PROFILE = "profile"
    HOW = "how"
    ABOUT = "about"  # who the employer is


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, bullet or dash-separated piece of a text, and its part."""

    text: str
    part: Part
    bullet: bool = False
    joined: bool = False  # stands on the same line as the piece before it
    start: int = 0  # where it stands in the text, its bullet included
    end: int = 0


_BREAK = re.compile(
    r"(?P<end>(?<![.!?…])(?:(?<!\bM)(?<!\bMme)(?<!\benv)(?<!\bmin)(?<!\bmax)(?<!\bex)(?<!coef)(?<!Coef)(?<!\bSt)(?<!\betc)(?<!^\d)\.|[!?…])+[)\"»]?)[ ]{1,9}"
    r"(?=[A-ZÀ-ÝŒ«\"•\d(])|(?P<line>[ ]*\n[ \n]*)|(?P<piece> *[;|•] *| +[–—] +|(?<=[^\d€ ]) +- +"
    r"|(?<=[\d€]) +- +(?=\D))",
    re.MULTILINE,
)
LONGEST = 1_000  # characters of one sentence
_CUT = re.compile(r"(?P<end>)(?P<line>)(?P<piece>(?= )|(?<=[^ ]{80}))")
_BULLET = re.compile(r"^[ \t]*(?:[-*•·–—▪●◦➢✓]+|\d{1,2}[.)])[ \t]+")
_GREETING = re.compile(
    r"^ ?(?:(?:bonjour|bonsoir|hello|salut|chere?s?|madame|monsieur|mesdames|messieurs|hi|dear|good morning|coucou)\b"
    r"(?:[ ,/]*(?:a tous|a toutes|et|a vous|madame|monsieur|mesdames|messieurs|team|all|sir|toute l'equipe"
    r"|l'equipe|tout le monde"
    r"|ressources solidaires|collegues|everyone|there))*[ ,!.:;-]*)+"
)

_NOT_A_TASK = (
    r"etes|avez|disposez|maitrisez|possedez|justifiez|connaissez|aimez|savez|pouvez|voulez|faites preuve"
    r"|souhaitez|recherchez|"
    r"correspondez|adherez|partagez|reconnaissez|cherchez|appreciez|trouvez|n'avez|n'etes|vous reconnaissez"
    r"|beneficiez"
)
_TERMS_NAMED = r"(?:cd[id]\w*|contrat|poste|emploi|stage|remplacement|temps|mi-temps|offre|creation|recrutement)"
_CUES: tuple[tuple[Part, re.Pattern[str]], ...] = (
    (
        Part.HOW,
        re.compile(
            r"(?:merci (?:de|d'|a)(?! ?(?:bien vouloir )?(?:publier|diffuser|mettre en ligne|deposer|trouver"
            r"|passer))|envoye[zr]|adresse[zr]|transmett|ecri(?:vez|re)|postule[zr]|candidate[zr]|pour postuler"
            r"|pour candidater|contacte[zr]?\b|contact\b|cv\b|candidatures?\b|les candidatures|la candidature"
            r"|lettre de motivation"
            r"|n'hesitez|ecri(?:s|vez)\b|repond(?:s|ez)\b|envoie|fait(?:es)?[ -](?:vous|toi) connaitre|se faire connaitre|avant le \d"
            r"|les entretiens|entretiens?\b|please|apply\b|send\b|applications?\b|reponse|date limite"
            r"|la date limite"
            r"|cloture|deadline|closing|pour plus d|pour tout renseignement|renseignements|votre candidature"
            r"|si cette offre"
            r"|si vous etes interesse|interesse|cette offre vous|offre (?:valable|ouverte)"
            r"|vous pouvez (?:postuler|candidater)"
            r"|adress(?:e|ez)|dossier|l'offre est|faire parvenir|delai)"
        ),
    ),
    (
        Part.PROFILE,
        re.compile(
            r"(?:vous (?:etes|avez|disposez|maitrisez|possedez|justifiez|connaissez|aimez|savez|faites preuve"
            r"|souhaitez|appreciez)"
            r"|profil|experience|une? (?:premiere )?experience|diplome|formation|de formation|permis|competence"
            r"|titulaire d|bac\b|bac ?\+"
            r"|connaissance|bonne (?:connaissance|maitrise)|maitrise|idealement|qualites|rigueur|sens d|capacite"
            r"|aisance|dees\b"
            r"|niveau|you (?:are|have)|requirements|ideally|debutant|autonom|dynamique|organise"
            r"|le ou la candidate?|le candidat"
            r"|une formation|vous n'avez)"
        ),
    ),
    (
        Part.DUTIES,
        re.compile(
            rf"(?:(?:au sein|dans le cadre|sous la|en lien|en collaboration|en binome|aupres|avec|rattachee?"
            rf"|a ce titre|vos|ses|les|il|elle"
            rf"|la|le|votre|you|the)[^.]{{0,160}}?\b)?vous (?!{_NOT_A_TASK})(?:(?:y|en|nous|les"
            rf"|l') ?)?[a-z']{{2,20}}(?:ez|erez)\b"
            r"|(?:il|elle|iel|il/elle|il ou elle|le ou la|la personne|le titulaire|la titulaire"
            r"|cette personne)\b[^.]{0,80}?"
            r"\b(?:sera|aura|devra|assurera|participera|[a-z]{3,16}ra) (?!(?:base|situe|remunere|embauche|recrute"
            r"|affecte))"
            r"|(?:principales )?missions?\b(?! (?:locale|de conseil|de service|de [1-9]|benevole))|taches?\b"
            rf"|il s'agi(?!\w* (?:ici )?d'une? {_TERMS_NAMED})|consiste|charge(?:e|\(e\)|.e)? d[e']"
            r"|au (?:programme|menu|quotidien)\b|on (?:te|vous) demande|on vous confiera|nous vous confions|you(?:'ll| will)\b|tu (?!es\b|as\b|aimes|sais|connais|cherches)[a-z']{2,18}(?:ras?|es)\b|duties|responsib|the role (?:involves"
            r"|includes)"
            r"|activites?\b|role :|votre role|son role"
        ),
    ),
    (
        Part.ABOUT,
        re.compile(
            r"(?:nous sommes (?:un|une|l'|la|le)\b(?!.{0,240}\b(?:recherch|recrut|cherch|embauch))"
            r"|notre (?:association|structure|mission|projet|equipe|fondation"
            r"|cooperative)\b(?!.{0,60}\b(?:recherche|recrute|cherche|embauche|ouvre|propose|accueille))"
            r"|creee? en|fondee? en|depuis (?:19|20)\d\d|(?:l'|la |le )(?:association|fondation|cooperative"
            r"|federation|structure|mjc|mutuelle)\b"
            r"(?!.{0,120}\b(?:recherch|recrut|cherch|embauch|propos|accueill|souhait|offre|engage|ouvr|a besoin|renforc|lance un recrut))|agree"
            r"|nos valeurs)"
        ),
    ),
    (
        Part.TERMS,
        re.compile(
            r"(?:il s'agi|(?:c'est|ce sera|ce serait) (?:un |une |en |a )?(?:petit )?(?:cd[id]|contrat|temps|mi-temps|stage|remplacement)"
            r"|on (?:paye|paie|propose|offre|pense a \d|part sur)|(?:ce |le |un |notre )?poste\b|lieu|cdi\b|cdd\b|contrat|salaire|remuneration|temps (?:plein"
            r"|partiel|complet)|mi-temps|prise de|a pourvoir"
            r"|debut|date|stage|duree|horaires?|\d\d ?h\b|localisation|basee?|situee?|teletravail|deplacements"
            r"|avantages|nous (?!vous)|l'association"
            r"|la mjc|recherch|recrut|cherch|embauch|urgent|ccn|convention|coef|brut|etp|\d[\d ]{2,7}(?:€|euros?)"
            r"|smic|gratification"
            r"|demarrage|full[- ]time|part[- ]time|permanent|fixed|salary|location|we are|we're|start|interim"
            r"|service civique|benevol"
            r"|volontar|alternance|apprentissage|mutuelle|tickets?|siret|ps\b|dans l'attente|bonne|belle|indemnit"
            r"|a \d\d ?%|statut"
            r"|possibilite|evolution|travail)"
        ),
    ),
)
_RECRUITS = re.compile(
    r"(?<!la )(?<!de )(?<!en )(?<!une )(?<!l'on )\b(?:recherche(?:nt|ons)?|recherchons|recrute(?:nt)?|recrutons"
    r"|cherche(?:nt)?|cherchons|embauche(?:nt)?|embauchons"
    r"|(?:is|are) (?:looking|hiring|seeking|recruiting))\b(?! (?:d'emploi|de fonds|de financements?|active))"
)
# "Chargé de communication (H/F), CDD de 8 mois" heads an offer, "chargé de suivre les dossiers" tells of the work.
_A_POST = re.compile(
    r"chargee?(?:\(e\)|[·./-]e)? d(?:e |')(?!la |le |les |l')(?![a-z]{2,}er\b)(?:[a-z' -]{3,60}$|[^.]{3,80}(?:\b(?:h ?/ ?f|f ?/ ?h|cd[id]|cddi|stage|alternance|temps"
    r"|contrat)\b))"
)
_FACT = re.compile(
    r"(?:cdi|cdd|contrat|salaire|remuneration|lieu|temps (?:plein|partiel|complet)|mi-temps|(?:le |ce "
    r"|un )?poste (?:est )?(?:a pourvoir|basee?|en cd|situe|a temps)"
    r"|prise de|a pourvoir|\d[\d ]{2,7}(?:€|euros?)|ccn|convention collective|smic|teletravail|date|localisation"
    r"|basee? a|full[- ]time|\d\d ?h\b|gratification|avantages)"
)
_HOW_SURELY = re.compile(
    r"(?:(?:avant|d'ici|au plus tard|jusqu'au)(?: le)?(?: [a-z]{4,6}di| dimanche)? \d|repond(?:s|ez)\b|merci (?:de|d'|a)(?! ?(?:bien vouloir )?(?:publier|diffuser|mettre en ligne|deposer|trouver|passer))"
    r"|candidatures?\b|les candidatures|postule[zr]|pour postuler|pour candidater|envoye[zr]|adresse[zr]"
    r"|date limite|la date limite|cloture|deadline"
    r"|cv\b|lettre de motivation|contact\b|apply|applications?\b|please|send|closing|votre candidature|reponse)"
)
_PROFILE_SURELY = re.compile(
    r"(?:vous (?:etes|avez|disposez|maitrisez|possedez|justifiez)|profil|you (?:are|have)|titulaire d|diplome"
    r"|une experience|experience|bac ?\+)"
)


def sentences(text: str, *, within: Part = Part.TERMS) -> tuple[Sentence, ...]:
    """Return the sentences of a prepared text in order with their parts; linear in its length.

    `within`: the part that a label announced; only what plainly speaks of something else then leaves it.
    """
    found: list[Sentence] = []
    part = within
    for piece, new_paragraph in _pieces(text):
        cue = cue_of(piece.text)
        if within is not Part.TERMS:
            part = _leaving(within, part, cue, piece)
        elif cue is not None:
            part = part if piece.bullet and part in (Part.DUTIES, Part.PROFILE) and cue is not Part.HOW else cue
        elif not (piece.bullet or piece.joined or (part is Part.DUTIES and not new_paragraph)) or (
            piece.joined and part in (Part.HOW, Part.ABOUT)
        ):
            part = Part.TERMS
        found.append(replace(piece, part=part))
    return tuple(found)


def _leaving(within: Part, part: Part, cue: Part | None, piece: Sentence) -> Part:
    """Return the part of a piece below a label: it leaves for terms with a fact, for the profile, for how to apply."""
    if piece.bullet:
        return within if part is not Part.PROFILE else part
    if cue is Part.HOW and _HOW_SURELY.match(level(piece.text)):
        return Part.HOW
    if cue is Part.TERMS and _FACT.match(level(piece.text)):
        return Part.TERMS
    if cue is Part.PROFILE and within is Part.DUTIES and _PROFILE_SURELY.match(level(piece.text)):
        return Part.PROFILE
    if cue is Part.DUTIES or not piece.joined:
        return within
    return within if part in (Part.HOW, Part.TERMS) else part


def cue_of(piece: str) -> Part | None:
    """Return the part that the first words of a sentence announce, None when they say nothing."""
    plain = level(piece[:400]).strip(' -–—*•«"(_')
    if _A_POST.match(plain):
        return Part.TERMS
    if _RECRUITS.search(plain[:250]) and not plain.startswith(("vous ", "pour postuler", "candidat")):
        return Part.TERMS
    return next((part for part, words in _CUES if words.match(plain)), None)


def without_greeting(text: str) -> str:
    """Return the text without "Bonjour," and the like at its beginning."""
    match = _GREETING.match(level(text))
    return text[match.end() :] if match else text


def _breaks(text: str) -> Iterator[re.Match[str]]:
    """Yield where sentences end; one that never ends is cut, so that no reader's cost grows with its length squared."""
    reached = 0
    for match in _BREAK.finditer(text):
        yield from _cuts(text, reached, match.start())
        yield match
        reached = match.end()
    yield from _cuts(text, reached, len(text))


def _cuts(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    while end - start > LONGEST:
        match = _CUT.search(text, start + LONGEST, end)
        if match is None:
            return
        yield match
        start = match.end()


def _pieces(text: str) -> Iterator[tuple[Sentence, bool]]:
    """Yield every piece, its part still open, with whether it opens a paragraph."""
    reached = 0
    joined, paragraph = False, True
    for match in [*_breaks(text), None]:
        end = len(text) if match is None else match.end("end") if match["end"] else match.start()
        raw = text[reached:end]
        bullet = _BULLET.match(raw) if not joined else None
        piece = (raw[bullet.end() :] if bullet else raw).strip(" \n")
        if not joined:
            piece = without_greeting(piece).strip()
        if piece:
            start = reached if bullet else reached + raw.rfind(piece)
            yield Sentence(piece, Part.TERMS, bullet is not None, joined, start, end), paragraph
        if match is None:
            return
        reached = match.end()
        joined = match["line"] is None and (joined or bool(piece))
        paragraph = bool(match["line"]) and match["line"].count("\n") > 1
