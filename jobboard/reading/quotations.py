"""What ">" marks in a mail: somebody's earlier words, our questions answered in between, or the writer's own list."""

from __future__ import annotations

import re
from collections.abc import Callable

from jobboard.readable import level
from jobboard.reading.fields import FIELD_LABELS, LABELS, Field

QUOTED = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_FEW_WORDS = 40  # above a quotation that is longer: somebody passes an offer on
_LONGEST_QUESTION = 12  # words
_WROTE = re.compile(r"\b(?:a ecrit|ecrivait|ecrit|wrote|message|le (?:lun|mar|mer|jeu|ven|sam|dim)\w*\.? \d)\b")
_ASKING = re.compile(
    r"^(?:(?:quel(?:le)?s?|quid d[eu]|qui|what|which)\b ?)?(?:(?:est|sont|sera|seront|is) ?)?(?:-ce )?(?:qui )?"
    r"(?:(?:le|la|les|l'|votre|vos|du|de la|de l'|the|your) ?)*"
)
_ANSWERED: tuple[tuple[Field, re.Pattern[str]], ...] = (
    (Field.CLOSES_ON, re.compile(r"(?:jusqu'a quand|until when|date (?:limite|de cloture)|cloture|deadline|avant quelle date)")),
    (Field.STARTS_ON, re.compile(r"(?:a partir de quand|pour quand|prise de poste|quand (?:debute|commence))")),
    (Field.PLACE, re.compile(r"(?:ou\b|where|dans quelle ville|lieu|ville|commune)")),
    (Field.PAY, re.compile(r"(?:combien|how much|salaire|remuneration)")),
    (Field.WORKING_TIME, re.compile(r"(?:combien d'heures|temps (?:de travail|plein)|quel temps|horaires?)")),
    (Field.CONTRACT, re.compile(r"(?:contrat|type de contrat|cdi ou)")),
    (Field.EMPLOYER, re.compile(r"(?:employeur|structure|association|organisme|recrute|employe)")),
    (Field.TITLE, re.compile(r"(?:poste|titre|intitule|metier)")),
    (Field.DUTIES, re.compile(r"(?:missions?|taches?)")),
)  # fmt: skip


def unquoted(text: str, *, of_reply: bool, labels_in: Callable[[str], int]) -> str:
    """Return the text without what it quotes; a question answered below it becomes the label of its answer.

    Quoted lines are kept when nothing else is written, when they are the writer's own list ("nous recrutons :" and
    lines marked with ">"), or, in no reply to a draft, when labels of ours (counted by `labels_in`) are among them.
    """
    lines = text.split("\n")
    quoted = [line for line in lines if QUOTED.match(line)]
    if not quoted:
        return text
    own = [line for line in lines if not QUOTED.match(line)]
    answered = _answers(lines)
    if answered is not None:
        return "\n".join(answered)
    written = sum(len(line.split()) for line in own)
    form = sum(bool(labels_in(level(QUOTED.sub("", line)))) for line in quoted)
    passed_on = sum(len(line.split()) for line in quoted) > 2 * written and written < _FEW_WORDS
    if written == 0 or _is_a_list(lines) or ((form >= 3 or passed_on) and not of_reply):
        return "\n".join(QUOTED.sub("", line) for line in lines)
    return "\n".join(own)


def _is_a_list(lines: list[str]) -> bool:
    """Return whether the quoted lines are one block that the line above announces: "recrute :"."""
    marked = [number for number, line in enumerate(lines) if QUOTED.match(line)]
    first, last = marked[0], marked[-1]
    above = next((line.strip() for line in reversed(lines[:first]) if line.strip()), "")
    return last - first + 1 == len(marked) and above.endswith(":") and not _WROTE.search(level(above))


def _answers(lines: list[str]) -> list[str] | None:
    """Return the lines with "> Quel contrat ?" and the line below it as "contrat : CDI"; None when nothing is answered so."""
    found: list[str] = []
    label = ""
    answered = 0
    for line in lines:
        if QUOTED.match(line):
            label = _label_of(QUOTED.sub("", line))
        elif label and line.strip():
            found.append(f"{label} : {line.strip()}")
            answered += 1
            label = ""
        else:
            found.append(line)
    return found if answered else None


def _label_of(line: str) -> str:
    """Return the label that a question asks for, or the empty string: "Quel est le lieu de travail ?" is "lieu"."""
    plain = level(line).strip(" -*•")
    if not plain.endswith("?") or len(plain.split()) > _LONGEST_QUESTION:
        return ""
    asked = plain.rstrip(" ?:")
    opening = _ASKING.match(asked)
    asked = asked[opening.end() :] if opening else asked
    field = LABELS.get(asked)
    if field is None:
        field = next((one for one, words in _ANSWERED if words.match(asked)), None)
    return level(FIELD_LABELS[field]) if field is not None else ""
