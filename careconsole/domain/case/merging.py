"""Two cases that are one matter: one ends, and the other takes over what must not be lost."""

from __future__ import annotations

from careconsole.domain.case.command import Cases, Command, Decision
from careconsole.domain.case.context import Context, must_be_responsible, must_exist
from careconsole.domain.case.editing import with_tags
from careconsole.domain.case.event import Changes, Event, Fact
from careconsole.domain.case.narration import Narrator
from careconsole.domain.case.promises import Promised
from careconsole.domain.case.recipients import PendingNotice
from careconsole.domain.case.registry import event
from careconsole.domain.case.resolution import ended
from careconsole.domain.case.reviews import Reviewed
from careconsole.domain.case.state import MERGED, Case, Escalation, Inbound
from careconsole.domain.case.touches import woken
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import Hint, given, hint_of, suggest


class Merge(Command, frozen=True, kw_only=True):
    """Both are one matter: the case goes on as `into`. Different customers need `confirm`."""

    alone = hint_of("Name one case, and the one it goes on as {}.", given(into=...))

    into: int
    confirm: bool = False

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Anybody responsible for both cases may merge one into the other."""
        must_exist(case, ctx)
        if case.is_open:
            must_be_responsible(case, ctx)

    def decide_with(self, case: Case, ctx: Context, cases: Cases) -> Decision:
        """What becomes of the case that ends, and of the one that goes on."""
        winner = cases.case(self.into)
        lost, won = self.decide_merge(case, winner, ctx)
        return [(case.number, lost), (winner.number, won)]

    def where_merged(self, number: int) -> Hint:
        """The case that it went on as may be what was meant."""
        return hint_of("To merge that one as well: {}.", suggest("merge", number, into=self.into))

    def decide_merge(self, loser: Case, winner: Case, ctx: Context) -> tuple[list[Fact], list[Fact]]:
        """The facts for the case that ends and for the one that goes on, whose owner has both from then on.

        So it takes somebody who looks after both: a merge hands no case to anybody unasked, and takes none away.

        The earliest wait, the highest level with its call, all promises, a review owed, changes that reviews still wait
        for and both external ids go to the winner.
        """
        self.guard(loser, ctx)
        must_exist(winner, ctx)
        if loser.number == winner.number:
            raise WrongUse("A case cannot be merged into itself.", "Name two cases.")
        if loser.is_open and not winner.is_open:
            raise Refused(
                f"Case {winner.number} is {winner.status}, and case {loser.number} is open.",
                "Reopen it first ({}), or merge the other way round: {}.",
                suggest("reopen", winner.number, reason=...),
                suggest("merge", winner.number, into=loser.number),
            )
        if winner.is_open:
            must_be_responsible(winner, ctx)
        if loser.customer != winner.customer and None not in (loser.customer, winner.customer) and not self.confirm:
            raise Refused(
                f"Cases {loser.number} and {winner.number} are of different customers.",
                "If they are one matter all the same, say so: {}.",
                suggest("merge", loser.number, into=winner.number, confirm=True),
            )
        absorbed = Absorbed(
            loser=loser.number,
            level=loser.level if loser.is_open else 0,
            customer=loser.customer,
            clocks_from=loser.clocks_from,
            waiting_since=loser.waiting_since if loser.is_open else None,
            review_owed=loser.review_owed,
            external=loser.external,
            tags=loser.tags,
            escalation=loser.escalation,
        )
        promises = [
            Promised(text=p.text, due=p.due, by=p.by, made_at=p.made_at, moves=p.moves, late=p.late)
            for p in loser.promises
        ]
        changes = [
            Reviewed(cause=r.cause, change=r.change, owner=r.owner, due=r.due)
            for r in loser.reviews
            if r.change and r.done_at is None
        ]
        wait = [] if absorbed.waiting_since is None else woken(winner, "message")
        # The reviews come before, for what is absorbed may owe another one.
        return [Merged(into=winner.number)], [*wait, *changes, absorbed, *promises]


@event("merged")
class Merged(Fact, frozen=True, kw_only=True):
    """This case goes on as case number `into`."""

    passes_promises_on = True

    into: int

    def apply(self, case: Case, event: Event) -> Changes:
        """The case goes on as another."""
        return merged(case, event, self.into)

    def sentence(self, narrator: Narrator) -> str:
        """As which case it goes on."""
        return f"merged it into case {self.into}"

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """That a case was merged stays news."""
        return ""


@event("absorbed")
class Absorbed(Fact, frozen=True, kw_only=True):
    """Case number `loser` was merged into this one, which takes over what must not be lost.

    Its promises and the changes its reviews still ask for follow as events of their own.
    """

    loser: int
    level: int = 0
    waiting_since: int | None = None
    review_owed: bool = False
    external: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()
    escalation: Escalation | None = None
    customer: int | None = None
    clocks_from: int = 0

    def apply(self, case: Case, event: Event) -> Changes:
        """What must not be lost of a merged case goes on here."""
        changes: Changes = {
            "highest": max(case.highest, self.level),
            "review_owed": case.review_owed or self.review_owed,
            "external": (*case.external, *(x for x in self.external if x not in case.external)),
            "tags": with_tags(case.tags, self.tags),
            "customer": self.customer if case.customer is None else case.customer,
            "clocks_from": max(case.clocks_from, self.clocks_from),
        }
        if self.waiting_since is not None:
            wait = Inbound(number=event.number, at=self.waiting_since)
            changes["unanswered"] = (wait, *case.unanswered)
        if self.level > case.level:
            changes["level"] = self.level
            changes["escalation"] = self.escalation or case.escalation
        elif case.escalation is None:
            changes["escalation"] = self.escalation
        return changes

    def sentence(self, narrator: Narrator) -> str:
        """Which case it was."""
        return f"merged case {self.loser} into it"


def merged(case: Case, event: Event, into: int) -> Changes:
    """The case goes on as another."""
    return {**ended(case, event), "status": MERGED, "merged_into": into, "external": ()}
