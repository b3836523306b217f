"""Every kind of letter, from its sample: both parts complete, nothing broken, nobody's words taken for ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from markupsafe import Markup

from jobboard.contracts import Contract, Frequency
from jobboard.letters import LETTERS, Letter, from_params
from jobboard.letters.account import AlertsChanged, History, Noted, Stopped
from jobboard.letters.alerts import AlertCreated, OfferAlert
from jobboard.letters.applications import ApplicationReceived, ApplicationSent, OfferClosedForCandidate, RelayedMessage
from jobboard.letters.cards import Choice, OfferCard
from jobboard.letters.desk import EditionTest
from jobboard.letters.editions import EditionLetter
from jobboard.letters.meetings import Meeting
from jobboard.letters.questions import UNDERSTOOD, AlertQuestion, MailQuestion, StopQuestion
from jobboard.letters.staff import Decided
from tests.mailer import samples
from tests.mailer.samples import AT

KINDS = samples.written()
EVERY = pytest.mark.parametrize("kind", KINDS)
# Fields whose value a reader must find, in both parts.
SHOWN = frozenset({"title", "employer", "place", "value", "headline", "word", "first_name", "depositor", "files"})
# Fields that somebody typed.
TYPED = SHOWN | {"author", "candidate", "refused_files", "searches", "reason", "sender", "subject", "text", "intro"}
# Tags of Markdown, which words of the editors may be made of.
MARKDOWN = frozenset({"p", "a", "em", "strong"})
CODES = {("Refusal", "reason")}
HARM = '"><script>alert(1)</script>{{ 7 * 7 }}'


class Page(HTMLParser):
    """What a test asks of a page: its tags, its links, the text that can be seen, the words to answer."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.seen = ""
        self.words: list[str] = []
        self._in_word = False
        self.feed(re.sub(r"<(style|title)>.*?</\1>", "", source, flags=re.DOTALL))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        self.links += [given["href"] or ""] if "href" in given else []
        self._in_word = given.get("class") == "word"

    def handle_data(self, data: str) -> None:
        self.seen += data
        if self._in_word:
            self.words.append(data)
            self._in_word = False


def plain(text: str) -> str:
    """Return the text on one line, its blanks and apostrophes the plain ones."""
    return " ".join(text.replace("’", "'").split())


def values(of: object, names: frozenset[str]) -> Iterator[str]:
    """Yield every text of a letter, and of what it holds, that stands under one of these names."""
    if isinstance(of, Meeting):
        return  # in the calendar, not in the words
    if is_dataclass(of):
        pairs = [(field.name, getattr(of, field.name)) for field in fields(of)]
    elif isinstance(of, dict):
        pairs = list(of.items())
    else:
        pairs = [("", one) for one in of] if isinstance(of, tuple) else []
    for name, value in pairs:
        if name in names:
            yield from (value,) if isinstance(value, str) else value
        else:
            yield from values(value, names)


def poisoned(of: Any) -> Any:
    """Return the letter with harm in every text that somebody typed."""
    if isinstance(of, tuple):
        return tuple(poisoned(one) for one in of)
    if isinstance(of, dict):
        return {name: HARM if isinstance(value, str) else poisoned(value) for name, value in of.items()}
    if not is_dataclass(of) or isinstance(of, type):
        return of
    changed = {}
    for field in fields(of):
        value = getattr(of, field.name)
        if field.name in TYPED and value and (type(of).__name__, field.name) not in CODES:
            changed[field.name] = HARM if isinstance(value, str) else tuple(HARM for _ in value)
        else:
            changed[field.name] = poisoned(value)
    return replace(of, **changed)


def text_of(letter: Letter, **message: Any) -> str:
    """Return the text part, on one line."""
    return plain(samples.render(letter, **message).text)


def test_every_kind_of_letter_has_its_templates() -> None:
    assert sorted(LETTERS) == KINDS, "add templates/mail/<kind>/{subject.txt,body.txt,body.html}"


@EVERY
def test_letters_are_whole(kind: str) -> None:
    mail = samples.render(LETTERS[kind].sample())
    page = Page(mail.html)
    assert 0 < len(mail.subject) <= 70
    assert "!" not in mail.subject
    assert not re.search(r"\bNone\b|\{\{|\{%|%\(|%%", mail.subject + mail.text + page.seen)
    assert max(len(line.encode()) for line in mail.text.split("\n")) <= 998
    assert len(mail.html.encode()) < 60_000
    assert page.tags.count("h1") == 1
    assert "\n-- \n" in mail.text
    assert "AIDE : tout ce que vous pouvez faire par mail." in mail.text.partition("\n-- \n")[2].replace("\u00a0", " ")


@EVERY
def test_both_parts_hold_the_facts(kind: str) -> None:
    letter = LETTERS[kind].sample()
    mail = samples.render(letter)
    page = Page(mail.html)
    text, seen = plain(mail.text + mail.subject), plain(page.seen)
    facts = {plain(fact) for fact in values(letter, SHOWN) if fact}
    if kind == RelayedMessage.kind:
        facts.discard(plain(RelayedMessage.sample().title))  # the human words come first, and alone
    assert {fact for fact in facts if fact not in text} == set()
    assert {fact for fact in facts if fact not in seen} == set()
    assert {word for word in page.words if plain(word) not in text} == set()
    ours = set(re.findall(r"https://[^\s<>]+", mail.text))
    assert ours <= set(page.links), "a page that the text names is a link in the HTML"


@EVERY
def test_what_people_typed_stays_text(kind: str) -> None:
    letter = LETTERS[kind].sample()
    harmless = Page(samples.render(letter).html)
    mail = samples.render(poisoned(letter), text=HARM, subject=HARM)
    assert "<script" not in mail.html
    assert "49" not in mail.text.replace(plain(mail.subject), "")
    theirs = {"br", *(MARKDOWN if kind in (EditionLetter.kind, EditionTest.kind) else ())}
    assert [one for one in Page(mail.html).tags if one not in theirs] == [
        one for one in harmless.tags if one not in theirs
    ]
    assert "\n" not in mail.subject


def test_an_alert_names_the_employer_and_the_town() -> None:
    def subject(**changed: object) -> str:
        alert = OfferAlert("Léa", (OfferCard.sample(**changed),), 0, Frequency.INSTANT, AT)
        return plain(samples.render(alert).subject)

    assert subject() == "Comptable à Nantes, CDI : Association Horizon recrute"
    assert subject(place="Le Mans (72)") == "Comptable au Mans, CDI : Association Horizon recrute"
    assert subject(place="Loire-Atlantique") == "Comptable, Loire-Atlantique, CDI : Association Horizon recrute"
    long = {"contract": Contract.PROFESSIONNALISATION, "employer": "Fédération des foyers ruraux du pays nantais"}
    assert subject(**long) == "Comptable à Nantes : Fédération des foyers ruraux du pays… recrute"
    longer = subject(title="Chargée ou chargé de mission développement et animation du réseau", **long)
    assert longer.startswith("Chargée ou chargé de mission… : Fédération des foyers")
    assert len(longer) <= 70


def test_an_alert_with_several_offers_counts_them_all() -> None:
    cards = OfferCard.samples(2)
    mail = samples.render(OfferAlert("Léa", cards, 3, Frequency.DAILY, AT))
    assert plain(mail.subject) == "5 offres pour vous : Comptable à Nantes, …"
    assert "Toutes les offres : https://passerelle.example/offres" in plain(mail.text)


def test_a_first_mail_without_offers_says_so() -> None:
    said = text_of(AlertCreated("", UNDERSTOOD, (), 0, False))
    assert said.startswith("Bonjour, Votre alerte est en place.")
    assert "Aucune offre ouverte n'y correspond aujourd'hui." in said
    assert "aucun profil n'est montré aux recruteurs" in said


def test_a_search_is_confirmed_with_its_profile_said() -> None:
    said = text_of(AlertQuestion(UNDERSTOOD, confirm_path="/inscription/12"))
    assert "Répondez OUI pour créer votre alerte et votre profil anonyme." in said
    assert "sans nom ni adresse. Seuls le voient les recruteurs dont l'offre correspond." in said
    assert "Répondez OUI PRIVÉ : aucun profil ne sera montré." in said
    assert "https://passerelle.example/inscription/12" in said


def test_a_search_asks_for_what_is_missing() -> None:
    said = text_of(AlertQuestion(UNDERSTOOD[:1], ("place",)))
    assert "Dans quelle ville, quel département ou quelle région ?" in said
    assert "« OUI, à Nantes, 30 km autour »" in said
    assert "Répondez OUI pour créer" not in said


def test_a_search_that_could_be_two_is_answered_by_a_number() -> None:
    doubt = Choice("place", ("Saint-Denis (93)", "Saint-Denis (974)"))
    said = text_of(AlertQuestion(UNDERSTOOD[:1], (), (doubt,)))
    assert "Quel lieu ? 1. Saint-Denis (93) 2. Saint-Denis (974)" in said
    assert "« OUI, 1 »" in said
    several = text_of(AlertQuestion((), ("criterion",), (doubt, Choice("unheard-of", ()))))
    assert "Quel lieu ? (Saint-Denis (93) ou Saint-Denis (974))" in several
    assert "Que vouliez-vous dire ?" in several
    assert "OUI, 1" not in several


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("what", ["apply", "deposit", "message", "command", "staff"])
def test_a_mail_that_may_be_hers_waits_for_her_word(what: str, known: bool) -> None:
    said = text_of(MailQuestion(what, known))
    assert "Est-ce bien vous ? Répondez OUI pour que" in said
    assert "rien n'en est transmis à personne" in said
    assert ("en votre nom" in said) is known


def test_stopping_says_what_still_comes() -> None:
    assert "Vous recevez encore la lettre de la semaine." in text_of(Stopped(("alerts",), ("letters:weekly",)))
    assert "la lettre « monthly »" in text_of(Stopped(("letters:monthly",), ()))
    everything = text_of(Stopped(("alerts", "letters:weekly"), (), everything=True))
    assert "S'arrêtent : vos alertes d'offres et la lettre de la semaine." in everything
    assert "ses réponses vous parviennent encore" in everything
    offer = text_of(Stopped(("offer",), (), title="Comptable (H/F)"))
    assert "les candidatures vous parviennent toujours" in offer
    assert "REPRENDRE" not in offer


def test_other_sides_of_the_same_letters() -> None:
    assert "une fois par semaine" in text_of(AlertsChanged(frequency=Frequency.WEEKLY))
    assert "Vous n'avez pas encore postulé" in text_of(History("", ()))
    assert "dans une conversation. Pour" in text_of(StopQuestion(""))
    assert "Ce que vous avez demandé est fait." in text_of(Noted("unheard-of"))
    assert "conversation est terminée : aucun" in text_of(Noted("conversation-ended"))
    closed = text_of(OfferClosedForCandidate("Léa", "Comptable (H/F)", "Association Horizon", False, ()))
    assert "Il peut encore vous répondre" in closed
    assert "https://passerelle.example/offres" in closed
    bare = text_of(ApplicationSent("", "Comptable (H/F)", "Association Horizon", ()))
    assert "CV" not in bare
    assert "masqué" not in bare


def test_a_scheduled_letter_says_the_whole_date_that_it_is_today_and_how_to_choose_another() -> None:
    for days, said in ((0, "Elle partira aujourd'hui, lundi 23 novembre à 18 h."), (7, "le lundi 30 novembre à 18 h.")):
        send_at = AT.replace(hour=17) + timedelta(days=days)
        found = samples.render(Decided("scheduled", "12", 3, send_at=send_at))
        for words in (plain(found.text), plain(Page(found.html).seen)):
            assert said in words
            assert "répondez DEPROGRAMMER, puis APPROUVER suivi du jour et de l'heure" in words


def test_a_relayed_message_is_all_there_is() -> None:
    mail = samples.render(RelayedMessage.sample(), text="Oui :  mardi ?\n", subject="Re: l'offre : oui ?")
    assert mail.subject == "Re: l'offre : oui ?"
    assert mail.text.startswith("Oui :  mardi ?\n")
    assert len(mail.text.partition("\n-- \n")[0].splitlines()) <= 2
    html = Markup("<p>Oui, <b>mardi</b></p>")
    assert str(html) in samples.render(RelayedMessage.sample(), html=str(html)).html
    nameless = samples.render(RelayedMessage(0, "", ""), text="", subject=" ")
    assert nameless.subject == "Un message pour vous"
    assert "tout est dans les pièces jointes" in nameless.text


def test_an_application_begins_with_the_person() -> None:
    mail = samples.render(ApplicationReceived.sample(), text="Bonjour,\nme voici.")
    assert plain(mail.subject) == "Candidature de Léa D. : Comptable (H/F)"
    assert plain(mail.text).startswith("Léa D. répond à votre offre « Comptable (H/F) » : > Bonjour, > me voici.")
    assert "Répondez CLORE POURVU" in plain(mail.text)
    assert "Une personne répond" in text_of(ApplicationReceived(0, 1, "Comptable", "Une personne"))


def test_a_copy_says_who_wrote_to_whom_and_who_reads_along() -> None:
    letter = RelayedMessage(0, "Hélène M.", "Comptable (H/F)", copied=True, addressee="Léa D.", side=("Hélène M.", ""))
    mail = samples.render(letter)
    assert plain(mail.text).startswith("Pour information, Hélène M. a écrit à Léa D. :")
    for part in (plain(mail.text), plain(Page(mail.html).seen)):
        assert "suivie, chez l'employeur, par : Hélène M., une personne." in part
    shared = samples.render(ApplicationReceived(0, 3, "Comptable (H/F)", "Léa Dubreuil", shared=True))
    assert "CLORE" not in shared.text + shared.html
    assert "FIN" in shared.text


def test_letters_stored_before_conversations_were_shared_are_still_read() -> None:
    stored = {"message_id": 3, "author": "Hélène M.", "title": "Comptable (H/F)"}
    assert from_params("relayed_message", stored) == RelayedMessage(3, "Hélène M.", "Comptable (H/F)")
    stored = {"message_id": 3, "number": 1, "title": "Comptable (H/F)", "candidate": "Léa"}
    assert from_params("application_received", stored) == ApplicationReceived(3, 1, "Comptable (H/F)", "Léa")
