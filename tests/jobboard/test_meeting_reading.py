"""Interviews as people write them, in French and English, read on Monday 23 November 2026 at ten o'clock in Paris."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobboard import meeting_reading
from jobboard.meeting_reading import ReadMeeting

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")

# What is written, and the moment in Paris; or what is asked back: "day", "hour", or that it is "past".
WRITTEN = (
    ("le 2 décembre à 9h", "2026-12-02 09:00"),
    ("2 décembre 9h", "2026-12-02 09:00"),
    ("mercredi 2 décembre 9h", "2026-12-02 09:00"),
    ("mer. 2 déc. à 9h", "2026-12-02 09:00"),
    ("Mercredi 2 décembre 2026 à 9h00", "2026-12-02 09:00"),
    ("le 02/12/2026 à 9h", "2026-12-02 09:00"),
    ("02/12 à 09h00", "2026-12-02 09:00"),
    ("2/12 9h", "2026-12-02 09:00"),
    ("2.12.2026 9:00", "2026-12-02 09:00"),
    ("le deux décembre à neuf heures", "2026-12-02 09:00"),
    ("mercredi à 9h", "2026-11-25 09:00"),
    ("mercredi 9h", "2026-11-25 09:00"),
    ("mercredi, 9h", "2026-11-25 09:00"),
    ("ce mercredi à 9h", "2026-11-25 09:00"),
    ("mercredi matin à 9h", "2026-11-25 09:00"),
    ("mercredi à 9 heures", "2026-11-25 09:00"),
    ("mercredi à 9 heures 30", "2026-11-25 09:30"),
    ("mercredi à 9h et quart", "2026-11-25 09:15"),
    ("mercredi à dix heures et demie", "2026-11-25 10:30"),
    ("mercredi à midi", "2026-11-25 12:00"),
    ("mercredi midi et demi", "2026-11-25 12:30"),
    ("mercredi à 11 heures moins le quart", "2026-11-25 10:45"),
    ("mercredi 18h", "2026-11-25 18:00"),
    ("mercredi à 6h du soir", "2026-11-25 18:00"),
    ("mercredi à 8h du matin", "2026-11-25 08:00"),
    ("mercredi à 2h de l'après-midi", "2026-11-25 14:00"),
    ("mercredi à quinze heures", "2026-11-25 15:00"),
    ("mercredi à vingt heures", "2026-11-25 20:00"),
    ("mercredi en huit à 9h", "2026-12-02 09:00"),
    ("mercredi en quinze à 9h", "2026-12-09 09:00"),
    ("mercredi de la semaine prochaine à 9h", "2026-12-02 09:00"),
    ("mercredi qui vient 9h", "2026-11-25 09:00"),
    ("demain 9h", "2026-11-24 09:00"),
    ("Demain matin à 9h30", "2026-11-24 09:30"),
    ("demain après-midi à 14h", "2026-11-24 14:00"),
    ("après-demain à 10h", "2026-11-25 10:00"),
    ("aujourd'hui à 17h", "2026-11-23 17:00"),
    ("ce soir 19h", "2026-11-23 19:00"),
    ("dans 3 jours à 9h", "2026-11-26 09:00"),
    ("dans une semaine à 9h", "2026-11-30 09:00"),
    ("dans deux semaines à 14h", "2026-12-07 14:00"),
    ("dans 10 jours à 14h", "2026-12-03 14:00"),
    ("dans un mois à 10h", "2026-12-23 10:00"),
    ("9h mercredi", "2026-11-25 09:00"),
    ("à 9h mercredi prochain en huit", "day"),
    ("9h le 2 décembre", "2026-12-02 09:00"),
    ("14h30, le 3 décembre", "2026-12-03 14:30"),
    ("entre 14h et 15h jeudi", "2026-11-26 14:00"),
    ("jeudi 14h à 16h", "2026-11-26 14:00"),
    ("jeudi de 9h30 à 10h15", "2026-11-26 09:30"),
    ("jeudi 9h-10h", "2026-11-26 09:00"),
    ("jeudi 14h30 - 15h30", "2026-11-26 14:30"),
    ("jeudi 14h, 45 minutes", "2026-11-26 14:00"),
    ("jeudi 14h pendant 30 min", "2026-11-26 14:00"),
    ("le 15/12 à 14h au siège", "2026-12-15 14:00"),
    ("le 15/12 à 14h : 12 rue des Lilas, 44000 Nantes", "2026-12-15 14:00"),
    ("le 15/12 14h dans nos bureaux, 2e étage", "2026-12-15 14:00"),
    ("le 15/12 à 14h, 3 place du Marché", "2026-12-15 14:00"),
    ("mardi 15 décembre 14h Café de la Paix", "2026-12-15 14:00"),
    ("le 15 décembre à 14h par téléphone", "2026-12-15 14:00"),
    ("le 15 décembre à 14h en visio", "2026-12-15 14:00"),
    ("le 15 décembre 14h visio https://visio.example/x?a=1", "2026-12-15 14:00"),
    ("https://visio.example/x le 15 décembre à 14h", "2026-12-15 14:00"),
    ("le 15 décembre à 14h (visio : https://visio.example/x)", "2026-12-15 14:00"),
    ("Wednesday 9am", "2026-11-25 09:00"),
    ("Wednesday at 9 am", "2026-11-25 09:00"),
    ("Wednesday 2 December 9:30am", "2026-12-02 09:30"),
    ("on Wednesday at 2pm", "2026-11-25 14:00"),
    ("December 2 at 2:30 pm", "2026-12-02 14:30"),
    ("2 December at 14:00", "2026-12-02 14:00"),
    ("2nd December 2pm", "2026-12-02 14:00"),
    ("Dec 2, 2pm", "2026-12-02 14:00"),
    ("this Wednesday at noon", "2026-11-25 12:00"),
    ("tomorrow at 10:30", "2026-11-24 10:30"),
    ("tomorrow 3pm, our office", "2026-11-24 15:00"),
    ("in two weeks at 10am", "2026-12-07 10:00"),
    ("in 3 days at 4pm", "2026-11-26 16:00"),
    ("Thursday 10am to 11am", "2026-11-26 10:00"),
    ("Thursday 10:00-11:00", "2026-11-26 10:00"),
    ("Thursday at 10am by video https://visio.example/x", "2026-11-26 10:00"),
    ("fin novembre à 10h", "2026-11-30 10:00"),
    ("le 1er décembre à 10h", "2026-12-01 10:00"),
    ("1er déc 10h", "2026-12-01 10:00"),
    ("le 31 décembre à 8h", "2026-12-31 08:00"),
    ("le 4 janvier à 10h", "2027-01-04 10:00"),
    ("4 janvier 2027 10h", "2027-01-04 10:00"),
    ("le 29/02 à 10h", "day"),
    ("mercredi 3 décembre à 9h", "day"),
    ("le 15 ou le 16 décembre à 9h", "day"),
    ("mercredi ou jeudi à 9h", "day"),
    ("mercredi 9h ou 10h", "hour"),
    ("mercredi 9h, sinon 14h", "hour"),
    ("mercredi", "hour"),
    ("le 2 décembre", "hour"),
    ("9h", "day"),
    ("demain", "hour"),
    ("la semaine prochaine à 9h", "day"),
    ("un matin à 9h", "day"),
    ("mercredi 25h", "day"),
    ("mercredi à 4h", "hour"),
    ("mercredi à 5h30", "hour"),
    ("hier à 9h", "day"),
    ("le 2 novembre à 9h", "day"),
    ("02/12/2025 9h", "day"),
    ("23/11 à 8h", "past"),
    ("aujourd'hui à 9h30", "past"),
    ("lundi 23 novembre à 9h", "past"),
    ("à voir ensemble", "day"),
    ("", "day"),
    ("mercredi 9h heure de Paris", "2026-11-25 09:00"),
    ("mercredi 9h, heure de La Réunion", "2026-11-25 06:00"),
    ("mercredi 9h (heure de Guadeloupe)", "2026-11-25 14:00"),
    ("mercredi 9h heure de Nouméa", "2026-11-24 23:00"),
    ("jeudi 14h au 3e étage du 12 rue X", "2026-11-26 14:00"),
    ("jeudi 14h tel 02 40 12 34 56", "2026-11-26 14:00"),
    ("jeudi 14h, demander Mme Martin", "2026-11-26 14:00"),
    ("vendredi 27/11 à 15h15", "2026-11-27 15:15"),
    ("ven 27 nov 15h15", "2026-11-27 15:15"),
    ("le vendredi 27 à 15h15", "2026-11-27 15:15"),
    ("vendredi 27 15h15", "2026-11-27 15:15"),
    ("le 27 à 15h15", "2026-11-27 15:15"),
    ("27/11/26 15h15", "2026-11-27 15:15"),
    ("2026-11-27 à 15h15", "2026-11-27 15:15"),
    ("2026-11-27T15:15", "hour"),
    ("lundi 30 à 10h", "2026-11-30 10:00"),
    ("lundi 30 novembre, 10 h", "2026-11-30 10:00"),
    ("dimanche à 10h", "2026-11-29 10:00"),
    ("samedi 10h30", "2026-11-28 10:30"),
    ("mardi 9h30", "2026-11-24 09:30"),
    ("mardi prochain 9h", "day"),
    ("mardi prochain à 9h, 12 rue des Lilas, Nantes", "day"),
    ("le 3 à 14h30", "2026-12-03 14:30"),
    ("le 3 décembre à 14h30 dans nos locaux", "2026-12-03 14:30"),
    ("15/01 14h", "2027-01-15 14:00"),
    ("15/01/2027 à 14:30 visio https://meet.example/abc", "2027-01-15 14:30"),
    ("vendredi en huit 10h", "2026-12-04 10:00"),
    ("dans 2 semaines à 9h", "2026-12-07 09:00"),
    ("demain à 15h par téléphone", "2026-11-24 15:00"),
    ("demain midi", "2026-11-24 12:00"),
    ("14h30 jeudi au siège", "2026-11-26 14:30"),
    ("jeudi de 14h à 15h", "2026-11-26 14:00"),
    ("jeudi 14h-15h30", "2026-11-26 14:00"),
    ("jeudi 4 décembre 10h", "day"),
    ("vendredi 4 décembre à dix heures", "2026-12-04 10:00"),
    ("vendredi 4 décembre à neuf heures et demie", "2026-12-04 09:30"),
    ("le premier décembre à quatorze heures trente", "2026-12-01 14:30"),
    ("aujourd'hui à 9h", "past"),
    ("aujourd'hui 18h", "2026-11-23 18:00"),
    ("à 14h", "day"),
    ("mardi", "hour"),
    ("mardi 9h ou mercredi 10h", "day"),
    ("mardi 3h", "hour"),
    ("mardi 3h de l'après-midi", "2026-11-24 15:00"),
    ("Tuesday 2pm", "2026-11-24 14:00"),
    ("Friday at 2:30pm, 10 Main Street", "2026-11-27 14:30"),
    ("December 4th at 10am", "2026-12-04 10:00"),
    ("next Friday at 10", "day"),
    ("tomorrow 9:30 by phone", "2026-11-24 09:30"),
    ("mardi 1er décembre 9h (heure de la réunion)", "2026-12-01 06:00"),
    ("mercredi prochain 14 h 30", "day"),
    ("lundi 10h", "day"),
    ("lundi prochain 10h", "2026-11-30 10:00"),
    ("après-demain 8h45", "2026-11-25 08:45"),
    ("le 24/11 à 11h00", "2026-11-24 11:00"),
    ("le 30 février à 10h", "day"),
    ("le 20/10 à 10h", "day"),
    ("31/12 8h30 salle 3, 2e étage", "2026-12-31 08:30"),
    ("jeudi 14h au 12 rue de la Paix 75002 Paris", "2026-11-26 14:00"),
    ("jeudi 3 décembre à 14h, 30 minutes, au téléphone 06 12 34 56 78", "2026-12-03 14:00"),
    ("mardi 24 novembre à 9h30 au 3e étage", "2026-11-24 09:30"),
    ("le mercredi 2 décembre vers 17h", "2026-12-02 17:00"),
    ("ce jeudi 14h", "2026-11-26 14:00"),
    ("jeudi matin", "hour"),
    ("jeudi 9h du matin", "2026-11-26 09:00"),
    ("2026-12-04 14:00", "2026-12-04 14:00"),
    ("vendredi 4/12 14h", "2026-12-04 14:00"),
    ("dans trois jours à 16h", "2026-11-26 16:00"),
    ("la semaine prochaine", "day"),
    ("lundi de la semaine prochaine à 14h", "2026-11-30 14:00"),
    ("jeudi à partir de 14h", "2026-11-26 14:00"),
)
# With what is left of it: how long, where, and the link.
PLACES = (
    ("entre 14h et 15h jeudi", 60, "", ""),
    ("jeudi 14h à 16h", 120, "", ""),
    ("jeudi de 9h30 à 10h15", 45, "", ""),
    ("jeudi 9h-10h", 60, "", ""),
    ("jeudi 14h30 - 15h30", 60, "", ""),
    ("jeudi 14h, 45 minutes", 45, "", ""),
    ("jeudi 14h pendant 30 min", 30, "", ""),
    ("le 15/12 à 14h au siège", None, "au siège", ""),
    ("le 15/12 à 14h : 12 rue des Lilas, 44000 Nantes", None, "12 rue des Lilas, 44000 Nantes", ""),
    ("le 15/12 14h dans nos bureaux, 2e étage", None, "dans nos bureaux, 2e étage", ""),
    ("le 15/12 à 14h, 3 place du Marché", None, "3 place du Marché", ""),
    ("mardi 15 décembre 14h Café de la Paix", None, "Café de la Paix", ""),
    ("le 15 décembre à 14h par téléphone", None, "par téléphone", ""),
    ("le 15 décembre à 14h en visio", None, "en visio", ""),
    ("le 15 décembre 14h visio https://visio.example/x?a=1", None, "visio", "https://visio.example/x?a=1"),
    ("https://visio.example/x le 15 décembre à 14h", None, "", "https://visio.example/x"),
    ("le 15 décembre à 14h (visio : https://visio.example/x)", None, "visio", "https://visio.example/x"),
    ("tomorrow 3pm, our office", None, "our office", ""),
    ("Thursday 10am to 11am", 60, "", ""),
    ("Thursday 10:00-11:00", 60, "", ""),
    ("Thursday at 10am by video https://visio.example/x", None, "by video", "https://visio.example/x"),
    ("jeudi 14h au 3e étage du 12 rue X", None, "au 3e étage du 12 rue X", ""),
    ("jeudi 14h tel 02 40 12 34 56", None, "tel 02 40 12 34 56", ""),
    ("jeudi 14h, demander Mme Martin", None, "demander Mme Martin", ""),
    ("le 3 décembre à 14h30 dans nos locaux", None, "dans nos locaux", ""),
    ("15/01/2027 à 14:30 visio https://meet.example/abc", None, "visio", "https://meet.example/abc"),
    ("demain à 15h par téléphone", None, "par téléphone", ""),
    ("14h30 jeudi au siège", None, "au siège", ""),
    ("jeudi de 14h à 15h", 60, "", ""),
    ("jeudi 14h-15h30", 90, "", ""),
    ("Friday at 2:30pm, 10 Main Street", None, "10 Main Street", ""),
    ("tomorrow 9:30 by phone", None, "by phone", ""),
    ("31/12 8h30 salle 3, 2e étage", None, "salle 3, 2e étage", ""),
    ("jeudi 14h au 12 rue de la Paix 75002 Paris", None, "au 12 rue de la Paix 75002 Paris", ""),
    ("jeudi 3 décembre à 14h, 30 minutes, au téléphone 06 12 34 56 78", 30, "au téléphone 06 12 34 56 78", ""),
    ("mardi 24 novembre à 9h30 au 3e étage", None, "au 3e étage", ""),
)


def read(text: str) -> ReadMeeting:
    return meeting_reading.read(text, now=NOW, zone=PARIS)


@pytest.mark.parametrize(("text", "meant"), WRITTEN)
def test_a_moment_is_read_or_asked_back(text: str, meant: str) -> None:
    found = read(text)
    said = f"{found.starts_at.astimezone(PARIS):%Y-%m-%d %H:%M}" if found.starts_at else str(found.unread)
    assert said == meant


def test_there_are_enough_of_them() -> None:
    assert len(WRITTEN) >= 150


@pytest.mark.parametrize(("text", "minutes", "place", "link"), PLACES)
def test_what_is_left_is_the_place(text: str, minutes: int | None, place: str, link: str) -> None:
    found = read(text)
    assert (found.minutes, found.place, found.link) == (minutes, place, link)


def test_two_days_are_offered_with_their_hour() -> None:
    found = read("mardi prochain 9h")
    assert [f"{one.astimezone(PARIS):%d/%m %H:%M}" for one in found.options] == ["24/11 09:00", "01/12 09:00"]


def test_clocks_overseas_are_their_own() -> None:
    there = meeting_reading.read("mercredi 9h", now=NOW, zone=ZoneInfo("Indian/Reunion"))
    assert there.starts_at == datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
    assert read("mercredi 9h heure de La Réunion").zone == "Indian/Reunion"


@given(st.text(max_size=200))
def test_anything_is_read_without_failing_and_never_into_the_past(text: str) -> None:
    found = read(text)
    assert found.starts_at is None or found.starts_at > NOW
    assert (found.starts_at is None) == (found.unread is not None)
