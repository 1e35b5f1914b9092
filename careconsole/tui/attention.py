"""Calling the person at work: toasts, and a bell where wanted, for what concerns them and promises soon due."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from careconsole.desk import Desk, ask, preferences
from careconsole.domain.times import MINUTE

if TYPE_CHECKING:
    from careconsole.desk.concerns import Turn
    from careconsole.tui.app import Console
    from careconsole.tui.feed import News

_TOLD = 3
"""So many things at once are told one by one; of more, only how many."""
_READ = 60
"""Of so many cases at once the histories are read; of more, whose they are is enough."""
_FOR_DUTY = ("overdue", "offer expired")
"""Of these the lead on duty is told, whoever has the case."""
_WENT_ON = "F shows what went on by itself."
_AHEAD = 10 * MINUTE
"""So long before it falls due a promise is called to mind."""
_SHOWN = 10.0
"""Seconds a toast stays."""


class Attention:
    """Says what concerns whoever is at work. On a locked screen only the count of it is shown."""

    def __init__(self, app: Console) -> None:
        self._app = app
        self.bell = False
        self._reminded: set[tuple[int, int, int, int]] = set()

    def begin(self, *, bell: bool) -> None:
        """Somebody else is at work; `bell` is what they prefer."""
        self.bell = bell

    async def toggle_bell(self) -> None:
        """The bell rings for this person from now on, or does no longer."""
        on = not self.bell
        await self._app.backend.ask(lambda desk: preferences.set(desk, "bell", "on" if on else "off"))
        self.bell = on
        self._app.say("The bell rings when something concerns you." if on else "The bell is quiet for you now.")

    async def take(self, news: News) -> None:
        """Others changed something: what of it concerns the person is told."""
        app = self._app
        me = app.locked.person if app.locked is not None else app.person
        if me is None or not news.events:
            return
        from careconsole.domain.concerns import KINDS
        from careconsole.tui.concerns import sentences
        from careconsole.tui.feed import SWEPT

        seen: dict[int, set[int]] = defaultdict(set)
        for_duty, by_people = set[int](), False
        for case, kind, actor, command, number in news.events:
            others = actor not in (None, me) and command not in app.own
            if kind in SWEPT or (others and kind in KINDS):
                seen[case].add(number)
                by_people = by_people or kind not in SWEPT
            if kind in _FOR_DUTY:
                for_duty.add(case)
        if not seen:
            return
        if len(seen) > _READ:
            mine = set(await app.backend.ask(lambda desk: ask.numbers(desk, "is:mine")))
            if app.roster.on_duty() == me:
                mine |= for_duty
            told = [""] * len(seen.keys() & mine)
        else:
            told = sentences(await app.backend.ask(lambda desk: _turns(desk, seen)), app.roster, me)
        self._tell(told, f"{len(told):,} things concern you.", "W shows them." if by_people else _WENT_ON)

    async def tick(self) -> None:
        """Time has passed: promises come near."""
        app = self._app
        me = app.person
        if me is None:
            return
        from careconsole.desk.concerns import promises_soon
        from careconsole.tui.concerns import promise_words

        told = []
        for promise in await app.backend.ask(lambda desk: promises_soon(desk, _AHEAD)):
            key = (me, promise.case, promise.promise, promise.due)
            if key not in self._reminded:
                self._reminded.add(key)
                told.append(promise_words(promise, app.now()))
        self._tell(told, f"{len(told):,} promises of yours fall due within 10 minutes.", "f shows what needs you.")

    def _tell(self, told: list[str], many: str, hint: str) -> None:
        if not told:
            return
        app = self._app
        if app.locked is not None:
            from careconsole.tui.screens.lock import LockScreen

            if isinstance(app.screen, LockScreen):
                app.screen.arrived(len(told))
            return
        if len(told) > _TOLD:
            app.say(many, hint, timeout=_SHOWN)
        else:
            for words in told:
                app.say(words, timeout=_SHOWN)
        if self.bell:
            app.bell()


def _turns(desk: Desk, seen: dict[int, set[int]]) -> list[Turn]:
    from careconsole.desk.concerns import turns

    return turns(desk, seen)
