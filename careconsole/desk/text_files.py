"""Opens and reads files and pipes that people name, without harm to an open database and up to a maximum size.

Whatever the program writes for people is written by `written_file`.
"""

from __future__ import annotations

import os
from typing import IO

from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.hints import Hint, Part
from careconsole.domain.terminal_text import why_unstorable
from careconsole.store.engine.database_files import is_open_database, is_plain_file
from careconsole.store.engine.files import must_have_folder, written_file

__all__ = [
    "LONGEST_SETTINGS",
    "LONGEST_TEXT",
    "LONGEST_TEXT_OF_SETTINGS",
    "decoded",
    "is_plain_file",
    "must_be_settings",
    "must_have_folder",
    "open_file",
    "read_bounded",
    "read_settings",
    "written_file",
]

LONGEST_SETTINGS = 1 << 20
"""The most bytes of a file of service levels, paths, a rota or a map: those of large teams have some ten thousand."""
LONGEST_TEXT_OF_SETTINGS = 200_000
"""The most characters of settings that are stored."""
LONGEST_TEXT = 16 << 20
"""The most bytes of a text for a case, or of a list of case numbers."""


def open_file(path: str, hint: str, buffering: int = -1) -> IO[bytes]:
    """Opens a file for reading. Raises what `open` raises, and WrongUse, with `hint`, for the open database itself.

    The database would lose its locks when the file is closed.
    """
    if is_open_database(path):
        raise WrongUse(f"{path} is the database itself.", hint)
    return open(path, "rb", buffering=buffering)


def read_bounded(stream: IO[bytes], most: int, name: str) -> bytes:
    """Everything that a stream holds. Raises WrongUse with its `name` when that is more than `most` bytes."""
    data = stream.read(most + 1)
    if len(data) > most:
        size = f"{most >> 20} MiB"
        raise WrongUse(f"{name} is larger than {size}, the most that can be read.", "Is it the right file?")
    return data


def decoded(data: bytes, name: str) -> str:
    """Decodes UTF-8, with a byte order mark or without. Raises WrongUse that says which byte is invalid."""
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise WrongUse(f"{name} is not UTF-8 (byte {error.start + 1}).", "Convert it first.") from None


def must_be_settings(text: str, what: str, hint: str | Hint, *parts: Part) -> None:
    """Raises WrongUse for settings that are too long for `what`, have unstorable characters, or (`hint`) are empty."""
    if len(text) > LONGEST_TEXT_OF_SETTINGS:
        raise WrongUse(f"That is too long for {what}.", f"Keep it below {LONGEST_TEXT_OF_SETTINGS:,} characters.")
    if why := why_unstorable(text):
        raise WrongUse(f"The text {why}.", "Remove that character; nothing was stored.")
    if not text.strip():
        raise WrongUse("It is empty.", hint, *parts)


def read_settings(path: str | os.PathLike[str], hint: str) -> str:
    """The text of a settings file, without BOM and carriage returns. Raises WrongUse or, with `hint`, CareError."""
    name = os.fspath(path)
    try:
        with open_file(name, hint) as stream:
            data = read_bounded(stream, LONGEST_SETTINGS, name)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise CareError(f"{name} cannot be read: {why}.", hint) from error
    return decoded(data, name).replace("\r\n", "\n").replace("\r", "\n")
