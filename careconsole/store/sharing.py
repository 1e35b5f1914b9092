"""A database that several logins of one machine work on: whose folder and file it is.

The folder is 2770, so that what SQLite creates in it belongs to the group; the file is 0660, and SQLite gives its two
companions the same mode. Anything looser or tighter locks somebody out, sooner or later.
"""

from __future__ import annotations

import os
import stat

from careconsole.domain.errors import CareError, WrongUse


def make_folder(folder: str, group: str | None) -> None:
    """Creates the folder of a database; for a `group`, with the mode 2770 (an existing one is changed)."""
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        if group is not None:
            os.chown(folder, -1, _gid(group))
            os.chmod(folder, 0o2770)
    except PermissionError as error:
        raise CareError(
            f"The folder {folder} cannot be made the group's: {error.strerror}.",
            f"Be its owner and a member of {group}, or let the administrator do it.",
        ) from error
    except OSError as error:
        raise CareError(f"The folder {folder} cannot be made: {error.strerror}.", "Name another with --db.") from error


def share(path: str, group: str) -> None:
    """Gives the database file to a group, with the mode 0660."""
    try:
        for name in (path, f"{path}-wal", f"{path}-shm"):
            if os.path.exists(name):
                os.chown(name, -1, _gid(group))
                os.chmod(name, 0o660)
    except PermissionError as error:
        raise CareError(
            f"{path} cannot be given to the group {group}: {error.strerror}.",
            f"Be its owner and a member of {group}: the administrator adds you.",
        ) from error


def sharing_problems(path: str) -> list[str]:
    """What would keep logins of one group from working together on a database, each as a sentence."""
    file, folder = os.stat(path), os.stat(os.path.dirname(os.path.abspath(path)))
    problems = []
    group_writes = file.st_mode & stat.S_IWGRP
    if group_writes and not folder.st_mode & stat.S_ISGID:
        problems.append("The file is the group's but its folder is not setgid: new files would be one login's own.")
    if group_writes and not folder.st_mode & stat.S_IWGRP:
        problems.append("The file is the group's but its folder is closed to the group: SQLite needs both.")
    if file.st_mode & stat.S_IWOTH or folder.st_mode & stat.S_IWOTH:
        problems.append("Everybody on this machine can write to it.")
    for name in (f"{path}-wal", f"{path}-shm"):
        if os.path.exists(name) and stat.S_IMODE(os.stat(name).st_mode) != stat.S_IMODE(file.st_mode):
            problems.append(f"{os.path.basename(name)} has another mode than the database.")
    return problems


def _gid(group: str) -> int:
    import grp

    try:
        return grp.getgrnam(group).gr_gid
    except KeyError:
        raise WrongUse(
            f"There is no group {group!r} on this machine.", f"The administrator creates it: groupadd {group}."
        ) from None
