"""What a PostgreSQL server says of the soundness of a database, and the checks that need its own statements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

from careconsole.domain.errors import CareError
from careconsole.store.engine import digests
from careconsole.store.engine.base import Engine, Row
from careconsole.store.engine.postgres_search import Tokenizer, search_row
from careconsole.store.engine.schema_version import LATEST
from careconsole.store.engine.search_words import indexed
from careconsole.store.maintenance.logins import are_tied
from careconsole.store.maintenance.postgres_tables import creation
from careconsole.store.maintenance.schema import db_text
from careconsole.store.maintenance.soundness import LOGS, NOT_AS_WRITTEN, counter_problem

if TYPE_CHECKING:
    from careconsole.store.engine.postgres import PostgresEngine

_AT_ONCE = 2_000
"""Events whose words are compared together."""
_MOST_CHARACTERS = 2_000_000
_KEY = (
    "select attname from pg_index join pg_attribute on attrelid = indrelid and attnum = any(indkey)"
    " where indrelid = to_regclass(:table) and indisprimary order by array_position(indkey::smallint[], attnum)"
)
_CHAINED = {
    "commands": "jsonb_build_array(encode(lag(chain) over (order by id), 'hex'),"
    " id, verb, actor_id, at, workstation, os_user, takes)",
}
"""What the chained digest of a row covers; of the other logs `_WHOLE`."""
_WHOLE = "jsonb_build_array(encode(lag(digest) over (order by id), 'hex'), to_jsonb({0}) - 'digest' - 'redacted')"
_OBJECTS = """
select 'table', relname, '' from pg_class
    where relnamespace = :space::oid and relkind in ('r', 'p', 'v', 'm', 'f')
union all select 'column', relname || '.' || attname,
    concat_ws(' ', format_type(atttypid, atttypmod), attcollation::regcollation::text, attnotnull::text,
        pg_get_expr(adbin, adrelid))
    from pg_attribute join pg_class on pg_class.oid = attrelid
    left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where relnamespace = :space::oid and relkind = 'r' and attnum > 0 and not attisdropped
union all select 'index', indexrelid::regclass::text, pg_get_indexdef(indexrelid)
    from pg_index join pg_class on pg_class.oid = indrelid where relnamespace = :space::oid and relkind = 'r'
union all select 'trigger', tgname, pg_get_triggerdef(pg_trigger.oid) || ' ' || tgenabled::text
    from pg_trigger join pg_class on pg_class.oid = tgrelid where relnamespace = :space::oid and not tgisinternal
union all select 'rule', relname || '.' || conname, pg_get_constraintdef(pg_constraint.oid)
    from pg_constraint join pg_class on pg_class.oid = conrelid
    where relnamespace = :space::oid and contype in ('c', 'f', 'p', 'u')
union all select 'function', proname || '(' || pg_get_function_identity_arguments(pg_proc.oid) || ')',
    concat_ws(' ', prosrc, pg_get_function_sqlbody(pg_proc.oid), provolatile::text)
    from pg_proc where pronamespace = :space::oid
    and not exists (select 1 from pg_depend where objid = pg_proc.oid and deptype = 'e')
"""
"""Everything in a schema: of each its kind, its name and its definition."""


_SECURED = ("events", "commands", "journal", "playbook_events", "people", "team")
_OF_LOGINS = re.compile(r"logins(?:_pkey)?(?:\..*)?|me\(\)|guard_people\(\)|people_6_guard")
"""What is made besides where people are tied to logins: `db/postgres/logins.sql`."""


class PostgresSoundness:
    """Soundness of a PostgreSQL database; see `store.maintenance.soundness.Soundness`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = cast("PostgresEngine", engine)
        self.warnings: list[str] = []

    def file(self) -> list[str]:
        """Damaged pages that the server found, indexes that it does not use, and references to nothing."""
        self._engine.run_script("set local statement_timeout = 0")  # it takes as long as it takes
        all_rows = self._engine.fetch_all
        found = [
            f"The server found {row[0]} damaged pages in this database."
            for row in all_rows("select checksum_failures from pg_stat_database where datname = current_database()")
            if row[0]
        ]
        invalid = (
            "select indexrelid::regclass::text from pg_index join pg_class on pg_class.oid = indrelid"
            " where relnamespace = current_schema()::regnamespace and not (indisvalid and indisready) order by 1"
        )
        found += [f"The index {row[0]} is not complete." for row in all_rows(invalid)]
        for table, column, other, key in all_rows(
            "select conrelid::regclass::text, a.attname, confrelid::regclass::text, b.attname from pg_constraint"
            " join pg_attribute as a on a.attrelid = conrelid and a.attnum = conkey[1]"
            " join pg_attribute as b on b.attrelid = confrelid and b.attnum = confkey[1]"
            " where contype = 'f' and connamespace = current_schema()::regnamespace order by 1, 2"
        ):
            broken = (
                f"select 1 from {table} where {column} is not null"
                f" and not exists (select 1 from {other} as other where other.{key} = {table}.{column}) limit 1"
            )
            if self._engine.fetch_one(broken) is not None:
                found.append(f"A row of {table} refers to nothing.")
        return found

    def schema(self) -> list[str]:
        """Makes everything anew, as temporary tables, and compares what the server then says of them."""
        space = self._engine.fetch_one("select current_schema()::regnamespace::oid::bigint, current_schema()")
        assert space is not None
        self._engine.run_script("savepoint comparing")
        try:
            self._engine.run_script(f'set local search_path = pg_temp, "{space[1]}"')
            self._engine.run_script(db_text("postgres/functions.sql"))
            for statement in creation(LATEST):
                self._engine.run_script(statement)
            made = self._engine.fetch_one("select pg_my_temp_schema()::bigint")
            assert made is not None
            should, there = self._objects(made[0], r"pg_temp(?:_\d+)?"), self._objects(space[0], re.escape(space[1]))
        except CareError as error:
            self.warnings.append(f"The tables could not be compared with those that careconsole makes: {error.message}")
            return []
        finally:
            self._engine.run_script("rollback to savepoint comparing")
        if not are_tied(self._engine):
            return [*_differences(should, there)]
        open_tables = self._engine.fetch_all(
            "select relname from pg_class where relnamespace = current_schema()::regnamespace"
            " and relname = any(:tables::text[]) and not relrowsecurity order by 1",
            {"tables": list(_SECURED)},
        )
        return [
            *_differences(should, {key: said for key, said in there.items() if not _OF_LOGINS.fullmatch(key[1])}),
            *(f"The row security of the table {row[0]} is switched off." for row in open_tables),
        ]

    def _objects(self, space: int, schema: str) -> dict[tuple[str, str], str]:
        """What a schema has, by kind and name, without the name of the schema, which is given as a pattern."""
        rows = self._engine.fetch_all(_OBJECTS, {"space": space})
        return {(kind, _plain(name, schema)): _plain(definition, schema) for kind, name, definition in rows}

    def counters(self) -> Iterator[str]:
        """Compares the highest number of each table with the one in `seals`."""
        for table, number, digest in self._engine.fetch_all("select name, number, digest from seals order by name"):
            if table in ("schema", "migrations"):
                if number is not None:
                    yield f"The seal of the {table} {NOT_AS_WRITTEN}."
                continue
            last = self._engine.fetch_one(f"select coalesce(max(id), 0) from {table}")
            if problem := counter_problem(table, digest, number or 0, number, last[0] if last else 0):
                yield problem

    def wrong_rows(self, table: str, most: int) -> tuple[list[str], list[Row]]:
        """Lets the server make the digests anew."""
        keys = [row[0] for row in self._engine.fetch_all(_KEY, {"table": table})]
        covered = f"to_jsonb({table}) - 'digest'" + (" - 'chain'" if table == "commands" else "")
        wrong = f"digest is distinct from row_digest('{table}', {covered})"
        listed = ", ".join(keys)
        return keys, self._engine.fetch_all(
            f"select {listed} from {table} where {wrong} order by {listed} limit {most}"
        )

    def log(self, table: str) -> Iterator[tuple[bytes | None, bool, Sequence[Any]]]:
        """Lets the server make the chain anew."""
        made, fields = LOGS[table]
        chained = made.partition(",")[0]
        covered = _CHAINED.get(table, _WHOLE.format(table))
        for stored, redacted, right, *values in self._engine.fetch_each(
            f"select {made}, {chained} is not distinct from row_digest('{table}', {covered}), {', '.join(fields)}"
            f" from {table} order by id"
        ):
            if redacted is not None:
                right = redacted == digests.redacted_digest(stored, [values])
            yield stored, bool(right), values

    def words(self) -> _IndexedWords:
        """Compares row by row."""
        return _IndexedWords(self._engine)

    def search(self, words: _IndexedWords | None) -> list[str]:
        """Whether the index has what the events have, and nothing else."""
        if words is None:
            return ["The search index is missing."]
        return [] if words.are_right() else ["The search index does not match the events."]

    def index(self) -> list[str]:
        """Nothing: the server does not check its indexes by itself."""
        return []


class _IndexedWords:
    """Compares the words of events with those in the table `search`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._tokenizer = Tokenizer()
        self._waiting: list[tuple[int, str]] = []
        self._size = self._expected = 0
        self._right = True

    def add(self, words: list[tuple[int, str]]) -> None:
        """Takes events, each with its id and its words."""
        for number, text in words:
            if text and (text := indexed(text)):
                self._waiting.append((number, text))
                self._size += len(text)

    def is_full(self) -> bool:
        """Whether so many words are waiting that they should be compared now."""
        return len(self._waiting) >= _AT_ONCE or self._size >= _MOST_CHARACTERS

    def work(self) -> None:
        """Compares what is waiting."""
        some, self._waiting, self._size = self._waiting, [], 0
        words = self._tokenizer.words([text for _, text in some])
        should = {number: search_row(number, found) for (number, _), found in zip(some, words, strict=True) if found}
        rows = self._engine.fetch_all(
            "select id, words, tsvector_to_array(lexemes) from search where id = any(:ids::bigint[])",
            {"ids": list(should)},
        )
        self._expected += len(should)
        there = {number: (number, text, lexemes) for number, text, lexemes in rows}
        self._right &= should.keys() == there.keys() and all(_same(should[number], there[number]) for number in should)

    def are_right(self) -> bool:
        """Whether the index has the words of all events given, and no others."""
        self.work()
        row = self._engine.fetch_one("select count(*) from search")
        return self._right and row == (self._expected,)

    def close(self) -> None:
        """Frees the memory."""
        self._tokenizer.close()


_Indexed = tuple[int, str, list[str] | None]


def _same(one: _Indexed, other: _Indexed) -> bool:
    lexemes = [None if row[2] is None else set(row[2]) for row in (one, other)]
    return one[:2] == other[:2] and lexemes[0] == lexemes[1]


def _differences(should: dict[tuple[str, str], str], there: dict[tuple[str, str], str]) -> Iterator[str]:
    for kind, name in sorted(should.keys() | there.keys()):
        if (kind, name) not in there:
            yield f"The {kind} {name} is missing."
        elif (kind, name) not in should:
            yield f"There is {'an' if kind == 'index' else 'a'} {kind} {name} that careconsole did not make."
        elif should[kind, name] != there[kind, name]:
            yield f"The {kind} {name} differs from what careconsole made."


def _plain(text: str, schema: str) -> str:
    """A definition without the name of its schema, and with single spaces for all white space."""
    return " ".join(re.sub(rf'(?<![\w"])"?{schema}"?\.', "", text).split())
