"""The couriers of one worker: two that take turns at the processor, more where they mostly wait.

Of two, one makes mails while the other waits for the next hop's replies or for the database. A next hop that is far away
or slow to answer is served best by several.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from mailer.letter_courier import LetterCourier

log = logging.getLogger("passerelle.letters")

# All couriers together kept the processor busy for less than this part of the time, in so many groups one after another.
IDLE, GROUPS = 0.1, 8
FIRST = 2


class Crew:
    """At most `most` couriers that serve shards side by side, each on a connection and in a thread of its own."""

    def __init__(self, hire: Callable[[], LetterCourier], *, most: int) -> None:
        self._hire = hire
        self._most = most
        self._threads: list[threading.Thread] = []
        self._idle_groups = 0
        self._change = threading.Lock()

    def drain(self) -> None:
        """Serve shards until none may be served now; returns when every courier has come home."""
        for _ in range(min(FIRST, self._most) - 1):
            self._hire_another()
        self._work()
        for thread in self._threads:  # it may grow meanwhile: whoever still works may hire
            thread.join()

    def _work(self) -> None:
        courier = self._hire()
        try:
            courier.drain(self._look)
        except Exception:
            log.exception(
                "letter.courier-lost"
            )  # its shard goes back when its worker ends, or is given up by the sweep
            raise
        finally:
            courier.close()

    def _look(self, busy: float) -> None:
        """Take a courier more when those at work mostly wait; `busy`: the part of a group's time that one computed."""
        with self._change:
            at_work = 1 + len(self._threads)
            self._idle_groups = self._idle_groups + 1 if busy * at_work < IDLE else 0
            if self._idle_groups < GROUPS or at_work >= self._most:
                return
            self._idle_groups = 0
            self._hire_another()

    def _hire_another(self) -> None:
        thread = threading.Thread(target=self._work, name=f"letters-{1 + len(self._threads)}", daemon=True)
        self._threads.append(thread)
        thread.start()
