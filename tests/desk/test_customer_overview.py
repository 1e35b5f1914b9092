"""All that is known of a customer, for their page and the command line; and which cases are linked."""

from __future__ import annotations

import pytest

from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.queries.customer_overview import CustomerOverview, customer_of, overview
from careconsole.desk.queries.linked_cases import linked
from careconsole.desk.team import customers
from careconsole.domain.case.command import Command
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.opening import FollowUp, OpenCase
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.errors import Refused, WrongUse
from tests.desk.office import HOUR, Office, line


def opened(office: Office, subject: str, customer: str = "Carla", **fields: object) -> int:
    number = execution.open_case(office.desk(), OpenCase(subject=subject, **fields), customer).opened  # type: ignore[arg-type]
    assert number is not None
    return number


def do(office: Office, verb: str, command: Command, number: int) -> None:
    execution.execute(office.desk(), verb, command, [number])


def of(office: Office, name: str = "Carla") -> CustomerOverview:
    return overview(office.desk(), customers.find(office.desk(), name).number)


def test_open_and_past_cases_are_those_of_this_customer_alone(office: Office) -> None:
    first, second, third = (opened(office, subject, owner=1) for subject in ("Lid", "Cord", "Jug"))
    opened(office, "Hers", "Carlata")
    do(office, "resolve", Resolve(said="sent", answer="told"), first)
    do(office, "promise", Promise(text="call", due=office.now + HOUR // 2), third)
    found = of(office)
    assert found.open_numbers == [third, second], "what falls due first is first, as in the queue"
    assert found.past_numbers == [first]
    assert [row.number for row in found.past] == [first]
    assert [(one.case, one.promise.text, one.broken) for one in found.promises] == [(third, "call", False)]
    assert found.channels == {"other": 3}


def test_of_many_past_cases_only_the_latest_are_read_but_all_are_counted(office: Office) -> None:
    numbers = [opened(office, f"Lid {n}", owner=1) for n in range(4)]
    execution.execute(office.desk(), "resolve", Resolve(said="sent", answer="told"), numbers)
    found = overview(office.desk(), customer_of(office.desk(), numbers[0]), most=2)
    assert [row.number for row in found.past] == numbers[:1:-1]
    assert found.past_numbers == numbers[::-1]


def test_the_last_messages_come_from_all_of_their_cases_the_newest_first(office: Office) -> None:
    one = opened(office, "Lid", owner=1, description="It is off.", channel="email")
    two = opened(office, "Cord", owner=1)
    office.later()
    do(office, "log", LogMessage(text="We look for it."), one)
    office.later()
    do(office, "log", LogMessage(text="Is it here?", inbound=True, sort="message", channel="phone"), two)
    office.later()
    do(office, "log", LogMessage(text="Not meant."), two)
    undo_redo.undo(office.desk())
    said = [(m.case, m.message.inbound, m.channel, m.message.text) for m in of(office).messages]
    assert said == [
        (two, True, "phone", "Is it here?"),
        (one, False, "email", "We look for it."),
        (one, True, "email", "It is off."),
    ]


def test_who_wrote_in_for_them_and_how_others_know_them_comes_from_imports(office: Office) -> None:
    office.bring(
        line("A", 1, subject="Lid", customer="Carla", fields={"submitted by": "Bo"}),
        line("B", 2, subject="Cord", customer="Carla", fields={"submitted by": "Bo"}),
        line("C", 3, subject="Jug", customer="Carla", fields={"submitted by": "Al"}),
    )
    number = customers.find(office.desk(), "Carla").number
    office.store.engine.write(lambda: office.store.customers.known_as.learn("old", {"77": number}, 1))
    assert of(office).written_by == {"Bo": 2, "Al": 1}
    assert of(office).known_as == [("old", "77")]


def test_a_case_without_a_customer_and_a_customer_that_is_gone_are_refused(office: Office) -> None:
    office.bring(line("A", 1, subject="Lid"))
    with pytest.raises(WrongUse, match="has no customer"):
        customer_of(office.desk(), 1)
    with pytest.raises(WrongUse, match="no longer exists"):
        overview(office.desk(), 99)
    undone = opened(office, "Kettle", owner=1)
    undo_redo.undo(office.desk())
    with pytest.raises(Refused, match=f"opening of case {undone} was undone"):
        customer_of(office.desk(), undone)


def test_cases_are_linked_to_what_they_follow_and_what_they_were_merged_with_both_ways(office: Office) -> None:
    one, two = opened(office, "Lid", owner=1), opened(office, "Lid again", owner=1)
    after = execution.follow_up(office.desk(), one, FollowUp(subject="Cord")).opened
    do(office, "merge", Merge(into=one), two)
    hows = {number: {link.number: link.how for link in linked(office.desk(), number)} for number in (one, two, after)}
    assert hows == {
        one: {after: "followed by", two: "took over"},
        two: {one: "was merged into"},
        after: {one: "follows"},
    }
    undo_redo.undo(office.desk())
    assert [link.number for link in linked(office.desk(), one)] == [after], "a merge that was undone links nothing"
    assert linked(office.desk(), two) == []
    assert after is not None
    do(office, "merge", Merge(into=one), after)
    hows = {link.number: link.how for link in linked(office.desk(), one)}
    assert hows == {after: "took over"}, "what followed it is part of it now, and follows it no longer"
