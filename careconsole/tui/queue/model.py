"""What the list of cases shows: its lines, the rows read so far, the cursor and the marks, and what others changed.

A line is a case, or the rule above a group of cases. The cursor and the marks stay with the case, not with a place in
the list. A case under the cursor that falls out of the view, or that a command given here moves to another place, stays
where it is until the cursor leaves it, so that no key acts on another case than the one being looked at, and the next
one is the case that follows it here.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec

from careconsole.desk.queries.case_queries import QueueRow
from careconsole.desk.queries.last_messages import LastMessage
from careconsole.domain.team.roster import Roster

_FOLLOWING = 20
"""The most lines below the cursor that are looked for to find its place."""
_KEPT = 1_000
"""The most rows that are kept; those on the screen and some pages around it are a fraction of that."""


class Flag(msgspec.Struct, frozen=True):
    """A row that changed since it was looked at: who changed it, and whether the case was opened since then.

    `who` is empty for the sweep and for a mail, which are no person.
    """

    who: str
    new: bool = False


class QueueModel:
    """The list of cases behind the screen.

    `lines` has the numbers of the cases that are shown, and for a rule the place of its group, counted from -1 down.
    """

    def __init__(self) -> None:
        self.numbers: array[int] = array("i")
        """Every case of the list in order, those of folded groups too."""
        self.sizes: tuple[int, ...] = ()
        """How many cases each group has, in the order of the groups; empty for a list without rules."""
        self.counted = True
        """Whether the sizes are those of the whole list, and not only of what the first screen read."""
        self.folded: set[int] = set()
        """The groups whose cases are hidden."""
        self.lines: array[int] = array("i")
        self.rows: dict[int, QueueRow] = {}
        self.messages: dict[int, tuple[int, LastMessage | None]] = {}
        """The last message of a case, with the version of the row that it was read for."""
        self.customers: dict[int, str] = {}
        self.roster = Roster({})
        self.now = 0
        self.me: int | None = None
        self.marks: dict[int, None] = {}
        self.flags: dict[int, Flag] = {}
        self.flags_of: dict[int, dict[int, Flag]] = {}
        """Those of the people who were at work here before, by person."""
        self.beside: dict[int, str] = {}
        """Who else has a case open: "Ben", "Ben writing"."""
        self.cursor = 0
        """The place of the cursor among the lines."""
        self.gone: int | None = None
        """The case under the cursor, if it is no longer in the view, or in a folded group, or `moves`."""
        self._moves = False

    def __len__(self) -> int:
        """How many cases the list has."""
        return len(self.numbers)

    @property
    def cover(self) -> str:
        """Who acts for the person at the screen, who is away; "" while they are here."""
        acting = self.roster.answerable(self.me) if self.me in self.roster.people else None
        return "" if acting in (None, self.me) else self.roster.name(acting)

    @property
    def moves(self) -> bool:
        """Whether the case under the cursor has another place in the list, where it goes once the cursor leaves it."""
        return self.gone is not None and self._moves

    @property
    def current(self) -> int | None:
        """The number of the case under the cursor; None when the list is empty, and on a rule."""
        line = self._here
        return line if line is not None and line > 0 else None

    @property
    def rule(self) -> int | None:
        """The group whose rule is under the cursor; None on a case, and when the list is empty."""
        line = self._here
        return rule_group(line) if line is not None and line < 0 else None

    @property
    def position(self) -> int | None:
        """The place of the case under the cursor in the whole list, from 1; None when it is not in it, or on a rule."""
        if self.current is None or self.gone is not None:
            return self.numbers.index(self.gone) + 1 if self.gone is not None and self._moves else None
        line, case = 0, 0
        for group, size in self._shown_groups():
            line += 1
            shown = 0 if group in self.folded else size
            if self.cursor < line + shown:
                break
            line, case = line + shown, case + size
        return case + self.cursor - line + 1

    def begin_anew(self, before: int | None, person: int) -> None:
        """Has another person at work, who gets nothing of the previous one's, and what they have not looked at yet."""
        if before is not None:
            self.flags_of[before] = self.flags
        self.me, self.flags = person, self.flags_of.pop(person, {})
        self.marks.clear()
        self.folded.clear()

    def forget_flags(self) -> None:
        """Forgets what anybody has not looked at yet."""
        self.flags.clear()
        self.flags_of.clear()

    def at(self, index: int) -> int:
        """The line at an index: the number of a case, or below zero a rule."""
        return self.lines[index]

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
        index = max(0, min(index, len(self.lines) - 1))
        if self.gone is not None and index != self.cursor:
            line, self.gone = self.lines[index], None
            self._lay()
            index = self.lines.index(line)
        self.cursor = max(0, min(index, len(self.lines) - 1))
        if self.current is not None:
            self.flags.pop(self.current, None)
        return self.cursor

    def go_to(self, number: int) -> bool:
        """Puts the cursor on a case, and unfolds its group; False when it is not in the list."""
        if number == self.current:
            return True
        index = self._place(number)
        if index is None and self.folded:
            group = self._group_of(number)
            if group is not None:
                self.fold(group)
                index = self._place(number)
        if index is None:
            return False
        self.move(index)
        return True

    def first(self) -> int:
        """The index of the first case; 0 if no case is shown."""
        return next((index for index, line in enumerate(self.lines[: len(self.sizes) + 1]) if line > 0), 0)

    def next_stop(self, index: int, step: int) -> int:
        """The index at which a cursor that moves to `index` stops: past headings, unless their cases are folded.

        `step` is 1 downwards and -1 upwards. Where nothing else follows, the cursor stays where it is.
        """
        index = max(0, min(index, len(self.lines) - 1))
        while 0 <= index < len(self.lines):
            if self.lines[index] > 0 or rule_group(self.lines[index]) in self.folded:
                return index
            index += step
        return self.cursor

    def heading(self) -> int:
        """The index of the heading above the cursor; of the cursor where there is none."""
        return next((index for index in range(self.cursor, -1, -1) if self.lines[index] < 0), self.cursor)

    def order(
        self,
        numbers: Iterable[int],
        sizes: Sequence[int] = (),
        *,
        begin: bool = False,
        counted: bool = True,
        acted: Collection[int] = (),
    ) -> int:
        """Takes over a new order and returns by how many lines the cursor has moved.

        `sizes` says how many of the numbers are in each group; a list whose cases are all in one has no rules, unless
        it was not `counted` as a whole. With `begin` it is another list, and the cursor goes to its first case. If the
        case under the cursor is one of those `acted` on here, it stays where it is, wherever its place is now. Only
        cases in the list keep their marks, so that no command is for a case that nobody sees.
        """
        before, was = self._here, self.cursor
        stays = before in acted or self.moves
        after = [line for line in self.lines[was + 1 : was + 1 + _FOLLOWING] if line not in acted]
        found = numbers if isinstance(numbers, array) else _narrow(list(numbers))
        # It never gets narrower again, because the line of a case that has left the list may stay in it.
        self.numbers = array("q", found) if found.typecode < self.numbers.typecode else found
        self.sizes = tuple(sizes) if sum(map(bool, sizes)) > 1 or not counted else ()
        self.counted = counted
        self.gone = None
        self._lay()
        if begin or before is None:
            self.cursor = self.first()
            self._keep_marks()
            return self.cursor - was
        index = self._place(before)
        if before > 0 and (index is None or stays):
            index = self._keep_here(before, index, after)
        elif index is None:
            index = min(was, len(self.lines))
        self._keep_marks()
        self.cursor = max(0, min(index, len(self.lines) - 1))
        return self.cursor - was

    def fold(self, group: int) -> None:
        """Hides the cases of a group below its rule, or shows them again; the cursor stays on its line.

        A cursor on one of the cases goes to the rule, and cases that are hidden lose their marks.
        """
        before = self._here
        self.folded ^= {group}
        self.gone = None
        self._lay()
        index = self._place(before) if before is not None else None
        self.cursor = index if index is not None else self._place(rule_line(group)) or 0
        self._keep_marks()

    def group_lines(self, group: int) -> Sequence[int]:
        """The cases of a group, shown or not."""
        start = sum(self.sizes[:group])
        return self.numbers[start : start + self.sizes[group]]

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

    def learn_messages(self, messages: dict[int, tuple[int, LastMessage | None]]) -> None:
        """Stores last messages that were read; if there are too many, those of cases without a row are dropped."""
        self.messages.update(messages)
        if len(self.messages) > _KEPT:
            self.messages = {number: one for number, one in self.messages.items() if number in self.rows}

    def forget(self, numbers: Iterable[int] | None = None) -> None:
        """Drops rows, so that they are read again; all of them without `numbers`."""
        if numbers is None:
            self.rows.clear()
            self.messages.clear()
            return
        for number in numbers:
            self.rows.pop(number, None)
            self.messages.pop(number, None)

    def unknown(self, first: int, count: int) -> list[int]:
        """The cases in a range of the lines whose rows have not been read."""
        return [line for line in self.shown(first, count) if line > 0 and line not in self.rows]

    def without_message(self) -> dict[int, int]:
        """The cases of all lines whose last message has not been read for the row that is there, with its version."""
        rows = filter(None, (self.rows.get(line) for line in self.lines))
        return {row.number: row.version for row in rows if self.messages.get(row.number, (-1,))[0] != row.version}

    def mark(self, number: int) -> None:
        """Marks a case, or removes its mark."""
        if number in self.marks:
            del self.marks[number]
        else:
            self.marks[number] = None

    def mark_group(self, group: int) -> None:
        """Marks every case of a group, or removes their marks if all have one; a folded group is unfolded first."""
        if group in self.folded:
            self.fold(group)
        cases = self.group_lines(group)
        if all(number in self.marks for number in cases):
            for number in cases:
                del self.marks[number]
        else:
            self.marks.update(dict.fromkeys(cases))

    def mark_all(self) -> None:
        """Marks every case that is shown, or removes all marks if all are marked."""
        cases = [line for line in self.lines if line > 0]
        if len(self.marks) == len(cases):
            self.marks.clear()
        else:
            self.marks = dict.fromkeys(cases)

    def lose(self, numbers: set[int]) -> int:
        """Removes cases that no longer exist; returns by how many lines the cursor has moved.

        A cursor that was on one of them goes to the next line that is left, or else to the last one.
        """
        for number in numbers:
            self.rows.pop(number, None)
            self.messages.pop(number, None)
            self.flags.pop(number, None)
            self.marks.pop(number, None)
        was, after = self.cursor, [line for line in self.lines[self.cursor :] if line not in numbers]
        if self.gone in numbers:
            self.gone = None
        left = array(self.numbers.typecode)
        sizes: list[int] = []
        for cases in map(self.group_lines, range(len(self.sizes))) if self.sizes else (self.numbers,):
            left.extend(number for number in cases if number not in numbers)
            sizes.append(len(left) - sum(sizes))
        self.numbers, self.sizes = left, tuple(sizes) if self.sizes else ()
        self._lay()
        if self.gone is not None:
            self._keep_here(self.gone, self._place(self.gone), after[1:])
        kept = next((place for place in map(self._place, after) if place is not None), None)
        self.cursor = kept if kept is not None else max(0, len(self.lines) - 1)
        return self.cursor - was

    def shown(self, first: int, count: int) -> Iterator[int]:
        """The lines in a range: numbers of cases and, below zero, rules."""
        return iter(self.lines[max(0, first) : max(0, first + count)])

    @property
    def _here(self) -> int | None:
        return self.lines[self.cursor] if self.lines else None

    def _shown_groups(self) -> Iterator[tuple[int, int]]:
        return ((group, size) for group, size in enumerate(self.sizes) if size)

    def _lay(self) -> None:
        """Lays out the lines: the rule of each group that has cases, and the cases unless it is folded."""
        if not self.sizes:
            self.lines = self.numbers[:]
            return
        self.lines = array(self.numbers.typecode)
        for group, _ in self._shown_groups():
            self.lines.append(rule_line(group))
            if group not in self.folded:
                self.lines.extend(self.group_lines(group))

    def _group_of(self, number: int) -> int | None:
        """The group of a case; None when it is not in the list."""
        return next((group for group, _ in self._shown_groups() if number in self.group_lines(group)), None)

    def _place(self, line: int) -> int | None:
        try:
            return self.lines.index(line)
        except ValueError:
            return None

    def _in_place_of(self, after: Iterable[int], index: int) -> int:
        """The place before the first line that came `after` a case and is still there; else `index`."""
        return next((place for place in map(self._place, after) if place is not None), index)

    def _keep_here(self, number: int, place: int | None, after: Iterable[int]) -> int:
        """Shows a case before the first line that is left of those that came `after` it, else where the cursor is.

        `place` is where it stands among the lines, if it does; returns where it stands now.
        """
        if place is not None:
            self.lines.pop(place)
        index = self._in_place_of(after, min(self.cursor, len(self.lines)))
        self.lines.insert(index, number)
        self._moves = place is not None
        self.gone = None if index == place else number
        return index

    def _keep_marks(self) -> None:
        if self.marks:
            here = set(self.lines)
            self.marks = {number: None for number in self.marks if number in here}


def _narrow(numbers: Sequence[int]) -> array[int]:
    """The numbers in four bytes each, or in eight where one needs them."""
    return array("i" if max(numbers, default=0) < 2**31 else "q", numbers)


def rule_line(group: int) -> int:
    """The line of the rule above a group."""
    return -1 - group


def rule_group(line: int) -> int:
    """The group below a rule, from its line."""
    return -1 - line
