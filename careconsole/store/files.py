"""The contents of attached files, and mails as they came: a private folder beside the database, in which each is named
by its SHA-256. A database on a server keeps them in tables instead: `store.server_contents`. Short mails are within
either: `store.mail_contents`.

A content is complete and on the disk before the transaction that refers to it, so that a history never has a file
without its content; a program that is killed in between leaves a content that nothing refers to, which `remove_unused`
removes later. Contents never change, and the same content is kept once. The folder and the files in it are open to the
same logins as the database.
"""

from __future__ import annotations

import io
import os
import re
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO, TypeVar

import msgspec

from careconsole.domain.errors import CareError
from careconsole.store import mail_contents
from careconsole.store.engine.base import Engine
from careconsole.store.engine.file_permissions import CONTENTS
from careconsole.store.engine.files import give_access, new_part, remove_stale_parts, sync

DIGEST = re.compile(r"[0-9a-f]{64}")
"""A SHA-256 as it is written."""
_AT_ONCE = 1 << 20
NEW_SECONDS = 3_600
"""For so many seconds an unused content is kept, because its transaction may still come."""
_INCOMING = "incoming"
_FEW, _THREADS = 2, 8
T = TypeVar("T")


class TooLarge(Exception):
    """A content has more bytes than were allowed."""


class Contents:
    """The contents kept beside the database at `place`, or `at` another folder, which only its owner may read.

    What is within a database is found as well, if its `engine` is given.
    """

    def __init__(self, place: str, at: str | None = None, engine: Engine | None = None) -> None:
        self._within = engine
        self._place = os.path.realpath(place)
        self._private = at is not None
        self.folder = at if at is not None else self._place + CONTENTS

    def put(self, source: IO[bytes], most: int) -> tuple[str, int]:
        """Keeps what `source` holds, and returns its digest and size; on the disk when this returns.

        Raises as `Incoming` does.
        """
        with self.incoming() as incoming:
            kept = incoming.put(source, most)
            incoming.settle()
            return kept

    @contextmanager
    def incoming(self) -> Iterator[Incoming]:
        """For keeping several contents, which wait for the disk together; what was not settled at the end is gone."""
        incoming = Incoming(self)
        try:
            yield incoming
        finally:
            incoming.discard()

    def path(self, digest: str) -> str:
        """Where the content of a digest is, or would be."""
        if not DIGEST.fullmatch(digest):
            raise ValueError(f"{digest!r} is no digest")
        return os.path.join(self.folder, digest[:2], digest)

    def has(self, digest: str) -> bool:
        """Whether there is a content of that digest; it may be damaged."""
        if self._has(digest):
            return True
        return self._within is not None and mail_contents.size_of(self._within, digest) is not None

    def _has(self, digest: str) -> bool:
        return _is_file(self.path(digest))

    def read(self, digest: str) -> IO[bytes]:
        """Opens a content for reading. Raises OSError if it is missing or no plain file."""
        try:
            return self._read(digest)
        except FileNotFoundError:
            if self._within is None or (content := mail_contents.content_of(self._within, digest)) is None:
                raise
            return io.BytesIO(content)

    def _read(self, digest: str) -> IO[bytes]:
        handle = os.open(self.path(digest), os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise FileNotFoundError(self.path(digest))
        return open(handle, "rb", buffering=0)

    def problem(self, digest: str) -> str:
        """What is wrong with a content, as the end of a sentence; empty if it is there and unchanged."""
        from hashlib import sha256

        try:
            with self.read(digest) as file:
                found = sha256()
                while chunk := file.read(_AT_ONCE):
                    found.update(chunk)
        except FileNotFoundError:
            return "is missing"
        except OSError as error:
            return f"cannot be read ({error.strerror})"
        return "" if found.hexdigest() == digest else "has changed"

    def copy_to(self, other: Contents, digest: str) -> str:
        """Copies a content to another folder, unless it is there already. Returns what is wrong with it, or nothing."""
        if other.has(digest) and not other.problem(digest):
            return ""
        problem = self.problem(digest)
        if problem:
            return problem
        with self.read(digest) as file:
            other.put(file, _ANY)
        return ""

    def size(self, digest: str) -> int:
        """The bytes of a content; 0 if it is missing."""
        size = self._size(digest)
        if size is None and self._within is not None:
            size = mail_contents.size_of(self._within, digest)
        return size or 0

    def _size(self, digest: str) -> int | None:
        try:
            return os.lstat(self.path(digest)).st_size
        except FileNotFoundError:
            return None

    def is_new(self) -> bool:
        """Whether there is no folder for them yet."""
        return not os.path.lexists(self.folder)

    def total(self) -> int:
        """How many bytes all contents have together."""
        return self._total() + (mail_contents.total(self._within) if self._within is not None else 0)

    def _total(self) -> int:
        return sum(entry.stat(follow_symlinks=False).st_size for entry in self._all())

    def remove_unused(self, needed: set[str]) -> tuple[int, int]:
        """Removes all contents but the needed and the newest ones; returns how many, and their bytes.

        For use within a write, so that nobody comes to need one meanwhile.
        """
        count = size = 0
        for entry in list(self._all()):
            info = entry.stat(follow_symlinks=False)
            if entry.name not in needed and info.st_mtime < time.time() - NEW_SECONDS:
                self.writing(lambda entry=entry: os.remove(entry.path))  # type: ignore[misc]
                count, size = count + 1, size + info.st_size
        return count, size

    def _all(self) -> Iterator[os.DirEntry[str]]:
        with suppress(FileNotFoundError, NotADirectoryError), os.scandir(self.folder) as folders:
            for folder in folders:
                if len(folder.name) == 2 and folder.is_dir(follow_symlinks=False):
                    with os.scandir(folder.path) as entries:
                        yield from (e for e in entries if DIGEST.fullmatch(e.name) and e.is_file(follow_symlinks=False))

    def _shared(self) -> os.stat_result | None:
        """The database's file if its group may write to it, else None. Never kept: it can be shared at any time."""
        try:
            database = None if self._private else os.stat(self._place)
        except OSError:
            return None
        return database if database is not None and database.st_mode & stat.S_IWGRP else None

    def make(self, folder: str) -> None:
        """Creates a folder that the logins of the database may use, unless it is there. Never follows a link."""
        try:
            os.mkdir(folder, 0o700)
            if (database := self._shared()) is not None and hasattr(os, "chown"):
                os.chown(folder, -1, database.st_gid)
                os.chmod(folder, 0o2770)
            if folder == self.folder:  # `Incoming.settle` waits for the folders in it
                sync(os.path.dirname(os.path.abspath(folder)))
        except FileExistsError:
            if not stat.S_ISDIR(os.lstat(folder).st_mode):
                raise CareError(
                    f"{folder} is not a folder, so no files can be kept there.", "Move it away, and try again."
                ) from None
        except OSError as error:
            raise self._failed(error) from error

    def open_to_the_same(self, path: str) -> None:
        """Opens a file to the logins of the database."""
        if (database := self._shared()) is not None:
            give_access(path, database)

    def writing(self, work: Callable[[], object]) -> None:
        """Runs `work`, which writes in the folder. Raises CareError if it cannot."""
        try:
            work()
        except OSError as error:
            raise self._failed(error) from error

    def _failed(self, error: OSError) -> CareError:
        return CareError(
            f"The file cannot be kept in {self.folder}: {error.strerror or error}.",
            "Nothing was attached. Free some space there, or get write access to it.",
        )


class Incoming:
    """Contents that come in: complete, but not on the disk and in their places before they are settled.

    The disk is as busy with one content as with several that it gets at once.
    """

    def __init__(self, contents: Contents) -> None:
        self._contents = contents
        self._parts: list[tuple[IO[bytes], str, str]] = []  # each open, with its path and its digest
        self._made = set[str]()

    def put(self, source: IO[bytes], most: int) -> tuple[str, int]:
        """Takes what `source` holds, and returns its digest and size; it is kept once it is settled.

        Raises TooLarge for more than `most` bytes, CareError if it cannot be written, and OSError if `source` cannot be
        read.
        """
        from hashlib import sha256  # with it comes OpenSSL, 4 MB that a console would hold from its start

        contents = self._contents
        beside = os.path.join(contents.folder, _INCOMING)
        if self._make(contents.folder):
            remove_stale_parts(beside)
        part = new_part(beside, open_it=True)
        target = open(part.handle, "wb", buffering=0)  # noqa: SIM115 - closed by `discard`
        digest, size = sha256(), 0
        self._parts.append((target, part.path, ""))
        while chunk := source.read(_AT_ONCE):
            size += len(chunk)
            if size > most:
                raise TooLarge
            digest.update(chunk)
            contents.writing(lambda chunk=chunk: _write_all(target, chunk))  # type: ignore[misc]
        self._parts[-1] = (target, part.path, digest.hexdigest())
        return digest.hexdigest(), size

    def _make(self, folder: str) -> bool:
        """Creates a folder as `Contents.make` does, once; returns False if that was done before."""
        if folder in self._made:
            return False
        self._contents.make(folder)
        self._made.add(folder)
        return True

    def settle(self) -> None:
        """Gives what came in its place; it is on the disk when this returns. Raises CareError if that fails."""
        self._contents.writing(self._settle)

    def _settle(self) -> None:
        contents, whole = self._contents, [part for part in self._parts if part[2]]
        if not whole:
            return
        _all_at_once(os.fsync, [target.fileno() for target, *_ in whole])
        folders = dict[str, None]()
        for target, part, digest in whole:
            # The same content that is there is replaced: it may have been damaged.
            place = contents.path(digest)
            self._make(os.path.dirname(place))
            contents.open_to_the_same(part)
            target.close()
            os.replace(part, place)
            folders[os.path.dirname(place)] = None
        _all_at_once(sync, [*folders, contents.folder])
        self._parts = [part for part in self._parts if not part[2]]

    def discard(self) -> None:
        """Removes what was not settled."""
        for target, part, _ in self._parts:
            target.close()
            with suppress(OSError):
                os.remove(part)
        self._parts = []


def _all_at_once(wait: Callable[[T], None], some: Sequence[T]) -> None:
    """Waits for the disk with each of some. A disk that is asked for all of them at once needs fewer turns."""
    if len(some) <= _FEW:
        for one in some:
            wait(one)
        return
    from concurrent.futures import ThreadPoolExecutor  # for reading a folder of mails only

    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(wait, some))


_ANY = 1 << 62


def _is_file(path: str) -> bool:
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False


def _write_all(target: IO[bytes], chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[target.write(view) :]


class _Listed(msgspec.Struct, frozen=True):
    """The files of a stored state."""

    class File(msgspec.Struct, frozen=True):
        """One of them."""

        digest: str
        name: str
        number: int

    files: tuple[File, ...] = ()


class _Digest(msgspec.Struct, frozen=True):
    """The digest of a stored event."""

    digest: str


def needed(engine: Engine) -> dict[str, tuple[int, str]]:
    """The digests that cases and mails need, each with a case and the file's name there. Part of a read.

    A mail as it came stands with the case 0, and its number as the name.
    """
    decode = msgspec.json.Decoder(_Listed).decode
    found: dict[str, tuple[int, str]] = {}
    for number, state in engine.fetch_all(
        "select id, state from cases where id in (select case_id from events where kind = 'attached') order by id"
    ):
        for file in decode(state).files:
            found.setdefault(file.digest, (number, file.name))
    for number, digest in engine.fetch_all("select id, sha256 from mails order by id"):
        found.setdefault(digest, (0, f"mail {number}"))
    return found


def mentioned(engine: Engine) -> set[str]:
    """The digests that any history or mail has, of files that were taken back too. Part of a read."""
    decode = msgspec.json.Decoder(_Digest).decode
    rows = engine.fetch_all("select data from events where kind = 'attached'")
    mails = [row[0] for row in engine.fetch_all("select sha256 from mails")]
    return {digest for row in rows if DIGEST.fullmatch(digest := decode(row[0]).digest)} | set(
        filter(DIGEST.fullmatch, mails)
    )
