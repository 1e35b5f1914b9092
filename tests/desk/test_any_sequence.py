"""Whatever people do, in whatever order: the promises the desk makes about every sequence of commands.

A state machine of hypothesis lets several people give random commands, well formed or not, on a handful of cases,
change the team, undo and redo, while time goes on.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace

from careconsole.commands import VERBS, Field, Verb
from careconsole.desk import Desk
from careconsole.desk.cases import causes, execution, handover, sweep, undo_redo
from careconsole.desk.playbooks import writing
from careconsole.desk.queries.assignments import load_of
from careconsole.desk.queries.causes import listed
from careconsole.desk.team import customers, escalation_paths, members, service_levels
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.clocks import clocks, next_change, next_due
from careconsole.domain.case.event import Event
from careconsole.domain.case.evolve import fold
from careconsole.domain.case.offers import Offered
from careconsole.domain.case.opening import FollowUp, OpenCase
from careconsole.domain.case.state import Case
from careconsole.domain.errors import Conflict, Refused, WrongUse
from careconsole.domain.playbook.content import Authority, Content
from careconsole.store import NEVER, create_store
from tests.suggested import check_advice

pytestmark = pytest.mark.usefixtures("undo_is_foretold")

HOUR = 3_600_000
PEOPLE = ("Ana", "Ben", "Cleo", "Dora")
LEVELS = (
    '[[level]]\nname = "usual"\n',
    """
[[level]]
name = "gold"
tiers = ["gold"]
answer = "1h"
resolution = "40h"
stops.us = ["resolution"]
[[level]]
name = "rest"
informed = "30h"
""",
    """
[calendar.office]
zone = "Europe/Berlin"
hours.mon-fri = ["09:00-12:30", "13:30-18:00"]
[[level]]
name = "urgent"
priorities = ["urgent", "high"]
first_answer = "30m"
resolution = "8h"
[[level]]
name = "rest"
calendar = "office"
informed = "16h"
resolution = "60h"
""",
)
PATHS = (
    """
[[path]]
name = "gold"
tiers = ["gold"]
[[path.step]]
name = "board"
call = ["Eve", "Dora", "Ben"]
acknowledge = "2h"
[[path]]
name = "standard"
[[path.step]]
name = "lead"
""",
    """
[[path]]
name = "standard"
[[path.step]]
name = "lead"
call = "duty"
repeat = 1
acknowledge = "30m"
[[path.step]]
name = "all"
call = ["leads", "Cleo"]
""",
)
CAUSES = ("refund limit", "goodwill", "lost parcel")
VERB_BY_ID = {verb.id: verb for verb in VERBS}


def bare(case: Case | None) -> Case | None:
    """A state without what every event changes, and without what people were told, which no undo takes back."""
    return None if case is None else replace(case, version=0, changed_at=0, told=())


def by_case(swept: sweep.SweepResult) -> list[tuple[int, Event]]:
    """What a sweep did, case by case."""
    return sorted(((act.before.number, act.event) for act in swept.acts), key=lambda one: (one[0], one[1].number))


class Team(RuleBasedStateMachine):
    """Ana and Dora lead, Ben and Cleo are agents, Eve is a contact; four people take turns."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="care")
        self.store = create_store(self.url())
        self.now = 1_700_000_000_000
        self.cases: list[int] = []
        self.before: dict[int, dict[int, Case | None]] = {}
        self.after: dict[int, dict[int, Case | None]] = {}
        self.numbers: dict[str, int] = {}

    def url(self) -> str:
        """Where the database will be."""
        return f"{self.folder.name}/desk.db"

    def desk(self, name: str | None) -> Desk:
        return Desk(self.store, lambda: self.now, self.numbers[name] if name else None)

    @initialize()
    def founded(self) -> None:
        members.create_team(self.desk(None), "Shop", ["Ana"], ["Ben", "Cleo"], ["Eve"])
        self.numbers = {p.name: p.number for p in self.store.people.roster().people.values()}
        self.numbers["Dora"] = members.add(self.desk("Ana"), "Dora", "lead")
        self.open("Ben", "Ben", "email", "Carla")

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    def attempt(self, action: Any, cases: list[int]) -> Any:
        """Does something that may be refused, but must not fail otherwise; remembers the states around it."""
        before = {number: self.store.cases.get(number) for number in cases}
        try:
            outcome = action()
        except (Refused, WrongUse, Conflict):
            assert {number: self.store.cases.get(number) for number in cases} == before, "a refusal changes nothing"
            return None
        if outcome is not None and outcome.command is not None:
            self.before[outcome.command] = {n: bare(before.get(n)) for n in outcome.cases}
            self.after[outcome.command] = {n: bare(self.store.cases.get(n)) for n in outcome.cases}
        return outcome

    @rule(hours=st.sampled_from((0.01, 1, 5, 30)))
    def time_passes(self, hours: float) -> None:
        self.now += int(hours * HOUR)

    @rule(
        who=st.sampled_from(PEOPLE),
        owner=st.sampled_from((None, *PEOPLE)),
        channel=st.sampled_from(("email", "phone", "pager")),
        customer=st.sampled_from(("Carla", "Nils")),
    )
    def open(self, who: str, owner: str | None, channel: str, customer: str) -> None:
        command = OpenCase(subject="Kettle", channel=channel, owner=self.numbers[owner] if owner else None)
        outcome = self.attempt(lambda: execution.open_case(self.desk(who), command, customer), [])
        if outcome is not None:
            self.cases.append(outcome.opened)

    @rule(data=st.data(), who=st.sampled_from(PEOPLE), verb=st.sampled_from(sorted(VERB_BY_ID)))
    def give_a_command(self, data: st.DataObject, who: str, verb: str) -> None:
        if not self.cases:
            return
        self.give(data, who, VERB_BY_ID[verb])

    @rule(
        data=st.data(),
        who=st.sampled_from(PEOPLE),
        verb=st.sampled_from(("offer", "accept", "decline", "take", "reassign", "escalate", "resolve", "log")),
    )
    def give_a_common_command(self, data: st.DataObject, who: str, verb: str) -> None:
        if self.cases:
            self.give(data, who, VERB_BY_ID[verb])

    def give(self, data: st.DataObject, who: str, verb: Verb) -> None:
        known = st.sampled_from(self.cases)
        numbers = data.draw(
            st.lists(
                known, min_size=1, max_size=1 if verb.command.alone or data.draw(st.integers(0, 3)) else 2, unique=True
            )
        )
        values = {field.name: data.draw(self.value(field), label=field.name) for field in verb.fields}
        command = verb.command(**{name: value for name, value in values.items() if value is not None})
        seen = data.draw(st.sampled_from((None,) * 9 + (1,))) if len(numbers) == 1 else None
        skip = data.draw(st.booleans())

        # A merge touches the case it leads to as well, and numbers of merged cases lead to those they go on as.
        def act() -> Any:
            try:
                return execution.execute(self.desk(who), verb.id, command, numbers, seen=seen, skip_refused=skip)
            except Refused as refusal:
                self.advice_can_be_followed(self.desk(who), refusal)
                raise

        outcome = self.attempt(act, self.cases)
        if outcome is not None and outcome.opened is not None:
            self.cases.append(outcome.opened)

    def advice_can_be_followed(self, desk: Desk, refusal: Refused) -> None:
        """What a refusal suggests on a case is something that the person may do there."""
        named = {number for one in refusal.hint.suggestions for number in one.cases} & set(self.cases)

        def work(unit: UnitOfWork) -> None:
            for number in named:
                case = unit.store.cases.get(number)
                assert case is not None
                check_advice(refusal, case, unit.case_context(case, unit.context()))

        desk.read(work)

    def value(self, field: Field) -> st.SearchStrategy[Any]:
        spoken = st.sampled_from(("so be it", "when?", "Thanks!", "Automatic reply: out of office", " "))
        # Each stands for what somebody might give in the field, wrong things among them.
        given: st.SearchStrategy[Any] = {
            "person": st.sampled_from([*self.numbers.values()] * 3 + [99]),
            "text": st.just("so be it") if field.name != "text" else spoken,
            "word": st.sampled_from(
                ("Refund  limit", "refund-limit", *CAUSES) if field.name == "cause" else ("30", "41,50")
            ),
            "playbook": st.integers(1, 3),
            "choice": st.sampled_from([*field.choices] * 4 + ["whatever"]),
            "time": st.sampled_from((1, 2, 3, 5, 24, 48, -1)).map(lambda hours: self.now + hours * HOUR),
            "number": st.one_of(st.sampled_from(self.cases), st.integers(1, 12)),
            "level": st.integers(0, 2),
            "flag": st.booleans(),
            "yesno": st.booleans(),
            "tags": st.lists(st.sampled_from(("vip", "Billing", "a b", "x|y")), max_size=2).map(tuple),
            "customer": st.integers(1, 2),
            "path": st.just(__file__),
            "paths": st.just(()),
        }[field.kind]
        if field.name == "confirm":
            return st.just(True)
        return given if field.required else st.one_of(st.none(), given)

    @rule(
        who=st.sampled_from(PEOPLE),
        number=st.integers(1, 3),
        what=st.sampled_from(("write", "revise", "more", "confirm", "retire", "restore")),
    )
    def a_playbook_changes(self, who: str, number: int, what: str) -> None:
        desk, may = self.desk(who), Authority(text="refund it", limit="40", currency="EUR")
        kettles = Content(title=f"Kettles {number}", causes=("refund limit",), tags=("vip",), steps=("look",), may=may)
        actions: dict[str, Any] = {
            "write": lambda: writing.write(desk, kettles, case=self.cases[0] if self.cases else None),
            "revise": lambda: writing.revise(desk, number, {"signs": f"as {who} says"}),
            "more": lambda: writing.revise(desk, number, {"may": {"limit": "60"}}),
            "confirm": lambda: writing.confirm(desk, number),
            "retire": lambda: writing.retire(desk, number, "rare"),
            "restore": lambda: writing.restore(desk, number),
        }

        def act() -> None:
            actions[what]()

        self.attempt(act, self.cases)

    @invariant()
    def what_is_counted_of_playbooks_is_what_the_cases_say(self) -> None:
        counted = {(number, one.case) for number, uses in self.store.playbooks.uses().items() for one in uses}
        cases = [case for case in map(self.store.cases.get, self.cases) if case is not None]
        assert counted == {(use.playbook, case.number) for case in cases for use in case.playbooks}

    @rule(data=st.data(), who=st.sampled_from(PEOPLE))
    def another_matter_comes_up(self, data: st.DataObject, who: str) -> None:
        if self.cases:
            number = data.draw(st.sampled_from(self.cases))
            command = FollowUp(subject="Invoice", owner=self.numbers[who])
            outcome = self.attempt(lambda: execution.follow_up(self.desk(who), number, command), self.cases)
            if outcome is not None:
                self.cases.append(outcome.opened)

    @rule(who=st.sampled_from(PEOPLE), of=st.sampled_from((*PEOPLE, "Eve")), to=st.sampled_from((None, *PEOPLE)))
    def a_load_is_handed_over(self, who: str, of: str, to: str | None) -> None:
        desk, giver = self.desk(who), self.numbers[of]
        outcome = self.attempt(lambda: handover.hand_over(desk, giver, self.numbers[to] if to else None), self.cases)
        if outcome is not None:
            load = load_of(desk, giver)
            if who == of and not desk.roster().is_lead(giver):
                offers = {number for number, event in outcome.events if isinstance(event.fact, Offered)}
                stays = {number for number, _ in outcome.refused}
                assert offers | stays == {row.number for row in load.owned}, "each stays theirs until it is taken"
            else:
                assert set(load.numbers) <= {row.number for row in load.called}, "only a call can stay"

    @rule(who=st.sampled_from(PEOPLE))
    def undo(self, who: str) -> None:
        outcome = self.attempt(lambda: undo_redo.undo(self.desk(who)), self.cases)
        if outcome is not None:
            taken = self.store.log.get(outcome.command).takes  # type: ignore[union-attr]
            for number, state in self.before.get(taken, {}).items():  # type: ignore[index]
                now = bare(self.store.cases.get(number))
                if self.others_added_to(number, taken, who):
                    continue
                if state is None:
                    assert now is not None
                    assert now.status == "void", "a case whose opening is undone is void"
                else:
                    assert now == state, "an undo restores the case as it was before the command"

    @rule(who=st.sampled_from(PEOPLE))
    def redo(self, who: str) -> None:
        outcome = self.attempt(lambda: undo_redo.redo(self.desk(who)), self.cases)
        if outcome is not None:
            taken = self.store.log.get(outcome.command).takes  # type: ignore[union-attr]
            for number, state in self.after.get(taken, {}).items():  # type: ignore[index]
                if self.others_added_to(number, taken, who):
                    continue
                assert bare(self.store.cases.get(number)) == state, "a redo restores what the command had made"

    def others_added_to(self, number: int, command: int, who: str) -> bool:
        """Whether others have since added what is no reason to refuse undoing `command`, such as a customer's answer.

        It stays, so the case is not what it was.
        """
        history = self.store.cases.history(number)
        last = max((event.number for event in history if event.command == command), default=0)
        others = (e for e in history if e.number > last and e.actor not in (None, self.numbers[who]))
        return any(event.fact.changes_nothing for event in others)

    @rule(who=st.sampled_from(PEOPLE), old=st.sampled_from(CAUSES), new=st.sampled_from((*CAUSES, "refunds")))
    def causes_are_merged_or_renamed(self, who: str, old: str, new: str) -> None:
        def act() -> None:
            (causes.merge if new in CAUSES else causes.rename)(self.desk(who), old, new)

        self.attempt(act, self.cases)

    @invariant()
    def every_time_a_cause_came_up_is_counted_once(self) -> None:
        known = self.store.causes.all()
        assert all(known.root(one).into is None for one in known.by_number.values()), "a merge leads to a cause itself"
        states = [self.store.cases.get(number) for number in self.cases]
        calls: Counter[str] = Counter()
        for case in filter(None, states):
            named = [(known.counted(one.cause), one.is_review) for one in case.occurrences if one.cause]
            for cause in dict.fromkeys(cause for cause, _ in named):
                calls[cause] += sum(one == cause and not is_review for one, is_review in named) or 1
        assert {use.cause.key: use.times for use in listed(self.desk(None))} == calls

    @rule(
        who=st.sampled_from(PEOPLE),
        whom=st.sampled_from(PEOPLE),
        cover=st.sampled_from((None, *PEOPLE)),
        what=st.sampled_from(("away", "back", "duty", "leave", "return", "lead", "agent")),
    )
    def the_team_changes(self, who: str, whom: str, cover: str | None, what: str) -> None:
        desk = self.desk(who)
        actions: dict[str, Any] = {
            "away": lambda: members.away(desk, whom, cover),
            "back": lambda: members.back(desk, whom),
            "duty": lambda: members.duty(desk, whom),
            "leave": lambda: members.change(desk, whom, active=False, cover=None),
            "return": lambda: members.change(desk, whom, active=True, away=False, cover=None),
            "lead": lambda: members.change(desk, whom, role="lead"),
            "agent": lambda: members.change(desk, whom, role="agent"),
        }

        def act() -> None:
            actions[what]()

        self.attempt(act, self.cases)

    @invariant()
    def somebody_present_is_answerable_for_every_case(self) -> None:
        roster = self.store.people.roster()
        for number in self.cases:
            case = self.store.cases.get(number)
            assert case is not None
            answerable = roster.answerable(case.owner)
            assert answerable is not None
            assert roster.people[answerable].present

    @invariant()
    def every_row_is_what_its_history_folds_to(self) -> None:
        for number in self.cases:
            history = self.store.cases.history(number)
            case = self.store.cases.get(number)
            assert fold(number, history) == case
            assert [event.number for event in history] == list(range(1, len(history) + 1))

    @rule(who=st.sampled_from(PEOPLE), text=st.sampled_from(LEVELS))
    def the_service_levels_change(self, who: str, text: str) -> None:
        def act() -> None:
            service_levels.set_service(self.desk(who), text)

        self.attempt(act, self.cases)

    @rule(who=st.sampled_from(PEOPLE), text=st.sampled_from(PATHS))
    def the_escalation_paths_change(self, who: str, text: str) -> None:
        def act() -> None:
            escalation_paths.set_paths(self.desk(who), text)

        self.attempt(act, self.cases)

    @rule(hours=st.sampled_from((0, 1, 30)), ago=st.sampled_from((None, 0, 2)))
    def somebody_sweeps(self, hours: float, ago: int | None) -> None:
        self.now += int(hours * HOUR)
        as_of = None if ago is None else self.now - ago * HOUR
        would = sweep.sweep(self.desk(None), dry_run=True, as_of=as_of)
        done = sweep.sweep(self.desk(None), as_of=as_of)
        assert by_case(would) == by_case(done)
        assert sweep.sweep(self.desk(None), as_of=as_of).acts == (), "each thing happens once"
        if not ago:
            due = sweep.next_due(self.desk(None))
            assert due is None or due >= self.now, "what has fallen due is done"

    @rule(customer=st.sampled_from(("Carla", "Nils")), tier=st.sampled_from(("gold", "standard")))
    def a_customer_has_another_tier(self, customer: str, tier: str) -> None:
        def act() -> None:
            customers.change(self.desk("Ben"), customer, tier=tier)

        self.attempt(act, [])

    @invariant()
    def every_case_is_due_as_its_history_and_the_levels_of_today_say(self) -> None:
        levels = service_levels.service(self.desk("Ana"))
        for number in self.cases:
            case = fold(number, self.store.cases.history(number))
            assert case is not None
            customer = self.store.customers.get(case.customer) if case.customer else None
            level = levels.level_for(customer.tier if customer else "standard", case.priority)
            due = next_due(case, level, levels.calendars[level.calendar])
            (row,) = self.store.queue.get_many([number])
            stored = (row.due_at, row.due_kind, row.risk_at)
            assert stored == ((due.due, due.kind, due.at_risk) if due else (None, "", None))
            assert (due is None) == (not case.is_open), "an open case has something that falls due"
            assert NEVER not in stored
            act = due.act if due else next_change(case)
            kept = self.store.engine.fetch_one("select sweep_at from cases where id = :id", {"id": number})
            assert kept == (NEVER if act is None else act,)
            told = {(one.kind, one.mark, one.number): one.due or 0 for one in case.told}
            running = [x for x in clocks(case, level, levels.calendars[level.calendar]) if x.state == "running"]
            untold = [x.due for x in running if x.due and x.due > told.get((x.kind, x.mark, x.number), 0)]
            assert act == min(untold, default=None), "the sweep comes for every clock of which nobody was told"

    @invariant()
    def nothing_is_forgotten(self) -> None:
        """An open case has a way on: its promises are open, and whoever is called is no stranger."""
        for number in self.cases:
            case = self.store.cases.get(number)
            assert case is not None
            if case.status in ("resolved", "merged"):
                assert not case.promises
                assert case.offer is None
                assert case.escalation is None
            if case.escalation is not None:
                assert case.escalation.responder != case.escalation.by
                assert case.level > 0


Team.TestCase.settings = settings(max_examples=24, stateful_step_count=40, deadline=None)
TestAnySequence = Team.TestCase
