"""Says that the clock of a machine and that of the server with its database disagree."""

from __future__ import annotations

_TOLERATED = 2_000
"""Milliseconds by which they may, as a network and a slow moment make them seem apart."""


def short_words(ahead: int) -> str:
    """How far this machine's clock is off, as the server's is so many milliseconds `ahead`; empty if it is not."""
    if abs(ahead) <= _TOLERATED:
        return ""
    seconds = round(abs(ahead) / 1000)
    length = f"{seconds} s" if seconds < 120 else f"{round(seconds / 60):,} min"
    return f"clock {length} {'slow' if ahead > 0 else 'fast'}"
