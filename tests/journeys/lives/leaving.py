"""A letter that is read and left, a rhythm that changes, and somebody who wants to be forgotten."""

from __future__ import annotations

from tests.journeys.lives.cast import LEA, NADIA, PAUL, Month


def nadia_asks_for_the_letter(month: Month) -> None:
    """She is known from the workshop; one OUI is enough."""
    month.until(10, 18)
    month.writes(NADIA, "lettre", "Bonjour, je voudrais recevoir votre lettre.")
    month.says(NADIA, "subscription_question", "oui")
    month.gets(NADIA, "letter_welcome")


def lea_changes_her_rhythm(month: Month) -> None:
    """A wider radius, one mail a week, a pause over the holidays: each answered, several in one mail."""
    month.until(14, 9, 30)
    month.says(LEA, "offer_alert", "RAYON 50\nHEBDO\nPAUSE 2 semaines")
    month.gets(LEA, "alerts_changed")


def nadia_reads_it_and_leaves(month: Month) -> None:
    """The team approves the edition by reply; she leaves with one word."""
    month.until(16, 12)
    month.says(PAUL, "edition_to_approve", "APPROUVER", holding="semaine")
    month.gets(NADIA, "edition_letter")
    month.until(16, 13)
    month.says(NADIA, "edition_letter", "STOP")
    month.gets(NADIA, "stopped")


def lea_is_forgotten(month: Month) -> None:
    """She takes her data with her, then asks twice to be forgotten; a week later nothing of her is left."""
    month.until(28, 9)
    month.writes(LEA, "aide", "MES DONNEES")
    month.says(LEA, "data_question", "OUI")
    month.gets(LEA, "data_export")
    month.writes(LEA, "aide", "EFFACER")
    month.says(LEA, "erasure_question", "OUI")
    month.says(LEA, "erasure_question", "OUI")
    month.gets(LEA, "erasure_set")
    month.until(36, 9)
    assert LEA.address not in month.house.everything_kept()
    assert "alert_silent" not in month.house.kinds(LEA), "who is about to be forgotten is asked nothing more"
