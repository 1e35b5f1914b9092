"""A database whose cases an older program folded: opened, every case is what its history says today."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from careconsole.desk.cases import execution, undo_redo
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.parking import Park
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.errors import CareError
from careconsole.store import open_store
from careconsole.store.engine.driver import sqlite3
from careconsole.store.engine.schema_version import LATEST
from careconsole.store.maintenance import database_info, refold
from tests.desk.office import HOUR, LOG, Office, contents, differences
from tests.store.older import make_older

# What the fold of shape 2 did not know yet.
_NEW = ("asked_at", "told_at", "rests", "reopened_at")


@pytest.fixture
def older(tmp_path: Path) -> tuple[str, dict[str, list[Any]]]:
    """A database of shape 2 with cases of many kinds, and what it should hold when it is brought to the present."""
    office = Office(tmp_path)
    office.bring(*LOG)
    desk = office.desk("Ben")
    for number in range(12):
        command = OpenCase(subject=f"Kettle {number}", channel="email", owner=office.ids["Ben"])
        opened = execution.open_case(desk, command, "Carla").opened
        assert opened is not None
        office.later(1)
        execution.execute(desk, "park", Park(on="customer", until=office.now + 9 * HOUR), [opened])
        office.later(1)
        execution.execute(desk, "log", LogMessage(text="Thanks!", inbound=True), [opened])
        execution.execute(desk, "log", LogMessage(text="It is red", inbound=True), [opened])
        if number % 3 == 0:
            execution.execute(desk, "resolve", Resolve(said="sent", answer="told"), [opened])
        if number % 4 == 0:
            execution.execute(office.desk(), "log", LogMessage(text="broken again", inbound=True), [opened])
    execution.open_case(desk, OpenCase(subject="A slip", channel="email"), "Nils")
    undo_redo.undo(desk)
    expected = contents(office.store)
    expected["team"] = [row for row in expected["team"] if row[0] != "identity"]
    office.close()
    path = make_older(str(tmp_path / "older.db"), 2, office.path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for number, state in connection.execute("select id, state from cases").fetchall():
            kept = {name: value for name, value in json.loads(state).items() if name not in _NEW}
            kept["worked_at"] = kept["changed_at"]
            connection.execute("update cases set state = ?, due_at = 5 where id = ?", (json.dumps(kept), number))
    return path, expected


@pytest.mark.parametrize("at_once", [1, 4, 1_000])
def test_every_case_is_rebuilt_when_an_older_database_is_opened(
    older: tuple[str, dict[str, list[Any]]], at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refold, "_AT_ONCE", at_once)
    path, expected = older
    with closing(open_store(path)) as store:
        assert database_info.check(store) == []
        found = contents(store)
        (made,) = set(found["team"]) - set(expected["team"])
        assert made == ("identity", store.people.identity()), "it had none before"
        found["team"].remove(made)
        assert differences(found, expected) == {}


def test_a_case_without_a_history_stops_it_and_leaves_the_database_as_it_was(
    older: tuple[str, dict[str, list[Any]]],
) -> None:
    path, _ = older
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("insert into maintenance (reason) values ('a test')")
        connection.execute("delete from events where case_id = 7")
        connection.execute("delete from maintenance")
    with pytest.raises(CareError, match="no history"):
        open_store(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("pragma user_version").fetchone()[0] == 2 != LATEST
