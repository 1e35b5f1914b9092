"""Tables of commands whose start-up time does not matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from careconsole.cli.output import put_table, screen_width


def put_report(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Sequence[int] = (),
    tones: Mapping[int, Sequence[str]] = {},
) -> None:
    """Prints a table: on a terminal with wrapped cells, which takes longer to load, elsewhere as `put_table` does.

    `tones` gives, by column, the tone (see `colours`) of each row's cell.
    """
    width = screen_width()
    if width is None:
        put_table(head, rows, right=right, tones=tones)
        return
    from careconsole.cli.terminal import put_wrapped

    put_wrapped(head, rows, right, width, tones)
