"""The files of an import, opened one after the other, archives member by member."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from careconsole.intake.files.input_file import Source
from careconsole.intake.files.read_report import Seen
from careconsole.intake.files.zip_files import members


def sources(files: Sequence[str | os.PathLike[str]], seen: Seen | None = None) -> Iterator[Source]:
    """The files opened one after the other, each closed before the next; of a zip archive, its members.

    Where there are several, `seen.file` is the name of the one being read. A member that is damaged ends like a gzip
    file that is: `broken` says why. Raises WrongUse for a file that cannot be opened or is no archive after all.
    """
    before = 0
    for file in files:
        source = Source(file, before)
        try:
            if source.zipped:
                several = members(source, before)
            else:
                several = iter((source,))
            for one in several:
                if seen is not None and (len(files) > 1 or one is not source):
                    seen.file = one.name
                yield one
        finally:
            source.close()
        before += os.stat(file).st_size if source.zipped else source.taken - before
