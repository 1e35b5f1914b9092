"""Entries of a case's history that a command refers to by number: the choices of a form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import msgspec

from careconsole.domain.case.event import Event
from careconsole.domain.case.state import Case


class NamedEntry(msgspec.Struct, frozen=True):
    """An entry of a history: its number, its text, and a few words that distinguish it from others."""

    number: int
    text: str
    about: str


Entries: TypeAlias = "Callable[[Case, Sequence[Event], Callable[[int], str]], list[NamedEntry]]"
"""Lists the entries that can be named, given a case, its history and a formatter of times; the likeliest first."""
