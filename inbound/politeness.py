"""What people say around what they mean: greetings, thanks, "je voudrais"; it changes nothing."""

from __future__ import annotations

import re

from jobboard.folding import fold

_POLITE = re.compile(
    r"\b(bonjour( a (tous|toutes))?|bonsoir|salut|coucou|hello|hi|dear( all| team)?|madame|monsieur|mesdames|messieurs|mme|svp|stp"
    r"|s il (vous|te) pla[iy]t|please|pls|thanks?( you)?( (so|very) much| a lot| in advance)?"
    r"|merci( beaucoup| bien| infiniment)?( (par|d) avance)?( a (vous|toi))?( de)?( bien)?( vouloir)?"
    r"|(bien |tres )?cordialement|cdlt|cdt|bien a (vous|toi)|a bientot|bonne (journee|soiree|fin de journee|semaine)|bon week end"
    r"|(best |kind )?regards|cheers|sincerely|have a (nice|good) day"
    r"|je (veux|voudrais|souhaite|souhaiterais|desire|prefere|prefererais|vous prie de)|j aimerais|je vous (demande|prie) (de|d)"
    r"|(pouvez|pourriez|voulez) vous|peux tu|veuillez|i (want|would like|d like|wish) to|(can|could|would) you)\b"
)


def bare(line: str) -> str:
    """Return a line folded, without its politeness; of a lone question mark, that mark."""
    return " ".join(_POLITE.sub(" ", fold(line)).split()) or ("?" if line.strip() == "?" else "")
