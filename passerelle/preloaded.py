"""What the nursery loads before its first door: everything that a door needs, and none of it looked through again."""

from __future__ import annotations

import gc

import passerelle.commands.inbound
import passerelle.commands.web
import passerelle.commands.worker  # noqa: F401

# A collector that looks through shared memory writes to it, and each process gets its own copy.
gc.collect()
gc.freeze()
