"""The end of a case in tables, in Zendesk's audits and in Jira's change log, where they contradict themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from careconsole.domain.imported_record import ImportedEntry
from careconsole.intake import registry
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.registry import Options
from tests.cli.console import Console
from tests.intake.place import team
from tests.intake.tickets import Document

HEAD = "id,subject,status,created,resolved,closed"


def _entries(kind: str, path: Path) -> tuple[list[ImportedEntry], list[str]]:
    """What a file says in order of time, without rejects, and the doubts about ends."""
    seen = ReadReport()
    lines = [line for line in registry.read(kind, [str(path)], Options(zone="UTC"), seen)]
    entries = [line for line in lines if isinstance(line, ImportedEntry)]
    assert len(entries) == len(lines)
    doubts = [doubt.kind for doubt in seen.doubts.listed() if doubt.kind.startswith("end")]
    return sorted(entries, key=lambda entry: entry.at), doubts


class Table:
    """A table with one row, imported."""

    def __init__(self, folder: Path, row: str, head: str = HEAD) -> None:
        self.file = folder / "table.csv"
        self.console = Console(str(folder / "desk.db"))
        Path(self.console.db).write_bytes(Path(team()).read_bytes())
        self.has(row, head)
        self.doubts = _entries("csv", self.file)[1]

    def has(self, row: str, head: str = HEAD) -> None:
        self.file.write_text(f"{head}\n{row}\n")
        done = self.console.call("import", "csv", str(self.file), "--zone", "UTC", "--source", "t", "--json")
        assert done.code == 0, done.err

    @property
    def case(self) -> dict[str, Any]:
        (shown,) = self.console.call("show", "1", "--json").json
        return {name: shown["case"][name] for name in ("status", "resolved_at", "reopenings")}


def _case(status: str, resolved_at: str | None, reopenings: int = 0) -> dict[str, Any]:
    return {"status": status, "resolved_at": resolved_at, "reopenings": reopenings}


def test_a_case_that_was_closed_after_its_resolution_keeps_the_resolution(tmp_path: Path) -> None:
    table = Table(tmp_path, "A,Kettle,closed,2026-01-05T09:00:00Z,2026-01-06T10:00:00Z,")
    assert table.case == _case("closed", "2026-01-06T10:00:00Z")
    shown = " ".join(table.console.call("show", "1").out.split())
    assert "status closed (closed), resolved 2026-01-06 10:00" in shown
    assert table.console.call("measures", "--json").json["resolution_seconds"]["n"] == 1
    assert table.doubts == []


def test_closed_and_resolved_at_one_time_are_both(tmp_path: Path) -> None:
    table = Table(tmp_path, "A,Kettle,closed,2026-01-05T09:00:00Z,2026-01-06T10:00:00Z,2026-01-06T10:00:00Z")
    assert table.case == _case("closed", "2026-01-06T10:00:00Z")


def test_a_second_holds_the_milliseconds_in_it(tmp_path: Path) -> None:
    table = Table(tmp_path, "A,Kettle,resolved,2026-01-05T09:00:00.700Z,2026-01-05T09:00:00Z,")
    assert table.case == _case("resolved", "2026-01-05T09:00:00.700Z")
    assert table.doubts == []


def test_a_day_is_no_time_for_a_case_that_began_on_it(tmp_path: Path) -> None:
    table = Table(tmp_path, "A,Kettle,resolved,2026-01-05T09:00:00Z,2026-01-05,")
    assert table.case == _case("resolved", None)
    assert table.doubts == []
    assert Table(tmp_path, "B,Kettle,resolved,2026-01-05T09:00:00Z,2026-01-04,").doubts == ["end-before-opening"]


def test_an_end_that_comes_first_ends_a_case_without_a_status_too(tmp_path: Path) -> None:
    head = "id,subject,created,resolved"
    table = Table(tmp_path, "A,Kettle,2026-01-05T09:00:01Z,2026-01-05T09:00:00Z", head)
    assert table.case == _case("resolved", None)
    assert table.doubts == ["end-before-opening"]


def test_of_two_ends_the_one_that_can_be_counts(tmp_path: Path) -> None:
    table = Table(tmp_path, "A,Kettle,resolved,2026-01-05T09:00:01Z,2026-01-05T09:00:00Z,2026-01-06T09:00:00Z")
    assert table.case == _case("resolved", "2026-01-06T09:00:00Z")
    assert table.doubts == ["end-before-opening"]


def test_an_open_case_with_an_end_stays_open_and_is_told(tmp_path: Path) -> None:
    table = Table(tmp_path, "A,Kettle,open,2026-01-05T09:00:00Z,2026-01-06T10:00:00Z,")
    assert table.case == _case("open", None)
    assert table.doubts == ["end-of-open"]


def test_how_long_a_case_took_is_not_known_without_its_beginning(tmp_path: Path) -> None:
    table = Table(tmp_path, "A,Kettle,resolved,2026-01-06T10:00:00Z", "id,subject,status,resolved")
    assert table.case == _case("resolved", "2026-01-06T10:00:00Z")
    found = table.console.call("measures", "--json").json
    assert (found["resolution_seconds"]["n"], found["resolutions_undated"]) == (0, 1)


def test_a_later_table_that_knows_the_end_tells_it(tmp_path: Path) -> None:
    table = Table(tmp_path, "A,Kettle,resolved,2026-01-05T09:00:00Z,,")
    assert table.case == _case("resolved", None)
    table.has("A,Kettle,resolved,2026-01-05T09:00:00Z,2026-01-06T10:00:00Z,")
    assert table.case == _case("resolved", "2026-01-06T10:00:00Z")
    assert table.console.call("measures", "--json").json["resolutions_undated"] == 0
    assert table.console.call("batch", "rollback", "2").code == 0
    assert table.case == _case("resolved", None)


@pytest.mark.parametrize(
    "word, on", [("Waiting on third party", "third party"), ("Wartet auf Kunde", "customer"), ("Pending", "customer")]
)
def test_a_parked_case_waits_on_the_party_its_status_names(word: str, on: str, tmp_path: Path) -> None:
    table = Table(tmp_path, f"A,Kettle,{word},2026-01-05T09:00:00Z,,")
    (shown,) = table.console.call("show", "1", "--json").json
    assert (shown["case"]["parked"]["on"], shown["case"]["waiting_since"] is None) == (on, on == "customer")


TICKET: Document = {
    "url": "https://x.zendesk.com/api/v2/tickets/7.json",
    "id": 7,
    "created_at": "2026-01-05T09:00:01Z",
    "updated_at": "2026-01-05T09:00:01Z",
    "subject": "Kettle",
    "status": "solved",
    "requester_id": 5,
    "submitter_id": 5,
    "assignee_id": 9,
}
AUDIT: Document = {
    "id": 70,
    "ticket_id": 7,
    "created_at": "2026-01-05T09:00:00Z",
    "author_id": 9,
    "events": [{"id": 71, "type": "Create", "field_name": "status", "value": "solved"}],
}


@pytest.mark.parametrize("apart", [False, True])
def test_an_audit_that_solves_a_ticket_before_it_began_reopens_nothing(apart: bool, tmp_path: Path) -> None:
    path = tmp_path / "z.json"
    document = {"tickets": [TICKET], "audits": [AUDIT]} if apart else {"tickets": [{**TICKET, "audits": [AUDIT]}]}
    path.write_bytes(msgspec.json.encode(document))
    entries, doubts = _entries("zendesk", path)
    assert [(entry.status, entry.undated) for entry in entries] == [
        ("open", False),
        ("resolved", True),
        ("resolved", True),
    ]
    assert doubts == ["end-before-opening"]


def test_a_change_that_ends_an_issue_before_it_began_reopens_nothing(tmp_path: Path) -> None:
    done = {"name": "Done", "statusCategory": {"key": "done"}}
    item = {"field": "status", "fieldId": "status", "from": "1", "fromString": "Open", "to": "3", "toString": "Done"}
    issue = {
        "key": "HELP-1",
        "fields": {
            "summary": "Kettle",
            "created": "2026-01-05T09:00:01Z",
            "updated": "2026-01-05T09:00:00Z",
            "status": done,
        },
        "changelog": {"total": 1, "histories": [{"id": "1", "created": "2026-01-05T09:00:00Z", "items": [item]}]},
    }
    path = tmp_path / "j.json"
    path.write_bytes(msgspec.json.encode({"issues": [issue]}))
    entries, doubts = _entries("jira", path)
    assert [(entry.status, entry.undated) for entry in entries] == [
        ("open", False),
        ("resolved", True),
        ("resolved", True),
    ]
    assert doubts == ["end-before-opening"]
