"""A figure on a screen is a filter: opening it shows exactly as many cases as it says, on every screen."""

from __future__ import annotations

import re

from careconsole.desk.cases import execution
from careconsole.desk.queries.measured_cases import MEASURES
from careconsole.desk.team import escalation_paths, members
from careconsole.domain.case.command import Command
from careconsole.domain.case.escalation import Deescalate, Escalate
from careconsole.domain.case.lessons import Review
from careconsole.domain.case.offers import Offer
from careconsole.domain.case.parking import Park
from careconsole.domain.case.promises import MovePromise, Promise
from careconsole.domain.case.resolution import Resolve
from careconsole.tui.pages.agenda import AgendaScreen
from careconsole.tui.pages.measured_cases import MeasuredCasesScreen
from careconsole.tui.pages.measures import MeasuresScreen
from careconsole.tui.pages.promises import PromisesScreen
from careconsole.tui.pages.team import TeamScreen
from careconsole.tui.pages.team_lines import FIGURES
from careconsole.tui.widgets.line_list import Lines
from tests.desk.office import HOUR, LOG, Office
from tests.tui.screen import Screen, on_screen, opened

TOGETHER = """
[[path]]
name = "standard"

[[path.step]]
name = "leads"
call = ["leads"]
"""
"""Both leads are called at once, so that somebody is called without being the responder."""


def busy(office: Office) -> None:
    """An office with something behind every figure, and all that makes two counts of one thing differ."""
    escalation_paths.set_paths(office.desk(), TOGETHER)
    for name in ("Fay", "Gil"):
        office.ids[name] = members.add(office.desk(), name, "agent")

    def own(who: str, **fields: object) -> int:
        return opened(office.desk(who), owner=office.ids[who], **fields)

    def do(who: str, verb: str, command: Command, number: int) -> None:
        execution.execute(office.desk(who), verb, command, [number])

    for name in ("Ben", "Ben", "Ben", "Cleo", "Dora"):
        own(name)
    opened(office.desk(), owner=None)
    opened(office.desk(), owner=None)
    do("Ben", "park", Park(on="customer", until=office.now + 90 * HOUR), own("Ben"))
    for hours in (0.5, 0.6, 70):  # two on one case are one case
        do("Dora", "promise", Promise(text="call", due=office.now + int(hours * HOUR)), 5)
    do("Ben", "promise", Promise(text="write", due=office.now + HOUR), 2)
    do("Ben", "offer", Offer(to=office.ids["Cleo"], reason="knows it"), 1)
    do("Ben", "escalate", Escalate(reason="authority", need="a refund"), 2)
    do("Cleo", "escalate", Escalate(reason="expertise", need="the manual", to=office.ids["Eve"]), 4)
    reviewed = own("Dora", inbound=False)
    do("Dora", "escalate", Escalate(reason="authority", need="a refund"), reviewed)
    do("Ana", "de-escalate", Deescalate(decided="refund it"), reviewed)
    for cause in ("no limit", "no form"):
        change = Review(cause=cause, change="set one", owner=office.ids["Cleo"], due=office.now + 80 * HOUR)
        do("Dora", "review", change, reviewed)
    do("Dora", "resolve", Resolve(said="refunded"), reviewed)
    own("Gil", inbound=False)
    do("Ana", "offer", Offer(to=office.ids["Fay"], reason="near them"), own("Ana"))
    do("Ana", "resolve", Resolve(said="no time for it", answer="unanswered"), own("Ana"))
    do("Ana", "resolve", Resolve(said="nonsense", answer="spam"), own("Ana"))
    office.bring(*LOG)
    own("Fay", inbound=False)
    members.change(office.desk(), "Gil", active=False, cover=None)
    members.away(office.desk(), "Ben", None)
    office.later(2)
    do("Ana", "move", MovePromise(due=office.now + 50 * HOUR, told=True), 2)
    members.away(office.desk(), "Cleo", "Dora")


def listed(screen: Screen) -> int:
    """How many cases the queue lists."""
    assert screen.app.screen is screen.queue, screen.text()
    return len(screen.queue.board)


def figures_of(screen: Screen) -> dict[str, list[int]]:
    """The figures of each line of the team page, by its first word; of a line without columns, those in its text."""
    lines = screen.lines()
    heads = lines[1]
    ends = [heads.index(figure.head) + len(figure.head) for figure in FIGURES]
    found = {}
    for line in lines[2:-2]:
        name = (line.removeprefix(" ●").split() or [""])[0].rstrip(":")
        if name in ("Ana", "Ben", "Cleo", "Dora", "Eve", "Fay"):
            cells = [re.search(r"\d+$", line[:end]) for end in ends]
            found[name] = [int(cell[0]) if cell else 0 for cell in cells]
        elif name in ("unassigned", "left", "resolved"):
            count, late = re.search(r": (\d+) cases?", line), re.search(r", (\d+) overdue", line)
            assert count
            found[name] = [int(count[1]), int(late[1]) if late else 0]
    return found


def test_every_figure_of_the_team_page(office: Office) -> None:
    busy(office)

    async def script(screen: Screen) -> None:
        await screen.press("M")
        assert isinstance(screen.app.screen, TeamScreen)
        found = figures_of(screen)
        assert list(found) == ["Ana", "Ben", "Cleo", "Dora", "Fay", "unassigned", "left", "resolved", "Eve"]
        assert found["Ben"][0] == 4, "one who is absent, and whose parked case is open"
        for place in range(len(FIGURES)):
            assert any(figures[place] for figures in found.values() if len(figures) > place), FIGURES[place].head
        options = screen.app.screen.query_one(Lines).options
        rows = [row for row, option in enumerate(options) if not option.disabled]
        for row, (name, figures) in zip(rows, found.items(), strict=True):
            for place, count in enumerate(figures):
                if not count:
                    continue
                screen.app.screen.query_one(Lines).highlighted = row
                await screen.press(*["right"] * place, "enter")
                assert listed(screen) == count, f"{name}: {FIGURES[place].head}"
                await screen.press("escape")
                assert screen.app.screen.query_one(Lines).highlighted == row, "back where one was"
                await screen.press(*["left"] * place)

    on_screen(office, script, size=(140, 40))


def test_a_figure_that_is_zero_says_so(office: Office) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("M", "j", "enter")
        assert screen.toasts()[-1].startswith("Ben has no open cases.")
        await screen.press("left", "enter")
        assert screen.toasts()[-1].startswith("Ben has no cases with a change to make or to check.")
        assert isinstance(screen.app.screen, TeamScreen)

    on_screen(office, script)


def test_every_figure_of_the_first_line_and_of_the_tabs(office: Office) -> None:
    busy(office)

    async def script(screen: Screen) -> None:
        figures = re.findall(r"(\d+) (?:unassigned|offered|to acknowledge|at risk|overdue)", screen.lines()[0])
        needs = [int(figure) for figure in figures]
        assert len(needs) >= 3, screen.lines()[0]
        for count in needs:
            await screen.press("f")
            assert listed(screen) == count, screen.queue.live.filter
        await screen.press("0")
        tabs = re.findall(r"(?:^|\[|  | )(\d) ([a-z]+(?: [a-z]+)*) (\d+)(?=\]| |$)", screen.lines()[1])
        assert len(tabs) >= 7, screen.lines()[1]
        assert [count for slot, _, count in tabs if slot == "7"] == ["1"], "the parked one"
        for slot, name, count in tabs:
            await screen.press(slot)
            assert listed(screen) == int(count), name

    for who in ("Ana", "Dora"):
        on_screen(office, script, name=who, size=(160, 40))


def test_every_figure_of_the_agenda(office: Office) -> None:
    busy(office)

    async def script(screen: Screen) -> None:
        for keys in ((), ("m",)):
            await screen.press("h", *keys)
            assert isinstance(screen.app.screen, AgendaScreen)
            title = screen.lines()[0]
            due, late = re.search(r"(\d+) due", title), re.search(r"(\d+) overdue", title)
            assert due, title
            assert late, title
            page = screen.app.screen
            entries = [o for o in page.query_one(Lines).options if getattr(o, "row", None) not in (None, "late")]
            assert len(entries) == int(due[1]), title
            await screen.press("home", "enter")
            assert listed(screen) == int(late[1]), title
            await screen.press("0")

    on_screen(office, script, size=(140, 60))


def test_every_figure_of_the_promises(office: Office) -> None:
    busy(office)

    async def script(screen: Screen) -> None:
        await screen.press("P")
        for tab in ("1", "2", "3", "4"):
            await screen.press(tab)
            assert isinstance(screen.app.screen, PromisesScreen)
            shown = re.search(rf"\[{tab} [\w ]+ (\d+)\]", screen.lines()[0])
            assert shown, screen.lines()[0]
            options = screen.app.screen.query_one(Lines).options
            assert sum(getattr(o, "row", None) is not None for o in options) == int(shown[1])

    on_screen(office, script, name="Dora")


def test_whoever_is_back_is_told_how_many_cases_enter_shows(office: Office) -> None:
    busy(office)

    async def script(screen: Screen) -> None:
        await screen.press("M", "j", "right")
        await screen.more("back at")
        assert any(told.startswith("Ben is back. 4 cases are theirs.") for told in screen.toasts()), screen.toasts()
        await screen.press("enter")
        assert listed(screen) == 4

    on_screen(office, script)


def test_every_figure_of_a_customers_page(office: Office) -> None:
    busy(office)
    opened(office.desk(), "Hers", customer="Carlata", owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        for name in ("Open", "Past"):
            screen.queue.way_back.go_to_case(1)
            await screen.press("D")
            shown = re.search(rf"── {name} (\d+) ─", screen.text())
            assert shown, screen.text()
            lines = screen.app.screen.query_one(Lines)
            lines.highlighted = next(
                place for place, option in enumerate(lines.options) if f"{name} {shown[1]}" in str(option.prompt)
            )
            await screen.press("enter")
            assert listed(screen) == int(shown[1]) > 1, name
            await screen.press("0")

    on_screen(office, script, size=(140, 60))


def test_every_figure_of_the_measures(office: Office) -> None:
    busy(office)

    async def script(screen: Screen) -> None:
        await screen.press("Q")
        page = screen.app.screen
        assert isinstance(page, MeasuresScreen)
        shown = {option.row.measure.name: option.row for option in page.query_one(Lines).options}
        assert [row.measure for row in shown.values()] == list(MEASURES)
        lines = [line for line in screen.lines()[2:] if line[2:].startswith(tuple(shown))]
        assert [int(line.split()[-1].replace(",", "")) for line in lines] == [
            len(r.spread.numbers) for r in shown.values()
        ]
        seen = 0
        for place, row in enumerate(shown.values()):
            count = len(row.spread.numbers)
            page = screen.app.screen
            page.query_one(Lines).highlighted = place
            await screen.press("enter")
            if not count:
                assert screen.toasts()[-1].startswith(f"{row.measure.name}: no case.")
                continue
            seen += 1
            if row.measure.is_span:
                assert isinstance(screen.app.screen, MeasuredCasesScreen)
                await screen.press("end", "enter")
            assert listed(screen) == count, row.measure.name
            await screen.press("escape")
            if row.measure.is_span:
                assert isinstance(screen.app.screen, MeasuredCasesScreen)
                await screen.press("escape")
            assert screen.app.screen is page
            assert page.query_one(Lines).highlighted == place, "back where one was"
        assert seen > 10

    on_screen(office, script, size=(140, 40))
