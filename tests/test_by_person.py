"""Nothing that exceptions taught, and no measure, ranks people: looked for in texts, pages, tables and documents.

The JSON of every command is walked by `tests/cli/test_json.py`.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from careconsole.cli import program
from careconsole.desk import Desk
from careconsole.desk.queries.case_queries import SORTS
from careconsole.domain.time.moments import iso
from careconsole.store import open_store
from tests import pictures
from tests.by_person import LEARNING, in_csv, in_json, in_text
from tests.cli.console import Console
from tests.tui.screen import Screen
from tests.tui.test_screen_left import open_by
from tests.tui.test_snapshots import DARK, Scene, look

TEXTS = [
    ("cause", "list"),
    ("cause", "show", "wrong address"),
    ("changes", "list"),
    ("changes", "show", "6"),
    ("playbook", "list"),
    ("playbook", "show", "1"),
    ("playbook", "history", "1"),
    ("playbook", "for", "1"),
    ("learned",),
    ("learned", "--weeks", "52"),
    ("digest",),
    ("digest", "--markdown"),
    ("digest", "--html"),
    ("report",),
    ("report", "--names", "--since", "2026-01-01"),
    ("report", "--html", "-"),
    ("primer",),
    ("practice", "--show"),
    ("what-if", "--may", "refund 300", "--cause", "refund limit"),
]
"""What exceptions taught, as text."""
PAGES = ("learned", "digest", "changes", "causes", "playbooks", "primer", "practice", "measures", "report")


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "UTC"
    time.tzset()
    yield pictures.sample(tmp_path_factory.mktemp("week"))
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.fixture(scope="module")
def console(week: Path) -> Console:
    return Console(str(week), env={"CARECONSOLE_NOW": iso(pictures.NOW)})


@pytest.fixture(scope="module")
def people(week: Path) -> list[str]:
    """The staff of the sample week."""
    desk = Desk(open_store(str(week)), lambda: pictures.NOW)
    names = [person.name for person in desk.roster().people.values() if person.has_console]
    desk.close()
    assert {"Ana", "Ben", "Cleo", "Tom"} <= set(names)
    return names


@pytest.mark.parametrize("command", TEXTS, ids=" ".join)
def test_what_exceptions_taught_counts_and_ranks_nobody_in_a_text(
    console: Console, people: list[str], command: tuple[str, ...]
) -> None:
    result = console.call(*command)
    assert result.code == 0, result.err
    assert result.out
    assert list(in_text(result.out, people, counts=False)) == []


def test_the_texts_are_those_of_every_command_that_shows_it() -> None:
    assert {command[0] for command in TEXTS} == LEARNING


def test_measures_list_people_by_name(console: Console, people: list[str]) -> None:
    told = console.call("measures").out
    assert "Ana: " in told, "what a case took is listed by person"
    assert list(in_text(told, people, counts=True)) == []
    rows = [json.loads(line) for line in console.call("export", "measures").out.splitlines()]
    for measure in {row["measure"] for row in rows}:
        names = [row["part"] for row in rows if row["measure"] == measure and row["part"] in people]
        assert names == sorted(names), measure


def test_exports_have_no_row_for_a_person_but_of_cases_and_events(console: Console, people: list[str]) -> None:
    for kind in ("cases", "history"):
        table = console.call("export", kind, "--csv").out
        assert table.count("\n") > 20
        assert list(in_csv(table, people, counts=False)) == [], kind
    assert list(in_csv(console.call("export", "queue").out, people, counts=False)) == []
    for kind in (("cases",), ("history",), ("queue", "--json-lines")):
        entries = [json.loads(line) for line in console.call("export", *kind).out.splitlines()]
        assert list(in_json(entries, people, counts=False)) == [], kind


@pytest.mark.parametrize("page", PAGES)
def test_pages_of_the_console_count_and_rank_nobody(week: Path, people: list[str], page: str, tmp_path: Path) -> None:
    texts: list[str] = []

    async def script(screen: Screen) -> None:
        open_by(screen, f"act:{page}")
        await screen.settle()
        assert screen.app.screen is not screen.queue
        for _ in range(12):  # the details of each row, too
            texts.append(screen.text())
            await screen.press("j")

    look(Scene(script), week, tmp_path, (160, 45), DARK, lambda _: None)
    assert len(set(texts)) > 1 or page in ("digest", "playbooks", "practice")
    assert [told for text in texts for told in in_text(text, people, counts=False)] == []


def test_only_cases_can_be_sorted_and_no_order_is_by_a_measure_of_people() -> None:
    sorting = {}

    def walk(command: click.Command, name: str) -> None:
        if isinstance(command, click.Group):
            context = click.Context(command)
            for part in command.list_commands(context):
                inner = command.get_command(context, part)
                assert inner is not None
                walk(inner, f"{name} {part}".strip())
        for option in command.params:
            words = {word for flag in option.opts for word in flag.strip("-").split("-")}
            if words & {"sort", "order", "rank", "top", "best", "worst", "reverse", "descending"}:
                sorting[name, option.name] = option

    walk(program, "")
    of_a_message = {(name, "sort") for name in ("log", "rate", "reclassify")}
    assert set(sorting) == {("queue", "sort"), ("queue", "reverse"), *of_a_message}
    assert set(sorting["queue", "sort"].type.choices) == set(SORTS)


def test_what_counts_or_ranks_people_is_found() -> None:
    """Else these tests would say nothing."""
    people = ["Ana", "Ben", "Cleo"]
    rank, number = "in the order ['Ben', 'Ana']", "a number for each of ['Ben', 'Ana']"
    for text in ("Ben: 3, Ana: 2", "  Ben  3\n  Ana  2", "1. Ben\n2. Ana", "3 by Ben, 2 by Ana", "Ben ▁▂█\nAna ▁▁▂"):
        assert list(in_text(text, people, counts=False)) == [rank, number], text
        assert list(in_text(text, people, counts=True)) == [rank], text
    assert list(in_text("Ana 2\nBen 3", people, counts=True)) == []
    for text in ("12:31 Ben took it\n12:32 Ana saw it", "case 6 (Ben: a list)", "Ben, 2026-12-14\nAna, 2026-12-15"):
        assert list(in_text(text, people, counts=False)) == [], text
    assert list(in_json([{"name": "Ben", "open": 1}, {"name": "Ana", "open": 2}], people, counts=False)) == [
        rank,
        number,
    ]
    assert list(in_json({"Ana": 1, "Ben": 2}, people, counts=False)) == ["a value for each of ['Ana', 'Ben']"]
    assert list(in_csv("who,times\nBen,3\nAna,2\n", people, counts=False)) == [rank, number]
    assert list(in_csv("case,owner\n1,Ben\n2,Ben\n", people, counts=False)) == []
