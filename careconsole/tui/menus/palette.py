"""The palette: finds what the console can do, by name, description or another word; customers, people, cases, views.

What was typed is offered as a filter last, so that Enter never filters by a word that finds something.
"""

from __future__ import annotations

from collections.abc import Callable
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

from careconsole.desk import Desk
from careconsole.desk.queries import case_queries
from careconsole.desk.team import customers
from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.filters.language import parse, term_of
from careconsole.domain.terminal_text import display_text
from careconsole.tui.hints import error_text
from careconsole.tui.menus.available import (
    action_items,
    other_items,
    read_available,
    run,
    shell_items,
    verb_items,
    view_items,
)
from careconsole.tui.menus.finding import DESCRIBED, EXACT, NAMED, fitness
from careconsole.tui.menus.on_page import has_use, page_on_top, run_above
from careconsole.tui.widgets.base_screen import SafeOpening
from careconsole.tui.widgets.line_list import SafeWhileRefilling, with_cursor
from careconsole.tui.widgets.menu import Item
from careconsole.tui.widgets.person_choices import by_name
from careconsole.tui.widgets.safe_input import made_safe

if TYPE_CHECKING:
    from careconsole.tui.queue.screen import QueueScreen
    from careconsole.tui.widgets.base_screen import Page

_TEXT = 200
_FILTER = 0.0001
"""The score of the filter, the lowest of all."""
_MOST = 6
"""The most customers, and the most cases, that a word finds."""
_SHORTEST = 3
"""From how many letters on customers and cases are looked up."""
_MAX_DIGITS = 18
"""The most digits of a case number."""
_HERE = {"act:palette"}


def open_palette(queue: QueueScreen) -> None:
    """Opens the palette; above a page, its commands are for the case in front, if there is one."""
    page = page_on_top(queue, queue.app.screen)
    case = page.case_here if page is not None else None
    command = "A command" if case is None else f"A command for case {case}"
    queue.app.push_screen(
        Palette([Everything], placeholder=f"{command}, a customer, a person, a case, a view, a filter")
    )


class Palette(SafeOpening, CommandPalette):
    """Textual's palette, with an ASCII icon, an input line made safe, and a cursor visible without colours."""

    def compose(self) -> ComposeResult:
        """As in Textual, with the input line and the list of results replaced."""
        with Vertical(id="--container"):
            with Horizontal(id="--input"):
                yield SearchIcon()
                yield PaletteLine(placeholder=self._placeholder, select_on_focus=False)
            with Vertical(id="--results"):
                yield PaletteList()
                yield LoadingIndicator()

    def on_mount(self) -> None:
        """Sets the icon, and stops the cursor from blinking."""
        self.query_one(SearchIcon).icon = ":"
        self.query_one(PaletteLine).cursor_blink = False

    def on_click(self, event: Click) -> None:
        """Ignores a click outside the screen, which a terminal may report during a resize; Textual would fail on it."""
        try:
            self.get_widget_at(int(event.screen_x), int(event.screen_y))
        except NoWidget:
            event.prevent_default()

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Closes the palette; does nothing when it is closed already, where Textual would close the screen below."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def _watch__list_visible(self) -> None:
        """Ignores results that arrive after the palette was closed and its list is gone."""
        if self.query(CommandList):
            super()._watch__list_visible()


class PaletteLine(CommandInput):
    """The input line."""

    def render_line(self, y: int) -> Strip:
        """Draws the line, made safe for the terminal."""
        return made_safe(super().render_line(y), self.size.width)


class PaletteList(SafeWhileRefilling, CommandList):
    """The list of results."""

    def render_line(self, y: int) -> Strip:
        """Draws a line; the cursor is visible without colours too."""
        return with_cursor(self, super().render_line(y))


class Everything(Provider):
    """Finds commands, actions, saved views, people, customers and cases, and offers the text as a filter."""

    async def startup(self) -> None:
        """Reads what can be done now."""
        queue = self._queue
        session = queue.session
        items: list[Item] = []
        page = self._page
        case = page.case_here if page is not None else None
        chosen = queue.chosen() if page is None else [] if case is None else [case]
        try:
            items += verb_items(await session.backend.ask(read_available(chosen)), "", "")
        except CareError as error:
            items += [Item(id="act:who", text="Switch person", help=error_text(error), key="w")]
        items += [*other_items(), *(item for item in action_items() if item.id not in _HERE), *view_items(queue)]
        for person in by_name(session.roster.people.values()):
            if person.active:
                items.append(
                    Item(
                        id=f"list:{term_of('answerable', person.name)}",
                        text=f"Cases of {person.name}",
                        help="Cases they are responsible for.",
                    )
                )
            if person.has_console and person.number != session.person:
                items.append(
                    Item(
                        id=f"person:{person.number}",
                        text=f"Switch to {person.name}",
                        help=person.role,
                    )
                )
        items += shell_items()
        self._items = items if page is None else [item for item in items if has_use(page, queue, item.id)]

    @property
    def _queue(self) -> QueueScreen:
        return cast("QueueScreen", self.app.screen_stack[0])

    @property
    def _page(self) -> Page[Any] | None:
        """The page that it was opened on, if it was."""
        return page_on_top(self._queue, self.screen)

    def _run(self, id: str) -> Callable[[], None]:
        """What runs an item."""
        page = self._page
        return partial(run, self._queue, id) if page is None else partial(run_above, page, self._queue, id)

    def _filter(self, text: str) -> None:
        self._queue.host.spawn(self._show_filtered(text))

    async def _show_filtered(self, text: str) -> None:
        await self._queue.session.backend.ask(lambda desk: case_queries.check(desk, text))
        self._run(f"list:{text}")()

    async def discover(self) -> Hits:
        """Lists everything while nothing is typed, commands on the case first."""
        for item in self._items:
            yield DiscoveryHit(_line(item), self._run(item.id), display_text(item.text, _TEXT))

    async def search(self, query: str) -> Hits:
        """Finds what fits the text and, when all else has been found, the text as a filter."""
        matcher = self.matcher(query)
        number = query.removeprefix("#")
        if number.isdecimal() and len(number) <= _MAX_DIGITS:
            case = int(number)
            yield Hit(EXACT, Content(f"Go to case {case}"), self._run(f"case:{case}"), f"case {case}")
        for item in self._items:
            name = display_text(item.text, _TEXT)
            score, offsets = matcher.fuzzy_search.match(query, name)
            score = fitness(query, item) or min(score, DESCRIBED - 1)
            if score > 0:
                score = score / 2 if item.dim else score
                yield Hit(score, _line(item, offsets), self._run(item.id), name)
        try:
            terms = parse(query)
        except WrongUse:
            return
        if all(term.field == "text" for term in terms) and len(query.strip()) >= _SHORTEST and not number.isdecimal():
            for score, item in await self._queue.session.backend.ask(lambda desk: _looked_up(desk, query)):
                yield Hit(score, _line(item), self._run(item.id), display_text(item.text, _TEXT))
        shown = display_text(query, _TEXT)
        yield Hit(_FILTER, Content(f"Filter: {shown}"), partial(self._filter, query), f"Filter: {shown}")


def _looked_up(desk: Desk, query: str) -> list[tuple[float, Item]]:
    """The customers and cases that the words of the text find, and how well."""
    found = []
    for customer in customers.listed(desk, query.strip(), _MOST):
        help = "Who they are, their cases, promises and last messages."
        item = Item(id=f"customer:{customer.number}", text=f"Customer {customer.name}", help=help)
        found.append((max(fitness(query, item), NAMED / 2), item))
    page = case_queries.queue(desk, query, sort="changed", limit=_MOST, every=True)
    for place, row in enumerate(page.rows):
        whose = page.customers.get(row.customer or 0, "")
        item = Item(
            id=f"case:{row.number}",
            text=f"Case {row.number}: {row.subject}",
            help=f"{row.status} · {whose}".strip(" ·"),
        )
        found.append((DESCRIBED - 1 - place, item))
    return found


def _line(item: Item, offsets: object = ()) -> Content:
    """The name of an item, its key and its help, none of them read as markup."""
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
