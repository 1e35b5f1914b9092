"""What is asked of the queue."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from careconsole.domain.team.roster import Roster
from careconsole.store.engine.base import NEVER

if TYPE_CHECKING:
    from careconsole.domain.filters.language import Term

ONLY_OPEN, NOT_VOID = "status = 'open'", "status <> 'void'"
"""Conditions on the table cases. The status is a literal, so that SQLite can use the partial index of open cases.

Every filter begins with one of them.
"""

FLAGS = {
    "open": "status = 'open'",
    "resolved": "status = 'resolved'",
    "unanswered": "status = 'resolved' and answer = 'unanswered' and contact_at <= resolved_at",
    "parked": "parked = 1",
    "escalated": "level > 0",
    "offered": "offered_to is not null",
    "unassigned": "owner_id is null",
    "waiting": f"waiting_since < {NEVER}",
    "promised": "promises > 0",
    "imported": "batch_id is not null",
    "reopened": "reopenings > 0",
    "tagged": "tags <> ''",
    "published": "id in (select case_id from receipts)",
    "recurring": "came_back > 0",
    "rated": "rating <> ''",
    "owed": f"change_due < {NEVER}",
}
"""The conditions behind the flags of a filter that depend neither on who asks nor on the time."""

Listed = Callable[[str, dict[str, Any]], str]
"""Given a select of one column and its parameters, which asks for the same whatever case a filter looks at, returns a
select with the same values: where the filter is asked for parts of the cases, it then reads them once."""


def finds_only_open(where: str) -> bool:
    """Whether the condition of a filter finds open cases alone."""
    return where.startswith(ONLY_OPEN)


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
