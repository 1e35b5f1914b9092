"""Digests of stored data, which reveal damage and tampering (`store.maintenance.damage_check` verifies them).

A digest is a 16-byte BLAKE2b hash of a JSON array of values, with blobs in base64. For most tables, triggers in the
schema compute it, calling the SQL function `row_digest`. Events are chained within their case; because there are so
many, the program computes their digests itself, one for all the events that a write adds to a case.

The format allows text to be removed from a chained row for privacy: the original digest stays, so that the chain still
verifies, and the column `redacted` gets a digest of it and of the remaining values (`redacted_digest`). No command does
this yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec

from careconsole.store.engine.base import Engine, Row, chunks
from careconsole.store.engine.blake2 import blake2b

SIZE = 16
PLAIN = (
    *("team", "people", "customers", "customer_orders", "commands", "batches", "rejects", "external_ids", "person_ids"),
    *("customer_ids", "causes", "presence", "drafts", "views", "preferences", "visits", "leases", "addresses"),
    *("customer_addresses", "merged_customers"),
    *("notices", "playbook_words", "receipts", "digest_addresses", "mails", "mail_names", "boxes"),
    *("box_mails", "mail_senders", "outgoing", "undelivered_addresses"),
    "automatic_answers",
)
"""The tables in which each row has a digest of all its columns."""
DIGESTS = ("digest", "chain", "redacted")
"""The columns that hold digests; a row's digest covers all others."""
COMMAND_FIELDS = ("id", "verb", "actor_id", "at", "workstation", "os_user", "takes")
"""The columns of a command that never change, and are chained."""
JOURNAL_FIELDS = ("id", "at", "actor_id", "workstation", "os_user", "kind", "about", "data")
PLAYBOOK_FIELDS = ("id", "playbook_id", "number", "kind", "at", "actor_id", "command_id", "data")
EVENT_FIELDS = (
    *("id", "case_id", "number", "kind", "at", "recorded_at", "actor_id", "command_id", "batch_id", "row_key"),
    "data",
)
_AT_ONCE = 1_000
"""Cases whose events are held in memory together."""

_encode = msgspec.json.Encoder().encode


def row_digest(*values: Any) -> bytes:
    """The digest of some values."""
    return blake2b(_encode(values), digest_size=SIZE).digest()


def block_digest(before: bytes | int | None, rows: Sequence[Sequence[Any]]) -> bytes:
    """The digest of the events that one write added to a case: their columns EVENT_FIELDS.

    `before` is the digest before them; for the first events, the number of the import that created the case, or None.
    """
    return blake2b(_encode((before, rows)), digest_size=SIZE).digest()


def redacted_digest(digest: bytes, rows: Sequence[Sequence[Any]]) -> bytes:
    """The value of `redacted` after text was removed: a digest of the original digest and of the rows as they are."""
    return row_digest("redacted", digest, rows)


def chained(rows: Iterable[Row], before: dict[int, Any]) -> Iterator[tuple[Any, ...]]:
    """Event rows (EVENT_FIELDS) with their digests: the last row of each run of one case has the run's, others None.

    The rows of a case must be in order. `before` maps each case to what `block_digest` needs, and is updated.
    """
    for case, group in groupby(rows, itemgetter(1)):
        block = list(group)
        last = block.pop()
        digest = before[case] = block_digest(before.get(case), (*block, last))
        for row in block:
            yield (*row, None)
        yield (*last, digest)


def register(connection: Any) -> None:
    """Registers `row_digest` as an SQL function on a connection; without it the triggers let nothing be written."""
    connection.create_function("row_digest", -1, row_digest, deterministic=True)


def columns(engine: Engine, table: str) -> list[str]:
    """The columns of a table that its rows' digests cover, in order."""
    return [row[1] for row in engine.fetch_all(f"pragma table_info({table})") if row[1] not in DIGESTS]


def digest_of_row(engine: Engine, table: str) -> str:
    """The SQL expression for the digest of a row, for a table in PLAIN."""
    return f"row_digest('{table}', {', '.join(columns(engine, table))})"


def schema_digest(engine: Engine) -> bytes:
    """The digest of the schema's SQL, without the tables that `analyze` adds."""
    rows = engine.fetch_all(
        "select type, name, tbl_name, sql from sqlite_master where name not like 'sqlite_stat%' order by type, name"
    )
    return row_digest("schema", *rows)


def migrations_digest(engine: Engine) -> bytes:
    """The digest of the list of migrations applied to the database."""
    return row_digest("migrations", *engine.fetch_all("select * from _sqlite_migrations order by rowid"))


def seal(engine: Engine) -> None:
    """Stores the digests of the schema and of the list of migrations, after all migrations have been applied."""
    for name, digest in (("schema", schema_digest(engine)), ("migrations", migrations_digest(engine))):
        engine.execute("update seals set digest = :digest where name = :name", {"name": name, "digest": digest})


def make_all(engine: Engine, progress: Callable[[int, int], None]) -> None:
    """Computes every digest of a database that has none; `progress` gets the number of cases done and the total."""
    for table in PLAIN:
        engine.execute(f"update {table} set digest = {digest_of_row(engine, table)}")
    _chain(engine, "commands", "chain", ", ".join(COMMAND_FIELDS))
    _chain(engine, "journal", "digest", ", ".join(JOURNAL_FIELDS))
    count = engine.fetch_one("select count(*) from cases")
    total = count[0] if count else 0
    fields, done = ", ".join(EVENT_FIELDS), 0
    for part in chunks(engine, "cases", "id, batch_id", _AT_ONCE):
        rows = engine.fetch_all(
            f"select {fields} from events where case_id between :first and :last order by case_id, number",
            {"first": part[0][0], "last": part[-1][0]},
        )
        made = [(row[-1], row[0]) for row in chained(rows, dict(part)) if row[-1] is not None]
        engine.execute_many("update events set digest = ? where id = ?", made)
        done += len(part)
        progress(done, total)


def _chain(engine: Engine, table: str, column: str, fields: str) -> None:
    before: bytes | None = None
    made = []
    for row in engine.fetch_all(f"select {fields} from {table} order by id"):
        before = row_digest(table, before, *row)
        made.append((before, row[0]))
    engine.execute_many(f"update {table} set {column} = ? where id = ?", made)
