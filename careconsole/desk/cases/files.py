"""Files of cases: attaching one, listing, saving to a folder, and how much may be kept."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import IO, TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from careconsole.desk.queries.case_files import CaseFile, files_of_case
from careconsole.desk.queries.merged_cases import merged_into
from careconsole.desk.session import Desk, load
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.command import Command
from careconsole.domain.case.event import Event
from careconsole.domain.case.files import (
    LONGEST_NAME,
    Attach,
    Attached,
    find_file,
    safe_file_name,
)
from careconsole.domain.errors import CareError, Refused, WrongUse
from careconsole.domain.hints import given, suggest
from careconsole.domain.sizes import size_words
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import display_text
from careconsole.store.engine.database_files import is_open_database
from careconsole.store.engine.files import open_part, put_in_place, refuse_database
from careconsole.store.files import TooLarge

if TYPE_CHECKING:
    from mimetypes import MimeTypes

_MB = 1_000_000
_LARGEST, _ALL = "files_largest", "files_all"
"""Settings of the team: the most megabytes of one file, and of all files together."""
_USUAL = {_LARGEST: 25, _ALL: 10_000}
_STANDARD_INPUT = "-"
_SHOWN = 80


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """The most bytes of one file and of all files together, and how many bytes are kept now."""

    file: int
    total: int
    kept: int


class CaseFiles(msgspec.Struct, frozen=True, kw_only=True):
    """The files of a case, in the order in which they came; `missing` are the labels of those without their content."""

    case: int
    files: tuple[CaseFile, ...]
    missing: frozenset[str]
    roster: Roster
    now: int
    notices: tuple[str, ...] = ()


def limits(desk: Desk) -> Limits:
    """How large files may be, and how much is kept."""
    return desk.read(lambda unit: _limits(unit))


def set_limits(desk: Desk, *, file: int | None = None, total: int | None = None) -> Limits:
    """Sets the most megabytes of one file and of all together; what is None stays. Only a lead may.

    What is kept already stays, whatever its size.
    """

    def work(unit: UnitOfWork) -> Limits:
        unit.must_lead("say how large files may be")
        before = _limits(unit)
        for name, value in ((_LARGEST, file), (_ALL, total)):
            if value is not None:
                unit.store.people.set(name, str(value))
        after = _limits(unit)
        if (after.file, after.total) == (before.file, before.total):
            raise Refused("The limits are like that already.", "Nothing to change.")
        if after.file > after.total:
            raise WrongUse("One file may not be larger than all together.", "Give a larger {}.", given(total=...))
        unit.record_change(
            "files limited",
            "the limits of files",
            {
                "file": after.file // _MB,
                "total": after.total // _MB,
                "before": {"file": before.file // _MB, "total": before.total // _MB},
            },
        )
        return after

    return desk.write(work)


def with_content(desk: Desk, command: Command) -> Command:
    """Keeps the content of the file that a command attaches; returns the command with what is known of it.

    Any other command is returned as it is. Raises WrongUse or CareError for what is no plain file or cannot be read,
    and Refused when it is too large, or too much is kept already.
    """
    if not isinstance(command, Attach):
        return command
    _ = desk.who  # nothing is kept for somebody who may not work here
    try:
        return _kept(desk, command)
    except CareError as error:
        error.field = "file"
        raise


def _kept(desk: Desk, command: Attach) -> Attach:
    name = _name(command)
    most = limits(desk)
    with _opened(command.file) as source:
        try:
            if most.kept >= most.total:
                raise _full(most)
            digest, size = desk.store.contents.put(source, min(most.file, most.total - most.kept))
        except TooLarge:
            if most.total - most.kept < most.file:
                raise _full(most) from None
            raise Refused(
                f"{_shown(command.file)} is larger than {size_words(most.file)}, the most for one file.",
                "Attach a smaller one. A lead can allow more: {}.",
                suggest("files limit", each=2 * most.file // _MB),
            ) from None
        except OSError as error:
            raise _unreadable(command.file, error) from error
    type, _encoding = _types().guess_type(name)
    return replace(command, file="", name=name, digest=digest, size=size, type=type or "application/octet-stream")


def must_be_kept(unit: UnitOfWork, command: Command) -> None:
    """Raises CareError if the content that a command attaches is gone; nobody can remove it in this transaction."""
    if isinstance(command, Attach) and not unit.store.contents.has(command.digest):
        raise CareError("The content of the file was removed meanwhile.", "Attach it again.")


def must_have_contents(unit: UnitOfWork, command: int, history: Iterable[Event]) -> None:
    """Raises Refused if the content of a file that the command attached is no longer kept."""
    for event in history:
        fact = event.fact
        if event.command == command and isinstance(fact, Attached) and not unit.store.contents.has(fact.digest):
            raise Refused(
                f"The content of {display_text(fact.name, _SHOWN)} was removed after you undid it.", "Attach it again."
            )


def files_of(desk: Desk, number: int) -> CaseFiles:
    """The files of a case. Raises WrongUse when there is no such case."""

    def work(unit: UnitOfWork) -> CaseFiles:
        notices: list[str] = []
        case = load(desk, number, notices)
        contents = unit.store.contents
        merged = merged_into(unit, case.number, unit.store.cases.history(case.number))
        mails = unit.store.mails.with_files([case.number, *(one.number for one, _ in merged)])
        digests = {mail.number: mail.sha256 for mail in mails}
        files = files_of_case(case, mails)
        missing = (f.label for f in files if not contents.has(f.digest or digests[f.mail or 0]))
        return CaseFiles(
            case=case.number,
            files=files,
            missing=frozenset(missing),
            roster=unit.roster,
            now=unit.now,
            notices=tuple(notices),
        )

    return desk.read(work)


def find_listed(desk: Desk, number: int, label: str | None) -> CaseFile:
    """The file of a case with this label; its only one if that is None. Raises WrongUse without one."""
    found = files_of(desk, number)
    see = suggest("files list", found.case)
    if not found.files:
        raise WrongUse(f"Case {found.case} has no files.", "Attach one: {}.", suggest("attach", found.case, file=...))
    if label is None:
        if len(found.files) > 1:
            raise WrongUse(f"Case {found.case} has {len(found.files)} files.", "Say which by its number: {}.", see)
        return found.files[0]
    for file in found.files:
        if file.label == label.strip().lower():
            return file
    raise WrongUse(f"Case {found.case} has no file {display_text(label, _SHOWN)}.", "See {}.", see)


def save(desk: Desk, number: int, entry: int | None, folder: str, *, force: bool = False) -> str:
    """Saves a file of a case in a folder, under a safe name; returns its path. Only its owner may read it.

    `entry` is the number of the event that attached it; None for the only file. An existing file is replaced only with
    `force`, a database never, and nothing is written through a link. Raises CareError for a content that is missing or
    has changed.
    """
    case = desk.read(lambda unit: load(desk, number, []))
    file = find_file(case, entry)
    contents = desk.store.contents
    if problem := contents.problem(file.digest):
        raise CareError(
            f"The content of {display_text(file.name, _SHOWN)} (entry {file.number} of case {case.number}) {problem}.",
            "Get it from a backup: those of the team have the contents of files.",
        )
    return save_content(lambda: contents.read(file.digest), file.name, folder, force=force)


def save_content(source: Callable[[], IO[bytes]], name: str, folder: str, *, force: bool = False) -> str:
    """Saves a content in a folder, under a safe name made of `name`; returns its path (see `save`)."""
    folder = os.path.expanduser(folder)
    if not os.path.isdir(folder):
        raise WrongUse(f"There is no folder {_shown(folder)}.", "Create it first, or name another.")
    path = os.path.join(folder, safe_file_name(name))
    if os.path.islink(path):
        raise WrongUse(f"{path} is a link; nothing is written through links.", "Name another folder.")
    if os.path.isdir(path):
        raise WrongUse(f"{path} is a folder.", "Name another folder.")
    refuse_database(path)
    if not force and os.path.lexists(path):  # `put_in_place` checks it again, in one step with the move
        raise WrongUse(f"{path} exists already.", "Save it in another folder, or move that file away.")
    try:
        with open_part(path) as part:
            with open(part.handle, "wb", buffering=0) as target, source() as content:
                while chunk := content.read(_MB):
                    rest = memoryview(chunk)
                    while rest:
                        rest = rest[target.write(rest) :]
                os.fsync(target.fileno())
            put_in_place(part.path, path, replace=force)
    except OSError as error:
        raise CareError(
            f"{path} cannot be written: {error.strerror or error}.", "Give another folder, or free some space."
        ) from error
    return path


def _limits(unit: UnitOfWork) -> Limits:
    def megabytes(name: str) -> int:
        value = unit.store.people.setting(name) or ""
        return int(value) if value.isascii() and value.isdigit() else _USUAL[name]

    return Limits(file=megabytes(_LARGEST) * _MB, total=megabytes(_ALL) * _MB, kept=unit.store.contents.total())


def _full(most: Limits) -> Refused:
    return Refused(
        f"{size_words(most.kept)} of files are kept already, and the most for all together is"
        f" {size_words(most.total)}.",
        "Remove what nobody needs: {}. A lead can allow more: {}.",
        suggest("db tidy"),
        suggest("files limit", total=2 * most.total // _MB),
    )


def _name(command: Attach) -> str:
    """The name under which it is attached: the one that was given, else the last part of the path."""
    given_name = command.name.strip()
    if not given_name and command.file == _STANDARD_INPUT:
        raise WrongUse("A file from standard input has no name.", "Give it one {}.", given(name=...))
    name = (given_name or os.path.basename(os.path.abspath(os.path.expanduser(command.file)))).strip()
    clean = name.encode("utf-8", "replace").decode().replace("\0", "")
    return clean if len(clean.encode()) <= LONGEST_NAME else safe_file_name(clean)


@contextmanager
def _opened(path: str) -> Iterator[IO[bytes]]:
    """The file to attach. Raises WrongUse for what is no plain file, CareError for what cannot be opened."""
    if path == _STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    if not path.strip():
        raise WrongUse("The file is missing.", "Give its path.")
    real = os.path.expanduser(path)
    try:
        # Without O_NONBLOCK, opening a FIFO waits for somebody to write to it.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
        _must_be_plain(path, os.stat(real).st_mode)
        if is_open_database(real):
            raise WrongUse(f"{_shown(path)} is the database itself.", "Attach another file.")
        handle = os.open(real, flags)
        with open(handle, "rb", buffering=0) as file:
            _must_be_plain(path, os.fstat(handle).st_mode)
            yield file
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def _must_be_plain(path: str, mode: int) -> None:
    kinds = (
        (stat.S_ISDIR, "a folder", "Attach the files in it one by one, or pack it first."),
        (stat.S_ISFIFO, "a pipe", "Save its content to a file first, or give - for standard input."),
        (stat.S_ISSOCK, "a socket", "Give a file."),
        (stat.S_ISCHR, "a device", "Give a file."),
        (stat.S_ISBLK, "a device", "Give a file."),
    )
    for is_kind, words, hint in kinds:
        if is_kind(mode):
            raise WrongUse(f"{_shown(path)} is {words}, not a file.", hint)


def _unreadable(path: str, error: OSError | ValueError) -> CareError:
    if isinstance(error, OSError) and error.errno == errno.ENOENT:
        return WrongUse(f"There is no file {_shown(path)}.", "Check the path.")
    why = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
    return CareError(f"{_shown(path)} cannot be read: {why}.", "Nothing was attached. Get read access to it.")


def _shown(path: str) -> str:
    return display_text(path, 200)


@cache
def _types() -> MimeTypes:
    """Types by the ending of a name, the same on every machine."""
    from mimetypes import MimeTypes  # loads urllib, and every command of a case loads this module

    return MimeTypes()
