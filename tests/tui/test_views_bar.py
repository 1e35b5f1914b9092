"""The line of saved views: a name is shortened by letters, and never to its digit alone."""

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
    names = {str(view.slot): view.name for view in views}
    for text, _, mark in parts:
        name = re.sub(r" [\d,+]+$", "", text[1:-1])[2:]
        whole = name and name in names.get(mark, "").replace("all open", "all").replace("resolved", "resolved (1w)")
        assert text == "…" or mark in map(str, mine) or whole, f"no name: {text!r}"


def test_names_lose_letters_and_then_the_last_views_are_left_out() -> None:
    assert line(140).startswith("[0 all 17] 1 mine 3  2 unassigned 1  3 offered  4 escalated 2  5 overdue 3 ")
    assert line(120).startswith("[0 all 17] 1 mine 3  2 unassi 1  3 offered  4 escala 2  5 overdue 3 ")
    assert line(80) == "[0 all 17] 1 mine 3  2 unas 1  3 offe  4 esca 2  5 over 3  6 wait 3  7 park 4 …"
    assert line(80, current=2).startswith(" 0 all 17  1 mine 3 [2 unassigned 1] 3 offe "), "the current one is whole"
    assert line(80, current=9).endswith(" 4 esca 2  5 over 3 [9 at risk 3]…"), "the current one is never left out"


def test_a_long_name_keeps_its_first_words() -> None:
    own = (SavedView(1, "refunds over 200 that wait", "is:mine", own=True), *USUAL[2:4])
    assert line(120, None, own) == " 1 refunds over 200 that wait 3  2 unassigned 1  3 offered "
    assert line(57, None, own) == " 1 refunds over 200 that… 3  2 unassigned 1  3 offered "
    assert line(44, None, own) == " 1 refunds… 3  2 unassigned 1  3 offered "
    assert line(200, None, (SavedView(1, "Rückerstattungsfälle", "is:mine", own=True),)) == " 1 Rückerstattungsfälle 3 "
    assert line(17, None, (SavedView(1, "Rückerstattungsfälle", "is:mine", own=True),)) == " 1 Rückerstat… 3 "


def test_a_view_of_nothing_has_no_figure() -> None:
    assert " 3 offered  4" in line(240)
