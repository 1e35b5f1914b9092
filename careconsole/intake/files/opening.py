"""The files of an import, opened one after the other, archives member by member."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager

from careconsole.intake.files.input_file import InputFile
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.files.zip_files import members


@contextmanager
def sources(files: Sequence[str | os.PathLike[str]], seen: ReadReport | None = None) -> Iterator[Iterator[InputFile]]:
    """The files opened one after the other, each closed before the next; of a zip archive, its members.

    When it is left, so is the file that was being read: at once, however the reading ended.

    Where there are several, `seen.file` is the name of the one being read. A member that is damaged ends like a gzip
    file that is: `broken` says why. Raises WrongUse for a file that cannot be opened or is no archive after all.
    """
    with closing(_each(files, seen)) as opened:
        yield opened


def _each(files: Sequence[str | os.PathLike[str]], seen: ReadReport | None) -> Generator[InputFile, None, None]:
    before = 0
    for file in files:
        with closing(InputFile(file, before)) as source, closing(_parts(source, before)) as parts:
            for part in parts:
                if seen is not None and (len(files) > 1 or part is not source):
                    seen.file = part.name
                yield part
        before += os.stat(file).st_size if source.zipped else source.taken - before


def _parts(source: InputFile, before: int) -> Generator[InputFile, None, None]:
    if source.zipped:
        yield from members(source, before)
    else:
        yield source
