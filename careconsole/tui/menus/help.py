"""Help: the keys that work here and now; Enter runs the item under the cursor. The others are in the menu of commands,
with the reasons."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen

from careconsole.commands.console_keys import ACTIONS, key_words
from careconsole.commands.key_table import MEANINGS, TITLES, shown_key
from careconsole.commands.row_signs import ROW_SIGNS
from careconsole.domain.terminal_text import fit
from careconsole.tui.menus.available import (
    action_items,
    idle_actions,
    other_items,
    read_available,
    read_idle,
    run,
    verb_items,
    view_items,
)
from careconsole.tui.queue.case_screen import CaseScreen
from careconsole.tui.widgets.base_screen import Page
from careconsole.tui.widgets.menu import Item
from careconsole.tui.widgets.pick import ChooseOne

if TYPE_CHECKING:
    from careconsole.tui.queue.screen import QueueScreen

_KEYS = (("type", "to filter"), ("Enter", "run"), ("Esc", "back"))
_NOT_HERE = {"app.help_quit", "screen.copy_text", "help", "app.help", "app.leave", "leave"}
_TOOLKIT_MOVES = ("up", "down", "page-up", "page-down", "top", "end", "open")
"""What the lists and texts of Textual do themselves with the keys of the table."""
_MOST_USED = (
    "open", "filter", "new", "take", "log", "promise", "park", "offer", "escalate", "resolve", "undo", "more",
)  # fmt: skip
"""The dozen keys with which most days are worked, in two columns above all others."""
_ROOM_FROM = 20
"""The lines of a terminal that has room for them."""
_COLUMNS = 28, 37
"""The cells of a column, on a narrow terminal and on any other."""
_WIDE = 80


def most_used(width: int) -> Content:
    """The keys that are used most, in two columns, as they are set now."""
    half, room = len(_MOST_USED) // 2, _COLUMNS[width >= _WIDE] - 8
    parts: list[str | tuple[str, str]] = []
    for left, right in zip(_MOST_USED[:half], _MOST_USED[half:], strict=True):
        for id, end in ((left, ""), (right, "\n")):
            parts += [(f"{shown_key(id):>6}", "bold $text-accent"), f"  {fit(TITLES[id], room)}{end}"]
    return Content.assemble(*parts[:-1], parts[-1].rstrip("\n") if isinstance(parts[-1], str) else parts[-1])


async def open_help(queue: QueueScreen) -> None:
    """Opens the help of the screen that is on top."""
    host, session = queue.host, queue.session
    screen = host.screen
    if isinstance(screen, Help):
        return
    items: list[Item] = []
    idle: set[str] = set()
    bindings: list[tuple[Binding, Any]] = []
    if screen is queue or isinstance(screen, CaseScreen):
        if session.person is not None:
            numbers = queue.chosen()
            which = "this case" if len(numbers) < 2 else "the marked cases"
            found = await session.backend.ask(read_available(numbers))
            idle = idle_actions(found) | await session.backend.ask(read_idle(numbers, queue.board.current))
            if host.screen is not screen:
                return  # the screen was left, so its help is no longer wanted
            items += verb_items([one for one in found if one.can], f"On {which} now")
        items += [item for item in other_items() if item.id.partition(":")[2] not in idle]
    if screen is queue:
        actions = action_items(action for action in ACTIONS if action.id not in idle)
        items += [*actions, *view_items(queue), *_sign_items()]
        title = "Keys that work here"
    else:
        bindings = [(binding, node) for binding, node in _bindings(screen) if binding.id not in idle]
        items += [
            Item(id=f"key:{place}", text=binding.description, help="", key=keys, group="On this screen")
            for place, (keys, binding, _) in enumerate(_by_action(bindings))
        ]
        title = "Keys that work on this screen"
    gathered = _by_action(bindings)

    def done(id: str | None) -> None:
        kind, _, place = (id or "").partition(":")
        if kind == "key":
            _, binding, node = gathered[int(place)]
            host.spawn(host.run_action(binding.action, node))
        else:
            run(queue, id)

    first = most_used(host.size.width) if screen is queue and host.size.height >= _ROOM_FROM else ""
    host.open(Help(title, items, words=first, keys=_KEYS), done, screen)


def _sign_items() -> list[Item]:
    """The signs on the rows of the list; choosing one does nothing."""
    return [
        Item(id=f"sign:{sign}", text=meaning, help=more, key=sign, group="Signs on a row", dim=True)
        for sign, meaning, more in ROW_SIGNS
    ]


class Help(ChooseOne):
    """The keys of one screen."""


def _bindings(screen: Screen[Any]) -> list[tuple[Binding, Any]]:
    """The bindings of a screen, each key once; commands on cases are left out, since they are listed on their own."""
    found = []
    # The screen's own keys come first; keys that move within a line are the least wanted.
    for active in sorted(screen.active_bindings.values(), key=lambda active: active.node is not screen):
        action = active.binding.action
        if action in _NOT_HERE or action.startswith(("app.verb", "app.other")):
            continue
        binding = _in_our_words(active.binding)
        if binding is not None and (not isinstance(screen, Page) or screen.has_use(binding.id or "")):
            found.append((binding, active.node))
    return found


def _in_our_words(binding: Binding) -> Binding | None:
    """A binding as the table of keys names it; None for one of Textual's that the table does not have.

    Of those, only keys that move are of use: the others, such as those that go from widget to widget, are for screens
    that a page of this console is not.
    """
    if binding.id in TITLES:
        return binding if binding.description else None
    meaning = MEANINGS.get(binding.key)
    if meaning not in _TOOLKIT_MOVES:
        return None
    return replace(binding, id=meaning, description=TITLES[meaning])


def _by_action(bindings: list[tuple[Binding, Any]]) -> list[tuple[str, Binding, Any]]:
    """The bindings by action, with all keys of an action together."""
    together: dict[str, tuple[list[str], Binding, Any]] = {}
    for binding, node in bindings:
        keys, _, _ = together.setdefault(binding.action, ([], binding, node))
        keys.append(binding.key)
    return [(key_words(keys), binding, node) for keys, binding, node in together.values()]
