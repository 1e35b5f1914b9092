"""The one table of the console's keys: what each key means, which is the same on every screen.

A screen that can do nothing with a key leaves it alone; none gives it another meaning. Later keys are added where the
commands, the console's actions and the keys of pages and forms are listed, and this table refuses a key that has a
meaning already.
"""

from __future__ import annotations

from collections.abc import Iterator

from careconsole.commands import OTHER_COMMANDS, VERBS
from careconsole.commands.console_keys import ACTIONS, IN_PLACES

RESERVED: dict[str, str] = {"b": "Playbook", "r": "Reply by mail"}
"""Keys that nothing may use, because what they are for is still to come."""


def _entries() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Every meaning: its id, its title, and its keys."""
    for verb in VERBS:
        yield verb.id, verb.title, (verb.key,) if verb.key else ()
    for id, key, title in OTHER_COMMANDS:
        yield id, title, (key,) if key else ()
    for action in (*ACTIONS, *IN_PLACES):
        yield action.id, action.title, action.keys


def _meanings() -> dict[str, str]:
    found: dict[str, str] = {}
    for id, _, keys in _entries():
        for key in keys:
            if key in found or key in RESERVED:
                raise ValueError(f"the key {key!r} of {id!r} means {found.get(key) or RESERVED[key]!r} already")
            found[key] = id
    return found


KEYS: dict[str, tuple[str, ...]] = {id: keys for id, _, keys in _entries()}
"""The keys of each meaning, by its id."""

TITLES: dict[str, str] = {id: title for id, title, _ in _entries()}
"""The title of each meaning, by its id."""

MEANINGS: dict[str, str] = _meanings()
"""The id of what each key means."""
