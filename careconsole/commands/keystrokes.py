"""How many keys what people do all day takes, for the page of keys; a test presses them."""

from __future__ import annotations

import msgspec

TEXT = "TEXT"
"""Stands for something to type: a message, a name, a number."""


class Keystrokes(msgspec.Struct, frozen=True):
    """What is done, the keys it takes, with `TEXT` for what is typed, and the most keys it may take besides that."""

    id: str
    title: str
    keys: tuple[str, ...]
    most: int

    @property
    def count(self) -> int:
        """The number of keys, without what is typed."""
        return sum(key != TEXT for key in self.keys)

    @property
    def texts(self) -> int:
        """How many texts are typed."""
        return self.keys.count(TEXT)


def _strokes(id: str, title: str, keys: str, most: int) -> Keystrokes:
    return Keystrokes(id, title, tuple(keys.split()), most)


KEYSTROKES: tuple[Keystrokes, ...] = (
    _strokes("take", "Take an unassigned case", "t", 1),
    _strokes("accept", "Accept what is offered to you (`f` goes to it)", "y", 1),
    _strokes("note", "Write a note", "i TEXT ctrl+s", 2),
    _strokes("message", "Log a message to the customer", "c TEXT ctrl+s", 2),
    _strokes("customer said", "Log what the customer said", "C TEXT ctrl+s", 2),
    _strokes("promise", "Promise something (in four hours)", "p TEXT ctrl+s", 2),
    _strokes("kept", "A promise is kept", "K enter", 2),
    _strokes("offer", "Offer the case to a colleague, by name", "o TEXT ctrl+s", 2),
    _strokes("escalate", "Escalate", "e TEXT ctrl+s", 3),
    _strokes("answer", "Answer the customer and resolve the case", "c TEXT tab r ctrl+s", 4),
    _strokes("priority", "Raise the priority", "+", 1),
    _strokes("park", "Park until tomorrow, waiting on the customer", "z ctrl+s", 2),
    _strokes("hand over", "Hand over somebody's load (`↓` goes to them)", "M down . 3 1 enter", 6),
    _strokes("go", "Go to a case, by its number", ": TEXT enter", 3),
    _strokes("call", "Log a finished call as a case", "n TEXT tab TEXT tab tab p tab r tab TEXT ctrl+s", 9),
)
"""The table of the page of keys."""
