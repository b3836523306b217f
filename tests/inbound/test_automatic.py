"""Which mails nobody wrote just now, and which only look so."""

from __future__ import annotations

import pytest

from inbound.automatic import Automatic, is_bounce_subject, recognise


def recognised(
    headers=None,
    *,
    envelope="lea@courrier.example",
    sender="lea@courrier.example",
    subject="Re: Comptable",
    kind="text/plain",
    report=None,
):
    fields = {name.lower(): (value,) for name, value in (headers or {}).items()}
    return recognise(
        fields, envelope_sender=envelope, sender=sender, subject=subject, content_type=kind, report_type=report
    )


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("Auto-Submitted", "auto-replied", Automatic.AUTO_REPLY),
        ("Auto-Submitted", "auto-replied (zimbra; vacation)", Automatic.AUTO_REPLY),
        ("Auto-Submitted", "auto-generated; owner-email=x", Automatic.AUTO_REPLY),
        ("auto-submitted", "Auto-Notified", Automatic.AUTO_REPLY),
        ("X-Autoreply", "yes", Automatic.AUTO_REPLY),
        ("X-Autorespond", "Absence", Automatic.AUTO_REPLY),
        ("X-Autoresponder", "1", Automatic.AUTO_REPLY),
        ("Precedence", "auto_reply", Automatic.AUTO_REPLY),
        ("Precedence", "Junk", Automatic.AUTO_REPLY),
        ("Precedence", "bulk", Automatic.LIST),
        ("Precedence", "list", Automatic.LIST),
        ("List-Id", "<ess.listes.example>", Automatic.LIST),
        ("List-Unsubscribe", "<mailto:x@listes.example>", Automatic.LIST),
        ("X-Failed-Recipients", "x@y.example", Automatic.BOUNCE),
        ("X-Passerelle-Hop", "1", Automatic.LOOP),
        ("Auto-Submitted", "no", None),
        ("Auto-Submitted", "No (a human)", None),
        ("X-Autoreply", "no", None),
        ("Precedence", "normal", None),
        ("X-Auto-Response-Suppress", "All", None),
        ("X-Priority", "1", None),
    ],
)
def test_fields(name, value, kind):
    assert recognised({name: value}) == kind


@pytest.mark.parametrize(
    "subject",
    [
        "Réponse automatique : Comptable",
        "REPONSE AUTOMATIQUE",
        "[Réponse automatique] Comptable",
        "Réponse auto : absence",
        "Absence du bureau : Comptable",
        "Absent du bureau",
        "Message d'absence",
        "Message d’absence de Paul",
        "Notification d'absence",
        "Actuellement absente",
        "Out of Office: Comptable",
        "Out of the office",
        "Automatic reply: Comptable",
        "Auto-Reply: x",
        "AutoReply",
        "Auto: Automatic reply",
        "Vacation reply",
        "Abwesenheitsnotiz: x",
    ],
)
def test_subjects_of_answering_machines(subject):
    expected = None if subject.startswith("Auto: ") else Automatic.AUTO_REPLY
    assert recognised(subject=subject) == expected


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Absence du bureau",
        "Absence jeudi",
        "Une réponse automatique ?",
        "Office manager",
        "Automatisation",
        "",
        "Congés",
    ],
)
def test_subjects_that_people_write(subject):
    assert recognised(subject=subject) is None


@pytest.mark.parametrize("envelope", ["", "<>", " <> "])
def test_an_empty_return_path_is_never_a_person(envelope):
    assert recognised(envelope=envelope) is Automatic.AUTO_REPLY
    assert recognised(envelope=envelope, subject="Undelivered Mail Returned to Sender") is Automatic.BOUNCE
    assert recognised({"Precedence": "list"}, envelope=envelope) is Automatic.LIST


@pytest.mark.parametrize("local", ["MAILER-DAEMON", "mailer-daemon", "Postmaster", "maildaemon"])
def test_daemons(local):
    assert recognised(sender=f"{local}@courrier.example") is Automatic.BOUNCE


@pytest.mark.parametrize(
    ("report", "kind"),
    [
        ("delivery-status", Automatic.BOUNCE),
        ("Feedback-Report", Automatic.COMPLAINT),
        ("disposition-notification", Automatic.DELIVERY_NOTICE),
        (None, Automatic.BOUNCE),
        ("tlsrpt", Automatic.DELIVERY_NOTICE),
    ],
)
def test_reports(report, kind):
    assert recognised(kind="multipart/report", report=report) is kind


def test_a_loop_is_seen_before_what_loops():
    assert recognised({"X-Passerelle-Hop": "3", "List-Id": "<x>"}, kind="multipart/report") is Automatic.LOOP


def test_no_sender_is_no_daemon():
    assert recognised(sender=None) is None


@pytest.mark.parametrize(
    ("subject", "is_bounce"),
    [
        ("Undelivered Mail Returned to Sender", True),
        ("Delivery Status Notification (Failure)", True),
        ("Mail delivery failed: returning message to sender", True),
        ("failure notice", True),
        ("Undeliverable: Candidature", True),
        ("Non remis : Candidature", True),
        ("Échec de la remise : Candidature", True),
        ("Message non distribué", True),
        ("Remise différée : Candidature", True),
        ("Re: Candidature", False),
        ("Un échec", False),
    ],
)
def test_subjects_of_bounces(subject, is_bounce):
    assert is_bounce_subject(subject) is is_bounce
