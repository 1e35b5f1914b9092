"""Who is who across imports: whom the source knows by an id is known by that, and two of one name stay two."""

from __future__ import annotations

from typing import Any

import pytest

from careconsole.desk.cases import execution
from careconsole.desk.imports.record import record
from careconsole.desk.imports.report import Report
from careconsole.desk.imports.rollback import roll_back
from careconsole.desk.team import customers, members
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.imported_record import ExternalIdentity, ImportedEntry, Message
from tests.desk.office import Office, contents, differences, line

ONE, TWO = ExternalIdentity("1", "john@first.example"), ExternalIdentity("2", "john@second.example")


def of_customer(
    external: str, identity: ExternalIdentity | None, name: str = "John Smith", at: float = 1
) -> ImportedEntry:
    return line(external, at, customer=name, customer_id=identity)


def of_owner(external: str, identity: ExternalIdentity | None, name: str = "Kim Lee", at: float = 1) -> ImportedEntry:
    return line(external, at, owner=name, owner_id=identity)


def customer(office: Office, external: str, source: str = "old") -> str:
    number = office.known_as(external, source).customer
    assert number is not None
    return office.store.customers.names([number])[number]


def owner(office: Office, external: str) -> str | None:
    return office.store.people.roster().name(office.known_as(external).owner)


def everybody(office: Office) -> list[str]:
    return [row[0] for row in office.store.engine.fetch_all("select name from customers order by id")]


def told(office: Office) -> list[tuple[Any, ...]]:
    """The ids that sources told, of people and of customers."""
    engine = office.store.engine
    return engine.fetch_all("select * from person_ids") + engine.fetch_all("select * from customer_ids")


def new(report: Report) -> tuple[int, int]:
    return report.new_people, report.new_customers


# Customers


def test_two_customers_of_one_name_in_two_exports_stay_two(office: Office) -> None:
    office.bring(of_customer("A", ONE), file="first.json")
    report = office.bring(of_customer("B", TWO), file="second.json")
    assert (customer(office, "A"), customer(office, "B")) == ("John Smith", "John Smith (john@second.example)")
    assert report.new_customers == 1
    for external in ("A", "B"):
        number = office.known_as(external).customer or 0
        assert [row[0] for row in office.store.customers.cases(number)] == [office.known_as(external).number]
    assert office.sound()


def test_each_is_found_again_by_their_id(office: Office) -> None:
    office.bring(of_customer("A", ONE), of_customer("B", TWO), file="first.json")
    report = office.bring(of_customer("C", TWO), of_customer("D", ONE), file="second.json")
    assert (customer(office, "C"), customer(office, "D")) == (customer(office, "B"), customer(office, "A"))
    assert report.new_customers == 0


@pytest.mark.parametrize(
    ("identity", "called"),
    [
        (ExternalIdentity("2"), "John Smith (user 2)"),
        (ExternalIdentity("2", "John Smith"), "John Smith (user 2)"),
        (ExternalIdentity("2", "x" * 5_000), "John Smith (user 2)"),
        (ExternalIdentity(" 2\t "), "John Smith (user 2 )"),
    ],
)
def test_without_an_address_the_id_stands_behind_the_name(
    office: Office, identity: ExternalIdentity, called: str
) -> None:
    office.bring(of_customer("A", ONE), of_customer("B", identity))
    assert " ".join(customer(office, "B").split()) == called
    assert office.sound()


def test_ids_of_any_length_and_with_blanks_are_what_they_are(office: Office) -> None:
    ids = ["7", " 7", "7 ", "07", "7" * 5_000, "7" * 5_001, "a", "A", "'; drop table customers; --", "\u2028é茶"]
    rows = [of_customer(f"case {n}", ExternalIdentity(id)) for n, id in enumerate(ids)]
    assert new(office.bring(*rows)) == (0, len(ids))
    assert len({office.known_as(f"case {n}").customer for n in range(len(ids))}) == len(ids)
    assert max(map(len, everybody(office))) < 200
    again = [of_customer(f"again {n}", ExternalIdentity(id)) for n, id in enumerate(ids)]
    assert new(office.bring(*again)) == (0, 0)
    for n in range(len(ids)):
        assert office.known_as(f"again {n}").customer == office.known_as(f"case {n}").customer
    assert office.sound()


def test_who_has_the_name_that_would_tell_them_apart_is_told_apart_too(office: Office) -> None:
    names = ["John Smith", "John Smith (user 4)", "John Smith (2)", "john  SMITH", "John Smith"]
    office.bring(*(of_customer(f"case {n}", ExternalIdentity(str(n)), name) for n, name in enumerate(names)))
    assert len({office.known_as(f"case {n}").customer for n in range(5)}) == 5
    assert customer(office, "case 4") == "John Smith (3)"


def test_a_customer_who_is_renamed_in_the_source_stays_the_same_and_keeps_our_name(office: Office) -> None:
    office.bring(of_customer("A", ONE, "Ines Moreau"))
    report = office.bring(of_customer("B", ONE, "Ines Castro"), of_customer("C", ExternalIdentity("9"), "Ines Castro"))
    assert (customer(office, "A"), customer(office, "B")) == ("Ines Moreau", "Ines Moreau")
    assert (customer(office, "C"), report.new_customers) == ("Ines Castro", 1), "another one has the name there now"


def test_a_renamed_customer_is_found_by_the_id(office: Office) -> None:
    office.bring(of_customer("A", ONE))
    customers.change(office.desk(), "John Smith", name="John Smith of Leeds")
    report = office.bring(of_customer("B", ONE))
    assert (customer(office, "B"), report.new_customers) == ("John Smith of Leeds", 0)


def test_a_customer_added_by_hand_is_found_by_name_and_then_known_by_the_id(office: Office) -> None:
    opened = execution.open_case(office.desk(), OpenCase(subject="Our own"), customer="John Smith").opened or 0
    ours = office.case(opened).customer
    assert office.bring(of_customer("A", ONE)).new_customers == 0
    office.bring(of_customer("B", TWO), of_customer("C", ONE, "John S."))
    assert office.known_as("A").customer == office.known_as("C").customer == ours
    assert customer(office, "B") == "John Smith (john@second.example)"


def test_each_source_has_ids_of_its_own(office: Office) -> None:
    office.bring(of_customer("A", ONE), source="old")
    report = office.bring(
        of_customer("A", TWO), of_customer("B", ExternalIdentity("1"), "Ines Moreau"), source="other", file="o"
    )
    assert (customer(office, "A", "other"), customer(office, "B", "other")) == ("John Smith", "Ines Moreau")
    assert report.new_customers == 1, "who is known from elsewhere is found by name"


def test_a_name_without_an_id_is_the_person_of_that_name(office: Office) -> None:
    office.bring(of_customer("A", ONE), of_customer("B", None))
    office.bring(
        of_customer("C", None), of_customer("D", None, "Nils"), of_customer("E", ExternalIdentity("5"), "Nils")
    )
    assert customer(office, "B") == customer(office, "C") == "John Smith"
    assert customer(office, "D") == customer(office, "E") == "Nils"


# People


def test_people_of_one_name_stay_two_and_are_found_by_their_ids(office: Office) -> None:
    office.bring(of_owner("A", ExternalIdentity("5")), file="first.json")
    words = Message("out", "On its way", by="Kim Lee", by_id=ExternalIdentity("6", "kim@shop.example"))
    report = office.bring(
        of_owner("B", ExternalIdentity("5"), "Kim Brandt"), line("B", 2, said=words), file="second.json"
    )
    assert (owner(office, "A"), owner(office, "B")) == ("Kim Lee", "Kim Lee")
    names = {person.name for person in office.store.people.roster().people.values()}
    assert {"Kim Lee", "Kim Lee (kim@shop.example)"} <= names
    assert "Kim Brandt" not in names
    assert new(report) == (1, 0)
    assert office.sound()


def test_a_colleague_is_found_by_name_and_then_known_by_the_id(office: Office) -> None:
    office.bring(of_owner("A", ExternalIdentity("5"), "Ben"))
    report = office.bring(of_owner("B", ExternalIdentity("5"), "Benjamin"), of_owner("C", ExternalIdentity("6"), "Ben"))
    assert (owner(office, "A"), owner(office, "B")) == ("Ben", "Ben")
    assert (owner(office, "C"), new(report)) == ("Ben (user 6)", (1, 0))


def test_one_id_may_be_that_of_a_customer_and_of_a_person(office: Office) -> None:
    both = ExternalIdentity("5")
    report = office.bring(line("A", 1, customer="Kim Lee", customer_id=both, owner="Kim Lee", owner_id=both))
    assert (customer(office, "A"), owner(office, "A"), new(report)) == ("Kim Lee", "Kim Lee", (1, 1))
    office.bring(line("B", 1, customer="Kim L.", customer_id=both, owner="K. Lee", owner_id=both))
    assert (customer(office, "B"), owner(office, "B")) == ("Kim Lee", "Kim Lee")


# Again, a dry run, and back


ROWS = (
    of_customer("A", ONE),
    of_customer("B", TWO),
    of_customer("C", None),
    of_customer("D", ExternalIdentity("3"), "john smith"),
    of_customer("E", ExternalIdentity("4"), "Otto"),
    of_owner("A", ExternalIdentity("5"), at=2),
    of_owner("B", ExternalIdentity("6"), at=2),
    of_owner("C", None, at=2),
    line("D", 2, said=Message("note", "hm", by="Kim Lee", by_id=ExternalIdentity("7"))),
)


def test_the_same_again_changes_nothing(office: Office) -> None:
    office.bring(*ROWS)
    before = contents(office.store)
    report = office.bring(*ROWS, file="again.json")
    assert (report.batch, report.unchanged_cases, new(report)) == (None, 5, (0, 0))
    assert differences(before, contents(office.store)) == {}


@pytest.mark.parametrize("rows", [1, 2, 1_000], ids=["a row a part", "two", "all at once"])
def test_a_dry_run_counts_what_the_import_adds(office: Office, monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    monkeypatch.setattr("careconsole.desk.imports.record.SMALL", rows)
    monkeypatch.setattr("careconsole.desk.imports.record.LARGE", rows)
    execution.open_case(office.desk(), OpenCase(subject="Our own"), customer="Otto")
    before = contents(office.store)
    dry = office.bring(*ROWS, dry_run=True)
    assert differences(before, contents(office.store)) == {}
    assert new(dry) == new(office.bring(*ROWS)) == (3, 3)


def test_a_roll_back_forgets_the_ids(office: Office) -> None:
    execution.open_case(office.desk(), OpenCase(subject="Our own"), customer="Otto")
    before = contents(office.store, without=["batches"])
    report = office.bring(*ROWS)
    assert len(told(office)) == 7
    roll_back(office.desk(), report.batch or 0)
    assert told(office) == []
    assert differences(before, contents(office.store, without=["batches"])) == {}
    assert new(office.bring(*ROWS)) == (3, 3)
    assert office.sound()


def test_a_roll_back_keeps_the_ids_of_people_in_other_imports_of_the_source(office: Office) -> None:
    first = office.bring(of_customer("A", ONE), of_customer("B", TWO), of_owner("A", ExternalIdentity("5"), at=2))
    office.bring(of_customer("C", TWO), file="second.json")
    office.bring(of_customer("D", None), of_owner("D", None, at=2), source="other", file="third.json")
    roll_back(office.desk(), first.batch or 0)
    assert [row[:2] for row in told(office)] == [("old", "2")]
    report = office.bring(of_customer("E", TWO), file="fourth.json")
    assert (customer(office, "E"), report.new_customers) == ("John Smith (john@second.example)", 0)
    assert office.sound()


def test_who_is_removed_takes_all_their_ids_along(office: Office) -> None:
    first = office.bring(of_customer("A", None), of_owner("A", None, at=2))
    second = office.bring(of_customer("B", ONE), of_owner("B", ONE, at=2), file="second.json")
    roll_back(office.desk(), first.batch or 0)
    assert customer(office, "B") == "John Smith"
    roll_back(office.desk(), second.batch or 0)
    assert told(office) == []
    assert office.sound()


def test_somebody_added_by_hand_while_an_import_runs_is_found(office: Office) -> None:
    other = office.another("Dora")

    def rows() -> Any:
        yield of_customer("A", ONE)
        for number in range(300):
            yield of_customer(f"more {number}", ExternalIdentity(f"m{number}"), f"Customer {number}")
        members.add(other, "Kim Lee", "agent")
        execution.open_case(other, OpenCase(subject="Our own"), customer="Nils")
        yield of_owner("Y", ExternalIdentity("5"), at=2)
        yield of_customer("Z", ExternalIdentity("n"), "Nils")

    record(office.desk(), rows(), source="old", file="log.json")
    assert owner(office, "Y") == "Kim Lee"
    assert everybody(office).count("Nils") == 1
    assert office.sound()


# Names that look alike


def test_names_that_differ_in_nothing_visible_are_one_customer_and_one_person(office: Office) -> None:
    names = ("Lea", "Lea\u200b", "\u00adLea", "\u200eLea\u200f")
    lines = [line(f"C{at}", at, customer=name, owner=name) for at, name in enumerate(names, 1)]
    report = office.bring(*lines)
    assert new(report) == (1, 1)
    assert {customer(office, f"C{at}") for at in range(1, 5)} == {"Lea"}
    assert {owner(office, f"C{at}") for at in range(1, 5)} == {"Lea"}
    assert new(office.bring(line("C9", 9, customer="Le\u2060a", owner="lea"))) == (0, 0)
    assert office.sound()


def test_a_name_that_nobody_can_see_is_nobodys(office: Office) -> None:
    report = office.bring(
        line("A", 1, customer="\u200b", owner="\u2060", said=Message("out", "Hello", by="\u200e")),
        of_customer("B", ExternalIdentity("7", "x@shop.example"), name="\u200b"),
        of_customer("C", ExternalIdentity("8"), name="\u200b"),
    )
    assert new(report) == (0, 2)
    assert office.known_as("A").customer is None
    assert office.known_as("A").owner is None
    assert [customer(office, external) for external in "BC"] == ["x@shop.example", "Somebody (user 8)"]
    assert office.sound()
