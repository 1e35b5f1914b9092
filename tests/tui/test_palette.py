"""The palette: anything by its name; nothing in anybody's text is markup to it."""

from __future__ import annotations

import click
import pytest
from textual import events
from textual.command import CommandList, CommandPalette

from careconsole.cli import program
from careconsole.commands import OTHER_COMMANDS, VERBS
from careconsole.commands.console_keys import ACTIONS
from careconsole.commands.in_a_shell import IN_A_SHELL, InAShell
from careconsole.commands.other_words import OTHER_WORDS
from careconsole.desk.cases import execution
from careconsole.desk.console import views
from careconsole.desk.console.views import SavedView
from careconsole.desk.team import members
from careconsole.domain.case.promises import Promise
from careconsole.tui.menus.finding import CALLED, fitness
from careconsole.tui.menus.palette import Palette, PaletteLine
from careconsole.tui.pages.customer import CustomerScreen, MergeCustomer
from careconsole.tui.widgets.base_screen import Page
from careconsole.tui.widgets.menu import Item
from tests.desk.office import HOUR, Office
from tests.desk.test_practice import exception
from tests.tui.screen import Screen, on_screen, opened
from tests.tui.test_screen_left import below, load_everything

HOSTILE = "[/] [@click=app.leave]Zoe[/] \x1b[31m"


async def found(screen: Screen, query: str) -> list[str]:
    """What the palette finds: the names, in order."""
    await screen.press("colon")
    assert isinstance(screen.app.screen, CommandPalette)
    if query:
        await screen.type(query)
    options = screen.app.screen.query_one(CommandList).options
    return [option.hit.text or "" for option in options if hasattr(option, "hit")]


def test_everything_is_in_the_palette(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle cracked", owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        there = set(await found(screen, ""))
        assert {verb.title for verb in VERBS} <= there
        assert {id.replace("-", " ").capitalize() for id, _, _ in OTHER_COMMANDS} <= there
        assert {action.title for action in ACTIONS if action.id != "palette"} <= there
        assert any(name.startswith("recently resolved") for name in there)
        assert "Switch to Ben" in there
        assert "Switch to Ana" not in there
        assert not {"Keys", "Screenshot", "Quit the application"} & there, "nothing of Textual's own"
        await screen.press("escape")
        assert screen.app.screen is screen.queue

    on_screen(office, script)


def test_merging_customers_is_found_where_it_is_done(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle cracked", "Carla", owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        assert "Merge customers" in await found(screen, "merge")
        await screen.press("escape")
        assert "Merge customers" in await found(screen, "duplicate")
        await screen.press("escape")
        assert (await found(screen, "merge customers"))[0] == "Merge customers"
        await screen.press("enter")
        assert isinstance(screen.app.screen, MergeCustomer)
        await screen.press("escape")
        assert isinstance(screen.app.screen, CustomerScreen)
        await screen.press("f5")
        assert isinstance(screen.app.screen, CustomerScreen), "it asks once"

    on_screen(office, script)


def test_what_is_found_is_done(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle cracked", owner=office.ids["Ana"])
    opened(office.desk("Ben"), "Lid lost")

    async def script(screen: Screen) -> None:
        assert (await found(screen, "pause"))[0] == "Pause"
        await screen.press("enter")
        assert screen.queue.live.held
        screen.queue.act_hold()
        assert (await found(screen, "2"))[0] == "case 2"
        await screen.press("enter")
        assert screen.queue.board.current == 2
        assert (await found(screen, "owner:ana"))[-1] == "Filter: owner:ana"
        await screen.press("enter")
        assert screen.queue.live.filter == "owner:ana"
        assert list(screen.queue.board.numbers) == [1]
        await screen.press("0")
        assert "Filter: owner:zed" in await found(screen, "owner:zed")
        await screen.press("enter")
        assert any("nobody called 'zed'" in toast for toast in screen.toasts())
        assert screen.queue.live.filter == ""
        assert (await found(screen, "switch to ben"))[0] == "Switch to Ben"
        await screen.press("enter")
        assert "Ben" in screen.lines()[0]

    on_screen(office, script)


def test_names_and_views_of_others_are_only_text(office: Office) -> None:
    members.add(office.desk(), HOSTILE.replace("\x1b", ""), "agent")
    views.save(office.desk(), SavedView(11, HOSTILE, "is:mine"))

    async def script(screen: Screen) -> None:
        there = await found(screen, "zoe")
        assert len([name for name in there if "[@click=app.leave]Zoe[/]" in name]) == 3
        assert "\x1b" not in screen.text()
        assert "[@click=app.leave]" in screen.text()
        await screen.press("escape")

    on_screen(office, script)


def test_it_works_on_every_page_except_where_nobody_is_at_work() -> None:
    load_everything()
    pages = {page for page in below(Page) if page.__module__.startswith("careconsole.tui")}
    without = {page.__name__ for page in pages if "colon" not in page._merged_bindings.key_to_bindings}
    assert without == {"Page", "FirstRun", "LockScreen"}


def test_on_a_page_its_commands_are_for_the_case_in_front(office: Office) -> None:
    desk = office.desk("Ana")
    first = opened(desk, "Lid", owner=office.ids["Ana"])
    second = opened(desk, "Cord", "Nils", owner=office.ids["Ana"])
    execution.execute(desk, "promise", Promise(text="ring", due=office.now + HOUR), [second])

    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(first)
        await screen.press("P")
        page = screen.app.screen
        there = await found(screen, "note")
        assert f"A command for case {second}, a customer" in screen.app.screen.query_one(PaletteLine).placeholder
        assert there[0] == "Note"
        await screen.press("enter")
        assert f"Note · case {second}: Cord" in screen.text()
        await screen.press("escape")
        assert screen.app.screen is page
        there = set(await found(screen, ""))
        assert "Team" in there
        assert "Why here" in there, "a page about the case in front"
        assert not {"Linked case", "Raise the priority", "Down", "Back"} & there, "which would be for the list's case"
        await screen.press("escape")
        assert (await found(screen, "why here"))[0] == "Why here"
        await screen.press("enter")
        assert f"Why it ranks here: {second}" in screen.lines()[0]
        await screen.press("escape")
        assert screen.app.screen is page
        await found(screen, "change the customer")
        await screen.press("enter")
        assert "Customer Nils" in screen.text(), "that of the case in front"

    on_screen(office, script, size=(100, 30))


def test_on_a_page_it_leads_to_the_list_and_esc_back(office: Office) -> None:
    number = opened(office.desk("Ana"), "Lid", owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        await screen.press("M")
        page = screen.app.screen
        assert "Take" not in await found(screen, ""), "no case is in front"
        await screen.press("escape")
        assert (await found(screen, "owner:ana"))[-1] == "Filter: owner:ana"
        await screen.press("enter")
        assert (screen.app.screen, screen.queue.live.filter) == (screen.queue, "owner:ana")
        await screen.press("escape")
        assert screen.app.screen is page
        await found(screen, str(number))
        await screen.press("enter")
        assert screen.app.screen is screen.queue
        assert screen.queue.board.current == number
        await screen.press("M")
        assert (await found(screen, "pause"))[0] == "Pause"
        await screen.press("enter")
        assert (screen.app.screen, screen.queue.live.held) == (screen.queue, True)
        await screen.press("M")
        await found(screen, "switch to ben")
        await screen.press("enter")
        assert "Ben" in screen.lines()[0]

    on_screen(office, script, size=(100, 30))


def test_on_a_customers_page_it_changes_and_merges_that_customer(office: Office) -> None:
    opened(office.desk("Ana"), "Lid", "Carla", owner=office.ids["Ana"])
    opened(office.desk("Ana"), "Cord", "Nils", owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        await found(screen, "nils")
        await screen.press("enter")
        assert isinstance(screen.app.screen, CustomerScreen)
        assert (await found(screen, "change the customer"))[0] == "Change the customer"
        await screen.press("enter")
        assert "Customer Nils" in screen.text()
        await screen.press("escape")
        await found(screen, "merge customers")
        await screen.press("enter")
        assert isinstance(screen.app.screen, MergeCustomer)
        assert "go to Nils" in screen.text()

    on_screen(office, script, size=(100, 30))


def test_there_is_none_on_a_locked_screen(office: Office) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("L", "colon", "ctrl+p", "f1")
        assert not isinstance(screen.app.screen, CommandPalette)
        assert screen.app.session.locked is not None

    on_screen(office, script)


def test_a_click_beside_the_screen_hits_nothing_and_one_beside_the_palette_closes_it(office: Office) -> None:
    async def click(screen: Screen, x: int, y: int) -> None:
        screen.app.screen.post_message(events.Click(None, x, y, 0, 0, 1, False, False, False, x, y))
        await screen.settle()

    async def script(screen: Screen) -> None:
        await screen.press("colon")
        palette = screen.app.screen
        assert isinstance(palette, Palette)
        await click(screen, 10_000, 10_000)
        assert screen.app.screen is palette
        await screen.pilot.click(offset=(2, screen.app.size.height - 1))
        await screen.settle()
        assert screen.app.screen is screen.queue, "and it presses no key that is named there"

    on_screen(office, script)


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("close", "Resolve"),
        ("reply", "Log message"),
        ("snooze", "Park"),
        ("assign", "Reassign"),
        ("comment", "Note"),
        ("status", "Resolve"),
        ("stats", "Measures"),
        ("duplicate", "Merge"),
        ("priority", "Raise the priority"),
        ("dark", "Theme"),
        ("internal note", "Note"),
        ("who am i", "Switch person"),
        ("what-if", "What if"),
        ("de escalate", "De-escalate"),
    ],
)
def test_what_people_call_it_finds_it_first_and_filters_last(office: Office, word: str, first: str) -> None:
    opened(office.desk("Ana"), "Kettle cracked", owner=office.ids["Ana"])
    opened(office.desk("Ana"), f"A case about {word}")

    async def script(screen: Screen) -> None:
        there = await found(screen, word)
        assert first in there[: 1 if word not in _SHARED else 4]
        assert there[-1] == f"Filter: {word}"
        assert len(there) > 1

    on_screen(office, script)


_SHARED = {"assign", "comment", "status", "reply"}
"""Words that stand for several commands alike."""


def test_every_other_word_belongs_to_something_and_finds_it(office: Office) -> None:
    opened(office.desk("Ana"), owner=office.ids["Ana"])
    there = {verb.id: verb.title for verb in VERBS} | {action.id: action.title for action in ACTIONS}
    there |= {id: title for id, _, title in OTHER_COMMANDS}
    assert OTHER_WORDS.keys() <= there.keys()
    for id, words in OTHER_WORDS.items():
        kind = "verb" if any(verb.id == id for verb in VERBS) else "act"
        for word in words.split():
            assert fitness(word, Item(id=f"{kind}:{id}", text=there[id])) >= CALLED, (id, word)


def test_customers_people_and_cases_are_found_by_their_words(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle cracked", customer="Bellevue Inn", owner=office.ids["Ben"])
    opened(office.desk("Ana"), "Lid lost")

    async def script(screen: Screen) -> None:
        assert (await found(screen, "bellevue"))[0] == "Customer Bellevue Inn"
        await screen.press("enter")
        assert screen.lines()[0].startswith("Bellevue Inn"), "the customer's page"
        await screen.press("escape")
        assert (await found(screen, "cracked"))[0] == "Case 1: Kettle cracked"
        await screen.press("enter")
        assert screen.queue.board.current == 1
        assert "Cases of Ben" in await found(screen, "cases of ben")
        await screen.press("enter")
        assert screen.queue.live.filter == "answerable:Ben"
        view, filter = await found(screen, "is:mine")
        assert view.startswith("mine ")
        assert filter == "Filter: is:mine", "no case is looked up for what is written as a filter"
        await screen.press("escape")

    on_screen(office, script)


def test_what_is_done_in_a_shell_is_found_with_its_command(office: Office) -> None:
    async def script(screen: Screen) -> None:
        for word, title in (
            ("service", "Service levels"),
            ("rota", "Set up the duty rota"),
            ("phone", "Phone number of a colleague"),
        ):
            assert title in await found(screen, word)
            await screen.press("escape")
        assert (await found(screen, "service levels"))[0] == "Service levels"
        await screen.press("enter")
        assert "careconsole service template" in screen.text()

    on_screen(office, script)


@pytest.mark.parametrize("done", IN_A_SHELL, ids=lambda done: done.title)
def test_each_command_for_a_shell_is_one(done: InAShell) -> None:
    group: click.Command = program
    for word in done.command.split()[1:]:
        if word.isupper() or word.startswith("--"):
            break
        assert isinstance(group, click.Group)
        found = group.get_command(click.Context(group), word)
        assert found is not None, done.command
        group = found


@pytest.mark.parametrize("name", ["practice", "import"])
def test_it_opens_above_a_page_where_one_types_and_what_was_typed_stays(office: Office, name: str) -> None:
    exception(office)

    async def script(screen: Screen) -> None:
        screen.app.act(name)
        await screen.settle()
        page = screen.app.screen
        await screen.type("odd:words")
        await screen.press("ctrl+p")
        assert isinstance(screen.app.screen, Palette)
        await screen.press("escape")
        assert screen.app.screen is page
        assert "odd:words" in screen.text()
        await screen.press("ctrl+p")
        await screen.type("Promises")
        await screen.press("enter")
        assert screen.lines()[0].startswith("Promises ")
        await screen.press("escape")
        assert screen.app.screen is page

    on_screen(office, script)
