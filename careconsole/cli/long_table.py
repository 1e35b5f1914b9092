"""A table of very many rows, such as the whole queue: they are kept in a file until all are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from careconsole.cli.output import lines_of_table, put, safe_rows, widths_of_cells, widths_of_table
from careconsole.cli.spool import Spool

_Part = tuple[list[list[str]], dict[int, list[str]]]
_read_part = msgspec.json.Decoder(_Part).decode


class LongTable(Spool):
    """Prints rows, some at a time, exactly as `put_table` prints them at once.

    Columns are as wide as their widest cell, so nothing is printed before `put`. To be used as a context.
    """

    def __init__(self, head: Sequence[str], *, right: Sequence[int], width: int | None) -> None:
        super().__init__()
        self._head, self._right, self._width = head, right, width
        self._widest = widths_of_cells([head])
        self._any = False

    def add(self, rows: Sequence[Sequence[str]], tones: Mapping[int, Sequence[str]]) -> None:
        """Adds some more rows; `tones` as for `put_table`."""
        if rows:
            safe = safe_rows(rows)
            self._widest = list(map(max, self._widest, widths_of_cells(safe)))
            self.keep((safe, tones))
            self._any = True

    def put(self) -> bool:
        """Prints the table; returns whether it has any rows. Without, nothing is printed."""
        widths = widths_of_table(self._head, self._widest, self._right, self._width)
        if self._any:
            put("\n".join(lines_of_table([self._head], widths, self._right, head=True)))
        for rows, tones in map(_read_part, self.kept()):
            put("\n".join(lines_of_table(rows, widths, self._right, tones)))
        return self._any
