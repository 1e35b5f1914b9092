"""Opening the console. The database is opened, and the first rows are read, while Textual is still being loaded."""

from __future__ import annotations

import os

from msgspec.structs import replace

from careconsole.tui.seat import Seat, begin_reading, settled
from careconsole.tui.threads.backend import Backend


def run_console(seat: Seat) -> None:
    """Opens the console and returns when it is left.

    Where another team's database was put in the place of the first one, and somebody wants to begin there, nothing of
    the first console goes into the next one. Raises CareError for a database that cannot be used, and when the console
    broke.
    """
    while _run(seat):
        seat = replace(seat, name=None, ask_who=True, console=os.urandom(16).hex())


def _run(seat: Seat) -> bool:
    """One console; whether another one is to follow."""
    backend = Backend(seat.desk)
    first = begin_reading(seat, backend)
    try:
        from careconsole.tui.app import Console

        app = Console(seat, backend, settled(first))  # what is wrong is said in the shell, not behind a screen
        app.run(mouse=seat.mouse)
    finally:
        backend.close()
    if app.fault is not None:
        from careconsole.desk.crash_report import broken

        raise broken(app.fault, "The console") from None
    return app.session.again
