"""Colours and wrapped tables: on a terminal alone, never the only thing that tells, and none where nobody wants any."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from careconsole.domain.terminal_text import cell_width
from tests.cli.console import Console, active

RED, GREEN, YELLOW = "\x1b[31m", "\x1b[32m", "\x1b[33m"
COLOURED = {"NO_COLOR": "", "TERM": "xterm"}
EVIL = "red \x1b[31mherring"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Console:
    """A desk on which one case is late and another one is not."""
    db = str(tmp_path_factory.mktemp("colours") / "desk.db")
    earlier = Console(db, env={"CARECONSOLE_NOW": "2026-11-20T09:00Z"})
    assert earlier.call("init", "--team", "Pell", "--lead", "Ana").code == 0
    assert earlier.call("new", "--subject", EVIL, "--customer", "Carla").code == 0
    desk = Console(db)
    assert desk.call("new", "--subject", "Lid", "--customer", "Nils", "--outbound", "--owner", "me").code == 0
    assert desk.call("sweep").code == 0
    return desk


def shown(desk: Console, *args: str, **env: str) -> str:
    code, arrived = desk.terminal(*args, env={**COLOURED, **env})
    assert code == 0, arrived
    return arrived.decode().replace("\r\n", "\n")


def without_colours(text: str) -> str:
    return re.sub(r"\x1b\[(?:31|32|33|1|2|0)m", "", text)


@pytest.mark.parametrize("command", [("queue",), ("search", "red"), ("show", "1"), ("history", "1")])
def test_what_is_late_is_red_on_a_terminal_and_says_so_without(desk: Console, command: tuple[str, ...]) -> None:
    coloured, plain = shown(desk, *command), shown(desk, *command, NO_COLOR="1")
    assert RED in coloured
    assert without_colours(coloured) == plain
    assert not active(plain)
    assert re.search("late|ran out|overdue|fell due", plain), plain
    for line in coloured.splitlines():
        assert line.count("\x1b") % 2 == 0, "colours are ours alone"
        assert "\x1b" not in line or line.rindex("\x1b[0m") == line.rindex("\x1b"), "and each one ends in its line"


def test_colours_database_and_person_can_be_named_behind_the_command(desk: Console, tmp_path: Path) -> None:
    coloured = shown(desk, "queue", "--color", "always", NO_COLOR="1")
    assert RED in coloured
    assert RED not in shown(desk, "queue", "--color", "never")
    elsewhere = Console(str(tmp_path / "none.db"))
    assert elsewhere.call("queue", "--db", desk.db).out == desk.call("queue").out
    assert "Nobody" in elsewhere.call("queue", "is:mine", "--db", desk.db, "--as", "Nobody").err
    assert "'maybe' is not one of" in desk.call("queue", "--color", "maybe").err


def test_what_is_at_risk_is_yellow(desk: Console) -> None:
    (case,) = desk.call("show", "1", "--json").json
    begins = min(clock["at_risk_from"] for clock in case["clocks"] if clock["at_risk_from"])
    queue = shown(desk, "queue", CARECONSOLE_NOW=begins)
    assert YELLOW in queue
    assert RED not in queue
    assert f"due       {YELLOW}~ " in shown(desk, "show", "1", CARECONSOLE_NOW=begins)
    assert re.search(r"~ \w+ in ", without_colours(queue)), "a sign says it, too"


@pytest.mark.parametrize(("args", "env"), [((), {"NO_COLOR": "1"}), ((), {"TERM": "dumb"}), (("--color", "never"), {})])
def test_colours_can_be_switched_off(desk: Console, args: tuple[str, ...], env: dict[str, str]) -> None:
    for command in (("queue",), ("measures",), ("help",)):
        assert "\x1b" not in shown(desk, *args, *command, **env)


def test_a_pipe_gets_colours_only_when_somebody_asks_for_them(desk: Console) -> None:
    assert "\x1b" not in desk.call("queue").out
    assert RED in desk.call("--color", "always", "queue").out
    assert without_colours(desk.call("--color=always", "queue").out) == desk.call("queue").out
    assert "\x1b" not in desk.call("--color", "auto", "queue").out


def test_an_unknown_word_for_colours_is_refused_with_the_known_ones(desk: Console) -> None:
    refused = desk.call("--color", "sometimes", "queue")
    assert refused.code == 2
    assert "'auto', 'always', 'never'" in refused.err


def test_a_report_wraps_on_a_terminal_and_is_one_line_a_row_in_a_pipe(desk: Console) -> None:
    note = " ".join(f"word{n}" for n in range(40))
    assert desk.call("customer", "edit", "Nils", "--note", note).code == 0
    (line,) = [line for line in desk.call("journal").out.splitlines() if "word39" in line]
    assert "word0" in line
    wrapped = shown(desk, "journal")
    assert all(f"word{n}" in wrapped for n in range(40))
    assert max(map(len, without_colours(wrapped).splitlines())) <= 100


def test_what_is_rejected_is_told_above_the_bar(desk: Console, tmp_path: Path) -> None:
    log, rules = tmp_path / "log.csv", tmp_path / "map.toml"
    log.write_text("id,at\n1,2026-11-20T08:00:00Z\n2,never\n")
    rules.write_text('source = "x"\ncase = "id"\ntime = "at"\n')
    code, arrived = desk.terminal("import", "events", str(log), "--map", str(rules), "--dry-run", env=COLOURED)
    assert code == 5
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", arrived.decode()).replace("\r", "\n")
    lines = [line for line in text.splitlines() if line.strip()]
    assert any(line.startswith("line 3: at: “never”") for line in lines)
    assert any(line.startswith("Importing") and "100%" in line for line in lines)


def test_clocks_and_promises_are_coloured_in_wrapped_tables_too(desk: Console) -> None:
    assert RED in shown(desk, "why", "1")
    assert desk.call("promise", "2", "a lid", "--due", "+1m").code == 0
    late = shown(desk, "promises", CARECONSOLE_NOW="2026-11-25T09:00Z")
    assert f"{RED}! " in late
    assert without_colours(late) == shown(desk, "promises", CARECONSOLE_NOW="2026-11-25T09:00Z", NO_COLOR="1")


def test_a_message_to_the_customer_has_a_green_sign_and_an_undone_entry_a_dim_one(desk: Console) -> None:
    assert desk.call("log", "2", "A new lid is on its way.").code == 0
    assert desk.call("note", "2", "wrong case").code == 0
    assert desk.call("undo").code == 0
    lines = shown(desk, "history", "2").splitlines()
    assert any(line.startswith(GREEN) and " > " in line for line in lines)
    assert any(line.startswith("\x1b[2m") and " x " in line for line in lines)


@pytest.mark.parametrize("columns", [60, 120])
def test_the_queue_fills_the_terminal_and_breaks_no_line(desk: Console, columns: int) -> None:
    subject = "[red]漢字[/red] and 👩‍👩‍👧 [link=x]wide[/link] " + "word " * 40
    number = desk.call("new", "--subject", subject, "--customer", "李小龍 & 👩‍👩‍👧 Söhne").out.strip()
    code, arrived = desk.terminal("queue", env={**COLOURED, "COLUMNS": str(columns)})
    assert code == 0
    lines = without_colours(arrived.decode().replace("\r\n", "\n")).splitlines()
    (line,) = [line for line in lines if line.split()[0] == number]
    assert all(cell_width(one) <= columns for one in lines)
    assert cell_width(line) >= columns - 1, "a long subject has all of the width"
    assert "[red]" in line
    place = lines[0].index("Subject")
    assert {one[at - 1] for one in lines for at in [_at_cell(one, place)]} == {" "}, "columns stay aligned"
    assert desk.call("undo").code == 0


def _at_cell(line: str, cell: int) -> int:
    """The index in a line at which this cell begins."""
    return next(at for at in range(len(line)) if cell_width(line[:at]) == cell)
