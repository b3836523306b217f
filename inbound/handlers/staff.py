"""Words of the staff: deciding upon offers, reports and editions by answering."""

from __future__ import annotations

import re

from inbound.context import Context
from inbound.handlers.editing import approve
from inbound.handlers.members import member, subject
from inbound.words import Said, Word, after_word, anything
from jobboard import closings, deposits, drafts, moderation
from jobboard.db import settings_of
from jobboard.errors import Refused
from jobboard.offers import Offer
from jobboard.tickets import About


def validate(context: Context, said: Said) -> str:
    """Publish the offer that waits."""
    offer = subject(context, About.MODERATION, Offer)
    moderation.validate(context.session, offer, member(context), key=context.key, at=context.at)
    return "offer-validated"


def refuse(context: Context, said: Said) -> str:
    """Send the offer back with the reason that follows the word."""
    offer = subject(context, About.MODERATION, Offer)
    reason = after_word(context.own, "REFUSER", "REFUSE", "REJECT")
    moderation.refuse(context.session, offer, member(context), reason, key=context.key, at=context.at)
    return "offer-refused"


def correct(context: Context, said: Said) -> str:
    """Take the corrected text, written after the word or in the quoted mail itself, into the offer that waits."""
    offer, by = subject(context, About.MODERATION, Offer), member(context)
    text = after_word(context.own, "CORRIGER", "CORRECTION", "CORRECT") or _edited_quotation(context)
    if not text:
        raise Refused("correction-missing")
    today = context.at.astimezone(settings_of(context.session).zone).date()
    read = drafts.complete_offer(deposits.draft_of(offer), (), text, today=today)
    moderation.correct(context.session, offer, by, read, key=context.key, at=context.at)
    return "offer-corrected"


# In our mail the offer stands between its first label and what we say about it.
_OFFER_IN_OUR_MAIL = re.compile(
    r"^[ >]*(?:Intitulé|Title)\s*:.*?(?=^[ >]*(?:Déposée par|Submitted by|Deposited by)\s*:|\Z)", re.M | re.S
)


def _edited_quotation(context: Context) -> str:
    """Return the offer as it stands in the quotation of our mail, where she corrected it in place; "" without one."""
    found = _OFFER_IN_OUR_MAIL.search(context.received.own.quoted)
    return re.sub(r"^[ \t]*>+[ \t]?", "", found[0], flags=re.M).strip() if found else ""


def keep(context: Context, said: Said) -> str:
    """Say that the reported offer is in order."""
    offer = subject(context, About.MODERATION, Offer)
    moderation.keep(context.session, offer, member(context), key=context.key, at=context.at)
    return "offer-kept"


def close(context: Context, said: Said) -> str:
    """Close the offer in the association's name, with the reason that follows the word."""
    offer, by = subject(context, About.MODERATION, Offer), member(context)
    reason = after_word(context.own, "CLORE", "FERMER", "CLOSE")
    closings.close_by_staff(context.session, offer, by, reason, key=context.key, at=context.at)
    return "offer-closed"


WORDS = (
    Word("VALIDER", "publier l’offre à laquelle vous répondez", validate, also=("VALIDE", "VALIDATE", "PUBLIER")),
    Word(
        "REFUSER",
        "renvoyer l’offre à son auteur, avec la raison",
        refuse,
        also=("REFUSE", "REJECT"),
        takes=anything,
        shown="REFUSER <raison>",
    ),
    Word(
        "CORRIGER",
        "corriger l’offre vous-même avant de la valider : écrivez à la suite ce qui change, ou changez-le dans le texte cité ; son auteur le voit",
        correct,
        also=("CORRECTION", "CORRECT"),
        takes=anything,
        shown="CORRIGER <nouveau texte>",
    ),
    Word("GARDER", "dire qu’une offre signalée est en règle : elle est de nouveau visible", keep, also=("KEEP",)),
    Word(
        "CLORE",
        "fermer l’offre au nom de l’équipe, avec la raison ; son auteur et les candidats sont prévenus",
        close,
        also=("FERMER", "CLOSE"),
        takes=anything,
        shown="CLORE <raison>",
    ),
    Word(
        "APPROUVER",
        "envoyer la lettre à laquelle vous répondez, tout de suite ou au moment dit",
        approve,
        also=("APPROUVE", "APPROVE"),
        takes=anything,
        shown="APPROUVER [<jour> <heure>]",
    ),
)
