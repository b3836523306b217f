"""The whole story, each step a mail over SMTP: what `passerelle demo` plays and the journey tests assert."""

from __future__ import annotations

import random
import re
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources

from passerelle.correspondents import Got, Post, Someone, StoryFailed, views

STAFF = Someone("Paul Régnier", "paul@equipe.example")
LEA = Someone("Léa Dubreuil", "lea.dubreuil@courrier.example")
INES = Someone("Inès Aubry", "ines.aubry@poste.example")
HELENE = Someone("Hélène Martin", "helene.martin@horizon-nantes.example")
KARIM = Someone("Karim Belaïd", "karim@atelier-velo.example")
SAMIR = Someone("Samir Cohen", "samir@boite.example")
NADIA = Someone("Nadia Perrot", "nadia.perrot@mel.example")
EVERYONE = (STAFF, LEA, INES, HELENE, KARIM, SAMIR, NADIA)

CV = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
FORM = {
    "Titre du poste": "Assistante de gestion (H/F)",
    "Employeur": "Atelier du vélo solidaire",
    "Lieu": "Rezé",
    "Contrat": "CDD de 12 mois",
    "Temps de travail": "temps plein",
    "Rémunération": "2 050 à 2 200 € brut par mois",
    "Date limite de candidature": "15 janvier 2027",
    "Missions": "Facturation, suivi des adhésions, paie de six salariés.",
}


@dataclass(frozen=True)
class Phrases:
    """What is said in one telling of the story."""

    wish: str
    offer: str
    completion: str


def draw(seed: int) -> Phrases:
    """Draw the sign-up and deposit phrases from the file of phrasings."""
    text = resources.files("passerelle").joinpath("phrases.toml").read_text("utf-8")
    kept = tomllib.loads(text)
    chance = random.Random(seed)  # repeatable, not secret
    return Phrases(chance.choice(kept["wishes"]), chance.choice(kept["offers"]), chance.choice(kept["completions"]))


class Story:
    """One telling; each chapter leaves behind what the next ones need."""

    def __init__(
        self,
        post: Post,
        phrases: Phrases,
        *,
        before: Callable[[str], None] = lambda chapter: None,
        copies_allowed: int = 0,
    ) -> None:
        self.post = post
        self.phrases = phrases
        self.copies_allowed = copies_allowed  # mails that were in the courier's hands when a process was killed
        self.before = before  # the tests that kill processes are called before each chapter
        self.domain = post.settings.mail_domain
        self.alert: Got | None = None
        self.received: Got | None = None
        self.offer_address = ""
        self.offer_path = ""

    def play(self) -> None:
        """Tell everything. Raises StoryFailed at the first expectation that is not met."""
        for title, chapter in self.chapters():
            self.before(title)
            self.post.echo(f"\n{title}")
            chapter()

    def chapters(self) -> tuple[tuple[str, Callable[[], None]], ...]:
        """Return the chapters in order."""
        return (
            ("1. Karim dépose une offre avec le formulaire qu’un mail vide lui a valu", self.deposit_with_form),
            ("2. Léa cherche un poste : une phrase, un OUI, ses premières offres", self.sign_up),
            ("3. Samir préfère un mail par jour", self.sign_up_daily),
            ("4. Hélène dépose une offre en quelques mots", self.deposit_in_words),
            ("5. L’équipe valide : Léa reçoit l’offre, Hélène les profils", self.validate),
            ("6. Léa répond avec son CV ; Inès, inconnue, écrit à l’adresse de l’offre", self.apply),
            ("7. Hélène et Léa s’écrivent sans que leurs adresses circulent", self.correspond),
            ("8. Samir reçoit son mail du jour ; Léa relit son historique ; Hélène clôt l’offre", self.close),
            ("9. La lettre de la semaine ; partir est aussi simple", self.letters),
            ("10. Rien n’a fuité, rien n’est arrivé deux fois", self.check_mailboxes),
        )

    def to(self, alias: str) -> str:
        """Return the address of an alias."""
        return f"{alias}@{self.domain}"

    def deposit_with_form(self) -> None:
        """An empty mail brings the form; filled and sent back it becomes a draft, OUI submits it, staff publish it."""
        post = self.post
        post.write(KARIM, self.to("offres"), "", subject="")
        form = post.wait_for(KARIM, "offer_template")
        filled = form_text(form.text)
        post.write(KARIM, self.to("offres"), filled, subject="Notre offre")
        question = post.wait_for(KARIM, "mail_question")
        post.answer(KARIM, question, "Oui")
        draft = post.wait_for(KARIM, "draft_shown")
        expect("Assistante de gestion" in draft.text, "the draft shows the title of the form")
        post.answer(KARIM, draft, "OUI")
        post.wait_for(KARIM, "offer_submitted")
        self._publish("Atelier du vélo solidaire", KARIM)

    def _publish(self, employer: str, recruiter: Someone) -> Got:
        post = self.post
        post.answer(STAFF, post.wait_for(STAFF, "offer_to_validate", holding=employer), "VALIDER")
        post.wait_for(STAFF, "decided")
        return post.wait_for(recruiter, "offer_published")

    def sign_up(self) -> None:
        """A phrase, what was understood, OUI, and the offers that are already open."""
        post = self.post
        post.write(LEA, self.to("alertes"), self.phrases.wish, subject="Recherche d’emploi")
        question = post.wait_for(LEA, "alert_question")
        for word in ("Nantes", "comptable"):
            expect(word in question.text, f"the question shows that “{word}” was understood")
        post.answer(LEA, question, "OUI")
        first = post.wait_for(LEA, "alert_created")
        expect("Atelier du vélo solidaire" in first.text, "the first mail lists the offer that is already open")

    def sign_up_daily(self) -> None:
        """The same, once a day."""
        post = self.post
        post.write(
            SAMIR, self.to("alertes"), "Je cherche un poste de comptable à Nantes ou dans le 44, un mail par jour."
        )
        post.answer(SAMIR, post.wait_for(SAMIR, "alert_question"), "Oui merci")
        post.wait_for(SAMIR, "alert_created")

    def deposit_in_words(self) -> None:
        """Free words: first OUI, then the draft with what is missing, completed by answering."""
        post = self.post
        post.write(HELENE, self.to("offres"), self.phrases.offer, subject="Offre d’emploi")
        post.answer(HELENE, post.wait_for(HELENE, "mail_question"), "OUI")
        draft = post.wait_for(HELENE, "draft_shown")
        post.answer(HELENE, draft, self.phrases.completion)
        completed = post.wait_for(HELENE, "draft_shown")
        post.answer(HELENE, completed, "Oui")
        post.wait_for(HELENE, "offer_submitted")

    def validate(self) -> None:
        """Staff answer VALIDER; candidate and recruiter are told at once."""
        post = self.post
        published = self._publish("Horizon", HELENE)
        expect(LEA.address not in views(published.raw), "profiles are anonymous")
        expect("Léa" not in views(published.raw), "profiles are nameless")
        expect("1." in published.text, "the recruiter gets at least one profile")
        self.alert = post.wait_for(LEA, "offer_alert", holding="Horizon")
        found = re.search(r"/offres/[0-9]+-[a-z0-9-]+", self.alert.text)
        expect(found is not None, "the alert links to the page of the offer")
        self.offer_path = found[0] if found else ""
        status, page = post.page(self.offer_path)
        expect(status == 200, "the page of the offer is online")
        shown = re.search(rf"offre-[a-z2-7]{{26}}@{re.escape(self.domain)}", page)
        expect(shown is not None, "the page shows the address of the offer")
        self.offer_address = shown[0] if shown else ""

    def apply(self) -> None:
        """One applies by answering, the other by the address on the page: nothing of hers passes before her OUI."""
        post = self.post
        assert self.alert is not None
        words = "Bonjour, ce poste m’intéresse beaucoup : j’ai tenu cinq ans la comptabilité d’une association."
        post.answer(LEA, self.alert, words, files=[("CV Léa Dubreuil.pdf", CV)])
        post.wait_for(LEA, "application_sent")
        self.received = post.wait_for(HELENE, "application_received")
        expect(self.received.files == ["CV Léa Dubreuil.pdf"], "the recruiter gets the CV")
        expect("Léa" in self.received.text, "the recruiter reads the candidate’s name")
        post.write(
            INES,
            self.offer_address,
            "Bonjour, je vous propose ma candidature : dix ans de comptabilité associative, disponible en janvier.",
            subject="Candidature",
            files=[("cv.pdf", CV)],
        )
        question = post.wait_for(INES, "mail_question")
        expect(self.arrived()[HELENE.name, "application_received"] == 1, "nothing reaches the recruiter before OUI")
        post.answer(INES, question, "OUI")
        post.wait_for(INES, "application_sent")
        post.wait_for(HELENE, "application_received")

    def correspond(self) -> None:
        """Both sides answer; quotation, signature and HTML carry the recruiter's address, and lose it on the way."""
        post = self.post
        assert self.received is not None
        own_id = post.answer(
            HELENE,
            self.received,
            "Bonjour Léa,\n\nMerci pour votre candidature. Pourriez-vous venir mardi à 10 h ?\n\n"
            f"-- \nHélène Martin\nAssociation Horizon\n{HELENE.address}\n02 40 00 00 00",
            html=(
                "<p>Bonjour Léa,</p><p>Merci pour votre candidature. Pourriez-vous venir mardi à 10 h ?</p>"
                f'<p>--<br>Hélène Martin<br><a href="mailto:{HELENE.address}">{HELENE.address}</a></p>'
            ),
        )
        relayed = post.wait_for(LEA, "relayed_message")
        expect("mardi" in relayed.text, "the candidate reads the recruiter’s words")
        expect(HELENE.address not in views(relayed.raw), "no trace of the recruiter’s address")
        expect(bool(relayed.message["In-Reply-To"]), "the message stands in the candidate’s own thread")
        post.answer(LEA, relayed, "Bonjour, mardi à 10 h me convient très bien. À mardi !")
        back = post.wait_for(HELENE, "relayed_message")
        expect(str(back.message["In-Reply-To"]).strip() == own_id, "her answer stands under the recruiter’s own mail")
        expect(LEA.address not in views(back.raw), "no trace of the candidate’s address")

    def close(self) -> None:
        """The digest of the day, the history, then the end: told to who waits, refused at RCPT, gone from the web."""
        post = self.post
        assert self.received is not None
        post.wait_for(SAMIR, "offer_alert", holding="Horizon")
        post.write(LEA, self.to("aide"), "HISTORIQUE")
        history = post.wait_for(LEA, "history")
        expect("Horizon" in history.text, "the history shows the application")
        published = next(got for got in post.received(HELENE) if got.kind == "offer_published")
        post.answer(HELENE, published, "CLORE POURVU")
        post.wait_for(HELENE, "offer_closed")
        for candidate in (LEA, INES):
            post.wait_for(candidate, "offer_closed_for_candidate")
        reply = post.refused(NADIA, self.offer_address)
        expect(reply.startswith("550 5.7.1"), f"a closed offer answers 550 5.7.1, not {reply}")
        forged = self.offer_address.replace("offre-", "r-")
        expect(post.refused(NADIA, forged).startswith("550 5.1.1"), "a forged address answers 550 5.1.1")
        expect(post.page(self.offer_path)[0] == 410, "the page of a closed offer answers 410")

    def letters(self) -> None:
        """Two people subscribe, get the letter that the clock drafted, and leave in two ways."""
        post = self.post
        for reader in (SAMIR, NADIA):
            post.write(reader, self.to("lettre"), "Bonjour, je souhaite recevoir la lettre.", subject="Lettre")
            post.answer(reader, post.wait_for(reader, "subscription_question"), "OUI")
            post.wait_for(reader, "letter_welcome")
        drafts = post.wait_for(STAFF, "edition_to_approve")
        post.answer(STAFF, drafts, "APPROUVER")
        copies = [post.wait_for(reader, "edition_letter") for reader in (SAMIR, NADIA)]
        link = re.search(r"<(https?://[^>]+)>", str(copies[0].message["List-Unsubscribe"]))
        expect(link is not None, "the letter names a page to unsubscribe")
        status, _ = post.page(link[1] if link else "", form={"List-Unsubscribe": "One-Click"})
        expect(status == 200, f"one-click unsubscription is accepted, not {status}")
        post.echo("  Samir se désabonne d’un clic (POST, RFC 8058)")
        post.answer(NADIA, copies[1], "STOP")
        post.wait_for(NADIA, "stopped")

    def check_mailboxes(self) -> None:
        """Look through everything that everybody received."""
        post = self.post
        for reader, secret in ((LEA, HELENE), (INES, HELENE), (HELENE, LEA), (HELENE, INES)):
            for got in post.received(reader):
                said = views(got.raw).lower()
                expect(secret.address not in said, f"{reader.name} never reads the address of {secret.name}")
        ids = [(reader.name, got.message_id) for reader in EVERYONE for got in post.received(reader)]
        copies = len(ids) - len(set(ids))
        expect(copies <= self.copies_allowed, f"nobody got a mail twice ({copies} copies)")
        post.echo(f"  {len(ids)} mails relus : aucune adresse cachée, {copies or 'aucun'} doublon.")

    def arrived(self) -> Counter[tuple[str, str]]:
        """Return how many mails of each kind each person got, copies of the same mail counted once."""
        kinds = {(reader.name, got.message_id): got.kind for reader in EVERYONE for got in self.post.received(reader)}
        return Counter((name, kind) for (name, _), kind in kinds.items())


def form_text(letter: str) -> str:
    """Return the form inside a mail, filled in."""
    lines = []
    for line in letter.splitlines():
        label = next((name for name in FORM if line.strip().startswith(name)), None)
        lines.append(f"{label} : {FORM[label]}" if label else line)
    return "\n".join(lines)


def expect(held: bool, what: str) -> None:
    """Raise StoryFailed unless what was expected holds."""
    if not held:
        raise StoryFailed(f"Expected: {what}.")
