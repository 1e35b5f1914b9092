"""How long nobody has touched the keyboard or the mouse."""

from __future__ import annotations

from collections.abc import Callable

_MINUTE = 60_000


class Idle:
    """Detects an idle console: `over` after so many minutes without a key or the mouse (0: never).

    It uses the wall clock (`now` returns epoch milliseconds), so that a machine that slept is locked when it wakes.
    """

    def __init__(self, minutes: float, now: Callable[[], int]) -> None:
        self._span = minutes * _MINUTE
        self._now = now
        self._last = now()

    def stir(self) -> None:
        """Records that a key or the mouse was used."""
        self._last = self._now()

    @property
    def over(self) -> bool:
        """Whether the console has been idle for too long."""
        now = self._now()
        if now < self._last:  # somebody set the clock back
            self._last = now
        return 0 < self._span <= now - self._last
