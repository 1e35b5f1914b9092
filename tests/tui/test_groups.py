"""The rules of the list, folding, and the last message below a row, as they are on the screen."""

from __future__ import annotations

import time

import pytest

from careconsole.desk.cases import execution
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.parking import Park
from careconsole.domain.case.promises import Promise
from careconsole.tui.queue.list_lines import rule_pieces
from careconsole.tui.queue.model import QueueModel
from tests.desk.office import HOUR, Office
from tests.tui.screen import Screen, on_screen, opened

LATE, TODAY, LATER, PARKED = -1, -2, -3, -4


@pytest.fixture
def team(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A case late (1), two today (2, 3), one later (4), two parked (5, 6); all are Ana's."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    desk = office.desk("Ana")
    for hours in (1, 3, 4, 0, 0, 0):
        number = opened(desk, f"Kettle {hours}", owner=office.ids["Ana"], channel="phone")
        if hours:
            execution.execute(desk, "promise", Promise(text="ring", due=office.now + hours * HOUR), [number])
    execution.execute(desk, "park", Park(on="customer", until=office.now + 80 * HOUR), [5])
    execution.execute(desk, "park", Park(on="customer", until=office.now + 90 * HOUR), [6])
    office.later(2)
    return office


def lines(screen: Screen) -> list[int]:
    return list(screen.queue.board.lines)


def state(screen: Screen) -> str:
    return screen.lines()[-2]


def test_rules_stand_between_late_today_later_and_parked(team: Office) -> None:
    async def script(screen: Screen) -> None:
        assert lines(screen) == [LATE, 1, TODAY, 2, 3, LATER, 4, PARKED, 5, 6]
        shown = [line.strip() for line in screen.lines() if "──" in line]
        assert [line.strip("─ │▁▏") for line in shown[:4]] == ["Late 1", "Today 2", "Later 1", "Parked 2"]
        assert screen.queue.board.current == 1, "the cursor is on the first case and not on a rule"
        assert state(screen).startswith("1 of 6 · soonest due first, parked last")
        await screen.press("j")
        assert screen.queue.board.current == 2, "the cursor passes over the rule"
        await screen.press("k")
        assert screen.queue.board.current == 1
        await screen.press("k")
        assert screen.queue.board.current == 1, "and does not end on the first rule"
        await screen.press("j", "j", "left")
        assert (screen.queue.board.current, screen.queue.board.rule) == (None, 1)
        assert state(screen).startswith("Today: 2 of 6")
        await screen.press("right")
        assert screen.queue.board.current == 2
        await screen.press("j", "j")
        assert screen.queue.board.current == 4
        assert state(screen).startswith("4 of 6")
        await screen.press("G")
        assert state(screen).startswith("6 of 6")
        await screen.press("g")
        assert screen.queue.board.current == 1

    on_screen(team, script, size=(100, 30))


def test_enter_on_a_rule_folds_its_group_and_again_shows_it(team: Office) -> None:
    async def script(screen: Screen) -> None:
        board = screen.queue.board
        await screen.press("j", "left", "enter")
        assert lines(screen) == [LATE, 1, TODAY, LATER, 4, PARKED, 5, 6]
        assert "Today 2 (folded)" in screen.text()
        assert board.rule == 1, "the cursor stays on the rule"
        assert "Kettle 3" not in screen.text()
        await screen.press("j")
        assert state(screen).startswith("4 of 6"), "places count what is folded"
        await screen.press("k")
        assert board.rule == 1, "the cursor stops at a folded group, which is nowhere else"
        await screen.press("k")
        assert board.current == 1
        screen.queue.way_back.go_to_case(3)
        await screen.settle()
        assert board.current == 3, "who goes to a case sees it"
        assert 2 in board.lines

    on_screen(team, script, size=(100, 30))


def test_no_mark_is_on_a_folded_case_and_a_rule_marks_its_group(team: Office) -> None:
    async def script(screen: Screen) -> None:
        board = screen.queue.board
        await screen.press("j", "left", "space")
        assert board.chosen() == [2, 3]
        await screen.press("enter")
        assert board.chosen() == []
        await screen.press("V")
        assert sorted(board.marks) == [1, 4, 5, 6], "no command is for a case that nobody sees"
        await screen.press("escape", "space")
        assert board.chosen() == [2, 3], "a folded group is shown when it is marked"

    on_screen(team, script, size=(100, 30))


def test_on_a_rule_a_command_says_that_there_is_no_case(team: Office) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("j", "left", "t")
        assert any("No case is selected" in told for told in screen.toasts())
        assert "Enter fold" in screen.lines()[-1]
        await screen.press("j")
        assert "Enter fold" not in screen.lines()[-1]

    on_screen(team, script, size=(100, 30))


def test_other_orders_have_no_rules(team: Office) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("S")
        assert min(lines(screen)) > 0
        assert "soonest due first, reversed" in state(screen)
        screen.queue.show_list("", "age")
        await screen.settle()
        assert lines(screen) == [1, 2, 3, 4, 5, 6]
        assert "oldest first" in state(screen)

    on_screen(team, script, size=(100, 30))


def test_a_list_of_one_group_has_no_rule(team: Office) -> None:
    async def script(screen: Screen) -> None:
        screen.queue.show_list("is:parked")
        await screen.settle()
        assert lines(screen) == [5, 6]

    on_screen(team, script, size=(100, 30))


def test_a_case_that_falls_due_goes_to_the_late_ones_by_itself_and_keeps_the_cursor(team: Office) -> None:
    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(2)
        await screen.settle()
        team.now += 2 * HOUR
        screen.app._tick()
        await screen.until(lambda: lines(screen)[:4] == [LATE, 1, 2, TODAY])
        assert screen.queue.board.current == 2
        assert "Late 2" in screen.text()

    on_screen(team, script, size=(100, 30))


def test_what_another_parks_goes_to_the_parked_ones(team: Office) -> None:
    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(4)
        await screen.settle()
        park = Park(on="customer", until=team.now + 70 * HOUR)
        execution.execute(team.another("Ana"), "park", park, [4])
        await screen.until(lambda: lines(screen) == [LATE, 1, TODAY, 2, 3, PARKED, 4, 5, 6])
        assert screen.queue.board.current == 4, "the cursor follows the case"

    on_screen(team, script, size=(100, 30))


def test_what_one_parks_oneself_stays_until_one_goes_on_to_the_next_case(team: Office) -> None:
    opened(team.desk("Ana"), "Jug", owner=team.ids["Ana"], channel="phone")

    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(4)
        await screen.press("z", "ctrl+s")
        assert lines(screen) == [LATE, 1, TODAY, 2, 3, LATER, 4, 7, PARKED, 5, 6]
        assert screen.queue.board.current == 4
        assert "↕ Kettle 0" in screen.text()
        assert state(screen).startswith("goes to 5 of 7")
        assert "Later 1; case 4 is now under Parked ─" in screen.text(), "the heading is not false of the row below it"
        assert screen.text().count("; case 4") == 1
        await screen.press("u")
        assert "↕" not in screen.text(), "undone, it is where it was"
        assert "; case 4" not in screen.text()
        await screen.press("U", "j")
        assert "; case 4" not in screen.text()
        assert screen.queue.board.current == 7, "the next one, and not the first of those parked"
        assert lines(screen) == [LATE, 1, TODAY, 2, 3, LATER, 7, PARKED, 4, 5, 6]

    on_screen(team, script, size=(100, 30))


def test_the_heading_above_a_row_that_stays_says_what_became_of_it() -> None:
    def words(*groups: int) -> list[str]:
        return ["".join(text for text, _ in rule_pieces(board, group, 60)).strip("─ ") for group in groups]

    board = QueueModel()
    board.order([10, 11, 12], (0, 2, 1), begin=True)
    board.order([3, 11, 10, 12], (1, 2, 1), acted=[10])
    assert list(board.lines) == [LATE, 3, TODAY, 10, 11, LATER, 12]
    assert words(0, 1, 2) == ["Late 1", "Today 2", "Later 1"], "in its own group it is only at another place"
    board.order([3, 10, 11, 12], (1, 1, 2))
    board.order([3, 11, 12], (1, 1, 1))
    assert board.gone == 10
    assert [one for one in words(0, 1, 2) if ";" in one] == ["Today 1; case 10 is no longer in this list"]
    board.order([10, 12], (1, 1), begin=True)
    board.fold(1)
    board.order([12, 10], (0, 1, 1), acted=[10])
    board.move(len(board.lines) - 1)
    assert not [one for one in words(1, 2) if ";" in one]


@pytest.mark.parametrize("keys", [("p", *"ring", "ctrl+s"), ("c", *"ring", "ctrl+s"), ("i", *"ring", "ctrl+s")])
def test_whatever_one_does_with_a_case_the_next_one_is_the_case_below_it(team: Office, keys: tuple[str, ...]) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("K", "enter")
        await screen.press(*keys)
        assert screen.queue.board.current == 1
        await screen.press("j")
        assert screen.queue.board.current == 2
        assert lines(screen)[0] == TODAY, "it was late, and is not any longer"

    on_screen(team, script, size=(100, 30))


def test_a_case_that_goes_to_a_folded_group_stays_under_the_cursor_until_it_is_left(team: Office) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("G", "left", "enter")
        assert lines(screen)[-1] == PARKED
        screen.queue.way_back.go_to_case(4)
        await screen.settle()
        execution.execute(team.another("Ana"), "park", Park(on="customer", until=team.now + 70 * HOUR), [4])
        await screen.until(lambda: "Parked 3 (folded)" in screen.text())
        assert screen.queue.board.current == 4
        assert "in a folded group" in state(screen)
        await screen.press("k")
        assert lines(screen) == [LATE, 1, TODAY, 2, 3, PARKED]

    on_screen(team, script, size=(100, 30))


def test_a_row_has_its_last_message_below_it_while_all_of_them_have_room(team: Office) -> None:
    desk = team.desk("Ana")
    execution.execute(desk, "log", LogMessage(text="Is there any news?\nI wait.", inbound=True), [1])
    execution.execute(desk, "log", LogMessage(text="It is on its way."), [4])

    async def script(screen: Screen) -> None:
        await screen.until(lambda: "← Is there any news? I wait." in screen.text())
        assert "→ by Ana: It is on its way." in screen.text()
        assert "nothing but the subject yet" in screen.text()
        execution.execute(team.another("Ana"), "log", LogMessage(text="Tomorrow at ten."), [1])
        await screen.until(lambda: "→ by Ana: Tomorrow at ten." in screen.text())
        row = next(y for y, line in enumerate(screen.lines()) if "Tomorrow at ten." in line)
        await screen.pilot.click("#cases", offset=(10, row - screen.queue.cases.region.y))
        await screen.settle()
        assert screen.queue.board.current == 1, "a click on the message is one on its case"
        await screen.pilot.resize_terminal(100, 16)
        await screen.settle()
        assert "Tomorrow at ten." not in screen.text(), "there is no room for ten rows of two lines"
        assert not screen.queue.cases.has_messages

    on_screen(team, script, size=(100, 30))


def test_many_cases_have_rules_and_one_line_each(office: Office) -> None:
    desk = office.desk("Ana")
    for n in range(60):
        number = opened(desk, f"Kettle {n}", owner=office.ids["Ana"], channel="phone")
        if n < 30:
            execution.execute(desk, "promise", Promise(text="ring", due=office.now + HOUR), [number])
    office.later(2)

    async def script(screen: Screen) -> None:
        board, cases = screen.queue.board, screen.queue.cases
        assert not cases.has_messages
        await screen.press("G")
        assert board.current == 60
        assert state(screen).startswith("60 of 60")
        await screen.press("pageup", "pageup", "pageup", "pageup")
        await screen.press("g")
        assert board.current == 1
        assert cases.top == 0, "the first rule is in sight with the first case"

    on_screen(office, script, size=(80, 24))
