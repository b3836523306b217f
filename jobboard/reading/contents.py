"""What the person will do and what she should bring: the recruiter's own words, cut where they speak of something else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from jobboard import trades
from jobboard.readable import level
from jobboard.reading.sentences import Part, Sentence, cue_of

LONGEST = 8_000  # characters of one description

_NO_VERB = (
    r"(?:atelier|quartier|chantier|foyer|metier|courrier|panier|calendrier|dossier|janvier|fevrier|hier|premier"
    r"|dernier|particulier|avenir|loisir|plaisir|senior|hiver"
    r"|mer|cafe|papier|jardinier|policier|infirmier|ouvrier|cuisinier|animer$|desir|soir|espoir|pouvoir|devoir"
    r"|savoir|couloir|territoir)\b"
)
_VERBS_IN_RE = (
    r"(?:faire|prendre|mettre|conduire|conclure|suivre|produire|traduire|vendre|rendre|repondre|ecrire|construire"
    r"|reduire|instruire|transmettre|permettre|soumettre"
    r"|entreprendre|lire|introduire|introduire|defendre|etendre|apprendre|comprendre|accroitre|battre|poursuivre"
    r"|inscrire|decrire|satisfaire)"
)
_PURPOSE = re.compile(
    r"\b(?:pour|afin de?|charge(?:e|\(e\)|\.e|·e)? de?|qui (?:sera"
    r"|aura)(?: pour mission)?(?: principalement)? (?:charge\w* )?de?|to)(?: |')"
    r"(?!(?:pourvoir|remplacer|renforcer|completer|rejoindre|integrer|compenser|etoffer|assurer le remplacement"
    r"|faire face|join|reinforce|postuler|hire|recruit)\b)"
    rf"(?P<task>(?:l'|y |en |nous )?(?!{_NO_VERB})(?:[a-z']{{2,18}}(?:er|ir|oir)"
    rf"|{_VERBS_IN_RE})\b[^.;\n]{{6,400}}|(?:manage|run|lead|keep|teach|organi[sz]e|support|coordinate"
    rf"|prepare)\b[^.;\n]{6, 400})"
)
_END_OF_TASK = re.compile(
    r",? (?:en (?:cd[id]|contrat|alternance|stage|interim)|a temps (?:plein|partiel|complet)|a mi-temps"
    r"|a pourvoir|poste (?:base|a pourvoir)|a partir du|a compter du"
    r"|d'une duree|au salaire|candidature|jusqu'au|date limite|avant le \d|prise de poste|pour une duree)"
    r"|[,:(] ?(?:benevolat|service civique|\d+ (?:matin|jour|soir|apres)|cd[id]\b|contrat|\d[\d ]* ?(?:€|euros?|h\b|%)|temps (?:plein|partiel|complet)|mi-temps|salaire"
    r"|remuneration|poste|lieu|basee?|full[- ]time|permanent"
    r"|fixed|stage|prise de|ccn|smic|etp|entre \d|de \d{4}|a \d)|,? ?(?:en|in) (?:cdi|cdd)| [–—] "
)
_LEAD_IN = re.compile(
    r"^(?:au (?:menu|programme|quotidien)|(?:vos |les |ses |principales |nos )*(?:missions?|taches?|activites?)(?: principales?| confiees"
    r"| du poste)?(?: (?:seront|sont|consistent a|comprennent)(?: les suivantes)?)?"
    r"|(?:vous (?:serez|etes) |il sera |elle sera |la personne (?:recrutee )?sera )charge(?:e|\(e\)|\.e"
    r"|·e)?s? de?|vous aurez pour missions?(?: principales?)?(?: de)?) ?: ?"
)


_TASK = re.compile(
    r"(?:write|manage|run|lead|support|organi[sz]e|coordinate|prepare|teach|develop|welcome) (?!by|to)|"
    rf"(?:(?:(?!{_NO_VERB}|postuler|candidater|rejoindre|recruter|chercher|rechercher|publier|diffuser|contacter|envoyer|joindre|preciser"
    rf"|voir|mentionner|indiquer|adresser|repondre|ecrire)"
    rf"[a-z']{{2,18}}(?:er|ir|oir)|{_VERBS_IN_RE}) "
    r"|(?:anime|gere|accueille|accompagne|encadre|prepare|assure|organise|coordonne|entretient|redige|suit|tient|conseille)"
    r"(?:nt)? (?:l[ea']|les|des|du|nos)"
    r"|(?:accueil|suivi|accompagnement|gestion|animation|tenue|entretien|organisation|preparation|mise en (?:place|oeuvre)"
    r"|encadrement|consultations|visites|aide|conduite|livraison|soins|coordination|redaction|saisie|vente|tri"
    r"|collecte|elaboration|realisation|developpement|montage|maintenance|menage|cuisine|reparation|reception|pilotage|service"
    r"|management|relations?|rangement|tournees|surveillance|nettoyage|distribution)\b"
    r"(?= (?:d[eu]|des|d'|aux?|a|et|en|les|l')|,))"
)
_NO_TASK = re.compile(
    r"\d ?(?:€|euros?)|\bcd[id]\b|\bbrut\b|candidat|avant le \d|\bcv\b|\brecrut|\bannonce\b|\bprofil\b"
)


def told(text: str, found: Sequence[Sentence], part: Part) -> str | None:
    """Return the words of a text that play that part, in their order; None when there are none."""
    return _tidy(text, [one for one in found if one.part is part])


def purposes(sentences: Iterable[Sentence]) -> str | None:
    """Return the task told in "recherche un comptable pour tenir les comptes et préparer les paies"."""
    for sentence in sentences:
        if sentence.part is not Part.TERMS or sentence.bullet:
            continue
        match = _PURPOSE.search(level(sentence.text))
        if match is None:
            continue
        task = sentence.text[match.start("task") : match.end("task")]
        end = _END_OF_TASK.search(level(task))
        task = (task[: end.start()] if end else task).strip(" ,;:.")
        if len(task.split()) >= 3:
            return task[:1].upper() + task[1:]
    return None


def remaining(sentences: Iterable[Sentence]) -> str | None:
    """Return the sentences that begin with a task though nothing announces them: "Préparer les repas", "Accueil du public"."""
    kept = [
        one.text
        for one in sentences
        if (one.part is Part.TERMS or (one.part is Part.HOW and cue_of(one.text) is None))
        and not any(trade.start < 4 and not trade.domain for trade in trades.mentioned(one.text))
        and _TASK.match(level(one.text))
        and not _NO_TASK.search(level(one.text))
    ]
    return "\n".join(kept)[:LONGEST] or None


def _tidy(text: str, kept: Sequence[Sentence]) -> str | None:
    """Return the pieces as they stood, neighbours with what stood between them; None for less than two words."""
    runs: list[tuple[int, int]] = []
    for one in kept:
        if runs and not text[runs[-1][1] : one.start].strip(" \n;|•–—-*·▪●◦"):
            runs[-1] = (runs[-1][0], one.end)
        else:
            runs.append((one.start, one.end))
    joined = "\n".join(text[start:end].strip(" \n;|–—") for start, end in runs)
    joined = re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", joined)).strip(" \n*_-–—")
    lead = _LEAD_IN.match(level(joined))
    if lead and len(joined) > lead.end():
        joined = joined[lead.end() :].strip()
    joined = joined[:LONGEST].rstrip(" ,;")
    if len(re.findall(r"[^\W\d_]{2,}", joined)) < 2:
        return None
    return joined[:1].upper() + joined[1:]
