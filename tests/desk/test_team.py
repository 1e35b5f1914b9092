"""Who may work, who is meant, and who has the duty."""

from __future__ import annotations

import pytest

from careconsole.desk import Desk, identify
from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.team import customers, journal, members
from careconsole.domain.case.notes import Note
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.team.roster import Person, Roster
from tests.desk.office import Office
from tests.intake.mails import mail


def test_the_duty_goes_to_a_lead_when_its_lead_leaves(office: Office) -> None:
    members.away(office.desk("Dora"), "Dora", "Ben")
    members.change(office.desk("Ana"), "Ana", active=False, cover=None)
    roster = office.store.people.roster()
    assert roster.duty == office.ids["Dora"], "a lead has the duty, though Ben acts for her"
    assert roster.on_duty() == office.ids["Ben"]


@pytest.mark.parametrize("name", ["Eve", "Zed"])
def test_who_does_not_work_here_changes_nothing_anywhere(office: Office, name: str) -> None:
    execution.open_case(office.desk("Ana"), OpenCase(subject="Kettle"), "Carla")
    if name == "Zed":
        members.add(office.desk("Ana"), "Zed", "agent")
        members.change(office.desk("Ana"), "Zed", active=False)
    person = next(p.number for p in office.store.people.roster().people.values() if p.name == name)
    desk = Desk(office.store, lambda: office.now, person)
    for attempt in (
        lambda: customers.change(desk, "Carla", phone="1"),
        lambda: customers.order(desk, "Carla", "K-1"),
        lambda: execution.execute(desk, "note", Note(text="x"), [1]),
        lambda: members.add(desk, "Fay", "agent"),
    ):
        with pytest.raises(Refused):
            attempt()


def test_a_part_of_a_name_is_not_enough_to_change_a_customer(office: Office) -> None:
    execution.open_case(office.desk("Ana"), OpenCase(subject="Kettle"), "Hannah Joann")
    with pytest.raises(WrongUse, match="Ann"):
        customers.change(office.desk("Ana"), "Ann", tier="gold")


def test_an_address_that_another_takes_the_place_of_stays_one_of_the_customers(office: Office) -> None:
    desk = office.desk("Ana")
    office.mail(mail("It leaks.", "Carla <carla@home.example>"))
    customers.change(desk, "Carla", email="carla@shop.example", phone="0431 555")
    after = customers.find(desk, "Carla")
    assert (after.email, after.addresses) == ("carla@shop.example", ("carla@home.example",))
    case = office.mail(mail("It still leaks.", "Carla <carla@home.example>", "Lid")).case or 0
    assert office.case(case).customer == after.number, "mail from there finds them"
    customers.change(desk, "Carla", email="Carla@Home.example")
    assert customers.find(desk, "Carla").addresses == ("carla@shop.example",), "each address once"
    customers.change(desk, "Carla", phone="")
    customers.address(desk, "Carla", "carla@shop.example", remove=True)
    after = customers.find(desk, "Carla")
    assert (after.email, after.phone, after.addresses) == ("Carla@Home.example", "", ())


def test_an_order_is_added_to_those_that_are_there_now(office: Office) -> None:
    execution.open_case(office.desk("Ana"), OpenCase(subject="Kettle"), "Carla")
    customers.order(office.desk("Ana"), "Carla", "A-1")
    customers.order(office.another("Ben"), "Carla", "B-2")
    assert customers.find(office.desk("Ana"), "Carla").orders == ("A-1", "B-2")


def test_a_request_that_was_undone_can_be_made_again(office: Office) -> None:
    desk = office.desk("Ana")
    first = execution.open_case(desk, OpenCase(subject="Kettle"), "Carla", "K1")
    assert execution.open_case(desk, OpenCase(subject="Kettle"), "Carla", "K1").opened == first.opened
    undo_redo.undo(desk)
    again = execution.open_case(desk, OpenCase(subject="Kettle"), "Carla", "K1")
    assert not again.repeated
    assert again.opened != first.opened


def people(**logins: str | None) -> Roster:
    return Roster(
        {n: Person(number=n, name=name, os_user=login) for n, (name, login) in enumerate(logins.items(), 1)}, None
    )


def test_a_login_nobody_has_is_not_taken_for_the_one_without_a_login() -> None:
    found = identify(people(Ben="ben", Cleo="cleo", Ana=None), None, "root")
    assert isinstance(found, list), "it is asked, or refused"
    assert [p.name for p in found] == ["Ana"]


def test_the_only_one_of_a_team_without_logins_is_at_work() -> None:
    found = identify(people(Ana=None), None, "root")
    assert isinstance(found, Person)
    assert found.name == "Ana"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Lea\nKim", "line breaks"),
        ("Lea\u2028Kim", "line breaks"),
        ("Lopes, Ana", "comma"),
        ("42", "is a number"),
        ("4-2", "is a number"),
        ("\u200b", "missing"),
        ("M\u200be", "reserved word"),
    ],
)
def test_an_invalid_name_is_refused(office: Office, name: str, why: str) -> None:
    with pytest.raises(WrongUse, match=why):
        members.add(office.desk("Ana"), name, "agent")
    with pytest.raises(WrongUse, match=why):
        members.change(office.desk("Ana"), "Ben", name=name)


def test_a_name_is_stored_and_recorded_as_it_is_seen(office: Office) -> None:
    desk = office.desk("Ana")
    number = members.add(desk, "  Lea\u200b  Kim ", "agent")
    assert desk.roster().people[number].name == "Lea Kim"
    with pytest.raises(Refused, match="There is a Lea Kim already"):
        members.add(desk, "\u00adLea Kim", "agent")
    assert members.change(desk, "Lea", name="Lea\u200d  Q. ").name == "Lea Q."
    entries = [(one.entry.about, one.entry.data.get("name")) for one in journal.read(desk, most=2).entries]
    assert entries == [("Lea Q.", "Lea Q."), ("Lea Kim", None)]


def test_a_customer_is_named_as_it_is_seen(office: Office) -> None:
    first = execution.open_case(office.desk("Ana"), OpenCase(subject="Kettle"), "Étienne\u200b")
    second = execution.open_case(office.desk("Ana"), OpenCase(subject="Lid"), "\u00adétienne")
    assert office.case(first.opened or 0).customer == office.case(second.opened or 0).customer
    assert customers.find(office.desk("Ana"), "etienne").name == "Étienne"
    other = execution.open_case(office.desk("Ana"), OpenCase(subject="Pot"), "Etienne")
    assert other.notices == ("Etienne is a new customer; there is also Étienne.",)
    assert customers.change(office.desk("Ana"), "Étienne", name="Étienne\u2060 D").name == "Étienne D"
    with pytest.raises(WrongUse, match="missing"):
        customers.change(office.desk("Ana"), "Étienne D", name="\u200b")
