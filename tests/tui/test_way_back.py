"""Esc in a list, or on a case, that a page led to goes back to that page as it was left, and the footer says so."""

from __future__ import annotations

from careconsole.desk.cases import execution
from careconsole.desk.notices import addresses, outbox
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.notice_message import Notice
from careconsole.domain.case.promises import Promise
from careconsole.tui.pages.customer import CustomerScreen
from careconsole.tui.pages.notices import NoticesScreen
from careconsole.tui.pages.promises import PromisesScreen
from careconsole.tui.pages.team import TeamScreen
from careconsole.tui.queue.case_screen import CaseScreen
from careconsole.tui.widgets.line_list import Lines
from tests.desk.office import HOUR, Office
from tests.tui.forms import fill
from tests.tui.screen import Screen, on_screen, opened


def promised(office: Office, count: int = 3) -> list[int]:
    """Cases of Ana's, each with a promise that is due later than the one before."""
    desk = office.desk("Ana")
    numbers = [opened(desk, f"Kettle {place}", owner=office.ids["Ana"]) for place in range(count)]
    for place, number in enumerate(numbers, 1):
        execution.execute(desk, "promise", Promise(text="call", due=office.now + place * HOUR), [number])
    return numbers


def test_back_from_a_case_of_a_page_to_its_row(office: Office) -> None:
    numbers = promised(office)

    async def script(screen: Screen) -> None:
        await screen.press("P", "j", "enter")
        assert screen.app.screen is screen.queue
        assert screen.queue.board.current == numbers[1]
        assert "Esc back to promises" in screen.lines()[-1]
        await screen.press("escape")
        page = screen.app.screen
        assert isinstance(page, PromisesScreen)
        assert page.row is not None
        assert page.row.case == numbers[1]
        await screen.press("j", "enter")
        assert screen.queue.board.current == numbers[2]

    on_screen(office, script, size=(80, 24))


def test_the_page_is_read_again_when_one_comes_back(office: Office) -> None:
    promised(office)

    async def script(screen: Screen) -> None:
        await screen.press("P", "j", "enter", "k")
        assert "Esc" not in screen.lines()[-1], "the cursor has left the case, so Esc leads nowhere"
        await screen.press("P", "j", "enter")
        await screen.more("kept")
        await screen.press("ctrl+s")
        await screen.press("escape")
        page = screen.app.screen
        assert isinstance(page, PromisesScreen)
        assert len([o for o in page.query_one(Lines).options if getattr(o, "row", None)]) == 2, screen.text()

    on_screen(office, script)


def test_back_step_by_step_to_the_list_before(office: Office) -> None:
    promised(office)
    opened(office.desk("Ben"), "Mug cracked", customer="Sam", owner=office.ids["Ben"])

    async def script(screen: Screen) -> None:
        await screen.press("1", "j", "M", "enter")
        assert screen.queue.live.filter == "owner:Ana"
        await screen.press("j", "D", "enter")
        assert "Esc back to customer" in screen.lines()[-1], screen.text()
        await screen.press("escape")
        assert isinstance(screen.app.screen, CustomerScreen)
        await screen.press("escape", "s", "escape")
        assert screen.queue.live.filter == "owner:Ana"
        assert "Esc back to team" in screen.lines()[-1]
        await screen.press("escape")
        assert isinstance(screen.app.screen, TeamScreen)
        await screen.press("escape")
        assert screen.queue.view_slot == 1
        assert screen.queue.board.current == 2, "the cursor is where it was"
        assert "Esc all open" in screen.lines()[-1]
        await screen.press("escape")
        assert screen.queue.view_slot == 0
        assert "Esc" not in screen.lines()[-1]

    on_screen(office, script, size=(110, 30))


def test_from_an_open_case_to_another_of_its_customer_and_back(office: Office) -> None:
    promised(office, 2)

    async def script(screen: Screen) -> None:
        before = screen.queue.board.current
        await screen.press("enter")
        assert "Esc back to list" in screen.lines()[-1]
        await screen.press("D", "j", "enter")
        assert isinstance(screen.app.screen, CaseScreen)
        assert screen.queue.board.current != before
        assert "Esc back to customer" in screen.lines()[-1], screen.text()
        await screen.press("escape")
        assert isinstance(screen.app.screen, CustomerScreen)
        await screen.press("escape")
        assert isinstance(screen.app.screen, CaseScreen)
        assert screen.queue.board.current == before
        await screen.press("escape")
        assert screen.app.screen is screen.queue

    on_screen(office, script, size=(80, 24))


def test_a_list_found_from_an_open_case_leads_back_to_the_case(office: Office) -> None:
    promised(office, 2)
    opened(office.desk("Ben"), "Mug cracked", customer="Sam", owner=office.ids["Ben"])

    async def script(screen: Screen) -> None:
        await screen.press("enter", "D", "k", "enter")
        assert screen.app.screen is screen.queue
        assert screen.queue.live.filter == "number:1,2", screen.text()
        await screen.press("escape")
        assert isinstance(screen.app.screen, CustomerScreen)
        await screen.press("escape")
        assert isinstance(screen.app.screen, CaseScreen)
        assert screen.queue.board.current == 1

    on_screen(office, script, size=(80, 24))


def test_a_page_opened_from_another_page_leads_out_of_both_and_back_to_both(office: Office) -> None:
    addresses.save_address(office.desk(), "Ana", "json://ana.example/token")
    number = opened(office.desk("Ben"), "Mug cracked", owner=None)
    notice = Notice(person=office.ids["Ana"], case=number, kind="returned", urgent=False, words="A thing.")
    office.desk().write(lambda unit: outbox.put(unit, [notice]))

    async def script(screen: Screen) -> None:
        await screen.press("M", "O", "enter", "enter")
        assert screen.app.screen is screen.queue, screen.text()
        await screen.press("escape")
        assert isinstance(screen.app.screen, NoticesScreen)
        await screen.press("escape")
        assert isinstance(screen.app.screen, TeamScreen)
        await screen.press("escape")
        assert screen.app.screen is screen.queue

    on_screen(office, script)


def test_another_view_or_person_ends_the_way_back(office: Office) -> None:
    promised(office)

    async def script(screen: Screen) -> None:
        for keys in (("2",), ("f",)):
            await screen.press("0", "M", "enter", *keys)
            assert "Esc all open" in screen.lines()[-1]
            await screen.press("escape")
            assert screen.app.screen is screen.queue
            assert not screen.queue.live.filter
        await screen.press("M", "enter", "w", "2")
        assert screen.app.session.person == office.ids["Ben"]
        assert "Esc" not in screen.lines()[-1]
        await screen.press("escape")
        assert screen.app.screen is screen.queue
        assert not screen.app._installed_screens, "no page of the previous person is kept"

    opened(office.desk("Ben"), "Mug cracked", owner=None)
    on_screen(office, script)


def test_undoing_a_split_goes_back_to_the_case_it_was_split_from(office: Office) -> None:
    numbers = promised(office)
    desk = office.desk("Ana")
    execution.execute(desk, "log", LogMessage(text="and a lid", inbound=True), [numbers[1]])
    message = office.case(numbers[1]).version

    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(numbers[1])
        await screen.settle()
        screen.app.action_verb("split")
        await screen.settle()
        await fill(screen, subject="Lid")
        await screen.press("ctrl+s")
        assert screen.queue.board.current == 4, screen.text()
        await screen.press("u")
        assert office.case(4).status == "void"
        assert screen.queue.board.current == numbers[1], screen.text()

    assert message == 3
    on_screen(office, script)


def test_a_case_with_nothing_to_split_off_says_so_and_what_to_do_instead(office: Office) -> None:
    numbers = promised(office)

    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(numbers[1])
        await screen.settle()
        screen.app.action_verb("split")
        await screen.settle()
        assert screen.app.screen is screen.queue
        (said,) = screen.toasts()
        begins = f"Case {numbers[1]} has no message after its opening, so there is nothing to split off. For another"
        assert said.startswith(begins)

    on_screen(office, script)


def test_the_news_of_a_new_case_says_to_whom_it_is_offered(office: Office) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("n")
        await fill(screen, subject="Lid lost", customer="Nils", owner="Ben")
        await screen.press("ctrl+s")
        assert screen.toasts()[0] == "Case 1 is open and offered to Ben: Lid lost"

    on_screen(office, script)
