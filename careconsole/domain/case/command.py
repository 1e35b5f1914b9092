"""A command on a case: who may give it, and the facts it produces. Pure.

Each command is a class in its subject's file. Its guard can be checked before its fields are filled in (`blocked`); its
decision returns the facts. People, customers and cases are given by number, times in epoch milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol, TypeAlias

import msgspec

from careconsole.domain.case.causes import KnownCause
from careconsole.domain.case.context import Context
from careconsole.domain.case.event import Event, Fact
from careconsole.domain.case.state import Case
from careconsole.domain.errors import Refused
from careconsole.domain.hints import WHO_AM_I, Hint, hint_of, suggest

Decision: TypeAlias = list[tuple[int, list[Fact]]]
"""The facts a command produces, by case number; the first fact of a new case opens it."""


class Cases(Protocol):
    """What a decision may read beyond its own case. Everything is read on demand."""

    def case(self, number: int) -> Case:
        """The current state of a case, or of the one it was merged into. Raises WrongUse if there is none."""

    def history(self, number: int) -> Sequence[Event]:
        """The whole history of a case, including undone events."""

    def new_number(self) -> int:
        """Reserves the number for a case that this decision opens."""

    def cause(self, text: str, case: Case) -> KnownCause:
        """What is known of a cause from other cases than `case`; of its own cause if `text` is empty."""

    def customer(self, number: int) -> str:
        """The name of a customer."""


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """The base of every command."""

    digested_as: ClassVar[str] = ""
    """Its name in the digests of stored requests, if its class was named differently when they were made."""
    digested_when_given: ClassVar[frozenset[str]] = frozenset()
    """Fields that were added later: left out of the digest unless given, so that earlier digests stay the same."""
    alone: ClassVar[Hint | None] = None
    """For a command that takes exactly one case and follows no merge: the hint that says so. None: takes several."""
    opens: ClassVar[bool] = False
    """Whether it opens a case, which comes first in its decision."""

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Raises Refused when the actor cannot give this command on `case` now, whatever its fields."""

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """The facts the command produces on `case`, once its guard has passed.

        Raises Refused when a rule forbids it and WrongUse when the command's own fields are wrong. A command that
        concerns two cases, or opens one, overrides `decide_with` instead.
        """
        raise NotImplementedError

    def decide_with(self, case: Case, ctx: Context, cases: Cases) -> Decision:
        """The facts the command produces on `case` and on others. Raises what `decide` raises."""
        return [(case.number, self.decide(case, ctx))]

    @property
    def wants_playbooks(self) -> bool:
        """Whether its decision looks at the team's playbooks (`Context.playbooks`)."""
        return False

    def where_merged(self, number: int) -> Hint:
        """What to do if the case was merged into case `number`; asked only of a command with `alone`."""
        return hint_of("Look at that one and decide again: {}.", suggest("show", number))


def decide(case: Case, command: Command, ctx: Context) -> list[Fact]:
    """The facts `command` produces on `case`. Raises Refused and WrongUse, with a hint."""
    _must_work_here(ctx)
    command.guard(case, ctx)
    return command.decide(case, ctx)


def decide_with(case: Case, command: Command, ctx: Context, cases: Cases) -> Decision:
    """The facts `command` produces on `case` and on others. Raises Refused and WrongUse, with a hint."""
    _must_work_here(ctx)
    command.guard(case, ctx)
    return command.decide_with(case, ctx, cases)


def blocked(case: Case, command: type[Command], ctx: Context) -> Refused | None:
    """Why the actor cannot give this kind of command on `case` now; None when they can."""
    try:
        _must_work_here(ctx)
        command.guard(case, ctx)
    except Refused as refusal:
        return refusal
    return None


def _must_work_here(ctx: Context) -> None:
    actor = ctx.anybody(ctx.actor)
    if not actor.has_console:
        why = "a contact" if actor.active else "no longer part of the team"
        raise Refused(f"{actor.name} is {why}.", "Say who you are with {}.", WHO_AM_I)
