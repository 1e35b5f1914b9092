"""A colleague helps with a case; its owner and level stay the same."""

from careconsole.domain.case.command import Command
from careconsole.domain.case.context import Context, must_be_open, must_explain
from careconsole.domain.case.event import Changes, Event, Fact
from careconsole.domain.case.narrator import Narrator, after_colon
from careconsole.domain.case.pending_notices import PendingNotice
from careconsole.domain.case.reader import Reader
from careconsole.domain.case.registry import event
from careconsole.domain.case.state import Case, Helper
from careconsole.domain.errors import Refused
from careconsole.domain.hints import given, suggest


class AskHelp(Command, frozen=True, kw_only=True):
    """Ask a colleague to join."""

    of: int
    need: str

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Anybody who works on an open case may ask a colleague to join."""
        must_be_open(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Asks a colleague who is neither the actor nor the owner."""
        need = must_explain(self.need, "What you need help with")
        helper = ctx.colleague(self.of)
        if helper.number in (ctx.actor, case.owner):
            who = "yourself" if helper.number == ctx.actor else f"{helper.name}, who owns the case"
            raise Refused(f"You cannot ask {who} to join.", "Ask somebody else.")
        return [HelpAsked(of=helper.number, need=need)]


@event("help asked")
class HelpAsked(Fact, frozen=True, kw_only=True):
    """A colleague was asked to help; owner and level stay the same."""

    of: int
    need: str

    def apply(self, case: Case, event: Event) -> Changes:
        """Adds a helper; asking the same one again replaces the need."""
        others = tuple(help for help in case.helpers if help.of != self.of)
        return {"helpers": (*others, Helper(of=self.of, by=event.actor, need=self.need, at=event.at))}

    def sentence(self, narrator: Narrator) -> str:
        """Says who was asked, and what for."""
        return f"asked {narrator.name(self.of)} to help{after_colon(self.need)}"

    def concerns(self, reader: Reader) -> str | None:
        """Text for the person asked."""
        if not reader.acts_for(self.of):
            return None
        return f"{reader.who} asks {reader.to(self.of)} to help with {reader.case}{reader.words(self.need)}"

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Stale once they are no longer asked."""
        if ended := super().why_stale(case, notice):
            return ended
        asked = any(notice.is_for(help.of) for help in case.helpers)
        return "" if asked else "they are no longer asked to help"


class FinishHelp(Command, frozen=True, kw_only=True):
    """End somebody's help (`who` None: the actor's own)."""

    digested_as = "EndHelp"

    who: int | None = None
    said: str = ""

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Needs a case on which somebody was asked to help."""
        must_be_open(case, ctx)
        if not case.helpers:
            raise Refused(
                f"Nobody was asked to help with case {case.number}.",
                "Ask somebody: {}.",
                suggest("ask", case.number, of=..., need=...),
            )

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Ends the help. Raises Refused if that person was not asked."""
        who = ctx.actor if self.who is None else self.who
        if who not in {help.of for help in case.helpers}:
            helpers = ", ".join(ctx.name(help.of) for help in case.helpers)
            raise Refused(
                f"{ctx.name(who)} was not asked to help.", "Helpers: {}; give one {}.", helpers, given(who=...)
            )
        return [HelpEnded(who=who, said=self.said.strip())]


@event("help ended")
class HelpEnded(Fact, frozen=True, kw_only=True):
    """A colleague's help ended."""

    who: int
    said: str = ""

    def apply(self, case: Case, event: Event) -> Changes:
        """Removes the helper."""
        return {"helpers": tuple(help for help in case.helpers if help.of != self.who)}

    def sentence(self, narrator: Narrator) -> str:
        """Says whose help ended, and its result."""
        return f"ended the help of {narrator.name(self.who)}{after_colon(self.said)}"

    def sentence_by(self, actor: int | None, narrator: Narrator) -> str:
        """Says "has helped" if the actor is the helper."""
        return f"has helped{after_colon(self.said)}" if actor == self.who else self.sentence(narrator)
