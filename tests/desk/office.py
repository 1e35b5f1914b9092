"""A small team with its own database, lines of another system's log, and the whole contents of a database."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterable
from functools import cache
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from careconsole.desk import Desk
from careconsole.desk.console import presence
from careconsole.desk.console.presence import Here
from careconsole.desk.imports.record import record
from careconsole.desk.imports.report import Report
from careconsole.desk.mail.receiving import Reception
from careconsole.desk.team import members
from careconsole.domain.case.event import Event
from careconsole.domain.case.state import Case
from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from careconsole.domain.mail.boxes import Box, BoxSettings, MailServer, Secret
from careconsole.domain.mail.received import Mailbox
from careconsole.intake.mail.coming_in import receive_stream
from careconsole.store import Store, create_store, open_store
from careconsole.store.engine.digests import DIGESTS
from careconsole.store.maintenance import database_info

MONDAY = 1_767_600_000_000
"""When everything begins (epoch milliseconds)."""
HOUR = 3_600_000

_places = itertools.count(1)
_folder = TemporaryDirectory(prefix="office")


@cache
def _empty() -> str:
    """Returns a database without a team, created once: copying it is faster than creating one for every office."""
    path = f"{_folder.name}/empty.db"
    create_store(path).close()
    return path


class Office:
    """A new database in `folder`: Ana leads and has duty, Dora leads too, Ben and Cleo are agents, Eve is a contact."""

    def __init__(self, folder: Path) -> None:
        self.path = str(folder / f"office{next(_places)}.db")
        self.now = MONDAY
        shutil.copyfile(_empty(), self.path)
        self.store: Store = open_store(self.path)
        self._others: list[Store] = []
        members.create_team(self._at(self.store, None), "Shop", ["Ana"], ["Ben", "Cleo"], ["Eve"])
        self.ids = {p.name: p.number for p in self.store.people.roster().people.values()}
        self.ids["Dora"] = members.add(self.desk("Ana"), "Dora", "lead")

    def desk(self, name: str = "Ana") -> Desk:
        return self._at(self.store, self.ids[name])

    def another(self, name: str = "Ana") -> Desk:
        """Returns the desk of somebody at another console, with its own connection to the same database."""
        self._others.append(open_store(self.path))
        return self._at(self._others[-1], self.ids[name])

    def close(self) -> None:
        """Closes every console."""
        for store in (self.store, *self._others):
            store.close()

    def _at(self, store: Store, person: int | None) -> Desk:
        return Desk(store, lambda: self.now, person, "desk 1", "os")

    def later(self, hours: float = 1) -> None:
        self.now += int(hours * HOUR)

    def bring(
        self, *lines: ImportedEntry | RejectedRecord, file: str = "log.csv", source: str = "old", **how: Any
    ) -> Report:
        """Ana imports these lines."""
        return record(self.desk(), lines, source=source, file=file, **how)

    def box(self, port: int = 25, name: str = "support") -> None:
        """The team has a box from which mail is sent, by a server on this machine."""
        server = MailServer(host="localhost", port=port, security="plain")
        settings = BoxSettings(address=Mailbox(f"{name}@shop.example", "Shop"), smtp=server, signature="The shop")
        box = Box(number=0, name=name, settings=settings, secret=Secret(), added_at=self.now)
        self.desk().write(lambda unit: unit.store.boxes.add(box))

    def mail(self, raw: bytes, name: str = "Ana") -> Reception:
        """A mail comes in."""
        return receive_stream(self.desk(name), BytesIO(raw))

    def case(self, number: int) -> Case:
        case = self.store.cases.get(number)
        assert case is not None
        return case

    def known_as(self, external: str, source: str = "old") -> Case:
        number = self.store.cases.by_external(source, external)
        assert number is not None
        return self.case(number)

    def history(self, number: int) -> list[Event]:
        return self.store.cases.history(number)

    def kinds(self, number: int) -> list[str]:
        return [event.kind for event in self.history(number)]

    def states(self) -> dict[str, dict[str, Any]]:
        """Returns the state of every imported case by its external id, with people and customers by name."""
        roster = self.store.people.roster()
        found = {}
        for case in self.store.cases.states("1 = 1", {}):
            (_, external), *_ = case.external
            customer = self.store.customers.get(case.customer) if case.customer else None
            found[external] = {
                **{name: getattr(case, name) for name in _STATE},
                "owner": roster.name(case.owner),
                "last_owner": roster.name(case.last_owner),
                "customer": customer.name if customer else None,
            }
        return found

    def sound(self) -> bool:
        """Asserts that the check of the database finds nothing; returns True."""
        assert database_info.check(self.store) == []
        return True


_STATE = [
    "version",
    "opened_at",
    "changed_at",
    "subject",
    "description",
    "channel",
    "priority",
    "tags",
    "fields",
    "label",
    "status",
    "resolved_at",
    "reopenings",
    "moves",
    "level",
    "highest",
    "unanswered",
    "answered_at",
    "contact_at",
    "parked",
    "imported",
]


def line(external: str, at: float, **said: Any) -> ImportedEntry:
    """A line of a log, `at` hours after its beginning 1000 hours before `MONDAY`. Its key is made of its content."""
    moment = MONDAY - 1000 * HOUR + int(at * HOUR)
    content = repr((external, moment, sorted(said.items())))
    return ImportedEntry(external, moment, blake2b(content.encode(), digest_size=8).digest(), 1, **said)


def contents(store: Store, *, event_ids: bool = True, without: Iterable[str] = ()) -> dict[str, list[Any]]:
    """Returns everything in a database by table, and its search words, without id sequences and digests.

    Without `event_ids`, events are identified by case and number alone. `without` are tables to leave out.
    """
    engine = store.engine
    tables = [
        row[0]
        for row in engine.fetch_all(
            "select name from sqlite_master where type = 'table' and name not like 'sqlite%'"
            " and name not like 'search%' and name not like '\\_%' escape '\\' order by name"
        )
        if row[0] not in {"seals", *without}
    ]
    found: dict[str, list[Any]] = {}
    for table in tables:
        columns = [row[1] for row in engine.fetch_all(f"pragma table_info({table})") if row[1] not in DIGESTS]
        rows = engine.fetch_all(f"select {', '.join(columns)} from {table}")
        if table == "events" and not event_ids:
            rows = [row[1:] for row in rows]
        found[table] = sorted(rows, key=repr)
    engine.execute("create virtual table temp.searched using fts5vocab(main, search, instance)")
    words = engine.fetch_all(
        "select term, case_id, number, offset from temp.searched"
        " left join events on events.id = doc order by 1, 2, 3, 4"
    )
    engine.execute("drop table temp.searched")
    found["words"] = words
    return found


def differences(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> dict[str, tuple[list[Any], list[Any]]]:
    """By table, the first rows that only one of two databases has; empty when they are the same."""
    return {
        table: (
            [r for r in before[table] if r not in after[table]][:3],
            [r for r in after[table] if r not in before[table]][:3],
        )
        for table in before.keys() | after.keys()
        if before.get(table) != after.get(table)
    }


# A log of three cases, as the tests of imports use it.

KETTLE = (
    line("A", 1, owner="Zoe", status="open", subject="Kettle cracked", customer="Carla"),
    line("A", 3, owner="Yan", status="open", level=1),
    line("A", 5, owner="Yan", status="resolved"),
)
LID = (
    line("B", 2, owner="Ben", status="open", subject="Lid lost", customer="Nils", tags=("lid",)),
    line("B", 3, owner="Ben", status="parked"),
    line("B", 6, nobody=True, status="open", fields={"team": "G2"}),
)
SPOUT = (line("C", 4, owner="Zoe", subject="Spout drips", customer="Carla", priority="high"),)
LOG = (*KETTLE, *LID, *SPOUT)
BY_TIME = tuple(sorted(LOG, key=lambda row: row.at))
UPSIDE_DOWN = tuple(reversed(BY_TIME))


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.new_cases, report.changed_cases, report.unchanged_cases, report.new_events


def others(desk: Desk, console: str) -> list[Here]:
    """The consoles besides `console` at which somebody is at work."""
    return presence.others(presence.everywhere(desk), console)
