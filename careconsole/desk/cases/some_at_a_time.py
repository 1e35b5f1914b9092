"""The cases of a command, of which there may be any number: a few hundred of them are in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from careconsole.desk.cases.other_cases import OtherCases
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.command import Decision
from careconsole.domain.case.event import Fact
from careconsole.domain.case.state import Case

_AT_ONCE = 500


def read_each(
    unit: UnitOfWork, others: OtherCases | None, numbers: Sequence[int]
) -> Iterator[tuple[int, Mapping[int, Case]]]:
    """Each of these numbers, with some cases that were read together, it among them; none where it is the only one.

    Where there are many, `others` lets go of those that are done with.
    """
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        known = unit.store.cases.get_many(list(some)) if len(numbers) > 1 else {}
        for number in some:
            yield number, known
        if others is not None and len(numbers) > _AT_ONCE:
            others.let_go()


def as_before(unit: UnitOfWork, others: OtherCases, plans: Decision) -> Iterator[tuple[Decision, Mapping[int, Case]]]:
    """Takes the facts off `plans` in parts, each with its cases as they were; one that is only opened now has none.

    Those that `others` still has are not read again.
    """
    while plans:
        some = plans[:_AT_ONCE]
        del plans[:_AT_ONCE]
        gone = others.has_let_go and [number for number, _ in some if number not in others.cases]
        yield some, {**others.cases, **unit.store.cases.get_many(gone)} if gone else others.cases


def by_case(plans: Decision) -> Decision:
    """The facts of each case together: a review may say something of a change on a case that is reviewed as well."""
    if len({number for number, _ in plans}) == len(plans):
        return plans
    found: dict[int, list[Fact]] = {}
    for number, facts in plans:
        found.setdefault(number, []).extend(facts)
    return list(found.items())
