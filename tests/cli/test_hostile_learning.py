"""Hostile text in every field of causes, changes and playbooks: nothing of it reaches the terminal, JSON has it raw."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.console import Console, active

BAD = "\x1b]0;owned\x07 \x1b[31mred \u202egnp.exe [/] [@click=app.quit]x[/] =1+1"

WORK: tuple[tuple[str, ...], ...] = (
    ("new", "--subject", BAD, "--customer", BAD, "--channel", "phone", "--owner", "me"),
    ("escalate", "1", "--reason", "exception", "--need", BAD, "--cause", BAD),
    ("de-escalate", "1", "--decided", BAD, "--change", BAD, "--owner", "Ana", "--due", "+2d"),
    ("move-change", "1", "--due", "+3d", "--reason", BAD),
    ("done", "1", "--said", BAD),
    ("check-change", "1", "--verdict", "not yet", "--said", BAD),
    ("new", "--subject", BAD, "--customer", "Carla", "--channel", "phone", "--owner", "me"),
    ("review", "2", "--cause", BAD, "--change", BAD, "--owner", "Ana", "--due", "+2d"),
    ("review", "2", "--cause", f"another {BAD}", "--nothing-because", BAD),
    ("drop-change", "2", "--because", BAD),
    ("cause", "rename", BAD, f"{BAD} 2"),
    ("cause", "merge", f"another {BAD}", "--into", BAD),
    (
        *("playbook", "write", "--title", BAD, "--cause", BAD, "--tag", "damaged", "--signs", BAD, "--do", BAD),
        *("--may", BAD, "--limit", "40", "--currency", "EUR", "--say", BAD, "--escalate-when", BAD, "--from", "1"),
    ),
    ("playbook", "revise", "1", "--signs", f"{BAD} 2", "--why", BAD),
    ("new", "--subject", BAD, "--customer", "Carla", "--channel", "phone", "--owner", "me", "--tag", "damaged"),
    ("use", "3", "--playbook", "1"),
    ("decide", "3", "--playbook", "1", "--amount", "30", "--said", BAD),
    ("fit", "3", "--playbook", "1", "--fit", "not", "--said", BAD),
    ("new", "--subject", BAD, "--customer", "Carla", "--channel", "phone", "--owner", "me", "--tag", "damaged"),
    ("escalate", "4", "--reason", "exception", "--need", BAD, "--cause", BAD, "--despite", BAD),
    ("words", "add", "late", "--text", BAD),
)
LOOKS: tuple[tuple[str, ...], ...] = (
    ("cause", "list"),
    ("cause", "show", BAD),
    ("changes", "list"),
    ("changes", "show", "1"),
    ("changes", "show", "2"),
    ("playbook", "list"),
    ("playbook", "show", "1"),
    ("playbook", "history", "1"),
    ("playbook", "for", "4"),
    ("playbook", "words", "1", "3"),
    ("learned",),
    ("digest",),
    ("digest", "--markdown"),
    ("primer",),
    ("practice", "--show"),
    ("words", "list"),
    ("queue",),
    ("agenda",),
    *(("show", str(number)) for number in range(1, 5)),
    *(("history", str(number)) for number in range(1, 5)),
    ("playbook", "retire", "1", "--reason", BAD),
    ("playbook", "list", "--all"),
    ("undo",),
)


@pytest.fixture
def console(tmp_path: Path) -> Console:
    console = Console(str(tmp_path / "desk.db"))
    assert console.call("init", "--team", "Shop", "--lead", "Ana", "--lead", "Dora").code == 0
    return console


def test_hostile_text_in_what_exceptions_teach_never_reaches_the_terminal(console: Console) -> None:
    for command in (*WORK, *LOOKS):
        done = console.call(*command)
        assert "Traceback" not in done.err
        if command != ("playbook", "list", "--all"):
            assert done.code == 0, (command, done.err)
        assert not active(done.out), command
        assert not active(done.err), command
        assert "\x1b" not in done.out + done.err, command
        assert "\u202e" not in done.out + done.err, command
    told = console.call("playbook", "show", "1", "--json")
    assert told.json["playbook"]["title"] == BAD, "JSON has it as it came"
