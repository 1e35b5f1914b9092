"""How long nobody has touched the keyboard or the mouse."""

from __future__ import annotations

from collections.abc import Callable

_MINUTE = 60_000


class Idle:
    """Watches for a console that was left alone: `over` after so many minutes without a sign of its person (0: never).

    It goes by the clock on the wall (`now` gives epoch milliseconds), so that a machine that slept is locked when it
    wakes.
    """

    def __init__(self, minutes: float, now: Callable[[], int]) -> None:
        self._span = minutes * _MINUTE
        self._now = now
        self._last = now()

    def stir(self) -> None:
        """There was a key or the mouse."""
        self._last = self._now()

    @property
    def over(self) -> bool:
        """Whether the console was left alone for too long."""
        now = self._now()
        if now < self._last:  # somebody set the clock back
            self._last = now
        return 0 < self._span <= now - self._last
