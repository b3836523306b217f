"""Words about what one has just done, and about what we keep of a person."""

from __future__ import annotations

from collections.abc import Callable

from inbound.context import Context
from inbound.words import ADDRESS, Said, Word, anything, only_addresses
from jobboard import acts, closings, moderation, persons, verdicts
from jobboard.acts import Act, ActKind
from jobboard.addresses import address_key
from jobboard.applications import Application
from jobboard.db import settings_of
from jobboard.errors import Refused
from jobboard.letters.account import Noted
from jobboard.offers import Offer
from jobboard.people import Person


def undo(context: Context, said: Said) -> str:
    """Take back the last thing done, while its letters to others still wait."""
    person = person_of(context)
    act = acts.last_of(context.session, person)
    fresh = act is not None and act.until > context.at
    if not fresh and persons.call_off_erasure(context.session, person, key=context.key, at=context.at):
        return "erasure-called-off"
    if act is None or act.kind not in UNDOING:
        raise Refused("nothing-to-undo")
    if act.until <= context.at:
        raise Refused("undo-too-late", what=str(act.kind), title=_title(context, act))
    return UNDOING[act.kind](context, act, person)


def _application(context: Context, act: Act, person: Person) -> str:
    application = context.session.get_one(Application, act.subject_id)
    verdicts.withdraw(context.session, application, person, key=context.key, at=context.at)
    act.undone_at = context.at
    return "application-undone"


def _refusal(context: Context, act: Act, person: Person) -> str:
    verdicts.undo_refusal(context.session, act, person, key=context.key, at=context.at)
    return "refusal-undone"


def _closing(context: Context, act: Act, person: Person) -> str:
    closings.reopen(context.session, act, person, key=context.key, at=context.at)
    return "closing-undone"


def _offer_refusal(context: Context, act: Act, person: Person) -> str:
    moderation.undo_refusal(context.session, act, person, key=context.key, at=context.at)
    return "refusal-undone"


# What ANNULER does to each kind of act: whoever adds one adds a row.
UNDOING: dict[ActKind, Callable[[Context, Act, Person], str]] = {
    ActKind.APPLICATION: _application,
    ActKind.REFUSAL: _refusal,
    ActKind.CLOSING: _closing,
    ActKind.OFFER_REFUSAL: _offer_refusal,
}


def data(context: Context, said: Said) -> str:
    """Ask whether it is she who wants all that we keep of her."""
    persons.ask_data(context.session, person_of(context), thread=context.thread, at=context.at)
    return "asked-data"


def erase(context: Context, said: Said) -> str:
    """Ask, a first time, whether everything shall be erased."""
    persons.ask_erasure(context.session, person_of(context), thread=context.thread, at=context.at)
    return "asked-erasure"


def move(context: Context, said: Said) -> str:
    """Ask at both addresses whether she wants to be written to at the new one."""
    ours = settings_of(context.session).mail_domain
    found = {address_key(one): one for one in ADDRESS.findall(said.written)}
    if len(found) != 1 or any(key.rpartition("@")[2].rstrip(".") == ours for key in found):
        raise Refused("address-not-read")
    (address,) = found.values()
    if len(address) > MAX_ADDRESS or not address.isprintable() or "." not in address.rpartition("@")[2]:
        raise Refused("address-not-read")
    persons.ask_address(context.session, person_of(context), address, at=context.at)
    return "asked-address"


def _language(code: str) -> Callable[[Context, Said], str]:
    def choose(context: Context, said: Said) -> str:
        """Write to her in that language from now on, this answer included."""
        person_of(context).language = code
        context.answer(Noted("language-chosen"))
        return f"language-{code}"

    return choose


MAX_ADDRESS = 254  # RFC 5321 4.5.3.1.3


def _title(context: Context, act: Act) -> str:
    if act.kind is ActKind.APPLICATION:
        application = context.session.get_one(Application, act.subject_id)
        return context.session.get_one(Offer, application.offer_id).title
    offer = context.session.get(Offer, act.subject_id)
    return offer.title if offer is not None else ""


def person_of(context: Context) -> Person:
    """Return who speaks."""
    person = context.person
    assert person is not None, "words are only done for people we know"
    return person


WORDS = (
    Word(
        "ANNULER",
        "revenir sur ce que vous venez de faire (candidature, refus, clôture), quelques minutes durant",
        undo,
        also=("ANNULATION", "UNDO", "CANCEL"),
    ),
    Word(
        "MES DONNEES",
        "recevoir tout ce que nous conservons de vous",
        data,
        also=("MES DONNEES PERSONNELLES", "EXPORTER MES DONNEES", "MY DATA"),
    ),
    Word(
        "EFFACER",
        "tout effacer de vous ; nous vous le demandons deux fois, et vous avez sept jours pour changer d’avis",
        erase,
        also=("EFFACER MES DONNEES", "TOUT EFFACER", "SUPPRIMER MON COMPTE", "ERASE", "DELETE MY DATA"),
    ),
    Word(
        "MON ADRESSE",
        "recevoir nos mails ailleurs ; nous demandons un OUI aux deux adresses",
        move,
        also=("NOUVELLE ADRESSE", "CHANGER D ADRESSE", "MY ADDRESS"),
        takes=anything,
        shown="MON ADRESSE <nouvelle adresse>",
        meant=only_addresses,
        secret=True,
    ),
    Word(
        "ENGLISH",
        "recevoir nos mails en anglais",
        _language("en"),
        also=("IN ENGLISH", "IN ENGLISH PLEASE", "EN ANGLAIS", "ANGLAIS"),
    ),
    Word(
        "FRANCAIS",
        "recevoir nos mails en français",
        _language("fr"),
        also=("EN FRANCAIS", "FRENCH", "IN FRENCH"),
    ),
)
