"""Undo and redo: commands that were undone stay in a history, and are passed over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from careconsole.domain.case.event import Event, Fact
from careconsole.domain.case.narration import Narrator
from careconsole.domain.case.registry import event


@event("undone")
class Undone(Fact, frozen=True, kw_only=True):
    """Command number `command` is taken out of the history's fold."""

    command: int

    @property
    def is_work(self) -> bool:
        """Nothing is done on the case by it."""
        return False

    def sentence(self, narrator: Narrator) -> str:
        """Which command it was."""
        return f"took command {self.command} back"


@event("redone")
class Redone(Fact, frozen=True, kw_only=True):
    """Command number `command` is put back."""

    command: int

    @property
    def is_work(self) -> bool:
        """Nothing is done on the case by it."""
        return False

    def sentence(self, narrator: Narrator) -> str:
        """Which command it was."""
        return f"put command {self.command} back"


def undone_commands(events: Iterable[Event]) -> set[int]:
    """The numbers of the commands that are undone at the end of `events`."""
    gone: set[int] = set()
    for entry in events:
        match entry.fact:
            case Undone(command=command):
                gone.add(command)
            case Redone(command=command):
                gone.discard(command)
    return gone


def standing(events: Sequence[Event]) -> list[Event]:
    """The events that count: without the undone ones and without undo and redo themselves."""
    gone = undone_commands(events)
    return [e for e in events if not isinstance(e.fact, Undone | Redone) and e.command not in gone]
