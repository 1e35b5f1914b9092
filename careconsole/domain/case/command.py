"""A command on a case: who may give it, and what it leads to. Pure.

Each command is a class in the file of its subject. Its guard can be asked before its words are known (`blocked`), its
decision gives the facts that happen. People, customers and cases are numbers, times epoch milliseconds.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from careconsole.domain.case.context import Context
from careconsole.domain.case.event import Fact
from careconsole.domain.case.state import Case
from careconsole.domain.errors import Refused
from careconsole.domain.hints import WHO_AM_I


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """The base of every command."""

    digested_as: ClassVar[str] = ""
    """How the digests of stored requests call it, where its class had another name when they were made."""

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Raises Refused when the actor cannot give this command on `case` now, whatever its words."""

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """What the command leads to on `case`; its guard has been asked.

        Raises Refused when a rule says no and WrongUse when the command's own words are off. A command that concerns
        two cases, or opens one, has a decision of another name.
        """
        raise NotImplementedError


def decide(case: Case, command: Command, ctx: Context) -> list[Fact]:
    """What `command` leads to on `case`, or a refusal that helps. Raises Refused and WrongUse."""
    _must_work_here(ctx)
    command.guard(case, ctx)
    return command.decide(case, ctx)


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
