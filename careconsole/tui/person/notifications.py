"""Notifies the person at work, by toasts and an optional bell, of what concerns them and of promises due soon.

Toasts hide what is below them. While a sheet is on top of a page (a form, help, a list to choose from), only calls for
help are shown at once, in two lines; everything else waits until it is closed, and one short toast says so.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeGuard

from careconsole.desk import Desk
from careconsole.desk.console import preferences
from careconsole.desk.queries import case_queries
from careconsole.domain.terminal_text import cell_width, display_text
from careconsole.domain.time.moments import MINUTE
from careconsole.tui.widgets.base_screen import Sheet

if TYPE_CHECKING:
    from textual.screen import Screen

    from careconsole.desk.queries.recent_events import EventWithBefore
    from careconsole.tui.host import Host
    from careconsole.tui.person.lock_screen import LockScreen
    from careconsole.tui.person.toasts import Heard
    from careconsole.tui.threads.change_feed import Changes

_MAX_TOASTS = 3
"""The most events that are shown one by one; of more, only the number."""
_MAX_READ = 60
"""The most cases whose histories are read at once; of more, only those of the person at work are counted."""
_FOR_DUTY = ("overdue", "offer expired")
"""The kinds of events that concern the lead on duty, for any owner."""
_WENT_ON = "F shows what went on by itself."
_REMIND_BEFORE = 10 * MINUTE
"""How long before it falls due a promise is announced, in milliseconds."""
_SHOWN = 10.0
"""Seconds a toast stays."""
_BRIEF = 90
"""Cells of a toast on top of a form: two of its lines in a terminal of 80 columns."""


class Notifications:
    """Shows what concerns the person at work; on the lock screen, only how many events there are."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._session = host.session
        self.bell = False
        self._held: list[Heard] = []
        self._held_hint = ""
        self._reminded: set[tuple[int, int, int, int]] = set()

    def begin(self, *, bell: bool) -> None:
        """Begins for another person, who prefers the `bell` on or off."""
        self.bell = bell
        self._held.clear()

    async def toggle_bell(self) -> None:
        """Turns the bell on or off for this person, and stores that."""
        on = not self.bell
        await self._session.backend.ask(lambda desk: preferences.set(desk, "bell", "on" if on else "off"))
        self.bell = on
        self._host.say("The bell rings when something concerns you." if on else "The bell is quiet for you now.")

    async def announce(self, news: Changes) -> None:
        """Shows which of others' changes concern the person at work; while locked, the person who was."""
        session = self._session
        me = session.locked.person if session.locked is not None else session.person
        if me is None or not news.events:
            return
        from careconsole.domain.case.events import SWEPT
        from careconsole.domain.case.notification_recipients import CONCERNING
        from careconsole.tui.person.toasts import Heard, heard

        seen: dict[int, set[int]] = defaultdict(set)
        for_duty, by_people = set[int](), False
        for case, kind, actor, command, number in news.events:
            others = actor not in (None, me) and command not in session.own
            if kind in SWEPT or (others and kind in CONCERNING):
                seen[case].add(number)
                by_people = by_people or kind not in SWEPT
            if kind in _FOR_DUTY:
                for_duty.add(case)
        if not seen:
            return
        if len(seen) > _MAX_READ:
            mine = set(await session.backend.ask(lambda desk: case_queries.numbers(desk, "is:mine")))
            if session.roster.on_duty() == me:
                mine |= for_duty
            told = [Heard("")] * len(seen.keys() & mine)
        else:
            told = heard(await session.backend.ask(lambda desk: _turns(desk, seen)), session.roster, me)
        self._tell(told, "{} things concern you.", "W shows them." if by_people else _WENT_ON)

    async def tick(self) -> None:
        """Announces promises due soon, each once per person and due time."""
        session = self._session
        me = session.person
        if me is None:
            return
        from careconsole.desk.queries.recent_events import promises_soon
        from careconsole.tui.person.toasts import Heard, promise_words

        told = []
        for promise in await session.backend.ask(lambda desk: promises_soon(desk, _REMIND_BEFORE)):
            key = (me, promise.case, promise.promise, promise.due)
            if key not in self._reminded:
                self._reminded.add(key)
                told.append(Heard(promise_words(promise, session.now())))
        self._tell(told, "{} promises of yours fall due within 10 minutes.", "f shows what needs you.")

    def uncovered(self) -> None:
        """Shows what was held back, now that a page is on top again."""
        host, locked = self._host, self._session.locked is not None
        if locked and not _is_lock(host.screen):
            return  # the lock screen is on its way, and counts what was held back
        held, self._held = self._held, []
        if held and (locked or (len(held) == 1 and held[0].words)):
            self._tell(held, "", "")
        elif held:
            host.say(f"{_things(len(held))} meanwhile.", self._held_hint, timeout=_SHOWN)
            self._ring()

    def _hold(self, told: list[Heard], hint: str) -> None:
        """Holds back what can wait until a page is on top again; shows a call for help at once, in two lines."""
        host = self._host
        calls = [one for one in told if one.urgent]
        if calls:
            more = f" And {len(calls) - 1:,} more calls." if len(calls) > 1 else ""
            host.say(display_text(calls[0].words, _BRIEF - len(more)) + more, severity="warning", timeout=_SHOWN)
            self._ring()
        self._held_hint = hint if not self._held or hint == self._held_hint else "W and F show them."
        whole = len(calls) == 1 and cell_width(calls[0].words) <= _BRIEF
        self._held += [one for one in told if not (whole and one.urgent)]
        if len(calls) < len(told):
            host.say(f"{_things(len(self._held))}; told when this is closed.")

    def _ring(self) -> None:
        if self.bell:
            self._host.bell()

    def _tell(self, told: list[Heard], many: str, hint: str) -> None:
        """Shows a toast for each or, for more than `_TOLD`, one that puts their number into `many`, with the hint."""
        if not told:
            return
        host, top = self._host, self._host.screen
        if self._session.locked is not None:
            if _is_lock(top):
                top.arrived(len(told))
            else:
                self._held += told  # counted as soon as the lock screen is there
            return
        if isinstance(top, Sheet):
            self._hold(told, hint)
            return
        if len(told) > _MAX_TOASTS:
            host.say(many.format(f"{len(told):,}"), hint, timeout=_SHOWN)
        else:
            for one in told:
                host.say(one.words, timeout=_SHOWN)
        self._ring()


def _is_lock(screen: Screen[Any]) -> TypeGuard[LockScreen]:
    from careconsole.tui.person.lock_screen import LockScreen

    return isinstance(screen, LockScreen)


def _things(count: int) -> str:
    return "1 thing happened" if count == 1 else f"{count:,} things happened"


def _turns(desk: Desk, seen: dict[int, set[int]]) -> list[EventWithBefore]:
    from careconsole.desk.queries.recent_events import events_with_before

    return events_with_before(desk, seen)
