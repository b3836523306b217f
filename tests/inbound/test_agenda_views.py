"""What part of the agenda is asked for: how many months, which one, where."""

from __future__ import annotations

from datetime import date

import pytest

from inbound import agenda_views

TODAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("rest", "span", "place"),
    [
        ("", None, ""),
        ("du mois", ((2026, 11, 29), (2026, 12, 29)), ""),
        ("2 mois", ((2026, 11, 29), (2027, 1, 29)), ""),
        ("sur deux mois à Nantes", ((2026, 11, 29), (2027, 1, 29)), "Nantes (44)"),
        ("décembre", ((2026, 12, 1), (2027, 1, 1)), ""),
        ("de janvier, Loire-Atlantique", ((2027, 1, 1), (2027, 2, 1)), "Loire-Atlantique (44)"),
        ("mars 2028", ((2028, 3, 1), (2028, 4, 1)), ""),
        ("44", None, "Loire-Atlantique (44)"),
        ("Bretagne", None, "Bretagne"),
        ("for two months in Lyon", ((2026, 11, 29), (2027, 1, 29)), "Lyon (69)"),
    ],
)
def test_a_part_of_the_agenda(rest: str, span: tuple[tuple[int, int, int], ...] | None, place: str) -> None:
    view = agenda_views.read(rest)
    assert view is not None
    assert view.span(TODAY) == (tuple(date(*day) for day in span) if span else None)
    assert (view.place.label if view.place else "") == place


def test_what_is_no_part_of_an_agenda_is_no_word() -> None:
    assert agenda_views.read("très chargé cette semaine") is None
    assert agenda_views.View(months=1).span(date(2027, 1, 31)) == (date(2027, 1, 31), date(2027, 2, 28))
