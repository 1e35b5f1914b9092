"""The sheet of a case: why it stands where it stands, and a timeline that tells the customer's words from ours."""

from __future__ import annotations

from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.queries import case_queries
from careconsole.desk.queries.similar import Similar
from careconsole.domain.case.notes import Note
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.touches import Touch
from careconsole.domain.imported_record import Message
from careconsole.domain.terminal_text import cell_width
from careconsole.tui.queue.case_lines import Beside, sheet_lines
from careconsole.tui.widgets.toned_lines import Line
from tests.cli.console import active
from tests.desk.office import HOUR, Office, line
from tests.tui.screen import opened


def lines_of(office: Office, number: int, width: int = 60, beside: Beside = Beside()) -> list[Line]:  # noqa: B008
    return sheet_lines(case_queries.show(office.desk(), number), beside, width)


def texts(lines: list[Line]) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


def timeline(lines: list[Line]) -> list[str]:
    said = texts(lines)
    return said[said.index("What happened, the latest first") + 1 :]


def test_the_timeline_tells_whose_words_they_are_and_what_was_undone(office: Office) -> None:
    number = opened(office.desk("Ana"), "Kettle cracked", owner=office.ids["Ana"])
    desk = office.desk("Ana")
    for command in (
        Touch(text="it broke again", inbound=True),
        Touch(text="we send a new one"),
        Note(text="batch 7"),
    ):
        office.later(1)
        execution.execute(desk, "verb", command, [number])
    undo_redo.undo(desk)
    execution.execute(desk, "note", Note(text="batch 8"), [number])
    signs = {line.split("  ", 1)[1].split(": ")[-1]: line[0] for line in timeline(lines_of(office, number, 200))}
    assert signs["batch 8"] == "·"
    assert signs["batch 7"] == "x"
    assert signs["we send a new one"] == ">"
    assert signs["it broke again"] == "<"


def test_imported_words_stand_in_the_timeline_like_our_own(office: Office) -> None:
    office.bring(
        line("A", 1, subject="Kettle", owner="Ben"),
        line("A", 2, said=Message("in", "where is it")),
        line("A", 3, said=Message("out", "on its way", by="Zoe")),
        line("A", 4, said=Message("note", "he calls every day", by="Zoe")),
    )
    signs = {line.split(": ")[-1]: line[0] for line in timeline(lines_of(office, 1, 200))}
    assert signs["where is it"] == "<"
    assert signs["on its way"] == ">"
    assert signs["he calls every day"] == "·", "the customer never saw it"


def test_the_sheet_says_in_full_why_a_case_stands_where_it_stands(office: Office) -> None:
    number = opened(office.desk(), owner=office.ids["Ana"])
    execution.execute(office.desk(), "promise", Promise(text="ring back", due=office.now + HOUR), [number])
    office.later(2)
    said = " ".join(texts(lines_of(office, number)))
    assert "Stands here for: ! promise 1h late" in said
    assert "LATE" in said


def test_no_line_is_wider_than_the_pane_and_nothing_active_is_in_it(office: Office) -> None:
    hostile = "\x1b]0;owned\x07 \u202e[@click=app.quit]x[/] " + "unbroken" * 40 + "\n漢字 two lines"
    number = opened(office.desk(), hostile, "Carla \x1b[2J", description=hostile)
    execution.execute(office.desk(), "note", Note(text=hostile), [number])
    like = Similar(9, "resolved", "like it", "same words", "done")
    for width in (24, 40, 80):
        lines = lines_of(office, number, width, Beside(here=("Ben has this case open",), similar=(like,)))
        assert max(cell_width(line) for line in texts(lines)) <= width + 12  # a long label keeps some room for words
        assert active("\n".join(texts(lines))) == []


def test_who_else_is_there_and_cases_like_it_are_on_the_sheet(office: Office) -> None:
    number = opened(office.desk())
    like = Similar(9, "resolved", "Kettle cracked too", "cause: transport", "sent a new one")
    said = texts(lines_of(office, number, 90, Beside(here=("Ben has this case open (desk 2)",), similar=(like,))))
    assert any("Ben has this case open (desk 2)" in line for line in said)
    assert any("[resolved] Kettle cracked too (cause: transport): sent a new one" in line for line in said)
