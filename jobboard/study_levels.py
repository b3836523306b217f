"""The level of a diploma in the French framework of qualifications (decree 2019-14): 3 for a CAP to 8 for a doctorate."""

from __future__ import annotations

import re

from jobboard.phrases import flat

LEVELS: tuple[tuple[int, re.Pattern[str]], ...] = tuple(
    (level, re.compile(rf"(?<![\w+])(?:{words})(?![\w+])"))
    for level, words in (
        (8, r"doctorat|these|ph\.?d"),
        (7, r"master ?[12]?|mastere|m[12]|dea|dess|ingenieure?|bac ?\+ ?5|grande ecole|dscg|cafdes|desjeps?|mba"),
        (
            6,
            r"licence(?: pro\w*)?|bachelor|maitrise|bac ?\+ ?[34]|l3|but|dees|deass|deeje|deje|dcg|caferuis|diplome d'etat d'educat\w*"
            r"|diplome d'etat d'assistant\w* de service social|diplome d'etat infirm\w*",
        ),
        (5, r"bts[a]?|dut|deug|deust|bac ?\+ ?2|dejeps|deme|detisf"),
        (4, r"bac(?:calaureat)?(?: pro\w*| techno\w*| general)?(?! ?\+)|bp|bpjeps|beatep|titre pro\w*|tp"),
        (3, r"cap\w?|bepa?|dea[vep]s|deas|deap|deamp|deaes|aepe"),
    )
)


def level_of(diploma: str) -> int | None:
    """Return the level of one diploma as it is written, None when its name does not say."""
    low = flat(diploma)
    return next((level for level, words in LEVELS if words.search(low)), None)
