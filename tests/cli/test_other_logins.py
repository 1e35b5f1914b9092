"""Several logins of one machine: what keeps them out is said with the way in, and a shared database works for all.

Only root can act as other logins, so elsewhere these tests are skipped.
"""

from __future__ import annotations

import grp
import json
import os
import pwd
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from careconsole.desk.database.environment import data_folder
from tests.cli.console import Console, Result, is_sentence

ONE, TWO, STRANGER = 64001, 64002, 64003
"""Numbers of logins that no machine has."""

pytestmark = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root acts as others")


def as_login(console: Console, login: int, *args: str, groups: tuple[int, ...] = ()) -> Result:
    """The command as another login with these further groups."""
    return console.as_login(login, *args, groups=groups)()


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder that every login may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="careconsole-logins-"))
    folder.chmod(0o755)
    # Loads what the commands below need, for other logins may not read this Python.
    loads = Console(str(folder / "loads" / "desk.db"))
    (folder / "loads").mkdir()
    for args in (
        ("init", "--team", "T", "--lead", "Ana", "--shared", grp.getgrall()[-1].gr_name),
        ("--as", "Nobody", "queue"),
        ("--db", "", "queue"),
        ("new", "--subject", "x", "--customer", "y"),
        ("note", "1", "x"),
        ("queue", "--json"),
        ("show", "1"),
        ("history", "1", "--json"),
        ("team", "login", "Ana", "ana"),
        ("db", "info"),
        ("db", "share", grp.getgrall()[-1].gr_name),
        ("export", "queue", "--out", str(folder / "loads" / "queue.csv")),
        ("db", "backup", str(folder / "loads" / "copy.db")),
        ("db", "restore", str(folder / "loads" / "copy.db")),
    ):
        loads.call(*args)
    data_folder()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def team() -> tuple[str, int]:
    """A group with a name that login ONE and TWO can be put in."""
    for entry in reversed(grp.getgrall()):
        if entry.gr_gid not in (0, ONE, TWO, STRANGER):
            return entry.gr_name, entry.gr_gid
    pytest.skip("this machine has no group")


def owned(place: Path, name: str, login: int, mode: int = 0o755) -> Path:
    folder = place / name
    folder.mkdir()
    folder.chmod(mode)
    os.chown(folder, login, login)
    return folder


def begun(place: Path, name: str, *args: str, groups: tuple[int, ...] = (), mode: int = 0o755) -> Console:
    """A database of login ONE in a folder of theirs."""
    console = Console(str(owned(place, name, ONE, mode) / "desk.db"))
    done = as_login(console, ONE, "init", "--team", "Shop", "--lead", "Ana", "--agent", "Ben", *args, groups=groups)
    assert done.code == 0, done.err
    assert as_login(console, ONE, "new", "--subject", "Kettle", "--customer", "C", groups=groups).out == "1\n"
    return console


def test_a_login_without_a_name_or_a_home_can_work(place: Path) -> None:
    console = begun(place, "nameless")
    done = as_login(console, ONE, "note", "1", "hello")
    assert done.code == 0, done.err
    homeless = Console("", env={"HOME": "", "XDG_DATA_HOME": ""})
    done = as_login(homeless, ONE, "queue")
    assert done.code in (1, 2)
    assert is_sentence(done), done


def test_two_logins_without_a_common_group_are_told_the_way(place: Path) -> None:
    console = begun(place, "apart")
    for args in (("queue",), ("show", "1"), ("note", "1", "x")):
        done = as_login(console, TWO, *args)
        assert done.code == 1, done
        assert is_sentence(done), done
        assert f"You may not read {console.db}" in done.err
        assert f"the login {ONE}" in done.err
        assert f"careconsole --db {console.db} db share GROUP" in done.err
    assert as_login(console, TWO, "init", "--team", "T", "--lead", "L").code == 1


def test_a_folder_that_one_may_not_enter(place: Path) -> None:
    console = begun(place, "closed", mode=0o700)
    for args in (("queue",), ("note", "1", "x"), ("init", "--team", "T", "--lead", "L")):
        done = as_login(console, TWO, *args)
        assert done.code == 1, done
        assert is_sentence(done), done
        assert f"You may not enter {Path(console.db).parent}." in done.err
        assert "db share GROUP" in done.err


def test_a_file_and_a_folder_that_one_may_not_write_to(place: Path) -> None:
    console = begun(place, "read-only")
    os.chmod(console.db, 0o644)
    for args in (("queue",), ("note", "1", "x")):
        done = as_login(console, TWO, *args)
        assert done.code == 1, done
        assert is_sentence(done), done
        assert "may not write" in done.err
        assert "db share GROUP" in done.err
    # The file may be written to, the folder not: SQLite cannot keep its two other files.
    os.chmod(console.db, 0o666)
    done = as_login(console, TWO, "note", "1", "x")
    assert done.code == 1, done
    assert "its folder" in done.err
    # One's own, but closed.
    os.chmod(console.db, 0o400)
    done = as_login(console, ONE, "note", "1", "x")
    assert done.code == 1, done
    assert is_sentence(done), done
    assert "It is your own: give yourself access" in done.err
    os.chmod(console.db, 0o000)
    assert "You may not read" in as_login(console, ONE, "queue").err


def test_a_place_where_one_may_not_create(place: Path) -> None:
    console = Console(str(owned(place, "theirs", TWO) / "desk.db"))
    done = as_login(console, ONE, "init", "--team", "Shop", "--lead", "Ana")
    assert done.code == 1
    assert is_sentence(done), done
    assert "cannot be created: Permission denied" in done.err
    source = begun(place, "mine")
    done = as_login(source, ONE, "db", "backup", str(Path(console.db).parent / "copy.db"))
    assert done.code == 1
    assert is_sentence(done), done
    assert "Permission denied" in done.err or "cannot be created" in done.err


def test_a_backup_is_for_its_owner_alone(place: Path, team: tuple[str, int]) -> None:
    console = begun(place, "kept", "--shared", team[0], groups=(team[1],))
    copy = Path(console.db).parent / "copy.db"
    assert as_login(console, ONE, "db", "backup", str(copy), groups=(team[1],)).code == 0
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert as_login(console, ONE, "db", "restore", str(copy), groups=(team[1],)).code == 0
    info = os.stat(console.db)
    assert (stat.S_IMODE(info.st_mode), info.st_gid) == (0o660, team[1]), "a restored database stays shared"


def test_who_restores_leaves_the_database_to_those_whose_it_is(place: Path, team: tuple[str, int]) -> None:
    console = begun(place, "handed on", groups=(team[1],))
    folder = Path(console.db).parent
    for path, bits in ((folder, 0o770), (Path(console.db), 0o660)):
        os.chown(path, ONE, team[1])
        path.chmod(bits)
    copy = str(folder / "copy.db")
    assert as_login(console, TWO, "db", "backup", copy, groups=(team[1],)).code == 0
    done = as_login(console, TWO, "db", "restore", copy, groups=(team[1],))
    assert done.code == 0, done.err
    info = os.stat(console.db)
    assert (stat.S_IMODE(info.st_mode), info.st_gid) == (0o660, team[1])
    assert as_login(console, ONE, "note", "1", "still here", groups=(team[1],)).code == 0
    # Whoever is let in as anybody can give it to nobody.
    for path, bits in ((folder, 0o777), (Path(console.db), 0o666)):
        path.chmod(bits)
    os.chmod(copy, 0o644)
    done = as_login(console, STRANGER, "db", "restore", copy)
    assert done.code == 1
    assert is_sentence(done), done
    assert "lock them out" in done.err
    assert os.stat(console.db).st_ino == info.st_ino


def test_a_group_that_does_not_exist_or_that_one_is_not_in(place: Path, team: tuple[str, int]) -> None:
    console = Console(str(owned(place, "lonely", ONE) / "desk.db"))
    init = ("init", "--team", "Shop", "--lead", "Ana", "--shared")
    done = as_login(console, ONE, *init, "no-such-group")
    assert done.code == 2
    assert is_sentence(done), done
    assert "There is no group 'no-such-group'" in done.err
    assert "groupadd" in done.err
    done = as_login(console, ONE, *init, team[0])
    assert done.code == 1
    assert is_sentence(done), done
    assert "not a member of the group" in done.err
    assert "usermod -aG" in done.err
    assert not os.path.exists(console.db)
    assert stat.S_IMODE(os.stat(Path(console.db).parent).st_mode) == 0o755


def test_logins_of_one_group_work_on_a_shared_database_at_once(place: Path, team: tuple[str, int]) -> None:
    name, number = team
    console = begun(place, "shared", "--shared", name, groups=(number,))
    folder = os.stat(Path(console.db).parent)
    assert (stat.S_IMODE(folder.st_mode), folder.st_gid) == (0o2770, number)
    assert (stat.S_IMODE(os.stat(console.db).st_mode), os.stat(console.db).st_gid) == (0o660, number)
    running = [
        console.as_login(login, "--as", person, "note", "1", f"{person} {i}", groups=(number,), umask=0o077)
        for i in range(4)
        for login, person in ((ONE, "Ana"), (TWO, "Ben"))
    ]
    for ended in running:
        done = ended()
        assert done.code == 0, done.err
    found = as_login(console, TWO, "history", "1", "--json", groups=(number,))
    notes = {entry["data"]["text"] for entry in json.loads(found.out) if entry["kind"] == "noted"}
    assert notes == {f"{person} {i}" for i in range(4) for person in ("Ana", "Ben")}
    info = as_login(console, TWO, "db", "info", "--json", groups=(number,))
    warnings = [words for words in json.loads(info.out)["warnings"] if "SQLite can damage" not in words]
    assert warnings == []
    # Somebody outside the group is told how to get in.
    done = as_login(console, STRANGER, "queue")
    assert done.code == 1
    assert is_sentence(done), done
    assert f"shared with the group {name}" in done.err
    assert f"usermod -aG {name}" in done.err


def test_a_database_is_shared_later_by_its_owner_only(place: Path, team: tuple[str, int]) -> None:
    name, number = team
    console = begun(place, "later")
    assert as_login(console, TWO, "queue", groups=(number,)).code == 1
    done = as_login(console, ONE, "db", "share", name, groups=(number,))
    assert done.code == 0, done.err
    done = as_login(console, TWO, "--as", "Ben", "note", "1", "hello", groups=(number,))
    assert done.code == 0, done.err
    done = as_login(console, TWO, "db", "share", name, groups=(number,))
    assert done.code == 1
    assert is_sentence(done), done
    assert "cannot be given to the group" in done.err


def test_a_database_is_shared_through_a_link_where_it_lies(place: Path, team: tuple[str, int]) -> None:
    console = begun(place, "lies here", groups=(team[1],))
    links = owned(place, "links", ONE)
    (links / "desk.db").symlink_to(console.db)
    done = as_login(Console(str(links / "desk.db")), ONE, "db", "share", team[0], groups=(team[1],))
    assert done.code == 0, done.err
    modes = [stat.S_IMODE(os.stat(path).st_mode) for path in (links, Path(console.db).parent, console.db)]
    assert modes == [0o755, 0o2770, 0o660]


def test_init_twice_changes_neither_modes_nor_the_team(place: Path, team: tuple[str, int]) -> None:
    console = begun(place, "twice")
    done = as_login(console, ONE, "init", "--team", "T", "--lead", "L", "--shared", team[0], groups=(team[1],))
    assert done.code == 3
    assert is_sentence(done), done
    assert stat.S_IMODE(os.stat(console.db).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(Path(console.db).parent).st_mode) == 0o755


def test_a_shared_database_needs_a_folder_of_its_own(place: Path, team: tuple[str, int]) -> None:
    folder = owned(place, "home", ONE)
    (folder / "letter.txt").touch()
    console = Console(str(folder / "desk.db"))
    done = as_login(console, ONE, "init", "--team", "T", "--lead", "L", "--shared", team[0], groups=(team[1],))
    assert done.code == 2
    assert is_sentence(done), done
    assert "its own folder" in done.err
    assert not os.path.exists(console.db)


def test_a_way_that_is_closed_to_the_group_is_told_at_once(place: Path, team: tuple[str, int]) -> None:
    outer = owned(place, "private", ONE, 0o700)
    console = Console(str(outer / "desk" / "desk.db"))
    done = as_login(console, ONE, "init", "--team", "T", "--lead", "L", "--shared", team[0], groups=(team[1],))
    assert done.code == 0, done.err
    assert f"! The group may not enter {outer}" in done.err


def test_a_person_is_known_by_their_login(place: Path) -> None:
    console = begun(place, "known")
    login = str(ONE)
    with pytest.raises(KeyError):
        pwd.getpwuid(ONE)
    assert as_login(console, ONE, "team", "login", "Ben", login).code == 0
    unnamed = Console(console.db, env={"CARECONSOLE_AS": ""})
    assert as_login(unnamed, ONE, "note", "1", "mine").code == 0
    history = json.loads(as_login(unnamed, ONE, "history", "1", "--json").out)
    assert history[-1]["actor"] == "Ben"


def test_ones_own_file_in_a_folder_that_is_closed_names_the_folder(place: Path) -> None:
    console = begun(place, "shut")
    folder = Path(console.db).parent
    out = folder / "out.jsonl"
    out.write_text("old\n", encoding="utf-8")
    os.chown(out, ONE, ONE)
    folder.chmod(0o555)
    done = as_login(console, ONE, "note", "1", "x")
    assert done.code == 1, done
    assert is_sentence(done), done
    assert f"give yourself access (chmod u+rwX {folder})" in done.err
    source = begun(place, "open")
    done = as_login(source, ONE, "export", "queue", "--out", str(out), "--force")
    assert done.code == 1, done
    assert f"{out} cannot be written: no file can be created in its folder (Permission denied)." in done.err
    assert out.read_text(encoding="utf-8") == "old\n"
