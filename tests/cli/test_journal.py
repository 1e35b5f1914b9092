"""The journal on the command line, and whose login it was in histories."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.console import Console, active, is_sentence

HOSTILE = "Zoe \u202e[/] [@click=app.quit]x[/]"


@pytest.fixture
def console(tmp_path: Path) -> Console:
    console = Console(str(tmp_path / "shop.db"))
    assert console.call("init", "--team", "Shop", "--lead", "Ana", "--agent", "Ben").code == 0
    return console


def done(console: Console, *args: str) -> str:
    result = console.call(*args)
    assert result.code == 0, result.err
    return result.out


def test_who_changed_what_is_listed_the_latest_first(console: Console) -> None:
    done(console, "team", "role", "Ben", "lead")
    later = Console(console.db, "Ben", {"CARECONSOLE_NOW": "2026-11-24T11:00Z"})
    done(later, "team", "add", HOSTILE)
    lines = done(console, "journal").splitlines()
    assert lines[0].split() == ["When", "Who", "What"]
    assert "added Zoe" in lines[1]
    assert lines[2].endswith("changed the role of Ben from agent to lead")
    assert "created the team Shop (leads: Ana; agents: Ben)" in lines[3]
    assert not active("".join(lines))
    entries = console.call("journal", "--json").json
    assert [entry["kind"] for entry in entries] == ["person added", "person changed", "team founded"]
    assert entries[1]["changes"] == [{"what": "role", "before": "agent", "after": "lead"}]
    assert (entries[1]["actor"], entries[1]["at"]) == ("Ana", "2026-11-24T09:00:00Z")
    assert {"workstation", "login", "own_login"} <= entries[1].keys()
    for narrowed in (("--since", "2026-11-24T10:00Z"), ("--kind", "person added"), ("--limit", "1")):
        assert [entry["number"] for entry in console.call("journal", "--json", *narrowed).json] == [
            entries[0]["number"]
        ]
    about_ben = console.call("journal", "--json", "--person", "Ben", "--until", "2026-11-24T10:00Z").json
    assert [entry["about"] for entry in about_ben] == ["Ben"]


@pytest.mark.parametrize(
    "wrong", [("--kind", "x"), ("--person", "Nobody-of-this-name"), ("--since", "soon"), ("--limit", "0")]
)
def test_what_cannot_be_asked_is_refused(console: Console, wrong: tuple[str, str]) -> None:
    result = console.call("journal", *wrong)
    assert result.code == 2
    assert is_sentence(result)


def test_a_colleagues_name_with_ones_own_login_is_seen(console: Console) -> None:
    import getpass

    login = getpass.getuser()
    done(console, "team", "login", "Ana", login)
    done(console, "new", "--subject", "Kettle", "--customer", "Carla", "--owner", "me")
    done(Console(console.db, "Ben"), "note", "1", "as if I were Ben")
    history, shown = done(console, "history", "1"), done(console, "show", "1")
    for told in (history, shown):
        assert f"Ben noted: as if I were Ben (login {login}" in " ".join(told.split())
        assert told.count("(login") == 1, "Ana's own is not told"
    opened, noted = console.call("show", "1", "--json").json[0]["history"]
    assert (opened["login"], opened["own_login"], noted["login"], noted["own_login"]) == (login, True, login, False)
    assert console.call("history", "1", "--json").json == [opened, noted]
    assert login not in (console.call("export", "history").out if len(login) > 4 else ""), "exports are for others"
