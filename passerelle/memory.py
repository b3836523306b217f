"""What the C library keeps of freed memory: by default nearly all that a large mail once took, in each thread anew."""

from __future__ import annotations

import ctypes

_MEGABYTE = 1024 * 1024
# mallopt(3): the parameters' numbers in malloc.h. A threshold that is set no longer grows with what was freed.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_WISHED = ((_M_MMAP_THRESHOLD, _MEGABYTE // 2), (_M_TRIM_THRESHOLD, _MEGABYTE), (_M_ARENA_MAX, 2))


def give_back() -> None:
    """Have large blocks given back to the system as soon as they are freed, where the C library knows how (glibc)."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for parameter, value in _WISHED:
            mallopt(parameter, value)
