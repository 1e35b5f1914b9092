"""Keeps the board up to date: reads what a change requires, and gathers many changes into one read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from careconsole.desk import Desk
from careconsole.desk.console.views import SavedView
from careconsole.desk.queries import case_queries
from careconsole.desk.queries.case_queries import NEVER
from careconsole.desk.queries.last_messages import last_messages
from careconsole.domain.case.event import Writer
from careconsole.domain.errors import CareError
from careconsole.tui.queue.empty_list import COVERED, COVERED_SLOT
from careconsole.tui.queue.model import Flag, QueueModel
from careconsole.tui.queue.needs import Counts, figures
from careconsole.tui.session import Session
from careconsole.tui.threads.change_feed import Changes

_REST = 0.15
"""Seconds between reads of the whole order while changes keep coming."""
_AT_ONCE = 500
"""Rows read in one go; other work has its turn in between."""
_MANY = 100
"""Of more changed cases than this only the rows near the screen are read again, and the others when they come near."""


class QueueRefresher:
    """Reads the order, the rows and the counts of a board on the backend, and reports what to redraw.

    `drawn` is called with the cursor's shift after a new order, `rows_drawn` with the cases whose rows were read,
    `counted` with the counts of the first line and of the views, `vanished` with the case under the cursor when it no
    longer exists, and `failed` with the reason when another list cannot be shown; the previous one then stays. `near`
    returns the cases on the screen and around it. `spawn` runs work in the background.
    """

    def __init__(
        self,
        board: QueueModel,
        session: Session,
        drawn: Callable[[int], None],
        rows_drawn: Callable[[set[int]], None],
        counted: Callable[[Counts, dict[int, int]], None],
        vanished: Callable[[int], None],
        failed: Callable[[CareError], None],
        near: Callable[[], set[int]],
        spawn: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        self.board = board
        self.filter, self.sort, self.reverse = "", "due", False
        self.views: list[SavedView] = []
        self.held = False
        self.behind = 0
        """How many changes of a bulk are taken in, while the list may be some seconds behind it; else 0."""
        self.waiting: set[int] = set()
        """Cases that changed while the list was held."""
        self.arrived: set[int] = set()
        """Cases that came into the view and have not been looked at yet."""
        self._session, self._backend = session, session.backend
        self._drawn, self._rows_drawn, self._counted = drawn, rows_drawn, counted
        self._vanished, self._failed, self._near = vanished, failed, near
        self._shown = ("", "due", False)
        self._spawn = spawn
        self._stale = False
        self._begin = False
        self._reading = False
        self._fresh: set[int] = set()
        self._asked: set[int] = set()
        self._messages_asked: dict[int, int] = {}
        self._regroup_at = NEVER

    def show(self, filter: str, sort: str, reverse: bool) -> None:
        """Switches to another list; raises nothing, since the caller has parsed the filter."""
        self.filter, self.sort, self.reverse = filter, sort, reverse
        self.arrived.clear()
        self.reload(begin=True)

    def reload(self, *, begin: bool = False) -> None:
        """Has the order and the counts read again soon."""
        self._stale = True
        self._begin = self._begin or begin
        if not self._reading:
            self._reading = True
            self._spawn(self._keep_reading())

    def want(self, numbers: Iterable[int], messages: dict[int, int]) -> None:
        """Reads rows that came into sight, and last messages (case: version), unless they are being read already."""
        missing = [n for n in numbers if n not in self._asked]
        if missing:
            self._asked.update(missing)
            self._spawn(self.read_rows(missing))
        unread = {n: version for n, version in messages.items() if self._messages_asked.get(n) != version}
        if unread:
            self._messages_asked.update(unread)
            self._spawn(self._read_messages(unread))

    async def read_rows(self, numbers: list[int]) -> None:
        """Reads rows and has them drawn; removes cases that no longer exist."""
        try:
            read = await self._backend.ask(lambda desk: case_queries.rows(desk, numbers))
        finally:
            self._asked.difference_update(numbers)
        self.board.learn(read.rows, read.customers)
        self._rows_drawn(set(read.rows))
        self._lose(set(numbers) - read.rows.keys())

    async def _read_messages(self, versions: dict[int, int]) -> None:
        """Reads the last messages of cases and has them drawn."""
        try:
            read = await self._backend.ask(lambda desk: last_messages(desk, list(versions)))
        finally:
            for number in versions:
                self._messages_asked.pop(number, None)
        self.board.learn_messages({number: (version, read.get(number)) for number, version in versions.items()})
        self._rows_drawn(set(versions))

    def show_time(self, now: int) -> None:
        """Reads the order again once a case has gone into another group by itself."""
        if now >= self._regroup_at and not self.held:
            self._regroup_at = NEVER
            self.reload()

    async def apply_changes(self, news: Changes) -> set[int]:
        """Takes in what others or this console changed; returns the cases that had to be read again for it.

        Cases changed only by commands given here were read when those were given.
        """
        board, session, changed = self.board, self._session, news.cases
        self.behind = news.behind
        if not changed and not news.many:
            return set()
        mine = {case for case, _, _, command, _, _ in news.events if command in session.own}
        new = changed - {event[0] for event in news.events}
        for case, kind, actor, command, number, writer in news.events:
            if command is None or number > session.shown.get(command, {}).get(case, 0):
                new.add(case)
            if command not in session.own and writer is not Writer.IMPORT:
                self._flag(board.flags, case, kind, actor)
                mine.discard(case)
            if writer is not Writer.IMPORT:
                for person, flags in board.flags_of.items():
                    if actor != person:
                        self._flag(flags, case, kind, actor)
        self._fresh |= changed - mine
        if self.held:
            self.waiting |= changed
        for flags in (board.flags, *board.flags_of.values()):
            _forget_oldest(flags, changed)
        if not new and not news.many:
            return new
        known = [number for number in (board.rows if news.many else new) if number in board.rows]
        if len(known) > _MANY:
            near = self._near() | set(list(board.marks)[:_MANY])
            board.forget([number for number in known if number not in near])
            known = [number for number in known if number in near]
        for start in range(0, len(known), _AT_ONCE):
            await self.read_rows(known[start : start + _AT_ONCE])
        if not self.held:
            self.reload()
        return new

    def let_go(self) -> None:
        """Releases a held list."""
        self.held = False
        self.waiting.clear()
        self.reload()

    def _lose(self, numbers: set[int]) -> None:
        """Removes cases that no longer exist because an import was taken back."""
        if not numbers:
            return
        board, current = self.board, self.board.current
        self.arrived -= numbers
        self._drawn(board.lose(numbers))
        if current in numbers and current is not None:
            self._vanished(current)

    def _flag(self, flags: dict[int, Flag], case: int, kind: str, actor: int | None) -> None:
        before = flags.get(case)
        who = self._session.roster.name(actor) if actor is not None else ""  # the sweep and a mail are nobody
        flags[case] = Flag(who, new=kind == "opened" or (before is not None and before.new))

    async def _keep_reading(self) -> None:
        try:
            while self._stale:
                self._stale = False
                await self._read()
                if self._stale:
                    await asyncio.sleep(_REST)
        finally:
            self._reading = False

    async def _read(self) -> None:
        filter, sort, reverse, begin = self.filter, self.sort, self.reverse, self._begin
        board, views, acted = self.board, self.views, frozenset(self._session.acted)
        listed, fresh, before = board.numbers, frozenset(self._fresh), frozenset(self.arrived)

        def work(desk: Desk) -> tuple[case_queries.Grouped, set[int], frozenset[int], case_queries.Rows | None]:
            found = case_queries.ordered(desk, filter, sort, reverse)
            arrived = set(fresh.intersection(found.numbers).difference(listed)) if fresh and not begin else set[int]()
            left = before.difference(found.numbers) if before else before
            return found, arrived, left, case_queries.rows(desk, list(found.numbers[:60])) if begin else None

        try:
            found, arrived, left, rows = await self._backend.ask_beside(lambda desk: desk.read(lambda unit: work(desk)))
        except CareError as error:
            if (filter, sort, reverse) == self._shown:
                raise
            if (filter, sort, reverse) == (self.filter, self.sort, self.reverse):
                self.filter, self.sort, self.reverse = self._shown
                self._begin = False
                self._failed(error)
            return
        if (filter, sort, reverse) != (self.filter, self.sort, self.reverse):
            return  # another list was asked for meanwhile, and is read next
        self._begin, self._shown = False, (filter, sort, reverse)
        if rows is not None:
            board.learn(rows.rows, rows.customers)
        if not self.held or begin:
            self.arrived = (self.arrived - left) | arrived
            self._fresh -= fresh
            self._regroup_at = found.until
            self._drawn(board.order(found.numbers, found.sizes, begin=begin, acted=set(self._session.acted)))
            self._session.acted -= acted  # what came after the read began may not be in it yet
        needs = figures(leads=self._session.is_lead)
        slots = [view.slot for view in views]
        texts = [figure.filter for figure in needs] + [view.filter for view in views]
        if board.cover:
            slots.append(COVERED_SLOT)
            texts.append(COVERED)
        most = case_queries.COUNT_LIMIT + 1
        counts = await self._backend.ask_beside(lambda desk: case_queries.counts(desk, texts, most))
        self._counted(
            list(zip(needs, counts[: len(needs)], strict=True)),
            dict(zip(slots, counts[len(needs) :], strict=True)),
        )


def _forget_oldest(flags: dict[int, Flag], fresh: set[int]) -> None:
    """Keeps the latest of many: a person who never looks needs no others."""
    while len(flags) > 500:
        oldest = next(iter(flags))
        if oldest in fresh:
            break
        del flags[oldest]
