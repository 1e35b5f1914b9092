"""The console under test: on a team's database, without a terminal, with tooltips switched on."""

from __future__ import annotations

import asyncio
import time
import unicodedata
from collections.abc import Awaitable, Callable

from textual.events import Key
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.timer import Timer

from careconsole.desk import Desk
from careconsole.desk.cases import execution
from careconsole.domain.case.opening import OpenCase
from careconsole.tui.app import Console
from careconsole.tui.seat import Seat, begin_reading, wait_for_first
from careconsole.tui.threads.backend import Backend
from tests.desk.office import MONDAY, Office
from tests.waiting import HANG, until_holds

_MESSAGES = "a message"
_MOMENT = 0.3
"""Seconds; a one-shot timer of less is waited for, such as the one that reads the case under the cursor."""

Script = Callable[["Screen"], Awaitable[None]]


class Screen:
    """A running console, and what a test does with it."""

    def __init__(self, app: Console, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self._seconds = 0.0
        app.typed_ahead.clock = lambda: self._seconds

    @property
    def queue(self):
        return self.app.queue

    async def press(self, *keys: str) -> None:
        """Presses keys, with a second between them, and waits until their effect is on the screen."""
        for key in keys:
            self.pause()
            self.send(key)
            await self.settle(rests=key is keys[-1])

    def pause(self) -> None:
        """Lets a second go by before the next key."""
        self._seconds += 1

    async def more(self, words: str) -> None:
        """Opens the menu of commands, and does the one that is found by these words."""
        await self.press(".")
        await self.type(words)
        await self.press("enter")

    def send(self, *keys: str) -> None:
        """Presses keys, one right after the other, without waiting."""
        driver = self.app._driver
        assert driver is not None
        for key in keys:
            if len(key) == 1 and not key.isalnum():
                key = _key(key)
            name = REPLACED_KEYS.get(key, key)
            try:
                char: str | None = unicodedata.lookup(_get_unicode_name_from_key(name))
            except KeyError:
                char = key if len(key) == 1 else None
            event = Key(key, char)
            self._seconds += 0.01
            event.time = self._seconds
            event.set_sender(self.app)
            driver.send_message(event)

    async def type(self, text: str) -> None:
        """Types a text, key by key."""
        await self.press(*(_key(char) for char in text))

    async def taken(self) -> None:
        """Waits until every key has been handled, but not for the work that it started."""
        await self.settle(rests=False, works=False)

    async def until(self, holds: Callable[[], object]) -> None:
        """Waits until something holds that needs no key."""
        await until_holds(holds, lambda: f"{self.text()}\n{self.toasts()}")

    async def says(self, words: str) -> None:
        """Waits until the news says exactly this."""
        await self.until(lambda: words in self.toasts())

    async def settle(self, *, rests: bool = True, works: bool = True) -> None:
        """Waits until all work is done (`works`) and everything is drawn.

        `rests`: also until short timers have run, which wait for a pause in typing.
        """
        end, calm, ready = time.monotonic() + HANG, False, asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
        while self.app._exception is None and not self.app._exit:
            # As long as tasks go on at once, no widget need be asked; when calm, one is left from `_wait_for_screen`.
            if what := _MESSAGES if ready and not calm else self._at_work(rests=rests, works=works):
                assert time.monotonic() < end, f"{what} does not come to an end\n{self.text()}"
                calm = False
                await asyncio.sleep(0 if what == _MESSAGES else 0.002)
            elif calm:
                break
            else:  # a widget may still be handling a message that left its queue, and send others then
                await self.pilot._wait_for_screen(HANG)
                calm = True

    def _at_work(self, *, rests: bool, works: bool) -> str:
        """Returns what is still going on; empty if nothing is."""
        app = self.app
        pumps: list[MessagePump] = [app, *app.screen_stack]
        for pump in pumps:
            if _has_messages(pump):
                return _MESSAGES
            if pump is not app:
                pumps += pump._nodes
        if works and (at_work := [worker for worker in app.workers if not worker.is_finished]):
            return str(at_work[0])
        if app._animator._animations or app._animator._scheduled or app._batch_count:
            return "an animation"
        if rests and any(_is_due(timer) for pump in pumps if pump._timers for timer in pump._timers):
            return "a timer"
        # A form leaves part of the screen behind it in view, which is drawn in its own time. Such a screen wants to be
        # repainted again whenever it was, so that is no sign.
        for screen in (*app._background_screens, app.screen):
            undrawn = screen._layout_required or screen._dirty_widgets or screen._callbacks
            if undrawn or (screen is app.screen and screen._repaint_required):
                screen._on_timer_update()
                return _MESSAGES
        return ""

    def lines(self) -> list[str]:
        """What is on the screen, line by line, as a person sees it."""
        height = self.app.size.height
        return [
            "".join(segment.text for segment in strip).rstrip()
            for strip in self.app.screen._compositor.render_strips()[:height]
        ]

    def text(self) -> str:
        """The whole screen as one text."""
        return "\n".join(self.lines())

    def toasts(self) -> list[str]:
        """What the news says that has not gone yet."""
        return self.app.news.texts


def _key(char: str) -> str:
    return _character_to_key(char)


def _has_messages(pump: MessagePump) -> bool:
    return not pump._message_queue.empty() or bool(pump._next_callbacks)


def _is_due(timer: Timer) -> bool:
    task = timer._task
    return timer._repeat == 0 and timer._interval < _MOMENT and task is not None and not task.done()


def seat_at(office: Office, name: str | None = "Ana", **how) -> Seat:
    """A seat at an office's database, with the office's clock."""
    return Seat(
        place=office.path, name=name, now=lambda: office.now, workstation="desk 1", os_user="os", lock_minutes=0, **how
    )


def on_screen(
    office: Office | None,
    script: Script,
    *,
    name: str | None = "Ana",
    size: tuple[int, int] = (120, 40),
    seat: Seat | None = None,
    were_here: bool = True,
) -> None:
    """Runs a script on a console at the office's database, or at `seat`, such as a first run.

    `were_here`: those who were never at a console count as having left just now.
    """
    if office is not None and were_here:
        all_were_here(office)

    async def run() -> None:
        where = seat or seat_at(office, name)
        backend = Backend(where.desk)
        try:
            app = Console(where, backend, wait_for_first(begin_reading(where, backend), where))
            app.news.clock = lambda: 0.0  # what is said stays, since a slow machine may look at it late
            async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
                screen = Screen(app, pilot)
                await screen.settle()
                await script(screen)
        finally:
            backend.close()

    asyncio.run(run())


def all_were_here(office: Office) -> None:
    """Those who were never at a console, since they came to the team, count as having left just now."""
    console = office.store.console
    for number in office.ids.values():
        visit = console.visit(number)
        if visit is not None and (visit.event, visit.left_at) == (0, MONDAY):
            office.store.engine.write(lambda one=number: console.leave(one, office.now))


def opened(desk: Desk, subject: str = "Kettle cracked", customer: str = "Carla", **fields) -> int:
    """Opens a case; returns its number."""
    number = execution.open_case(desk, OpenCase(subject=subject, **fields), customer).opened
    assert number is not None
    return number
