"""A restore helps when the database is damaged, and never takes away what was there."""

from __future__ import annotations

import errno
import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.team.roster import Person
from careconsole.store import create_store, open_store
from careconsole.store.engine import files
from careconsole.store.maintenance import backups
from careconsole.store.maintenance.backups import Restorer
from tests.store.older import make_older
from tests.suggested import told

WHO = Restorer(name="Zoe", workstation="desk 1", os_user="zoe", now=1)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "desk.db"
    store = create_store(str(path))
    store.engine.write(lambda: store.people.set("team", "Shop"))
    backups.backup(store.engine, str(tmp_path / "backup.db"))
    store.close()
    return path


def team_of(path: str | Path) -> str | None:
    store = open_store(str(path))
    try:
        return store.people.setting("team")
    finally:
        store.close()


def overwrite(place: int, length: int) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        with path.open("r+b") as file:
            file.seek(place)
            file.write(b"\xaa" * length)

    return damage


@pytest.mark.parametrize("damage", [overwrite(0, 24), overwrite(100, 8000)], ids=["head", "first pages"])
def test_a_damaged_database_is_replaced_and_kept(database: Path, damage: Callable[[Path], None]) -> None:
    damage(database)
    damaged = database.read_bytes()
    kept = backups.restore(str(database), str(database.with_name("backup.db")), WHO).kept
    assert team_of(database) == "Shop"
    assert kept is not None
    assert Path(kept).read_bytes() == damaged


def test_each_restore_keeps_what_was_there_under_a_name_of_its_own(database: Path) -> None:
    backup = str(database.with_name("backup.db"))
    kept = []
    for name in ("first", "second"):
        store = open_store(str(database))
        store.engine.write(lambda store=store, name=name: store.people.set("team", name))
        store.close()
        kept.append(backups.restore(str(database), backup, WHO).kept)
    assert [team_of(path) for path in kept if path] == ["first", "second"]
    assert team_of(database) == "Shop"


def test_nothing_is_restored_while_somebody_has_it_open(database: Path) -> None:
    store = open_store(str(database))
    try:
        with pytest.raises(CareError, match="open"):
            backups.restore(str(database), str(database.with_name("backup.db")), WHO)
    finally:
        store.close()


def journal(path: str | Path) -> list[tuple]:
    with closing(open_store(str(path))) as store:
        return store.engine.fetch_all("select kind, about, data, actor_id, workstation, os_user, at from journal")


def test_the_journal_tells_who_restored_from_what_and_what_is_kept(database: Path) -> None:
    backup = str(database.with_name("backup.db"))
    done = backups.restore(str(database), backup, WHO)
    ((kind, about, data, actor, *where),) = journal(database)
    assert (kind, about, where) == ("backup restored", backup, ["desk 1", "zoe", 1])
    assert json.loads(data) == {"by": "Zoe", "kept": done.kept}
    assert actor is None, "of whoever is not in the backup the name stands there"
    assert journal(backup) == [], "the backup stays as it is"

    with closing(open_store(backup)) as store:
        store.engine.write(lambda: store.people.add(Person(number=0, name="Zoe", os_user="zoe")))
    for who in (WHO, Restorer(os_user="zoe")):
        assert backups.restore(str(database), backup, who).by == "Zoe"
        assert journal(database)[-1][3] == 1


def test_a_restore_needs_write_access_to_the_database(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where they may write the folder, in which it could be replaced."""
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and access(path, mode))
    with pytest.raises(CareError, match="may not write"):
        backups.restore(str(database), str(database.with_name("backup.db")), WHO)
    assert sorted(path.name for path in database.parent.iterdir()) == ["backup.db", "desk.db"]


def test_a_missing_database_is_told_with_what_is_kept_beside_it(database: Path) -> None:
    backup = str(database.with_name("backup.db"))
    with closing(open_store(str(database))) as store:
        store.engine.write(lambda: store.people.set("team", "before"))
    kept = backups.restore(str(database), backup, WHO).kept
    assert kept is not None
    database.unlink()
    with pytest.raises(WrongUse, match="beside it is the database") as missed:
        open_store(str(database))
    assert f"db restore {kept}" in told(missed.value)
    assert backups.restore(str(database), kept, WHO).kept is None
    assert team_of(database) == "before"
    os.rename(database, f"{database}.before-upgrade-5")
    with pytest.raises(WrongUse, match="before-upgrade-5"):
        open_store(str(database))


def test_where_the_disk_has_no_second_names_a_copy_is_kept(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*names: str) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", no_links)
    with closing(open_store(str(database))) as store:
        store.engine.write(lambda: store.people.set("team", "before"))
    kept = backups.restore(str(database), str(database.with_name("backup.db")), WHO).kept
    assert kept is not None
    assert (team_of(kept), team_of(database)) == ("before", "Shop")
    assert stat.S_IMODE(os.stat(kept).st_mode) == 0o600
    assert not list(database.parent.glob("*.part"))


def test_a_restore_that_fails_leaves_the_database_with_its_log(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*names: object) -> None:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(CareError, match="no room"):
        backups.restore(str(database), str(database.with_name("backup.db")), WHO)
    with closing(open_store(str(database))) as store:
        assert store.engine.fetch_all("pragma journal_mode") == [("wal",)]


def test_a_restore_through_a_link_puts_the_backup_where_the_link_leads(database: Path) -> None:
    real = database.parent / "disk" / "real.db"
    real.parent.mkdir()
    os.rename(database, real)
    database.symlink_to(real)
    with closing(open_store(str(real))) as store:
        store.engine.write(lambda: store.people.set("team", "before"))
    kept = backups.restore(str(database), str(database.with_name("backup.db")), WHO).kept
    assert database.is_symlink()
    assert (team_of(real), team_of(database)) == ("Shop", "Shop")
    assert kept is not None
    assert (os.path.dirname(kept), team_of(kept)) == (str(real.parent), "before")
    real.unlink()
    with pytest.raises(WrongUse, match="beside it is the database"):
        open_store(str(database))
    backups.restore(str(database), str(database.with_name("backup.db")), WHO)
    assert (database.is_symlink(), team_of(real)) == (True, "Shop")


def test_where_nothing_had_an_identity_yet_a_restore_gives_a_new_one(tmp_path: Path) -> None:
    place, backup = make_older(str(tmp_path / "desk.db"), 5), make_older(str(tmp_path / "backup.db"), 5)
    backups.restore(place, backup, WHO)
    with closing(open_store(place)) as store:
        assert re.fullmatch("[0-9a-f]{32}", store.people.identity())


def test_a_folder_is_made_for_ones_own_database_alone(database: Path, tmp_path: Path) -> None:
    backup, place = str(database.with_name("backup.db")), str(tmp_path / "new" / "desk.db")
    with pytest.raises(WrongUse, match="There is no folder"):
        backups.restore(place, backup, WHO)
    assert backups.restore(place, backup, WHO, own_folder=True).kept is None
    assert stat.S_IMODE(os.stat(tmp_path / "new").st_mode) == 0o700
    assert team_of(place) == "Shop"


def test_a_restore_that_would_shut_somebody_out_is_refused(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database.chmod(0o660)
    before = database.read_bytes()
    monkeypatch.setattr(files, "_chown", lambda file, user, group: group == -1)
    with pytest.raises(CareError, match="lock them out") as refused:
        backups.restore(str(database), str(database.with_name("backup.db")), WHO)
    assert "Nothing was changed" in str(refused.value.hint)
    assert database.read_bytes() == before
    assert sorted(path.name for path in database.parent.iterdir()) == ["backup.db", "desk.db"]
    database.chmod(0o600)
    backups.restore(str(database), str(database.with_name("backup.db")), WHO)


KILLED = """
import os, shutil, sys
from careconsole.store import open_store
from careconsole.store.maintenance import backups
from careconsole.store.maintenance.backups import Restorer

place, copy, damaged = sys.argv[1], sys.argv[2], sys.argv[3] == "damaged"
watched = {"open", "os.link", "os.rename", "os.remove", "os.chmod", "os.chown", "sqlite3.connect", "shutil.copyfile"}
watched |= {"os.scandir"}
steps = 0
for last in range(1, 500):
    folder = f"{place}.{last}"
    os.mkdir(folder)
    there = f"{folder}/desk.db"
    for ending in ("", "-wal"):
        if os.path.exists(place + ending):
            shutil.copyfile(place + ending, there + ending)
    pid = os.fork()
    if pid == 0:
        seen = 0

        def dies(event, args):
            global seen
            if event in watched:
                seen += 1
                if seen == last:
                    os._exit(9)

        sys.addaudithook(dies)
        backups.restore(there, copy, Restorer(name="Zoe"))
        os._exit(0)
    done = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert os.path.exists(there), f"no database after a kill at step {last}"
    if not damaged:
        store = open_store(there)
        assert store.people.setting("team") in ("Shop", "before"), last
        assert (store.people.setting("team") == "Shop") == (store.engine.fetch_one("select 1 from journal") is not None)
        store.close()
    backups.restore(there, copy, Restorer(name="Zoe"))
    store = open_store(there)
    assert store.people.setting("team") == "Shop"
    store.close()
    shutil.rmtree(folder)
    if done == 0:
        print(last)
        break
    assert done == 9, done
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("state", ["sound", "damaged"])
def test_a_restore_that_is_killed_at_any_step_leaves_a_database_and_can_be_repeated(database: Path, state: str) -> None:
    with closing(open_store(str(database))) as store:
        store.engine.write(lambda: store.people.set("team", "before"))
    if state == "damaged":
        overwrite(0, 24)(database)
        Path(f"{database}-wal").write_bytes(b"what was written last")
    command = [sys.executable, "-c", KILLED, str(database), str(database.with_name("backup.db")), state]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) > 15, "every step that the system is asked for"
