"""Many mails on one connection, one round trip each: a body, its dot and the next envelope leave in one write.

RFC 2920 3.1: every reply is checked. A refused recipient belongs to her own mail; should the server wait for the message
all the same, a lone dot ends it. A server that does not announce PIPELINING is spoken to step by step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

from mailer.dialogue import Dialogue, Mail, Step, Stopped
from mailer.replies import Outcome, judge
from mailer.wire import Broken


class Feed:
    """Mails to come, each made when it is asked for; what could not be said goes back to the front."""

    def __init__(self, mails: Iterator[Mail]) -> None:
        self._mails = mails
        self._back: list[Mail] = []

    def next(self) -> Mail | None:
        """Return the next mail, None after the last."""
        return self._back.pop() if self._back else next(self._mails, None)

    def put_back(self, mail: Mail) -> None:
        """Have a mail be the next one."""
        self._back.append(mail)


@dataclass(frozen=True)
class Patience:
    """How long to wait, in seconds: for what comes before a body, and for a body of so many octets and its reply."""

    envelope: float
    body: Callable[[int], float]


class PipelinedDialogue(Dialogue):
    """A dialogue that also says many mails, one behind the other."""

    carried = 0  # how many mails this connection has brought to an end

    def transact_each(self, feed: Feed, patience: Patience) -> Iterator[tuple[Mail, Outcome]]:
        """Say every mail and yield what became of it, in order.

        After a refused envelope nothing is under way; otherwise the mail behind has been asked for by then. Raises
        Stopped when the connection is over: the mail that it is about is the next of the feed again.
        """
        together = "PIPELINING" in self._wire.features
        mail, steps = feed.next(), None
        while mail is not None:
            follower, follower_steps = None, None
            try:
                if together:
                    steps = steps or self._say_envelope_together(mail, patience)
                    self._wire.until = monotonic() + patience.envelope
                    self._hear_together(steps)
                    follower = feed.next()
                    follower_steps = self._write_body(mail, follower, patience)
                    outcome = self._hear_body()
                else:
                    until, body_seconds = monotonic() + patience.envelope, patience.body(mail.octets)
                    outcome = self.transact(mail, until=until, body_seconds=body_seconds)
            except (Broken, Stopped) as error:
                stopped = self._as_stopped(error)
                if not stopped.usable:
                    for one in (follower, mail):
                        if one is not None:
                            feed.put_back(one)
                    raise stopped from error
                outcome = stopped.outcome
            self.carried += 1
            yield mail, outcome
            mail, steps = follower or feed.next(), follower_steps

    def _say_envelope_together(self, mail: Mail, patience: Patience) -> tuple[Step, ...]:
        self._wire.until = monotonic() + patience.envelope
        steps = self._envelope(mail)
        self._wire.write(b"".join([line for _, line, _ in steps]))
        return steps

    def _write_body(self, mail: Mail, follower: Mail | None, patience: Patience) -> tuple[Step, ...] | None:
        """Write a body and behind it the envelope of the mail that follows; return what of that envelope was said."""
        self._half_said = False
        steps = None
        if follower is not None:
            with suppress(Stopped):  # what the server does not offer for it is told when its turn comes
                steps = self._envelope(follower)
        self._stage = "body"
        self._wire.until = monotonic() + patience.body(mail.octets)
        try:
            self._wire.write(b"".join([*mail.dotted, *(line for _, line, _ in steps or ())]))
        except Broken as broken:
            raise Stopped(judge("body", self._last_words(broken)), usable=False) from broken
        return steps

    def _hear_body(self) -> Outcome:
        self._stage = "body"
        reply = self._wire.reply()
        self._hoped(reply, 2)
        return judge("body", reply)
