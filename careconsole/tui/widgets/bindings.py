"""Makes the key bindings of screens and widgets from the table of keys."""

from __future__ import annotations

from collections.abc import Collection

from textual.binding import Binding, BindingType

from careconsole.commands.console_keys import textual_key
from careconsole.commands.key_table import FIXED, KEYS, TITLES


def bound(
    id: str, action: str, title: str = "", *, only: Collection[str] = (), priority: bool = False
) -> list[BindingType]:
    """The bindings of all keys that mean `id` to an action of a screen or widget, or of those named in `only`.

    `title` is what the help calls it there, if that is more exact than the table's title. A usual key in `only` stands
    for the keys that a configuration file has put in its place.
    """
    keys = KEYS[id]
    if only:
        some = [key for key in keys if key not in FIXED] if any(key not in FIXED for key in only) else []
        keys = (*(key for key in only if key in FIXED), *some)
    return [
        Binding(textual_key(key), action, title or TITLES[id], show=False, priority=priority, id=id) for key in keys
    ]
