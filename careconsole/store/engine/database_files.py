"""Which files are databases, and which of them are open in this process.

Closing any descriptor of a file drops all the locks that this process holds on it, SQLite's too. So a database that is
open here is never opened a second time outside SQLite.
"""

from __future__ import annotations

import os

APPLICATION_ID = 0x63617265
"""Marks a SQLite file as a database of careconsole: "care"."""

SQLITE_HEAD = b"SQLite format 3\0"
"""How a file begins that SQLite made."""
_PLACE_OF_ID = slice(68, 72)

FileId = tuple[int, int]
"""The device and the inode, which identify a file whatever its name."""

_open_databases: dict[FileId, int] = {}
"""How many connections this process has to each file."""


def database_opened(file: FileId | None) -> None:
    """Notes that this process has a database open."""
    if file is not None:
        _open_databases[file] = _open_databases.get(file, 0) + 1


def database_closed(file: FileId | None) -> None:
    """Notes that one of the connections to a database is closed."""
    if file is not None and _open_databases.get(file, 0) > 0:
        _open_databases[file] -= 1


def file_head(path: str) -> bytes:
    """The first bytes of a plain file; empty for anything else, and for a database that is open in this process."""
    if not is_plain_file(path):
        return b""
    with open(path, "rb", buffering=0) as file:
        return file.read(_PLACE_OF_ID.stop) or b""


def is_open_database(path: str) -> bool:
    """Whether this is a database that is open in this process. Raises OSError if there is no file."""
    found = os.stat(path)
    return _open_databases.get((found.st_dev, found.st_ino), 0) > 0


def is_plain_file(path: str) -> bool:
    """Whether this is a file that can be opened here: no pipe, no device, and no database open in this process."""
    return os.path.isfile(path) and not is_open_database(path)


def application_id(head: bytes) -> int | None:
    """The application id of a SQLite file that begins with `head`; None for any other file."""
    return int.from_bytes(head[_PLACE_OF_ID]) if head.startswith(SQLITE_HEAD) else None
