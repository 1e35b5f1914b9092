"""What can be done here and now, as things to choose from, and doing the one that was chosen.

Help, the menu of commands and the palette show these; an id is a kind and a name: "verb:take", "act:filter", "view:3".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec

from careconsole.commands import OTHERS, VERBS, Verb
from careconsole.commands.console import ACTIONS, MOVES, Action, key_words
from careconsole.desk import Desk
from careconsole.desk.session import load
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.command import blocked
from careconsole.domain.errors import Refused
from careconsole.tui.hints import told
from careconsole.tui.widgets.menu import Item

if TYPE_CHECKING:
    from careconsole.tui.queue.screen import QueueScreen

MOST = 200
"""Of so many chosen cases it is looked at which commands can be given on them."""
_MORE = "."
"""Where the commands without a key of their own are."""
_ANYWHERE = {"bell", "copy", "help", "lock", "more", "palette", "quit", "theme", "who", "why"}
"""What needs no list in sight."""


class Can(msgspec.Struct, frozen=True):
    """On how many of the cases that were looked at a command can be given, and on the first of the others why not.

    `refused` is the number of that one, 0 where there is none.
    """

    verb: Verb
    can: int
    of: int
    why: Refused | None = None
    refused: int = 0


def look(numbers: Sequence[int]) -> Callable[[Desk], list[Can]]:
    """The work that finds what can be done on these cases. It raises WrongUse where nobody said who is at work."""

    def work(desk: Desk) -> list[Can]:
        return desk.read(lambda unit: read(desk, unit))

    def read(desk: Desk, unit: UnitOfWork) -> list[Can]:
        ctx = unit.context()
        cases = [load(desk, number, [], follow=False) for number in numbers[:MOST]]
        found = []
        for verb in VERBS:
            refusals = [(why, case.number) for case in cases if (why := blocked(case, verb.command, ctx)) is not None]
            why, refused = refusals[0] if refusals else (None, 0)
            found.append(Can(verb, len(cases) - len(refusals), len(cases), why, refused))
        return found

    return work


def verb_items(found: Sequence[Can], now: str = "What can be done", not_now: str = "Not now") -> list[Item]:
    """The commands: first those that can be given, those with a key before the others, then those that cannot."""
    can = sorted((one for one in found if one.can), key=lambda one: not one.verb.key)
    cannot = [one for one in found if not one.can]
    items = [
        Item(id=f"verb:{one.verb.id}", text=one.verb.title, help=_help(one), key=one.verb.key or _MORE, group=now)
        for one in can
    ]
    for one in cannot:
        why = told(one.why, (one.refused,)) if one.why is not None else "There is no case here to work on."
        id = f"verb:{one.verb.id}"
        items.append(Item(id=id, text=one.verb.title, help=why, key=one.verb.key or _MORE, group=not_now, dim=True))
    return items


def _help(one: Can) -> str:
    return one.verb.help if one.can == one.of else f"On {one.can:,} of {one.of:,}. {one.verb.help}"


def other_items() -> list[Item]:
    """Opening cases, undo and redo."""
    return [
        Item(id=f"other:{id}", text=id.replace("-", " ").capitalize(), help=f"{title}.", key=key, group="Any time")
        for id, key, title in OTHERS
    ]


def action_items(actions: Iterable[Action] = ACTIONS) -> list[Item]:
    """What is no command on cases."""
    return [
        Item(
            id=f"{'move' if action in MOVES and action.id != 'back' else 'act'}:{action.id}",
            text=action.title,
            help=action.help,
            key=key_words(action.keys),
            group=action.group,
        )
        for action in actions
    ]


def view_items(queue: QueueScreen, *, mark_own: bool = False) -> list[Item]:
    """The saved views with their counts."""
    items = []
    for view in queue.live.views:
        words = [view_words(view.filter, view.sort, view.reverse)]
        if mark_own and view.own:
            words.append("your own")
        key = str(view.slot) if view.slot <= 9 else ""
        items.append(
            Item(
                id=f"view:{view.slot}",
                text=f"{view.name} {queue.count_of(view.slot)}".rstrip(),
                help=" · ".join(words),
                key=key,
                group="" if mark_own else "Views",
            )
        )
    return items


def view_words(filter: str, sort: str, reverse: bool) -> str:
    """What a view shows, in words: "is:waiting, by waiting"."""
    return f"{filter or 'every open case'}, by {sort}{', reversed' if reverse else ''}"


def run(queue: QueueScreen, id: str | None) -> None:
    """Does what was chosen; None: nothing was."""
    kind, _, name = (id or "").partition(":")
    if kind in ("view", "move", "case") or (kind == "act" and name not in _ANYWHERE):
        queue.to_list()
    match kind:
        case "verb":
            queue.host.action_verb(name)
        case "other":
            queue.host.action_other(name)
        case "act":
            queue.action_act(name)
        case "move":
            queue.cases.action_do(name)
        case "view":
            view = next((view for view in queue.live.views if view.slot == int(name)), None)
            if view is not None:
                queue.show_saved(view)
        case "person":
            queue.host.sit_down(int(name))
        case "case":
            queue.land_on(int(name))
