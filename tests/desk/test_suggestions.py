"""Right answers ready: whom to ask, whom an escalation reaches, which causes and tags are in use."""

from __future__ import annotations

from typing import Any

import pytest

from careconsole.desk import Desk
from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.queries import suggestions
from careconsole.desk.team import members
from careconsole.domain.case.command import Command
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.helpers import AskHelp
from careconsole.domain.case.lessons import Review
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.notes import Note
from careconsole.domain.case.offers import Accept, Offer
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.parking import Park
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.errors import WrongUse
from tests.desk.office import LOG, Office


def opened(office: Office, owner: str | None, customer: str | None = None, **new: Any) -> int:
    """A new case of `owner`, or of nobody."""
    holder = office.ids[owner] if owner else None
    outcome = execution.open_case(
        office.desk(owner or "Ana"), OpenCase(subject="Kettle", owner=holder, **new), customer
    )
    assert outcome.opened is not None
    return outcome.opened


def do(office: Office, name: str, verb: str, command: Command, number: int) -> None:
    execution.execute(office.desk(name), verb, command, [number])


def asked(office: Office, name: str, number: int | None = None) -> list[str]:
    """Whom `name` would ask, the best first."""
    roster = office.store.people.roster()
    return [roster.name(one.person) for one in suggestions.colleagues(office.desk(name), number)]


def said_of(office: Office, whom: str, name: str, number: int | None = None) -> str:
    """The reason given for `whom`."""
    suggested = suggestions.colleagues(office.desk(name), number)
    return next(one.reason for one in suggested if one.person == office.ids[whom])


# Colleagues


def test_the_least_loaded_colleague_stands_first_and_says_so(office: Office) -> None:
    for owner in ("Ben", "Ben", "Cleo"):
        opened(office, owner)
    assert asked(office, "Ana") == ["Dora", "Cleo", "Ben"]
    suggested = suggestions.colleagues(office.desk("Ana"), None)
    assert [one.reason for one in suggested] == ["least load: nothing open", "1 open", "2 open"]
    assert [one.cases.open for one in suggested] == [0, 1, 2]


def test_neither_the_owner_nor_who_asks_nor_contacts_nor_who_is_not_here_are_suggested(office: Office) -> None:
    number = opened(office, "Ben")
    assert asked(office, "Ana", number) == ["Cleo", "Dora"]
    assert asked(office, "Ben", number) == ["Ana", "Cleo", "Dora"]
    members.away(office.desk("Ana"), "Cleo", None)
    members.change(office.desk("Ana"), "Dora", active=False)
    assert asked(office, "Ben", number) == ["Ana"]


def test_a_load_is_what_one_answers_for_and_what_is_parked_weighs_nothing(office: Office) -> None:
    parked, done = opened(office, "Cleo"), opened(office, "Cleo")
    do(office, "Cleo", "park", Park(on="customer", until=office.now + 3_600_000), parked)
    do(office, "Cleo", "resolve", Resolve(said="sent a new one", answer="told"), done)
    assert said_of(office, "Cleo", "Ana") == "1 open (1 parked)"
    opened(office, None)
    opened(office, "Dora")
    assert said_of(office, "Ana", "Ben") == "1 open (1 not their own)", (
        "who is on duty answers for what nobody has taken"
    )
    members.away(office.desk("Dora"), "Dora", "Cleo")
    assert said_of(office, "Cleo", "Ben") == "2 open (1 parked, 1 not their own)", "the cover answers for who is away"
    members.away(office.desk("Ana"), "Ana", "Cleo")
    assert said_of(office, "Cleo", "Ben") == "3 open (1 parked, 2 not their own)"


def test_among_equals_who_knows_the_customer_comes_first_then_the_name(office: Office) -> None:
    assert asked(office, "Ana") == ["Ben", "Cleo", "Dora"]
    for owner in ("Dora", "Cleo"):
        opened(office, owner, "Carla" if owner == "Dora" else None)
    opened(office, "Ben")
    number = opened(office, None, "Carla")
    assert asked(office, "Ana", number) == ["Dora", "Ben", "Cleo"]
    assert said_of(office, "Dora", "Ana", number) == "1 open; knows this customer: 1 case"


def test_knowing_the_customer_is_told_and_does_not_outweigh_the_load(office: Office) -> None:
    for _ in range(2):
        opened(office, "Cleo", "Carla")
    number = opened(office, None, "Carla")
    assert asked(office, "Ana", number) == ["Ben", "Dora", "Cleo"]
    assert said_of(office, "Cleo", "Ana", number) == "2 open; knows this customer: 2 cases"


def test_a_case_that_goes_on_as_another_or_was_taken_back_is_not_counted_twice(office: Office) -> None:
    first, second = opened(office, "Cleo", "Carla"), opened(office, "Cleo", "Carla")
    do(office, "Cleo", "merge", Merge(into=first), second)
    opened(office, "Cleo", "Carla")
    undo_redo.undo(office.desk("Cleo"))
    number = opened(office, None, "Carla")
    assert said_of(office, "Cleo", "Ana", number).endswith("knows this customer: 1 case")


def test_the_reason_tells_who_worked_on_it_who_has_an_offer_and_who_helps(office: Office) -> None:
    number = opened(office, "Ben")
    do(office, "Ben", "offer", Offer(to=office.ids["Cleo"], reason="knows it"), number)
    do(office, "Ben", "ask", AskHelp(of=office.ids["Dora"], need="a look"), number)
    do(office, "Dora", "note", Note(text="it is the lid"), number)
    assert said_of(office, "Cleo", "Ana", number) == "nothing open; was offered it"
    assert said_of(office, "Dora", "Ana", number) == "nothing open; helps with it already; worked on it before"
    do(office, "Cleo", "accept", Accept(), number)
    assert "worked on it before" in said_of(office, "Ben", "Ana", number)


def test_a_desk_at_which_nobody_said_who_they_are_is_told_too(office: Office) -> None:
    anybody = Desk(office.store, lambda: office.now)
    assert len(suggestions.colleagues(anybody, None)) == 4


def test_no_case_of_that_number_is_wrong_use(office: Office) -> None:
    with pytest.raises(WrongUse):
        suggestions.colleagues(office.desk(), 99)


# Causes and tags


def up(cause: str) -> Escalate:
    return Escalate(reason="exception", need="a decision", cause=cause)


def test_causes_come_the_most_used_first_and_among_equals_the_latest(office: Office) -> None:
    for cause in ("late courier", "refund limit", "Refund  LIMIT", "no manual", ""):
        do(office, "Ben", "escalate", up(cause), opened(office, "Ben"))
    assert suggestions.causes(office.desk()) == ["refund limit", "no manual", "late courier"]
    assert suggestions.causes(office.desk(), limit=1) == ["refund limit"]
    for _ in range(3):
        do(office, "Ben", "review", Review(cause="wrong label", nothing_because="rare"), opened(office, "Ben"))
    assert suggestions.causes(office.desk())[0] == "wrong label"


def test_a_cause_that_was_taken_back_is_not_in_use(office: Office) -> None:
    number = opened(office, "Ben")
    do(office, "Ben", "escalate", up("late courier"), number)
    undo_redo.undo(office.desk("Ben"))
    assert suggestions.causes(office.desk()) == []
    do(office, "Ben", "escalate", up("refund limit"), number)
    assert suggestions.causes(office.desk()) == ["refund limit"]


def test_an_import_between_hides_no_cause(office: Office) -> None:
    do(office, "Ben", "escalate", up("late courier"), opened(office, "Ben"))
    office.bring(*LOG)
    assert suggestions.causes(office.desk()) == ["late courier"]


def test_tags_come_the_most_used_first_then_by_name(office: Office) -> None:
    for tags in (("vip", "billing"), ("billing",), ("lid",), ()):
        number = opened(office, "Ben", tags=tags)
    assert suggestions.tags(office.desk()) == ["billing", "lid", "vip"]
    assert suggestions.tags(office.desk(), limit=2) == ["billing", "lid"]
    do(office, "Ben", "resolve", Resolve(said="done", answer="told"), number - 1)
    assert "lid" in suggestions.tags(office.desk()), "a new case tells, though it is resolved"


def test_one_who_is_alone_to_choose_has_no_least_load(office: Office) -> None:
    for name in ("Dora", "Cleo"):
        members.away(office.desk(), name, None)
    (only,) = suggestions.colleagues(office.desk("Ana"), None)
    assert (only.reason, only.usual) == ("nothing open", "")
