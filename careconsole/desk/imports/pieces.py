"""Splits cases with their lines into pieces: of some size, or so small that a failing case is isolated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import attrgetter

from careconsole.domain.errors import CareError
from careconsole.domain.imported_record import ImportedEntry

_AT = attrgetter("at")
_OF_THE_PLACE = (CareError, OSError, MemoryError)
"""Failures of the database, the disk or the machine, for which no single case is to blame."""


def size_of(line: ImportedEntry) -> int:
    """About how many characters a line holds; its short texts are not counted."""
    size = len(line.subject) + len(line.description)
    if line.said is not None:
        size += len(line.said.text)
    if line.fields is not None:
        size += sum(map(len, line.fields.values()))
    return size


def in_order(lines: list[ImportedEntry]) -> list[ImportedEntry]:
    """The lines of a case in order of time, each once. May sort `lines` in place."""
    if len(lines) == 1:
        return lines
    lines.sort(key=_AT)
    once: dict[bytes, ImportedEntry] = {}
    for line in lines:
        once.setdefault(line.key, line)
    return lines if len(once) == len(lines) else list(once.values())


def pieces(part: dict[str, list[ImportedEntry]], rows: int) -> Iterator[dict[str, list[ImportedEntry]]]:
    """Cuts a part between cases into pieces of about `rows` rows."""
    piece: dict[str, list[ImportedEntry]] = {}
    count = 0
    for external, lines in part.items():
        if count >= rows:
            yield piece
            piece, count = {}, 0
        piece[external] = lines
        count += len(lines)
    yield piece


def isolate_failures(
    part: dict[str, list[ImportedEntry]],
    work: Callable[[dict[str, list[ImportedEntry]]], None],
    failed: Callable[[str, list[ImportedEntry], Exception], None],
) -> None:
    """Does `work` with all cases of a part together; when it fails on one of them, with all but that one.

    `work` does all or nothing; a part that fails is halved until the failing case is alone, which goes to `failed`. A
    failure that no case is to blame for is raised.
    """
    try:
        work(part)
    except _OF_THE_PLACE:
        raise
    except Exception as error:
        names = list(part)
        if len(names) == 1:
            failed(names[0], part[names[0]], error)
            return
        for half in (names[: len(names) // 2], names[len(names) // 2 :]):
            isolate_failures({name: part[name] for name in half}, work, failed)
