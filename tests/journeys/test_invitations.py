"""An invitation through the relay and back, through the running doors, as three clients answer it."""

from __future__ import annotations

import re

import pytest

from jobboard.addresses import Addresses, Purpose
from passerelle.correspondents import Got, Someone
from tests.journeys.invitations import OUTLOOK_ID, Invited, answer, calendar_of, invitation, keep
from tests.journeys.world import World


@pytest.fixture
def pair(world: World) -> tuple[Someone, Someone, Got, Got]:
    """A recruiter and a candidate in conversation, each with the mail that she answers."""
    helene, lea = world.someone("Hélène Martin"), world.someone("Léa Dubreuil")
    helene = Someone(helene.name, helene.address.replace("courrier", "asso-horizon"))
    online = world.published_offer(helene)
    apply_to = Addresses(world.settings).make(Purpose.OFFER, _offer_id(online))
    world.post.write(
        lea, apply_to, "Bonjour, votre poste de comptable m'intéresse beaucoup, je tiens des comptes depuis cinq ans."
    )
    world.post.answer(lea, world.post.wait_for(lea, "mail_question"), "OUI")
    received = world.post.wait_for(helene, "application_received")
    return helene, lea, received, world.post.wait_for(lea, "application_sent")


def _offer_id(online: Got) -> int:
    found = re.search(r"/offres/(\d+)", online.text)
    assert found is not None
    return int(found[1])


def invited(world: World, helene: Someone, lea: Someone, to: str, **how: object) -> Invited:
    """Send an invitation as Hélène; returns what Léa's client makes of it."""
    world.raw(helene.address, to, invitation(helene, to, **how))
    mail = world.post.wait_for(lea, "relayed_message")
    assert helene.address not in mail.raw.decode()
    return calendar_of(mail)


@pytest.mark.parametrize("client", ["gmail", "outlook", "apple"])
def test_an_invitation_is_accepted_through_the_relay(
    world: World, pair: tuple[Someone, Someone, Got, Got], client: str
) -> None:
    helene, lea, received, sent = pair
    asked = invited(world, helene, lea, received.reply_to)
    keep("invitation", asked.mail)
    # Léa's client finds her in it, and knows where to answer.
    assert asked.method == "REQUEST"
    assert asked.address_of("ATTENDEE") == lea.address
    assert asked.address_of("ORGANIZER") == asked.mail.reply_to == sent.reply_to
    assert str(asked.event["SUMMARY"]) == "Entretien, poste de comptable"
    assert str(asked.event["LOCATION"]) == "12 rue des Lilas, Nantes"

    world.raw(lea.address, asked.address_of("ORGANIZER"), answer(client, lea, asked.address_of("ORGANIZER"), asked))
    got = world.post.wait_for(helene, "relayed_message")
    keep(f"reply-{client}", got)
    said = calendar_of(got)
    # Hélène's client finds its own event, and who said yes.
    assert lea.address not in got.raw.decode()
    assert said.method == "REPLY"
    assert str(said.event["UID"]) == OUTLOOK_ID
    assert said.address_of("ORGANIZER") == helene.address
    assert said.address_of("ATTENDEE") == received.reply_to
    assert said.event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert "Auto-Submitted" not in got.message, "a human said yes"


def test_another_hour_is_proposed_and_the_meeting_moved_then_cancelled(
    world: World, pair: tuple[Someone, Someone, Got, Got]
) -> None:
    helene, lea, received, _ = pair
    asked = invited(world, helene, lea, received.reply_to)

    to = asked.address_of("ORGANIZER")
    world.raw(lea.address, to, answer("outlook", lea, to, asked, partstat="TENTATIVE"))
    proposed = calendar_of(world.post.wait_for(helene, "relayed_message"))
    assert (proposed.method, str(proposed.event["UID"])) == ("COUNTER", OUTLOOK_ID)
    assert proposed.address_of("ORGANIZER") == helene.address
    assert proposed.event["DTSTART"].dt.hour == 14

    moved = invited(world, helene, lea, received.reply_to, sequence=1, start="20261201T140000")
    cancelled = invited(world, helene, lea, received.reply_to, sequence=2, method="CANCEL")
    assert (moved.method, cancelled.method) == ("REQUEST", "CANCEL")
    assert asked.event["UID"] == moved.event["UID"] == cancelled.event["UID"] != OUTLOOK_ID
    assert [each.event["SEQUENCE"] for each in (asked, moved, cancelled)] == [0, 1, 2]
