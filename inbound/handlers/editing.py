"""Words of the staff in answer to a mail about an edition: seeing, changing, sending and following it."""

from __future__ import annotations

import re
from collections.abc import Callable

from inbound.context import Context
from inbound.handlers.members import member, subject
from inbound.words import Said, Word, anything, text_below
from jobboard import (
    edition_checks,
    edition_items,
    edition_reports,
    editions,
    letter_desk,
    newsletters,
    people,
    sending_moments,
)
from jobboard.db import settings_of
from jobboard.edition_items import EditionItem
from jobboard.editions import Edition
from jobboard.errors import Refused
from jobboard.letters.desk import EditionReport, SlowServer
from jobboard.letters.staff import Decided
from jobboard.tickets import About

_NUMBERS = re.compile(r"\d{1,4}")
_URL = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


def _edition(context: Context) -> Edition:
    return subject(context, About.EDITION, Edition)


def _show(context: Context, edition: Edition, changed: str = "") -> str:
    """Answer with the edition as it stands now; what an answer to that says is about it too."""
    context.session.flush()
    letter = newsletters.as_it_stands(context.session, edition, changed=changed, at=context.at)
    context.answer(letter, dedupe=f"edition-shown:{context.key}", reply=context.same_subject())
    return f"edition-{changed or 'shown'}"


def preview(context: Context, said: Said) -> str:
    """Show the draft, line by line."""
    return _show(context, _edition(context))


def test(context: Context, said: Said) -> str:
    """Send a copy to the writer, or to the whole staff."""
    edition, by = _edition(context), member(context)
    to = list(people.staff(context.session)) if "equipe" in said.rest or "team" in said.rest else [by]
    letter_desk.test(context.session, edition, to, by=by, key=context.key, at=context.at)
    return "edition-tested"


def verify(context: Context, said: Said) -> str:
    """Have the edition looked at; the findings come by mail."""
    edition = _edition(context)
    edition_checks.ask(context.session, edition.id, by=member(context).id, at=context.at)
    return "edition-check-asked"


def approve(context: Context, said: Said) -> str:
    """Approve the edition: it leaves now, or at the moment that follows the word."""
    edition, by = _edition(context), member(context)
    here = context.at.astimezone(settings_of(context.session).zone)
    send_at = sending_moments.read(said.written, now=here) if said.rest else None
    gone = newsletters.approve(context.session, edition, by, key=context.key, at=context.at, send_at=send_at)
    return "edition-approved" if gone else _show(context, edition, "approved-by-you")


def entitle(context: Context, said: Said) -> str:
    """Give it the title that follows the word."""
    edition = _edition(context)
    title = said.written or said.below.partition("\n")[0]
    letter_desk.entitle(context.session, edition, title, by=member(context), at=context.at)
    return _show(context, edition, "titled")


def introduce(context: Context, said: Said) -> str:
    """Take the text below the word, or after it, as the editorial."""
    edition = _edition(context)
    text = f"{said.written}\n{text_below(context.own, said)}".strip()
    letter_desk.introduce(context.session, edition, text, by=member(context), at=context.at)
    return _show(context, edition, "written")


def add(context: Context, said: Said) -> str:
    """Add what stands at an address, or a text of the editors with its heading."""
    edition, by = _edition(context), member(context)
    found, below = _URL.search(said.written), text_below(context.own, said)
    if found is not None:
        title, _, text = below.partition("\n")
        letter_desk.add_address(
            context.session, edition, found[0].rstrip(".,;)"), title=title, text=text, by=by, at=context.at
        )
    elif below:
        letter_desk.add_text(context.session, edition, title=said.written, text=below, by=by, at=context.at)
    else:
        raise Refused("no-web-address")
    return _show(context, edition, "added")


def take_out(context: Context, said: Said) -> str:
    """Take line n out, or several: "RETIRER 2 et 5"; their numbers are those of the mail that is answered."""
    edition, by = _edition(context), member(context)
    items = [_line(context, edition, number) for number in dict.fromkeys(_NUMBERS.findall(said.rest))]
    if not items:
        raise Refused("no-such-line")
    for item in items:
        letter_desk.take_out(context.session, edition, item, by=by, at=context.at)
    return _show(context, edition, "taken-out")


def move(context: Context, said: Said) -> str:
    """Put line n where line m stands: "DEPLACER 3 EN 1"."""
    edition, numbers = _edition(context), _NUMBERS.findall(said.rest)
    if len(numbers) != 2:
        raise Refused("no-such-line")
    item = _line(context, edition, numbers[0])
    letter_desk.move(context.session, edition, item, int(numbers[1]), by=member(context), at=context.at)
    return _show(context, edition, "moved")


def _line(context: Context, edition: Edition, number: str) -> EditionItem:
    lines = edition_items.of(context.session, edition.id)
    if not 0 < int(number) <= len(lines):
        raise Refused("no-such-line")
    return lines[int(number) - 1]


def refill(context: Context, said: Said) -> str:
    """Add what has come in since it was drafted."""
    edition = _edition(context)
    letter_desk.refill(context.session, edition, by=member(context), at=context.at)
    return _show(context, edition, "refilled")


def give_up(context: Context, said: Said) -> str:
    """Drop the draft."""
    edition = _edition(context)
    letter_desk.drop(context.session, edition, by=member(context), at=context.at)
    context.answer(Decided("given-up", str(edition.number)), reply=context.same_subject())
    return "edition-dropped"


def withdraw(context: Context, said: Said) -> str:
    """Make a scheduled edition a draft again."""
    edition = _edition(context)
    letter_desk.withdraw(context.session, edition, by=member(context), at=context.at)
    return _show(context, edition, "withdrawn")


def _sending(does: Callable[..., object], outcome: str) -> Callable[[Context, Said], str]:
    """Return the word that does something with the sending, and answers with where it stands."""

    def act(context: Context, said: Said) -> str:
        edition = _edition(context)
        does(context.session, edition, by=member(context), at=context.at)
        _report(context, edition)
        return outcome

    return act


def report(context: Context, said: Said) -> str:
    """Tell where the sending stands, or what came of it; of a draft, what it holds."""
    edition = _edition(context)
    if edition.state in editions.OPEN:
        return _show(context, edition)
    _report(context, edition)
    return "edition-reported"


def _report(context: Context, edition: Edition) -> None:
    context.session.flush()
    context.answer(report_of(context, edition), dedupe=f"edition-report:{context.key}", reply=context.same_subject())


def report_of(context: Context, edition: Edition) -> EditionReport:
    """Return the letter that tells where an edition stands."""
    going = edition_reports.progress(context.session, edition, at=context.at)
    found = edition_reports.report(context.session, edition)
    left = going.seconds_left
    return EditionReport(
        edition.list_name,
        edition.number,
        str(edition.state),
        f"/equipe/lettres/{edition.id}",
        found.sent,
        found.waiting,
        found.deferred,
        found.failed,
        found.gone,
        found.bounced,
        found.skipped,
        found.complained,
        found.unsubscribed,
        going.rate,
        None if left is None else round(left),
        edition.send_at,
        tuple(SlowServer(one.destination, one.until) for one in going.slow),
    )


WORDS = (
    Word(
        "APPROUVER",
        "envoyer la lettre à laquelle vous répondez, tout de suite ou au moment dit",
        approve,
        also=("APPROUVE", "APPROVE"),
        takes=anything,
        shown="APPROUVER [<jour> <heure>]",
    ),
    Word("APERCU", "revoir la lettre, ligne par ligne", preview, also=("BROUILLON", "PREVIEW")),
    Word(
        "TEST",
        "recevoir la lettre telle que la recevront ses lecteurs",
        test,
        also=("ESSAI",),
        takes=lambda rest: rest in ("", "equipe", "team"),
        shown="TEST [EQUIPE]",
    ),
    Word("VERIFIER", "faire vérifier les liens, les mots oubliés, la taille", verify, also=("CHECK",)),
    Word("TITRE", "donner son titre à la lettre", entitle, also=("TITLE",), takes=anything, shown="TITRE <titre>"),
    Word(
        "EDITO",
        "écrire l’éditorial, avec le texte en dessous",
        introduce,
        also=("EDITORIAL", "INTRO"),
        takes=anything,
        shown="EDITO",
    ),
    Word(
        "AJOUTER",
        "ajouter un article, une offre ou un événement par son adresse ; ou un texte, en dessous de son titre",
        add,
        also=("ADD",),
        takes=anything,
        shown="AJOUTER <adresse ou titre>",
    ),
    Word("RETIRER", "retirer la ligne n", take_out, also=("REMOVE", "WITHDRAW"), takes=anything, shown="RETIRER n"),
    Word(
        "DEPLACER",
        "mettre la ligne n à la place m",
        move,
        also=("MOVE",),
        takes=anything,
        shown="DEPLACER n EN m",
    ),
    Word("COMPLETER", "ajouter ce qui est arrivé depuis", refill, also=("REFILL",)),
    Word("ABANDONNER", "la lettre ne paraîtra pas", give_up, also=("DROP",)),
    Word("DEPROGRAMMER", "reprendre en brouillon une lettre programmée", withdraw, also=("UNSCHEDULE",)),
    Word("PAUSE", "suspendre l’envoi", _sending(editions.pause, "edition-paused"), also=("SUSPENDRE",)),
    Word(
        "CONTINUER",
        "reprendre l’envoi",
        _sending(editions.resume, "edition-resumed"),
        also=("REPRENDRE", "RESUME", "CONTINUE"),
    ),
    Word(
        "ARRETER",
        "arrêter l’envoi pour de bon",
        _sending(editions.cancel, "edition-cancelled"),
        also=("ANNULER", "CANCEL"),
    ),
    Word(
        "RENVOYER",
        "envoyer la lettre aux seules personnes qui ne l’ont pas",
        _sending(editions.send_to_missing, "edition-sent-to-missing"),
        also=("RESEND",),
    ),
    Word("RAPPORT", "savoir où en est l’envoi, ou ce qu’il a donné", report, also=("ETAT", "REPORT")),
)
