"""The kind of disk that holds a database: SQLite's WAL is safe only if all writers share one machine's memory."""

from __future__ import annotations

import os
import re

from careconsole.domain.errors import CareError

MOUNTS = "/proc/self/mountinfo"

_LOCAL = frozenset(
    [
        "ext2",
        "ext3",
        "ext4",
        "xfs",
        "btrfs",
        "zfs",
        "f2fs",
        "bcachefs",
        "jfs",
        "jffs2",
        "nilfs2",
        "reiserfs",
        "reiser4",
        "ubifs",
        "ufs",
        "hfs",
        "hfsplus",
        "apfs",
        "ntfs",
        "ntfs3",
        "exfat",
        "vfat",
        "msdos",
        "fuseblk",
        "tmpfs",
        "ramfs",
        "rootfs",
        "overlay",
        "overlayfs",
        "aufs",
        "unionfs",
        "squashfs",
        "erofs",
        "fuse.fuse-overlayfs",
        "fuse.bindfs",
        "fuse.mergerfs",
        "fuse.ntfs-3g",
        "fuse.ext4",
        "fuse.zfs",
        "ecryptfs",
        "fuse.gocryptfs",
        "fuse.encfs",
        "fuse.cryfs",
    ]
)
"""File systems that only one machine writes, and layers over them."""
_SHARED = (
    *("nfs", "cifs", "smb", "ncpfs", "afs", "kafs", "coda", "ceph", "gluster", "lustre", "gpfs", "beegfs", "orangefs"),
    *("pvfs2", "gfs", "ocfs2", "davfs", "9p", "virtiofs", "vboxsf", "vmhgfs", "prl_fs", "prl_vmfs", "drvfs", "wslfs"),
    *("fakeowner", "grpcfuse", "osxfs", "moosefs", "juicefs", "quobyte", "weka", "panfs", "exafs", "acfs", "cvfs"),
)
"""Prefixes of file systems shared between machines, or between a virtual machine or container and its host."""
_SHARED_FUSE = (
    *("sshfs", "gcsfuse", "s3fs", "goofys", "rclone", "blobfuse", "adlfuse", "hdfs", "ipfs", "curlftpfs", "mount-s3"),
    *("vmhgfs", "xfs-fuse", "portal", "gvfsd", "kio-fuse", "google-drive", "onedriver", "mfs", "seaweedfs", "weed"),
)
"""The same for file systems served by a program (fuse.NAME)."""


def is_shared(kind: str) -> bool | None:
    """Whether other machines may write to a file system (ext4, nfs4, fuse.sshfs); None if that is not known."""
    if kind in _LOCAL:
        return False
    served = kind.removeprefix("fuse.")
    if served.startswith(_SHARED) or (served != kind and served.startswith(_SHARED_FUSE)):
        return True
    return None


def kind_of_disk(path: str, mounts: str | None = None) -> str | None:
    """The name of the file system that holds `path`; None if the system does not tell.

    `mounts` is the text of /proc/self/mountinfo, read if not given; macOS and Windows have no such file.
    """
    if mounts is None:
        try:
            with open(MOUNTS, encoding="utf-8", errors="surrogateescape") as file:
                mounts = file.read()
        except OSError:
            return None
    place = os.path.realpath(path)
    best, kind = -1, None
    for line in mounts.splitlines():
        before, dash, after = line.partition(" - ")
        fields = before.split(" ")
        if not dash or len(fields) < 5:
            continue
        point = fields[4]
        if "\\" in point:
            point = re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), point)
        inside = point == "/" or place == point or place.startswith(point + "/")
        if inside and len(point) >= best:  # of two mounts at one point, the later one is on top
            best, kind = len(point), after.split(" ")[0]
    return kind


def refuse_shared_disk(path: str, mounts: str | None = None) -> None:
    """Raises CareError if `path` is on a disk shared between machines, where SQLite's WAL is unsafe."""
    kind = kind_of_disk(path, mounts)
    if kind is not None and is_shared(kind):
        raise CareError(
            f"{path} is on a shared network disk ({kind}), where several writers can damage a database.",
            "Keep it on a local disk of one machine, and let everybody log in there.",
        )


def unknown_disk(path: str, mounts: str | None = None) -> str | None:
    """A warning if it is unknown whether the disk that holds `path` is shared between machines, else None."""
    kind = kind_of_disk(path, mounts)
    if kind is None or is_shared(kind) is not None:
        return None
    return (
        f"Machines may share its disk ({kind}), which is not known. If they do, several writers can damage the"
        " database: keep it on a local disk of one machine."
    )
