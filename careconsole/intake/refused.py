"""What of an export is refused: a record by itself, or a file that holds nothing of the system it should be of."""

from __future__ import annotations

from collections.abc import Iterator

from careconsole.domain.errors import WrongUse
from careconsole.domain.lines import Line, Reject
from careconsole.intake.documents.stream import Record
from careconsole.intake.reading import Unusable, raw_text, shown

Taken = list[Line | Reject]
"""What a record became: its lines, and what is wrong with it."""

_MOST_HELD = 100


def reject_of(record: Record, error: Unusable) -> Reject:
    """The reject for a record, or for something in it."""
    raw = raw_text(record.raw.decode("utf-8", "surrogateescape"))
    return Reject(record.number, shown(error.field), shown(error.reason), raw)


def proven(items: Iterator[Taken], strange: str, wrong: WrongUse) -> Iterator[Taken]:
    """`items`, held back until a record is met that is not rejected as `strange`.

    A file without any is a wrong file, not many bad records: raises `wrong`.
    """
    held = []
    for item in items:
        held.append(item)
        if len(held) >= _MOST_HELD or not _is_strange(item, strange):
            break
    if held and all(_is_strange(item, strange) for item in held):
        raise wrong
    yield from held
    yield from items


def _is_strange(item: Taken, strange: str) -> bool:
    return len(item) == 1 and isinstance(item[0], Reject) and item[0].reason == strange
