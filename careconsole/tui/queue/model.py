"""What the list of cases shows: the order, the rows read so far, the cursor and the marks, and what others changed.

The cursor and the marks stay with the case, not with a place in the list. A case under the cursor that falls out of the
view stays where it is until the cursor leaves it, so that no key acts on another case than the one being looked at.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator

import msgspec

from careconsole.desk.queries.case_queries import QueueRow
from careconsole.domain.team.roster import Roster

_KEPT = 3_000
"""The most rows that are kept; those on the screen and some pages around it are a fraction of that."""


class Flag(msgspec.Struct, frozen=True):
    """A row that changed since it was looked at: who changed it, and whether the case was opened since then.

    `who` is empty for the sweep, which is no person.
    """

    who: str
    new: bool = False


class QueueModel:
    """The list of cases behind the screen."""

    def __init__(self) -> None:
        self.numbers: array[int] = array("q")
        self.rows: dict[int, QueueRow] = {}
        self.customers: dict[int, str] = {}
        self.roster = Roster({})
        self.now = 0
        self.me: int | None = None
        self.marks: dict[int, None] = {}
        self.flags: dict[int, Flag] = {}
        self.beside: dict[int, str] = {}
        """Who else has a case open: "Ben", "Ben writes"."""
        self.cursor = 0
        self.gone: int | None = None
        """The case under the cursor, if it is no longer in the view."""

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def current(self) -> int | None:
        """The number of the case under the cursor; None when the list is empty."""
        return self.numbers[self.cursor] if self.numbers else None

    def at(self, index: int) -> int:
        """The number of the case at an index of the list."""
        return self.numbers[index]

    def row(self, number: int) -> QueueRow | None:
        """The row of a case; None if it has not been read."""
        return self.rows.get(number)

    def chosen(self) -> list[int]:
        """The cases a command is for: the marked ones, else the one under the cursor."""
        if self.marks:
            return list(self.marks)
        return [self.current] if self.current is not None else []

    def move(self, index: int) -> int:
        """Moves the cursor to `index` or as near as it can, and drops a `gone` case it leaves; returns where it is."""
        index = max(0, min(index, len(self.numbers) - 1))
        if self.gone is not None and index != self.cursor:
            place = self.cursor
            self.numbers.pop(place)
            self.gone = None
            index -= index > place
        self.cursor = max(0, min(index, len(self.numbers) - 1))
        if self.current is not None:
            self.flags.pop(self.current, None)
        return self.cursor

    def go_to(self, number: int) -> bool:
        """Puts the cursor on a case; False when it is not in the list."""
        if number == self.current:
            return True
        index = self._place(number)
        if index is None:
            return False
        self.move(index)
        return True

    def order(self, numbers: Iterable[int], *, begin: bool = False) -> int:
        """Takes over a new order and returns by how many rows the cursor has moved.

        With `begin` it is another list, and the cursor goes to its top. Only cases in the list keep their marks, so
        that no command is for a case that nobody sees.
        """
        before, was = self.current, self.cursor
        self.numbers = array("q", numbers)
        self.gone = None
        if begin or before is None:
            self.cursor = 0
            self._keep_marks()
            return -was
        index = self._place(before)
        if index is None:
            index = min(was, len(self.numbers))
            self.numbers.insert(index, before)
            self.gone = before
        self._keep_marks()
        self.cursor = index
        return index - was

    def learn(self, rows: dict[int, QueueRow], customers: dict[int, str]) -> None:
        """Stores rows that were read; the oldest are dropped when there are too many."""
        for number in rows:
            self.rows.pop(number, None)  # reinserted at the end, as the first ones are dropped first
        self.rows.update(rows)
        self.customers.update(customers)
        while len(self.rows) > _KEPT:
            del self.rows[next(iter(self.rows))]
        if len(self.customers) > 3 * _KEPT:
            named = {row.customer for row in self.rows.values()}
            self.customers = {number: name for number, name in self.customers.items() if number in named}

    def forget(self, numbers: Iterable[int] | None = None) -> None:
        """Drops rows, so that they are read again; all of them without `numbers`."""
        if numbers is None:
            self.rows.clear()
            return
        for number in numbers:
            self.rows.pop(number, None)

    def unknown(self, first: int, count: int) -> list[int]:
        """The cases in a range of the list whose rows have not been read."""
        stretch = self.numbers[max(0, first) : max(0, first + count)]
        return [number for number in stretch if number not in self.rows]

    def mark(self, number: int) -> None:
        """Marks a case, or removes its mark."""
        if number in self.marks:
            del self.marks[number]
        else:
            self.marks[number] = None

    def mark_all(self) -> None:
        """Marks every case of the list, or removes all marks if all are marked."""
        if len(self.marks) == len(self.numbers):
            self.marks.clear()
        else:
            self.marks = dict.fromkeys(self.numbers)

    def lose(self, numbers: set[int]) -> int:
        """Removes cases that no longer exist; returns by how many rows the cursor has moved.

        A cursor that was on one of them goes to the next case that is left, or else to the last one.
        """
        for number in numbers:
            self.rows.pop(number, None)
            self.flags.pop(number, None)
            self.marks.pop(number, None)
        if self.gone in numbers:
            self.gone = None
        was, before = self.cursor, sum(number in numbers for number in self.numbers[: self.cursor])
        self.numbers = array("q", (number for number in self.numbers if number not in numbers))
        self.cursor = max(0, min(was - before, len(self.numbers) - 1))
        return self.cursor - was

    def shown(self, first: int, count: int) -> Iterator[int]:
        """The cases in a range of the list."""
        return iter(self.numbers[max(0, first) : max(0, first + count)])

    def _place(self, number: int) -> int | None:
        try:
            return self.numbers.index(number)
        except ValueError:
            return None

    def _keep_marks(self) -> None:
        if self.marks:
            here = set(self.numbers)
            self.marks = {number: None for number in self.marks if number in here}
