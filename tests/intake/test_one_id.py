"""What names a case, or a customer, names one: where it cannot, the record is refused and told."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from careconsole.intake import registry
from careconsole.intake.files.doubts import Doubt
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.formats.table.column_names import guess_roles
from careconsole.intake.formats.table.maps import parse_case_map
from careconsole.intake.registry import Options
from careconsole.intake.values.fields import is_rounded, namesake
from careconsole.intake.values.id_table import IdTable
from tests.cli.console import Console
from tests.intake.place import Place
from tests.intake.tickets import tickets

HEAD = ("Ticket", "Subject", "Requester", "Requester email", "Assignee", "Created")
TABLES = pytest.mark.parametrize("kind", ["csv", "jsonl"])


class Read:
    """What came out of a table."""

    def __init__(
        self, folder: Path, kind: str, *rows: tuple[str, ...], head: tuple[str, ...] = HEAD, **how: Any
    ) -> None:
        path = folder / f"table.{kind}"
        if kind == "csv":
            path.write_text("".join(",".join(row) + "\n" for row in (head, *rows)), encoding="utf-8")
        else:
            path.write_text("".join(json.dumps(dict(zip(head, row, strict=True))) + "\n" for row in rows))
        self.seen = ReadReport()
        items = list(registry.read(kind, [path], Options(zone="UTC", **how), self.seen))
        self.rejects = [item for item in items if isinstance(item, RejectedRecord)]
        self.lines = [item for item in items if isinstance(item, ImportedEntry)]

    @property
    def doubts(self) -> list[Doubt]:
        return [doubt for doubt in self.seen.doubts.listed() if doubt.kind in ("same-id", "id-rounded", "name-unclear")]

    def last(self) -> dict[str, ImportedEntry]:
        return {line.external: line for line in self.lines}


def row(
    id: str, customer: str = "Carla", mail: str = "", owner: str = "Ben", created: str = "2024-03-01 08:00"
) -> tuple[str, ...]:
    return (id, f"Case {id}", customer, mail, owner, created)


# One id, several cases


@pytest.mark.parametrize(
    "id, rounded",
    [
        *[(id, True) for id in ("2.02E+11", "2,02401E+11", "1E+12", "2.02e+11", " 2.02E+11 ", "1.5E+100")],
        *[
            (id, False)
            for id in ("202401011234", "2E11", "12.5E+3", "E+11", "SHOP-1E+11", "1E+5", "A2.02E+11", "+49", "")
        ],
    ],
)
def test_a_number_that_a_spreadsheet_has_shortened_is_known(id: str, rounded: bool) -> None:
    assert is_rounded(id) == rounded


@TABLES
def test_an_id_that_was_rounded_is_refused_and_a_doubt_that_blocks(kind: str, tmp_path: Path) -> None:
    read = Read(tmp_path, kind, row("2.02E+11"), row("2.03E+11"), row("202401011234"))
    assert [(reject.line, reject.field) for reject in read.rejects] == [
        (2 - (kind != "csv"), "Ticket"),
        (3 - (kind != "csv"), "Ticket"),
    ]
    assert all("export the column as text" in reject.reason for reject in read.rejects)
    (doubt,) = read.doubts
    assert (doubt.kind, doubt.what, doubt.count, doubt.blocks) == ("id-rounded", "Ticket", 2, True)
    assert set(read.last()) == {"202401011234"}


def test_an_event_log_refuses_ids_that_were_rounded(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(
        "ticket,at,state\n2.02E+11,2024-03-01T08:00:00Z,new\n7,2024-03-01T08:00:00Z,new\n"
    )
    seen = ReadReport()
    (tmp_path / "map.toml").write_text('case = "ticket"\ntime = "at"\n')
    how = Options(map=str(tmp_path / "map.toml"))
    reject, line = registry.read("events", [str(tmp_path / "log.csv")], how, seen)
    assert isinstance(reject, RejectedRecord)
    assert isinstance(line, ImportedEntry)
    assert (reject.field, line.external) == ("ticket", "7")
    assert [doubt.kind for doubt in seen.doubts.listed()] == ["id-rounded"]


@pytest.mark.parametrize("kind", ["zendesk", "jira", "freshdesk", "zammad", "helpscout", "intercom"])
def test_an_export_refuses_ids_that_were_rounded(kind: str, tmp_path: Path) -> None:
    place = Place(kind, tmp_path)
    (ticket,) = tickets(1)
    (document,) = place.export.documents(ticket)
    document[{"jira": "key", "zammad": "number", "helpscout": "number"}.get(kind, "id")] = "2.02E+11"
    path = tmp_path / "one.json"
    path.write_text(json.dumps([document]))
    (reject,) = registry.read(kind, [str(path)], Options(), ReadReport())
    assert isinstance(reject, RejectedRecord)
    assert "spreadsheet" in reject.reason


@TABLES
@pytest.mark.parametrize(
    "second, what",
    [
        (row("1", "Otto"), "customer"),
        (row("1", created="2024-03-02 08:00"), "time of opening"),
        (row("1", mail="other@carla.example"), "customer's address"),
    ],
)
def test_a_row_that_contradicts_the_first_of_its_id_is_refused_and_a_doubt_that_blocks(
    kind: str, second: tuple[str, ...], what: str, tmp_path: Path
) -> None:
    read = Read(tmp_path, kind, row("1", mail="c@carla.example"), row("2"), second, second, row("3"))
    assert [reject.field for reject in read.rejects] == ["Ticket", "Ticket"]
    assert all(f"with another {what}" in reject.reason for reject in read.rejects)
    (doubt,) = read.doubts
    assert (doubt.kind, doubt.what, doubt.count, doubt.blocks) == ("same-id", "Ticket", 1, True)
    assert doubt.examples == ("1",)
    assert (set(read.last()), read.last()["1"].customer) == ({"1", "2", "3"}, "Carla")


@TABLES
def test_rows_that_agree_or_say_less_are_one_case(kind: str, tmp_path: Path) -> None:
    rows = (row("1", ""), row("1", "Carla"), row("1", "CARLA ", owner="Zoe"), row("1", "Carla", "c@carla.example"))
    read = Read(tmp_path, kind, *rows, row("1", "", created=""))
    assert (read.rejects, read.doubts) == ([], [])
    # What a later row says for the first time counts from then on.
    read = Read(tmp_path, kind, *rows, row("1", "Otto"))
    assert len(read.rejects) == 1


def test_two_tables_of_one_import_may_each_have_the_case(tmp_path: Path) -> None:
    """A case may change its customer from one export to the next; within a table it has one."""
    for name, customer in (("may", "Carla"), ("june", "Otto")):
        (tmp_path / f"{name}.csv").write_text(f"id,created,customer\n1,2024-03-01T08:00:00Z,{customer}\n")
    files: list[registry.File] = [tmp_path / "may.csv", tmp_path / "june.csv"]
    assert not [
        item for item in registry.read("csv", files, Options(), ReadReport()) if isinstance(item, RejectedRecord)
    ]


def test_the_command_tells_what_it_refused_and_takes_the_rest(tmp_path: Path) -> None:
    console = Console(str(tmp_path / "desk.db"))
    assert console.call("init", "--team", "Shop", "--lead", "Ana").code == 0
    (tmp_path / "t.csv").write_text("id,created,customer\n1,2024-03-01T08:00:00Z,Carla\n1,2024-03-02T08:00:00Z,Otto\n")
    done = console.call("import", "csv", str(tmp_path / "t.csv"), "--source", "shop")
    assert done.code == 5
    assert "1 id is used by several cases: 1." in done.err
    assert "is the id of an earlier row, with another time of opening" in done.err
    again = console.call("import", "csv", str(tmp_path / "t.csv"), "--source", "shop", "--json")
    assert (again.code, again.json["new_cases"], again.json["unchanged_cases"], again.json["rejected"]) == (5, 0, 1, 1)


_MANY = 40_000


def test_what_is_remembered_of_a_case_is_small(tmp_path: Path) -> None:
    table = IdTable()
    tracemalloc.start()
    for number in range(_MANY):
        table.put(str(number), number)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < _MANY * 32
    assert all(table.get(str(number)) == number for number in range(0, _MANY, 7))
    assert (table.get("none"), len(table)) == (None, _MANY)
    assert table.setdefault("5", 1) == 5
    assert table.setdefault("none", 1) == 1
    table.put("none", 2)
    assert (table.get("none"), len(table)) == (2, _MANY + 1)


# Customers of one name


@TABLES
def test_customers_of_one_name_are_told_apart_by_their_addresses(kind: str, tmp_path: Path) -> None:
    rows = [
        row("1", "John Smith", "john@first.example"),
        row("2", "John Smith", "john@second.example"),
        row("3", "john smith", "JOHN@first.example"),
        row("4", "Jane Smith", "john@first.example"),
        row("5", "John Smith"),
        row("6", "", "only@address.example"),
    ]
    read = Read(tmp_path, kind, *rows)
    who = {id: (line.customer, line.customer_id.id if line.customer_id else "") for id, line in read.last().items()}
    assert who["1"][1] == who["3"][1] != ""
    assert len({id for _, id in who.values() if id}) == 3
    assert (who["5"], who["6"]) == (("John Smith", ""), ("only@address.example", ""))
    assert all(
        line.customer_id == read.last()[line.external].customer_id for line in read.lines if line.customer is not None
    )
    # The address stays a field, too.
    assert (read.last()["2"].fields or {})["Requester email"] == "john@second.example"


def test_customers_of_one_name_stay_two_in_the_database(tmp_path: Path) -> None:
    console = Console(str(tmp_path / "desk.db"))
    assert console.call("init", "--team", "Shop", "--lead", "Ana").code == 0
    path = tmp_path / "t.csv"
    for last in (3, 4):  # the second time with one more, of the second John
        rows = [f"{n},John Smith,john@{min(n, 2)}.example,2024-03-01T08:00:00Z\n" for n in range(1, last + 1)]
        path.write_text("id,customer,customer email,created\n" + "".join(rows))
        done = console.call("import", "csv", str(path), "--source", "shop", "--json")
        assert (done.code, done.json["new_customers"]) == (0, 2 if last == 3 else 0)
    names = [console.call("show", str(n), "--json").json[0]["case"]["customer"] for n in range(1, 5)]
    assert names == ["John Smith", *["John Smith (john@2.example)"] * 3]


def test_objects_without_ids_have_customers_by_name_and_address(tmp_path: Path) -> None:
    least = 'title = "Own"\n[case]\nid = "no"\nsubject = "about"\n[time]\ncreated = "made"\n[status]\nfrom = "state"\n'
    (tmp_path / "own.toml").write_text(least + '[customer]\nname = "who"\nemail = "mail"\n')
    case = {"about": "Lid", "made": "2024-03-01T08:00:00Z", "state": "open", "who": "John Smith"}
    some = [{**case, "no": str(n), "mail": f"john@{n}.example"} for n in (1, 2)]
    (tmp_path / "some.json").write_text(json.dumps(some))
    lines = registry.read(
        "freshdesk", [str(tmp_path / "some.json")], Options(map=str(tmp_path / "own.toml")), ReadReport()
    )
    assert {line.customer_id for line in lines if isinstance(line, ImportedEntry)} == {
        namesake("John Smith", f"john@{n}.example") for n in (1, 2)
    }


@pytest.mark.parametrize(
    "columns, customer, address",
    [
        (("id", "Requester", "Requester email"), "Requester", "Requester email"),
        (("id", "Kunde", "E-Mail"), "Kunde", "E-Mail"),
        (
            ("key", "fields.reporter.displayName", "fields.reporter.emailAddress"),
            "fields.reporter.displayName",
            "fields.reporter.emailAddress",
        ),
        (("id", "Customer email"), "Customer email", ""),
        (("id", "Company", "Mail address"), "Company", ""),
        (("id", "Ragione sociale", "Mail address"), "Ragione sociale", ""),
        (("id", "Mail address"), "", ""),
    ],
)
def test_an_address_is_the_customers_where_it_can_tell_customers_apart(
    columns: tuple[str, ...], customer: str, address: str
) -> None:
    roles = guess_roles(columns, {})
    assert (roles.get("customer", ""), roles.get("address", "")) == (customer, address)


def test_a_customer_that_was_given_stays_the_customer() -> None:
    columns = ("id", "Company", "Customer email")
    assert guess_roles(columns, {"customer": "Company"}) == {"case": "id", "customer": "Company"}
    assert guess_roles(columns, {"customer": "Company", "address": "Customer email"})["address"] == "Customer email"
    assert "customer" not in guess_roles(columns, {"customer": ""})


def test_a_map_names_the_address(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text('case = "id"\ncustomer = "firm"\naddress = "mail"\nopened = "at"\n')
    assert parse_case_map((tmp_path / "m.toml").read_text()).address == "mail"
    read = Read(
        tmp_path,
        "csv",
        ("1", "Nordwind", "a@nord.example", "2024-03-01"),
        head=("id", "firm", "mail", "at"),
        map=str(tmp_path / "m.toml"),
    )
    assert read.last()["1"].customer_id == namesake("Nordwind", "a@nord.example")
    assert (
        Read(tmp_path, "csv", row("1", mail="a@b.example"), columns=(("address", ""),)).last()["1"].customer_id is None
    )


# Names that look like nothing


@TABLES
@pytest.mark.parametrize("name", ["Null", "None", "NA", "Na", "Nil", "Nan", "null"])
def test_people_are_called_so(kind: str, name: str, tmp_path: Path) -> None:
    read = Read(tmp_path, kind, row("1", name, owner="Ben"), row("2", "Carla", owner=name))
    assert read.last()["1"].customer == name
    assert [(doubt.kind, doubt.what, doubt.examples, doubt.blocks) for doubt in read.doubts] == [
        ("name-unclear", "Requester", (name,), False)
    ]
    assert (read.last()["2"].owner, read.last()["2"].nobody) == (None, True)


@TABLES
@pytest.mark.parametrize("nothing", ["", " ", "-", "--", "?", "0", "n/a", "(null)", "\\N"])
def test_nobody_is_called_so(kind: str, nothing: str, tmp_path: Path) -> None:
    read = Read(tmp_path, kind, row("1", nothing), row("2", owner=nothing))
    assert read.last()["1"].customer is None
    assert (read.last()["2"].owner, read.last()["2"].nobody, read.doubts) == (None, True, [])
