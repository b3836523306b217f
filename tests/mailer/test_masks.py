"""What is hidden in a text, in every spelling, and what is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailer.masks import Masks, find, hide, mentions
from tests.mailer.spellings import IN_WORDS

ADDRESS = "helene.martin@asso-horizon.example"
RELAY = "r-abcdefghijklmnopqrst234567@relais.example"
OTHER_RELAY = "r-zyxwvutsrqponmlkjihg765432@relais.example"
MASKS = Masks(
    hidden=(ADDRESS,),
    replacement=RELAY,
    our_domain="relais.example",
    our_base_url="https://site.example",
)
AT_WORK = replace(MASKS, domains=("asso-horizon.example",))


@pytest.mark.parametrize("spelling", IN_WORDS.values(), ids=IN_WORDS)
def test_an_address_is_hidden_however_it_is_spelled(spelling):
    masked, counts = hide(f"Écrivez-moi : {spelling(ADDRESS)} — à bientôt !", MASKS)

    assert masked.startswith("Écrivez-moi : ")
    assert masked.endswith(" — à bientôt !")
    assert RELAY in masked
    assert counts["address"] == 1
    assert "horizon" not in masked.lower()


@pytest.mark.parametrize(
    ("hidden", "written"),
    [
        ("zoé@exämple.example", "zoé@xn--exmple-cua.example"),
        ("zoe@xn--exmple-cua.example", "ZOE@EXÄMPLE.example"),
        ("lea.martin@gmail.com", "leamartin+cv@googlemail.com"),
        ("leamartin@gmail.com", "l.e.a.martin@gmail.com"),
        ("jean-luc_b@asso.example", "jean tiret luc underscore b arobase asso point example"),
        ("b+suivi@asso.example", "b@asso.example"),
    ],
)
def test_other_forms_of_the_same_mailbox_are_hidden(hidden, written):
    masked, _ = hide(f"a {written} z", Masks(hidden=(hidden,)))

    assert masked == "a [adresse masquée] z"


def test_what_only_ends_like_the_address_goes_whole_since_it_holds_its_octets():
    assert hide(f"x.{ADDRESS} z", MASKS)[0] == f"{RELAY} z"


def test_an_attribution_line_keeps_date_and_name():
    line = f"Le lun. 3 févr. 2025 à 10:12, Hélène Martin <{ADDRESS}> a\nécrit\xa0:"

    assert hide(line, MASKS)[0] == line.replace(ADDRESS, RELAY)


def test_the_fields_of_a_quotation_keep_their_names():
    block = f"De : Hélène Martin <{ADDRESS}>\nEnvoyé : lundi 3 février 2025\nÀ : {ADDRESS.upper()}\nObjet : Comptable"

    masked, counts = hide(block, MASKS)

    assert masked == block.replace(ADDRESS, RELAY).replace(ADDRESS.upper(), RELAY)
    assert counts["address"] == 2


@pytest.mark.parametrize(
    "innocent",
    [
        "Rendez-vous à asso-horizon.example, ou au 12 rue des Lilas, 44000 Nantes, tél. 02 40 11 12 13.",
        "Notre site : https://www.asso-horizon.example/equipe?page=2&x=%C3%A9",
        "Écrivez à contact@autre.example ou paul.martin@asso.example",
        "100 % CDI & <b>temps plein</b> ; 1 < 2 ; =C3=A9 ; &eacute; ; \\n",
        "helene . martin, puis asso-horizon et example",
        "offre-abcdefghijklmnopqrst234567@relais.example et alertes@relais.example",
        "https://site.example/offres/412-comptable-assistante-de-gestion-a-saint-herblain",
        "https://site.example/profils/lea-m https://site.example/ https://site.example/connexion",
        "https://ailleurs.example/desabonnement/AbcDef0123456789AbcDef0123456789",
        "U-boot, r-pentomino, v-token, anticonstitutionnellement",
    ],
)
def test_innocent_words_stay_as_they_are(innocent):
    assert hide(innocent, AT_WORK, signature=True) == (innocent, {})


@pytest.mark.parametrize(
    "written",
    [
        "compta@asso-horizon.example",
        "COMPTA@Nantes.Asso-Horizon.EXAMPLE",
        "compta (at) asso-horizon.example",
        "compta%40asso-horizon.example",
        "com&#112;ta&commat;asso-horizon.example",
    ],
)
def test_colleagues_at_the_same_domain_are_hidden_but_not_as_the_recruiter(written):
    assert hide(f"Voir {written}.", AT_WORK) == ("Voir [adresse masquée].", {"domain-address": 1})
    assert hide(f"Voir {written}.", MASKS) == (f"Voir {written}.", {})


def test_a_public_provider_makes_nobody_a_colleague():
    masks = Masks(hidden=("helene@orange.fr",), domains=("orange.fr",))

    assert hide("paul@orange.fr, helene@orange.fr", masks)[0] == "paul@orange.fr, [adresse masquée]"


@pytest.mark.parametrize(
    "made_for_the_other",
    [
        OTHER_RELAY,
        OTHER_RELAY.upper(),
        OTHER_RELAY.replace("@", "%40"),
        OTHER_RELAY.partition("@")[0],
        "u-zyxwvutsrqponmlkjihg765432@relais.example",
        "v-zyxwvutsrqponmlkjihg765432@relais.example",
    ],
)
def test_our_addresses_made_for_the_other_person_are_hidden(made_for_the_other):
    assert hide(f"a {made_for_the_other} z", MASKS) == ("a [adresse masquée] z", {"our-address": 1})


def test_our_addresses_that_this_reader_may_see_stay():
    masks = replace(MASKS, allowed_local_parts=frozenset({OTHER_RELAY.partition("@")[0]}))

    assert hide(f"{OTHER_RELAY} {RELAY}", masks) == (f"{OTHER_RELAY} {RELAY}", {})


@pytest.mark.parametrize(
    "link",
    [
        "https://site.example/desabonnement/abc",
        "https://site.example/connexion?jeton=abc",
        "site.example/desabonnement/zyxwvutsrqponmlkjihg765432",
        "https://site.example/offres/412-comptable?c=4f3a9b2c7d1e4f3a9b2c",
        "https://site.example/confirmer/123e4567-e89b-12d3-a456-426614174000",
        "https://site.example/x/eyJwIjoxMn0.aBcDeFgHiJkLmNoPqRsTuVwX",
        "https%3A%2F%2Fsite.example%2Fdesabonnement%2Fabc",
    ],
)
def test_our_links_with_a_token_are_removed(link):
    masked, counts = hide(f"Ici : {link}.", MASKS)

    assert masked == "Ici : [lien retiré]."
    assert counts == {"our-link": 1}


def test_telephone_and_postal_address_go_in_a_signature_only():
    text = (
        "Appelez-moi au 06 12 34 56 78, 3 rue du Port, 44000 Nantes.\n\n"
        "Bien cordialement,\n\nHélène Martin\nAssociation Horizon\nTél : +33 (0)2 40 11 12 13\n"
        "12 bis rue des Lilas\n44000 Nantes\nwww.asso-horizon.example\n"
    )

    masked, counts = hide(text, MASKS, signature=True)

    assert masked == (
        "Appelez-moi au 06 12 34 56 78, 3 rue du Port, 44000 Nantes.\n\n"
        "Bien cordialement,\n\nHélène Martin\nAssociation Horizon\nTél : [téléphone masqué]\n"
        "[adresse postale masquée]\n[adresse postale masquée]\nwww.asso-horizon.example\n"
    )
    assert counts == {"phone": 1, "postal-address": 2}
    assert hide(text, replace(MASKS, hide_phones_in_signature=False), signature=True) == (text, {})


@pytest.mark.parametrize(
    "opening", ["-- \n", "Cordialement\n", "Belle journée,\n", "Kind regards\n", "Solidairement, Zoé\n"]
)
def test_a_quoted_signature_is_one_too_and_ends_where_the_quotation_does(opening):
    quoted = "> " + opening.rstrip("\n")
    text = f"{quoted}\n> 02.40.11.12.13\nMon numéro : 06 12 34 56 78\n"

    assert hide(text, MASKS, signature=True)[0] == f"{quoted}\n> [téléphone masqué]\nMon numéro : 06 12 34 56 78\n"


def test_words_after_the_signature_are_content_again():
    text = "Cordialement\nHélène\nPS : appelez le 06 12 34 56 78"

    assert hide(text, MASKS, signature=True) == (text, {})


@pytest.mark.parametrize("block", ["PUBLIC KEY BLOCK", "SIGNATURE"])
def test_keys_and_signatures_in_a_text_go(block):
    armour = f"-----BEGIN PGP {block}-----\n\nmQENBFxyzABCDEFGHIJKLMNOP\n=abcd\n-----END PGP {block}-----"

    assert hide(f"Bonjour\n{armour}\nMerci", MASKS) == ("Bonjour\n\nMerci", {"signature-key": 1})


def test_a_signed_text_keeps_its_words():
    text = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nBonjour, voici l'offre.\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQEzBAEBCgAdFiEEabcdefghijk\n-----END PGP SIGNATURE-----\n"
    )

    assert hide(text, MASKS)[0].strip() == "Bonjour, voici l'offre."


def test_hiding_twice_changes_nothing_more():
    text = "\n".join(spelling(ADDRESS) for spelling in IN_WORDS.values())
    once, _ = hide(text, AT_WORK)

    assert hide(once, AT_WORK) == (once, {})


def test_masks_without_secrets_find_nothing():
    assert find(ADDRESS, Masks(hidden=("", "pas une adresse"))) == ()
    assert not mentions(ADDRESS, Masks(hidden=()))
