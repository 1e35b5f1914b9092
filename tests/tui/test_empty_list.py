"""An empty list says in its middle what that means, and which keys lead on."""

from __future__ import annotations

from careconsole.desk.cases import execution
from careconsole.desk.console.views import USUAL
from careconsole.desk.team import members
from careconsole.domain.case.offers import Offer
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.terminal_text import cell_width
from careconsole.tui.queue.empty_list import COVERED, centred, empty_lines
from tests.cli.console import active
from tests.desk.office import Office
from tests.tui.screen import Screen, on_screen, opened


def middle(screen: Screen) -> list[str]:
    """What stands in the list, without the lines that are blank."""
    return [line.strip() for line in screen.lines()[3:-2] if line.strip()]


def test_an_empty_queue_says_what_to_do_and_a_case_takes_its_place(office: Office) -> None:
    async def script(screen: Screen) -> None:
        words, keys = middle(screen)
        assert words == "No open cases."
        assert keys == "n new case     : import cases"
        place = next(y for y, line in enumerate(screen.lines()) if words in line)
        assert abs(place - screen.app.size.height // 2) <= 2, "in the middle"
        assert abs(screen.lines()[place].index(words) - (80 - len(words)) // 2) <= 1
        opened(office.another("Ben"), "Kettle cracked")
        await screen.until(lambda: "Kettle cracked" in screen.text())
        assert "No open cases." not in screen.text()

    on_screen(office, script, size=(80, 24))


def test_the_keys_of_an_empty_view_are_whole_in_a_narrow_terminal() -> None:
    counts = {view.slot: 1_000 for view in USUAL}
    for width in range(20, 100):
        text = "".join(piece for piece, _ in centred(empty_lines("tag:nothing", USUAL, counts), 2, width, 3))
        assert cell_width(text) <= max(width, 20)
        assert not text.strip() or text.strip().endswith(("filter", ")")), text


def test_an_empty_view_says_what_that_means_and_leads_to_cases(office: Office) -> None:
    opened(office.desk("Ben"), "Kettle cracked", owner=office.ids["Ben"])
    opened(office.desk("Ben"), "Lid lost")

    async def script(screen: Screen) -> None:
        await screen.press("5")
        await screen.until(lambda: "0 all open (2)" in screen.text())
        assert middle(screen) == ["Nothing is overdue.", "0 all open (2)     2 unassigned (1)"]
        await screen.press("2")
        assert middle(screen) != ["Every open case has an owner."]
        screen.queue.show_list("tag:nothing")
        await screen.until(lambda: "No case matches tag:nothing." in screen.text())
        assert "/ another filter" in screen.text()
        await screen.press("0")
        assert "Lid lost" in screen.text()

    on_screen(office, script, size=(80, 24))


def test_an_empty_list_of_ones_own_leads_to_what_is_offered(office: Office) -> None:
    number = opened(office.desk("Ben"), "Kettle cracked", owner=office.ids["Ben"])
    execution.execute(office.desk("Ben"), "offer", Offer(to=office.ids["Cleo"], reason="knows it"), [number])

    async def script(screen: Screen) -> None:
        await screen.press("1")
        await screen.until(lambda: "3 offered to me (1)" in screen.text())
        assert middle(screen) == ["No open case is yours.", "0 all open (1)     3 offered to me (1)"]
        await screen.press("3")
        assert list(screen.queue.board.numbers) == [number]

    on_screen(office, script, name="Cleo", size=(80, 24))


def test_the_list_of_somebody_away_says_who_covers_how_many_of_their_cases(office: Office) -> None:
    for subject in ("Kettle cracked", "Lid lost"):
        opened(office.desk("Ben"), subject, owner=office.ids["Ben"])
    members.away(office.desk(), "Ben", "Cleo")

    async def away(screen: Screen) -> None:
        await screen.press("1")
        words = "Nothing is waiting for you: Cleo covers 2 cases of yours while you are away."
        await screen.until(lambda: words in screen.text())
        screen.queue.show_list(COVERED)
        await screen.until(lambda: "Lid lost" in screen.text())
        assert len(screen.queue.board.numbers) == 2

    on_screen(office, away, name="Ben", size=(100, 24))


def test_what_was_resolved_is_a_key_away_when_nothing_is_open(office: Office) -> None:
    number = opened(office.desk("Ben"), "Kettle cracked", owner=office.ids["Ben"], channel="phone")
    execution.execute(office.desk("Ben"), "resolve", Resolve(said="sent a new one"), [number])

    async def script(screen: Screen) -> None:
        await screen.until(lambda: "8 recently resolved (1)" in screen.text())
        await screen.press("8")
        assert "Kettle cracked" in screen.text()

    on_screen(office, script, size=(80, 24))


def test_hostile_filters_are_safe_and_narrow_screens_have_their_words_from_the_edge() -> None:
    lines = empty_lines("\x1b[31m\u202e" + "x" * 300, USUAL, {0: 3})
    for y in range(15):
        line = "".join(text for text, _ in centred(lines, y, 60, 15))
        assert active(line) == []
        assert cell_width(line) <= 90
    assert [y for y in range(15) if centred(lines, y, 60, 15)] == [6, 8]
    assert centred(lines, 0, 60, 1) == centred(lines, 6, 60, 15), "on a single line, the first one"
