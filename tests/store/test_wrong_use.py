"""Places where no database can be, and files that are none: the store says so and touches nothing."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from pathlib import Path

import pytest

from careconsole.domain.errors import CareError, WrongUse
from careconsole.store import Busy, create_store, open_store
from careconsole.store.engine import disks, sqlite
from careconsole.store.engine.disks import kind_of_disk, refuse_shared_disk, unknown_disk
from careconsole.store.engine.file_permissions import check_group, sharing_problems

MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:45 / /home rw,relatime shared:2 - nfs4 server:/export/home rw,vers=4.2
31 30 8:2 / /home/local rw - xfs /dev/sdb1 rw
32 22 0:46 / /mnt/the\\040share rw shared:3 - cifs //server/share rw
33 22 0:47 / /mnt/ssh rw - fuse.sshfs ana@server:/ rw
34 22 0:48 / /mnt/fuse rw - fuse.bindfs /dev/fuse rw
35 22 0:49 / /mnt/c rw - 9p drvfs rw
36 22 0:50 / /mnt/auto rw - autofs systemd-1 rw
37 22 0:51 / /nfs rw - tmpfs tmpfs rw
"""


@pytest.mark.parametrize(
    "path, kind",
    [
        ("/home/ana/desk.db", "nfs4"),
        ("/mnt/the share/desk.db", "cifs"),
        ("/mnt/ssh/desk.db", "fuse.sshfs"),
        ("/mnt/c/desk.db", "9p"),
    ],
)
def test_a_disk_that_machines_share_is_refused_with_what_to_do_instead(path: str, kind: str) -> None:
    with pytest.raises(CareError, match="is on a shared network disk") as refused:
        refuse_shared_disk(path, MOUNTS)
    assert f"({kind})" in refused.value.message
    assert "local disk" in str(refused.value.hint)
    assert refused.value.exit_code == 1


@pytest.mark.parametrize(
    "path",
    ["/srv/desk.db", "/home/local/desk.db", "/homes/desk.db", "/mnt/fuse/desk.db", "/mnt/auto/desk.db", "/nfs/desk.db"],
)
def test_a_disk_of_this_machine_is_taken(path: str) -> None:
    refuse_shared_disk(path, MOUNTS)


SHARED = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "virtiofs",
    "vboxsf",
    "vmhgfs",
    "prl_fs",
    "drvfs",
    "fakeowner",
    "ceph",
    "lustre",
    "gfs2",
    "ocfs2",
    "afs",
    "fuse.grpcfuse",
    "fuse.osxfs",
    "fuse.vmhgfs-fuse",
    "fuse.gcsfuse",
    "fuse.sshfs",
    "fuse.s3fs",
    "fuse.rclone",
    "fuse.glusterfs",
    "fuse.ceph-fuse",
    "fuse.mount-s3",
    "fuse.blobfuse2",
    "fuse.juicefs",
]
LOCAL = [
    "ext2",
    "ext3",
    "ext4",
    "xfs",
    "btrfs",
    "zfs",
    "f2fs",
    "bcachefs",
    "jfs",
    "reiserfs",
    "apfs",
    "hfsplus",
    "ntfs3",
    "fuseblk",
    "exfat",
    "vfat",
    "tmpfs",
    "overlay",
]


def on(kind: str) -> str:
    return f"22 1 8:1 / / rw - ext4 /dev/sda1 rw\n30 22 0:45 / /srv rw - {kind} there rw\n"


@pytest.mark.parametrize("kind", SHARED)
def test_disks_of_hosts_clouds_and_networks_are_refused(kind: str) -> None:
    with pytest.raises(CareError, match="shared network disk"):
        refuse_shared_disk("/srv/desk.db", on(kind))


@pytest.mark.parametrize("kind", LOCAL)
def test_disks_that_are_known_to_be_local_are_taken_without_a_word(kind: str) -> None:
    refuse_shared_disk("/srv/desk.db", on(kind))
    assert unknown_disk("/srv/desk.db", on(kind)) is None


@pytest.mark.parametrize("kind", ["fuse.somethingnew", "autofs", "fuse", "tomorrowfs"])
def test_of_a_disk_nobody_knows_a_warning_says_what_could_happen(kind: str) -> None:
    refuse_shared_disk("/srv/desk.db", on(kind))
    assert f"({kind})" in (unknown_disk("/srv/desk.db", on(kind)) or "")


def test_this_warning_stands_among_what_is_to_be_known_of_a_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(on("ext4").replace("/srv rw", f"{tmp_path} rw").replace("- ext4 there", "- tomorrowfs there"))
    monkeypatch.setattr(disks, "MOUNTS", str(mounts))
    create_store(str(tmp_path / "desk.db")).close()
    assert any("(tomorrowfs)" in problem for problem in sharing_problems(str(tmp_path / "desk.db")))


def test_where_the_system_does_not_tell_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """macOS and Windows have no such file."""
    monkeypatch.setattr(disks, "MOUNTS", "/nowhere/mountinfo")
    assert kind_of_disk("/srv/desk.db") is None
    refuse_shared_disk("/srv/desk.db")
    assert unknown_disk("/srv/desk.db") is None
    assert kind_of_disk("/srv/desk.db", "a line that\nis none - of these\n") is None


def test_a_link_counts_for_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to("/mnt/ssh/desk.db")
    with pytest.raises(CareError, match="shared network disk"):
        refuse_shared_disk(str(tmp_path / "link.db"), MOUNTS)


def test_without_a_list_of_mounts_nothing_is_known_and_nothing_refused() -> None:
    refuse_shared_disk("/home/ana/desk.db", "")


@pytest.mark.parametrize("content", [b"x", b"words " * 1000, b"SQLite format 3\0", b"\0" * 5000])
def test_a_file_that_is_no_database_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "desk.db"
    path.write_bytes(content)
    for way in (open_store, create_store):
        with pytest.raises(CareError):
            way(str(path))
    assert path.read_bytes() == content


def test_a_database_of_another_program_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("create table t (x)")
    before = path.read_bytes()
    for way in (open_store, create_store):
        with pytest.raises(CareError, match="another program"):
            way(str(path))
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["other.db"]


def test_an_empty_file_is_not_made_a_database_by_looking_at_it(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    path.touch()
    with pytest.raises(WrongUse, match="is empty"):
        open_store(str(path))
    assert path.read_bytes() == b""
    create_store(str(path)).close()
    open_store(str(path)).close()


def test_a_new_database_is_its_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store = create_store(str(tmp_path / "desk.db"))
        store.engine.write(lambda: store.people.set("team", "Shop"))
        modes = {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
        store.close()
    finally:
        os.umask(before)
    assert modes == {0o600}


def test_a_busy_database_is_reported_after_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.2)
    path = str(tmp_path / "desk.db")
    with contextlib.closing(create_store(path)) as mine, contextlib.closing(open_store(path)) as other:

        def hold() -> None:
            with pytest.raises(Busy, match="busy"):
                mine.engine.write(lambda: mine.people.set("a", "1"))
            assert mine.people.setting("a") is None, "reading goes on"

        other.engine.write(hold)
        mine.engine.write(lambda: mine.people.set("a", "2"))
        assert mine.people.setting("a") == "2"


def test_a_folder_with_other_things_is_not_given_to_a_group(tmp_path: Path) -> None:
    grp = pytest.importorskip("grp")
    group = grp.getgrgid(os.getegid()).gr_name
    check_group(group, str(tmp_path / "desk.db"))
    (tmp_path / "desk.db-wal").touch()
    check_group(group, str(tmp_path / "desk.db"))
    (tmp_path / "letter.txt").touch()
    with pytest.raises(WrongUse, match="contains other files too") as refused:
        check_group(group, str(tmp_path / "desk.db"))
    assert "its own folder" in str(refused.value.hint)
    with pytest.raises(WrongUse, match="There is no group"):
        check_group("no-such-group", str(tmp_path / "new" / "desk.db"))


def test_what_would_keep_a_group_out_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    folder.mkdir(0o700)
    path = folder / "desk.db"
    path.touch()
    path.chmod(0o600)
    assert sharing_problems(str(path)) == []
    path.chmod(0o660)
    found = " ".join(sharing_problems(str(path)))
    assert "not setgid" in found
    assert "folder is closed to it" in found
    assert "may not enter" in found, "pytest's own folder is closed to others"
    path.chmod(0o666)
    assert "Everybody on this machine can write to it." in sharing_problems(str(path))
    path.chmod(0o600)
    for mode, can in ((0o777, "replace it"), (0o1777, "put files beside it")):
        path.parent.chmod(mode)
        assert any(
            problem.startswith(f"Everybody on this machine can {can}: ") for problem in sharing_problems(str(path))
        )
