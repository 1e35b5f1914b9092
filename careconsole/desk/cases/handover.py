"""Hands over a colleague's whole load: previewed beforehand, done as one command, taken back by one undo.

A lead gives everything away at once. Anybody else offers their own cases, and keeps each until it is accepted; what
else they have to do stays with them, and a cover does it while they are away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence, Sized

import msgspec
from msgspec.structs import replace

from careconsole.desk.cases import execution
from careconsole.desk.cases.alike import Alike
from careconsole.desk.cases.some_at_a_time import read_each
from careconsole.desk.queries.assignments import numbers_of
from careconsole.desk.session import Desk, load
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.calls import CallReassigned
from careconsole.domain.case.command import decide
from careconsole.domain.case.context import Context
from careconsole.domain.case.event import Event, Fact, named_on
from careconsole.domain.case.evolve import evolve
from careconsole.domain.case.handover import (
    CALL,
    HandOver,
    call_not_handed_over,
    must_hand_over,
    must_offer_own,
    offers_own,
    responsibilities,
)
from careconsole.domain.case.helpers import HelpAsked, HelpEnded
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.offers import Offer, Offered, Withdrawn
from careconsole.domain.case.ownership import Reassigned
from careconsole.domain.case.reviews import ActionReassigned
from careconsole.domain.case.state import Case
from careconsole.domain.counting import counted
from careconsole.domain.errors import Refused
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import display_text

_REASON = "handed over"
_LISTED = 8
"""The most case numbers that a notice names."""


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
    `offers`: the cases would only be offered, since `of` hands over their own work and is no lead.
    """

    offers: bool = False
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

    Raises Refused when the person at work is no lead and it is not their own load, when `to` cannot take the load, or
    when `of` has none.
    """

    def read(unit: UnitOfWork) -> Plan:
        ctx = unit.context()
        moves: list[Move] = []
        refused: list[tuple[int, Refused]] = []
        notices: list[str] = []
        numbers, command = _numbers(desk, of, to, ctx), _command(of, to, ctx)
        offers = isinstance(command, Offer)
        notices += _stays(desk, of) if offers else []
        notices += _covered(desk, of, ctx)
        alike = Alike()
        for number, known in read_each(unit, None, numbers):
            case = load(desk, number, notices, follow=False, known=known)
            try:
                facts = tuple(map(alike.value, decide(case, command, unit.case_context(case, ctx))))
            except Refused as refusal:
                refused.append((number, refusal.with_traceback(None)))  # which would hold the case
                continue
            after = _after(case, facts, ctx)
            if CALL in responsibilities(after, of):
                notices.append(call_not_handed_over(after, of, ctx).message)
            moves.append(
                Move(
                    number=number,
                    subject=display_text(case.subject),
                    facts=alike.value(facts),
                    words=alike.value(_words(case, after, facts, ctx.roster, offers=offers)),
                    promises=len(case.promises) if after.owner != case.owner else 0,
                )
            )
        return Plan(of=of, to=to, moves=tuple(moves), refused=tuple(refused), notices=tuple(notices), offers=offers)

    return desk.read(read)


def hand_over(desk: Desk, of: int, to: int | None) -> execution.Outcome:
    """Gives the whole load of `of` to `to` (None: to duty), as one command; an agent offers their own cases.

    Cases that a rule refuses stay as they are, and are in the outcome with the reason. Raises Refused as `plan` does,
    and when every case is refused.
    """

    def act(unit: UnitOfWork) -> execution.Outcome:
        ctx = unit.context()
        numbers, command = _numbers(desk, of, to, ctx), _command(of, to, ctx)
        if not isinstance(command, Offer):
            done = execution.execute(desk, "hand-over", command, numbers, skip_refused=True)
            return replace(done, notices=(*done.notices, *_covered(desk, of, ctx)))
        done = execution.execute(desk, "offer", command, numbers, skip_refused=True)
        return replace(done, notices=(*done.notices, *_stays(desk, of), *_covered(desk, of, ctx)))

    return desk.write(act)


def moved_words(facts: Iterable[Fact], promises: int = 0) -> str:
    """What a handover moves, in words: "9 cases with 2 promises, 1 offer, 1 call", or "9 cases offered"."""
    kinds = Counter(type(fact) for fact in facts)
    offered = kinds[Offered] if set(kinds) == {Offered} else 0  # else it is an offer to them that is passed on
    words = [f"{counted(offered, 'case')} offered"] if offered else []
    for kind, one, more in _COUNTED:
        if kinds[kind]:
            following = f" with {counted(promises, 'promise')}" if kind is Reassigned and promises else ""
            words.append(counted(kinds[kind], one, more) + following)
    return ", ".join(words)


def outcome_words(outcome: execution.Outcome) -> str:
    """What a handover moved, and where it only offered cases, that each stays with its owner until it is accepted."""
    facts = [event.fact for _, event in outcome.events]
    only_offers = {type(fact) for fact in facts} == {Offered}
    return f"{moved_words(facts)}.{' Each stays with its owner until it is accepted.' if only_offers else ''}"


def unchanged_words(refused: Sized) -> str:
    """How many cases stay as they are, after a sentence; empty for none."""
    return f" {counted(len(refused), 'case stays as it is', 'cases stay as they are')}." if refused else ""


# One fact for each thing that moves: an offer is withdrawn, and help ended, before somebody else is asked.
_COUNTED: tuple[tuple[type[Fact], str, str], ...] = (
    (Reassigned, "case", "cases"),
    (Withdrawn, "offer", "offers"),
    (CallReassigned, "call", "calls"),
    (HelpEnded, "request for help", "requests for help"),
    (ActionReassigned, "change", "changes"),
)


def _numbers(desk: Desk, of: int, to: int | None, ctx: Context) -> list[int]:
    """The cases in the load of `of`, or to offer, those they own. Raises Refused where that cannot be, or for none."""
    offers = offers_own(of, ctx)
    if offers:
        must_offer_own(to, ctx)
    else:
        must_hand_over(of, to, ctx)
    owned, all_of_them = numbers_of(desk, of)
    numbers = owned if offers else all_of_them
    if not numbers:
        none = "owns no open case" if offers else "has no open work"
        raise Refused(f"{ctx.name(of)} {none}.", "There is nothing to hand over.")
    return numbers


def _command(of: int, to: int | None, ctx: Context) -> HandOver | Offer:
    if to is not None and offers_own(of, ctx):
        return Offer(to=to, reason=_REASON)
    return HandOver(of=of, to=to)


def _stays(desk: Desk, of: int) -> list[str]:
    """What an agent who offers their cases keeps: answers to offers and calls, help and changes."""
    owned, all_of_them = numbers_of(desk, of)
    others = len(all_of_them) - len(owned)
    if not others:
        return []
    waits = "case also waits" if others == 1 else "cases also wait"
    return [
        f"{others} other {waits} for your answer, your help or a change of yours; a lead hands those over, and your"
        " cover does them while you are away."
    ]


def _covered(desk: Desk, of: int, ctx: Context) -> list[str]:
    """The open cases of those for whom `of` acts today: they are no part of the load."""
    found = []
    for person in ctx.roster.covered_by(of):
        cases = sorted(numbers_of(desk, person.number)[0])
        if cases:
            listed = ", ".join(map(str, cases[:_LISTED])) + (", …" if len(cases) > _LISTED else "")
            stay = f"The open case of {person.name} stays" if len(cases) == 1 else f"{person.name}'s open cases stay"
            found.append(f"{stay} with them ({listed}); {ctx.name(of)} covers until somebody else does.")
    return found


def _after(case: Case, facts: Sequence[Fact], ctx: Context) -> Case:
    for number, fact in enumerate(facts, start=case.version + 1):
        case = evolve(case, Event(number=number, at=ctx.now, recorded_at=ctx.now, fact=fact, actor=ctx.actor))
    return case


def _words(before: Case, after: Case, facts: Sequence[Fact], roster: Roster, *, offers: bool) -> tuple[str, ...]:
    """What moves, part by part, and what ends because of it; `offers`: the case is only offered."""
    tell = Narrator(roster, named=named_on(before))

    def name(person: int | None) -> str:
        return display_text(roster.name(person))

    words = []
    for fact in facts:
        match fact:
            case Reassigned():
                promises = f" with {counted(len(before.promises), 'promise')}" if before.promises else ""
                words.append(f"the case{promises} goes to {name(fact.to)}")
            case Offered() if offers:
                words.append(f"offered to {name(fact.to)}")
            case Offered():
                words.append(f"it is offered to {name(fact.to)} instead")
            case CallReassigned() if after.escalation is not None:
                words.append(f"the call goes to {name(fact.responder)}")
            case HelpAsked():
                words.append(f"{name(fact.of)} is asked to help instead")
            case ActionReassigned():
                words.append(f"{display_text(tell.change(fact.review))} goes to {name(fact.to)}")
    if before.offer is not None and after.offer is None:
        words.append(f"the offer to {name(before.offer.to)} is off")
    if before.escalation is not None and after.escalation is None:
        words.append(f"the call ends, for {name(after.owner)} has it")
    gone = {help.of for help in before.helpers} - {help.of for help in after.helpers}
    if len(after.helpers) < len(before.helpers):
        words.append(f"the help of {', '.join(name(person) for person in sorted(gone))} ends")
    return tuple(words)
