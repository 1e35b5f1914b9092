"""What the rules of evolve give: the fields of a case that an event changes."""

from __future__ import annotations

from typing import Any

from careconsole.domain.case.state import Case, Rested

Changes = dict[str, Any]
"""A new dictionary each time: evolve adds to it."""


def with_tags(tags: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    """Tags with more of them, each once."""
    if not tags and len(more) < 2:
        return more
    return (*tags, *(tag for tag in dict.fromkeys(more) if tag not in tags))


def rested(case: Case, at: int) -> tuple[Rested, ...]:
    """The rests that are over when the present one, if there is one, ends at `at`.

    One that had a time was over by then, whether anybody said so or not: from then on it was our turn again.
    """
    rest = case.parked
    if rest is None:
        return case.rests
    until = at if rest.until is None else min(at, rest.until)
    return (*case.rests, Rested(on=rest.on, since=rest.since, until=max(rest.since, until)))
