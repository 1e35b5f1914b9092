"""The palette: anything the console can do, by its name, a person's name, a case's number or a filter."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.command import (
    CommandInput,
    CommandList,
    CommandPalette,
    DiscoveryHit,
    Hit,
    Hits,
    Provider,
    SearchIcon,
)
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.errors import NoWidget
from textual.events import Click
from textual.strip import Strip
from textual.widgets import LoadingIndicator

from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.filters.language import parse
from careconsole.domain.terminal_text import display_text
from careconsole.tui.hints import told
from careconsole.tui.menus.available import action_items, look, other_items, run, verb_items, view_items
from careconsole.tui.widgets.base_screen import Opens
from careconsole.tui.widgets.line_list import Steady, with_cursor
from careconsole.tui.widgets.menu import Item
from careconsole.tui.widgets.person_choices import by_name
from careconsole.tui.widgets.safe_input import made_safe

if TYPE_CHECKING:
    from careconsole.tui.queue.screen import QueueScreen

_TEXT = 200
_BEST = 1_000.0
"""The score of what was named outright; how well a name fits is told by much smaller figures."""
_NUMBER = 18
"""Digits of a number that can be a case's."""
_HERE = {"act:palette"}


def open_palette(queue: QueueScreen) -> None:
    """Opens it."""
    queue.app.push_screen(Palette([Everything], placeholder="A command, a view, a name, a case's number, a filter"))


class Palette(Opens, CommandPalette):
    """Textual's palette, with a sign that every terminal has, a line made safe and a cursor that is seen."""

    def compose(self) -> ComposeResult:
        """As Textual has it, with our line in the place of its own."""
        with Vertical(id="--container"):
            with Horizontal(id="--input"):
                yield SearchIcon()
                yield PaletteLine(placeholder=self._placeholder, select_on_focus=False)
            with Vertical(id="--results"):
                yield PaletteList()
                yield LoadingIndicator()

    def on_mount(self) -> None:
        """The sign, and a cursor that does not blink."""
        self.query_one(SearchIcon).icon = ":"
        self.query_one(PaletteLine).cursor_blink = False

    def on_click(self, event: Click) -> None:
        """A click beside the screen, as a terminal that is resized may report one, hits nothing; Textual would fail."""
        try:
            self.get_widget_at(int(event.screen_x), int(event.screen_y))
        except NoWidget:
            event.prevent_default()

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Closes it; nothing happens when it is closed already, for Textual would close the screen below instead."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def _watch__list_visible(self) -> None:
        """What was still being looked for when it was closed has no place any more."""
        if self.query(CommandList):
            super()._watch__list_visible()


class PaletteLine(CommandInput):
    """Where a name is typed, or pasted."""

    def render_line(self, y: int) -> Strip:
        """The line, made safe."""
        return made_safe(super().render_line(y), self.size.width)


class PaletteList(Steady, CommandList):
    """What was found."""

    def render_line(self, y: int) -> Strip:
        """A line of it, the cursor seen without colours too."""
        return with_cursor(self, super().render_line(y))


class Everything(Provider):
    """Finds commands, actions, saved views, people, cases by number, and reads the rest as a filter."""

    async def startup(self) -> None:
        """Reads what can be done now."""
        queue = self._queue
        session = queue.session
        items: list[Item] = []
        try:
            items += verb_items(await session.backend.ask(look(queue.chosen())), "", "")
        except CareError as error:
            items += [Item(id="act:who", text="Who am I", help=told(error), key="w")]
        items += [*other_items(), *(item for item in action_items() if item.id not in _HERE), *view_items(queue)]
        for person in by_name(session.roster.people.values()):
            if person.has_console and person.number != session.person:
                items.append(
                    Item(
                        id=f"person:{person.number}",
                        text=f"Sit down: {person.name}",
                        help=person.role,
                    )
                )
        self._items = items

    @property
    def _queue(self) -> QueueScreen:
        return cast("QueueScreen", self.app.screen_stack[0])

    async def discover(self) -> Hits:
        """Everything, while nothing is typed: what can be done on the case first."""
        for item in self._items:
            yield DiscoveryHit(_line(item), partial(run, self._queue, item.id), display_text(item.text, _TEXT))

    async def search(self, query: str) -> Hits:
        """What was typed fits, the best first; at the end, what it is as a filter."""
        matcher = self.matcher(query)
        number = query.removeprefix("#")
        if number.isdecimal() and len(number) <= _NUMBER:
            case = int(number)
            yield Hit(_BEST, Content(f"Go to case {case}"), partial(run, self._queue, f"case:{case}"), f"case {case}")
        for item in self._items:
            name = display_text(item.text, _TEXT)
            score, offsets = matcher.fuzzy_search.match(query, name)
            if query == item.key:
                score = _BEST
            if score > 0:
                score = score / 2 if item.dim else score
                yield Hit(score, _line(item, offsets), partial(run, self._queue, item.id), name)
        try:
            parse(query)
        except WrongUse:
            return
        shown = display_text(query, _TEXT)
        yield Hit(0.0001, Content(f"Filter: {shown}"), partial(_filter, self._queue, query), f"Filter: {shown}")


def _filter(queue: QueueScreen, text: str) -> None:
    queue.host.spawn(_show(queue, text))


async def _show(queue: QueueScreen, text: str) -> None:
    from careconsole.desk.queries import case_queries

    await queue.session.backend.ask(lambda desk: case_queries.check(desk, text))
    queue.show_list(text)


def _line(item: Item, offsets: object = ()) -> Content:
    """The name, its key, and what is said about it: no markup, whatever is in them."""
    name = display_text(item.text, _TEXT)
    content = Content(name)
    for offset in cast("tuple[int, ...]", offsets):
        if not name[offset].isspace():
            content = content.stylize("bold underline", offset, offset + 1)
    if item.dim:
        content = content.stylize("dim")
    key = f"  [{display_text(item.key)}]" if item.key else ""
    return Content("").join(
        [content, Content.styled(key, "bold"), Content.styled(f"\n{display_text(item.help, 300)}", "dim")]
    )
