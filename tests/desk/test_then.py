"""A message with what follows is one command: one transaction, one undo, and a change like any other for two people."""

from __future__ import annotations

import pytest

from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.cases.requests import request_of
from careconsole.domain.case.command import Command
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.notes import Note
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.parking import Park
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.state import VOID
from careconsole.domain.errors import Conflict, Refused, WrongUse
from careconsole.domain.time.moments import local
from tests.desk.office import HOUR, Office

RESOLVING = LogMessage(text="a new one is on its way", then="resolve")


def opened(office: Office, **new: object) -> int:
    command = OpenCase(**{"subject": "Kettle", "channel": "email", "owner": office.ids["Ben"], **new})
    number = execution.open_case(office.desk("Ben"), command, "Carla").opened
    assert number is not None
    return number


def do(office: Office, command: Command, *numbers: int, who: str = "Ben", **how) -> execution.Outcome:
    office.later()
    return execution.execute(office.desk(who), "log", command, list(numbers), **how)


def test_one_undo_takes_message_and_resolution_back_and_one_redo_puts_both_there(office: Office) -> None:
    number = opened(office)
    before = office.case(number)
    assert do(office, RESOLVING, number).notices == ()
    assert office.kinds(number) == ["opened", "touched", "resolved"]
    assert len({event.command for event in office.history(number)[1:]}) == 1
    assert undo_redo.undo(office.desk("Ben")).turned == "log"
    undone = office.case(number)
    assert (undone.status, undone.waiting_since, undone.answered_at) == ("open", before.waiting_since, None)
    undo_redo.redo(office.desk("Ben"))
    assert (office.case(number).status, office.case(number).resolution) == ("resolved", RESOLVING.text)
    assert office.sound()


def test_a_new_case_with_its_resolution_is_undone_as_one(office: Office) -> None:
    number = opened(office, channel="phone", description="How wide is it?", then="resolve", said="it is 18 cm")
    assert office.case(number).resolution == "it is 18 cm"
    assert office.case(number).status == "resolved"
    undo_redo.undo(office.desk("Ben"))
    assert office.case(number).status == VOID
    undo_redo.redo(office.desk("Ben"))
    assert office.case(number).status == "resolved"
    assert office.sound()


def test_what_is_refused_leaves_no_message_and_no_case(office: Office) -> None:
    number = opened(office)
    do(office, Promise(text="a call", due=office.now + 9 * HOUR), number)
    with pytest.raises(Refused):
        do(office, RESOLVING, number)
    assert office.kinds(number) == ["opened", "promised"]
    with pytest.raises(WrongUse):
        opened(office, then="resolve")
    assert opened(office) == number + 1


def test_a_message_that_goes_on_is_a_change_where_somebody_else_changed_the_case(office: Office) -> None:
    number = opened(office)
    do(office, LogMessage(text="hello", inbound=True), number, who="Cleo")
    assert do(office, LogMessage(text="hello to you"), number, seen=1).notices == ()
    with pytest.raises(Conflict, match="has changed since you saw it"):
        do(office, RESOLVING, number, seen=1)
    do(office, Note(text="only a note"), number, who="Cleo")
    do(office, RESOLVING, number, seen=3)
    assert office.case(number).status == "resolved"


def test_several_cases_get_the_message_and_are_resolved_or_none_is(office: Office) -> None:
    numbers = [opened(office) for _ in range(3)]
    do(office, Promise(text="a call", due=office.now + 9 * HOUR), numbers[1])
    with pytest.raises(Refused, match="1 of 3 cases was refused"):
        do(office, RESOLVING, *numbers)
    assert do(office, RESOLVING, *numbers, skip_refused=True).cases == (numbers[0], numbers[2])
    assert [office.case(number).status for number in numbers] == ["resolved", "open", "resolved"]
    assert office.kinds(numbers[1]) == ["opened", "promised"]


def test_who_is_left_without_an_answer_is_named(office: Office) -> None:
    number = opened(office)
    asked = LogMessage(text="where?", inbound=True, then="resolve", said="cannot be found", answer="unanswered")
    assert "The customer was not answered on case 1" in do(office, asked, number).notices[0]


def test_the_digests_of_requests_without_it_are_what_they_were(office: Office) -> None:
    plain = request_of("k", "log", LogMessage(text="hello"), 1)
    assert plain is not None
    assert plain.digest == "ebfcb8ac951b7b85a2326c75304b71be"
    more = request_of("k", "log", LogMessage(text="hello", then="resolve"), 1)
    assert more is not None
    assert more.digest != plain.digest


def test_parking_beyond_what_falls_due_is_done_and_warned_of(office: Office) -> None:
    ben = office.desk("Ben")
    opening = OpenCase(subject="Kettle", owner=office.ids["Ben"], inbound=False)
    number = execution.open_case(ben, opening, "Carla").opened
    assert number is not None

    def park(hours: int, then: bool = False) -> tuple[str, ...]:
        until = office.now + hours * HOUR
        if then:
            message = LogMessage(text="a mug", then="park", on="us", until=until)
            return execution.execute(ben, "log", message, [number]).notices
        return execution.execute(ben, "park", Park(on="us", until=until), [number]).notices

    assert park(9) == ()
    for hours in (5, 7):
        execution.execute(ben, "promise", Promise(text="call", due=office.now + hours * HOUR), [number])
    first = local(office.now + 5 * HOUR, office.now)
    assert park(4) == ()
    assert park(6) == (f"Case {number} is parked, but the promise to Carla is due before that: {first}.",)
    both = f"Case {number} is parked, but 2 promises to Carla are due before that, the first {first}."
    assert park(9) == park(9, then=True) == (both,)
    office.later(6)
    assert len(park(9)) == 1, "the one that is broken is late in the list anyway"
    assert "2 promises" not in park(9)[0]


def test_parking_warns_of_every_clock_that_runs_meanwhile(office: Office) -> None:
    ben = office.desk("Ben")
    number = execution.open_case(ben, OpenCase(subject="Kettle", owner=office.ids["Ben"]), "Carla").opened
    assert number is not None
    until = office.now + 90 * HOUR

    def park(on: str) -> str:
        return " ".join(execution.execute(ben, "park", Park(on=on, until=until), [number]).notices)

    assert "the first answer to Carla is due before that" in park("us")
    assert park("customer") == "", "while it waits for the customer, that clock stands still"
    execution.execute(ben, "escalate", Escalate(reason="exception", need="a new one"), [number])
    warned = park("us")
    assert "the acknowledgement of the call for help (" in warned
    assert "the first answer to Carla (" in warned
    assert warned.endswith(" are due before that.")
    assert "the acknowledgement of the call for help is due before that: " in park("customer")


def test_what_starts_on_a_parked_case_and_is_due_before_it_comes_back_is_warned_of(office: Office) -> None:
    ben = office.desk("Ben")
    number = execution.open_case(ben, OpenCase(subject="Kettle", owner=office.ids["Ben"]), "Carla").opened
    assert number is not None
    until = office.now + 90 * HOUR
    execution.execute(ben, "park", Park(on="customer", until=until), [number])
    called = execution.execute(ben, "escalate", Escalate(reason="exception", need="a new one"), [number])
    assert "after the acknowledgement of the call for help is due (" in called.notices[-1]
    assert execution.execute(ben, "note", Note(text="still"), [number]).notices == (), "it is said once"


def test_a_new_case_that_is_parked_beyond_its_first_answer_is_warned_of(office: Office) -> None:
    ben, until = office.desk("Ben"), office.now + 90 * HOUR
    opening = OpenCase(subject="Lid", owner=office.ids["Ben"], channel="email", then="park", on="us", until=until)
    assert "the first answer to Dora is due before that: " in execution.open_case(ben, opening, "Dora").notices[-1]


def test_a_promise_on_a_case_that_is_parked_longer_is_made_and_warned_of(office: Office) -> None:
    ben = office.desk("Ben")
    number = execution.open_case(ben, OpenCase(subject="Kettle", owner=office.ids["Ben"]), "Carla").opened
    assert number is not None

    def promise(hours: int) -> tuple[str, ...]:
        command = Promise(text="call", due=office.now + hours * HOUR)
        return execution.execute(ben, "promise", command, [number]).notices

    assert promise(1) == ()
    until = office.now + 9 * HOUR
    execution.execute(ben, "park", Park(on="customer", until=until), [number])
    due, end = local(office.now + 5 * HOUR, office.now), local(until, office.now)
    warned = (f"Case {number} is parked until {end}, after the promise is due ({due}).",)
    assert promise(5) == warned
    assert promise(9) == ()
    log = LogMessage(text="call", then="promise", due=office.now + 5 * HOUR)
    assert execution.execute(ben, "log", log, [number]).notices == warned
    asked = LogMessage(text="when?", inbound=True, then="promise", said="a call", due=office.now + 5 * HOUR)
    assert execution.execute(ben, "log", asked, [number]).notices == ()  # the customer wrote: it is parked no more
