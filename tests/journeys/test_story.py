"""The whole story, as `make demo` plays it, against the running doors and a real mail server as the next hop."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from jobboard import crashes
from passerelle import story
from tests.doors.smtp_sink import SmtpSink
from tests.journeys.world import events, installation

FULL = os.environ.get("PROOF") == "full"

# Who gets what when nothing goes wrong: what the story must end with whatever is killed.
EXPECTED = Counter(
    {
        ("Paul Régnier", "offer_to_validate"): 2,
        ("Paul Régnier", "decided"): 3,
        ("Paul Régnier", "edition_to_approve"): 1,
        ("Karim Belaïd", "offer_template"): 1,
        ("Karim Belaïd", "mail_question"): 1,
        ("Karim Belaïd", "draft_shown"): 1,
        ("Karim Belaïd", "offer_submitted"): 1,
        ("Karim Belaïd", "offer_published"): 1,
        ("Léa Dubreuil", "alert_question"): 1,
        ("Léa Dubreuil", "alert_created"): 1,
        ("Léa Dubreuil", "offer_alert"): 1,
        ("Léa Dubreuil", "application_sent"): 1,
        ("Léa Dubreuil", "relayed_message"): 1,
        ("Léa Dubreuil", "history"): 1,
        ("Léa Dubreuil", "offer_closed_for_candidate"): 1,
        ("Inès Aubry", "mail_question"): 1,
        ("Inès Aubry", "application_sent"): 1,
        ("Inès Aubry", "offer_closed_for_candidate"): 1,
        ("Hélène Martin", "mail_question"): 1,
        ("Hélène Martin", "draft_shown"): 2,
        ("Hélène Martin", "offer_submitted"): 1,
        ("Hélène Martin", "offer_published"): 1,
        ("Hélène Martin", "application_received"): 2,
        ("Hélène Martin", "message_note"): 1,
        ("Hélène Martin", "relayed_message"): 1,
        ("Hélène Martin", "offer_closed"): 1,
        ("Samir Cohen", "alert_question"): 1,
        ("Samir Cohen", "alert_created"): 1,
        ("Samir Cohen", "offer_alert"): 1,
        ("Samir Cohen", "subscription_question"): 1,
        ("Samir Cohen", "letter_welcome"): 1,
        ("Samir Cohen", "edition_letter"): 1,
        ("Nadia Perrot", "subscription_question"): 1,
        ("Nadia Perrot", "letter_welcome"): 1,
        ("Nadia Perrot", "edition_letter"): 1,
        ("Nadia Perrot", "stopped"): 1,
    }
)


def test_the_story_as_the_demo_plays_it(tmp_path: Path) -> None:
    with SmtpSink() as sink, installation(tmp_path, sink) as (_, post):
        told = story.Story(post, story.draw(7))
        told.play()
        assert told.arrived() == EXPECTED
        log = events(tmp_path)
        for person in story.EVERYONE:
            assert person.address not in log
        assert "Traceback" not in log


# Which points are armed before which chapter; each story shifts them, so that they strike elsewhere.
CHAPTERS = 10
ONLY_IN = {
    "match": 4,
    "shortlist": 0,
    "post": 1,
    "letter": 8,
}  # offers, rounds of the clock and editions have chapters of their own
SHIFTS = range(CHAPTERS) if FULL else (0,)


@pytest.mark.parametrize("shift", SHIFTS)
def test_the_story_ends_the_same_whatever_is_killed(tmp_path: Path, shift: int) -> None:
    folder = tmp_path / "crash-points"
    chapters = iter(range(CHAPTERS))

    def arm(chapter: str) -> None:
        number = next(chapters)
        for place, point in enumerate(crashes.POINTS):
            if ONLY_IN.get(point.partition(":")[0], (place + shift) % 9) == number:
                (folder / point).touch()

    with (
        SmtpSink() as sink,
        installation(tmp_path, sink, PASSERELLE_CRASH_POINTS="1", PASSERELLE_SWEEP_SECONDS="2") as (
            _,
            post,
        ),
    ):
        told = story.Story(post, story.draw(shift), before=arm, copies_allowed=32)
        told.play()
        left = sorted(path.name for path in folder.iterdir())
        assert told.arrived() == EXPECTED
    print("killed at:", ", ".join(point for point in crashes.POINTS if point not in left))
    assert left == []
    # Only what was in a courier's hands when its process was killed comes twice, under the same Message-ID: one mail or
    # two a kill here, far below the bound that is published (connections x group).
    copies = [mail.parsed["Message-ID"] for mail in sink.mails]
    assert len(copies) - len(set(copies)) <= len(crashes.POINTS)
