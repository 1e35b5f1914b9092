"""Which events of a history count: commands that were undone stay in it, and are passed over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from careconsole.domain.case import event as f


def undone_commands(events: Iterable[f.Event]) -> set[int]:
    """The numbers of the commands that are undone at the end of `events`."""
    gone: set[int] = set()
    for event in events:
        match event.fact:
            case f.Undone(command=command):
                gone.add(command)
            case f.Redone(command=command):
                gone.discard(command)
    return gone


def standing(events: Sequence[f.Event]) -> list[f.Event]:
    """The events that count: without the undone ones and without undo and redo themselves."""
    gone = undone_commands(events)
    return [e for e in events if not isinstance(e.fact, f.Undone | f.Redone) and e.command not in gone]
