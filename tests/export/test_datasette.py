"""The copy for Datasette: plain tables that say what the desk says, and nothing that is nobody else's."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.console import drafts, presence
from careconsole.desk.queries import case_queries
from careconsole.desk.team import members
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.promises import KeepPromise, Promise
from careconsole.domain.errors import WrongUse
from careconsole.export import datasette
from careconsole.export.datasette import TABLES, VIEWS, write_copy
from careconsole.present.json_views import queue_entries
from tests.desk.office import LOG, Office

SUBJECT = "Kettle [/] \x1b[31m é 茶"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    office.bring(*LOG)
    ben = office.desk("Ben")
    number = execution.open_case(ben, OpenCase(subject=SUBJECT, owner=office.ids["Ben"], tags=("vip",)), "Carla").opened
    execution.execute(ben, "promise", Promise(text="a new one", due=office.now + 3_600_000), [number])
    execution.execute(ben, "promise", Promise(text="a call", due=office.now + 7_200_000), [number])
    execution.execute(ben, "keep", KeepPromise(promise=3), [number])
    taken_back = execution.open_case(ben, OpenCase(subject="By mistake"), "Nils").opened
    undo_redo.undo(ben)
    assert office.case(taken_back).status == "void"
    yield office
    office.close()


@pytest.fixture
def copy(office: Office, tmp_path: Path) -> str:
    path = str(tmp_path / "copy.db")
    write_copy(office.desk(), path)
    return path


def read(path: str, sql: str, *params: Any) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(sql, params)]


def test_cases_have_names_and_times_and_are_due_as_in_the_queue(office: Office, copy: str) -> None:
    found = {row["number"]: row for row in read(copy, "select * from cases")}
    asked = msgspec.to_builtins(queue_entries(case_queries.queue(office.desk())))
    assert [row["number"] for row in read(copy, "select number from queue")] == [entry["number"] for entry in asked]
    for entry in asked:
        row = found[entry["number"]]
        same = ("subject", "customer", "owner", "answerable", "level", "status", "due_at", "due_kind", "waiting_since")
        assert [row[name] for name in same] == [entry[name] for name in same]
        assert json.loads(row["tags"]) == entry["tags"]
        assert row["hops"] == entry["hops"]
    (ours,) = [row for row in found.values() if row["subject"] == SUBJECT]
    assert (ours["owner"], ours["customer"], ours["opened_at"]) == ("Ben", "Carla", "2026-01-05T08:00:00Z")


def test_every_event_is_a_sentence_and_stands_with_its_case(office: Office, copy: str) -> None:
    events = read(copy, "select * from events join cases on cases.number = case_number where subject = ?", SUBJECT)
    assert [row["sentence"] for row in events] == [
        f"Ben opened it (other), owned by Ben: {SUBJECT}",
        "Ben promised by 2026-01-05T09:00:00Z: a new one",
        "Ben promised by 2026-01-05T10:00:00Z: a call",
        'Ben kept the promise "a call"',
    ]
    assert json.loads(events[1]["data"])["by"] == "Ben"
    assert [row["public"] for row in events] == [1, 1, 1, 0]


def test_promises_tell_what_became_of_them(copy: str) -> None:
    found = read(copy, "select text, promised_by, outcome, ended_at from promises order by number")
    assert [tuple(row.values()) for row in found] == [
        ("a new one", "Ben", "open", None),
        ("a call", "Ben", "kept", "2026-01-05T08:00:00Z"),
    ]
    assert [row["text"] for row in read(copy, "select * from open_promises")] == ["a new one"]


def test_what_was_opened_by_mistake_is_not_in_it(office: Office, copy: str) -> None:
    every = {row[0] for row in office.store.engine.fetch_all("select id from cases where status <> 'void'")}
    assert {row["number"] for row in read(copy, "select number from cases")} == every
    assert b"By mistake" not in Path(copy).read_bytes()


def test_what_is_nobody_elses_is_not_in_it(office: Office, tmp_path: Path) -> None:
    """Words not yet sent, who is where, logins, and how to reach colleagues."""
    secret = "zqxj"
    ben = office.desk("Ben")
    drafts.save_draft(ben, drafts.Draft(1, "note", {"text": f"{secret} draft"}, None, office.now))
    presence.announce(ben, f"{secret} console", 1, False)
    members.change(office.desk(), "Ben", os_user=f"{secret}login")
    members.add(office.desk(), "Fay", "contact", reach=f"{secret} phone")
    path = tmp_path / "copy.db"
    write_copy(office.desk(), str(path), search=True)
    data = path.read_bytes()
    assert secret.encode() not in data
    assert b"desk 1" not in data
    assert b"Carla" in data


def test_it_is_read_only_and_its_owners_alone_and_one_file(copy: str, tmp_path: Path) -> None:
    assert os.stat(copy).st_mode & 0o777 == 0o400
    assert [name for name in os.listdir(tmp_path) if name.startswith("copy")] == ["copy.db"]
    assert read(copy, "pragma journal_mode") != [{"journal_mode": "wal"}]
    assert read(copy, "pragma integrity_check") == [{"integrity_check": "ok"}]
    assert read(copy, "pragma foreign_key_check") == []


def test_every_table_and_view_can_be_read_and_refers_to_what_is_there(copy: str) -> None:
    for name in [*(table.name for table in TABLES), *VIEWS]:
        read(copy, f"select * from {name}")
    keys = read(copy, "select * from pragma_foreign_key_list('events')")
    assert [(key["from"], key["table"], key["to"]) for key in keys] == [("case_number", "cases", "number")]


def test_words_can_be_searched_when_asked_for(office: Office, tmp_path: Path) -> None:
    path = str(tmp_path / "copy.db")
    write_copy(office.desk(), path, search=True)
    found = read(
        path, "select subject from cases where rowid in (select rowid from cases_fts where cases_fts match 'kettle')"
    )
    assert sorted(row["subject"] for row in found) == sorted(["Kettle cracked", SUBJECT])
    assert read(path, "select * from events_fts where events_fts match 'promised'")


def test_an_earlier_copy_is_replaced_and_nothing_else_is(office: Office, copy: str, tmp_path: Path) -> None:
    execution.open_case(office.desk(), OpenCase(subject="Later"), "Nils")
    write_copy(office.desk(), copy)
    assert read(copy, "select 1 from cases where subject = 'Later'")
    other = tmp_path / "notes.txt"
    other.write_text("mine")
    for target in (other, Path(office.path)):
        before = target.read_bytes()
        with pytest.raises(WrongUse):
            write_copy(office.desk(), str(target))
        assert target.read_bytes() == before
    with pytest.raises(WrongUse):
        write_copy(office.desk(), str(tmp_path / "nowhere" / "copy.db"))
    assert not list(tmp_path.glob("*.part"))


def test_people_can_go_on_working_while_it_is_written(office: Office, tmp_path: Path) -> None:
    """It is one state: the reading holds nobody up, and nothing of what they do is in it."""
    other = office.another("Ben")
    rows = datasette._rows(office.desk())

    def slow() -> Iterator[Any]:
        for count, row in enumerate(rows):
            if count == 5:
                execution.open_case(other, OpenCase(subject="Meanwhile"), "Nils")
            yield row

    found = office.store.engine.read(lambda: list(slow()))
    subjects = [row["subject"] for name, row in found if name == "cases"]
    assert "Meanwhile" not in subjects
    assert SUBJECT in subjects
