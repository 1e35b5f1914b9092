"""The queue: what needs the person, the saved views, the list, and the case beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from careconsole.commands import OTHER_COMMANDS, VERBS
from careconsole.commands.console_keys import ACTIONS, MOVES
from careconsole.commands.key_table import shown_key
from careconsole.desk.console.views import SavedView
from careconsole.domain.errors import CareError
from careconsole.tui.queue.case_list import CaseList
from careconsole.tui.queue.case_reader import CaseReader
from careconsole.tui.queue.case_sheet import CaseSheet
from careconsole.tui.queue.empty_list import empty_lines
from careconsole.tui.queue.list_head import ListHead
from careconsole.tui.queue.model import QueueModel
from careconsole.tui.queue.needs import Counts, Needs, nothing_needed
from careconsole.tui.queue.refresher import QueueRefresher
from careconsole.tui.queue.status_line import state_parts
from careconsole.tui.queue.way_back import WayBack
from careconsole.tui.screen_left import is_left
from careconsole.tui.threads.change_feed import Changes
from careconsole.tui.widgets.bars import Bar, count_text, views_parts
from careconsole.tui.widgets.base_screen import Page
from careconsole.tui.widgets.bindings import bound

if TYPE_CHECKING:
    from careconsole.tui.host import Host
    from careconsole.tui.queue.case_screen import CaseScreen
    from careconsole.tui.seat import First

_PANE_FROM = 116
"""The width in cells from which a terminal has room for the case beside the list, whose subjects keep 30 cells."""


class QueueScreen(Page[None]):
    """The list of cases and all that is done from it."""

    BINDINGS = [
        *(one for verb in VERBS for one in bound(verb.id, f"app.verb('{verb.id}')")),
        *(one for id, _, _ in OTHER_COMMANDS for one in bound(id, f"app.other('{id}')")),
        *(
            one
            for action in ACTIONS
            if action not in MOVES or action.id == "back"
            for one in bound(action.id, f"act('{action.id}')")
        ),
        *(one for slot in range(10) for one in bound("number", f"view({slot})", f"View {slot}", only=[str(slot)])),
    ]

    def __init__(self, host: Host) -> None:
        super().__init__(id="queue")
        self.board = QueueModel()
        self.live = QueueRefresher(
            self.board,
            host.session,
            self._drawn,
            self._rows_drawn,
            self._counted,
            self._vanished,
            self._failed,
            lambda: self.cases.near(),
            host.spawn,
        )
        self.cases = CaseList(self.board)
        self.heads = ListHead(self.cases)
        self.needs = Needs()
        self.tabs = Bar("views")
        self.state = Bar("state")
        self.hints = Bar("hints")
        self.sheet = CaseSheet("pane")
        self.way_back = WayBack(self)
        self.reading = CaseReader(self, self.board, self.sheet, self.hints, self.open_sheet, self.way_back.out)
        self.pane_wanted = True
        self.view_slot: int | None = 0
        self._sought: int | None = None
        self._drawn_slot: int | None = 0
        self._counts: dict[int, int] = {}
        self._need_counts: Counts | None = None

    def compose(self) -> ComposeResult:
        """From the top: what needs you, the views, the list with the case beside it, its state, the keys."""
        self.sheet.display = self.app.size.width >= _PANE_FROM  # already on the first frame
        yield self.needs
        yield self.tabs
        with Vertical(id="middle"):
            yield self.heads
            yield self.cases
            yield self.sheet
        yield self.state
        yield self.hints

    def on_mount(self) -> None:
        """Focuses the list."""
        self.cases.focus()

    def begin(self, first: First) -> None:
        """Shows the first screen from what was read already."""
        board, session = self.board, self.session
        board.roster, board.me, board.now = session.roster, session.person, session.now()
        board.learn(first.rows.rows, first.rows.customers)
        board.order(first.numbers, first.sizes, begin=True, counted=first.whole)
        self.cases.when_empty = lambda: empty_lines(self.live.filter, self.live.views, self._counts, self.board.cover)
        self.cases.begin()
        self._drawn(0)

    async def read_views(self) -> None:
        """Reads the person's saved views."""
        self.live.views = await self.session.read_views()
        self.live.reload()

    def on_descendant_focus(self) -> None:
        """Updates the key hints for the list or the pane, and tells other consoles if the case is open in the pane."""
        self._hints()
        self.reading.soon()

    def on_resize(self) -> None:
        """Shows or hides the case beside the list for the new width."""
        self.show_pane()

    def show_pane(self) -> None:
        """Shows the case beside the list if there is room and it is wanted."""
        self.sheet.display = self.size.width >= _PANE_FROM and self.pane_wanted
        if self.sheet.display:
            self.reading.soon()
        self._tabs()

    # Messages from the list and the bars.

    @on(CaseList.Wanted)
    def _read_rows(self, message: CaseList.Wanted) -> None:
        self.live.want(message.numbers, message.messages)

    @on(CaseList.Moved)
    def _moved(self) -> None:
        self._sought = None
        if self.board.current is not None:
            self.live.arrived.discard(self.board.current)
        self._state()
        self.reading.soon()

    @on(CaseList.Marked)
    def _marked(self) -> None:
        self.heads.refresh()
        self._state()

    @on(CaseList.Opened)
    def open_case(self) -> None:
        """Opens the case under the cursor on its own screen, or focuses the pane."""
        if self.board.current is None:
            self.host.say("There is no case here.", f"Press {shown_key('new')} to open one, or 0 for all open cases.")
        elif self.sheet.display:
            self.sheet.focus()
        else:
            self.push_case()

    def push_case(self) -> None:
        """Opens the case under the cursor on its own screen."""
        from careconsole.tui.queue.case_screen import CaseScreen

        self.app.push_screen(CaseScreen(self))

    def _case_screen(self) -> CaseScreen | None:
        from careconsole.tui.queue.case_screen import CaseScreen

        return next((screen for screen in reversed(self.app.screen_stack) if isinstance(screen, CaseScreen)), None)

    def open_sheet(self) -> CaseSheet | None:
        """The sheet of the case screen, if it is open."""
        opened = self._case_screen()
        # It may not be mounted yet, or be gone.
        return None if opened is None or is_left(opened.sheet) else opened.sheet

    def to_list(self) -> None:
        """Closes the case screen if it is on top."""
        opened = self._case_screen()
        if opened is not None and opened is self.app.screen:
            opened.close()

    def chosen(self) -> list[int]:
        """The cases a command is for: the one on the case screen, else the marked, else the one under the cursor."""
        if self.open_sheet() is not None:
            return [self.board.current] if self.board.current is not None else []
        return self.board.chosen()

    @on(ListHead.Chosen)
    def _sort_by(self, message: ListHead.Chosen) -> None:
        same = message.sort == self.live.sort
        self.show_list(self.live.filter, message.sort, not self.live.reverse if same else False, self.view_slot)

    @on(Bar.Clicked)
    def _bar_clicked(self, message: Bar.Clicked) -> None:
        if message.bar is self.tabs:
            self.action_view(int(message.mark))
        elif message.bar is self.needs:
            self.way_back.forget()
            self.show_list(message.mark, "due", False, None)

    # What the screen shows.

    def show_list(self, filter: str, sort: str = "due", reverse: bool = False, slot: int | None = None) -> None:
        """Shows another list: a valid filter, an order, and the saved view that it is, if any."""
        self.view_slot, self._sought = slot, None
        self.cases.show_sorted(sort)
        self.heads.show_sorted(sort, reverse)
        self.live.show(filter, sort, reverse)
        self._tabs()
        self._state()

    def select_when_listed(self, number: int) -> None:
        """Puts the cursor on a case, now or after the next read of the list, unless the cursor is moved before."""
        self._sought = number
        self.cases.go_to(number)

    def _drawn(self, shift: int) -> None:
        self.board.now = self.session.now()
        self.cases.show_order(shift)
        self._drawn_slot = self.view_slot
        if self._sought is not None:
            self.cases.go_to(self._sought)
            self._sought = None  # if it appears only later, the person has moved on
        self._state()
        self.reading.soon()

    def _rows_drawn(self, numbers: set[int]) -> None:
        self.cases.show_rows(numbers)
        if self.board.current in numbers:
            self.reading.soon()

    def _vanished(self, number: int) -> None:
        """Warns that the case under the cursor no longer exists, so that no key hits the next one unnoticed."""
        self.to_list()
        self.host.say(f"Case {number} no longer exists: its import was rolled back.", severity="warning")

    def _counted(self, needs: Counts, views: dict[int, int]) -> None:
        self._need_counts, self._counts = needs, views
        if not self.board.lines:
            self.cases.refresh()  # it says how many cases other views have
        self.show_who()
        self._tabs()
        self._state()

    def show_who(self) -> None:
        """Shows the first line: what needs the person, once it has been counted, and who that is."""
        self.needs.show(self._need_counts, self.session.who_words)

    def _tabs(self) -> None:
        counts = dict(self._counts)
        if self.view_slot in counts:
            counts[self.view_slot] = len(self.board)  # exactly, however many
        self.tabs.put(views_parts(self.live.views, counts, self.view_slot, self.size.width))

    def _state(self) -> None:
        """Shows the state of the list: order and filter, where the cursor is, marks, what is held, what is new."""
        self.state.put(state_parts(self.live, self.board))
        self._hints()

    def _hints(self) -> None:
        self.hints.put(self.reading.hints(self.size.width))

    # Keys.

    def action_view(self, slot: int) -> None:
        """Shows a saved view."""
        view = next((view for view in self.live.views if view.slot == slot), None)
        if view is None:
            how = f"Filter with {shown_key('filter')}, then {shown_key('save')} saves it as a view."
            self.host.say(f"There is no view {slot} yet.", how)
            return
        self.show_saved(view)

    def saved(self, view: SavedView | None) -> None:
        """Shows the view that the person has just saved, if any."""
        if view is not None:
            self.show_saved(view)
            self.host.spawn(self.read_views())
            where = f"press {view.slot}" if view.slot < 10 else f"find it with {shown_key('views')}"
            self.host.say(f"View {view.name} saved; {where}.")

    def count_of(self, slot: int) -> str:
        """How many cases a view shows, as last counted; "" if they have not been."""
        return count_text(self._counts[slot]) if slot in self._counts else ""

    def show_saved(self, view: SavedView) -> None:
        """Shows a view."""
        self.way_back.forget()
        self.show_list(view.filter, view.sort, view.reverse, view.slot)

    def action_act(self, name: str) -> None:
        """Runs an action that is not a command on cases."""
        here = getattr(self, f"act_{name.replace('-', '_')}", None)
        if here is not None:
            here()
        else:
            self.host.act(name)

    def act_back(self) -> None:
        """Goes back one step at a time: from the pane, from marks, to what led here, from the filter."""
        if self.focused is not self.cases:
            self.cases.focus()
        elif self.board.marks:
            self.cases.unmark()
        elif self.way_back.go():
            pass
        elif self.live.filter or self.view_slot != 0:
            here = self.board.current
            self.action_view(0)
            self._sought = here  # the case stays under the cursor, if the whole queue has it
        else:
            self.host.dismiss_news()

    def act_filter(self) -> None:
        """Opens the filter line above the list, or focuses it again."""
        from careconsole.tui.queue.filter_bar import FilterBar

        opened = self.query(FilterBar)
        if opened:
            opened.first().take_keys()
        else:
            bar = FilterBar(self.host, self.live, self.view_slot, self.show_list, self.cases.focus)
            self.query_one("#middle").mount(bar, before=self.heads)

    def act_reverse(self) -> None:
        """Reverses the order."""
        self.show_list(self.live.filter, self.live.sort, not self.live.reverse, self.view_slot)

    def act_pane(self) -> None:
        """Shows or hides the case beside the list."""
        self.pane_wanted = not self.pane_wanted
        self.show_pane()
        if self.pane_wanted and not self.sheet.display:
            self.host.say("This terminal is too narrow for the case beside the list.", "Enter opens it.")

    def act_needs(self) -> None:
        """Shows the cases of the next figure above zero."""
        following = self.needs.after(self.live.filter)
        if following is not None:
            self.way_back.forget()
            self.show_list(following, "due", False, None)
        elif self._need_counts is not None:
            self.host.say(*nothing_needed(leads=self.session.is_lead))

    def act_hold(self) -> None:
        """Holds the list still, or releases it."""
        if self.live.held:
            self.live.let_go()
        else:
            self.live.held = True
        self._state()

    def act_refresh(self) -> None:
        """Reads everything again."""
        self.board.forget()
        self.cases.want()
        self.live.reload()
        self.host.spawn(self.read_views())

    # Time and other people.

    async def apply_changes(self, news: Changes) -> None:
        """Takes in what others changed."""
        board = self.board
        board.roster = self.session.roster
        beside = self.host.company.beside()
        touched = {n for n in board.beside.keys() | beside.keys() if board.beside.get(n) != beside.get(n)}
        board.beside = beside
        self.cases.refresh_cases(touched)
        read = await self.live.apply_changes(news)
        current = board.current
        # A list that is not held is drawn again after any change, and the case beside it with it.
        if current is not None and (news.many or current in touched or current in read or (read and self.live.held)):
            self.reading.soon()
        self._state()

    def _failed(self, error: CareError) -> None:
        """Shows why another list cannot be shown, and resets the lines around the list to the one that still is."""
        self.host.complain(error)
        self.view_slot = self._drawn_slot
        self.heads.show_sorted(self.live.sort, self.live.reverse)
        self._tabs()
        self._state()

    async def begin_anew(self, before: int | None, person: int) -> None:
        """Resets the screen for another person: of the previous one's, only the cursor stays on its case."""
        from careconsole.tui.queue.filter_bar import FilterBar

        case = self.board.current or 0  # no case has this number
        await self.query(FilterBar).remove()
        self.board.begin_anew(before, person)
        self.way_back.forget()
        self._need_counts, self.live.held = None, False
        self.live.waiting.clear()
        self.action_view(0)
        self.select_when_listed(case)
