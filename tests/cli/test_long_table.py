"""A table of very many rows is the same as one that is printed at once, and is not held in memory."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from careconsole.cli.long_table import LongTable
from careconsole.cli.output import put_table
from careconsole.cli.spooled_pages import SpooledPages
from careconsole.desk.queries import case_queries
from tests.cli.console import Console

CELLS = st.text("ab \n\x1b[\u202e\xe9\u65e5", max_size=12) | st.just("long " * 90)
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=7)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, width=st.none() | st.integers(20, 60), part=st.integers(1, 4))
def test_a_long_table_is_as_one_printed_at_once(
    rows: list[tuple[str, ...]],
    width: int | None,
    part: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("careconsole.cli.spool._IN_MEMORY", 10)
    monkeypatch.setattr("careconsole.cli.output.coloured", lambda text, tone: f"<{tone}>{text}" if tone else text)
    head, tones = ("No", "What", "Who"), {1: ["late" if row[1] else "" for row in rows]}
    if rows:
        put_table(head, rows, right=(0,), width=width, tones=tones)
    at_once = capsys.readouterr().out
    with LongTable(head, right=(0,), width=width) as table:
        for start in range(0, len(rows), part):
            some = slice(start, start + part)
            table.add(rows[some], {1: tones[1][some]})
        assert table.put() == bool(rows)
    assert capsys.readouterr().out == at_once


@pytest.fixture
def console(tmp_path_factory: pytest.TempPathFactory) -> Console:
    console = Console(str(tmp_path_factory.mktemp("long") / "shop.db"))
    assert console.call("init", "--team", "Shop", "--lead", "Ana").code == 0
    for number in range(5):
        assert console.call("new", "--subject", f"Kettle {number}", "--customer", "Carla").code == 0
    return console


@pytest.mark.parametrize("words", [("queue",), ("queue", "--as-of", "now"), ("search", "kettle")])
def test_all_cases_are_read_a_few_at_a_time_and_shown_as_ever(
    console: Console, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    some = console.call(*words, "--limit", "5")
    monkeypatch.setattr(case_queries, "_AT_ONCE", 2)
    monkeypatch.setattr(case_queries, "queue", None)
    monkeypatch.setattr(case_queries, "queue_as_of", None)
    every = console.call(*words, "--limit", "0")
    assert every.code == 0
    assert every.out == some.out
    assert every.out.count("Kettle") == 5
    assert console.call(*words[:1], "tag:nothing", "--limit", "0").err == "No matching cases.\n"


@pytest.mark.parametrize("width", [60, 85, 100, 130, 170])
def test_all_cases_are_as_some_are_on_terminals_of_every_width(
    console: Console, width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    console.call("escalate", "2", "--reason", "exception", "--need", "a decision")
    monkeypatch.setattr("careconsole.cli.queue.screen_width", lambda: width)
    some = console.call("queue", "--limit", "5").out
    monkeypatch.setattr(case_queries, "_AT_ONCE", 2)
    monkeypatch.setattr(case_queries, "queue", None)
    assert console.call("queue", "--limit", "0").out == some
    assert some.count("Kettle") == 5


@pytest.mark.parametrize("words", [(), ("--as-of", "now"), ("tag:nothing",)])
def test_all_cases_are_written_as_a_page_without_being_held(
    console: Console, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    some = console.call("queue", *words, "--limit", "5", "--html", "-")
    assert some.code == 0
    monkeypatch.setattr(case_queries, "_AT_ONCE", 2)
    sizes: list[int] = []
    put = SpooledPages.add

    def counted(pages: SpooledPages, page: case_queries.Page) -> None:
        sizes.append(len(page.rows))
        put(pages, page)

    monkeypatch.setattr(SpooledPages, "add", counted)
    every = console.call("queue", *words, "--limit", "0", "--html", "-")
    assert (every.out, every.err) == (some.out, some.err)
    assert sizes == ([0] if "tag:nothing" in words else [2, 2, 1])
