"""The mail addresses that imports bring: they are the customers' own, unless somebody else has them already."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from careconsole.desk.cases import execution
from careconsole.desk.imports.rollback import roll_back
from careconsole.desk.queries import case_queries
from careconsole.desk.team import customers
from careconsole.domain.case.notes import Note
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.imported_record import ExternalIdentity, ImportedEntry
from tests.desk.office import Office, contents, differences, line
from tests.intake.kinds import EXPORTS, write
from tests.intake.test_identities import _zendesk as zendesk_export
from tests.intake.test_identities import read
from tests.intake.tickets import tickets

ANNA = "anna@example.org"


def _row(case: str, name: str, address: str, id: str = "") -> ImportedEntry:
    who = ExternalIdentity(id or f"{name} <{address}>", address)
    return line(case, 1, status="open", subject="Kettle", customer=name, customer_id=who)


def _mails(office: Office) -> dict[str, tuple[str, ...]]:
    every = customers.listed(office.desk())
    return {one.name: tuple(filter(None, (one.email, *one.addresses))) for one in every}


def test_the_address_of_an_import_leads_to_the_customer(office: Office) -> None:
    office.bring(_row("A", "Anna Berger", "Anna@Example.org"))
    assert customers.find(office.desk(), ANNA).name == "Anna Berger"
    number = execution.open_case(office.desk(), OpenCase(subject="Lid"), customer=ANNA).opened or 0
    assert office.case(number).customer == customers.find(office.desk(), "Anna Berger").number


@pytest.mark.parametrize("kind", ["freshdesk", "helpscout", "intercom", "jira", "jsonl", "zammad"])
def test_every_kind_with_addresses_gives_them_to_its_customers(kind: str, tmp_path: Path) -> None:
    export = EXPORTS[kind]
    path = tmp_path / f"export.{export.ending}"
    write(path, export, tickets(30))
    lines = read(kind, path)
    told = {one.customer_id.address for one in lines if one.customer_id and "@" in one.customer_id.address}
    assert len(told) > 20
    office = Office(tmp_path)
    office.bring(*lines, source=kind)
    assert {mail for mails in _mails(office).values() for mail in mails} >= told
    office.close()


def test_a_table_and_an_export_of_zendesk_give_addresses_too(office: Office, tmp_path: Path) -> None:
    table, export = tmp_path / "table.csv", tmp_path / "export.json"
    columns = "Ticket,Customer,E-Mail,Subject,Status,Created"
    table.write_text(f"{columns}\nT-1,Anna Berger,{ANNA},Lid,Open,2026-11-01T10:00Z\n")
    export.write_text(json.dumps(zendesk_export(1, 7, "john@x.example")))
    office.bring(*read("csv", table), source="table")
    office.bring(*read("zendesk", export), source="zendesk")
    assert _mails(office) == {"Anna Berger": (ANNA,), "John Smith": ("john@x.example",)}


def test_a_customer_whose_name_is_an_address_has_it(office: Office) -> None:
    office.bring(line("A", 1, status="open", customer=ANNA), line("B", 1, status="open", customer="Anna @ work"))
    assert _mails(office) == {ANNA: (ANNA,), "Anna @ work": ()}


@pytest.mark.parametrize("text", ["jsmith", "a@b.example, c@d.example", "none@", "two words@x.example"])
def test_what_is_no_mail_address_stays_where_it_is(office: Office, text: str) -> None:
    report = office.bring(_row("A", "Anna Berger", text))
    assert _mails(office) == {"Anna Berger": ()}
    assert report.addresses_elsewhere == 0


def test_an_address_of_another_customer_is_told_and_stays_theirs(office: Office) -> None:
    execution.open_case(office.desk(), OpenCase(subject="Our own"), customer="Otto")
    customers.address(office.desk(), "Otto", ANNA)
    rows = (_row("A", "Anna Berger", ANNA), _row("B", "Ben", "b@x.example"), _row("C", "Carla", "B@x.example"))
    expected = ["2 mail addresses {} with the customer who has it already: anna@example.org (Otto, not Anna Berger),"]
    looked = office.bring(*rows, dry_run=True)
    report = office.bring(*rows)
    assert _mails(office) == {"Otto": (ANNA,), "Anna Berger": (), "Ben": ("b@x.example",), "Carla": ()}
    assert looked.addresses_elsewhere == report.addresses_elsewhere == 2
    assert looked.examples_elsewhere == report.examples_elsewhere
    assert report.remarks()[0] == f"{expected[0].format('stay')} B@x.example (Ben, not Carla)."
    assert looked.remarks(True)[0].startswith(expected[0].format("would stay"))


def test_a_known_customer_gets_it_as_a_further_one_and_a_roll_back_takes_it(office: Office) -> None:
    execution.open_case(office.desk(), OpenCase(subject="Our own"), customer="Anna Berger")
    execution.open_case(office.desk(), OpenCase(subject="Our own"), customer="Otto")
    customers.address(office.desk(), "Anna Berger", "anna@home.example")
    before = contents(office.store, without=["batches", "journal"])
    batch = office.bring(_row("A", "Anna Berger", ANNA), _row("B", "Otto", "otto@x.example")).batch or 0
    assert _mails(office) == {"Anna Berger": ("anna@home.example", ANNA), "Otto": ("otto@x.example",)}
    assert [entry.data["batch"] for entry in office.store.journal.entries(most=2)] == [batch, batch]
    roll_back(office.desk(), batch)
    assert differences(before, contents(office.store, without=["batches", "journal"])) == {}
    assert office.sound()


def test_a_roll_back_leaves_the_address_of_a_case_that_stays(office: Office) -> None:
    batch = office.bring(_row("A", "Anna Berger", ANNA), _row("B", "Otto", "otto@x.example")).batch or 0
    execution.execute(office.desk(), "note", Note(text="seen"), [office.known_as("A").number])
    roll_back(office.desk(), batch)
    assert _mails(office) == {"Anna Berger": (ANNA,)}


def test_an_address_goes_with_its_import_though_the_customer_has_a_case_here(office: Office) -> None:
    batch = office.bring(_row("A", "Anna Berger", ANNA)).batch or 0
    execution.open_case(office.desk(), OpenCase(subject="Our own"), customer="Anna Berger")
    roll_back(office.desk(), batch)
    assert _mails(office) == {"Anna Berger": ()}


def test_a_roll_back_leaves_an_address_that_a_later_import_of_the_source_brought_too(office: Office) -> None:
    first = office.bring(_row("A", "Anna Berger", ANNA), file="1.csv").batch or 0
    office.bring(_row("B", "Anna Berger", ANNA), file="2.csv")
    roll_back(office.desk(), first)
    assert _mails(office) == {"Anna Berger": (ANNA,)}


def test_what_was_taken_from_a_customer_does_not_come_back_with_the_next_import(office: Office) -> None:
    office.bring(_row("A", "Anna Berger", ANNA), file="1.csv")
    customers.address(office.desk(), "Anna Berger", ANNA, remove=True)
    report = office.bring(_row("A", "Anna Berger", ANNA), _row("B", "Anna Berger", ANNA), file="2.csv")
    assert (report.new_cases, _mails(office)) == (1, {"Anna Berger": ()})


def test_the_address_of_a_customer_finds_their_cases(office: Office) -> None:
    office.bring(_row("A", "Anna Berger", ANNA), _row("B", "Ben", "ben@x.example"))
    customers.address(office.desk(), "Ben", "b@home.example")
    for text, case in (("Anna@example.org", "A"), ("ben@x.example", "B"), ("b@home.example", "B"), ("x@y.example", "")):
        expected = [office.known_as(case).number] if case else []
        assert case_queries.numbers(office.desk(), text) == expected, text
