"""Mails that strangers handed to us wait here until the DNS has said where they come from, in a lane of their own.

Names of a stranger's may be slow on purpose. So mail of ours never waits behind such questions, and the mails of one
network never take more than `PER_NETWORK` of the places: others pass them.
"""

from __future__ import annotations

import logging
import threading

from inbound import networks, reading
from inbound.resolver import SYSTEM, Resolver
from jobboard import mailbag
from jobboard.addresses import Addresses
from jobboard.db import Database
from jobboard.mailbag import Mail

log = logging.getLogger("passerelle.verifying")

AT_ONCE = 8
PER_NETWORK = 2
_LOOK = 2_000  # mails that are looked through for one of another network


class Verifying:
    """What one worker has in hand; shared by the threads of its lane. Done twice by two workers it costs time only."""

    def __init__(self, database: Database, addresses: Addresses, resolver: Resolver = SYSTEM) -> None:
        self._database, self._addresses, self._resolver = database, addresses, resolver
        self._lock = threading.Lock()
        self._in_hand: dict[int, str] = {}  # mail -> network of its peer

    def drain(self) -> int:
        """Verify whatever may be taken; returns how many mails this thread did."""
        done = 0
        while (mail_id := self._take()) is not None:
            try:
                self._verify(mail_id)
            finally:
                with self._lock:
                    del self._in_hand[mail_id]
            done += 1
        return done

    def _take(self) -> int | None:
        with self._lock:
            with self._database.transaction() as session:
                waiting = mailbag.unverified(session, _LOOK)
            busy = list(self._in_hand.values())
            for mail_id, peer in waiting:
                network = networks.network_of(peer)
                if mail_id not in self._in_hand and busy.count(network) < PER_NETWORK:
                    self._in_hand[mail_id] = network
                    return mail_id
        return None

    def _verify(self, mail_id: int) -> None:
        with self._database.transaction() as session:
            mail = session.get_one(Mail, mail_id)
            material = reading.Material(session, mail, self._database.settings, self._addresses)
        try:
            found = reading.find_origin(material, self._resolver)
        except Exception:  # a bug: whoever dispatches the mail meets it again and keeps it, with its traceback
            log.warning("mail.unverified id=%d", mail_id)
            found = None
        with self._database.transaction() as session:
            mailbag.verified(session, mail_id, str(found) if found is not None else None)
