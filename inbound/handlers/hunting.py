"""What recruiters ask of profiles: those that match an offer, a search of their own, and whom to contact."""

from __future__ import annotations

from inbound.context import Context
from inbound.handlers import answering
from inbound.numerals import bare_number
from inbound.words import Said
from jobboard import contacts, hunting, hunts, offers, questions, shortlists, showing, signups, suggestions
from jobboard.contacts import Found
from jobboard.contracts import Frequency
from jobboard.conversations import Conversation
from jobboard.errors import Refused
from jobboard.hunts import Hunt
from jobboard.letters.contacts import WhichOfferToPropose
from jobboard.offers import Offer
from jobboard.people import Person
from jobboard.questions import Question, Topic
from jobboard.tickets import About

_DAILY = frozenset({"jour", "jours", "quotidien", "quotidienne", "quotidiennement", "day", "daily"})


def receive(context: Context) -> str:
    """chasse@: the words of the mail are the search; who may not search is told kindly how one comes to it."""
    if context.person is None:
        return answering.answer_stranger(context, answering.refusal("hunt-not-allowed"))
    if not context.is_sure():
        return answering.ask_whether_hers(context, "command")
    return _hunt(context, context.own.strip() or context.incoming.subject)


def hunt(context: Context, said: Said) -> str:
    """CHASSE <words>: search profiles."""
    return _hunt(context, f"{said.written}\n{said.below}")


def _hunt(context: Context, words: str) -> str:
    hunting.hunt(context.session, _person(context), words, key=context.key, thread=context.thread, at=context.at)
    return "hunted"


def profiles(context: Context, said: Said) -> str:
    """PROFILS: the profiles of the offer once more; in answer to a hunt, its next ones."""
    if _here(context, About.HUNT):
        return more_profiles(context, said)
    offer = _offer(context)
    suggestions.show(context.session, offer, key=context.key, thread=context.thread, at=context.at)
    return "profiles-shown"


def more_profiles(context: Context, said: Said) -> str:
    """PLUS DE PROFILS: the next ones of the offer, or of the hunt."""
    if _here(context, About.HUNT):
        made = _own_hunt(context, said)
        hunting.show_more(
            context.session, made, _person(context), key=context.key, thread=context.thread, at=context.at
        )
        return "hunted-more"
    offer = _offer(context)
    suggestions.show_more(context.session, offer, key=context.key, thread=context.thread, at=context.at)
    return "profiles-shown"


def contact(context: Context, said: Said) -> str:
    """CONTACTER n: ask whoever is behind a number whether she wants to hear of the offer."""
    if said.number is None:
        raise Refused("profile-number")
    if _here(context, About.HUNT):
        return _contact_from_hunt(context, _own_hunt(context, said), said.number)
    offer = _offer(context)
    entry = shortlists.entry(context.session, offer.id, said.number)
    if entry is None:
        raise Refused("no-such-profile")
    return _propose(context, offer, Found(entry.person_id, entry.reasons, entry.distance_km))


def _contact_from_hunt(context: Context, made: Hunt, number: int) -> str:
    entry = hunts.entry(context.session, made.id, number)
    if entry is None:
        raise Refused("no-such-profile")
    person = _person(context)
    profile = contacts.check_visible(context.session, person, entry.person_id)
    standing = offers.open_of_recruiter(context.session, person, at=context.at)
    if not standing:
        raise Refused("contact-needs-offer")
    if len(standing) == 1:
        return _propose(context, standing[0], Found(entry.person_id, entry.reasons, entry.distance_km))
    ids = [offer.id for offer in standing]
    question = questions.ask(
        context.session,
        Topic.OFFER_TO_PROPOSE,
        person.address,
        hunt=made.id,
        number=number,
        offers=ids,
        at=context.at,
    )
    cards = tuple(showing.card(offer, number=place) for place, offer in enumerate(standing, 1))
    context.ask(WhichOfferToPropose(profile.headline, cards), question, to=person)
    return "asked-which-offer"


def offer_chosen(context: Context, question: Question) -> str:
    """Take the number that answers "for which of your offers?"."""
    number, ids = bare_number(context.own), list(question.payload["offers"])
    if number is None or not 1 <= number <= len(ids):
        raise Refused("number-expected", count=len(ids))
    entry = hunts.entry(context.session, question.payload["hunt"], question.payload["number"])
    if entry is None:
        raise Refused("profile-gone")
    questions.LIFE.step(question, "accept", by=None, at=context.at)
    offer = context.session.get_one(Offer, ids[number - 1])
    return _propose(context, offer, Found(entry.person_id, entry.reasons, entry.distance_km))


def _propose(context: Context, offer: Offer, found: Found) -> str:
    contacts.propose(context.session, offer, _person(context), found, thread=context.thread, at=context.at)
    return "proposed"


def follow(context: Context, said: Said) -> str:
    """SUIVRE CETTE CHASSE: hear of who comes new, every week, or every day."""
    made = _own_hunt(context, said)
    frequency = Frequency.DAILY if _DAILY & set(said.rest.split()) else Frequency.WEEKLY
    hunting.follow(
        context.session,
        made,
        _person(context),
        frequency,
        key=context.key,
        thread=context.thread,
        at=context.at,
    )
    return f"hunt-followed-{frequency}"


def list_hunts(context: Context, said: Said) -> str:
    """MES CHASSES: the list of those that she follows."""
    hunting.show_list(context.session, _person(context), key=context.key, thread=context.thread, at=context.at)
    return "hunts-listed"


def stop_hunt(context: Context, said: Said) -> str:
    """STOP CHASSE n: follow that hunt no more."""
    made = _own_hunt(context, said)
    signups.stop_stream(
        context.session, _person(context), made.stream, how="stop-by-reply", key=context.key, at=context.at
    )
    return "stopped-stream"


def _own_hunt(context: Context, said: Said) -> Hunt:
    """Return the hunt of the number that was said, else the one that the answered mail is about."""
    person, ticket = _person(context), context.ticket
    made = None
    if ticket is not None and ticket.about is About.HUNT:
        made = context.session.get(Hunt, ticket.subject_id)
    elif said.number is not None:
        made = hunts.of_number(context.session, person, said.number)
    if made is None or made.recruiter_id != person.id:
        raise Refused("no-such-hunt")
    return made


def _offer(context: Context) -> Offer:
    """Return the offer that the answered mail is about, or the only one that she has open."""
    person, offer = _person(context), context.offer_concerned()
    if offer is None and context.ticket is not None and context.ticket.about is About.CONVERSATION:
        conversation = context.session.get_one(Conversation, context.ticket.subject_id)
        offer = context.session.get(Offer, conversation.offer_id) if conversation.offer_id else None
    if offer is not None and offer.recruiter_id == person.id:
        return offer
    standing = offers.open_of_recruiter(context.session, person, at=context.at) if offer is None else ()
    if len(standing) != 1:
        raise Refused("answer-the-mail")
    return standing[0]


def _here(context: Context, about: About) -> bool:
    return context.ticket is not None and context.ticket.about is about


def _person(context: Context) -> Person:
    person = context.person
    assert person is not None, "words are only done for people we know"
    return person
