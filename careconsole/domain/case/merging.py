"""Merging two cases about one matter: one ends, and the other takes over what must not be lost."""

from collections.abc import Callable

from careconsole.domain.case.causes import open_again, open_cause, taken_over
from careconsole.domain.case.command import Cases, Command, Decision
from careconsole.domain.case.context import Context, must_be_responsible, must_exist
from careconsole.domain.case.event import Changes, Event, Fact
from careconsole.domain.case.files import files_to_bring
from careconsole.domain.case.messages import reopening_facts
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.pending_notices import PendingNotice
from careconsole.domain.case.playbook_steps import ticks_to_bring
from careconsole.domain.case.playbook_use import PlaybookUsed
from careconsole.domain.case.promises import Promised
from careconsole.domain.case.reader import Reader
from careconsole.domain.case.registry import event
from careconsole.domain.case.resolution import ended
from careconsole.domain.case.reviews import Reviewed
from careconsole.domain.case.state import MERGED, Again, Case, Escalation, Inbound, Rating
from careconsole.domain.case.tags import with_tags
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import Hint, given, hint_of, suggest
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import display_text


class Merge(Command, frozen=True, kw_only=True):
    """Merge the case into case `into`. Different customers need `confirm`."""

    alone = hint_of("Give one case, and the one to merge it into {}.", given(into=...))

    into: int
    confirm: bool = False

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Anybody responsible for both cases may merge one into the other."""
        must_exist(case, ctx)
        if case.is_open:
            must_be_responsible(case, ctx)

    def decide_with(self, case: Case, ctx: Context, cases: Cases) -> Decision:
        """The facts for the case that ends, and for the one that continues."""
        winner = cases.case(self.into)
        lost, won = self.decide_merge(case, winner, ctx, cases.customer)
        return [(case.number, lost), (winner.number, won)]

    def where_merged(self, number: int) -> Hint:
        """Suggests merging the case it was merged into, which may be what was meant; but not into itself."""
        if number == self.into:
            return hint_of("There is nothing left to merge; see {}.", suggest("show", number))
        return hint_of("To merge that one as well: {}.", suggest("merge", number, into=self.into))

    def decide_merge(
        self, loser: Case, winner: Case, ctx: Context, customer: Callable[[int], str] = "customer {}".format
    ) -> tuple[list[Fact], list[Fact]]:
        """The facts for the case that ends and for the one that continues, whose owner has both from then on.

        The actor must be responsible for each that is open: a merge neither hands over nor takes away a case unasked.

        The winner gets the earliest wait, the highest level with its call, all promises, an owed review, the changes of
        reviews that are to be made or checked, the playbooks in use that nobody has rated, both external ids, and what
        the customer said last of either.
        `customer` gives the name of one. Raises Refused and WrongUse.
        """
        self.guard(loser, ctx)
        must_exist(winner, ctx)
        if loser.number == winner.number:
            raise WrongUse("A case cannot be merged into itself.", "Give two different cases.")
        if loser.is_open and not winner.is_open:
            raise Refused(
                f"Case {winner.number} is {winner.status}, and case {loser.number} is open.",
                "Reopen it first ({}), or merge the other way round: {}.",
                suggest("reopen", winner.number, reason=...),
                suggest("merge", winner.number, into=loser.number),
            )
        if winner.is_open:
            must_be_responsible(winner, ctx)
        if differ(loser, winner) and not self.confirm:
            names = [display_text(customer(one), _NAME) for one in (loser.customer, winner.customer) if one is not None]
            raise Refused(
                f"Cases {loser.number} and {winner.number} have different customers: {' and '.join(names)}."
                f" {what_moves(loser, winner, customer, ctx.roster)}",
                "If they are about the same matter, confirm it: {}.",
                suggest("merge", loser.number, into=winner.number, confirm=True),
            )
        absorbed = Absorbed(
            loser=loser.number,
            level=loser.level if loser.is_open else 0,
            customer=loser.customer,
            clocks_from=loser.clocks_from,
            waiting_since=loser.unanswered_since if loser.is_open else None,
            heard=_heard_late(loser),
            review_owed=loser.review_owed,
            external=loser.external,
            tags=tuple(tag for tag in loser.tags if tag not in winner.tags),
            escalation=loser.escalation,
            cause=open_cause(loser),
            again=open_again(loser),
            rating=loser.rating,
            question_at=loser.question_at,
        )
        promises = [
            Promised(text=p.text, due=p.due, by=p.by, made_at=p.made_at, moves=p.moves, late=p.late, untold=p.untold)
            for p in loser.promises
        ]
        changes = [
            Reviewed(
                cause=r.cause,
                change=r.change,
                owner=r.owner,
                due=r.due,
                carried=True,
                made_at=r.done_at,
                check_at=r.check_at,
                checked_at=r.checked_at,
                verdict=r.verdict,
                moves=r.moves,
                of_case=r.of_case or loser.number,
                of_review=r.of_review or r.number,
            )
            for r in loser.reviews
            if r.is_open or r.waits_for_check
        ]
        here = {use.playbook for use in winner.playbooks if not (use.fit or use.passed)}
        uses = [
            PlaybookUsed(
                playbook=use.playbook, edition=use.edition, title=use.title, steps=use.steps, ticked=use.ticked
            )
            for use in loser.playbooks
            if not (use.fit or use.passed) and use.playbook not in here
        ]
        wait = [] if absorbed.waiting_since is None else reopening_facts(winner, "message")
        files = files_to_bring(loser.files, loser.number, winner.files)
        brought = [*promises, *uses, *ticks_to_bring(loser, winner), *files]
        return [Merged(into=winner.number)], [*wait, *changes, absorbed, *brought]


@event("merged")
class Merged(Fact, frozen=True, kw_only=True):
    """This case was merged into case number `into`."""

    passes_promises_on = True

    into: int

    def apply(self, case: Case, event: Event) -> Changes:
        """Ends the case as merged into another, which has what the customer said of it."""
        return {**merge_changes(case, event, self.into), "rating": None, "question_at": None}

    def sentence(self, narrator: Narrator) -> str:
        """Says which case it was merged into."""
        return f"merged it into case {self.into}"

    def concerns(self, reader: Reader) -> str | None:
        """Text for the person whom it was offered to, in the console only."""
        if not reader.offered:
            return None
        return f"{reader.who} merged {reader.case}, which was offered to {reader.offered}, into case {self.into}."

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Never stale: a merge stays news."""
        return ""


@event("absorbed")
class Absorbed(Fact, frozen=True, kw_only=True):
    """Case number `loser` was merged into this one, which takes over what must not be lost.

    Its promises and the changes that its reviews still ask for follow as separate events. `heard` is when the message
    that waits since `waiting_since` became known here, if that was later (epoch milliseconds). `cause` is the cause of
    what is not reviewed yet, `again` the changes for it that came before; `rating` and `question_at` are as in Case.
    """

    loser: int
    level: int = 0
    waiting_since: int | None = None
    heard: int = 0
    review_owed: bool = False
    external: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()
    escalation: Escalation | None = None
    customer: int | None = None
    clocks_from: int = 0
    cause: str = ""
    again: tuple[Again, ...] = ()
    rating: Rating | None = None
    question_at: int | None = None

    def apply(self, case: Case, event: Event) -> Changes:
        """Takes over from the merged case what must not be lost."""
        changes: Changes = {
            "highest": max(case.highest, self.level),
            "review_owed": case.review_owed or self.review_owed,
            "external": (*case.external, *(x for x in self.external if x not in case.external)),
            "tags": with_tags(case.tags, self.tags),
            "customer": self.customer if case.customer is None else case.customer,
            "clocks_from": max(case.clocks_from, self.clocks_from),
        }
        if self.rating is not None and (case.rating is None or case.rating.at < self.rating.at):
            changes["rating"] = self.rating
        if self.question_at is not None:
            changes["question_at"] = max(case.question_at or 0, self.question_at)
        if self.review_owed:
            at = self.escalation.at if self.escalation is not None else event.at
            changes["occurrences"] = taken_over(case, event.number, at, self.cause, self.again)
        if self.waiting_since is not None:
            wait = Inbound(number=event.number, at=self.waiting_since, heard=self.heard)
            changes["unanswered"] = (wait, *case.unanswered)
        if self.level > case.level:
            changes["level"] = self.level
            changes["escalation"] = self.escalation or case.escalation
        elif case.escalation is None:
            changes["escalation"] = self.escalation
        return changes

    def sentence(self, narrator: Narrator) -> str:
        """Says which case was merged, and what this one took over with it."""
        waits = f"the wait of case {self.loser}'s customer" if self.waiting_since is not None else ""
        taken = _taken(waits, self.level, self.review_owed, self.external, self.tags)
        return f"merged case {self.loser} into it" + (f", with {', '.join(taken)}" if taken else "")


_NAME = 60
"""The most cells of a customer's name in a refusal."""


def differ(loser: Case, winner: Case) -> bool:
    """Whether the cases are of different customers, both of whom are known."""
    return loser.customer != winner.customer and None not in (loser.customer, winner.customer)


def what_moves(
    loser: Case,
    winner: Case,
    customer: Callable[[int], str] = "customer {}".format,
    roster: Roster | None = None,
) -> str:
    """What a merge does: which case ends, which goes on, what it takes over, and whose promises that makes others'.

    `customer` gives the name of one: where the cases have different ones, it says who waits. Without a `roster`, who
    has to keep the promises is left out.
    """
    waits = "the customer's wait" if loser.is_open and loser.unanswered_since is not None else ""
    if waits and loser.customer is not None and differ(loser, winner):
        waits = f"{display_text(customer(loser.customer), _NAME)}'s wait"
    level = loser.level if loser.is_open else 0
    tags = tuple(tag for tag in loser.tags if tag not in winner.tags)
    taken = _taken(waits, level, loser.review_owed, loser.external, tags)
    changes = sum(review.is_open for review in loser.reviews)
    checks = sum(review.waits_for_check for review in loser.reviews)
    if loser.promises:
        taken.append("1 promise" if len(loser.promises) == 1 else f"{len(loser.promises)} promises")
    if changes:
        taken.append("1 change to make" if changes == 1 else f"{changes} changes to make")
    if checks:
        taken.append("1 change to check" if checks == 1 else f"{checks} changes to check")
    if files := len(files_to_bring(loser.files, loser.number, winner.files)):
        taken.append("1 file" if files == 1 else f"{files} files")
    if winner.customer is None and loser.customer is not None:
        taken.append("the customer")
    goes_on = f"takes over {', '.join(taken)}" if taken else "continues"
    return f"Case {loser.number} ends, and case {winner.number} {goes_on}." + _who_keeps(loser, winner, roster)


def _who_keeps(loser: Case, winner: Case, roster: Roster | None) -> str:
    """Who has to keep the promises after the merge, if that is somebody else than before."""
    if not loser.promises or roster is None:
        return ""
    after = roster.answerable(winner.owner if winner.is_open else loser.owner)
    if after in (None, roster.answerable(loser.owner)):
        return ""
    promises = "that promise" if len(loser.promises) == 1 else "those promises"
    return f" To keep {promises} is then up to {roster.name(after)}."


def _taken(
    waits: str, level: int, review_owed: bool, external: tuple[tuple[str, str], ...], tags: tuple[str, ...]
) -> list[str]:
    """What a merged case hands on, besides promises and changes to make; `waits`: whose wait for an answer, if any."""
    taken = [waits] if waits else []
    taken += [f"level {level} and its call"] if level else []
    taken += ["the review that is owed"] if review_owed else []
    taken += [f"the name {source}:{name}" for source, name in external]
    return taken + [f"#{tag}" for tag in tags]


def _heard_late(case: Case) -> int:
    """When we heard of the message that an open case waits on, if later than it was sent; else 0."""
    waiting, heard = case.unanswered_since, case.heard_since
    return heard if case.is_open and waiting is not None and heard is not None and heard > waiting else 0


def merge_changes(case: Case, event: Event, into: int) -> Changes:
    """What changes on a case that is merged into case `into`."""
    handed_on = {"occurrences": case.occurrences[:-1]} if case.review_owed else {}
    return {**ended(case, event), **handed_on, "status": MERGED, "merged_into": into, "external": ()}
