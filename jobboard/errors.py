"""The three kinds of failure: refused (an outcome), temporary and permanent (the wire); all else is a bug."""

from __future__ import annotations


class Refused(Exception):
    """Something expected that we do not do, with the reason's name and the facts that its letter or page needs.

    `reason` is a kebab-case name known to `jobboard.letters.refusals` ("offer-closed", "already-decided"…);
    `facts` are values that the letter of that name takes.
    """

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


class TemporaryFailure(Exception):
    """The other side of a wire cannot just now: try again later."""


class PermanentFailure(Exception):
    """The other side of a wire will not: trying again would not help."""


class Misconfigured(Exception):
    """The installation cannot start like this; the message is one sentence that says what to do."""
