"""Where an export goes: to standard output, or to a file that is written atomically."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import IO

import click

from careconsole.cli.arguments import FORCE, only_with
from careconsole.cli.output import data_file, put, put_text, safe_json
from careconsole.desk.database.environment import on_server
from careconsole.desk.text_files import written_file
from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import display_block

_STANDARD_OUTPUT = "-"
_BESIDE = ("", "-wal", "-shm", "-journal")


def out_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the options for where an export goes."""
    what = "A new file that only you can read, written completely or not at all."
    return click.option("--out", type=click.Path(), default="-", metavar="FILE", help=what)(FORCE(command))


def put_or_write(text: str, out: str, database: str, *, force: bool) -> bool:
    """Prints a text, or writes it to the file `out`; returns whether there is a file now."""
    if _is_output(out, force):
        put_text(text)
        return False
    must_not_be_database(out, database)
    with written_file(out, replace=force) as file:
        file.write(text)
    return True


def put_or_write_parts(parts: Iterable[str], out: str, database: str, *, force: bool) -> bool:
    """Prints a text that comes in parts, each of whole lines, or writes it to the file `out`, as `put_or_write`."""
    if _is_output(out, force):
        with data_file() as (file, shown):
            for part in parts:
                file.write(f"{display_block(part.rstrip(chr(10)))}\n" if shown and part else part)
        return False
    must_not_be_database(out, database)
    with written_file(out, replace=force) as file:
        file.writelines(parts)
    return True


class Lines:
    """Writes lines of JSON: unchanged to a file, with unsafe characters escaped to a terminal or standard output."""

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
    """Yields a writer of JSON lines to `out`, a path or "-". `private`: the group of a replaced file loses access."""
    if _is_output(out, force):
        yield Lines(None)
        return
    must_not_be_database(out, database)
    with written_file(out, replace=force, private=private) as file:
        yield Lines(file)


@contextmanager
def rows_to(out: str, database: str, *, force: bool) -> Iterator[tuple[IO[str], bool]]:
    """Yields a file for rows of CSV, and whether it is a terminal; `out` is a path or "-"."""
    if _is_output(out, force):
        with data_file() as found:
            yield found
        return
    must_not_be_database(out, database)
    with written_file(out, replace=force) as file:
        yield file, file.isatty()


def _is_output(out: str, force: bool) -> bool:
    """Whether `out` is standard output, where there is nothing to replace. Raises WrongUse if that was asked for."""
    only_with("a file", out != _STANDARD_OUTPUT, force=force)
    return out == _STANDARD_OUTPUT


def must_not_be_database(out: str, database: str) -> None:
    """Raises WrongUse if `out` is the database itself or one of the files that SQLite keeps beside it."""
    for ending in () if on_server(database) else _BESIDE:
        other = database + ending
        if os.path.realpath(out) == os.path.realpath(other) or (os.path.exists(out) and _same(out, other)):
            raise WrongUse(f"{out} is the database itself.", "Give another file.")


def _same(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def output_closed() -> bool:
    """Whether standard output is a pipe or socket whose other end is closed."""
    if not hasattr(select, "poll"):
        return False
    try:
        poll = select.poll()
        poll.register(sys.stdout.fileno(), 0)
        return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))
    except (OSError, ValueError):  # standard output has no file descriptor
        return False
