"""Previews a merge before it is sent: whose cases they are, which one ends, and what the other takes over."""

from __future__ import annotations

import msgspec
from textual.content import Content

from careconsole.desk import Desk
from careconsole.desk.queries import shown_case
from careconsole.desk.queries.shown_case import View
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.merging import Merge, differ, what_moves
from careconsole.domain.case.state import Case
from careconsole.domain.errors import CareError, Refused, WrongUse
from careconsole.domain.terminal_text import display_text
from careconsole.tui.hints import error_text

_NAME = 60


class Preview(msgspec.Struct, frozen=True):
    """What the form says about a merge: what it does, or why a rule refuses it.

    `differ`: the cases have different customers, which has to be confirmed.
    """

    words: Content = Content("")
    differ: bool = False


def preview(desk: Desk, loser: int, winner: int) -> Preview:
    """What the form says about merging case `loser` into case `winner`; nothing if one of them cannot be read.

    If `winner` was merged itself, that is the case it was merged into, as when the form is sent.
    """
    try:
        one, other = shown_case.show(desk, loser, follow=False), shown_case.show(desk, winner)
    except CareError:
        return Preview()
    if one.case.number == other.case.number:
        return Preview()
    if (refusal := desk.read(lambda unit: _refusal(unit, one.case, other.case))) is not None:
        why = Content.styled(display_text(f"It cannot be merged: {error_text(refusal, [loser])}", 400), "$text-warning")
        return Preview(why, differ=differ(one.case, other.case))
    moves = display_text(what_moves(one.case, other.case, lambda _: _name(one), desk.roster()), 400)
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


def _refusal(unit: UnitOfWork, loser: Case, winner: Case) -> CareError | None:
    """Why a rule refuses the merge, whichever customers the cases have; None if none does."""
    try:
        Merge(into=winner.number, confirm=True).decide_merge(loser, winner, unit.context())
    except (Refused, WrongUse) as refusal:
        return refusal
    return None


def _name(view: View) -> str:
    return display_text(view.customer.name, _NAME) if view.customer is not None else "nobody"
