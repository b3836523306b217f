"""How each word of a letter means what it says: wanted, excluded, lived in, already done, or depending on something."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from jobboard.marks import Axis, Mark, Role
from jobboard.phrases import Word, phrase_set, word_set

_LONGEST = 6

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
    "interesse par, interessee par, envie de, postuler, trouver, recevoir, devenir, projet de, reconvertir,",
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
    "ne cherche pas forcement, ne souhaite pas forcement, ne veux pas forcement, ne recherche pas forcement,",
    "ne cherche pas necessairement, ne souhaite pas necessairement, ne veux pas necessairement,",
    "ne cherche pas que, si, pas forcement, pas necessairement, pas obligatoirement, plutot que, plutot qu,",
    "au lieu de, au lieu d, a condition, sous reserve, sauf si, selon, en fonction, rather than, instead of,",
    "unless, a moins, uniquement si, seulement si, dans le cas, en cas, depend, dependra, autre que, autres que,",
    "other than, autre chose que",
)
_SMALL = word_set("pas de d du des un une en a le la les dans sur jamais plus non")
_BEING = word_set("suis ai est etais avais sommes avons ont sont sais connais")
_COMPARING = frozenset(("plutot", "prefere", "prefererais", "mieux", "rather"))
_LONE_NOT = word_set("pas plus jamais non rien aucun aucune guere point")
_NEXT_STEP = word_set("puis ensuite")
_ENDING = phrase_set("jusqu en, jusqu a, jusqu au, until, till, pendant, durant")
_LASTING = word_set("an ans annees mois dernier derniere recemment years months last")
_GOES_ON = frozenset(("ni", "ou", "et", "nor", "or", "and"))
_AFTER_EXCLUDED = phrase_set(
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
_AFTER_IDENTITY = phrase_set(
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


_CUES = _cues()
_CHANGING = {tuple(phrase.split()) for phrase in _WANT | _BACK_TO_WANTED}


@dataclass(frozen=True, slots=True)
class Roles:
    """The role and the sentence of every word, and which words are cues."""

    of_word: list[Role]
    cues: set[int]
    sentence: list[int]
    wants: set[int]
    loose: set[int]  # words that follow an exclusion behind a bare comma: excluded, too, or not?


def roles_of(text: str, words: Sequence[Word], marks: Sequence[Mark]) -> Roles:
    """Return the role of every word. Linear in their number."""
    found = Roles([], set(), [], set(), set())
    inside = _mark_at(words, marks)
    role, sentence, at, loose = Role.WANTED, 0, 0, False
    while at < len(words):
        stop = _stop_before(text, words, at)
        sentence += stop == "sentence"
        if stop == "sentence":
            role, loose = Role.WANTED, False
        elif stop == "comma" and not _goes_on(role, words, at, inside):
            loose = role is Role.EXCLUDED
            role = Role.WANTED
        count, cue = (1, None) if at in inside else _cue_at(words, at, inside)
        if cue is Role.EXCLUDED and count == 1 and _is_a_prefix(words, at, inside):
            count, cue = 2, None  # "non rémunéré"
            found.cues.update((at, at + 1))
        elif _tells_the_past(words, at, count, cue, inside):
            cue = Role.PAST
        elif words[at].folded in ("que", "qu") and _is_compared(words, found, at, inside):
            cue = Role.UNSURE
        if cue is not None:
            if cue is Role.WANTED:
                found.wants.update(range(at, at + count))
                _look_back(words, found, inside, at)
            if cue is not Role.WANTED or _changes(words[at : at + count], role):
                role, loose = cue, False
            found.cues.update(range(at, at + count))
        found.of_word.extend([role] * count)
        found.sentence.extend([sentence] * count)
        if loose:
            found.loose.add(at)
        at += count
    _exclude_backwards(words, found, inside)
    _doubt_backwards(words, found, inside)
    _end_backwards(words, found, inside)
    return found


def _mark_at(words: Sequence[Word], marks: Sequence[Mark]) -> dict[int, Mark]:
    """Return the mark that each marked word belongs to."""
    found: dict[int, Mark] = {}
    at = 0
    for mark in marks:
        while at < len(words) and words[at].start < mark.start:
            at += 1
        while at < len(words) and words[at].start < mark.end:
            found[at] = mark
            at += 1
    return found


def _cue_at(words: Sequence[Word], at: int, inside: Collection[int]) -> tuple[int, Role | None]:
    most = 1
    while most < _LONGEST and at + most < len(words) and not words[at + most].opens and at + most not in inside:
        most += 1
    for count in range(most, 0, -1):
        cue = _CUES.get(tuple(word.folded for word in words[at : at + count]))
        if cue is not None:
            return count, cue
    return 1, None


def _changes(cue: Sequence[Word], role: Role) -> bool:
    """Return whether a word of wanting takes back what was said before: "travailler" does not after "pas"."""
    return role in (Role.RESIDENCE, Role.IDENTITY) or tuple(word.folded for word in cue) in _CHANGING


def _states_a_fact(words: Sequence[Word], at: int, count: int) -> bool:
    """Return whether the negation tells what she is or has, not what she refuses: "je ne suis pas difficile"."""
    small = all(word.folded in _SMALL for word in words[at : at + count])
    return small and at > 0 and not words[at].opens and words[at - 1].folded in _BEING


def _is_a_prefix(words: Sequence[Word], at: int, inside: Collection[int]) -> bool:
    """Return whether "non" only turns the word behind it round, and that word is nothing that we know."""
    near = range(at + 1, min(at + 4, len(words)))
    follows = at + 1 < len(words) and not words[at + 1].opens
    return words[at].folded == "non" and follows and not any(n in inside for n in near)


def _tells_the_past(words: Sequence[Word], at: int, count: int, cue: Role | None, inside: dict[int, Mark]) -> bool:
    """Return whether the words only tell what she is not, or open a time that is over."""
    if cue is Role.EXCLUDED:
        return _states_a_fact(words, at, count)
    return cue is None and words[at].folded in ("apres", "after") and _follows_a_time(words, at, inside)


def _follows_a_time(words: Sequence[Word], at: int, inside: dict[int, Mark]) -> bool:
    """Return whether "après" closes a time of her life: "après 5 ans à Paris"."""
    near = range(at + 2, min(at + 5, len(words)))
    dated = at + 1 < len(words) and words[at + 1].folded in ("le", "la", "les", "the")
    return at not in inside and not dated and any(words[n].folded in _LASTING and not words[n].opens for n in near)


def _is_compared(words: Sequence[Word], found: Roles, at: int, inside: Collection[int]) -> bool:
    """Return whether "que" opens the worse part of a comparison: "plutôt CDI que CDD"."""
    follows = any(n in inside for n in range(at + 1, min(at + 4, len(words))))
    before = range(max(at - 8, 0), at)
    return follows and any(words[n].folded in _COMPARING and found.sentence[n] == found.sentence[-1] for n in before)


def _stop_before(text: str, words: Sequence[Word], at: int) -> str:
    """Return "sentence", "comma" or the empty string: what separates this word from the one before."""
    if at == 0:
        return "sentence"
    gap = text[words[at - 1].end : words[at].start]
    if any(char in gap for char in ".;!?\u2026\u2022|") or "\n" in gap:
        dotted = gap == "." or (gap.strip() == "" and "\n" in gap and _is_wrapped(text, words[at]))
        return "" if dotted else "sentence"
    return "comma" if any(char in gap for char in ",(:") or " - " in gap or " / " in gap else ""


def _is_wrapped(text: str, word: Word) -> bool:
    """Return whether the line break before this word only wraps a long line: the next one goes on in lower case."""
    start = text.rfind("\n", 0, word.start)
    line = text[text.rfind("\n", 0, start) + 1 : start] if start > 0 else ""
    return len(line) > 55 and word.written[0].islower()


def _goes_on(role: Role, words: Sequence[Word], at: int, inside: dict[int, Mark]) -> bool:
    """Return whether a comma here does not end what the role says."""
    if role is Role.EXCLUDED:
        return words[at].folded in _GOES_ON
    if role in (Role.PAST, Role.IDENTITY):
        mark = inside.get(at) or (inside.get(at + 1) if words[at].folded in ("et", "puis", "ou") else None)
        if mark and mark.axis is Axis.PLACE and role is Role.PAST:
            return words[at].folded in _NEXT_STEP or inside.get(at - 1, mark).axis is Axis.PLACE
        return bool(mark and mark.axis is Axis.TRADE) or (role is Role.PAST and words[at].folded in _NEXT_STEP)
    return False


def _look_back(words: Sequence[Word], found: Roles, inside: dict[int, Mark], at: int) -> None:
    """Before "cherche", a trade that opens the sentence is who she is: "Éducatrice spécialisée cherche…"."""
    if any(word.folded in ("aussi", "egalement", "also") for word in words[at : at + 4]):
        return
    before = [n for n in range(len(found.of_word)) if found.sentence[n] == found.sentence[-1]] if found.of_word else []
    opening = [n for n in before[-12:] if n in inside]
    if len(before) <= 12 and opening and all(inside[n].axis is Axis.TRADE for n in opening):
        for n in opening:
            if found.of_word[n] is Role.WANTED:
                found.of_word[n] = Role.IDENTITY


def _exclude_backwards(words: Sequence[Word], found: Roles, inside: dict[int, Mark]) -> None:
    """Read "intérim exclu", "CDD : non", "Comptable de formation": what stands before is meant so."""
    for at in range(1, len(words)):
        if at in inside:
            continue
        for count in range(min(_LONGEST, len(words) - at), 0, -1):
            phrase = " ".join(word.folded for word in words[at : at + count])
            ends = at + count >= len(words) or words[at + count].opens
            clear = (
                at - 1 in inside
                or _is_terse(words, at)
                or (phrase.startswith(("exclu", "ne m ", "a exclure", "interdit")) and not words[at].opens)
            )
            if phrase in _AFTER_EXCLUDED and ends and clear and not (words[at].opens and count > 1):
                _set_back(words, found, inside, at, Role.EXCLUDED)
                found.cues.update(range(at, at + count))
                break
            if phrase in _AFTER_IDENTITY and at - 1 in inside and inside[at - 1].axis is Axis.TRADE:
                _set_back(words, found, inside, at, Role.IDENTITY)
                found.cues.update(range(at, at + count))
                break


def _doubt_backwards(words: Sequence[Word], found: Roles, inside: dict[int, Mark]) -> None:
    """Ask about what stands before a lone "pas" that ends its phrase: "le CDD ne me convient guère pas"."""
    for at, word in enumerate(words):
        ends = at + 1 >= len(words) or words[at + 1].opens
        if (
            word.folded not in _LONE_NOT
            or not ends
            or at in inside
            or word.opens
            or found.of_word[at] is not Role.EXCLUDED
        ):
            continue
        before = at - 1
        while before >= 0:
            if before in inside and found.of_word[before] is Role.WANTED:
                found.of_word[before] = Role.UNSURE
            if words[before].opens:
                break
            before -= 1


def _end_backwards(words: Sequence[Word], found: Roles, inside: dict[int, Mark]) -> None:
    """Read as past what stood before its end and before she says what she wants: "vendeuse à Lyon jusqu'en 2024, je…"."""
    for at in range(1, len(words) - 1):
        ended = " ".join(word.folded for word in words[at : at + 2]) in _ENDING or words[at].folded in _ENDING
        following = words[at + 1 : at + 6]
        mark = inside.get(at)
        dated = any(word.folded.isdigit() or word.folded in _LASTING for word in following)
        dated = dated or (mark is not None and mark.axis is Axis.NEUTRAL)
        wanted_later = any(n > at for n in found.wants)
        if not ended or not dated or not wanted_later or words[at].opens:
            continue
        start = at
        while start > 0 and found.sentence[start - 1] == found.sentence[at]:
            start -= 1
        if found.wants.isdisjoint(range(start, at)):
            for n in range(start, at):
                if found.of_word[n] in (Role.WANTED, Role.IDENTITY, Role.RESIDENCE) and n in inside:
                    found.of_word[n] = Role.PAST


def _is_terse(words: Sequence[Word], at: int) -> bool:
    """Return whether the phrase before is but a word or two: "internat non"."""
    return not words[at].opens and (words[at - 1].opens or (at > 1 and words[at - 2].opens))


def _set_back(words: Sequence[Word], found: Roles, inside: dict[int, Mark], at: int, role: Role) -> None:
    before = at - 1
    reach = at - 3 if at - 1 not in inside else 0
    while before >= reach and (before in inside or reach or words[before].folded in ("et", "ou", "ni")):
        found.of_word[before] = role
        if words[before].opens:
            break
        before -= 1
