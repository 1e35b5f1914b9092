"""Files and pipes that people name: opened without harm to an open database, and never more read than a text can have.

Whatever the program writes for people is written by `written_file`.
"""

from __future__ import annotations

import os
from typing import IO

from careconsole.domain.errors import CareError, WrongUse
from careconsole.store.files import is_open_database, is_plain_file, written_file

__all__ = [
    "LONGEST_SETTINGS",
    "LONGEST_TEXT",
    "decoded",
    "is_plain_file",
    "open_file",
    "read_bounded",
    "read_settings",
    "written_file",
]

LONGEST_SETTINGS = 1 << 20
"""The bytes of service levels, paths, rotas and maps: those of large teams have some ten thousand."""
LONGEST_TEXT = 16 << 20
"""The bytes of a text for a case, or of a list of case numbers."""


def open_file(path: str, hint: str, buffering: int = -1) -> IO[bytes]:
    """Opens a file to be read. Raises what `open` raises, and WrongUse, with `hint`, for the database itself.

    That one would lose its locks when the file is closed.
    """
    if is_open_database(path):
        raise WrongUse(f"{path} is the database itself.", hint)
    return open(path, "rb", buffering=buffering)


def read_bounded(stream: IO[bytes], most: int, name: str) -> bytes:
    """All that a stream has, whatever it is. Raises WrongUse that names it where that is more than `most` bytes."""
    data = stream.read(most + 1)
    if len(data) > most:
        size = f"{most >> 20} MiB"
        raise WrongUse(f"{name} is larger than {size}, which is the most that is read there.", "Is it the right file?")
    return data


def decoded(data: bytes, name: str) -> str:
    """Bytes of UTF-8 as text. Raises WrongUse that says which byte is none."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise WrongUse(f"{name} is not UTF-8 (byte {error.start + 1}).", "Convert it first.") from None


def read_settings(path: str | os.PathLike[str], hint: str) -> str:
    """The text of a file of settings, with plain line ends. Raises WrongUse or, with `hint`, CareError."""
    name = os.fspath(path)
    try:
        with open_file(name, hint) as stream:
            data = read_bounded(stream, LONGEST_SETTINGS, name)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise CareError(f"{name} cannot be read: {why}.", hint) from error
    return decoded(data.removeprefix(b"\xef\xbb\xbf"), name).replace("\r\n", "\n").replace("\r", "\n")
