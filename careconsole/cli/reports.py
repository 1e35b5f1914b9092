"""Tables of commands whose start-up time does not matter."""

from __future__ import annotations

from collections.abc import Sequence

from careconsole.cli.output import put_table, screen_width


def put_report(head: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """Prints a table: on a terminal with wrapped cells, which takes longer to load, elsewhere as `put_table` does."""
    width = screen_width()
    if width is None:
        put_table(head, rows, right=right)
        return
    from careconsole.cli.terminal import put_wrapped

    put_wrapped(head, rows, right, width)
