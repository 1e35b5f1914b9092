"""The console itself: who is at work, what the desk says, and the way from a key to a screen."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from textual import work
from textual.binding import Binding
from textual.events import Event, InputEvent, Key, Resize
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import Worker

from careconsole.domain.errors import CareError
from careconsole.domain.hints import Hint, hint_of
from careconsole.domain.roster import LEAD, Roster
from careconsole.domain.text import display_text
from careconsole.store import Newer
from careconsole.tui.actions import act
from careconsole.tui.changed import found, lose, show
from careconsole.tui.company import Company
from careconsole.tui.ending import heed
from careconsole.tui.feed import Feed, News
from careconsole.tui.hints import hint_text
from careconsole.tui.idle import Idle
from careconsole.tui.leaving import ScreenLeft, is_left
from careconsole.tui.place import Replaced
from careconsole.tui.room import cover, has_room
from careconsole.tui.screens.base import Page
from careconsole.tui.screens.queue import QueueScreen
from careconsole.tui.sturdy import SturdyApp
from careconsole.tui.sweeper import Sweeper
from careconsole.tui.typed_ahead import TypedAhead
from careconsole.tui.working import Working

if TYPE_CHECKING:
    from careconsole.tui.attention import Attention
    from careconsole.tui.backend import Backend
    from careconsole.tui.screens.lock import Locked
    from careconsole.tui.start import First, Seat
    from careconsole.tui.widgets.casesheet import CaseSheet

T = TypeVar("T")
_TICK = 15.0
"""Seconds between two looks at the clock."""


class Console(SturdyApp):
    """The live console of one person, or of several who take turns at one workstation."""

    CSS_PATH = "careconsole.tcss"
    TITLE = "careconsole"
    ENABLE_COMMAND_PALETTE = False  # ours has another key and other contents
    ALLOW_SELECT = False  # Textual fails where what the mouse is on goes in that moment; terminals select with Shift
    BINDINGS = [
        Binding("ctrl+q", "leave", "Quit", show=False, priority=True),
        Binding("f1", "help", "Help", show=False, priority=True),
        Binding("question_mark", "help", "Help", show=False),
    ]

    class Told(Message):
        """The feed has news."""

        def __init__(self, news: News) -> None:
            super().__init__()
            self.news = news

    class Lost(Message):
        """The feed can watch no longer."""

        def __init__(self, error: CareError) -> None:
            super().__init__()
            self.error = error

    class Unswept(Message):
        """What falls due is not done from here."""

        def __init__(self, error: CareError) -> None:
            super().__init__()
            self.error = error

    def __init__(self, seat: Seat, backend: Backend, first: Future[First] | None) -> None:
        super().__init__(watch_css=False)
        self.seat = seat
        self.backend = backend
        self.roster = Roster({})
        self.person: int | None = None
        self.own: set[int] = set()
        """The numbers of the commands given here."""
        self.company = Company(self)
        self.locked: Locked | None = None
        """Who locked the console and when, while it is locked; `person` is None then."""
        self.lost: CareError | None = None
        """Why others' changes are no longer seen, if so."""
        self.idle = Idle(seat.lock_minutes, seat.now)
        self.usual_theme = self.theme
        """The colours of whoever chose none."""
        self._first = first
        self._feed: Feed | None = None
        self.sweeper = Sweeper(backend.place.desk, seat.sweep_seconds, self._unswept)
        self._cursor: str | None = None
        self._leaving = False
        self.again = False
        """Whether a console on the database that lies at the place by now is to follow."""
        self.queue = QueueScreen(self)
        self.working = Working(self)
        self.typed_ahead = TypedAhead(lambda: self.working.opening, super().on_event, self._give_keys_after_refresh)

    def get_default_screen(self) -> QueueScreen:
        """The queue is below everything."""
        return self.queue

    def on_mount(self) -> None:
        """What was read while Textual was loading is shown; without a database, three questions come first."""
        self.app_resume_signal.subscribe(self, lambda _: self.idle.stir())  # back from an editor
        if not self.is_headless:
            heed(self.action_leave)
            self.heed_faults()
        if self.seat.notice:
            self.say(self.seat.notice, severity="warning")
        if self._first is None:
            from careconsole.tui.screens.first_run import FirstRun

            self.push_screen(FirstRun(), self._founded)
            return
        self.begin(self._first.result())

    def _founded(self, first: First | None) -> None:
        if first is None:
            self.exit()
        else:
            self.begin(first)

    def begin(self, first: First) -> None:
        """The team is there: shows its queue, and asks who is at work where that is not clear."""
        self.roster, self.person, self._cursor = first.roster, first.person, first.cursor
        self.queue.begin(first)
        if self.person is None:
            from careconsole.tui.screens.who import WhoScreen

            self.push_screen(WhoScreen(first.could_be), self.sit_down)
        self.call_after_refresh(self._go_on)

    def _go_on(self) -> None:
        """The first screen stands: reads the rest, and watches what others do."""
        import gc

        gc.freeze()  # what was loaded stays; looking through it again and again would be for nothing
        self._feed = Feed(self.backend.place.desk, self.seat.console, self._cursor, self._tell, self._lose)
        self._feed.start()
        self.sweeper.start()
        self._timer: Timer = self.set_interval(_TICK, self._tick)
        self.spawn(self.queue.read_views())
        if self.person is not None:
            from careconsole.tui.seating import welcome

            self.spawn(welcome(self))

    # What the first screen does not need is loaded after it.

    @cached_property
    def attention(self) -> Attention:
        """What concerns the person at work."""
        from careconsole.tui.attention import Attention

        return Attention(self)

    def uncovered(self) -> None:
        """A page is on top again."""
        if "attention" in self.__dict__:
            self.attention.uncovered()
        if isinstance(self.lost, Replaced | Newer):
            self.call_later(show, self)

    # Who is at work.

    @property
    def who_words(self) -> str:
        """Who is at work, in words."""
        if self.person is None:
            return "nobody yet"
        person = self.roster.people.get(self.person)
        role = ", lead" if person is not None and person.role == LEAD else ""
        return f"{self.roster.name(self.person)}{role}"

    def sit_down(self, person: int | None) -> None:
        """Somebody else is at work from now on; None: whoever was."""
        if person is not None and person != self.person:
            from careconsole.tui.seating import sit_down

            self.spawn(sit_down(self, person))

    def lock(self, *, by_itself: bool = False) -> None:
        """Hides everything until somebody says who they are."""
        from careconsole.tui.seating import lock

        self.spawn(lock(self, by_itself=by_itself))

    def unlock(self, person: int | None) -> None:
        """Somebody sits down at the locked console."""
        if person is not None:
            from careconsole.tui.seating import sit_down

            self.spawn(sit_down(self, person))

    # What the desk says.

    def say(
        self,
        message: str,
        hint: str | Hint = "",
        severity: Literal["information", "warning", "error"] = "information",
        timeout: float | None = None,
    ) -> None:
        """A toast, made safe. On a locked screen there is none: it could name a case."""
        if self.locked is not None:
            return
        current = self.queue.board.current
        then = hint_text(hint_of(hint), () if current is None else (current,))
        lines = f"{message} {then}".strip().split("\n")
        text = "\n".join(display_text(line, 600) for line in lines)
        if any(shown.message == text for shown in self._notifications):
            return  # it is on the screen already
        self.notify(text, severity=severity, timeout=timeout, markup=False)

    def complain(self, error: CareError) -> None:
        """A refusal or failure, and what to do next."""
        self.say(error.message, error.hint, "warning" if error.exit_code in (2, 3, 4) else "error", timeout=8)

    def now(self) -> int:
        """The present time in epoch milliseconds."""
        return self.seat.now()

    def spawn(self, work: Coroutine[Any, Any, Any]) -> Worker[None]:
        """Runs something nobody waits for; what the desk refuses is told."""
        return self.run_worker(self._told(work), exit_on_error=True)

    async def _told(self, work: Coroutine[Any, Any, Any]) -> None:
        try:
            await work
        except ScreenLeft:
            pass  # it was read for a screen that is closed by now
        except CareError as error:
            self.complain(error)

    # Others.

    def _tell(self, news: News) -> None:
        self.post_message(self.Told(news))

    def _lose(self, error: CareError) -> None:
        self.post_message(self.Lost(error))

    def _unswept(self, error: CareError) -> None:
        self.post_message(self.Unswept(error))

    def on_console_unswept(self, message: Unswept) -> None:
        """The thread that does what falls due says why it does not."""
        self.complain(message.error)

    def on_console_told(self, message: Told) -> None:
        """News of others reach the screens. Keys do not wait for what is read on the way."""
        found(self, message.news)
        self.queue.show_who()
        self.spawn(self._hear(message.news))

    async def _hear(self, news: News) -> None:
        try:
            if news.anew:
                await self.backend.anew()
            await self.queue.take(news)
            await self.attention.take(news)
            top = self.screen_stack[-1] if self.screen_stack else None  # none any more while it is being left
            if isinstance(top, Page) and top.is_mounted and not top.is_left:
                top.hear()
        finally:
            if self._feed is not None:
                self._feed.taken()

    def on_console_lost(self, message: Lost) -> None:
        """Nobody watches any more: that is said, and what is seen may be old."""
        lose(self, message.error)

    def open_sheet(self) -> CaseSheet | None:
        """The sheet of the case screen, when it is open."""
        from careconsole.tui.screens.case import CaseScreen

        for screen in reversed(self.screen_stack):
            if isinstance(screen, CaseScreen):
                return None if is_left(screen.sheet) else screen.sheet  # it may still be on its way, or gone
        return None

    def to_list(self) -> None:
        """The case screen, when it is on top, gives way to the list."""
        if self.screen is not self.queue:
            from careconsole.tui.screens.case import CaseScreen

            if isinstance(self.screen, CaseScreen):
                self.screen.action_back()

    async def on_event(self, event: Event) -> None:
        """Every key and every move of the mouse is a sign that somebody is here."""
        if isinstance(event, InputEvent):
            self.idle.stir()
        if isinstance(event, Key) and event.key != "ctrl+q":
            if not has_room(self.size):
                return  # nobody sees what it would do
            if self.typed_ahead.takes(event):
                return
        await super().on_event(event)

    def _give_keys_after_refresh(self, give: Callable[[], Any]) -> None:
        # A callback after a refresh runs in the screen's own task. A key that closes that screen would wait there for
        # the task to end, and so for itself; keys therefore go where all keys go, through the app's task.
        self.call_after_refresh(self.call_next, give)

    def _tick(self) -> None:
        self.queue.tick()
        if self.locked is None:
            if self.idle.over:
                self.lock(by_itself=True)
            self.spawn(self.attention.tick())
        self.company.sign()

    def on_resize(self, event: Resize) -> None:
        """A terminal too small for any of it says so."""
        cover(self, event.size)

    def check_size(self) -> None:
        """A screen that comes on top in a terminal too small is covered too."""
        if not has_room(self.size):
            cover(self, self.size)

    # Leaving.

    @work(exit_on_error=True)
    async def action_leave(self) -> None:
        """Leaves; drafts are kept and the others see that nobody is here."""
        from careconsole.desk import presence, visits
        from careconsole.tui.seating import keep_drafts

        def work(desk: Any) -> None:
            if desk.person is not None and self.locked is None:
                visits.leave(desk)
                presence.gone(desk, self.seat.console)

        try:
            await keep_drafts(self)
        except CareError as error:
            if not self._leaving:
                self._leaving = True
                self.say(f"A draft cannot be kept: {error.message}", "ctrl+q once more leaves without it.", "error")
                return
        await self._told(self.backend.ask(work))
        self.exit()

    def on_unmount(self) -> None:
        """The threads that watch and sweep end with the screen."""
        self.sweeper.end()
        if self._feed is not None:
            self._feed.close()
        self.sweeper.close()

    def write_to_terminal(self, sequence: str) -> None:
        """Writes a control sequence as it is; never one that holds anything of a case unencoded."""
        if self._driver is not None:
            self._driver.write(sequence)
            self._driver.flush()

    # Keys.

    def chosen(self) -> list[int]:
        """The cases a command is for: the one on the case screen, else the marked, else the one under the cursor."""
        board = self.queue.board
        if self.open_sheet() is not None:
            return [board.current] if board.current is not None else []
        return board.chosen()

    def open(self, screen: Screen[T], done: Callable[[T | None], None], on: Screen[Any]) -> None:
        """Opens a screen that had to be prepared, unless another one came on top of `on` meanwhile, or the lock."""
        if self.locked is None and self.screen is on:
            self.push_screen(screen, done)

    def action_verb(self, verb: str) -> None:
        """A command on the marked cases, or on the one under the cursor."""
        self.working.verb(verb)

    def action_other(self, name: str) -> None:
        """A command that is for no case in particular."""
        self.working.other(name)

    def action_help(self) -> None:
        """The keys that work on the screen on top."""
        self.act("help")

    def act(self, name: str) -> None:
        """A key that belongs to no screen in particular."""
        act(self, name)
