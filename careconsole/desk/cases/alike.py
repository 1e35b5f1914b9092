"""What is the same on very many cases is kept once: commands on many cases write mostly equal facts."""

from __future__ import annotations

from typing import TypeVar, cast

from msgspec.structs import replace

from careconsole.domain.case.event import Event

T = TypeVar("T")
_MOST = 1_000
"""So many different values are remembered; where everything differs, nothing is gained by it."""


class Alike:
    """Gives the first of equal values for each of them."""

    def __init__(self) -> None:
        self._known: dict[object, object] = {}

    def value(self, value: T) -> T:
        """A value that equals this one, and of its kind; it must be one that never changes."""
        try:
            if value in self._known or len(self._known) < _MOST:
                return cast("T", self._known.setdefault(value, value))
        except TypeError:  # a fact with a mapping in it has no hash
            pass
        return value

    def event(self, event: Event) -> Event:
        """The event, with a fact and times that it shares with others."""
        return replace(
            event,
            at=self.value(event.at),
            recorded_at=self.value(event.recorded_at),
            fact=self.value(event.fact),
            command=self.value(event.command),
        )
