"""Choosing how the list is shown: its order, its columns, a saved view, the colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import App
from textual.theme import Theme

from careconsole.desk.console import views
from careconsole.desk.queries.case_queries import SORTS
from careconsole.tui.menus.available import run, view_items
from careconsole.tui.person.preferences import save_preference, show_columns
from careconsole.tui.queue.columns import COLUMNS, in_order
from careconsole.tui.queue.status_line import SORT_WORDS
from careconsole.tui.themes import OWN_THEMES
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.menu import Item, Menu
from careconsole.tui.widgets.pick import ChooseOne, ChooseSeveral

if TYPE_CHECKING:
    from careconsole.tui.queue.screen import QueueScreen


def choose_sort(queue: QueueScreen) -> None:
    """Asks for a sort order; choosing the current one again reverses it."""
    live = queue.live

    def done(sort: str | None) -> None:
        if sort is not None:
            again = sort == live.sort
            queue.show_list(live.filter, sort, not live.reverse if again else False, queue.view_slot)

    helps = {**SORT_WORDS, "due": f"{SORT_WORDS['due']}; in groups: late, today, later, parked"}
    items = [
        Item(id=sort, text=sort, help=helps[sort], key=str(place) if place <= 9 else "")
        for place, sort in enumerate(SORTS, start=1)
    ]
    words = f"Now by {live.sort}{', reversed' if live.reverse else ''}; pick it again to reverse."
    queue.host.push_screen(ChooseOne("Sort the list", items, at=live.sort, words=words), done)


def choose_columns(queue: QueueScreen) -> None:
    """Asks for the columns of the list, and stores them for the person at work."""

    def done(chosen: list[str] | None) -> None:
        if chosen is not None:
            show_columns(queue, chosen)
            save_preference(queue, "columns", " ".join(chosen))

    always = {column.id for column in COLUMNS if column.rank == 0}
    items = [
        Item(
            id=column.id,
            text=column.head,
            help=f"{column.help}{'; always shown' if column.id in always else ''}",
            fixed=column.id in always,
        )
        for column in in_order(queue.cases.chosen_columns)
    ]
    marked = always | set(queue.cases.chosen_columns)
    queue.host.push_screen(ChooseSeveral("Columns, shown as far as there is room", items, marked), done)


class ViewPick(ChooseOne):
    """All saved views; Del removes one of the person's own."""

    BINDINGS = bound("remove", "remove")

    def __init__(self, queue: QueueScreen) -> None:
        self._queue, slot = queue, queue.view_slot
        keys = (("0-9", "show"), ("Enter", "show"), ("Del", "remove yours"), ("Esc", "back"))
        at = f"view:{slot}" if slot is not None else None
        super().__init__("Saved views", view_items(queue, mark_own=True), at=at, keys=keys)

    def action_remove(self) -> None:
        """Removes the view under the cursor, if it is the person's own; the usual one of its slot comes back."""
        current = self.menu.current
        if current is not None:
            self.host.spawn(self._remove(int(current.partition(":")[2])))

    async def _remove(self, slot: int) -> None:
        queue = self._queue
        there = next((view for view in queue.live.views if view.slot == slot), None)
        name = there.name if there is not None else ""
        if there is not None and there.in_file:
            self.host.say(f"The view {name} stands in your configuration file.", "careconsole config edit removes it.")
            return
        await self.session.backend.ask(lambda desk: views.remove(desk, slot))
        await queue.read_views()
        if slot == queue.view_slot:
            queue.action_view(slot if slot < 10 else 0)
        if not self.is_left:
            self.menu.put(view_items(queue, mark_own=True))
        self.host.say(f"The view {name} was removed.")


def choose_view(queue: QueueScreen) -> None:
    """Asks for a saved view and shows it."""
    queue.host.push_screen(ViewPick(queue), lambda id: run(queue, id))


def _kind(theme: Theme) -> str:
    """What a theme is like, in words."""
    shade = "dark" if theme.dark else "light"
    return f"{shade}, orange and blue instead of red and green" if "colorblind" in theme.name else shade


class ThemePick(ChooseOne):
    """Asks for a theme, and previews the one under the cursor."""

    def __init__(self, app: App[Any]) -> None:
        own = {theme.name for theme in OWN_THEMES}
        items = [
            Item(id=name, text=name, help=_kind(theme))
            for name, theme in sorted(app.available_themes.items(), key=lambda one: (one[0] not in own, one[0]))
        ]
        words = "NO_COLOR is set: every choice is shown without its colours here." if app.no_color else ""
        super().__init__("Colours", items, at=app.theme, words=words)

    @on(Menu.Looked)
    def _looked(self, message: Menu.Looked) -> None:
        if message.id is not None:
            self.app.theme = message.id


def choose_theme(queue: QueueScreen) -> None:
    """Asks for a theme, and stores it for the person at work; Esc restores the previous one."""
    app = queue.host
    before = app.theme

    def done(theme: str | None) -> None:
        app.theme = theme or before
        if theme is not None:
            save_preference(queue, "theme", theme)

    app.push_screen(ThemePick(app), done)
