"""A database of a team, and the exports of one system that are imported into it through the command line."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from careconsole.domain.case.state import Case
from careconsole.store import open_store
from careconsole.store.maintenance import database_info
from tests.cli.console import Console, Result
from tests.desk.office import contents
from tests.intake.kinds import EXPORTS, write
from tests.intake.tickets import Ticket, later, tickets

COUNT = 170
BAD = 153
"""The number of the ticket that is spoiled or changed; there are others before and after it."""
NOTED = ["batches", "rejects"]
"""The tables that keep rows of an import that was rolled back."""

_folder = TemporaryDirectory(prefix="place")


@cache
def team() -> str:
    """Returns a database with a team, created once: copying it is faster."""
    path = f"{_folder.name}/team.db"
    assert Console(path).call("init", "--team", "Shop", "--lead", "Ana", "--agent", "Ben").code == 0
    return path


class Place:
    """A database with a team, and the exports of one system that are imported into it."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind = kind
        self.export = EXPORTS[kind]
        self.console = Console(str(folder / "desk.db"))
        shutil.copyfile(team(), self.console.db)
        self.file = folder / f"{kind}.{self.export.ending}"
        self.words = list(self.export.words)
        if self.export.users is not None:
            people = folder / f"{kind}-people.json"
            people.write_bytes(msgspec.json.encode(self.export.users))
            self.words += ["--users", str(people)]
        self.has(tickets(COUNT))

    def has(self, some: Iterable[Ticket], spoil: int = 0) -> None:
        """Writes an export of these tickets."""
        write(self.file, self.export, some, spoil=spoil)

    @property
    def importing(self) -> tuple[str, ...]:
        return ("import", self.kind, str(self.file), *self.words)

    def bring(self, *more: str) -> Result:
        return self.console.call(*self.importing, "--json", *more)

    def contents(self, **how: Any) -> dict[str, list[Any]]:
        """Returns everything in the database, with case states decoded: their defaults may be written or left out."""
        store = open_store(self.console.db)
        try:
            found = contents(store, **how)
            state = [row[1] for row in store.engine.fetch_all("pragma table_info(cases)")].index("state")
        finally:
            store.close()
        found["cases"] = [
            (*row[:state], msgspec.json.decode(row[state], type=Case), *row[state + 1 :]) for row in found["cases"]
        ]
        return found

    def sound(self) -> bool:
        store = open_store(self.console.db)
        try:
            return database_info.check(store) == []
        finally:
            store.close()

    def shown(self, ticket: Ticket) -> Any:
        """The case of a ticket, as `show --json` tells it."""

    def number(self, ticket: Ticket) -> int:
        store = open_store(self.console.db)
        try:
            row = store.engine.fetch_one(
                "select case_id from external_ids where external_id = :id", {"id": self.export.case(ticket.number)}
            )
        finally:
            store.close()
        assert row is not None
        return int(row[0])

    def cases(self) -> dict[str, Any]:
        """Returns every case with its history, by its external id."""
        lines = self.console.call("export", "cases").out.splitlines()
        found = [msgspec.json.decode(line) for line in lines]
        return {external["id"]: one for one in found for external in one["case"]["external"]}


def with_a_later_one() -> Iterator[Ticket]:
    """The tickets of a later export, in which one has changed."""
    for ticket in tickets(COUNT):
        yield later(ticket) if ticket.number == BAD else ticket
