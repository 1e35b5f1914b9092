"""A screen that is left while its answer is on its way: at every step of its removal, the answer harms nothing."""

from __future__ import annotations

import ast
import asyncio
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from textual.app import App
from textual.binding import Binding
from textual.events import Key, Unmount
from textual.message_pump import MessagePump
from textual.screen import Screen as TextualScreen
from textual.scroll_view import ScrollView
from textual.widget import Widget
from textual.widgets import Input, OptionList, TextArea

from careconsole import tui
from careconsole.commands import VERBS
from careconsole.commands.key_table import TITLES
from careconsole.desk.cases import execution
from careconsole.desk.console import views
from careconsole.desk.console.views import SavedView
from careconsole.desk.mail import boxes
from careconsole.desk.notices import addresses, outbox
from careconsole.desk.queries.measured_cases import MEASURES
from careconsole.domain.case.files import Attach
from careconsole.domain.case.notice_message import Notice
from careconsole.domain.mail.boxes import BoxSettings, MailServer, Secret
from careconsole.domain.mail.received import Mailbox
from careconsole.intake.registry import Options
from careconsole.tui.forms.box_form import mail_questions, save_mail_settings
from careconsole.tui.forms.form import FormScreen
from careconsole.tui.forms.form_data import gather
from careconsole.tui.forms.new_case import FOLLOW_UP, NEW
from careconsole.tui.forms.settings_form import SettingsForm
from careconsole.tui.host import _Begun
from careconsole.tui.menus.help import _bindings as help_bindings
from careconsole.tui.pages.importing import ImportScreen
from careconsole.tui.pages.mail_boxes import BoxPage
from careconsole.tui.pages.measured_cases import MeasuredCase, MeasuredCasesScreen
from careconsole.tui.pages.playbook_history import PlaybookHistoryScreen
from careconsole.tui.pages.playbook_text import PlaybookTextScreen
from careconsole.tui.pages.receipt_preview import ReceiptPreview
from careconsole.tui.pages.rename_cause import RenameCause
from careconsole.tui.pages.team_sheets import AddSheet
from careconsole.tui.pages.what_if import WhatIfSheet
from careconsole.tui.queue.filter_bar import FilterBar
from careconsole.tui.widgets.base_screen import Page, Sheet
from careconsole.tui.widgets.safe_input import SafeInput
from tests.desk.office import Office
from tests.tui.screen import Screen, on_screen, opened

PATIENCE = 20.0
"""Seconds after which something that should have happened hangs."""
MOMENTS = ("off the stack", "closing", "without children")


class Held:
    """The answers of the desk wait from `hold` until `let_go`."""

    def __init__(self, screen: Screen) -> None:
        backend = screen.app.session.backend
        self._ask, self._ask_beside = backend.ask, backend.ask_beside
        self._free = asyncio.Event()
        self._free.set()
        self._waiting: set[asyncio.Task[Any]] = set()
        self._arrived = asyncio.Event()
        backend.ask = lambda work: self._held(self._ask, work)  # type: ignore[method-assign]
        backend.ask_beside = lambda work: self._held(self._ask_beside, work)  # type: ignore[method-assign]

    async def _held(self, ask: Callable[[Any], Any], work: Callable[[Any], Any]) -> Any:
        try:
            return await ask(work)
        finally:
            if not self._free.is_set():
                task = asyncio.current_task()
                assert task is not None
                self._waiting.add(task)
                self._arrived.set()
                await self._free.wait()

    def hold(self) -> None:
        self._free.clear()
        self._arrived.clear()

    async def some(self) -> None:
        """Waits until an answer is there that nobody has been given yet."""
        await asyncio.wait_for(self._arrived.wait(), PATIENCE)

    async def let_go(self) -> None:
        """Gives every answer, and waits until whoever asked has made of it what they make of it."""
        self._free.set()
        if self._waiting:
            _, late = await asyncio.wait(self._waiting, timeout=PATIENCE)
            assert not late, "whoever asked waits for the screen to go"


def at(moment: str, page: Any, app: Any, then: Callable[[], Awaitable[None]]) -> asyncio.Event:
    """Has `then` done at one moment of the removal of `page`; that is over when the event is set."""
    done = asyncio.Event()

    async def once() -> None:
        if not done.is_set():
            assert moment != "off the stack" or (page not in app.screen_stack and not page._pruning)
            assert moment != "without children" or (page.is_attached and not page.children)
            await then()
            done.set()

    if moment == "off the stack":
        replace = app._replace_screen

        async def replacing(screen: Any) -> Any:
            if screen is page:
                await once()
            return await replace(screen)

        app._replace_screen = replacing
    elif moment == "closing":
        close = page._close_messages

        async def closing(wait: bool = True) -> None:
            await once()
            await close(wait)

        page._close_messages = closing
    else:
        dispatch = page._dispatch_message

        async def dispatching(message: Any) -> None:
            if isinstance(message, Unmount):
                await once()
            await dispatch(message)

        page._dispatch_message = dispatching
    return done


class Visit(NamedTuple):
    """How a screen is come to, what it asks the desk then, and how it is left.

    `reads` says that it asks by itself as soon as it is open; else `stir`, keys or a call, makes it ask.
    """

    come: tuple[str, ...]
    stir: tuple[str, ...] | Callable[[Any], object] = ()
    leave: tuple[str, ...] = ("escape",)
    reads: bool = False


def looks(page: ImportScreen) -> None:
    table = Path(page.session.seat.place).with_name("table.csv")
    table.write_text("id,subject\n1,Lid lost\n", encoding="utf-8")
    page._file.put(f"'{table}'")
    page._look(Options())


def adds(page: AddSheet) -> None:
    page.query_one("#name", SafeInput).put("Fay")
    page._begin("agent")


def asks(page: WhatIfSheet) -> None:
    page._may.put("refund 40")
    page._cause.put("refund limit")
    page.action_ask()


VISITS: dict[str, Visit] = {
    "AddSheet": Visit(("M", "do:add"), adds),
    "AgendaScreen": Visit(("h",), reads=True),
    "AwaySheet": Visit(("M", "do:away")),
    "CaseScreen": Visit(("enter",), ("question_mark",), reads=True),
    "ChangesScreen": Visit(("act:changes",), reads=True),
    "CausesScreen": Visit(("asterisk",), reads=True),
    "CustomerScreen": Visit(("D",), reads=True),
    "DigestScreen": Visit(("act:digest",), reads=True),
    "FilesScreen": Visit(("at",), reads=True),
    "GiveSheet": Visit(("d", "full_stop"), ("enter", "enter", "1")),
    "HandOverSheet": Visit(("M", "do:hand_over"), ("2",)),
    "Help": Visit(("question_mark",)),
    "ImportScreen": Visit(("act:import",), looks),
    "JournalScreen": Visit(("J",), reads=True),
    "LearnedScreen": Visit(("act:learned",), reads=True),
    "LockScreen": Visit(("L",), leave=("1",)),
    "MailPage": Visit(("less_than_sign", "enter"), reads=True),
    "BoxPage": Visit(("box:support",), reads=True),
    "SettingsForm": Visit(("settings:1",), ("ctrl+s",)),
    "MailScreen": Visit(("less_than_sign",), reads=True),
    "MeasuredCasesScreen": Visit(("measured:1",), reads=True),
    "MeasuresScreen": Visit(("Q",), reads=True),
    "NewsScreen": Visit(("B",)),
    "NoticeSheet": Visit(("O", "enter")),
    "NoticesScreen": Visit(("O",), reads=True),
    "MergeCustomer": Visit(("D", "m")),
    "MergePerson": Visit(("M", "do:merge")),
    "PathsScreen": Visit(("l",), reads=True),
    "ChooseOne": Visit(("full_stop",)),
    "ChooseSeveral": Visit(("vertical_line",)),
    "WhatIfScreen": Visit(("act:what-if",), reads=True),
    "WhatIfSheet": Visit(("what-if:90",), asks),
    "PracticeScreen": Visit(("act:practice",), reads=True),
    "PrimerScreen": Visit(("act:primer",), ("space",), reads=True),
    "PromisesScreen": Visit(("P",), reads=True),
    "ReceiptPreview": Visit(("receipt:1",), reads=True),
    "ReportScreen": Visit(("act:report",), reads=True),
    "RotaScreen": Visit(("d",), reads=True),
    "SaveFile": Visit(("at", "enter")),
    "SaveView": Visit(("ctrl+s",), ("m", "y", "ctrl+s")),
    "ActivityScreen": Visit(("W",), reads=True),
    "SweepLogScreen": Visit(("F",), reads=True),
    "TeamScreen": Visit(("M",), reads=True),
    "PlaybookHistoryScreen": Visit(("history:1",), reads=True),
    "RenameCause": Visit(("rename:refunds",)),
    "PlaybooksScreen": Visit(("act:playbooks",), reads=True),
    "PlaybookTextScreen": Visit(("playbook:1",), reads=True),
    "ThemePick": Visit(("act:theme",)),
    "ViewPick": Visit(("v",), ("delete",)),
    "WhoScreen": Visit(("w",)),
    "ClocksScreen": Visit(("equals_sign",), reads=True),
    "Palette": Visit(("colon",), reads=True),
}


def something_on_every_screen(office: Office) -> None:
    """A case with a file, a notice and a view, so that every screen in `VISITS` has what leads on."""
    number = opened(office.desk(), owner=office.ids["Ana"])
    addresses.save_address(office.desk(), "Ben", "json://ben.example/token")
    notice = Notice(person=office.ids["Ben"], case=number, kind="returned", urgent=False, words="A thing.")
    office.desk().write(lambda unit: outbox.put(unit, [notice]))
    views.save(office.desk("Ana"), SavedView(0, "mine", "is:mine"))
    execution.execute(office.desk("Ana"), "attach", Attach(file=__file__), [number])
    office.mail(b"From: anna@home.example\nX-Spam-Flag: YES\n\nFree kettles")
    server = MailServer(host="imap.shop.example", port=993, user="care")
    box = BoxSettings(address=Mailbox("care@shop.example"), imap=server)
    boxes.add(office.desk(), "support", box, Secret("environment", "CARE"))


async def comes(what: Callable[[], bool]) -> None:
    """Waits for a state of the console."""
    async with asyncio.timeout(PATIENCE):
        while not what():
            await asyncio.sleep(0.002)


def open_by(screen: Screen, key: str) -> None:
    """Presses a key, runs an action of the console ("act:theme") or of the screen on top ("do:away"), or opens what
    menus and pages lead to: the receipt of a case ("receipt:1"), how long it took ("measured:1"), a mail box
    ("box:support"), the settings of mail ("settings:14"), a playbook ("playbook:1") or its history, or the question
    what would have been in so many days ("what-if:90")."""
    how, _, name = key.partition(":")
    if how == "act":
        screen.app.act(name)
    elif how == "receipt":
        screen.app.push_screen(ReceiptPreview(int(name), lambda: None))
    elif how == "playbook":
        screen.app.push_screen(PlaybookTextScreen(int(name), None))
    elif how == "box":
        screen.app.push_screen(BoxPage(name))
    elif how == "settings":
        screen.app.push_screen(SettingsForm("Mail", mail_questions(int(name), ""), save_mail_settings))
    elif how == "measured":
        screen.app.push_screen(MeasuredCasesScreen(MEASURES[2], "so far", [MeasuredCase(int(name), 60.0)]))
    elif how == "what-if":
        screen.app.push_screen(WhatIfSheet(None, "", int(name)))
    elif how == "rename":
        screen.app.push_screen(RenameCause(name))
    elif how == "history":
        screen.app.push_screen(PlaybookHistoryScreen(int(name)))
    elif how == "do":
        getattr(screen.app.screen, f"action_{name}")()
    else:
        type_at(screen, (key,))


async def come(screen: Screen, keys: tuple[str, ...]) -> None:
    """Presses keys, each of which opens a screen."""
    for key in keys:
        before = screen.app.screen
        open_by(screen, key)
        await comes(lambda before=before: screen.app.screen is not before and screen.app.screen.is_mounted)  # type: ignore[misc]
        await screen.pilot.pause()


def type_at(screen: Screen, keys: tuple[str, ...]) -> None:
    """Presses keys without waiting for what comes of them."""
    for key in keys:
        screen.app.post_message(Key(key, key if len(key) == 1 else None))


async def left(screen: Screen, held: Held, page: Any, moment: str, keys: tuple[str, ...]) -> None:
    """Leaves the page by its key; the answers come at that moment."""
    done = at(moment, page, screen.app, held.let_go)
    if isinstance(page, Page):
        page.on_change()
    type_at(screen, keys)
    await asyncio.wait_for(done.wait(), PATIENCE)
    await comes(lambda: not page.is_attached)
    assert page not in screen.app.screen_stack
    assert screen.app._exception is None


async def visited(screen: Screen, held: Held, name: str, visit: Visit, moment: str) -> None:
    await come(screen, visit.come[:-1])
    await comes(lambda: not any(not worker.is_finished for worker in screen.app.workers))
    if visit.reads:
        held.hold()
    await come(screen, visit.come[-1:])
    page: Any = screen.app.screen
    assert type(page).__name__ == name
    if visit.reads:
        await held.some()
    held.hold()
    if callable(visit.stir):
        visit.stir(page)
    else:
        type_at(screen, visit.stir)
    if visit.stir:
        await held.some()
    await left(screen, held, page, moment, visit.leave)
    while screen.app.screen is not screen.queue:
        top = screen.app.screen
        type_at(screen, ("escape",))
        await comes(lambda top=top: screen.app.screen is not top)  # type: ignore[misc]


@pytest.mark.parametrize("turn", [0, *(pytest.param(turn, marks=pytest.mark.slow) for turn in (1, 2))])
def test_what_comes_back_for_a_screen_that_is_left_is_dropped(office: Office, turn: int) -> None:
    """Each screen is left at one moment in each turn, the next one at another."""
    something_on_every_screen(office)

    async def script(screen: Screen) -> None:
        held = Held(screen)
        for number, (name, visit) in enumerate(VISITS.items(), turn):
            await visited(screen, held, name, visit, MOMENTS[number % len(MOMENTS)])

    on_screen(office, script, size=(80, 24))


def test_a_screen_that_is_left_before_it_stands_breaks_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when the console is left by a key typed ahead: Textual composes nothing, and tells of the mounting."""
    something_on_every_screen(office)
    soon: set[str] = set()
    begun = TextualScreen._compose

    async def compose(one: TextualScreen[Any]) -> None:
        if type(one).__name__ in soon:
            soon.clear()
            one.app.pop_screen()
        await begun(one)

    monkeypatch.setattr(TextualScreen, "_compose", compose)

    async def script(screen: Screen) -> None:
        for name, visit in sorted(VISITS.items(), key=lambda one: one[0] == "LockScreen"):  # which stays locked
            await come(screen, visit.come[:-1])
            await comes(lambda: not any(not worker.is_finished for worker in screen.app.workers))
            before = screen.app.screen
            soon.add(name)
            key = visit.come[-1]
            open_by(screen, key)
            await comes(lambda: not soon)
            await comes(lambda before=before: screen.app.screen is before)  # type: ignore[misc]
            await screen.pilot.pause()
            assert screen.app._exception is None, name
            while screen.app.screen is not screen.queue:
                top = screen.app.screen
                type_at(screen, visit.leave if name == "LockScreen" else ("escape",))
                await comes(lambda top=top: screen.app.screen is not top)  # type: ignore[misc]

    on_screen(office, script, size=(80, 24))


def test_the_help_of_every_screen_has_the_words_of_the_table_and_none_of_the_toolkit(office: Office) -> None:
    something_on_every_screen(office)
    toolkit = {
        binding.description
        for widget in (App, TextualScreen, Widget, ScrollView, Input, OptionList, TextArea)
        for binding in widget.BINDINGS
        if isinstance(binding, Binding)
    }
    assert "Focus Next" in toolkit
    assert "Page Left" in toolkit

    async def script(screen: Screen) -> None:
        listed = 0
        for name, visit in sorted(VISITS.items(), key=lambda one: one[0] == "LockScreen"):
            for key in visit.come:
                await come(screen, (key,))
                await screen.settle()
            words = [(binding.key, binding.id, binding.description) for binding, _ in help_bindings(screen.app.screen)]
            assert [one for one in words if one[1] not in TITLES] == [], name
            assert toolkit.intersection(word for _, _, word in words) <= set(TITLES.values()), name
            listed += len(words)
            while screen.app.screen is not screen.queue:
                top = screen.app.screen
                type_at(screen, visit.leave if name == "LockScreen" else ("escape",))
                await comes(lambda top=top: screen.app.screen is not top)  # type: ignore[misc]
        assert listed > 100

    on_screen(office, script, size=(80, 24))


@pytest.mark.parametrize("moment", MOMENTS[1:])
def test_what_comes_back_for_the_filter_line_when_that_is_gone_is_dropped(office: Office, moment: str) -> None:
    opened(office.desk(), owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        held = Held(screen)
        held.hold()
        await screen.pilot.press("slash")
        line = screen.queue.query_one(FilterBar)
        await held.some()
        line._line.put("is:mine")
        line._rested()
        done = at(moment, line, screen.app, held.let_go)
        type_at(screen, ("escape",))
        await asyncio.wait_for(done.wait(), PATIENCE)
        await screen.settle()
        assert not screen.queue.query(FilterBar)
        assert screen.queue.live.filter == "", "what was typed last is not shown when that was left"

    on_screen(office, script, size=(80, 24))


def test_what_comes_back_for_a_form_that_is_left_is_dropped(office: Office) -> None:
    number = opened(office.desk(), owner=office.ids["Ana"])
    office.box()

    async def script(screen: Screen) -> None:
        held = Held(screen)
        for verb in (*VERBS, NEW, FOLLOW_UP):
            if not verb.fields:
                continue
            numbers = [] if verb is NEW else [number]
            # Whether or not the command could be given now: the form is the same.
            form = FormScreen(await screen.app.session.backend.ask(gather(verb, numbers)))
            await screen.app.push_screen(form)
            held.hold()
            form._look_now()
            await left(screen, held, form, "without children", ("escape",))

    on_screen(office, script, size=(80, 24))


def load_everything() -> None:
    """Loads every module of the console."""
    for module in pkgutil.walk_packages(tui.__path__, "careconsole.tui."):
        importlib.import_module(module.name)


def below(kind: type) -> set[type]:
    """A class and all that are made of it."""
    return {kind} | {one for sub in kind.__subclasses__() for one in below(sub)}


def test_no_screen_is_without_such_a_visit() -> None:
    load_everything()
    screens = {
        one.__name__ for kind in (Page, Sheet) for one in below(kind) if one.__module__.startswith("careconsole")
    }
    abstract = {"AskOne", "Page", "Sheet", "RefreshingPage", "ListPage", "TabbedPage", "SheetPage"}
    abstract |= {"SpanPage", "TimeRangePage", "FiguresPage", "QuestionSheet"}
    # The queue is below everything and never left; whoever leaves the first run, or the sheet that says that the
    # database is another one, leaves the console.
    never_left = {"QueueScreen", "FirstRun", "DatabaseSheet"}
    assert screens - abstract - never_left - {"FormScreen"} == VISITS.keys() - {"Palette"}


ON_PURPOSE = {"_initial_value", "_return_code", "_exception"}
"""What tells Textual that nobody typed yet, and that it broke."""


def test_no_part_of_the_console_takes_a_name_that_textual_uses_for_itself() -> None:
    """A form that had a `_closing` of its own told Textual by it that it was being closed."""
    load_everything()
    for kind in below(MessagePump):
        if kind.__module__.startswith("careconsole"):
            ours = {name for one in kind.__mro__ if one.__module__.startswith("careconsole") for name in assigned(one)}
            theirs = {name for one in kind.__mro__ if one.__module__.startswith("textual") for name in assigned(one)}
            taken = {name for name in ours & theirs if name.startswith("_")}
            assert taken <= ON_PURPOSE, kind


@cache
def assigned(kind: type) -> frozenset[str]:
    """The attributes that the methods of a class assign to themselves."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(kind)))
    return frozenset(
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and ast.unparse(node.value) == "self"
    )


def test_work_whose_turn_never_comes_is_closed_and_complains_of_nothing() -> None:
    async def work() -> None:
        pytest.fail("nobody waits for it")

    begun = work()
    _Begun(begun)  # the app ended before a worker took it
    assert inspect.getcoroutinestate(begun) == inspect.CORO_CLOSED
