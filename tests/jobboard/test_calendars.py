"""Calendars through the relay: each side finds herself and never the other one's address; ids come back."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from icalendar import Calendar

from jobboard.calendars import RebuiltCalendar, Sides, rebuild
from jobboard.sealing import Sealing

HELENE, LEA = "helene.martin@asso-horizon.example", "lea@courrier.example"
HELENE_SHOWN, LEA_SHOWN = "r-hhhhhhhhhhhhhhhhhhhhhhhhhh@relais.example", "r-llllllllllllllllllllllllll@relais.example"
SEALING = Sealing((b"k" * 32,))
# What Hélène writes, as Léa reads it, and the other way round.
TO_LEA = Sides(
    writer=frozenset({HELENE}),
    writer_shown=HELENE_SHOWN,
    writer_name="Hélène M.",
    writer_key="1",
    reader=LEA,
    reader_shown=frozenset({LEA_SHOWN}),
    reader_name="Léa Dubreuil",
    reader_key="2",
    sealing=SEALING,
)
TO_HELENE = Sides(
    writer=frozenset({LEA}),
    writer_shown=LEA_SHOWN,
    writer_name="Léa D.",
    writer_key="2",
    reader=HELENE,
    reader_shown=frozenset({HELENE_SHOWN}),
    reader_name="Hélène Martin",
    reader_key="1",
    sealing=SEALING,
)
OUTLOOK_ID = "040000008200E00074C5B7101A82E00800000000C0E5A7F2D3DBD70100000000000000001000000012345678ABCDEF0011223344"


@dataclass(frozen=True)
class Hidden:
    """Hides what contains one of some words."""

    words: tuple[str, ...]

    def hide(self, text: str) -> str:
        for word in self.words:
            text = re.sub(rf"[\w.]*{re.escape(word)}[\w.]*", "[masqué]", text, flags=re.IGNORECASE)
        return text

    def holds(self, text: str) -> bool:
        return any(word in text.lower() for word in self.words)


FROM_HELENE, FROM_LEA = Hidden(("@asso-horizon.example", "helene.martin")), Hidden((LEA,))


def event(*lines: str, method: str = "REQUEST", head: str = "") -> str:
    inside = "\r\n".join(lines)
    return (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//horizon//asso-horizon.example//FR\r\nMETHOD:{method}\r\n{head}"
        f"BEGIN:VEVENT\r\nUID:{OUTLOOK_ID}\r\nDTSTAMP:20261123T090000Z\r\nDTSTART:20261201T090000Z\r\n"
        f"SUMMARY:Entretien\\, poste de comptable\r\nSEQUENCE:3\r\n{inside}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )


INVITATION = event(
    f'ORGANIZER;CN="Hélène Martin <{HELENE}>";SENT-BY="mailto:assistante@asso-horizon.example":MAILTO:{HELENE.upper()}',
    f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN={LEA_SHOWN};"
    f"EMAIL={LEA_SHOWN}:mailto:{LEA_SHOWN}",
)


def passed(source: str, sides: Sides = TO_LEA, hiding: Hidden = FROM_HELENE) -> RebuiltCalendar:
    rebuilt = rebuild(source, sides, hiding)
    assert rebuilt is not None
    written = rebuilt.content.decode("utf-8")
    assert all(len(line.encode()) <= 75 for line in written.split("\r\n"))
    assert "\n" not in written.replace("\r\n", "")
    assert not hiding.holds(written.replace("\r\n ", ""))
    return rebuilt


def component(rebuilt: RebuiltCalendar, name: str = "VEVENT"):
    (found,) = Calendar.from_ical(rebuilt.content).walk(name)
    assert not found.errors
    return found


def lines_of(rebuilt: RebuiltCalendar) -> list[str]:
    return rebuilt.content.decode().replace("\r\n ", "").split("\r\n")


def test_an_invitation_names_the_relay_as_its_organizer_and_the_reader_as_herself():
    invited = passed(INVITATION)
    found = component(invited)

    assert invited.method == "REQUEST"
    assert (str(found["ORGANIZER"]), found["ORGANIZER"].params) == (f"mailto:{HELENE_SHOWN}", {"CN": "Hélène M."})
    assert str(found["ATTENDEE"]) == f"mailto:{LEA}"
    assert found["ATTENDEE"].params == {
        "CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE",
        "CN": "Léa Dubreuil",
    }  # fmt: skip
    assert (str(found["SUMMARY"]), found["SEQUENCE"]) == ("Entretien, poste de comptable", 3)
    assert not invited.counts, "nothing that she should be told"


def test_an_answer_comes_back_under_the_organizer_s_own_id_and_address():
    invited = component(passed(INVITATION))
    answer = (
        f"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:{invited['UID']}\r\nDTSTAMP:20261124T090000Z\r\n"
        f"ORGANIZER:{invited['ORGANIZER']}\r\nATTENDEE;PARTSTAT=ACCEPTED;CN=Léa:mailto:{LEA}\r\n"
        f"COMMENT:Avec plaisir\\, écrivez à {LEA}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    answered = passed(answer, TO_HELENE, FROM_LEA)
    found = component(answered)

    assert answered.method == "REPLY"
    assert str(found["UID"]) == OUTLOOK_ID
    assert str(found["ORGANIZER"]) == f"mailto:{HELENE}"
    assert str(found["ATTENDEE"]) == f"mailto:{LEA_SHOWN}"
    assert found["ATTENDEE"].params == {"PARTSTAT": "ACCEPTED", "CN": "Léa D."}
    assert str(found["COMMENT"]) == "Avec plaisir, écrivez à [masqué]"
    assert answered.counts == {"address": 1}


def test_who_answers_under_another_address_of_hers_is_still_the_relay():
    answer = event(
        f"ORGANIZER:mailto:{HELENE_SHOWN}", "ATTENDEE;PARTSTAT=DECLINED:mailto:lea.pro@ailleurs.example", method="REPLY"
    )
    found = component(passed(answer, TO_HELENE, FROM_LEA))

    assert str(found["ATTENDEE"]) == f"mailto:{LEA_SHOWN}"
    assert found["ATTENDEE"].params["PARTSTAT"] == "DECLINED"
    assert "ailleurs" not in str(found.to_ical())


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "PUBLISH", "ADD", "DECLINECOUNTER"])
def test_an_organizer_s_other_address_is_the_relay_too(method):
    found = component(passed(event("ORGANIZER:mailto:h.martin.perso@ailleurs.example", method=method)))

    assert str(found["ORGANIZER"]) == f"mailto:{HELENE_SHOWN}"


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "COUNTER", "REPLY", "PUBLISH"])
def test_methods_stay_and_updates_keep_their_id(method):
    one, two = passed(event(method=method)), passed(event("LOCATION:Nantes", method=method))

    assert one.method == method
    assert component(one)["UID"] == component(two)["UID"]
    assert OUTLOOK_ID not in one.content.decode()


def test_somebody_invited_under_no_name_is_added_so_that_she_can_answer():
    found = component(passed(event(f"ORGANIZER:mailto:{HELENE}")))

    assert str(found["ATTENDEE"]) == f"mailto:{LEA}"
    assert found["ATTENDEE"].params["RSVP"] == "TRUE"


def test_colleagues_go_and_strangers_stay():
    people = event(
        "ATTENDEE;CN=Paul:mailto:paul@asso-horizon.example",
        "ATTENDEE;CN=Zoé;X-NUM-GUESTS=0:mailto:zoe@autre.example",
        f"ATTENDEE:mailto:{LEA_SHOWN}",
    )
    rebuilt = passed(people)

    assert sorted(map(str, component(rebuilt)["ATTENDEE"])) == [f"mailto:{LEA}", "mailto:zoe@autre.example"]
    assert rebuilt.counts == {"domain-address": 1}


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        (f"DESCRIPTION:Écrire à {HELENE}\\, merci\\nH.", "DESCRIPTION:Écrire à [masqué]\\, merci\\nH."),
        (f"LOCATION;LANGUAGE=fr:chez {HELENE}", "LOCATION;LANGUAGE=fr:chez [masqué]"),
        (f"COMMENT:{HELENE}", "COMMENT:[masqué]"),
        (f"CONTACT;ALTREP=\"mailto:{HELENE}\":Hélène", "CONTACT:Hélène"),
        ("URL:https://visio.example/salle/42", "URL:https://visio.example/salle/42"),
        (f"URL:https://visio.example/?m={HELENE}", None),
        ("X-GOOGLE-CONFERENCE:https://visio.example/abc", "X-GOOGLE-CONFERENCE:https://visio.example/abc"),
        (f"X-GOOGLE-CONFERENCE:https://visio.example/{HELENE}", None),
        ("X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE", "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE"),
        (f"X-MS-OLK-SENDER:mailto:{HELENE}", None),
        ("X-ALT-DESC;FMTTYPE=text/html:<p>mot</p>", None),
        ("ATTACH:https://drive.example/fiche.pdf", "ATTACH:https://drive.example/fiche.pdf"),
        (f"ATTACH:cid:part1@{HELENE}", None),
        ("ATTACH;ENCODING=BASE64;VALUE=BINARY:aGVsbG8=", None),
        ("RECURRENCE-ID;TZID=Europe/Paris:20261201T100000", "RECURRENCE-ID;TZID=Europe/Paris:20261201T100000"),
        ("RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=TU", "RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=TU"),
        ("EXDATE;TZID=Europe/Paris:20261208T100000,20261215T100000",) * 2,
        ("GEO:47.2;-1.55", "GEO:47.2;-1.55"),
        ("CATEGORIES:Entretien,Équipe", "CATEGORIES:Entretien,Équipe"),
        (f"CATEGORIES:Entretien,{HELENE}", None),
        ("CLASS:PRIVATE", "CLASS:PRIVATE"),
    ],
)  # fmt: skip
def test_every_property(line, becomes):
    before = set(lines_of(passed(event())))
    added = [each for each in lines_of(passed(event(line))) if each not in before]

    assert added == ([becomes] if becomes else [])


def test_alarms_that_send_mails_or_run_programs_become_silent_or_go():
    alarms = event(
        "BEGIN:VALARM", "ACTION:EMAIL", "TRIGGER:-PT15M", f"ATTENDEE:mailto:{HELENE}", "SUMMARY:s", "DESCRIPTION:dans un quart d'heure",
        "ATTACH:https://x.example/a", "END:VALARM",
        "BEGIN:VALARM", "ACTION:PROCEDURE", "TRIGGER:-PT5M", "ATTACH:file:///bin/sh", "END:VALARM",
    )  # fmt: skip
    alarm = component(passed(alarms), "VALARM")

    assert (str(alarm["ACTION"]), str(alarm["DESCRIPTION"])) == ("DISPLAY", "dans un quart d'heure")
    assert set(alarm) == {"ACTION", "DESCRIPTION", "TRIGGER"}


def test_a_time_zone_keeps_its_rules():
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:Romance Standard Time\r\nTZURL:https://asso-horizon.example/tz\r\n"
        "BEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"
        "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    found = lines_of(passed(event("DTEND;TZID=Romance Standard Time:20261201T110000", head=zone)))

    for line in zone.strip().split("\r\n"):
        assert (line in found) is not line.startswith("TZURL")


@pytest.mark.parametrize(
    ("source", "rebuilt"),
    [
        (INVITATION.replace("END:VEVENT\r\nEND:VCALENDAR\r\n", ""), True),
        (INVITATION.replace("\r\n", "\n"), True),
        (INVITATION.replace("\r\n", "\r"), True),
        (INVITATION.replace("SEQUENCE:3", "SEQUENCE:x\r\n\r\nn'importe quoi\r\n:\r\n;=:"), True),
        ("du texte avant\r\n" + INVITATION + "et après\r\n", True),
        (INVITATION.replace("BEGIN:VEVENT\r\n", ""), False),
        ("", False),
        ("BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n", False),
        (INVITATION.replace("VEVENT", "X-HORIZON"), False),
        ("BEGIN:VCALENDAR\r\n" * 3000, False),
        (f"{HELENE}\r\n" * 10, False),
    ],
)
def test_broken_calendars_are_mended_or_do_not_pass(source, rebuilt):
    found = rebuild(source, TO_LEA, FROM_HELENE)

    assert (found is not None) is rebuilt
    if found is not None:
        assert str(component(found)["ORGANIZER"]) == f"mailto:{HELENE_SHOWN}"


def test_without_a_relay_nobody_is_asked_anything():
    shown = passed(INVITATION, Sides(writer=frozenset({HELENE})))

    assert shown.method == ""
    assert "METHOD" not in shown.content.decode()
    assert "ORGANIZER" not in component(shown)


@pytest.mark.parametrize("uid", [OUTLOOK_ID, OUTLOOK_ID.lower(), "abc@google.example", "é-1", "x" * 300, "A1", "0AF"])
def test_ids_are_sealed_for_their_owner_alone_and_always_alike(uid):
    sealed = SEALING.seal(uid, "1")

    assert sealed == SEALING.seal(uid, "1") != SEALING.seal(uid, "2")
    assert sealed.isalnum()
    assert SEALING.open(sealed, "1") == SEALING.open(sealed.upper(), "1") == uid
    assert SEALING.open(sealed, "2") == SEALING.open(uid, "1") == ""
    assert Sealing((b"n" * 32, b"k" * 32)).open(sealed, "1") == uid
    assert Sealing((b"n" * 32,)).open(sealed, "1") == ""


def test_an_outlook_id_stays_short_enough_for_clients():
    assert len(SEALING.seal(OUTLOOK_ID + "0" * 16, "1")) < 255


def test_an_endless_id_is_hashed():
    assert len(SEALING.seal("x" * 5000, "1")) == 40
