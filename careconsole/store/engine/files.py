"""Writes files for people: exports, rejected records, maps, cursors, backups.

Such a file is readable by its owner only (0600) from its first byte. It is written beside its destination, under a name
that ends in ".part", and appears there complete or not at all. An existing file is replaced only if the caller says so,
a database never, and nothing is ever written through a symbolic link. Pipes, terminals and /dev/null are written to
directly.
"""

from __future__ import annotations

import errno
import io
import os
import re
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.hints import given
from careconsole.store.engine.database_files import (
    APPLICATION_ID,
    SQLITE_HEAD,
    application_id,
    file_head,
    is_open_database,
)

_COMPANIONS = ("-wal", "-shm", "-journal")
_STREAMS = re.compile(r"(?:/dev|/proc/self)/fd/(\d{1,6})|/dev/std(out|err)")
_PART = re.compile(r"\.(?:(?P<machine>[0-9a-f]{8})-)?(?P<process>\d+)-[0-9a-f]+\.part(?:-wal|-shm|-journal)?")
_DAY = 86_400
_FULL = (errno.ENOSPC, errno.EDQUOT)
_NO_LINK: int = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def refuse_database(path: str) -> None:
    """Raises WrongUse for a database of careconsole, any database in use, and the files SQLite keeps beside one.

    Raises CareError for a file that cannot be read, because it might be a database.
    """
    hint = "Give another file; a database is never replaced."
    for ending in _COMPANIONS:
        base = path.removesuffix(ending)
        if (
            base != path
            and os.path.isfile(base)
            and (is_open_database(base) or file_head(base).startswith(SQLITE_HEAD))
        ):
            raise WrongUse(f"{path} belongs to the database {base}.", hint)
    if not os.path.isfile(path):
        return
    try:
        head = b"" if is_open_database(path) else file_head(path)
    except OSError as error:
        raise CareError(
            f"{path} cannot be replaced: it cannot be read ({error.strerror}), and it might be a database.",
            "Give another file.",
        ) from error
    in_use = os.path.exists(f"{path}-wal") and (not head or head.startswith(SQLITE_HEAD))
    if is_open_database(path) or in_use or application_id(head) == APPLICATION_ID:
        raise WrongUse(f"{path} is a database.", hint)


def must_have_folder(path: str) -> None:
    """Raises WrongUse if the folder in which `path` would be written is missing, or is no folder."""
    folder = os.path.dirname(os.path.abspath(path))
    try:
        if stat.S_ISDIR(os.stat(folder).st_mode):
            return
        missing = f"{folder} is not a folder."
    except FileNotFoundError:
        missing = f"There is no folder {folder}."
    except NotADirectoryError:
        missing = f"There can be no folder {folder}: what is above it is a file."
    except OSError:  # writing says why it cannot be entered
        return
    raise WrongUse(missing, "Create it first, or give another place.")


@contextmanager
def written_file(path: str, *, replace: bool = False, private: bool = False, keep: bool = False) -> Iterator[IO[str]]:
    """A text file (UTF-8, no newline translation) that appears at `path` once the block has succeeded.

    Only its owner may read it. With `replace` it replaces an existing file and keeps that file's group access (not with
    `private`). With `keep` what was written is kept even if the block fails later. Raises WrongUse for a file that
    exists (without `replace`), a database, a link or a folder, and for a missing folder; CareError if it cannot be
    written.
    """
    if (stream := _stream(path)) is not None:
        with _text(stream, path) as file:
            yield file
        return
    old = _replaceable(path, replace)
    failure: BaseException | None = None
    with open_part(path) as part:
        with _text(part.handle, path) as file:
            try:
                yield file
            except BaseException as error:
                if not keep or not file.tell():
                    raise
                failure = error
            _finish(file, path, old, private)
        put_in_place(part.path, path, replace=replace)
        if failure is not None:
            raise failure


class PartFile:
    """An unfinished file: its path, and the descriptor to write it with, which is open only if it was asked for."""

    def __init__(self, path: str, handle: int) -> None:
        self.path = path
        self.handle = handle


def new_part(path: str, *, open_it: bool = False) -> PartFile:
    """Creates an empty file beside `path` that only its owner may read, to be put in place when complete."""
    name = f"{path}.{_machine()}-{os.getpid()}-{os.urandom(6).hex()}.part"
    try:
        handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK, 0o600)
    except OSError as error:
        raise _failed(path, error) from error
    if not open_it:
        os.close(handle)
    return PartFile(name, handle)


@contextmanager
def open_part(path: str) -> Iterator[PartFile]:
    """As `part_beside`, for one file, and open: the caller closes it, and puts it in place.

    If it cannot be removed at the end, the next writing of `path` removes it. Why it could not be written is not hidden
    by that.
    """
    remove_stale_parts(path)
    part = new_part(path, open_it=True)
    try:
        yield part
    finally:
        with suppress(OSError):
            os.remove(part.path)


@contextmanager
def part_beside(path: str) -> Iterator[str]:
    """The path of an empty file beside `path` that only its owner may read, to be put in place when complete.

    If it is still there at the end, it is removed, with the files SQLite keeps beside a database.
    """
    remove_stale_parts(path)
    part = new_part(path).path
    try:
        yield part
    finally:
        for ending in ("", *_COMPANIONS):
            with suppress(FileNotFoundError):
                os.remove(part + ending)


def put_in_place(part: str, path: str, *, replace: bool = False) -> None:
    """Moves a complete file to `path`. Without `replace`, raises WrongUse if there is a file at `path` by now."""
    try:
        if replace or os.name == "nt":  # on Windows os.rename never replaces a file
            (os.replace if replace else os.rename)(part, path)
            return
        try:
            os.link(part, path, follow_symlinks=False)
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links
            if os.path.lexists(path):
                raise FileExistsError from None
            os.rename(part, path)
            return
        os.remove(part)
    except FileExistsError as error:
        raise _exists(path) from error
    except OSError as error:
        raise _failed(path, error) from error


def remove_stale_parts(path: str) -> None:
    """Removes the files of killed writers of `path`: their process is gone, or nothing was written for a day."""
    folder, name = os.path.split(os.path.abspath(path))
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            found = _PART.fullmatch(entry.name, len(name)) if entry.name.startswith(name) else None
            if found is None or not entry.is_file(follow_symlinks=False):
                continue
            gone = found["machine"] == _machine() and not _is_running(int(found["process"]))
            if gone or entry.stat(follow_symlinks=False).st_mtime < time.time() - _DAY:
                with suppress(OSError):
                    os.remove(entry.path)


def unused_name(stem: str) -> str:
    """The first of `stem`1, `stem`2 and so on that does not exist yet."""
    count = 1
    while os.path.lexists(name := f"{stem}{count}"):
        count += 1
    return name


def sync(path: str) -> None:
    """Waits until the content of a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def give_access(path: str, old: os.stat_result) -> bool:
    """Gives a file the group, the mode and the owner of another, as far as the system lets this login.

    If the group cannot be set, the group bits are cleared, because they would apply to another group. Returns whether
    everybody has the access that they had to the other file.
    """
    mode = stat.S_IMODE(old.st_mode) & 0o777
    group = _give_group(path, old)
    os.chmod(path, mode if group else mode & ~stat.S_IRWXG)
    owner = _chown(path, old.st_uid, -1)
    return group or (owner and not mode & stat.S_IRWXG)


def _give_group(file: str | int, old: os.stat_result) -> bool:
    """Sets the group without the owner: a login that is not root may still give its file to a group that it is in."""
    return _chown(file, -1, old.st_gid)


def _chown(file: str | int, user: int, group: int) -> bool:
    """Sets the owner and the group (-1: unchanged); returns whether the file has them now."""
    if not hasattr(os, "chown"):
        return True
    with suppress(OSError):  # a refusal shows below
        os.chown(file, user, group)
    found = os.stat(file)
    return user in (-1, found.st_uid) and group in (-1, found.st_gid)


def _stream(path: str) -> int | None:
    """A descriptor for a path that is written to directly, such as a pipe or a terminal; None for other paths."""
    found = _STREAMS.fullmatch(path)
    try:
        if found is not None:
            sys.stdout.flush()
            return os.dup(int(found[1]) if found[1] else {"out": 1, "err": 2}[found[2]])
        mode = os.lstat(path).st_mode
        if stat.S_ISREG(mode) or stat.S_ISLNK(mode) or stat.S_ISDIR(mode):
            return None
        if not (stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)):
            raise WrongUse(f"{path} is neither a file nor a pipe.", "Give another file.")
        return os.open(path, os.O_WRONLY | _NO_LINK)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _failed(path, error) from error


def _replaceable(path: str, replace: bool) -> os.stat_result | None:
    """The status of the file to be replaced, or None. Raises WrongUse, with the reason, if it must not be replaced."""
    try:
        old = os.lstat(path)
    except FileNotFoundError:
        old = None
    except OSError as error:
        raise _failed(path, error) from error
    if old is not None and stat.S_ISLNK(old.st_mode):
        target = os.path.join(os.path.dirname(path), os.readlink(path))
        raise WrongUse(f"{path} is a link; nothing is written through links.", f"Give the file itself: {target}.")
    if old is not None and stat.S_ISDIR(old.st_mode):
        raise WrongUse(f"{path} is a folder.", "Give a file in it.")
    refuse_database(path)
    if old is not None and not replace:
        raise _exists(path)
    return old


class _Raw(io.FileIO):
    """A file whose write errors say which file it is."""

    def __init__(self, handle: int, shown: str) -> None:
        super().__init__(handle, "w")
        self._shown = shown

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:  # the reader stopped reading, which is no failure
            raise
        except OSError as error:
            raise _failed(self._shown, error) from error


def _text(handle: int, path: str) -> IO[str]:
    return io.TextIOWrapper(io.BufferedWriter(_Raw(handle, path)), encoding="utf-8", newline="")


def _finish(file: IO[str], path: str, old: os.stat_result | None, private: bool) -> None:
    file.flush()
    try:
        if old is not None and hasattr(os, "fchmod"):
            mode = _mode(old.st_mode, private)
            os.fchmod(file.fileno(), mode if _give_group(file.fileno(), old) else mode & ~stat.S_IRWXG)
        os.fsync(file.fileno())
    except OSError as error:
        raise _failed(path, error) from error


def _mode(before: int, private: bool) -> int:
    """The mode of a file that replaces another: a group keeps its access, everybody never does.

    A file open to everybody gets 0600: its mode most likely came from a umask, not from a decision to share with the
    group.
    """
    return 0o600 if private or before & 0o007 else before & 0o770


def _failed(path: str, error: OSError) -> CareError:
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        try:
            must_have_folder(path)
        except WrongUse as missing:
            return missing
    if isinstance(error, PermissionError) and os.access(path, os.W_OK):  # the file is written beside, and put in place
        folder = os.path.dirname(os.path.abspath(path))
        return CareError(
            f"{path} cannot be written: no file can be created in its folder ({error.strerror}).",
            f"Give a file in another folder, or get write access to {folder}.",
        )
    room = ", or free some space" if error.errno in _FULL else ""
    return CareError(f"{path} cannot be written: {error.strerror or error}.", f"Give another file{room}.")


def _exists(path: str) -> WrongUse:
    return WrongUse(f"{path} exists already.", "Give a new file, or replace it {}.", given(force=True))


def _machine() -> str:
    """A short id that tells this machine from others that write into the same folder."""
    import platform
    from zlib import crc32

    return f"{crc32(platform.node().encode('utf-8', 'surrogateescape')):08x}"


def _is_running(process: int) -> bool:
    if os.name == "nt":  # on Windows signal 0 is CTRL_C_EVENT and would interrupt it
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
