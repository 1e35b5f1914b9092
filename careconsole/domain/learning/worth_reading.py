"""Which cases are worth reading for somebody new: what happened on a case decides, never who did it.

The reasons, the best first: what a case taught became a playbook; its cause came back although a change had been made;
a playbook decided it, so that nobody had to be called; its review led to a change that was made; its review says why
nothing changes; or at least it is an exception that was decided. The first case is the latest one with the best reason,
the second the latest one left with the next reason, and so on, and again from the first reason until there are enough.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import msgspec

from careconsole.domain.case.state import MERGED, VOID, Case

BECAME_PLAYBOOK = "what it taught became a playbook"
CAME_BACK = "its cause came back although a change had been made"
BY_PLAYBOOK = "a playbook decided it, so that nobody had to be called"
LED_TO_CHANGE = "its review led to a change that was made"
NOTHING_CHANGES = "its review says why nothing changes"
WAS_DECIDED = "it is an exception that was decided"
REASONS = (BECAME_PLAYBOOK, CAME_BACK, BY_PLAYBOOK, LED_TO_CHANGE, NOTHING_CHANGES, WAS_DECIDED)
"""The reasons, the best first."""


class WorthReading(msgspec.Struct, frozen=True, kw_only=True):
    """A case worth reading, and why: all the reasons that apply, the best first."""

    case: Case
    why: tuple[str, ...]


def worth_reading(cases: Iterable[Case], became_playbooks: Collection[int], most: int) -> list[WorthReading]:
    """The cases worth reading, at most `most`. `became_playbooks` are those from which a playbook was written.

    Merged and void cases are left out.
    """
    found: dict[str, list[WorthReading]] = {reason: [] for reason in REASONS}
    for case in sorted(cases, key=lambda case: (-_last(case), -case.number)):
        if why := _reasons(case, became_playbooks):
            for reason in why:
                found[reason].append(WorthReading(case=case, why=why))
    chosen: dict[int, WorthReading] = {}
    while len(chosen) < most:
        before = len(chosen)
        for some in found.values():
            one = next((one for one in some if one.case.number not in chosen), None)
            if one is not None and len(chosen) < most:
                chosen[one.case.number] = one
        if len(chosen) == before:
            break
    return list(chosen.values())


def _reasons(case: Case, became_playbooks: Collection[int]) -> tuple[str, ...]:
    if case.status in (MERGED, VOID):
        return ()
    holds = {
        BECAME_PLAYBOOK: case.number in became_playbooks,
        CAME_BACK: any(one.came_back for one in case.occurrences),
        BY_PLAYBOOK: any(use.decided for use in case.playbooks),
        LED_TO_CHANGE: any(review.change and review.done_at and not review.dropped for review in case.reviews),
        NOTHING_CHANGES: any(review.nothing_because for review in case.reviews),
    }
    decided = any(one.decided for one in case.occurrences)
    why = tuple(reason for reason, applies in holds.items() if applies)
    return why or ((WAS_DECIDED,) if decided else ())


def _last(case: Case) -> int:
    """When something last came up on a case, or was decided by a playbook (epoch milliseconds)."""
    return max([one.at for one in case.occurrences] + [use.at for use in case.playbooks if use.decided], default=0)
