"""Playbooks on the command line: named when a case is opened, and an import that is killed leaves nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.console import Console
from tests.waiting import HANG

HOSTILE = "Parcel \x1b[31mbroken\u202e"
KILLED = """
import os, signal, sys
from careconsole.cli import run
from careconsole.desk.playbooks import writing
real, done = writing._saved, []
def saved(*given):
    made = real(*given)
    done.append(made)
    if len(done) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return made
writing._saved = saved
run(sys.argv[1:])
"""
"""Ends itself in the middle of an import, after the second playbook of three."""


@pytest.fixture
def console(tmp_path: Path) -> Console:
    console = Console(str(tmp_path / "desk.db"))
    assert console.call("init", "--team", "Shop", "--lead", "Ana").code == 0
    return console


def test_new_names_what_fits_and_how_to_use_it(console: Console) -> None:
    opening = ("new", "--subject", "Cracked", "--customer", "Carla", "--tag", "damaged")
    assert "Known" not in console.call(*opening).err
    assert console.call("playbook", "write", "--title", HOSTILE, "--tag", "damaged", "--do", "ask").code == 0
    result = console.call(*opening)
    assert result.out == "2\n"
    assert "Known: playbook 1, Parcel" in result.err
    assert "(same tag: damaged). To use it: careconsole use 2 --playbook 1" in result.err
    assert "\x1b[31m" not in result.err
    assert "\u202e" not in result.err
    ended = console.call(*opening, "--channel", "phone", "--then", "resolve", "--said", "told them")
    assert "Known" not in ended.err


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL here")
def test_a_killed_import_of_playbooks_leaves_none_and_the_next_brings_all(console: Console, tmp_path: Path) -> None:
    for name in ("one", "three", "two"):
        (tmp_path / f"{name}.md").write_text(f"# {name}\n## Do\n- look\n", encoding="utf-8")
    command = [sys.executable, "-c", KILLED, "playbook", "import", str(tmp_path)]
    ended = subprocess.run(command, env=console.environment(), capture_output=True, timeout=HANG)
    assert ended.returncode == -9
    assert console.call("playbook", "list", "--json").json == []
    assert console.call("playbook", "import", str(tmp_path)).code == 0
    assert [one["title"] for one in console.call("playbook", "list", "--json").json] == ["one", "three", "two"]
    assert console.call("db", "check").code == 0
