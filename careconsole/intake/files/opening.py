"""The files of an import, opened one after the other, archives member by member."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager

from careconsole.intake.files.input_file import InputFile
from careconsole.intake.files.read_report import ReadReport


@contextmanager
def sources(files: Sequence[str | os.PathLike[str]], seen: ReadReport | None = None) -> Iterator[Iterator[InputFile]]:
    """Opens the files one after the other, of a zip archive its members; each is closed before the next.

    Leaving the context closes the file that was being read, however the reading ended.

    With several files, or an archive, `seen.file` is the name of the one being read. A damaged member ends like a
    damaged gzip file: `truncation` says why. Raises WrongUse for a file that cannot be opened, an invalid archive, a
    spreadsheet or a web page.
    """
    with closing(_each(files, seen)) as opened:
        yield opened


def _each(files: Sequence[str | os.PathLike[str]], seen: ReadReport | None) -> Generator[InputFile, None, None]:
    before = 0
    for file in files:
        with closing(InputFile(file, before)) as source, closing(_parts(source, before)) as parts:
            for part in parts:
                part.check_kind()
                if seen is not None and (len(files) > 1 or part is not source):
                    seen.file = part.name
                yield part
        # The members of an archive are read from another handle: `source.bytes_read` has only what was peeked at.
        before += os.stat(file).st_size if source.zipped else source.bytes_read - before


def _parts(source: InputFile, before: int) -> Generator[InputFile, None, None]:
    if source.zipped:
        from careconsole.intake.files.zip_files import members

        yield from members(source, before)
    else:
        yield source
