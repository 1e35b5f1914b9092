"""Pipes among the files of an import, kept in temporary files: an import looks at its files before it reads them."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, cast

from careconsole.desk.text_files import open_file
from careconsole.domain.errors import CareError

_STANDARD_INPUT = "-"


@contextmanager
def kept_pipes(files: Sequence[str], *, standard_input: bool = False) -> Iterator[dict[str, str]]:
    """Yields the files to read by their names as given: themselves, and for a pipe, such as the shell's <(...), a copy.

    `standard_input` says whether "-" is copied, too. The copies are the user's alone, and are gone afterwards.
    """
    pipes = [file for file in files if is_pipe(file) or (standard_input and file == _STANDARD_INPUT)]
    if not pipes:
        yield {file: file for file in files}
        return
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="careconsole-") as folder:
        copies = {}
        for number, file in enumerate(dict.fromkeys(pipes), 1):
            copies[file] = os.path.join(folder, "pipe" if number == 1 else f"pipe-{number}")
            _copy(file, copies[file])
        yield {file: copies.get(file, file) for file in files}


def is_pipe(file: str) -> bool:
    """Whether a file is a pipe, which can be read only once."""
    try:
        return stat.S_ISFIFO(os.stat(file).st_mode)
    except (OSError, ValueError):
        return False


def as_given(words: Sequence[str], copies: Mapping[str, str]) -> list[str]:
    """The words of a command with the files as they were given, in place of their copies."""
    given = {copy: file for file, copy in copies.items()}
    return [given.get(word, word) for word in words]


def _copy(file: str, copy: str) -> None:
    """Copies what a pipe holds, as far as it can be read. Raises CareError when it cannot be kept."""
    import shutil

    try:
        with open(copy, "xb") as target:
            if file == _STANDARD_INPUT:
                shutil.copyfileobj(cast(IO[bytes], sys.stdin.buffer), target)
                return
            with open_file(file, "Name a file to import.") as source:
                shutil.copyfileobj(source, target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CareError(
            f"{'Standard input' if file == _STANDARD_INPUT else file} cannot be copied to {copy}: {reason}.",
            "Set TMPDIR to another folder, or save it to a file first.",
        ) from error
