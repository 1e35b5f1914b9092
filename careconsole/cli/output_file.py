"""Where an export goes: to standard output, or to a file that is there whole or not at all."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

import click

from careconsole.cli.output import data_file, put, safe_json
from careconsole.desk.text_files import written_file
from careconsole.domain.errors import WrongUse

FORCE = click.option("--force", is_flag=True, help="Replace FILE where there is one; a database never.")
_STANDARD_OUTPUT = "-"
_BESIDE = ("", "-wal", "-shm", "-journal")


def out_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say where an export goes."""
    what = "A new file, yours alone, that is there whole or not at all."
    return click.option("--out", type=click.Path(), default="-", metavar="FILE", help=what)(FORCE(command))


class Lines:
    """Takes lines of JSON: for a file as they are, for a terminal with escapes for what it might act on."""

    def __init__(self, file: IO[str] | None) -> None:
        self._file = file
        self._shown = file is not None and file.isatty()

    def __call__(self, line: str) -> None:
        """Writes one line."""
        if self._file is None:
            put(safe_json(line))
        else:
            self._file.write(f"{safe_json(line) if self._shown else line}\n")


@contextmanager
def lines_to(out: str, database: str, *, force: bool, private: bool = False) -> Iterator[Lines]:
    """Where lines of JSON go: `out` is a path, or "-". With `private` others may not read a file that is replaced."""
    if out == _STANDARD_OUTPUT:
        yield Lines(None)
        return
    keep_apart(out, database)
    with written_file(out, replace=force, private=private) as file:
        yield Lines(file)


@contextmanager
def rows_to(out: str, database: str, *, force: bool) -> Iterator[tuple[IO[str], bool]]:
    """Where rows of CSV go, and whether that is a terminal: `out` is a path, or "-"."""
    if out == _STANDARD_OUTPUT:
        with data_file() as found:
            yield found
        return
    keep_apart(out, database)
    with written_file(out, replace=force) as file:
        yield file, file.isatty()


def keep_apart(out: str, database: str) -> None:
    """Raises WrongUse when a file that is to be written is the database itself, or one that SQLite keeps beside it."""
    for ending in _BESIDE:
        other = database + ending
        if os.path.realpath(out) == os.path.realpath(other) or (os.path.exists(out) and _same(out, other)):
            raise WrongUse(f"{out} is the database itself.", "Name another file.")


def _same(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def nobody_reads() -> bool:
    """Whether standard output is a pipe, or a connection, whose other end is closed."""
    if not hasattr(select, "poll"):
        return False
    try:
        poll = select.poll()
        poll.register(sys.stdout.fileno(), 0)
        return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))
    except (OSError, ValueError):  # no file stands behind it
        return False
