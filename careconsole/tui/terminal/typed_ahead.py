"""What is typed while a form is on its way: it goes to the form, in the order in which it was typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from textual.events import Event, Key


class TypedAhead:
    """Keys that wait while `waiting` holds; `forward` gives one to the screen, `soon` runs what the screen has to be
    drawn for first."""

    def __init__(
        self,
        waiting: Callable[[], bool],
        forward: Callable[[Event], Awaitable[None]],
        soon: Callable[[Callable[[], Any]], object],
    ) -> None:
        self._waiting, self._forward, self._soon = waiting, forward, soon
        self._keys: list[Key] = []
        self._going = False

    def takes(self, key: Key) -> bool:
        """Whether the key waits: for the form that is on its way, or for those that were typed before it."""
        if not (self._waiting() or self._keys):
            return False
        self._keys.append(key)
        if not self._waiting():
            self.go_on()
        return True

    def go_on(self) -> None:
        """The form stands, or does not come: what was typed goes on."""
        if self._keys:
            self._soon(self._give)

    async def _give(self) -> None:
        if self._going:
            return
        self._going = True
        try:
            while self._keys and not self._waiting():
                # Anew: a key that has been at a widget already would go to none.
                await self._forward(Key(self._keys[0].key, self._keys[0].character))
                del self._keys[0]  # only now: what comes meanwhile goes after it
        finally:
            self._going = False
