"""The line of saved views: every view keeps a name, and what does not fit is shortened by letters."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from careconsole.desk.console.views import USUAL, SavedView
from careconsole.domain.terminal_text import cell_width
from careconsole.tui.widgets.bars import views_parts

COUNTS = {0: 17, 1: 3, 2: 1, 3: 0, 4: 2, 5: 3, 6: 3, 7: 4, 8: 9, 9: 3}


def line(width: int, current: int | None = 0, views: tuple[SavedView, ...] = USUAL) -> str:
    return "".join(text for text, _, _ in views_parts(views, COUNTS, current, width))


@given(st.integers(60, 240), st.integers(0, 9), st.lists(st.text(min_size=1, max_size=20), max_size=4))
def test_a_view_has_a_name_at_every_width_and_the_current_one_is_there(
    width: int, current: int, own: list[str]
) -> None:
    mine = {slot: SavedView(slot, name, "is:mine", own=True) for slot, name in enumerate(own, start=5)}
    views = tuple(mine.get(view.slot, view) for view in USUAL)
    parts = views_parts(views, COUNTS, current, width)
    assert sum(cell_width(text) for text, _, _ in parts) <= width
    assert [mark for text, _, mark in parts if text.startswith("[")] == [str(current)]
    for text, _, mark in parts:
        if mark and int(mark) not in mine:
            assert re.match(r"[ \[]\d [a-z]{2,}", text), f"a bare number: {text!r}"


def test_names_are_shortened_by_letters_the_longest_first() -> None:
    assert line(140).startswith("[0 all 17] 1 mine 3  2 unassigned 1  3 offered  4 escalated 2  5 overdue 3 ")
    assert line(120).startswith("[0 all 17] 1 mine 3  2 unassi 1  3 offere  4 escala 2  5 overdu 3 ")
    assert line(80) == "[0 all 17] 1 mine 3  2 unas 1  3 offe  4 esca 2  5 over 3  6 wait 3  7 park 4 …"
    assert line(80, current=9).endswith("[9 at r 3]…"), "the current one is there"


def test_a_view_of_nothing_has_no_figure() -> None:
    assert " 3 offered  4" in line(240)
