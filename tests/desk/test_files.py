"""Files of cases: their content beside the database, through backups, exports and killed programs."""

from __future__ import annotations

import errno
import io
import os
import signal
import stat
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.cases import files as desk_files
from careconsole.desk.database import load_dump, maintenance
from careconsole.domain.case.files import Attach
from careconsole.domain.case.merging import Merge
from careconsole.domain.errors import CareError, Refused, WrongUse
from careconsole.intake.formats.dump import read_records
from careconsole.store import files as contents
from careconsole.store import open_store
from careconsole.store.files import Contents, mentioned, needed
from tests.desk.office import Office
from tests.desk.taken_in import exported
from tests.desk.test_undo import opened
from tests.suggested import told
from tests.waiting import HANG, started

TEXT = b"%PDF-1.7 an invoice"
DIGEST = sha256(TEXT).hexdigest()


@pytest.fixture
def invoice(tmp_path: Path) -> Path:
    path = tmp_path / "invoice.pdf"
    path.write_bytes(TEXT)
    return path


def attach(office: Office, path: Path | str, *cases: int, who: str = "Ben", name: str = "") -> execution.Outcome:
    return execution.execute(office.desk(who), "attach", Attach(file=str(path), name=name), list(cases))


def kept(office: Office) -> list[str]:
    """The digests of the contents that are kept."""
    folder = Path(f"{office.path}.files")
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def problems(office: Office) -> list[str]:
    return maintenance.check(office.desk()).problems


def old(office: Office) -> None:
    """All contents were stored long ago."""
    for path in Path(f"{office.path}.files").rglob("*"):
        os.utime(path, (1, 1))


# Keeping


def test_a_content_is_private_and_named_by_its_digest(office: Office, invoice: Path) -> None:
    number = opened(office)
    attach(office, invoice, number)
    place = Path(f"{office.path}.files") / DIGEST[:2] / DIGEST
    assert place.read_bytes() == TEXT
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in place.parents[:2]] == [0o700, 0o700]
    (file,) = desk_files.files_of(office.desk(), number).files
    assert (file.name, file.size, file.type, file.digest) == ("invoice.pdf", len(TEXT), "application/pdf", DIGEST)


def test_the_folder_belongs_to_those_who_share_the_database(office: Office, invoice: Path) -> None:
    os.chmod(office.path, 0o660)
    attach(office, invoice, opened(office))
    place = Path(f"{office.path}.files") / DIGEST[:2] / DIGEST
    assert stat.S_IMODE(place.stat().st_mode) == 0o660
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in place.parents[:2]] == [0o2770, 0o2770]


def test_a_console_that_is_open_while_the_database_is_shared_shares_its_next_files(office: Office) -> None:
    kept = Contents(office.path)
    kept.put(io.BytesIO(b"before"), 100)
    os.chmod(office.path, 0o660)
    digest, _ = kept.put(io.BytesIO(b"after"), 100)
    assert stat.S_IMODE(os.stat(kept.path(digest)).st_mode) == 0o660


def test_sharing_the_database_shares_the_files_that_are_there(office: Office, invoice: Path, tmp_path: Path) -> None:
    grp = pytest.importorskip("grp")
    attach(office, invoice, opened(office))
    folder = tmp_path / "care"
    folder.mkdir()
    for ending in ("", ".files"):
        os.rename(office.path + ending, folder / f"desk.db{ending}")
    group = grp.getgrgid(os.getgid()).gr_name
    maintenance.share(str(folder / "desk.db"), group)
    place = Path(Contents(str(folder / "desk.db")).path(DIGEST))
    assert stat.S_IMODE(place.stat().st_mode) == 0o660
    assert [stat.S_IMODE(one.stat().st_mode) for one in place.parents[:2]] == [0o2770, 0o2770]


def test_the_same_content_is_kept_once(office: Office, invoice: Path, tmp_path: Path) -> None:
    same = tmp_path / "same.pdf"
    same.write_bytes(TEXT)
    attach(office, invoice, opened(office), opened(office))
    attach(office, same, opened(office), who="Cleo")
    assert kept(office) == [DIGEST]


def test_attaching_a_damaged_content_again_mends_it(office: Office, invoice: Path) -> None:
    attach(office, invoice, opened(office))
    Path(office.store.contents.path(DIGEST)).write_bytes(b"flipped")
    assert problems(office) == ["The content of invoice.pdf (case 1) has changed."]
    attach(office, invoice, opened(office))
    assert problems(office) == []


def test_a_merged_case_brings_its_files_along(office: Office, invoice: Path) -> None:
    lost, won = opened(office), opened(office)
    attach(office, invoice, lost)
    execution.execute(office.desk("Ben"), "merge", Merge(into=won), [lost])
    assert [file.name for file in desk_files.files_of(office.desk(), won).files] == ["invoice.pdf"]
    undo_redo.undo(office.desk("Ben"))
    assert office.case(won).files == ()


# What cannot be attached


def test_what_is_no_plain_file_is_refused_with_a_sentence(office: Office, tmp_path: Path) -> None:
    number = opened(office)
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for path, words in (
        (tmp_path, "is a folder, not a file"),
        (fifo, "is a pipe, not a file"),
        ("/dev/zero", "is a device, not a file"),
        (tmp_path / "missing.pdf", "There is no file"),
        (office.path, "is the database itself"),
        ("", "The file is missing"),
        ("a\0b", "embedded null byte"),
    ):
        with pytest.raises(CareError, match=words) as caught:
            attach(office, path, number)
        told(caught.value)
    assert kept(office) == []


@pytest.mark.skipif(os.name != "posix" or os.getuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_refused_with_a_sentence(office: Office, invoice: Path) -> None:
    invoice.chmod(0)
    with pytest.raises(CareError, match=r"cannot be read: Permission denied"):
        attach(office, invoice, opened(office))


def test_nothing_is_kept_when_the_case_is_refused(office: Office, invoice: Path) -> None:
    with pytest.raises(WrongUse, match="There is no case 99"):
        attach(office, invoice, 99)
    old(office)
    assert maintenance.tidy(office.desk()) == (1, len(TEXT))
    assert kept(office) == []


def test_a_large_file_and_a_full_folder_are_refused(office: Office, tmp_path: Path) -> None:
    number = opened(office)
    with pytest.raises(Refused, match="Only a lead"):
        desk_files.set_limits(office.desk("Ben"), file=1)
    desk_files.set_limits(office.desk(), file=1, total=2)
    large = tmp_path / "large.bin"
    large.write_bytes(bytes(1_000_001))
    with pytest.raises(Refused, match="is larger than 1 MB, the most for one file") as caught:
        attach(office, large, number)
    assert "files limit" in told(caught.value)
    for content in (b"a", b"b"):
        large.write_bytes(content * 900_000)
        attach(office, large, number)
    large.write_bytes(b"c" * 900_000)
    with pytest.raises(Refused, match=r"1\.8 MB of files are kept already"):
        attach(office, large, number)
    assert len(kept(office)) == 2


def test_a_full_disk_attaches_nothing(office: Office, invoice: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(target: object, chunk: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    number = opened(office)
    monkeypatch.setattr(contents, "_write_all", full)
    with pytest.raises(CareError, match="No space left on device"):
        attach(office, invoice, number)
    assert office.case(number).files == ()
    assert kept(office) == []


def test_a_link_in_the_place_of_the_folder_is_not_followed(office: Office, invoice: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    Path(f"{office.path}.files").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CareError, match="is not a folder"):
        attach(office, invoice, opened(office))
    assert list((tmp_path / "elsewhere").iterdir()) == []


# Saving


def test_a_file_is_saved_under_a_safe_name_for_its_owner_only(office: Office, invoice: Path, tmp_path: Path) -> None:
    number = opened(office)
    attach(office, invoice, number, name="../\x1b[31minv\u202eoice.pdf")
    out = tmp_path / "out"
    out.mkdir()
    path = Path(desk_files.save(office.desk(), number, None, str(out)))
    assert path == out / "__[31minv_oice.pdf"
    assert path.read_bytes() == TEXT
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in out.iterdir()] == [path.name]


def test_saving_never_overwrites_and_never_follows_a_link(office: Office, invoice: Path, tmp_path: Path) -> None:
    number = opened(office)
    attach(office, invoice, number)
    out = tmp_path / "out"
    out.mkdir()
    (out / "invoice.pdf").write_bytes(b"mine")
    with pytest.raises(WrongUse, match="exists already"):
        desk_files.save(office.desk(), number, None, str(out))
    assert (out / "invoice.pdf").read_bytes() == b"mine"
    desk_files.save(office.desk(), number, None, str(out), force=True)
    assert (out / "invoice.pdf").read_bytes() == TEXT
    (out / "invoice.pdf").unlink()
    (out / "invoice.pdf").symlink_to(tmp_path / "planted")
    for force in (False, True):
        with pytest.raises(WrongUse, match="nothing is written through links"):
            desk_files.save(office.desk(), number, None, str(out), force=force)
    assert not (tmp_path / "planted").exists()


def test_a_content_that_changed_or_is_missing_is_not_saved(office: Office, invoice: Path, tmp_path: Path) -> None:
    number = opened(office)
    attach(office, invoice, number)
    place = Path(office.store.contents.path(DIGEST))
    place.write_bytes(b"flipped")
    with pytest.raises(CareError, match=r"invoice.pdf \(entry 2 of case 1\) has changed"):
        desk_files.save(office.desk(), number, None, str(tmp_path / "."))
    place.unlink()
    assert problems(office) == ["The content of invoice.pdf (case 1) is missing."]
    assert desk_files.files_of(office.desk(), number).missing == {"2"}


# Tidying up


def test_an_undone_file_stays_until_tidied_and_then_cannot_be_redone(office: Office, invoice: Path) -> None:
    number = opened(office)
    attach(office, invoice, number, who="Ana")
    undo_redo.undo(office.desk())
    undo_redo.redo(office.desk())
    old(office)
    assert maintenance.tidy(office.desk()) == (0, 0), "a case needs it"
    undo_redo.undo(office.desk())
    os.utime(office.store.contents.path(DIGEST))
    assert maintenance.tidy(office.desk()) == (0, 0), "it is new"
    old(office)
    with pytest.raises(Refused, match="Only a lead"):
        maintenance.tidy(office.desk("Ben"))
    assert maintenance.tidy(office.desk()) == (1, len(TEXT))
    with pytest.raises(Refused, match="was removed after you undid it"):
        undo_redo.redo(office.desk())
    assert office.case(number).files == ()
    assert problems(office) == []


# Backups and exports


def test_a_backup_has_the_files_and_a_restore_brings_them_back(office: Office, invoice: Path, tmp_path: Path) -> None:
    number = opened(office)
    attach(office, invoice, number)
    copy = str(tmp_path / "copy.db")
    done = maintenance.backup(office.desk(), copy)
    assert (done.files.count, done.files.bytes, done.files.problems) == (1, len(TEXT), ())
    os.remove(office.store.contents.path(DIGEST))
    office.close()
    restored = maintenance.restore(office.path, copy, None, own_folder=False)
    assert restored.files.count == 1
    store = open_store(office.path)
    try:
        assert store.contents.problem(DIGEST) == ""
        assert set(needed(store.engine)) == mentioned(store.engine) == {DIGEST}
    finally:
        store.close()


def test_a_backup_names_a_missing_content_and_is_made_all_the_same(
    office: Office, invoice: Path, tmp_path: Path
) -> None:
    attach(office, invoice, opened(office))
    os.remove(office.store.contents.path(DIGEST))
    done = maintenance.backup(office.desk(), str(tmp_path / "copy.db"))
    assert done.files.problems == ("The content of invoice.pdf (case 1) is missing.",)
    assert (tmp_path / "copy.db").exists()


def test_an_export_of_everything_brings_the_files_to_a_new_database(
    office: Office, invoice: Path, tmp_path: Path
) -> None:
    attach(office, invoice, opened(office))
    folder = str(tmp_path / "files")
    assert maintenance.export_contents(office.desk(), folder).count == 1
    with pytest.raises(WrongUse, match="is not empty"):
        maintenance.export_contents(office.desk(), folder)
    data = exported(office.store)
    for name, given, found in (("with.db", folder, 1), ("without.db", None, 0)):
        place = str(tmp_path / name)
        loaded = load_dump.load_dump(place, lambda: read_records(io.BytesIO(data)), own_folder=False, files=given)
        assert loaded.files.count == found
        assert Contents(place).has(DIGEST) is bool(found)
        assert bool(loaded.files.problems) is not bool(found)


@pytest.mark.parametrize("attached", [0, 1])
def test_an_export_into_a_folder_here_comes_back_with_or_without_files(
    office: Office, invoice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, attached: int
) -> None:
    number = opened(office)
    if attached:
        attach(office, invoice, number)
    monkeypatch.chdir(tmp_path)
    assert maintenance.export_contents(office.desk(), "files").count == attached
    assert Path("files").stat().st_mode & 0o777 == 0o700
    data, place = exported(office.store), str(tmp_path / "again.db")
    loaded = load_dump.load_dump(place, lambda: read_records(io.BytesIO(data)), own_folder=False, files="files")
    assert (loaded.rows["cases"], loaded.files.count, loaded.files.problems) == (1, attached, ())


# Killed programs

ATTACHER = """
import itertools, sys
from careconsole.desk import Desk
from careconsole.desk.cases import execution
from careconsole.domain.case.files import Attach
from careconsole.store import open_store
store = open_store(sys.argv[1])
desk = Desk(store, lambda: 1_767_700_000_000, int(sys.argv[2]))
for turn in itertools.count():
    with open(sys.argv[3], "wb") as file:
        file.write(b"%d" % turn * 50_000)
    execution.execute(desk, "attach", Attach(file=sys.argv[3]), [1])
    print(turn, flush=True)
"""


def test_a_kill_at_any_moment_leaves_no_file_without_its_content(office: Office, tmp_path: Path) -> None:
    opened(office)
    for turn in range(3):
        source = str(tmp_path / f"turn{turn}.bin")
        with started(
            [sys.executable, "-c", ATTACHER, office.path, str(office.ids["Ben"]), source], stdout=subprocess.PIPE
        ) as attacher:
            assert attacher.stdout is not None
            for _ in range(2 + turn):
                attacher.stdout.readline()
            attacher.send_signal(signal.SIGKILL)
            attacher.wait(HANG)
    case = office.case(1)
    assert len(case.files) >= 9
    assert problems(office) == []
