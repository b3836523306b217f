"""A letter by mail alone: written, filled, ordered, tried, approved, read; and readers who choose and who leave."""

from __future__ import annotations

import re
import urllib.request

from mailer.headers import KIND
from passerelle.correspondents import Got, Someone
from passerelle.story import STAFF
from tests.journeys.world import World


def subscribed(world: World, name: str) -> Someone:
    """Return somebody new on the weekly list."""
    reader = world.someone(name)
    world.post.write(reader, world.to("lettre"), "Bonjour, je voudrais recevoir la lettre.")
    world.post.answer(reader, world.post.wait_for(reader, "subscription_question"), "OUI")
    world.post.wait_for(reader, "letter_welcome")
    return reader


def lines(mail: Got) -> list[str]:
    """Return the numbered lines of a draft, without what kind each is."""
    return re.findall(r"^ *\d+\. (.*?) \([^()]*\)\r?$", mail.text, re.MULTILINE)


def test_a_letter_by_mail_alone(world: World) -> None:
    post = world.post
    chooser, clicker, mailer, stopper = (subscribed(world, name) for name in ("Anne", "Bruno", "Chloé", "David"))
    for subject, text in (
        ("Une coopérative fête ses cinq ans", "ARTICLE ESS\n\nCinq ans de **vélo**.\n\nEt de comptes."),
        ("Négocier son salaire", "ARTICLE SALARIES\n\nOsez demander."),
    ):
        post.write(STAFF, world.to("lettre"), text, subject=subject)
        post.wait_for(STAFF, "decided", holding=subject)

    def change(mail: Got, text: str, shows: str) -> Got:
        post.answer(STAFF, mail, text)
        return post.wait_for(STAFF, "edition_to_approve", holding=shows)

    post.write(STAFF, world.to("aide"), "LETTRE")
    draft = post.wait_for(STAFF, "edition_to_approve")
    if "Négocier son salaire" not in draft.text:  # the clock had drafted it before the articles came
        draft = change(draft, "COMPLETER", shows="Négocier son salaire")
    assert "Une coopérative fête ses cinq ans" in lines(draft)
    draft = change(draft, "TITRE La lettre du jeudi", shows="La lettre du jeudi")
    draft = change(
        draft, "EDITO\n\nBonjour **à tous**,\n\n- un mot\n- [un lien](https://exemple.invalid/)", shows="un mot"
    )
    draft = change(draft, "AJOUTER Un mot de l’équipe\n\nNous cherchons des bénévoles.", shows="Un mot de l’équipe")
    last = len(lines(draft))
    draft = change(draft, f"DEPLACER {last} EN 1", shows="Un mot de l’équipe")
    assert lines(draft)[0] == "Un mot de l’équipe"

    post.answer(STAFF, draft, "TEST")
    test = post.wait_for(STAFF, "edition_test")
    assert test.subject.startswith("[Test]")
    assert "Cinq ans de vélo." in test.text
    post.answer(STAFF, draft, "VERIFIER")
    assert "exemple.invalid" in post.wait_for(STAFF, "edition_checked").text

    post.write(chooser, world.to("lettre"), "RUBRIQUES salariés")
    assert "Salariés" in post.wait_for(chooser, "reading_chosen").text
    post.answer(STAFF, draft, "APPROUVER bientôt")
    assert "APPROUVER jeudi" in post.wait_for(STAFF, "refusal", holding="n’est donc pas approuvée").text
    post.answer(STAFF, draft, "APPROUVER demain 9h")
    change(post.wait_for(STAFF, "decided", holding="Elle partira"), "DEPROGRAMMER", shows="n’est plus programmée")
    post.answer(STAFF, test, "APPROUVER")
    leaving = post.wait_for(STAFF, "decided", holding="une copie chacune")
    copies = {reader: post.wait_for(reader, "edition_letter") for reader in (chooser, clicker, mailer, stopper)}
    assert "Négocier son salaire" in copies[chooser].text
    assert "Une coopérative" not in copies[chooser].text
    assert "Une coopérative" in copies[clicker].text
    assert copies[clicker].message[KIND] == "edition_letter"
    number = re.search(r"/lettres/(\d+)", copies[clicker].text)
    assert number is not None
    status, page = post.page(f"/lettres/{number[1]}")
    assert (status, "La lettre du jeudi" in page, "desabonnement" in page) == (200, True, False)

    leave(world, clicker, mailer, stopper, copies)
    post.answer(STAFF, leaving, "RAPPORT")
    report = post.wait_for(STAFF, "edition_report")
    assert "est partie" in report.text
    assert world.ask(
        "SELECT count(*) FROM subscription JOIN person ON person.id = person_id WHERE stopped_at IS NULL "
        "AND stream = 'letters:weekly' AND address = ANY(%s)",
        [one.address for one in (chooser, clicker, mailer, stopper)],
    ) == [(1,)], "only she who chose still gets it"


def leave(world: World, clicker: Someone, mailer: Someone, stopper: Someone, copies: dict[Someone, Got]) -> None:
    """Have three readers leave: by one click (RFC 8058), by the mailto: beside it, by STOP."""
    header = str(copies[clicker].message["List-Unsubscribe"])
    url = re.search(r"<(http[^>]+)>", header)
    assert url is not None
    urllib.request.urlopen(urllib.request.Request(url[1], data=b"List-Unsubscribe=One-Click"), timeout=10).close()
    address = re.search(r"<mailto:([^>?]+)", str(copies[mailer].message["List-Unsubscribe"]))
    assert address is not None
    world.post.write(mailer, address[1], "", subject="unsubscribe")
    world.post.answer(stopper, copies[stopper], "STOP")
    world.post.wait_for(stopper, "stopped")
    world.settle()
