"""Values as templates print them: every code has its words, ids become links and addresses."""

from __future__ import annotations

import pytest

from jobboard.addresses import Addresses, Purpose
from jobboard.languages import gettext_for
from jobboard.letters import LETTERS
from jobboard.letters.account import Help
from jobboard.letters.alerts import OfferAlert
from jobboard.letters.cards import HelpWord, OfferCard, ProfileCard
from mailer.shown import REASONS, REASONS_OF_PROFILE, Showing, ShownOffer


@pytest.fixture
def showing(addresses: Addresses) -> Showing:
    return Showing(lambda text: text, addresses, "https://passerelle.example")


def test_an_offer_is_shown_in_words_with_its_own_address(showing: Showing, addresses: Addresses) -> None:
    card = OfferCard.sample(reasons=("trade", "contract", "working-time", "unheard-of"))
    shown = showing.offer(card)
    assert (shown.contract, shown.working_time) == ("CDI", "temps plein")
    assert shown.reasons == ("votre métier", "CDI", "temps plein")
    assert shown.url == f"https://passerelle.example{card.path}"
    assert shown.apply_address == addresses.make(Purpose.OFFER, card.offer_id)


def test_what_is_not_known_is_not_said(showing: Showing) -> None:
    shown = showing.offer(OfferCard.sample(contract=None, working_time=None, reasons=("contract",)))
    assert (shown.contract, shown.working_time) == ("", "")
    assert "" not in shown.reasons


def test_a_profile_is_shown_to_recruiters_in_their_words(showing: Showing) -> None:
    shown = showing.profile(ProfileCard.sample())
    assert shown.reasons == ("ce métier", "dans le rayon cherché")
    assert shown.contracts == ("CDI",)


def test_both_sides_have_words_for_every_reason() -> None:
    assert set(REASONS) | {"experience", "available"} == set(REASONS_OF_PROFILE), "what only a profile has"
    assert all(REASONS_OF_PROFILE.values())


def test_lists_are_shown_one_by_one(showing: Showing) -> None:
    fields = showing.fields_of(OfferAlert.sample())
    assert [type(card) for card in fields["cards"]] == [ShownOffer, ShownOffer]
    assert fields["first_name"] == "Zoé"


@pytest.mark.parametrize("kind", sorted(LETTERS))
def test_every_kind_of_letter_can_be_shown(showing: Showing, kind: str) -> None:
    letter = LETTERS[kind].sample()
    assert set(showing.fields_of(letter)) == set(vars(letter))


def test_help_is_in_the_language_of_its_reader(addresses: Addresses) -> None:
    help_ = Help({"anyone": (HelpWord("AIDE", "recevoir cette liste"),)})
    shown = Showing(gettext_for("en"), addresses, "https://passerelle.example", "en").fields_of(help_)
    assert shown["sections"]["anyone"][0].help == gettext_for("en")("recevoir cette liste") != "recevoir cette liste"
