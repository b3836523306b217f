"""What is cut below somebody's words, and what only resembles it."""

from __future__ import annotations

import pytest

from inbound.own_words import split

MACHINE_LINES = [
    "Envoyé de mon iPhone",
    "Envoyé de mon iPad",
    "Envoyé depuis mon iPhone",
    "Envoyé de mon Galaxy",
    "Envoyé depuis mon appareil Galaxy",
    "Envoyé depuis mon smartphone Samsung Galaxy.",
    "Envoyé de mon smartphone Android avec K-9 Mail.",
    "Envoyé de mon appareil Android avec K-9 Mail. Veuillez excuser ma brièveté.",
    "Envoyé de mon appareil Android avec K-9 Mail. Veuillez excuser ma\nbrièveté.",
    "Envoyé à partir de Outlook pour Android<https://aka.ms/AAb9ysg>",
    "Envoyé à partir d’Outlook pour iOS",
    "Obtenir Outlook pour Android<https://aka.ms/AAb9ysg>",
    "Obtenez Outlook pour iOS (https://aka.ms/o0ukef)",
    "Télécharger Outlook pour Mac",
    "Envoyé à partir de Courrier pour Windows",
    "Provenance : Courrier pour Windows 10",
    "Envoyé à partir de Yahoo Mail pour iPhone",
    "Envoyé à partir de Yahoo Mail sur Android",
    "Envoyé depuis l'application Mail Orange",
    "Envoyé depuis mon mobile Orange",
    "Envoyé depuis mon téléphone Orange",
    "Envoyé depuis mon appli La Poste",
    "Envoyé avec la messagerie sécurisée Proton Mail.",
    "Envoyé avec la messagerie sécurisée [Proton Mail](https://proton.example/mail).",
    "Envoyé depuis Proton Mail pour iOS.",
    "Envoyé avec BlueMail pour Android",
    "Envoyé depuis mon Fairphone",
    "*Envoyé de mon iPhone*",
    "Sent from my iPhone",
    "Sent from my Galaxy",
    "Sent from Outlook for Android",
    "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "Sent from Mail for Windows",
    "Sent from Yahoo Mail for iPhone",
    "Sent with Proton Mail secure email.",
    "Sent with ProtonMail Secure Email.",
    "Sent from my Android device with K-9 Mail. Please excuse my brevity.",
]


@pytest.mark.parametrize("line", MACHINE_LINES)
def test_lines_that_programs_add(line):
    words = split(f"OUI\n\n{line}\n")
    assert (words.own, words.signature) == ("OUI", line)
    assert split(f"{line}\n\nOUI\n").own == "OUI"


SENTENCES = [
    "Envoyé de Nantes hier, mon dossier vous est-il arrivé ?",
    "Envoyé de mon téléphone hier, sans réponse.",
    "Envoyé par mail lundi dernier",
    "Envoyé avec mes excuses",
    "Sent from the heart",
    "Obtenir ce poste serait une joie",
    "Sans virus, je serais venue.",
    "Ce message est confidentiel.",
    "Ce message et ses suites vous intéresseront.",
    "Avant d'imprimer mon CV, lisez ma lettre.",
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentences_that_begin_as_signatures_do(sentence):
    assert split(f"Bonjour,\n\n{sentence}\n").own == f"Bonjour,\n\n{sentence}"


BLOCKS = [
    "Léa Martin\n06 12 34 56 78",
    "Hélène DURAND\nResponsable RH\nAssociation Horizon\n8 quai de la Loire\n44000 Nantes\nTél. : 02 40 00 00 01",
    "Hélène Durand\nwww.horizon.example",
    "Léa Martin\nlea.martin@courrier.example",
    "Hélène Durand\n\nAssociation Horizon\n+33 2 40 00 00 01\nhttps://horizon.example",
]


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize(
    "closing", ["Cordialement,", "Bien cordialement", "Bien à vous,", "Sincères salutations.", "Bonne journée,"]
)
def test_a_block_of_contact_below_a_greeting(closing, block):
    words = split(f"Je postule.\n\n{closing}\n{block}\n")
    assert (words.own, words.signature) == (f"Je postule.\n\n{closing}", block)


def test_a_block_of_contact_that_a_name_opens():
    words = split("Je postule.\n\nLéa Martin\n12 rue des Lilas\n44000 Nantes\n06 12 34 56 78\n")
    assert words.own == "Je postule."


NO_BLOCKS = [
    "Je postule.\n\nCordialement,\nLéa Martin",
    "Rappelez-moi au numéro ci-dessous.\n\nCordialement,\n06 12 34 56 78",
    "Je postule.\n\nCordialement,\nLéa\n\nPS : mon numéro est le 06 12 34 56 78",
    "Je postule.\n\nCordialement,\nLéa\nEt mon salaire ?\n06 12 34 56 78",
    "Comptable en CDI\n\nLieu : 44000 Nantes\nTéléphone : 02 40 00 00 01",
    "Comptable en CDI\n\nCordialement\nContrat : CDI\nTéléphone : 02 40 00 00 01",
    "Vous pouvez me joindre\n\nau 06 12 34 56 78\nle soir",
    "Léa Martin\n06 12 34 56 78",
    "MON ADRESSE lea@courrier.example",
]


@pytest.mark.parametrize("text", NO_BLOCKS)
def test_what_is_no_block_of_contact(text):
    assert split(text) == (split(text).__class__)(text, "", "")


def test_a_dash_line_above_a_long_text_is_no_signature():
    text = "Mon parcours\n--\n" + "\n".join(f"Poste {number}" for number in range(30))
    assert split(text).own == text


@pytest.mark.parametrize(
    "notice",
    [
        "Ce message et toutes les pièces jointes sont confidentiels et destinés à leurs seuls destinataires.",
        "Ce courriel ainsi que les documents joints sont à l'intention exclusive de son destinataire.",
        "This email and any attachments are confidential and intended for the recipient only.",
        "AVIS DE CONFIDENTIALITÉ\nCe courriel est réservé à son destinataire.",
        "Avant d'imprimer ce message, pensez à l'environnement.",
        "Garanti sans virus. www.avast.example",
        "Sans virus.www.avast.example",
        "L'absence de virus dans ce courrier électronique a été vérifiée.",
    ],
)
def test_notices_below_the_words(notice):
    words = split(f"OUI\n\n{notice}\n")
    assert (words.own, words.signature) == ("OUI", notice)
