"""Two entries of the customers that are one: all goes together, imports do not split it, undo takes it back."""

from __future__ import annotations

from pathlib import Path

import pytest

from careconsole.desk.cases import customer_merges, execution, undo_redo
from careconsole.desk.queries import case_queries
from careconsole.desk.queries.customer_overview import overview
from careconsole.desk.receipts import publication
from careconsole.desk.team import customers, service_levels
from careconsole.domain.case.editing import Edit
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.imported_record import ExternalIdentity
from careconsole.domain.team.customer_addresses import address_key
from careconsole.present.customer_sheet import merge_words
from tests.desk.office import Office, line
from tests.desk.taken_in import exported, taken_in
from tests.desk.test_statements import counted
from tests.desk.test_undo import do, redo, undo

pytestmark = pytest.mark.usefixtures("undo_is_foretold")

GOLD_IN_AN_HOUR = """
[[level]]
name = "gold"
tiers = ["gold"]
first_answer = "1h"
[[level]]
name = "standard"
first_answer = "8h"
"""


def case_of(office: Office, customer: str, subject: str = "Kettle") -> int:
    office.later()
    command = OpenCase(subject=subject, channel="email", owner=office.ids["Ben"])
    number = execution.open_case(office.desk("Ben"), command, customer).opened
    assert number is not None
    return number


def merge(
    office: Office, loser: str, winner: str, who: str = "Ben", tier: str | None = None
) -> customer_merges.MergedCustomers:
    desk = office.desk(who)
    return customer_merges.merge(desk, customers.exact(desk, loser).number, customers.exact(desk, winner).number, tier)


def customer_of(office: Office, number: int) -> str:
    found = office.case(number).customer
    assert found is not None
    return office.store.customers.names([found])[found]


def test_all_cases_addresses_orders_and_names_go_to_the_other(office: Office) -> None:
    mine, theirs, done = case_of(office, "Carla Neri"), case_of(office, "C. Neri"), case_of(office, "C. Neri")
    do(office, "Ben", "resolve", Resolve(said="sent", answer="told"), done)
    desk = office.desk("Ben")
    customers.change(desk, "Carla Neri", email="carla@shop.example", tier="gold")
    customers.change(desk, "C. Neri", email="carla@home.example", phone="+39 02 1234", orders=("A-1",))
    merged = merge(office, "C. Neri", "Carla Neri")
    assert (merged.cases, merged.customer.tier) == (2, "gold")
    assert {customer_of(office, number) for number in (mine, theirs, done)} == {"Carla Neri"}
    assert office.case(done).status == "resolved"
    for name in ("C. Neri", "A-1", "carla@home.example", "0039 02-1234", "Carla Neri"):
        found = customers.find(desk, name)
        assert (found.name, set(found.addresses)) == ("Carla Neri", {"carla@home.example", "+39 02 1234"}), name
    assert [one.name for one in customers.listed(desk, "neri")] == ["Carla Neri"]
    assert customers.count(desk, "neri") == 1
    found_by = [row.number for row in case_queries.queue(desk, 'customer:"c. neri"').rows]
    assert sorted(found_by) == sorted(row.number for row in case_queries.queue(desk, 'customer:"carla"').rows)
    assert overview(desk, merged.was.number).customer.merged == ("C. Neri",)
    assert office.sound()


def test_a_merge_is_no_work_and_undo_gives_each_what_they_had(office: Office) -> None:
    mine, theirs = case_of(office, "Carla Neri"), case_of(office, "C. Neri")
    before = office.case(theirs).worked_at
    office.later()
    merge(office, "C. Neri", "Carla Neri")
    assert office.case(theirs).worked_at == before
    do(office, "Cleo", "edit", Edit(subject="Kettle, cracked"), theirs)
    undo(office, "Ben")
    assert (customer_of(office, mine), customer_of(office, theirs)) == ("Carla Neri", "C. Neri")
    assert office.case(theirs).subject == "Kettle, cracked", "what others did stands"
    assert customers.find(office.desk(), "C. Neri").name == "C. Neri"
    redo(office, "Ben")
    assert customer_of(office, theirs) == "Carla Neri"
    assert office.sound()


def test_a_merge_is_not_done_again_into_somebody_who_was_merged_meanwhile(office: Office) -> None:
    case_of(office, "C. Neri")
    case_of(office, "Carla Neri")
    case_of(office, "Carla Neri-Rossi")
    merge(office, "C. Neri", "Carla Neri", "Ben")
    undo(office, "Ben")
    merge(office, "Carla Neri", "Carla Neri-Rossi", "Cleo")
    with pytest.raises(Refused, match="have been merged with others since"):
        redo(office, "Ben")
    undo(office, "Cleo")
    redo(office, "Ben")
    assert customers.find(office.desk(), "C. Neri").name == "Carla Neri"
    assert office.sound()


def test_a_merge_after_a_merge_leads_to_the_last_and_is_undone_first(office: Office) -> None:
    number = case_of(office, "C. Neri")
    case_of(office, "Carla Neri")
    case_of(office, "Carla Neri-Rossi")
    merge(office, "C. Neri", "Carla Neri", "Ben")
    merge(office, "Carla Neri", "Carla Neri-Rossi", "Cleo")
    assert customers.find(office.desk(), "C. Neri").name == customer_of(office, number) == "Carla Neri-Rossi"
    with pytest.raises(Refused, match="have been merged with others since"):
        undo_redo.undo(office.desk("Ben"))
    undo(office, "Cleo")
    assert customers.find(office.desk(), "C. Neri").name == customer_of(office, number) == "Carla Neri"
    undo(office, "Ben")
    assert customer_of(office, number) == "C. Neri"


def test_a_tier_that_would_be_lost_is_chosen_and_undo_gives_each_what_they_had(office: Office) -> None:
    """Merging into the misspelt entry must not take somebody's tier away without a word."""
    desk = office.desk("Ben")
    service_levels.set_service(office.desk("Ana"), GOLD_IN_AN_HOUR)
    mine, theirs = case_of(office, "Carla Neri"), case_of(office, "Karla Neri")
    customers.change(desk, "Carla Neri", tier="gold", note="pays by card")
    customers.change(desk, "Karla Neri", note="rings at noon", email="karla@shop.example")
    due = {number: _due(office, number) for number in (mine, theirs)}
    assert due[mine] != due[theirs]
    with pytest.raises(Refused, match="Carla Neri has the tier gold, and Karla Neri the tier standard"):
        merge(office, "Carla Neri", "Karla Neri")
    with pytest.raises(WrongUse, match="Neither has the tier silver"):
        merge(office, "Carla Neri", "Karla Neri", tier="silver")
    loser, winner = (customers.exact(desk, name).number for name in ("Carla Neri", "Karla Neri"))
    seen = customer_merges.preview(desk, loser, winner)
    assert (seen.tiers, seen.cases, seen.customer.name) == (("standard", "gold"), 1, "Karla Neri")
    assert merge_words(seen)[1] == ("tier", "to be chosen: Karla Neri has standard, Carla Neri has gold")
    assert [customers.find(desk, name).name for name in ("Carla Neri", "Karla Neri")] == ["Carla Neri", "Karla Neri"]
    chosen = customer_merges.preview(desk, loser, winner, "gold").customer
    done = merge(office, "Carla Neri", "Karla Neri", tier="gold")
    assert done.customer == chosen
    assert (done.customer.tier, done.customer.note) == ("gold", "rings at noon\npays by card")
    assert dict(merge_words(done))["tier"] == "gold (Carla Neri had gold, Karla Neri standard)"
    assert _due(office, theirs) < due[theirs], "their cases are due by the tier that was chosen"
    undo(office, "Ben")
    found = {name: customers.find(desk, name) for name in ("Carla Neri", "Karla Neri")}
    assert {name: (one.tier, one.note) for name, one in found.items()} == {
        "Carla Neri": ("gold", "pays by card"),
        "Karla Neri": ("standard", "rings at noon"),
    }
    assert {number: _due(office, number) for number in (mine, theirs)} == due
    redo(office, "Ben")
    assert customers.find(desk, "Carla Neri") == chosen
    assert office.sound()


def test_a_tier_is_not_asked_for_where_none_is_lost(office: Office) -> None:
    case_of(office, "Carla Neri")
    case_of(office, "C. Neri")
    customers.change(office.desk("Ben"), "Carla Neri", tier="gold")
    assert merge(office, "C. Neri", "Carla Neri").customer.tier == "gold"


def _due(office: Office, number: int) -> int:
    (row,) = office.store.queue.get_many([number])
    assert row.due_at is not None
    return row.due_at


def test_nobody_is_merged_into_themselves(office: Office) -> None:
    case_of(office, "Carla Neri")
    case_of(office, "C. Neri")
    merge(office, "C. Neri", "Carla Neri")
    with pytest.raises(Refused, match="already one customer"):
        merge(office, "C. Neri", "Carla Neri")
    with pytest.raises(WrongUse, match="no customer"):
        merge(office, "Nobody", "Carla Neri")


def test_importing_again_does_not_split_them(office: Office) -> None:
    who = ExternalIdentity("u7", "")
    office.bring(line("K-1", 1, customer="C. Neri", customer_id=who), line("K-2", 2, customer="C. Neri-R."))
    case_of(office, "Carla Neri")
    for name in ("C. Neri", "C. Neri-R."):
        merge(office, name, "Carla Neri")
    office.bring(
        line("K-1", 3, customer="C. Neri", customer_id=who, subject="Again"),
        line("K-3", 3, customer="Carla N.", customer_id=who),
        line("K-4", 3, customer="C. Neri-R."),
    )
    cases = [office.store.cases.by_external("old", name) or 0 for name in ("K-1", "K-2", "K-3", "K-4")]
    assert {customer_of(office, number) for number in cases if number} == {"Carla Neri"}
    assert len([number for number in cases if number]) == 4
    assert office.sound()


def test_an_export_of_everything_keeps_who_was_merged(office: Office, tmp_path: Path) -> None:
    case_of(office, "Carla Neri")
    number = case_of(office, "C. Neri")
    customers.address(office.desk(), "Carla Neri", "carla@home.example")
    customers.address(office.desk(), "Carla Neri", "carla@work.example")
    merge(office, "C. Neri", "Carla Neri")
    data = exported(office.store)
    store = taken_in(data, tmp_path / "copy.db")
    try:
        found = store.customers.find("C. Neri")
        assert found is not None
        assert (found.name, found.addresses, found.merged) == ("Carla Neri", ("carla@work.example",), ("C. Neri",))
        assert exported(store) == data
        case = store.cases.get(number)
        assert case is not None
        assert case.customer == found.number
    finally:
        store.close()


def test_a_published_receipt_stays_with_its_case(office: Office, tmp_path: Path) -> None:
    case_of(office, "Carla Neri")
    number = case_of(office, "C. Neri")
    www = tmp_path / "www"
    www.mkdir()
    publication.change_place(office.desk(), str(www), "https://shop.example/r")
    publication.publish(office.desk("Ben"), number)
    before = office.store.receipts.get(number)
    merge(office, "C. Neri", "Carla Neri")
    after = office.store.receipts.get(number)
    assert before is not None
    assert after is not None
    assert (after.token, after.customer) == (before.token, office.case(number).customer)
    undo(office, "Ben")
    assert office.store.receipts.get(number) == before


# Addresses


def test_a_customer_has_several_addresses_and_is_found_by_each(office: Office) -> None:
    case_of(office, "Carla Neri")
    desk = office.desk()
    for text in ("carla@home.example", "Carla@Work.example", "+39 02 1234", "555 0112"):
        customers.address(desk, "Carla Neri", text)
    found = customers.find(desk, "carla@work.EXAMPLE")
    assert (found.email, found.phone) == ("carla@home.example", "+39 02 1234")
    assert set(found.addresses) == {"Carla@Work.example", "555 0112"}
    assert customers.find(desk, "5550112").name == "Carla Neri"
    with pytest.raises(Refused, match="already"):
        customers.address(desk, "Carla Neri", "0039 021234")
    customers.address(desk, "Carla Neri", "555-0112", remove=True)
    customers.address(desk, "Carla Neri", "carla@home.example", remove=True)
    found = customers.find(desk, "Carla Neri")
    assert (found.email, found.addresses) == ("", ("Carla@Work.example",))
    with pytest.raises(Refused, match="has no address"):
        customers.address(desk, "Carla Neri", "555-0112", remove=True)
    with pytest.raises(WrongUse, match="neither a mail address nor a telephone number"):
        customers.address(desk, "Carla Neri", "around the corner")


def test_customers_with_the_same_address_are_named_as_alike(office: Office) -> None:
    for name in ("Carla Neri", "C. Neri", "Nils"):
        case_of(office, name)
    desk = office.desk()
    customers.change(desk, "C. Neri", phone="+39 (02) 12-34")
    customers.address(desk, "Carla Neri", "0039 021234")
    found = overview(desk, customers.find(desk, "Carla Neri").number)
    assert [one.name for one in found.alike] == ["C. Neri"]
    with pytest.raises(WrongUse, match="no customer"):
        customers.find(desk, "0039 021234")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Carla@Home.Example", "carla@home.example"),
        ("+39 02 1234", "39021234"),
        ("0039 (02) 12-34", "39021234"),
        ("555.0112", "5550112"),
        ("02 12", ""),
        ("Carla Neri", ""),
        ("carla @ home", ""),
    ],
)
def test_an_address_is_found_however_it_is_written(text: str, key: str) -> None:
    assert address_key(text) == key


def test_a_list_of_customers_has_all_that_each_has_and_takes_few_statements(office: Office) -> None:
    desk = office.desk("Ben")
    for number in range(30):
        case_of(office, f"Customer {number}")
        customers.change(desk, f"Customer {number}", email=f"{number}@home.example", orders=(f"A-{number}",))
    customers.address(desk, "Customer 2", "+39 02 12345")
    merge(office, "Customer 1", "Customer 2")
    merge(office, "Customer 3", "Customer 2")
    with counted(office) as found:
        listed = customers.listed(desk)
    assert listed == [office.store.customers.get(one.number) for one in listed]
    (merged,) = [one for one in listed if one.name == "Customer 2"]
    assert merged.merged == ("Customer 1", "Customer 3")
    assert merged.orders == ("A-1", "A-2", "A-3")
    assert len(found.statements) < 8


def test_mails_are_counted_and_customers_found_by_telephone_by_an_index(office: Office) -> None:
    engine = office.store.engine
    for looked_for in ("+39 02 12345", "carla@home.example"):
        with counted(office) as found:
            assert office.store.customers.links.by_address(looked_for) == []
            office.store.mails.counts()
        for sql in found.statements:
            plan = " ".join(row[3] for row in engine.fetch_all(f"explain query plan {sql}"))
            assert "SCAN customers" not in plan, sql
            assert "SCAN mails USING COVERING INDEX" in plan or "SCAN mails" not in plan, sql
