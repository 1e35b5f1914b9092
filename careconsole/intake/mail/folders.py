"""The mails in a Maildir folder or an mbox file, one at a time.

Python's `mailbox` is not used: it raises for "From " lines with other characters than ASCII, and takes lines of a text
that begin with "From " for the beginning of a mail.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO

import msgspec

from careconsole.desk.text_files import open_file
from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.hints import suggest

_FROM_LINE = re.compile(rb"From \S.*\d{1,2}:\d\d.*\d{4}")
_HEADER = re.compile(rb"[!-9;-~]+[ \t]?:|>?From ")
_QUOTED = re.compile(rb">+From ")
_LONGEST_LINE, _LONGEST_FROM = 1_000_000, 300
_IN_MEMORY = 16_000_000
_GATHERED = 64_000
"""Bytes of lines that are gathered before they are written: of a mail of usual length, all."""
_STAMP = re.compile(r"\d{9,11}(?=[.,:_]|$)")


class FoundMail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail that was found: its bytes, its place for messages, and when it came (epoch milliseconds), if known."""

    data: IO[bytes]
    place: str
    arrived: int | None = None


class Skipped(msgspec.Struct, kw_only=True):
    """How many mails were left out because they are marked as deleted there."""

    deleted: int = 0


def mails_in(path: str, skipped: Skipped) -> Iterator[FoundMail]:
    """The mails of a Maildir folder or an mbox file. Nothing there is changed.

    Those of a Maildir come in order of their arrival. Raises WrongUse for anything else, and CareError for what cannot
    be read.
    """
    try:
        if os.path.isdir(path):
            yield from _maildir(path, skipped)
        else:
            with open_file(path, "Give a Maildir or an mbox file.") as file:
                yield from _mbox(file, path)
    except OSError as error:
        name = error.filename or path
        raise CareError(f"{name} cannot be read: {error.strerror or error}.", "Check the path.") from error


def _maildir(path: str, skipped: Skipped) -> Iterator[FoundMail]:
    folders = [os.path.join(path, name) for name in ("cur", "new") if os.path.isdir(os.path.join(path, name))]
    if not folders:
        raise WrongUse(
            f"{path} is no Maildir: it has neither a folder cur nor a folder new.", "Give a Maildir or an mbox file."
        )
    found: list[tuple[int, str, str]] = []
    for folder in folders:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith(".") or not entry.is_file():
                    continue
                if "T" in entry.name.rpartition(":2,")[2] and ":2," in entry.name:
                    skipped.deleted += 1
                    continue
                stamp = _STAMP.match(entry.name)
                found.append((int(stamp[0]) if stamp else int(entry.stat().st_mtime), entry.name, entry.path))
    for seconds, _, place in sorted(found):
        try:
            file: IO[bytes] = open(place, "rb")  # noqa: SIM115 - closed below
        except FileNotFoundError:
            file = _moved(place)
        with file:
            yield FoundMail(data=file, place=place, arrived=seconds * 1_000)


def _moved(place: str) -> IO[bytes]:
    """A mail that a mail program has just moved from new to cur, or given other flags."""
    folder, name = os.path.split(place)
    base = name.partition(":2,")[0]
    cur = os.path.join(os.path.dirname(folder), "cur")
    for other in os.listdir(cur) if os.path.isdir(cur) else []:
        if other.partition(":2,")[0] == base:
            return open(os.path.join(cur, other), "rb")
    raise FileNotFoundError(2, "it was removed while the folder was read", place)


def _mbox(file: IO[bytes], path: str) -> Iterator[FoundMail]:
    """Splits an mbox file at lines "From ADDRESS DATE" that follow a blank line and come before a header."""
    line = file.readline(_LONGEST_LINE)
    while line and not line.strip():
        line = file.readline(_LONGEST_LINE)
    if not line:
        return
    if not line.startswith(b"From "):
        raise WrongUse(
            f"{path} is no mbox file: it does not begin with a line “From ”.",
            "Give one mail on standard input: {} < FILE.",
            suggest("mail in"),
        )
    number, blank = 1, False
    held, size = _Held(), 0
    line = file.readline(_LONGEST_LINE)
    try:
        while line:
            following = file.readline(_LONGEST_LINE)
            begins = blank and line.startswith(b"From ")
            if begins and _FROM_LINE.match(line[:_LONGEST_FROM]) and _HEADER.match(following):
                yield FoundMail(data=held.whole(), place=f"{path}, mail {number}")
                held.close()
                number, held, size = number + 1, _Held(), 0
            else:
                held.lines.append(line[1:] if line[:1] == b">" and _QUOTED.match(line) else line)
                size += len(line)
                if size > _GATHERED:
                    held.gather()
                    size = 0
            blank, line = line in (b"\n", b"\r\n"), following
        yield FoundMail(data=held.whole(), place=f"{path}, mail {number}")
    finally:
        held.close()


class _Held:
    """The lines of one mail; on the disk when they are many."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - gone with the mail
        self.lines: list[bytes] = []
        """Those that are not in the file yet."""

    def gather(self) -> None:
        """Writes the lines but the last to the file."""
        self._file.write(b"".join(self.lines[:-1]))
        del self.lines[:-1]

    def whole(self) -> IO[bytes]:
        """The mail, to be read from its beginning."""
        if self.lines and self.lines[-1] in (b"\n", b"\r\n"):
            self.lines.pop()  # the last blank line separates the mail from the next one
        self._file.write(b"".join(self.lines))
        self.lines = []
        self._file.seek(0)
        return self._file

    def close(self) -> None:
        """Forgets the mail."""
        self._file.close()
