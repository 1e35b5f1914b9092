"""Permissions of a database's folder and file, which several logins of one machine may share.

A shared database's folder is 2770, so that the files SQLite creates in it belong to the group; the file is 0660, and
SQLite gives its -wal and -shm files the same mode. Any other modes lock somebody out sooner or later. A database that
is not shared is 0600, for its owner only.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress

from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.hints import Hint, given, hint_of, suggest
from careconsole.store.engine.disks import refuse_shared_disk, unknown_disk

_FILES = ("", "-wal", "-shm")
CONTENTS = ".files"
"""What the name of the folder with the contents of attached files has after that of the database."""
_KEPT = ("before-restore-", "before-upgrade-")


def check_place(path: str, *, create: bool = False) -> None:
    """Raises WrongUse or CareError if no database can be opened, or with `create` created, at `path`."""
    try:
        mode = os.stat(path).st_mode
    except PermissionError as error:
        raise CareError(f"You may not enter {_closed(path)}.", access_hint(path)) from error
    except OSError as error:
        if create:
            return
        if kept := kept_beside(path):
            raise WrongUse(
                f"There is no database at {path}, but {kept} beside it is the database from before it was replaced.",
                "Restore it: {}. Or give another {}.",
                suggest("db restore", db=path, file=kept),
                given(db=...),
            ) from error
        raise WrongUse(
            f"There is no database at {path}.",
            "Create one: {}, or give another {}.",
            suggest("init", team=..., lead=...),
            given(db=...),
        ) from error
    if stat.S_ISDIR(mode):
        raise WrongUse(f"{path} is a folder, not a database.", "Give the file in it {}.", given(db=...))
    if not stat.S_ISREG(mode):
        raise WrongUse(f"{path} is not a file that can be a database.", "Give another {}.", given(db=...))
    if not os.access(path, os.R_OK):
        raise CareError(f"You may not read {path}.", access_hint(path))


def kept_beside(path: str) -> str | None:
    """The latest copy of the database at `path` that a restore or an upgrade kept; None if there is none."""
    folder, name = os.path.split(os.path.realpath(path))
    found: list[tuple[float, str]] = []
    try:
        for other in os.scandir(folder):
            known = any(other.name.startswith(f"{name}.{kept}") for kept in _KEPT)
            if known and not other.name.endswith((*_FILES[1:], "-journal", ".part")):
                found.append((other.stat().st_ctime, other.path))
    except OSError:
        return None
    return max(found)[1] if found else None


def create_file(path: str) -> None:
    """Creates an empty file that only its owner may read, unless there is a file already."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise _not_created(path, error) from error


def check_creatable(path: str) -> None:
    """Raises CareError if no team's database can be created at `path`; an empty file there would become one.

    A missing folder counts as one that `make_folder` would make. To find out, a folder is made where the first missing
    one would be, or beside the database, and removed again.
    """
    refuse_shared_disk(path)
    if os.path.exists(path) and not os.access(path, os.W_OK):
        raise CareError(f"You may not write {path}.", access_hint(path))
    folder = outer = os.path.dirname(os.path.abspath(path))
    tried = os.path.join(outer, f".{os.getpid()}-{os.urandom(6).hex()}.part")
    while not os.path.lexists(outer):
        tried, outer = outer, os.path.dirname(outer)
    try:
        os.mkdir(tried, 0o700)
    except FileExistsError:  # somebody else has just made it
        return
    except OSError as error:
        raise (_not_created(path, error) if outer == folder else _folder_not_created(folder, error)) from error
    with suppress(OSError):  # not if somebody else has just put something into it
        os.rmdir(tried)


def _not_created(path: str, error: OSError) -> CareError:
    return CareError(
        f"{path} cannot be created: {error.strerror}.", "Give another place {}, where you may write.", given(db=...)
    )


def access_hint(path: str) -> Hint:
    """The hint for a user who may not open or change the database at `path`."""
    found = path
    while True:
        try:
            info = os.stat(found)
            break
        except OSError:
            if found == os.path.dirname(os.path.abspath(found)):
                return hint_of("Ask the administrator of this machine.")
            found = os.path.dirname(os.path.abspath(found))
    if hasattr(os, "statvfs") and os.statvfs(found).f_flag & os.ST_RDONLY:
        return hint_of("Its disk is read-only; make it writable, or work on a copy elsewhere.")
    folder = os.path.dirname(os.path.abspath(path))
    if found == path and os.access(path, os.R_OK | os.W_OK) and not os.access(folder, os.W_OK):
        found, info = folder, os.stat(folder)  # SQLite keeps its other files there
    if hasattr(os, "getuid") and info.st_uid == os.getuid():
        return hint_of(f"It is your own: give yourself access (chmod u+rwX {found}).")
    group = _group_name(info.st_gid)
    if group and info.st_mode & stat.S_IWGRP and info.st_gid not in _my_groups():
        return hint_of(f"It is shared with the group {group}: the administrator can add you (usermod -aG {group} YOU).")
    return hint_of(
        "It belongs to {}, who can share it with a group that you are both in: {}.",
        _user_name(info.st_uid),
        suggest("db share", db=os.path.abspath(path), group=...),
    )


def check_group(group: str, path: str) -> int:
    """The id of a group that this login can share a database at `path` with.

    Raises WrongUse for a group that does not exist and for a folder that holds other files too, CareError if this login
    is not a member.
    """
    number = _gid(group)
    if os.getuid() != 0 and number not in _my_groups():
        raise CareError(
            f"You are not a member of the group {group}, so you cannot share with it.",
            f"The administrator can add you: usermod -aG {group} YOU; then log in again.",
        )
    folder, name = os.path.split(os.path.abspath(path))
    if os.path.isdir(folder) and not _is_the_groups(folder, number):
        others = [other for other in os.listdir(folder) if not other.startswith(name)]
        if others:
            raise WrongUse(
                f"{folder} contains other files too, and all of them would be shared with the group.",
                "Give the shared database its own folder {}.",
                given(db=os.path.join(folder, "shared", name)),
            )
    return number


def make_folder(folder: str) -> None:
    """Creates a database's folder, for its owner only, if it does not exist."""
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError as error:
        raise _folder_not_created(folder, error) from error


def _folder_not_created(folder: str, error: OSError) -> CareError:
    return CareError(
        f"The folder {folder} cannot be created: {error.strerror}.", "Give another place {}.", given(db=...)
    )


def prepare_folder(path: str, *, make: bool) -> None:
    """Makes sure that a database's folder exists: creates it (`make`), or raises WrongUse if it does not exist.

    A folder is created only if the program itself chose the path, or somebody has just read it on the screen; a typo in
    a path of a command creates nothing.
    """
    folder = os.path.dirname(os.path.abspath(path))
    if make:
        make_folder(folder)
    elif not os.path.isdir(folder):
        raise WrongUse(f"There is no folder {folder}.", "Create it first, or give another file {}.", given(db=...))


def share(path: str, group: str) -> None:
    """Gives the database at `path` and its folder to a group, with the modes 0660 and 2770."""
    path = os.path.realpath(path)  # the folder of the file itself, not of a link to it
    number = check_group(group, path)
    folder = os.path.dirname(os.path.abspath(path))
    try:
        if not _is_the_groups(folder, number):
            os.chown(folder, -1, number)
            os.chmod(folder, 0o2770)
        for ending in _FILES:
            if os.path.exists(path + ending):
                os.chown(path + ending, -1, number)
                os.chmod(path + ending, 0o660)
        _share_contents(path + CONTENTS, number)
    except OSError as error:
        raise CareError(
            f"{path} cannot be given to the group {group}: {error.strerror}.",
            "Its owner, who must be a member of {}, or the administrator can do it: {}.",
            group,
            suggest("db share", db=os.path.abspath(path), group=group),
        ) from error


def _share_contents(folder: str, group: int) -> None:
    """Gives the contents of attached files to a group, as new ones are given to it. Follows no links."""
    if os.path.islink(folder):
        return
    for place, _, names in os.walk(folder):
        os.chown(place, -1, group)
        os.chmod(place, 0o2770)
        for name in names:
            file = os.path.join(place, name)
            if not os.path.islink(file):
                os.chown(file, -1, group)
                os.chmod(file, 0o660)


def sharing_problems(path: str) -> list[str]:
    """What would keep the logins of one group from working together on a database, each as a sentence.

    Also reports access by everybody on this machine, and a disk that may be shared with other machines.
    """
    path = os.path.realpath(path)
    folder_path = os.path.dirname(path)
    file, folder = os.stat(path), os.stat(folder_path)
    problems = [] if (unknown := unknown_disk(path)) is None else [unknown]
    if file.st_mode & stat.S_IWGRP:
        if not folder.st_mode & stat.S_ISGID:
            problems.append("The file belongs to the group but its folder is not setgid: new files would not.")
        if not folder.st_mode & stat.S_IWGRP:
            problems.append("The file belongs to the group but its folder is closed to it: SQLite needs both.")
        closed = [place for place in _above(folder_path) if not _lets_in(place, file.st_gid)]
        if closed:
            problems.append(f"The group may not enter {closed[0]}, a folder above the database.")
    if file.st_mode & stat.S_IWOTH:
        problems.append("Everybody on this machine can write to it.")
    elif folder.st_mode & stat.S_IWOTH:
        can = "put files beside it" if folder.st_mode & stat.S_ISVTX else "replace it"
        problems.append(f"Everybody on this machine can {can}: {folder_path} is open to all.")
    elif file.st_mode & stat.S_IROTH and folder.st_mode & stat.S_IXOTH:
        problems.append("Everybody on this machine can read it.")
    for ending in _FILES[1:]:
        name = path + ending
        if os.path.exists(name) and stat.S_IMODE(os.stat(name).st_mode) != stat.S_IMODE(file.st_mode):
            problems.append(f"{os.path.basename(name)} has different permissions than the database.")
    return problems


def _is_the_groups(folder: str, group: int) -> bool:
    info = os.stat(folder)
    wanted = stat.S_ISGID | stat.S_IRWXG
    return info.st_gid == group and info.st_mode & wanted == wanted


def _lets_in(folder: str, group: int) -> bool:
    info = os.stat(folder)
    return bool(info.st_mode & (stat.S_IXGRP if info.st_gid == group else stat.S_IXOTH))


def _above(folder: str) -> list[str]:
    """All folders above one, the outermost first."""
    places = []
    while (outer := os.path.dirname(folder)) != folder:
        places.append(outer)
        folder = outer
    return places[::-1]


def _closed(path: str) -> str:
    """The outermost folder on the way to `path` that this login may not enter."""
    for folder in [*_above(os.path.abspath(path))]:
        if not os.access(folder, os.X_OK):
            return folder
    return os.path.dirname(os.path.abspath(path))


def _my_groups() -> set[int]:
    return {os.getegid(), *os.getgroups()}


def _gid(group: str) -> int:
    try:
        import grp
    except ImportError:
        raise WrongUse("This system has no groups to share with.", "Use one login for the team.") from None
    try:
        return grp.getgrnam(group).gr_gid
    except KeyError:
        raise WrongUse(
            f"There is no group {group!r} on this machine.", f"The administrator can create it: groupadd {group}."
        ) from None


def _group_name(number: int) -> str:
    try:
        import grp

        return grp.getgrgid(number).gr_name
    except (ImportError, KeyError):
        return ""


def _user_name(number: int) -> str:
    try:
        import pwd

        return pwd.getpwuid(number).pw_name
    except (ImportError, KeyError):
        return f"the login {number}"
