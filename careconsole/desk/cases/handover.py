"""Hands over a colleague's whole load: previewed beforehand, done as one command, taken back by one undo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from careconsole.desk.cases import execution
from careconsole.desk.queries.assignments import load_of
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.calls import CallReassigned
from careconsole.domain.case.command import decide
from careconsole.domain.case.context import Context
from careconsole.domain.case.event import Event, Fact
from careconsole.domain.case.evolve import evolve
from careconsole.domain.case.handover import CALL, HandOver, call_not_handed_over, must_hand_over, responsibilities
from careconsole.domain.case.helpers import HelpAsked, HelpEnded
from careconsole.domain.case.offers import Offered, Withdrawn
from careconsole.domain.case.ownership import Reassigned
from careconsole.domain.case.reviews import ActionReassigned
from careconsole.domain.case.state import Case
from careconsole.domain.errors import Refused
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import display_text


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """What would happen to one case of a load. `words` describe it, safe to show; `promises` many follow the case."""

    number: int
    subject: str
    facts: tuple[Fact, ...]
    words: tuple[str, ...]
    promises: int = 0


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What handing over the load of `of` to `to` (None: duty) would do, case by case, those they own first.

    `refused` are the cases that would stay as they are, and why; `notices` say what would stay with `of` on the others.
    """

    of: int
    to: int | None
    moves: tuple[Move, ...]
    refused: tuple[tuple[int, Refused], ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """What moves, in words: "9 cases with 2 promises, 1 offer, 1 call"."""
        return moved_words(
            (fact for move in self.moves for fact in move.facts), sum(move.promises for move in self.moves)
        )


def plan(desk: Desk, of: int, to: int | None) -> Plan:
    """What `hand_over` would do now; changes nothing.

    Raises Refused when the person at work is no lead, when `to` cannot take the load, or when `of` has none.
    """

    def read(unit: UnitOfWork) -> Plan:
        ctx = unit.context()
        moves: list[Move] = []
        refused: list[tuple[int, Refused]] = []
        notices: list[str] = []
        numbers = _numbers(desk, of, to, ctx)
        cases = unit.store.cases.get_many(numbers)
        for number in numbers:
            case = cases[number]
            try:
                facts = decide(case, HandOver(of=of, to=to), unit.case_context(case, ctx))
            except Refused as refusal:
                refused.append((number, refusal))
                continue
            after = _after(case, facts, ctx)
            if CALL in responsibilities(after, of):
                notices.append(call_not_handed_over(after, of, ctx).message)
            moves.append(
                Move(
                    number=number,
                    subject=display_text(case.subject),
                    facts=tuple(facts),
                    words=_words(case, after, facts, ctx.roster),
                    promises=len(case.promises) if after.owner != case.owner else 0,
                )
            )
        return Plan(of=of, to=to, moves=tuple(moves), refused=tuple(refused), notices=tuple(notices))

    return desk.read(read)


def hand_over(desk: Desk, of: int, to: int | None) -> execution.Outcome:
    """Gives the whole load of `of` to `to` (None: to duty), as one command.

    Cases that a rule refuses stay as they are, and are in the outcome with the reason. Raises Refused as `plan` does,
    and when every case is refused.
    """

    def act(unit: UnitOfWork) -> execution.Outcome:
        numbers = _numbers(desk, of, to, unit.context())
        return execution.execute(desk, "hand-over", HandOver(of=of, to=to), numbers, skip_refused=True)

    return desk.write(act)


def moved_words(facts: Iterable[Fact], promises: int = 0) -> str:
    """What a handover moves, in words: "9 cases with 2 promises, 1 offer, 1 call"."""
    kinds = Counter(type(fact) for fact in facts)
    words = []
    for kind, one, more in _COUNTED:
        if kinds[kind]:
            following = f" with {_many(promises, 'promise', 'promises')}" if kind is Reassigned and promises else ""
            words.append(_many(kinds[kind], one, more) + following)
    return ", ".join(words)


# One fact for each thing that moves: an offer is withdrawn, and help ended, before somebody else is asked.
_COUNTED: tuple[tuple[type[Fact], str, str], ...] = (
    (Reassigned, "case", "cases"),
    (Withdrawn, "offer", "offers"),
    (CallReassigned, "call", "calls"),
    (HelpEnded, "request for help", "requests for help"),
    (ActionReassigned, "change", "changes"),
)


def _numbers(desk: Desk, of: int, to: int | None, ctx: Context) -> list[int]:
    """The cases in the load of `of`. Raises Refused when they cannot be handed over, or there are none."""
    must_hand_over(of, to, ctx)
    numbers = load_of(desk, of).numbers
    if not numbers:
        raise Refused(f"{ctx.name(of)} has no open work.", "There is nothing to hand over.")
    return numbers


def _after(case: Case, facts: list[Fact], ctx: Context) -> Case:
    for number, fact in enumerate(facts, start=case.version + 1):
        case = evolve(case, Event(number=number, at=ctx.now, recorded_at=ctx.now, fact=fact, actor=ctx.actor))
    return case


def _words(before: Case, after: Case, facts: list[Fact], roster: Roster) -> tuple[str, ...]:
    """What moves, part by part, and what ends because of it."""

    def name(person: int | None) -> str:
        return display_text(roster.name(person))

    words = []
    for fact in facts:
        match fact:
            case Reassigned():
                promises = f" with {_many(len(before.promises), 'promise', 'promises')}" if before.promises else ""
                words.append(f"the case{promises} goes to {name(fact.to)}")
            case Offered():
                words.append(f"it is offered to {name(fact.to)} instead")
            case CallReassigned() if after.escalation is not None:
                words.append(f"the call goes to {name(fact.responder)}")
            case HelpAsked():
                words.append(f"{name(fact.of)} is asked to help instead")
            case ActionReassigned():
                words.append(f"the change of review {fact.review} goes to {name(fact.to)}")
    if before.offer is not None and after.offer is None:
        words.append(f"the offer to {name(before.offer.to)} is off")
    if before.escalation is not None and after.escalation is None:
        words.append(f"the call ends, for {name(after.owner)} has it")
    gone = {help.of for help in before.helpers} - {help.of for help in after.helpers}
    if len(after.helpers) < len(before.helpers):
        words.append(f"the help of {', '.join(name(person) for person in sorted(gone))} ends")
    return tuple(words)


def _many(count: int, one: str, more: str) -> str:
    return f"{count:,} {one if count == 1 else more}"
