"""Outlook's winmail.dat is opened, and what is in it treated like the rest of the mail."""

from __future__ import annotations

import pytest

from mailer.anonymise import rebuild
from mailer.winmail import open_winmail
from tests.mailer.sample_files import compressed_rich_text, docx, picture, pixels, winmail
from tests.mailer.sample_mails import ADDRESS, CARD, RELAY, TO_CANDIDATE, WORDS, mail, named, part

RICH = (
    rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\*\generator x;}\f0\b Bonjour,\par l'\'e9t\'e9 \u8364?\tab "
    + ADDRESS.encode()
    + b"}"
)


def outlook(content: bytes) -> bytes:
    return part(content, "application/ms-tnef", named("winmail.dat"))


def test_files_are_cleaned_and_refused_like_any_others():
    files = {
        "fiche.docx": docx(f"Écrire à {ADDRESS}", author=ADDRESS),
        f"{ADDRESS}.png": picture("PNG", ADDRESS),
        "helene.vcf": CARD.encode(),
        "calc.exe": b"MZ\0\0",
    }
    rebuilt = rebuild(mail(WORDS, outlook(winmail(body="autre", files=files))), TO_CANDIDATE)

    assert rebuilt.text == "Bonjour, voici l'offre."
    assert [file.filename for file in rebuilt.attachments] == ["fiche.docx", "adresse masquée.png", "helene.vcf"]
    assert ADDRESS.encode() not in b"".join(file.content for file in rebuilt.attachments)
    assert pixels(rebuilt.attachments[1].content) == pixels(picture("PNG"))
    assert rebuilt.refused == ("calc.exe",)
    assert rebuilt.left_out == ()


@pytest.mark.parametrize(
    "content",
    [
        winmail(body=f"Bonjour,\nl'été €\t{ADDRESS}"),
        winmail(html=f"<p>Bonjour,<br>l'été €\t{ADDRESS}</p>"),
        winmail(rich_text=compressed_rich_text(RICH, referring=False)),
        winmail(rich_text=compressed_rich_text(RICH, referring=True)),
    ],
)
def test_the_words_are_taken_from_it_when_the_mail_has_no_others(content):
    rebuilt = rebuild(mail(outlook(content)), TO_CANDIDATE)

    assert rebuilt.text.split() == ["Bonjour,", "l'été", "€", RELAY]


def test_a_winmail_in_a_winmail_is_left_out_and_told():
    inner = winmail(files={"a.txt": b"x"})
    rebuilt = rebuild(mail(WORDS, outlook(winmail(files={"winmail.dat": inner, "b.txt": b"mot"}))), TO_CANDIDATE)

    assert [file.content for file in rebuilt.attachments] == [b"mot"]
    assert rebuilt.left_out == ("winmail",)


@pytest.mark.parametrize("content", [b"", b"\x78\x9f\x3e\x22", b"\x78\x9f\x3e\x22" + bytes(40), winmail(body="x")[:20]])
def test_what_cannot_be_opened_is_left_out_and_told(content):
    assert open_winmail(content) is None
    assert rebuild(mail(WORDS, outlook(content)), TO_CANDIDATE).left_out == ("winmail",)
