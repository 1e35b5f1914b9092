"""Drafts: what somebody has typed into a form and not sent yet. They survive conflicts, locks and crashes.

Drafts belong to the person, not to the console: they are there wherever that person works next.
"""

from __future__ import annotations

import msgspec

from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.store import Row
from careconsole.store.cases.verbs import verb_of
from careconsole.store.engine.decoding import reader

_read_fields = reader(dict[str, str])


class Draft(msgspec.Struct, frozen=True):
    """An unfinished form: `verb` on `case` (0: a case not opened yet), and what was typed in its `fields`, by name.

    `seen` is the version of the case that the person was looking at, `at` when they last typed (epoch milliseconds).
    """

    case: int
    verb: str
    fields: dict[str, str]
    seen: int | None
    at: int


def save_draft(desk: Desk, draft: Draft) -> None:
    """Stores a draft in place of the one for the same case and verb; characters that cannot be stored are left out."""

    def work(unit: UnitOfWork) -> None:
        unit.store.console.keep_draft(unit.who.person, draft.case, draft.verb, draft.fields, draft.seen, draft.at)

    desk.write(work)


def find(desk: Desk, case: int, verb: str) -> Draft | None:
    """The draft for a case and a verb, if the person has one."""
    row = desk.store.console.draft(desk.who.person, case, verb)
    return _draft(row) if row else None


def drop(desk: Desk, case: int, verb: str) -> None:
    """Deletes a draft that was sent or discarded; there need not be one."""
    desk.write(lambda unit: unit.store.console.drop_draft(unit.who.person, case, verb))


def listed(desk: Desk) -> list[Draft]:
    """All drafts of the person, the newest first."""
    return [_draft(row) for row in desk.store.console.drafts(desk.who.person)]


def _draft(row: Row) -> Draft:
    return Draft(row[0], verb_of(row[1]), _read_fields(row[2], "A draft"), row[3], row[4])
