"""Rows are inserted as given, however many there are."""

import pytest

from careconsole.store.engine.inserts import insert_rows
from careconsole.store.engine.sqlite import SqliteEngine


@pytest.fixture
def engine(tmp_path):
    engine = SqliteEngine(str(tmp_path / "rows.db"), create=True)
    engine.execute("create table names (id integer primary key, name text, told integer)")
    yield engine
    engine.close()


@pytest.mark.parametrize("count", [0, 1, 15, 16, 17, 40])
def test_every_row_is_inserted_in_order(engine, count):
    rows = [(number, f"name {number}", None) for number in range(count, 0, -1)]
    insert_rows(engine, "names", ("id", "name", "told"), iter(rows))
    assert engine.fetch_all("select * from names order by id desc") == rows


def test_rows_in_conflict_with_earlier_ones_do_what_the_clause_says(engine):
    insert_rows(engine, "names", ("id", "name"), [(number, "old") for number in range(5)])
    clause = " on conflict (id) do update set name = excluded.name"
    insert_rows(engine, "names", ("id", "name"), [(number, "new") for number in range(20)], clause)
    assert engine.fetch_all("select distinct name, count(*) from names group by name") == [("new", 20)]
