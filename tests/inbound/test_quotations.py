"""Each way in which a mail program announces what it quotes, and what only looks like one."""

from __future__ import annotations

import pytest

from inbound.own_words import split

ADDRESS = "r-k7d2mq4z@passerelle.example"

ATTRIBUTIONS = {
    "gmail": f"Le lun. 3 févr. 2025 à 10:12, Passerelle <{ADDRESS}> a écrit\u00a0:",
    "gmail, narrow no-break spaces": f"Le\u202flun. 3 févr. 2025 à 10:12, Passerelle <{ADDRESS}> a écrit\u202f:",
    "gmail, two lines": f"Le lun. 3 févr. 2025 à 10:12, Passerelle <{ADDRESS}> a\nécrit :",
    "gmail, three lines": f"Le lun. 3 févr. 2025 à 10:12, Un nom plutôt long via Passerelle <\n{ADDRESS}> a\nécrit :",
    "gmail, four lines": f"Le lun. 3 févr. 2025\nà 10:12, Un nom\nplutôt long <{ADDRESS}>\na écrit :",
    "gmail mobile": f"Le lun. 3 févr. 2025, 10:12, Passerelle <{ADDRESS}> a écrit :",
    "gmail, first of the month": f"Le sam. 1 mars 2025 à 10:12, Passerelle <{ADDRESS}> a écrit :",
    "apple": f"Le 3 févr. 2025 à 10:12, Passerelle <{ADDRESS}> a écrit :",
    "apple, canada": f"Le 3 févr. 2025 à 10 h 12, Passerelle <{ADDRESS}> a écrit :",
    "apple, no address": "Le 3 févr. 2025 à 10:12, Passerelle a écrit :",
    "decomposed accents": f"Le 3 fe\u0301vr. 2025 a\u0300 10:12, Passerelle <{ADDRESS}> a e\u0301crit :",
    "no accents": f"Le lun. 3 fevr. 2025 a 10:12, Passerelle <{ADDRESS}> a ecrit :",
    "thunderbird": "Le 03/02/2025 à 10:12, Passerelle a écrit :",
    "thunderbird, first": "Le 1er mars 2025 à 10:12, Passerelle a écrit :",
    "evolution": "Le lundi 03 février 2025 à 10:12 +0100, Passerelle a écrit :",
    "roundcube": "Le 2025-02-03 10:12, Passerelle a écrit :",
    "yahoo": f"Le lundi 3 février 2025 à 10:12:13 UTC+1, Passerelle <{ADDRESS}> a écrit :",
    "yahoo mobile": f"Le lun., févr. 3, 2025 à 10:12, Passerelle<{ADDRESS}> a écrit :",
    "proton": f"Le lundi 3 février 2025 à 10:12, Passerelle <{ADDRESS}> a écrit :",
    "k-9": f'Le 3 février 2025 10:12:13 GMT+01:00, "Passerelle" <{ADDRESS}> a écrit :',
    "zoho": f"---- Le lun., 03 févr. 2025 10:12:13 +0100 Passerelle <{ADDRESS}> a écrit ----",
    "horde": f"Passerelle <{ADDRESS}> a écrit :",
    "date at the end": "Passerelle a écrit le 03/02/2025 10:12 :",
    "english gmail": f"On Mon, Feb 3, 2025 at 10:12\u202fAM Passerelle <{ADDRESS}> wrote:",
    "english gmail, wrapped": f"On Mon, 3 Feb 2025 at 10:12, Passerelle <{ADDRESS}>\nwrote:",
    "english apple": f"On Feb 3, 2025, at 10:12 AM, Passerelle <{ADDRESS}> wrote:",
    "english proton": f"On Monday, February 3rd, 2025 at 10:12 AM, Passerelle <{ADDRESS}> wrote:",
    "english roundcube": "On 2025-02-03 10:12, Passerelle wrote:",
    "english named": f"Passerelle <{ADDRESS}> wrote:",
    "german": f"Am Mo., 3. Feb. 2025 um 10:12 Uhr schrieb Passerelle <{ADDRESS}>:",
    "spanish": f"El lun, 3 feb 2025 a las 10:12, Passerelle (<{ADDRESS}>) escribió:",
    "italian": f"Il giorno lun 3 feb 2025 alle ore 10:12 Passerelle <{ADDRESS}> ha scritto:",
    "portuguese": f"Em seg., 3 de fev. de 2025 às 10:12, Passerelle <{ADDRESS}> escreveu:",
    "dutch": f"Op ma 3 feb 2025 om 10:12 schreef Passerelle <{ADDRESS}>:",
}

# Lines are separated by " | "; {a} is an address, the others are dates and a rule.
HEADINGS = {
    "outlook": "De : Passerelle <{a}> | Envoyé : {d} | À : Léa <l@c.example> | Objet : Offre",
    "outlook, no address": "De : Passerelle | Envoyé : {d} | À : MARTIN Léa | Objet : Offre",
    "outlook, no recipient": "De : Passerelle <{a}> | Envoyé : {d} | Objet : Offre",
    "outlook, copy": "De : P <{a}> | Envoyé : {d} | À : Léa | Cc : Paul | Objet : Offre | Importance : Haute",
    "outlook, no-break spaces": "De\u00a0: P <{a}> | Envoyé\u00a0: {d} | À\u00a0: Léa | Objet\u00a0: Offre",
    "outlook, bold": "*De :* P <{a}> | *Envoyé :* {d} | *À :* Léa | *Objet :* Offre",
    "outlook, bold names": "*De* : P <{a}> | *Envoyé* : {d} | *À* : Léa | *Objet* : Offre",
    "outlook, spaced out": "De : P <{a}> || Envoyé : {d} || À : Léa || Objet : Offre",
    "outlook, long recipients": "De : P <{a}> | Envoyé : {d} | À : a@c.example; | b@c.example | Objet : O",
    "outlook, rule": "{r} | De : P <{a}> | Envoyé : {d} | À : L | Objet : O",
    "outlook, rule and gap": "{r} || De : P | Envoyé : {d} | À : L | Objet : O",
    "outlook, classic": "-----Message d'origine----- | De : P [mailto:{a}] | Envoyé : {d} | À : L | Objet : O",
    "outlook for mac": "De : P <{a}> | Date : lundi, 3 février 2025 à 10:12 | À : Léa <l@c.example> | Objet : O",
    "windows mail": "De : P | Envoyé le :{d} | À : L | Objet :Re: O",
    "english": "From: P <{a}> | Sent: Monday, February 3, 2025 10:12 AM | To: L | Subject: O",
    "english, bold": "*From:* P <{a}> | *Sent:* Monday, February 3, 2025 10:12 AM | *To:* L | *Subject:* O",
    "zimbra": '----- Mail original ----- | De: "P" <{a}> | À: "L" | Envoyé: Lundi 3 Février 2025 10:12:13 | Objet: O',
    "la poste": 'de : "P" <{a}> | envoyé : 3 février 2025 à 10:12 | à : "L" <l@c.example> | objet : O',
    "sfr": "========== | Message du : 03/02/2025 10:12 | De : P <{a}> | A : l@c.example | Sujet : O",
    "orange": 'Message du 03/02/25 10:12 | De : "P" <{a}> | A : l@c.example | Copie à :  | Objet : O',
    "samsung": "-------- Message d'origine -------- | De : P <{a}> | Date : {s} | À : L | Objet : O",
    "samsung, english": "-------- Original message -------- | From: P <{a}> | Date: {s} | To: L | Subject: O",
    "thunderbird, forwarded": "---- Message transféré ---- | Sujet :\tO | Date :\t3 Feb 2025 10:12 | De :\tP <{a}>",
    "gmail, forwarded": "---------- Forwarded message --------- | De : P <{a}> | Date: {g} | Subject: O | To: L",
    "gmail, forwarded, french": "---------- Message transféré --------- | De : P <{a}> | Date: {g} | Objet : O",
    "apple, forwarded": "Début du message réexpédié : || De: P <{a}> | Objet: O | Date: 3 février 2025 à 10:12 | À: L",
    "apple, forwarded, english": "Begin forwarded message: || From: P <{a}> | Subject: O | Date: 3 Feb 2025 at 10:12",
    "separator alone": "----- Message original -----",
    "proton": "\u2010\u2010 Original Message \u2010\u2010 | Le lundi 3 février 2025 à 10:12, P <{a}> a écrit :",
}

QUOTED = "Bonjour Léa,\n\nRépondez STOP ou PAUSE.\n\nUne offre."
MARKED = "\n".join(f"> {line}".rstrip() for line in QUOTED.split("\n"))
LINES = {" || ": "\n\n", " | ": "\n", "{a}": ADDRESS, "{d}": "lundi 3 février 2025 10:12", "{r}": "_" * 32}
LINES |= {"{s}": "03/02/2025 10:12 (GMT+01:00)", "{g}": "lun. 3 févr. 2025 à 10:12"}


def laid_out(heading: str) -> str:
    for placeholder, text in LINES.items():
        heading = heading.replace(placeholder, text)
    return heading


EVERY = ATTRIBUTIONS | {name: laid_out(heading) for name, heading in HEADINGS.items()}


@pytest.mark.parametrize("announcement", EVERY.values(), ids=EVERY)
def test_words_above_a_marked_quotation(announcement):
    words = split(f"OUI\n\nMerci à vous.\n\n{announcement}\n\n{MARKED}\n")
    assert words.own == "OUI\n\nMerci à vous."
    assert words.quoted.startswith(announcement.split("\n")[0])


@pytest.mark.parametrize("announcement", EVERY.values(), ids=EVERY)
def test_words_above_an_unmarked_quotation(announcement):
    words = split(f"OUI\n\nMerci à vous.\n{announcement}\n{QUOTED}\n")
    assert (words.own, "STOP" in words.quoted) == ("OUI\n\nMerci à vous.", True)


@pytest.mark.parametrize("announcement", EVERY.values(), ids=EVERY)
def test_words_below_a_marked_quotation(announcement):
    assert split(f"{announcement}\n{MARKED}\n\nPOSTULER 2\n").own == "POSTULER 2"


@pytest.mark.parametrize("announcement", EVERY.values(), ids=EVERY)
def test_nothing_but_a_quotation_has_no_own_words(announcement):
    assert split(f"\n{announcement}\n\n{QUOTED}\n").own == ""


HUMAN = {
    "le, and écrit": "Le poste me plaît. Ce que votre directrice a\nécrit :\nune maison ouverte à tous.",
    "le with a date, on the line": "Le 3 février 2025 à 10:12, Mme Durand a écrit : venez donc.\nJe viendrai.",
    "m'a écrit": "Le 3 février 2025 à 10:12, Mme Durand m'a écrit :\nvenez demain.",
    "a date without a time": "Le 3 février 2025, Mme Durand a écrit :\nvenez demain.",
    "le at each line": "Le matin, je suis libre.\nLe soir aussi.\nLe 3 mars, non.",
    "le with a date": "Le 3 mars à 10:12 me convient :\non se retrouve chez vous.",
    "on": "On peut se voir le 3 février à 10:12 :\ndites-moi.",
    "an event": "Date : jeudi 6 mars 2025\nDe : 9h00\nÀ : 12h00\nObjet : atelier",
    "an event at a time": "Date : jeudi 6 mars 2025 à 9:00\nDe : 9h00\nÀ : 12h00",
    "a journey": "De : Nantes\nÀ : Paris\nPourquoi : un entretien",
    "an offer": "Objet : recrutement d'un comptable\nDate limite : 28 février 2025 à 12:00\nA pourvoir : de suite",
    "a rule": "Mon parcours\n________________________________\nComptable, dix ans",
    "message d'origine": "Votre message d'origine\nétait très clair.",
    "an arrow": "-> disponible de suite\n-> permis B",
    "inequality": "Salaire > 2 300 euros\nAncienneté > 5 ans",
    "from": "From the start, I liked it.\nTo me it is clear.\nSubject closed.",
}


@pytest.mark.parametrize("text", HUMAN.values(), ids=HUMAN)
def test_what_people_write_is_theirs(text):
    assert split(text).own == text


def test_an_attribution_at_the_very_end_is_cut():
    assert split("OUI\n\nLe 3 février 2025, Passerelle a écrit :\n").own == "OUI"


def test_a_line_above_an_attribution_is_not_swallowed():
    assert split(f"Le poste me plaît\n{ATTRIBUTIONS['gmail']}\n{MARKED}").own == "Le poste me plaît"


def test_only_the_dates_of_a_story_above_a_quotation_remain():
    text = f"Le 3 février 2025 je serai là,\nmerci.\n{ATTRIBUTIONS['gmail']}\n{MARKED}"
    assert split(text).own == "Le 3 février 2025 je serai là,\nmerci."
