"""`config show`, `check` and `edit`: what counts and where it is set, every mistake, a private file."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.cli.console import Console

BROKEN = 'theme = "drakula"\nchannel = "phone"\n[keys]\ntake = "o"\n'


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "new" / "config.toml"


@pytest.fixture
def console(tmp_path: Path, place: Path) -> Console:
    return Console(str(tmp_path / "none.db"), env={"CARECONSOLE_CONFIG": str(place)})


def write(place: Path, text: str) -> None:
    place.parent.mkdir(exist_ok=True)
    place.write_text(text, encoding="utf-8")


def test_without_a_file_everything_has_its_default_and_no_database_is_needed(console: Console) -> None:
    shown = console.call("config", "show")
    assert shown.code == 0
    assert {line.split()[-1] for line in shown.out.splitlines()[1:]} == {"default"}
    checked = console.call("config", "check")
    assert (checked.code, checked.out) == (0, "")
    assert "There is no file" in checked.err


def test_check_lists_every_mistake_and_exits_with_one(console: Console, place: Path) -> None:
    write(place, BROKEN)
    checked = console.call("config", "check")
    assert checked.code == 1
    assert "config.toml, line 1: theme: There is no theme" in checked.out
    assert "config.toml, line 4: keys.take: 'o' is the key of Offer" in checked.out
    assert "2 mistakes" in checked.err
    listed = console.call("config", "check", "--json")
    assert listed.code == 1
    assert [problem["line"] for problem in listed.json["problems"]] == [1, 4]


def test_show_says_where_each_value_is_set(console: Console, place: Path) -> None:
    write(place, BROKEN + 'undo = ["f12", "u"]\n[[view]]\nname = "x"\nfilter = "is:mine"\n')
    found = {
        one["name"]: (one["value"], one["source"]) for one in console.call("config", "show", "--json").json["settings"]
    }
    assert found["channel"] == ("phone", "line 2")
    assert found["keys.undo"] == (["f12", "u"], "line 5")
    assert found["view.1"] == ("x: is:mine, by due", "line 6")
    assert found["theme"] == (None, "default")
    assert "keys.take" not in found
    locked = Console(console.db, env={**console.env, "CARECONSOLE_LOCK": "7"})
    assert any(
        line.split() == ["lock_after", "7m", "CARECONSOLE_LOCK"]
        for line in locked.call("config", "show").out.splitlines()
    )


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_edit_creates_a_private_file_opens_it_in_the_editor_and_checks_it(console: Console, place: Path) -> None:
    assert console.call("config", "edit").out == f"{place}\n", "without a terminal, nothing is opened"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    script = place.parent / "editor"
    script.write_text("#!/bin/sh\nprintf 'bell = 1\\n' > \"$1\"\n")
    script.chmod(0o700)
    code, arrived = console.terminal("config", "edit", env={"EDITOR": str(script), "VISUAL": ""}, given=b"n\n")
    assert code == 1
    assert "line 1: bell must be true or false" in arrived.decode()
    assert stat.S_IMODE(place.stat().st_mode) == 0o600


def test_a_view_of_the_file_can_be_used_by_the_queue(tmp_path: Path, place: Path) -> None:
    console = Console(str(tmp_path / "desk.db"), env={"CARECONSOLE_CONFIG": str(place)})
    assert console.call("init", "--team", "Shop", "--lead", "Ana").code == 0
    for subject in ("Kettle", "Lid"):
        assert console.call("new", "--subject", subject, "--customer", "Carla").code == 0
    write(place, '[[view]]\nname = "kettles"\nfilter = "kettle"\n')
    assert [row["subject"] for row in console.call("queue", "--view", "Kettles", "--json").json] == ["Kettle"]
    place.write_text("[[view]\n")
    assert "There is no view" in console.call("queue", "--view", "kettles").err
    assert len(console.call("queue", "--json").json) == 2, "the queue itself does not read the file"
