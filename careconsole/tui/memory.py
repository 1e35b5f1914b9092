"""How a console, which is open all day, keeps the memory small that it holds."""

from __future__ import annotations

import gc
import sys
from contextlib import suppress

_GARBAGE = 2_000, 4, 4
"""When the collector looks for objects that nothing uses: lines that were drawn are such, and would hold megabytes."""
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
"""Their numbers in malloc.h; mallopt(3) explains them."""
_LARGE = 128 << 10
"""Bytes from which a piece of memory goes back to the system as soon as it is free: glibc's own limit, at first."""


def keep_memory_small() -> None:
    """Sets up the collector and the allocator, once everything that stays is loaded."""
    gc.freeze()  # the loaded modules stay; scanning them in each collection would be wasted work
    gc.set_threshold(*_GARBAGE)
    if sys.platform == "linux":
        # glibc raises its limit to the largest piece that was ever freed. The order of a long list is such a piece, and
        # from the second one on they would stay in the heap, among small ones that keep it from shrinking.
        with suppress(ImportError, OSError, AttributeError):
            from ctypes import CDLL

            mallopt = CDLL(None).mallopt  # another C library has no such function
            mallopt(_M_MMAP_THRESHOLD, _LARGE)
            # Python runs one thread at a time, so they need no heaps of their own, each with free room in it.
            mallopt(_M_ARENA_MAX, 1)
