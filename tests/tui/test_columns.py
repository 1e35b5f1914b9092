"""The columns of the list: what they say, and what is left out where room is short."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from careconsole.desk.cases import execution
from careconsole.desk.queries import case_queries
from careconsole.desk.team import escalation_paths, members
from careconsole.domain.case.acknowledgement import Acknowledge
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.terminal_text import cell_width
from careconsole.present.case_sheet import head
from careconsole.present.queue_text import level_words
from careconsole.store import QueueRow
from careconsole.tui.queue.columns import COLUMNS, USUAL, cells, lay_out
from careconsole.tui.queue.model import Flag, QueueModel
from careconsole.tui.widgets.bars import needs_parts
from tests.desk.office import HOUR, MONDAY, Office
from tests.tui.screen import opened


def row_of(office: Office, number: int) -> tuple[QueueRow, QueueModel]:
    from careconsole.desk.queries import case_queries

    desk = office.desk()
    board = QueueModel()
    board.roster, board.now, board.me = desk.roster(), office.now, desk.person
    read = case_queries.rows(desk, [number])
    board.learn(read.rows, read.customers)
    return read.rows[number], board


def said(row: QueueRow, board: QueueModel, width: int) -> dict[str, str]:
    layout = lay_out(width)
    return {
        column.id: text.strip()
        for (column, _), (text, _) in zip(layout.columns, cells(row, board, layout), strict=True)
    }


def test_who_is_called_together_with_somebody_is_counted_and_named_on_the_sheet(office: Office) -> None:
    text = '[[path]]\nname = "a"\n[[path.step]]\nname = "all"\ncall = ["Dora", "Ana", "Eve"]\n'
    escalation_paths.set_paths(office.desk(), text)
    number = opened(office.desk("Ben"), owner=office.ids["Ben"])
    execution.execute(office.desk("Ben"), "escalate", Escalate(reason="authority", need="a refund"), [number])
    row, board = row_of(office, number)
    assert row.also == (office.ids["Ana"], office.ids["Eve"])
    assert said(row, board, 78)["level"] == "1 Do…+2?", "the name is cut, and not how many they are"
    assert level_words(row, board.roster, board.now, short=True, room=6) == "1 …+2?"
    assert said(row, board, 198)["level"] == "L1 Dora+2?"
    assert level_words(row, board.roster, board.now, short=True) == "1 Dora+2?"
    members.change(office.desk(), "Dora", active=False)
    view = case_queries.show(office.desk("Ben"), number)
    level = dict(head(view))["level"]
    assert level.startswith("1 of 1 (all): Dora (has left), Ana and Eve, to acknowledge by ")
    execution.execute(office.desk("Ana"), "acknowledge", Acknowledge(until=office.now + HOUR), [number])
    row, board = row_of(office, number)
    assert said(row, board, 118)["level"] == "1 Ana", "whoever has it has it alone"


@pytest.mark.parametrize("width", [40, 58, 70, 78, 90, 118, 150, 198])
def test_the_columns_fill_the_width_and_no_more(width: int) -> None:
    layout = lay_out(width)
    taken = sum(cells + 1 for _, cells in layout.columns) - 1
    assert taken == max(width, 52)  # below, the list is cut at its end


@pytest.mark.parametrize("width", [58, 68, 78])
def test_owner_age_level_due_and_subject_are_there_on_eighty_cells_and_beside_the_pane(width: int) -> None:
    shown = {column.id for column, _ in lay_out(width).columns}
    assert {"number", "due", "owner", "subject"} <= shown
    if width >= 68:
        assert {"age", "level"} <= shown


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
    for width in (58, 78, 118, 198):
        layout = lay_out(width)
        for (column, room), (text, _) in zip(layout.columns, cells(row, board, layout), strict=True):
            assert cell_width(text) == room, column.id
            assert "\x1b" not in text
            assert "\u202e" not in text


def test_a_row_says_who_has_it_and_why_it_stands_there(office: Office) -> None:
    number = opened(office.desk("Ben"), "Kettle cracked", channel="email")
    office.later(5)
    row, board = row_of(office, number)
    wide = said(row, board, 198)
    assert wide["owner"] == "not taken (Ana)"
    assert wide["due"] == "! first answer 1h late"
    assert wide["waits"] == "5h"
    narrow = said(row, board, 78)
    assert narrow["owner"] == "not taken"
    assert narrow["due"] == "! answer 1h late"


def test_late_and_at_risk_are_told_by_sign_and_by_tone(office: Office) -> None:
    number = opened(office.desk(), channel="email")
    row, board = row_of(office, number)
    told = []
    for now in (MONDAY + 3 * HOUR - 1, MONDAY + 3 * HOUR, MONDAY + 5 * HOUR):
        board.now = now
        text, tone = cells(row, board, lay_out(78))[2]
        told.append((text.strip(), tone))
    assert told == [("answer in 1h", ""), ("~ answer in 1h", "soon"), ("! answer 1h late", "late")]


def test_a_row_of_which_nothing_says_when_it_is_at_risk_is_due_soon_an_hour_before(office: Office) -> None:
    number = opened(office.desk(), channel="email")
    row, board = row_of(office, number)
    row, tones = replace(row, risk_at=None), []
    for now in (MONDAY + 3 * HOUR, MONDAY + 3 * HOUR + 1):
        board.now = now
        tones.append(cells(row, board, lay_out(78))[2][1])
    assert tones == ["", "soon"]


def test_who_changed_a_row_and_who_looks_at_it_is_told_with_and_without_its_column(office: Office) -> None:
    number = opened(office.desk(), "Kettle cracked")
    row, board = row_of(office, number)
    board.flags[number] = Flag("Ben")
    board.beside[number] = "Cleo"
    assert said(row, board, 198)["beside"] == "@Cleo ~Ben"
    assert said(row, board, 78)["subject"] == "@~ Kettle cracked"
    board.beside[number] = "Cleo writes"
    board.flags.clear()
    assert said(row, board, 198)["beside"] == "Cleo writes"
    assert said(row, board, 78)["subject"] == "✎ Kettle cracked"


def test_what_changed_by_itself_is_marked_without_a_name(office: Office) -> None:
    number = opened(office.desk(), "Kettle cracked")
    row, board = row_of(office, number)
    board.flags[number] = Flag("")
    assert said(row, board, 198)["beside"] == "~"
    assert said(row, board, 78)["subject"] == "~ Kettle cracked"


def test_however_many_look_at_a_case_its_subject_stays(office: Office) -> None:
    subject = "The left group drips"
    number = opened(office.desk(), subject)
    row, board = row_of(office, number)
    board.beside[number] = "Cleo, Dora, Maximiliane writes"
    board.flags[number] = Flag("Ben", new=True)
    board.gone = number
    for width in range(58, 110):
        shown = said(row, board, width)
        if "beside" not in shown:
            signs, _, words = shown["subject"].partition(" ")
            assert signs == "✎+×"
            assert len(shown["subject"]) >= 17, width
            assert subject.startswith(words.removesuffix("…")), width


def test_the_first_line_speaks_of_one_call_and_of_several() -> None:
    def words(calls: int) -> str:
        return "".join(text for text, _, _ in needs_parts([0, 0, calls, 0, 0]))

    assert words(1) == "Needs you: 1 calls you"
    assert words(2) == "Needs you: 2 call you"
