"""Preferences: how somebody wants their console. At a shared workstation everybody has their own."""

from __future__ import annotations

from careconsole.desk.session import Desk


def read(desk: Desk) -> dict[str, str]:
    """What the person at work prefers, by name; what they never chose is not there."""
    return desk.store.console.preferences(desk.who.person)


def set(desk: Desk, name: str, value: str) -> None:
    """Remembers a choice of the person at work."""
    desk.write(lambda unit: unit.store.console.prefer(unit.who.person, name, value))
