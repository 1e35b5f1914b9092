"""Opens a team's database for the person at work, and reports an upgrade of it on standard error."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from careconsole.desk.database.environment import on_server
from careconsole.desk.session import Desk
from careconsole.domain.terminal_text import display_text
from careconsole.store import open_store
from careconsole.store.engine import file_permissions
from careconsole.store.engine.file_permissions import check_place, kept_beside

_EVERY = 0.1
"""Seconds between two progress updates."""


def open_database(place: str, now: Callable[[], int], workstation: str, os_user: str) -> Desk:
    """A desk on the database at `place`, with nobody at work yet. Raises what `open_store` raises."""
    return Desk(open_store(place, OnStandardError()), now, None, workstation, os_user)


def open_to_watch(place: str, now: Callable[[], int], workstation: str, os_user: str) -> Desk:
    """As `open_database`, for what stays open and only reads: nothing can be changed by it."""
    desk = open_database(place, now, workstation, os_user)
    desk.store.engine.refuse_writes()
    return desk


def open_read_only(place: str, now: Callable[[], int], workstation: str, os_user: str) -> Desk:
    """A desk that only reads: it creates, upgrades, locks and writes nothing, not even beside the file.

    Raises CareError for anything but a database of this program in its current shape.
    """
    if on_server(place):
        return open_to_watch(place, now, workstation, os_user)
    from careconsole.store.maintenance import readonly  # only shell completion opens a database like this

    return Desk(readonly.open_read_only(place), now, None, workstation, os_user)


def is_there(place: str) -> bool:
    """Whether there is a database at `place`. Raises WrongUse when there is none but an earlier one is kept beside it.

    So no new team is created where another one's database is merely missing. A database on a server is there: what is
    said of one without a team comes from reading it.
    """
    if on_server(place):
        return True
    if os.path.exists(place):
        return True
    if kept_beside(place) is not None:
        check_place(place)
    return False


def has_folder(place: str) -> bool:
    """Whether the folder of a database at `place` exists; on a server there is none to make."""
    return on_server(place) or os.path.isdir(os.path.dirname(os.path.abspath(place)))


def check_creatable(place: str) -> None:
    """Raises CareError if no team can be created at `place`. What a server allows, it says when it is asked to."""
    if not on_server(place):
        file_permissions.check_creatable(place)


class OnStandardError:
    """Reports an upgrade on standard error; its progress on a terminal only."""

    def __init__(self) -> None:
        self._shown = 0.0
        self._line = ""

    def say(self, sentence: str) -> None:
        """Writes a line."""
        self._write(f"{self._cleared()}careconsole: {display_text(sentence)}\n")

    def at(self, what: str, done: int, of: int) -> None:
        """Writes the progress of `what` over what was written before."""
        if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
            return
        now = time.monotonic()
        if done < of and now - self._shown < _EVERY:
            return
        self._shown = now
        line = f"{what}: {done:,} of {of:,}"
        self._write(self._cleared() + line)
        self._line = line
        if done >= of:
            self._write("\n")
            self._line = ""

    def _cleared(self) -> str:
        blank, self._line = " " * len(self._line), ""
        return f"\r{blank}\r" if blank else ""

    def _write(self, text: str) -> None:
        with suppress(OSError, ValueError):  # a closed standard error must not stop an upgrade
            sys.stderr.write(text)
            sys.stderr.flush()
