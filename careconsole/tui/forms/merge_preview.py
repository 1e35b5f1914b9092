"""Previews a merge before it is sent: whose cases they are, which one ends, and what the other takes over."""

from __future__ import annotations

import msgspec
from textual.content import Content

from careconsole.desk import Desk
from careconsole.desk.queries import shown_case
from careconsole.desk.queries.shown_case import View
from careconsole.domain.case.merging import differ, what_moves
from careconsole.domain.errors import CareError
from careconsole.domain.terminal_text import display_text

_NAME = 60


class Preview(msgspec.Struct, frozen=True):
    """What the form says about a merge, and whether the cases have different customers, which has to be confirmed."""

    words: Content = Content("")
    differ: bool = False


def preview(desk: Desk, loser: int, winner: int) -> Preview:
    """What the form says about merging case `loser` into case `winner`; nothing if one of them cannot be read."""
    try:
        one, other = (shown_case.show(desk, number, follow=False) for number in (loser, winner))
    except CareError:
        return Preview()
    if one.case.number == other.case.number:
        return Preview()
    moves = display_text(what_moves(one.case, other.case, lambda _: _name(one)), 400)
    if not differ(one.case, other.case):
        same = one.customer is not None and other.customer is not None
        return Preview(Content(f"Both are {_name(other)}'s. {moves}" if same else moves))
    whose = " and ".join(f"case {view.case.number} is {_name(view)}'s" for view in (one, other))
    words = Content.assemble(
        (f"!! DIFFERENT CUSTOMERS: {whose}.", "bold $text-error"),
        (" Confirm only if they are about the same matter.", "$text-error"),
        f"\n{moves}",
    )
    return Preview(words, differ=True)


def _name(view: View) -> str:
    return display_text(view.customer.name, _NAME) if view.customer is not None else "nobody"
