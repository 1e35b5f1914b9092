"""The playbooks page: those that fit the case first, what others write meanwhile, and names that do nothing."""

from __future__ import annotations

from careconsole.desk.playbooks import writing
from careconsole.domain.playbook.content import Authority, Content
from careconsole.tui.pages.playbook_text import PlaybookTextScreen
from careconsole.tui.pages.playbooks import PlaybooksScreen
from careconsole.tui.widgets.line_list import Lines
from tests.desk.office import Office
from tests.tui.screen import Screen, on_screen, opened
from tests.tui.test_hostile_text import harmless

HOSTILE = "[/] [@click=app.quit]x[/] \u202egnp.exe"


def test_those_that_fit_come_first_and_the_one_under_the_cursor_is_told_in_full(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle cracked", "Carla", tags=("damaged",))
    may = Authority(text="refund it", limit="40", currency="EUR")
    writing.write(office.desk("Ana"), Content(title="A lid is missing", steps=("send one",)))
    writing.write(office.desk("Ana"), Content(title="Parcel broken", tags=("damaged",), steps=("refund",), may=may))

    async def script(screen: Screen) -> None:
        screen.queue.go_to_case(1)
        await screen.settle()
        screen.app.push_screen(PlaybooksScreen.on_case(1))
        await screen.settle()
        assert "Playbooks: 2, 1 that fit case 1" in screen.lines()[0]
        first, second = screen.lines()[1:3]
        assert "may decide Parcel broken (same tag: damaged)" in first
        assert "A lid is missing" in second
        assert "May: refund it (up to 40 EUR)" in screen.text()
        lines = screen.app.screen.query_one(Lines)
        await screen.press("j")
        writing.write(office.desk("Ben"), Content(title="A handle wobbles", steps=("tighten it",)))
        await screen.press("f5")
        assert "A handle wobbles" in screen.lines()[2]
        assert lines.highlighted == 2, "the cursor stays with its playbook"
        await screen.press("escape")
        assert screen.app.screen is screen.queue

    on_screen(office, script)


def test_their_texts_do_nothing_on_the_page(office: Office) -> None:
    writing.write(office.desk("Ana"), Content(title=HOSTILE, signs=HOSTILE, steps=(HOSTILE,), say=HOSTILE))

    async def script(screen: Screen) -> None:
        screen.app.push_screen(PlaybooksScreen.on_case(None))
        for size in ((80, 24), (160, 45), (60, 15)):
            await screen.pilot.resize_terminal(*size)
            await screen.settle()
            harmless(screen)

    on_screen(office, script)


def test_enter_opens_a_playbook_in_full_and_its_keys_use_and_write_one(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle cracked", "Carla", tags=("damaged",), owner=office.ids["Ana"])
    steps = ("refund the parcel", *(f"step {n}" for n in range(2, 9)))
    writing.write(office.desk("Ana"), Content(title="Parcel broken", tags=("damaged",), steps=steps))

    async def script(screen: Screen) -> None:
        screen.queue.go_to_case(1)
        await screen.settle()
        screen.app.act("playbooks")
        await screen.settle()
        assert "Enter open" in screen.lines()[-1]
        await screen.press("enter")
        assert isinstance(screen.app.screen, PlaybookTextScreen)
        assert screen.lines()[0].startswith("Playbook 1: Parcel broken")
        assert screen.lines()[0].endswith("fits case 1")
        assert all(f"{n}. " in screen.text() for n in range(1, 9)), "every step has a line of its own"
        await screen.press("escape")
        assert isinstance(screen.app.screen, PlaybooksScreen)
        await screen.press("b")
        assert "Use a playbook · case 1" in screen.text()
        await screen.press("escape", "_")
        assert "Write a playbook" in screen.text()

    on_screen(office, script, size=(80, 24))


def test_the_text_of_a_playbook_does_nothing(office: Office) -> None:
    writing.write(office.desk("Ana"), Content(title=HOSTILE, signs=HOSTILE, steps=(HOSTILE,), say=HOSTILE))

    async def script(screen: Screen) -> None:
        screen.app.push_screen(PlaybookTextScreen(1, None))
        for size in ((80, 24), (160, 45), (60, 15)):
            await screen.pilot.resize_terminal(*size)
            await screen.settle()
            harmless(screen)

    on_screen(office, script)
