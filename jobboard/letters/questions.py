"""Letters that ask something and wait for OUI."""

from __future__ import annotations

from typing import Self

from jobboard.letters.base import Letter, Stream, letter
from jobboard.letters.cards import Choice, Line, OfferCard

UNDERSTOOD = (
    Line("Métier", "comptable, assistant·e de gestion"),
    Line("Lieu", "Nantes (44), 30 km autour"),
    Line("Contrat", "CDI ou CDD"),
)
TO_CHECK = (*UNDERSTOOD[:2], Line("Contrat", "alternance", check=True))


@letter(stream=Stream.ACCOUNT)
class AlertQuestion(Letter):
    """What was understood of a search, what is missing or doubtful, and OUI to create alert and anonymous profile.

    Built of values of our own tables only: nothing that a stranger wrote comes back to the address she gave.
    `missing`: "place", "criterion". `confirm_path`: the page with the button, when it began on the web.
    """

    understood: tuple[Line, ...]
    missing: tuple[str, ...] = ()
    doubts: tuple[Choice, ...] = ()
    confirm_path: str | None = None
    private: bool = False  # she has said already that no profile shall be shown

    @classmethod
    def sample(cls) -> Self:
        return cls(TO_CHECK)


@letter(stream=Stream.ACCOUNT)
class SubscriptionQuestion(Letter):
    """Someone asked for a list of letters with this address: OUI, or the button on the page, confirms."""

    list_name: str
    confirm_path: str | None = None

    @classmethod
    def sample(cls) -> Self:
        return cls("weekly", "/lettre/confirmer/abc")


@letter(stream=Stream.ACCOUNT)
class ImportedSubscriptionQuestion(Letter):
    """Somebody's address came with a list that we take over, without proof that she agreed: the one question about it.

    `lists`: their names, one at least; `days`: how long the question stands, after which her address is forgotten.
    """

    question_id: int
    lists: tuple[str, ...]
    days: int

    @classmethod
    def sample(cls) -> Self:
        return cls(1, ("weekly", "essentiel"), 7)


@letter(stream=Stream.ACCOUNT)
class ImportedCandidateQuestion(Letter):
    """A candidate's record came with a file that we take over: nothing of it is seen, matched or used before her OUI.

    Built of values of our own tables only. `cv`: one came with it; `days`: how long the question stands, after which all
    of it is erased.
    """

    question_id: int
    understood: tuple[Line, ...]
    cv: bool
    days: int

    @classmethod
    def sample(cls) -> Self:
        return cls(1, UNDERSTOOD, True, 14)


@letter(stream=Stream.ACCOUNT)
class MailQuestion(Letter):
    """A mail came in this person's name: is it hers? Its words wait, and do nothing, until OUI.

    `what`: "apply", "deposit", "message", "command", "staff". `known`: False for someone we meet for the first time.
    `sender`: for someone known, the address of the From, masked, where it is not hers.
    """

    what: str
    known: bool
    card: OfferCard | None = None
    sender: str = ""

    @classmethod
    def sample(cls) -> Self:
        return cls("apply", False, OfferCard.sample())


@letter(stream=Stream.ACCOUNT)
class ShortApplicationQuestion(Letter):
    """A few words without a file in answer to an offer: an application, or a mere thank-you?"""

    card: OfferCard

    @classmethod
    def sample(cls) -> Self:
        return cls(OfferCard.sample())


@letter(stream=Stream.ACCOUNT)
class WhichOffer(Letter):
    """An application without a number, in answer to several offers: a bare number answers; text and files are kept."""

    cards: tuple[OfferCard, ...]

    @classmethod
    def sample(cls) -> Self:
        return cls(OfferCard.samples(3))


@letter(stream=Stream.ACCOUNT)
class StopQuestion(Letter):
    """STOP alone, in a conversation: end the conversation (FIN), or everything we send (STOP TOUT)?"""

    title: str

    @classmethod
    def sample(cls) -> Self:
        return cls("Comptable (H/F)")


@letter(stream=Stream.ACCOUNT)
class ColleagueQuestion(Letter):
    """Whoever deposited an offer asks her to share its conversations; OUI lets her read and write there.

    Built of what is published of the offer: nothing else that the recruiter wrote comes to an address that she gave.
    `known`: False for someone we meet for the first time.
    """

    card: OfferCard
    known: bool = False

    @classmethod
    def sample(cls) -> Self:
        return cls(OfferCard.sample())


@letter(stream=Stream.ACCOUNT)
class DataQuestion(Letter):
    """Somebody asked for everything that we keep of her: was it she?"""

    first_name: str

    @classmethod
    def sample(cls) -> Self:
        return cls("Léa")


@letter(stream=Stream.ACCOUNT)
class ErasureQuestion(Letter):
    """Somebody asked to erase everything: what that means, asked twice; `days`: how long she may change her mind."""

    first_name: str
    again: bool
    days: int
    offers: int = 0  # of hers that are open, and would close

    @classmethod
    def sample(cls) -> Self:
        return cls("Léa", False, 7, 1)


@letter(stream=Stream.ACCOUNT)
class AddressQuestion(Letter):
    """Somebody asked to be written to elsewhere: OUI from the old address and from the new one.

    `new`: this is the new one; `other`: the other address, masked; `joins`: both are known to us, and become one person. Only
    the new one is told so: whoever merely guesses an address must not learn from it whether we know it.
    """

    new: bool
    other: str
    joins: bool = False

    @classmethod
    def sample(cls) -> Self:
        return cls(False, "l***@nouvelle.example")
