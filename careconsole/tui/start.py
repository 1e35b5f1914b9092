"""Opens the console, whose first rows are read while Textual is still loading, or the wall display."""

from __future__ import annotations

import os
import sys

from msgspec.structs import replace

from careconsole.domain.time.moments import use_date_style
from careconsole.tui.seat import Seat, begin_reading, wait_for_first
from careconsole.tui.terminal.signals import exit_code
from careconsole.tui.threads.backend import Backend

_SWITCH_SECONDS = 0.0005
"""Seconds after which a thread that reads the database gives way to the screen; Python's own ten times as many would be
waited for several times for each key."""


def run_console(seat: Seat) -> None:
    """Runs the console until it is closed.

    When another database has taken the first one's place and somebody chooses to begin there, a new console opens that
    takes nothing over from the first. Raises CareError for a database that cannot be used, and when the console
    crashed. Exits when it is ended from outside.
    """
    sys.setswitchinterval(_SWITCH_SECONDS)
    while _run(seat):
        seat = replace(seat, name=None, ask_who=True, console=os.urandom(16).hex())


def _use(seat: Seat) -> None:
    """Has this process use the keys and the date format of the configuration file."""
    table = seat.settings
    use_date_style(table.date_format)
    if table.keys:
        from careconsole.commands.key_table import use_keys
        from careconsole.commands.own_keys import with_own_keys

        use_keys(with_own_keys(table.keys))


def run_wall(seat: Seat) -> None:
    """Runs the wall display until it is ended.

    Raises CareError for a database that cannot be used, and when the display crashed. Exits when it is ended from
    outside.
    """
    from careconsole.desk.queries.wall import wall_board

    desk = seat.watching()
    try:
        first = wall_board(desk)  # raises before the screen is taken, so the shell shows it
    finally:
        desk.close()
    _use(seat)
    from careconsole.tui.wall.app import Wall

    app = Wall(seat.watching, first, seat.now, seat.settings)
    app.run(mouse=False)
    _ended(app.fault, "The wall display")


def _ended(fault: BaseException | None, what: str) -> None:
    """Raises the error that ended an app, if one did, as a report without stored data.

    Exits at once if the app was ended from outside, with the code that shells give for that.
    """
    if fault is not None:
        from careconsole.desk.crash_report import report_crash

        raise report_crash(fault, what) from None
    if code := exit_code():
        sys.exit(code)


def _run(seat: Seat) -> bool:
    """Runs one console; returns whether another one is to follow."""
    backend = Backend(seat.desk)
    first = begin_reading(seat, backend)
    try:
        _use(seat)  # before the screens are imported: their classes bind the keys
        from careconsole.tui.app import Console

        # Raises before the screen is taken, so the shell shows it.
        app = Console(seat, backend, wait_for_first(first, seat))
        app.run(mouse=seat.mouse)
    finally:
        backend.close()
    _ended(app.fault, "The console")
    if app.farewell:
        print(app.farewell, file=sys.stderr)
    return app.session.again
