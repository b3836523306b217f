"""Subjects: what mail clients put before them goes, what the writer chose stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobboard.subjects import LENGTH, bare, own

STANDING = "Candidature de Léa D. : Comptable (H/F)"


@pytest.mark.parametrize(
    "subject",
    [
        "Entretien",
        "Re: Entretien",
        "RE : Entretien",
        "Re\u00a0: Entretien",
        "re:re: Entretien",
        "TR: RE: Entretien",
        "Fwd: Re: FW: Entretien",
        "AW: WG: Entretien",
        "Re[2]: Entretien",
        "Re (3) : Entretien",
        "Rép. : Entretien",
        "  Re:\n\tEntretien ",
    ],
)
def test_marks_of_answers_and_forwards_go(subject: str) -> None:
    assert bare(subject) == "Entretien"


@pytest.mark.parametrize(
    "subject", ["Réf : 2026-12", "Retard : mardi", "Travail : où ?", "Aide", "PS: merci", "Re-bonjour", "Reçu : CV"]
)
def test_other_beginnings_stay(subject: str) -> None:
    assert bare(subject) == subject


@given(st.text(max_size=400))
def test_a_bare_subject_stays_as_it_is(subject: str) -> None:
    once = bare(subject)
    assert bare(once) == once
    assert len(once) <= LENGTH
    assert "\n" not in once


@pytest.mark.parametrize(
    ("subject", "chosen"),
    [
        (f"Re: {STANDING}", ""),
        ("RE : candidature de lea d. :  comptable (h/f)", ""),
        ("Re: Votre candidature est bien partie : Comptable (H/F)", ""),
        ("Re: Entretien mardi", "Entretien mardi"),
        ("Entretien comptable (H/F)", "Entretien comptable (H/F)"),
        ("", ""),
        ("Re:", ""),
    ],
)
def test_what_the_writer_chose_is_told_apart(subject: str, chosen: str) -> None:
    assert own(subject, standing=STANDING, title="Comptable (H/F)") == chosen
