"""Everybody's load: what hangs on whom, by name, and what is nobody's of the team."""

from __future__ import annotations

from careconsole.desk.cases import execution
from careconsole.desk.queries import case_queries, suggestions
from careconsole.desk.queries.workload import OpenCases, PersonLoad, Unowned, least_load, load_words, workload
from careconsole.desk.team import escalation_paths, members
from careconsole.domain.case.acknowledgement import Acknowledge
from careconsole.domain.case.command import Command
from careconsole.domain.case.escalation import Deescalate, Escalate
from careconsole.domain.case.helpers import AskHelp
from careconsole.domain.case.lessons import Review
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.offers import Offer
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.ownership import Reassign
from careconsole.domain.case.parking import Park
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.resolution import Resolve
from tests.desk.office import HOUR, KETTLE, Office, line

DAY = 24 * HOUR


def new(office: Office, owner: str | None, subject: str = "Kettle") -> int:
    office.later(0.01)
    number = execution.open_case(
        office.desk(owner or "Ana"), OpenCase(subject=subject, owner=office.ids.get(owner or ""))
    ).opened
    assert number is not None
    return number


def do(office: Office, who: str, verb: str, command: Command, number: int) -> None:
    execution.execute(office.desk(who), verb, command, [number])


def of(office: Office, name: str) -> PersonLoad:
    return next(load for load in workload(office.desk()).people if load.person.name == name)


def figures(office: Office, name: str) -> tuple[int, ...]:
    load = of(office, name)
    return load.cases.open, load.breached, load.offers, load.promises, load.calls, load.changes


def test_people_come_by_name_however_much_they_have(office: Office) -> None:
    for owner in ("Dora", "Dora", "Cleo"):
        new(office, owner)
    assert [load.person.name for load in workload(office.desk()).people] == ["Ana", "Ben", "Cleo", "Dora", "Eve"]


def test_open_cases_are_their_owners_and_late_ones_are_told(office: Office) -> None:
    first, second = new(office, "Ben"), new(office, "Ben")
    new(office, None)
    assert figures(office, "Ben") == (2, 0, 0, 0, 0, 0)
    office.later(200)
    assert figures(office, "Ben") == (2, 2, 0, 0, 0, 0)
    assert workload(office.desk()).untaken == Unowned(open=1, breached=1), "what nobody has taken is nobody's load"
    do(office, "Ben", "log", LogMessage(text="done"), second)
    do(office, "Ben", "resolve", Resolve(said="glued", answer="told"), second)
    assert figures(office, "Ben") == (1, 1, 0, 0, 0, 0)
    assert first


def test_what_waits_for_somebody_is_theirs_though_the_case_is_not(office: Office) -> None:
    number = new(office, "Ben")
    do(office, "Ben", "offer", Offer(to=office.ids["Cleo"], reason="knows it"), number)
    called = new(office, "Ben")
    do(office, "Ben", "escalate", Escalate(reason="authority", need="a refund"), called)
    assert figures(office, "Cleo") == (0, 0, 1, 0, 0, 0)
    assert figures(office, "Ana") == (0, 0, 0, 0, 1, 0)
    do(office, "Ana", "acknowledge", Acknowledge(until=office.now + HOUR), called)
    assert figures(office, "Ana") == (0, 0, 0, 0, 0, 0), "a call in hand waits no more"
    office.later(2)
    assert of(office, "Ana").calls == 1, "until the word that was promised does not come"


def test_promises_due_today_follow_the_case_to_its_owner(office: Office) -> None:
    number = new(office, "Ben")
    do(office, "Ben", "promise", Promise(text="a call", due=office.now + HOUR // 60), number)
    do(office, "Ben", "promise", Promise(text="a letter", due=office.now + 3 * DAY), number)
    later = new(office, "Ben")
    do(office, "Ben", "promise", Promise(text="a visit", due=office.now + 5 * DAY), later)
    do(office, "Ben", "promise", Promise(text="a look", due=office.now + 8 * DAY), new(office, "Ben"))
    assert of(office, "Ben").promises == 1, "the other ones are not for today"
    assert of(office, "Ben").due_soon == (number, later), "within seven days, today's included"
    do(office, "Ana", "reassign", Reassign(to=office.ids["Cleo"], reason="sick"), number)
    assert of(office, "Ben").promises == 0
    assert of(office, "Cleo").promises == 1
    office.later(100)
    assert of(office, "Cleo").due_today == (number,), "what is overdue is due still; two on one case are one case"


def test_a_call_to_several_people_at_once_is_a_call_to_each(office: Office) -> None:
    steps = '[[path]]\nname = "standard"\n[[path.step]]\nname = "leads"\ncall = ["leads"]\n'
    escalation_paths.set_paths(office.desk(), steps)
    do(office, "Ben", "escalate", Escalate(reason="authority", need="a refund"), new(office, "Ben"))
    for lead in ("Ana", "Dora"):
        assert of(office, lead).calls == 1
        assert len(case_queries.numbers(office.desk(), f"responder:{lead} is:unacknowledged")) == 1


def test_changes_that_reviews_asked_for_are_owed_by_who_makes_them(office: Office) -> None:
    number = new(office, "Ben")
    do(office, "Ben", "escalate", Escalate(reason="authority", need="a refund"), number)
    do(office, "Ana", "de-escalate", Deescalate(decided="refund it"), number)
    change = Review(cause="no limit", change="set one", owner=office.ids["Cleo"], due=office.now + 3 * DAY)
    do(office, "Ben", "review", change, number)
    assert figures(office, "Cleo") == (0, 0, 0, 0, 0, 1)
    assert not of(office, "Cleo").nothing
    assert of(office, "Dora").nothing


def test_a_parked_case_is_open_as_the_filter_says_and_is_told_with_it(office: Office) -> None:
    parked, _ = new(office, "Ben"), new(office, "Ben")
    do(office, "Ben", "park", Park(on="customer", until=office.now + DAY), parked)
    assert of(office, "Ben").cases == OpenCases(open=2, parked=1)
    assert len(case_queries.numbers(office.desk(), "owner:Ben is:open")) == of(office, "Ben").cases.open
    assert [str(OpenCases(*counts)) for counts in ((3, 1, 2), (2, 1), (2, 0), (0, 0))] == [
        "3 open (1 parked, 2 not their own)",
        "2 open (1 parked)",
        "2 open",
        "nothing open",
    ]


def test_both_lists_of_colleagues_show_the_same_loads_in_the_same_order(office: Office) -> None:
    for owner, count, resting in (("Ben", 3, 3), ("Cleo", 2, 1), ("Dora", 2, 0)):
        numbers = [new(office, owner) for _ in range(count)]
        for number in numbers[:resting]:
            do(office, owner, "park", Park(on="customer", until=office.now + DAY), number)
    said = ["3 open (3 parked)", "2 open (1 parked)", "2 open"]
    for_a_whole_load = workload(office.desk()).least_loaded(but=office.ids["Ana"])
    assert [str(load.answers) for load in for_a_whole_load] == said
    assert [str(one.cases) for one in suggestions.colleagues(office.desk(), None)] == said
    members.away(office.desk(), "Dora", "Cleo")
    covering = ["3 open (3 parked)", "4 open (1 parked, 2 not their own)"]
    for_a_whole_load = workload(office.desk()).least_loaded(but=office.ids["Ana"])
    assert [str(load.answers) for load in for_a_whole_load] == covering, "whom they act for weighs in both"
    assert [str(one.cases) for one in suggestions.colleagues(office.desk(), None)] == covering


def test_those_who_left_or_came_with_an_import_are_summed_up(office: Office) -> None:
    new(office, "Cleo")
    office.bring(*KETTLE[:2], line("D", 1, owner="Zoe", status="open", subject="Lid"))
    members.change(office.desk("Ana"), "Cleo", active=False, cover=None)
    found = workload(office.desk())
    assert "Cleo" not in [load.person.name for load in found.people]
    assert "Zoe" not in [load.person.name for load in found.people]
    assert found.left.open == len(case_queries.numbers(office.desk(), "is:left")) == 3
    assert found.untaken == Unowned()


def test_who_could_have_a_load_is_here_and_the_least_loaded_comes_first(office: Office) -> None:
    for owner in ("Dora", "Dora", "Cleo"):
        new(office, owner)
    names = [load.person.name for load in workload(office.desk()).least_loaded(but=office.ids["Ben"])]
    assert names == ["Ana", "Cleo", "Dora"]
    members.away(office.desk("Ana"), "Cleo", None)
    names = [load.person.name for load in workload(office.desk()).least_loaded(but=office.ids["Ben"])]
    assert names == ["Ana", "Dora"]


def test_promises_on_cases_that_nobody_owns_are_counted_with_these(office: Office) -> None:
    number = new(office, None)
    do(office, "Ana", "promise", Promise(text="a call", due=office.now + 3 * DAY), number)
    soon = new(office, None)
    do(office, "Ana", "promise", Promise(text="a call", due=office.now + HOUR // 60), soon)
    assert workload(office.desk()).untaken == Unowned(open=2, due_today=(soon,), due_soon=(number, soon))
    do(office, "Ana", "reassign", Reassign(to=office.ids["Ben"], reason="knows it"), soon)
    assert of(office, "Ben").due_today == (soon,)
    assert workload(office.desk()).untaken.due_soon == (number,)
    members.change(office.desk(), "Ben", active=False)
    assert workload(office.desk()).left == Unowned(open=1, due_today=(soon,), due_soon=(soon,))


def test_help_and_acknowledged_calls_are_work_too(office: Office) -> None:
    number = new(office, "Ben")
    do(office, "Ben", "ask", AskHelp(of=office.ids["Cleo"], need="a look"), number)
    assert of(office, "Cleo").helps == 1
    assert not of(office, "Cleo").nothing
    do(office, "Ben", "escalate", Escalate(reason="authority", need="a refund"), number)
    do(office, "Ana", "acknowledge", Acknowledge(until=office.now + HOUR), number)
    assert (of(office, "Ana").calls, of(office, "Ana").all_calls, of(office, "Ana").nothing) == (0, 1, False)


def test_where_all_have_as_many_nobody_has_the_least_load() -> None:
    few, many = OpenCases(1), OpenCases(3)
    assert least_load([few, many]) == 1
    assert least_load([few, few, many]) == 1
    assert least_load([few, few]) == -1
    assert least_load([few]) == -1, "one alone has no least load"
    assert load_words(few, least_load([few, few])) == "1 open"
    assert load_words(few, least_load([many, few])) == "least load: 1 open"
