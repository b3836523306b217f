"""Words of recruiters about their offers: correcting, prolonging, closing."""

from __future__ import annotations

import re

from inbound.context import Context
from inbound.handlers import hunting
from inbound.words import ADDRESS, Said, Word, a_date, after_word, anything, nothing, number, only_addresses
from jobboard import closings, colleagues, conversations, deposits, drafts, invitations, moments
from jobboard.addresses import address_key
from jobboard.clock import end_of_day
from jobboard.db import settings_of
from jobboard.errors import Refused
from jobboard.offers import Offer
from jobboard.people import Person
from jobboard.tickets import About


def close(context: Context, said: Said) -> str:
    """Close the offer at once, or have it close by itself after n applications."""
    filled = "pourvu" in said.rest or "filled" in said.rest
    recruiter, offer = _person(context), _own_offer(context)
    if said.number:
        closings.limit(context.session, offer, recruiter, said.number, key=context.key, at=context.at)
        return "offer-limited"
    closings.close(context.session, offer, recruiter, filled=filled, key=context.key, at=context.at)
    return "offer-closed"


def prolong(context: Context, said: Said) -> str:
    """Keep the offer open until a date, or for some days more."""
    offer, zone = _own_offer(context), settings_of(context.session).zone
    if said.days is not None and offer.closes_at is not None:
        day = max(offer.closes_at, context.at).astimezone(zone).date()
        day = day.fromordinal(day.toordinal() + said.days)
    else:
        written = after_word(context.own, "PROLONGER", "EXTEND", number=False).partition("\n")[0]
        read = moments.read(written, today=context.at.astimezone(zone).date())
        if read is None or read.day is None:
            raise Refused("date-not-understood")
        day = read.day
    closings.prolong(context.session, offer, _person(context), end_of_day(day, zone), key=context.key, at=context.at)
    return "offer-prolonged"


def correct(context: Context, said: Said) -> str:
    """Take the new text into the offer; it goes back for validation if it changes what was validated."""
    offer, recruiter = _own_offer(context), _person(context)
    text = after_word(context.own, "CORRIGER", "CORRECTION", "MODIFIER", "CORRECT")
    if not text:
        raise Refused("correction-missing")
    today = context.at.astimezone(settings_of(context.session).zone).date()
    read = drafts.complete_offer(deposits.draft_of(offer), (), text, today=today)
    applied = deposits.correct(
        context.session, offer, recruiter, read, key=context.key, thread=context.thread, at=context.at
    )
    return "correction-applied" if applied else "offer-corrected"


def add(context: Context, said: Said) -> str:
    """Ask a colleague, by mail, to share the conversations of the offer."""
    offer, recruiter = _own_offer(context), _person(context)
    invitations.ask(context.session, offer, recruiter, _address(context, said), at=context.at)
    return "colleague-asked"


def take_out(context: Context, said: Said) -> str:
    """Share the conversations of the offer with a colleague no more."""
    offer, recruiter = _own_offer(context), _person(context)
    address = _address(context, said)
    invitations.take_out(context.session, offer, recruiter, address, key=context.key, at=context.at)
    return "colleague-taken-out"


def _address(context: Context, said: Said) -> str:
    """Return the one address that follows the word. Raises Refused("colleague-address") for none, several, or ours."""
    found = {address_key(one): one for one in ADDRESS.findall(said.written)}
    ours = settings_of(context.session).mail_domain
    if len(found) != 1 or any(key.rpartition("@")[2].rstrip(".") == ours for key in found):
        raise Refused("colleague-address", word=said.word.word)
    (address,) = found.values()
    local, _, domain = address.rpartition("@")
    if not _DOMAIN.fullmatch(domain.lower()) or not local.isprintable() or len(address) > MAX_ADDRESS:
        raise Refused("colleague-address", word=said.word.word)
    return f"{local}@{domain.lower()}"


MAX_ADDRESS = 254  # RFC 5321 4.5.3.1.3
_DOMAIN = re.compile(r"(?!-)[\w-]{1,63}(?<!-)(?:\.(?!-)[\w-]{1,63}(?<!-))+")


def _own_offer(context: Context) -> Offer:
    """Return the offer that the answered mail is about. Raises Refused("answer-the-mail") without one."""
    ticket = context.ticket
    if ticket is None or not ticket.subject_id:
        raise Refused("answer-the-mail")
    if ticket.about is About.CONVERSATION:
        offer_id = context.session.get_one(conversations.Conversation, ticket.subject_id).offer_id
    else:
        offer_id = ticket.subject_id if ticket.about in (About.OFFER, About.DRAFT, About.FILLED) else None
    offer = context.session.get(Offer, offer_id) if offer_id else None
    if offer is not None and colleagues.shares(context.session, offer.id, _person(context).id):
        raise Refused("not-your-offer", title=offer.title)
    if offer is None or offer.recruiter_id != _person(context).id:
        raise Refused("answer-the-mail")
    return offer


def _person(context: Context) -> Person:
    person = context.person
    assert person is not None, "words are only done for people we know"
    return person


def _closing(rest: str) -> bool:
    return nothing(rest) or rest in _CLOSING or _LIMIT.fullmatch(rest) is not None


_CLOSING = ("pourvu", "pourvue", "filled", "l offre", "cette offre", "poste pourvu", "l offre pourvu", "c est pourvu")
_LIMIT = re.compile(r"(?:l offre )?(?:a|apres|des|au bout de|after|at) \d{1,4} (?:candidatures?|applications?)")


def rhythm(rest: str) -> bool:
    """Accept nothing, or how often: "chaque jour", "par semaine"."""
    return (
        re.fullmatch(
            r"((cette |la )?chasse ?)?((tous les|toutes les|chaque|par|une fois par|every|each|per|a) )*"
            r"(jours?|semaines?|quotidien(ne)?|quotidiennement|hebdo|hebdomadaire|days?|weeks?|daily|weekly)?",
            rest,
        )
        is not None
    )


def number_of_profile(rest: str) -> bool:
    """Accept nothing, or one number: "3", "le n° 3", "le profil 3"."""
    return number(re.sub(r"\b(profils?|personne|profile|person)\b", "", rest).strip())


def alone(said: Said) -> bool:
    """Accept, between the lines of a correspondence, no search at all: it is a message."""
    return False


WORDS = (
    Word(
        "CLORE",
        "fermer l’offre tout de suite (POURVU : vous avez trouvé), ou d’elle-même après n candidatures",
        close,
        also=("CLOTURER", "FERMER", "CLOSE"),
        takes=_closing,
        shown="CLORE [POURVU] | APRÈS n CANDIDATURES",
    ),
    Word(
        "PROLONGER",
        "repousser la date de clôture",
        prolong,
        also=("EXTEND",),
        takes=anything,
        shown="PROLONGER <date> | n JOURS | n SEMAINES",
        meant=a_date,
    ),
    Word(
        "CORRIGER",
        "corriger l’offre : écrivez à la suite ce qui change ; elle repasse en validation si l’équipe doit le relire",
        correct,
        also=("CORRECTION", "MODIFIER", "CORRECT"),
        takes=anything,
        shown="CORRIGER <nouveau texte>",
    ),
    Word(
        "AJOUTER",
        "partager les conversations de l’offre avec une ou un collègue, qui doit répondre OUI",
        add,
        also=("INVITER", "ADD"),
        takes=anything,
        shown="AJOUTER <adresse>",
        meant=only_addresses,
        secret=True,
    ),
    Word(
        "RETIRER",
        "ne plus les partager avec cette personne",
        take_out,
        also=("ENLEVER", "REMOVE", "WITHDRAW"),
        takes=anything,
        shown="RETIRER <adresse>",
        meant=only_addresses,
        secret=True,
    ),
    Word(
        "PROFILS",
        "revoir les profils anonymes qui correspondent à l’offre",
        hunting.profiles,
        also=("PROFILES", "VOIR LES PROFILS"),
    ),
    Word(
        "PLUS DE PROFILS",
        "voir les suivants, de l’offre ou de la chasse à laquelle vous répondez",
        hunting.more_profiles,
        also=("D AUTRES PROFILS", "MORE PROFILES"),
    ),
    Word(
        "CONTACTER",
        "proposer votre offre à la personne de ce numéro : son nom vous est donné si elle répond OUI",
        hunting.contact,
        also=("CONTACT",),
        takes=number_of_profile,
        shown="CONTACTER n",
    ),
    Word(
        "CHASSE",
        "chercher des profils : un métier, un lieu, un contrat, de l’expérience, des mots",
        hunting.hunt,
        also=("CHASSER", "HUNT"),
        takes=anything,
        shown="CHASSE <mots>",
        meant=alone,
    ),
    Word(
        "SUIVRE CETTE CHASSE",
        "recevoir chaque semaine, ou chaque jour, les nouveaux profils qui y répondent",
        hunting.follow,
        also=("SUIVRE", "GARDER", "GARDER CETTE CHASSE", "FOLLOW", "FOLLOW THIS HUNT", "KEEP"),
        takes=rhythm,
        shown="SUIVRE CETTE CHASSE [CHAQUE JOUR]",
    ),
    Word(
        "MES CHASSES",
        "recevoir la liste des chasses que vous suivez",
        hunting.list_hunts,
        also=("MY HUNTS",),
    ),
    Word(
        "STOP CHASSE",
        "ne plus suivre une chasse (n : son numéro dans la liste)",
        hunting.stop_hunt,
        also=("STOP HUNT", "ARRETER CHASSE"),
        takes=number,
        shown="STOP CHASSE n",
    ),
)
