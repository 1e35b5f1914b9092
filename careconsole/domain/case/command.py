"""A command on a case: who may give it, and what it leads to. Pure.

Each command is a class in the file of its subject. Its guard can be asked before its words are known (`blocked`), its
decision gives the facts that happen. People, customers and cases are numbers, times epoch milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol, TypeAlias

import msgspec

from careconsole.domain.case.context import Context
from careconsole.domain.case.event import Event, Fact
from careconsole.domain.case.state import Case
from careconsole.domain.errors import Refused
from careconsole.domain.hints import WHO_AM_I, Hint, hint_of, suggest

Decision: TypeAlias = list[tuple[int, list[Fact]]]
"""What a command leads to, by the cases it concerns; the first fact of a case that is not there yet opens it."""


class Cases(Protocol):
    """What a decision may look at beyond its own case. Each thing is read when it is asked for."""

    def case(self, number: int) -> Case:
        """Another case as it stands; one that was merged is the one it goes on as. Raises WrongUse for none."""

    def history(self, number: int) -> Sequence[Event]:
        """The whole history of a case, what was undone included."""

    def new_number(self) -> int:
        """The number of a case that this decision opens."""


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """The base of every command."""

    digested_as: ClassVar[str] = ""
    """How the digests of stored requests call it, where its class had another name when they were made."""
    alone: ClassVar[Hint | None] = None
    """Where it is given on one case at a time, and on that very one: how to say so. None: on several at once."""
    opens: ClassVar[bool] = False
    """Whether it opens a case, which stands first in its decision."""

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Raises Refused when the actor cannot give this command on `case` now, whatever its words."""

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """What the command leads to on `case`; its guard has been asked.

        Raises Refused when a rule says no and WrongUse when the command's own words are off. A command that concerns
        two cases, or opens one, decides in `decide_with`.
        """
        raise NotImplementedError

    def decide_with(self, case: Case, ctx: Context, cases: Cases) -> Decision:
        """What the command leads to on `case`, and on others. Raises what `decide` raises."""
        return [(case.number, self.decide(case, ctx))]

    def where_merged(self, number: int) -> Hint:
        """What to do where the case meant goes on as case `number`, for a command that is given on one very case."""
        return hint_of("Look at that one and decide anew: {}.", suggest("show", number))


def decide(case: Case, command: Command, ctx: Context) -> list[Fact]:
    """What `command` leads to on `case`, or a refusal that helps. Raises Refused and WrongUse."""
    _must_work_here(ctx)
    command.guard(case, ctx)
    return command.decide(case, ctx)


def decide_with(case: Case, command: Command, ctx: Context, cases: Cases) -> Decision:
    """What `command` leads to on `case` and on others, or a refusal that helps. Raises Refused and WrongUse."""
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
