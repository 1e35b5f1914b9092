"""What can be done now, as menu items, and running the chosen one.

Help, the menu of commands and the palette show these; an id is a kind and a name: "verb:take", "act:filter", "view:3",
"list:is:mine", "customer:7".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec

from careconsole.commands import OTHER_COMMANDS, SEVEN, VERBS, Verb
from careconsole.commands.console_keys import ACTIONS, MOVES, Action, key_words
from careconsole.commands.in_a_shell import IN_A_SHELL
from careconsole.commands.key_table import KEYS, key_of
from careconsole.desk import Desk
from careconsole.desk.cases.sending_place import why_no_mail
from careconsole.desk.session import load
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.command import blocked
from careconsole.domain.case.state import PRIORITIES
from careconsole.domain.errors import Refused
from careconsole.tui.hints import error_text
from careconsole.tui.widgets.menu import Item

if TYPE_CHECKING:
    from careconsole.tui.queue.screen import QueueScreen

MOST = 200
"""The most chosen cases that are checked for the commands they allow."""
_SEVEN = {id: place for place, id in enumerate(SEVEN)}
WITHOUT_LIST = {
    "bell", "copy", "customer", "customer-said", "edit-customer", "help", "linked", "lock", "lower", "merge-customers",
    "more", "news", "palette", "quit", "raise", "suspend", "theme", "who", "why",
}  # fmt: skip
"""The actions for which the list need not be on screen."""


_GIVES = {"raise": "edit", "lower": "edit", "customer-said": "log"}
"""The actions that give a command, by id."""
ON_CURRENT = ("copy", "customer", "edit-customer", "files", "linked", "merge-customers", "why")
"""The actions on the case under the cursor."""
ON_CHOSEN = (*_GIVES, "follow-up")
"""Those on the chosen cases."""


class Availability(msgspec.Struct, frozen=True):
    """A command is allowed on `can` of the `of` cases that were checked.

    `refused` is the number of the first case that refuses it (0: none), and `why` its reason.
    """

    verb: Verb
    can: int
    of: int
    why: Refused | None = None
    refused: int = 0


def read_available(numbers: Sequence[int]) -> Callable[[Desk], list[Availability]]:
    """Work for the desk that checks every command on these cases. It raises WrongUse while nobody is at work."""

    def work(desk: Desk) -> list[Availability]:
        return desk.read(lambda unit: read(desk, unit))

    def read(desk: Desk, unit: UnitOfWork) -> list[Availability]:
        ctx = unit.context()
        cases = [load(desk, number, [], follow=False) for number in numbers[:MOST]]
        found = []
        for verb in VERBS:
            refusals = [(why, case.number) for case in cases if (why := blocked(case, verb.command, ctx)) is not None]
            if verb.id == "reply" and (no_mail := why_no_mail(unit)) is not None:
                refusals = [(no_mail, case.number) for case in cases]
            why, refused = refusals[0] if refusals else (None, 0)
            found.append(Availability(verb, len(cases) - len(refusals), len(cases), why, refused))
        return found

    return work


def read_idle(numbers: Sequence[int], current: int | None) -> Callable[[Desk], set[str]]:
    """Work for the desk that finds the actions which do nothing on these cases; `current` is the one at the cursor."""

    def work(desk: Desk) -> set[str]:
        if current is None:
            return set(ON_CURRENT if numbers else (*ON_CURRENT, *ON_CHOSEN))
        from careconsole.desk.queries.linked_cases import linked

        here = load(desk, current, [], follow=False)
        cases = [here if number == current else load(desk, number, [], follow=False) for number in numbers[:MOST]]
        idle = set[str]() if here.customer is not None else {"customer", "edit-customer", "merge-customers"}
        if not linked(desk, current):
            idle.add("linked")
        ends = {"raise": PRIORITIES[-1], "lower": PRIORITIES[0]}
        return idle | {id for id, end in ends.items() if all(case.priority == end for case in cases)}

    return work


def idle_actions(found: Sequence[Availability]) -> set[str]:
    """The actions that give a command which no case allows."""
    return {id for id, verb in _GIVES.items() if not any(one.can for one in found if one.verb.id == verb)}


def verb_items(
    found: Sequence[Availability], now: str = "Available now", not_now: str = "Not available now"
) -> list[Item]:
    """The commands: the allowed ones, the seven first and those with a key next, then the refused ones, and why."""
    can = [one for one in found if one.can]
    can.sort(key=lambda one: (_SEVEN.get(one.verb.id, len(SEVEN)), not key_of(one.verb.id)))
    cannot = [one for one in found if not one.can]
    items = [
        Item(id=f"verb:{one.verb.id}", text=one.verb.title, help=_help(one), key=key_of(one.verb.id), group=now)
        for one in can
    ]
    for one in cannot:
        why = error_text(one.why, (one.refused,)) if one.why is not None else "No case is selected."
        id = f"verb:{one.verb.id}"
        items.append(Item(id=id, text=one.verb.title, help=why, key=key_of(one.verb.id), group=not_now, dim=True))
    return items


def _help(one: Availability) -> str:
    return one.verb.help if one.can == one.of else f"On {one.can:,} of {one.of:,}. {one.verb.help}"


def other_items() -> list[Item]:
    """Opening cases, undo and redo."""
    return [
        Item(id=f"other:{id}", text=_text(id), help=f"{title}.", key=key_of(id), group="Any time")
        for id, _, title in OTHER_COMMANDS
    ]


def _text(id: str) -> str:
    return id.replace("-", " ").capitalize()


def action_items(actions: Iterable[Action] = ACTIONS) -> list[Item]:
    """The actions of the console, which are no commands on cases."""
    return [
        Item(
            id=f"{'move' if action in MOVES and action.id != 'back' else 'act'}:{action.id}",
            text=action.title,
            help=action.help,
            key=key_words(KEYS[action.id]),
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


def shell_items() -> list[Item]:
    """What is done in a shell, each with its command."""
    return [
        Item(id=f"shell:{place}", text=one.title, help=f"{one.about} In a shell: {one.command}", dim=True)
        for place, one in enumerate(IN_A_SHELL)
    ]


def run(queue: QueueScreen, id: str | None) -> None:
    """Runs the item that was chosen; None: nothing was."""
    kind, _, name = (id or "").partition(":")
    if kind in ("view", "move", "case", "list") or (kind == "act" and name not in WITHOUT_LIST):
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
        case "shell":
            done = IN_A_SHELL[int(name)]
            queue.host.say(f"{done.title}: that is done in a shell.", done.command)
        case "list":
            queue.show_list(name)
        case "person":
            queue.host.sit_down(int(name))
        case "case":
            queue.way_back.go_to_case(int(name))
        case "customer":
            from careconsole.tui.menus.linked import show_customer

            show_customer(queue, int(name))
