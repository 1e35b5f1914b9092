"""Notifies the person at work, in the news and by an optional bell, of what concerns them and of promises due soon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, TypeGuard

from careconsole.commands.key_table import shown_key
from careconsole.desk import Desk
from careconsole.desk.console import preferences
from careconsole.desk.queries import case_queries
from careconsole.domain.case.event import Writer
from careconsole.domain.counting import counted
from careconsole.domain.time.moments import MINUTE, local
from careconsole.tui.news import SINCE_SHOWS

if TYPE_CHECKING:
    from textual.screen import Screen

    from careconsole.desk.queries.recent_events import EventWithBefore
    from careconsole.tui.host import Host
    from careconsole.tui.person.lock_screen import LockScreen
    from careconsole.tui.person.toasts import Heard
    from careconsole.tui.threads.change_feed import Changes

_MOST = 3
"""The most events that are shown one by one; of more, only the number."""
_MAX_READ = 60
"""The most cases whose histories are read at once; of more, only those of the person at work are counted."""
_FOR_DUTY = ("overdue", "offer expired")
"""The kinds of events that concern the lead on duty, for any owner."""
_SENT = "reply sent"
_WENT_ON = f"{shown_key('swept')} shows what became overdue."
_REMIND_BEFORE = 10 * MINUTE
"""How long before it falls due a promise is announced, in milliseconds."""


class Notifications:
    """Shows what concerns the person at work; on the lock screen, only how many events there are."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._session = host.session
        self.bell = False
        self._missed = 0
        self._reminded: set[tuple[int, int, int, int]] = set()

    def begin(self, *, bell: bool) -> None:
        """Begins for another person, who prefers the `bell` on or off."""
        self.bell = bell
        self._missed = 0

    async def toggle_bell(self) -> None:
        """Turns the bell on or off for this person, and stores that unless the configuration file sets it."""
        on = not self.bell
        if "bell" not in self._session.seat.settings.lines:
            await self._session.backend.ask(lambda desk: preferences.set(desk, "bell", "on" if on else "off"))
        self.bell = on
        self._host.say("The bell rings when something concerns you." if on else "The bell is off for you now.")

    async def announce(self, news: Changes) -> None:
        """Shows which changes by others and by mails concern the person at work; while locked, who was at work."""
        session = self._session
        me = session.locked.person if session.locked is not None else session.person
        self._host.cases_changed(_last_by_others(news, session.own))
        if news.many:
            self._host.check_as_stands()
        if news.set_up:
            self._host.set_up_changed()
        self._host.check_news(None if news.many else news.cases)
        if me is None or not news.events:
            return
        await self._say_sent(news, me)
        from careconsole.domain.case.notification_recipients import CONCERNING
        from careconsole.tui.person.toasts import Heard, heard

        seen: dict[int, set[int]] = defaultdict(set)
        for_duty, by_people = set[int](), False
        for case, kind, actor, command, number, writer in news.events:
            # What a mail did has neither an actor nor a command, as what an import did, which is told to nobody.
            others = writer is Writer.MAIL or (actor not in (None, me) and command not in session.own)
            if writer is Writer.SWEEP or (others and kind in CONCERNING):
                seen[case].add(number)
                by_people = by_people or writer is not Writer.SWEEP
            if kind in _FOR_DUTY:
                for_duty.add(case)
        if not seen:
            return
        if len(seen) > _MAX_READ:
            mine = set(await session.backend.ask(_waiting))
            if session.roster.on_duty() == me:
                mine |= for_duty
            told = [Heard("")] * len(seen.keys() & mine)
        else:
            told = heard(await session.backend.ask(lambda desk: _turns(desk, seen)), session.roster, me)
        self._tell(told, _things, SINCE_SHOWS if by_people else _WENT_ON)
        if any(one.rests_on or one.tells for one in told):
            self._host.check_news(seen)  # it may have been over in the same piece of news

    async def _say_sent(self, news: Changes, me: int) -> None:
        """Says that mails of the person at work have left, which is no warning and waits for nobody."""
        sent = [(case, number) for case, kind, actor, _, number, _ in news.events if (kind, actor) == (_SENT, me)]
        if len(sent) > _MOST:
            self._host.say(f"{len(sent):,} of your mails were sent.")
        elif sent:
            from careconsole.tui.person.toasts import sent_words

            wanted: dict[int, set[int]] = defaultdict(set)
            for case, number in sent:
                wanted[case].add(number)
            for turn in await self._session.backend.ask(lambda desk: _turns(desk, wanted)):
                self._host.say(sent_words(turn.before.number, turn.event, self._session.now()))

    async def tick(self) -> None:
        """Announces promises due soon, each once per person and due time."""
        session = self._session
        me = session.person
        if me is None:
            return
        from careconsole.desk.queries.recent_events import promises_soon
        from careconsole.tui.person.toasts import promise_soon

        told, last = [], 0
        for promise in await session.backend.ask(lambda desk: promises_soon(desk, _REMIND_BEFORE)):
            key = (me, promise.case, promise.promise, promise.due)
            if key not in self._reminded:
                self._reminded.add(key)
                told.append(promise_soon(promise, session.now()))
                last = max(last, promise.due)
        by, hint = local(last, session.now()), f"{shown_key('needs')} shows what needs you."
        self._tell(told, lambda count: _promises(count, by), hint)

    def uncovered(self) -> None:
        """Counts on the lock screen, now that it is on top, what happened while it was on its way."""
        top, missed = self._host.screen, self._missed
        if missed and self._session.locked is not None and _is_lock(top):
            self._missed = 0
            top.arrived(missed)

    def _tell(self, told: list[Heard], many: Callable[[int], str], hint: str) -> None:
        """Says each; of more than `_MOST`, only the calls for help, and `many` of the number of the others."""
        if not told:
            return
        if self._session.locked is not None:
            self._missed += len(told)
            self.uncovered()
            return
        host = self._host
        calls = [one for one in told if one.call is not None]
        others = [one for one in told if one.call is None]
        if len(told) > _MOST or not all(one.words for one in others):
            if others:
                count = len(others) + host.news.take_back(hint)
                host.say(many(count), hint, concerns=True, kind=hint, count=count)
            others = []
        for one in (*others, *calls):
            host.say(one.words, concerns=True, call=one.call, due=one.due, rests_on=one.rests_on, tells=one.tells)
        if self.bell:
            host.bell()


def _last_by_others(news: Changes, own: Collection[int | None]) -> dict[int, int]:
    """By case, the number of the last event that no command given here wrote."""
    last: dict[int, int] = {}
    for case, _, _, command, number, _ in news.events:
        if command not in own:
            last[case] = max(number, last.get(case, 0))
    return last


def _is_lock(screen: Screen[Any]) -> TypeGuard[LockScreen]:
    from careconsole.tui.person.lock_screen import LockScreen

    return isinstance(screen, LockScreen)


def _things(count: int) -> str:
    return "1 update for you." if count == 1 else f"{count:,} updates for you."


def _promises(count: int, by: str) -> str:
    return f"{counted(count, 'promise of yours is', 'promises of yours are')} due by {by}."


def _waiting(desk: Desk) -> list[int]:
    """The cases that the person at work must act on, and those that are offered to them."""
    return [number for filter in ("is:mine", "offered:me") for number in case_queries.numbers(desk, filter)]


def _turns(desk: Desk, seen: dict[int, set[int]]) -> list[EventWithBefore]:
    from careconsole.desk.queries.recent_events import events_with_before

    return events_with_before(desk, seen)
