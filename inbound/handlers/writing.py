"""Words of the staff who write: an article for the magazine, the next letter of a list."""

from __future__ import annotations

from inbound.context import Context
from inbound.handlers import answering
from inbound.handlers.members import member
from inbound.words import Said, Word, a_name, text_below
from jobboard import articles, letter_desk, letter_lists, newsletters, places
from jobboard.db import settings_of
from jobboard.errors import Refused
from jobboard.folding import fold
from jobboard.letter_lists import LetterList
from jobboard.letters.staff import Decided
from jobboard.people import Role
from jobboard.sections import sections_in, territory_of
from jobboard.tickets import About, Reply


def letter(context: Context, said: Said) -> str:
    """Show the draft of a list, begun if there is none: the weekly one unless another is named."""
    by = member(context)
    if not context.is_sure(staff=True):
        return answering.ask_whether_hers(context, "staff")
    kind = list_named(context, said.rest)
    if kind is None:
        raise Refused("list-unknown", names=", ".join(one.name for one in _lists(context)))
    edition = letter_desk.begin(context.session, kind, at=context.at)
    shown = newsletters.as_it_stands(context.session, edition, at=context.at)
    reply = Reply(About.EDITION, Role.STAFF, subject_id=edition.id)
    context.answer(shown, dedupe=f"edition-shown:{context.key}:{by.id}", reply=reply)
    return "edition-begun"


def article(context: Context, said: Said) -> str:
    """Keep an article: its title is the mail's subject, its text what stands below the word, in Markdown."""
    by = member(context)
    if not context.is_sure(staff=True):
        return answering.ask_whether_hers(context, "staff")
    title, text = context.incoming.subject.strip(), text_below(context.own, said)
    if not title or not text:
        raise Refused("article-incomplete")
    found, others = sections_in(said.rest)
    first, _, rest = text.partition("\n")
    url = articles.canonical(first) if len(first.split()) == 1 else ""
    kept = articles.write(
        context.session,
        title=title,
        markdown=rest if url else text,
        section=found[0] if found else None,
        territory=territory_of(places.named(" ".join(others))),
        url=url,
        source="mail",
        key=context.key,
        by_person_id=by.id,
        at=context.at,
    )
    context.answer(Decided("article", kept.title))
    return "article-kept"


def list_named(context: Context, words: str) -> LetterList | None:
    """Return the list of letters that words name, the weekly one for none."""
    if not words.strip():
        return next(iter(_lists(context)))
    wanted = fold(words)
    return next((one for one in _lists(context) if wanted in (fold(one.name), fold(one.title))), None)


def _lists(context: Context) -> tuple[LetterList, ...]:
    return letter_lists.listed(settings_of(context.session))


WORDS = (
    Word("LETTRE", "préparer la lettre d’une liste", letter, also=("LETTER",), takes=a_name, shown="LETTRE [<liste>]"),
    Word(
        "ARTICLE",
        "publier un article : l’objet est son titre, le texte en dessous",
        article,
        takes=a_name,
        text_below=True,
        shown="ARTICLE [<rubrique>]",
    ),
)
