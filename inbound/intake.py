"""One message on its way in: its octets in memory, and the reply that refuses it when there are too many."""

from __future__ import annotations

from contextlib import ExitStack

from inbound import replies
from inbound.reception import Reception


class Flood(Exception):
    """A message went on and on after it was too large."""


class Intake:
    """What has come of a message; `refusal` is the reply to give when it ends, if it is refused."""

    def __init__(self, reception: Reception, held: ExitStack) -> None:
        self.chunks: list[bytes] = []
        self.refusal: str | None = None
        self._octets = 0
        self._reception = reception
        self._held = held  # the place among the large mails, once there is one
        self._is_large = False

    async def expect(self, octets: int) -> None:
        """Get ready for so many octets: a large message needs one of few places."""
        limits = self._reception.limits
        if octets > limits.message_octets:
            self.refusal = replies.TOO_LARGE
        elif octets > limits.large_octets and not self._is_large:
            self._is_large = await self._reception.large_mails.enter()
            if self._is_large:
                self._held.callback(self._reception.large_mails.leave)
            else:
                self.refusal = replies.NO_ROOM

    async def take(self, chunk: bytes) -> None:
        """Take the next octets; of a message that will be refused they are only counted. Raises Flood."""
        self._octets += len(chunk)
        if not self.refusal:
            await self.expect(self._octets)
        if not self.refusal:
            self.chunks.append(chunk)
            return
        self.chunks.clear()
        self._held.close()
        if self._octets > 2 * self._reception.limits.message_octets:
            raise Flood
