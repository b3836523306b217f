"""Offers as people really write them: names of every kind of structure, forwarded mails, HTML remains, hidden deadlines."""

from __future__ import annotations

from datetime import date

import pytest

from jobboard.drafts import ReadDraft, read_offer
from tests.jobboard.hard_phrasings import HARD

TODAY = date(2026, 11, 23)  # a Monday


def _read(read: ReadDraft) -> dict[str, object]:
    draft = read.draft
    return {
        "title": draft.title,
        "employer": draft.employer,
        "place": draft.place.label if draft.place else None,
        "contract": draft.contract and str(draft.contract),
        "working_time": draft.working_time and str(draft.working_time),
        "closes_on": draft.closes_on and draft.closes_on.isoformat(),
        "duties": draft.duties,
        "pay": (draft.pay.minimum, draft.pay.maximum) if draft.pay else None,
        "missing": tuple(str(field) for field in read.missing),
    }


@pytest.mark.parametrize(("text", "expected"), HARD)
def test_what_is_plainly_said_is_read_and_nothing_else(text: str, expected: dict[str, object]) -> None:
    assert _read(read_offer(text, today=TODAY)) == expected


def test_two_offers_in_one_mail_leave_only_the_title_in_doubt() -> None:
    text = "L'association Horizon à Nantes recrute un comptable et une assistante sociale, CDI, 2300 € brut. Avant le 31 décembre."
    read = read_offer(text, today=TODAY)
    assert read.several
    assert [str(doubt.field) for doubt in read.doubts] == ["title"]
    assert (read.draft.employer, read.draft.closes_on) == ("Association Horizon", date(2026, 12, 31))


@pytest.mark.parametrize("text", ["Comptable, CDI, poste à Saint-Denis.", "Comptable en CDI à Laon ou à Soissons."])
def test_a_place_that_may_be_two_is_asked(text: str) -> None:
    read = read_offer(text, today=TODAY)
    assert read.draft.place is None
    assert "place" in {str(doubt.field) for doubt in read.doubts}


@pytest.mark.parametrize("text", ["Avant lundi 8 décembre.", "Postulez avant le 12 novembre 2026."])
def test_a_deadline_that_cannot_be_is_asked(text: str) -> None:
    read = read_offer(f"Comptable à Nantes, CDI. {text}", today=TODAY)
    assert read.draft.closes_on is None
    assert "closes_on" in {str(doubt.field) for doubt in read.doubts}
