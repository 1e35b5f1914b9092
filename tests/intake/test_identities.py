"""Whom a name means: the readers of systems that have ids tell them, so that the desk knows who is who."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from careconsole.domain.imported_record import ExternalIdentity, ImportedEntry
from careconsole.intake import registry
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.registry import Options
from tests.desk.office import Office
from tests.intake.kinds import EXPORTS, write
from tests.intake.tickets import tickets

WITH_IDS = ("zendesk", "jira", "freshdesk", "zammad", "helpscout", "intercom")


def read(kind: str, path: Path, **options: Any) -> list[ImportedEntry]:
    found = registry.read(kind, [str(path)], Options(kind=kind, **options), ReadReport())
    return [item for item in found if isinstance(item, ImportedEntry)]


@pytest.mark.parametrize("kind", WITH_IDS)
def test_every_name_comes_with_its_id(kind: str, tmp_path: Path) -> None:
    export = EXPORTS[kind]
    path = tmp_path / f"export.{export.ending}"
    write(path, export, tickets(30))
    lines = read(kind, path)
    customers = {line.customer_id.id for line in lines if line.customer and line.customer_id is not None}
    assert len(customers) > 3
    for line in lines:
        assert (line.customer is None) == (line.customer_id is None)
        assert line.owner is None or line.owner_id is not None
        if line.said is not None:
            assert (line.said.by is None) == (line.said.by_id is None)


def _zendesk(ticket: int, user: int, mail: str) -> Any:
    return {
        "tickets": [
            {
                "id": ticket,
                "created_at": "2024-03-01T08:00:00Z",
                "status": "open",
                "subject": "Kettle",
                "requester_id": user,
            }
        ],
        "users": [{"id": user, "name": "John Smith", "email": mail, "role": "end-user"}],
    }


def _jira(ticket: int, user: int, mail: str) -> Any:
    person = {"accountId": f"account-{user}", "displayName": "John Smith", "emailAddress": mail}
    fields = {"created": "2024-03-01T08:00:00.000+0000", "summary": "Kettle", "reporter": person}
    return {"issues": [{"key": f"HELP-{ticket}", "fields": fields}]}


def _freshdesk(ticket: int, user: int, mail: str) -> Any:
    requester = {"id": user, "name": "John Smith", "email": mail}
    at = "2024-03-01T08:00:00Z"
    return [
        {"id": ticket, "subject": "Kettle", "status": 2, "created_at": at, "requester_id": user, "requester": requester}
    ]


@pytest.mark.parametrize(
    ("kind", "made"),
    [("zendesk", _zendesk), ("jira", _jira), ("freshdesk", _freshdesk)],
    ids=["zendesk", "jira", "freshdesk"],
)
def test_two_customers_of_one_name_in_two_exports_are_two(kind: str, made: Any, tmp_path: Path) -> None:
    office = Office(tmp_path)
    for number in (1, 2, 3):
        path = tmp_path / f"{number}.json"
        user = min(number, 2)
        path.write_text(json.dumps(made(number, user, f"john@{user}.example")))
        report = office.bring(*read(kind, path), source=kind, file=path.name)
        assert report.new_customers == (number < 3), "the third ticket is of the second John"
    names = [row[0] for row in office.store.engine.fetch_all("select name from customers order by id")]
    assert names == ["John Smith", "John Smith (john@2.example)"]
    cases = office.store.engine.fetch_all("select count(*) from cases group by customer_id order by customer_id")
    assert [row[0] for row in cases] == [1, 2]
    office.close()


def test_on_a_server_of_jira_somebody_is_the_same_by_key_and_by_the_name_of_older_logs(tmp_path: Path) -> None:
    john = {"key": "JIRAUSER101", "name": "jsmith", "displayName": "John Smith"}
    items = [{"field": "assignee", "from": None, "to": "jsmith", "toString": "John Smith"}]
    history = {"id": "1", "created": "2024-03-02T08:00:00.000+0000", "items": items}
    fields = {"created": "2024-03-01T08:00:00.000+0000", "summary": "Kettle", "reporter": john, "assignee": john}
    log = {"total": 1, "histories": [history]}
    path = tmp_path / "issue.json"
    path.write_text(json.dumps({"key": "HELP-1", "fields": fields, "changelog": log}))
    owners = [line.owner_id for line in read("jira", path) if line.owner]
    assert owners == [ExternalIdentity("JIRAUSER101", "jsmith")] * 2
