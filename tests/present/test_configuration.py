"""The configuration file: each mistake has its line and what would be right, and costs only the setting it is in."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import get_args

import pytest

from careconsole.cli.man_pages import ENVIRONMENT
from careconsole.commands.key_table import KEYS, USUAL, as_set, key_of, use_keys
from careconsole.commands.own_keys import mistakes, with_own_keys
from careconsole.desk.program_files import template
from careconsole.domain.settings.console import ConsoleSettings
from careconsole.domain.settings.console_document import DateStyle
from careconsole.domain.time.moments import DATE_STYLES, HOUR, local, parse_moment, use_date_style
from careconsole.present import configuration
from careconsole.present.command_lines import hint_text
from careconsole.present.configuration import parse, problem_text, read_configuration
from careconsole.tui.queue.columns import COLUMNS
from tests.cli.console import ROOT, active

WHOLE = """\
lock_after = "1h"
date_format = "03.11.2026"
channel = "phone"
bell = true
theme = "nord"
columns = ["subject", "number"]
[colors]
late = "#ff0000"
at_risk = "orange"
[keys]
take = "o"
offer = ["t", "f12"]
promise = "none"
[[view]]
name = "late"
filter = "is:overdue"
sort = "age"
reverse = true
key = 9
"""


def test_a_file_sets_everything_it_names() -> None:
    found = parse(WHOLE)
    assert found.problems == ()
    assert (found.lock_after, found.date_format, found.channel, found.bell) == (HOUR, "03.11.2026", "phone", True)
    assert (found.theme, found.columns) == ("nord", ("subject", "number"))
    assert found.colors == {"late": "#ff0000", "at_risk": "orange"}
    assert found.keys == {"take": ("o",), "offer": ("t", "f12"), "promise": ()}
    (view,) = found.views
    assert (view.name, view.filter, view.sort, view.reverse, view.key) == ("late", "is:overdue", "age", True, 9)
    assert found.lines["keys.offer"] == 12
    assert found.lines["view.1"] == 14


def test_the_template_is_right_with_and_without_its_remarks() -> None:
    text = template("config")
    assert parse(text) == ConsoleSettings()
    lines = [line.removeprefix("# ") if re.match(r"# (\w[\w-]* = |\[)", line) else line for line in text.splitlines()]
    found = parse("\n".join(lines))
    assert found.problems == ()
    assert {"theme", "columns", "lock_after", "colors.late", "keys.filter", "view.1"} <= found.lines.keys()


@pytest.mark.parametrize(
    ("line", "says", "do"),
    [
        ("lock_after = 15", '"15" is not a span of time', '"never"'),
        ('lock_after = "5s"', "too short", "1m"),
        ('date_format = "3.11."', "not one of the valid words", "3 Nov 2026"),
        ('channel = "pigeon"', 'no channel "pigeon"', "email"),
        ('bell = "on"', "must be true or false", "configuration"),
        ('theme = "drakula"', 'no theme "drakula"', "Did you mean dracula?"),
        ('columns = "subject"', "must be a list", "configuration"),
        ('columns = ["subjct"]', 'columns.1: There is no column "subjct"', "Did you mean subject?"),
        ('columns = ["due", "due"]', "named twice", "once"),
        ('chanel = "email"', "nothing of that name", "Did you mean channel?"),
        ('colors.late = "rouge"', '"rouge" is not a colour', "#ff8800"),
        ('colors.late = "red 50%"', "is not a colour", "#ff8800"),
        ('colors.soon = "red"', "nothing of that name", "at_risk"),
        ("keys = 3", "must be a table", "configuration"),
        ('keys.tkae = "T"', "no action 'tkae'", "Did you mean take?"),
        ('keys.take = "o"', "'o' is the key of Offer (offer)", "give offer another one"),
        ('keys.take = "enter"', "always means the same", "another key"),
        ('keys.take = "5"', "always means the same", "another key"),
        ('keys.take = "ctrl+m"', "sends 'ctrl+m' as Enter", "another key"),
        ('keys.take = "ctrl+c"', "stops programs", "another key"),
        ('keys.take = "tt"', "is no key", "ctrl+t"),
        ('keys.take = ""', "is no key", "ctrl+t"),
        ('keys.take = ["x", 1]', "is no key", '"none"'),
        ('keys.save = "§"', "would be typed", "f2"),
        ('keys.number = "x"', "always has its keys", "Remove"),
        ('view = [{name = "x", filter = "is:late"}]', "is:", "overdue"),
        ('view = [{name = "x", sort = "fate"}]', 'no order "fate"', "age"),
        ('view = [{filter = "is:mine"}]', "must be a name", "name = "),
        ('view = [{name = "x", key = 10}]', "must be a digit", "configuration"),
        ('view = [{name = "x", key = 1}, {name = "y", key = 1}]', "on 1 already", "another digit"),
    ],
)
def test_a_mistake_has_its_line_and_what_would_be_right_and_all_else_counts(line: str, says: str, do: str) -> None:
    found = parse(f'# a remark\n{line}\ncolors.accent = "red"\nlog = 1\n')
    told = {problem.line: problem for problem in found.problems}
    assert sorted(told) == [2, 4]
    assert says in told[2].message
    assert do in hint_text(told[2].hint)
    assert problem_text(told[2], "/x/config.toml").startswith("config.toml, line 2: ")
    assert found.colors == {"accent": "red"}
    assert found.lines == {"colors.accent": 3} | ({"view.1": 2} if "already" in says else {})


@pytest.mark.parametrize(
    "text",
    [
        "a = [" * 9_000,
        "a." * 5_000 + "b = 1",
        "theme = ",
        "keys = " + "{a = " * 60 + "1" + "}" * 60,
        "x = " + "9" * 5_000,
    ],
)
def test_a_text_that_is_no_toml_is_one_mistake(text: str) -> None:
    (problem,) = parse(text).problems
    assert "not valid TOML" in problem.message


def test_hostile_names_and_values_are_shown_harmlessly() -> None:
    evil = "\\u001b]0;x\\u0007\\u202e[red]\\n"
    found = parse(f'"{evil}" = 1\ntheme = "{evil}"\n[keys]\n"{evil}" = "x"\ntake = "{evil}"\n[colors]\nlate = "{evil}"')
    assert len(found.problems) == 5
    for problem in found.problems:
        assert not active(problem_text(problem, "config.toml"))


@pytest.mark.skipif(os.name != "posix", reason="devices and pipes of POSIX")
def test_a_file_that_cannot_be_read_is_one_mistake_and_none_is_no_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "latin.toml").write_bytes(b'theme = "caf\xe9"')
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "large.toml").write_bytes(b"#" * (2 << 20))
    for name, says in (
        ("/dev/zero", "not a file that can"),
        ("pipe", "not a file that can"),
        (".", "is a folder"),
        ("latin.toml", "not UTF-8"),
        ("loop", "cannot be read"),
        ("large.toml", "larger than"),
    ):
        monkeypatch.setenv("CARECONSOLE_CONFIG", str(tmp_path / name))
        (problem,) = read_configuration().settings.problems
        assert says in problem.message, name
    monkeypatch.setenv("CARECONSOLE_CONFIG", str(tmp_path / "missing.toml"))
    assert read_configuration().settings == ConsoleSettings()


def test_the_names_of_columns_and_date_formats_are_those_of_the_program() -> None:
    assert tuple(column.id for column in COLUMNS) == configuration.COLUMNS
    assert get_args(DateStyle) == tuple(DATE_STYLES)
    assert ConsoleSettings().date_format in DATE_STYLES


def test_dates_are_written_as_set_and_what_is_typed_is_read_in_that_order() -> None:
    now, day = parse_moment("2026-12-24T10:00Z", 0), 24 * HOUR
    try:
        for style in DATE_STYLES:
            use_date_style(style)
            written = local(now - 51 * day, now).rpartition(" ")[0]
            assert written == style
            assert local(parse_moment(written, now), now).startswith(style)
        use_date_style("11/03/2026")
        assert parse_moment("12/25/2026", now) == parse_moment("2026-12-25", now)
        assert parse_moment("26.12.2026", now) == parse_moment("2026-12-26", now)
    finally:
        use_date_style("2026-11-03")


# Keys


def test_two_actions_can_change_places_but_never_share_a_key() -> None:
    assert mistakes({"take": ("o",), "offer": ("t",)}) == {}
    assert set(mistakes({"take": ("o",)})) == {"take"}
    assert set(mistakes({"take": ("f12",), "offer": ("f12",)})) == {"offer"}
    for own in (
        {"take": ("o",), "offer": ("t",), "quit": ("x",), "resolve": ()},
        {"help": ()},
        {"up": ("w",), "who": ()},
    ):
        every = [key for keys in with_own_keys(own).values() for key in keys]
        assert mistakes(own) == {}
        assert len(every) == len(set(every))


def test_the_keys_that_a_keyboard_names_and_the_way_out_stay() -> None:
    keys = with_own_keys({"quit": ("Q",), "up": ("i",), "down": (), "help": ("f9",)})
    assert keys["quit"] == ("Q", "ctrl+q")
    assert keys["up"] == ("i", "up")
    assert keys["down"] == ("down",)
    assert keys["help"] == ("f9", "f1")


def test_lines_of_keys_name_them_as_they_are_set() -> None:
    try:
        use_keys(with_own_keys({"take": ("o",), "offer": ("t",), "save": ("f12",), "down": ("n",), "new": ()}))
        assert [as_set(words) for words in ("t", "o", "ctrl+s", "j k", "Enter or ctrl+s", "1-9", "a b c", "n")] == [
            "o", "t", "F12", "n k", "Enter or F12", "1-9", "a b c", "."
        ]  # fmt: skip
        assert key_of("take") == "o"
    finally:
        use_keys(USUAL)
    assert KEYS == USUAL


# The page


def test_the_page_has_every_setting_column_and_environment_variable() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(?:\[+)?([A-Za-z_]\w*)\]*`", page))
    settings = {"view" if name == "views" else name for name in ConsoleSettings.__struct_fields__}
    assert settings - {"lines", "problems"} <= named
    assert set(configuration.COLUMNS) <= named
    assert {name for name, _ in ENVIRONMENT} <= named
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "careconsole").rglob("*.py"))
    assert set(re.findall(r"\bCARECONSOLE_[A-Z]+\b", sources)) <= named
    for style in DATE_STYLES:
        assert f'`"{style}"`' in page
