"""What is asked of the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from careconsole.domain.team.roster import Roster

if TYPE_CHECKING:
    from careconsole.domain.filters.language import Term

ONLY_OPEN, NOT_VOID = "status = 'open'", "status <> 'void'"
"""Conditions on the table cases. The status is a literal, so that SQLite can use the partial index of open cases."""


class QueueQuery(msgspec.Struct, frozen=True):
    """A query of the queue: the terms of a filter, with its text, and for whom and when they are evaluated.

    A filter without a term about the status selects open cases, unless `every` case is asked for.
    """

    terms: tuple[Term, ...]
    text: str
    roster: Roster
    now: int
    me: int | None = None
    every: bool = False
