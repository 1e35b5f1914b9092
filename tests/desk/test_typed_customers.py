"""Whom the customer of a new case is, where a name was typed together with a mail address."""

from __future__ import annotations

import pytest

from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.queries.typed_customers import typed_customer
from careconsole.desk.team import customers
from careconsole.domain.case.editing import Edit
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.errors import WrongUse
from careconsole.store import Customer
from tests.desk.office import Office


def opened(office: Office, text: str) -> tuple[Customer, tuple[str, ...]]:
    """The customer of a new case for whom this was typed, and what was said."""
    outcome = execution.open_case(office.desk(), OpenCase(subject="Kettle"), text)
    number = office.case(outcome.opened or 0).customer
    assert number is not None
    found = office.store.customers.get(number)
    assert found is not None
    return found, outcome.notices


def words(office: Office, text: str) -> str:
    return office.desk().read(lambda unit: typed_customer(unit, text)).words


@pytest.mark.parametrize("text", ["Carla Neri, carla@home.example", "Carla Neri <carla@home.example>"])
def test_a_new_customer_gets_the_address_that_was_typed_with_the_name(office: Office, text: str) -> None:
    assert words(office, text) == "a new customer, Carla Neri, with the address carla@home.example"
    carla, notices = opened(office, text)
    assert (carla.name, carla.email) == ("Carla Neri", "carla@home.example")
    assert notices == ("Carla Neri is a new customer with the address carla@home.example.",)
    for again in (text, "Carla Neri", "carla@home.example", "CARLA NERI, carla@home.example"):
        assert opened(office, again) == (carla, ())
    assert words(office, text) == "known"
    assert customers.find(office.desk(), text) == carla


def test_an_address_alone_is_the_name_and_the_address_of_a_new_customer(office: Office) -> None:
    carla, notices = opened(office, "<carla@home.example>")
    assert (carla.name, carla.email) == ("carla@home.example", "carla@home.example")
    assert notices == ("carla@home.example is a new customer.",)


def test_a_known_customer_gets_a_new_address_and_keeps_the_others(office: Office) -> None:
    opened(office, "Carla Neri")
    assert words(office, "Carla Neri, c@work.example") == "this is Carla Neri, who gets the address c@work.example"
    first, notices = opened(office, "Carla Neri, c@work.example")
    assert (first.email, first.addresses, notices) == (
        "c@work.example", (), ("Carla Neri has the address c@work.example now.",)
    )  # fmt: skip
    second, _ = opened(office, "carla neri <c@home.example>")
    assert (second.number, second.email, second.addresses) == (first.number, "c@work.example", ("c@home.example",))
    assert office.sound()


def test_the_address_says_who_it_is_under_another_name(office: Office) -> None:
    carla, _ = opened(office, "Carla Neri, carla@home.example")
    found, notices = opened(office, "C. Neri <Carla@home.example>")
    assert (found, notices) == (carla, ("The address is that of Carla Neri, whose case it is.",))
    assert words(office, "C. Neri <carla@home.example>") == "this is Carla Neri"


def test_the_name_of_one_customer_with_the_address_of_another_is_refused(office: Office) -> None:
    opened(office, "Carla Neri, carla@home.example")
    opened(office, "Nils")
    why = "Nils and Carla Neri are two customers; the address is that of Carla Neri"
    assert words(office, "Nils, carla@home.example") == why
    with pytest.raises(WrongUse, match=why):
        opened(office, "Nils, carla@home.example")
    with pytest.raises(WrongUse, match="There is no customer"):
        customers.find(office.desk(), "Nils, carla@home.example")


def test_what_is_not_certain_is_a_name_as_it_was_typed(office: Office) -> None:
    carla, _ = opened(office, "Carla carla@home.example")
    assert (carla.name, carla.email) == ("Carla carla@home.example", "")


def test_a_customer_is_renamed_with_an_address(office: Office) -> None:
    opened(office, "Carla")
    carla = customers.change(office.desk(), "Carla", name="Carla Neri <carla@home.example>")
    assert (carla.name, carla.email) == ("Carla Neri", "carla@home.example")
    carla = customers.change(office.desk(), "Carla Neri", name="Carla N., carla@work.example")
    assert (carla.name, carla.email, carla.addresses) == ("Carla N.", "carla@home.example", ("carla@work.example",))


@pytest.mark.parametrize("text", ["Hotel Nord <0431 555667>", "Hotel Nord, 0431 555667"])
def test_a_telephone_number_that_was_typed_with_the_name_is_the_customers(office: Office, text: str) -> None:
    assert words(office, text) == "a new customer, Hotel Nord, with the number 0431 555667"
    hotel, notices = opened(office, text)
    assert (hotel.name, hotel.phone, hotel.email) == ("Hotel Nord", "0431 555667", "")
    assert notices == ("Hotel Nord is a new customer with the number 0431 555667.",)
    for again in (text, "Hotel Nord", "0431/555667"):
        assert opened(office, again) == (hotel, ())
    assert customers.find(office.desk(), text) == hotel
    more, notices = opened(office, "Hotel Nord, +49 431 1234")
    assert (more.phone, more.addresses) == ("0431 555667", ("+49 431 1234",))
    assert notices == ("Hotel Nord has the number +49 431 1234 now.",)
    assert opened(office, "Reception, 0431 555667") == (
        more,
        ("The number is that of Hotel Nord, whose case it is.",),
    )
    renamed = customers.change(office.desk(), "Hotel Nord", name="Nord <0431 777>")
    assert (renamed.name, renamed.phone) == ("Nord", "0431 555667")
    assert "0431 777" in renamed.addresses
    assert office.sound()


@pytest.mark.parametrize(
    ("text", "again"), [("Nora Neu <nora@neu.example>", "nora"), ("Nora Neu, 0431 555667", "Nora")]
)
def test_undo_of_an_opening_takes_the_new_customer_away_with_the_address_that_was_typed(
    office: Office, text: str, again: str
) -> None:
    nora, _ = opened(office, text)
    undo_redo.undo(office.desk())
    assert customers.listed(office.desk()) == []
    with pytest.raises(WrongUse, match="There is no customer"):
        customers.find(office.desk(), "Nora")
    assert words(office, text).startswith("a new customer, Nora Neu, with the")
    undo_redo.redo(office.desk())
    assert customers.find(office.desk(), text) == nora
    undo_redo.undo(office.desk())
    assert opened(office, text)[0] == nora, "the same one comes back, with the address once"
    assert office.sound()


def test_a_customer_whom_somebody_changed_stays_without_a_case(office: Office) -> None:
    nora, _ = opened(office, "Nora Neu <nora@neu.example>")
    customers.change(office.desk(), "Nora Neu", phone="0431 555667")
    execution.execute(office.desk(), "edit", Edit(customer=opened(office, "Carla")[0].number), [1])
    assert customers.find(office.desk(), "Nora Neu").number == nora.number
