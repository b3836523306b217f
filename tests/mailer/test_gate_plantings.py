"""The last gate with nobody masking before it: every spelling of a secret in every place of a mail is held."""

from __future__ import annotations

from email import message_from_bytes
from email.utils import parseaddr
from pathlib import Path

import pytest

from mailer.anonymise import Masks, rebuild
from mailer.gate import UNOPENABLE, leaks
from tests.mailer.plantings import PLACES, SPELLINGS, composed
from tests.mailer.sample_mails import RELAY

CORPUS = sorted((Path(__file__).parents[1] / "corpus").glob("*.eml"))
RELAYED = [path for path in CORPUS if not path.stem.startswith("bounce")]
NOT_OPENED = {"winmail.dat"}  # whatever is in it


@pytest.mark.parametrize("place", PLACES)
def test_every_spelling_is_held_in_every_place(place: str) -> None:
    missed = []
    for name, spelling in SPELLINGS.items():
        raw = PLACES[place](spelling)
        seen = {leak.how for leak in leaks(raw, [spelling.secret])} if raw else {"plain"}
        if not seen - (set() if place in NOT_OPENED else {UNOPENABLE}):
            missed.append(name)
    assert missed == []


@pytest.mark.parametrize("place", [place for place in PLACES if place not in NOT_OPENED])
def test_nobody_else_is_held_back_by_it(place: str) -> None:
    strangers = ("zoe.petit@vertou.example", "@vertou.example")
    raws = [(name, PLACES[place](spelling)) for name, spelling in SPELLINGS.items()]
    assert [name for name, raw in raws if raw and leaks(raw, strangers)] == []


@pytest.mark.parametrize("path", RELAYED, ids=lambda path: path.stem)
def test_what_real_clients_send_leaves_once_it_is_masked(path: Path) -> None:
    raw = path.read_bytes()
    author = parseaddr(str(message_from_bytes(raw)["From"] or ""))[1] or "nobody@courrier.example"
    domain = author.partition("@")[2].lower()
    rebuilt = rebuild(raw, Masks((author,), RELAY, (domain,), "relais.example", "https://site.example"))
    files = rebuilt.attachments
    mails = [
        composed(subject=rebuilt.subject, text=rebuilt.text, markup=rebuilt.html or "", file=file) for file in files
    ]
    plain = composed(subject=rebuilt.subject, text=rebuilt.text, markup=rebuilt.html or "")
    assert [
        leak for mail in (plain, *mails) for leak in leaks(mail, (author, f"@{domain}"), documents_untouched=True)
    ] == []
