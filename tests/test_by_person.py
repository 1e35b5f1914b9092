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
from msgspec.structs import replace

from careconsole.cli import program
from careconsole.desk import Desk
from careconsole.desk.queries.case_queries import SORTS
from careconsole.domain.filters.fields import FIELDS, FLAGS, PERSONAL_FLAGS
from careconsole.domain.filters.language import parse
from careconsole.domain.team.roster import LEAD, Person, Roster
from careconsole.domain.time.moments import iso
from careconsole.store import open_store
from careconsole.store.queue.query import QueueQuery
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
    ("playbook", "for", "29"),
    ("learned",),
    ("learned", "--weeks", "52"),
    ("digest",),
    ("digest", "--markdown"),
    ("digest", "--html"),
    ("report",),
    ("report", "--names", "--since", "2026-01-01"),
    ("report", "--html", "-"),
    ("measures",),
    ("measures", "customer:a", "--as-of", "2026-11-15"),
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
    console = Console(str(week), env={"CARECONSOLE_NOW": iso(pictures.NOW)})
    fits = console.call("new", "--subject", "The cup came in pieces", "--customer", "Ilse", "--tag", "damaged")
    assert (fits.out, "Known: playbook 1" in fits.err) == ("29\n", True)
    return console


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


def test_who_would_have_been_called_under_another_path_is_named_and_counted_for_nobody(
    console: Console, people: list[str]
) -> None:
    step = '[[path]]\nname = "standard"\n[[path.step]]\nname = "lead"\ncall = "Tom"\n'
    result = console.call("what-if", "--path", "-", given=step)
    assert result.code == 0, result.err
    assert "Tom instead of Ana" in result.out
    assert list(in_text(result.out, people, counts=False)) == []


@pytest.mark.parametrize("form", [(), ("--weeks",)], ids=" ".join)
def test_exported_measures_have_no_row_for_a_person(console: Console, people: list[str], form: tuple[str, ...]) -> None:
    rows = [json.loads(line) for line in console.call("export", "measures", *form).out.splitlines()]
    assert len(rows) > 40
    assert [row for row in rows if row["part"] in people] == []


BY_PERSON = [
    *(f"{sign}{kind.name}:Ben" for kind in FIELDS.values() if kind.kind == "person" for sign in ("", "-")),
    *(f"{sign}is:{flag}" for flag in ("mine", "left", "open,mine") for sign in ("", "-")),
]


@pytest.mark.parametrize("command", [("measures",), ("report",), ("export", "measures")], ids=" ".join)
def test_no_figure_can_be_narrowed_to_a_person(console: Console, command: tuple[str, ...]) -> None:
    assert len(BY_PERSON) >= 16
    for term in BY_PERSON:
        result = console.call(*command, "level:>=0", term)
        assert (result.code, result.out) == (2, ""), term
        assert "cannot be narrowed by" in result.err, term
        assert "report --me" in result.err, term


def test_each_state_that_depends_on_who_somebody_is_is_known_as_one(week: Path) -> None:
    """A new state whose condition differs with who is at work, or who is in the team, is refused there, too."""
    store = open_store(str(week))
    ana, ben = (Person(number=number, name=name, role=LEAD) for number, name in ((1, "Ana"), (2, "Ben")))
    depends = set()
    for flag in FLAGS:
        asked = [
            QueueQuery(
                terms=parse(f"is:{flag}"), text="", roster=Roster(people, 1), now=pictures.NOW, me=me, every=True
            )
            for people in ({1: ana}, {1: ana, 2: ben}, {1: replace(ana, active=False)})
            for me in (1, 2)
        ]
        if len({repr(store.queue.where(one)) for one in asked}) > 1:
            depends.add(flag)
    store.close()
    assert depends == PERSONAL_FLAGS


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
