"""Keys typed while something opens: they go to what opens, in the order in which they were typed."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any
from weakref import WeakKeyDictionary

from textual.app import App
from textual.events import Event, Key
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget

_PAUSE = 0.5
"""Seconds without a key after which a person has noticed that nothing opened, and types keys again, not text."""
_TEXT_KEYS = frozenset(("enter", "tab", "backspace", "delete"))
"""The keys that people press while they fill in a form, besides characters."""

KeyTarget = tuple[Screen[Any] | None, Widget | None]
"""The screen on top and its focused widget, when a key was sent."""

_RECENT = 0.1
"""Seconds after which a key is certainly on its way no more, if no messages wait on it."""
_LOST = 0.5
"""Seconds after which a callback that follows a key is given up."""


class TypedAhead:
    """Queues keys while `waiting` returns true; `forward` sends one to the screen, `soon` calls back after the next
    refresh.

    Textual sends every key at once to the widget that has the focus, and treats it as a command only if it comes back
    unused. A key sent before something opened may come back afterwards; it is then sent again, to what is on top now.

    A key with priority, such as the one that sends a form, is acted on before all that wait in that widget. It must not
    overtake the text typed before it, nor must text overtake a key that moves the focus. So a key that comes right
    after another one waits until that is done with, unless both are text.

    What was typed for a form that does not open after all is dropped (`drop`): as keys it would do anything at all.
    """

    def __init__(
        self,
        app: App[Any],
        waiting: Callable[[], bool],
        forward: Callable[[Event], Awaitable[None]],
        soon: Callable[[Callable[[], Any]], object],
    ) -> None:
        self._app, self._waiting, self._forward, self._soon = app, waiting, forward, soon
        self._returned: list[Key] = []  # older than those in _keys
        self._keys: list[Key] = []
        self._going = False
        self._aims: WeakKeyDictionary[Key, KeyTarget] = WeakKeyDictionary()
        self._last_was_text = False
        self._last_sent = 0.0
        self._is_clear = True  # whether all that was sent before is done with
        self._follower: object | None = None  # the one that is awaited
        self._dropped_at: float | None = None
        self.clock: Callable[[], float] = lambda: Event().time
        """The present time on the clock of key events, in seconds."""

    def takes(self, key: Key) -> bool:
        """Queues a key that must wait for what opens or for earlier keys, or must be sent again; returns whether.

        A key that belongs to text for a form that did not open is dropped, which counts as taken.
        """
        if self._belongs_to_dropped(key):
            return True
        if key.is_forwarded:  # it comes back unused
            if not (self._waiting() or self._came_too_early(key)):
                return False
            self._returned.append(key)
        else:
            self._aims[key] = self._aim()
            if not (self._waiting() or self._queued or self._going or self._comes_right_after(key)):
                self._sent(key)
                return False
            self._keys.append(key)
        if not self._waiting():
            self.go_on()
        return True

    def go_on(self) -> None:
        """Delivers the queued keys, now that what was opening is ready or is not going to open."""
        if self._queued:
            self._soon(self._give)

    @property
    def _queued(self) -> list[Key]:
        return self._returned or self._keys

    def drop(self) -> None:
        """Drops the queued keys, and the text typed from now on until a pause: its form does not open."""
        self._returned.clear()
        self._keys.clear()
        self._dropped_at = self.clock()

    def _belongs_to_dropped(self, key: Key) -> bool:
        """Whether the key continues what was typed for a form that did not open."""
        if self._dropped_at is None:
            return False
        if key.time - self._dropped_at < _PAUSE and (key.is_printable or key.key in _TEXT_KEYS):
            self._dropped_at = max(self._dropped_at, key.time)
            return True
        self._dropped_at = None  # a pause, or a key that is no text: from here on keys are keys
        return False

    def _aim(self) -> KeyTarget:
        stack = self._app.screen_stack
        return (stack[-1], stack[-1].focused) if stack else (None, None)

    def _came_too_early(self, key: Key) -> bool:
        """Whether the screen or the focus changed after the key was sent; false if its screen is closed by now."""
        aim = self._aims.get(key)
        return aim is not None and aim != self._aim() and aim[0] in self._app.screen_stack

    def _sent(self, key: Key) -> None:
        self._last_was_text, self._last_sent, self._is_clear = key.is_printable, time.monotonic(), False

    def _comes_right_after(self, key: Key) -> bool:
        """Whether the key must wait until the one before it is done with, which may still be on its way."""
        if self._is_clear or (key.is_printable and self._last_was_text):
            return False
        return time.monotonic() - self._last_sent < _RECENT or any(node.message_queue_size for node in self._path())

    def _path(self) -> list[MessagePump]:
        """The way of a key: from the focused widget, which gets it first, up to the app, where it comes back unused."""
        screen, focused = self._aim()
        last = focused or screen
        nodes: list[MessagePump] = [] if last is None else list(last.ancestors_with_self)
        return [*(node for node in nodes if node is not self._app), self._app]

    def _follow(self) -> None:
        """Goes on when all that was sent before is done with: a callback goes the same way behind it, twice.

        A key that comes back to the app is acted on there, and what it causes, as Enter in a menu does, starts on the
        same way anew: the second round goes behind that, and waits at each node until nothing is left there. If another
        screen is on top by then, where what was chosen is acted on, two rounds go that screen's way too.
        """
        if self._follower is not None:
            return
        follower = self._follower = object()

        def start(rounds: int = 2) -> None:
            step(self._path(), self._aim()[0], rounds, 0)

        def step(path: list[MessagePump], screen: Screen[Any] | None, rounds: int, place: int) -> None:
            if self._follower is not follower:
                return
            again = place and path[place - 1].message_queue_size
            if again and path[place - 1].call_later(step, path, screen, rounds, place):
                return
            # A node that is closing takes no more keys.
            while place < len(path) and not path[place].call_later(step, path, screen, rounds, place + 1):
                place += 1
            if place < len(path):
                return
            if screen is not self._aim()[0]:
                start()
            elif rounds > 1:
                start(rounds - 1)
            else:
                arrived()

        def arrived() -> None:
            if self._follower is follower:
                self._follower, self._is_clear = None, True
                self.go_on()

        start()
        self._app.set_timer(_LOST, arrived)  # a node on the way may have been removed, and the callback with it

    async def _give(self) -> None:
        if self._going:
            return
        self._going = True
        try:
            while self._queued and self._app.screen_stack and not self._waiting():  # no screen while the app closes
                if self._follower is not None:
                    return
                if self._comes_right_after(self._queued[0]):
                    self._follow()
                    return
                # A new event, since one that a widget has already handled would not be forwarded.
                typed = self._queued.pop(0)
                key = Key(typed.key, typed.character)
                key.time = typed.time
                self._aims[key] = self._aim()
                self._sent(key)
                await self._forward(key)
        finally:
            self._going = False
