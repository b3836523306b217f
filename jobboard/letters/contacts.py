"""Letters about a recruiter's proposal to somebody whose profile she saw: asked, answered, and what follows."""

from __future__ import annotations

from typing import Self

from jobboard.letters.base import Letter, Stream, letter
from jobboard.letters.cards import OfferCard


@letter(stream=Stream.ALERTS)
class ProposalQuestion(Letter):
    """An employer who saw her anonymous profile proposes an offer: OUI opens the conversation, NON is final."""

    first_name: str
    card: OfferCard
    days: int  # without an answer the proposal lapses
    proposal_id: int = 0
    name_shown: str = ""  # what OUI would give of her name

    @classmethod
    def sample(cls) -> Self:
        return cls("Léa", OfferCard.sample(), 14, name_shown="Léa Dubreuil")


@letter(stream=Stream.ACCOUNT)
class ProposalSent(Letter):
    """The recruiter's proposal has left; what happens next."""

    title: str
    headline: str
    days: int

    @classmethod
    def sample(cls) -> Self:
        return cls("Comptable (H/F)", "comptable, assistante de gestion", 14)


@letter(stream=Stream.ACCOUNT)
class ProposalAccepted(Letter):
    """To the recruiter's side: she said OUI; answering this letter is writing to her."""

    title: str
    headline: str
    name: str
    number: int  # of her application

    @classmethod
    def sample(cls) -> Self:
        return cls("Comptable (H/F)", "comptable, assistante de gestion", "Léa Dubreuil", 3)


@letter(stream=Stream.ACCOUNT)
class ConversationOpened(Letter):
    """To the candidate who said OUI: her name was given, her address was not; answering this letter is writing."""

    first_name: str
    title: str
    employer: str
    relayed: bool = False  # what she wrote with her OUI was passed on

    @classmethod
    def sample(cls) -> Self:
        return cls("Léa", "Comptable (H/F)", "Association Horizon", True)


@letter(stream=Stream.ACCOUNT)
class ProposalEnded(Letter):
    """To the recruiter: the person does not wish to go on, or did not answer in time; nothing else is said of her."""

    title: str
    headline: str
    declined: bool
    more: bool = True  # the offer is open: other profiles may be asked for

    @classmethod
    def sample(cls) -> Self:
        return cls("Comptable (H/F)", "comptable, assistante de gestion", True)


@letter(stream=Stream.ACCOUNT)
class WhichOfferToPropose(Letter):
    """CONTACTER from a hunt by somebody with several open offers: a bare number answers."""

    headline: str
    cards: tuple[OfferCard, ...]

    @classmethod
    def sample(cls) -> Self:
        return cls("comptable, assistante de gestion", OfferCard.samples(3))
