"""The console under test: on a team's database, without a terminal, with toasts and tooltips as people have them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from textual.pilot import Pilot

from careconsole.desk import Desk, work
from careconsole.domain import commands as c
from careconsole.tui.app import Console
from careconsole.tui.backend import Backend
from careconsole.tui.start import Seat, begin_reading, settled
from tests.desk.office import Office

Script = Callable[["Screen"], Awaitable[None]]


class Screen:
    """A console somebody sits at, and what a test does with it."""

    def __init__(self, app: Console, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def queue(self):
        return self.app.queue

    async def press(self, *keys: str) -> None:
        """Presses keys, and waits until what they led to is on the screen."""
        await self.pilot.press(*keys)
        await self.settle()

    async def type(self, text: str) -> None:
        """Types a text, key by key."""
        await self.press(*(_key(char) for char in text))

    async def settle(self) -> None:
        """Waits until nothing is being read or done any more."""
        for _ in range(40):
            await self.pilot.pause(0.02)
            workers = [w for w in self.app.workers if not w.is_finished]
            if not workers and self.queue.reading._timer is None:
                break
        await self.pilot.pause()

    def lines(self) -> list[str]:
        """What is on the screen, line by line, as a person sees it."""
        height = self.app.size.height
        return [
            "".join(segment.text for segment in strip).rstrip()
            for strip in self.app.screen._compositor.render_strips()[:height]
        ]

    def text(self) -> str:
        """All of the screen in one text."""
        return "\n".join(self.lines())

    def toasts(self) -> list[str]:
        """What the toasts on the screen say."""
        return [str(notification.message) for notification in self.app._notifications]


def _key(char: str) -> str:
    from textual.keys import _character_to_key

    return _character_to_key(char)


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
) -> None:
    """Runs a script of what a person does, on a console at the office's database, or a first run at `seat`."""

    async def run() -> None:
        where = seat or seat_at(office, name)
        backend = Backend(where.desk)
        try:
            app = Console(where, backend, settled(begin_reading(where, backend)))
            async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
                screen = Screen(app, pilot)
                await screen.settle()
                await script(screen)
        finally:
            backend.close()

    asyncio.run(run())


def opened(desk: Desk, subject: str = "Kettle cracked", customer: str = "Carla", **fields) -> int:
    """A new case, and its number."""
    number = work.new(desk, c.New(subject=subject, **fields), customer).opened
    assert number is not None
    return number
