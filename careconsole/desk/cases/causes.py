"""Renames and merges causes. Each is one command, which `undo` takes back, and an entry of the journal.

`desk.queries.causes` tells which causes there are and where they came up.
"""

from __future__ import annotations

from typing import Any

from careconsole.desk.queries.causes import find
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.causes import NamedCause, cause_key, label
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import suggest
from careconsole.domain.terminal_text import why_unstorable
from careconsole.store.cases.command_log import LoggedCommand
from careconsole.store.team.journal import JournalEntry

MERGE, RENAME = "cause merge", "cause rename"
VERBS = (MERGE, RENAME)
"""The commands that change causes and no case."""
_KINDS = {MERGE: "cause merged", RENAME: "cause renamed"}
"""The kinds of entries that they write in the journal."""


def merge(desk: Desk, old: str, new: str) -> NamedCause:
    """Lets the cause `old`, and all that counts as it, count as `new` from now on; returns `new`'s.

    Histories keep what was typed. Raises WrongUse for a cause that was never named or is merged into itself, Refused
    for two that count as one already.
    """

    def work(unit: UnitOfWork) -> NamedCause:
        causes = unit.store.causes.all()
        one, other = find(causes, old), find(causes, new)
        changes = causes.merged(one, other)
        target = causes.root(other)
        _save(unit, MERGE, "cause merged", one.label, target.label, changes)
        return target

    return desk.write(work)


def rename(desk: Desk, old: str, new: str) -> NamedCause:
    """Calls a cause `new`; what was typed before counts as it still. Returns the cause as it is now.

    Raises WrongUse for a cause that was never named or a name that cannot be one, Refused for the name of another
    cause, or when nothing would change.
    """
    name = label(new)

    def work(unit: UnitOfWork) -> NamedCause:
        causes = unit.store.causes.all()
        root = causes.root(find(causes, old))
        _must_be_name(name)
        if name == root.label:
            raise Refused(f"It is called “{root.label}” already.", "Nothing to change.")
        known = causes.find(name)
        if known is not None and causes.root(known).number != root.number:
            raise causes.taken(root, causes.root(known))
        target = unit.store.causes.named(name)
        others = [one for one in (root, *causes.aliases(root)) if one.number != target.number]
        changes = [_named(target, name), *(_counting_as(one, target.number) for one in others)]
        _save(unit, RENAME, "cause renamed", root.label, name, changes)
        return changes[0]

    return desk.write(work)


def turn(unit: UnitOfWork, entry: LoggedCommand, undo: bool) -> JournalEntry:
    """Takes back a merge or a renaming, or does it again. Part of a write.

    Returns its entry in the journal. Raises Refused when one of its causes was changed since.
    """
    written, now = must_be_turnable(unit, entry, undo)
    will = written.data["before"]["rows"] if undo else written.data["after"]
    unit.store.causes.save(_cause(row, now[row[0]]) for row in will)
    unit.record_turn(written, undo)
    return written


def must_be_turnable(unit: UnitOfWork, entry: LoggedCommand, undo: bool) -> tuple[JournalEntry, dict[int, NamedCause]]:
    """Raises Refused as `turn` does, changing nothing; returns the entry in the journal, and the causes by number."""
    written = unit.store.journal.of_command(_KINDS[entry.verb], entry.number)
    data = written.data
    was, will = (data["after"], data["before"]["rows"]) if undo else (data["before"]["rows"], data["after"])
    now = {one.number: one for one in unit.store.causes.all().by_number.values()}
    targets = {row[2] for row in will if row[2] is not None} - {row[0] for row in will}
    # What counts as another cause must not have others that count as it.
    if any(_row(now[row[0]]) != row for row in was) or any(now[one].into is not None for one in targets):
        raise Refused(
            "The causes have changed since.",
            "It can no longer be {}: {}.",
            "undone; look at them and do the opposite" if undo else "redone; look at them and do it again",
            suggest("cause list"),
        )
    return written, now


def _save(unit: UnitOfWork, verb: str, kind: str, about: str, into: str, changes: list[NamedCause]) -> None:
    before = unit.store.causes.all().by_number
    command = unit.store.log.add(verb, unit.who, unit.now, [])
    unit.store.causes.save(changes)
    unit.record_change(
        kind,
        about,
        {
            "into": into,
            "command": command,
            "before": {"rows": [_row(before[one.number]) for one in changes]},
            "after": [_row(one) for one in changes],
        },
    )


def _row(cause: NamedCause) -> list[Any]:
    return [cause.number, cause.label, cause.into]


def _cause(row: list[Any], now: NamedCause) -> NamedCause:
    return NamedCause(number=now.number, key=now.key, label=row[1], into=row[2])


def _named(cause: NamedCause, name: str) -> NamedCause:
    return NamedCause(number=cause.number, key=cause.key, label=name)


def _counting_as(cause: NamedCause, into: int) -> NamedCause:
    return NamedCause(number=cause.number, key=cause.key, label=cause.label, into=into)


def _must_be_name(name: str) -> None:
    if why := why_unstorable(name):
        raise WrongUse(f"The name {why}.", "Remove that character; nothing was stored.")
    if not cause_key(name):
        raise WrongUse("The new name is missing.", "Give a short label, such as 'refund limit'.")
