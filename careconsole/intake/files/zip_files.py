"""Zip archives, read member by member as streams; nothing is unpacked to disk."""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from careconsole.domain.errors import WrongUse
from careconsole.intake.files.input_file import CSV_HINT, InputFile, zip_bomb_reason

_MOST = 10_000
_LONGEST_LIST = 8 << 20
"""The maximum size of a central directory in bytes: a larger one has too many files, or absurd names."""
# The end record has 22 bytes, and a comment of at most 64 KiB after it.
_END_LOOK = (64 << 10) + 22


def members(archive: InputFile, before: int) -> Iterator[InputFile]:
    """The files in `archive`, an InputFile that was opened from a path, in the order of the archive.

    Files that operating systems add, in `__MACOSX` or hidden, are skipped. Raises WrongUse for an archive that cannot
    be read, is a spreadsheet, has too many files, needs a password, holds archives, or has nothing in it.
    """
    if archive.name == "standard input":
        raise WrongUse("A zip archive or spreadsheet cannot be read from standard input.", "Give the file itself.")
    _check_list(archive.name)
    with _opened(archive.name) as file:
        names = file.namelist()
        if "[Content_Types].xml" in names or "mimetype" in names:
            sheet = "xl/workbook.xml" in names or b"spreadsheet" in _mimetype(file)
            what = "is a spreadsheet" if sheet else "holds a spreadsheet or document"
            raise WrongUse(f"{archive.name} {what}, which is not read itself.", CSV_HINT)
        if len(names) > _MOST:
            raise WrongUse(f"{archive.name} contains more than {_MOST} files.", "Unpack it and give some of them.")
        size, earlier, found = os.stat(archive.name).st_size, 0, False
        for member in file.infolist():
            name = member.filename
            if member.is_dir() or name.startswith("__MACOSX/") or os.path.basename(name).startswith("."):
                continue
            found = True
            if member.flag_bits & 1:
                raise WrongUse(f"{archive.name}: {name} is protected by a password.", "Unpack it first.")
            stream = _Member(file, member, archive.name, earlier, size)
            try:
                source = _MemberSource(stream, before + member.header_offset)
                if source.zipped:
                    raise WrongUse(f"{source.name} is an archive in an archive.", "Unpack the outer one.")
                yield source
            finally:
                stream.close()
            earlier += stream.given
        if not found:
            raise WrongUse(f"{archive.name} is an empty archive.")


def _mimetype(file: zipfile.ZipFile) -> bytes:
    """What an OpenDocument file says it is; empty for others."""
    try:
        with file.open("mimetype") as member:
            return member.read(100)
    except (KeyError, *_FAILURES):
        return b""


def _check_list(path: str) -> None:
    """Raises WrongUse for an archive whose central directory is too large to be read at once.

    Its size is in the end record, at the end of the archive.
    """
    with open(path, "rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - _END_LOOK))
        end = file.read(_END_LOOK)
    place = end.rfind(b"PK\x05\x06")
    size = int.from_bytes(end[place + 12 : place + 16], "little") if place >= 0 else 0
    if size > _LONGEST_LIST:
        raise WrongUse(f"{path} contains more than {_MOST} files.", "Unpack it and give the files that matter.")


def _opened(path: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        reason = str(error).removesuffix(".")
        what = f"{path} begins like a spreadsheet or zip archive and cannot be read as one: {reason}."
        raise WrongUse(what, "Pack it again, or unpack it.") from error


class _Member(io.RawIOBase):
    """The bytes of a member as far as they can be read; `truncation` says why they ended early.

    `earlier` is how many bytes the members before it have expanded to, in an archive of `size` bytes: members may share
    their data, so the limit is on their sum.
    """

    def __init__(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: str, earlier: int, size: int) -> None:
        super().__init__()
        self.name = f"{path}: {member.filename}"
        self.truncation = ""
        self.given = 0
        self._member = member
        self._earlier = earlier
        self._size = size
        self._file: IO[bytes] | None = None
        try:
            self._file = archive.open(member)
        except _FAILURES as error:
            self.truncation = f"it cannot be unpacked: {error}"

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if self.truncation or self._file is None:
            return 0
        try:
            block = self._file.read(len(buffer))
        except _FAILURES as error:
            self.truncation = f"it cannot be unpacked further: {error}"
            return 0
        self.given += len(block)
        self.truncation = zip_bomb_reason(self._earlier + self.given, self._size)
        if self.truncation:
            return 0
        buffer[: len(block)] = block
        return len(block)

    @property
    def packed(self) -> int:
        """About how many compressed bytes have been read."""
        return self.given * self._member.compress_size // max(1, self._member.file_size)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        super().close()


_FAILURES = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)


class _MemberSource(InputFile):
    """A member as an InputFile, which is broken where the member is."""

    def __init__(self, member: _Member, before: int) -> None:
        self._member = member
        super().__init__(member, before)

    @property
    def bytes_read(self) -> int:
        return self._before + self._member.packed

    @property
    def truncation(self) -> str:
        return super().truncation or self._member.truncation
