"""What somebody has read in the primer, and which exceptions they have practised: private to them.

It is a preference of theirs that no export, no journal and no command of another person shows. Only "done" is kept:
nothing is scored, and no time is noted.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.store.team.console_state import TICKS

Ticks = dict[str, int]
"""What is ticked off, such as "playbook 3", each with the edition that was read (0 for what has no editions)."""


def ticks_of(unit: UnitOfWork) -> Ticks:
    """The ticks of the person at work; none without one, or where they cannot be read."""
    stored = unit.store.console.preferences(unit.person).get(TICKS, "") if unit.person is not None else ""
    try:
        return msgspec.json.decode(stored, type=Ticks) if stored else {}
    except msgspec.DecodeError:
        return {}


def tick(desk: Desk, things: Ticks) -> None:
    """Ticks these things off for the person at work. Raises WrongUse without one."""
    _change(desk, lambda ticks: {**ticks, **things})


def untick(desk: Desk, things: Ticks) -> None:
    """Takes the ticks of these things away. Raises WrongUse without a person at work."""
    _change(desk, lambda ticks: {name: edition for name, edition in ticks.items() if name not in things})


def _change(desk: Desk, change: Callable[[Ticks], Ticks]) -> None:
    def work(unit: UnitOfWork) -> None:
        stored = msgspec.json.encode(change(ticks_of(unit)), order="deterministic").decode()
        unit.store.console.prefer(unit.who.person, TICKS, stored)

    desk.write(work)
