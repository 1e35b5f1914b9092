"""Imports: what each brought, and the external ids by which a later import recognizes cases."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import msgspec

from careconsole.domain.case.event import Writer
from careconsole.domain.case.import_events import Imported
from careconsole.store.cases.writers import BY_PEOPLE, written_by
from careconsole.store.engine.base import Engine
from careconsole.store.engine.decoding import reader
from careconsole.store.engine.digests import row_digest
from careconsole.store.engine.inserts import insert_rows
from careconsole.store.imports.rejects import Rejects
from careconsole.store.team.people import Customers, People


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """An import.

    `status` is "running", "done", "rolled back", or "stopped" for one that ended early; one that was killed could not
    record that and stays "running". `counts` are by name: rows, rejected, cases, events, late_events, conflicts; they
    are kept after a rollback.
    """

    number: int
    source: str
    file: str
    status: str
    actor: int | None
    started_at: int
    finished_at: int | None
    counts: dict[str, int]


class ImportedCase(msgspec.Struct, frozen=True):
    """A stored case that an import names: its number, and a digest of the rows imported before."""

    case: int
    digest: bytes | None


class HistorySummary(msgspec.Struct):
    """A case's history in brief: its imported rows as (time, identity), any event by a person, any merge into it."""

    rows: list[tuple[int, bytes]] = []
    worked_on: bool = False
    absorbed: bool = False


class _Named(msgspec.Struct):
    owner: int | None = None
    customer: int | None = None
    by: int | None = None


class _Loser(msgspec.Struct):
    loser: int


_read_loser, _read_recorded, _read_named = reader(_Loser), reader(Imported), reader(_Named)
_read_counts = reader(dict[str, int])


def digest_of(keys: list[bytes]) -> bytes:
    """A digest of the identities of a case's rows, given in order of time."""
    return blake2b(b"".join(keys), digest_size=8).digest()


class Batches:
    """Reads and writes the record of imports."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.rejects = Rejects(engine)

    def begin(self, source: str, file: str, actor: int | None, at: int) -> int:
        """Records that an import begins and returns its number."""
        return self._engine.insert(
            "insert into batches (source, file, status, actor_id, started_at, counts)"
            " values (:source, :file, 'running', :actor, :at, '{}')",
            {"source": source, "file": file, "actor": actor, "at": at},
        )

    def update(self, number: int, status: str, counts: dict[str, int], at: int | None) -> None:
        """Records an import's status, counts and end."""
        self._engine.execute(
            "update batches set status = :status, counts = :counts, finished_at = :at where id = :id",
            {"status": status, "counts": msgspec.json.encode(counts).decode(), "at": at, "id": number},
        )

    def stop(self, number: int, counts: dict[str, int], at: int) -> None:
        """Records that a running import ended early: "running" with an end is read as "stopped"."""
        self._engine.execute(
            "update batches set counts = :counts, finished_at = :at where id = :id and status = 'running'",
            {"counts": msgspec.json.encode(counts).decode(), "at": at, "id": number},
        )

    def resume(self, number: int) -> None:
        """Records that a stopped import is running again."""
        self._engine.execute(
            "update batches set finished_at = null where id = :id and status = 'running'", {"id": number}
        )

    def get(self, number: int) -> Batch | None:
        """An import by number, or None."""
        found = self._read("where id = :id", {"id": number})
        return found[0] if found else None

    def all(self) -> list[Batch]:
        """Every import, the newest first."""
        return self._read("order by id desc", {})

    def imported_cases(self, source: str, externals: list[str]) -> dict[str, ImportedCase]:
        """The stored cases behind these external ids of `source`, by external id; unknown ids are left out."""
        among, params = self._engine.in_list("external_id", externals)
        rows = self._engine.fetch_all(
            f"select external_id, case_id, rows_digest from external_ids where source = :source and {among}",
            {"source": source, **params},
        )
        return {row[0]: ImportedCase(row[1], row[2]) for row in rows}

    def sources_of(self, externals: list[str]) -> dict[str, int]:
        """The sources that have cases with these external ids, each with how many, the one with most first.

        Of two with as many, the one that was imported last comes first.
        """
        among, params = self._engine.in_list("external_id", externals)
        rows = self._engine.fetch_all(
            f"select source, count(*) from external_ids where {among} group by source", params
        )
        latest = {batch.source: -place for place, batch in reversed(list(enumerate(self.all())))}
        return dict(sorted(rows, key=lambda row: (-row[1], -latest.get(row[0], -len(latest)), row[0])))

    def stored(self, cases: list[int]) -> dict[int, HistorySummary]:
        """The histories of some cases in brief, by case; cases without events are left out."""
        among, params = self._engine.in_list("case_id", cases)
        found: dict[int, HistorySummary] = {}
        for case, at, key, by_people, absorbed in self._engine.fetch_all(
            f"select case_id, at, row_key, {BY_PEOPLE}, kind = 'absorbed' from events"
            f" where {among} order by case_id, at, number",
            params,
        ):
            history = found.get(case)
            if history is None:
                history = found[case] = HistorySummary()
            if key is not None:
                history.rows.append((at, key))
            history.worked_on = history.worked_on or bool(by_people)
            history.absorbed = history.absorbed or bool(absorbed)
        return found

    def name(self, rows: list[tuple[str, str, int, bytes]]) -> None:
        """Stores external ids of cases with the digest of their rows: (source, external id, case, digest)."""
        insert_rows(
            self._engine,
            "external_ids",
            ("source", "external_id", "case_id", "rows_digest", "digest"),
            [(*row, row_digest("external_ids", *row)) for row in rows],
            " on conflict (source, external_id) do update set rows_digest = excluded.rows_digest",
        )

    def row_keys(self, case: int) -> list[bytes]:
        """The identities of a case's imported rows, in order of time."""
        rows = self._engine.fetch_all(
            "select row_key from events where case_id = :id and row_key is not null order by at, number", {"id": case}
        )
        return [row[0] for row in rows]

    def absorbed(self, case: int) -> list[int]:
        """The cases that were ever merged into a case, undone merges included."""
        rows = self._engine.fetch_all("select data from events where case_id = :id and kind = 'absorbed'", {"id": case})
        return [_read_loser(row[0], f"An event of case {case}").loser for row in rows]

    def worked_on(self, case: int) -> bool:
        """Whether a case has events written by a person or by a mail, not only by imports and the sweep."""
        sql = f"select 1 from events where case_id = :id and {BY_PEOPLE} limit 1"
        return self._engine.fetch_one(sql, {"id": case}) is not None

    def worked_on_since(self, batch: int) -> list[int]:
        """The cases an import created that a person has worked on since, or to which another import added events."""
        rows = self._engine.fetch_all(
            "select id from cases where batch_id = :batch and exists (select 1 from events where case_id = cases.id"
            f" and ({BY_PEOPLE} or {written_by(Writer.IMPORT)} and events.batch_id <> :batch))"
            " order by id",
            {"batch": batch},
        )
        return [int(row[0]) for row in rows]

    def has_cases_of(self, batch: int, customer: int) -> bool:
        """Whether a customer has cases that an import created."""
        sql = "select 1 from cases where customer_id = :customer and batch_id = :batch limit 1"
        return self._engine.fetch_one(sql, {"customer": customer, "batch": batch}) is not None

    def created_cases(self, batch: int) -> list[int]:
        """The cases an import created."""
        rows = self._engine.fetch_all("select id from cases where batch_id = :batch order by id", {"batch": batch})
        return [int(row[0]) for row in rows]

    def added_to(self, batch: int) -> list[int]:
        """The cases an import did not create but added events to."""
        rows = self._engine.fetch_all(
            "select distinct case_id from events where batch_id = :batch"
            " and case_id not in (select id from cases where batch_id = :batch) order by case_id",
            {"batch": batch},
        )
        return [int(row[0]) for row in rows]

    def changed(self) -> dict[int, int]:
        """By import, how many cases it did not create but added events to; imports without any are left out."""
        rows = self._engine.fetch_all(
            "select events.batch_id, count(distinct events.case_id) from events"
            " join cases on cases.id = events.case_id where events.batch_id is not null"
            " and (cases.batch_id is null or cases.batch_id <> events.batch_id) group by events.batch_id"
        )
        return {row[0]: row[1] for row in rows}

    def people(self, batch: int, most: int) -> list[str]:
        """The names of the people whom an import was the first to name, at most `most`."""
        sql = "select name from people where batch_id = :batch order by id limit :most"
        return [row[0] for row in self._engine.fetch_all(sql, {"batch": batch, "most": most})]

    def inert(self, batch: int) -> list[tuple[int, Imported]]:
        """The facts that an import brought too late to change anything, each with its case, in the histories' order."""
        rows = self._engine.fetch_all(
            "select case_id, data from events where batch_id = :batch and kind = 'recorded'"
            " and data like '%\"inert\":true%' order by case_id, number",
            {"batch": batch},
        )
        found = [(row[0], _read_recorded(row[1], f"An event of case {row[0]}")) for row in rows]
        return [(case, fact) for case, fact in found if fact.inert]  # `like` only preselects

    def merges(self) -> list[tuple[int, int]]:
        """The merges reported by sources, each case with the one it was merged into, if that is known here."""
        rows = self._engine.fetch_all(
            "select case_id, data from events where kind = 'recorded' and data like '%\"into\":%' order by id"
        )
        found = [(row[0], _read_recorded(row[1], f"An event of case {row[0]}").into) for row in rows]
        return [(case, into) for case, into in found if into is not None]

    def sizes(self, batch: int) -> tuple[int, int]:
        """How many cases an import created, and how many events it brought."""
        cases = self._engine.fetch_one("select count(*) from cases where batch_id = :batch", {"batch": batch})
        events = self._engine.fetch_one("select count(*) from events where batch_id = :batch", {"batch": batch})
        return (cases or (0,))[0], (events or (0,))[0]

    def remember_rows(self, case: int) -> None:
        """Stores the digest of a case's present rows; only for a case that only imports have written."""
        self._engine.execute(
            "update external_ids set rows_digest = :digest where case_id = :id",
            {"digest": digest_of(self.row_keys(case)), "id": case},
        )

    def forget_names(self, batch: int, people: People, customers: Customers) -> None:
        """Removes the people and customers that an import was the first to name and that nothing refers to now.

        Also removes the external ids and mail addresses that it brought, unless an event from the same source refers to
        their owner.
        """
        named: set[int] = set()
        named_customers: set[int] = set()
        sources_people: set[tuple[str | None, int | None]] = set()
        sources_customers: set[tuple[str | None, int | None]] = set()
        naming = "'recorded', 'opened', 'edited', 'absorbed'"
        for data, source in self._engine.fetch_all(
            "select data, source from events left join batches on batches.id = events.batch_id"
            f" where kind in ({naming})"
        ):
            said = _read_named(data, "An imported event")
            named.update((said.owner or 0, said.by or 0))
            named_customers.add(said.customer or 0)
            sources_people.update(((source, said.owner), (source, said.by)))
            sources_customers.add((source, said.customer))
        people.known_as.unlearn(batch, sources_people)
        customers.known_as.unlearn(batch, sources_customers)
        # A person whom the team has ever changed (version above 1) may occur in histories, logs and covers.
        strangers = "select id from people where batch_id = :batch and version = 1 and active = 0"
        for row in self._engine.fetch_all(strangers, {"batch": batch}):
            if row[0] not in named:
                people.remove(row[0])
        unused = (
            "select id from customers where batch_id = :batch and version = 1"
            " and not exists (select 1 from cases where customer_id = customers.id)"
            " and not exists (select 1 from customer_orders where customer_id = customers.id)"
            " and not exists (select 1 from customer_addresses where customer_id = customers.id)"
            " and not exists (select 1 from merged_customers where customers.id in (customer_id, into_id))"
        )
        for row in self._engine.fetch_all(unused, {"batch": batch}):
            if row[0] not in named_customers:
                customers.remove(row[0])
        (source,) = self._engine.fetch_one("select source from batches where id = :batch", {"batch": batch}) or (None,)
        staying = "select id, email from customers where batch_id = :batch and version = 1 and email <> ''"
        for number, address in self._engine.fetch_all(staying, {"batch": batch}):
            if (source, number) not in sources_customers:
                customers.links.take_back(number, address)

    def _read(self, rest: str, params: dict[str, Any]) -> list[Batch]:
        rows = self._engine.fetch_all(
            f"select id, source, file, status, actor_id, started_at, finished_at, counts from batches {rest}", params
        )
        return [
            Batch(
                number=r[0],
                source=r[1],
                file=r[2],
                status="stopped" if r[3] == "running" and r[6] is not None else r[3],
                actor=r[4],
                started_at=r[5],
                finished_at=r[6],
                counts=_read_counts(r[7], f"Import {r[0]}"),
            )
            for r in rows
        ]
