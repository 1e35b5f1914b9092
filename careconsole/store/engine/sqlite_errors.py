"""Translates the SQLite driver's errors into messages that say what to do."""

from __future__ import annotations

import os

from careconsole.domain.errors import CareError
from careconsole.domain.hints import given, hint_of, suggest
from careconsole.store.engine.base import AccessPrevented, Busy, DatabaseCorrupt, RuleBroken
from careconsole.store.engine.decoding import RESTORE_HINT
from careconsole.store.engine.driver import sqlite3
from careconsole.store.engine.file_permissions import access_hint

_LEAST_ROOM = 64 << 10
"""Bytes; with less, SQLite cannot create the files beside a database, and only reports that it cannot open it."""


def _disk_is_full(path: str) -> bool:
    from shutil import disk_usage

    try:
        return disk_usage(os.path.dirname(os.path.abspath(path))).free < _LEAST_ROOM
    except OSError:
        return False


class explained:
    """A context manager that turns the driver's errors into CareErrors that say what to do."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, failure: BaseException | None, trace: object) -> None:
        if isinstance(failure, UnicodeDecodeError) and b"malformed" in failure.object:
            text = "malformed"  # the driver's message quotes damaged text, and could not be decoded itself
        elif isinstance(failure, sqlite3.Error):
            text = str(failure)
        else:
            return
        if ("I/O" in text or "unable to open" in text) and _disk_is_full(self.path):
            text = "disk is full"
        for words, message, hint in _FAILURES:
            if words in text:
                raise _KINDS.get(words, CareError)(
                    message.format(path=self.path), hint or access_hint(self.path)
                ) from failure
        if isinstance(failure, sqlite3.DatabaseError):
            kind_of = RuleBroken if isinstance(failure, sqlite3.IntegrityError) else CareError
            raise kind_of(
                f"The database {self.path} failed: {text}.", "Check it: {}.", suggest("db check")
            ) from failure


_KINDS: dict[str, type[CareError]] = {
    "database is locked": Busy,
    "readonly database": AccessPrevented,
    "unable to open database file": AccessPrevented,
    "disk is full": AccessPrevented,
    "malformed": DatabaseCorrupt,
    "Could not decode": DatabaseCorrupt,
}
"""The errors that have a class of their own; the others are raised as CareError."""

_FAILURES = (
    (
        "file is not a database",
        "{path} is not a careconsole database.",
        hint_of("Give the right file {}, or create one: {}.", given(db=...), suggest("init", team=..., lead=...)),
    ),
    (
        "database is locked",
        "The database {path} is busy: somebody else is writing to it.",
        "Nothing was changed. Try again in a moment.",
    ),
    (
        "readonly database",
        "You may not write to {path} or its folder, where SQLite keeps two more files.",
        "",
    ),
    (
        "unable to open database file",
        "{path} cannot be opened: you may not write to its folder, where SQLite keeps two more files.",
        "",
    ),
    (
        "disk is full",
        "The disk of {path} is full.",
        "Nothing was changed. Free some space and try again; what is stored is safe.",
    ),
    (
        "disk I/O error",
        "The disk of {path} failed to read or write.",
        hint_of("Nothing was changed. Check the disk, then run {}.", suggest("db check")),
    ),
    (
        "malformed",
        "The database {path} is damaged.",
        RESTORE_HINT,
    ),
    (
        "Could not decode",
        "The database {path} is damaged: a text in it is no longer valid text.",
        RESTORE_HINT,
    ),
)
