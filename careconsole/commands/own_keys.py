"""Keys of one's own: which keys an action can have, and that no two actions share one.

Textual would let the last of two actions with one key take it, and say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from careconsole.commands.key_table import FIXED, TITLES, USUAL
from careconsole.domain.errors import WrongUse
from careconsole.domain.settings.toml import nearest
from careconsole.domain.terminal_text import display_text

_WHILE_TYPING = frozenset({"save", "discard", "editor", "undo-typing", "suspend"})
"""The actions that work while somebody types, so that a character cannot be their key."""
_NAMED = frozenset({"space", "insert", *(f"f{number}" for number in range(1, 25))})
_SAME = {"ctrl+h": "Backspace", "ctrl+i": "Tab", "ctrl+j": "Enter", "ctrl+m": "Enter", "ctrl+[": "Esc"}
"""Keys that a terminal sends as others."""
_OF_THE_SYSTEM = {"ctrl+c": "stops programs", "ctrl+\\": "ends programs", "ctrl+@": "is no key of its own"}
_HINT = 'Write it like "t", "T", "space", "f2" or "ctrl+t".'


def with_own_keys(own: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The keys of every action, with some replaced; keys in `FIXED` stay where they are."""
    found = dict(USUAL)
    for id, keys in own.items():
        found[id] = (*keys, *(key for key in USUAL[id] if key in FIXED))
    return found


def mistakes(own: Mapping[str, tuple[str, ...]]) -> dict[str, WrongUse]:
    """What is wrong with keys that are to replace the usual ones, by action; empty if they can be used."""
    wrong: dict[str, WrongUse] = {}
    for id, keys in own.items():
        try:
            _check(id, keys)
        except WrongUse as error:
            wrong[id] = error
    return wrong or _collisions(own)


def _check(id: str, keys: tuple[str, ...]) -> None:
    """Raises WrongUse for an unknown action, and for a key that it cannot have."""
    if id not in USUAL:
        near = nearest(id[:40], list(USUAL))
        meant = f"Did you mean {near}? " if near else ""
        raise WrongUse(f"There is no action {display_text(id, 40)!r}.", f"{meant}careconsole help keys lists all.")
    if all(key in FIXED for key in USUAL[id]) and USUAL[id]:
        raise WrongUse(f"{TITLES[id]} always has its keys.", "Remove this line.")
    for key in keys:
        shown = repr(display_text(key, 20))
        if key in FIXED:
            raise WrongUse(f"{shown} always means the same.", "Choose another key.")
        if key in _SAME:
            raise WrongUse(f"A terminal sends {shown} as {_SAME[key]}.", "Choose another key.")
        if key in _OF_THE_SYSTEM:
            raise WrongUse(f"{shown} {_OF_THE_SYSTEM[key]}.", "Choose another key.")
        is_character = len(key) == 1 and key.isprintable() and not key.isspace()
        if not (is_character or key in _NAMED or re.fullmatch(r"ctrl\+[a-z]|ctrl\+underscore", key)):
            raise WrongUse(f"{shown} is no key.", _HINT)
        if id in _WHILE_TYPING and (is_character or key == "space"):
            raise WrongUse(f"{shown} would be typed: {TITLES[id]} works in texts.", 'Choose one like "ctrl+t" or "f2".')


def _collisions(own: Mapping[str, tuple[str, ...]]) -> dict[str, WrongUse]:
    """The first of the own keys that another action has: of two own ones, the later one is wrong."""
    having: dict[str, str] = {}
    every = with_own_keys(own)
    for id in sorted(every, key=lambda id: id in own):  # the usual ones first; the own ones in their order
        for key in every[id]:
            if key in having:
                other = having[key]
                also = f"or give {other} another one" if other in own else f"or give {other} another one here"
                message = f"{display_text(key, 20)!r} is the key of {TITLES[other]} ({other})."
                return {id: WrongUse(message, f"Choose another key, {also}.")}
            having[key] = id
    return {}
