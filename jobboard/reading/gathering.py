"""A mail sorted for its readers: the values under each label, and every sentence with its part."""

from __future__ import annotations

from dataclasses import dataclass

from jobboard.reading import contents, sections
from jobboard.reading.engagements import ReadContracts, contracts
from jobboard.reading.fields import Field
from jobboard.reading.sentences import Part, Sentence, sentences

_PART_OF_LABEL = {Field.DUTIES: Part.DUTIES, Field.PROFILE: Part.PROFILE, Field.HOW: Part.HOW, None: Part.ABOUT}
# What stands after these labels also tells contract, hours, duration and place: "Poste : comptable, CDI, Nantes".
_TERMS_TOO = (Field.TITLE, Field.CONTRACT, Field.WORKING_TIME, Field.KIND, Field.STARTS_ON)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a mail holds: labelled values with their labels, sentences of all parts, and the free text's own lines."""

    text: str
    labelled: dict[Field, tuple[tuple[str, str], ...]]
    sentences: tuple[Sentence, ...]
    duties: str | None
    profile: str | None
    free: str
    announced: bool = False  # words of the mail say that these are the duties

    def values(self, field: Field) -> tuple[str, ...]:
        """Return what stands under the labels of that field, in order, nothing where the label was left empty."""
        return tuple(value for _, value in self.labelled.get(field, ()))

    def with_labels(self, *fields: Field) -> str:
        """Return the values of these fields behind their labels, one a line."""
        return "\n".join(f"{label} : {value}" for field in fields for label, value in self.labelled.get(field, ()))


def gather(text: str) -> Gathered:
    """Sort a prepared text; linear in its length."""
    labelled: dict[Field, list[tuple[str, str]]] = {}
    found: list[Sentence] = []
    told: dict[Part, list[str]] = {Part.DUTIES: [], Part.PROFILE: []}
    free: list[str] = []
    for section in sections.split(text):
        if section.label is None:
            pieces = sentences(section.text)
            found += pieces
            free.append(section.text)
            for part, kept in told.items():
                kept += _some(contents.told(section.text, pieces, part))
            continue
        if section.field is not None and section.text:
            labelled.setdefault(section.field, []).append((section.label, section.text))
        if section.field in _PART_OF_LABEL:
            part = _PART_OF_LABEL[section.field]
            pieces = sentences(section.text, within=part)
            found += pieces
            for kind, kept in told.items():
                kept[:0] = _some(contents.told(section.text, pieces, kind)) if kind is part else []
                kept += _some(contents.told(section.text, pieces, kind)) if kind is not part else []
        elif section.field in _TERMS_TOO:
            announces = section.field is Field.TITLE and contracts(section.label) != ReadContracts()
            found += sentences(f"{section.label} : {section.text}" if announces else section.text)
    duties, profile = ("\n".join(told[part]) or None for part in (Part.DUTIES, Part.PROFILE))
    return Gathered(
        text,
        {field: tuple(values) for field, values in labelled.items()},
        tuple(found),
        duties or contents.purposes(found) or contents.remaining(found),
        profile,
        "\n".join(free),
        announced=duties is not None,
    )


def _some(text: str | None) -> list[str]:
    return [text] if text else []
