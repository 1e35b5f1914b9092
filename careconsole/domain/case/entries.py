"""Entries of a case that a command can name by their numbers: the choices of a form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import msgspec

from careconsole.domain.case.event import Event
from careconsole.domain.case.state import Case


class NamedEntry(msgspec.Struct, frozen=True):
    """An entry of a history: its number, what it says, and a few words that tell it from others."""

    number: int
    text: str
    about: str


Entries: TypeAlias = "Callable[[Case, Sequence[Event], Callable[[int], str]], list[NamedEntry]]"
"""Which entries of a case with this history can be named, the likeliest first; the third says a time in words."""
