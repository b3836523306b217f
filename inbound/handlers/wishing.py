"""Signing up by mail: what was understood of a search, and the OUI that makes it an alert."""

from __future__ import annotations

from datetime import date

from inbound.context import Context
from inbound.handlers import answering
from jobboard import candidate_imports, cvs, outbox, people, questions, showing, signups, suppression, trades, wishes
from jobboard.criteria import Criteria
from jobboard.db import settings_of
from jobboard.doubts import Understood
from jobboard.errors import Refused
from jobboard.letters.cards import Choice
from jobboard.questions import Question
from jobboard.signups import Wish
from jobboard.tickets import About, Reply

# What the next question keeps of an import's: what was read in the CV that came with it.
CARRIED = ("import", "portrait", "filename")


def ask(context: Context, text: str) -> str:
    """Read a search and ask whether it was understood; the answer goes to the registered or to the From address."""
    sender, person = context.incoming.sender, context.person
    if sender is None or (person is None and not context.may_write_to_stranger()):
        return "stranger-not-answered"
    # A stranger's own words never come back to the address that she gave.
    wish = signups.wish_of(_understood(context, text), own_words=person is not None)
    signups.ask_sign_up(
        context.session,
        person.address if person else sender,
        wish,
        name=context.incoming.sender_name,
        language=context.language,
        thread=context.thread,
        mail_id=context.received.mail_id if context.received.cv is not None else None,
        at=context.at,
    )
    return "asked-sign-up" if wish.complete else "asked-what-is-missing"


def _understood(context: Context, text: str) -> Understood:
    """Return what the mail looks for; what it does not say itself, the CV that came along may say for it."""
    understood = wishes.read_wish(text, today=_today(context))
    cv = context.received.cv
    if cv is None or cv.portrait is None or not understood.missing:
        return understood
    missing = {str(one) for one in understood.missing}
    names = [trades.by_code(code).masculine for code in cv.portrait.trades] if "criterion" in missing else []
    towns = [place.label for place in cv.portrait.places] if "place" in missing else []
    return wishes.read_wish("\n".join((text, ", ".join(names), *towns)), today=_today(context))


def says_nothing(context: Context) -> bool:
    """Tell whether the mail itself looks for nothing in particular: "Voici mon CV"."""
    understood = wishes.read_wish(context.own, today=_today(context))
    return not understood.criteria.has_criterion and not understood.criteria.places


def answered(context: Context, question: Question, text: str, *, yes: bool, private: bool) -> str:
    """Take the answer to our question: OUI, or what was missing, or both in one mail."""
    earlier = Criteria.from_json(question.payload["criteria"])
    kept = tuple(question.payload.get("kept_doubts", ()))
    doubts = tuple(wishes.Doubt.from_json(one) for one in kept)
    if not text.strip() and yes and doubts:
        text = "oui"  # it decides a doubt that has one option
    if text.strip():
        wish = signups.wish_of(wishes.complete_wish(earlier, doubts, text, today=_today(context)), own_words=True)
    else:
        stored = tuple(Choice(one["about"], tuple(one["options"])) for one in question.payload["doubts"])
        lines = showing.wish_lines(earlier, own_words=True)
        wish = Wish(earlier, lines, tuple(question.payload["missing"]), stored, kept)
    if yes and wish.complete:
        question.payload = {**question.payload, "criteria": wish.criteria.to_json()}
        evidence = {"mail": context.received.mail_id}
        signups.sign_up(context.session, question, private=private, how="mail", evidence=evidence, at=context.at)
        _propose_cv(context, question)
        return "signed-up"
    # She answered on the fresh token: the mailbox is hers, and we may write again today.
    suppression.forgive_stranger(context.session, question.address)
    questions.LIFE.step(question, "decline", by=None, at=context.at)
    signups.ask_sign_up(
        context.session,
        question.address,
        wish,
        name=question.payload.get("name") or context.incoming.sender_name,
        language=question.payload.get("language", context.language),
        thread=context.thread,
        mail_id=question.mail_id,
        carried={name: question.payload[name] for name in CARRIED if name in question.payload},
        at=context.at,
    )
    return "asked-sign-up" if wish.complete else "asked-what-is-missing"


def _propose_cv(context: Context, question: Question) -> None:
    """Ask about the CV that came with the mail which signed her up, or say why it could not be read."""
    kept, person = context.received.kept, people.find(context.session, question.address)
    if person is not None and "portrait" in question.payload:
        cvs.propose(context.session, person, candidate_imports.cv_of(question), at=context.at)
        return
    if kept is None or kept.cv is None or person is None:
        return
    try:
        cvs.propose(context.session, person, kept.cv, at=context.at)
    except Refused as refused:
        letter = answering.refusal(refused.reason)
        key = f"cv:{question.id}"
        outbox.post(context.session, letter, to=person, dedupe=key, reply=Reply(About.PROFILE), at=context.at)


def _today(context: Context) -> date:
    return context.at.astimezone(settings_of(context.session).zone).date()
