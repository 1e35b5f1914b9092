"""Digests of what is stored, by which damage and tampering show (`store.maintenance.soundness` compares them).

A digest is BLAKE2b with 16 bytes over the JSON array of the values that go in, with blobs in base64. The triggers of
the schema make those of most tables, with `row_digest` as a function of SQL. Events are chained within their case; they
come in great numbers, so that the program makes their digests itself, one for all that a write adds to a case.

The format allows a text to be taken out of a chained row for privacy: the digest that was made with it stays, so that
the chain holds, and the column `redacted` gets a digest of that one and of what is left (`redacted_digest`). No command
does it yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec

from careconsole.store.engine.base import Engine, Row, parts

SIZE = 16
PLAIN = (
    *("team", "people", "customers", "customer_orders", "commands", "batches", "rejects", "external_ids", "person_ids"),
    *("customer_ids", "presence", "drafts", "views", "preferences", "visits", "leases", "addresses", "notices"),
)
"""The tables of which each row has a digest of all its columns."""
DIGESTS = ("digest", "chain", "redacted")
"""The columns that hold digests; all others go into one."""
COMMAND_FIELDS = ("id", "verb", "actor_id", "at", "workstation", "os_user", "takes")
"""What never changes of a command, and is chained."""
JOURNAL_FIELDS = ("id", "at", "actor_id", "workstation", "os_user", "kind", "about", "data")
EVENT_FIELDS = (
    *("id", "case_id", "number", "kind", "at", "recorded_at", "actor_id", "command_id", "batch_id", "row_key"),
    "data",
)
_AT_ONCE = 1_000
"""Cases whose events are in memory together."""

_encode = msgspec.json.Encoder().encode


def row_digest(*values: Any) -> bytes:
    """The digest of some values."""
    return blake2b(_encode(values), digest_size=SIZE).digest()


def block_digest(before: bytes | int | None, rows: Sequence[Sequence[Any]]) -> bytes:
    """The digest of the events that one write added to a case: their columns EVENT_FIELDS.

    `before` is the digest of the events before them; for the first ones the number of the import that brought the case.
    """
    return blake2b(_encode((before, rows)), digest_size=SIZE).digest()


def redacted_digest(digest: bytes, rows: Sequence[Sequence[Any]]) -> bytes:
    """What `redacted` holds where a text was taken out: a digest of the one that stays and of the rows as they are."""
    return row_digest("redacted", digest, rows)


def chained(rows: Iterable[Row], before: dict[int, Any]) -> Iterator[tuple[Any, ...]]:
    """Rows of events (EVENT_FIELDS), each with the digest it is stored with; those of a case come in their order.

    `before` has for each case what `block_digest` needs; it is kept up.
    """
    for case, group in groupby(rows, itemgetter(1)):
        block = list(group)
        last = block.pop()
        digest = before[case] = block_digest(before.get(case), (*block, last))
        for row in block:
            yield (*row, None)
        yield (*last, digest)


def register(connection: Any) -> None:
    """Makes `row_digest` a function of SQL on a connection; without it nothing can be written."""
    connection.create_function("row_digest", -1, row_digest, deterministic=True)


def columns(engine: Engine, table: str) -> list[str]:
    """The columns of a table that go into its rows' digests, in their order."""
    return [row[1] for row in engine.all(f"pragma table_info({table})") if row[1] not in DIGESTS]


def digest_of_row(engine: Engine, table: str) -> str:
    """The SQL expression of the digest of a row of one of the tables in PLAIN."""
    return f"row_digest('{table}', {', '.join(columns(engine, table))})"


def schema_digest(engine: Engine) -> bytes:
    """The digest of the schema's own text. What `analyze` adds to a database is left aside."""
    rows = engine.all(
        "select type, name, tbl_name, sql from sqlite_master where name not like 'sqlite_stat%' order by type, name"
    )
    return row_digest("schema", *rows)


def migrations_digest(engine: Engine) -> bytes:
    """The digest of the list of migrations that the database has seen."""
    return row_digest("migrations", *engine.all("select * from _sqlite_migrations order by rowid"))


def seal(engine: Engine) -> None:
    """Writes down the digests of the schema and of the list of migrations; the last step of a migration."""
    for name, digest in (("schema", schema_digest(engine)), ("migrations", migrations_digest(engine))):
        engine.run("update seals set digest = :digest where name = :name", {"name": name, "digest": digest})


def make_all(engine: Engine, progress: Callable[[int, int], None]) -> None:
    """Makes every digest of a database that had none; `progress` hears how many cases of how many are done."""
    for table in PLAIN:
        engine.run(f"update {table} set digest = {digest_of_row(engine, table)}")
    _chain(engine, "commands", "chain", ", ".join(COMMAND_FIELDS))
    _chain(engine, "journal", "digest", ", ".join(JOURNAL_FIELDS))
    count = engine.one("select count(*) from cases")
    total = count[0] if count else 0
    fields, done = ", ".join(EVENT_FIELDS), 0
    for part in parts(engine, "cases", "id, batch_id", _AT_ONCE):
        rows = engine.all(
            f"select {fields} from events where case_id between :first and :last order by case_id, number",
            {"first": part[0][0], "last": part[-1][0]},
        )
        made = [(row[-1], row[0]) for row in chained(rows, dict(part)) if row[-1] is not None]
        engine.many("update events set digest = ? where id = ?", made)
        done += len(part)
        progress(done, total)


def _chain(engine: Engine, table: str, column: str, fields: str) -> None:
    before: bytes | None = None
    made = []
    for row in engine.all(f"select {fields} from {table} order by id"):
        before = row_digest(table, before, *row)
        made.append((before, row[0]))
    engine.many(f"update {table} set {column} = ? where id = ?", made)
