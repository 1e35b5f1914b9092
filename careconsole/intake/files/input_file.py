"""Files, streams and standard input as plain bytes: decompressed, counted, and readable up to any damage."""

from __future__ import annotations

import io
import os
import re
import sys
from typing import IO, NoReturn, Protocol, cast

from careconsole.desk.text_files import open_file
from careconsole.domain.errors import WrongUse

_LOOK = 4096
_BLOCK = 256 * 1024
_GROWN, _TIMES = 16 << 20, 100
"""A compressed file may expand to `_GROWN` bytes whatever its size, beyond that to `_TIMES` times the bytes read.
Exports of real systems expand ten or twenty times, hardly ever fifty."""
CSV_HINT = "Open it in a spreadsheet program and save each sheet as CSV (UTF-8)."
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
"""The first bytes of a zip archive, and of one without members."""
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WEB_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|body|table|meta)\b", re.IGNORECASE)


class Readable(Protocol):
    """Anything with a `read(n)` that returns bytes, and none at the end."""

    def read(self, size: int, /) -> bytes | None:
        """At most `size` bytes."""
        ...


class _Rejoined(io.RawIOBase):
    """The bytes that were peeked at, then the rest of the stream; `bytes_read` counts the bytes read."""

    def __init__(self, head: bytes, rest: Readable) -> None:
        super().__init__()
        self._head = head
        # read() on a buffered stream would wait for the whole block, and a pipe must pass on what it has.
        self._read = getattr(rest, "read1", rest.read)
        self.bytes_read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        size = len(buffer)
        block = self._head or self._read(size) or b""
        self._head = block[size:]
        block = block[:size]
        buffer[: len(block)] = block
        self.bytes_read += len(block)
        return len(block)


class _Unpacked(io.RawIOBase):
    """A gzip stream that ends where it cannot be read further, and says why in `truncation`."""

    def __init__(self, packed: IO[bytes], raw: _Rejoined) -> None:
        import gzip  # here, for few files are packed
        import zlib

        super().__init__()
        self._file = gzip.GzipFile(fileobj=packed, mode="rb")
        self._failures = (EOFError, zlib.error, gzip.BadGzipFile)
        self._raw = raw
        self._given = 0
        self.truncation = ""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if self.truncation:
            return 0
        try:
            # read1 decompresses a little at a time, so what precedes a failure is returned first.
            block = self._file.read1(len(buffer))
        except self._failures as error:
            self.truncation = f"the gzip data cannot be read further: {error}"
            return 0
        self._given += len(block)
        self.truncation = zip_bomb_reason(self._given, self._raw.bytes_read)
        if self.truncation:
            return 0
        buffer[: len(block)] = block
        return len(block)


def zip_bomb_reason(given: int, packed: int) -> str:
    """Why decompression must stop, when `packed` bytes have expanded further than any real file would; else empty."""
    if given > _GROWN and given > _TIMES * packed:
        return f"it unpacks to more than {_TIMES} times its size; unpack it yourself if that is meant"
    return ""


class InputFile:
    """An open input: `stream` has its decompressed bytes, `head` their beginning, and `name` is for messages.

    `bytes_read` is how many bytes of the file itself (still compressed) have been read, plus those of the files
    `before` it; `truncation` says why a compressed stream ended early. Close it when done; a stream that was passed
    in stays open.
    """

    def __init__(self, what: str | os.PathLike[str] | Readable, before: int = 0) -> None:
        self._own: IO[bytes] | None = None
        self._before = before
        if isinstance(what, str | os.PathLike):
            self.name = "standard input" if what == "-" else os.fspath(what)
            readable = cast(Readable, self._standard_input() if what == "-" else self._open(self.name))
        else:
            self.name = str(getattr(what, "name", "the input"))
            readable = what
        head = _look(readable)
        self._raw = _Rejoined(head, readable)
        self._unpacked: _Unpacked | None = None
        self.gzip = head.startswith(b"\x1f\x8b")
        self.stream = io.BufferedReader(self._raw, _BLOCK)
        self.head = head
        if self.gzip:
            self._unpacked = _Unpacked(self.stream, self._raw)
            self.head = _look(self._unpacked)
            self.stream = io.BufferedReader(_Rejoined(self.head, self._unpacked), _BLOCK)

    @property
    def bytes_read(self) -> int:
        """Bytes of the file (compressed, if it is compressed) read so far, and of those before it."""
        return self._before + self._raw.bytes_read

    @property
    def truncation(self) -> str:
        """Why a compressed stream ended early; empty if it did not."""
        return self._unpacked.truncation if self._unpacked else ""

    def peek(self, size: int) -> bytes:
        """Peeks at the next `size` bytes of `stream` (fewer at its end)."""
        sample = self.stream.read(size)
        self.stream = io.BufferedReader(_Rejoined(sample, self.stream), _BLOCK)
        return sample

    @property
    def zipped(self) -> bool:
        """Whether this is a zip archive, whose members `opening.sources` opens."""
        return not self.gzip and self.head.startswith(ZIP)

    def check_kind(self) -> None:
        """Raises WrongUse for what no reader reads, however it is called: an old spreadsheet, or a web page."""
        if self.head.startswith(_OLD_OFFICE):
            raise WrongUse(f"{self.name} is an old spreadsheet (.xls) or document.", CSV_HINT)
        if _WEB_PAGE.match(self.head):
            raise WrongUse(
                f"{self.name} is a web page (HTML), not an export.",
                f"If it was called a spreadsheet: {CSV_HINT[0].lower()}{CSV_HINT[1:]}"
                " If a script fetched it, it may be a page to log in.",
            )

    def close(self) -> None:
        """Closes the file if this object opened it."""
        if self._own is not None:
            self._own.close()

    def _standard_input(self) -> IO[bytes]:
        return sys.stdin.buffer

    def _open(self, path: str) -> IO[bytes]:
        try:
            self._own = open_file(path, "Name a file to import.", buffering=0)  # closed by close()
        except (OSError, ValueError) as error:
            self._refuse(path, error)
        return self._own

    @staticmethod
    def _refuse(path: str, error: OSError | ValueError) -> NoReturn:
        if isinstance(error, FileNotFoundError):
            raise WrongUse(f"There is no file {path}.", "Check the path; - reads standard input.") from error
        if isinstance(error, IsADirectoryError):
            raise WrongUse(f"{path} is a folder, not a file.") from error
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise WrongUse(f"{path} cannot be read: {reason}.") from error


def _look(stream: Readable) -> bytes:
    """The first bytes of `stream`, enough to recognise its content."""
    head = b""
    while len(head) < _LOOK:
        block = stream.read(_LOOK - len(head))
        if not block:
            break
        head += block
    return head
