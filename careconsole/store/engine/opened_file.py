"""The file of an open database, which others may move, remove or replace meanwhile."""

from __future__ import annotations

import os

from careconsole.domain.hints import given
from careconsole.store.engine.base import DatabaseMissing
from careconsole.store.engine.database_files import FileId, database_closed, database_opened


class OpenedFile:
    """The file that was at `path` when the database was opened.

    Until `close`, this process does not open the file outside SQLite (see `file_head`).
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._place = os.path.abspath(path)
        self._file = self._found()
        database_opened(self._file)

    def close(self) -> None:
        """Ends the tracking; the connection must be closed before."""
        database_closed(self._file)

    def is_there(self) -> bool:
        """Whether the file is still at its path."""
        return self._found() == self._file

    def is_missing(self) -> bool:
        """Whether no file is at its path."""
        return self._found() is None

    def must_be_there(self, *, written: bool = False) -> None:
        """Raises DatabaseMissing unless the file is at its path; `written` means that data was committed just now.

        A file removed while it is open still accepts writes, which are then lost.
        """
        there = self._found()
        if there == self._file:
            return
        if written:
            raise DatabaseMissing(
                f"The database {self.path} was removed or moved at the moment this was stored.",
                "If it was stored at all, it is in the file that was moved. Put that back and check.",
            )
        if there is not None:
            raise DatabaseMissing(
                f"The database {self.path} was replaced by another file while it was open.",
                "Nothing was changed. Check what is there now, and do it again.",
            )
        raise DatabaseMissing(
            f"The database {self.path} was removed or moved while it was open.",
            "Nothing was changed. Put it back, or give another {}.",
            given(db=...),
        )

    def _found(self) -> FileId | None:
        try:
            found = os.stat(self._place)
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino
