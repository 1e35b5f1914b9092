"""Saved views: filters with a name and an order. Everybody has the usual ones, and may save their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import display_text, fold, why_unstorable
from careconsole.store.queue.listing import SORTS

KEYS = range(10)
"""The slots that have a key; further ones are found by name."""
NEXT_FREE_SLOT = -1
"""Asks `save` for the next free slot."""
REPLACEABLE_SLOT = 9
"""The slot whose usual view is replaced by the first view that somebody saves without naming a slot."""
LONGEST_NAME = 40


class SavedView(msgspec.Struct, frozen=True):
    """A view: the cases that match `filter`, in the order `sort`. `own`: the person saved it themselves.

    `in_file`: it stands in their configuration file.
    """

    slot: int
    name: str
    filter: str
    sort: str = "due"
    reverse: bool = False
    own: bool = False
    in_file: bool = False


USUAL: tuple[SavedView, ...] = (
    SavedView(0, "all open", ""),
    SavedView(1, "mine", "is:mine"),
    SavedView(2, "unassigned", "is:unassigned"),
    SavedView(3, "offered to me", "offered:me"),
    SavedView(4, "escalated", "is:escalated"),
    SavedView(5, "overdue", "is:overdue"),
    SavedView(6, "waiting", "is:waiting", "waiting"),
    SavedView(7, "parked", "is:parked"),
    SavedView(8, "recently resolved", "resolved:<1w", "resolved"),
    SavedView(REPLACEABLE_SLOT, "at risk", "is:atrisk"),
)
"""The views that everybody has on the keys, except where they saved one of their own."""


def views(desk: Desk, in_file: Sequence[SavedView] = ()) -> list[SavedView]:
    """The person's views in order of slot: their own, and the usual ones in the slots where they have none.

    Those of a configuration file come in their slots, or in the next free ones where the person saved a view.
    """
    saved = desk.store.console.views(desk.who.person)
    own = [SavedView(slot, name, text, sort, bool(reverse), own=True) for slot, name, text, sort, reverse in saved]
    return placed(own, in_file)


def placed(own: Sequence[SavedView] = (), in_file: Sequence[SavedView] = ()) -> list[SavedView]:
    """Views in order of slot: the usual ones, with some saved in their place, and those of a configuration file."""
    found = {view.slot: view for view in (*USUAL, *own)}
    slots = {view.slot for view in own}
    for view in sorted(in_file, key=lambda view: view.slot == NEXT_FREE_SLOT):  # those with a slot of their own first
        slot = view.slot if view.slot != NEXT_FREE_SLOT and view.slot not in slots else next_free(found.values())
        slots.add(slot)
        found[slot] = replace(view, slot=slot, own=True, in_file=True)
    return [found[slot] for slot in sorted(found)]


def find_view(desk: Desk, name: str, in_file: Sequence[SavedView] = ()) -> SavedView:
    """The person's view of that name, or the usual one when nobody is at work; those `in_file` are there, too.

    Raises WrongUse when there is none.
    """
    there = views(desk, in_file) if desk.person is not None else placed(in_file=in_file)
    wanted = fold(name)
    for view in there:
        if fold(view.name) == wanted:
            return view
    raise WrongUse(f"There is no view {name!r}.", f"The views are: {', '.join(view.name for view in there)}.")


def save(desk: Desk, view: SavedView, in_file: Sequence[SavedView] = ()) -> SavedView:
    """Saves a view for the person in place of what its slot held; slot `NEXT_FREE_SLOT` takes the next free one.

    One `in_file`, in their configuration file, gives way to it. Returns it as it was saved. Raises FilterError for a
    filter that cannot be parsed, WrongUse for a missing or long name and for an unknown order or slot.
    """
    from careconsole.domain.filters.language import parse

    parse(view.filter)
    if view.sort not in SORTS:
        raise WrongUse(f"There is no order {view.sort!r}.", f"Choose one of: {', '.join(SORTS)}.")
    if view.slot < NEXT_FREE_SLOT:
        raise WrongUse(f"There is no slot {view.slot}.", "Choose 0 or higher.")
    name = _name(view.name)

    def work(unit: UnitOfWork) -> SavedView:
        slot = next_free(views(desk, in_file)) if view.slot == NEXT_FREE_SLOT else view.slot
        saved = replace(view, slot=slot, name=name, own=True)
        unit.store.console.save_view(unit.who.person, slot, name, saved.filter, saved.sort, saved.reverse)
        return saved

    return desk.write(work)


def remove(desk: Desk, slot: int) -> None:
    """Removes a view the person saved; the usual one of that slot comes back. Raises WrongUse when there is none."""

    def work(unit: UnitOfWork) -> None:
        if not unit.store.console.remove_view(unit.who.person, slot):
            raise WrongUse(
                f"You have no view of your own in slot {slot}.",
                "The default views cannot be removed; save one of your own in their place.",
            )

    desk.write(work)


def next_free(there: Iterable[SavedView]) -> int:
    """The slot for the next view saved: the last one with a key, if free or still the usual view, else one without."""
    taken = {view.slot for view in there if view.own or view.slot != REPLACEABLE_SLOT}
    slot = KEYS[-1]
    while slot in taken:
        slot += 1
    return slot


def _name(name: str) -> str:
    clean = " ".join(name.split())
    if not display_text(clean).strip():
        raise WrongUse("The name of the view is missing.", "Give it a short name.")
    if why := why_unstorable(clean):
        raise WrongUse(f"The name of the view {why}.", "Remove that character.")
    if len(clean) > LONGEST_NAME:
        raise WrongUse(f"The name of the view is too long: {len(clean)} characters.", f"It can have {LONGEST_NAME}.")
    return clean
