"""Opens a team's database for somebody at work, and tells them on standard error when it is upgraded on the way."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from careconsole.store import open_store

if TYPE_CHECKING:
    from careconsole.store import Store

_EVERY = 0.1
"""Seconds between two signs of progress."""


def open_database(place: str) -> Store:
    """Opens the database at `place`. Raises what `open_store` raises."""
    return open_store(place, OnStandardError())


class OnStandardError:
    """Tells of an upgrade on standard error; how far it is, on a terminal alone."""

    def __init__(self) -> None:
        self._shown = 0.0
        self._line = ""

    def say(self, sentence: str) -> None:
        """Writes a line."""
        from careconsole.domain.text import display_text

        self._write(f"{self._cleared()}careconsole: {display_text(sentence)}\n")

    def at(self, what: str, done: int, of: int) -> None:
        """Writes how far something is over what was written of it before."""
        if not sys.stderr.isatty():
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
        with suppress(OSError, ValueError):  # that nobody reads there stops no upgrade
            sys.stderr.write(text)
            sys.stderr.flush()
