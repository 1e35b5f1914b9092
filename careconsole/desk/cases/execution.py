"""Carries out commands on cases: one command is one transaction, on one case or on many, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from careconsole.desk.cases import files, preparing
from careconsole.desk.cases.alike import Alike
from careconsole.desk.cases.asking import with_question
from careconsole.desk.cases.customer_for_case import customer_for_case
from careconsole.desk.cases.other_cases import OtherCases
from careconsole.desk.cases.requests import repeated, request_of
from careconsole.desk.cases.some_at_a_time import as_before, by_case, read_each
from careconsole.desk.notices.queue_notices import queue_notices
from careconsole.desk.playbooks.reading import authority_for
from careconsole.desk.session import Desk, load
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case import handover
from careconsole.domain.case.causes import open_cause
from careconsole.domain.case.clocks import STEP, Due
from careconsole.domain.case.command import Command, Decision, decide_with
from careconsole.domain.case.context import Context, is_responsible
from careconsole.domain.case.editing import Edit
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.event import Event, Fact, named_in, named_on
from careconsole.domain.case.evolve import begin, evolve
from careconsole.domain.case.evolve import fold as fold_case
from careconsole.domain.case.handover import HandOver
from careconsole.domain.case.messages import LogMessage, Reclassify
from careconsole.domain.case.narrator import Named, Narrator, ended
from careconsole.domain.case.notes import Note
from careconsole.domain.case.offers import Offered
from careconsole.domain.case.opening import Followed, FollowUp, OpenCase, Opened
from careconsole.domain.case.ratings import rated_while_open
from careconsole.domain.case.recurrence import CameUpAgain
from careconsole.domain.case.resolution import Resolved
from careconsole.domain.case.reviews import Reviewed
from careconsole.domain.case.state import Case
from careconsole.domain.errors import CareError, Conflict, Refused, WrongUse
from careconsole.domain.hints import SKIP_REFUSED, hint_of, suggest
from careconsole.domain.terminal_text import fold, why_unstorable
from careconsole.domain.time.moments import local
from careconsole.store.cases.command_log import Request
from careconsole.store.team.journal import JournalEntry

_LISTED = 20
"""How many refused cases one refusal lists, each with its reason."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a command did: its number, the cases it changed, those refused and why, and notices for the person.

    `opened` is a new case's number. `repeated` says that the same request had been carried out before. `events` are the
    events written, each with its case (of a new case, those that follow its opening); `idle` are open cases on which
    the next step is due first, and no promise is open: the person may make one, park them or resolve them. `turned` is
    the verb of the command that was undone or redone, `takes` its number, `change` its entry in the journal, `events`
    are its own then, `playbooks` those that it had changed, and `stands` says which cases are open, parked or ended now
    and were not before. `named`: what the numbers mean that events name. `waited`: the cases on which it ended the
    customer's wait for an answer, and since when they had waited.
    """

    command: int | None
    cases: tuple[int, ...]
    refused: tuple[tuple[int, CareError], ...] = ()
    notices: tuple[str, ...] = ()
    opened: int | None = None
    repeated: bool = False
    events: tuple[tuple[int, Event], ...] = ()
    idle: tuple[int, ...] = ()
    turned: str = ""
    takes: int | None = None
    change: JournalEntry | None = None
    playbooks: tuple[int, ...] = ()
    stands: dict[int, str] = {}
    named: dict[int, Named] = {}
    waited: dict[int, int] = {}

    @property
    def written(self) -> tuple[tuple[int, Event], ...]:
        """The events that this command wrote, as far as they are known: of an undo or redo none are."""
        return () if self.turned else self.events


def execute(
    desk: Desk,
    verb: str,
    command: Command,
    numbers: list[int],
    *,
    seen: int | None = None,
    skip_refused: bool = False,
    request_key: str | None = None,
) -> Outcome:
    """Carries out `command` on every case of `numbers`, as one command that one undo takes back.

    `seen` is the version the person was looking at (for one case only); a change of state on a newer one raises
    Conflict. When a rule refuses a case nothing is done, unless `skip_refused` lets the others be done. Repeating a
    request under the same `request_key` does nothing; used by somebody else or with different content, the key raises
    Conflict.
    """
    if not numbers:
        raise WrongUse("No case was given.", "Give one or more case numbers.")
    if command.alone is not None and len(numbers) > 1:
        raise WrongUse(f"{verb.capitalize()} one case at a time.", command.alone)
    if seen is not None and len(numbers) > 1:
        raise WrongUse("A seen version needs exactly one case.", "Give one case.")
    command = preparing.prepared(desk, command, numbers[0])
    check_words(command)
    request = request_of(request_key, verb, command, *dict.fromkeys(numbers))

    def work(unit: UnitOfWork) -> Outcome:
        if request is not None and (before := repeated(unit, request)) is not None:
            opened = before.cases[0] if command.opens else None
            return Outcome(command=before.number, cases=tuple(before.cases), opened=opened, repeated=True)
        if isinstance(command, Edit):
            _must_be_customer(desk, command.customer)
        files.must_be_kept(unit, command)
        ctx = unit.context()
        if command.wants_playbooks:
            ctx = replace(ctx, playbooks=unit.usable_playbooks())
        notices: list[str] = []
        others = OtherCases(desk, unit, notices)
        plans: Decision = []
        refused: list[tuple[int, CareError]] = []
        taken: set[int] = set()
        alike = Alike()
        for number, known in read_each(unit, others, list(dict.fromkeys(numbers))):
            case = load(desk, number, notices, known=known)
            if seen is not None and case.number != number:
                raise Conflict(
                    f"Case {number} was merged into case {case.number} since you saw it.",
                    "Look at that one ({}) and decide again; nothing was changed.",
                    suggest("show", case.number),
                )
            if command.alone is not None and case.number != number:
                raise Refused(
                    f"Case {number} was merged into case {case.number} already.", command.where_merged(case.number)
                )
            if case.number in taken:
                continue  # two numbers that lead to the same case after a merge
            taken.add(case.number)
            others.hold(case)
            if seen is not None:
                notices += check_version(desk, case, seen, command, ctx)
            try:
                decided = decide_with(case, _on(unit, case, command), unit.case_context(case, ctx), others)
                plans += [(about, list(map(alike.value, facts))) for about, facts in decided]
            except Refused as refusal:
                refused.append((number, refusal.with_traceback(None)))  # which would hold the case
        if refused and (not plans or not skip_refused):
            raise _refusal(refused, len(numbers))
        plans = by_case(plans)
        cases = [number for number, _ in plans]
        log = unit.store.log.add(verb, unit.who, ctx.now, cases, request=request)
        written, idle, waited = list[tuple[int, Event]](), list[int](), dict[int, int]()
        named: dict[int, Named] = {}
        for some, before_them in as_before(unit, others, plans):
            first = len(written)
            for number, facts in some:
                before_it = before_them.get(number)
                after, due, events, unanswered = _store(unit, number, before_it, facts, ctx, log)
                if before_it and (since := before_it.awaits_since) is not None and after.awaits_since is None:
                    waited[number] = since
                written += [(number, event) for event in events]
                if isinstance(command, HandOver) and handover.CALL in handover.responsibilities(after, command.of):
                    notices.append(handover.call_not_handed_over(after, command.of, ctx).message)
                if before_it is not None:
                    notices += _other_causes(unit, before_it, facts)
                    notices += [f.told(ctx.roster, ctx.actor, ctx.now) for f in facts if isinstance(f, CameUpAgain)]
                notices += _while_parked(unit, before_it, after)
                only_step = due is not None and due.kind == STEP and is_responsible(after, ctx)
                # With a mail that is still to be sent it may have been said what follows it.
                idle += [number] if only_step and not any(getattr(fact, "then", None) for fact in facts) else []
                notices += [*unanswered, *rated_while_open(command, before_it)]
            named |= _named(unit, command, written[first:], before_them)
        notices += preparing.followed_up(unit, command, written, log, others.mailed, seen=seen is not None)
        return Outcome(
            command=log,
            cases=tuple(cases),
            refused=tuple(refused),
            notices=tuple(notices),
            opened=cases[0] if command.opens else None,
            events=tuple(written),
            idle=tuple(idle),
            named=named,
            waited=waited,
        )

    return desk.write(work)


def open_case(desk: Desk, command: OpenCase, customer: str | None = None, request_key: str | None = None) -> Outcome:
    """Opens a case; `customer` is a name, and an unknown one is added.

    A case with the same external id, or the same request, is not opened twice: the outcome names the first one. Raises
    Conflict for a request key used by somebody else or with different content.
    """
    check_words(command, customer or "")
    request = request_of(request_key, "new", command, fold(customer or ""))

    def work(unit: UnitOfWork) -> Outcome:
        if request is not None and (before := repeated(unit, request)) is not None:
            return Outcome(command=before.number, cases=tuple(before.cases), opened=before.cases[0], repeated=True)
        if command.external and (known := unit.store.cases.by_external(*command.external)) is not None:
            return Outcome(command=None, cases=(known,), opened=known, repeated=True)
        ctx = unit.context()
        notices: list[str] = []
        _must_be_customer(desk, command.customer)
        who = customer_for_case(unit, customer, notices) if customer else command.customer
        opening = replace(command, customer=who)
        return _open(unit, "new", opening, ctx, request, notices)

    return desk.write(work)


def follow_up(desk: Desk, number: int, command: FollowUp) -> Outcome:
    """Opens a separate case for another matter, as a follow-up of case `number`."""
    check_words(command)

    def work(unit: UnitOfWork) -> Outcome:
        ctx = unit.context()
        notices: list[str] = []
        case = load(desk, number, notices)
        command.guard(case, ctx)
        return _open(unit, "follow-up", command.opening(case), ctx, None, notices, leads_from=case)

    return desk.write(work)


def _on(unit: UnitOfWork, case: Case, command: Command) -> Command:
    """The command for this case: an escalation despite a playbook names the one that lets people decide there."""
    if not isinstance(command, Escalate) or not command.despite:
        return command
    found = authority_for(unit, case, command.cause)
    if found is None:
        raise WrongUse(f"No playbook lets you decide about case {case.number}.", "Leave the reason out.")
    return replace(command, playbook=found.known.playbook.number)


def check_words(command: Command, *more: str) -> None:
    """Raises WrongUse when a text of the command, or one of `more`, cannot be stored."""
    values = [getattr(command, name) for name in command.__struct_fields__]
    parts = [part for value in values if isinstance(value, tuple) for part in value]
    for text in [*values, *parts, *more]:
        if isinstance(text, str) and (why := why_unstorable(text)):
            raise WrongUse(f"The text {why}.", "Remove that character; nothing was stored.")


def check_version(desk: Desk, case: Case, seen: int, command: Command, ctx: Context) -> list[str]:
    """Raises Conflict when the case changed since version `seen` and `command` changes its state; returns warnings.

    Notes and inbound messages can always be appended. An outbound message gets a warning when another one was logged
    since. A message that goes on to something else changes the state. Raises WrongUse for a version that the case does
    not have yet.
    """
    if seen > case.version:
        raise WrongUse(
            f"Case {case.number} has no version {seen}; it is at {case.version}.",
            "Look again: {}.",
            suggest("show", case.number),
        )
    if case.version == seen:
        return []
    history = desk.store.cases.history(case.number)
    since = [e for e in history if e.number > seen and not e.fact.changes_nothing]
    told = Narrator(ctx.roster, lambda ms: local(ms, ctx.now), named_in(history))
    if isinstance(command, LogMessage) and command.then is None:
        others = [e for e in since if (contact := e.fact.contact) is not None and not contact.inbound]
        if command.inbound or not others:
            return []
        return [f"Somebody else has messaged the customer since you looked: {ended(others[-1].sentence(told))}"]
    if isinstance(command, Note) or not since:
        return []
    raise Conflict(
        f"Case {case.number} has changed since you saw it: {ended(since[-1].sentence(told))}",
        "Look again ({}) and decide again; nothing was changed.",
        suggest("show", case.number),
    )


def _store(
    unit: UnitOfWork, number: int, case: Case | None, facts: list[Fact], ctx: Context, command: int
) -> tuple[Case, Due | None, list[Event], list[str]]:
    """Appends facts to case `number` and stores its new state; returns that, what falls due next and the new events.

    Returns also a notice, if a customer is left without an answer. `case` is the case before; None when the first fact
    opens it.
    """
    facts = with_question(unit, case, facts)
    events = _events(case.version if case is not None else 0, facts, ctx.now, ctx.actor, command)
    after, turns = case, []
    for event in events:
        if after is None:
            after = begin(number, event)
        else:
            turns.append((after, event))
            after = evolve(after, event)
    assert after is not None  # without facts, the case exists already
    if any(event.fact.moved for event in events):  # words that moved away no longer affect the state
        after = fold_case(number, [*unit.store.cases.history(number), *events])
        assert after is not None
    queue_notices(unit, turns, ctx.roster)
    due = unit.team.levels.due(after)
    if case is None:
        unit.store.case_writer.add(after, due)
    else:
        unit.store.case_writer.save(after, case.version, due)
    unit.store.case_writer.append(number, events)
    return after, due, events, [_unanswered(number) for before, event in turns if _leaves_unanswered(before, event)]


def _named(
    unit: UnitOfWork, command: Command, written: list[tuple[int, Event]], before: Mapping[int, Case]
) -> dict[int, Named]:
    numbers = sorted({number for number, event in written if event.fact.names_earlier})
    if isinstance(command, Reclassify):  # what was said is in the history alone
        return {number: named_in(unit.store.cases.history(number)) for number in numbers}
    return {number: named_on(before[number]) for number in numbers if number in before}


def _while_parked(unit: UnitOfWork, before: Case | None, after: Case) -> list[str]:
    if after.parked is None:
        return []
    from careconsole.domain.case.while_parked import warnings  # few commands leave a case parked

    customer = unit.store.customers.names([after.customer]).get(after.customer, "") if after.customer else ""
    return warnings(before, after, unit.team.levels.clocks, customer, unit.now)


def _leaves_unanswered(before: Case, event: Event) -> bool:
    return isinstance(event.fact, Resolved) and event.fact.leaves_unanswered(before)


def _unanswered(number: int) -> str:
    return f"The customer was not answered on case {number}: make sure that they hear from us."


def _events(version: int, facts: list[Fact], at: int, actor: int, command: int) -> list[Event]:
    return [
        Event(number=version + i, at=at, recorded_at=at, fact=fact, actor=actor, command=command)
        for i, fact in enumerate(facts, start=1)
    ]


def _other_causes(unit: UnitOfWork, before: Case, facts: list[Fact]) -> list[str]:
    """What to say when a review names another cause than the escalation did: the review's counts."""
    earlier = open_cause(before)
    if not earlier:
        return []
    causes = unit.store.causes.all()
    return [
        f"It was escalated for “{earlier}” and counts as “{fact.cause}”. If the two are one cause, merge them."
        for fact in facts
        if isinstance(fact, Reviewed) and not fact.carried and not causes.same(earlier, fact.cause)
    ]


def _open(
    unit: UnitOfWork,
    verb: str,
    command: OpenCase,
    ctx: Context,
    request: Request | None,
    notices: list[str],
    leads_from: Case | None = None,
) -> Outcome:
    facts = command.decide_opening(ctx)
    number = unit.store.engine.reserve("cases", 1)
    cases = [number] if leads_from is None else [number, leads_from.number]
    log = unit.store.log.add(verb, unit.who, ctx.now, cases, request=request)
    after, _, events, unanswered = _store(unit, number, None, facts, ctx, log)
    notices += [*unanswered, *_while_parked(unit, None, after)]
    follow = [(number, event) for event in events if not isinstance(event.fact, Opened | Offered)]
    if leads_from is not None:
        _store(unit, leads_from.number, leads_from, [Followed(by=number)], ctx, log)
    return Outcome(command=log, cases=tuple(cases), opened=number, notices=tuple(notices), events=tuple(follow))


def _must_be_customer(desk: Desk, number: int | None) -> None:
    if number is not None and desk.store.customers.get(number) is None:
        raise WrongUse(f"There is no customer number {number}.", "See {}.", suggest("customer list"))


def _refusal(refused: list[tuple[int, CareError]], asked: int) -> CareError:
    if asked == 1:
        return refused[0][1]
    listed = "\n".join(f"  {number}: {refusal.message}" for number, refusal in refused[:_LISTED])
    listed += f"\n  ... and {len(refused) - _LISTED:,} more" if len(refused) > _LISTED else ""
    refusal = Refused(
        f"{len(refused)} of {asked} cases {'was' if len(refused) == 1 else 'were'} refused, and nothing was changed:"
        f"\n{listed}",
        hint_of("Do the others {}.", SKIP_REFUSED) if len(refused) < asked else "",
    )
    refusal.cases = tuple(refused)
    return refusal
