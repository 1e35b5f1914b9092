"""Changes that reviews ask for, as JSON."""

from __future__ import annotations

from careconsole.present.json_types.base import CaseNumber, Entry, Moment


class ChangeListEntry(Entry, frozen=True, kw_only=True):
    """A change: the case and the number of the review that asks for it, and how far it has come.

    `check_at` is when it is checked next, `verdict` what the last check found, empty before it. `came_back` are the
    cases on which the cause came up after the change was made, `while_open` those on which it came up after it was
    asked for and before it was made.
    """

    case: CaseNumber
    review: int
    cause: str
    change: str
    state: str
    owner: str | None
    asked_at: Moment
    due: Moment | None
    made_at: Moment | None
    check_at: Moment | None
    checked_at: Moment | None
    verdict: str
    dropped_because: str
    moves: int
    came_back: list[CaseNumber]
    while_open: list[CaseNumber]
