"""Keys typed while something opens: they go to what opens, in the order in which they were typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from weakref import WeakKeyDictionary

from textual.app import App
from textual.events import Event, Key
from textual.screen import Screen
from textual.widget import Widget

KeyTarget = tuple[Screen[Any] | None, Widget | None]
"""The screen on top and its focused widget, when a key was sent."""


class TypedAhead:
    """Queues keys while `waiting` returns true; `forward` sends one to the screen, `soon` calls back after the next
    refresh.

    Textual sends every key at once to the widget that has the focus, and treats it as a command only if it comes back
    unused. A key sent before something opened may come back afterwards; it is then sent again, to what is on top now.
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
        self._aims: WeakKeyDictionary[Key, KeyTarget] = WeakKeyDictionary()

    def takes(self, key: Key) -> bool:
        """Queues the key if something is opening, earlier keys wait, or it must be sent again; returns whether."""
        if not key.is_forwarded:
            self._aims[key] = self._aim()
        if not (self._waiting() or self._keys or self._came_too_early(key)):
            return False
        self._keys.append(key)
        if not self._waiting():
            self.go_on()
        return True

    def go_on(self) -> None:
        """Delivers the queued keys, now that what was opening is ready or is not going to open."""
        if self._keys:
            self._soon(self._give)

    def _aim(self) -> KeyTarget:
        stack = self._app.screen_stack
        return (stack[-1], stack[-1].focused) if stack else (None, None)

    def _came_too_early(self, key: Key) -> bool:
        """Whether the screen or the focus changed after the key was sent; false if its screen is closed by now."""
        aim = self._aims.get(key)
        return aim is not None and aim != self._aim() and aim[0] in self._app.screen_stack

    async def _give(self) -> None:
        if self._going:
            return
        self._going = True
        try:
            while self._keys and self._app.screen_stack and not self._waiting():  # no screen while the app closes
                # A new event, since one that a widget has already handled would not be forwarded.
                key = Key(self._keys[0].key, self._keys[0].character)
                self._aims[key] = self._aim()
                await self._forward(key)
                del self._keys[0]  # only now, so that keys arriving meanwhile queue behind it
        finally:
            self._going = False
