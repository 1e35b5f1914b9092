"""The one table of the console's keys: what each key means, which is the same on every screen.

A screen that can do nothing with a key leaves it alone; none gives it another meaning. Later keys are added where the
commands, the console's actions and the keys of pages and forms are listed, and this table refuses a key that has a
meaning already. A configuration file can give actions other keys (`own_keys` checks them): whatever binds or shows a
key takes it from here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from careconsole.commands import OTHER_COMMANDS, VERBS
from careconsole.commands.console_keys import ACTIONS, IN_PLACES, key_words

FIXED = frozenset({
    "up", "down", "left", "right", "home", "end", "pageup", "pagedown", "enter", "escape", "tab", "shift+tab",
    "backspace", "delete", "f1", "ctrl+q", *"0123456789",
})  # fmt: skip
"""Keys that no configuration changes: a keyboard names them, texts and lists handle them themselves, or they are the
way out."""


def _entries() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Every meaning: its id, its title, and its usual keys."""
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
            if key in found:
                raise ValueError(f"the key {key!r} of {id!r} means {found[key]!r} already")
            found[key] = id
    return found


USUAL: dict[str, tuple[str, ...]] = {id: keys for id, _, keys in _entries()}
"""The usual keys of each meaning, by its id."""

KEYS: dict[str, tuple[str, ...]] = dict(USUAL)
"""The keys of each meaning, by its id: the usual ones, unless `use_keys` has changed them."""

TITLES: dict[str, str] = {id: title for id, title, _ in _entries()}
"""The title of each meaning, by its id."""

MEANINGS: dict[str, str] = _meanings()
"""The id of what each usual key means."""

_MORE = "more"
_WRITTEN = {key_words((key,)): key for key in MEANINGS}
"""Each usual key by its written form: "Esc", "F5", "ctrl+s"."""


def use_keys(keys: Mapping[str, tuple[str, ...]]) -> None:
    """Has the console use these keys, by meaning. They bind screens that are imported later, so it comes before them.

    `own_keys.with_own_keys` makes them.
    """
    KEYS.update(keys)


def key_of(id: str) -> str:
    """The first key of a meaning, as it is written; "" if it has none."""
    return key_words(KEYS[id][:1])


def shown_key(id: str) -> str:
    """The key of a command, as it is written; if it has none, that of the menu which has it."""
    return key_of(id) or key_of(_MORE)


def meanings_of(words: str) -> set[str]:
    """The ids of what keys mean, as a line names them: their usual keys ("Enter or ."), or those set instead."""
    usual = {MEANINGS[_WRITTEN[word]] for word in words.split() if word in _WRITTEN}
    return usual | {id for id, keys in KEYS.items() if set(keys) & set(words.split())}


def as_set(words: str) -> str:
    """Keys as a line names them ("j k", "Enter or ctrl+s"), with those that have been changed as they are now."""
    return " ".join(_as_set(word) for word in words.split(" "))


def _as_set(word: str) -> str:
    key = _WRITTEN.get(word)
    if key is None or key in FIXED:
        return word
    usual, now = USUAL[MEANINGS[key]], KEYS[MEANINGS[key]]
    if key in now:
        return word
    others = [one for one in now if one not in FIXED]
    changed = [one for one in usual if one not in FIXED].index(key)
    return key_words(others[min(changed, len(others) - 1) :][:1]) if others else key_of(_MORE)
