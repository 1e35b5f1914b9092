"""Messages that the fields of a form send to it."""

from __future__ import annotations

from textual.message import Message


class Changed(Message):
    """Something was typed or chosen."""


class Entered(Message):
    """Enter was pressed: on to the next field, or the form is sent."""


class LeaveField(Message):
    """An arrow key led out of a field, to the one above (-1) or below (1)."""

    def __init__(self, step: int) -> None:
        super().__init__()
        self.step = step


class Edit(Message):
    """The text is to be written in the person's own editor."""
