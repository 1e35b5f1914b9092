"""What is typed while something opens: it goes to what opens, in the order in which it was typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from weakref import WeakKeyDictionary

from textual.app import App
from textual.events import Event, Key
from textual.screen import Screen
from textual.widget import Widget

Aim = tuple[Screen[Any] | None, Widget | None]


class TypedAhead:
    """Keys that wait while `waiting` holds; `forward` gives one to the screen, `soon` runs what the screen has to be
    drawn for first.

    Textual sends every key at once to what has the focus just then, and only what comes back unused is a command. So a
    key that was sent before something opened comes back after it did: that one is given anew, to what is on top now.
    """

    def __init__(
        self,
        app: App[Any],
        waiting: Callable[[], bool],
        forward: Callable[[Event], Awaitable[None]],
        soon: Callable[[Callable[[], Any]], object],
    ) -> None:
        self._app, self._waiting, self._forward, self._soon = app, waiting, forward, soon
        self._keys: list[Key] = []
        self._going = False
        self._aims: WeakKeyDictionary[Key, Aim] = WeakKeyDictionary()

    def takes(self, key: Key) -> bool:
        """Whether the key waits: for what opens, for those that were typed before it, or to be given anew."""
        if not key.is_forwarded:
            self._aims[key] = self._aim()
        if not (self._waiting() or self._keys or self._came_too_early(key)):
            return False
        self._keys.append(key)
        if not self._waiting():
            self.go_on()
        return True

    def go_on(self) -> None:
        """What opened stands, or does not come: what was typed goes on."""
        if self._keys:
            self._soon(self._give)

    def _aim(self) -> Aim:
        stack = self._app.screen_stack
        return (stack[-1], stack[-1].focused) if stack else (None, None)

    def _came_too_early(self, key: Key) -> bool:
        """Whether something opened since it was sent. What was sent to a screen that is closed by now is none of it."""
        aim = self._aims.get(key)
        return aim is not None and aim != self._aim() and aim[0] in self._app.screen_stack

    async def _give(self) -> None:
        if self._going:
            return
        self._going = True
        try:
            while self._keys and self._app.screen_stack and not self._waiting():  # no screen while the console is left
                # Anew: a key that has been at a widget already would go to none.
                key = Key(self._keys[0].key, self._keys[0].character)
                self._aims[key] = self._aim()
                await self._forward(key)
                del self._keys[0]  # only now: what comes meanwhile goes after it
        finally:
            self._going = False
