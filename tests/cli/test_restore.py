"""`db restore`: the way back that it names, and a machine on which nothing is yet."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.cli.console import Console, is_sentence


@pytest.fixture
def shop(tmp_path: Path) -> Console:
    shop = Console(str(tmp_path / "the shop.db"))
    assert shop.call("init", "--team", "Shop", "--lead", "Ana").code == 0
    assert shop.call("db", "backup", str(tmp_path / "backup.db")).code == 0
    return shop


def own(tmp_path: Path) -> Console:
    """The command line of somebody who names no database."""
    return Console("", env={"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "share")})


def way_back(said: str) -> list[str]:
    (line,) = (line for line in said.splitlines() if "To go back to it: " in line)
    return shlex.split(line.partition("To go back to it: ")[2])


def test_the_way_back_leads_to_the_same_database(shop: Console, tmp_path: Path) -> None:
    done = shop.call("db", "restore", str(tmp_path / "backup.db"))
    program, *args = way_back(done.err)
    assert program == "careconsole"
    assert args == ["--db", shop.db, "db", "restore", f"{shop.db}.before-restore-1"]
    assert own(tmp_path).call(*args).code == 0
    assert Path(f"{shop.db}.before-restore-2").exists()
    assert not (tmp_path / "share").exists()


def test_on_a_new_machine_a_backup_becomes_ones_own_database(shop: Console, tmp_path: Path) -> None:
    console, backup = own(tmp_path), str(tmp_path / "backup.db")
    done = console.call("db", "restore", backup)
    assert done.code == 0, done.err
    again = console.call("db", "restore", backup)
    assert way_back(again.err)[:3] == ["careconsole", "db", "restore"], "one's own needs no --db"
    missing = Console(str(tmp_path / "no such" / "desk.db")).call("db", "restore", backup)
    assert missing.code == 2
    assert is_sentence(missing), missing
    assert f"There is no folder {tmp_path / 'no such'}." in missing.err
