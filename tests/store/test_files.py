"""Files that the program writes: private, whole or not at all, and never in the place of what must stay."""

from __future__ import annotations

import fcntl
import os
import stat
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

import pytest

from careconsole.domain.errors import CareError, WrongUse
from careconsole.intake.files.input_file import InputFile
from careconsole.store import create_store
from careconsole.store.engine import files
from careconsole.store.engine.database_files import file_head
from careconsole.store.engine.files import new_part, put_in_place, remove_stale_parts, written_file
from careconsole.store.maintenance import backups, datasette_copy
from tests.suggested import told


@pytest.fixture(autouse=True)
def _open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def write(path: Path, text: str = "new", **how: bool) -> None:
    with written_file(str(path), **how) as file:
        file.write(text)


def _write_while(path: Path, something: Callable[[], object], text: str = "ours", **how: bool) -> None:
    """Writes a file, and does something before it is whole."""
    with written_file(str(path), **how) as file:
        file.write(text)
        something()


def mode(path: Path | str) -> int:
    return stat.S_IMODE(os.stat(path).st_mode)


def test_a_file_is_its_owners_alone_from_its_first_byte_on(tmp_path: Path) -> None:
    with written_file(str(tmp_path / "out")) as file:
        file.write("new")
        file.flush()
        (under_way,) = tmp_path.iterdir()
        assert mode(under_way) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert mode(tmp_path / "out") == 0o600


def test_a_group_that_was_let_in_stays_in_and_everybody_never_does(tmp_path: Path) -> None:
    for before, private, kept in (
        *((0o640, False, 0o640), (0o660, False, 0o660), (0o640, True, 0o600)),
        *((0o644, False, 0o600), (0o666, False, 0o600), (0o600, False, 0o600)),
    ):
        (tmp_path / "out").write_text("old")
        (tmp_path / "out").chmod(before)
        write(tmp_path / "out", replace=True, private=private)
        assert mode(tmp_path / "out") == kept


def test_where_the_group_cannot_be_given_its_bits_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file's group is the writer's own then, and whoever is in it was never let in."""
    old = tmp_path / "old"
    old.write_text("old")
    for refused, before, after, all_have_access in (
        ({}, 0o660, 0o660, True),
        ({"user"}, 0o660, 0o660, True),
        ({"group"}, 0o660, 0o600, False),
        ({"group"}, 0o600, 0o600, True),
        ({"user", "group"}, 0o606, 0o606, False),
    ):
        chown = mock.Mock(side_effect=lambda _, user, group, no=refused: ("user" if group == -1 else "group") not in no)
        monkeypatch.setattr(files, "_chown", chown)
        old.chmod(before)
        new = tmp_path / "new"
        new.touch(0o600)
        info = old.stat()
        assert files.give_access(str(new), info) == all_have_access
        assert mode(new) == after
        asked = [call.args[1:] for call in chown.call_args_list]
        assert asked == [(-1, info.st_gid), (info.st_uid, -1)], "each on its own, for one may be refused alone"
        new.unlink()
    old.chmod(0o640)
    write(old, replace=True)
    assert mode(old) == 0o600


def test_a_file_that_exists_is_replaced_only_when_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("old")
    with pytest.raises(WrongUse, match="exists already") as refused:
        write(tmp_path / "out")
    assert "--force" in told(refused.value)
    assert (tmp_path / "out").read_text() == "old"
    write(tmp_path / "out", replace=True)
    assert (tmp_path / "out").read_text() == "new"


@pytest.mark.parametrize("links", [True, False], ids=["hard links", "none"])
def test_a_file_that_another_program_makes_meanwhile_stays(
    tmp_path: Path, links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not links:

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr(os, "link", refuse)
        write(tmp_path / "other")
        assert (tmp_path / "other").read_text() == "new"
    with pytest.raises(WrongUse, match="exists already"):
        _write_while(tmp_path / "out", lambda: (tmp_path / "out").write_text("theirs"))
    assert (tmp_path / "out").read_text() == "theirs"
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("there", [True, False])
def test_nothing_is_written_through_a_link(tmp_path: Path, there: bool) -> None:
    real = tmp_path / "real"
    if there:
        real.write_text("old")
    (tmp_path / "out").symlink_to(real)
    with pytest.raises(WrongUse, match="is a link"):
        write(tmp_path / "out", replace=True)
    assert real.exists() == there
    assert not there or real.read_text() == "old"


def test_a_database_is_never_replaced(tmp_path: Path) -> None:
    closed, live = tmp_path / "closed.db", tmp_path / "live.db"
    create_store(str(closed)).close()
    store = create_store(str(live))
    backups.backup(store.engine, str(tmp_path / "backup"))
    os.link(live, tmp_path / "another name of it")
    (tmp_path / "empty.db").touch()
    (tmp_path / "empty.db-wal").write_text("what is not in the file yet")
    for name in (
        "closed.db",
        "live.db",
        "live.db-wal",
        "closed.db-journal",
        "backup",
        "another name of it",
        "empty.db",
    ):
        before = (tmp_path / name).stat().st_size if (tmp_path / name).exists() else None
        with pytest.raises(WrongUse, match="database"):
            write(tmp_path / name, replace=True)
        assert before == ((tmp_path / name).stat().st_size if (tmp_path / name).exists() else None)
    store.close()


def test_a_look_at_what_is_to_be_replaced_leaves_the_locks_of_an_open_database(tmp_path: Path) -> None:
    store = create_store(str(tmp_path / "live.db"))
    store.engine.execute("select 1")
    assert _locked_for_others(tmp_path / "live.db"), "SQLite holds a lock as long as it has the file open"
    assert file_head(str(tmp_path / "live.db")) == b""
    for look in (
        lambda: write(tmp_path / "live.db", replace=True),
        lambda: datasette_copy.write(str(tmp_path / "live.db"), (), iter(()), {}, search=False),
        lambda: InputFile(str(tmp_path / "live.db")),
    ):
        with pytest.raises(WrongUse):
            look()
    assert _locked_for_others(tmp_path / "live.db")
    store.close()
    assert file_head(str(tmp_path / "live.db")).startswith(b"SQLite")


def _locked_for_others(path: Path) -> bool:
    child = os.fork()
    if not child:
        code = 2
        try:
            with path.open("r+b") as file:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            code = 0
        except OSError:
            code = 1
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1


def test_what_cannot_be_looked_at_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "out").write_text("old")

    def refuse(path: str) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files, "file_head", refuse)
    with pytest.raises(CareError, match="might be a database"):
        write(tmp_path / "out", replace=True)


def test_pipes_and_devices_are_written_to_as_they_are(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append((tmp_path / "fifo").read_bytes()))
    reader.start()
    write(tmp_path / "fifo")
    reader.join(60)
    assert got == [b"new"]
    read, handle = os.pipe()
    write(Path(f"/dev/fd/{handle}"))
    os.close(handle)
    with os.fdopen(read, "rb") as pipe:
        assert pipe.read() == b"new"
    write(Path("/dev/null"))
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_a_file_that_a_shell_has_opened_goes_on_where_it_is(tmp_path: Path) -> None:
    with (tmp_path / "log").open("ab") as file:
        file.write(b"before\n")
        file.flush()
        write(Path(f"/dev/fd/{file.fileno()}"), "after\n")
    assert (tmp_path / "log").read_text() == "before\nafter\n"


def test_a_disk_that_fills_names_the_file(tmp_path: Path) -> None:
    for path in ("/dev/full", f"/dev/fd/{os.open('/dev/full', os.O_WRONLY)}"):
        with pytest.raises(CareError, match=f"^{path} cannot be written: No space left on device"):
            write(Path(path))


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path, words in (
        ("nowhere/out", "^There is no folder .*/nowhere. Create it first"),
        ("file/out", "^.*/file is not a folder. Create it first"),
        ("file/below/out", "^There can be no folder .*/file/below: what is above it is a file. Create it first"),
    ):
        with pytest.raises(WrongUse, match=words):
            write(tmp_path / path)


def test_a_folder_and_what_else_is_no_file_are_said(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="is a folder"):
        write(tmp_path, replace=True)


def test_what_failed_leaves_nothing_unless_that_is_asked_for(tmp_path: Path) -> None:
    for keep, text, left in ((False, "first", None), (True, "first", "first"), (True, "", None)):
        with pytest.raises(ZeroDivisionError):
            _write_while(tmp_path / "out", lambda: 1 // 0, text, keep=keep)
        assert (tmp_path / "out").exists() == (left is not None)
        assert not list(tmp_path.glob("*.part"))
        (tmp_path / "out").unlink(missing_ok=True)


def test_what_a_killed_writer_left_is_private_and_goes_with_the_next(tmp_path: Path) -> None:
    child = os.fork()
    if not child:  # killed before its file was whole
        new_part(str(tmp_path / "out"))
        os._exit(0)
    os.waitpid(child, 0)
    (left,) = tmp_path.iterdir()
    assert mode(left) == 0o600
    mine = Path(new_part(str(tmp_path / "out")).path)
    older, others = (tmp_path / f"out.{name}.part" for name in ("123-456", "0badf00d-7-ab"))
    for path in (older, others, tmp_path / "out.notes.part", tmp_path / "out2.0badf00d-7-ab.part"):
        path.touch()
    os.utime(older, (0, time.time() - 2 * 86_400))
    write(tmp_path / "out")
    assert not left.exists()
    assert not older.exists()
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"out", mine.name, others.name, "out.notes.part", "out2.0badf00d-7-ab.part"}
    remove_stale_parts(str(tmp_path / "nowhere" / "out"))
    put_in_place(str(mine), str(tmp_path / "out"), replace=True)
