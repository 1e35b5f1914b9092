"""Presence: who has which case open at another console, and who is writing to the customer there."""

from __future__ import annotations

import msgspec

from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.store import Row

STALE = 3 * 60_000
"""A console not heard from for this long (milliseconds) counts as gone: killed, or its machine asleep."""

_FORGOTTEN = 24 * 3_600_000


class Here(msgspec.Struct, frozen=True):
    """A console and the person at it: the `case` they have open (None: none), and whether they are `writing` on it.

    `seen_at` is when the console was last heard from, in epoch milliseconds.
    """

    console: str
    person: int
    workstation: str
    case: int | None
    writing: bool
    seen_at: int


def announce(desk: Desk, console: str, case: int | None, writing: bool = False) -> None:
    """Records that the person at work is at `console` with `case` open; to be repeated well within `STALE`."""

    def work(unit: UnitOfWork) -> None:
        now = unit.now
        unit.store.console.forget_absent(now - _FORGOTTEN)
        unit.store.console.present(console, unit.who.person, desk.workstation, case, writing, now)

    desk.write(work)


def renew(desk: Desk, console: str, case: int | None, writing: bool = False) -> None:
    """Gives a sign of life of `console`, where nothing has changed since it was announced. On a server, it costs others
    nothing: consoles look anyway, now and then, who is still there.
    """
    person = desk.person
    if person is None or not desk.store.console.renew(console, person, case, writing, desk.now()):
        announce(desk, console, case, writing)


def leave(desk: Desk, console: str) -> None:
    """Records that `console` is closed."""
    desk.write(lambda unit: unit.store.console.absent(console))


def everywhere(desk: Desk) -> list[Here]:
    """Every open console at which somebody is at work, the most recently heard from first."""
    return read(desk.store.console.consoles(since(desk)))


def since(desk: Desk) -> int:
    """A console that was heard from at this time (epoch milliseconds), or later, is still there."""
    return desk.now() - STALE


def read(rows: list[Row]) -> list[Here]:
    """The consoles of the store's rows."""
    return [Here(r[0], r[1], r[2], r[3], bool(r[4]), r[5]) for r in rows]


def others(consoles: list[Here], console: str) -> list[Here]:
    """All but `console`."""
    return [here for here in consoles if here.console != console]
