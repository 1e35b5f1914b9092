"""The columns of the list: what they say, and what is left out where room is short."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from careconsole.desk.cases import execution
from careconsole.desk.queries import case_queries, shown_case
from careconsole.desk.team import escalation_paths, members
from careconsole.domain.case.acknowledgement import Acknowledge
from careconsole.domain.case.editing import Edit
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.offers import Offer
from careconsole.domain.case.ownership import Reassign
from careconsole.domain.case.parking import Park
from careconsole.domain.case.promises import Promise
from careconsole.domain.terminal_text import cell_width
from careconsole.present.case_sheet import head
from careconsole.present.queue_text import level_words, row_due_words
from careconsole.store.queue.listing import QueueRow
from careconsole.tui.queue.columns import COLUMNS, USUAL, VANISHING, cells, lay_out, name_cells
from careconsole.tui.queue.model import Flag, QueueModel
from careconsole.tui.widgets.toned_lines import Line
from tests.desk.office import HOUR, MONDAY, Office
from tests.tui.screen import Screen, on_screen, opened


def row_of(office: Office, number: int) -> tuple[QueueRow, QueueModel]:

    desk = office.desk()
    board = QueueModel()
    board.roster, board.now, board.me = desk.roster(), office.now, desk.person
    read = case_queries.rows(desk, [number])
    board.learn(read.rows, read.customers)
    return read.rows[number], board


def said(row: QueueRow, board: QueueModel, width: int) -> dict[str, str]:
    layout = lay_out(width)
    return {
        column.id: text_of(pieces).strip()
        for (column, _), pieces in zip(layout.columns, cells(row, board, layout), strict=True)
    }


def text_of(pieces: Line) -> str:
    return "".join(text for text, _ in pieces)


def due_of(row: QueueRow, board: QueueModel, width: int) -> tuple[str, str]:
    """The words and the tone of the due column."""
    layout = lay_out(width)
    place = [column.id for column, _ in layout.columns].index("due")
    ((text, tone),) = cells(row, board, layout)[place]
    return text.strip(), tone


def test_who_is_called_together_with_somebody_is_counted_and_named_on_the_sheet(office: Office) -> None:
    text = '[[path]]\nname = "a"\n[[path.step]]\nname = "all"\ncall = ["Dora", "Ana", "Eve"]\n'
    escalation_paths.set_paths(office.desk(), text)
    number = opened(office.desk("Ben"), owner=office.ids["Ben"])
    execution.execute(office.desk("Ben"), "escalate", Escalate(reason="authority", need="a refund"), [number])
    row, board = row_of(office, number)
    assert row.also == (office.ids["Ana"], office.ids["Eve"])
    assert said(row, board, 78)["level"] == "▲1", "where room is short, the sheet says who is called"
    assert level_words(row, board.roster, board.now, short=True, room=6) == "1 …+2?", "the name is cut, not the signs"
    assert said(row, board, 198)["level"] == "▲1 Dora+2?"
    assert level_words(row, board.roster, board.now, short=True) == "1 Dora+2?"
    members.change(office.desk(), "Dora", active=False)
    view = shown_case.show(office.desk("Ben"), number)
    level = dict(head(view))["level"]
    assert level.startswith("1 of 1 (all): Dora (has left), Ana and Eve, to acknowledge by ")
    execution.execute(office.desk("Ana"), "acknowledge", Acknowledge(until=office.now + HOUR), [number])
    row, board = row_of(office, number)
    assert said(row, board, 198)["level"] == "▲1 Ana", "the one who acknowledged it has it alone"


ANY_USE = st.sets(st.sampled_from(sorted(VANISHING)))
ANY_SORT = st.sampled_from(["", *(column.sort for column in COLUMNS if column.sort)])


@given(st.integers(60, 240), st.integers(3, 6), ANY_USE, ANY_SORT)
def test_the_subject_keeps_its_width_and_what_matters_is_there_at_every_width(
    terminal: int, digits: int, used: set[str], sort: str
) -> None:
    width = terminal - 3  # the margin with cursor and mark, and the scroll bar
    columns = {column.id: cells for column, cells in lay_out(width, USUAL, digits, sort, used).columns}
    assert sum(cells + 1 for cells in columns.values()) - 1 == width, "the columns fill the width and no more"
    least = 30 if terminal >= 100 else 24 if terminal >= 80 else 18
    assert columns["subject"] >= least
    assert {"number", "subject", "owner", "due"} <= columns.keys()
    assert "age" in columns or (terminal < 64 and digits > 3), "what is due says more"
    assert columns["due"] >= 13 or (terminal < 64 and digits > 3), "a word of it, and when"
    assert VANISHING.intersection(columns) == used | ({sort} & VANISHING)
    if columns["subject"] < 50:
        assert not {"tags", "hops", "beside"}.difference({sort}) & columns.keys(), "they come after the subject"
    others = {column.id: column.best for column in COLUMNS if column.id not in ("subject", "due", "number")}
    if columns["subject"] < 60:
        grown = [id for id, cells in columns.items() if id in others and cells > LEAST[id]]
        assert grown == [], "nothing grows before the subject does"


LEAST = {column.id: column.least for column in COLUMNS}


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (100, 30), (116, 30), (120, 40), (200, 50)])
def test_the_widths_hold_on_the_screen_with_the_case_beside_the_list_too(office: Office, size: tuple[int, int]) -> None:
    number = opened(office.desk("Ben"), "Kettle cracked", owner=office.ids["Ben"], priority="urgent")
    execution.execute(office.desk("Ben"), "escalate", Escalate(reason="authority", need="a refund"), [number])

    async def script(screen: Screen) -> None:
        shown = {column.id: width for column, width in screen.queue.cases.layout_of_columns.columns}
        assert shown["subject"] >= (30 if size[0] >= 100 else 24 if size[0] >= 80 else 18)
        assert {"priority", "level", "owner", "age", "due"} <= shown.keys()
        line = next(line for line in screen.lines() if "‼ Kettle cracked" in line)
        assert "▲1" in line
        assert "[urgent]" not in line

    on_screen(office, script, size=size)


def test_a_column_in_which_no_row_has_anything_is_not_there(office: Office) -> None:
    number = opened(office.desk("Ana"), "Kettle cracked", owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        layout = lambda: screen.queue.cases.layout_of_columns  # noqa: E731
        assert not layout().has("priority")
        assert not layout().has("level")
        execution.execute(office.another("Ana"), "edit", Edit(priority="high"), [number])
        await screen.until(lambda: layout().has("priority"))
        execution.execute(office.another("Ana"), "edit", Edit(priority="normal"), [number])
        await screen.until(lambda: not layout().has("priority"))

    on_screen(office, script)


def test_the_customer_joins_the_subject_in_grey_where_there_is_no_column_for_them(office: Office) -> None:
    number = opened(office.desk(), "Kettle cracked", "Carla")
    row, board = row_of(office, number)
    layout = lay_out(77)
    assert not layout.has("customer")
    pieces = cells(row, board, layout)[[column.id for column, _ in layout.columns].index("subject")]
    assert [(text.strip(), tone) for text, tone in pieces] == [("Kettle cracked", ""), ("· Carla", "quiet")]
    assert said(row, board, 117)["subject"] == "Kettle cracked"
    assert said(row, board, 117)["customer"] == "Carla"
    long = replace(row, subject="Kettle cracked " * 9)
    assert "Carla" not in said(long, board, 77)["subject"], "the subject comes first"


@pytest.mark.parametrize(("priority", "sign"), [("urgent", "‼"), ("high", "!"), ("normal", ""), ("low", "↓")])
def test_priority_is_a_sign_and_no_word(office: Office, priority: str, sign: str) -> None:
    row, board = row_of(office, opened(office.desk(), "Kettle cracked", priority=priority))
    for width in (57, 77, 197):
        assert said(row, board, width)["priority"] == sign
        assert said(row, board, width)["subject"].startswith("Kettle cracked")


def test_a_wide_list_has_all_usual_columns_and_only_those() -> None:
    assert [column.id for column, _ in lay_out(198).columns] == list(USUAL)


def test_every_column_can_be_chosen() -> None:
    for column in COLUMNS:
        assert lay_out(198, (column.id,)).has(column.id)


def test_long_numbers_are_whole() -> None:
    assert lay_out(78, digits=7).columns[0][1] == 7


def test_cells_are_as_wide_as_their_columns_whatever_is_in_them(office: Office) -> None:
    number = opened(office.desk(), "漢字 \x1b[31m[/] \u202e kettle " * 9, "Ünï 👩‍👩‍👧 " * 6, tags=("x" * 30,))
    row, board = row_of(office, number)
    for width in (57, 77, 97, 117, 197):
        layout = lay_out(width)
        for (column, room), pieces in zip(layout.columns, cells(row, board, layout), strict=True):
            text = text_of(pieces)
            assert cell_width(text) == room, column.id
            assert "\x1b" not in text
            assert "\u202e" not in text


def test_an_offer_is_shown_where_a_cover_leaves_no_room_for_both(office: Office) -> None:
    number = opened(office.desk("Ben"), owner=office.ids["Ben"])
    members.away(office.desk(), "Ben", "Cleo")
    assert said(*row_of(office, number), 77)["owner"] == "Ben (Cleo)"
    execution.execute(office.desk("Cleo"), "offer", Offer(to=office.ids["Dora"], reason="knows it"), [number])
    row, board = row_of(office, number)
    assert said(row, board, 198)["owner"] == "Ben (Cleo covers) → Dora"
    assert said(row, board, 77)["owner"] == "Ben → Dora"
    members.change(office.desk(), "Ben", name="Bartholomew")
    assert said(*row_of(office, number), 77)["owner"] == "B. → Dora"


def test_a_row_says_who_has_it_and_why_it_stands_there(office: Office) -> None:
    number = opened(office.desk("Ben"), "Kettle cracked", channel="email")
    office.later(5)
    row, board = row_of(office, number)
    wide = said(row, board, 198)
    assert wide["owner"] == "unassigned (Ana)"
    assert wide["due"] == "! first answer 1h late"
    assert wide["waits"] == "5h"
    narrow = said(row, board, 77)
    assert narrow["owner"] == "unassigned"
    assert narrow["due"] == "! answer 1h late"
    assert said(row, board, 57)["due"] == "! answer 1h", "what is late is said at every width"


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (100, 30), (116, 30), (120, 40), (200, 50)])
def test_an_escalated_row_says_what_is_due_also_with_the_case_beside_the_list(
    office: Office, size: tuple[int, int]
) -> None:
    ben = office.desk("Ben")
    numbers = [opened(ben, f"Kettle {n}", owner=office.ids["Ben"], priority="urgent") for n in range(40)]
    execution.execute(ben, "escalate", Escalate(reason="authority", need="a refund"), numbers[:1])

    async def script(screen: Screen) -> None:
        (row,) = (line for line in screen.lines() if "Kettle 0" in line and "▲1" in line)
        assert re.search(r"\back\b|acknowledgement", row), row

    on_screen(office, script, size=size)


def test_names_of_owners_are_whole_before_the_subject_is_wide(office: Office) -> None:
    number = opened(office.desk("Ben"), "The left group drips on the counter", owner=office.ids["Ben"])
    members.change(office.desk(), "Ben", name="Rosa Delgado")
    row, board = row_of(office, number)
    for width in (77, 97, 117, 197):
        layout = lay_out(width, names=name_cells([row], board.roster))
        shown = {
            column.id: text_of(pieces).strip()
            for (column, _), pieces in zip(layout.columns, cells(row, board, layout), strict=True)
        }
        assert shown["owner"] == "Rosa Delgado"
        assert dict((column.id, cells) for column, cells in layout.columns)["subject"] >= 24

    async def script(screen: Screen) -> None:
        row = lambda: next(line for line in screen.lines() if "The left group" in line)  # noqa: E731
        assert "Rosa Delgado" in row()
        execution.execute(office.another("Ana"), "reassign", Reassign(to=office.ids["Cleo"], reason="away"), [number])
        execution.execute(office.another("Cleo"), "offer", Offer(to=office.ids["Ben"], reason="knows it"), [number])
        await screen.until(lambda: "C. → Rosa Delgado" in row())

    on_screen(office, script, size=(80, 24))


def test_late_and_at_risk_are_told_by_sign_and_by_tone(office: Office) -> None:
    number = opened(office.desk(), channel="email")
    row, board = row_of(office, number)
    told = []
    for now in (MONDAY + 3 * HOUR - 1, MONDAY + 3 * HOUR, MONDAY + 5 * HOUR):
        board.now = now
        told.append(due_of(row, board, 78))
    assert told == [("answer in 1h", ""), ("~ answer in 1h", "soon"), ("! answer 1h late", "late")]


def test_a_row_of_which_nothing_says_when_it_is_at_risk_is_due_soon_an_hour_before(office: Office) -> None:
    number = opened(office.desk(), channel="email")
    row, board = row_of(office, number)
    row, tones = replace(row, risk_at=None), []
    for now in (MONDAY + 3 * HOUR, MONDAY + 3 * HOUR + 1):
        board.now = now
        tones.append(due_of(row, board, 78)[1])
    assert tones == ["", "soon"]


def test_who_changed_a_row_and_who_looks_at_it_is_told_with_and_without_its_column(office: Office) -> None:
    number = opened(office.desk(), "Kettle cracked")
    row, board = row_of(office, number)
    board.flags[number] = Flag("Ben")
    board.beside[number] = "Cleo"
    assert said(row, board, 198)["beside"] == "@Cleo *Ben"
    assert said(row, board, 78)["subject"] == "@* Kettle cracked · Carla"
    board.beside[number] = "Cleo writing"
    board.flags.clear()
    assert said(row, board, 198)["beside"] == "Cleo writing"
    assert said(row, board, 78)["subject"] == "✎ Kettle cracked · Carla"


def test_what_changed_by_itself_is_marked_without_a_name(office: Office) -> None:
    number = opened(office.desk(), "Kettle cracked")
    row, board = row_of(office, number)
    board.flags[number] = Flag("")
    assert said(row, board, 198)["beside"] == "*"
    assert said(row, board, 78)["subject"] == "* Kettle cracked · Carla"


def test_however_many_look_at_a_case_its_subject_stays(office: Office) -> None:
    subject = "The left group drips"
    number = opened(office.desk(), subject)
    row, board = row_of(office, number)
    board.beside[number] = "Cleo, Dora, Maximiliane writing"
    board.flags[number] = Flag("Ben", new=True)
    board.gone = number
    for width in range(58, 110):
        shown = said(row, board, width)
        if "beside" not in shown:
            signs, _, words = shown["subject"].partition(" ")
            assert signs == "✎+×"
            assert len(shown["subject"]) >= 17, width
            assert subject.startswith(words.partition(" · ")[0].removesuffix("…")), width


def test_the_columns_make_room_for_the_scroll_bar_that_a_longer_list_brings(office: Office) -> None:
    numbers = [opened(office.desk("Ben"), f"Kettle {n}", owner=office.ids["Ben"]) for n in range(30)]
    execution.execute(office.desk("Ben"), "edit", Edit(priority="urgent"), numbers[:1])
    office.later(5)

    async def script(screen: Screen) -> None:
        cases = screen.queue.cases
        await screen.press("2")
        assert not cases.show_vertical_scrollbar
        await screen.press("0")
        assert cases.show_vertical_scrollbar
        used = sum(width + 1 for _, width in cases.layout_of_columns.columns) - 1
        assert used + 2 <= cases.scrollable_content_region.width
        await screen.press("2")
        used = sum(width + 1 for _, width in cases.layout_of_columns.columns) - 1
        assert used + 2 == cases.size.width, "and take it back with the bar"

    on_screen(office, script, size=(80, 24))


@pytest.mark.parametrize(
    ("width", "words"),
    [(24, "resolved 4h 21m ago"), (18, "resolved 4h ago"), (13, "resolved 4h"), (9, "resolved")],
)
def test_a_resolved_case_says_when_in_whole_words(office: Office, width: int, words: str) -> None:
    row, board = row_of(office, opened(office.desk("Ben"), owner=office.ids["Ben"]))
    row = replace(row, status="resolved", resolved_at=board.now - 4 * HOUR - 21 * HOUR // 60)
    (due,) = (column for column in COLUMNS if column.id == "due")
    assert due.cell(row, board, width) == (words, "quiet")


def test_a_parked_case_looks_parked_whatever_is_due_first(office: Office) -> None:
    number = opened(office.desk("Ben"), "Kettle", owner=office.ids["Ben"], inbound=False)
    ben = office.desk("Ben")
    execution.execute(ben, "promise", Promise(text="call", due=office.now + 5 * HOUR), [number])
    execution.execute(ben, "park", Park(on="us", until=office.now + 50 * HOUR), [number])

    def dues() -> list[str]:
        row, board = row_of(office, number)
        return [due_of(row, board, width)[0].strip() for width in (120, 200)]

    assert dues() == ["parked; promise 5h", "parked; promise in 5h"], "what is due is said at every width"
    row, _ = row_of(office, number)
    assert row_due_words(row, office.now) == "parked; promise in 5h"
    office.later(6)
    assert dues() == ["! promise 1h late", "! parked; promise 1h late"], "that it is late comes first"
