"""A console that opens each of its forms again and again, beside an empty modal screen, and writes what each took.

`python -m tests.bench.forms_app DATABASE RUNS FILE` on a terminal; FILE gets a list of `Opened`, in JSON.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import ModalScreen, Screen
from textual.widgets import Input

from careconsole.commands import BY_ID
from careconsole.desk import Desk
from careconsole.domain.errors import CareError
from careconsole.tui import app as console
from careconsole.tui.forms import form_data
from careconsole.tui.forms.new_case import NEW
from careconsole.tui.seat import begin_reading, seat_here, wait_for_first
from careconsole.tui.threads.backend import Backend
from tests.bench.forms import Opened

EMPTY = "empty"
"""The name of the empty modal screen among the forms."""
FORMS = ("log", "note", "promise", "offer", "escalate", "resolve", "park", "edit", NEW.id)

_QUIET = 0.3
"""Seconds without a frame after which nothing more is drawn for what was opened."""
_LONGEST = 20.0
_KEY = "f12"
_CASES = 30
"""The cases that are looked at for one on which a form opens."""


class _Empty(ModalScreen[None]):
    """The least that a form can be in Textual: one line to type into, on top of the list, which stays in sight."""

    CSS = "_Empty { background: $background 40%; }"
    BINDINGS = [("escape", "app.pop_screen", "Close")]  # noqa: RUF012 - Textual's own form

    def compose(self) -> ComposeResult:
        yield Input()


class _Measured(console.Console):
    """The console, with a key that opens what is measured next."""

    CSS_PATH = Path(console.__file__).with_name("careconsole.tcss")
    BINDINGS = [Binding(_KEY, "measured", priority=True)]  # noqa: RUF012 - Textual's own form
    shown_at: tuple[float, float] | None = None
    drawn_at = 0.0
    form = ""
    case: int | None = None

    def action_measured(self) -> None:
        if self.form == EMPTY:
            self.push_screen(_Empty())
        elif self.form == NEW.id:
            self.action_other(NEW.id)
        else:
            self.action_verb(self.form, self.case)

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        super()._display(screen, renderable)
        self.drawn_at = time.perf_counter()
        top = self.screen
        if self.shown_at is None and screen is top and isinstance(top, ModalScreen):
            field = top.focused
            if field is not None and field.size and field.has_focus:
                self.shown_at = self.drawn_at, time.process_time()

    async def measure(self, runs: int, file: Path) -> None:
        """Opens everything once for nothing, then `runs` times in turn."""
        cases = await self.session.backend.ask(_cases)
        opened: list[Opened] = []
        for turn in range(runs + 1):
            for form in (EMPTY, *FORMS):
                if form in cases:
                    self.form, self.case = form, cases[form]
                    one = await self._open()
                    if turn:
                        opened.append(one)
        file.write_bytes(msgspec.json.encode(opened))
        self.exit()

    async def _open(self) -> Opened:
        await self._calm()
        self.shown_at = None
        began, cpu = time.perf_counter(), time.process_time()
        self.simulate_key(_KEY)
        end = began + _LONGEST
        while self.shown_at is None:
            if time.perf_counter() > end:
                raise SystemExit(f"{self.form} does not open.")
            await asyncio.sleep(0.005)
        await self._calm()
        whole = time.process_time() - cpu
        self.simulate_key("escape")
        while isinstance(self.screen, ModalScreen):
            await asyncio.sleep(0.005)
        at, used = self.shown_at
        return Opened(self.form, (at - began) * 1000, (used - cpu) * 1000, whole * 1000)

    async def _calm(self) -> None:
        """Waits until nothing is drawn any longer; without looking often, which would count as CPU time."""
        self.drawn_at = time.perf_counter()
        while (left := self.drawn_at + _QUIET - time.perf_counter()) > 0:
            await asyncio.sleep(left)


def _cases(desk: Desk) -> dict[str, int | None]:
    """For each form a case on which it opens; those that open on none are left out."""

    def opens(form: str, number: int) -> bool:
        try:
            return not form_data.gather(BY_ID[form], [number])(desk).refused
        except CareError:
            return False

    found: dict[str, int | None] = {EMPTY: None, NEW.id: None}
    for form in FORMS[:-1]:
        case = next((number for number in range(1, _CASES) if opens(form, number)), None)
        if case is not None:
            found[form] = case
    return found


def main() -> None:
    """Runs the console on the database, as Ana."""
    database, runs, file = sys.argv[1:]
    seat = seat_here(database, "Ana", mouse=True)
    backend = Backend(seat.desk)
    try:
        app = _Measured(seat, backend, wait_for_first(begin_reading(seat, backend), seat))
        app.run(auto_pilot=lambda _: app.measure(int(runs), Path(file)))
    finally:
        backend.close()
    if app.fault is not None:
        raise app.fault


if __name__ == "__main__":
    main()
