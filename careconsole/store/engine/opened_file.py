"""The file of a database that is open here, which others may move, remove or replace meanwhile."""

from __future__ import annotations

import os

from careconsole.domain.hints import given
from careconsole.store.engine.base import DatabaseMissing
from careconsole.store.engine.files import FileId, database_closed, database_opened


class OpenedFile:
    """The file that lay at `path` when the database was opened.

    Until it is closed, nothing of this process opens the file outside SQLite.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._place = os.path.abspath(path)
        self._file = self._found()
        database_opened(self._file)

    def close(self) -> None:
        """Ends it, once the connection is closed."""
        database_closed(self._file)

    def is_there(self) -> bool:
        """Whether it is still what lies at its place."""
        return self._found() == self._file

    def is_missing(self) -> bool:
        """Whether nothing lies at its place."""
        return self._found() is None

    def must_be_there(self, *, written: bool = False) -> None:
        """Raises DatabaseMissing where it is not; with `written`, something was stored just now.

        An open file that was removed goes on to take everything, for nobody.
        """
        there = self._found()
        if there == self._file:
            return
        if written:
            raise DatabaseMissing(
                f"The database {self.path} was removed or moved in the moment in which this was stored.",
                "It is stored in the file that was moved, if anywhere. Put that back, and look.",
            )
        if there is not None:
            raise DatabaseMissing(
                f"Another file was put in the place of the database {self.path} while it was open.",
                "Nothing was changed. Look what lies there now, and do it again.",
            )
        raise DatabaseMissing(
            f"The database {self.path} was removed or moved while it was open.",
            "Nothing was changed. Put it back, or name another {}.",
            given(db=...),
        )

    def _found(self) -> FileId | None:
        try:
            found = os.stat(self._place)
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino
