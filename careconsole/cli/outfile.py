"""Where an export goes: to standard output, or to a file that is there whole or not at all."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

import click

from careconsole.cli.output import data_file, put, safe_json
from careconsole.domain.errors import CareError, WrongUse

OUT = click.option(
    "--out", type=click.Path(), default="-", metavar="FILE", help="A file that is there whole or not at all."
)
_STANDARD_OUTPUT = "-"
_BESIDE = ("", "-wal", "-shm", "-journal")


class Lines:
    """Takes lines of JSON: for a file as they are, else with escapes for what a terminal might act on."""

    def __init__(self, file: IO[str] | None) -> None:
        self._file = file

    def __call__(self, line: str) -> None:
        """Writes one line."""
        if self._file is None:
            put(safe_json(line))
        else:
            self._file.write(f"{line}\n")


@contextmanager
def lines_to(out: str, database: str, *, private: bool = False) -> Iterator[Lines]:
    """Where lines of JSON go: `out` is a path, or "-". With `private` nobody but its owner may read the file."""
    if out == _STANDARD_OUTPUT:
        yield Lines(None)
        return
    keep_apart(out, database)
    with replacing(out, private=private) as file:
        yield Lines(file)


@contextmanager
def rows_to(out: str, database: str) -> Iterator[tuple[IO[str], bool]]:
    """Where rows of CSV go, and whether that is a terminal: `out` is a path, or "-"."""
    if out == _STANDARD_OUTPUT:
        with data_file() as found:
            yield found
        return
    keep_apart(out, database)
    with replacing(out) as file:
        yield file, False


def keep_apart(out: str, database: str) -> None:
    """Raises WrongUse when a file that is to be written is the database itself, or one that SQLite keeps beside it."""
    for ending in _BESIDE:
        other = database + ending
        if os.path.realpath(out) == os.path.realpath(other) or (os.path.exists(out) and _same(out, other)):
            raise WrongUse(f"{out} is the database itself.", "Name another file.")


@contextmanager
def replacing(path: str, *, private: bool = False) -> Iterator[IO[str]]:
    """A text file (UTF-8, line ends as written) that takes the place of `path` when everything went well.

    It keeps the mode of a file that it replaces. What is no plain file, such as /dev/null, is written to as it is.
    """
    place = os.path.realpath(path)
    old: os.stat_result | None = None
    with suppress(FileNotFoundError):
        old = os.stat(place)
    if old is not None and not stat.S_ISREG(old.st_mode):
        if stat.S_ISDIR(old.st_mode):
            raise WrongUse(f"{path} is a folder.", "Name a file in it.")
        with _told(path), open(place, "w", encoding="utf-8", newline="") as file:
            yield file
        return
    half = f"{place}.{os.getpid()}-{time.time_ns()}.part"
    with _told(path):
        handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666)
        try:
            with open(handle, "w", encoding="utf-8", newline="") as file:
                yield file
                file.flush()
                if old is not None:
                    os.chmod(half, old.st_mode & (0o600 if private else 0o777))
                os.fsync(file.fileno())
            os.replace(half, place)
        except BaseException:
            with suppress(OSError):
                os.remove(half)
            raise


@contextmanager
def _told(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.filename is None or not str(error.filename).startswith(os.path.realpath(path)):
            raise
        raise CareError(f"{path} cannot be written: {error.strerror}.", "Name another file, or make room.") from error


def _same(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def nobody_reads() -> bool:
    """Whether standard output is a pipe, or a connection, whose other end is closed."""
    import select

    if not hasattr(select, "poll"):
        return False
    try:
        poll = select.poll()
        poll.register(sys.stdout.fileno(), 0)
        return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))
    except (OSError, ValueError):  # no file stands behind it
        return False
