"""Preferences: how somebody wants their console. At a shared workstation everybody has their own."""

from __future__ import annotations

from careconsole.desk.session import Desk


def read(desk: Desk) -> dict[str, str]:
    """The preferences of the person at work, by name; those they never set are missing."""
    return desk.store.console.preferences(desk.who.person)


def set(desk: Desk, name: str, value: str) -> None:
    """Stores a preference of the person at work."""
    desk.write(lambda unit: unit.store.console.prefer(unit.who.person, name, value))
