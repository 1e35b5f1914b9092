"""Spam: a case that nobody asked for is resolved with one command, and leaves the measures."""

from __future__ import annotations

from careconsole.domain.case.command import Command
from careconsole.domain.case.context import Context, must_be_open, must_be_responsible
from careconsole.domain.case.event import Fact
from careconsole.domain.case.resolution import Resolved
from careconsole.domain.case.resolution_answers import SPAM
from careconsole.domain.case.state import Case
from careconsole.domain.errors import Refused
from careconsole.domain.hints import suggest


class Spam(Command, frozen=True, kw_only=True):
    """Resolve the case as spam, which needs no answer."""

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Anybody may do this to a case that is with duty, otherwise only those who are responsible for it.

        Refused for a case with open promises or a call for help: somebody took it for a real one, and `resolve` asks
        how these end.
        """
        must_be_open(case, ctx)
        if case.owner is not None:
            must_be_responsible(case, ctx)
        if case.promises or case.review_owed or case.escalation is not None:
            has = "open promises" if case.promises else "an escalation that is not reviewed"
            raise Refused(
                f"Case {case.number} has {has}.",
                "Resolve it, and say what became of them: {}.",
                suggest("resolve", case.number, said="spam", answer="spam"),
            )

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Resolves it with the answer "spam", whether or not the sender waits for one."""
        return [Resolved(said=SPAM, answer=SPAM)]
