"""Undo and redo: undone commands stay in a history, but are skipped.

The same goes for messages and notes that moved to another case.
"""

from collections.abc import Iterable, Sequence
from functools import cache

from msgspec.structs import replace

from careconsole.domain.case.event import Event, Fact
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.registry import event


@event("undone")
class Undone(Fact, frozen=True, kw_only=True):
    """Command number `command` was undone, so its events no longer count."""

    command: int

    @property
    def turns(self) -> int:
        """That command."""
        return self.command

    @property
    def names_earlier(self) -> bool:
        """It is about what the command did."""
        return True

    @property
    def is_work(self) -> bool:
        """An undo is not work on the case."""
        return False

    def sentence(self, narrator: Narrator) -> str:
        """Says which command was undone."""
        return f"undid {_what(self.command, narrator)}"


@event("redone")
class Redone(Fact, frozen=True, kw_only=True):
    """Command number `command` was redone, so its events count again."""

    command: int

    @property
    def turns(self) -> int:
        """That command."""
        return self.command

    @property
    def names_earlier(self) -> bool:
        """It is about what the command did."""
        return True

    @property
    def is_work(self) -> bool:
        """A redo is not work on the case."""
        return False

    def sentence(self, narrator: Narrator) -> str:
        """Says which command was redone."""
        return f"redid {_what(self.command, narrator)}"


def _what(command: int, narrator: Narrator) -> str:
    done = narrator.done(command)
    return f"this: {done}" if done else f"command {command}"


def stands_as_written(events: Iterable[Event]) -> bool:
    """Whether no event can undo, move or correct an earlier one, as in most histories; told from their types."""
    return not any(map(_is_about_earlier, {type(entry.fact) for entry in events}))


@cache
def _is_about_earlier(kind: type[Fact]) -> bool:
    return issubclass(kind, Undone | Redone) or any(
        getattr(kind, name) is not getattr(Fact, name) for name in ("moved", "brings_back", "delivers")
    )


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


def moved_entries(events: Iterable[Event], gone: set[int]) -> dict[int, int]:
    """The entries whose messages and notes moved, each with the case they moved to. `gone`: the undone commands."""
    return {
        number: moved.into
        for entry in events
        if (moved := entry.fact.moved) is not None and entry.command not in gone
        for number in moved.entries
    }


def delivery_reports(events: Iterable[Event], gone: set[int]) -> dict[int, bool]:
    """Whether mails came back, by the entry that sent them, as was reported last. `gone`: the undone commands."""
    found: dict[int, bool] = {}
    for entry in events:
        fact = entry.fact
        if fact.brings_back and entry.command not in gone:
            found[fact.brings_back] = True
        elif fact.delivers and entry.command not in gone:
            found[fact.delivers] = False
    return found


def corrected(entry: Event, reports: dict[int, bool]) -> Event:
    """An entry as reports correct it: a mail that came back told nobody, and one that arrived leaves nobody waiting."""
    reported = entry.fact.brings_back
    disproved = reports.get(entry.number, False) or (reported and not reports[reported])
    return replace(entry, fact=entry.fact.when_disproved) if disproved else entry


def not_undone(events: Sequence[Event]) -> list[Event]:
    """The events that were not undone, without the undo and redo events themselves."""
    gone = undone_commands(events)
    return [entry for entry in events if not isinstance(entry.fact, Undone | Redone) and entry.command not in gone]


def standing(events: Sequence[Event]) -> list[Event]:
    """The events that count: those not undone, without messages and notes that moved to another case.

    A mail that did not arrive is no message.
    """
    left = not_undone(events)
    if reports := delivery_reports(left, set()):
        left = [corrected(entry, reports) for entry in left]
    moved = moved_entries(left, set())
    if not moved:
        return left
    wordless = (without_words(entry) if entry.number in moved else entry for entry in left)
    return [entry for entry in wordless if entry is not None]


def standing_if_opened(events: Sequence[Event]) -> list[Event]:
    """As `standing`, for what is counted of a case; empty if its opening was undone, since then there is no case."""
    left = standing(events)
    return left if left and left[0].number == 1 else []


def without_words(entry: Event) -> Event | None:
    """What is left of an entry once its message or note has moved to another case; None for nothing."""
    left = entry.fact.without_words
    return None if left is None else replace(entry, fact=left)
